//! What a name says of its value: one table of words, and the views of it.

/// How a word stands in a name. A name is cut at everything that is no letter or digit and at the
/// humps of camelCase; digits at the end of a word do not count (`PASSWORD2`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stands {
    /// Anywhere, also inside a longer word: `ACCESSTOKENS`.
    Anywhere,
    /// At the end of any word: `accesstoken`, `GITHUBTOKEN_OLD`.
    End,
    /// As a word.
    Word,
    /// At the end of the last word, and not as the whole name: `PWD` is a directory, `MYSQL_PWD` none.
    Last,
    /// As the last word, or the whole name.
    LastWord,
}

/// A word that names say of secrets.
#[derive(Debug)]
pub(crate) struct NameWord {
    pub(crate) word: &'static str,
    /// Where it stands in a name whose value is hidden.
    pub(crate) hides: Stands,
    /// Where it stands in a name whose value is a credential; none for what rules do not report.
    pub(crate) reports: Option<Stands>,
    /// People make the value up themselves, so that a plain word is one, too.
    pub(crate) chosen: bool,
    /// A name that it is here for.
    #[allow(dead_code, reason = "for readers and tests")]
    pub(crate) seen_in: &'static str,
}

const fn credential(
    word: &'static str,
    hides: Stands,
    reports: Stands,
    chosen: bool,
    seen_in: &'static str,
) -> NameWord {
    NameWord { word, hides, reports: Some(reports), chosen, seen_in }
}

/// Hidden, and no credential that a rule would report.
const fn private(word: &'static str, hides: Stands, seen_in: &'static str) -> NameWord {
    NameWord { word, hides, reports: None, chosen: false, seen_in }
}

use Stands::{Anywhere, End, Last, LastWord, Word};

/// The table.
pub(crate) static NAME_WORDS: &[NameWord] = &[
    credential("TOKEN", Anywhere, End, true, "OPENCLAW_GATEWAY_TOKEN"),
    credential("SECRET", Anywhere, End, true, "LINE_CHANNEL_SECRET"),
    credential("PASSWORD", Anywhere, End, true, "OPENCLAW_GATEWAY_PASSWORD"),
    credential("PASSWD", Anywhere, End, true, "DB_PASSWD"),
    credential("PASSPHRASE", Anywhere, End, true, "SSH_PASSPHRASE"),
    credential("PASSCODE", Anywhere, End, true, "DOOR_PASSCODE"),
    // At its end only: `BYPASS_HOSTS` and `PASSIVE_MODE` are none.
    credential("PASS", End, LastWord, true, "ADMIN_PASS"),
    credential("PWD", Last, Last, true, "MYSQL_PWD"),
    credential("PW", End, Last, true, "MAIL_PW"),
    credential("KEY", Anywhere, Word, false, "OPENAI_API_KEY"),
    credential("APIKEY", Anywhere, End, false, "GROQ_APIKEY"),
    credential("AUTHKEY", Anywhere, End, false, "TS_AUTHKEY"),
    credential("CREDENTIAL", Anywhere, End, false, "REGISTRY_CREDENTIAL"),
    credential("CREDENTIALS", Anywhere, End, false, "SMTP_CREDENTIALS"),
    credential("CREDS", End, LastWord, false, "MINIO_CREDS"),
    private("AUTH", Anywhere, "BASIC_AUTH"),
    private("BEARER", Anywhere, "PROXY_BEARER"),
    private("COOKIE", Anywhere, "CLAUDE_WEB_COOKIE"),
    private("PIN", End, "SIGNAL_PIN"),
    private("OTP", Word, "MAIL_OTP"),
    private("TOTP", Word, "ADMIN_TOTP"),
    private("PSK", End, "WIFI_PSK"),
    private("JWT", Word, "SUPABASE_JWT"),
    private("DSN", Word, "SENTRY_DSN"),
    private("WEBHOOK", Anywhere, "SLACK_WEBHOOK_URL"),
    private("MNEMONIC", Anywhere, "WALLET_MNEMONIC"),
    private("SEED", Word, "WALLET_SEED"),
    private("SALT", Word, "PASS_SALT"),
    private("PRIVATE", Word, "APNS_PRIVATE"),
    private("SIGNING", Word, "SLACK_SIGNING"),
];

/// Words that say that a name is about a credential and holds none: as the last word.
const NO_CREDENTIAL_AT_END: &[(&str, &str)] = &[
    ("FILE", "OPENCLAW_GATEWAY_TOKEN_FILE"),
    ("PATH", "TLS_KEY_PATH"),
    ("DIR", "SECRETS_DIR"),
    ("URL", "TOKEN_URL"),
    ("ID", "AWS_ACCESS_KEY_ID"),
    ("NAME", "KEY_NAME"),
    ("TOKENS", "MAX_TOKENS"),
    ("LIMIT", "TOKEN_LIMIT"),
];

/// The same, anywhere in the name.
const NO_CREDENTIAL: &[(&str, &str)] = &[
    ("PUBLIC", "SSH_PUBLIC_KEY"),
    ("PUB", "SSH_PUB_KEY"),
    ("GPG", "GPG_KEY"),
    ("TYPE", "TOKEN_TYPE"),
    ("HEADER", "API_KEY_HEADER"),
    ("EXPIRY", "TOKEN_EXPIRY"),
    ("ENDPOINT", "TOKEN_ENDPOINT"),
    ("URI", "TOKEN_URI"),
    ("ISSUER", "TOKEN_ISSUER"),
    ("TTL", "TOKEN_TTL"),
    ("MODE", "SECRET_MODE"),
    ("ALGORITHM", "TOKEN_ALGORITHM"),
    ("SIZE", "KEY_SIZE"),
    ("TIMEOUT", "TOKEN_TIMEOUT"),
    ("INTERVAL", "TOKEN_INTERVAL"),
    ("LENGTH", "PASSWORD_LENGTH"),
    ("PREFIX", "KEY_PREFIX"),
];

/// English words that end as a word of the table does.
const ENGLISH: &[&str] = &["COMPASS", "BYPASS", "OLDPWD"];

/// Keys of OpenClaw's credential stores and configs whose values are secrets, and whose names are
/// ordinary words: `access` and `refresh` of a login, `value` of a secret, `env.vars`.
const STORE_KEYS: &[&str] = &["ACCESS", "REFRESH", "VALUE", "VARS"];

/// The value must not be shown where its name does not say that it is public, nor in a sentence or a
/// path. The widest view: a word of the table is enough.
#[must_use]
pub(crate) fn is_secret_name(name: &str) -> bool {
    let words = words_of(name);
    NAME_WORDS.iter().any(|row| stands(row.word, row.hides, &words))
}

/// What stands under this key of a document, or behind this word of a log, is a secret. Unlike
/// [`is_secret_name`] it does not count what only says what a group is about (`gateway.auth`), and
/// unlike [`names_credential`] it has no exceptions.
#[must_use]
pub(crate) fn holds_secret(key: &str) -> bool {
    let words = words_of(key);
    let is_store_key = || words.len() == 1 && STORE_KEYS.contains(&words[0].as_str());
    let is_value = |row: &NameWord| match (row.reports, row.word) {
        (Some(stands_at), _) => stands(row.word, stands_at, &words),
        (None, "AUTH") => words.iter().any(|w| w == "AUTHORIZATION"),
        (None, word) => stands(word, row.hides, &words),
    };
    is_store_key() || NAME_WORDS.iter().any(is_value)
}

/// The name of a variable or of a key of a config that is to hold a credential: a literal value is
/// worth a finding. The narrowest view: what is about credentials and holds none is left out.
#[must_use]
pub(crate) fn names_credential(name: &str) -> bool {
    let words = words_of(name);
    let has = |list: &[(&str, &str)], word: &String| list.iter().any(|(known, _)| known == word);
    let is_about = words.last().is_some_and(|w| has(NO_CREDENTIAL_AT_END, w))
        || words.iter().any(|w| has(NO_CREDENTIAL, w));
    !is_about && NAME_WORDS.iter().any(|row| row.reports.is_some_and(|at| stands(row.word, at, &words)))
}

/// People make such a value up themselves: a plain word under this name is a password, and no mark.
#[must_use]
pub(crate) fn allows_chosen_value(name: &str) -> bool {
    let words = words_of(name);
    let last = words.last().map(std::slice::from_ref).unwrap_or_default();
    let is_chosen = |row: &&NameWord| row.chosen && row.reports.is_some();
    NAME_WORDS.iter().filter(is_chosen).any(|row| match row.reports {
        Some(Last) => stands(row.word, Last, &words),
        _ => stands(row.word, LastWord, last),
    })
}

/// The gateway's own token or password, by the name of its variable.
#[must_use]
pub(crate) fn is_gateway_credential(name: &str) -> bool {
    name.ends_with("GATEWAY_TOKEN") || name.ends_with("GATEWAY_PASSWORD")
}

/// A flag of a command line whose value is a credential: `--token`, `--openai-api-key`.
#[must_use]
pub(crate) fn is_credential_flag(flag: &str) -> bool {
    flag.strip_prefix("--").is_some_and(names_credential)
}

fn stands(word: &str, at: Stands, words: &[String]) -> bool {
    let ends = |w: &String| w.ends_with(word) && !ENGLISH.contains(&w.as_str());
    match at {
        Anywhere => words.iter().any(|w| w.contains(word)),
        End => words.iter().any(ends),
        Word => words.iter().any(|w| w == word),
        Last => words.last().is_some_and(|w| ends(w) && (words.len() > 1 || w != word)),
        LastWord => words.last().is_some_and(|w| w == word),
    }
}

/// The words of a name, in upper case.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut after_lower) = (String::new(), false);
    for c in name.chars().chain(['_']) {
        let hump = after_lower && c.is_uppercase();
        after_lower = c.is_lowercase();
        if (!c.is_alphanumeric() || hump) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_uppercase());
        }
    }
    for word in &mut words {
        word.truncate(word.trim_end_matches(|c: char| c.is_ascii_digit()).len());
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_needed_by_its_case() {
        for row in NAME_WORDS {
            assert!(stands(row.word, row.hides, &words_of(row.seen_in)), "{}", row.seen_in);
            assert!(is_secret_name(row.seen_in));
            if row.reports.is_some() {
                assert!(names_credential(row.seen_in) && holds_secret(row.seen_in), "{}", row.seen_in);
            }
        }
        for (word, name) in NO_CREDENTIAL_AT_END.iter().chain(NO_CREDENTIAL) {
            assert!(!names_credential(name), "{name}");
            let without: Vec<&str> = name.split('_').filter(|w| w != word).collect();
            let without = without.join("_");
            assert!(names_credential(&without) || *word == "TOKENS" || *word == "DIR", "{word} {without}");
        }
    }

    /// Every way to put a word of the table into a name.
    fn names() -> impl Iterator<Item = String> {
        NAME_WORDS.iter().flat_map(|row| {
            let (upper, lower) = (row.word, row.word.to_lowercase());
            let hump = format!("{}{}", &upper[..1], &lower[1..]);
            [
                format!("ADMIN_{upper}"),
                format!("{upper}_OLD"),
                format!("MY_{upper}2"),
                format!("admin_{lower}"),
                format!("admin{hump}"),
                format!("admin-{lower}"),
                format!("app.admin.{lower}"),
                format!("ADMIN{upper}"),
                upper.to_owned(),
            ]
        })
    }

    #[test]
    fn what_is_reported_is_hidden() {
        for name in names() {
            let reported = names_credential(&name) || holds_secret(&name) || allows_chosen_value(&name);
            assert!(!reported || is_secret_name(&name), "{name}");
        }
    }

    #[test]
    fn names_of_credentials() {
        for name in [
            "DB_PASS",
            "TS_AUTHKEY",
            "apiKey",
            "botToken",
            "clientSecret",
            "db_password",
            "ACCESSTOKEN",
            "DB_PWD",
            "PASS",
        ] {
            assert!(names_credential(name), "{name}");
        }
        for name in [
            "GPG_KEY",
            "SSH_PUBLIC_KEY",
            "COMPASS",
            "COMPASS_DIR",
            "MAX_TOKENS",
            "maxTokens",
            "tokenLimit",
            "model",
            "KEY_FILE",
            "HOME",
            "PWD",
            "OLDPWD",
            "KEYBOARD",
            "MONKEY",
            "BYPASS_HOSTS",
        ] {
            assert!(!names_credential(name), "{name}");
        }
        for name in
            ["COMPASS_DIR", "MODEL", "PWD", "OLDPWD", "HOME", "OPENCLAW_STATE_DIR", "TZ", "PORT", "BYPASS"]
        {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn keys_of_documents() {
        for key in
            ["access", "refresh", "value", "vars", "apiKey", "token", "x-api-key", "authorization", "cookie"]
        {
            assert!(holds_secret(key), "{key}");
        }
        for key in ["auth", "mode", "expires", "provider", "maxTokens", "authentication"] {
            assert!(!holds_secret(key), "{key}");
        }
        for flag in ["--token", "--gateway-password", "--openai-api-key", "--api-key", "--bot-token"] {
            assert!(is_credential_flag(flag), "{flag}");
        }
        assert!(
            !is_credential_flag("--token-file") && !is_credential_flag("--port") && !is_credential_flag("-p")
        );
        assert!(allows_chosen_value("DB_PASSWORD") && !allows_chosen_value("OLLAMA_API_KEY"));
    }
}
