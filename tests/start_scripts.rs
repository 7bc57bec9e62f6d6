//! What start scripts do to the environment: real shells run them, and what is said of a variable must be what
//! the program is given.
//!
//! `CLAWDOCK_SCRIPTS=5000 cargo test --test start_scripts` tries that many random scripts.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::{
    openclaw::read::launch::{self, Launch, LaunchInputs, VariableChange},
    provenance::{Candidate, Layer, Variable},
    text::{
        secret::{Bytes, Text},
        source::{SourceName, Sources},
    },
    vocabulary::deployment::{Deployment, Located, Role},
    world::container_fs::{ContainerFs, Look},
};
use common::engine::skip;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

/// What the container gives.
const GIVEN: [(&str, &str); 5] =
    [("T", "old"), ("U", "u p"), ("BLANK", ""), ("OTHER", "o"), ("HOME", "/nonexistent")];
/// What a shell sets by itself.
const OF_THE_SHELL: [&str; 6] = ["PWD", "OLDPWD", "SHLVL", "_", "PATH", "_STDBUF_O"];
const PROGRAM: [&str; 3] = ["node", "dist/index.js", "gateway"];

/// Scripts whose `{}` is the program, and the variables of which nothing can be said.
const SCRIPTS: &[(&str, &str)] = &[
    ("export T=n; exec {}", ""),
    ("T=n; {}", ""),
    ("V=n; {}", ""),
    ("V=n exec {}", ""),
    ("T=n {}", ""),
    ("T= {}", ""),
    ("T= exec {}", ""),
    ("export T=; {}", ""),
    ("unset T; {}", ""),
    ("unset -v T U; {}", ""),
    ("unset T; T=n; {}", ""),
    ("unset T; export T; {}", ""),
    ("T=x V=y env {}", ""),
    ("env -u T {}", ""),
    ("env -uT {}", ""),
    ("env --unset=T {}", ""),
    ("env -u T -u U V=x {}", ""),
    ("exec env T=n {}", ""),
    ("exec env -i PATH=\"$PATH\" T=n {}", ""),
    ("exec env - PATH=\"$PATH\" T=n {}", ""),
    ("exec env --ignore-environment PATH=\"$PATH\" {}", ""),
    ("exec env -i -u X PATH=\"$PATH\" HOME=\"$HOME\" U=\"$U\" {}", ""),
    ("env -C / T=n {}", ""),
    ("env --chdir=/ T=n {}", ""),
    ("env -- T=n {}", ""),
    ("env T=n -- {}", "*"),
    ("env -S 'T=n {}'", ""),
    ("env T=n env T=m {}", ""),
    ("env T=\"$OTHER-x\" {}", ""),
    ("env \"T=a b\" {}", ""),
    ("export -p >/dev/null; {}", ""),
    ("readonly T; {}", ""),
    // Some shells have no such flag.
    ("export -n T; {}", "T"),
    ("export -n U T=n; {}", "T U"),
    ("readonly V=1; export V; {}", ""),
    ("export T; {}", ""),
    ("export T U=2; {}", ""),
    ("export T=\"a\" U='b'; {}", ""),
    ("T=a; export T=b; T=c; {}", ""),
    ("export T=\"$T more\"; {}", ""),
    ("export T=\"${T} ${U:-x}\"; {}", ""),
    ("export T=${V:-d}; {}", ""),
    ("export T=${T:-d}; {}", ""),
    ("export BLANK=${BLANK:-d}; {}", ""),
    ("export BLANK=${BLANK-d}; {}", ""),
    ("export BLANK=${BLANK:+d}; {}", ""),
    ("export T=${T:+d}; {}", ""),
    (": ${V:=d}; export V; {}", ""),
    (": ${T:=d}; {}", ""),
    (": \"${BLANK:=d}\"; {}", ""),
    ("set -a; V=1; W=2; set +a; X=3; {}", ""),
    ("set -o allexport; V=1; set +o allexport; {}", ""),
    ("if [ -n \"$T\" ]; then export T=n; fi; {}", ""),
    ("if [ -z \"$T\" ]; then export T=n; fi; {}", ""),
    ("[ \"$T\" = old ] && export T=n; {}", ""),
    ("[ \"$T\" = new ] || unset T; {}", ""),
    ("[ \"$T\" != old ] && unset U; {}", ""),
    ("test -n \"$BLANK\" || BLANK=x; {}", ""),
    ("true && T=n; {}", ""),
    ("false && T=n; {}", ""),
    ("false || T=n; {}", ""),
    ("! false && T=n; {}", ""),
    ("(T=n); {}", ""),
    ("(export T=n; {})", ""),
    ("{ T=n; }; {}", ""),
    ("sh -c 'T=n'; {}", ""),
    ("sh -c 'T=n; {}'", ""),
    ("sh -c 'export T=$1; {}' sh n", ""),
    ("T=n sh -c '{}'", ""),
    ("sh -c 'exec \"$@\"' sh {}", ""),
    ("T=n sh -ec 'exec \"$0\" \"$@\"' {}", ""),
    ("f() { T=n; }; f; {}", ""),
    ("f() { export V=$1; }; f 'a b'; {}", ""),
    ("f() { unset T; }; f; {}", ""),
    ("f() { local T=n; }; f; {}", ""),
    ("f() { local T; T=n; }; f; {}", ""),
    ("f() { local V=1; export V; }; f; {}", ""),
    ("f() { local T; unset T; }; f; {}", ""),
    ("IFS= read -r V </dev/null; T=$V; {}", "T"),
    ("IFS=, read T U </dev/null; {}", "T U"),
    ("T=x read V </dev/null; {}", ""),
    ("f() { local T=n; {}; }; f", ""),
    ("f() { T=n; g; }; g() { local T=m; U=$T; }; f; {}", ""),
    ("f() { local T=n; g; }; g() { T=m; }; f; {}", ""),
    ("f() { T=n; return; T=m; }; f; {}", ""),
    ("f() { T=n; return 1; }; f && U=x; {}", "U"),
    ("f() { {}; }; T=n f", "T"),
    ("T=n f() { :; }; {}", "*"),
    ("g() { set -- a b; T=$1; }; g; {}", ""),
    ("set -- a b; T=$2; {}", ""),
    ("for v in T U; do export $v=1; done; {}", ""),
    ("for v in T U; do unset $v; done; {}", ""),
    ("for T in a b; do :; done; {}", ""),
    ("for v in; do T=n; done; {}", ""),
    ("for v in a b; do [ $v = a ] && continue; T=$v; done; {}", "T"),
    ("for v in a b; do T=$v; break; done; {}", ""),
    ("while false; do T=n; done; {}", "T"),
    ("while true; do T=n; break; done; {}", "T"),
    ("until true; do T=n; done; {}", "T"),
    ("case $T in old) U=1;; *) U=2;; esac; {}", ""),
    ("case $T in o*) U=1;; *) U=2;; esac; {}", ""),
    ("case $T in a|old) unset U;; esac; {}", ""),
    ("case $T in o?d) U=1;; *) U=2;; esac; {}", "U"),
    ("eval \"T=n\"; {}", ""),
    ("eval 'unset T'; {}", ""),
    ("eval export V=\"1 W=2\"; {}", ""),
    ("T=$(echo n); {}", ""),
    ("T=$(printf %s n); {}", ""),
    ("T=`echo n`; {}", ""),
    ("T=$(echo $T-x); {}", ""),
    ("T=$(T=n; echo x); {}", "T"),
    ("T=$(date +%s); {}", "T"),
    ("V=$(date +%s); {}", ""),
    ("export T=$((1+1)); {}", "T"),
    ("T=${T%ld}; {}", "T"),
    ("T=${T#o}x; {}", "T"),
    ("T=~; {}", ""),
    ("T=~/x; {}", ""),
    ("T=\"~\"; {}", ""),
    ("T=a:b; {}", ""),
    ("T='$U'; {}", ""),
    ("T=\"\\$U\"; {}", ""),
    ("T=a\\ b; {}", ""),
    ("T=a\"b c\"'d'; {}", ""),
    ("T=$U; {}", ""),
    ("T=\"$U\"; {}", ""),
    ("export T=\"$U\"; {}", ""),
    ("V=$T; unset T; export V; {}", ""),
    ("T=n; T=$T$T; {}", ""),
    ("T=1\nU=2 # T=3\n# U=4\n{}", ""),
    ("T=n &\nwait; {}", ""),
    ("T=n | cat; {}", ""),
    ("echo n | read T; {}", "T"),
    ("read T <<E\nn\nE\n{}", "T"),
    ("cat <<E >/dev/null\nT=n\nE\n{}", ""),
    ("exec 2>&1; T=n; {}", ""),
    ("T=n >/dev/null; {}", ""),
    ("{} & wait", ""),
    ("trap 'T=n' TERM; {}", ""),
    ("alias x=y; T=n; {}", ""),
    ("exit 3; {}", ""),
    ("T=n; return; T=m; {}", ""),
    ("T=n; exit; {}", ""),
    ("[ -n \"$NONE\" ] || exit 4; {}", ""),
    (": ${NONE:?}; {}", ""),
    (": ${T:?}; {}", ""),
    ("set -u; T=${NONE-x}; {}", ""),
    ("set -e; false; {}", "*"),
    ("set -e; [ -n \"$NONE\" ] && T=n; {}", ""),
    ("command export T=n; {}", ""),
    ("command exec {}", ""),
    ("command -v node >/dev/null && T=n; {}", "T"),
    ("nohup {} >/dev/null", ""),
    ("nice -n 5 {}", ""),
    ("timeout 5 {}", ""),
    ("timeout -k 1 5 env T=n {}", ""),
    ("setsid -w {}", ""),
    ("stdbuf -oL env T=n {}", "LD_PRELOAD"),
    ("T=n U=$T {}", ""),
    ("T=n; U=$T; {}", ""),
    ("U=$T T=n; {}", ""),
    ("cd /; T=$PWD; {}", ""),
    ("HOME=/tmp; T=~; {}", ""),
    ("export HOME=/tmp; {}", ""),
    ("xargs -0 </dev/null true; T=n; {}", ""),
    ("unset -f T; {}", ""),
    ("T=n; unset -f f; {}", ""),
    (". ./lib.sh; {}", ""),
    ("set -a; . ./vars.env; set +a; {}", ""),
    (". ./vars.env; {}", ""),
    ("export $(cat ./plain.env); {}", ""),
    ("export $(grep -v '^#' ./plain.env | xargs); {}", ""),
    ("export $(grep -v '^#' ./plain.env); {}", ""),
    ("export $(cat ./none.env); {}", "*"),
    ("export \"$(cat ./none.env)\"; {}", "*"),
    ("unset $(cat ./none.env); {}", "*"),
    ("env T=$(date +%s) U=n {}", "T"),
    ("env T=\"$(date +%s)\" {}", "T"),
    ("export T=\"$(date +%s)\" U=n; {}", "T"),
    ("x=T; export $x=n; {}", ""),
    ("x=T; export \"$x\"=\"n m\"; {}", ""),
    ("f() { date >/dev/null && return; T=n; }; f; {}", "T"),
    ("f() { if date >/dev/null; then T=n; return; fi; T=m; }; f; {}", "T"),
    ("f() { if date >/dev/null; then T=n; return; else T=m; return; fi; }; f; U=x; {}", "T"),
    ("f() { if date >/dev/null; then return; fi; T=m; U=m; }; f; U=x; {}", "T"),
    ("f() { date >/dev/null || return 1; T=n; }; f; {}", "T"),
    ("for v in a b; do date >/dev/null && break; T=$v; done; U=n; {}", "T"),
    ("for v in a b; do date >/dev/null || continue; T=$v; done; {}", "T"),
    ("for v in a b; do for w in c d; do break; done; T=$v$w; done; {}", ""),
    ("for v in a b; do for w in c d; do continue 2; T=x; done; U=x; done; {}", "* T U"),
    ("n=0; while [ $n -lt 3 ]; do n=$((n+1)); T=$V; V=n; done; {}", "T V"),
    ("V=1; while date >/dev/null; do T=$V; V=old; break; done; {}", "T"),
    ("if date >/dev/null; then unset T; fi; {}", "T"),
    ("if date >/dev/null; then unset T; else unset T; fi; {}", ""),
    ("if date >/dev/null; then exec {}; fi; unset T; exec {}", "T"),
    ("if date >/dev/null; then unset T; exec {}; fi; unset T; exec {}", ""),
    ("if date >/dev/null; then T=n; exec {}; fi; T=m; exec {}", "T"),
    ("set -a; (V=1); set +a; W=1; {}", ""),
    ("(set -a); W=1; {}", ""),
    ("f() { local T=n; sh -c '{}'; }; f", ""),
    ("f() { (local T=n); U=$T; }; f; {}", ""),
    ("f() { local T; {}; }; f", "T"),
    ("f() { local T; T=n; {}; }; f", "T"),
    ("f() { if date >/dev/null; then local T=n; fi; T=m; }; f; {}", "T"),
    ("f() { local T=n; f2() { :; }; }; f; f2; {}", ""),
    ("f() { for T in a b; do :; done; }; f; {}", ""),
    ("f() { local i; for i in T U; do export $i=1; done; }; f; {}", ""),
    ("export V; V=n; {}", ""),
    ("export V; {}", ""),
    ("f() { export V; }; f; V=n; {}", ""),
    ("(export V); V=n; {}", "V"),
    ("T=n; export T; unset T; {}", ""),
    ("export T=n; (unset T); {}", ""),
    ("su -c true 2>/dev/null; T=n; {}", ""),
    (". ./left.sh; U=n; {}", "T"),
    ("while IFS= read -r l; do export \"$l\"; done < ./plain.env; {}", "*"),
    ("env $(cat ./plain.env) {}", ""),
    ("if . ./lib.sh; then U=1; fi; {}", "U"),
    ("[ -f ./lib.sh ] && . ./lib.sh; {}", ""),
    ("[ -f ./none.sh ] && . ./none.sh; {}", ""),
    ("[ -f ./none.sh ] || T=n; {}", ""),
];

/// The same of bash alone.
const OF_BASH: &[(&str, &str)] = &[
    ("export -n T; {}", ""),
    ("export -n T=n; {}", ""),
    ("export -n T; T=n; {}", ""),
    ("export -n T; export T; {}", ""),
    ("declare +x T; {}", ""),
    ("declare -x V=1; {}", ""),
    ("declare V=1; {}", ""),
    ("declare T=n; {}", ""),
    ("typeset -x V=1; {}", ""),
    ("f() { declare T=n; }; f; {}", ""),
    ("f() { declare -g T=n; }; f; {}", ""),
    ("f() { declare -x V=n; }; f; {}", ""),
    ("f() { export T=n; }; f; {}", ""),
    ("f() { {}; }; T=n f", ""),
    ("f() { :; }; T=n f; {}", "T"),
    ("f() { export V; }; V=n f; {}", "V"),
    ("f() { local -x V=1; {}; }; f", ""),
    ("f() { local V=1; {}; }; f", ""),
    ("T+=x; {}", ""),
    ("export T+=x; {}", ""),
    ("V+=x; export V; {}", ""),
    ("[[ -n $T ]] && T=n; {}", ""),
    ("[[ $T == o* ]] && T=n; {}", "T"),
    ("exec -c {}", ""),
    ("exec -a name {}", ""),
    ("exec -ca name {}", ""),
    ("source ./lib.sh; {}", ""),
    ("set -a; source ./vars.env; set +a; {}", ""),
    ("x=T; export T=${!x}; {}", ""),
    ("x=V; declare -x \"$x=1\"; {}", ""),
    ("printf -v T n; {}", "T"),
    ("read -r T <<<n; {}", "T"),
    ("declare -A m; m[T]=n; {}", ""),
    ("T=(a b); {}", "T"),
    ("declare -i T=3; {}", "T"),
    ("declare -l T=ABC; {}", "T"),
    ("declare -r T=n; {}", ""),
    ("unset 'T'; {}", ""),
    ("coproc cat; T=n; {}", "*"),
    ("let T=1+1; {}", "T"),
    ("((T=3)); {}", "T"),
    ("function f { T=n; }; f; {}", ""),
    ("builtin export T=n; {}", ""),
    ("env -S \"T=n {}\"", ""),
    ("env -S\"-u T {}\"", ""),
    ("env --split-string='T=a\\ b {}'", "*"),
    ("f() { local -n r=T; r=n; }; f; {}", "T"),
    ("declare -n r=T; r=n; {}", "T"),
    ("export -f f 2>/dev/null; {}", ""),
    ("f() { declare +x T=n; {}; }; f", "T"),
    ("[[ -v T ]] && U=n; {}", "U"),
    ("[[ $T =~ ^o ]] && U=n; {}", "U"),
    ("for ((i=0; i<2; i++)); do T=$i; done; {}", "T i"),
    ("select x in a; do break; done </dev/null; {}", "*"),
    ("T=n; unset -n T 2>/dev/null; {}", "T"),
    ("set -o posix; T=n; {}", ""),
    ("export T=\"${T:0:1}\"; {}", "T"),
    ("export T=\"${T@Q}\"; {}", "T"),
    ("T=\"${U/u/x}\"; {}", "T"),
    ("exec {} <<<x", ""),
    ("{ T=n; } >/dev/null; {}", ""),
    ("T=${T^^}; {}", "T"),
    ("T=$'a\\nb'; {}", "T"),
    ("mapfile -t T </dev/null; {}", "T"),
    ("shopt -s lastpipe; echo n | read T; {}", "T"),
];

/// Files beside the script.
const BESIDE: [(&str, &str); 5] = [
    ("left.sh", "date >/dev/null && return\nT=n\n"),
    ("lib.sh", "T=lib\nexport L=1\n"),
    ("vars.env", "T=\"a b\"\nV=c # no comment of dotenv\n"),
    ("plain.env", "T=p\nV=q\n"),
    ("node", ""),
];

struct Beside<'a>(&'a Path);

impl ContainerFs for Beside<'_> {
    fn look(&mut self, path: &str, _: u64) -> Look {
        match fs::read_to_string(path) {
            Ok(text) => Look::Text { name: SourceName::Host(path.into()), text, owner: None },
            Err(_) if Path::new(path).is_dir() => Look::Directory { empty: None },
            Err(_) if path.starts_with(self.0.to_str().unwrap()) => Look::Absent,
            Err(_) => Look::Unseen { why: "elsewhere".to_owned() },
        }
    }

    fn look_together(&mut self, _: &str, names: &[&str], _: u64) -> Vec<Look<Bytes>> {
        names.iter().map(|_| Look::Absent).collect()
    }
}

type Environment = BTreeMap<String, String>;

/// A folder with the program, which writes down what it is given.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in BESIDE {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let out = folder.path().join("out");
    let program = format!("#!/bin/sh\ncat /proc/$$/environ >'{}'\n", out.display());
    let node = folder.path().join("node");
    fs::write(&node, program).unwrap();
    fs::set_permissions(&node, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn path_of(folder: &Path) -> String {
    format!("{}:/usr/bin:/bin", folder.display())
}

/// What the program is given by a real shell; none where it does not run.
fn run(shell: &[&str], folder: &Path) -> Option<Environment> {
    let out = folder.join("out");
    _ = fs::remove_file(&out);
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).arg("./start.sh").args(PROGRAM).current_dir(folder);
    command.env_clear().envs(GIVEN).env("PATH", path_of(folder));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap();
    let text = String::from_utf8(fs::read(out).ok()?).unwrap();
    let all = text.split_terminator('\0').map(|line| line.split_once('=').unwrap());
    Some(all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// What is said of it.
fn follow(folder: &Path) -> Launch {
    let script = folder.join("start.sh").display().to_string();
    let word = |text: &str| Located { value: Text::from(text), place: None };
    let words = std::iter::once(script.as_str()).chain(PROGRAM).map(word).collect();
    let deployment = Deployment {
        command: Some(words),
        working_dir: Some(Located { value: folder.display().to_string(), place: None }),
        ..Deployment::default()
    };
    let path = path_of(folder);
    let given = GIVEN.into_iter().chain([("PATH", path.as_str())]);
    let environment: Vec<Variable> = given
        .map(|(name, value)| Variable {
            name: name.to_owned(),
            winner: Some(Candidate::new(Layer::ComposeEnvironment, name, None, value.into())),
            losers: Vec::new(),
        })
        .collect();
    let inputs = LaunchInputs {
        deployment: &deployment,
        environment: &environment,
        user_home: "/nonexistent",
        role: Role::Gateway,
    };
    launch::follow(&inputs, &mut Beside(folder), &mut Sources::default())
}

/// What is said and not so, and the variables of which nothing is said.
fn compare(launch: &Launch, real: Option<&Environment>) -> (Vec<String>, BTreeSet<String>) {
    let (mut wrong, mut unknown) = (Vec::new(), BTreeSet::new());
    if let Some(end) = &launch.ends {
        if real.is_some() {
            wrong.push(format!("it is said to end ({end:?}), and runs"));
        }
        return (wrong, unknown);
    }
    if launch.command.is_none() || launch.is_hidden {
        unknown.insert("*".to_owned());
        return (wrong, unknown);
    }
    let Some(real) = real else { return (wrong, unknown) };
    let names: BTreeSet<&str> = GIVEN
        .iter()
        .map(|(name, _)| *name)
        .chain(real.keys().map(String::as_str))
        .chain(launch.variables.keys().map(String::as_str))
        .filter(|name| !OF_THE_SHELL.contains(name))
        .collect();
    for name in names {
        let said = match launch.variables.get(name) {
            Some(VariableChange::Set { candidate, .. }) => match &candidate.value {
                Some(value) => Some(value.expose().to_owned()),
                None => {
                    unknown.insert(name.to_owned());
                    continue;
                }
            },
            Some(VariableChange::Unset(_)) => None,
            None => GIVEN.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned()),
        };
        if said.as_deref() != real.get(name).map(String::as_str) {
            wrong.push(format!("{name} is said to be {said:?}, and is {:?}", real.get(name)));
        }
    }
    (wrong, unknown)
}

fn script_of(bang: &str, script: &str) -> String {
    format!("{bang}\n{}\n", script.replace("{}", &PROGRAM.join(" ")))
}

/// The shells that `/bin/sh` is somewhere, or bash.
fn shells(of_bash: bool) -> Vec<Vec<&'static str>> {
    let known: &[&[&str]] =
        if of_bash { &[&["bash"]] } else { &[&["dash"], &["bash", "--posix"], &["busybox", "sh"]] };
    let is_here = |shell: &&&[&str]| common::tools::on_path(&shell[..1]).is_some();
    known.iter().filter(is_here).map(|shell| shell.to_vec()).collect()
}

/// Runs scripts in real shells.
fn check(scripts: &[(String, &str)], of_bash: bool) -> Vec<String> {
    let bang = if of_bash { "#!/bin/bash" } else { "#!/bin/sh" };
    let folder = folder();
    let root = folder.path().canonicalize().unwrap();
    let mut faults = Vec::new();
    for (script, may) in scripts {
        fs::write(root.join("start.sh"), script_of(bang, script)).unwrap();
        let launch = follow(&root);
        let may: BTreeSet<&str> = may.split_whitespace().collect();
        for shell in shells(of_bash) {
            let (mut wrong, unknown) = compare(&launch, run(&shell, &root).as_ref());
            let extra = unknown.iter().filter(|name| !may.contains(name.as_str()) && !may.contains("*"));
            wrong.extend(extra.map(|name| format!("nothing is said of {name}")));
            if !wrong.is_empty() {
                faults.push(format!("{}: {script}\n    {}", shell.join(" "), wrong.join("\n    ")));
            }
        }
    }
    faults
}

fn table(rows: &[(&str, &'static str)], of_bash: bool) -> Vec<String> {
    let rows: Vec<(String, &str)> = rows.iter().map(|(script, may)| ((*script).to_owned(), *may)).collect();
    check(&rows, of_bash)
}

#[test]
fn what_a_script_does_is_what_a_shell_does() {
    if shells(true).is_empty() || shells(false).is_empty() {
        skip("what_a_script_does_is_what_a_shell_does", "a shell: dash and bash are not here");
        return;
    }
    let mut faults = table(SCRIPTS, false);
    faults.extend(table(SCRIPTS, true).into_iter().map(|fault| format!("as bash: {fault}")));
    faults.extend(table(OF_BASH, true));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Numbers that look random; the same ones for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.roll(all.len())]
    }
}

fn value(dice: &mut Dice) -> String {
    let all = [
        "n",
        "'a b'",
        "\"$T\"",
        "$U",
        "\"$V-x\"",
        "${V:-d}",
        "\"${BLANK:-e}\"",
        "${T:+p}",
        "$(echo $OTHER)",
        "$(date +%N)",
        "\"$1\"",
        "\"\"",
        "${W-}",
        "$(cat ./none)",
        "a$T$V",
    ];
    dice.one(&all).to_owned()
}

fn condition(dice: &mut Dice) -> String {
    let all = [
        "[ -n \"$T\" ]",
        "[ -z \"$V\" ]",
        "[ \"$OTHER\" = o ]",
        "true",
        "false",
        "date >/dev/null",
        "! date >/dev/null",
        "[ \"$T\" = \"$V\" ]",
        "test -f ./lib.sh",
        "[ -f ./none ]",
        "[ \"$(date +%N)\" = 1 ]",
    ];
    dice.one(&all).to_owned()
}

/// A command, with others in it down to that depth.
fn command(dice: &mut Dice, depth: usize) -> String {
    let name = dice.one(&["T", "U", "V", "W"]);
    let kinds = if depth == 0 { 9 } else { 20 };
    let body = |dice: &mut Dice| {
        let count = 1 + dice.roll(3);
        (0..count).map(|_| command(dice, depth - 1)).collect::<Vec<_>>().join("; ")
    };
    match dice.roll(kinds) {
        0 => format!("{name}={}", value(dice)),
        1 | 2 => format!("export {name}={}", value(dice)),
        3 => format!("unset {name}"),
        4 => format!("export {name}"),
        5 => format!("{} && {name}={}", condition(dice), value(dice)),
        6 => format!("{} || export {name}={}", condition(dice), value(dice)),
        7 => format!("f {}", value(dice)),
        8 => dice
            .one(&[". ./lib.sh", "set -a", "set +a", ": ${V:=d}", "g", "read V </dev/null", "return"])
            .to_owned(),
        9 => format!("if {}; then {}; fi", condition(dice), body(dice)),
        10 | 11 => format!("if {}; then {}; else {}; fi", condition(dice), body(dice), body(dice)),
        12 => format!("for {name} in a \"$T\"; do {}; done", body(dice)),
        13 => {
            let leave = dice.one(&["break", "continue", "return", ":"]);
            format!("for v in a b; do {}; {} && {leave}; {}; done", body(dice), condition(dice), body(dice))
        }
        14 => format!("({})", body(dice)),
        15 => format!(
            "case \"${name}\" in old|n) {};; o*) {};; *) {};; esac",
            body(dice),
            body(dice),
            body(dice)
        ),
        16 => format!("{{ {}; }}", body(dice)),
        17 => format!("while {}; do {}; break; done", condition(dice), body(dice)),
        18 => format!("{}={} g", dice.one(&["U", "V", "W"]), value(dice)),
        _ => format!("eval '{}'", body(dice).replace('\'', "")),
    }
}

fn random(dice: &mut Dice) -> String {
    let body = |dice: &mut Dice, depth| {
        let count = 1 + dice.roll(4);
        (0..count).map(|_| command(dice, depth)).collect::<Vec<_>>().join("\n")
    };
    let local = if dice.roll(2) == 0 { "local T=l\n" } else { "" };
    let (f, g) = (body(dice, 1), body(dice, 0).replace("f ", ": ").replace("\ng", "\n:"));
    let g = if g.starts_with('g') { ":".to_owned() } else { g };
    let f = f.replace("f ", ": ");
    let start = dice.one(&["{}", "exec {}", "env -u U {}", "V=e {}", "exec env T=e {}", "sh -c 'exec {}'"]);
    format!("g() {{\n{g}\n}}\nf() {{\n{local}{f}\n}}\n{}\n{start}", body(dice, 2))
}

#[test]
fn what_is_certain_of_random_scripts_is_so() {
    if shells(true).is_empty() || shells(false).is_empty() {
        skip("what_is_certain_of_random_scripts_is_so", "a shell: dash and bash are not here");
        return;
    }
    let count = std::env::var("CLAWDOCK_SCRIPTS").map_or(150, |count| count.parse().unwrap());
    let scripts: Vec<(String, &str)> =
        (0..count).map(|seed| (random(&mut Dice(seed * 7_919 + 13)), "*")).collect();
    let mut faults = check(&scripts, false);
    faults.extend(check(&scripts, true).into_iter().map(|fault| format!("as bash: {fault}")));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(8)].join("\n"));
}
