//! Every text that was read, stored once, and places in it.
//!
//! A [`Place`] is a byte range in one [`Source`]; lines and columns are computed at the border,
//! when a report is written.

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

/// Names a [`Source`] of a [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourceId(u32);

/// A half-open range of bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end`; files are limited to far less than 4 GiB, see [`crate::text::limits`].
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    /// As a range to index with.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Where characters were written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// The text.
    pub source: SourceId,
    /// The bytes in it.
    pub span: Span,
}

/// One-based line and column; the column counts characters, as compilers do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LineCol {
    /// One-based.
    pub line: usize,
    /// One-based, in Unicode code points.
    pub column: usize,
}

/// What a text is called in a report.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum SourceName {
    /// A file of this host.
    Host(PathBuf),
    /// A file read out of a container, shown as `docker cp` writes it: `container:/path`.
    Container {
        /// Container name.
        container: String,
        /// Absolute path in it.
        path: String,
    },
    /// Standard input.
    Stdin,
    /// What a script writes into another file, at the place where the script has it. It is shown as the
    /// script, whose text is another.
    WrittenBy(Box<SourceName>),
    /// A cell of a database, which has no lines: a report names the table and the key that is
    /// written at a place.
    Record {
        /// The database.
        file: Box<SourceName>,
        /// The table.
        table: String,
    },
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(path) => write!(f, "{}", path.display()),
            Self::Container { container, path } => write!(f, "{container}:{path}"),
            Self::Stdin => f.write_str("<stdin>"),
            Self::Record { file, .. } | Self::WrittenBy(file) => file.fmt(f),
        }
    }
}

/// The language a text is written in: decides how its excerpts are masked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Language {
    /// A compose file.
    Yaml,
    /// Any of the dotenv dialects.
    Dotenv,
    /// `openclaw.json`.
    Json5,
    /// `clawdock.toml`.
    Toml,
    /// A Dockerfile.
    Dockerfile,
    /// A script of a shell.
    Shell,
    /// A script or a document with `docker run` in it.
    RunScript,
    /// A unit of systemd.
    Unit,
}

/// One text. `Debug` shows its name and length only: the text may hold secrets.
pub struct Source {
    /// What it is called.
    pub name: SourceName,
    /// What it is written in.
    pub language: Language,
    text: String,
    line_starts: OnceCell<Vec<u32>>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({}, {} bytes)", self.name, self.text.len())
    }
}

impl Source {
    /// The whole text. May hold secrets: only parsers and the excerpt masker read it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let after_newline = self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
            std::iter::once(0).chain(after_newline.map(|(i, _)| Span::new(i + 1, i + 1).start)).collect()
        })
    }

    /// Line and column of a byte offset.
    #[must_use]
    pub fn line_col(&self, offset: u32) -> LineCol {
        let starts = self.line_starts();
        let line = starts.partition_point(|s| *s <= offset);
        let start = starts[line - 1] as usize;
        // A byte-order mark is no column of its own to the person who reads the file in an editor.
        let start =
            if start == 0 && self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { start };
        let end = (offset as usize).clamp(start, self.text.len());
        let column = self.text.get(start..end).map_or(0, |s| s.chars().count()) + 1;
        LineCol { line, column }
    }

    /// The bytes of a one-based line, without its line break.
    #[must_use]
    pub fn line_span(&self, line: usize) -> Span {
        let starts = self.line_starts();
        let start = starts.get(line.saturating_sub(1)).map_or(self.text.len(), |s| *s as usize);
        let end = starts.get(line).map_or(self.text.len(), |s| *s as usize);
        let text = &self.text[start..end];
        Span::new(start, start + text.trim_end_matches(['\n', '\r']).len())
    }
}

/// All texts of one run.
#[derive(Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
    of_host: HashMap<PathBuf, SourceId>,
    named: HashMap<(SourceName, Language), SourceId>,
    /// The paths of this host's configs, by their file name.
    configs: HashMap<OsString, HashSet<PathBuf>>,
}

impl Sources {
    /// Stores a text.
    pub fn add(&mut self, name: SourceName, language: Language, text: String) -> SourceId {
        let id = SourceId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        if let SourceName::Host(path) = &name {
            self.of_host.entry(path.clone()).or_insert(id);
            if let Some(file) = path.file_name().filter(|_| language == Language::Json5) {
                self.configs.entry(file.to_owned()).or_default().insert(path.clone());
            }
        }
        self.named.entry((name.clone(), language)).or_insert(id);
        self.all.push(Source { name, language, text, line_starts: OnceCell::new() });
        id
    }

    /// The text that `id` names.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.all[id.0 as usize]
    }

    /// The host file of that path, when it was read already.
    #[must_use]
    pub fn find_host(&self, path: &Path) -> Option<SourceId> {
        self.of_host.get(path).copied()
    }

    /// The text of that name, read as that language, when it was read already.
    #[must_use]
    pub fn find(&self, name: &SourceName, language: Language) -> Option<SourceId> {
        self.named.get(&(name.clone(), language)).copied()
    }

    /// Line and column where a place starts.
    #[must_use]
    pub fn line_col(&self, place: Place) -> LineCol {
        self.get(place.source).line_col(place.span.start)
    }

    /// What stands for line and column in a cell of a database: `auth_profile_store/openai:default`.
    #[must_use]
    pub fn record(&self, place: Place) -> Option<String> {
        let source = self.get(place.source);
        let SourceName::Record { table, .. } = &source.name else { return None };
        let key = source.text().get(place.span.range()).unwrap_or_default();
        Some(format!("{table}/{}", key.trim_matches('"')))
    }

    /// A place for a sentence: `.env:3`, without its folder.
    #[must_use]
    pub fn brief(&self, place: Place) -> String {
        self.brief_with(place, 1)
    }

    /// The same with the name of the folder: `.openclaw/.env:3`.
    #[must_use]
    pub fn brief_in_folder(&self, place: Place) -> String {
        self.brief_with(place, 2)
    }

    /// The same, with the name of the folder only where another config has the same file name.
    #[must_use]
    pub fn distinct(&self, place: Place) -> String {
        let own = self.get(place.source);
        let SourceName::Host(path) = &own.name else { return self.brief(place) };
        let alike = path.file_name().and_then(|file| self.configs.get(file));
        let is_alike = own.language == Language::Json5 && alike.is_some_and(|paths| paths.len() > 1);
        if is_alike { self.brief_in_folder(place) } else { self.brief(place) }
    }

    /// With so many parts of the path.
    fn brief_with(&self, place: Place, parts: usize) -> String {
        let at = self.record(place).unwrap_or_else(|| self.line_col(place).line.to_string());
        let name = match &self.get(place.source).name {
            SourceName::Record { file, .. } | SourceName::WrittenBy(file) => file,
            name => name,
        };
        match name {
            SourceName::Host(path) => {
                let names: Vec<_> = path.iter().rev().take(parts).collect();
                let brief: PathBuf = names.into_iter().rev().collect();
                format!("{}:{at}", brief.display())
            }
            other => format!("{other}:{at}"),
        }
    }

    /// Every text with its id.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.all.iter().enumerate().map(|(i, s)| (SourceId(u32::try_from(i).unwrap_or(u32::MAX)), s))
    }
}

/// Places in order, each with a number, to find those inside of another place without a look at all.
#[derive(Debug, Default)]
pub struct PlaceIndex(Vec<(Place, usize)>);

impl PlaceIndex {
    /// An index of these.
    #[must_use]
    pub fn new(places: impl IntoIterator<Item = (Place, usize)>) -> Self {
        let mut sorted: Vec<(Place, usize)> = places.into_iter().collect();
        sorted.sort_unstable();
        Self(sorted)
    }

    /// The numbers of the places that lie within `outer`.
    pub fn within(&self, outer: Place) -> impl Iterator<Item = usize> + '_ {
        let first = self.0.partition_point(|(place, _)| {
            (place.source, place.span.start) < (outer.source, outer.span.start)
        });
        let begins = move |place: &Place| place.source == outer.source && place.span.start <= outer.span.end;
        let from_there = self.0[first..].iter().take_while(move |(place, _)| begins(place));
        from_there.filter(move |(place, _)| place.span.end <= outer.span.end).map(|(_, number)| *number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_within_a_place() {
        let at = |source, start, end| Place { source: SourceId(source), span: Span::new(start, end) };
        let places = [at(0, 1, 4), at(1, 1, 4), at(1, 2, 9), at(1, 4, 4), at(1, 0, 8), at(2, 2, 3)];
        let index = PlaceIndex::new(places.into_iter().zip(0..));
        let within = |outer: Place| {
            let mut found: Vec<usize> = index.within(outer).collect();
            found.sort_unstable();
            found
        };
        for outer in places.into_iter().chain([at(1, 0, 9), at(1, 3, 4), at(3, 0, 9)]) {
            let inside = |p: &Place| {
                p.source == outer.source && outer.span.start <= p.span.start && p.span.end <= outer.span.end
            };
            let slow: Vec<usize> = (0..places.len()).filter(|n| inside(&places[*n])).collect();
            assert_eq!(within(outer), slow, "{outer:?}");
        }
    }
}
