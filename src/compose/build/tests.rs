use super::*;
use crate::{
    compose::{LoadOptions, load},
    vocabulary::{built_image::BaseImage, deployment::Located},
    world::host::World,
};
use std::fs;

/// The image of the service `app` of a project with these files, and its texts.
fn built(files: &[(&str, &str)]) -> (Option<Rc<BuiltImage>>, Sources) {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        fs::write(path, text).expect("the file");
    }
    let world = World::on_disk(Default::default(), folder.path().into());
    let mut sources = Sources::default();
    let project = load(&LoadOptions::default(), &world, &mut sources);
    assert!(project.refusals.is_empty(), "{:?}", project.refusals);
    let number = project.services.iter().position(|service| service.name == "app").expect("the service");
    let builds = builds(&project, &*world.files, &mut sources);
    (builds.of(number).and_then(|build| build.image.clone()), sources)
}

/// What a Dockerfile makes, in one line: base, user, directory, entrypoint, command, variables.
fn summary(image: &BuiltImage) -> String {
    let base = match &image.base {
        BaseImage::Image(image) => image.value.clone(),
        other => format!("{other:?}"),
    };
    let text = |value: &Option<Located<String>>| value.as_ref().map_or("-", |v| &v.value).to_owned();
    let words = |list: &Option<Vec<Located<Text>>>| match list {
        None => "-".to_owned(),
        Some(list) => format!("[{}]", list.iter().map(|w| w.value.expose()).collect::<Vec<_>>().join(",")),
    };
    let env = image.env.iter().map(|c| format!("{}={}", c.name, c.value.as_ref().map_or("?", Text::expose)));
    let env = env.collect::<Vec<_>>().join(" ");
    let (user, dir) = (text(&image.user), text(&image.working_dir));
    format!("{base} {user} {dir} {} {} {env}", words(&image.entrypoint), words(&image.command))
        .trim()
        .to_owned()
}

#[test]
fn what_a_dockerfile_makes() {
    let cases: &[(&str, &str, &str)] = &[
        ("", "FROM node:24", "node:24 - - - -"),
        ("", "FROM scratch", "Scratch - - - -"),
        (
            "",
            "FROM a:1\\nUSER root\\nRUN x\\nUSER node:node\\nWORKDIR /app\\nWORKDIR sub\\nCMD openclaw gateway",
            "a:1 node:node /app/sub - [/bin/sh,-c,openclaw gateway]",
        ),
        ("", "FROM a\\nCMD [\"x\"]\\nENTRYPOINT [\"/e.sh\"]", "a - - [/e.sh] [x]"),
        // An ENTRYPOINT takes away the CMD of what is below it, and not that of its own stage.
        ("", "FROM a AS b\\nCMD [\"x\"]\\nFROM b\\nENTRYPOINT [\"/e.sh\"]", "a - - [/e.sh] []"),
        ("", "FROM a AS b\\nENTRYPOINT [\"/e.sh\"]\\nFROM b\\nCMD [\"x\"]", "a - - [/e.sh] [x]"),
        // Arguments: before FROM, declared again, given by Compose, and hidden by ENV.
        ("", "ARG V=1\\nFROM o:$V\\nENV A=$V", "o:1 - - - - A=?"),
        ("", "ARG V=1\\nFROM o:${V}\\nARG V\\nENV A=$V", "o:1 - - - - A=1"),
        ("args: {V: 2}", "ARG V=1\\nFROM o:${V:-x}\\nARG V=3\\nENV A=$V", "o:2 - - - - A=2"),
        ("args: [V]", "ARG V=1\\nFROM o:$V", "o:7 - - - -"),
        ("args: [W]", "ARG W=1\\nFROM o:$W", "o:1 - - - -"),
        ("", "FROM o\\nENV A=1\\nARG A=2\\nENV B=$A C=${A}x A=3 D=$A", "o - - - - A=1 B=1 C=1x A=3 D=1"),
        ("", "FROM o\\nARG TARGETARCH\\nENV A=$TARGETARCH PATH=/x:$PATH", "o - - - - A=? PATH=?"),
        ("", "ARG B\\nFROM $B", "Unknown - - - -"),
        ("", "FROM o\\nARG U\\nUSER $U", "o  - - -"),
        // Stages: by name, number and target.
        ("", "FROM a AS one\\nENV A=1\\nFROM b\\nFROM ONE\\nENV B=$A", "a - - - - A=1 B=1"),
        ("target: one", "FROM a AS one\\nUSER x\\nFROM b AS two\\nUSER y", "a x - - -"),
        ("target: '1'", "FROM a\\nFROM b\\nUSER y\\nFROM c", "b y - - -"),
        ("", "FROM a\\nSHELL [\"/bin/bash\", \"-lc\"]\\nENTRYPOINT x y", "a - - [/bin/bash,-lc,x y] []"),
        // Contexts.
        ("additional_contexts: {base: 'docker-image://o:5'}", "FROM base\\nUSER u", "o:5 u - - -"),
        (
            "additional_contexts: ['base=service:other']",
            "FROM base\\nCMD z",
            "o:3 root - - [/bin/sh,-c,z] A=1",
        ),
        ("", "FROM named:1\\nUSER u", "o:3 u - - - A=1"),
        // After a mistake nothing is known.
        ("", "FROM a\\nUSER u\\nNONSENSE\\nUSER v", "a u - - -"),
    ];
    for (build, dockerfile, expected) in cases {
        let compose = format!(
            "name: p\nservices:\n  app:\n    build:\n      context: .\n      {build}\n  other:\n    image: named:1\n    build: other\n"
        );
        let (image, _) = built(&[
            ("compose.yaml", &compose),
            (".env", "V=7\n"),
            ("Dockerfile", &dockerfile.replace("\\n", "\n")),
            ("other/Dockerfile", "FROM o:3\nUSER root\nENV A=1\n"),
        ]);
        let image = image.unwrap_or_else(|| panic!("{dockerfile}"));
        assert_eq!(summary(&image), expected.trim(), "{build} {dockerfile}");
        let is_whole = !dockerfile.contains("NONSENSE") && !dockerfile.contains("ARG B");
        assert_eq!(image.complete, is_whole, "{dockerfile}");
    }
}

#[test]
fn no_target_and_a_circle_are_no_image() {
    let compose = "services:\n  app:\n    build: {context: ., target: nope}\n";
    assert!(built(&[("compose.yaml", compose), ("Dockerfile", "FROM a\n")]).0.is_none());
    let compose = "services:\n  app: {build: ., image: me}\n";
    let (image, _) = built(&[("compose.yaml", compose), ("Dockerfile", "FROM me\nUSER u\n")]);
    assert_eq!(image.map(|image| summary(&image)), Some("Unknown u - - -".into()));
}

#[test]
fn a_dockerfile_in_the_compose_file() {
    let compose = "services:\n  app:\n    build:\n      dockerfile_inline: |\n        FROM node:24\n        ENV A=$$HOME B=1\n        USER node\n";
    let (image, sources) = built(&[("compose.yaml", compose)]);
    let image = image.expect("the image");
    assert_eq!(summary(&image), "node:24 node - - - A=? B=1");
    let place = image.user.as_ref().and_then(|user| user.place).expect("a place");
    assert_eq!(sources.line_col(place).line, 5);
}

#[test]
fn a_variable_leads_back_to_the_dotenv_file() {
    let compose = "services:\n  app:\n    build:\n      context: .\n      args:\n        TOKEN: ${MINE}\n";
    let files = [
        ("compose.yaml", compose),
        (".env", "MINE=abc\n"),
        ("Dockerfile", "FROM a\nARG TOKEN=none\nENV OPENCLAW_GATEWAY_TOKEN=x-$TOKEN\n"),
    ];
    let (image, sources) = built(&files);
    let image = image.expect("the image");
    let token = image.variable("OPENCLAW_GATEWAY_TOKEN").expect("the variable");
    assert_eq!(token.value.as_ref().map(Text::expose), Some("x-abc"));
    let mut steps: Vec<String> = token.place.into_iter().map(|place| sources.brief(place)).collect();
    steps.extend(token.via.iter().filter_map(|step| step.place).map(|place| sources.brief(place)));
    assert_eq!(steps.first().map(String::as_str), Some("Dockerfile:3"));
    assert_eq!(steps.last().map(String::as_str), Some(".env:1"));
}

#[test]
fn what_is_copied_is_found() {
    use crate::world::container_fs::{ContainerFs, Look, ProjectFs};
    let folder = tempfile::tempdir().expect("a folder");
    let dockerfile = "FROM a AS tools\nCOPY scripts /tools\nFROM a\nWORKDIR /app\nCOPY start.sh /usr/local/bin/\nCOPY scripts/one.sh ./two.sh\nCOPY . .\nCOPY --from=tools /tools/one.sh /three.sh\nCOPY --from=other:1 /x /x\nADD https://example.net/y /y\nCOPY conf/*.json /etc/claw/\nCOPY <<EOF /doc.sh\nhello\nEOF\nCOPY start.sh /changed.sh\nRUN sed -i s/a/b/ /changed.sh\nRUN chmod +x /three.sh\n";
    for (path, text) in [
        ("compose.yaml", "services:\n  app: {build: .}\n"),
        ("Dockerfile", dockerfile),
        ("start.sh", "start"),
        ("scripts/one.sh", "one"),
        ("conf/openclaw.json", "{}"),
        ("conf/x.txt", "x"),
        (".env", "A=1"),
        (".dockerignore", ".env\n"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        fs::write(path, text).expect("the file");
    }
    let world = World::on_disk(Default::default(), folder.path().into());
    let mut sources = Sources::default();
    let project = load(&LoadOptions::default(), &world, &mut sources);
    let image = builds(&project, &*world.files, &mut sources).of[0].image.clone();
    let mut fs = ProjectFs::new(&*world.files, "app", &[], &[]).with_image(image);
    for (path, found) in [
        ("/usr/local/bin/start.sh", Some("start")),
        ("/app/two.sh", Some("one")),
        ("/app/start.sh", Some("start")),
        ("/app/scripts/one.sh", Some("one")),
        ("/app/.env", None),
        ("/three.sh", Some("one")),
        ("/x", None),
        ("/y", None),
        ("/etc/claw/openclaw.json", Some("{}")),
        ("/etc/claw/x.txt", None),
        ("/doc.sh", Some("hello\n")),
        ("/changed.sh", None),
        ("/nothing", None),
    ] {
        match (fs.look(path, 100), found) {
            (Look::Text { text, .. }, Some(found)) => assert_eq!(text, found, "{path}"),
            (Look::InImage, None) => {}
            (other, _) => panic!("{path}: {other:?}"),
        }
    }
}

#[test]
fn a_missing_dockerfile_is_told_apart_from_a_context_elsewhere() {
    for (build, missing) in [(".", true), ("https://github.com/a/b.git", false), ("./nowhere", false)] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("compose.yaml"), format!("services:\n  app: {{build: {build}}}\n"))
            .expect("the file");
        let world = World::on_disk(Default::default(), folder.path().into());
        let mut sources = Sources::default();
        let project = load(&LoadOptions::default(), &world, &mut sources);
        assert_eq!(builds(&project, &*world.files, &mut sources).of[0].missing.is_some(), missing, "{build}");
    }
}

#[test]
fn what_stands_where_a_dockerfile_is_missing() {
    for (name, others, of_build) in [
        ("Dockerfile", &["Dockerfile"][..], None),
        ("claw.Dockerfile", &["claw.Dockerfile"], None),
        ("Containerfile.dev", &["Containerfile.dev"], None),
        ("Dockerfile.arm64.dockerignore", &[], None),
        ("Dockerfiles", &[], None),
        (".dockerignore", &[], Some(".dockerignore")),
        ("README.md", &[], None),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let compose = "services:\n  app: {build: {context: ., dockerfile: Dockerfile.arm64}}\n";
        fs::write(folder.path().join("compose.yaml"), compose).expect("the file");
        fs::write(folder.path().join(name), "").expect("the file");
        let world = World::on_disk(Default::default(), folder.path().into());
        let mut sources = Sources::default();
        let project = load(&LoadOptions::default(), &world, &mut sources);
        let builds = builds(&project, &*world.files, &mut sources);
        let missing = builds.of[0].missing.as_ref().expect("it is missing");
        assert_eq!(missing.others, others, "{name}");
        assert_eq!(missing.of_build.as_deref(), of_build, "{name}");
    }
}
