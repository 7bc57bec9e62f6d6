//! Makes the relative paths of a project absolute, or relative to one project further out
//! (compose-go `paths/resolve.go`).

use crate::compose::{check::unicity::children, values::path};
use crate::syntax::{
    interpolate::UNKNOWN,
    node::{Node, NodeKind},
};

/// Joins every path to `base`; `home` is put for a leading `~`.
pub(crate) fn resolve(project: &mut Node, base: &str, home: Option<&str>) {
    let resolver = Resolver { base, home };
    for (_, service) in children(project, "services") {
        resolver.service(service);
    }
    for kind in ["configs", "secrets"] {
        for (_, resource) in children(project, kind) {
            if let Some(file) = resource.get_mut("file") {
                resolver.maybe_windows(file);
            }
        }
    }
    for (_, volume) in children(project, "volumes") {
        let is = |node: Option<&Node>, text: &str| {
            node.and_then(Node::text).is_some_and(|found| found.expose() == text)
        };
        let bind = is(volume.get("driver"), "local") && is(volume.at(["driver_opts", "o"]), "bind");
        let device = volume.get_mut("driver_opts").and_then(|options| options.get_mut("device"));
        if let Some(device) = device.filter(|_| bind) {
            resolver.maybe_windows(device);
        }
    }
}

struct Resolver<'a> {
    base: &'a str,
    home: Option<&'a str>,
}

impl Resolver<'_> {
    fn service(&self, service: &mut Node) {
        for item in service.get_mut("env_file").into_iter().flat_map(items) {
            if let Some(path) = item.get_mut("path") {
                self.path(path);
            }
        }
        for item in service.get_mut("label_file").into_iter().flat_map(items) {
            self.path(item);
        }
        let develop = service.get_mut("develop").and_then(|develop| develop.get_mut("watch"));
        for item in develop.into_iter().flat_map(items) {
            if let Some(path) = item.get_mut("path") {
                self.path(path);
            }
        }
        if let Some(file) = service.get_mut("extends").and_then(|extends| extends.get_mut("file")) {
            self.path(file);
        }
        for item in service.get_mut("volumes").into_iter().flat_map(items) {
            let kind = item.get("type").and_then(Node::text);
            if kind.is_some_and(|kind| kind.expose() == "bind")
                && let Some(source) = item.get_mut("source")
            {
                self.maybe_windows(source);
            }
        }
        if let Some(context) = service.get_mut("build").and_then(|build| build.get_mut("context")) {
            let remote = ["https://", "http://", "git://", "ssh://", "github.com/", "git@", "service:"];
            let is_path =
                |text: &str| !text.contains("://") && !remote.iter().any(|prefix| text.starts_with(prefix));
            if context.text().is_some_and(|text| is_path(text.expose())) {
                self.path(context);
            }
        }
    }

    /// `absPath`: the empty path stays empty.
    fn path(&self, node: &mut Node) {
        self.change(node, |text| {
            let path = path::expand_home(text, self.home);
            if path.is_empty() { path } else { path::absolute(self.base, &path) }
        });
    }

    /// `maybeUnixPath`: paths of Windows count as absolute.
    fn maybe_windows(&self, node: &mut Node) {
        self.change(node, |text| {
            let path = path::expand_home(text, self.home);
            if path::is_windows_absolute(&path) { path } else { path::absolute(self.base, &path) }
        });
    }

    fn change(&self, node: &mut Node, with: impl Fn(&str) -> String) {
        if let NodeKind::Str(text) = &node.kind
            && !text.expose().starts_with(UNKNOWN)
        {
            node.kind = NodeKind::Str(with(text.expose()).into());
        }
    }
}

fn items(node: &mut Node) -> &mut [Node] {
    match &mut node.kind {
        NodeKind::Seq(items) => items,
        _ => &mut [],
    }
}
