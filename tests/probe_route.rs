//! The way to providers, asked from inside a real container, with a server of this test in place of
//! them.
//!
//! Needs an image of the real OpenClaw for its Node, see `tests/run`.
#![allow(clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::{
    model::target::Outcome,
    probe::{self, Network, Request, Route, Routes},
    provenance::{Candidate, Layer},
};
use common::engine::{Container, docker, engine, has_image, skip};
use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

const IMAGE: &str = "openclaw:2026.9.6";
const KEY: &str = "sk-hunter2-of-the-route-test";

/// Answers by the first step of the path; what needs a key is refused without it.
fn serve(mut stream: TcpStream) {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    while !request.windows(4).any(|w| w == b"\r\n\r\n") {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return,
            Ok(read) => request.extend_from_slice(&part[..read]),
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    let proxied = text.starts_with("CONNECT ");
    let case = if proxied { "proxy" } else { path.split('/').nth(1).unwrap_or_default() };
    let with_key = text.contains(KEY);
    let json = |status: &str, headers: &str, body: &str| {
        format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let openai = r#"{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}"#;
    let answer = match case {
        "ok" if with_key => json("200", "", r#"{"data":[]}"#),
        "ok" | "401" => json("401", "", openai),
        "open" => json("200", "", r#"{"data":[]}"#),
        "403" => json("403", "", "{}"),
        "404" => json("404", "", "<html>"),
        "429" => json("429", "Retry-After: 17\r\nx-ratelimit-remaining-requests: 0\r\n", "{}"),
        "500" => json("500", "", "{}"),
        "529" => json("529", "", "{}"),
        "redirect" => json("302", "Location: http://127.0.0.1:1/\r\n", ""),
        "proxy" => "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n".to_owned(),
        "hang" => {
            std::thread::sleep(Duration::from_secs(20));
            return;
        }
        _ => return,
    };
    let _ = stream.write_all(answer.as_bytes());
}

fn server() -> u16 {
    let listener = TcpListener::bind("0.0.0.0:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    port
}

#[test]
fn each_answer_of_a_provider_is_told_apart() {
    let test = "each_answer_of_a_provider_is_told_apart";
    let engine = match engine().and_then(|engine| has_image(IMAGE).map(|()| engine)) {
        Ok(engine) => engine,
        Err(why) => return skip(test, &why),
    };
    let port = server();
    let c = Container::start("run", "route", &["--entrypoint", "sleep", IMAGE, "600"]);
    let gateway = docker(&["inspect", "--format", "{{.NetworkSettings.Gateway}}", &c.id]).expect("a network");
    let at = |case: &str| format!("http://{gateway}:{port}/{case}/v1");
    let cases = [
        ("p-ok", at("ok"), "Agrees the key is accepted"),
        ("p-401", at("401"), "Contradicts the key is refused (HTTP 401); do not try it again"),
        ("anthropic", at("401"), "the answer is one of OpenAI, so the base URL leads elsewhere"),
        ("p-403", at("403"), "Contradicts the key may not do this (HTTP 403)"),
        ("p-404", at("404"), "Unknown nothing is there (HTTP 404): the base URL may be wrong"),
        ("p-429", at("429"), "(HTTP 429); retry-after 17, x-ratelimit-remaining-requests 0"),
        ("p-500", at("500"), "Unknown the provider fails (HTTP 500)"),
        ("p-529", at("529"), "Unknown the provider is overloaded (HTTP 529)"),
        ("p-redirect", at("redirect"), "Unknown it sends elsewhere (HTTP 302), which is not followed"),
        ("p-open", at("open"), "Unknown it answers, with or without a key, which proves nothing"),
        ("p-hang", at("hang"), "Unknown it takes the request and does not answer within 6 s"),
        ("p-close", at("close"), "Unknown the connection broke (ECONNRESET)"),
        (
            "p-refused",
            "http://127.0.0.1:9/v1".into(),
            "Unknown no connection from the container (ECONNREFUSED): network",
        ),
        ("p-dns", "http://nowhere.invalid/v1".into(), ": DNS"),
        ("p-tls", format!("https://{gateway}:{port}/ok/v1"), "TLS, certificate or something between"),
        ("p-url", "not a url".into(), "Unknown its base URL is not one"),
    ];
    let key = Candidate::new(Layer::ContainerEnv, "P_API_KEY", None, KEY.into());
    let providers: Vec<Route<'_>> = cases
        .iter()
        .map(|(provider, url, _)| Route { provider, key: &key, base_url: Some(url.as_str()) })
        .collect();
    let container = engine.inspect(&c.id).expect("it is there");
    let started = Instant::now();
    let seen = probe::run(
        &engine,
        &Request {
            routes: Some(Routes { providers, network: Network::default() }),
            ..Request::new(&container, 18789)
        },
    );
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    for (provider, _, expected) in &cases {
        let of = seen.iter().find(|o| o.probe == probe::PROVIDER && o.subject == *provider).expect(provider);
        let words = format!("{:?} {}", of.outcome, of.observed);
        assert!(words.contains(expected), "{provider}: {words}\nnot {expected}");
    }

    // Through a proxy that wants a password; and around it.
    let proxy = format!("http://{gateway}:{port}");
    let (refused, around) = ("the proxy does not lead there (HTTP_407)", "the key is accepted");
    for (network, expected, outcome) in [
        (Network { http: &proxy, ..Network::default() }, refused, Outcome::Unknown),
        (Network { http: &proxy, none: &gateway, ..Network::default() }, around, Outcome::Agrees),
        // OpenClaw's own proxy leaves nothing out but loopback.
        (Network { managed: &proxy, none: &gateway, ..Network::default() }, refused, Outcome::Unknown),
        (Network { https: &proxy, ..Network::default() }, around, Outcome::Agrees),
    ] {
        let url = at("ok");
        let providers = vec![Route { provider: "p", key: &key, base_url: Some(&url) }];
        let request =
            Request { routes: Some(Routes { providers, network }), ..Request::new(&container, 18789) };
        let seen = probe::run(&engine, &request);
        let of = seen.iter().find(|o| o.probe == probe::PROVIDER).expect("an answer");
        assert_eq!((of.observed.as_str(), of.outcome), (expected, outcome));
    }

    // The key is in no argument that the engine wrote down, and no debug print.
    let now = docker(&["info", "--format", "{{.SystemTime}}"]).expect("the engine's clock");
    let filter = format!("container={}", c.id);
    let events = docker(&["events", "--since", "10m", "--until", &now, "--filter", &filter]).expect("events");
    assert!(events.contains("exec_create") && !events.contains(KEY) && !format!("{seen:?}").contains(KEY));
    assert_eq!(docker(&["diff", &c.id]).expect("a diff"), "", "the probe left files behind");
}
