//! Does a published port lead to the gateway? Asked from this host, as a browser would.

use super::{PUBLISHED, unknown};
use crate::{
    model::target::{Observation, Outcome},
    vocabulary::deployment::Port,
    world::engine::http::{self, HttpFailure},
};
use std::{net::IpAddr, time::Duration};

/// How long one port is waited for.
const LIMIT: Duration = Duration::from_secs(3);
/// Most ports that are asked.
const MOST: usize = 4;

/// Asks `/healthz` through each port that leads to the gateway's. `host` is where the engine is.
pub(super) fn run(ports: &[Port], port: u16, host: &str, beyond: Option<bool>) -> Vec<Observation> {
    let of_gateway = |p: &&Port| p.protocol == "tcp" && p.target == port.to_string();
    let ports = ports.iter().filter(of_gateway).take(MOST);
    ports.filter_map(|p| Some(observe(p, address(p, host)?, beyond))).collect()
}

/// The address that this host reaches a port at.
fn address(port: &Port, host: &str) -> Option<(String, u16)> {
    let published = port.published.as_deref()?.parse().ok().filter(|p| *p != 0)?;
    let everywhere =
        |ip: &&String| !ip.is_empty() && !ip.parse::<IpAddr>().is_ok_and(|ip| ip.is_unspecified());
    Some((port.host_ip.as_ref().filter(everywhere).cloned().unwrap_or_else(|| host.to_owned()), published))
}

fn observe(port: &Port, (host, number): (String, u16), beyond: Option<bool>) -> Observation {
    let subject = format!("{host}:{number} -> {}", port.target);
    let predicted = beyond.map(|beyond| {
        let words = if beyond { "leads to the gateway" } else { "the gateway does not listen there" };
        words.to_owned()
    });
    let answer = http::get(&host, number, "/healthz", LIMIT);
    let reached = answer.is_ok();
    let observed = match answer {
        Ok(answer) if answer.body.contains("\"live\"") => "the gateway answers: live".to_owned(),
        Ok(answer) => format!("something answers HTTP (status {})", answer.status),
        Err(HttpFailure::Refused) => "nothing listens on this host's port".into(),
        Err(HttpFailure::Closed) => "the connection is taken and closed at once, as the engine does where nothing in the container listens on an address that the port leads to".into(),
        Err(HttpFailure::NotHttp) => "something answers that does not speak HTTP".into(),
        Err(HttpFailure::Unresolved) => "the host's name cannot be resolved".into(),
        Err(HttpFailure::Timeout) => format!("no answer within {} s", LIMIT.as_secs()),
        Err(HttpFailure::Other) => "it cannot be reached".into(),
    };
    let outcome = match beyond {
        Some(beyond) if beyond == reached => Outcome::Agrees,
        Some(_) => Outcome::Contradicts,
        None => Outcome::Seen,
    };
    Observation { outcome, place: port.place, ..unknown(PUBLISHED, &subject, predicted, observed) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
    };

    fn port(ip: Option<&str>, published: u16) -> Port {
        Port {
            host_ip: ip.map(str::to_owned),
            published: Some(published.to_string()),
            target: "18789".into(),
            protocol: "tcp".into(),
            place: None,
        }
    }

    fn served(answer: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            if !answer.is_empty() {
                let _ = stream.read(&mut [0; 1024]);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        port
    }

    fn words(answer: &'static str, beyond: Option<bool>) -> String {
        let seen = run(&[port(Some("0.0.0.0"), served(answer))], 18789, "127.0.0.1", beyond);
        format!("{:?} {}", seen[0].outcome, seen[0].observed)
    }

    #[test]
    fn tells_a_gateway_from_the_engine_s_proxy() {
        let live = "HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\n{\"ok\":true,\"status\":\"live\"}";
        assert_eq!(words(live, Some(true)), "Agrees the gateway answers: live");
        assert_eq!(words(live, Some(false)), "Contradicts the gateway answers: live");
        assert_eq!(words("HTTP/1.1 302 Found\r\n\r\n", None), "Seen something answers HTTP (status 302)");
        assert!(words("", Some(false)).starts_with("Agrees the connection is taken and closed"));
        assert!(words("\u{15}\u{3}\u{1}", None).ends_with("does not speak HTTP"));
    }

    #[test]
    fn a_port_is_asked_where_it_is_published() {
        assert_eq!(address(&port(None, 8080), "example.org"), Some(("example.org".into(), 8080)));
        assert_eq!(address(&port(Some("::"), 8080), "127.0.0.1"), Some(("127.0.0.1".into(), 8080)));
        assert_eq!(address(&port(Some("10.0.0.7"), 8080), "x"), Some(("10.0.0.7".into(), 8080)));
        let free = Port { published: None, ..port(None, 1) };
        assert_eq!(address(&free, "x"), None);
        let other = Port { target: "9".into(), ..port(None, 1) };
        assert!(run(&[other], 18789, "127.0.0.1", None).is_empty());
    }
}
