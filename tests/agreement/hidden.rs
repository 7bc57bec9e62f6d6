//! The recorded deployments with their files hidden: what clawdock is certain of all the same must be what
//! the program did.

use crate::{case::Recorded, release::Real};
use clawdock::{
    findings::headline,
    model::{
        assemble::{self, AssembleOptions, ProjectRequest},
        target::Target,
    },
    text::source::Sources,
    vocabulary::{
        certainty::Certainty,
        prediction::Prediction,
        setting::{Consumer, State},
        setting_key::SettingKey,
    },
    world::host::World,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// How the state is hidden.
#[derive(Clone, Copy, Debug)]
pub enum Hiding {
    /// A named volume is mounted at each directory of state.
    Volume,
    /// A named volume is mounted at the whole home.
    Home,
    /// A directory is mounted that is not on this machine.
    Elsewhere,
}

pub const WAYS: [Hiding; 3] = [Hiding::Volume, Hiding::Home, Hiding::Elsewhere];

/// What was claimed, by kind: how often, and how often as certain.
pub type Claims = BTreeMap<&'static str, (usize, usize)>;

/// Where the files of a deployment are mounted, those of the image aside.
fn mounts(recorded: &Recorded, hiding: Hiding, state: &str) -> BTreeSet<String> {
    let outside = recorded.case.files.keys().filter(|path| !path.starts_with("/app/"));
    let folder = |path: &String| {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let depth = match (hiding, parts.first()) {
            (Hiding::Home, Some(&"home")) => 2,
            (_, Some(&"home")) => 3,
            (_, Some(&"root")) => 2,
            _ => 1,
        };
        format!("/{}", parts[..depth.min(parts.len().saturating_sub(1)).max(1)].join("/"))
    };
    let own = match hiding {
        Hiding::Home => "/home/node".to_owned(),
        Hiding::Volume | Hiding::Elsewhere => format!("/home/node/{state}"),
    };
    outside.map(folder).chain([own]).collect()
}

/// The compose file of a deployment whose state cannot be seen. JSON is YAML.
fn compose(real: Real, recorded: &Recorded, hiding: Hiding, folder: &Path) -> Value {
    let escaped = |text: &String| text.replace('$', "$$");
    let case = &recorded.case;
    let environment: BTreeMap<&String, String> =
        case.env.iter().map(|(name, value)| (name, escaped(value))).collect();
    let mut volumes = Vec::new();
    let mut named = BTreeMap::new();
    for (number, target) in mounts(recorded, hiding, real.state()).into_iter().enumerate() {
        let name = format!("v{number}");
        match hiding {
            Hiding::Volume | Hiding::Home => {
                volumes.push(format!("{name}:{target}"));
                named.insert(name, json!({}));
            }
            Hiding::Elsewhere => volumes.push(format!("/srv/not-here/{name}:{target}")),
        }
    }
    for (number, (path, text)) in case.files.iter().filter(|(path, _)| path.starts_with("/app/")).enumerate()
    {
        if path.ends_with('/') {
            continue;
        }
        let name = format!("app{number}");
        fs::write(folder.join(&name), text).unwrap();
        volumes.push(format!("./{name}:{path}:ro"));
    }
    let service = json!({
        "image": real.image,
        "command": case.args.iter().map(escaped).collect::<Vec<_>>(),
        "environment": environment,
        "volumes": volumes,
    });
    json!({"services": {"gateway": service}, "volumes": named})
}

/// What clawdock is certain of and the program did otherwise.
pub fn wrong(real: Real, recorded: &Recorded, hiding: Hiding, claims: &mut Claims) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let text = compose(real, recorded, hiding, folder.path()).to_string();
    fs::write(folder.path().join("compose.yaml"), text).unwrap();
    let world = World::on_disk(Default::default(), folder.path().to_owned());
    let options =
        AssembleOptions { openclaw_version: Some(real.version.to_owned()), ..AssembleOptions::default() };
    let mut sources = Sources::default();
    let request = ProjectRequest::in_folder(folder.path());
    let project = assemble::project(&request, &options, &world, &mut sources);
    assert_eq!(project.refusals().count(), 0, "{:?}", project.refusals().next());
    let target = project.gateways().next().expect("a gateway");
    let mut found: Vec<String> = of_start(target, recorded, claims).into_iter().collect();
    found.extend(of_credentials(target, recorded, claims));
    found.extend(of_network(target, recorded, claims));
    found.extend(of_keys(target, recorded, claims));
    found.extend(of_headline(target, recorded, &headline::sentence(target, &sources)));
    found
}

/// Counts a claim; it is to be compared where it is certain.
fn claim(claims: &mut Claims, kind: &'static str, certainty: Certainty) -> bool {
    let (all, certain) = claims.entry(kind).or_default();
    let is_certain = certainty == Certainty::Certain;
    (*all, *certain) = (*all + 1, *certain + usize::from(is_certain));
    is_certain
}

fn of_start(target: &Target, recorded: &Recorded, claims: &mut Claims) -> Option<String> {
    let (start, grounds) = target.start.as_ref().zip(target.grounds_of_start())?;
    if !claim(claims, "start", grounds.certainty) {
        return None;
    }
    let real = recorded.truth.exit;
    let holds = match start.prediction {
        Prediction::Starts => real.is_none(),
        Prediction::Refuses => real.is_some() && (start.exit_code.is_none() || start.exit_code == real),
        Prediction::Unknown => true,
    };
    (!holds).then(|| format!("start: {:?} {:?}, the program {real:?}", start.prediction, start.exit_code))
}

/// The value that a consumer is said to use, where that is certain: none for nothing.
fn certain(
    target: &Target,
    key: &SettingKey,
    consumer: &Consumer,
    claims: &mut Claims,
    kind: &'static str,
) -> Option<Option<String>> {
    let (setting, view) = target.setting(key).zip(target.view(key, consumer))?;
    if !claim(claims, kind, target.grounds(setting, view).certainty) {
        return None;
    }
    match view.state {
        State::Set => {
            let value = view.winner.as_ref()?.value.as_ref()?;
            Some(Some(value.expose().trim().to_owned()))
        }
        State::Unset | State::Blank => Some(None),
        State::Unresolved | State::Unknown => None,
    }
}

fn of_credentials(target: &Target, recorded: &Recorded, claims: &mut Claims) -> Vec<String> {
    let truth = &recorded.truth;
    let mut found = Vec::new();
    let token = certain(target, &SettingKey::GatewayToken, &Consumer::Gateway, claims, "token");
    let password = certain(target, &SettingKey::GatewayPassword, &Consumer::Gateway, claims, "password");
    if truth.exit.is_none() {
        if let Some(Some(token)) = &token
            && (truth.open || !truth.accepted.contains(token))
            && !password.as_ref().is_some_and(Option::is_some)
        {
            found.push(format!(
                "token {token}, the program accepts {:?} (open: {})",
                truth.accepted, truth.open
            ));
        }
        if (&token, &password) == (&Some(None), &Some(None)) && !truth.accepted.is_empty() {
            found.push(format!("no credential, the program accepts {:?}", truth.accepted));
        }
    }
    let Some(sent) = &truth.cli else { return found };
    for (key, real) in
        [(SettingKey::GatewayToken, &sent.token), (SettingKey::GatewayPassword, &sent.password)]
    {
        if let (Some(ours), Some(real)) = (certain(target, &key, &Consumer::Cli, claims, "CLI"), real)
            && ours.as_ref() != Some(real)
        {
            found.push(format!("the CLI sends {ours:?}, the program {real}"));
        }
    }
    found
}

fn of_network(target: &Target, recorded: &Recorded, claims: &mut Claims) -> Vec<String> {
    let truth = &recorded.truth;
    let mut found = Vec::new();
    let port = certain(target, &SettingKey::GatewayPort, &Consumer::Gateway, claims, "port").flatten();
    if let (Some(ours), Some(real)) = (port.and_then(|port| port.parse::<u16>().ok()), truth.port)
        && ours != real
    {
        found.push(format!("port {ours}, the program {real}"));
    }
    let bind = certain(target, &SettingKey::GatewayBind, &Consumer::Gateway, claims, "bind").flatten();
    let ours = bind.as_deref().and_then(|bind| match bind {
        "lan" => Some("all"),
        "loopback" => Some("loopback"),
        _ => None,
    });
    if let (Some(ours), Some(real)) = (ours, truth.bind.as_deref())
        && ours != real
    {
        found.push(format!("bind {ours}, the program {real}"));
    }
    found
}

fn of_keys(target: &Target, recorded: &Recorded, claims: &mut Claims) -> Vec<String> {
    let Some(request) = recorded.truth.request.as_ref().filter(|request| request.port.is_some()) else {
        return Vec::new();
    };
    let is_own = recorded.case.files.values().any(|text| text.contains("mya/m1"));
    let id = if is_own { "mya" } else { "anthropic" };
    let key = SettingKey::ProviderKey(id.to_owned());
    let ours = certain(target, &key, &Consumer::Gateway, claims, "provider key");
    let real = request.key.clone().filter(|key| key != "custom-local");
    match ours {
        Some(Some(ours)) if real.as_ref() != Some(&ours) => {
            vec![format!("key {ours}, the request has {real:?}")]
        }
        _ => Vec::new(),
    }
}

/// A first line that says nothing of what was not seen is as good as certain.
fn of_headline(target: &Target, recorded: &Recorded, said: &str) -> Option<String> {
    const HEDGES: [&str; 5] = ["unless", "not known", "as far as", "may ", " if "];
    if HEDGES.iter().any(|hedge| said.contains(hedge)) {
        return None;
    }
    let truth = &recorded.truth;
    let refuses = said.contains("will not start");
    let wrong = match (refuses, truth.exit) {
        (true, exit) => exit.is_none(),
        // That it starts is said by no headline about a credential.
        (false, Some(_)) => false,
        (false, None) => {
            let key = match said.contains("password") {
                true => SettingKey::GatewayPassword,
                false => SettingKey::GatewayToken,
            };
            let winner = target.view(&key, &Consumer::Gateway).and_then(|view| view.winner.as_ref());
            let value = winner.and_then(|w| w.value.as_ref()).map(|v| v.expose().trim().to_owned());
            match value {
                Some(value) if said.contains("uses the") => !truth.accepted.contains(&value),
                _ if said.contains("random") || said.starts_with("no ") => !truth.accepted.is_empty(),
                _ => said.contains("everybody") && !truth.open,
            }
        }
    };
    wrong.then(|| {
        format!("headline: {said}; the program: exit {:?}, accepts {:?}", truth.exit, truth.accepted)
    })
}
