//! A shell that is followed without being run.

use super::{
    ConfigChange, Launch, LaunchEnd, LaunchInputs, LaunchWord, SCRIPT, VariableChange, WrittenText,
    conditions::{self, PathKind},
    flow::{Flow, MaybeLeft, Status},
    layer_of,
    readers::VariableReaders,
    scopes::{Declares, Scope},
    state::{Changes, ShellVariable, Variables},
};
use crate::{
    openclaw::read::{command::OpenClawCommand, paths},
    provenance::{Candidate, Layer, Provenance, ProvenanceStep, StepKind},
    syntax::interpolate::UNKNOWN,
    syntax::shell::{
        self, CommandKind, Expansion, Redirect, RedirectTo, ShellCommand, ShellProgram, SimpleCommand, Word,
        WordPiece,
    },
    text::{
        secret::Text,
        source::{Language, Place, SourceId, SourceName, Sources, Span},
    },
    vocabulary::deployment::Role,
    world::container_fs::{ContainerFs, Look},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

/// How many commands are followed.
const STEPS: usize = 20_000;
/// Deepest nesting of scripts, functions and substitutions.
const DEPTH: usize = 64;
/// How many files are looked at.
const LOOKS: usize = 64;
/// Longest value that is put together.
const LONGEST: usize = 64 << 10;

/// A script, and where its text is.
pub(super) struct Unit {
    pub(super) program: ShellProgram,
    text: Rc<str>,
    whence: Whence,
}

impl Unit {
    /// Its first line says that bash runs it.
    pub(super) fn is_of_bash(&self) -> bool {
        let first = self.text.lines().next().filter(|line| line.starts_with("#!"));
        first.is_some_and(|line| {
            line[2..].split_whitespace().any(|word| super::programs::base(word) == "bash")
        })
    }

    /// The words of its first command; `NAME=value` before a program is a word as well.
    pub(super) fn first_words(&self) -> Vec<Word> {
        let Some(simple) = self.program.commands.first().and_then(ShellCommand::simple) else {
            return Vec::new();
        };
        let before = simple.assignments.iter().map(|assignment| {
            let name = WordPiece::Quoted(format!("{}=", assignment.name));
            let pieces = std::iter::once(name).chain(assignment.value.pieces.iter().cloned()).collect();
            Word { pieces, span: assignment.span }
        });
        before.chain(simple.words.iter().cloned()).collect()
    }
}

/// Where the text of a script is written.
#[derive(Clone, Copy)]
enum Whence {
    /// In a word of the compose file; none of what only the engine knows.
    Inline(Option<Place>),
    /// A file.
    File(SourceId),
}

/// The program with what it is started with.
pub(super) struct Started {
    words: Option<Vec<LaunchWord>>,
    variables: BTreeMap<String, VariableChange>,
    is_gateway: bool,
    user: Option<String>,
    cwd: Option<String>,
}

pub(super) struct FollowedShell<'a> {
    pub(super) fs: &'a mut dyn ContainerFs,
    pub(super) sources: &'a mut Sources,
    pub(super) variables: Variables,
    initial: HashMap<String, ShellVariable>,
    functions: HashMap<String, (Rc<Unit>, Rc<ShellCommand>)>,
    /// `$0` and the positional parameters.
    pub(super) arguments: Vec<LaunchWord>,
    pub(super) unit: Option<Rc<Unit>>,
    /// Above zero what is followed may not run.
    pub(super) doubt: usize,
    steps: usize,
    depth: usize,
    exports_all: Option<bool>,
    /// It is bash, and not any `sh`.
    pub(super) is_bash: bool,
    /// The last command of a pipeline runs in this shell.
    pub(super) last_pipe: bool,
    pub(super) maybe_left: MaybeLeft,
    /// How many functions and sourced scripts `return` may leave.
    pub(super) returnable: usize,
    /// The variables that the words are made from that are put together now.
    pub(super) used: Vec<String>,
    /// Every variable that is asked for.
    read: BTreeSet<String>,
    /// Variables of functions that are called, with what they were before.
    pub(super) scopes: Vec<Scope>,
    /// `${X:?}` of a variable that is not set.
    refused: Option<String>,
    pub(super) started: Vec<Started>,
    pub(super) ends: Option<LaunchEnd>,
    pub(super) user: Option<String>,
    pub(super) cwd: String,
    first_cwd: String,
    pub(super) files: BTreeMap<String, WrittenText>,
    pub(super) config: Vec<ConfigChange>,
    pub(super) chowned: Vec<String>,
    pub(super) readers: VariableReaders,
    scripts: HashMap<String, Option<Rc<Unit>>>,
    looks: HashMap<String, Look>,
}

/// Follows what a container runs.
pub(super) fn follow(inputs: &LaunchInputs<'_>, fs: &mut dyn ContainerFs, sources: &mut Sources) -> Launch {
    let deployment = inputs.deployment;
    let words = [&deployment.entrypoint, &deployment.command].into_iter().flatten().flatten();
    let words: Vec<LaunchWord> = words
        .map(|word| {
            // What a variable holds that only another machine has is not known.
            let text = Some(word.value.clone()).filter(|text| !text.expose().contains(UNKNOWN));
            LaunchWord { text, place: word.place, from: None, begins: None }
        })
        .collect();
    let mut shell = FollowedShell::new(inputs, fs, sources);
    if !words.is_empty() {
        shell.run(words, None);
    }
    shell.finish(inputs)
}

/// What a login shell exports beside what it is started with: the first of `files` that is there is read.
/// None where it cannot be told.
pub(super) fn login(
    inputs: &LaunchInputs<'_>,
    files: &[String],
    is_known: bool,
    fs: &mut dyn ContainerFs,
    sources: &mut Sources,
) -> Option<Vec<Candidate>> {
    let mut shell = FollowedShell::new(inputs, fs, sources);
    for file in files {
        match shell.fs.look(file, SCRIPT) {
            Look::Absent => {}
            Look::InImage if is_known => {}
            Look::Text { .. } => {
                let unit = shell.script(file)?;
                shell.run_unit(&unit);
                break;
            }
            _ => return None,
        }
    }
    shell.start(None);
    let started = shell.started.pop()?;
    let set = started.variables.into_values().filter_map(|change| match change {
        VariableChange::Set { candidate, .. } => Some(Candidate { layer: Layer::ShellEnv, ..candidate }),
        VariableChange::Unset(_) => None,
    });
    Some(set.collect())
}

impl<'a> FollowedShell<'a> {
    fn new(inputs: &LaunchInputs<'_>, fs: &'a mut dyn ContainerFs, sources: &'a mut Sources) -> Self {
        let deployment = inputs.deployment;
        let cwd = deployment.working_dir.as_ref().map_or("/app", |dir| dir.value.as_str()).to_owned();
        let mut variables = Variables::default();
        for variable in inputs.environment {
            let Some(winner) = &variable.winner else { continue };
            let value = ShellVariable {
                text: winner.value.clone(),
                place: None,
                from: Some(Rc::new(winner.clone())),
                exported: Some(true),
                is_own: false,
                is_doubtful: false,
                uses: vec![variable.name.clone()],
            };
            variables.put(&variable.name, Some(value));
        }
        let initial = variables.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        if variables.get("HOME").is_none() {
            let home = Some(Text::from(inputs.user_home));
            let home = ShellVariable {
                text: home,
                place: None,
                from: None,
                exported: Some(true),
                is_own: false,
                is_doubtful: false,
                uses: Vec::new(),
            };
            variables.put("HOME", Some(home));
        }
        Self {
            fs,
            sources,
            variables,
            initial,
            functions: HashMap::new(),
            arguments: Vec::new(),
            unit: None,
            doubt: 0,
            steps: 0,
            depth: 0,
            exports_all: Some(false),
            is_bash: false,
            last_pipe: false,
            maybe_left: MaybeLeft::default(),
            returnable: 0,
            used: Vec::new(),
            read: BTreeSet::new(),
            scopes: Vec::new(),
            refused: None,
            started: Vec::new(),
            ends: None,
            user: deployment.user.as_ref().map(|user| user.value.clone()),
            first_cwd: cwd.clone(),
            cwd,
            files: BTreeMap::new(),
            config: Vec::new(),
            chowned: Vec::new(),
            readers: VariableReaders::default(),
            scripts: HashMap::new(),
            looks: HashMap::new(),
        }
    }
}

impl FollowedShell<'_> {
    fn finish(mut self, inputs: &LaunchInputs<'_>) -> Launch {
        let of_gateway = self.started.iter().any(|started| started.is_gateway);
        if inputs.role == Role::Gateway && of_gateway {
            self.started.retain(|started| started.is_gateway);
        }
        let mut launch = Launch {
            files: self.files,
            config: self.config,
            chowned: self.chowned,
            readers: self.readers,
            read: self.read,
            ..Launch::default()
        };
        let mut all = self.started.into_iter();
        let Some(first) = all.next() else {
            launch.ends = self.ends;
            return launch;
        };
        launch.command = first.words;
        launch.variables = first.variables;
        launch.user = first
            .user
            .filter(|user| inputs.deployment.user.as_ref().is_none_or(|written| written.value != *user));
        launch.cwd = first.cwd.filter(|cwd| *cwd != self.first_cwd);
        for other in all {
            launch.agree(other);
        }
        launch
    }

    /// The place of a part of the script that is followed.
    pub(super) fn place(&self, span: Span) -> Option<Place> {
        let unit = self.unit.as_ref()?;
        match unit.whence {
            Whence::File(source) => Some(Place { source, span }),
            Whence::Inline(place) => {
                let place = place?;
                let part = unit.text.get(span.range()).unwrap_or_default();
                Some(located(place, part, self.sources).unwrap_or(place))
            }
        }
    }

    /// Follows a script; `None` where it cannot be read.
    fn unit(&mut self, text: &str, whence: Whence) -> Rc<Unit> {
        let program = shell::parse(text);
        if program.fault.is_some() {
            self.readers.cannot_see("a script that cannot be read as one of a shell");
        }
        Rc::new(Unit { program, text: text.into(), whence })
    }

    pub(super) fn inline(&mut self, text: &str, place: Option<Place>) -> Rc<Unit> {
        self.unit(text, Whence::Inline(place))
    }

    /// The script at a path; none where it cannot be seen or is none of a shell.
    pub(super) fn script(&mut self, path: &str) -> Option<Rc<Unit>> {
        let path = paths::clean(&self.cwd, path);
        if let Some(known) = self.scripts.get(&path) {
            return known.clone();
        }
        let unit = match self.look(&path) {
            Look::Text { name, text, .. } => {
                self.readers.add_file(&path, &text);
                let shebang = text.lines().next().filter(|line| line.starts_with("#!"));
                let is_shell = shebang.is_none_or(|line| {
                    let mut words = line[2..].split_whitespace();
                    words.any(|word| {
                        matches!(super::programs::base(word), "sh" | "bash" | "dash" | "ash" | "with-contenv")
                    })
                });
                is_shell.then(|| {
                    let known =
                        self.sources.iter().find(|(_, s)| s.name == name && s.language == Language::Shell);
                    let id = known.map(|(id, _)| id);
                    let id = id.unwrap_or_else(|| self.sources.add(name, Language::Shell, text.clone()));
                    self.unit(&text, Whence::File(id))
                })
            }
            Look::Absent | Look::Directory { .. } => None,
            _ => {
                self.readers.cannot_see(path.clone());
                None
            }
        };
        self.scripts.insert(path, unit.clone());
        unit
    }

    /// Runs a script in this shell.
    pub(super) fn run_unit(&mut self, unit: &Rc<Unit>) -> Flow {
        if self.depth >= DEPTH {
            return self.give_up();
        }
        self.depth += 1;
        let outer = self.unit.replace(Rc::clone(unit));
        let flow = self.list(&unit.program.commands);
        self.unit = outer;
        self.depth -= 1;
        flow
    }

    pub(super) fn is_too_deep(&self) -> bool {
        self.depth >= DEPTH
    }

    /// A part of the script that is followed, as it is written.
    pub(super) fn text_of(&self, span: Span) -> String {
        self.unit.as_ref().and_then(|unit| unit.text.get(span.range())).unwrap_or_default().to_owned()
    }

    /// What is beyond the limits is not followed.
    pub(super) fn give_up(&mut self) -> Flow {
        self.readers.cannot_see("a script that is too long to be followed");
        Flow::Ended
    }

    pub(super) fn list(&mut self, commands: &[ShellCommand]) -> Flow {
        let mut flow = Flow::Next(Status::Success);
        for (number, command) in commands.iter().enumerate() {
            let before = self.maybe_left;
            flow = self.command(command);
            if !matches!(flow, Flow::Next(_)) {
                break;
            }
            if self.maybe_left != before && number + 1 < commands.len() {
                // The rest may not run any more.
                return self.perhaps(|shell| shell.list(&commands[number + 1..]));
            }
        }
        flow
    }

    pub(super) fn command(&mut self, command: &ShellCommand) -> Flow {
        self.steps += 1;
        if self.steps > STEPS || self.depth >= DEPTH {
            return self.give_up();
        }
        self.depth += 1;
        let flow = self.command_here(command);
        self.depth -= 1;
        if !command.redirects.is_empty() {
            self.redirected(&command.redirects, None, command.span);
        }
        flow
    }

    fn command_here(&mut self, command: &ShellCommand) -> Flow {
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple, command.span),
            CommandKind::AndOr(first, others) => {
                let mut flow = self.command(first);
                for (and, next) in others {
                    let Flow::Next(status) = flow else { return flow };
                    flow = match (and, status) {
                        (true, Status::Success | Status::Likely) | (false, Status::Failure) => {
                            self.command(next)
                        }
                        (true, Status::Failure) | (false, Status::Success) => flow,
                        (false, Status::Likely) | (_, Status::Unknown) => {
                            self.perhaps(|shell| shell.command(next))
                        }
                    };
                }
                flow
            }
            CommandKind::Pipeline { negated: true, commands } if commands.len() == 1 => {
                match self.command(&commands[0]) {
                    Flow::Next(status) => Flow::Next(conditions::not(status)),
                    other => other,
                }
            }
            CommandKind::Pipeline { commands, .. } => {
                let last = commands.len().saturating_sub(1);
                let mut printed: Option<String> = None;
                for (number, part) in commands.iter().enumerate() {
                    let input = (number > 0).then(|| printed.take());
                    printed = part.simple().and_then(|simple| {
                        let words: Vec<LaunchWord> =
                            simple.words.iter().flat_map(|word| self.fields(word)).collect();
                        let name = words.first()?.text.clone()?;
                        match &input {
                            None if self.functions.contains_key(name.expose()) => None,
                            None => self.printed(&words, simple),
                            Some(input) => super::programs::filtered(name.expose(), &words, input.as_ref()?),
                        }
                    });
                    if number == last && self.last_pipe {
                        self.perhaps(|shell| shell.piped(part, input, true));
                    } else {
                        self.apart(|shell| shell.piped(part, input, number == last));
                    }
                }
                Flow::Next(Status::Unknown)
            }
            CommandKind::Background(inner) => {
                self.apart(|shell| shell.command(inner));
                Flow::Next(Status::Success)
            }
            CommandKind::Group(commands) => self.list(commands),
            CommandKind::Subshell(commands) => {
                self.apart(|shell| shell.list(commands));
                Flow::Next(Status::Likely)
            }
            CommandKind::If { branches, otherwise } => self.branches(branches, otherwise),
            CommandKind::Loop { condition, body } => self.turns(|shell| match shell.list(condition) {
                Flow::Next(_) => shell.list(body),
                left => left,
            }),
            CommandKind::For { name, words, body } => self.each(name, words.as_deref(), body, command.span),
            CommandKind::Case { word, arms } => self.case(word, arms),
            CommandKind::Function { name, body } => {
                if let Some(unit) = &self.unit {
                    self.functions.insert(name.clone(), (Rc::clone(unit), Rc::new((**body).clone())));
                }
                Flow::Next(Status::Success)
            }
            CommandKind::Test(words) => {
                let words: Vec<LaunchWord> = words.iter().map(|word| self.one(word)).collect();
                Flow::Next(conditions::extended(&words, &mut |path| self.kind_of(path)))
            }
            CommandKind::Arithmetic => {
                self.compute(command.span);
                Flow::Next(Status::Unknown)
            }
        }
    }

    /// A part that may run or not.
    pub(super) fn perhaps(&mut self, part: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let (flow, changes) = self.part(part);
        if flow != Flow::Ended {
            self.variables.join(&changes, &Changes::new());
            self.maybe_left.add(flow);
        }
        Flow::Next(Status::Unknown)
    }

    /// The turns of a loop of which it is not known how many there are. What one turn leaves, the next one
    /// finds.
    fn turns(&mut self, mut turn: impl FnMut(&mut Self) -> Flow) -> Flow {
        let before = self.maybe_left;
        for _ in 0..2 {
            self.perhaps(&mut turn);
        }
        self.maybe_left.behind_loop(before);
        Flow::Next(Status::Unknown)
    }

    fn part(&mut self, part: impl FnOnce(&mut Self) -> Flow) -> (Flow, Changes) {
        self.doubt += 1;
        let (exports_all, promises) = (self.exports_all, self.variables.promises());
        let begin = self.variables.begin_part();
        let flow = part(self);
        let changes = self.variables.end_part(begin);
        self.exports_all = exports_all.filter(|_| self.exports_all == exports_all);
        self.variables.promised_perhaps(&promises);
        self.doubt -= 1;
        (flow, changes)
    }

    /// A part whose variables are its own: another process.
    pub(super) fn apart(&mut self, part: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let begin = self.variables.begin_part();
        let (cwd, user) = (self.cwd.clone(), self.user.clone());
        let arguments = self.arguments.clone();
        let options = (self.is_bash, self.last_pipe, self.exports_all, self.maybe_left, self.returnable);
        let (scope, promises) = (self.scope(), self.variables.promises());
        let flow = part(self);
        self.variables.end_part(begin);
        (self.cwd, self.user, self.arguments) = (cwd, user, arguments);
        (self.is_bash, self.last_pipe, self.exports_all, self.maybe_left, self.returnable) = options;
        self.leave_scope(scope);
        self.variables.promised_only(promises);
        flow
    }

    fn branches(
        &mut self,
        branches: &[(Vec<ShellCommand>, Vec<ShellCommand>)],
        otherwise: &[ShellCommand],
    ) -> Flow {
        let Some(((condition, body), rest)) = branches.split_first() else { return self.list(otherwise) };
        if branches.len() > DEPTH {
            return self.give_up();
        }
        match self.list(condition) {
            Flow::Next(Status::Success) => self.list(body),
            Flow::Next(Status::Failure) => self.branches(rest, otherwise),
            Flow::Next(Status::Likely | Status::Unknown) => {
                let one = self.part(|shell| shell.list(body));
                let other = self.part(|shell| shell.branches(rest, otherwise));
                self.either(one, other)
            }
            other => other,
        }
    }

    fn either(&mut self, one: (Flow, Changes), other: (Flow, Changes)) -> Flow {
        let only = |shell: &mut Self, (flow, changes): (Flow, Changes)| {
            shell.variables.apply(changes);
            if flow.leaves() { flow } else { Flow::Next(Status::Unknown) }
        };
        match (one.0, other.0) {
            (Flow::Ended, Flow::Ended) => Flow::Ended,
            (_, Flow::Ended) => only(self, one),
            (Flow::Ended, _) => only(self, other),
            (a, b) => {
                self.variables.join(&one.1, &other.1);
                if a == b && a.leaves() {
                    return a;
                }
                self.maybe_left.add(a);
                self.maybe_left.add(b);
                Flow::Next(Status::Unknown)
            }
        }
    }

    fn each(&mut self, name: &str, words: Option<&[Word]>, body: &[ShellCommand], span: Span) -> Flow {
        let words: Vec<LaunchWord> = match words {
            Some(words) => words.iter().flat_map(|word| self.fields(word)).collect(),
            None => self.arguments.iter().skip(1).cloned().collect(),
        };
        let place = self.place(span);
        if name.is_empty() || words.len() > 256 || words.iter().any(|word| word.text.is_none()) {
            return self.turns(|shell| {
                shell.set(name, None, None, place);
                shell.list(body)
            });
        }
        let before = self.maybe_left;
        for (number, word) in words.iter().enumerate() {
            if self.maybe_left != before {
                // It may have been left.
                let rest = words[number..].to_vec();
                self.perhaps(|shell| shell.each_of(name, rest, body, place));
                break;
            }
            match self.each_of(name, vec![word.clone()], body, place) {
                Flow::Next(_) | Flow::Continued => {}
                Flow::Broken => break,
                left => return left,
            }
        }
        self.maybe_left.behind_loop(before);
        Flow::Next(Status::Unknown)
    }

    fn each_of(
        &mut self,
        name: &str,
        words: Vec<LaunchWord>,
        body: &[ShellCommand],
        place: Option<Place>,
    ) -> Flow {
        for word in words {
            self.set(name, word.text, word.from, place);
            match self.list(body) {
                Flow::Next(_) | Flow::Continued => {}
                left => return left,
            }
        }
        Flow::Next(Status::Unknown)
    }

    fn case(&mut self, word: &Word, arms: &[shell::CaseArm]) -> Flow {
        let subject = self.one(word).text;
        let mut is_known = true;
        for arm in arms {
            let results: Vec<Status> = arm
                .patterns
                .iter()
                .map(|pattern| {
                    let quoted = pattern.pieces.iter().all(|piece| matches!(piece, WordPiece::Quoted(_)));
                    let (Some(text), Some(pattern)) = (&subject, self.one(pattern).text) else {
                        return Status::Unknown;
                    };
                    let (text, pattern) = (text.expose(), pattern.expose());
                    let fits = match pattern.contains(['?', '[', '\\']) && !quoted {
                        true => return Status::Unknown,
                        false if quoted => text == pattern,
                        false => crate::text::glob::fits_name(pattern, text),
                    };
                    if fits { Status::Success } else { Status::Failure }
                })
                .collect();
            if results.contains(&Status::Success) && is_known {
                return self.list(&arm.body);
            }
            if results.iter().any(|result| *result != Status::Failure) {
                is_known = false;
                self.perhaps(|shell| shell.list(&arm.body));
            }
        }
        Flow::Next(if is_known { Status::Success } else { Status::Unknown })
    }

    fn simple(&mut self, simple: &SimpleCommand, span: Span) -> Flow {
        let is_prefix = |word: &&Word| matches!(word.plain(), Some("command" | "builtin"));
        let at = simple.words.iter().take_while(is_prefix).count();
        let declares = simple.words.get(at).and_then(Word::plain).and_then(Declares::of);
        if let Some(how) = declares {
            self.declare(how, &simple.words[at + 1..]);
            return self.after_refusal(span).unwrap_or(Flow::Next(Status::Success));
        }
        let words: Vec<LaunchWord> = simple.words.iter().flat_map(|word| self.fields(word)).collect();
        if words.is_empty() {
            for assignment in &simple.assignments {
                self.assign(assignment, false);
            }
            self.redirected(&simple.redirects, None, span);
            return self.after_refusal(span).unwrap_or(Flow::Next(Status::Success));
        }
        if let Some(ended) = self.after_refusal(span) {
            return ended;
        }
        let first = words[0].text.as_ref().map(|text| text.expose().to_owned());
        let call = first.as_ref().and_then(|name| self.functions.get(name)).cloned();
        if let Some((unit, body)) = call {
            return self.call(&unit, &body, words, &simple.assignments);
        }
        let lasts =
            matches!(first.as_deref(), Some("export" | "exec" | ":" | "." | "eval" | "set" | "unset"));
        if simple.assignments.is_empty() || lasts {
            for assignment in &simple.assignments {
                self.assign(assignment, first.as_deref() == Some("exec"));
            }
            return self.run_with(words, simple, span);
        }
        // What such a built-in sets stays, and what stands before it does not.
        const SETTING: [&str; 8] =
            ["read", "mapfile", "readarray", "getopts", "printf", "cd", "let", "source"];
        if first.as_deref().is_some_and(|name| SETTING.contains(&name)) {
            let names = simple.assignments.iter().map(|assignment| assignment.name.clone());
            let before: Vec<_> = names.map(|name| (self.variables.get(&name).cloned(), name)).collect();
            for assignment in &simple.assignments {
                self.assign(assignment, true);
            }
            let flow = self.run_with(words, simple, span);
            for (old, name) in before {
                self.variables.put(&name, old);
            }
            return flow;
        }
        self.apart(|shell| {
            for assignment in &simple.assignments {
                shell.assign(assignment, true);
            }
            shell.run_with(words, simple, span)
        })
    }

    fn run_with(&mut self, words: Vec<LaunchWord>, simple: &SimpleCommand, span: Span) -> Flow {
        let is_exec = words[0].text.as_ref().is_some_and(|word| word.expose() == "exec");
        if is_exec && words.len() == 1 {
            return Flow::Next(Status::Success);
        }
        let output = simple.redirects.iter().any(|r| matches!(r.to, RedirectTo::Output { .. }));
        let printed = if output { self.printed(&words, simple) } else { None };
        self.redirected(&simple.redirects, Some(printed), span);
        self.embedded(&words, simple, span);
        let flow = self.run(words, Some(span));
        self.after_refusal(span).unwrap_or(flow)
    }

    /// The program of another language that stands in a script, `node -e '…'` and `node <<EOF`: it may
    /// write the config.
    fn embedded(&mut self, words: &[LaunchWord], simple: &SimpleCommand, span: Span) {
        let name = words[0].text.as_ref().map_or("", Text::expose);
        if !matches!(super::programs::base(name), "node" | "bun" | "python" | "python3" | "perl" | "jq") {
            return;
        }
        let here = simple.redirects.iter().filter_map(|redirect| match redirect.to {
            RedirectTo::Here(number) => {
                self.unit.as_ref()?.program.here.get(number).map(|here| here.word.span)
            }
            _ => None,
        });
        let spans: Vec<Span> = here.chain([span]).collect();
        let text = self.unit.as_ref().map_or("", |unit| &*unit.text);
        let is_about = |span: &Span| {
            let text = text.get(span.range()).unwrap_or_default();
            ["openclaw.json", "clawdbot.json", "CONFIG_PATH"].iter().any(|word| text.contains(word))
                && ["writeFile", ".write(", "dump(", "open("].iter().any(|word| text.contains(word))
        };
        if spans.iter().any(is_about)
            && let Some(path) = self.state_config()
        {
            self.write(&path, None, span, None);
        }
    }

    /// A command of a pipeline that is given what the ones before it print.
    fn piped(&mut self, part: &ShellCommand, input: Option<Option<String>>, is_last: bool) -> Flow {
        if let (Some(simple), Some(input)) = (part.simple(), input)
            && is_last
        {
            let words: Vec<LaunchWord> = simple.words.iter().flat_map(|word| self.fields(word)).collect();
            let name = words.first().and_then(|word| word.text.as_ref()).map(|text| text.expose().to_owned());
            if name.as_deref() == Some("tee") {
                for file in words.iter().skip(1).filter_map(|word| word.text.clone()) {
                    if !file.expose().starts_with('-') {
                        let appends =
                            words.iter().any(|word| word.text.as_ref().is_some_and(|t| t.expose() == "-a"));
                        self.write(file.expose(), input.clone().filter(|_| !appends), part.span, None);
                    }
                }
                return Flow::Next(Status::Likely);
            }
            let filtered =
                name.as_deref().and_then(|name| super::programs::filtered(name, &words, input.as_ref()?));
            self.redirected(&simple.redirects, Some(filtered), part.span);
            return self.run(words, Some(part.span));
        }
        self.command(part)
    }

    /// `${X:?}` of a variable that is not set ends the shell.
    fn after_refusal(&mut self, span: Span) -> Option<Flow> {
        let variable = self.refused.take()?;
        let place = self.place(span);
        self.end(LaunchEnd { code: None, place, variable: Some(variable) });
        Some(Flow::Ended)
    }

    /// The container ends here, where that is certain.
    pub(super) fn end(&mut self, end: LaunchEnd) {
        if self.doubt == 0 && self.started.is_empty() {
            self.ends.get_or_insert(end);
        }
    }

    /// Sets a variable; what the container has for it already stays as it is.
    pub(super) fn set(
        &mut self,
        name: &str,
        text: Option<Text>,
        from: Option<Rc<Candidate>>,
        place: Option<Place>,
    ) {
        if name.is_empty() {
            return;
        }
        let now = self.variables.get(name);
        let exported = now.map_or(self.variables.is_promised(name), |now| now.exported);
        let exported = match self.exports_all {
            Some(true) => Some(true),
            None => exported.filter(|exported| *exported),
            Some(false) => exported,
        };
        let is_own = from.as_ref().is_some_and(|from| from.name == name && from.value == text);
        let initial = self.initial.get(name).filter(|initial| is_own && initial.text == text).cloned();
        let value = initial.unwrap_or(ShellVariable {
            text,
            place,
            from,
            exported,
            is_own: true,
            is_doubtful: false,
            uses: Vec::new(),
        });
        self.variables.put(name, Some(value));
    }

    /// Another process runs a script.
    pub(super) fn begin_script(&mut self, is_bash: bool) {
        (self.is_bash, self.last_pipe, self.exports_all, self.returnable) = (is_bash, false, Some(false), 0);
    }

    pub(super) fn export_all(&mut self, on: bool) {
        self.exports_all = Some(on);
    }

    /// A word as one field.
    pub(super) fn one(&mut self, word: &Word) -> LaunchWord {
        let place = word.span;
        let fields = self.expand(word, false);
        let mut fields = fields.into_iter();
        let Some(first) = fields.next() else {
            return LaunchWord::known("", self.place(place));
        };
        fields.fold(first, |all, next| LaunchWord {
            text: all.text.zip(next.text).map(|(a, b)| format!("{} {}", a.expose(), b.expose()).into()),
            from: None,
            ..all
        })
    }

    /// A word as the fields that it becomes.
    pub(super) fn fields(&mut self, word: &Word) -> Vec<LaunchWord> {
        self.expand(word, true)
    }

    fn expand(&mut self, word: &Word, splits: bool) -> Vec<LaunchWord> {
        let place = self.place(word.span);
        let mut out: Vec<LaunchWord> = Vec::new();
        let mut now: Option<WordField> = None;
        for (number, piece) in word.pieces.iter().enumerate() {
            match piece {
                WordPiece::Plain(text) if number == 0 && (text == "~" || text.starts_with("~/")) => {
                    let home = self.variables.get("HOME").and_then(|home| home.text.clone());
                    let rest = &text[1..];
                    let whole = home.map(|home| format!("{}{rest}", home.expose()));
                    WordField::add(&mut now, whole.as_deref(), None);
                }
                WordPiece::Plain(text) => WordField::add(&mut now, Some(text), None),
                WordPiece::Quoted(text) => WordField::add(&mut now, Some(text), None),
                WordPiece::Parameter(e)
                    if e.name == "@" && e.operator.is_none() && !e.changed && !e.indirect =>
                {
                    let arguments: Vec<LaunchWord> = self.arguments.iter().skip(1).cloned().collect();
                    if now.is_none() {
                        out.extend(arguments);
                    } else {
                        for (at, argument) in arguments.into_iter().enumerate() {
                            if at > 0 {
                                out.extend(now.take().map(|field| field.word(place)));
                            }
                            WordField::add(&mut now, argument.text.as_ref().map(Text::expose), None);
                        }
                    }
                }
                WordPiece::Parameter(e) => {
                    let (text, from) = self.parameter(e);
                    self.add_expanded(&mut out, &mut now, text, from, e.quoted || !splits, place);
                }
                WordPiece::Command { commands, quoted } => {
                    let text = self.output_of(commands);
                    self.add_expanded(&mut out, &mut now, text, None, *quoted || !splits, place);
                }
                WordPiece::Unknown => {
                    if self.text_of(word.span).contains("((") {
                        self.compute(word.span);
                    }
                    WordField::add(&mut now, None, None);
                }
            }
        }
        out.extend(now.map(|field| field.word(place)));
        out
    }

    fn add_expanded(
        &self,
        out: &mut Vec<LaunchWord>,
        now: &mut Option<WordField>,
        text: Option<String>,
        from: Option<Rc<Candidate>>,
        whole: bool,
        place: Option<Place>,
    ) {
        let Some(text) = text else { return WordField::add(now, None, from) };
        if whole {
            return WordField::add(now, Some(&text), from);
        }
        let begins = text.starts_with([' ', '\t', '\n']);
        for (at, part) in text.split_whitespace().enumerate() {
            if at > 0 || begins {
                out.extend(now.take().map(|field| field.word(place)));
            }
            WordField::add(now, Some(part), from.clone());
        }
    }

    /// What a parameter is: none when that is not known.
    fn parameter(&mut self, e: &Expansion) -> (Option<String>, Option<Rc<Candidate>>) {
        let name = match self.lookup(&e.name) {
            _ if !e.indirect => e.name.clone(),
            FoundParameter::Set(Some(name), _) if !name.is_empty() => name,
            _ => return (None, None),
        };
        let (found, from) = match self.lookup(&name) {
            FoundParameter::Unknown => return (None, None),
            FoundParameter::Unset => (None, None),
            FoundParameter::Set(text, from) => {
                if let Some(variable) = self.variables.get(&name) {
                    self.used.extend(variable.uses.iter().cloned());
                    self.read.extend(variable.uses.iter().cloned());
                }
                (Some(text), from)
            }
        };
        if e.changed {
            let is_empty = found.is_none_or(|text| text.as_deref() == Some(""));
            return (is_empty.then(String::new), None);
        }
        let Some((blank_counts, operator, word)) = &e.operator else {
            return (found.unwrap_or_else(|| Some(String::new())), from);
        };
        let filled = match &found {
            None => false,
            Some(Some(text)) => !(*blank_counts && text.is_empty()),
            Some(None) => {
                // It may be set, or empty.
                _ = self.one(word);
                return (None, None);
            }
        };
        match (operator, filled) {
            ('+', true) | ('-', false) => {
                let word = self.one(word);
                (word.text.map(|text| text.expose().to_owned()), word.from)
            }
            ('+', false) => (Some(String::new()), None),
            ('=', false) => {
                let place = self.place(word.span);
                let value = self.one(word);
                self.set(&name, value.text.clone(), value.from, place);
                (value.text.map(|text| text.expose().to_owned()), None)
            }
            ('?', false) => {
                self.refused.get_or_insert(name);
                (None, None)
            }
            _ => (found.unwrap_or_else(|| Some(String::new())), from),
        }
    }

    fn lookup(&self, name: &str) -> FoundParameter {
        const OF_THE_SYSTEM: [&str; 16] = [
            "PATH",
            "HOSTNAME",
            "SHLVL",
            "OLDPWD",
            "RANDOM",
            "UID",
            "EUID",
            "PPID",
            "SECONDS",
            "LINENO",
            "USER",
            "LOGNAME",
            "SHELL",
            "TERM",
            "NODE_VERSION",
            "YARN_VERSION",
        ];
        let text = |text: &Text| text.expose().to_owned();
        if let Ok(number) = name.parse::<usize>() {
            return match self.arguments.get(number) {
                Some(word) => FoundParameter::Set(word.text.as_ref().map(text), word.from.clone()),
                None => FoundParameter::Unset,
            };
        }
        match name {
            "#" => {
                let count = self.arguments.len().saturating_sub(1);
                return FoundParameter::Set(Some(count.to_string()), None);
            }
            "*" | "@" => {
                let words = self.arguments.iter().skip(1);
                let all: Option<Vec<&str>> = words.map(|word| word.text.as_ref().map(Text::expose)).collect();
                return FoundParameter::Set(all.map(|all| all.join(" ")), None);
            }
            "PWD" => return FoundParameter::Set(Some(self.cwd.clone()), None),
            "?" | "$" | "!" | "-" => return FoundParameter::Unknown,
            _ => {}
        }
        match self.variables.get(name) {
            Some(variable) => FoundParameter::Set(variable.text.as_ref().map(text), variable.from.clone()),
            None if OF_THE_SYSTEM.contains(&name) => FoundParameter::Unknown,
            None => FoundParameter::Unset,
        }
    }

    /// What commands print, without the line ends at its end; none when it is not known.
    pub(super) fn output_of(&mut self, commands: &[ShellCommand]) -> Option<String> {
        if self.depth >= DEPTH || commands.len() != 1 {
            // What they read and start is looked at all the same.
            if self.depth < DEPTH {
                self.depth += 1;
                self.apart(|shell| shell.perhaps(|shell| shell.list(commands)));
                self.depth -= 1;
            }
            return None;
        }
        self.depth += 1;
        self.steps += 1;
        let text = match &commands[0].kind {
            _ if self.steps > STEPS => None,
            CommandKind::Simple(simple) => {
                let words: Vec<LaunchWord> = simple.words.iter().flat_map(|word| self.fields(word)).collect();
                let call = words
                    .first()
                    .and_then(|word| word.text.as_ref())
                    .and_then(|t| self.functions.get(t.expose()));
                if call.is_some() { None } else { self.printed(&words, simple) }
            }
            CommandKind::Pipeline { negated: false, commands } => {
                let (last, before) = commands.split_last()?;
                let input = match before {
                    [only] => self.output_of(std::slice::from_ref(only)),
                    _ => None,
                };
                last.simple().zip(input).and_then(|(simple, input)| {
                    let words: Vec<LaunchWord> =
                        simple.words.iter().flat_map(|word| self.fields(word)).collect();
                    let name = words.first()?.text.clone()?;
                    super::programs::filtered(name.expose(), &words, &input)
                })
            }
            // `cat X 2>/dev/null || true`.
            CommandKind::AndOr(first, others) if others.iter().all(|(and, _)| !and) => {
                self.output_of(std::slice::from_ref(first))
            }
            _ => None,
        };
        self.depth -= 1;
        text.map(|text| text.trim_end_matches('\n').to_owned())
    }

    /// What a command prints.
    fn printed(&mut self, words: &[LaunchWord], simple: &SimpleCommand) -> Option<String> {
        let input = simple.redirects.iter().find_map(|redirect| match &redirect.to {
            RedirectTo::Input(file) => {
                Some(self.one(file).text.and_then(|file| self.file_text(file.expose())))
            }
            RedirectTo::Here(number) => Some(self.here(*number)),
            RedirectTo::HereString(word) => {
                Some(self.one(word).text.map(|text| format!("{}\n", text.expose())))
            }
            RedirectTo::Output { .. } | RedirectTo::Descriptor => None,
        });
        super::programs::printed(self, words, input)
    }

    /// The text of a `<<` redirection.
    fn here(&mut self, number: usize) -> Option<String> {
        let unit = Rc::clone(self.unit.as_ref()?);
        let here = unit.program.here.get(number)?;
        self.one(&here.word).text.map(|text| text.expose().to_owned())
    }

    /// Files that redirections write; `printed` is what goes there.
    fn redirected(&mut self, redirects: &[Redirect], printed: Option<Option<String>>, span: Span) {
        for redirect in redirects {
            let RedirectTo::Output { file, appends } = &redirect.to else { continue };
            if redirect.descriptor.is_some_and(|descriptor| descriptor != 1) {
                continue;
            }
            let Some(path) = self.one(file).text else { continue };
            let here = redirects.iter().find_map(|redirect| match redirect.to {
                RedirectTo::Here(number) => Some(number),
                _ => None,
            });
            let text = printed.clone().flatten().filter(|_| !appends);
            self.write(path.expose(), text, span, here);
        }
    }

    /// A file is written: with this text, or one that is not known.
    pub(super) fn write(&mut self, path: &str, text: Option<String>, span: Span, here: Option<usize>) {
        let path = paths::clean(&self.cwd, path);
        if path.starts_with("/dev/") || path.starts_with("/proc/") {
            return;
        }
        let place = self.place(span);
        let text = text.filter(|text| text.len() <= LONGEST);
        let written = match (text, place) {
            (Some(text), Some(place)) if self.doubt == 0 => {
                let at = here.and_then(|number| {
                    let unit = self.unit.as_ref()?;
                    match unit.whence {
                        Whence::File(source) => {
                            Some(Place { source, span: unit.program.here.get(number)?.word.span })
                        }
                        Whence::Inline(_) => None,
                    }
                });
                let at = at.unwrap_or(place);
                let position = self.sources.line_col(at);
                let mut padded = "\n".repeat(position.line.saturating_sub(1));
                padded.push_str(&" ".repeat(position.column.saturating_sub(1)));
                padded.push_str(&text);
                let name = SourceName::WrittenBy(Box::new(self.sources.get(at.source).name.clone()));
                WrittenText::known(name, padded, Some(place))
            }
            _ => self.unknown_text(place),
        };
        self.files.insert(path, written);
    }

    /// What a file holds that is written with what cannot be told.
    pub(super) fn unknown_text(&self, place: Option<Place>) -> WrittenText {
        let perhaps = if self.doubt > 0 { "perhaps written" } else { "written" };
        let by = place.map_or_else(|| "the start script".to_owned(), |place| self.sources.brief(place));
        WrittenText::Unknown { why: format!("{perhaps} at every start, by {by}"), place }
    }

    /// What is at a path, asked for once.
    fn look(&mut self, path: &str) -> Look {
        if let Some(known) = self.looks.get(path) {
            return known.clone();
        }
        if self.looks.len() >= LOOKS {
            return Look::Unseen { why: "not looked at: the script names too many files".to_owned() };
        }
        let found = self.fs.look(path, SCRIPT);
        self.looks.insert(path.to_owned(), found.clone());
        found
    }

    /// The text of a file, as the script finds it.
    pub(super) fn file_text(&mut self, path: &str) -> Option<String> {
        let path = paths::clean(&self.cwd, path);
        if let Some(written) = self.files.get(&path) {
            return match written {
                WrittenText::Known { text, .. } => Some(text.expose().trim_start().to_owned()),
                WrittenText::Unknown { .. } => None,
            };
        }
        match self.look(&path) {
            Look::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// What a script finds at a path.
    pub(super) fn kind_of(&mut self, path: &str) -> PathKind {
        let path = paths::clean(&self.cwd, path);
        match self.files.get(&path) {
            Some(WrittenText::Known { .. }) => return PathKind::File(Some(false)),
            Some(WrittenText::Unknown { .. }) => return PathKind::Unknown,
            None => {}
        }
        match self.look(&path) {
            Look::Absent => PathKind::Absent,
            Look::Directory { .. } => PathKind::Directory,
            Look::Text { text, .. } => PathKind::File(Some(text.is_empty())),
            Look::Unreadable { .. } => PathKind::File(None),
            Look::InImage | Look::Unseen { .. } => PathKind::Unknown,
        }
    }

    /// The name that a file has in reports, and its text.
    pub(super) fn source_of(&mut self, path: &str) -> Option<(SourceName, String)> {
        let path = paths::clean(&self.cwd, path);
        match self.look(&path) {
            Look::Text { name, text, .. } => Some((name, text)),
            _ => None,
        }
    }

    /// The program runs with these words; none where they are not known.
    pub(super) fn start(&mut self, words: Option<Vec<LaunchWord>>) {
        let mut variables = BTreeMap::new();
        for (name, value) in self.variables.iter().filter(|(_, value)| value.exported != Some(false)) {
            let initial = self.initial.get(name);
            if initial.is_some_and(|initial| initial == value) || !value.is_own {
                continue;
            }
            let via = value.from.as_ref().map(|from| {
                let step = StepKind::Variable { layer: from.layer, name: from.name.clone() };
                from.via.after(ProvenanceStep { step, place: from.place })
            });
            let candidate = Candidate {
                layer: layer_of(value.place, self.sources),
                place: value.place,
                via: via.unwrap_or_default(),
                value: value.text.clone().filter(|_| value.exported.is_some()),
                name: name.clone(),
            };
            let change = VariableChange::Set {
                candidate,
                is_doubtful: value.is_doubtful || value.exported.is_none(),
                keeps: value.uses.contains(name),
            };
            variables.insert(name.clone(), change);
        }
        let is_gone = |name: &&String| self.variables.get(name).is_none_or(|now| now.exported == Some(false));
        for name in self.initial.keys().filter(is_gone) {
            let place = self.variables.taken_out.get(name).copied().flatten();
            variables.insert(name.clone(), VariableChange::Unset(place));
        }
        let is_gateway = words
            .as_deref()
            .is_none_or(|words| OpenClawCommand::launched(words).role() == Some(Role::Gateway));
        let (user, cwd) = (self.user.clone(), Some(self.cwd.clone()));
        self.started.push(Started { words, variables, is_gateway, user, cwd });
    }
}

impl Launch {
    /// The program may be started in another way as well: what differs is not known.
    fn agree(&mut self, other: Started) {
        match (&mut self.command, other.words) {
            (Some(own), Some(others)) if own.len() == others.len() => {
                for (own, other) in own.iter_mut().zip(others) {
                    if own.text != other.text {
                        (own.text, own.begins) = (None, None);
                    }
                }
            }
            (own @ None, words) => *own = words,
            (Some(_), None) => {}
            (Some(_), Some(_)) => {
                self.readers.cannot_see("another command line that a start script may use");
            }
        }
        let names: Vec<String> = self.variables.keys().chain(other.variables.keys()).cloned().collect();
        for name in names {
            let (own, others) = (self.variables.get(&name), other.variables.get(&name));
            if own == others {
                continue;
            }
            match joined(&name, own, others) {
                Some(change) => _ = self.variables.insert(name, change),
                None => _ = self.variables.remove(&name),
            }
        }
    }
}

/// What holds of two ways to start the program.
fn joined(
    name: &str,
    own: Option<&VariableChange>,
    other: Option<&VariableChange>,
) -> Option<VariableChange> {
    let set = |change: Option<&VariableChange>| match change? {
        VariableChange::Set { candidate, is_doubtful, keeps } => {
            Some((candidate.clone(), *is_doubtful, *keeps))
        }
        VariableChange::Unset(_) => None,
    };
    match (set(own), set(other)) {
        (Some((a, doubt_a, keeps_a)), Some((b, doubt_b, keeps_b))) => {
            let (is_doubtful, keeps) = (doubt_a || doubt_b, keeps_a || keeps_b);
            let candidate = if a.value == b.value { a } else { unknown(a) };
            Some(VariableChange::Set { candidate, is_doubtful, keeps })
        }
        (Some((candidate, _, keeps)), None) | (None, Some((candidate, _, keeps))) => {
            Some(VariableChange::Set { candidate: unknown(candidate), is_doubtful: true, keeps })
        }
        // Both take it out, or one does.
        (None, None) => match (own, other) {
            (Some(VariableChange::Unset(_)), Some(_)) => own.cloned(),
            (Some(VariableChange::Unset(place)), None) | (None, Some(VariableChange::Unset(place))) => {
                let candidate = Candidate {
                    layer: Layer::StartScript,
                    place: *place,
                    via: Provenance::default(),
                    value: None,
                    name: name.to_owned(),
                };
                Some(VariableChange::Set { candidate, is_doubtful: true, keeps: false })
            }
            _ => None,
        },
    }
}

fn unknown(candidate: Candidate) -> Candidate {
    Candidate { value: None, via: Provenance::default(), ..candidate }
}

/// What is known of a parameter.
enum FoundParameter {
    /// Nothing.
    Unknown,
    /// It is not set.
    Unset,
    /// It is set: its value where that is known, and the variable that it is.
    Set(Option<String>, Option<Rc<Candidate>>),
}

/// A field of a word while it is put together.
struct WordField {
    text: Option<String>,
    /// What it begins with, where the rest is not known.
    begins: Option<String>,
    from: Option<Rc<Candidate>>,
    pieces: usize,
}

impl WordField {
    fn add(now: &mut Option<Self>, text: Option<&str>, from: Option<Rc<Candidate>>) {
        let field =
            now.get_or_insert(Self { text: Some(String::new()), begins: None, from: None, pieces: 0 });
        if text == Some("") && from.is_none() {
            return;
        }
        field.pieces += 1;
        field.from = from.filter(|_| field.pieces == 1);
        match (&mut field.text, text) {
            (Some(all), Some(text)) if all.len() + text.len() <= LONGEST => all.push_str(text),
            (text, _) => field.begins = field.begins.take().or(text.take()),
        }
    }

    fn word(self, place: Option<Place>) -> LaunchWord {
        let begins = self.begins.filter(|begins| !begins.is_empty()).map(Text::from);
        LaunchWord { text: self.text.map(Text::from), place, from: self.from, begins }
    }
}

/// Where a part of a command stands in the text of the compose file that has it.
fn located(word: Place, part: &str, sources: &Sources) -> Option<Place> {
    const LONGEST_WORD: usize = 64 << 10;
    let written = sources.get(word.source).text().get(word.span.range())?;
    let line = part.lines().next()?.trim_end();
    if written.len() > LONGEST_WORD || line.is_empty() {
        return None;
    }
    let line = line.replace('$', "$$");
    let mut found = written.match_indices(&line);
    let (at, _) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let start = word.span.start as usize + at;
    Some(Place { source: word.source, span: Span::new(start, start + line.len()) })
}
