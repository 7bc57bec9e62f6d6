//! What `docker compose up` adds to the environment of each container: the proxies of the docker client's
//! `config.json` (docker compose `pkg/compose/create.go: getCreateConfigs`, docker CLI
//! `cli/config/configfile/file.go: ParseProxyConfig`, both of 28.2 and 2.40).

use crate::{
    compose::Service,
    provenance::{Candidate, Layer, Reason, Shadowed, Variable},
    syntax::{json5, node::Node},
    text::{
        secret::Text,
        source::{Language, SourceId, SourceName, Sources},
    },
    world::{
        engine::docker_host::{CONFIG_LIMIT, DEFAULT_SOCKET, config_dir},
        files,
        host::World,
    },
};

/// The keys of `proxies.<engine>`, and the variable that each becomes, in upper and in lower case.
const VARIABLES: [(&str, &str); 5] = [
    ("httpProxy", "HTTP_PROXY"),
    ("httpsProxy", "HTTPS_PROXY"),
    ("noProxy", "NO_PROXY"),
    ("ftpProxy", "FTP_PROXY"),
    ("allProxy", "ALL_PROXY"),
];

/// Adds them to all services. What a service sets itself, also without a value, stays.
pub fn add(services: &mut [Service], host: &World, sources: &mut Sources) {
    let proxies = of_client(host, sources);
    if proxies.is_empty() {
        return;
    }
    for service in services {
        for proxy in &proxies {
            match service.environment.iter_mut().find(|v| v.name == proxy.name) {
                Some(own) => {
                    let reason = Reason::EnvironmentPrecedence { winner: Layer::ComposeEnvironment };
                    own.losers.push(Shadowed::new(proxy.clone(), reason));
                }
                None => service.environment.push(Variable {
                    name: proxy.name.clone(),
                    winner: Some(proxy.clone()),
                    losers: Vec::new(),
                }),
            }
        }
    }
}

/// The proxies for the engine that `DOCKER_HOST` names, else those for every engine.
fn of_client(host: &World, sources: &mut Sources) -> Vec<Candidate> {
    let none = Vec::new();
    let Some(folder) = config_dir(host) else { return none };
    let path = host.cwd.join(folder).join("config.json");
    let Ok(bytes) = host.files.read(&path, CONFIG_LIMIT) else { return none };
    let Ok(text) = files::utf8(bytes) else { return none };
    if !text.contains("\"proxies\"") {
        return none;
    }
    let source = match sources.find_host(&path) {
        Some(known) => known,
        None => sources.add(SourceName::Host(path), Language::Json5, text),
    };
    let engine = host.var("DOCKER_HOST").filter(|h| !h.is_empty()).map(str::to_owned);
    let engine = engine.unwrap_or_else(|| format!("unix://{DEFAULT_SOCKET}"));
    proxies(sources.get(source).text(), source, &engine)
}

fn proxies(text: &str, source: SourceId, engine: &str) -> Vec<Candidate> {
    let Ok(document) = json5::parse(source, text) else { return Vec::new() };
    let all = document.root.get("proxies");
    let Some(chosen) = all.and_then(|all| all.get(engine).or_else(|| all.get("default"))) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, variable) in VARIABLES {
        let node = chosen.get(key).filter(|node| node.text().is_some_and(|text| !text.is_empty()));
        let Some((place, value)) = node.and_then(|node: &Node| Some((node.place, node.text()?))) else {
            continue;
        };
        for name in [variable.to_owned(), variable.to_ascii_lowercase()] {
            let value: Text = value.clone();
            found.push(Candidate::new(Layer::ClientConfig, name, Some(place), value));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxies_of_an_engine_come_before_those_of_all() {
        let config = r#"{
            "auths": {"registry.example": {"auth": "eDp5"}},
            "proxies": {
                "default": {"httpProxy": "http://p:1", "noProxy": "localhost", "httpsProxy": ""},
                "tcp://far:2375": {"allProxy": "socks5://q:2"}
            }
        }"#;
        let mut sources = Sources::default();
        let source = sources.add(SourceName::Stdin, Language::Json5, config.to_owned());
        let names = |engine: &str| -> Vec<String> {
            proxies(config, source, engine).into_iter().map(|c| c.name).collect()
        };
        assert_eq!(
            names("unix:///var/run/docker.sock"),
            ["HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"]
        );
        assert_eq!(names("tcp://far:2375"), ["ALL_PROXY", "all_proxy"]);
    }
}
