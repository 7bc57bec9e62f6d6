//! `.dockerignore`: what a build context leaves out (moby `patternmatcher`).

use crate::{text::limits, vocabulary::built_image::IgnorePattern, world::files::Files};
use std::{path::Path, rc::Rc};

/// The patterns of a build: those of `<Dockerfile>.dockerignore`, else of the context.
pub(super) fn read(files: &dyn Files, context: &Path, dockerfile: Option<&Path>) -> Rc<[IgnorePattern]> {
    let own = dockerfile.and_then(|path| {
        let mut name = path.file_name()?.to_os_string();
        name.push(".dockerignore");
        files.read_text(&path.with_file_name(name), limits::DOCKERFILE).ok()
    });
    let text = own.or_else(|| files.read_text(&context.join(".dockerignore"), limits::DOCKERFILE).ok());
    text.map(|text| patterns(&text)).unwrap_or_default()
}

fn patterns(text: &str) -> Rc<[IgnorePattern]> {
    let lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.starts_with('#'));
    let patterns = lines.filter_map(|line| {
        let line = line.trim();
        let (line, again) = line.strip_prefix('!').map_or((line, false), |rest| (rest.trim(), true));
        let pattern = line.trim_start_matches("./").trim_matches('/');
        (!pattern.is_empty()).then(|| IgnorePattern { pattern: format!("/{pattern}"), again })
    });
    patterns.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::built_image::BuiltImage;

    #[test]
    fn the_last_pattern_that_fits_decides() {
        let text = "# all\n.env\nconfig/\n**/*.md\n!config/keep.json\n*.key\n";
        let image = BuiltImage { ignored: patterns(text), ..BuiltImage::default() };
        for (path, ignored) in [
            (".env", true),
            ("app/.env", false),
            ("config/x.json", true),
            ("config/keep.json", false),
            ("docs/a/README.md", true),
            ("a.key", true),
            ("start.sh", false),
        ] {
            assert_eq!(image.is_ignored(path), ignored, "{path}");
        }
    }
}
