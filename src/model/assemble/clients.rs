//! What a gateway's settings look like from beside it: to the command lines of its project, and to
//! the services that carry its credential.

use crate::{
    model::{
        gateway_clients::{self, Gateways},
        target::Target,
    },
    openclaw::settings::precedence::{RankedCandidate, decide},
    vocabulary::{
        deployment::Role,
        setting::{Category, Consumer, Resolution, Setting},
        setting_key::SettingKey,
    },
};

/// Gives each gateway of a project the views of what runs beside it: command lines, and services that
/// carry its token. `beside` are services that are no targets themselves.
pub(super) fn share_views(targets: &mut [Target], beside: &[Target]) {
    let numbers = targets.iter().enumerate().filter(|(_, t)| t.role == Role::Gateway).map(|(at, _)| at);
    let numbers: Vec<usize> = numbers.collect();
    let gateways = Gateways::new(numbers.iter().map(|at| &targets[*at]));
    let clients = targets.iter().chain(beside).filter(|t| t.role != Role::Gateway);
    let views = clients.filter_map(|client| Some((numbers[gateways.position(client)?], views_of(client))));
    let views: Vec<(usize, Vec<Setting>)> = views.collect();
    for (at, settings) in views {
        for setting in settings {
            add(&mut targets[at], setting);
        }
    }
}

/// A gateway's settings as a client of it has them: each with that one view.
fn views_of(client: &Target) -> Vec<Setting> {
    let consumer = || Consumer::CliService(client.service.as_ref().unwrap_or(&client.name).clone());
    if client.role == Role::Other {
        let kinds = [
            (SettingKey::GatewayToken, "TOKEN", Category::GatewayToken),
            (SettingKey::GatewayPassword, "PASSWORD", Category::GatewayPassword),
        ];
        let carried = kinds.into_iter().filter_map(|(key, kind, category)| {
            let variable = gateway_clients::carried(client, kind)?;
            let ranked = RankedCandidate::variable(Some(variable)).into_iter().collect();
            let views = vec![decide(consumer(), ranked, Vec::new())];
            Some(Setting { key, variables: Vec::new(), category, secret: true, views })
        });
        return carried.collect();
    }
    let told = client.settings.iter().filter(|setting| {
        matches!(setting.category, Category::GatewayToken | Category::GatewayPassword)
            || setting.key == SettingKey::RemoteUrl
    });
    let seen = told.filter_map(|setting| {
        let view = setting.views.iter().find(|v| v.consumer == Consumer::Cli)?;
        let views = vec![Resolution { consumer: consumer(), ..view.clone() }];
        Some(Setting {
            key: setting.key.clone(),
            variables: setting.variables.clone(),
            category: setting.category,
            secret: setting.secret,
            views,
        })
    });
    seen.collect()
}

fn add(gateway: &mut Target, setting: Setting) {
    match gateway.settings.iter_mut().find(|s| s.key == setting.key) {
        Some(own) => own.views.extend(setting.views),
        None => {
            gateway.settings.push(setting);
            gateway.settings.sort_by_key(|s| s.category);
        }
    }
}
