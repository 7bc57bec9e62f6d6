//! JSON5 beside the program that it must agree with: npm json5 2.2.3, which OpenClaw locks.
//!
//! The package is taken from an image builder's folder, or from where `CLAWDOCK_NPM_JSON5` says. With
//! `CLAWDOCK_JSON5_CHECKOUT` naming a checkout of the json5 project, every text that its own tests give to
//! `parse` is tried as well, and mutations of it.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::{
    syntax::{
        json5,
        node::{Node, NodeKind},
    },
    text::source::{Language, SourceName, Sources},
};
use common::{engine::skip, random::rng::Rng};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// One or more for each thing that the project's own tests try, and for what its README allows.
const TEXTS: &[&str] = &[
    // Objects.
    "{}",
    "{\"k\": true}",
    "{'k': true}",
    "{k: true}",
    "{$: 0, _: 1, $_k: 2, _$k: 3}",
    "{k\u{200c}x: 1, k\u{200d}y: 2}",
    "{schlüssel: 7, ключ: 8, キー: 9}",
    "{\\u006b\\u0065y: 1, \\u0024x: 2, \\u005Fy: 3}",
    "{one: 1, two: 2,}",
    "{k: {l: {m: []}}}",
    "{k: 1, k: 2}",
    "{__proto__: 1, constructor: 2}",
    "{if: 1, null: 2, true: 3, Infinity: 4}",
    "{,}",
    "{k}",
    "{k:}",
    "{k: 1 l: 2}",
    "{k: 1,, l: 2}",
    "{1: 2}",
    "{-k: 1}",
    "{k-l: 1}",
    "{\"k\" 1}",
    "{k: 1]",
    "{\\u: 1}",
    "{\\u00: 1}",
    "{\\u0031k: 1}",
    "{k\\u002d: 1}",
    "{\\x6b: 1}",
    "{^k: 1}",
    "{k\\u0031: 1}",
    "{10: 1}",
    // Arrays.
    "[]",
    "[7]",
    "[7, 8]",
    "[7, 8,]",
    "[7, [8, [9]]]",
    "[,]",
    "[7,,8]",
    "[,7]",
    "[7 8]",
    "[7",
    "[7}",
    "]",
    // Words.
    "null",
    "true",
    "false",
    "nul",
    "nulll",
    "True",
    "tru",
    "falsch",
    "undefined",
    "n",
    "t",
    "f",
    "nu\\u006cl",
    // Numbers.
    "[0, 0., 0e0, 0.0, .0]",
    "[5, 67, 8901]",
    "[-4, +4, -.4, +.4, -0]",
    "[.5, .25]",
    "[4.0, 4.75]",
    "[4e0, 4e1, 4e01, 4.e0, 4.5e0, 4e-1, 4e+1, 4E2]",
    "[0x7, 0X7, 0x70, 0xbe, 0xBE, -0x7, +0x7]",
    "[Infinity, -Infinity, +Infinity]",
    "[NaN, -NaN, +NaN]",
    "8",
    "+4.5e100",
    "0x8",
    "-0x9876543210fedcbaFEDCBA",
    "9007199254740993",
    "-9007199254740993",
    "18446744073709551616",
    "1e400",
    "-1e400",
    "1e-400",
    "0.1",
    "123456789012345678901234567890",
    "00",
    "01",
    "-01",
    "0x",
    "0xg",
    "1e",
    "1e+",
    "1.2.3",
    ".",
    "+",
    "-",
    "--1",
    "+-1",
    "+ 1",
    "1a",
    "0b1",
    "0o7",
    "Infinit",
    "-Infinit",
    "Na",
    "1_000",
    "1n",
    ".e1",
    "5.e",
    "-x",
    "0x1.8",
    "٣",
    // Strings.
    "\"text\"",
    "'text'",
    "['\"', \"'\"]",
    "'\\'\\\"\\\\\\/'",
    "'\\b\\f\\n\\r\\t\\v\\0'",
    "'\\x41\\xe9\\u00e9\\uABCD\\uabcd'",
    "'one\\\ntwo'",
    "'one\\\r\ntwo'",
    "'one\\\rtwo'",
    "'one\\\u{2028}two\\\u{2029}three'",
    "'\u{2028}\u{2029}'",
    "'\\a\\q\\é\\😀'",
    "'\\ud83d\\ude00'",
    "'😀'",
    "'tab\there'",
    "''",
    "\"\"",
    "'",
    "\"",
    "'text",
    "'text\"",
    "'one\ntwo'",
    "'one\rtwo'",
    "'\\x4'",
    "'\\xg1'",
    "'\\u12'",
    "'\\u12g4'",
    "'\\1'",
    "'\\01'",
    "'\\9'",
    "'\\0'",
    "'\\00'",
    "'\\",
    "'\\u{61}'",
    "'\u{0}'",
    "'\u{7f}\u{1}'",
    "\"${TOKEN} $${TOKEN}\"",
    // Comments.
    "{// one\n}",
    "{}// one",
    "{}//",
    "{/* one\n** two */}",
    "/**/{}",
    "{/***/}",
    "{/* /* */}",
    "/",
    "/x",
    "//",
    "/*",
    "/* *",
    "{} /",
    "# one\n{}",
    "//one\r{}",
    "//one\u{2028}{}",
    "{k: /* v */ 1 // w\n, /* x */ l: 2}",
    "'/* text */'",
    "{/}",
    "/*/ {}",
    // White space.
    "{\t\u{b}\u{c} \u{a0}\u{feff}\n\r\u{2028}\u{2029}\u{2003}\u{3000}\u{1680}}",
    "\u{feff}{}",
    " {} ",
    "",
    " ",
    "\n",
    "{\u{200b}}",
    "{\u{85}}",
    "{\u{180e}}",
    // Anything after the value.
    "{}{}",
    "1 2",
    "null,",
    "[] //\n,",
    "{}}",
    // As people write configs.
    "// mine\n{\n  gateway: {\n    mode: 'local', // here\n    auth: { token: \"${OPENCLAW_GATEWAY_TOKEN}\" },\n    port: +18789,\n  },\n  $include: ['./a.json5', './b.json5',],\n}\n",
];

/// A folder that has npm json5 2.2.3.
fn npm_json5() -> Option<PathBuf> {
    let named = std::env::var_os("CLAWDOCK_NPM_JSON5").map(PathBuf::from);
    let images = std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".cache/openclaw-image"));
    let built = images.into_iter().flat_map(|dir| fs::read_dir(dir).into_iter().flatten().flatten());
    let built = built.map(|entry| entry.path().join("tree/app/node_modules/json5"));
    named.into_iter().chain(built).find(|dir| {
        let package = fs::read_to_string(dir.join("package.json")).unwrap_or_default();
        package.contains("\"version\": \"2.2.3\"")
    })
}

fn node(script: &str, args: &[&Path]) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("ask.cjs");
    fs::write(&program, script).unwrap();
    let output = Command::new("node").arg(&program).args(args).stdin(Stdio::null()).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Runs the project's own tests with its parser replaced by one that notes what it is given.
const OWN_TESTS: &str = r#"
const [, , package_, checkout] = process.argv;
const path = require("path"), Module = require("module"), fs = require("fs");
const real = require(package_), texts = new Set();
const parse = (text, ...rest) => { texts.add(String(text)); return real.parse(text, ...rest); };
const anything = () => new Proxy(function () {}, { get: (_, key) => (key === "then" ? undefined : anything()), apply: () => anything() });
const t = new Proxy({}, { get: (_, key) => {
  if (key === "test") return (name, body) => body(t);
  if (key === "throws") return (body) => { try { body(); } catch {} };
  return () => {};
} });
const load = Module._load;
Module._load = function (name, parent, isMain) {
  if (name === "tap") return { ...{ mochaGlobals() {} }, test: t.test };
  if (name === "sinon") return { mock: () => anything() };
  if (name === ".." || name === "../lib") return { ...real, parse };
  return load.call(this, name, parent, isMain);
};
console.warn = () => {};
for (const name of ["parse.js", "errors.js"]) require(path.join(checkout, "test", name));
process.stdout.write(JSON.stringify([...texts].map((text) => text.toWellFormed())));
"#;

/// Everything that JSON cannot hold is written as a text behind a control character.
const ASK: &str = r#"
const [, , package_, file] = process.argv;
const { parse } = require(package_), texts = JSON.parse(require("fs").readFileSync(file, "utf8"));
console.warn = () => {};
const shown = (value) => {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0) ? { number: value.toString() } : { number: Object.is(value, -0) ? "0" : String(value) };
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(shown);
  if (value && typeof value === "object") return { map: Object.keys(value).map((key) => [key.toWellFormed(), shown(value[key])]).sort((a, b) => (a[0] < b[0] ? -1 : 1)) };
  return value;
};
console.log(JSON.stringify(texts.map((text) => { try { return { value: shown(parse(text)) }; } catch (error) { return null; } })));
"#;

/// Numbers as they are, the rest as [`ASK`] writes it.
fn shown(node: &Node) -> Value {
    let number = |n: f64| json!({"number": n});
    match &node.kind {
        NodeKind::Null => Value::Null,
        NodeKind::Bool(b) => json!(b),
        #[expect(clippy::cast_precision_loss, reason = "compared as JavaScript numbers")]
        NodeKind::Int(n) => number(*n as f64),
        #[expect(clippy::cast_precision_loss, reason = "compared as JavaScript numbers")]
        NodeKind::Uint(n) => number(*n as f64),
        NodeKind::Float(n) => float(*n),
        NodeKind::Str(text) => json!(text.expose()),
        NodeKind::Seq(items) => items.iter().map(shown).collect(),
        NodeKind::Map(entries) => {
            let mut keys: Vec<&str> = entries.iter().map(|e| &*e.key).collect();
            // JavaScript's order of texts is that of their UTF-16 units.
            keys.sort_by_key(|key| key.encode_utf16().collect::<Vec<u16>>());
            keys.dedup();
            json!({"map": keys.iter().map(|key| json!([key, node.get(key).map(shown)])).collect::<Vec<Value>>()})
        }
    }
}

fn float(n: f64) -> Value {
    if n.is_finite() { json!({"number": n}) } else { json!({"number": n.to_string()}) }
}

/// The same numbers in the answer of the package.
fn as_numbers(value: Value) -> Value {
    match value {
        Value::Object(entries) => match entries.get("number").and_then(Value::as_str) {
            Some("Infinity") => json!({"number": "inf"}),
            Some("-Infinity") => json!({"number": "-inf"}),
            Some("NaN") => json!({"number": "NaN"}),
            Some(number) => json!({"number": number.parse::<f64>().unwrap()}),
            None => entries.into_iter().map(|(key, value)| (key, as_numbers(value))).collect(),
        },
        Value::Array(items) => items.into_iter().map(as_numbers).collect(),
        other => other,
    }
}

/// A text with a few characters changed.
fn mutation(rng: &mut Rng, of: &str) -> String {
    const CHARACTERS: &[&str] = &[
        "{", "}", "[", "]", ",", ":", "'", "\"", "\\", "/", "*", "\n", "\r", " ", "\t", "0", "1", "9", "x",
        "e", "E", "+", "-", ".", "u", "a", "f", "n", "$", "_", "\u{2028}", "\u{a0}", "\u{feff}", "é",
        "\u{200c}", "😀", "\\u0061", "\\x41", "//", "/*", "*/", "NaN", "Infinity", "null", "true", "0x", "#",
        "`", "\u{0}",
    ];
    let mut characters: Vec<String> = of.chars().map(String::from).collect();
    for _ in 0..=rng.below(3) {
        let at = rng.below(characters.len() + 1);
        match rng.below(4) {
            0 if at < characters.len() => drop(characters.remove(at)),
            1 if at < characters.len() => characters[at] = rng.pick(CHARACTERS).to_owned(),
            2 if at + 1 < characters.len() => characters.swap(at, at + 1),
            _ => characters.insert(at, rng.pick(CHARACTERS).to_owned()),
        }
    }
    characters.concat()
}

#[test]
#[expect(clippy::print_stderr, reason = "the outcome is for people who run the tests")]
fn json5_is_what_the_package_makes_of_it() {
    let name = "json5_is_what_the_package_makes_of_it";
    let Some(package) = npm_json5() else {
        return skip(name, "npm json5 2.2.3: it is not at hand; CLAWDOCK_NPM_JSON5 names its folder");
    };
    let mut texts: Vec<String> = TEXTS.iter().map(|t| (*t).to_owned()).collect();
    if let Some(checkout) = std::env::var_os("CLAWDOCK_JSON5_CHECKOUT").map(PathBuf::from) {
        let own = node(OWN_TESTS, &[&package, &checkout]).expect("node runs");
        let own: Vec<String> = serde_json::from_str(&own).unwrap();
        assert!(own.len() > 60, "only {} texts of its own tests", own.len());
        eprintln!("{} texts of the package's own tests", own.len());
        texts.extend(own);
    }
    let mut rng = Rng::new(5);
    for text in texts.clone() {
        texts.extend((0..40).map(|_| mutation(&mut rng, &text)));
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("texts.json");
    fs::write(&file, serde_json::to_string(&texts).unwrap()).unwrap();
    let Some(answers) = node(ASK, &[&package, &file]) else { return skip(name, "node: it cannot be run") };
    let answers: Vec<Value> = serde_json::from_str(&answers).unwrap();
    let (mut accepted, mut wrong) = (0, Vec::new());
    for (text, answer) in texts.iter().zip(answers) {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, Language::Json5, text.clone());
        let ours = json5::parse(id, text).ok().map(|document| shown(&document.root));
        let real = answer.get("value").cloned().map(as_numbers);
        accepted += usize::from(real.is_some());
        if ours != real {
            wrong.push(format!("{text:?}\n  clawdock {ours:?}\n  npm json5 {real:?}"));
        }
    }
    eprintln!("npm json5 2.2.3: {} texts, {accepted} of them accepted", texts.len());
    assert!(accepted > 1000 && accepted * 10 < texts.len() * 9, "{accepted} of {} say little", texts.len());
    wrong.truncate(30);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
