//! Databases are made by SQLite itself, on disk and with a log, and compared with what it reads.

use super::*;
use crate::world::{Disk, files::Files as _};
use std::path::Path;

const TABLE: &str = "CREATE TABLE config_machine_state (state_key TEXT NOT NULL PRIMARY KEY, value_json TEXT NOT NULL, updated_at_ms INTEGER NOT NULL) STRICT";

fn cell(database: &Database, name: &str) -> Result<Option<String>, DatabaseRefusal> {
    database.cell("config_machine_state", "state_key", "value_json", name)
}

fn read(path: &Path) -> (Vec<u8>, Vec<u8>) {
    let log = path.with_file_name(format!("{}-wal", path.file_name().unwrap().to_string_lossy()));
    let bytes = |path: &Path| Disk.read(path, 1 << 30);
    (bytes(path).unwrap(), bytes(&log).unwrap_or_default())
}

fn write(connection: &Connection, key: &str, value: &str) {
    let statement =
        "INSERT INTO config_machine_state VALUES (?1, ?2, 0) ON CONFLICT DO UPDATE SET value_json = ?2";
    connection.execute(statement, [key, value]).unwrap();
}

/// The same cell with the pages read in place; none when that is left to SQLite.
fn cell_in_place(main: &[u8], log: &[u8], name: &str) -> Option<Option<String>> {
    let asked = ["config_machine_state", "state_key", "value_json", name];
    in_place_cells(main, log, &[asked]).map(|(_, mut cells)| cells.pop().flatten())
}

fn in_place_cells(
    main: &[u8],
    log: &[u8],
    asked: &[in_place::AskedTable<'_>],
) -> Option<(i64, Vec<Option<String>>)> {
    let log_at = reader(log);
    let log = in_place::WalPages { read_at: &log_at, length: log.len() as u64, index: None };
    in_place::cells(&reader(main), Some(log), asked)
}

/// With the index that SQLite itself keeps beside the log while it has the database open; none when
/// the index does not serve.
fn cell_by_index(path: &Path, name: &str) -> Option<Option<String>> {
    let (main, log) = read(path);
    let index = path.with_file_name(format!("{}-shm", path.file_name().unwrap().to_string_lossy()));
    let index = Disk.read(&index, 1 << 30).unwrap();
    let (log_at, index_at) = (reader(&log), reader(&index));
    wal_index::committed(&index_at, &log_at, log.len() as u64)?;
    let log = in_place::WalPages { read_at: &log_at, length: log.len() as u64, index: Some(&index_at) };
    let asked = ["config_machine_state", "state_key", "value_json", name];
    in_place::cells(&reader(&main), Some(log), &[asked]).map(|(_, mut cells)| cells.pop().flatten())
}

fn reader(bytes: &[u8]) -> impl Fn(u64, &mut [u8]) -> Option<()> {
    |offset, buffer| {
        let start = usize::try_from(offset).ok()?;
        buffer.copy_from_slice(bytes.get(start..start.checked_add(buffer.len())?)?);
        Some(())
    }
}

/// An index of another log, of one that goes on, or of a broken one does not serve.
#[test]
fn an_index_is_held_against_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sqlite");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA journal_mode = WAL").unwrap();
    connection.execute_batch(TABLE).unwrap();
    write(&connection, "a", "first");
    let index_path = folder.path().join("a.sqlite-shm");
    let index = Disk.read(&index_path, 1 << 30).unwrap();
    let (_, log) = read(&path);
    let serves = |index: &[u8], log: &[u8]| {
        wal_index::committed(&reader(index), &reader(log), log.len() as u64)
            .map(|committed| committed.pages.len())
    };
    assert!(serves(&index, &log).is_some_and(|pages| pages > 0));
    for at in [0, 12, 14, 16, 20, 32, 40, 60, 90] {
        let mut other = index.clone();
        other[at] ^= 1;
        assert_eq!(serves(&other, &log), None, "{at}");
    }
    assert_eq!(serves(&index[..100], &log), None);
    assert_eq!(serves(&index, &log[..log.len() - 4120]), None);
    // Thousands of frames, beyond the first block, of which the old index knows nothing.
    connection.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF").unwrap();
    for n in 0..9000 {
        write(&connection, "b", &n.to_string());
    }
    let (_, longer) = read(&path);
    assert_eq!(serves(&index, &longer), None);
    assert_eq!(cell_by_index(&path, "b"), Some(Some("8999".to_owned())));
    assert_eq!(cell_by_index(&path, "a"), Some(Some("first".to_owned())));
}

/// What a running program has not written back yet is in the log alone.
#[test]
fn a_log_counts() {
    for page_size in [512, 4096, 65536] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(&format!("PRAGMA page_size = {page_size}; PRAGMA journal_mode = WAL"))
            .unwrap();
        connection.execute_batch(TABLE).unwrap();
        write(&connection, "a", "first");
        let (main, log) = read(&path);
        assert!(!log.is_empty());
        let database = Database::open(main.clone(), &log).unwrap();
        assert_eq!(cell(&database, "a"), Ok(Some("first".into())));
        // Written back, and the log begun anew.
        connection.execute_batch("PRAGMA wal_checkpoint(RESTART)").unwrap();
        write(&connection, "a", &"second ".repeat(5000));
        let (newer, log) = read(&path);
        let database = Database::open(newer, &log).unwrap();
        assert_eq!(cell(&database, "a"), Ok(Some("second ".repeat(5000))));
        assert_eq!(cell(&database, "b"), Ok(None));
        // A transaction that is not ended does not count.
        connection.execute_batch("PRAGMA cache_size = 1; BEGIN").unwrap();
        for n in 0..50 {
            write(&connection, &format!("open {n}"), &"x".repeat(2000));
        }
        let (main, log) = read(&path);
        let database = Database::open(main, &log).unwrap();
        assert_eq!(cell(&database, "open 3"), Ok(None));
        assert_eq!(cell(&database, "a"), Ok(Some("second ".repeat(5000))));
    }
}

/// After any sequence of writes, checkpoints and shrinking, the copy holds what SQLite reads.
#[test]
fn agrees_with_sqlite_after_random_work() {
    let mut seed = 7_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sqlite");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch("PRAGMA page_size = 1024; PRAGMA auto_vacuum = FULL; PRAGMA journal_mode = WAL")
        .unwrap();
    connection.execute_batch(TABLE).unwrap();
    let mut by_index = 0;
    for step in 0..120 {
        let key = format!("k{}", random(12));
        match random(10) {
            0 => connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)").unwrap(),
            1 => connection.execute_batch("PRAGMA wal_checkpoint(RESTART)").unwrap(),
            2 => connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap(),
            3 | 4 => {
                connection.execute("DELETE FROM config_machine_state WHERE state_key = ?1", [&key]).unwrap();
            }
            _ => write(&connection, &key, &format!("{step} ").repeat(random(3000) as usize + 1)),
        }
        let (main, log) = read(&path);
        let database = Database::open(main.clone(), &log).unwrap();
        for n in 0..12 {
            let key = format!("k{n}");
            let expected: Option<String> = connection
                .query_row("SELECT value_json FROM config_machine_state WHERE state_key = ?1", [&key], |r| {
                    r.get(0)
                })
                .optional()
                .unwrap();
            assert_eq!(cell(&database, &key), Ok(expected.clone()), "step {step} {key}");
            assert_eq!(
                cell_in_place(&main, &log, &key),
                Some(expected.clone()),
                "step {step} {key} in place"
            );
            // After a restart of the log the index names none of it until the next write.
            if let Some(found) = cell_by_index(&path, &key) {
                assert_eq!(found, expected, "step {step} {key} by the index");
                by_index += 1;
            }
        }
    }
    assert!(by_index > 500, "{by_index}");
}

#[test]
fn says_what_is_no_database() {
    let refusal = |main: &[u8]| Database::open(main.to_vec(), b"").unwrap_err();
    assert_eq!(refusal(b""), DatabaseRefusal::Empty);
    assert_eq!(refusal(b"{\"version\": 1}"), DatabaseRefusal::NotADatabase);
    assert_eq!(refusal(&[0xa5; 8192]), DatabaseRefusal::NotADatabase);
    assert_eq!(refusal(MAGIC), DatabaseRefusal::Corrupt);
    assert!(matches!(
        refusal(&[MAGIC, &[7; 5000]].concat()),
        DatabaseRefusal::Corrupt | DatabaseRefusal::NotADatabase
    ));
}

/// No damage makes it panic or hang, or gives what is not there.
#[test]
fn damage_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sqlite");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA page_size = 512").unwrap();
    connection.execute_batch(TABLE).unwrap();
    for n in 0..40 {
        write(&connection, &format!("k{n}"), &"v".repeat(90 * n));
    }
    let (main, _) = read(&path);
    for at in (0..main.len()).step_by(37) {
        let mut damaged = main.clone();
        damaged[at] ^= 0xff;
        if let Ok(database) = Database::open(damaged.clone(), b"") {
            for n in [0, 7, 39] {
                let _ = cell(&database, &format!("k{n}"));
            }
        }
        for n in [0, 7, 39] {
            let _ = cell_in_place(&damaged, b"", &format!("k{n}"));
            let _ = cell_in_place(&main[..at], b"", &format!("k{n}"));
        }
        let _ = Database::open(main[..at].to_vec(), b"").map(|d| cell(&d, "k39"));
    }
    for log in [&b"x"[..], &[0; 5000], &main] {
        let database = Database::open(main.clone(), log).unwrap();
        assert_eq!(cell(&database, "k1"), Ok(Some("v".repeat(90))));
    }
}

#[test]
fn another_layout_is_told() {
    let of = |statements: &str| {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(statements).unwrap();
        let bytes = connection.serialize("main").unwrap().to_vec();
        cell(&Database::open(bytes, b"").unwrap(), "a")
    };
    assert_eq!(of("CREATE TABLE other (a)"), Ok(None));
    assert_eq!(of("CREATE TABLE config_machine_state (state_key)"), Err(DatabaseRefusal::OtherLayout));
    let view = "CREATE VIEW config_machine_state AS SELECT 'a' AS state_key, 'b' AS value_json";
    assert_eq!(of(view), Err(DatabaseRefusal::OtherLayout));
    let number = "CREATE TABLE config_machine_state (state_key, value_json); INSERT INTO config_machine_state VALUES ('a', 1)";
    assert_eq!(of(number), Err(DatabaseRefusal::OtherLayout));
}

/// A database with many tables and rows, every kind of column, and keys and texts of every length
/// around the ones at which a row leaves its page.
#[test]
fn reads_in_place_what_sqlite_reads() {
    for page_size in [512, 1024, 4096, 65536] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(&format!("PRAGMA page_size = {page_size}; PRAGMA user_version = 35"))
            .unwrap();
        for n in 0..40 {
            let other = format!(
                "CREATE TABLE t{n} (id INTEGER PRIMARY KEY, a TEXT DEFAULT (')' || ','), b BLOB, CHECK (length(a) > 0)); CREATE INDEX i{n} ON t{n} (a)"
            );
            connection.execute_batch(&other).unwrap();
        }
        let table = "CREATE TABLE \"odd names\" (n REAL, [the key] TEXT, i INTEGER, hollow, \"a value\" TEXT NOT NULL, PRIMARY KEY ([the key]))";
        connection.execute_batch(table).unwrap();
        connection.execute_batch("BEGIN").unwrap();
        let text = |n: usize| "v".repeat(if n < 1200 { n } else { n * 97 });
        for n in (0..1200).step_by(7).chain(1200..1230) {
            let numbers = [-1_i64, 0, 1, 200, -40_000, 1 << 23, -(1 << 40), i64::MAX];
            let insert = "INSERT INTO \"odd names\" VALUES (?1, ?2, ?3, NULL, ?4)";
            let key = format!("{}{n}", "k".repeat(n % 60 * (n % 11)));
            connection.execute(insert, (0.5, key, numbers[n % 8], text(n))).unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
        let (main, log) = read(&path);
        for n in (0..1200).step_by(7).chain([1200, 1229, 1]) {
            let key = format!("{}{n}", "k".repeat(n % 60 * (n % 11)));
            let asked = ["odd names", "the key", "a value", &key];
            let found = in_place_cells(&main, &log, &[asked, ["none", "a", "b", "c"]]);
            let expected = if n == 1 { None } else { Some(text(n)) };
            assert_eq!(found, Some((35, vec![expected, None])), "{page_size} {n}");
        }
    }
}

#[test]
fn what_is_not_plain_is_left_to_sqlite() {
    let of = |statements: &str| {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(statements).unwrap();
        cell_in_place(&connection.serialize("main").unwrap(), b"", "a")
    };
    assert_eq!(of("CREATE TABLE other (a)"), Some(None));
    let rows = "INSERT INTO config_machine_state VALUES ('a', 'b')";
    let plain = "CREATE TABLE config_machine_state (state_key, value_json)";
    assert_eq!(of(&format!("{plain}; {rows}")), Some(Some("b".to_owned())));
    for odd in [
        "PRAGMA encoding = 'UTF-16'; CREATE TABLE config_machine_state (state_key, value_json)",
        "CREATE TABLE config_machine_state (state_key PRIMARY KEY, value_json) WITHOUT ROWID",
        "CREATE TABLE config_machine_state (state_key, value_json /* , other */)",
        "CREATE TABLE config_machine_state (state_key, made AS ('x'), value_json)",
    ] {
        assert_eq!(
            of(&format!("{odd}; {}", rows.replace(" VALUES", " (state_key, value_json) VALUES"))),
            None,
            "{odd}"
        );
    }
    assert_eq!(of(&format!("{plain}; INSERT INTO config_machine_state VALUES ('a', 1)")), None);
    assert_eq!(of("CREATE VIEW config_machine_state AS SELECT 'a' AS state_key, 'b' AS value_json"), None);
    assert_eq!(cell_in_place(b"", b"", "a"), None);
    assert_eq!(cell_in_place(b"{}", b"", "a"), None);
}
