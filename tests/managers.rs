//! Who manages a container decides the advice: a container of a real engine with what each manager
//! leaves, and files that are written for each. docs/managers.md has what comes out.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::vocabulary::manager::Manager;
use common::{
    engine::{Container, IMAGE, engine, skip},
    project::{own_folder, run, stderr, stdout},
};
use serde_json::Value;
use std::{fs, path::Path};

/// A token that can be guessed: its finding says where to edit and what makes the edit effective.
const WEAK: &str = "OPENCLAW_GATEWAY_TOKEN=otter7";

/// What a manager leaves on a container, and what the advice must name.
struct Managed {
    manager: Manager,
    labels: &'static [&'static str],
    env: &'static [&'static str],
    says: &'static str,
}

const fn managed(manager: Manager, labels: &'static [&'static str], says: &'static str) -> Managed {
    Managed { manager, labels, env: &[], says }
}

const MANAGED: &[Managed] = &[
    managed(
        Manager::Compose,
        &[
            "com.docker.compose.project=claw",
            "com.docker.compose.service=gw",
            "com.docker.compose.project.working_dir=/srv/claw",
            "com.docker.compose.project.config_files=/srv/claw/compose.yml",
        ],
        "up -d gw`",
    ),
    managed(
        Manager::Swarm,
        &["com.docker.swarm.service.name=claw_gw", "com.docker.stack.namespace=claw"],
        "`docker stack deploy -c STACK.yml claw`",
    ),
    managed(
        Manager::Fleet,
        &["openclaw.fleet.tenant=hazel", "openclaw.fleet.owner=o"],
        "`openclaw fleet create hazel`",
    ),
    managed(
        Manager::Kubernetes,
        &["io.kubernetes.pod.name=claw-7d9c5b-x2x4q", "io.kubernetes.pod.namespace=bots"],
        "`kubectl -n bots delete pod claw-7d9c5b-x2x4q`",
    ),
    managed(
        Manager::Coolify,
        &[
            "coolify.managed=true",
            "com.docker.compose.project=x8",
            "com.docker.compose.service=gw",
            "com.docker.compose.project.config_files=/artifacts/x8/docker-compose.yml",
        ],
        "redeploy it in Coolify",
    ),
    managed(
        Manager::Dokploy,
        &[
            "com.docker.compose.project=claw-x7k2mq",
            "com.docker.compose.service=gw",
            "com.docker.compose.project.config_files=/etc/dokploy/compose/claw-x7k2mq/code/docker-compose.yml",
        ],
        "deploy it again in Dokploy",
    ),
    managed(
        Manager::Portainer,
        &[
            "com.docker.compose.project=claw",
            "com.docker.compose.service=gw",
            "com.docker.compose.project.config_files=/data/compose/12/docker-compose.yml",
        ],
        "Update the stack in Portainer",
    ),
    managed(
        Manager::CasaOs,
        &["io.casaos.v1.app.store.id=0", "com.docker.compose.project=claw", "com.docker.compose.service=gw"],
        "save the app's settings in CasaOS",
    ),
    managed(
        Manager::Umbrel,
        &[
            "com.docker.compose.project=claw",
            "com.docker.compose.service=gw",
            "com.docker.compose.project.working_dir=/home/umbrel/umbrel/app-data/claw",
        ],
        "restart the app in umbrelOS",
    ),
    managed(
        Manager::Runtipi,
        &["runtipi.managed=true", "com.docker.compose.project=claw", "com.docker.compose.service=gw"],
        "update the app's settings in Runtipi",
    ),
    managed(
        Manager::OnePanel,
        &["createdBy=Apps", "com.docker.compose.project=claw", "com.docker.compose.service=gw"],
        "rebuild the app in 1Panel",
    ),
    managed(Manager::Unraid, &["net.unraid.docker.managed=dockerman"], "click Apply"),
    managed(
        Manager::TrueNas,
        &["com.docker.compose.project=ix-claw", "com.docker.compose.service=gw"],
        "save the app's settings in TrueNAS",
    ),
    managed(
        Manager::Quadlet,
        &["PODMAN_SYSTEMD_UNIT=claw.service"],
        "`systemctl --user restart claw.service`",
    ),
    Managed { manager: Manager::Podman, labels: &[], env: &["container=podman"], says: "`podman rm -f" },
    managed(Manager::None, &[], "`docker rm -f"),
];

/// The JSON of a report on one container.
fn inspected(name: &str) -> Value {
    let output = run(Path::new("/"), &["inspect", name, "--format", "json"]);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(&output)));
    report["targets"][0].clone()
}

fn help_of(target: &Value, rule: &str) -> String {
    let findings = target["findings"].as_array().unwrap();
    let finding =
        findings.iter().find(|f| f["rule"] == rule).unwrap_or_else(|| panic!("{rule}: {findings:#?}"));
    finding["help"].as_str().unwrap().to_owned()
}

#[test]
fn each_manager_is_asked_in_its_own_words() {
    if let Err(why) = engine() {
        return skip("each_manager_is_asked_in_its_own_words", &why);
    }
    let mut table = String::from("| manager | in JSON | an edit of the token |\n|---|---|---|\n");
    for (number, case) in MANAGED.iter().enumerate() {
        let id = case.manager.id();
        let mut options = vec!["-e", WEAK];
        options.extend(case.labels.iter().flat_map(|label| ["--label", label]));
        options.extend(case.env.iter().flat_map(|variable| ["-e", variable]));
        options.extend([IMAGE, "/waits", "gateway", "--bind", "lan"]);
        let container = Container::start("create", &format!("managed-{number}"), &options);
        let target = inspected(&container.name);
        assert_eq!(target["engine"]["manager"], id, "{:?}", case.labels);
        let help = help_of(&target, "CD106");
        assert!(help.contains(case.says), "{id}: {help}");
        let removes = help.contains("docker rm") || help.contains("podman rm");
        assert_eq!(removes, matches!(case.manager, Manager::None | Manager::Podman), "{id}: {help}");
        assert_eq!(help.contains("docker compose"), case.manager == Manager::Compose, "{id}: {help}");
        let help = help.replace(&container.name, "claw").replace('|', "\\|");
        table.push_str(&format!("| {} | `{id}` | {help} |\n", case.manager.name()));
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/managers.md");
    let text = fs::read_to_string(&page).unwrap();
    let start = text.find("| manager |").unwrap();
    let end = start + text[start..].find("\n\n").map_or(text.len() - start, |end| end + 1);
    if std::env::var_os("CLAWDOCK_UPDATE").is_some() {
        fs::write(&page, format!("{}{table}{}", &text[..start], &text[end..])).unwrap();
        return;
    }
    assert_eq!(&text[start..end], table, "CLAWDOCK_UPDATE=1 renews docs/managers.md");
}

#[test]
fn a_container_is_found_by_the_name_that_its_manager_gives() {
    if let Err(why) = engine() {
        return skip("a_container_is_found_by_the_name_that_its_manager_gives", &why);
    }
    for (number, label) in
        ["com.docker.swarm.service.name", "openclaw.fleet.tenant", "io.kubernetes.pod.name"]
            .iter()
            .enumerate()
    {
        let name = format!("named-by-manager-{number}-{}", std::process::id());
        let label = format!("{label}={name}");
        let options = ["-e", WEAK, "--label", &label, IMAGE, "/waits", "gateway"];
        let container = Container::start("create", &format!("called-{number}"), &options);
        assert_eq!(inspected(&name)["name"], container.name.as_str());
    }
}

/// Files that are written for a manager, and the words of the advice.
const FILES: &[(&str, &str, &str)] = &[
    ("x-casaos: {main: gw}\n", "", "in CasaOS"),
    ("networks: {default: {name: dokploy-network, external: true}}\n", "", "in Dokploy"),
    ("networks: {default: {name: 1panel-network, external: true}}\n", "", "in 1Panel"),
    ("networks: {default: {name: tipi_main_network, external: true}}\n", "", "in Runtipi"),
    ("", "    labels: {coolify.managed: 'true'}\n", "in Coolify"),
    ("", "    labels: {runtipi.managed: 'true'}\n", "in Runtipi"),
    ("", "    labels: {net.unraid.docker.icon: x}\n", "docker compose up -d gw"),
    ("", "    labels: {createdBy: me}\n", "docker compose up -d gw"),
];

#[test]
fn files_that_are_written_for_a_manager_are_known() {
    for (top, service, says) in FILES {
        let folder = own_folder();
        let text = format!(
            "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    environment: {{OPENCLAW_GATEWAY_TOKEN: otter7}}\n{service}{top}"
        );
        fs::write(folder.path().join("compose.yml"), text).unwrap();
        let output = run(folder.path(), &["lint", "--format", "json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let help = help_of(&report["targets"][0], "CD106");
        assert!(help.contains(says), "{top}{service}: {help}\n{}", stdout(&output));
        assert_eq!(
            help.contains("docker compose"),
            says.contains("docker compose"),
            "{top}{service}: {help}"
        );
    }
}
