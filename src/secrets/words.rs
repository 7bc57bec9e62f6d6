//! What reads like words that somebody chose, as opposed to characters that were drawn.
//!
//! Keys of documents, names of variables and parts of paths are shown only when they pass: in a
//! text whose structure was misread, a part of a secret may stand where a key is expected.

/// Longest run of letters that is taken for a word.
const WORD: usize = 24;

/// Consonants in a row that no word has.
const CONSONANTS: usize = 6;

/// Words and short numbers, separated by `.`, `_` or `-`.
#[must_use]
pub(crate) fn word_like(s: &str) -> bool {
    let pieces = s.split(['.', '_', '-']).filter(|p| !p.is_empty()).count();
    let characters = s.bytes().filter(u8::is_ascii_alphanumeric).count();
    let many_short = s.len() >= 8 && pieces * 2 > characters;
    !many_short && s.split(['.', '_', '-']).all(is_piece)
}

/// A name that a variable may have, and that reads like one.
#[must_use]
pub(crate) fn variable_like(s: &str) -> bool {
    let starts = s.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && s.len() <= 80 && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && word_like(s)
}

/// A name that only a variable has: upper case, of at least two words of three letters on average.
#[must_use]
pub(crate) fn conventional_variable(s: &str) -> bool {
    let upper = s.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let words = s.split('_').count();
    upper
        && variable_like(s)
        && words >= 2
        && s.len() >= 7
        && s.len() + 1 >= words * 4
        && !s.starts_with('_')
        && !s.ends_with('_')
}

/// One word in upper case, as names of variables are.
#[must_use]
pub(crate) fn upper_variable(s: &str) -> bool {
    variable_like(s) && s.len() <= WORD && !s.bytes().any(|b| b.is_ascii_lowercase())
}

/// A variable name that can be told from a word of a secret: upper case, and either short or made
/// of several words.
#[must_use]
pub(crate) fn surely_variable(s: &str) -> bool {
    variable_like(s)
        && !s.bytes().any(|b| b.is_ascii_lowercase())
        && (s.len() <= 5 || s.trim_matches('_').contains('_'))
}

/// A name between the braces of `${NAME}`: what a program puts a value for, so that it only must not look
/// like a draw of characters.
#[must_use]
pub(crate) fn braced_variable(s: &str) -> bool {
    variable_like(s) && s.split('_').all(one_case)
}

/// A name that a variable may have, and that is hardly a piece of a secret: pieces of one case that
/// are words, or are joined by `_`. Names with both cases in a word are too rare for that.
#[must_use]
pub(crate) fn could_name_variable(s: &str) -> bool {
    let is_short = |piece: &str| piece.len() <= WORD;
    let snake = || s.trim_matches('_').contains('_') && s.split('_').all(is_short);
    s.len() < 6 || s.split('_').all(one_case) && (word_like(s) || snake())
}

fn is_piece(piece: &str) -> bool {
    let letters = piece.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (head, rest) = piece.split_at(letters);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, tail) = rest.split_at(digits);
    if !tail.bytes().all(|b| b.is_ascii_alphabetic()) {
        return false;
    }
    match (head.len(), number.len(), tail.len()) {
        (_, 0, 0) => is_word(head),
        (0, n, 0) => n <= 8,
        // `v2`, `node24`, `http2`
        (_, n, 0) => n <= 4 && is_word(head),
        // `30s`, `3000ms`, `2fa`
        (0, n, t) => n <= 6 && t <= 5 && is_word(tail),
        // `v1beta`, `k8s`, `x86`, `i18n`
        (h, n, t) => h <= 6 && n <= 2 && t <= 6 && h + n + t <= 10 && one_case(piece),
    }
}

fn one_case(s: &str) -> bool {
    !(s.bytes().any(|b| b.is_ascii_lowercase()) && s.bytes().any(|b| b.is_ascii_uppercase()))
}

fn is_word(s: &str) -> bool {
    if longest_consonant_run(s) >= CONSONANTS {
        return false;
    }
    if one_case(s) {
        return s.len() <= WORD;
    }
    // CamelCase: humps of three letters on average; `wJalrXUtn` has shorter ones.
    let humps = humps(s);
    s.len() <= 40 && humps.len() * 3 <= s.len() && humps.iter().all(|h| is_hump(h))
}

/// Cuts where a lower-case letter is followed by an upper-case one.
fn humps(s: &str) -> Vec<&str> {
    let bytes = s.as_bytes();
    let cut = |i: &usize| bytes[i - 1].is_ascii_lowercase() && bytes[*i].is_ascii_uppercase();
    let cuts: Vec<usize> = (1..s.len()).filter(cut).collect();
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    starts.zip(cuts.iter().copied().chain([s.len()])).map(|(a, b)| &s[a..b]).collect()
}

/// `model`, `Output`, `URL`, `JSONPath`
fn is_hump(s: &str) -> bool {
    let uppers = s.bytes().take_while(u8::is_ascii_uppercase).count();
    let lowers = s.len() - uppers;
    match uppers {
        0 | 1 => s.len() >= 2,
        _ => uppers <= 5 && (lowers == 0 || lowers >= 3),
    }
}

fn longest_consonant_run(s: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for b in s.bytes() {
        let vowel = matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        run = if vowel { 0 } else { run + 1 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        for word in [
            "openclaw-gateway",
            "allowInsecureAuth",
            "maxOutputTokens",
            "baseUrl",
            "controlUi",
            "dangerouslyDisableDeviceAuth",
            "node24",
            "v1beta",
            "k8s",
            "2026.9.6-browser",
            "24-bookworm-slim",
            ".openclaw",
            "OPENCLAW_GATEWAY_TOKEN",
            "AWS_BEARER_TOKEN_BEDROCK",
            "NPM_CONFIG_LOGLEVEL",
            "https",
            "LMSTUDIO",
            "ghcr",
            "BYTEPLUS_SEED_SPEECH_API_KEY",
        ] {
            assert!(word_like(word), "{word}");
        }
    }

    #[test]
    fn draws_are_not() {
        for drawn in [
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwgg",
            "JBSWY3DPEHPK3PXP",
            "550e8400-e29b-41d4-a716-446655440000",
            "wJalrXUtnFEMI",
            "K7MDENGbP",
            "a1b2c3d4e5f6",
            "qwrtzpsdfg",
            "Zx9Qm2Lk",
        ] {
            assert!(!word_like(drawn), "{drawn}");
        }
    }

    #[test]
    fn names_of_variables_and_pieces_of_secrets() {
        for name in
            ["OAUTH2PROXY_CLIENT_ID", "PATH", "http_proxy", "npm_config_CACHE", "S3_BUCKET", "A_B_C_D_E", "x"]
        {
            assert!(could_name_variable(name), "{name}");
        }
        for piece in [
            "MIIEvQIBADANBgkqhkiGzw",
            "tuvwTUVWlmnoLMNOpqrsQWER",
            "TQoqguyt",
            "JBSWY3DPEHPK3PXP",
            "9f86d081884c",
        ] {
            assert!(!could_name_variable(piece), "{piece}");
        }
    }

    #[test]
    fn a_word_of_a_secret_is_no_variable() {
        assert!(surely_variable("OPENAI_API_KEY"));
        assert!(surely_variable("HOME"));
        assert!(!surely_variable("word"));
        assert!(!surely_variable("HUNTERPASSWORD"));
    }
}
