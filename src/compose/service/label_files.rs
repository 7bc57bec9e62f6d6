//! `label_file`: labels never become variables; the files are read because one that is missing or
//! broken makes Compose refuse the project (compose-go `types/project.go:
//! WithServicesLabelsResolved`).

use crate::compose::load::{env_files::EnvFileFormat, environment::ComposeEnvironment, session::Session};
use crate::{
    provenance::Layer,
    syntax::node::Node,
    text::{limits, secret::Text, source::Language},
};
use std::collections::HashMap;

impl Session<'_> {
    /// Reads the label files of an enabled service: what they say, later ones over earlier ones.
    pub(crate) fn read_label_files(&mut self, service: &Node) -> Vec<(String, Text)> {
        let mut labels = HashMap::new();
        for item in service.get("label_file").map(Node::items).unwrap_or_default() {
            let Some(file) = item.text().map(|text| text.expose().to_owned()) else { continue };
            let path = self.in_cwd(&file);
            if file.is_empty() || self.is_absent(&path) {
                self.refuse(item.place, format!("label file {file} not found"));
                continue;
            }
            let layer = Layer::ComposeLabelFile;
            match self.read(&path, layer, Language::Dotenv, limits::ENV_FILE) {
                Ok((source, _)) => {
                    let nothing = ComposeEnvironment::default();
                    let _ = self.evaluate(source, EnvFileFormat::Compose, layer, &nothing, &mut labels);
                }
                Err(problem) => {
                    let message = format!("the label file {path} {problem}");
                    self.refuse_unread(&problem, &path, Some(item.place), message);
                }
            }
        }
        labels.into_iter().map(|(name, binding)| (name, binding.value)).collect()
    }
}
