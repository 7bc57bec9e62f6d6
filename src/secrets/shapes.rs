//! What has the shape of a credential, whatever it is called. For showing a value it is only the second
//! line of defence: that is decided by an allow-list, never by the absence of suspicion.

use super::{names, vendors, words};
use std::borrow::Cow;

/// Longest part of a name between separators that is still taken for a name.
const NAME_PART: usize = 48;

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '/' | '.' | '~')
}

/// Any part of `text` has the shape of a credential.
#[must_use]
pub(crate) fn has_credential_shape(text: &str) -> bool {
    tokens(text).any(|(start, token)| is_token(text, start, token))
}

/// A label that is no credential, and as long as names are.
#[must_use]
pub(crate) fn is_nameable(label: &str) -> bool {
    let name_sized =
        |part: &str| part.chars().count() <= NAME_PART || part.contains('_') || part.contains('-');
    !has_credential_shape(label) && label.split(['.', '/', ':', ' ']).all(name_sized)
}

/// The name of a variable that may be shown: it is hardly a piece of a secret.
#[must_use]
pub(crate) fn reads_like_variable(name: &str) -> bool {
    words::could_name_variable(name) && is_nameable(name)
}

/// A key that a mapping may have: words, also cut by `/` and begun by `$`, `x-` or `@`.
#[must_use]
pub(crate) fn key_like(s: &str) -> bool {
    // The merge key of YAML.
    s == "<<"
        || !s.is_empty()
            && s.len() <= 80
            && s.trim_start_matches(['$', '@']).split(['/', ':']).all(words::word_like)
            && !has_credential_shape(s)
}

fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(is_token_char)?;
        let end = text[start..].find(|c| !is_token_char(c)).map_or(text.len(), |n| start + n);
        rest = end;
        Some((start, &text[start..end]))
    })
}

/// `token` has the shape of a credential, given what stands before it.
fn is_token(text: &str, start: usize, token: &str) -> bool {
    // An image digest is public, and has the very shape of a key.
    if text[..start].ends_with("sha256:") && token.len() == 64 && is_hex_key(token) {
        return false;
    }
    let parts = || token.split(['/', '.', '-', '_', '+', '~']);
    let at_boundaries = token
        .char_indices()
        .filter(|(i, _)| *i == 0 || matches!(token.as_bytes()[i - 1], b'/' | b'.' | b'+' | b'~'))
        .any(|(i, _)| has_vendor_prefix(&token[i..]));
    at_boundaries
        || parts().any(is_hex_key)
        || parts().any(is_dense)
        || token.split(['/', '.', '-']).any(is_base64_key)
        || is_base64_with_slashes(token)
        || is_bot_token(text, start, token)
}

fn has_vendor_prefix(s: &str) -> bool {
    let end = s.find('/').unwrap_or(s.len());
    vendors::begins_like_a_credential(&s[..end])
}

/// 32 or more hexadecimal digits.
fn is_hex_key(part: &str) -> bool {
    part.len() >= 32 && part.bytes().all(|b| b.is_ascii_hexdigit())
}

/// 32 or more characters of base64, of which some are digits or change between cases: no name and
/// no word is that long without a separator.
fn is_base64_key(part: &str) -> bool {
    let alphanumeric = part.bytes().filter(u8::is_ascii_alphanumeric).count();
    let underscores = part.bytes().filter(|b| *b == b'_').count();
    // A SCREAMING_SNAKE name has an underscore every few letters.
    part.len() >= 32 && alphanumeric > underscores * 12
}

/// As [`is_base64_key`], cut by slashes like a path, but of parts that are no words.
fn is_base64_with_slashes(token: &str) -> bool {
    token.len() >= 32
        && !token.starts_with('/')
        && token.contains('/')
        && token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'+'))
        && !token.split('/').all(words::word_like)
}

/// Letters and digits shuffled: at least 16, and no more than two of a kind on average.
fn is_dense(part: &str) -> bool {
    if part.len() < 16 || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return false;
    }
    let kind = |b: u8| match b {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        _ => 2,
    };
    let changes = part.as_bytes().windows(2).filter(|w| kind(w[0]) != kind(w[1])).count();
    let digit_groups = part.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).count();
    (digit_groups >= 2 && changes * 4 >= part.len()) || (digit_groups >= 1 && changes * 3 >= part.len())
}

/// `123456789:` followed by a long token: a Telegram bot.
fn is_bot_token(text: &str, start: usize, token: &str) -> bool {
    let before = &text[..start];
    token.len() >= 20
        && before.strip_suffix(':').is_some_and(|b| {
            let digits = b.bytes().rev().take_while(u8::is_ascii_digit).count();
            digits >= 6
        })
}

/// `text` with every suspicious token replaced by its length; the names of `known` are none.
#[must_use]
pub(crate) fn without_credentials<'a>(text: &'a str, known: &[String]) -> Cow<'a, str> {
    let is_suspicious = |start: usize, token: &str| {
        is_token(text, start, token)
            && !known.iter().any(|name| {
                token.contains(name.as_str()) && !has_credential_shape(&token.replace(name.as_str(), "name"))
            })
    };
    let mut out = String::new();
    let mut at = 0;
    for (start, token) in tokens(text).filter(|(start, token)| is_suspicious(*start, token)) {
        out.push_str(&text[at..start]);
        out.push_str(&format!("<{} characters>", token.chars().count()));
        at = start + token.len();
    }
    if at == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// `text` with `***` for the value of each `NAME=value` whose name is that of a secret.
#[must_use]
pub(crate) fn without_assigned(text: &str) -> Cow<'_, str> {
    let (mut out, mut done) = (String::new(), 0);
    for (at, _) in text.match_indices('=') {
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let start = text[..at].rfind(|c| !is_of_name(c)).map_or(0, |n| n + 1);
        let rest = &text[at + 1..];
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`')).unwrap_or(rest.len());
        if at < done || end == 0 || !names::is_secret_name(&text[start..at]) {
            continue;
        }
        out.push_str(&text[done..=at]);
        out.push_str("***");
        done = at + 1 + end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_suspicious() {
        for secret in [
            "sk-ant-api03-abcdefghij",
            "ghp_abcdefghijklmnop",
            "github_pat_11ABCDEFG0abcdef",
            "xoxb-123456789-abcdef",
            "AKIAIOSFODNN7EXAMPLE",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
            "9f86d081884c7d659a2feaa0c55ad015",
            "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
            "https://hooks.example/sk-live-0123456789",
            "TOKEN=sk-abcdefghijkl",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        ] {
            assert!(has_credential_shape(secret), "{secret}");
        }
    }

    #[test]
    fn names_paths_and_commands_are_not() {
        for plain in [
            "OPENCLAW_GATEWAY_TOKEN",
            "OPENCLAW_DOCKER_BUILD_TSDOWN_MAX_OLD_SPACE_MB",
            "gateway.controlUi.dangerouslyDisableDeviceAuth",
            "docker compose -f /srv/openclaw/docker-compose.yml up -d openclaw-gateway",
            "/home/node/.openclaw/openclaw.json",
            "ghcr.io/openclaw/openclaw:2026.9.6-browser",
            "sha256:9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015",
            "models.providers.anthropic.baseUrl",
            "openclaw-auth-profile-secrets",
            "disk-usage-of-the-container",
        ] {
            assert!(!has_credential_shape(plain), "{plain}");
        }
    }

    #[test]
    fn values_of_assignments_are_left_out() {
        assert_eq!(without_assigned("no file `A_PASS=hunter2 x`; MODE=y"), "no file `A_PASS=*** x`; MODE=y");
        assert_eq!(without_assigned("'--fail-on <WHEN>' TOKEN="), "'--fail-on <WHEN>' TOKEN=");
    }

    #[test]
    fn a_sentence_loses_its_tokens_only() {
        assert_eq!(without_credentials("set KEY=sk-ant-REDACTED here", &[]), "set KEY=<15 characters> here");
        assert!(matches!(without_credentials("nothing to hide", &[]), Cow::Borrowed(_)));
    }
}
