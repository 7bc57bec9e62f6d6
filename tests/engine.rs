//! The engine's facade, against a real engine where one answers, and against a fake one for faults
//! that a real one does not produce on request.

#![allow(clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::{
    text::secret::Bytes,
    vocabulary::deployment::MountKind,
    world::{
        container_fs::{ContainerFs as _, LiveFs, Look},
        engine::{
            Engine, EngineError, EngineOptions, Exec, FileRead, ListFilter, Stat, Unreachable,
            docker_host::ChosenBy,
        },
        files::ReadError,
        host::World,
    },
};
use common::{
    engine::{Container, docker, engine, skip},
    fake::{Fake, Reply},
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const SECRET: &str = "hunter2-secret";

/// The real engine, or the end of the test.
macro_rules! real {
    ($test:literal) => {
        match engine() {
            Ok(engine) => engine,
            Err(why) => return skip($test, &why),
        }
    };
}

/// Everything that a person may ever see of an error.
fn all_words(error: &EngineError) -> String {
    format!("{error}\n{error:?}\n{}", error.advice().join("\n"))
}

#[test]
fn inspects_a_container_and_its_image() {
    let engine = real!("inspects_a_container_and_its_image");
    let dir = tempfile::tempdir().expect("a temporary directory");
    let bind = format!("{}:/state:ro", dir.path().display());
    let env = format!("TOKEN={SECRET}=x");
    let c = Container::run(
        "inspect",
        &[
            "-e",
            &env,
            "-e",
            "EMPTY=",
            "-v",
            &bind,
            "-v",
            "/anonymous",
            "--tmpfs",
            "/memory",
            "--label",
            "com.docker.compose.service=svc",
            "-p",
            "127.0.0.1::18789",
            "--restart",
            "unless-stopped",
        ],
    );
    let seen = engine.inspect_with_image(&c.name).expect("it is there");
    let (container, image) = (seen.container, seen.image.expect("its image is there"));
    assert_eq!((container.id.as_str(), container.name.as_str()), (c.id.as_str(), c.name.as_str()));
    assert_eq!((container.state.status.as_str(), container.state.running), ("running", true));
    assert_eq!(container.var("TOKEN").map(|t| t.expose()), Some(format!("{SECRET}=x").as_str()));
    assert_eq!(container.var("EMPTY").map(|t| t.len()), Some(0));
    assert_eq!(container.var("FROM_IMAGE").map(|t| t.expose()), Some("image"));
    assert_eq!(image.env.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["FROM_IMAGE"]);
    assert_eq!((container.image_id, container.labels.service()), (image.id, Some("svc")));
    assert_eq!(image.tags, [common::engine::IMAGE]);
    assert_eq!((container.user.as_deref(), container.working_dir.as_deref()), (Some("1000"), Some("/app")));
    assert_eq!(container.restart.as_deref(), Some("unless-stopped"));
    let argv: Vec<_> = container.args.iter().map(|a| a.expose()).collect();
    assert_eq!((container.path.expose(), argv.as_slice()), ("/bin/helper", ["sleep"].as_slice()));
    let kind = |target: &str| {
        let found = container.mounts.iter().find(|m| m.mount.target == target);
        found.map(|m| (m.mount.kind, m.mount.read_only, m.host_path.is_some()))
    };
    assert_eq!(kind("/state"), Some((MountKind::Bind, true, true)));
    assert_eq!(kind("/anonymous"), Some((MountKind::Volume, false, true)));
    assert_eq!(kind("/memory"), Some((MountKind::Tmpfs, false, false)));
    let port = container.ports.first().expect("a port");
    assert_eq!((port.target.as_str(), port.host_ip.as_deref()), ("18789", Some("127.0.0.1")));
    let again = engine.inspect(&c.id).expect("by id");
    assert!(!format!("{engine:?} {again:?}").contains(SECRET));
}

#[test]
fn finds_a_container_by_every_name_it_has() {
    let engine = real!("finds_a_container_by_every_name_it_has");
    let service = format!("svc{}", std::process::id());
    let labels = [
        "--label",
        &format!("com.docker.compose.service={service}"),
        "--label",
        "com.docker.compose.project=one",
    ];
    let a = Container::run("names", &labels);
    for name in [a.name.clone(), format!("/{}", a.name), a.id.clone(), a.id[..12].to_owned(), service.clone()]
    {
        assert_eq!(engine.inspect(&name).expect(&name).id, a.id, "{name}");
    }
    let shortest = (1..64).map(|n| &a.id[..n]).find(|prefix| {
        docker(&["ps", "-aq", "--no-trunc"])
            .is_ok_and(|ids| ids.lines().filter(|id| id.starts_with(prefix)).count() == 1)
    });
    assert_eq!(engine.inspect(shortest.expect("a unique start")).expect("by it").id, a.id);

    let oneoff = [&labels[..], &["--label", "com.docker.compose.oneoff=True"]].concat();
    let _oneoff = Container::start("create", "oneoff", &[&oneoff[..], &[common::engine::IMAGE]].concat());
    assert_eq!(engine.inspect(&service).expect("one-off containers are not the service").id, a.id);

    let b = Container::start("create", "second", &[&labels[..], &[common::engine::IMAGE]].concat());
    match engine.inspect(&service) {
        Err(EngineError::Ambiguous { candidates, .. }) => {
            let mut names: Vec<_> = candidates.iter().map(|c| c.name.as_str()).collect();
            names.sort_unstable();
            let mut both = [a.name.as_str(), b.name.as_str()];
            both.sort_unstable();
            assert_eq!(names, both);
        }
        other => panic!("{other:?}"),
    }
    // A service that is called as the id of another container begins.
    let _cafe = Container::run("cafe", &["--label", &format!("com.docker.compose.service={}", &a.id[..6])]);
    assert!(matches!(engine.inspect(&a.id[..6]), Err(EngineError::Ambiguous { .. })));
}

#[test]
fn an_unknown_target_names_what_was_perhaps_meant() {
    let engine = real!("an_unknown_target_names_what_was_perhaps_meant");
    let c = Container::run("openclaw-gateway", &[]);
    let typo = c.name.replace("openclaw-gateway", "opnclaw-gateway");
    match engine.inspect(&typo) {
        Err(error @ EngineError::NotFound { .. }) => assert!(all_words(&error).contains(&c.name)),
        other => panic!("{other:?}"),
    }
    match engine.inspect("zzzzzzzzzzzzzzzzzzzz") {
        Err(EngineError::NotFound { candidates, .. }) => {
            assert!(candidates.iter().any(|found| found.name.contains("openclaw")), "{candidates:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn lists_by_label_and_state() {
    let engine = real!("lists_by_label_and_state");
    let label = format!("clawdock.list={}", std::process::id());
    let running = Container::run("list", &["--label", &label]);
    let stopped = Container::start("create", "list", &["--label", &label, common::engine::IMAGE]);
    let list = |all| {
        let filter = ListFilter { all, labels: vec![label.clone()] };
        let mut ids: Vec<String> = engine.list(&filter).expect("a list").into_iter().map(|c| c.id).collect();
        ids.sort();
        ids
    };
    assert_eq!(list(false), std::slice::from_ref(&running.id));
    let mut both = [running.id.clone(), stopped.id.clone()];
    both.sort();
    assert_eq!(list(true), both);
    let all = engine.inspect_all(&[&running.id, &stopped.id, "0000000000000000"]);
    let found: Vec<_> = all.iter().map(|r| r.as_ref().ok().map(|i| i.container.id.as_str())).collect();
    assert_eq!(found, [Some(running.id.as_str()), Some(stopped.id.as_str()), None]);
}

#[test]
fn looks_at_files_of_every_kind_running_or_not() {
    let engine = real!("looks_at_files_of_every_kind_running_or_not");
    let running = Container::run("files", &["-v", "/data/volume"]);
    let stopped = Container::start("create", "files", &[common::engine::IMAGE]);
    for c in [&running, &stopped] {
        let read = |path: &str| engine.read_file(&c.id, path, 1000).expect(path);
        for path in ["/app/package.json", "/data/near", "/data/abs"] {
            let FileRead::File { path: real, bytes, owner } = read(path) else { panic!("{path}") };
            assert_eq!((real.as_str(), bytes.len()), ("/app/package.json", 40), "{path}");
            assert_eq!(owner.map(|o| (o.uid, o.gid, o.mode)), Some((1000, 1000, 0o640)));
        }
        assert_eq!(read("/data/none"), FileRead::Absent);
        assert_eq!(read("/data/dangling"), FileRead::Absent);
        assert_eq!(read("/app/package.json/below"), FileRead::Absent);
        assert_eq!(read("/data/dir"), FileRead::Directory);
        assert_eq!(read("/data/fifo"), FileRead::Special("FIFO"));
        assert_eq!(read("/data/loop"), FileRead::Loop);
        assert_eq!(read("/data/big"), FileRead::TooLarge { size: 1 << 20 });
        let limit = engine.read_file(&c.id, "/data/big", 1 << 20).expect("just within the limit");
        assert!(matches!(limit, FileRead::File { bytes, .. } if bytes.len() == 1 << 20));
        assert_eq!(engine.stat(&c.id, "/data/near").expect("a link"), Stat::Link("/app/package.json".into()));
    }
    assert!(matches!(engine.read_file("0000000000000000", "/x", 10), Ok(FileRead::Absent) | Err(_)));
}

/// One archive for a directory, whatever else is in it.
#[test]
fn reads_files_of_one_directory_together() {
    let engine = real!("reads_files_of_one_directory_together");
    let dir = tempfile::tempdir().expect("a temporary directory");
    let at = |name: &str| dir.path().join("agent").join(name);
    std::fs::create_dir_all(at("below")).expect("a directory");
    for (name, text) in [("a", "main"), ("a-wal", "log"), ("below/a", "another"), ("long", "0123456789")] {
        std::fs::write(at(name), text).expect("a file");
    }
    std::os::unix::fs::symlink("a", at("link")).expect("a link");
    std::os::unix::fs::symlink("agent", dir.path().join("linked")).expect("a link");
    let mount = format!("{}:/state", dir.path().display());
    let container = Container::run("together", &["-v", &mount]);
    for folder in ["/state/agent", "/state/linked", "/state/agent/"] {
        let names = ["a", "a-wal", "none", "link", "long", "below"];
        let reads = engine.read_files(&container.id, folder, &names, 9).expect(folder);
        let texts: Vec<String> = reads
            .into_iter()
            .map(|read| match read {
                FileRead::File { bytes, .. } => String::from_utf8_lossy(&bytes).into_owned(),
                other => format!("{other:?}"),
            })
            .collect();
        let expected = ["main", "log", "Absent", "main", "TooLarge { size: 10 }", "Directory"];
        assert_eq!(texts, expected, "{folder}");
    }
    let none = engine.read_files(&container.id, "/state/gone", &["a", "b"], 9).expect("no directory");
    assert_eq!(none, [FileRead::Absent, FileRead::Absent]);
}

#[test]
fn sees_the_files_that_the_container_sees() {
    let engine = real!("sees_the_files_that_the_container_sees");
    let dir = tempfile::tempdir().expect("a temporary directory");
    let at = |name: &str| dir.path().join(name);
    std::fs::create_dir_all(at("state/workspace")).expect("a directory");
    std::fs::create_dir(at("ws")).expect("a directory");
    std::fs::write(at("state/openclaw.json"), "{}").expect("a file");
    std::fs::write(at("ws/a"), "inner").expect("a file");
    std::fs::write(at("single"), "one").expect("a file");
    std::os::unix::fs::symlink("/app/package.json", at("state/image")).expect("a link");
    let bind = |from: &str, to: &str| format!("{}:{to}", at(from).display());
    let c = Container::run(
        "fs",
        &[
            "-v",
            &bind("state", "/state"),
            "-v",
            &bind("ws", "/state/workspace"),
            "-v",
            &bind("single", "/single.json"),
            "-v",
            &bind("state", "/linked/state"),
            "--tmpfs",
            "/memory",
        ],
    );
    let container = engine.inspect(&c.id).expect("it is there");
    let mut fs = LiveFs::new(&engine, &container);
    let shown = |look: Look| match look {
        Look::Text { name, text, .. } => format!("{name} {text}"),
        other => format!("{other:?}"),
    };
    // From outside of the engine's host, or from a container, all of it comes through the engine.
    let host = |path: &str, inside: &str| match engine.shares_files() {
        true => at(path).display().to_string(),
        false => format!("{}:{inside}", c.name),
    };
    let in_image = format!("{}:/app/package.json {{\"name\":\"openclaw\",\"version\":\"2026.9.6\"}}", c.name);
    let config = host("state/openclaw.json", "/state/openclaw.json");
    assert_eq!(shown(fs.look("/state/openclaw.json", 99)), format!("{config} {{}}"));
    assert_eq!(
        shown(fs.look("/state/workspace/a", 99)),
        format!("{} inner", host("ws/a", "/state/workspace/a"))
    );
    assert_eq!(shown(fs.look("/state/image", 99)), in_image);
    assert_eq!(shown(fs.look("/app/package.json", 99)), in_image);
    // `/linked` leads to `/data` in the image.
    for path in ["/linked/state/openclaw.json", "/data/state/openclaw.json"] {
        let Look::Text { text, .. } = fs.look(path, 99) else { panic!("{path}") };
        assert_eq!(text, "{}", "{path}");
    }
    assert_eq!(fs.look("/state/none", 99), Look::Absent);
    assert_eq!(fs.look("/none/none", 99), Look::Absent);
    assert!(matches!(fs.look("/memory/x", 99), Look::Unseen { .. }));
    assert!(matches!(fs.look("/data/big", 99), Look::Unreadable { why: ReadError::TooLarge { .. }, .. }));
    assert_eq!(shown(fs.look("/single.json", 99)), format!("{} one", host("single", "/single.json")));

    // An editor writes a new file and moves it over the old one: the mount keeps the old one.
    std::fs::write(at("new"), "two").expect("a file");
    std::fs::rename(at("new"), at("single")).expect("moved");
    if engine.shares_files() {
        let look = LiveFs::new(&engine, &container).look("/single.json", 99);
        assert!(matches!(&look, Look::Unseen { why } if why.contains("replaced")), "{look:?}");
    }
    drop(fs);
    std::fs::rename(at("ws"), at("moved")).expect("moved");
    if engine.shares_files() {
        let look = LiveFs::new(&engine, &container).look("/state/workspace/a", 99);
        assert!(matches!(&look, Look::Unseen { why } if why.contains("moved")), "{look:?}");
    }
}

#[test]
fn runs_a_command() {
    let engine = real!("runs_a_command");
    let c = Container::run("exec", &[]);
    let exec = |word: &str| Exec {
        argv: vec!["/bin/helper".into(), word.into()],
        max_output: 1000,
        ..Exec::default()
    };
    let both = engine.exec(&c.id, &exec("both")).expect("it ran");
    assert_eq!((&*both.stdout, &*both.stderr, both.exit_code), (&b"out\n"[..], &b"err\n"[..], Some(3)));
    let cat = Exec { stdin: Some(Bytes(SECRET.into())), ..exec("cat") };
    let cat = engine.exec(&c.id, &cat).expect("its input ends");
    assert_eq!((&*cat.stdout, cat.exit_code), (SECRET.as_bytes(), Some(0)));
    let env = Exec { env: vec![("T".into(), SECRET.into())], ..exec("env") };
    let env = engine.exec(&c.id, &env).expect("it ran").stdout;
    assert!(String::from_utf8_lossy(&env).contains(&format!("T={SECRET}")));
    let flood = engine.exec(&c.id, &exec("flood")).expect("it ran");
    assert_eq!((flood.stdout.len(), flood.truncated, flood.exit_code), (1000, true, Some(0)));
    let none = Exec { argv: vec!["/no/such".into()], ..Exec::default() };
    assert!(engine.exec(&c.id, &none).is_ok_and(|o| matches!(o.exit_code, Some(126 | 127))));
    let slow = Exec { timeout: Some(Duration::from_millis(300)), ..exec("sleep") };
    assert!(matches!(engine.exec(&c.id, &slow), Err(EngineError::Timeout { .. })));
    let stopped = Container::start("create", "exec", &[common::engine::IMAGE]);
    assert!(matches!(engine.exec(&stopped.id, &exec("both")), Err(EngineError::NotRunning { .. })));
    docker(&["pause", &c.id]).expect("paused");
    assert!(matches!(engine.exec(&c.id, &exec("both")), Err(EngineError::NotRunning { .. })));
    docker(&["unpause", &c.id]).expect("unpaused");
}

#[test]
fn an_engine_that_hangs_is_given_up() {
    for reply in [Reply::Hang, Reply::HalfHang] {
        let fake = Fake::start(move |_| reply.clone());
        let started = Instant::now();
        let limit = Duration::from_millis(500);
        let error = fake.engine_that_waits(limit).inspect("gw").expect_err("no answer");
        assert!(matches!(&error, EngineError::Timeout { after, .. } if *after == limit));
        assert!(all_words(&error).contains("--timeout"));
        assert!(started.elapsed() < Duration::from_secs(3));
    }
}

#[test]
fn no_answer_of_the_engine_is_ever_repeated() {
    let body = format!("{{\"message\":\"TOKEN={SECRET}\"}}");
    let plain = format!("oops TOKEN={SECRET}");
    let odd = format!("{{\"Id\": 7, \"Config\": {{\"Env\": [\"TOKEN={SECRET}\"]}}}}");
    for (reply, expected) in [
        (Reply::Http(500, body.clone()), "HTTP 500"),
        (Reply::Http(403, plain), "HTTP 403"),
        (Reply::Http(200, odd), "makes no sense"),
        (Reply::Http(200, format!("{{\"Id\": \"x\", \"Config\": \"TOKEN={SECRET}")), "makes no sense"),
        (Reply::Http(200, format!("[\"{SECRET}\"]")), "makes no sense"),
        (Reply::Raw(b"hunter2-secret is no HTTP\r\n\r\n"), "is not a Docker engine"),
        (Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"hunter2-secret\""), "no Docker engine"),
    ] {
        let fake = Fake::start(move |_| reply.clone());
        let engine = fake.engine();
        let error = engine.inspect("gw").expect_err(expected);
        let words = all_words(&error);
        assert!(words.contains(expected), "{words}");
        assert!(!words.contains(SECRET), "{words}");
        let others = [
            engine.list(&ListFilter::default()).map(|_| ()),
            engine.exec("gw", &Exec::default()).map(|_| ()),
            engine.read_file("gw", "/x", 9).map(|_| ()),
        ];
        for error in others.into_iter().filter_map(Result::err) {
            assert!(!all_words(&error).contains(SECRET), "{}", all_words(&error));
        }
    }
}

#[test]
fn a_word_that_is_new_to_us_costs_nothing() {
    let fake = Fake::start(|line| {
        let one = |status: &str| {
            format!(
                "{{\"Id\":\"abc\",\"Name\":\"/gw\",\"Image\":\"sha256:1\",\"State\":{{\"Status\":\"{status}\"}},\
                 \"Config\":{{\"Env\":[\"A=1\"]}},\"HostConfig\":{{\"RestartPolicy\":{{\"Name\":\"sometimes\"}}}},\
                 \"Mounts\":[{{\"Type\":\"wormhole\",\"Destination\":\"/x\"}}]}}"
            )
        };
        match line {
            l if l.contains("/containers/json") => {
                Reply::Http(200, "[{\"Id\":\"abc\",\"Names\":[\"/gw\"],\"State\":\"dreaming\"}]".into())
            }
            l if l.contains("/containers/gw/json") => Reply::Http(200, one("dreaming")),
            _ => Reply::Http(404, "{\"message\":\"no such image\"}".into()),
        }
    });
    let engine = fake.engine();
    let seen = engine.inspect_with_image("gw").expect("it can be read");
    assert_eq!(seen.container.state.status, "dreaming");
    assert_eq!(seen.container.var("A").map(|t| t.expose()), Some("1"));
    assert_eq!(seen.container.mounts.first().map(|m| m.mount.kind), Some(MountKind::Other));
    assert!(seen.image.is_none());
    let list = engine.list(&ListFilter::default()).expect("it can be read");
    assert_eq!(list.first().map(|c| c.state.as_str()), Some("dreaming"));
    // An API version in the path would shut out engines older or newer than the library.
    let requests = fake.requests.lock().expect("no panic before");
    assert_eq!(requests[0], "GET /containers/gw/json HTTP/1.1");
    assert!(requests.iter().all(|line| !line.contains("/v1.")), "{requests:?}");
}

#[test]
fn a_connection_that_ends_unasked_is_opened_again() {
    let answer = || "{\"Id\":\"abc\",\"Name\":\"/gw\",\"Image\":\"sha256:1\",\"Config\":{}}".to_owned();
    let fake = Fake::start(move |_| Reply::HttpOnce(200, answer()));
    let engine = fake.engine();
    engine.inspect("gw").expect("the first answer");
    engine.inspect("gw").expect("the second, after one connection ended without it");
    let requests = fake.requests.lock().expect("no panic before");
    assert!(requests.len() >= 3, "the second question was asked twice: {requests:?}");
}

fn connect(host: &str) -> Result<Engine, EngineError> {
    let timeout = Some(Duration::from_secs(2));
    Engine::connect(
        &EngineOptions { host: Some(host.into()), context: None, timeout },
        &World::on_disk(Default::default(), Default::default()),
    )
}

#[test]
fn says_why_no_engine_answers() {
    let why = |host: &str| match connect(host).and_then(|e| e.list(&ListFilter::default())) {
        Err(error @ EngineError::Unreachable { .. }) => {
            let words = all_words(&error);
            assert!(words.contains("--host"), "{words}");
            let EngineError::Unreachable { why, endpoint, .. } = error else { unreachable!() };
            assert_eq!(endpoint.chosen_by, ChosenBy::HostFlag);
            why
        }
        other => panic!("{host}: {other:?}"),
    };
    let dir = tempfile::tempdir().expect("a temporary directory");
    let at = |name: &str| dir.path().join(name);
    let url = |path: &Path| format!("unix://{}", path.display());
    assert_eq!(why(&url(&at("none.sock"))), Unreachable::Absent);
    drop(std::os::unix::net::UnixListener::bind(at("dead.sock")).expect("a socket"));
    assert_eq!(why(&url(&at("dead.sock"))), Unreachable::Refused);
    assert_eq!(why("tcp://127.0.0.1:1"), Unreachable::Refused);
    assert_eq!(why("tcp://no-such-host.invalid:2375"), Unreachable::UnknownHost);
    assert!(connect("tcp://user:hunter2@127.0.0.1:1").is_ok_and(|e| !format!("{e:?}").contains("hunter2")));
}

#[test]
fn plain_http_to_a_tls_port_is_told() {
    // What a TLS server says to a plain request.
    let fake = Fake::start(|_| Reply::Raw(b"\x15\x03\x01\x00\x02\x02\x16"));
    match fake.engine().list(&ListFilter::default()) {
        Err(EngineError::Unreachable { why, .. }) => assert_eq!(why, Unreachable::Protocol),
        other => panic!("{other:?}"),
    }
}
