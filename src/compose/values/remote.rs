//! Addresses of repositories and registries, where a path of a file is expected.

/// What docker/compose fetches from elsewhere, `pkg/remote/git.go` and `pkg/remote/oci.go`.
pub(crate) fn is_remote(path: &str) -> bool {
    ["oci://", "https://", "http://", "git://", "ssh://", "git@", "github.com/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
}

/// An address without the name and password that stand in front of its host.
pub(crate) fn without_login(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}
