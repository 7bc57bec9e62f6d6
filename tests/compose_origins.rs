//! Where values of a Compose project come from, what they override, and that nothing says a value.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use clawdock::{
    compose::{self, ComposeProject, LoadOptions, Service},
    provenance::{Candidate, Layer, StepKind, Variable},
    text::{
        secret::Text,
        source::{Place, Sources},
    },
    world::host::World,
};
use std::{collections::BTreeMap, fs, path::Path};

struct Loaded {
    project: ComposeProject,
    sources: Sources,
    _folder: tempfile::TempDir,
}

fn load_with(files: &[(&str, &str)], env: &[(&str, &str)], options: &LoadOptions) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        fs::write(path, text).unwrap();
    }
    let env = env.iter().map(|(k, v)| ((*k).to_owned(), Text::from(*v))).collect::<BTreeMap<_, _>>();
    let host = World::on_disk(env, folder.path().canonicalize().unwrap());
    let mut sources = Sources::default();
    let project = compose::load(options, &host, &mut sources);
    Loaded { project, sources, _folder: folder }
}

fn load(files: &[(&str, &str)], env: &[(&str, &str)]) -> Loaded {
    load_with(files, env, &LoadOptions::default())
}

impl Loaded {
    fn service(&self, name: &str) -> &Service {
        self.project.services.iter().find(|service| service.name == name).unwrap()
    }

    fn variable(&self, name: &str) -> &Variable {
        self.service("web").environment.iter().find(|variable| variable.name == name).unwrap()
    }

    fn winner(&self, name: &str) -> &Candidate {
        self.variable(name).winner.as_ref().unwrap()
    }

    /// `file:line:column` and the characters there.
    fn at(&self, place: Option<Place>) -> String {
        let place = place.unwrap();
        let source = self.sources.get(place.source);
        let name = source.name.to_string();
        let position = self.sources.line_col(place);
        let file = name.rsplit('/').next().unwrap();
        format!("{file}:{}:{} {}", position.line, position.column, &source.text()[place.span.range()])
    }

    fn steps(&self, candidate: &Candidate) -> Vec<String> {
        let shown = |step: &StepKind| match step {
            StepKind::Interpolation { shown } => shown.clone(),
            step => step.id().to_owned(),
        };
        let line = |via: &clawdock::provenance::ProvenanceStep| match via.place {
            Some(_) => format!("{} @ {}", shown(&via.step), self.at(via.place)),
            None => shown(&via.step),
        };
        candidate.via.iter().map(line).collect()
    }

    fn losers(&self, name: &str) -> Vec<String> {
        let lost = |loser: &clawdock::provenance::Shadowed| {
            format!("{}: {}", self.at(loser.candidate.place), loser.reason)
        };
        self.variable(name).losers.iter().map(lost).collect()
    }
}

#[test]
fn a_chain_leads_back_to_where_the_characters_were_written() {
    let loaded = load(
        &[
            (
                "compose.yml",
                "services:\n  web:\n    image: i\n    environment:\n      TOKEN: ${TOKEN:-none}\n      PASS:\n",
            ),
            (".env", "RAW=zzz\nTOKEN=\"t-${RAW}\"\n"),
        ],
        &[("PASS", "x")],
    );
    let token = loaded.winner("TOKEN");
    assert_eq!(token.layer, Layer::ComposeEnvironment);
    assert_eq!(loaded.at(token.place), "compose.yml:5:7 TOKEN");
    assert_eq!(token.value.as_ref().map(Text::expose), Some("t-zzz"));
    assert_eq!(
        loaded.steps(token),
        [
            "${TOKEN:-…} @ compose.yml:5:14 ${TOKEN:-none}",
            "project-dotenv @ .env:2:7 \"t-${RAW}\"",
            "${RAW} @ .env:2:10 ${RAW}",
            "project-dotenv @ .env:1:5 zzz",
        ]
    );
    assert_eq!(loaded.steps(loaded.winner("PASS")), ["host-env"]);
}

#[test]
fn what_was_overridden_is_kept_with_the_reason() {
    let loaded = load(
        &[
            (
                "compose.yml",
                "services:\n  base:\n    image: i\n    environment: {A: base}\n  web:\n    extends: base\n    env_file: [a.env, b.env]\n    environment: {A: own}\n",
            ),
            ("compose.override.yml", "services:\n  web:\n    environment: [A=over]\n"),
            ("a.env", "A=1\nB=1\nB=2\n"),
            ("b.env", "B=3\n"),
        ],
        &[],
    );
    assert_eq!(loaded.at(loaded.winner("A").place), "compose.override.yml:3:19 A=over");
    assert_eq!(
        loaded.losers("A"),
        [
            "compose.yml:8:19 A: compose.override.yml replaces it",
            "compose.yml:4:19 A: the service's own value wins over the one it extends",
            "a.env:1:3 1: environment: wins over env_file:",
        ]
    );
    assert_eq!(loaded.winner("B").layer, Layer::ComposeEnvFile);
    assert_eq!(loaded.at(loaded.winner("B").place), "b.env:1:3 3");
    assert_eq!(
        loaded.losers("B"),
        ["a.env:3:3 2: a later env_file wins", "a.env:2:3 1: a later line of the same file wins"]
    );
}

#[test]
fn anchors_extends_and_includes_say_that_they_brought_a_value() {
    let loaded = load(
        &[
            (
                "compose.yml",
                "include: [sub/inc.yml]\nx-env: &env {A: 1}\nservices:\n  web:\n    extends: {file: base.yml, service: b}\n    environment:\n      <<: *env\n",
            ),
            ("base.yml", "services:\n  b: {image: i, environment: {B: 2}}\n"),
            ("sub/inc.yml", "services:\n  web: {environment: {C: 3}}\n"),
        ],
        &[],
    );
    assert_eq!(loaded.steps(loaded.winner("A")), ["merge-key @ compose.yml:7:7 <<"]);
    assert_eq!(loaded.at(loaded.winner("A").place), "compose.yml:2:14 A");
    assert_eq!(
        loaded.steps(loaded.winner("B"))[0],
        "extends @ compose.yml:5:14 {file: base.yml, service: b}"
    );
    assert_eq!(loaded.steps(loaded.winner("C"))[0], "include @ compose.yml:1:11 sub/inc.yml");
}

#[test]
fn an_unresolved_name_hides_the_env_file() {
    let loaded = load(
        &[
            ("compose.yml", "services: {web: {image: i, env_file: a.env, environment: [A]}}\n"),
            ("a.env", "A=hidden\n"),
        ],
        &[],
    );
    assert_eq!(loaded.variable("A").winner, None);
    assert_eq!(loaded.variable("A").losers[0].candidate.layer, Layer::ComposeEnvFile);
}

#[test]
fn one_bad_service_does_not_lose_the_others() {
    let loaded = load(
        &[(
            "compose.yml",
            "services:\n  bad: {image: \"${NOPE:?set NOPE first}\", portz: []}\n  web: {image: i, environment: {A: 1}}\n",
        )],
        &[],
    );
    let messages: Vec<_> = loaded.project.refusals.iter().map(|r| (r.message.as_str(), r.fatal)).collect();
    assert!(
        messages.contains(&("required variable NOPE is missing a value: set NOPE first", false)),
        "{messages:?}"
    );
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert_eq!(loaded.at(loaded.project.refusals[0].place), "compose.yml:2:17 ${NOPE:?set NOPE first}");
    assert_eq!(loaded.winner("A").value.as_ref().map(Text::expose), Some("1"));
}

#[test]
fn assumed_variables_are_unknown_and_nothing_is_refused() {
    let options = LoadOptions { assume_env: true, ..LoadOptions::default() };
    let loaded = load_with(
        &[(
            "compose.yml",
            "services:\n  web:\n    image: ${IMAGE:-openclaw:latest}\n    environment: [\"A=${A:?}\", \"B=x-${B}\", C, D=d]\n    env_file: [absent.env]\n    ports: [\"${BIND}:${PORT:-18789}:18789\"]\n",
        )],
        &[],
        &options,
    );
    assert_eq!(loaded.project.refusals, []);
    for name in ["A", "B", "C"] {
        assert_eq!(loaded.winner(name).value, None, "{name}");
    }
    assert_eq!(loaded.winner("D").value.as_ref().map(Text::expose), Some("d"));
    let deployment = loaded.service("web").deployment();
    assert_eq!(deployment.image.unwrap().value, "openclaw:latest");
    assert_eq!(
        (deployment.ports[0].host_ip.as_deref(), deployment.ports[0].target.as_str()),
        (None, "18789")
    );
}

#[test]
fn nothing_says_a_value() {
    const SECRET: &str = "hunter2hunter2";
    let compose = format!(
        "services:\n  web:\n    image: i\n    command: \"run '{SECRET}\"\n    tty: {SECRET}\n    scale: {SECRET}\n    \
         mem_limit: {SECRET}\n    ports: [\"{SECRET}\", \"${{S}}:1:2\"]\n    volumes: [\"${{S}}:/a:/b:/c:{SECRET}\", \"${{S}}:/x\"]\n    \
         env_file: [{{path: e.env, format: {SECRET}}}, f.env]\n    secrets: [\"${{S}}\"]\n    networks: {SECRET}\n    depends_on: [\"${{S}}\"]\n    links: [\"${{S}}:a\"]\n    extends: {{service: \"${{S}}\"}}\n    \
         stop_grace_period: {SECRET}\n    environment:\n      A: ${{S}}\n      B: \"${{NOPE:?{SECRET}}}\"\n      C: \"${{{SECRET}!}}\"\n      \
         D: 20240102\n      E: [{SECRET}]\n      F: ${{NOPE:-{SECRET}}}\n"
    );
    let env_file = format!("X={SECRET}\n{SECRET} y={SECRET}\n/={SECRET}\nZ=\"{SECRET}\n");
    let broken = format!("services:\n  web:\n   image: `{SECRET}`\n  - {SECRET}\n");
    for compose in [compose.as_str(), broken.as_str()] {
        let files = [("compose.yml", compose), ("f.env", &env_file), ("e.env", "A=1\n"), (".env", &env_file)];
        let loaded = load(&files, &[("S", SECRET), ("COMPOSE_PROJECT_NAME", "HUNTER2hunter2")]);
        assert!(loaded.project.refusals.len() > 1);
        let all = format!("{:?} {:?}", loaded.project, loaded.sources).to_lowercase();
        for secret in ["hunter2", "20240102"] {
            let at = all.find(secret);
            assert_eq!(at, None, "{}", at.map_or("", |at| &all[at.saturating_sub(200)..at + 20]));
        }
    }
}

#[test]
fn files_that_are_no_files_are_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("directory.yml")).unwrap();
    std::os::unix::fs::symlink("loop.yml", path.join("loop.yml")).unwrap();
    fs::write(path.join("jinja.yml"), "services:\n  {% if x %}\n  web: {image: x}\n  {% endif %}\n").unwrap();
    fs::File::create(path.join("large.yml")).unwrap().set_len(100 << 20).unwrap();
    for (file, words) in [
        ("directory.yml", "is a directory"),
        ("loop.yml", "leads back to itself"),
        ("jinja.yml", "looks like a template"),
        ("large.yml", "too large"),
        ("absent.yml", "no such file"),
    ] {
        let host = World::on_disk(BTreeMap::new(), path.to_owned());
        let options = LoadOptions { files: vec![file.to_owned()], ..LoadOptions::default() };
        let project = compose::load(&options, &host, &mut Sources::default());
        let refusal = &project.refusals[0];
        assert!(refusal.fatal && refusal.message.contains(words), "{refusal:?}");
        assert!(refusal.path.ends_with(file), "{refusal:?}");
    }
}
