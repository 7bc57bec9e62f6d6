//! SQLite databases: from the bytes of a copy to the text of a cell.
//!
//! SQLite opens nothing on disk, neither the live file nor a copy of it: a process that uses the file
//! is not disturbed, and no copy of its secrets is left behind. The write-ahead log is applied to
//! the bytes first (see [`wal`]). Where only a few cells of a large file are wanted, its pages are
//! read in place (see [`in_place`]).

pub mod in_place;
mod wal;
mod wal_index;

use crate::text::limits;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, limits::Limit};

/// What is at the beginning of every database: "The Database File Format", section 1.3, of SQLite.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Why a database gives no answer. No variant holds anything out of the database.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DatabaseRefusal {
    /// Not a single byte, and no write-ahead log.
    #[error("is empty (0 bytes)")]
    Empty,
    /// It begins with something else.
    #[error("is no SQLite database, or an encrypted one")]
    NotADatabase,
    /// It begins like a database, and is none.
    #[error("is a broken SQLite database")]
    Corrupt,
    /// It holds something else under the names that were asked for.
    #[error("is an SQLite database of another layout")]
    OtherLayout,
}

/// What tells a write-ahead log from the one before it: it changes when all of the log was written
/// back and it is begun anew. None for what is no log.
#[must_use]
pub fn log_generation(log: &[u8]) -> Option<[u8; 8]> {
    wal::salts(log)
}

/// A database in memory.
#[derive(Debug)]
pub struct Database(Connection);

impl Database {
    /// Opens a copy of a database with its write-ahead log.
    ///
    /// # Errors
    /// When it is no database, or too damaged to tell what it holds.
    pub fn open(mut main: Vec<u8>, log: &[u8]) -> Result<Self, DatabaseRefusal> {
        wal::apply(&mut main, log);
        if main.is_empty() {
            return Err(DatabaseRefusal::Empty);
        }
        if !main.starts_with(MAGIC) {
            return Err(DatabaseRefusal::NotADatabase);
        }
        // Says that the log is the journal, which a database in memory cannot have: sections 1.3.3
        // and "sqlite3_deserialize" of SQLite.
        let versions = main.get_mut(18..20).ok_or(DatabaseRefusal::Corrupt)?;
        versions.fill(1);
        let mut connection = Connection::open_in_memory().map_err(|e| refusal(&e))?;
        let length = main.len();
        connection.deserialize_read_exact("main", main.as_slice(), length, true).map_err(|e| refusal(&e))?;
        // A database from elsewhere may be made to harm: "Defense Against The Dark Arts" of SQLite.
        let longest = i32::try_from(limits::PROFILE_STORE).unwrap_or(i32::MAX);
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest).map_err(|e| refusal(&e))?;
        let careful = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON";
        connection.execute_batch(careful).map_err(|e| refusal(&e))?;
        let database = Self(connection);
        // Reads the schema, so that what is broken shows here.
        database.version()?;
        Ok(database)
    }

    /// `PRAGMA user_version`: the number that the program gave its layout.
    ///
    /// # Errors
    /// When the database is too damaged.
    pub fn version(&self) -> Result<i64, DatabaseRefusal> {
        self.0.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(|e| refusal(&e))
    }

    /// The text in the column `value` of the row whose column `key` is `name`; none when there is
    /// no such table or row. The three words are part of a statement: never what was read somewhere.
    ///
    /// # Errors
    /// When the database is too damaged, or the table is of another layout.
    pub fn cell(
        &self,
        table: &'static str,
        key: &'static str,
        value: &'static str,
        name: &str,
    ) -> Result<Option<String>, DatabaseRefusal> {
        let kind = "SELECT type FROM sqlite_schema WHERE name = ?1";
        let kind: Option<String> =
            self.0.query_row(kind, [table], |row| row.get(0)).optional().map_err(|e| refusal(&e))?;
        match kind.as_deref() {
            None => return Ok(None),
            // A view could compute for ever.
            Some(kind) if kind != "table" => return Err(DatabaseRefusal::OtherLayout),
            Some(_) => {}
        }
        let statement = format!("SELECT {value} FROM {table} WHERE {key} = ?1 LIMIT 1");
        self.0.query_row(&statement, [name], |row| row.get(0)).optional().map_err(|e| refusal(&e))
    }
}

/// The bytes of a database that holds these cells and nothing else. `cells`: table, column of the key,
/// column of the value, key, and the text, if there is one.
///
/// # Errors
/// When a name is none of the plain ones that tables have here, or the library refuses.
pub fn make<'a>(
    version: i64,
    cells: impl IntoIterator<Item = ([&'a str; 4], Option<&'a str>)>,
) -> Result<Vec<u8>, DatabaseRefusal> {
    let is_name = |name: &str| {
        !name.is_empty() && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    let connection = Connection::open_in_memory().map_err(|e| refusal(&e))?;
    connection.pragma_update(None, "user_version", version).map_err(|e| refusal(&e))?;
    for ([table, key, value, name], text) in cells {
        if ![table, key, value].into_iter().all(is_name) {
            return Err(DatabaseRefusal::OtherLayout);
        }
        let Some(text) = text else { continue };
        let create = format!("CREATE TABLE IF NOT EXISTS {table} ({key} TEXT PRIMARY KEY, {value} TEXT)");
        connection.execute_batch(&create).map_err(|e| refusal(&e))?;
        let insert = format!("INSERT OR REPLACE INTO {table} ({key}, {value}) VALUES (?1, ?2)");
        connection.execute(&insert, [name, text]).map_err(|e| refusal(&e))?;
    }
    connection.serialize("main").map(|data| data.to_vec()).map_err(|e| refusal(&e))
}

/// What the library says, without its words: they may hold what was read.
fn refusal(error: &rusqlite::Error) -> DatabaseRefusal {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => DatabaseRefusal::NotADatabase,
        // A column that is not there is SQLITE_ERROR.
        Some(ErrorCode::Unknown) => DatabaseRefusal::OtherLayout,
        Some(_) => DatabaseRefusal::Corrupt,
        // The cell holds no text.
        None => DatabaseRefusal::OtherLayout,
    }
}

#[cfg(test)]
mod tests;
