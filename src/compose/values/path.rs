//! Paths as Go's `path/filepath` handles them on Unix, on text: compose files are text, and
//! whether `a/../b` is cleaned decides which file is read.

/// `filepath.IsAbs`.
pub(crate) fn is_absolute(path: &str) -> bool {
    path.starts_with('/')
}

/// `filepath.Clean`.
pub(crate) fn clean(path: &str) -> String {
    let absolute = is_absolute(path);
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    match (absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// `filepath.Join` of two.
pub(crate) fn join(base: &str, path: &str) -> String {
    match (base, path) {
        ("", "") => String::new(),
        ("", path) => clean(path),
        (base, path) => clean(&format!("{base}/{path}")),
    }
}

/// `path`, when it is absolute; else below `base`, cleaned.
pub(crate) fn absolute(base: &str, path: &str) -> String {
    if is_absolute(path) { path.to_owned() } else { join(base, path) }
}

/// `filepath.Dir`.
pub(crate) fn parent(path: &str) -> String {
    match path.rfind('/') {
        Some(at) => clean(&path[..=at]),
        None => ".".to_owned(),
    }
}

/// `filepath.Base`.
pub(crate) fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match (trimmed.is_empty(), path.is_empty()) {
        (true, true) => ".",
        (true, false) => "/",
        _ => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

/// `filepath.Rel` of two clean paths; nothing when it cannot be told.
pub(crate) fn relative(base: &str, target: &str) -> Option<String> {
    let (base, target) = (clean(base), clean(target));
    if is_absolute(&base) != is_absolute(&target) {
        return None;
    }
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|p| !p.is_empty() && *p != ".").map(str::to_owned).collect()
    };
    let (from, to) = (parts(&base), parts(&target));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if from[common..].iter().any(|part| part == "..") {
        return None;
    }
    let up = std::iter::repeat_n("..", from.len() - common);
    let path: Vec<&str> = up.chain(to[common..].iter().map(String::as_str)).collect();
    Some(if path.is_empty() { ".".to_owned() } else { path.join("/") })
}

/// `paths.ExpandUser`: whatever follows a leading `~` is put below the home directory.
pub(crate) fn expand_home(path: &str, home: Option<&str>) -> String {
    match (path.strip_prefix('~'), home) {
        (Some(rest), Some(home)) => join(home, rest),
        _ => path.to_owned(),
    }
}

/// `IsWindowsAbs`, as far as compose files on Unix need it: `C:\` or `\\server`.
pub(crate) fn is_windows_absolute(path: &str) -> bool {
    let bytes = path.as_bytes();
    let drive = bytes.len() >= 3 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':';
    (drive && matches!(bytes[2], b'\\' | b'/')) || path.starts_with("\\\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_go_does() {
        for (path, cleaned) in [("a/./b//c/..", "a/b"), ("/../x", "/x"), ("", "."), ("../../a", "../../a")] {
            assert_eq!(clean(path), cleaned);
        }
        assert_eq!(join("/a", "../b"), "/b");
        assert_eq!(parent("/a/b"), "/a");
        assert_eq!(parent("a"), ".");
        assert_eq!(base("/a/b/"), "b");
        assert_eq!(relative("/a/b", "/a/c/d").as_deref(), Some("../c/d"));
        assert_eq!(relative("/a", "/a").as_deref(), Some("."));
        assert_eq!(expand_home("~bob/x", Some("/home/me")), "/home/me/bob/x");
    }
}
