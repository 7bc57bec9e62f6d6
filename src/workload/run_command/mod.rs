//! `docker run` and `podman run` in scripts, in the code blocks of documents, and on standard input. The
//! script is read and not run: what its assignments say is put in, and what cannot be told is not known.

pub(super) mod options;

use super::{Workload, WorkloadProject, file_name, files_of};
use crate::{
    provenance::{Layer, Provenance, ProvenanceStep, StepKind},
    syntax::{
        interpolate::UNKNOWN,
        markdown,
        shell::{self, CommandKind, Expansion, ShellCommand, SimpleCommand, Word, WordPiece},
    },
    text::{
        secret::Text,
        source::{Place, SourceId, Sources, Span},
    },
    vocabulary::{
        deployment::{Located, repository},
        manager::{Management, Manager},
        workload::WorkloadKind,
    },
    world::host::World,
};
use options::RunContainer;
use std::{collections::BTreeMap, path::Path};

/// Programs whose `run` takes the options of `docker run`.
const ENGINES: [&str; 4] = ["docker", "podman", "nerdctl", "finch"];
/// Words that stand before a program and change nothing of it.
const BEFORE: [&str; 6] = ["sudo", "doas", "exec", "command", "time", "nohup"];
/// Languages of code blocks that hold commands.
const SHELLS: [&str; 9] = ["", "bash", "sh", "shell", "zsh", "console", "shell-session", "terminal", "text"];
/// Most commands of one text.
const MOST_COMMANDS: usize = 200;

/// A word of a command line; what is not known of it is [`UNKNOWN`].
#[derive(Clone, Debug)]
pub(crate) struct RunWord {
    pub(crate) text: String,
    pub(crate) place: Place,
    /// The steps back to variables that it is made of.
    pub(crate) via: Provenance,
    /// It is the value of a variable of that name, and nothing else.
    pub(crate) of: Option<String>,
    /// A variable of the script that has its name, for `-e NAME`.
    pub(crate) inherits: Option<(Option<Text>, Provenance)>,
}

impl RunWord {
    pub(crate) fn new(text: impl Into<String>, place: Place) -> Self {
        Self { text: text.into(), place, via: Provenance::default(), of: None, inherits: None }
    }

    fn with(&self, value: &str) -> Self {
        Self { text: value.to_owned(), ..self.clone() }
    }

    /// Nothing of it is known, and by its variable it need not be an image.
    fn may_be_options(&self) -> bool {
        let is_unknown = self.text.chars().all(|c| c == UNKNOWN) && !self.text.is_empty();
        is_unknown && self.of.as_deref().is_some_and(|name| !name.to_ascii_uppercase().contains("IMAGE"))
    }

    /// An option, or something that an image may be called.
    fn may_be_image(&self) -> bool {
        let of_image = self.of.as_deref().is_some_and(|name| name.to_ascii_uppercase().contains("IMAGE"));
        self.text.starts_with('-') || self.text.contains([':', '/']) || of_image
    }

    fn is_known(&self) -> bool {
        !self.text.contains(UNKNOWN)
    }

    pub(crate) fn known(&self) -> Option<Located<String>> {
        self.is_known().then(|| Located { value: self.text.clone(), place: Some(self.place) })
    }

    pub(crate) fn located(&self) -> Located<Text> {
        Located { value: Text::from(self.text.as_str()), place: Some(self.place) }
    }
}

/// The first line that says something calls it.
pub(super) fn begins_so(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| is_call(line.trim_start_matches("$ ")))
}

/// Some command of it may be one.
pub(super) fn calls_run(text: &str, is_markdown: bool) -> bool {
    let prepared = prepared(text, is_markdown);
    prepared.iter().any(|part| part.lines().any(|line| is_call(line.trim())))
}

fn is_call(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| BEFORE.contains(word) || word.contains('='));
    let is_engine = |word: &str| ENGINES.contains(&word.rsplit('/').next().unwrap_or(word));
    words.any(is_engine) && words.any(|word| matches!(word, "run" | "create"))
}

/// The texts that are read as scripts, each as long as the whole and with everything else left blank.
fn prepared(text: &str, is_markdown: bool) -> Vec<String> {
    if !is_markdown {
        return vec![text.to_owned()];
    }
    let blocks = markdown::code_blocks(text);
    let of_shell = |language: &str| SHELLS.iter().any(|known| known.eq_ignore_ascii_case(language));
    let commands = blocks.into_iter().filter(|block| of_shell(block.language));
    let blank =
        |text: &str| -> String { text.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect() };
    let only = |body: Span| {
        let (from, to) = (body.start as usize, body.end as usize);
        format!("{}{}{}", blank(&text[..from]), for_people(&text[from..to]), blank(&text[to..]))
    };
    commands.map(|block| only(block.body)).collect()
}

/// What stands for `<` and `>` of a placeholder: they are no redirections in what a person is to fill in.
const OPENS: char = '\u{1}';
const CLOSES: char = '\u{2}';

/// A block without its prompts, and with `<your-token>` as a word.
fn for_people(block: &str) -> String {
    let mut out = String::with_capacity(block.len());
    for line in block.split_inclusive('\n') {
        let body = line.trim_start_matches(['>', ' ', '\t']);
        let indent = line.len() - body.len();
        // A prompt.
        let rest = ["$ ", "% "].iter().find_map(|prompt| body.strip_prefix(*prompt)).unwrap_or(body);
        out.push_str(&" ".repeat(indent + body.len() - rest.len()));
        let mut left = rest;
        while let Some(open) = left.find('<') {
            let close = left[open..].find('>').map(|at| open + at);
            let inner = close.map(|close| &left[open + 1..close]);
            let is_placeholder = |inner: &&str| {
                inner.starts_with(|c: char| c.is_ascii_alphabetic())
                    && inner.chars().all(|c| c.is_alphanumeric() || "_-.,/ '".contains(c))
            };
            out.push_str(&left[..open]);
            match (close, inner.filter(is_placeholder)) {
                (Some(close), Some(inner)) => {
                    out.push(OPENS);
                    out.push_str(&inner.replace([' ', '\''], "_"));
                    out.push(CLOSES);
                    left = &left[close + 1..];
                }
                _ => {
                    out.push('<');
                    left = &left[open + 1..];
                }
            }
        }
        out.push_str(left);
    }
    out
}

/// The containers that a text starts: a project for a script, and for each code block of a document.
pub(super) fn read(
    id: SourceId,
    is_markdown: bool,
    directory: &Path,
    host: &World,
    sources: &mut Sources,
) -> Vec<WorkloadProject> {
    let text = sources.get(id).text().to_owned();
    let mut projects = Vec::new();
    // A script is run from anywhere; what a document shows is typed beside it.
    let directory = if is_markdown { directory } else { &host.cwd };
    for script in prepared(&text, is_markdown) {
        let program = shell::parse(&script);
        let mut walk = Walk { id, host, directory, variables: BTreeMap::new(), doubt: 0, found: Vec::new() };
        walk.commands(&program.commands);
        let found = std::mem::take(&mut walk.found);
        let mut project = WorkloadProject {
            directory: directory.to_owned(),
            files: files_of(&[id], sources),
            texts: vec![id],
            name: file_name(id, sources),
            ..WorkloadProject::default()
        };
        if let (true, Some((words, _)), Some(name)) = (is_markdown, found.first(), &mut project.name) {
            let place = words.first().map(|word| word.place);
            name.push_str(&place.map(|p| format!(":{}", sources.line_col(p).line)).unwrap_or_default());
        }
        for (words, is_podman) in found {
            let kind = RunKind { is_podman, is_markdown };
            project.add(&words, kind, host, directory, sources);
        }
        if let Some(fault) = program.fault.filter(|_| !is_markdown) {
            let place = Place { source: id, span: fault.span };
            let path = project.files.first().map(|path| path.display().to_string()).unwrap_or_default();
            let message = format!("the script {}: what stands behind it was not read", fault.message);
            project.refuse(path, Some(place), message);
        }
        if !project.workloads.is_empty() {
            projects.push(project);
        }
    }
    if projects.is_empty() {
        let mut nothing = WorkloadProject { files: files_of(&[id], sources), ..WorkloadProject::default() };
        let path = nothing.files.first().map(|path| path.display().to_string()).unwrap_or_default();
        nothing.refuse(path, None, "no `docker run` in it could be read");
        projects.push(nothing);
    }
    projects
}

/// Whose command it is, and where it is shown.
#[derive(Clone, Copy)]
struct RunKind {
    is_podman: bool,
    is_markdown: bool,
}

impl WorkloadProject {
    fn add(
        &mut self,
        words: &[RunWord],
        RunKind { is_podman, is_markdown }: RunKind,
        host: &World,
        directory: &Path,
        sources: &mut Sources,
    ) {
        let mut container = RunContainer::new(host, directory, (Layer::RunEnv, Layer::RunEnvFile));
        container.is_example = is_markdown;
        let rest = container.take_options(words);
        let Some((image, command)) = rest.split_first() else { return };
        container.deployment.image = image.known().filter(|image| !image.value.is_empty());
        container.deployment.place = Some(image.place);
        if !command.is_empty() {
            container.deployment.command = Some(command.iter().map(RunWord::located).collect());
        }
        let (environment, looked_at, read) = container.environment(sources);
        self.env_files.extend(read);
        let written = container.name.take();
        let of_image = container.deployment.image.as_ref().map(|image| {
            let repository = repository(&image.value);
            repository.rsplit('/').next().unwrap_or(repository).to_owned()
        });
        let name = written.clone().or(of_image).unwrap_or_else(|| "container".to_owned());
        let number = self.workloads.iter().filter(|other| {
            other.name == name || other.name.strip_prefix(&*name).is_some_and(|rest| rest.starts_with('#'))
        });
        let number = number.count();
        let name = if number == 0 { name } else { format!("{name}#{}", number + 1) };
        container.deployment.files = self.texts.clone().into();
        let manager = if is_podman { Manager::Podman } else { Manager::None };
        self.workloads.push(Workload {
            kind: WorkloadKind::RunCommand,
            name,
            container: written,
            deployment: container.deployment,
            environment: environment.finish(),
            before: Vec::new(),
            is_elsewhere: is_markdown,
            management: Management { manager, is_podman, ..Management::default() },
            looked_at,
        });
    }
}

/// What a variable of the script holds.
#[derive(Clone, Debug)]
struct ScriptValue {
    text: String,
    place: Place,
    via: Provenance,
}

/// A walk through a script, in the order it would run.
struct Walk<'a> {
    id: SourceId,
    host: &'a World,
    directory: &'a Path,
    variables: BTreeMap<String, ScriptValue>,
    /// Depth of what may not run.
    doubt: usize,
    found: Vec<(Vec<RunWord>, bool)>,
}

impl Walk<'_> {
    fn place(&self, span: Span) -> Place {
        Place { source: self.id, span }
    }

    fn commands(&mut self, commands: &[ShellCommand]) {
        for command in commands {
            self.command(command);
        }
    }

    fn perhaps(&mut self, commands: &[ShellCommand]) {
        self.doubt += 1;
        self.commands(commands);
        self.doubt -= 1;
    }

    fn command(&mut self, command: &ShellCommand) {
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple),
            CommandKind::AndOr(first, rest) => {
                self.command(first);
                for (_, command) in rest {
                    self.perhaps(std::slice::from_ref(command));
                }
            }
            CommandKind::Pipeline { commands, .. } | CommandKind::Group(commands) => self.commands(commands),
            CommandKind::Background(command) => self.command(command),
            CommandKind::Subshell(commands) => self.commands(commands),
            CommandKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.perhaps(condition);
                    self.perhaps(body);
                }
                self.perhaps(otherwise);
            }
            CommandKind::Loop { condition, body } => {
                self.perhaps(condition);
                self.perhaps(body);
            }
            CommandKind::For { name, body, .. } => {
                let place = self.place(command.span);
                let value = ScriptValue { text: UNKNOWN.to_string(), place, via: Provenance::default() };
                self.variables.insert(name.clone(), value);
                self.perhaps(body);
            }
            CommandKind::Case { arms, .. } => arms.iter().for_each(|arm| self.perhaps(&arm.body)),
            CommandKind::Function { body, .. } => self.perhaps(std::slice::from_ref(&**body)),
            CommandKind::Test(_) | CommandKind::Arithmetic => {}
        }
    }

    fn simple(&mut self, simple: &SimpleCommand) {
        if simple.words.is_empty() {
            for assignment in &simple.assignments {
                self.assign(&assignment.name, &assignment.value, assignment.span);
            }
            return;
        }
        let first = simple.words.first().and_then(Word::plain).unwrap_or_default();
        if matches!(first, "export" | "readonly" | "local" | "declare" | "typeset") {
            for word in &simple.words[1..] {
                let read = self.word(word);
                if let Some((name, value)) = read.text.split_once('=') {
                    self.keep(name.to_owned(), value.to_owned(), read.place, read.via.clone());
                }
            }
            return;
        }
        if first == "read" {
            for word in simple.words[1..].iter().filter_map(Word::plain).filter(|word| !word.starts_with('-'))
            {
                let place = self.place(simple.words[0].span);
                self.keep(word.to_owned(), UNKNOWN.to_string(), place, Provenance::default());
            }
            return;
        }
        // `-e NAME` takes what stands before the command.
        let before = self.variables.clone();
        for assignment in &simple.assignments {
            self.assign(&assignment.name, &assignment.value, assignment.span);
        }
        let words: Vec<RunWord> = simple.words.iter().map(|word| self.word(word)).collect();
        if let Some((start, is_podman)) = run_of(&words)
            && self.found.len() < MOST_COMMANDS
        {
            let words = words[start..].iter().map(|word| self.inheriting(word)).collect();
            self.found.push((words, is_podman));
        }
        self.variables = before;
    }

    /// What the variable of the script holds that has the word for its name.
    fn inheriting(&self, word: &RunWord) -> RunWord {
        let inherits = self.variables.get(&word.text).map(|value| {
            let known = (!value.text.contains(UNKNOWN)).then(|| Text::from(value.text.as_str()));
            (known, value.via.after(self.step(&word.text, value)))
        });
        RunWord { inherits, ..word.clone() }
    }

    fn step(&self, name: &str, value: &ScriptValue) -> ProvenanceStep {
        let step = StepKind::Variable { layer: Layer::RunScript, name: name.to_owned() };
        ProvenanceStep { step, place: Some(value.place) }
    }

    fn assign(&mut self, name: &str, value: &Word, span: Span) {
        let read = self.word(value);
        self.keep(name.to_owned(), read.text, self.place(span), read.via);
    }

    fn keep(&mut self, name: String, text: String, place: Place, via: Provenance) {
        let is_other = self.variables.get(&name).is_none_or(|old| old.text != text);
        // Nobody knows whether it is set.
        let text = if self.doubt > 0 && is_other { UNKNOWN.to_string() } else { text };
        self.variables.insert(name, ScriptValue { text, place, via });
    }

    fn word(&self, word: &Word) -> RunWord {
        let mut read = RunWord::new(String::new(), self.place(word.span));
        if let [WordPiece::Parameter(expansion)] = word.pieces.as_slice() {
            read.of = Some(expansion.name.clone());
        }
        for (at, piece) in word.pieces.iter().enumerate() {
            match piece {
                WordPiece::Plain(text) if at == 0 && (text == "~" || text.starts_with("~/")) => {
                    match self.host.var("HOME") {
                        Some(home) => read.text.push_str(&format!("{home}{}", &text[1..])),
                        None => read.text.push(UNKNOWN),
                    }
                }
                WordPiece::Plain(text) | WordPiece::Quoted(text) => read.text.push_str(text),
                WordPiece::Parameter(expansion) => self.expand(expansion, &mut read),
                WordPiece::Command { commands, .. } => {
                    let is_pwd = |command: &ShellCommand| {
                        let simple = command.simple();
                        simple.is_some_and(|s| matches!(&s.words[..], [word] if word.plain() == Some("pwd")))
                    };
                    match commands.as_slice() {
                        [command] if is_pwd(command) => {
                            read.text.push_str(&self.directory.to_string_lossy());
                        }
                        _ => read.text.push(UNKNOWN),
                    }
                }
                WordPiece::Unknown => read.text.push(UNKNOWN),
            }
        }
        read.text = read.text.replace(OPENS, "<").replace(CLOSES, ">");
        read
    }

    fn expand(&self, expansion: &Expansion, read: &mut RunWord) {
        if expansion.changed || expansion.indirect {
            read.text.push(UNKNOWN);
            return;
        }
        let name = expansion.name.as_str();
        let of_script = self.variables.get(name);
        let of_host = || self.host.var(name).filter(|_| matches!(name, "HOME" | "USER"));
        let text = match (of_script, name) {
            (Some(value), _) => {
                read.via = value.via.after(self.step(name, value));
                Some(value.text.clone())
            }
            (None, "PWD") => Some(self.directory.display().to_string()),
            (None, _) => of_host().map(str::to_owned),
        };
        match (&expansion.operator, text) {
            (Some((blank, '-' | '=', word)), text)
                if text.as_deref().is_none_or(|t| *blank && t.is_empty()) =>
            {
                let default = self.word(word).text;
                // What is left open is there for the environment to fill in.
                if default.is_empty() { read.text.push(UNKNOWN) } else { read.text.push_str(&default) }
            }
            (Some((_, '+', _)), _) | (_, None) => read.text.push(UNKNOWN),
            (_, Some(text)) => read.text.push_str(&text),
        }
    }
}

/// Where the options of `docker run` begin in the words of a command, and whether it is Podman's.
fn run_of(words: &[RunWord]) -> Option<(usize, bool)> {
    let text = |at: usize| words.get(at).map(|word| word.text.as_str());
    let mut at = 0;
    while BEFORE.contains(&text(at)?) || (at > 0 && text(at)?.starts_with('-')) {
        at += 1;
    }
    let program = text(at)?.rsplit('/').next().unwrap_or_default();
    let is_podman = program == "podman";
    if !ENGINES.contains(&program) {
        return None;
    }
    at += 1;
    // `docker --context x run`.
    while let Some(option) = text(at).filter(|word| word.starts_with('-')) {
        let takes_value = matches!(
            option,
            "--context"
                | "-c"
                | "--host"
                | "-H"
                | "--config"
                | "--log-level"
                | "-l"
                | "--namespace"
                | "-n"
                | "--connection"
        );
        at += if takes_value { 2 } else { 1 };
    }
    if text(at)? == "container" {
        at += 1;
    }
    matches!(text(at)?, "run" | "create").then_some((at + 1, is_podman))
}
