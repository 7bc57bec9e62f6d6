//! The command line on this host: does it talk to one of these gateways, and with what?
//!
//! It is told only where this user's `~/.openclaw` holds a config, and only for the gateway that its
//! address leads to: a published port of this machine.

use crate::{
    model::target::{Target, VersionSource},
    openclaw::{
        self, OpenClawInputs, OpenClawReport,
        read::images::ImageFacts,
        release::number::Release,
        settings::{
            client::{self, GatewayAddress},
            network::DEFAULT_PORT,
        },
    },
    provenance::{Candidate, InspectedSource, Layer, ProvenanceStep, StepKind, Variable},
    text::{
        secret::{Text, js_trim},
        source::Sources,
    },
    vocabulary::{
        deployment::{Deployment, Located, Port, Role},
        setting::{Consumer, Resolution},
        setting_key::SettingKey,
    },
    world::{container_fs::HostFs, host::World},
};

/// Gives the gateway that this user's command line talks to the views of it. `on_this_host`: its
/// published ports are those of this machine.
pub(super) fn share(targets: &mut [Target], on_this_host: bool, host: &World, sources: &mut Sources) {
    if !on_this_host || host.var("HOME").is_none_or(|home| home.trim().is_empty()) {
        return;
    }
    for target in targets.iter_mut().filter(|t| t.role == Role::Gateway) {
        let Some(answer) = explain(target, host, sources) else { continue };
        let leads_here = client::parse(js_trim(answer.address.expose()))
            .is_some_and(|address| leads_to(&address, target))
            && !is_same_config(&answer, target);
        if leads_here {
            add(target, answer);
        }
    }
}

/// What OpenClaw makes of this host's environment and files, where there is a config; its release is
/// taken to be the gateway's.
fn explain(gateway: &Target, host: &World, sources: &mut Sources) -> Option<OpenClawReport> {
    let variable = |(name, value): (&String, &Text)| Variable {
        name: name.clone(),
        winner: Some(Candidate {
            via: vec![ProvenanceStep {
                step: StepKind::Variable { layer: Layer::HostEnv, name: name.clone() },
                place: None,
            }]
            .into(),
            ..Candidate::new(Layer::ProcessEnv, name.clone(), None, value.clone())
        }),
        losers: Vec::new(),
    };
    let environment: Vec<Variable> = host.env.iter().map(variable).collect();
    let cwd = Located { value: host.cwd.display().to_string(), place: None };
    let deployment = Deployment { working_dir: Some(cwd), ..Deployment::default() };
    let version = gateway.openclaw.as_ref()?;
    let inputs = OpenClawInputs {
        program: crate::model::detect::program(version, None),
        release: Release::parse(&version.version),
        release_is_assumed: version.source == VersionSource::Assumed,
        role: Role::Cli,
        deployment: &deployment,
        environment: &environment,
        image: &ImageFacts::default(),
        not_started: false,
        has_agents: false,
        now: host.clock.now(),
    };
    let mut fs = HostFs(&*host.files);
    if !openclaw::may_have_config(&inputs, &mut fs) {
        return None;
    }
    let answer = openclaw::explain(&inputs, &mut fs, sources);
    answer.looked_at.iter().any(|l| l.layer == Layer::Config && l.state.is_there()).then_some(answer)
}

/// The address is this machine's, and its port is one that the gateway publishes.
fn leads_to(address: &GatewayAddress<'_>, gateway: &Target) -> bool {
    let listens = gateway
        .view(&SettingKey::GatewayPort, &Consumer::Gateway)
        .and_then(|v| v.winner.as_ref()?.value.as_ref());
    let listens = listens.map_or(DEFAULT_PORT, Text::expose).trim();
    let network = gateway.deployment.network_mode.as_ref().map(|m| m.value.as_str());
    if network == Some("host") {
        return client::is_loopback(address.host) && address.port.to_string() == listens;
    }
    gateway.deployment.ports.iter().any(|port| {
        port.target == listens
            && port.published.as_deref() == Some(address.port.to_string().as_str())
            && is_bound_to(port, address.host)
    })
}

fn is_bound_to(port: &Port, host: &str) -> bool {
    match port.host_ip.as_deref() {
        None | Some("" | "0.0.0.0" | "::") => client::is_loopback(host),
        Some(ip) => ip == host || (client::is_loopback(ip) && client::is_loopback(host)),
    }
}

/// The gateway's own config, mounted out of this user's home: not the config of another program.
fn is_same_config(answer: &OpenClawReport, gateway: &Target) -> bool {
    let config = |looked_at: &[InspectedSource]| {
        looked_at.iter().find(|l| l.layer == Layer::Config && l.state.is_there()).map(|l| l.path.clone())
    };
    config(&answer.looked_at) == config(&gateway.sources)
}

fn add(gateway: &mut Target, answer: OpenClawReport) {
    for setting in answer.settings {
        let view = setting.views.iter().find(|v| v.consumer == Consumer::Cli);
        let own = gateway.settings.iter_mut().find(|s| {
            s.key == setting.key && matches!(s.key, SettingKey::GatewayToken | SettingKey::GatewayPassword)
        });
        if let (Some(own), Some(view)) = (own, view) {
            own.views.push(Resolution { consumer: Consumer::HostCli, ..view.clone() });
        } else if setting.key == SettingKey::RemoteUrl {
            let views = view.map(|view| Resolution { consumer: Consumer::HostCli, ..view.clone() });
            match gateway.settings.iter_mut().find(|s| s.key == setting.key) {
                Some(own) => own.views.extend(views),
                None => {
                    let views = views.into_iter().collect();
                    gateway.settings.push(crate::vocabulary::setting::Setting { views, ..setting });
                    gateway.settings.sort_by_key(|s| s.category);
                }
            }
        }
    }
    let note = |l: InspectedSource| InspectedSource {
        note: Some(l.note.unwrap_or_else(|| "for host-cli".to_owned())),
        ..l
    };
    gateway.sources.extend(answer.looked_at.into_iter().filter(|l| l.state.is_there()).map(note));
}
