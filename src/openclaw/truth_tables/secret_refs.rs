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
        let row = Row { env, files: &[(CONFIG, &config)], ..Row::default() };
        assert_eq!((server(&row).as_str(), client(&row).as_str()), sees, "{env:?} {written} {more}");
    }
    let config = token("{source: 'env', provider: 'default', id: 'REF'}", "");
    let row = Row { files: &[(CONFIG, &config), (DOTENV, "REF=dot")], ..Row::default() };
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
        let answer = run(&Row { env: &[ENV], files: &[(CONFIG, &config)], ..Row::default() });
        assert_eq!(used(&answer, "gateway.auth.token", &Consumer::Cli), "[unknown]", "{source}");
    }
    let provider = "{gateway: {mode: 'local', auth: {token: 'T'}}, models: {providers: {anthropic: {apiKey: {source: 'store', provider: 'default', id: 'X'}, auth: 'api-key'}}}}";
    let answer = run(&Row { env: &[("ANTHROPIC_API_KEY", "A")], files: &[(CONFIG, provider)], ..Row::default() });
    assert_eq!(used(&answer, "models.providers.anthropic.apiKey", &Consumer::Gateway), "[unknown]");
}
