//! What the built-ins of a shell and the programs do that start scripts use.

use super::{
    ConfigChange, LaunchEnd, LaunchWord, WrittenText, conditions,
    flow::{Flow, Status},
    shell::FollowedShell,
    users::HomeOf,
};
use crate::{
    openclaw::read::{command::is_program, paths},
    text::{secret::Text, source::Span},
};

/// The last part of a path.
pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

pub(super) fn text(words: &[LaunchWord], at: usize) -> Option<&str> {
    words.get(at)?.text.as_ref().map(Text::expose)
}

/// Flags that take the word after them as their value, by program.
const WITH_VALUE: [(&str, &[&str]); 9] = [
    ("exec", &["-a"]),
    ("stdbuf", &["-i", "-o", "-e"]),
    ("sudo", &["-u", "--user", "-g", "--group", "-h", "--host", "-p", "--prompt", "-C", "-D", "--chdir"]),
    ("su", &["-s", "--shell", "-g", "-G", "-w"]),
    ("runuser", &["-u", "--user", "-g", "-G", "-s", "-w"]),
    ("timeout", &["-k", "-s", "--signal", "--kill-after"]),
    ("nice", &["-n"]),
    ("setpriv", &["--reuid", "--regid", "--groups", "--inh-caps"]),
    ("tini", &["-p", "-e"]),
];

/// The words after the flags of a wrapper, and the flags with their values.
pub(super) fn beyond_flags<'a>(
    name: &str,
    words: &'a [LaunchWord],
) -> (Vec<(&'a str, Option<&'a str>)>, &'a [LaunchWord]) {
    let valued = WITH_VALUE.iter().find(|(program, _)| *program == name).map_or(&[][..], |(_, flags)| flags);
    let mut flags = Vec::new();
    let mut at = 1;
    while let Some(word) = text(words, at) {
        if word == "--" {
            at += 1;
            break;
        }
        if !word.starts_with('-') || word == "-" && name != "su" {
            break;
        }
        at += 1;
        if let Some((flag, value)) = word.split_once('=') {
            flags.push((flag, Some(value)));
        } else if valued.contains(&word) {
            flags.push((word, text(words, at)));
            at += 1;
        } else {
            flags.push((word, None));
        }
    }
    (flags, words.get(at..).unwrap_or_default())
}

impl FollowedShell<'_> {
    /// Runs a command of these words.
    pub(super) fn run(&mut self, words: Vec<LaunchWord>, span: Option<Span>) -> Flow {
        let Some(first) = words.first() else { return Flow::Next(Status::Success) };
        let Some(name) = first.text.as_ref().map(|text| text.expose().to_owned()) else {
            self.readers.cannot_see("a program whose name is not known");
            return Flow::Next(Status::Unknown);
        };
        let place = span.and_then(|span| self.place(span));
        match name.as_str() {
            "printf" if text(&words, 1) == Some("-v") => {
                if let Some(name) = text(&words, 2) {
                    self.set(name, None, None, place);
                }
                Flow::Next(Status::Success)
            }
            ":" | "true" | "wait" | "trap" | "umask" | "ulimit" | "echo" | "printf" => {
                Flow::Next(Status::Success)
            }
            "let" => {
                for at in 1..words.len() {
                    if let (Some(text), Some(span)) = (text(&words, at), span) {
                        self.compute_text(text, span);
                    }
                }
                Flow::Next(Status::Unknown)
            }
            "shopt" => {
                self.last_pipe |= text(&words, 1) == Some("-s")
                    && (2..words.len()).any(|at| text(&words, at) == Some("lastpipe"));
                Flow::Next(Status::Success)
            }
            "false" => Flow::Next(Status::Failure),
            "exit" => {
                let code = text(&words, 1).map_or(Some(0), |code| code.parse().ok());
                self.end(LaunchEnd { code, place, variable: None });
                Flow::Ended
            }
            // Outside of a function, some shells end and others go on.
            "return" if self.returnable == 0 => Flow::Next(Status::Unknown),
            "return" => Flow::Returned,
            "break" if text(&words, 1).is_none_or(|count| count == "1") => Flow::Broken,
            "continue" if text(&words, 1).is_none_or(|count| count == "1") => Flow::Continued,
            // Out of several loops: how far is not followed.
            "break" | "continue" => Flow::Returned,
            "unset" => {
                let is_of_functions = |at| {
                    text(&words, at).is_some_and(|word| word.starts_with('-') && word.contains(['f', 'n']))
                };
                if !(1..words.len()).any(is_of_functions) {
                    for word in &words[1..] {
                        match word.text.as_ref().map(Text::expose) {
                            Some(name) if !name.starts_with('-') => self.take_out(name, place),
                            Some(_) => {}
                            None => self.readers.cannot_see("the variables that a start script unsets"),
                        }
                    }
                }
                Flow::Next(Status::Success)
            }
            "set" => {
                self.set_options(&words[1..]);
                Flow::Next(Status::Success)
            }
            "shift" => {
                let count = text(&words, 1).map_or(Some(1), |count| count.parse::<usize>().ok()).unwrap_or(1);
                let end = (1 + count).min(self.arguments.len());
                self.arguments.drain(1.min(end)..end);
                Flow::Next(Status::Success)
            }
            "read" | "mapfile" | "readarray" | "getopts" => {
                let names = words[1..].iter().filter_map(|word| word.text.as_ref());
                let names = names.map(Text::expose).filter(|name| !name.starts_with('-'));
                for name in names {
                    self.set(name, None, None, place);
                }
                Flow::Next(Status::Unknown)
            }
            "cd" => {
                if let Some(dir) = text(&words, 1) {
                    self.cwd = paths::clean(&self.cwd, dir);
                }
                Flow::Next(Status::Likely)
            }
            "[" | "test" => {
                let end =
                    words.len() - usize::from(name == "[" && text(&words, words.len() - 1) == Some("]"));
                Flow::Next(conditions::test(&words[1..end.max(1)], &mut |path| self.kind_of(path)))
            }
            "eval" => {
                let all: Option<Vec<&str>> = (1..words.len()).map(|at| text(&words, at)).collect();
                match all {
                    Some(all) => {
                        let unit = self.inline(&all.join(" "), place);
                        self.run_unit(&unit)
                    }
                    None => {
                        self.readers.cannot_see("what `eval` runs");
                        Flow::Next(Status::Unknown)
                    }
                }
            }
            "." | "source" => self.source(&words),
            "exec" => {
                let (flags, rest) = beyond_flags("exec", &words);
                let short = |flag: &str| flag.starts_with('-') && !flag.starts_with("--");
                if flags.iter().any(|(flag, _)| short(flag) && flag.contains('c')) {
                    self.clear_environment(&[], place);
                }
                // `exec -ca NAME PROGRAM`.
                let is_glued =
                    |(flag, _): &(&str, Option<&str>)| short(flag) && flag.len() > 2 && flag.ends_with('a');
                let rest = if flags.iter().any(is_glued) { rest.get(1..).unwrap_or_default() } else { rest };
                self.run(rest.to_vec(), span);
                Flow::Ended
            }
            "command" | "builtin" | "nohup" | "time" | "setsid" | "exec-with-env" | "with-contenv"
            | "catatonit" | "dumb-init" | "docker-init" | "tini" | "tini-static" | "nice" | "init"
                if text(&words, 1) != Some("-v") =>
            {
                let (_, rest) = beyond_flags(&name, &words);
                self.run(rest.to_vec(), span)
            }
            _ => self.run_program(&name, words, span),
        }
    }

    fn run_program(&mut self, name: &str, words: Vec<LaunchWord>, span: Option<Span>) -> Flow {
        let place = span.and_then(|span| self.place(span));
        match base(name) {
            wrapper @ ("tini" | "tini-static" | "dumb-init" | "docker-init" | "catatonit" | "nice"
            | "timeout") => {
                let (_, rest) = beyond_flags(wrapper.trim_end_matches("-static"), &words);
                let rest = if wrapper == "timeout" { rest.get(1..).unwrap_or_default() } else { rest };
                self.run(rest.to_vec(), span)
            }
            "env" => self.apart(|shell| shell.env(&words, span)),
            "stdbuf" => self.apart(|shell| {
                let (_, rest) = beyond_flags("stdbuf", &words);
                shell.set("LD_PRELOAD", None, None, place);
                shell.export("LD_PRELOAD");
                shell.run(rest.to_vec(), span)
            }),
            wrapper @ ("gosu" | "su-exec" | "s6-setuidgid" | "setuser") => {
                let (_, rest) = beyond_flags(wrapper, &words);
                let user = text(rest, 0).map(str::to_owned);
                let home = if wrapper == "s6-setuidgid" { HomeOf::Before } else { HomeOf::User };
                self.as_user(user, home, rest.get(1..).unwrap_or_default().to_vec(), span)
            }
            "chpst" => {
                let (flags, rest) = beyond_flags("chpst", &words);
                let user = flags.iter().find(|(flag, _)| *flag == "-u").and_then(|(_, user)| *user);
                self.as_user(user.map(str::to_owned), HomeOf::Before, rest.to_vec(), span)
            }
            "sudo" | "doas" => self.apart(|shell| shell.sudo(base(name), &words, span)),
            "setpriv" => {
                let (flags, rest) = beyond_flags("setpriv", &words);
                let user = flags.iter().find(|(flag, _)| *flag == "--reuid").and_then(|(_, user)| *user);
                let resets = flags.iter().any(|(flag, _)| *flag == "--reset-env");
                self.apart(|shell| {
                    if resets {
                        shell.clear_environment(&["TERM"], place);
                    }
                    let home = if resets { HomeOf::User } else { HomeOf::Before };
                    shell.as_user(user.map(str::to_owned), home, rest.to_vec(), span)
                })
            }
            "su" | "runuser" => self.apart(|shell| shell.su(base(name), &words, span)),
            shell @ ("sh" | "bash" | "dash" | "ash" | "zsh") => {
                let is_bash = shell == "bash";
                self.apart(|shell| {
                    shell.begin_script(is_bash);
                    shell.child_shell(&words)
                })
            }
            "chown" => {
                let paths =
                    (1..words.len()).filter_map(|at| text(&words, at)).filter(|word| word.starts_with('/'));
                let paths: Vec<String> = paths.map(|path| paths::clean("/", path)).collect();
                self.chowned.extend(paths);
                Flow::Next(Status::Likely)
            }
            "cp" | "mv" | "install" | "ln" => {
                self.copy(&words, span);
                Flow::Next(Status::Likely)
            }
            "sed" | "jq" | "yq" | "perl" => {
                let in_place =
                    (1..words.len()).filter_map(|at| text(&words, at)).any(|word| word.starts_with("-i"));
                let last = words.last().and_then(|word| word.text.clone());
                if let (true, Some(file), Some(span)) = (in_place, last, span) {
                    self.write(file.expose(), None, span, None);
                }
                Flow::Next(Status::Unknown)
            }
            "rm" => {
                for at in 1..words.len() {
                    if let Some(path) =
                        text(&words, at).filter(|word| word.ends_with(".json") || word.ends_with(".env"))
                    {
                        let (path, gone) = (paths::clean(&self.cwd, path), self.unknown_text(place));
                        self.files.insert(path, gone);
                    }
                }
                Flow::Next(Status::Likely)
            }
            "mkdir" | "touch" | "chmod" | "install-dir" | "date" | "mkfifo" => Flow::Next(Status::Likely),
            program if is_program(name) || matches!(program, "openclaw" | "clawdbot" | "moltbot") => {
                self.openclaw(&words, 1, words.clone(), span)
            }
            "npx" | "pnpm" | "yarn" | "bunx" => {
                let at = (1..words.len()).find(|at| text(&words, *at).is_some_and(is_program));
                match at {
                    Some(at) => self.openclaw(&words, at + 1, words.clone(), span),
                    None => self.other(name, span),
                }
            }
            "node" | "bun" | "deno" | "nodejs" => {
                let (flags, _) = beyond_flags("node", &words);
                let runs_text =
                    flags.iter().any(|(flag, _)| matches!(*flag, "-e" | "--eval" | "-p" | "--print"));
                let plain = |at: &usize| text(&words, *at).is_some_and(|w| !w.starts_with('-') && w != "run");
                let at = (1..words.len()).find(plain).filter(|_| !runs_text);
                match at.and_then(|at| text(&words, at).map(|word| (at, word.to_owned()))) {
                    Some((at, module)) if is_program(&module) => {
                        self.openclaw(&words, at + 1, words.clone(), span)
                    }
                    Some((_, module)) => {
                        self.module(&module, span);
                        self.other(name, span)
                    }
                    None => self.other(name, span),
                }
            }
            "python" | "python3" | "ruby" | "php" => {
                if let Some(module) = text(&words, 1).filter(|word| !word.starts_with('-')).map(str::to_owned)
                {
                    self.module(&module, span);
                }
                self.other(name, span)
            }
            "docker-entrypoint.sh" if !name.contains('/') || self.source_of(name).is_none() => {
                // That of Node's images, which runs what it is given.
                self.run(words[1..].to_vec(), span)
            }
            _ if name.contains('/') => match self.script(name) {
                Some(unit) => self.apart(|shell| {
                    shell.arguments = words;
                    shell.begin_script(unit.is_of_bash());
                    shell.run_unit(&unit).unless_left()
                }),
                None => self.other(name, span),
            },
            _ => self.other(name, span),
        }
        .unless_apart()
    }

    /// A program that is none of a shell and not OpenClaw.
    fn other(&mut self, name: &str, span: Option<Span>) -> Flow {
        // What the container runs itself, or becomes: it may run the gateway.
        if self.unit.is_none() || span.is_none() {
            if !matches!(base(name), "node" | "sleep" | "tail") {
                self.readers.cannot_see(name);
            }
            return Flow::Next(Status::Unknown);
        }
        const QUIET: [&str; 12] = [
            "mkdir", "curl", "wget", "openssl", "ls", "cat", "hostname", "nc", "pgrep", "stat", "find",
            "socat",
        ];
        if name.contains('/') && !QUIET.contains(&base(name)) {
            self.readers.cannot_see(name);
        }
        Flow::Next(Status::Unknown)
    }

    /// A module of another language that a script runs: it may write the config.
    fn module(&mut self, path: &str, span: Option<Span>) {
        match self.source_of(path) {
            Some((_, text)) => {
                let path = paths::clean(&self.cwd, path);
                self.readers.add_file(&path, &text);
                let writes =
                    ["openclaw.json", "clawdbot.json", "CONFIG_PATH"].iter().any(|word| text.contains(word));
                if let (true, Some(span), Some(path)) =
                    (writes && self.unit.is_some(), span, self.state_config())
                {
                    self.write(&path, None, span, None);
                }
            }
            None => self.readers.cannot_see(path),
        }
    }

    fn child_shell(&mut self, words: &[LaunchWord]) -> Flow {
        let mut at = 1;
        let mut runs_text = false;
        while let Some(word) = text(words, at).filter(|word| word.starts_with('-') || word.starts_with('+')) {
            at += 1;
            if word == "--" {
                break;
            }
            runs_text |= !word.starts_with("--") && word.contains('c');
            if word.ends_with('o') && !word.starts_with("--") {
                at += 1;
            }
        }
        let Some(script) = words.get(at) else { return Flow::Next(Status::Unknown) };
        let flow = if runs_text {
            let Some(script_text) = &script.text else {
                self.readers.cannot_see("a script that is put together by another");
                return Flow::Next(Status::Unknown);
            };
            let unit = self.inline(script_text.expose(), script.place);
            self.arguments = match words.get(at + 1..) {
                Some(rest) if !rest.is_empty() => rest.to_vec(),
                _ => vec![LaunchWord::known("sh", None)],
            };
            self.run_unit(&unit)
        } else {
            let Some(path) = text(words, at).map(str::to_owned) else { return Flow::Next(Status::Unknown) };
            let Some(unit) = self.script(&path) else {
                self.readers.cannot_see(path);
                return Flow::Next(Status::Unknown);
            };
            self.arguments = words[at..].to_vec();
            self.run_unit(&unit)
        };
        flow.unless_left()
    }

    fn source(&mut self, words: &[LaunchWord]) -> Flow {
        let Some(path) = text(words, 1).map(str::to_owned) else {
            self.readers.cannot_see("a script that is read into another");
            return Flow::Next(Status::Unknown);
        };
        let Some(unit) = self.script(&path) else { return Flow::Next(Status::Unknown) };
        let own = (words.len() > 2).then(|| {
            let zero = self.arguments.first().cloned();
            let all = zero.into_iter().chain(words[2..].iter().cloned()).collect();
            std::mem::replace(&mut self.arguments, all)
        });
        let before = self.maybe_left;
        self.returnable += 1;
        let flow = self.run_unit(&unit);
        self.returnable -= 1;
        self.maybe_left = before;
        if let Some(own) = own {
            self.arguments = own;
        }
        flow.unless_left()
    }

    fn set_options(&mut self, words: &[LaunchWord]) {
        let mut at = 0;
        while let Some(word) = text(words, at) {
            match word {
                "--" => {
                    let zero = self.arguments.first().cloned();
                    let zero = zero.unwrap_or(LaunchWord::known("sh", None));
                    self.arguments = std::iter::once(zero).chain(words[at + 1..].iter().cloned()).collect();
                    return;
                }
                "-o" | "+o" => {
                    if text(words, at + 1) == Some("allexport") {
                        self.export_all(word == "-o");
                    }
                    at += 2;
                }
                flags if flags.starts_with(['-', '+']) && flags.len() > 1 => {
                    if flags.contains('a') {
                        self.export_all(flags.starts_with('-'));
                    }
                    at += 1;
                }
                _ => {
                    let zero = self.arguments.first().cloned();
                    self.arguments = zero.into_iter().chain(words[at..].iter().cloned()).collect();
                    return;
                }
            }
        }
    }

    fn copy(&mut self, words: &[LaunchWord], span: Option<Span>) {
        let Some(span) = span else { return };
        let keeps = (1..words.len()).filter_map(|at| text(words, at)).any(|word| {
            word == "--no-clobber" || (word.starts_with('-') && !word.starts_with("--") && word.contains('n'))
        });
        let plain: Vec<&LaunchWord> = words[1..]
            .iter()
            .filter(|word| word.text.as_ref().is_none_or(|text| !text.expose().starts_with('-')))
            .collect();
        // `install -m 600 A B`.
        let plain = match (text(words, 0).map(base), plain.as_slice()) {
            (Some("install"), [mode, rest @ ..])
                if rest.len() > 1
                    && mode.text.as_ref().is_some_and(|t| t.expose().chars().all(|c| c.is_ascii_digit())) =>
            {
                rest.to_vec()
            }
            (_, all) => all.to_vec(),
        };
        let Some((to, from)) = plain.split_last() else { return };
        let Some(to) = to.text.as_ref().map(|to| to.expose().to_owned()) else { return };
        let into = to.ends_with('/') || from.len() > 1 || {
            let kind = self.kind_of(&to);
            kind == conditions::PathKind::Directory && !to.ends_with(".json")
        };
        for from in from {
            let Some(from) = from.text.as_ref().map(|from| from.expose().to_owned()) else { continue };
            let target = if into { format!("{to}/{}", base(&from)) } else { to.clone() };
            let path = paths::clean(&self.cwd, &target);
            if keeps {
                match self.kind_of(&path) {
                    conditions::PathKind::Absent => {}
                    conditions::PathKind::Unknown => {
                        self.write(&path, None, span, None);
                        continue;
                    }
                    _ => continue,
                }
            }
            let place = self.place(span);
            let source = match self.files.get(&paths::clean(&self.cwd, &from)).cloned() {
                Some(written) => Some(written),
                None => match self.kind_of(&from) {
                    // A folder: what is in it is not gone through.
                    conditions::PathKind::Directory => {
                        self.copy_folder(&from, &path, span);
                        continue;
                    }
                    // It fails, and changes nothing.
                    conditions::PathKind::Absent => continue,
                    _ => self.source_of(&from).map(|(name, text)| WrittenText::known(name, text, place)),
                },
            };
            match source.filter(|_| self.doubt == 0) {
                Some(WrittenText::Known { name, text, .. }) => {
                    self.files.insert(path, WrittenText::Known { name, text, place });
                }
                _ => self.write(&path, None, span, None),
            }
        }
    }

    /// `cp -r A B`: the config and the dotenv file that may be in it.
    fn copy_folder(&mut self, from: &str, to: &str, span: Span) {
        let from = from.trim_end_matches("/.").trim_end_matches("/*").to_owned();
        for name in ["openclaw.json", ".env"] {
            let place = self.place(span);
            if let Some((source, text)) = self.source_of(&format!("{from}/{name}")) {
                let written = if self.doubt == 0 {
                    WrittenText::known(source, text, place)
                } else {
                    self.unknown_text(place)
                };
                self.files.insert(paths::clean("/", &format!("{to}/{name}")), written);
            }
        }
    }

    /// OpenClaw itself: the words after the program begin at `at`.
    fn openclaw(
        &mut self,
        words: &[LaunchWord],
        at: usize,
        all: Vec<LaunchWord>,
        span: Option<Span>,
    ) -> Flow {
        let verbs: Vec<&str> = (at..words.len())
            .map_while(|at| text(words, at))
            .filter(|word| !word.starts_with('-'))
            .take(2)
            .collect();
        let place = span.and_then(|span| self.place(span));
        if self.unit.is_none() {
            self.start(Some(all));
            return Flow::Next(Status::Likely);
        }
        match verbs.as_slice() {
            ["config", "set"] => {
                let mut rest = words[at..]
                    .iter()
                    .filter(|word| word.text.as_ref().is_none_or(|text| !text.expose().starts_with("--")));
                let path = rest.nth(2).and_then(|word| word.text.clone());
                let value = rest.next();
                if let Some(path) = path {
                    let path = path.expose().split('.').map(str::to_owned).collect();
                    let known = value.filter(|_| self.doubt == 0);
                    self.config.push(ConfigChange {
                        path,
                        value: known.and_then(|word| word.text.clone()),
                        from: known.and_then(|word| word.from.clone()),
                        place: place.or(words[0].place),
                    });
                }
                Flow::Next(Status::Likely)
            }
            ["config", "unset"] => {
                let path = words[at..].iter().filter_map(|word| word.text.as_ref()).nth(2);
                if let Some(path) = path {
                    let path = path.expose().split('.').map(str::to_owned).collect();
                    self.config.push(ConfigChange { path, value: None, from: None, place });
                }
                Flow::Next(Status::Likely)
            }
            ["models", "set"] => {
                let path = ["agents", "defaults", "model"].map(str::to_owned).to_vec();
                self.config.push(ConfigChange { path, value: None, from: None, place });
                Flow::Next(Status::Likely)
            }
            ["onboard" | "setup" | "configure", ..] | ["config", "patch" | "apply" | "import"] => {
                if let (Some(span), Some(home)) = (span, self.state_config()) {
                    self.write(&home, None, span, None);
                }
                Flow::Next(Status::Likely)
            }
            [
                "config" | "doctor" | "plugins" | "models" | "channels" | "devices" | "health" | "status"
                | "--version" | "cron" | "skills" | "approvals" | "pairing" | "logs",
                ..,
            ] => Flow::Next(Status::Unknown),
            _ => {
                self.start(Some(all));
                Flow::Next(Status::Likely)
            }
        }
    }

    /// Where the config of the program is.
    pub(super) fn state_config(&self) -> Option<String> {
        let value = |name: &str| {
            let text = self.variables.get(name)?.text.as_ref()?.expose().trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        value("OPENCLAW_CONFIG_PATH")
            .or_else(|| value("OPENCLAW_STATE_DIR").map(|dir| format!("{dir}/openclaw.json")))
            .or_else(|| value("HOME").map(|home| format!("{home}/.openclaw/openclaw.json")))
    }
}

/// What a command prints; `input` is its standard input, where it has one.
pub(super) fn printed(
    shell: &mut FollowedShell<'_>,
    words: &[LaunchWord],
    input: Option<Option<String>>,
) -> Option<String> {
    let Some(first) = words.first() else { return input.flatten() };
    let name = first.text.as_ref()?.expose().to_owned();
    let rest = &words[1..];
    let known: Option<Vec<&str>> = rest.iter().map(|word| word.text.as_ref().map(Text::expose)).collect();
    let known = known?;
    match (base(&name), known.as_slice()) {
        ("cat", []) => input.flatten(),
        ("cat", files) => {
            let mut all = String::new();
            for file in files.iter().filter(|file| !file.starts_with("--")) {
                all.push_str(&shell.file_text(file)?);
            }
            Some(all)
        }
        ("head", [.., file]) if !file.starts_with('-') => {
            let text = shell.file_text(file)?;
            filtered("head", words, &text)
        }
        ("echo", words) => {
            let plain = words.iter().skip_while(|word| **word == "-n").copied().collect::<Vec<_>>().join(" ");
            (!words.contains(&"-e") && !plain.contains('\\')).then(|| plain + "\n")
        }
        ("printf", ["%s", text]) => Some((*text).to_owned()),
        ("printf", ["%s\\n", text]) => Some(format!("{text}\n")),
        ("printf", [text]) if !text.contains(['%', '\\']) => Some((*text).to_owned()),
        ("id", ["-u"]) => match shell.user.as_deref()?.split(':').next()? {
            "root" | "0" | "" => Some("0".to_owned()),
            "node" => Some("1000".to_owned()),
            number => number.parse::<u32>().ok().map(|number| number.to_string()),
        },
        ("whoami", []) | ("id", ["-un"]) => match shell.user.as_deref()?.split(':').next()? {
            "0" | "root" => Some("root".to_owned()),
            name if name.parse::<u32>().is_err() => Some(name.to_owned()),
            _ => None,
        },
        ("pwd", []) => Some(shell.cwd.clone()),
        ("dirname", [path]) => {
            Some(if path.contains('/') { paths::parent(path).to_owned() } else { ".".into() })
        }
        ("basename", [path]) => Some(base(path).to_owned()),
        ("readlink" | "realpath", ["-f", path] | [path]) => Some(paths::clean(&shell.cwd, path)),
        ("grep", ["-v", _, file]) => {
            let text = shell.file_text(file)?;
            filtered("grep", &words[..3], &text)
        }
        (filter @ ("tr" | "head" | "xargs" | "grep"), _) => filtered(filter, words, &input.flatten()?),
        _ => None,
    }
}

fn known_words(words: &[LaunchWord]) -> Option<Vec<&str>> {
    words.iter().skip(1).map(|word| word.text.as_ref().map(Text::expose)).collect()
}

/// What a filter makes of a text.
pub(super) fn filtered(name: &str, words: &[LaunchWord], input: &str) -> Option<String> {
    match (base(name), known_words(words)?.as_slice()) {
        ("cat" | "sort", []) => Some(input.to_owned()),
        // Comments, and empty lines.
        ("grep", ["-v", "^#" | "^\\s*#" | "^ *#" | "^$" | "^[[:space:]]*#" | "^[[:space:]]*$"]) => {
            let pattern = *known_words(words)?.get(1)?;
            let is_dropped = |line: &str| match pattern {
                "^#" => line.starts_with('#'),
                "^$" => line.is_empty(),
                "^[[:space:]]*$" => line.trim().is_empty(),
                _ => line.trim_start().starts_with('#'),
            };
            Some(input.lines().filter(|line| !is_dropped(line)).map(|line| format!("{line}\n")).collect())
        }
        ("xargs", []) if !input.contains(['"', '\'', '\\']) => {
            Some(input.split_whitespace().collect::<Vec<_>>().join(" ") + "\n")
        }
        ("head", ["-n", "1", ..] | ["-1" | "-n1", ..]) => {
            Some(input.lines().next().unwrap_or_default().to_owned())
        }
        ("tr", ["-d", set]) => {
            let drops: Vec<char> = match *set {
                "\\n" => vec!['\n'],
                "\\r" => vec!['\r'],
                "\\r\\n" | "\\n\\r" => vec!['\r', '\n'],
                "[:space:]" | " \\n\\r\\t" | " \\t\\r\\n" => vec![' ', '\t', '\r', '\n'],
                plain if !plain.contains(['\\', '[', '-']) => plain.chars().collect(),
                _ => return None,
            };
            Some(input.chars().filter(|c| !drops.contains(c)).collect())
        }
        _ => None,
    }
}
