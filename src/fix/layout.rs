//! The layouts of the texts of one run, each read once.

use crate::{
    syntax::{dotenv, yaml},
    text::source::{Language, SourceId, SourceName, Sources},
};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

/// Largest text that is edited, in bytes. What people write by hand is far smaller.
const LARGEST: usize = 1 << 20;

/// Most findings of one run that get a fix: each looks through the texts again.
const MOST: usize = 200;

/// Reads layouts when they are asked for.
#[derive(Debug, Default)]
pub struct Layouts {
    read: RefCell<HashMap<SourceId, Option<Rc<yaml::layout::Layout>>>>,
    dotenv: RefCell<HashMap<SourceId, Rc<dotenv::Entries>>>,
    asked: Cell<usize>,
}

impl Layouts {
    /// One more fix may be looked for.
    #[must_use]
    pub fn may_ask(&self) -> bool {
        self.asked.set(self.asked.get() + 1);
        self.asked.get() <= MOST
    }

    /// The layout of a YAML text that can be edited.
    #[must_use]
    pub fn yaml(&self, id: SourceId, sources: &Sources) -> Option<Rc<yaml::layout::Layout>> {
        let source = sources.get(id);
        if source.language != Language::Yaml || !is_editable(id, sources) {
            return None;
        }
        let mut known = self.read.borrow_mut();
        known.entry(id).or_insert_with(|| yaml::layout::parse(source.text()).map(Rc::new)).clone()
    }

    /// The lines of a text as `docker compose` reads a `.env`.
    #[must_use]
    pub fn dotenv(&self, id: SourceId, sources: &Sources) -> Rc<dotenv::Entries> {
        let mut known = self.dotenv.borrow_mut();
        let read = || Rc::new(dotenv::compose::parse(sources.get(id).text()));
        Rc::clone(known.entry(id).or_insert_with(read))
    }
}

/// It is a file of this host, of a size that somebody edits.
#[must_use]
pub fn is_editable(id: SourceId, sources: &Sources) -> bool {
    let source = sources.get(id);
    matches!(source.name, SourceName::Host(_)) && source.text().len() <= LARGEST
}
