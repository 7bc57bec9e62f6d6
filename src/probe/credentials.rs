//! Which token, or password, does the running gateway accept?
//!
//! Each distinct value is sent once over loopback as `Authorization: Bearer`, after a request
//! without any, which the gateway must refuse before its answers mean something. Tried with real
//! containers, the environment holding one token and `gateway.auth.token` another:
//!
//! | | `GET /control-ui-config.json` | `POST /tools/invoke` with `{}` |
//! |---|---|---|
//! | openclaw 2026.9.6 | 401, or 200 for the right one | 401, or 400 `requires name` |
//! | openclaw 2026.3.24 | 404 | 401, or 400 `requires body.tool` |
//! | clawdbot 2026.1.24-3 | the Control UI's page for everybody | 401, or 400 `requires body.tool` |
//!
//! In password mode 2026.9.6 and clawdbot 2026.1.24-3 take the password as Bearer (2026.3.24: not
//! tried). Neither request changes anything (the second names no tool) or is logged. openclaw 2026.9.6
//! refuses an address with 429 after ten wrong attempts. Loopback it lets wait instead: 0.25 s after
//! the first, twice as long after each further one, 5 s at most; the right one is answered at once
//! all the same. So all are tried at the same time, and one that is not answered soon after another
//! was accepted is not waited for: a gateway has one token.

use super::{ProbeCredentials, ProbeRun, Request, TOKEN, node, unknown};
use crate::{
    model::target::{Observation, Outcome},
    provenance::Candidate,
    text::secret::{Bytes, js_trim},
};
use serde_json::Value;

const SCRIPT: &str = include_str!("credentials.js");
/// Most values that are tried: half of what the gateway takes for an attack.
const MOST: usize = 5;

pub(super) fn step(port: u16) -> ProbeRun {
    let does = "tries each candidate once on the gateway over loopback, and asks once without any";
    let stdin = Some("the candidates, as JSON");
    node::step(TOKEN, does, SCRIPT, &[port.to_string()], stdin)
}

/// What [`step`] reads: the distinct values.
pub(super) fn question(wanted: &ProbeCredentials<'_>) -> Bytes {
    Bytes(serde_json::json!(distinct(wanted.candidates)).to_string().into_bytes())
}

/// Reads the answer of [`step`].
pub(super) fn read(
    answer: Result<Value, node::NodeFailure>,
    request: &Request<'_>,
    wanted: &ProbeCredentials<'_>,
) -> Vec<Observation> {
    match answer {
        Ok(answer) => interpret(&answer, request.port, wanted, &distinct(wanted.candidates)),
        Err(failure) => vec![unknown(wanted.probe, "gateway", None, failure.words())],
    }
}

/// What is sent for a candidate: the gateway trims what it is configured with.
fn sent(candidate: &Candidate) -> Option<&str> {
    candidate.value.as_ref().map(|value| js_trim(value.expose())).filter(|value| !value.is_empty())
}

/// A header carries these characters as they are; of others nobody knows what arrives.
fn fits_a_header(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_graphic())
}

/// The values to try, each once.
fn distinct(candidates: &[Candidate]) -> Vec<&str> {
    let mut values = Vec::new();
    for value in candidates.iter().filter_map(sent).filter(|value| fits_a_header(value)) {
        if values.len() < MOST && !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// Reads the script's answer: `{"controls": [{"question", "status" | "error"}], "tries": […]}`.
fn interpret(answer: &Value, port: u16, wanted: &ProbeCredentials<'_>, values: &[&str]) -> Vec<Observation> {
    let accepted = wanted.accepted.and_then(|i| wanted.candidates.get(i)).and_then(sent);
    let controls: Vec<&Value> = answer["controls"].as_array().into_iter().flatten().collect();
    let tries = answer["tries"].as_array().map(Vec::as_slice).unwrap_or_default();
    let asks = controls.last().is_some_and(|c| c["status"] == 401 && c["json"] == true);
    if tries.is_empty() && !(asks && values.is_empty()) {
        let (outcome, observed) = not_asked(&controls, port, accepted.is_some());
        let predicted = accepted.map(|_| "a credential is wanted".to_owned());
        return vec![Observation { outcome, ..unknown(wanted.probe, "gateway", predicted, observed) }];
    }
    let observe = |candidate: &Candidate| {
        let value = sent(candidate)?;
        let predicted = accepted.map(|a| if a == value { ACCEPTED } else { REFUSED });
        let (outcome, observed) = match values.iter().position(|v| *v == value).map(|i| &tries[i..]) {
            Some([answer, ..]) => match (verdict(answer), predicted) {
                (Ok(seen), None) => (Outcome::Seen, seen.words().to_owned()),
                (Ok(seen), Some(predicted)) if seen.is(predicted) => {
                    (Outcome::Agrees, seen.words().to_owned())
                }
                (Ok(seen), Some(_)) => (Outcome::Contradicts, seen.words().to_owned()),
                (Err(why), _) => (Outcome::Unknown, why),
            },
            Some([]) => (Outcome::Unknown, "not tried".to_owned()),
            None if fits_a_header(value) => (Outcome::Unknown, format!("not tried: at most {MOST} are")),
            None => (Outcome::Unknown, "not tried: an HTTP header cannot carry its characters".to_owned()),
        };
        Some(Observation {
            outcome,
            place: candidate.place,
            value: candidate.value.clone(),
            ..unknown(wanted.probe, &subject(candidate), predicted.map(str::to_owned), observed)
        })
    };
    let mut seen: Vec<Observation> = wanted.candidates.iter().filter_map(observe).collect();
    let refused = tries.iter().all(|answer| verdict(answer) == Ok(CredentialAnswer::Refused));
    // With more candidates than were tried, one of the others may be it.
    if refused && seen.iter().all(|o| o.observed == REFUSED) {
        let outcome = match (wanted.made_up, accepted) {
            (true, _) => Outcome::Agrees,
            (false, Some(_)) => Outcome::Contradicts,
            (false, None) => Outcome::Seen,
        };
        let predicted =
            wanted.made_up.then(|| "it makes a token up at its start, which nobody knows".to_owned());
        let observed = if seen.is_empty() {
            "it wants a credential, and no layer holds one: it made one up at its start, which nobody knows"
        } else if wanted.made_up {
            "it refuses every value that any layer holds: it made one up at its start, which nobody knows"
        } else {
            "it refuses every value that any layer holds: it was started with another one, or made one up, which nobody knows"
        };
        seen.insert(
            0,
            Observation { outcome, ..unknown(wanted.probe, "gateway", predicted, observed.into()) },
        );
    }
    seen
}

fn subject(candidate: &Candidate) -> String {
    format!("{} from {}", candidate.name, candidate.layer)
}

/// Why nothing was tried.
fn not_asked(controls: &[&Value], port: u16, wanted: bool) -> (Outcome, String) {
    let Some(last) = controls.last() else {
        return (Outcome::Unknown, "the probe's answer makes no sense".into());
    };
    match (last["error"].as_str(), last["status"].as_u64()) {
        (Some(code), _) => (Outcome::Unknown, node::connection(code, port)),
        (None, Some(400)) => {
            let outcome = if wanted { Outcome::Contradicts } else { Outcome::Seen };
            (outcome, "the gateway answers without any credential".into())
        }
        (None, Some(429)) => (Outcome::Unknown, RATE_LIMITED.into()),
        (None, status) => {
            let status = status.unwrap_or(0);
            (Outcome::Unknown, format!("this release does not say (HTTP {status} without a credential)"))
        }
    }
}

const RATE_LIMITED: &str = "the gateway refuses everybody for a while, after too many wrong attempts";

/// What the gateway makes of one credential.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum CredentialAnswer {
    Accepted,
    Refused,
    /// Another one was accepted, and this one is not answered.
    HeldBack,
}

impl CredentialAnswer {
    fn words(self) -> &'static str {
        match self {
            Self::Accepted => ACCEPTED,
            Self::Refused => REFUSED,
            Self::HeldBack => "refused: the answer is held back, as it is after wrong attempts",
        }
    }

    fn is(self, predicted: &str) -> bool {
        (self == Self::Accepted) == (predicted == ACCEPTED)
    }
}

const ACCEPTED: &str = "accepted";
const REFUSED: &str = "refused";

fn verdict(answer: &Value) -> Result<CredentialAnswer, String> {
    if answer["held"] == true {
        return Ok(CredentialAnswer::HeldBack);
    }
    match (answer["status"].as_u64(), answer["error"].is_string()) {
        (Some(200 | 400), _) => Ok(CredentialAnswer::Accepted),
        (Some(401), _) => Ok(CredentialAnswer::Refused),
        (Some(429), _) => Err(RATE_LIMITED.into()),
        (Some(status), _) => Err(format!("the gateway answered with HTTP {status}")),
        (None, true) => Err("the connection failed".into()),
        (None, false) => Err("the probe's answer makes no sense".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::Layer;
    use serde_json::json;

    fn candidate(layer: Layer, value: &str) -> Candidate {
        Candidate::new(layer, "T", None, value.into())
    }

    fn words(answer: &Value, candidates: &[Candidate], accepted: Option<usize>) -> Vec<String> {
        let wanted = ProbeCredentials { probe: TOKEN, candidates, accepted, made_up: accepted.is_none() };
        let seen = interpret(answer, 18789, &wanted, &distinct(candidates));
        assert!(!format!("{seen:?}").contains("hunter2"));
        seen.iter().map(|o| format!("{} {:?} {}", o.subject, o.outcome, o.observed)).collect()
    }

    fn control(status: u16) -> Value {
        json!([{"question": "POST /tools/invoke", "status": status, "json": true}])
    }

    #[test]
    fn each_value_is_tried_once_and_told_of_each_candidate() {
        let candidates = [
            candidate(Layer::Config, "hunter2b"),
            candidate(Layer::ContainerEnv, " hunter2a "),
            candidate(Layer::StateDotenv, "hunter2a"),
            candidate(Layer::ConfigEnv, "  "),
            candidate(Layer::CwdDotenv, "hünter2"),
        ];
        assert_eq!(distinct(&candidates), ["hunter2b", "hunter2a"]);
        let answer = json!({"controls": control(401), "tries": [{"status": 400}, {"status": 401}]});
        assert_eq!(
            words(&answer, &candidates, Some(0)),
            [
                "T from config Agrees accepted",
                "T from container env Agrees refused",
                "T from state .env Agrees refused",
                "T from working directory .env Unknown not tried: an HTTP header cannot carry its characters",
            ]
        );
        assert_eq!(
            words(&answer, &candidates, Some(1))[..2],
            ["T from config Contradicts accepted", "T from container env Contradicts refused"]
        );
        assert_eq!(words(&answer, &candidates, None)[0], "T from config Seen accepted");
    }

    #[test]
    fn a_token_that_nobody_knows_is_named() {
        let none = json!({"controls": control(401), "tries": []});
        assert_eq!(
            words(&none, &[], None),
            [
                "gateway Agrees it wants a credential, and no layer holds one: it made one up at its start, which nobody knows"
            ]
        );
        let one = [candidate(Layer::ContainerEnv, "hunter2")];
        let refused = json!({"controls": control(401), "tries": [{"status": 401}]});
        assert!(words(&refused, &one, None)[0].starts_with("gateway Agrees it refuses every value"));
        let stale = words(&refused, &one, Some(0));
        assert!(stale[0].starts_with("gateway Contradicts it refuses every value"), "{stale:?}");
        assert_eq!(stale[1], "T from container env Contradicts refused");
    }

    #[test]
    fn no_more_than_a_handful_is_tried() {
        let many: Vec<Candidate> = (0..7).map(|i| candidate(Layer::Config, &format!("hunter2{i}"))).collect();
        let tries = vec![json!({"status": 401}); MOST];
        let answer = json!({"controls": control(401), "tries": tries});
        let words = words(&answer, &many, None);
        assert_eq!((words.len(), words[6].as_str()), (7, "T from config Unknown not tried: at most 5 are"));
    }

    #[test]
    fn an_answer_that_proves_nothing_is_unknown() {
        let one = [candidate(Layer::Config, "hunter2")];
        for (answer, expected) in [
            (json!({"controls": control(400)}), "Contradicts the gateway answers without any credential"),
            (
                json!({"controls": control(404)}),
                "Unknown this release does not say (HTTP 404 without a credential)",
            ),
            (
                json!({"controls": [{"error": "ECONNREFUSED"}]}),
                "Unknown nothing listens on port 18789 of the container's loopback",
            ),
            (
                json!({"controls": control(429)}),
                "Unknown the gateway refuses everybody for a while, after too many wrong attempts",
            ),
            (json!({}), "Unknown the probe's answer makes no sense"),
        ] {
            assert_eq!(words(&answer, &one, Some(0)), [format!("gateway {expected}")]);
        }
        let limited = json!({"controls": control(401), "tries": [{"status": 429}]});
        assert!(words(&limited, &one, Some(0))[0].contains("Unknown the gateway refuses everybody"));
        let held = json!({"controls": control(401), "tries": [{"status": 400}, {"held": true}]});
        let two = [candidate(Layer::Config, "hunter2a"), candidate(Layer::ContainerEnv, "hunter2b")];
        let refused = "refused: the answer is held back, as it is after wrong attempts";
        assert_eq!(words(&held, &two, Some(0))[1], format!("T from container env Agrees {refused}"));
        assert_eq!(words(&held, &two, Some(1))[1], format!("T from container env Contradicts {refused}"));
        let lost = json!({"controls": control(401), "tries": [{"error": "ECONNRESET"}]});
        assert!(words(&lost, &one, Some(0))[0].contains("Unknown the connection failed"));
    }
}
