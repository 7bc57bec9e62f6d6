//! JSON Web Tokens, as far as until when one is good (RFC 7519, `exp`).

use super::base64;

/// Longer ones are not looked into.
const LONGEST: usize = 16 * 1024;

/// Until when a token is good, in milliseconds since 1970; none when it is no token of this kind, or
/// does not say.
#[must_use]
pub fn expires(text: &str) -> Option<i64> {
    let text = text.trim();
    let mut parts = text.split('.');
    let (header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if text.len() > LONGEST || parts.next().is_some() || !header.starts_with("eyJ") {
        return None;
    }
    let claims: serde_json::Value = serde_json::from_slice(&base64::decode(payload)?).ok()?;
    let seconds = claims.get("exp")?;
    let seconds = seconds.as_i64().or_else(|| Some(seconds.as_f64()?.floor() as i64))?;
    seconds.checked_mul(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiries() {
        // {"alg":"none"} . {"exp":1735689600} . x
        let token = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MzU2ODk2MDB9.x";
        assert_eq!(expires(token), Some(1_735_689_600_000));
        assert_eq!(expires(&format!(" {token}\n")), Some(1_735_689_600_000));
        // {"sub":"x"}
        assert_eq!(expires("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.x"), None);
        for other in ["", "eyJ", "eyJ.x.y", "a.b.c", "eyJh.eyJl.z.w", "sk-ant-api03-0123.eyJ.x", "eyJh.é.x"]
        {
            assert_eq!(expires(other), None, "{other}");
        }
    }
}
