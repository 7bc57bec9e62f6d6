//! `volumes` of a pod and `volumeMounts` of its containers.

use super::{
    objects::{DataObject, Objects},
    text,
};
use crate::{
    provenance::Layer,
    syntax::node::{Node, NodeKind},
    text::source::Place,
    vocabulary::{
        deployment::{Deployment, GivenContent, GivenFile, Mount, MountKind},
        workload::MissingKey,
    },
};

/// The volumes of one pod.
pub(super) struct PodVolumes<'a> {
    pub(super) objects: &'a Objects,
    pub(super) namespace: Option<&'a str>,
    /// `volumes` of the pod.
    pub(super) volumes: &'a [Node],
    /// `volumeClaimTemplates` of its StatefulSet.
    pub(super) claims: &'a [Node],
}

/// What a volume is.
enum PodVolume<'a> {
    Mounted(MountKind, Option<String>),
    /// Files of Secrets and ConfigMaps, each as its own source says.
    Files(Vec<(Layer, &'a Node)>),
}

impl<'a> PodVolumes<'a> {
    /// Puts the mounts of a container on it.
    pub(super) fn mount(&self, container: &'a Node, deployment: &mut Deployment) {
        for mount in container.get("volumeMounts").map(Node::items).unwrap_or_default() {
            let (Some(name), Some(target)) = (text(mount.get("name")), text(mount.get("mountPath"))) else {
                continue;
            };
            let target = crate::compose::values::path::clean(target);
            let sub = text(mount.get("subPath")).filter(|sub| !sub.is_empty());
            let read_only = mount.get("readOnly").is_some_and(|on| on.kind == NodeKind::Bool(true));
            let place = mount.get("mountPath").map(|path| path.place).or(Some(mount.place));
            match self.volume(name) {
                PodVolume::Mounted(kind, source) => {
                    let below = |source: String| match (sub, kind) {
                        (Some(sub), MountKind::Bind) => format!("{}/{sub}", source.trim_end_matches('/')),
                        (Some(sub), _) => format!("{source}/{sub}"),
                        (None, _) => source,
                    };
                    let source = source.map(below);
                    deployment.mounts.push(Mount { source, read_only, place, ..Mount::new(kind, target) });
                }
                PodVolume::Files(parts) => self.files(&parts, &target, sub, mount.place, deployment),
            }
        }
    }

    fn volume(&self, name: &str) -> PodVolume<'a> {
        let named = |node: &&Node, path: &[&str]| text(node.at(path.iter().copied())) == Some(name);
        if self.claims.iter().any(|claim| named(&claim, &["metadata", "name"])) {
            return PodVolume::Mounted(MountKind::Volume, Some(name.to_owned()));
        }
        let Some(volume) = self.volumes.iter().find(|volume| named(volume, &["name"])) else {
            return PodVolume::Mounted(MountKind::Other, None);
        };
        let of = |layer, key| volume.get(key).map(|node| PodVolume::Files(vec![(layer, node)]));
        if let Some(claim) = volume.get("persistentVolumeClaim") {
            let claim = text(claim.get("claimName")).unwrap_or(name);
            return PodVolume::Mounted(MountKind::Volume, Some(claim.to_owned()));
        }
        if volume.get("emptyDir").is_some() {
            return PodVolume::Mounted(MountKind::EmptyDir, Some(name.to_owned()));
        }
        if let Some(path) = volume.get("hostPath") {
            return PodVolume::Mounted(MountKind::Bind, text(path.get("path")).map(str::to_owned));
        }
        if let Some(files) =
            of(Layer::KubernetesConfigMap, "configMap").or_else(|| of(Layer::KubernetesSecret, "secret"))
        {
            return files;
        }
        if let Some(projected) = volume.get("projected") {
            let sources = projected.get("sources").map(Node::items).unwrap_or_default();
            let part = |source: &'a Node| {
                let of = |layer, key| source.get(key).map(|node| (layer, node));
                of(Layer::KubernetesConfigMap, "configMap").or_else(|| of(Layer::KubernetesSecret, "secret"))
            };
            return PodVolume::Files(sources.iter().filter_map(part).collect());
        }
        // NFS, a CSI driver, and what else keeps its files.
        PodVolume::Mounted(MountKind::Volume, Some(name.to_owned()))
    }

    fn files(
        &self,
        parts: &[(Layer, &'a Node)],
        target: &str,
        sub: Option<&str>,
        place: Place,
        deployment: &mut Deployment,
    ) {
        if sub.is_none() {
            let whole = Mount { read_only: true, place: Some(place), ..Mount::new(MountKind::Other, target) };
            deployment.mounts.push(whole);
        }
        let mut seen = false;
        for (layer, node) in parts {
            let Some(name) = text(node.get("name").or_else(|| node.get("secretName"))) else { continue };
            let object = self.objects.find(*layer, self.namespace, name);
            let optional = node.get("optional").is_some_and(|on| on.kind == NodeKind::Bool(true));
            for (path, key, at) in items(node, object) {
                let full = match sub {
                    Some(sub) if sub == path => target.to_owned(),
                    Some(_) => continue,
                    None => format!("{}/{path}", target.trim_end_matches('/')),
                };
                seen = true;
                let entry = object.and_then(|object| object.get(&key));
                if let (None, Some(object)) = (entry, object) {
                    deployment.missing_keys.push(missing(object, &key, &full, optional, at.unwrap_or(place)));
                }
                let content =
                    entry.map_or(GivenContent::Unknown, |entry| match (&entry.as_file, &entry.value) {
                        (Some((name, text)), _) => {
                            GivenContent::Written { name: name.clone(), text: text.clone() }
                        }
                        (None, Some(text)) => GivenContent::Text(text.clone()),
                        (None, None) => GivenContent::Unknown,
                    });
                deployment.given_files.push(GivenFile { target: full, content, place });
            }
        }
        if let Some(sub) = sub.filter(|_| !seen) {
            let object = parts.iter().find_map(|(layer, node)| {
                let name = text(node.get("name").or_else(|| node.get("secretName")))?;
                self.objects.find(*layer, self.namespace, name)
            });
            if let Some(object) = object {
                deployment.missing_keys.push(missing(object, sub, target, false, place));
            }
            let content = GivenContent::Unknown;
            deployment.given_files.push(GivenFile { target: target.to_owned(), content, place });
        }
    }
}

/// The files of a volume: path, key, and where the key is named.
fn items(node: &Node, object: Option<&DataObject>) -> Vec<(String, String, Option<Place>)> {
    match node.get("items") {
        Some(items) => {
            let item = |item: &Node| {
                let key = item.get("key")?;
                let name = text(Some(key))?.to_owned();
                Some((text(item.get("path")).unwrap_or(&name).to_owned(), name, Some(key.place)))
            };
            items.items().iter().filter_map(item).collect()
        }
        None => {
            let keys = object.map(DataObject::keys).unwrap_or_default();
            keys.into_iter().map(|key| (key.clone(), key, None)).collect()
        }
    }
}

/// A key that an object lacks.
pub(super) fn missing(
    object: &DataObject,
    key: &str,
    wanted_for: &str,
    optional: bool,
    place: Place,
) -> MissingKey {
    MissingKey {
        kind: if object.layer == Layer::KubernetesSecret { "Secret" } else { "ConfigMap" },
        object: object.name.clone(),
        key: key.to_owned(),
        keys: object.keys(),
        wanted_for: wanted_for.to_owned(),
        optional,
        place,
        object_place: object.place,
    }
}
