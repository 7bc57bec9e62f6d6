//! The project's name, compose-go `loader/loader.go: projectName` and `cli/options.go:
//! withNamePrecedenceLoad`.

use crate::compose::{
    load::{environment::ComposeEnvironment, session::Session},
    values::{path, scalar},
};
use crate::{
    syntax::{interpolate, node::NodeKind},
    text::{
        secret::Text,
        source::{Place, SourceId},
    },
};

impl Session<'_> {
    /// `-p`, else `COMPOSE_PROJECT_NAME`, else the last `name:` of the files, else the directory.
    pub(crate) fn project_name(
        &mut self,
        files: &[Option<SourceId>],
        working_dir: &str,
        environment: &ComposeEnvironment,
    ) -> Option<String> {
        let flag = self.options.project_name.clone().filter(|name| !name.is_empty());
        let variable = environment.text("COMPOSE_PROJECT_NAME").filter(|name| !name.is_empty());
        if let Some(name) = flag.or_else(|| variable.map(str::to_owned)) {
            if normalized(&name) == name {
                return Some(name);
            }
            let message = "invalid project name: must consist only of lowercase alphanumeric characters, hyphens, \
                           and underscores as well as start with a letter or number";
            self.refuse_path("project name", message);
            return None;
        }
        let (written, named) = self.written_name(files);
        let written = written.map(|(template, place)| {
            let outcome = interpolate::substitute(template.expose(), environment);
            self.warn_unset(template.expose(), &outcome, place);
            if let Some(error) = &outcome.error {
                self.refuse_template(template.expose(), error, place);
            }
            normalized(outcome.text.expose())
        });
        let directory = path::base(working_dir);
        let real = self.host.files.real(std::path::Path::new(working_dir));
        let real = real.file_name().map(|name| name.to_string_lossy());
        if !named && real.is_some_and(|real| real != directory) {
            let message = format!(
                "project has been loaded without an explicit name from a symlink. Using name {directory:?}"
            );
            self.warn(message, None);
        }
        // A name of which nothing is left is a name all the same: it hides that of the directory.
        let by_default = || if named { String::new() } else { normalized(directory) };
        let name = written.filter(|name| !name.is_empty()).unwrap_or_else(by_default);
        if name.is_empty() {
            self.refuse_path(working_dir, "project name must not be empty: give one with -p or name:");
            return None;
        }
        Some(name)
    }

    /// The last `name:` that is not empty, and whether the first document of a file has one.
    fn written_name(&mut self, files: &[Option<SourceId>]) -> (Option<(Text, Place)>, bool) {
        let mut last = None;
        let mut named = false;
        for file in files.iter().flatten() {
            for (index, document) in self.parse_ahead(*file).iter().enumerate() {
                let Some(name) = document.root.get("name") else { continue };
                if matches!(name.kind, NodeKind::Null | NodeKind::Seq(_) | NodeKind::Map(_)) {
                    continue;
                }
                let text = scalar::print(name);
                if !text.is_empty() {
                    named |= index == 0;
                    last = Some((text, name.place));
                }
            }
        }
        (last, named)
    }
}

/// `NormalizeProjectName`.
pub(crate) fn normalized(name: &str) -> String {
    let lower = name.to_lowercase();
    let kept: String = lower.chars().filter(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-')).collect();
    kept.trim_start_matches(['_', '-']).to_owned()
}

#[cfg(test)]
mod tests {
    use crate::{
        compose::{LoadOptions, load},
        text::source::Sources,
        world::host::World,
    };

    fn name(text: &str) -> Option<String> {
        let host = World { cwd: "/srv/My.Proj".into(), ..World::default() };
        let options =
            LoadOptions { files: vec!["-".to_owned()], stdin: Some(text.into()), ..LoadOptions::default() };
        let project = load(&options, &host, &mut Sources::default());
        assert_eq!(project.name.is_some(), project.refusals.is_empty(), "{:?}", project.refusals);
        project.name
    }

    #[test]
    fn a_name_of_which_nothing_is_left_is_refused() {
        let services = "services: {web: {image: x}}\n";
        assert_eq!(name(services).as_deref(), Some("myproj"));
        assert_eq!(name(&format!("name: ''\n{services}")).as_deref(), Some("myproj"));
        assert_eq!(name(&format!("name: É_a\n{services}")).as_deref(), Some("a"));
        assert_eq!(name(&format!("name: é\n{services}")), None);
        assert_eq!(name(&format!("name: ${{UNSET}}\n{services}")), None);
        // Only the first document of a file is asked whether there is a name.
        assert_eq!(name(&format!("{services}---\nname: é\n")).as_deref(), Some("myproj"));
    }
}
