//! `openclaw.md` 3.1: syntax and `$include`.

use super::*;

const DIR: &str = "/home/node/.openclaw";

/// What becomes of a config with these files beside it.
fn ends(release: &str, env: &[(&str, &str)], config: &str, files: &[(&str, &str)]) -> String {
    let files: Vec<(String, &str)> = files
        .iter()
        .map(|(name, text)| {
            let path = if name.starts_with('/') { (*name).to_owned() } else { format!("{DIR}/{name}") };
            (path, *text)
        })
        .collect();
    let mut all: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    all.push((CONFIG, config));
    server(&TruthRow { release: Some(release), env, files: &all, ..TruthRow::default() })
}

fn newest(config: &str, files: &[(&str, &str)]) -> String {
    ends("2026.9.6", &[], config, files)
}

#[test]
#[rustfmt::skip]
fn syntax() {
    for config in [
        "{\"gateway\": {\"mode\": \"local\", \"auth\": {\"token\": \"T\"}}}",
        "// a comment\n{gateway: {mode: 'local', auth: {token: 'T',},},} /* and one more */",
        "\u{feff}{gateway: {mode: 'local', auth: {token: 'T'}}}",
        "{gateway: {mode: 'local', auth: {token: 'F', token: 'T'}}}",
        "{'gateway': {mode: 'loc\\u0061l', auth: {token: '\\\nT'}}}",
    ] {
        assert_eq!(newest(config, &[]), "T", "{config}");
    }
    for config in ["", "[]", "'x'", "{gateway: {mode: 'local'}", "{gateway: {mode: 'local'}, gatway: {}}"] {
        assert_eq!(newest(config, &[]), "exit 78", "{config}");
    }
}

/// Objects are merged, lists joined; of anything else the later one counts, and what stands beside
/// an `$include` counts before what it names.
#[test]
#[rustfmt::skip]
fn merging() {
    let base = ("base.json5", "{gateway: {mode: 'local', auth: {token: 'I'}}}");
    for (config, files, expected) in [
        ("{$include: './base.json5'}", &[base][..], "I"),
        ("{$include: 'base.json5'}", &[base], "I"),
        ("{$include: '/home/node/.openclaw/base.json5'}", &[base], "I"),
        ("{$include: './base.json5', gateway: {auth: {token: 'B'}}}", &[base], "B"),
        ("{gateway: {auth: {token: 'B'}}, $include: './base.json5'}", &[base], "B"),
        ("{$include: ['./base.json5', './b.json']}", &[base, ("b.json", "{gateway: {auth: {token: 'L'}}}")], "L"),
        ("{$include: ['./b.json', './base.json5']}", &[base, ("b.json", "{gateway: {auth: {token: 'L'}}}")], "I"),
        ("{$include: [], gateway: {mode: 'local', auth: {token: 'B'}}}", &[], "B"),
        ("{gateway: {$include: 'g.json', mode: 'local'}}", &[("g.json", "{auth: {token: 'G'}}")], "G"),
        ("{gateway: {mode: 'local', auth: {token: {$include: 't.json'}}}}", &[("t.json", "'T'")], "T"),
        // From where the file is that names it.
        ("{$include: 'd/a.json'}", &[("d/a.json", "{$include: './b.json'}"), ("d/b.json", "{gateway: {mode: 'local', auth: {token: 'D'}}}")], "D"),
        ("{$include: 'd/a.json'}", &[("d/a.json", "{$include: '../b.json'}"), ("b.json", "{gateway: {mode: 'local', auth: {token: 'U'}}}")], "U"),
        // A `${NAME}` in an included file is filled in as any other.
        ("{$include: './r.json'}", &[("r.json", "{gateway: {mode: 'local', auth: {token: '${R}'}}, env: {vars: {R: 'r'}}}")], "r"),
        // Twice is no cycle.
        ("{$include: ['./base.json5', './base.json5']}", &[base], "I"),
    ] {
        assert_eq!(newest(config, files), expected, "{config}");
    }
    // Lists are joined.
    let config = "{$include: './o.json', gateway: {mode: 'local', auth: {token: 'T'}, controlUi: {allowedOrigins: ['https://b']}}}";
    let files: &[(&str, &str)] = &[(CONFIG, config), ("/home/node/.openclaw/o.json", "{gateway: {controlUi: {allowedOrigins: ['https://a']}}}")];
    let answer = run(&TruthRow { files, ..TruthRow::default() });
    let origins = answer.facts.config.node(&["gateway", "controlUi", "allowedOrigins"]).map(|n| n.items().len());
    assert_eq!(origins, Some(2));
}

#[test]
#[rustfmt::skip]
fn files_that_are_not_included() {
    let plain = "gateway: {mode: 'local', auth: {token: 'B'}}";
    for (include, files) in [
        ("'./none.json'", &[][..]),
        ("'../x.json'", &[("/home/node/x.json", "{}")]),
        ("'/home/node/.openclaw-other/x.json'", &[("/home/node/.openclaw-other/x.json", "{}")]),
        ("'./x.json'", &[("x.json", "{")]),
        ("'./x.json'", &[("x.json", "")]),
        ("'./d'", &[("d/x", "")]),
        ("'./openclaw.json'", &[]),
        ("'./a.json'", &[("a.json", "{$include: './a.json'}")]),
        ("'./a.json'", &[("a.json", "{$include: './b.json'}"), ("b.json", "{$include: './a.json'}")]),
        ("'./a.json'", &[("a.json", "{$include: './openclaw.json'}")]),
        ("1", &[]),
        ("['./a.json', 1]", &[("a.json", "{}")]),
        ("{}", &[]),
        ("'./l.json'", &[("l.json", "[1]")]),
    ] {
        assert_eq!(newest(&format!("{{$include: {include}, {plain}}}"), files), "exit 78", "{include} {files:?}");
    }
}

/// Ten files one in the other, and not eleven.
#[test]
fn depth() {
    let chain = |length: usize| {
        let files: Vec<(String, String)> = (1..=length)
            .map(|n| {
                let text = match n == length {
                    true => "{gateway: {mode: 'local', auth: {token: 'DEEP'}}}".to_owned(),
                    false => format!("{{$include: './{}.json'}}", n + 1),
                };
                (format!("{n}.json"), text)
            })
            .collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
        newest("{$include: './1.json'}", &files)
    };
    assert_eq!(chain(10), "DEEP");
    assert_eq!(chain(11), "exit 78");
}

/// Where files may lie besides.
#[test]
#[rustfmt::skip]
fn roots() {
    let config = "{$include: '/srv/shared/base.json'}";
    let base = "{gateway: {mode: 'local', auth: {token: 'I'}, controlUi: {allowedOrigins: ['http://x']}}}";
    let files: &[(&str, &str)] = &[("/srv/shared/base.json", base)];
    let roots = |value| [("OPENCLAW_INCLUDE_ROOTS", value)];
    for (release, value, expected) in [
        ("2026.9.6", "", "exit 78"),
        ("2026.9.6", "/srv/shared", "I"),
        ("2026.9.6", "/srv", "I"),
        ("2026.9.6", "/opt: /srv/shared/ ", "I"),
        ("2026.9.6", "/srv/share", "exit 78"),
        ("2026.9.6", "~/x:../srv", "I"),
        ("2026.6.11", "/srv", "I"),
        ("2026.5.2", "/srv", "I"),
        // Its own look at the config finds no mode (read in its package).
        ("2026.4.29", "/srv", "exit 78"),
        ("2026.4.21", "/srv", "exit 1"),
        ("2026.3.24", "/srv", "exit 1"),
        ("2026.2.17", "/srv", "exit 1"),
        // At first they could lie anywhere.
        ("2026.2.12", "", "I"),
    ] {
        assert_eq!(ends(release, &roots(value), config, files), expected, "{release} {value}");
    }
    // From the state directory's dotenv file too; env.vars cannot set it.
    let dotenv = [files[0], (".env", "OPENCLAW_INCLUDE_ROOTS=/srv")];
    assert_eq!(newest(config, &dotenv), "I");
    let vars = "{$include: '/srv/shared/base.json', env: {vars: {OPENCLAW_INCLUDE_ROOTS: '/srv'}}}";
    assert_eq!(newest(vars, files), "exit 78");
    let base = "{gateway: {mode: 'local', auth: {token: 'I'}}}";
    let legacy: &[(&str, &str)] = &[("/home/node/.clawdbot/clawdbot.json", "{$include: '/etc/x.json'}"), ("/etc/x.json", base)];
    assert_eq!(server(&TruthRow { release: Some("2026.1.24-3"), files: legacy, ..TruthRow::default() }), "I");
}
