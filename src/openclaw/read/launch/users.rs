//! What runs a program as another user, or in another environment: `env`, `gosu`, `su`, `sudo`.

use super::{
    LaunchWord,
    flow::{Flow, Status},
    programs::{beyond_flags, text},
    shell::FollowedShell,
};
use crate::{
    openclaw::read::paths,
    text::source::{Place, Span},
};

/// Whose home directory a program is given that runs as another user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum HomeOf {
    /// That of the user.
    User,
    /// The one from before.
    Before,
    /// One of them.
    Unknown,
}

impl FollowedShell<'_> {
    pub(super) fn take_out(&mut self, name: &str, place: Option<Place>) {
        self.variables.put(name, None);
        self.variables.forget(name);
        self.variables.taken_out.insert(name.to_owned(), place);
    }

    /// Takes out every variable but some.
    pub(super) fn clear_environment(&mut self, keeps: &[&str], place: Option<Place>) {
        let names: Vec<String> = self.variables.iter().map(|(name, _)| name.clone()).collect();
        for name in names.iter().filter(|name| !keeps.contains(&name.as_str())) {
            self.take_out(name, place);
        }
    }

    pub(super) fn as_user(
        &mut self,
        user: Option<String>,
        home_of: HomeOf,
        words: Vec<LaunchWord>,
        span: Option<Span>,
    ) -> Flow {
        self.apart(|shell| {
            if let Some(user) = user {
                let name = user.split(':').next().unwrap_or_default();
                let place = span.and_then(|span| shell.place(span));
                match home_of {
                    HomeOf::User => {
                        let home = paths::home_of_user(Some(name), false, &[]);
                        let home = match name {
                            "root" | "0" | "node" | "1000" => home.to_owned(),
                            other if other.chars().all(|c| c.is_ascii_digit()) => home.to_owned(),
                            other => format!("/home/{other}"),
                        };
                        shell.set("HOME", Some(home.into()), None, place);
                        shell.export("HOME");
                    }
                    HomeOf::Unknown => {
                        shell.set("HOME", None, None, place);
                        shell.export("HOME");
                    }
                    HomeOf::Before => {}
                }
                shell.user = Some(user);
            }
            shell.run(words, span)
        })
    }

    /// Variables that say who the user is.
    fn name_user(&mut self, place: Option<Place>) {
        for name in ["USER", "LOGNAME", "SHELL", "PATH", "MAIL"] {
            self.set(name, None, None, place);
            self.export(name);
        }
    }

    /// `sudo` and `doas` give a new environment, unless they are told to keep it.
    pub(super) fn sudo(&mut self, name: &str, words: &[LaunchWord], span: Option<Span>) -> Flow {
        let (flags, rest) = beyond_flags("sudo", words);
        let place = span.and_then(|span| self.place(span));
        let has_letter =
            |letter: char| flags.iter().any(|(flag, _)| !flag.starts_with("--") && flag.contains(letter));
        let user =
            flags.iter().find(|(flag, _)| matches!(*flag, "-u" | "--user")).and_then(|(_, user)| *user);
        let kept: Vec<&str> = flags
            .iter()
            .filter(|(flag, _)| *flag == "--preserve-env")
            .filter_map(|(_, list)| *list)
            .flat_map(|list| list.split(','))
            .collect();
        let keeps_all = has_letter('E') || flags.contains(&("--preserve-env", None));
        let mut home = if has_letter('H') { HomeOf::User } else { HomeOf::Unknown };
        if name == "doas" || !keeps_all {
            self.clear_environment(&[&["TERM", "DISPLAY"][..], &kept].concat(), place);
            self.name_user(place);
            home = if kept.contains(&"HOME") { HomeOf::Unknown } else { HomeOf::User };
        }
        if name == "doas" {
            // Its configuration may keep some.
            self.readers.cannot_see("what doas keeps of the environment");
        }
        let mut at = 0;
        while let Some((name, value)) = text(rest, at).and_then(|word| word.split_once('=')) {
            self.set(name, Some(value.into()), None, place);
            self.export(name);
            at += 1;
        }
        let user = user.map_or_else(|| "root".to_owned(), str::to_owned);
        self.as_user(Some(user), home, rest.get(at..).unwrap_or_default().to_vec(), span)
    }

    /// `su -s /bin/sh node -c "…"`, whose flags may stand behind the user; `runuser -u node -- …`.
    pub(super) fn su(&mut self, name: &str, words: &[LaunchWord], span: Option<Span>) -> Flow {
        let (flags, rest) = beyond_flags(name, words);
        let place = span.and_then(|span| self.place(span));
        let user =
            flags.iter().find(|(flag, _)| matches!(*flag, "-u" | "--user")).and_then(|(_, user)| *user);
        if let Some(user) = user.filter(|_| name == "runuser") {
            return self.as_user(Some(user.to_owned()), HomeOf::User, rest.to_vec(), span);
        }
        let all: Vec<&str> = (1..words.len()).filter_map(|at| text(words, at)).collect();
        let end = all.iter().position(|word| *word == "-c").unwrap_or(all.len());
        let has = |names: &[&str]| all[..end].iter().any(|word| names.contains(word));
        let user = text(rest, 0).map_or_else(|| "root".to_owned(), str::to_owned);
        let is_command = |word: &LaunchWord| {
            word.text.as_ref().is_some_and(|text| matches!(text.expose(), "-c" | "--command"))
        };
        let script = words.iter().position(is_command).and_then(|at| words.get(at + 1)).cloned();
        let Some(script) = script else { return Flow::Next(Status::Unknown) };
        let home = if has(&["-m", "-p", "--preserve-environment"]) {
            HomeOf::Before
        } else if has(&["-", "-l", "--login"]) {
            self.clear_environment(&["TERM"], place);
            self.name_user(place);
            HomeOf::User
        } else {
            HomeOf::User
        };
        let shell = ["sh", "-c"].map(|word| LaunchWord::known(word, place));
        self.as_user(Some(user), home, shell.into_iter().chain([script]).collect(), span)
    }

    /// `env` with its flags, and what it sets.
    pub(super) fn env(&mut self, words: &[LaunchWord], span: Option<Span>) -> Flow {
        let place = span.and_then(|span| self.place(span)).or(words[0].place);
        let mut rest: Vec<LaunchWord> = words[1..].to_vec();
        rest.reverse();
        while let Some(word) = rest.last() {
            let Some(flag) = word.text.as_ref().map(|text| text.expose().to_owned()) else { break };
            if !flag.starts_with('-') {
                break;
            }
            rest.pop();
            if flag == "--" {
                break;
            }
            let value = |rest: &mut Vec<LaunchWord>| rest.pop().and_then(|word| word.text);
            if let Some(long) = flag.strip_prefix("--") {
                let (long, given) = long.split_once('=').map_or((long, None), |(l, v)| (l, Some(v.into())));
                match long {
                    "ignore-environment" => self.clear_environment(&[], place),
                    "unset" | "chdir" | "split-string" => {
                        let given = given.or_else(|| value(&mut rest));
                        self.env_flag(
                            &long[..1].replace('c', "C").replace('s', "S"),
                            given,
                            place,
                            &mut rest,
                        );
                    }
                    _ => {}
                }
                continue;
            }
            if flag == "-" {
                self.clear_environment(&[], place);
            }
            for (at, letter) in flag[1..].char_indices() {
                match letter {
                    'i' => self.clear_environment(&[], place),
                    'u' | 'C' | 'S' => {
                        let glued = &flag[at + 2..];
                        let given = if glued.is_empty() { value(&mut rest) } else { Some(glued.into()) };
                        self.env_flag(&letter.to_string(), given, place, &mut rest);
                        break;
                    }
                    _ => {}
                }
            }
        }
        while let Some(word) = rest.last() {
            let known = word.text.as_ref().map(|text| text.expose().to_owned());
            let place = word.place.or(place);
            let (name, value, from) =
                match (known.as_deref().map(|text| text.split_once('=')), word.assigned()) {
                    (Some(Some((name, value))), _) => (name.to_owned(), Some(value.into()), None),
                    (None, Some(name)) => (name, None, word.from.clone()),
                    _ => break,
                };
            self.set(&name, value, from, place);
            self.export(&name);
            rest.pop();
        }
        rest.reverse();
        self.run(rest, span)
    }

    /// A flag of `env` with its value.
    fn env_flag(
        &mut self,
        flag: &str,
        value: Option<crate::text::secret::Text>,
        place: Option<Place>,
        rest: &mut Vec<LaunchWord>,
    ) {
        let Some(value) = value else {
            return self.readers.cannot_see("a flag of env that a start script puts together");
        };
        match flag {
            "u" => self.take_out(value.expose(), place),
            "C" => self.cwd = paths::clean(&self.cwd, value.expose()),
            _ => {
                // It is taken apart as by a shell, without what a shell fills in.
                let unit = self.inline(value.expose(), place);
                let words = unit.first_words();
                let words = words.iter().flat_map(|word| self.fields(word)).collect::<Vec<_>>();
                rest.extend(words.into_iter().rev());
            }
        }
    }
}
