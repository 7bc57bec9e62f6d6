//! Where does the gateway listen? `/proc/net/tcp` and `tcp6` of the container say it.

use super::{LISTENING, unknown};
use crate::model::target::{Observation, Outcome};
use serde_json::Value;

/// Most other ports that are told.
const MOST: usize = 6;

/// Reads `{"listening": [{"port", "reach"}]}`. `beyond` tells whether the gateway was predicted to
/// listen on more than loopback.
pub(super) fn interpret(answer: &Value, port: u16, beyond: Option<bool>) -> Observation {
    let subject = format!("port {port}");
    let predicted = beyond.map(|beyond| words(beyond).to_owned());
    let tell = |outcome, observed: String| Observation {
        outcome,
        ..unknown(LISTENING, &subject, predicted.clone(), observed)
    };
    let Some(listening) = answer["listening"].as_array() else {
        return tell(Outcome::Unknown, "what listens in the container cannot be seen".into());
    };
    let sockets: Vec<(u64, &str)> =
        listening.iter().filter_map(|l| Some((l["port"].as_u64()?, l["reach"].as_str()?))).collect();
    let reach: Vec<&str> =
        sockets.iter().filter(|(p, _)| *p == u64::from(port)).map(|(_, reach)| *reach).collect();
    if reach.is_empty() {
        let mut others: Vec<u64> = sockets.iter().map(|(port, _)| *port).collect();
        others.sort_unstable();
        others.dedup();
        let shown: Vec<String> = others.iter().take(MOST).map(u64::to_string).collect();
        return tell(
            Outcome::Unknown,
            match shown.as_slice() {
                [] => "nothing listens in the container".into(),
                shown => format!("nothing listens on it; on {} something does", shown.join(", ")),
            },
        );
    }
    let seen = reach.iter().any(|reach| *reach != "loopback");
    let outcome = match beyond {
        Some(beyond) if beyond == seen => Outcome::Agrees,
        Some(_) => Outcome::Contradicts,
        None => Outcome::Seen,
    };
    let one = seen && reach.iter().all(|reach| *reach != "all");
    tell(outcome, if one { "listens on one address of the container".into() } else { words(seen).into() })
}

fn words(beyond: bool) -> &'static str {
    if beyond { "listens on all addresses" } else { "listens on loopback only" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tells_loopback_from_everywhere() {
        let on = |reach: &str| json!({"listening": [{"port": 18789, "reach": reach}, {"port": 53, "reach": "all"}]});
        let words = |answer: &Value, beyond| {
            let seen = interpret(answer, 18789, beyond);
            format!("{:?} {}", seen.outcome, seen.observed)
        };
        assert_eq!(words(&on("all"), Some(true)), "Agrees listens on all addresses");
        assert_eq!(words(&on("all"), Some(false)), "Contradicts listens on all addresses");
        assert_eq!(words(&on("loopback"), Some(true)), "Contradicts listens on loopback only");
        assert_eq!(words(&on("one"), None), "Seen listens on one address of the container");
        let other = json!({"listening": [{"port": 22, "reach": "all"}, {"port": 22, "reach": "loopback"}]});
        assert_eq!(words(&other, Some(true)), "Unknown nothing listens on it; on 22 something does");
        assert_eq!(words(&json!({"listening": []}), None), "Unknown nothing listens in the container");
        assert_eq!(words(&json!([]), None), "Unknown what listens in the container cannot be seen");
    }
}
