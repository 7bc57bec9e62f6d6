//! Cells of OpenClaw's databases.

use crate::{
    provenance::SourceState,
    syntax::sqlite::{Database, DatabaseRefusal, in_place, log_generation},
    text::{limits, secret::Bytes, source::SourceName},
    world::{
        container_fs::{ContainerFs, Look, Opened},
        files::ReadError,
    },
};

/// How often a database is copied again that was written back while it was copied.
const COPIES: usize = 3;

/// A cell: table, column of the key, column of the value, key (`sqlite-json`, openclaw 2026.9.6).
pub(super) type StoreCell = [&'static str; 4];

/// The profiles in an agent's database, and what is remembered of them.
pub(super) const AGENT_STORE: StoreCell = ["auth_profile_store", "store_key", "store_json", "primary"];
pub(super) const AGENT_STATE: StoreCell = ["auth_profile_state", "state_key", "state_json", "primary"];
/// Where the shared profiles are, and the same two in the state database.
pub(super) const OWNER: StoreCell = ["config_machine_state", "state_key", "value_json", "auth.sharedStore"];
pub(super) const SHARED_STORE: StoreCell =
    ["config_machine_state", "state_key", "value_json", "authProfiles.store"];
pub(super) const SHARED_STATE: StoreCell =
    ["config_machine_state", "state_key", "value_json", "authProfiles.state"];

/// A cell and its text, where it has one.
pub type Filled = ([&'static str; 4], Option<String>);

/// The number of a database's layout, and every cell that is read of databases; none when it is no
/// database that can be read.
#[must_use]
pub fn cells(main: &[u8], log: &[u8]) -> Option<(i64, Vec<Filled>)> {
    let database = Database::open(main.to_vec(), log).ok()?;
    let version = database.version().ok()?;
    let all = [AGENT_STORE, AGENT_STATE, OWNER, SHARED_STORE, SHARED_STATE];
    let read = |[table, key, value, name]: [&'static str; 4]| {
        Some(([table, key, value, name], database.cell(table, key, value, name).ok()?))
    };
    Some((version, all.into_iter().filter_map(read).collect()))
}

/// What came of reading a database.
pub(super) struct Copied {
    /// Its path in the container.
    pub(super) path: String,
    /// What it is called; none when there is nothing.
    pub(super) name: Option<SourceName>,
    /// What came of looking at it.
    pub(super) state: SourceState,
    /// For the list of what was looked at.
    pub(super) note: Option<String>,
    /// OpenClaw itself cannot read it.
    pub(super) refused: bool,
    /// The number of its layout, where it could be read.
    pub(super) layout: Option<i64>,
    cells: Option<Vec<Option<String>>>,
}

impl Copied {
    /// The cells, when the database could be read.
    pub(super) fn cells(&self) -> Option<&[Option<String>]> {
        self.cells.as_deref()
    }

    /// Takes cells over, unless the layout is one that the release does not read.
    fn take(&mut self, version: i64, cells: Vec<Option<String>>, newest: Option<i64>) {
        self.layout = Some(version);
        if newest.is_some_and(|newest| version > newest) {
            self.refused = true;
            self.note =
                Some(format!("has layout {version}, of a newer release, which this one refuses to read"));
        } else {
            self.cells = Some(cells);
        }
    }

    /// Leaves the cells alone, for a reason that is told.
    pub(super) fn leave(&mut self, why: &str) {
        if self.cells.take().is_some() {
            self.note = Some(why.to_owned());
        }
    }
}

/// What is asked of a database.
#[derive(Clone, Copy, Debug)]
pub(super) struct WantedCells<'a> {
    /// Its directory in the container.
    pub(super) dir: &'a str,
    /// Its name there.
    pub(super) file: &'a str,
    /// The cells.
    pub(super) cells: &'a [StoreCell],
    /// The newest layout that the release reads.
    pub(super) newest: Option<i64>,
}

impl WantedCells<'_> {
    fn path(&self) -> String {
        format!("{}/{}", self.dir, self.file)
    }
}

/// Reads cells of a database, and looks at other files of its directory with it.
///
/// A database of this host that nobody writes at the moment is read where it is, any other out of a
/// copy.
pub(super) fn read(
    fs: &mut dyn ContainerFs,
    wanted: WantedCells<'_>,
    others: &[&str],
) -> (Copied, Vec<Look<Bytes>>) {
    match in_place(fs, wanted) {
        Some(copied) => (copied, fs.look_together(wanted.dir, others, limits::PROFILE_STORE)),
        None => copy(fs, wanted, others),
    }
}

/// None when it is not here, not at rest, or not plain.
fn in_place(fs: &mut dyn ContainerFs, wanted: WantedCells<'_>) -> Option<Copied> {
    let WantedCells { dir, file, cells, newest } = wanted;
    let path = wanted.path();
    let log_path = format!("{path}-wal");
    let main = fs.open(&path)?;
    let log = fs.open(&log_path);
    let stamps = |log: &Option<Opened>| {
        let of_log = match log {
            Some(log) => Some(log.file.stamp()?),
            None => None,
        };
        Some((main.file.stamp()?, of_log))
    };
    let before = stamps(&log)?;
    // A transaction that was not ended has to be taken back, which SQLite does.
    if !matches!(fs.look_together(dir, &[&format!("{file}-journal")], 0).pop(), Some(Look::Absent)) {
        return None;
    }
    let read_at = |offset, buffer: &mut [u8]| main.file.read_at(offset, buffer);
    let log_at = |offset, buffer: &mut [u8]| log.as_ref()?.file.read_at(offset, buffer);
    let index = log.as_ref().and_then(|_| fs.open(&format!("{path}-shm")));
    let index_at = |offset, buffer: &mut [u8]| index.as_ref()?.file.read_at(offset, buffer);
    let of_log = before.1.map(|stamp| in_place::WalPages {
        read_at: &log_at,
        length: stamp.length,
        index: Some(&index_at),
    });
    let (version, found) = in_place::cells(&read_at, of_log, cells)?;
    let log_now = fs.open(&log_path);
    if log_now.is_some() != log.is_some() || stamps(&log)? != before || stamps(&log_now)? != before {
        return None;
    }
    let mut copied = Copied {
        path,
        name: Some(main.name),
        state: SourceState::Read,
        note: None,
        refused: false,
        layout: None,
        cells: None,
    };
    copied.take(version, found, newest);
    Some(copied)
}

/// Copies a database and reads cells of the copy.
fn copy(fs: &mut dyn ContainerFs, wanted: WantedCells<'_>, others: &[&str]) -> (Copied, Vec<Look<Bytes>>) {
    let WantedCells { dir, file, .. } = wanted;
    let (log, journal) = (format!("{file}-wal"), format!("{file}-journal"));
    // The log before and after: while it is the same one, all that was written back to the
    // database in between is in it as well.
    let mut names = vec![log.as_str(), file, log.as_str(), journal.as_str()];
    names.extend(others);
    let mut tries = 1..=COPIES;
    loop {
        let last = tries.next().is_none_or(|n| n == COPIES);
        let mut looks = fs.look_together(dir, &names, limits::PROFILE_STORE).into_iter();
        let mut next = || looks.next().unwrap_or(Look::Absent);
        let (before, main, after, journal) = (next(), next(), next(), next());
        match attempt(wanted, main, [before, after], &journal, last) {
            Some(copied) => return (copied, looks.collect()),
            None => continue,
        }
    }
}

/// None when it should be copied again.
fn attempt(
    wanted: WantedCells<'_>,
    main: Look<Bytes>,
    logs: [Look<Bytes>; 2],
    journal: &Look<Bytes>,
    last: bool,
) -> Option<Copied> {
    let WantedCells { cells, newest, .. } = wanted;
    let mut copied = Copied {
        path: wanted.path(),
        name: None,
        state: SourceState::Absent,
        note: None,
        refused: false,
        layout: None,
        cells: None,
    };
    let (name, main) = match main {
        Look::Text { name, text, .. } => (name, text),
        Look::Unreadable { name, why } => {
            copied.state = SourceState::Unreadable(unread(&why));
            copied.name = Some(name);
            return Some(copied);
        }
        Look::Absent => return Some(copied),
        Look::Directory { .. } => {
            copied.state = SourceState::Unreadable(ReadError::Directory.to_string());
            return Some(copied);
        }
        Look::InImage => {
            copied.state = SourceState::in_image();
            return Some(copied);
        }
        Look::Unseen { why } => {
            copied.state = SourceState::NotVisible(why);
            return Some(copied);
        }
    };
    copied.name = Some(name);
    copied.state = SourceState::Read;
    let [before, after] = logs.map(|look| match look {
        Look::Text { text, .. } => Ok(text),
        Look::Unreadable { why, .. } => Err(why.to_string()),
        Look::Unseen { why } => Err(why),
        _ => Ok(Bytes::default()),
    });
    let (before, after) = match (before, after) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(why), _) | (_, Err(why)) => {
            let why = format!("not read: its write-ahead log cannot be read, {why}");
            copied.state = SourceState::Unreadable(why);
            return Some(copied);
        }
    };
    if log_generation(&before) != log_generation(&after) && !last {
        return None;
    }
    let read = Database::open(main.0, &after).and_then(|database| {
        let version = database.version()?;
        let cell = |[table, key, value, name]: &StoreCell| database.cell(table, key, value, name);
        Ok((version, cells.iter().map(cell).collect::<Result<Vec<_>, _>>()?))
    });
    match read {
        Ok((version, cells)) => {
            copied.take(version, cells, newest);
            if copied.cells.is_some() && matches!(journal, Look::Text { text, .. } if !text.is_empty()) {
                copied.note = Some("a transaction was not ended when it was copied".to_owned());
            }
        }
        // Nothing is in it yet, which is fine with OpenClaw.
        Err(DatabaseRefusal::Empty) => copied.note = Some(DatabaseRefusal::Empty.to_string()),
        Err(DatabaseRefusal::Corrupt) if !last => return None,
        Err(refusal) => {
            copied.refused = true;
            copied.state = SourceState::Unreadable(refusal.to_string());
        }
    }
    Some(copied)
}

/// It is there, and OpenClaw may well read it.
fn unread(why: &ReadError) -> String {
    format!("not read: {why}; a profile stored here would come before the provider's variables")
}
