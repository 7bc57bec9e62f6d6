//! Patterns for names and paths, as `.gitignore` and most linters write them.

/// A name with `*` for any characters: `FEISHU_*`, `*/openclaw-docker-cn-im`.
#[must_use]
pub fn fits_name(pattern: &str, name: &str) -> bool {
    fits(pattern.as_bytes(), name.as_bytes(), false)
}

/// A path below some folder, with `/` between its parts: `*` and `?` stay within one part, `**`
/// goes over any number of them. A pattern without `/` is a file's name in any folder; one that
/// ends in `/` is all that is below that folder.
#[must_use]
pub fn fits_path(pattern: &str, path: &str) -> bool {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    if let Some(folder) = pattern.strip_suffix('/') {
        return fits_path(&format!("{folder}/**"), path);
    }
    if !pattern.contains('/') && pattern != "**" {
        let name = path.rsplit('/').next().unwrap_or(path);
        return fits(pattern.as_bytes(), name.as_bytes(), true);
    }
    fits(pattern.trim_start_matches('/').as_bytes(), path.as_bytes(), true)
}

/// Walks both with one point of return for each kind of star, so that time grows with the product
/// of the lengths at most.
fn fits(pattern: &[u8], text: &[u8], is_path: bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    let mut globstar: Option<(usize, usize)> = None;
    loop {
        if is_path && pattern[p..].starts_with(b"**") {
            // `a/**/b` fits `a/b` as well.
            p += if pattern[p..].starts_with(b"**/") { 3 } else { 2 };
            (globstar, star) = (Some((p, t)), None);
            continue;
        }
        match (pattern.get(p), text.get(t)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                p += 1;
                star = Some((p, t));
                continue;
            }
            (Some(b'?'), Some(c)) if is_path && *c != b'/' => {
                (p, t) = (p + 1, t + 1);
                continue;
            }
            (Some(wanted), Some(c)) if wanted == c => {
                (p, t) = (p + 1, t + 1);
                continue;
            }
            _ => {}
        }
        // What stands here does not fit: let the last star take one more.
        if let Some((after, at)) = star
            && at < text.len()
            && !(is_path && text[at] == b'/')
        {
            star = Some((after, at + 1));
            (p, t) = (after, at + 1);
        } else if let Some((after, at)) = globstar
            && at < text.len()
        {
            let whole_parts = pattern[..after].ends_with(b"/");
            let next = if whole_parts { text[at..].iter().position(|c| *c == b'/') } else { Some(0) };
            let Some(next) = next else { return false };
            (globstar, star) = (Some((after, at + next + 1)), None);
            (p, t) = (after, at + next + 1);
        } else {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (pattern, name, expected) in [
            ("FEISHU_*", "FEISHU_APP_ID", true),
            ("FEISHU_*", "FEISHU", false),
            ("*_TOKEN", "A_TOKEN", true),
            ("MODEL*_NAME", "MODEL2_NAME", true),
            ("*/openclaw", "ghcr.io/me/openclaw", true),
            ("*", "", true),
            ("A", "A", true),
            ("A", "AB", false),
            ("a**b", "axxb", true),
        ] {
            assert_eq!(fits_name(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn paths() {
        for (pattern, path, expected) in [
            ("compose.yml", "a/b/compose.yml", true),
            ("*.yml", "a/compose.yml", true),
            ("examples/*", "examples/a", true),
            ("examples/*", "examples/a/b", false),
            ("examples/**", "examples/a/b", true),
            ("examples/", "examples/a/b", true),
            ("examples/", "other/a", false),
            ("**/test/*.env", "test/x.env", true),
            ("**/test/*.env", "a/b/test/x.env", true),
            ("**/test/*.env", "a/btest/x.env", false),
            ("a/**/z", "a/z", true),
            ("a/**/z", "a/b/c/z", true),
            ("a/**/z", "a/b/c/zz", false),
            ("/a/b", "a/b", true),
            ("./a/b", "a/b", true),
            ("a/?.yml", "a/x.yml", true),
            ("a/?.yml", "a/xx.yml", false),
            ("**", "a/b", true),
            (".env", "a/.env", true),
            (".env", "a/x.env", false),
        ] {
            assert_eq!(fits_path(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn many_stars_end_quickly() {
        let pattern = "*a".repeat(50) + "b";
        assert!(!fits_name(&pattern, &"a".repeat(2000)));
        let pattern = "**/a/".repeat(30) + "b";
        assert!(!fits_path(&pattern, &"a/".repeat(1000)));
    }
}
