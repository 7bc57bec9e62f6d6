//! What a gateway's settings look like from beside it: to the command lines of its project, and to
//! the services that carry its credential.

use crate::{
    openclaw::view::{Ranked, decide},
    partner,
    target::{Category, Consumer, Role, Setting, Target, View},
};

/// Gives each gateway the views of what runs beside it: command lines, and services that carry its
/// token. `beside` are services that are no targets themselves.
pub fn share_views(targets: &mut [Target], beside: &[Target]) {
    let clients: Vec<Target> =
        targets.iter().chain(beside).filter(|t| t.role != Role::Gateway).cloned().collect();
    let gateways: Vec<Target> = targets.iter().filter(|t| t.role == Role::Gateway).cloned().collect();
    for client in &clients {
        let of_project: Vec<&Target> = gateways.iter().filter(|g| g.project == client.project).collect();
        let Some(partner) = partner::gateway_of(client, &of_project) else { continue };
        let gateway = targets.iter_mut().find(|t| t.role == Role::Gateway && t.name == partner.name);
        gateway.into_iter().for_each(|gateway| add_client(gateway, client));
    }
}

fn add_client(gateway: &mut Target, client: &Target) {
    let name = client.service.as_ref().unwrap_or(&client.name);
    let consumer = Consumer::CliService(name.clone());
    if client.role == Role::Other {
        for (setting, kind) in [("gateway.auth.token", "TOKEN"), ("gateway.auth.password", "PASSWORD")] {
            let Some(variable) = partner::carried(client, kind) else { continue };
            let ranked = Ranked::variable(Some(variable)).into_iter().collect();
            add_view(gateway, setting, decide(consumer.clone(), ranked, Vec::new()));
        }
        return;
    }
    for setting in &client.settings {
        let told = matches!(setting.category, Category::GatewayToken | Category::GatewayPassword)
            || setting.name == "gateway.remote.url";
        let Some(view) = client.view(&setting.name, &Consumer::Cli).filter(|_| told) else { continue };
        if gateway.setting(&setting.name).is_none() {
            gateway.settings.push(Setting { views: Vec::new(), ..setting.clone() });
            gateway.settings.sort_by_key(|s| s.category);
        }
        add_view(gateway, &setting.name, View { consumer: consumer.clone(), ..view.clone() });
    }
}

fn add_view(gateway: &mut Target, setting: &str, view: View) {
    let setting = gateway.settings.iter_mut().find(|s| s.name == setting);
    setting.into_iter().for_each(|s| s.views.push(view.clone()));
}
