//! Random templates (`${A:-${B}}`), values, and files of `NAME=value` lines.

use super::rng::Rng;
use std::fmt::Write as _;

/// Names of variables; the last ones are set rarely.
pub const NAMES: [&str; 14] =
    ["A", "B", "C", "D", "E", "F", "_G", "h", "I_1", "J2", "TOKEN", "URL", "U", "V"];

/// A name that is never set.
pub const UNSET: &str = "UNSET";

/// A name of a variable.
pub fn name(rng: &mut Rng) -> &'static str {
    rng.pick(&NAMES)
}

const VALUES: [&str; 24] = [
    "",
    "x",
    "1",
    "0",
    "true",
    "two words",
    "a=b",
    "a:b",
    "#x",
    "x #y",
    "x#y",
    "'q'",
    "\"q\"",
    "it's",
    "$$x",
    "back\\slash",
    "\\n",
    "é☃",
    "a,b",
    "{}",
    "[1]",
    "http://h:1/p?q=1&r=2",
    " padded ",
    "*",
];

const PIECES: [&str; 26] = [
    "x", "yy", " ", "/", ":", ".", ",", "#", " #", "=", "?", "+", "-", "'", "\"", "\\", "é", "$$", "$1", "$",
    "\\$", "1", "@", "%", "*", "&",
];

/// A value without templates: a text of the shell.
pub fn value(rng: &mut Rng) -> String {
    if rng.chance(60) { format!("v{}", rng.below(1000)) } else { rng.pick(&VALUES).to_owned() }
}

/// What a template may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Risk {
    /// What Compose may refuse: broken templates, required variables.
    pub refused: bool,
    /// The same within a word of another template.
    pub in_words: bool,
}

/// A template, possibly one that holds none.
pub fn template(rng: &mut Rng, depth: usize, risk: Risk) -> String {
    let mut text = String::new();
    for _ in 0..=rng.below(3) {
        match rng.below(10) {
            0..=3 => {
                let _ = write!(text, "w{}", rng.below(100));
            }
            4 => text.push_str(rng.pick(&PIECES)),
            5 => {
                let _ = write!(text, "${}", name(rng));
                // What follows must not lengthen the name by chance only.
                text.push_str(rng.pick(&["", "-", "/", "x", "."]));
            }
            6 => {
                let _ = write!(text, "${{{}}}", name(rng));
            }
            _ => operator(rng, depth, risk, &mut text),
        }
    }
    if risk.refused && rng.chance(4) {
        text.push_str(
            rng.pick(&["${", "${}", "${ A}", "${A!}", "${1}", "${A", "${A.x}", "${é}", "{", "}", "${A:-{}}"]),
        );
    }
    text
}

fn operator(rng: &mut Rng, depth: usize, risk: Risk, text: &mut String) {
    let name = name(rng);
    let required = risk.refused && rng.chance(8);
    let operator =
        if required { rng.pick(&[":?", "?"]) } else { rng.pick(&[":-", "-", ":+", "+", ":-", "-"]) };
    let word = if depth == 0 {
        rng.pick(&["", "w", "a b", "1", "a:b", "-", "x?y"]).to_owned()
    } else {
        template(rng, depth - 1, Risk { refused: risk.refused && risk.in_words, ..risk })
    };
    let _ = write!(text, "${{{name}{operator}{word}}}");
}

/// A file of `NAME=value` lines, for `.env` and `env_file`.
pub fn dotenv(rng: &mut Rng, risk: Risk) -> String {
    let mut text = String::new();
    if rng.chance(3) {
        text.push('\u{feff}');
    }
    for _ in 0..rng.below(8) {
        line(rng, risk, &mut text);
    }
    if risk.refused && rng.chance(6) {
        text.push_str(rng.pick(&[
            "A=\"open\n",
            "A B=1\n",
            "a/b=2\n",
            "A='open\n",
            "A=${\n",
            "A=${U:?must}\n",
        ]));
    }
    if rng.chance(15) && text.ends_with('\n') {
        text.pop();
    }
    if rng.chance(4) { text.replace('\n', "\r\n") } else { text }
}

fn line(rng: &mut Rng, risk: Risk, text: &mut String) {
    let name = name(rng);
    let plain = |rng: &mut Rng| {
        let text = template(rng, 2, risk).replace(['\'', '"', '\n'], "");
        // A comment that begins within an expression breaks it.
        if risk.refused && risk.in_words { text } else { text.replace(" #", "#") }
    };
    let _ = match rng.below(20) {
        0 => writeln!(text, "# {name}=comment ${{U"),
        1 => writeln!(text, "   "),
        2 => writeln!(text, "{name}"),
        3 => writeln!(text, "{name}="),
        4 => writeln!(text, "export {name}={}", plain(rng)),
        5 => writeln!(text, "{name}: {}", plain(rng)),
        6 => writeln!(text, "  {name} = {}  ", plain(rng)),
        7 => writeln!(text, "{name}={} # comment", plain(rng)),
        8 | 9 => writeln!(text, "{name}=\"{}\"", double(rng, risk)),
        10 => writeln!(text, "{name}=\"{}\nmore {}\"", double(rng, risk), double(rng, risk)),
        11 | 12 => writeln!(text, "{name}='{}'", template(rng, 1, risk).replace(['\'', '\\'], "")),
        13 => writeln!(text, "{name}='it\\'s\nmore'  # comment"),
        14 => writeln!(text, "{name}=\"x\" {}=2", self::name(rng)),
        15 => writeln!(text, "{name}=\"x\"{}", self::name(rng)),
        16 => writeln!(text, "{name}={}", value(rng).replace(['\'', '"', '$'], "")),
        17 => writeln!(text, "{name}.x-y[0]=odd\t#name"),
        _ => writeln!(text, "{name}={}", plain(rng)),
    };
}

/// The inside of double quotes.
fn double(rng: &mut Rng, risk: Risk) -> String {
    let mut text = template(rng, 1, risk).replace(['"', '\\'], "");
    if rng.chance(40) {
        text.push_str(
            rng.pick(&["\\n", "\\\"", "\\t", "\\$A", "\\\\", "\\q", "\\\\n", " # x", "'", "\\101", "\\0101"]),
        );
    }
    text
}

/// A file for `format: raw`.
pub fn raw(rng: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..rng.below(5) {
        let name = name(rng);
        let _ = match rng.below(5) {
            0 => writeln!(text, "{name}"),
            1 => writeln!(text, "# {name}"),
            2 => writeln!(text, "  {name}=\"{}\" ", value(rng)),
            _ => writeln!(text, "{name}={}", template(rng, 1, Risk { refused: true, in_words: true })),
        };
    }
    text
}
