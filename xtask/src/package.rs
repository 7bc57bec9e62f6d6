//! An npm package, unpacked below `target/`, and the node that runs scripts on it.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What the scripts need (`module.registerHooks`).
const LEAST_NODE: u32 = 24;
/// Where the machine has an older one.
const NODE: &str = "24.21.0";

pub(crate) struct Package {
    folder: PathBuf,
    node: PathBuf,
    cache: PathBuf,
}

impl Package {
    /// The version that its manifest names.
    pub(crate) fn version(&self) -> Result<String> {
        let manifest: Value = serde_json::from_str(&fs::read_to_string(self.folder.join("package.json"))?)?;
        Ok(manifest["version"].as_str().context("package.json names no version")?.to_owned())
    }

    /// What a script of `xtask/js` prints about the package.
    pub(crate) fn run(&self, script: &str) -> Result<Value> {
        // What the package's own modules may touch while they are loaded.
        let home = self.cache.join("home");
        fs::create_dir_all(&home)?;
        let output = Command::new(&self.node)
            .arg(crate::scripts().join(script))
            .arg(&self.folder)
            .current_dir(&home)
            .env("HOME", &home)
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot run {}", self.node.display()))?;
        if !output.status.success() {
            bail!("{script} failed: see above");
        }
        serde_json::from_slice(&output.stdout).with_context(|| format!("{script} did not print JSON"))
    }
}

/// Fetches and unpacks a package, unless it is there from an earlier run.
pub(crate) fn fetch(spec: &str, cache: &Path) -> Result<Package> {
    let local = Path::new(spec);
    if local.join("package.json").is_file() {
        return Ok(Package { folder: local.to_owned(), node: node(cache)?, cache: cache.to_owned() });
    }
    if spec.rfind('@').is_none_or(|at| at == 0) {
        bail!("{spec} names no version: say PACKAGE@VERSION");
    }
    let folder = unpacked(spec, cache)?;
    let manifest: Value = serde_json::from_str(&fs::read_to_string(folder.join("package.json"))?)?;
    // Releases before 2026.5 import zod, which later ones bring along in their own files.
    if let Some(range) = manifest["dependencies"]["zod"].as_str() {
        let zod = folder.join("node_modules/zod");
        if !zod.exists() {
            let version = range.trim_start_matches(['^', '~', '=']);
            copy(&unpacked(&format!("zod@{version}"), cache)?, &zod)?;
        }
    }
    Ok(Package { folder, node: node(cache)?, cache: cache.to_owned() })
}

fn unpacked(spec: &str, cache: &Path) -> Result<PathBuf> {
    let target = cache.join(spec.replace(['@', '/'], "-"));
    if !target.exists() {
        eprintln!("fetching {spec}");
        fs::create_dir_all(cache)?;
        let printed = tool(Command::new("npm").args(["pack", "--silent", spec]).current_dir(cache))?;
        let archive = cache.join(printed.lines().last().unwrap_or_default().trim());
        let partial = target.with_extension("partial");
        let _ = fs::remove_dir_all(&partial);
        fs::create_dir_all(&partial)?;
        tool(Command::new("tar").arg("xzf").arg(&archive).arg("-C").arg(&partial))?;
        fs::remove_file(&archive)?;
        fs::rename(&partial, &target)?;
    }
    Ok(target.join("package"))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    tool(Command::new("cp").arg("-R").arg(from.join(".")).arg(to)).map(drop)
}

/// The node of the machine where it is new enough, else one from npm.
fn node(cache: &Path) -> Result<PathBuf> {
    let version = tool(Command::new("node").arg("--version")).unwrap_or_default();
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok());
    if major.is_some_and(|major: u32| major >= LEAST_NODE) {
        return Ok("node".into());
    }
    let os = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    Ok(unpacked(&format!("node-{os}-{arch}@{NODE}"), cache)?.join("bin/node"))
}

/// What a command prints.
fn tool(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("{} failed: {}", command.get_program().display(), errors.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
