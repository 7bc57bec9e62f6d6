//! The files of a container as its program finds them: with what the start script wrote before.

use super::WrittenText;
use crate::{
    openclaw::read::paths,
    text::{secret::Bytes, source::SourceName},
    world::container_fs::{ContainerFs, Look, Opened, Real},
};
use std::collections::BTreeMap;

/// The files of a container below, and the written ones on top.
pub struct WrittenFs<'a> {
    below: &'a mut dyn ContainerFs,
    written: &'a BTreeMap<String, WrittenText>,
}

impl<'a> WrittenFs<'a> {
    /// What is written over what is below.
    #[must_use]
    pub fn new(below: &'a mut dyn ContainerFs, written: &'a BTreeMap<String, WrittenText>) -> Self {
        Self { below, written }
    }

    fn look_on_top(&self, path: &str) -> Option<Look> {
        let path = paths::clean("/", path);
        if let Some(written) = self.written.get(&path) {
            return Some(match written {
                WrittenText::Known { name, text, .. } => {
                    Look::Text { name: name.clone(), text: text.expose().to_owned(), owner: None }
                }
                WrittenText::Unknown { why, .. } => Look::Unseen { why: why.clone() },
            });
        }
        let holds = |written: &&String| paths::is_below(written, &path);
        self.written.keys().any(|written| holds(&written)).then_some(Look::Directory { empty: Some(false) })
    }
}

impl ContainerFs for WrittenFs<'_> {
    fn look(&mut self, path: &str, limit: u64) -> Look {
        match self.look_on_top(path) {
            Some(Look::Directory { .. }) => match self.below.look(path, limit) {
                Look::Absent | Look::Directory { .. } => Look::Directory { empty: Some(false) },
                other => other,
            },
            Some(look) => look,
            None => self.below.look(path, limit),
        }
    }

    fn look_together(&mut self, dir: &str, names: &[&str], limit: u64) -> Vec<Look<Bytes>> {
        let mut looks = self.below.look_together(dir, names, limit);
        for (look, name) in looks.iter_mut().zip(names) {
            match self.look_on_top(&format!("{dir}/{name}")) {
                Some(Look::Text { name, text, owner }) => {
                    *look = Look::Text { name, text: Bytes(text.into_bytes()), owner };
                }
                Some(Look::Unseen { why }) => *look = Look::Unseen { why },
                _ => {}
            }
        }
        looks
    }

    fn open(&mut self, path: &str) -> Option<Opened> {
        if self.look_on_top(path).is_some() { None } else { self.below.open(path) }
    }

    fn real(&mut self, path: &str) -> Option<Real> {
        self.below.real(path)
    }

    fn names(&mut self, dir: &str) -> Vec<String> {
        self.below.names(dir)
    }

    fn expect(&mut self, paths: &[String]) {
        self.below.expect(paths);
    }
}

impl WrittenText {
    /// A file that is written as it is called in reports.
    #[must_use]
    pub fn known(name: SourceName, text: String, place: Option<crate::text::source::Place>) -> Self {
        Self::Known { name, text: text.into(), place }
    }
}
