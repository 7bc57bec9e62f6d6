//! A Dockerfile: its instructions, each with its place, words as they are written.
//!
//! The lines are taken apart by the crate `parse-dockerfile`, which follows BuildKit's parser (continuation
//! lines, here-documents, `# escape=`, the JSON form). What the words mean is in [`words`].

pub mod words;

use crate::{
    text::{
        secret::Text,
        source::{Place, SourceId, Span},
    },
    vocabulary::located::Located,
};
use parse_dockerfile::{Command, HealthcheckArguments, Instruction, JsonOrStringArray, Source};
use words::Pair;

/// A Dockerfile, as far as it could be read.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    /// Its instructions in order; those after one that cannot be read are left out.
    pub instructions: Vec<DockerInstruction>,
    /// The character that `# escape=` names; a backslash without one.
    pub escape: char,
    /// What stopped the reading, with its one-based line.
    pub broken: Option<(String, usize)>,
}

/// One instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DockerInstruction {
    /// The whole of it.
    pub place: Place,
    /// What it says.
    pub says: DockerWord,
}

/// What an instruction says. Texts keep their quotes and variables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DockerWord {
    /// `FROM image AS name`.
    From {
        /// The image, or the name of a stage.
        image: Located<Text>,
        /// `AS`.
        name: Option<String>,
    },
    /// `ARG NAME` or `ARG NAME=default`.
    Arg(Vec<Pair>),
    /// `ENV NAME=value` or `ENV NAME value`.
    Env(Vec<Pair>),
    /// `LABEL name=value`.
    Label(Vec<Pair>),
    /// `COPY` and `ADD`.
    Copy {
        /// `--from`.
        from: Option<Text>,
        /// What is copied.
        sources: Vec<CopiedSource>,
        /// Where to.
        target: Text,
    },
    /// `RUN`: its text, that of its here-documents below it.
    Run(Located<Text>),
    /// `CMD`.
    Cmd(DockerCommand),
    /// `ENTRYPOINT`.
    Entrypoint(DockerCommand),
    /// `HEALTHCHECK`; none for `HEALTHCHECK NONE`.
    Healthcheck(Option<DockerCommand>),
    /// `USER`.
    User(Located<Text>),
    /// `WORKDIR`.
    Workdir(Located<Text>),
    /// `EXPOSE`.
    Expose(Vec<Located<Text>>),
    /// `VOLUME`.
    Volume(Vec<Located<Text>>),
    /// `SHELL`.
    Shell(Vec<Located<Text>>),
    /// What says nothing here: `MAINTAINER`, `STOPSIGNAL`, `ONBUILD`.
    Other,
}

/// One source of `COPY`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopiedSource {
    /// A path, a pattern or an address.
    Path(Text),
    /// A here-document.
    Document {
        /// Its text.
        text: Text,
        /// Variables are filled in: its delimiter has no quotes.
        expands: bool,
        /// The name of its delimiter, which is that of the file in a folder.
        name: String,
    },
}

/// `CMD`, `ENTRYPOINT` and the test of `HEALTHCHECK`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DockerCommand {
    /// The JSON form.
    Exec(Vec<Located<Text>>),
    /// The shell form, which a shell runs.
    Shell(Located<Text>),
}

/// Where the text of a Dockerfile stands.
#[derive(Clone, Copy, Debug)]
pub enum TextOrigin {
    /// It is that source.
    File(SourceId),
    /// It is a value of another document (`dockerfile_inline`), whose place stands for all of it.
    Value(Place),
}

/// Reads a Dockerfile. Never fails: what could be read before the first mistake is there.
#[must_use]
pub fn parse(text: &str, origin: TextOrigin) -> Dockerfile {
    let bom = '\u{feff}';
    let (text, skipped) = match text.strip_prefix(bom) {
        Some(rest) => (rest, bom.len_utf8()),
        None => (text, 0),
    };
    let reader = InstructionReader { text, skipped, origin, escape: escape_of(text) };
    let mut file = Dockerfile { instructions: Vec::new(), escape: reader.escape, broken: None };
    let mut stop = |error: parse_dockerfile::Error| {
        file.broken = Some((error.to_string(), error.line()));
    };
    match parse_dockerfile::parse_iter(text) {
        Ok(all) => {
            for instruction in all {
                match instruction {
                    Ok(instruction) => file.instructions.push(reader.instruction(&instruction)),
                    Err(error) => stop(error),
                }
            }
        }
        Err(error) => stop(error),
    }
    file
}

/// `# escape=` of the parser directives, which stand before everything else.
fn escape_of(text: &str) -> char {
    for line in text.lines() {
        let Some((name, value)) = line.trim_start().strip_prefix('#').and_then(|l| l.split_once('=')) else {
            break;
        };
        if name.trim().eq_ignore_ascii_case("escape") {
            return if value.trim() == "`" { '`' } else { '\\' };
        }
    }
    '\\'
}

struct InstructionReader<'a> {
    text: &'a str,
    /// Bytes before the text: a byte-order mark.
    skipped: usize,
    origin: TextOrigin,
    escape: char,
}

impl InstructionReader<'_> {
    fn place(&self, span: &std::ops::Range<usize>) -> Place {
        match self.origin {
            TextOrigin::File(source) => {
                Place { source, span: Span::new(span.start + self.skipped, span.end + self.skipped) }
            }
            TextOrigin::Value(place) => place,
        }
    }

    fn word(&self, word: &parse_dockerfile::UnescapedString<'_>) -> Located<Text> {
        Located { value: Text::from(&*word.value), place: Some(self.place(&word.span)) }
    }

    fn words(&self, words: &[parse_dockerfile::UnescapedString<'_>]) -> Vec<Located<Text>> {
        words.iter().map(|word| self.word(word)).collect()
    }

    fn pairs(&self, words: &parse_dockerfile::UnescapedString<'_>) -> Vec<Pair> {
        let raw = self.text.get(words.span.clone()).unwrap_or_default();
        words::pairs(raw, self.escape, &|start, end| {
            self.place(&(words.span.start + start..words.span.start + end))
        })
    }

    fn command(&self, command: &Command<'_>) -> DockerCommand {
        match command {
            Command::Exec(words) => DockerCommand::Exec(self.words(&words.value)),
            Command::Shell(text) => DockerCommand::Shell(Located {
                value: words::without_continuation(text.value, self.escape).into(),
                place: Some(self.place(&text.span)),
            }),
            _ => DockerCommand::Exec(Vec::new()),
        }
    }

    /// `COPY` and `ADD`. The name of a here-document's delimiter is not kept by the crate.
    fn copy(
        &self,
        options: &[parse_dockerfile::Flag<'_>],
        sources: &[Source<'_>],
        target: &parse_dockerfile::UnescapedString<'_>,
        whole: &std::ops::Range<usize>,
    ) -> DockerWord {
        let from = options.iter().find(|flag| &*flag.name.value == "from");
        let head = self.text.get(whole.clone()).and_then(|all| all.lines().next()).unwrap_or_default();
        let mut delimiters = head.match_indices("<<").map(|(at, _)| {
            let name = head[at + 2..].trim_start_matches('-').trim_start_matches(['"', '\'']);
            name.split(|c: char| c.is_whitespace() || c == '"' || c == '\'').next().unwrap_or_default()
        });
        let sources = sources.iter().filter_map(|source| match source {
            Source::Path(path) => Some(CopiedSource::Path(Text::from(&*path.value))),
            Source::HereDoc(document) => Some(CopiedSource::Document {
                text: Text::from(&*document.value),
                expands: document.expand,
                name: delimiters.next().unwrap_or_default().to_owned(),
            }),
            _ => None,
        });
        DockerWord::Copy {
            sources: sources.collect(),
            from: from.and_then(|flag| flag.value.as_ref()).map(|value| Text::from(&*value.value)),
            target: Text::from(&*target.value),
        }
    }

    fn instruction(&self, instruction: &Instruction<'_>) -> DockerInstruction {
        // An instruction's own span ends where its line does.
        let (says, keyword, end) = match instruction {
            Instruction::From(from) => {
                let name = from.as_.as_ref().map(|(_, name)| name.value.to_string());
                let end = from.as_.as_ref().map_or(from.image.span.end, |(_, name)| name.span.end);
                (DockerWord::From { image: self.word(&from.image), name }, &from.from, end)
            }
            Instruction::Arg(arg) => {
                (DockerWord::Arg(self.pairs(&arg.arguments)), &arg.arg, arg.arguments.span.end)
            }
            Instruction::Env(env) => {
                (DockerWord::Env(self.pairs(&env.arguments)), &env.env, env.arguments.span.end)
            }
            Instruction::Label(label) => {
                (DockerWord::Label(self.pairs(&label.arguments)), &label.label, label.arguments.span.end)
            }
            Instruction::Copy(copy) => {
                let whole = copy.copy.span.start..copy.dest.span.end;
                (self.copy(&copy.options, &copy.src, &copy.dest, &whole), &copy.copy, copy.dest.span.end)
            }
            Instruction::Add(add) => {
                let whole = add.add.span.start..add.dest.span.end;
                (self.copy(&add.options, &add.src, &add.dest, &whole), &add.add, add.dest.span.end)
            }
            Instruction::Run(run) => {
                let mut text = String::new();
                let mut end = run.run.span.end;
                match &run.arguments {
                    Command::Exec(words) => {
                        let words: Vec<&str> = words.value.iter().map(|word| &*word.value).collect();
                        text.push_str(&words.join(" "));
                    }
                    Command::Shell(shell) => {
                        text.push_str(&words::without_continuation(shell.value, self.escape));
                        end = end.max(shell.span.end);
                    }
                    _ => {}
                }
                if let Command::Exec(words) = &run.arguments {
                    end = end.max(words.span.end);
                }
                for document in &run.here_docs {
                    text.push('\n');
                    text.push_str(&document.value);
                }
                let place = self.place(&(run.run.span.start..end));
                (DockerWord::Run(Located { value: text.into(), place: Some(place) }), &run.run, end)
            }
            Instruction::Cmd(cmd) => {
                (DockerWord::Cmd(self.command(&cmd.arguments)), &cmd.cmd, command_end(&cmd.arguments))
            }
            Instruction::Entrypoint(entrypoint) => {
                let end = command_end(&entrypoint.arguments);
                let command = self.command(&entrypoint.arguments);
                (DockerWord::Entrypoint(command), &entrypoint.entrypoint, end)
            }
            Instruction::Healthcheck(check) => match &check.arguments {
                HealthcheckArguments::Cmd { arguments, .. } => {
                    let command = Some(self.command(arguments));
                    (DockerWord::Healthcheck(command), &check.healthcheck, command_end(arguments))
                }
                _ => (DockerWord::Healthcheck(None), &check.healthcheck, check.healthcheck.span.end),
            },
            Instruction::User(user) => {
                (DockerWord::User(self.word(&user.arguments)), &user.user, user.arguments.span.end)
            }
            Instruction::Workdir(dir) => {
                (DockerWord::Workdir(self.word(&dir.arguments)), &dir.workdir, dir.arguments.span.end)
            }
            Instruction::Expose(expose) => {
                let end = expose.arguments.last().map_or(expose.expose.span.end, |word| word.span.end);
                (DockerWord::Expose(self.words(&expose.arguments)), &expose.expose, end)
            }
            Instruction::Volume(volume) => {
                let words = match &volume.arguments {
                    JsonOrStringArray::Json(words) => &words.value,
                    JsonOrStringArray::String(words) => words,
                };
                let end = words.last().map_or(volume.volume.span.end, |word| word.span.end);
                (DockerWord::Volume(self.words(words)), &volume.volume, end)
            }
            Instruction::Shell(shell) => {
                let end = shell.arguments.last().map_or(shell.shell.span.end, |word| word.span.end);
                (DockerWord::Shell(self.words(&shell.arguments)), &shell.shell, end)
            }
            Instruction::Maintainer(other) => (DockerWord::Other, &other.maintainer, other.name.span.end),
            Instruction::Stopsignal(other) => {
                (DockerWord::Other, &other.stopsignal, other.arguments.span.end)
            }
            Instruction::Onbuild(other) => (DockerWord::Other, &other.onbuild, other.onbuild.span.end),
            // The crate may learn of others.
            _ => {
                let place = self.place(&(0..0));
                return DockerInstruction { place, says: DockerWord::Other };
            }
        };
        DockerInstruction { place: self.place(&(keyword.span.start..end.max(keyword.span.end))), says }
    }
}

fn command_end(command: &Command<'_>) -> usize {
    match command {
        Command::Exec(words) => words.span.end,
        Command::Shell(text) => text.span.end,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
