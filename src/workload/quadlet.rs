//! Quadlet: `.container` units, which Podman's generator makes services of (podman-systemd.unit(5),
//! containers/podman `pkg/systemd/quadlet/quadlet.go`). The keys become options of `podman run`.

use super::{
    Workload, WorkloadProject, files_of,
    run_command::{RunWord, options::RunContainer},
};
use crate::{
    provenance::{Candidate, Layer, Provenance},
    syntax::{
        interpolate::UNKNOWN,
        unit::{self, UnitEntry},
    },
    text::{
        limits,
        source::{Language, Place, SourceId, SourceName, Sources},
    },
    vocabulary::{
        deployment::{GivenContent, GivenFile, Located},
        manager::{Management, Manager},
        workload::WorkloadKind,
    },
    world::host::World,
};
use std::path::Path;

pub(super) fn read(
    ids: &[SourceId],
    directory: &Path,
    host: &World,
    sources: &mut Sources,
) -> WorkloadProject {
    let mut project = WorkloadProject {
        directory: directory.to_owned(),
        files: files_of(ids, sources),
        texts: ids.to_vec(),
        name: directory.file_name().map(|name| name.to_string_lossy().into_owned()),
        ..WorkloadProject::default()
    };
    for id in ids {
        let mut texts = vec![*id];
        texts.extend(drop_ins(*id, host, sources));
        let entries: Vec<(SourceId, UnitEntry)> = texts
            .iter()
            .flat_map(|id| unit::parse(sources.get(*id).text()).entries.into_iter().map(|entry| (*id, entry)))
            .collect();
        let workload = of_unit(*id, &texts, &entries, &mut project, host, sources);
        match workload {
            Some(workload) => project.workloads.push(workload),
            None => {
                let path = files_of(&[*id], sources).remove(0).display().to_string();
                project.refuse(path, None, "the unit has no `[Container]` section with an `Image=`");
            }
        }
    }
    project
}

/// The files of `NAME.container.d`, by name.
fn drop_ins(id: SourceId, host: &World, sources: &mut Sources) -> Vec<SourceId> {
    let SourceName::Host(path) = sources.get(id).name.clone() else { return Vec::new() };
    let folder = path.with_file_name(format!("{}.d", path.file_name().unwrap_or_default().to_string_lossy()));
    let mut names = host.files.names_in(&folder);
    names.retain(|name| Path::new(name).extension().is_some_and(|e| e == "conf"));
    names.sort();
    let mut found = Vec::new();
    for name in names {
        let path = folder.join(name);
        if let Ok(text) = host.files.read_text(&path, limits::ENV_FILE) {
            found.push(sources.add(SourceName::Host(path), Language::Unit, text));
        }
    }
    found
}

fn of_unit(
    id: SourceId,
    texts: &[SourceId],
    entries: &[(SourceId, UnitEntry)],
    project: &mut WorkloadProject,
    host: &World,
    sources: &mut Sources,
) -> Option<Workload> {
    let stem = match &sources.get(id).name {
        SourceName::Host(path) => path.file_stem()?.to_string_lossy().into_owned(),
        _ => "container".to_owned(),
    };
    let directory = project.directory.clone();
    let mut container = RunContainer::new(host, &directory, (Layer::UnitEnvironment, Layer::UnitEnvFile));
    let mut secrets = Vec::new();
    let mut name = None;
    for (source, entry) in entries.iter().filter(|(_, entry)| entry.section == "Container") {
        let place = Place { source: *source, span: entry.span };
        let whole = RunWord::new(specified(&entry.value, &stem, host), place);
        let words = || -> Vec<RunWord> {
            let words = unit::words(&entry.value, entry.span.start as usize).unwrap_or_default();
            let word = |(text, span): (String, _)| {
                RunWord::new(specified(&text, &stem, host), Place { source: *source, span })
            };
            words.into_iter().map(word).collect()
        };
        match entry.key.as_str() {
            "Image" => {
                container.deployment.image = whole.known().filter(|image| !image.value.is_empty());
                container.deployment.place = Some(Place { source: *source, span: entry.key_span });
            }
            "ContainerName" => name = whole.known().map(|name| name.value),
            // An empty value takes back what stood before.
            "Environment" if entry.value.is_empty() => container.variables.clear(),
            "Environment" => container.variables.extend(words()),
            "EnvironmentFile" => {
                let path = whole.text.trim_start_matches('-').to_owned();
                container.env_files.push(RunWord::new(path, place));
            }
            "Exec" => {
                container.deployment.command = Some(words().iter().map(RunWord::located).collect());
            }
            "Volume" => {
                let word = named_volume(&whole);
                let mount = container.volume(&word);
                container.deployment.mounts.extend(mount);
            }
            "Secret" => secrets.push((whole, place)),
            "PodmanArgs" => {
                container.take_options(&words());
            }
            "Group" => {
                let user = container.deployment.user.as_ref().map(|user| user.value.clone());
                let user = format!("{}:{}", user.unwrap_or_default(), whole.text);
                container.deployment.user = Some(Located { value: user, place: Some(place) });
            }
            "ReadOnly" | "ReadOnlyRootFS" => {
                let on = matches!(whole.text.as_str(), "true" | "yes" | "1" | "on");
                container.deployment.read_only = Some(Located { value: on, place: Some(place) });
            }
            key => {
                if let Some(option) = option_of(key) {
                    let is_list = matches!(key, "AddCapability" | "Label");
                    let words = if is_list { words() } else { vec![whole] };
                    words.iter().for_each(|word| container.option(option, word));
                }
            }
        }
    }
    container.deployment.image.as_ref()?;
    let (mut environment, looked_at, read) = container.environment(sources);
    project.env_files.extend(read);
    for (secret, place) in secrets {
        add_secret(&secret, place, &mut container, |candidate| environment.set(candidate));
    }
    container.deployment.files = texts.into();
    let management = Management {
        manager: Manager::Quadlet,
        name: Some(format!("{stem}.service")),
        group: None,
        is_podman: true,
        context: None,
    };
    let container_name = name.unwrap_or_else(|| format!("systemd-{stem}"));
    Some(Workload {
        kind: WorkloadKind::QuadletUnit,
        name: stem,
        container: Some(container_name),
        deployment: container.deployment,
        environment: environment.finish(),
        before: Vec::new(),
        is_elsewhere: false,
        management,
        looked_at,
    })
}

/// The option of `podman run` that a key becomes.
fn option_of(key: &str) -> Option<&'static str> {
    Some(match key {
        "User" => "user",
        "UserNS" => "userns",
        "WorkingDir" => "workdir",
        "Entrypoint" => "entrypoint",
        "Network" => "network",
        "PublishPort" => "publish",
        "Mount" => "mount",
        "Tmpfs" => "tmpfs",
        "AddCapability" => "cap-add",
        "AddHost" => "add-host",
        "HealthCmd" => "health-cmd",
        "Label" => "label",
        "Memory" => "memory",
        _ => return None,
    })
}

/// `data.volume:/path` is the volume that `data.volume` makes.
fn named_volume(word: &RunWord) -> RunWord {
    match word.text.split_once(':') {
        Some((source, rest)) if source.ends_with(".volume") && !source.contains('/') => {
            let name = source.trim_end_matches(".volume");
            RunWord::new(format!("systemd-{name}:{rest}"), word.place)
        }
        _ => word.clone(),
    }
}

/// `Secret=NAME,type=env,target=VARIABLE`: what Podman's store holds, which nobody sees from here.
fn add_secret(
    word: &RunWord,
    place: Place,
    container: &mut RunContainer<'_>,
    mut set: impl FnMut(Candidate),
) {
    let mut parts = word.text.split(',');
    let name = parts.next().unwrap_or_default();
    let field = |wanted: &str| {
        word.text.split(',').skip(1).filter_map(|part| part.split_once('=')).find(|(key, _)| *key == wanted)
    };
    let target = field("target").map_or(name, |(_, target)| target).to_owned();
    if field("type").is_some_and(|(_, kind)| kind == "env") {
        set(Candidate {
            layer: Layer::UnitEnvironment,
            place: Some(place),
            via: Provenance::default(),
            value: None,
            name: target,
        });
    } else {
        let target = if target.starts_with('/') { target } else { format!("/run/secrets/{target}") };
        container.deployment.given_files.push(GivenFile { target, content: GivenContent::Unknown, place });
    }
}

/// With the specifiers of systemd put in (systemd.unit(5)); one that only the other machine knows is not
/// known.
fn specified(text: &str, stem: &str, host: &World) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('%') => out.push('%'),
            Some('h') => match host.var("HOME") {
                Some(home) => out.push_str(home),
                None => out.push(UNKNOWN),
            },
            Some('E') => match host.var("HOME") {
                Some(home) => out.push_str(&format!("{home}/.config")),
                None => out.push(UNKNOWN),
            },
            Some('N' | 'p' | 'P') => out.push_str(stem),
            Some('n') => out.push_str(&format!("{stem}.service")),
            Some(_) => out.push(UNKNOWN),
            None => out.push('%'),
        }
    }
    out
}
