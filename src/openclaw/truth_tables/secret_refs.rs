//! `openclaw.md` 3.4: `{source, provider, id}` in place of a credential.

use super::*;

fn token(written: &str, more: &str) -> String {
    format!("{{gateway: {{mode: 'local', auth: {{token: {written}}}}}{more}}}")
}

#[test]
#[rustfmt::skip]
fn in_the_gateways_token() {
    let set: (&str, &str) = ("REF", "R");
    for (env, written, more, sees) in [
        (&[set][..], "{source: 'env', provider: 'default', id: 'REF'}", "", ("R", "R")),
        (&[set, ENV], "{source: 'env', provider: 'default', id: 'REF'}", "", ("R", "R")),
        (&[ENV], "{source: 'env', provider: 'default', id: 'REF'}", "", ("exit 1", "[unresolved]")),
        (&[("REF", ""), ENV], "{source: 'env', provider: 'default', id: 'REF'}", "", ("exit 1", "[unresolved]")),
        (&[("REF", "  "), ENV], "{source: 'env', provider: 'default', id: 'REF'}", "", ("exit 1", "[unresolved]")),
        // Providers, which may leave a variable out.
        (&[set], "{source: 'env', provider: 'mine', id: 'REF'}", "", ("exit 1", "[unresolved]")),
        (&[set], "{source: 'env', provider: 'mine', id: 'REF'}", ", secrets: {providers: {mine: {source: 'env'}}}", ("R", "R")),
        (&[set], "{source: 'env', provider: 'mine', id: 'REF'}", ", secrets: {providers: {mine: {source: 'env', allowlist: ['REF']}}}", ("R", "R")),
        (&[set], "{source: 'env', provider: 'mine', id: 'REF'}", ", secrets: {providers: {mine: {source: 'env', allowlist: ['OTHER']}}}", ("exit 1", "[unresolved]")),
        (&[set], "{source: 'env', provider: 'mine', id: 'REF'}", ", secrets: {defaults: {env: 'mine'}}", ("R", "R")),
        // What dotenv files and env.vars add counts as well.
        (&[], "{source: 'env', provider: 'default', id: 'REF'}", ", env: {vars: {REF: 'vars'}}", ("vars", "vars")),
        // A whole `$NAME` or `${NAME}` is one.
        (&[set], "'${REF}'", "", ("R", "R")),
        (&[set], "'$REF'", "", ("R", "R")),
        (&[ENV], "'${REF}'", "", ("exit 1", "[unresolved]")),
        (&[ENV], "'$REF'", "", ("exit 1", "[unresolved]")),
        (&[ENV], "'x${REF}'", "", ("exit 1", "[unresolved]")),
        (&[set], "'$ref'", "", ("$ref", "$ref")),
        // Old spellings are only moved by `openclaw doctor`.
        (&[set], "'secretref-env:REF'", "", ("secretref-env:REF", "secretref-env:REF")),
        (&[set], "'__env__:REF'", "", ("__env__:REF", "__env__:REF")),
    ] {
        let config = token(written, more);
        let row = TruthRow { env, files: &[(CONFIG, &config)], ..TruthRow::default() };
        assert_eq!((server(&row).as_str(), client(&row).as_str()), sees, "{env:?} {written} {more}");
    }
    let config = token("{source: 'env', provider: 'default', id: 'REF'}", "");
    let row = TruthRow { files: &[(CONFIG, &config), (DOTENV, "REF=dot")], ..TruthRow::default() };
    assert_eq!((server(&row).as_str(), client(&row).as_str()), ("dot", "dot"));
}

/// What is in a file, a program's answer or a store cannot be told from here, and is not guessed.
#[test]
#[rustfmt::skip]
fn elsewhere() {
    for (source, providers) in [
        ("file", "{mine: {source: 'file', path: '/run/secrets/x', mode: 'singleValue'}}"),
        ("exec", "{mine: {source: 'exec', command: '/bin/secret'}}"),
    ] {
        let written = format!("{{source: '{source}', provider: 'mine', id: 'value'}}");
        let config = token(&written, &format!(", secrets: {{providers: {providers}}}"));
        let answer = run(&TruthRow { env: &[ENV], files: &[(CONFIG, &config)], ..TruthRow::default() });
        assert_eq!(used(&answer, "gateway.auth.token", &Consumer::Cli), "[unknown]", "{source}");
    }
    let provider = "{gateway: {mode: 'local', auth: {token: 'T'}}, models: {providers: {anthropic: {apiKey: {source: 'store', provider: 'default', id: 'X'}, auth: 'api-key'}}}}";
    let answer = run(&TruthRow { env: &[("ANTHROPIC_API_KEY", "A")], files: &[(CONFIG, provider)], ..TruthRow::default() });
    assert_eq!(used(&answer, "models.providers.anthropic.apiKey", &Consumer::Gateway), "[unknown]");
}

/// Which credentials may be references is in the schema of each npm package (`gateway.auth` and
/// `gateway.remote` in `dist/daemon-cli.js`): texts only up to 2026.3.1, the password and
/// `gateway.remote` since 2026.3.2, the token since 2026.3.7; a provider's key since 2026.2.26.
#[test]
#[rustfmt::skip]
fn by_release() {
    let reference = "{source: 'env', provider: 'default', id: 'REF'}";
    let auth = |field: &str| format!("{{gateway: {{mode: 'local', bind: 'loopback', auth: {{{field}: {reference}}}}}}}");
    let remote = format!("{{gateway: {{mode: 'local', bind: 'loopback', auth: {{token: 'T'}}, remote: {{token: {reference}}}}}}}");
    let provider = format!("{{gateway: {{mode: 'local', bind: 'loopback', auth: {{token: 'T'}}}}, models: {{providers: {{x: {{baseUrl: 'http://x', models: [], apiKey: {reference}}}}}}}}}");
    for (release, config, expected) in [
        ("2026.2.26", auth("token"), "exit 1"),
        ("2026.3.1", auth("token"), "exit 1"),
        ("2026.3.2", auth("token"), "exit 1"),
        ("2026.3.7", auth("token"), "R"),
        ("2026.3.8", auth("token"), "R"),
        ("2026.3.13", auth("token"), "R"),
        ("2026.3.1", auth("password"), "exit 1"),
        ("2026.3.2", auth("password"), "password R"),
        ("2026.3.7", auth("password"), "password R"),
        ("2026.3.1", remote.clone(), "exit 1"),
        ("2026.3.2", remote, "T"),
        ("2026.2.25", provider.clone(), "exit 1"),
        ("2026.2.26", provider.clone(), "T"),
        ("2026.3.2", provider, "T"),
    ] {
        let files = [(CONFIG, config.as_str())];
        let row = TruthRow { release: Some(release), env: &[("REF", "R")], files: &files, args: LOOPBACK, ..TruthRow::default() };
        assert_eq!(server(&row), expected, "{release}: {config}");
    }
}
