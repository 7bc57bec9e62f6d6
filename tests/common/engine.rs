//! A real engine for the tests: a small image of our own, and containers that remove themselves.

use clawdock::world::{
    engine::{Engine, EngineOptions},
    host::World,
};
use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// The image of the engine tests.
pub const IMAGE: &str = "clawdock-test:engine";

/// Says why a test does nothing: `THING: what is wrong with it`.
///
/// Where `CLAWDOCK_TESTS_MUST_RUN` is set, as in CI, that fails the test, but for things that
/// `CLAWDOCK_TESTS_WITHOUT` names with `;` between them: those that cannot be had on this machine at
/// all, which `tests/run` finds out and says.
#[expect(clippy::disallowed_methods, reason = "tests are told through the environment")]
pub fn skip(test: &str, why: &str) {
    let (thing, _) = why.split_once(": ").unwrap_or_else(|| panic!("`THING: WHY`, and not {why:?}"));
    let without = std::env::var("CLAWDOCK_TESTS_WITHOUT").unwrap_or_default();
    let must_run = std::env::var_os("CLAWDOCK_TESTS_MUST_RUN").is_some();
    assert!(!must_run || without.split(';').any(|w| w == thing), "{test} must run, but {why}");
    // Past the capture of the test harness: a skipped test must not look like a passed one.
    let _ = writeln!(std::io::stderr().lock(), "\nSKIPPED {test}: {why}");
}

/// Says that a test is left out because it takes long, and how it is run.
pub fn left_out(test: &str, how: &str) {
    let _ = writeln!(std::io::stderr().lock(), "\nLEFT OUT {test}: {how}");
}

/// Runs docker, and gives what it wrote when that went well.
pub fn docker(args: &[&str]) -> Result<String, String> {
    let output = Command::new("docker").args(args).stdin(Stdio::null()).output();
    said(output.map_err(|e| format!("docker cannot be run: {}", e.kind()))?, args)
}

fn said(output: Output, args: &[&str]) -> Result<String, String> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let first = args.first().copied().unwrap_or_default();
    Err(format!("docker {first}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// The engine of this machine, with the test image in it; or why there is none.
pub fn engine() -> Result<Engine, String> {
    static READY: OnceLock<Result<(), String>> = OnceLock::new();
    READY
        .get_or_init(|| answers().and_then(|()| image().map_err(|e| format!("the test image: {e}"))))
        .clone()?;
    Engine::connect(&EngineOptions::default(), &World::of_process())
        .map_err(|e| format!("the Docker engine: {e}"))
}

/// Whether an engine answers.
pub fn answers() -> Result<(), String> {
    let version = docker(&["version", "--format", "{{.Server.Version}}"]);
    version.map(|_| ()).map_err(|e| format!("the Docker engine: {e}"))
}

/// Whether an image is there.
pub fn has_image(name: &str) -> Result<(), String> {
    let found = docker(&["image", "inspect", "--format", "{{.Id}}", name]);
    found.map(|_| ()).map_err(|e| format!("image {name}: {e}"))
}

/// Imports the test image, unless it is there as these files describe it.
fn image() -> Result<(), String> {
    let mut hasher = DefaultHasher::new();
    (include_str!("engine.rs"), include_str!("helper.rs")).hash(&mut hasher);
    let key = format!("{:x}", hasher.finish());
    let format = "{{index .Config.Labels \"clawdock.test\"}}";
    match docker(&["image", "inspect", "--format", format, IMAGE]) {
        Ok(there) if there == key => return Ok(()),
        // An import over it would leave it behind without a name.
        Ok(_) => drop(docker(&["image", "rm", IMAGE])),
        Err(_) => {}
    }
    import(&key)
}

/// One static program, and files of every kind.
fn import(key: &str) -> Result<(), String> {
    let label = format!("LABEL clawdock.test={key}");
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let program = dir.join("helper");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/helper.rs");
    let built = Command::new("rustc")
        .args(["--edition=2024", "-Copt-level=1", "-Ctarget-feature=+crt-static", "-o"])
        .args([&program, &source])
        .status();
    if !built.is_ok_and(|status| status.success()) {
        return Err("the program of the test image cannot be built".into());
    }
    let tar = tarball(&program).map_err(|e| format!("the test image cannot be packed: {e}"))?;
    let args = [
        "import",
        "-c",
        "ENV FROM_IMAGE=image",
        "-c",
        &label,
        "-c",
        "ENTRYPOINT [\"/bin/helper\"]",
        "-c",
        "WORKDIR /app",
        "-c",
        "USER 1000",
        "-",
        IMAGE,
    ];
    let mut import = Command::new("docker")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    if let Some(mut stdin) = import.stdin.take() {
        stdin.write_all(&tar).map_err(|e| e.to_string())?;
    }
    said(import.wait_with_output().map_err(|e| e.to_string())?, &args).map(|_| ())
}

fn tarball(program: &Path) -> std::io::Result<Vec<u8>> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut entry = |path: &str, kind: tar::EntryType, link: Option<&str>, data: &[u8], mode: u32| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(data.len() as u64);
        header.set_mode(mode);
        header.set_uid(1000);
        header.set_gid(1000);
        match link {
            Some(target) => tar.append_link(&mut header, path, target),
            None => tar.append_data(&mut header, path, data),
        }
    };
    use tar::EntryType as Kind;
    #[expect(clippy::disallowed_methods, reason = "a file of the test")]
    entry("bin/helper", Kind::Regular, None, &std::fs::read(program)?, 0o755)?;
    let package = br#"{"name":"openclaw","version":"2026.9.6"}"#;
    entry("app/package.json", Kind::Regular, None, package, 0o640)?;
    for dir in ["data/", "data/dir/", "tmp/"] {
        entry(dir, Kind::Directory, None, b"", 0o777)?;
    }
    entry("linked", Kind::Symlink, Some("data"), b"", 0o777)?;
    entry("data/near", Kind::Symlink, Some("../app/package.json"), b"", 0o777)?;
    entry("data/abs", Kind::Symlink, Some("/data/near"), b"", 0o777)?;
    entry("data/loop", Kind::Symlink, Some("loop"), b"", 0o777)?;
    entry("data/dangling", Kind::Symlink, Some("/none"), b"", 0o777)?;
    entry("data/fifo", Kind::Fifo, None, b"", 0o644)?;
    entry("data/big", Kind::Regular, None, &vec![b'x'; 1 << 20], 0o644)?;
    tar.into_inner()
}

/// A container that is removed, with its volumes, when this goes.
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its full id.
    pub id: String,
}

impl Container {
    /// `docker run --detach`, or `create`; the name begins with `clawdock-test-`.
    pub fn start(verb: &str, name: &str, args: &[&str]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("clawdock-test-{}-{count}-{name}", std::process::id());
        let detach: &[&str] = if verb == "run" { &["--detach"] } else { &[] };
        let args = [&[verb], detach, &["--name", &name], args].concat();
        // Removed also when the start fails half way.
        let mut container = Self { name: name.clone(), id: String::new() };
        container.id = docker(&args).expect("the container starts");
        container
    }

    /// A running container of the test image.
    pub fn run(name: &str, options: &[&str]) -> Self {
        Self::start("run", name, &[options, &[IMAGE, "sleep"]].concat())
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = docker(&["rm", "--force", "--volumes", &self.name]);
    }
}
