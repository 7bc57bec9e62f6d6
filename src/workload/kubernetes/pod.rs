//! The templates of pods, and the containers in them.

use super::{environment::PodEnvironment, objects::Objects, text, volumes::PodVolumes};
use crate::{
    provenance::Variable,
    syntax::node::{Node, NodeKind},
    text::secret::Text,
    vocabulary::{
        deployment::{Deployment, Healthcheck, Located, Port},
        finding::{Refusal, SaidBy},
        manager::{Management, Manager},
        workload::WorkloadKind,
    },
    workload::{Workload, WorkloadProject},
};

/// Adds the containers of an object that has a template of pods.
pub(super) fn add(object: &Node, objects: &Objects, project: &mut WorkloadProject) {
    let Some(kind) = text(object.get("kind")) else { return };
    let template: &[&str] = match kind {
        "Pod" => &[],
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController" | "Job" => {
            &["spec", "template"]
        }
        "CronJob" => &["spec", "jobTemplate", "spec", "template"],
        _ => return,
    };
    let Some(pod) = object.at(template.iter().copied()) else { return };
    let Some(spec) = pod.get("spec") else { return };
    let name = super::name(object).unwrap_or("pod");
    let namespace = super::namespace(object);
    let controller = match kind {
        "Pod" => name.to_owned(),
        kind => format!("{}/{name}", kind.to_ascii_lowercase()),
    };
    let items = |node: &Node, key: &str| node.get(key).map(Node::items).unwrap_or_default().to_vec();
    let claims = object.at(["spec", "volumeClaimTemplates"]).map(Node::items).unwrap_or_default();
    let volumes = PodVolumes {
        objects,
        namespace,
        volumes: spec.get("volumes").map(Node::items).unwrap_or_default(),
        claims,
    };
    let is_sidecar = |node: &Node| text(node.get("restartPolicy")) == Some("Always");
    let (sidecars, first): (Vec<Node>, Vec<Node>) =
        items(spec, "initContainers").into_iter().partition(is_sidecar);
    let before: Vec<(Deployment, Vec<Variable>)> = first
        .iter()
        .map(|node| {
            let environment = PodEnvironment::of(node, objects, namespace);
            (deployment(node, spec, pod, &environment, &volumes, project), environment.finish())
        })
        .collect();
    let mut of_pod: Option<String> = None;
    for node in items(spec, "containers").iter().chain(&sidecars) {
        let environment = PodEnvironment::of(node, objects, namespace);
        for (variable, place) in &environment.no_text {
            let path = project.files.first().map(|path| path.display().to_string()).unwrap_or_default();
            project.refusals.push(Refusal {
                by: SaidBy::Kubernetes,
                path,
                place: Some(*place),
                message: format!("`value` of {variable} is no text: put it in quotes"),
                fatal: false,
            });
        }
        let mut deployment = deployment(node, spec, pod, &environment, &volumes, project);
        deployment.missing_keys.extend(environment.missing.iter().cloned());
        let own = text(node.get("name")).unwrap_or(name);
        let shown = if own == name { name.to_owned() } else { format!("{name}/{own}") };
        // The containers of a pod have one network.
        match &of_pod {
            Some(first) if deployment.network_mode.is_none() => {
                let value = format!("service:{first}");
                deployment.network_mode = Some(Located { value, place: None });
            }
            Some(_) => {}
            None => of_pod = Some(shown.clone()),
        }
        project.workloads.push(Workload {
            kind: WorkloadKind::PodContainer,
            name: shown,
            container: None,
            deployment,
            environment: environment.finish(),
            before: before.clone(),
            is_elsewhere: true,
            management: Management {
                manager: Manager::Kubernetes,
                name: Some(controller.clone()),
                group: namespace.map(str::to_owned),
                is_podman: false,
                context: None,
            },
            looked_at: Vec::new(),
        });
    }
}

fn deployment(
    container: &Node,
    spec: &Node,
    pod: &Node,
    environment: &PodEnvironment,
    volumes: &PodVolumes<'_>,
    project: &WorkloadProject,
) -> Deployment {
    let of_pod = spec.get("securityContext");
    let own = container.get("securityContext");
    let secured = |key: &str| own.and_then(|c| c.get(key)).or_else(|| of_pod.and_then(|c| c.get(key)));
    let name = container.get("name");
    let host = |key: &str| spec.get(key).filter(|on| on.kind == NodeKind::Bool(true));
    let word = |value: &str, node: &Node| Located { value: value.to_owned(), place: Some(node.place) };
    let mut deployment = Deployment {
        image: container.get("image").and_then(|image| Some(word(text(Some(image))?, image))),
        entrypoint: words(container.get("command"), environment),
        command: words(container.get("args"), environment),
        user: user(secured("runAsUser"), secured("runAsGroup")),
        working_dir: container.get("workingDir").and_then(|dir| Some(word(text(Some(dir))?, dir))),
        network_mode: host("hostNetwork").map(|on| word("host", on)),
        pid_mode: host("hostPID").map(|on| word("host", on)),
        privileged: flag(own.and_then(|c| c.get("privileged"))),
        read_only: flag(own.and_then(|c| c.get("readOnlyRootFilesystem"))),
        memory_limit: container.at(["resources", "limits", "memory"]).and_then(memory),
        cap_add: own
            .and_then(|c| c.at(["capabilities", "add"]))
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(|node| Some(word(&text(Some(node))?.to_ascii_uppercase().replace("CAP_", ""), node)))
            .collect(),
        labels: pod
            .at(["metadata", "labels"])
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .map(|entry| Located { value: entry.key.to_string(), place: Some(entry.key_place) })
            .collect(),
        extra_hosts: spec
            .get("hostAliases")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .flat_map(|alias| alias.get("hostnames").map(Node::items).unwrap_or_default())
            .filter_map(|node| Some(word(text(Some(node))?, node)))
            .collect(),
        healthcheck: probe(container, environment),
        hooks: ["postStart", "preStop"]
            .into_iter()
            .filter_map(|hook| words(container.at(["lifecycle", hook, "exec", "command"]), environment))
            .collect(),
        ports: container.get("ports").map(Node::items).unwrap_or_default().iter().filter_map(port).collect(),
        place: name.map(|name| name.place).or(Some(container.place)),
        files: project.texts.clone().into(),
        ..Deployment::default()
    };
    volumes.mount(container, &mut deployment);
    deployment
}

/// `command` and `args`, with `$(NAME)` put in.
fn words(node: Option<&Node>, environment: &PodEnvironment) -> Option<Vec<Located<Text>>> {
    let items = node.filter(|node| matches!(node.kind, NodeKind::Seq(_)))?.items();
    let word = |item: &Node| {
        let written = item.text()?;
        let expanded = environment.expand(written).0.unwrap_or_else(|| written.clone());
        Some(Located { value: expanded, place: Some(item.place) })
    };
    let words: Vec<Located<Text>> = items.iter().filter_map(word).collect();
    (!words.is_empty()).then_some(words)
}

fn number(node: &Node) -> Option<i64> {
    match &node.kind {
        NodeKind::Int(number) => Some(*number),
        NodeKind::Str(text) => text.expose().parse().ok(),
        _ => None,
    }
}

fn user(user: Option<&Node>, group: Option<&Node>) -> Option<Located<String>> {
    let uid = number(user?)?;
    let value = match group.and_then(number) {
        Some(gid) => format!("{uid}:{gid}"),
        None => uid.to_string(),
    };
    Some(Located { value, place: Some(user?.place) })
}

fn flag(node: Option<&Node>) -> Option<Located<bool>> {
    let node = node?;
    match node.kind {
        NodeKind::Bool(value) => Some(Located { value, place: Some(node.place) }),
        _ => None,
    }
}

/// A quantity of bytes (`k8s.io/apimachinery/pkg/api/resource`): `2Gi`, `500M`, `1e9`.
fn memory(node: &Node) -> Option<Located<u64>> {
    let text = match &node.kind {
        NodeKind::Int(number) => number.to_string(),
        NodeKind::Str(text) => text.expose().to_owned(),
        _ => return None,
    };
    let units: [(&str, f64); 12] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("m", 1e-3),
        ("", 1.0),
    ];
    let (size, factor) = units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)))?;
    let bytes = size.parse::<f64>().ok()? * factor;
    if !(1.0..1e18).contains(&bytes) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in these bounds")]
    let value = bytes as u64;
    Some(Located { value, place: Some(node.place) })
}

/// `hostPort`: what the node's own address has. A Service is no port of a container.
fn port(node: &Node) -> Option<Port> {
    let published = number(node.get("hostPort")?)?;
    let target = number(node.get("containerPort")?)?;
    Some(Port {
        host_ip: text(node.get("hostIP")).map(str::to_owned),
        published: Some(published.to_string()),
        target: target.to_string(),
        protocol: text(node.get("protocol")).unwrap_or("TCP").to_ascii_lowercase(),
        place: Some(node.place),
    })
}

/// A probe that runs a command in the container. One over HTTP comes from the node.
fn probe(container: &Node, environment: &PodEnvironment) -> Option<Healthcheck> {
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"].into_iter();
    let command = probes.filter_map(|probe| container.at([probe, "exec", "command"])).next()?;
    let own = words(Some(command), environment)?;
    let first = Located { value: Text::from("CMD"), place: Some(command.place) };
    Some(Healthcheck { test: std::iter::once(first).chain(own).collect(), place: Some(command.place) })
}
