//! How long a provider asks to wait, and which budget is gone: from its words and its headers.
//!
//! `retry-after` (seconds or a date's rest), `retry-after-ms`, `anthropic-ratelimit-{requests,tokens,
//! input-tokens,output-tokens}-remaining`, `x-ratelimit-{remaining,reset}-{requests,tokens}` (OpenAI, Azure,
//! Groq, OpenRouter), Google's `retryDelay` and `quotaMetric`, Moonshot's and Bedrock's sentences.

/// What a message says of a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LimitAsked {
    /// How long to wait, in seconds.
    pub wait: Option<u64>,
    /// Which budget is gone.
    pub budget: Option<&'static str>,
}

/// What stands before a time to wait.
const BEFORE_WAIT: &[&str] = &[
    "retry-after: ",
    "retry-after=",
    "retry-after\": \"",
    "retry-after\":\"",
    "retry-after\": ",
    "retry_after\": ",
    "retry_after\":",
    "retry_after: ",
    "retry after about ",
    "retry after ",
    "try again in about ",
    "try again in ",
    "retrying in ",
    "retrydelay\": \"",
    "retrydelay\":\"",
    "retry in ",
    "reset after ",
    "resets in ",
    "wait ",
    "reset-requests: ",
    "reset-tokens: ",
    "available in ",
];

/// Words for a budget, the narrower first.
const BUDGETS: &[(&str, &[&str])] = &[
    (
        "requests a day",
        &["requests per day", "<rpd>", "perday", "requests-per-day", "free-models-per-day", "requestsperday"],
    ),
    ("tokens a day", &["tokens per day", "<tpd>", "tokensperday"]),
    ("input tokens a minute", &["input tokens per minute", "input-tokens-remaining: 0", "input_token_count"]),
    ("output tokens a minute", &["output tokens per minute", "output-tokens-remaining: 0"]),
    (
        "tokens a minute",
        &[
            "tokens per minute",
            "<tpm>",
            "ratelimit-tokens-remaining: 0",
            "remaining-tokens: 0",
            "tokens-per-minute",
            "tokens per min",
            "too many tokens per",
        ],
    ),
    (
        "requests a minute",
        &[
            "requests per minute",
            "<rpm>",
            "ratelimit-requests-remaining: 0",
            "remaining-requests: 0",
            "requests per min",
            "generate_requests",
            "number of requests",
        ],
    ),
    ("concurrent requests", &["concurren"]),
    (
        "credit",
        &["credit", "balance", "billing", "insufficient_quota", "payment required", "top up", "recharge"],
    ),
    (
        "the plan's usage",
        &["usage limit", "weekly limit", "monthly limit", "5-hour limit", "extra usage", "spend limit"],
    ),
];

/// What a message says of a limit.
#[must_use]
pub fn of(message: &str) -> LimitAsked {
    let text = message.to_ascii_lowercase();
    LimitAsked { wait: wait(&text), budget: budget(&text) }
}

fn wait(text: &str) -> Option<u64> {
    if let Some((_, rest)) = text.split_once("retry-after-ms") {
        let digits = rest.trim_start_matches([':', '=', ' ', '"']);
        return number(digits).map(|(n, _)| n.div_ceil(1000));
    }
    BEFORE_WAIT.iter().find_map(|before| {
        let (_, rest) = text.split_once(before)?;
        duration(rest).filter(|s| *s > 0 && *s <= 30 * 86_400)
    })
}

/// `7`, `7 seconds`, `1m26.4s`, `20ms`, `2 minutes`, in whole seconds.
fn duration(text: &str) -> Option<u64> {
    let (mut rest, mut total, mut any) = (text, 0_u64, false);
    while let Some((n, after)) = number(rest) {
        // A fraction rounds up.
        let fraction = after.strip_prefix('.').and_then(number);
        let (n, after) = fraction.map_or((n, after), |(f, after)| (n + u64::from(f > 0), after));
        let unit = after.trim_start();
        let (seconds, length) = if unit.starts_with("ms") || unit.starts_with("milli") {
            (n.div_ceil(1000), 2)
        } else if unit.starts_with('m') {
            (n.checked_mul(60)?, 1)
        } else if unit.starts_with('h') {
            (n.checked_mul(3600)?, 1)
        } else if unit.starts_with("day") {
            (n.checked_mul(86_400)?, 3)
        } else if unit.starts_with('s') {
            (n, 1)
        } else if any {
            break;
        } else {
            return Some(n);
        };
        total = total.checked_add(seconds)?;
        any = true;
        // Only `1m26s` goes on.
        rest = unit.get(length..)?;
    }
    any.then_some(total)
}

fn number(text: &str) -> Option<(u64, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    Some((text[..end].parse().ok()?, &text[end..]))
}

fn budget(text: &str) -> Option<&'static str> {
    let has = |word: &&str| match word.strip_prefix('<').and_then(|w| w.strip_suffix('>')) {
        Some(whole) => text.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| w == whole),
        None => text.contains(*word),
    };
    BUDGETS.iter().find(|(_, words)| words.iter().any(has)).map(|(budget, _)| *budget)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_wait() {
        for (text, seconds) in [
            ("429: x; Retry-After: 7 seconds", Some(7)),
            ("retry-after: 12", Some(12)),
            ("retry-after-ms: 1250", Some(2)),
            ("Please try again in 1m26.4s. Visit", Some(87)),
            ("Please try again in 20ms.", Some(1)),
            (r#""retryDelay": "34s""#, Some(34)),
            ("Retry after about 1 minute, or switch", Some(60)),
            ("retrying in 30s.", Some(30)),
            ("x-ratelimit-reset-requests: 1s", Some(1)),
            ("Please try again later.", None),
            ("wait for the gateway", None),
            ("retry after 99999999999999999999", None),
        ] {
            assert_eq!(of(text).wait, seconds, "{text}");
        }
    }

    #[test]
    fn budgets() {
        for (text, budget) in [
            ("Rate limit reached for m on tokens per min (TPM): Limit 30000", Some("tokens a minute")),
            ("anthropic-ratelimit-requests-remaining: 0", Some("requests a minute")),
            ("anthropic-ratelimit-input-tokens-remaining: 0", Some("input tokens a minute")),
            ("Your credit balance is too low", Some("credit")),
            ("max organization concurrency: 3", Some("concurrent requests")),
            ("too many requests", None),
        ] {
            assert_eq!(of(text).budget, budget, "{text}");
        }
    }
}
