//! `docs/agreement.md`: the results, with seeds and versions.

use crate::{
    case::Recorded,
    compare::{Counts, differences},
    release::Real,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

const HEAD: &str = "\
# Agreement with the real program

Random deployments, each from a seed, were run with the real OpenClaw in a container; clawdock was
asked what would happen. This file is written by the test that replays the answers:
`CLAWDOCK_WRITE=1 cargo test --test agreement the_table_is_true`.

A deployment is a random mix of: the gateway's token and password in the container's environment, in
the dotenv files of working directory, state directory, config directory and `gateway.env`, in
`env.vars` and flat `env`, in the config as text, `${NAME}`, `$${NAME}`, `$NAME` and secret
references, in `gateway.remote`, and in the flags; blank, white, padded and `undefined` values and
published examples; names and directories of earlier releases; `gateway.mode` and
`gateway.auth.mode`; bind and port; state directory, home, config path and profile, by variables and
by `--profile` and `--dev`; `$include`;
JSON and JSON5; provider keys and base URLs. The deployment itself is recorded with the answers, in
`tests/agreement/truths/`, so that the generator may change.

What is compared:

| answer | how the program is asked |
|---|---|
| exit code | the gateway is started, and exits or listens |
| accepted credential | `POST /tools/invoke` with each credential of the deployment as bearer, and with none |
| port, bind | the sockets that it listens on |
| effective environment | the environment of its spawn broker, in releases that have one, for each variable of the deployment |
| credential and port of the command line | `gateway call health`, run in the same container against a server that notes the first frame |
| models status | `models status --json`: the masked key in effect and its variable |
| config file, config get | `config file`, `config get gateway.port`, `config get gateway.bind` |
| provider request | a chat request to the gateway, with servers on loopback in place of the provider: which one is reached, with which key |

";

const TAIL: &str = "
The replay fails when a recorded deployment differs.

`models status` says that the config's key is in effect where it is a reference and a variable holds a
key as well; the request that follows carries the variable's (openclaw 2026.9.6). There the request is
what counts, and `models status` is not compared.

Where clawdock says that it cannot tell whether the gateway starts, that is counted and nothing else is
compared.

Other seeds, asked now, need an engine and the image of the release:

```sh
CLAWDOCK_AGREEMENT=50 CLAWDOCK_SEED=9 CLAWDOCK_VERSION=2026.9.6 cargo test --test agreement -- --nocapture
```

With `CLAWDOCK_RECORD=1` they are added to the recorded ones, `CLAWDOCK_FIRST` is the number to begin
with, and `CLAWDOCK_WORKERS` how many gateways run beside each other.
";

/// Fails where the file does not say what the recorded answers say; with `CLAWDOCK_WRITE`, writes it.
pub fn check(recorded: &[(Real, Vec<Recorded>)]) {
    let text = text(recorded);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/agreement.md");
    if std::env::var_os("CLAWDOCK_WRITE").is_some() {
        fs::write(&path, &text).expect("docs/agreement.md is written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, text, "docs/agreement.md is out of date; write it with CLAWDOCK_WRITE=1");
}

fn text(recorded: &[(Real, Vec<Recorded>)]) -> String {
    let mut text = HEAD.to_owned();
    text += "| release | seeds | deployments | started | ended | differ |\n|---|---|---|---|---|---|\n";
    let mut kinds: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (at, (real, all)) in recorded.iter().enumerate() {
        let mut counts = Counts::new();
        let differ = all.iter().filter(|r| !differences(*real, r, &mut counts).is_empty()).count();
        let ended = all.iter().filter(|r| r.truth.exit.is_some()).count();
        let seeds: BTreeSet<u64> = all.iter().map(|r| r.case.seed).collect();
        let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
        let program = format!("{:?} {}", real.program, real.version);
        let _ = writeln!(
            text,
            "| {program} | {} | {} | {} | {ended} | {differ} |",
            seeds.join(", "),
            all.len(),
            all.len() - ended
        );
        for (kind, count) in counts {
            kinds.entry(kind).or_insert_with(|| vec![0; recorded.len()])[at] = count;
        }
    }
    text += "\nAnswers compared:\n\n| answer |";
    for (real, _) in recorded {
        let _ = write!(text, " {} |", real.version);
    }
    text += "\n|---|";
    text += &"---|".repeat(recorded.len());
    text += "\n";
    for (kind, counts) in kinds {
        let counts: Vec<String> = counts.iter().map(usize::to_string).collect();
        let _ = writeln!(text, "| {kind} | {} |", counts.join(" | "));
    }
    text + TAIL
}
