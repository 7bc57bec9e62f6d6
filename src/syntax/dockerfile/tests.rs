use super::*;
use crate::text::source::{Language, SourceName, Sources};
use words::{Held, fill_in, fill_in_known};

fn read(text: &str) -> (Dockerfile, Sources) {
    let mut sources = Sources::default();
    let id = sources.add(SourceName::Host("/Dockerfile".into()), Language::Dockerfile, text.to_owned());
    (parse(text, TextOrigin::File(id)), sources)
}

/// `NAME=value@line:column` of every pair.
fn pairs_of(text: &str) -> Vec<String> {
    let (file, sources) = read(text);
    let mut found = Vec::new();
    for instruction in &file.instructions {
        let (DockerWord::Env(pairs) | DockerWord::Arg(pairs) | DockerWord::Label(pairs)) = &instruction.says
        else {
            continue;
        };
        for pair in pairs {
            let Some(value) = &pair.value else {
                found.push(pair.name.clone());
                continue;
            };
            let at = sources.line_col(value.place.expect("it is in the file"));
            found.push(format!("{}={}@{}:{}", pair.name, value.value.expose(), at.line, at.column));
        }
    }
    found
}

#[test]
fn pairs_have_the_place_of_their_value() {
    let text = "\u{feff}ARG V=1\nFROM node:24\nARG V\nENV A=1 \\\n  # between\n\n  B=\"a b\" \\\n  C=x\\ y D='$V'\nENV OLD the whole  line \nenv\tE=\n";
    assert_eq!(
        pairs_of(text),
        [
            "V=1@1:7",
            "V",
            "A=1@4:7",
            "B=\"a b\"@7:5",
            "C=x\\ y@8:5",
            "D='$V'@8:12",
            "OLD=the whole  line@9:9",
            "E=@10:7"
        ]
    );
    assert_eq!(pairs_of("# escape=`\nFROM x\nENV A=1 `\n  B=C:\\x\n"), ["A=1@3:7", "B=C:\\x@4:5"]);
}

#[test]
fn instructions_of_every_form() {
    let text = "FROM --platform=linux/amd64 node:24 AS Base\nCMD openclaw gateway\nENTRYPOINT [\"/e.sh\", \"a b\"]\nHEALTHCHECK --interval=3s CMD curl x\nHEALTHCHECK NONE\nVOLUME [\"/a\", \"/b\"]\nEXPOSE 18789 80/udp\nCOPY --from=base a b /c/\nCOPY <<'SH' <<TWO /d/\nexit $?\nSH\n$A\nTWO\nRUN <<EOF\nnpm i\nEOF\nUSER node\nMAINTAINER me\n";
    let (file, sources) = read(text);
    let shell = |text: &str| match &file.instructions[1].says {
        DockerWord::Cmd(DockerCommand::Shell(word)) => assert_eq!(word.value.expose(), text),
        other => panic!("{other:?}"),
    };
    shell("openclaw gateway");
    let says: Vec<String> = file.instructions.iter().map(|i| describe(&i.says)).collect();
    assert_eq!(
        says,
        [
            "from node:24 as Base",
            "cmd",
            "entrypoint /e.sh|a b",
            "healthcheck some",
            "healthcheck none",
            "volume /a|/b",
            "expose 18789|80/udp",
            "copy from base: a b to /c/",
            "copy: SH=exit $?\n TWO~$A\n to /d/",
            "run \nnpm i\n",
            "user node",
            "other"
        ]
    );
    let lines: Vec<usize> = file.instructions.iter().map(|i| sources.line_col(i.place).line).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 17, 18]);
}

fn describe(word: &DockerWord) -> String {
    let list = |words: &[Located<Text>]| words.iter().map(|w| w.value.expose()).collect::<Vec<_>>().join("|");
    match word {
        DockerWord::From { image, name } => {
            format!("from {} as {}", image.value.expose(), name.as_deref().unwrap_or_default())
        }
        DockerWord::Cmd(_) => "cmd".into(),
        DockerWord::Entrypoint(DockerCommand::Exec(words)) => format!("entrypoint {}", list(words)),
        DockerWord::Healthcheck(check) => {
            format!("healthcheck {}", if check.is_some() { "some" } else { "none" })
        }
        DockerWord::Volume(words) => format!("volume {}", list(words)),
        DockerWord::Expose(words) => format!("expose {}", list(words)),
        DockerWord::Copy { from, sources, target } => {
            let from = from.as_ref().map(|from| format!(" from {}", from.expose())).unwrap_or_default();
            let sources = sources.iter().map(|source| match source {
                CopiedSource::Path(path) => path.expose().to_owned(),
                CopiedSource::Document { text, expands, name } => {
                    format!("{name}{}{}", if *expands { '~' } else { '=' }, text.expose())
                }
            });
            format!("copy{from}: {} to {}", sources.collect::<Vec<_>>().join(" "), target.expose())
        }
        DockerWord::Run(text) => format!("run {}", text.value.expose()),
        DockerWord::User(user) => format!("user {}", user.value.expose()),
        DockerWord::Other => "other".into(),
        other => format!("{other:?}"),
    }
}

#[test]
fn what_stands_before_a_mistake_is_kept() {
    let (file, _) = read("FROM node:24\nUSER node\nFROBNICATE x\nUSER root\n");
    assert_eq!(file.instructions.len(), 2);
    assert_eq!(file.broken.map(|(_, line)| line), Some(3));
    assert!(read("").0.broken.is_some());
}

#[test]
fn variables_are_filled_in() {
    let mut lookup = |name: &str| match name {
        "A" => Held::Value("a".into()),
        "EMPTY" => Held::Value("".into()),
        "V" => Held::Value("v2026.9.6".into()),
        "LATER" => Held::Unknown,
        _ => Held::Unset,
    };
    for (word, filled) in [
        ("$A/${A}b", Some("a/ab")),
        ("\"$A b\" 'c$A'", Some("a b c$A")),
        ("\\$A \"\\$A\" \"\\n\"", Some("$A $A \\n")),
        ("${NO:-x$A}${EMPTY:-y}${EMPTY-z}", Some("xay")),
        ("${A:+set}${NO:+set}", Some("set")),
        ("${V#v}-${V%.6}-${V/v/w}", Some("2026.9.6-v2026.9-w2026.9.6")),
        ("$NO$", Some("$")),
        ("x$LATER", None),
        ("${LATER:-x}", None),
        ("${NO:-${NO:-${A}}}", Some("a")),
        ("${A", None),
    ] {
        assert_eq!(fill_in(word, '\\', &mut lookup).as_deref(), filled, "{word}");
    }
    for (text, filled) in [
        ("npm i -g \"openclaw@$A\" $HOME '$A'", "npm i -g \"openclaw@a\" $HOME '$A'"),
        ("x=$(date) ${LATER} ${NO:-y} \\$A", "x=$(date) ${LATER} y \\$A"),
    ] {
        assert_eq!(fill_in_known(text, '\\', &mut lookup), filled, "{text}");
    }
}

#[test]
fn defaults_in_defaults_end() {
    let word = "${A:-".repeat(100_000);
    assert_eq!(fill_in(&word, '\\', &mut |_| Held::Unset), None);
    let closed = format!("{word}{}", "}".repeat(100_000));
    assert_eq!(fill_in(&closed, '\\', &mut |_| Held::Unset), None);
}
