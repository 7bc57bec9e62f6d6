//! What a command line makes of an OpenClaw container: its role and the gateway's flags.

use crate::openclaw::{
    read::{environment::VariableLookup, launch::word::LaunchWord},
    release::behaviour::Behaviour,
};
use crate::{
    provenance::{Candidate, Layer, Provenance, ProvenanceStep, Reason, Shadowed, StepKind},
    text::{
        secret::{Text, js_trim},
        source::Place,
    },
    vocabulary::deployment::{Deployment, Healthcheck, Located, Role},
};
use std::collections::BTreeMap;

/// The words a container runs, entrypoint and command in a row, with the words of a shell script
/// (`sh -c "…"`) split.
#[derive(Clone, Debug, Default)]
pub struct OpenClawCommand {
    words: Vec<Located<Text>>,
    is_script: bool,
    /// Of words that a start script puts together: what they are made from.
    made: BTreeMap<usize, MadeWord>,
    secret_files: Vec<(&'static str, Option<Text>)>,
    /// A shell makes nothing else of its script than these words.
    is_plain: bool,
}

/// The words around `gateway`, with their places.
#[derive(Debug)]
pub struct GatewayWords<'a> {
    /// Between the program and `gateway`.
    pub before: Vec<(&'a str, Option<Place>)>,
    /// After `gateway` and `run`.
    pub after: Vec<(&'a str, Option<Place>)>,
}

/// The flag of a file that holds the gateway's password.
pub(crate) const PASSWORD_FILE: &str = "--password-file";

/// What is in a file that a flag names, `--password-file`.
#[derive(Clone, Debug)]
pub enum SecretFile {
    /// Its text.
    Text(Text),
    /// The program refuses it, and exits.
    Refused,
    /// It cannot be seen from here.
    Unseen,
}

/// What a word of a start script is made from.
#[derive(Clone, Debug)]
struct MadeWord {
    via: Provenance,
    is_known: bool,
}

impl OpenClawCommand {
    /// What a release makes of the words of a deployment.
    #[must_use]
    pub fn of(deployment: &Deployment, behaviour: &Behaviour) -> Self {
        Self::words_of(deployment).taken_by(behaviour)
    }

    /// The words of a deployment; of an entrypoint without a command the image's command is gone.
    #[must_use]
    pub fn words_of(deployment: &Deployment) -> Self {
        let entrypoint = deployment.entrypoint.iter().flatten();
        let command = deployment.command.iter().flatten();
        let mut words: Vec<Located<Text>> = entrypoint.chain(command).cloned().collect();
        let script = shell_script(&words);
        let is_plain = script.is_none_or(|at| is_plain(words[at].value.expose()) && at + 1 == words.len());
        if let Some(script) = script {
            let place = words[script].place;
            let text = words[script].value.clone();
            words.splice(
                script..,
                split(text.expose()).into_iter().map(|w| Located { value: w.into(), place }),
            );
        }
        Self { words, is_script: script.is_some(), is_plain, made: BTreeMap::new(), secret_files: Vec::new() }
    }

    /// The words that a start script runs the program with in the end.
    #[must_use]
    pub fn launched(words: &[LaunchWord]) -> Self {
        let mut made = BTreeMap::new();
        for (at, word) in words.iter().enumerate() {
            let via = word.from.as_ref().map(|from| {
                let step = StepKind::Variable { layer: from.layer, name: from.name.clone() };
                from.via.after(ProvenanceStep { step, place: from.place })
            });
            if via.is_some() || word.text.is_none() {
                made.insert(at, MadeWord { via: via.unwrap_or_default(), is_known: word.text.is_some() });
            }
        }
        let is_plain = words.iter().all(|word| word.text.is_some());
        let words = words
            .iter()
            // Of `--token=$(…)` the flag is known.
            .map(|word| {
                let value = word.text.clone().or_else(|| word.begins.clone()).unwrap_or_default();
                Located { value, place: word.place }
            });
        Self { words: words.collect(), is_script: false, is_plain, made, secret_files: Vec::new() }
    }

    /// A start script puts words together that are not known here, and no value of the flag before them: they
    /// may be any flag.
    #[must_use]
    pub fn may_have_other_flags(&self) -> bool {
        let is_value = |at: &usize| {
            let before = at.checked_sub(1).and_then(|at| self.words.get(at));
            before.is_none_or(|word| {
                word.value.expose().starts_with("--") && !word.value.expose().contains('=')
            })
        };
        let is_unknown = |(at, made): (&usize, &MadeWord)| {
            !made.is_known && self.words.get(*at).is_some_and(|word| word.value.is_blank()) && !is_value(at)
        };
        self.made.iter().any(is_unknown)
    }

    /// As a release takes its words.
    #[must_use]
    pub fn taken_by(mut self, behaviour: &Behaviour) -> Self {
        let verbs: Vec<&str> = self.verbs().collect();
        if !behaviour.command.run_takes_flags && verbs.windows(2).any(|w| w == ["gateway", "run"]) {
            let run = self.words.iter().position(|w| w.value.expose() == "run");
            self.words.truncate(run.map_or(usize::MAX, |at| at + 1));
        }
        self
    }

    /// The words of a health check, without the word that says how they are run.
    #[must_use]
    pub fn of_healthcheck(check: &Healthcheck) -> Self {
        let mut test = check.test.iter();
        let is_shell = test.next().is_some_and(|how| how.value.expose() == "CMD-SHELL");
        let shell = ["sh", "-c"].map(|word| Located { value: word.into(), place: None });
        let words: Vec<Located<Text>> = shell.into_iter().filter(|_| is_shell).chain(test.cloned()).collect();
        Self::words_of(&Deployment { command: Some(words), ..Deployment::default() })
    }

    /// It is a shell script (`sh -c "…"`) that starts no program of OpenClaw, and no other script.
    #[must_use]
    pub fn is_another_script(&self) -> bool {
        let starts = |w: &str| is_program(w) || w == "gateway" || w == "node" || w.ends_with(".sh");
        self.is_script && !self.words().any(starts)
    }

    /// The program alone, at the end of a shell script, or asked for nothing but its help or release: it
    /// prints that, and ends.
    #[must_use]
    pub fn ends_with_program(&self) -> bool {
        let words: Vec<&str> = self.words().collect();
        let asked =
            words.iter().rev().take_while(|w| matches!(**w, "--help" | "-h" | "--version" | "-V")).count();
        let program = words.len().checked_sub(asked + 1).map(|at| words[at]);
        (self.is_script || asked > 0) && program.is_some_and(is_program)
    }

    /// A shell script that does nothing but wait: `while true; do sleep 3600; done`.
    #[must_use]
    pub fn is_idle_loop(&self) -> bool {
        const OF_LOOP: [&str; 11] =
            ["sh", "bash", "-c", "while", "true", ":", "do", "sleep", "done", "exec", "infinity"];
        let is_of_loop = |word: &str| {
            let word = word.trim_end_matches(';').rsplit('/').next().unwrap_or_default();
            OF_LOOP.contains(&word)
                || word.is_empty()
                || word.bytes().all(|b| b.is_ascii_digit() || b == b'&')
        };
        self.is_script && self.words().all(is_of_loop) && self.words().any(|word| word == "sleep")
    }

    /// A shell runs it (`sh -c "…"`), and fills in `$NAME`.
    #[must_use]
    pub fn is_script(&self) -> bool {
        self.is_script
    }

    /// Nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Its words, entrypoint first.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|w| w.value.expose())
    }

    /// The words before the first flag.
    fn verbs(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|w| w.value.expose()).filter(|w| !w.starts_with('-'))
    }

    /// The name of the first program, beyond the init wrappers of images.
    #[must_use]
    pub fn first_program(&self) -> Option<&str> {
        let name = |word: &'_ str| word.rsplit('/').next().unwrap_or_default().to_owned();
        let wrappers = ["tini", "dumb-init", "docker-init", "sh", "bash", "env", "exec", "gosu", "su-exec"];
        self.verbs()
            .find(|w| !wrappers.contains(&name(w).as_str()))
            .map(|w| w.rsplit('/').next().unwrap_or(w))
    }

    /// What runs OpenClaw's program again: `node dist/index.js`, `openclaw`; the name on the search
    /// path where the words do not tell, as of an image's start script.
    #[must_use]
    pub fn program(&self) -> Vec<String> {
        let is_script = |word: &&str| word.ends_with(".js") || word.ends_with(".mjs");
        let programs = || self.words().filter(|word| is_program(word));
        match programs().find(is_script) {
            Some(script) => vec!["node".to_owned(), script.to_owned()],
            None => {
                let name = programs().next().map(|word| word.rsplit('/').next().unwrap_or(word));
                vec![name.unwrap_or("openclaw").to_owned()]
            }
        }
    }

    /// It names OpenClaw's program: `openclaw`, `node dist/index.js`, `node openclaw.mjs`.
    #[must_use]
    pub fn names_openclaw(&self) -> bool {
        self.words.iter().any(|w| is_program(w.value.expose()))
    }

    /// The gateway, another subcommand, or nothing that tells.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        let words: Vec<&str> = self.verbs().collect();
        let gateway = words.iter().position(|w| *w == "gateway");
        if let Some(at) = gateway {
            // `gateway status`, `gateway call …` talk to a gateway; `gateway`, `gateway run` are one.
            let sub = words.get(at + 1).copied();
            return Some(if sub.is_some_and(|s| NO_GATEWAYS.contains(&s)) {
                Role::Cli
            } else {
                Role::Gateway
            });
        }
        let program = words.iter().position(|w| is_program(w))?;
        words.get(program + 1).map(|_| Role::Cli)
    }

    /// It is the client of a gateway, whose address and credential its `--url`, `--token` and
    /// `--password` are (`addGatewayClientOptions` and its like, openclaw 2026.9.6). The `--token` of
    /// `channels add` is another.
    #[must_use]
    pub fn is_gateway_client(&self) -> bool {
        const CLIENTS: [&str; 15] = [
            "acp",
            "approvals",
            "attach",
            "backup",
            "browser",
            "cron",
            "devices",
            "gateway",
            "logs",
            "nodes",
            "secrets",
            "skills",
            "system",
            "tui",
            "users",
        ];
        let words: Vec<&str> = self.verbs().collect();
        let first = words.iter().position(|w| is_program(w)).map_or(0, |program| program + 1);
        words.get(first).is_some_and(|verb| CLIENTS.contains(verb))
    }

    /// The program's name, where it is named, and the words after it with their places.
    #[must_use]
    pub fn arguments(&self) -> (Option<&str>, Vec<(&str, Option<Place>)>) {
        let program = self.words.iter().position(|w| is_program(w.value.expose()));
        let words = self.words.iter().skip(program.map_or(0, |at| at + 1));
        let words = words.map(|w| (w.value.expose(), w.place)).collect();
        (program.map(|at| self.words[at].value.expose()), words)
    }

    /// The words around `gateway`, where the words name the program and a shell makes nothing else of them.
    #[must_use]
    pub fn words_of_gateway(&self) -> Option<GatewayWords<'_>> {
        if !self.is_plain {
            return None;
        }
        let program = self.words.iter().position(|w| is_program(w.value.expose()))?;
        let words: Vec<_> = self.words[program + 1..].iter().map(|w| (w.value.expose(), w.place)).collect();
        let gateway = words.iter().position(|(word, _)| *word == "gateway")?;
        let mut after = words[gateway + 1..].to_vec();
        // The subcommand stands where it likes among the flags, and takes the same.
        if let Some(run) = after.iter().position(|(word, _)| *word == "run")
            && after[..run].iter().all(|(word, _)| word.starts_with('-'))
        {
            after.remove(run);
        }
        Some(GatewayWords { before: words[..gateway].to_vec(), after })
    }

    /// It is `gateway run`, and not `gateway`.
    #[must_use]
    pub fn is_gateway_run(&self) -> bool {
        let verbs: Vec<&str> = self.verbs().collect();
        verbs.windows(2).any(|w| w == ["gateway", "run"])
    }

    /// A flag's value, where it is a word of its own: `--token X`. Of a flag that is given twice the last.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&Located<Text>> {
        let at = self.words.iter().rposition(|w| w.value.expose() == name)?;
        self.words.get(at + 1)
    }

    /// The flag is there, with or without a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.words.iter().any(|w| {
            let word = w.value.expose();
            word == name || word.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
        })
    }

    /// A flag's value as a candidate; of a shell's command that was not followed, a variable is
    /// looked up in the environment. Where no shell runs it, `$NAME` is a text like any other. Of a flag that
    /// is given twice the last counts (commander). Both were tried with openclaw 2026.9.6.
    #[must_use]
    pub fn candidate(&self, name: &str, env: &dyn VariableLookup) -> Option<Candidate> {
        let given = self.flag_texts(name).last()?;
        Some(self.candidate_of(name, given, env))
    }

    /// The path that a flag such as `--password-file` names.
    #[must_use]
    pub fn path_of(&self, flag: &str, env: &dyn VariableLookup) -> Option<Text> {
        self.candidate(flag, env)?.value.filter(|path| !path.is_blank())
    }

    /// Says what is in the file that a flag names.
    pub fn take_file(&mut self, flag: &'static str, file: &SecretFile) {
        let value = match file {
            SecretFile::Text(text) => Some(text.clone()),
            SecretFile::Refused | SecretFile::Unseen => None,
        };
        self.secret_files.push((flag, value));
    }

    /// The credential in the file that a flag names, at the place of the flag.
    #[must_use]
    pub fn candidate_in_file(&self, flag: &str, env: &dyn VariableLookup) -> Option<Candidate> {
        let (_, value) = self.secret_files.iter().find(|(of, _)| *of == flag)?;
        let value = value.as_ref().map(|text| js_trim(text.expose()).into());
        Some(Candidate { value, ..self.candidate(flag, env)? })
    }

    /// The values of a flag that a later one replaces.
    #[must_use]
    pub fn repeated(&self, name: &str, env: &dyn VariableLookup) -> Vec<Shadowed> {
        let mut all: Vec<Candidate> =
            self.flag_texts(name).map(|given| self.candidate_of(name, given, env)).collect();
        all.pop();
        all.into_iter().map(|earlier| Shadowed::new(earlier, Reason::LaterFlag)).collect()
    }

    fn candidate_of(
        &self,
        name: &str,
        (at, text, place): (usize, &str, Option<Place>),
        env: &dyn VariableLookup,
    ) -> Candidate {
        let made = self.made.get(&at);
        let variable = text.strip_prefix('$').map(|v| v.trim_matches(['{', '}']));
        let value = match variable.filter(|_| self.is_script) {
            _ if made.is_some_and(|made| !made.is_known) => None,
            None => Some(Text::from(text)),
            Some(variable) => env.value(variable).map(Text::from),
        };
        let via = made.map(|made| made.via.clone()).unwrap_or_default();
        Candidate { layer: Layer::ComposeCommand, place, via, value, name: name.to_owned() }
    }

    /// Every flag that is given a value, `--token X` or `--token=X`, with the value and its place.
    pub fn given(&self) -> impl Iterator<Item = (&str, &str, Option<Place>)> {
        self.words.iter().enumerate().filter_map(|(at, word)| {
            let text = word.value.expose();
            if !text.starts_with("--") {
                return None;
            }
            if let Some((name, value)) = text.split_once('=') {
                return Some((name, value, word.place));
            }
            let next = self.words.get(at + 1).filter(|next| !next.value.expose().starts_with("--"))?;
            Some((text, next.value.expose(), next.place))
        })
    }

    fn flag_texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a str, Option<Place>)> {
        self.words.iter().enumerate().filter_map(move |(at, word)| {
            let text = word.value.expose();
            if text == name {
                return self.words.get(at + 1).map(|next| (at + 1, next.value.expose(), next.place));
            }
            Some((at, text.strip_prefix(name)?.strip_prefix('=')?, word.place))
        })
    }
}

/// What `gateway` does beside being one (`gateway-cli`, openclaw 2026.9.6).
const NO_GATEWAYS: [&str; 15] = [
    "call",
    "diagnostics",
    "discover",
    "health",
    "install",
    "probe",
    "restart",
    "resume",
    "stability",
    "start",
    "status",
    "stop",
    "suspend",
    "uninstall",
    "usage-cost",
];

/// The index of the script in `sh -c SCRIPT`.
fn shell_script(words: &[Located<Text>]) -> Option<usize> {
    let at = words.iter().position(|w| {
        let name = w.value.expose().rsplit('/').next().unwrap_or_default();
        matches!(name, "sh" | "bash" | "ash" | "dash" | "zsh")
    })?;
    let flags = words[at + 1..].iter().take_while(|w| w.value.expose().starts_with('-')).count();
    let runs_script = words[at + 1..=at + flags].iter().any(|w| w.value.expose().ends_with('c'));
    let script = at + 1 + flags;
    (runs_script && script < words.len()).then_some(script)
}

/// A shell takes the script for one command of these words.
fn is_plain(script: &str) -> bool {
    !script.contains(|c: char| "$`;&|<>()*?[]{}#\\~!\n".contains(c))
}

/// Shell words as far as finding flags needs: quotes group, operators end a word.
fn split(script: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for c in script.chars() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => word.push(c),
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None if c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '\\') => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            None => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// It names OpenClaw's program.
pub(crate) fn is_program(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or_default();
    let names = ["openclaw", "openclaw.mjs", "clawdbot", "clawdbot.mjs", "moltbot", "moltbot.mjs"];
    names.contains(&name) || word.ends_with("dist/index.js") || word.ends_with("dist/entry.js")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::Variable;

    fn command(words: &[&str]) -> OpenClawCommand {
        let words = words.iter().map(|w| Located { value: (*w).into(), place: None }).collect();
        OpenClawCommand::words_of(&Deployment { command: Some(words), ..Deployment::default() })
    }

    #[test]
    fn roles() {
        for (words, role) in [
            (&["node", "dist/index.js", "gateway", "--bind", "lan"][..], Some(Role::Gateway)),
            (&["tini", "-s", "--", "node", "openclaw.mjs", "gateway"], Some(Role::Gateway)),
            (&["node", "dist/index.js", "gateway", "status"], Some(Role::Cli)),
            (&["node", "dist/index.js"], None),
            (&["openclaw", "agent", "-m", "hi"], Some(Role::Cli)),
            (&["sh", "-c", "cd /app && exec node dist/index.js gateway --port 1"], Some(Role::Gateway)),
            (&["sleep", "infinity"], None),
        ] {
            assert_eq!(command(words).role(), role, "{words:?}");
        }
    }

    #[test]
    fn flags() {
        let env: &[Variable] = &[];
        for words in [
            &["gateway", "--token", "abc"][..],
            &["gateway", "--token=abc"],
            &["sh", "-c", "gateway --token 'abc'"],
            &["gateway", "--token", "x", "--port", "1", "--token", "abc"],
            &["gateway", "--token=x", "--token=abc"],
        ] {
            let found = command(words).candidate("--token", &EnvList(env)).unwrap();
            assert_eq!(found.value.unwrap().expose(), "abc", "{words:?}");
        }
        assert!(command(&["gateway", "--tokens=abc"]).candidate("--token", &EnvList(env)).is_none());
    }

    #[test]
    fn the_program_is_the_container_s_own() {
        let of = |words: &[&str]| command(words).program().join(" ");
        assert_eq!(
            of(&["tini", "-s", "--", "node", "dist/index.js", "gateway", "--token", "x"]),
            "node dist/index.js"
        );
        assert_eq!(
            of(&["docker-entrypoint.sh", "node", "/app/openclaw.mjs", "gateway"]),
            "node /app/openclaw.mjs"
        );
        assert_eq!(of(&["sh", "-c", "exec node dist/index.js gateway"]), "node dist/index.js");
        assert_eq!(of(&["/usr/local/bin/clawdbot", "gateway"]), "clawdbot");
        assert_eq!(of(&["/start.sh"]), "openclaw");
    }

    struct EnvList<'a>(&'a [Variable]);
    impl VariableLookup for EnvList<'_> {
        fn value(&self, name: &str) -> Option<&str> {
            self.0.value(name)
        }
    }
}
