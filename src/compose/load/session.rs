//! What one run of the resolver carries along: the outside it reads from, and what it has to say.

use crate::compose::{
    LoadOptions,
    load::budget::{Budget, Work},
    values::{path, remote::without_login},
};
use crate::{
    provenance::{InspectedSource, Layer, Provenance, SourceState},
    syntax::{
        interpolate::{self, Use},
        yaml::YamlDocument,
    },
    text::source::{Language, Place, SourceId, SourceName, Sources},
    vocabulary::finding::{Refusal, SaidBy, Warning},
    world::{
        files::{Kind, ReadError},
        host::World,
    },
};
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

/// Most refusals, and most warnings, of one run.
const MOST: usize = 1_000;

pub(crate) struct Session<'a> {
    pub(crate) options: &'a LoadOptions,
    pub(crate) host: &'a World,
    pub(crate) sources: &'a mut Sources,
    /// The working directory as Go's `Getwd` gives it.
    pub(crate) cwd: String,
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) looked_at: Vec<InspectedSource>,
    /// Documents that were parsed before they are needed.
    pub(crate) parsed: HashMap<SourceId, Vec<YamlDocument>>,
    pub(crate) budget: Budget,
    /// All that the project consists of is here: nothing of it stands in a repository or registry.
    pub(crate) is_whole: bool,
    /// What comes through a pipe was waited for in vain: it is not waited for again.
    waited: bool,
    said: HashSet<(Option<Place>, String, String)>,
    looked_for: HashSet<(Layer, String)>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(options: &'a LoadOptions, host: &'a World, sources: &'a mut Sources) -> Self {
        let cwd = logical_cwd(host);
        Self {
            options,
            host,
            sources,
            cwd,
            refusals: Vec::new(),
            warnings: Vec::new(),
            looked_at: Vec::new(),
            parsed: HashMap::new(),
            budget: Budget::default(),
            is_whole: true,
            waited: false,
            said: HashSet::new(),
            looked_for: HashSet::new(),
        }
    }

    /// `$HOME`, for paths that begin with `~`.
    pub(crate) fn home(&self) -> Option<&str> {
        self.host.var("HOME").filter(|home| !home.is_empty())
    }

    /// A path as the process sees it.
    pub(crate) fn in_cwd(&self, path: &str) -> String {
        path::absolute(&self.cwd, path)
    }

    /// Whether there is anything of that name, as `stat` sees it.
    pub(crate) fn exists(&self, path: &str) -> bool {
        self.host.files.exists(Path::new(path))
    }

    /// Whether it is a directory.
    pub(crate) fn is_directory(&self, path: &str) -> bool {
        self.host.files.is_directory(Path::new(path))
    }

    /// Whether there is nothing of that name, as Go's `os.IsNotExist` tells: a path that cannot be
    /// followed is something else.
    pub(crate) fn is_absent(&self, path: &str) -> bool {
        // What stands below a file cannot be followed, and is no such case to Go.
        match self.host.files.kind(Path::new(path)) {
            Err(ReadError::Absent) => !self.is_below_a_file(Path::new(path)),
            _ => false,
        }
    }

    fn is_below_a_file(&self, path: &Path) -> bool {
        let above = path.ancestors().skip(1).find_map(|dir| self.host.files.kind(dir).ok());
        above.is_some_and(|kind| kind != Kind::Directory)
    }

    /// Refuses, at a place.
    pub(crate) fn refuse(&mut self, place: Place, message: impl Into<String>) {
        let path = self.sources.get(place.source).name.to_string();
        self.refuse_by(SaidBy::Compose, path, Some(place), message.into());
    }

    /// Says why nothing came of a file: Compose would say so as well, or it is a limit of this program.
    pub(crate) fn refuse_unread(
        &mut self,
        error: &ReadError,
        path: &str,
        place: Option<Place>,
        message: String,
    ) {
        let by = match error {
            ReadError::TooLarge { .. } | ReadError::Special(_) | ReadError::Silent { .. } => SaidBy::Clawdock,
            _ => SaidBy::Compose,
        };
        let path = match place {
            Some(place) => self.sources.get(place.source).name.to_string(),
            None => path.to_owned(),
        };
        self.refuse_by(by, path, place, message);
    }

    /// Says that a file or project of elsewhere is not read.
    pub(crate) fn not_followed(&mut self, place: Place, what: &str, address: &str) {
        self.is_whole = false;
        let address = without_login(address);
        let message =
            format!("{what} {address} is elsewhere and is not fetched: what it defines is not known");
        self.say(Warning { by: SaidBy::Clawdock, message, place: Some(place), unset: None });
    }

    /// Refuses what is named by a path, and at a place where there is one.
    pub(crate) fn refuse_by(&mut self, by: SaidBy, path: String, place: Option<Place>, message: String) {
        self.push(Refusal { by, path, place, message, fatal: false });
    }

    /// Something at that place was refused before.
    pub(crate) fn is_refused(&self, place: Place) -> bool {
        self.refusals.iter().any(|refusal| refusal.place == Some(place))
    }

    /// Spends of what one run may do, and refuses at a place when it is too much.
    pub(crate) fn spend(&mut self, work: Work, amount: usize, place: Place) -> bool {
        let enough = self.budget.spend(work, amount);
        if !enough {
            self.refuse(place, work.refusal());
        }
        enough
    }

    /// The steps that explain an interpolated text. When very many values are made from several
    /// others, only the first expression of each is explained.
    pub(crate) fn explain(&mut self, template: &str, mut uses: &[Use], place: Place) -> Provenance {
        if !self.budget.spend(Work::Steps, interpolate::copied_steps(uses)) {
            uses = uses.get(..1).unwrap_or_default();
        }
        interpolate::explain(template, uses, place, self.sources.get(place.source).text())
    }

    /// Refuses because of a file or option that has no place.
    pub(crate) fn refuse_path(&mut self, path: &str, message: impl Into<String>) {
        self.refuse_by(SaidBy::Compose, path.to_owned(), None, message.into());
    }

    /// Files are read more than once (`extends`, `include`), what they say is told once.
    fn push(&mut self, refusal: Refusal) {
        if self.refusals.len() < MOST
            && self.said.insert((refusal.place, refusal.path.clone(), refusal.message.clone()))
        {
            self.refusals.push(refusal);
        }
    }

    pub(crate) fn warn(&mut self, message: impl Into<String>, place: Option<Place>) {
        self.warn_of(message.into(), place, None);
    }

    /// Warns of a variable that is not set.
    pub(crate) fn warn_of(&mut self, message: String, place: Option<Place>, unset: Option<String>) {
        self.say(Warning { by: SaidBy::Compose, message, place, unset });
    }

    fn say(&mut self, warning: Warning) {
        let said = (warning.place, String::new(), warning.message.clone());
        if self.warnings.len() < MOST && self.said.insert(said) {
            self.warnings.push(warning);
        }
    }

    pub(crate) fn look_at(&mut self, layer: Layer, path: &str, problem: Option<&ReadError>) {
        if self.looked_for.insert((layer, path.to_owned())) {
            let state = match problem {
                None => SourceState::Read,
                Some(ReadError::Absent) => SourceState::Absent,
                Some(why) => SourceState::Unreadable(why.to_string()),
            };
            self.looked_at.push(InspectedSource::new(layer, path, state));
        }
    }

    /// Reads and stores a text file. Bytes that are not UTF-8 become U+FFFD, and the first of them
    /// is told.
    pub(crate) fn read(
        &mut self,
        path: &str,
        layer: Layer,
        language: Language,
        limit: u64,
    ) -> Result<(SourceId, Option<usize>), ReadError> {
        let path = self.in_cwd(path);
        if let Some(id) = self.sources.find_host(Path::new(&path)) {
            self.look_at(layer, &path, None);
            let broken = self.sources.get(id).text().find('\u{fffd}');
            return Ok((id, broken));
        }
        let mut read = self.host.files.read(Path::new(&path), limit);
        if let Err(ReadError::Special(_)) = read
            && !self.waited
        {
            read = self.host.files.read_stream(Path::new(&path), limit);
            self.waited = matches!(read, Err(ReadError::Silent { .. }));
        }
        self.look_at(layer, &path, read.as_ref().err());
        let (text, broken) = match language {
            Language::Yaml => decode(read?),
            // compose-go's dotenv reads bytes: text in UTF-16 is refused at its first one.
            _ => utf8(read?),
        };
        let name = SourceName::Host(PathBuf::from(&path));
        Ok((self.sources.add(name, language, text), broken))
    }
}

/// UTF-8, or UTF-16 with a byte-order mark, which go-yaml reads as well.
pub(crate) fn decode(bytes: Vec<u8>) -> (String, Option<usize>) {
    let wide: Option<fn([u8; 2]) -> u16> = match bytes.get(..2) {
        Some([0xff, 0xfe]) => Some(u16::from_le_bytes),
        Some([0xfe, 0xff]) => Some(u16::from_be_bytes),
        _ => None,
    };
    if let Some(unit) = wide {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        return (String::from_utf16_lossy(&units), None);
    }
    utf8(bytes)
}

fn utf8(bytes: Vec<u8>) -> (String, Option<usize>) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(at))
        }
    }
}

/// Go's `os.Getwd` believes `$PWD` when it names the same directory, so a directory that was
/// reached by a symbolic link keeps its name.
fn logical_cwd(host: &World) -> String {
    let physical = host.cwd.to_string_lossy().into_owned();
    match host.var("PWD") {
        Some(pwd) if path::is_absolute(pwd) && host.files.is_same(Path::new(pwd), &host.cwd) => {
            pwd.to_owned()
        }
        _ => physical,
    }
}
