//! Databases for tests, with the tables that openclaw 2026.9.6 made in a container, and the number of the
//! first layout, which every release reads that has databases.

use rusqlite::Connection;

const AGENT_LAYOUT: i64 = 1;
const STATE_LAYOUT: i64 = 1;

/// `agents/<id>/agent/openclaw-agent.sqlite`; an empty text leaves a row out.
pub(in crate::openclaw) fn agent_database(store: &str, state: &str) -> Vec<u8> {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(&format!(
            "CREATE TABLE auth_profile_store (store_key TEXT NOT NULL PRIMARY KEY, store_json TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT;
             CREATE TABLE auth_profile_state (state_key TEXT NOT NULL PRIMARY KEY, state_json TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT;
             PRAGMA user_version = {AGENT_LAYOUT}"
        ))
        .unwrap();
    for (table, text) in [("auth_profile_store", store), ("auth_profile_state", state)] {
        if !text.is_empty() {
            connection.execute(&format!("INSERT INTO {table} VALUES ('primary', ?1, 0)"), [text]).unwrap();
        }
    }
    connection.serialize("main").unwrap().to_vec()
}

/// `state/openclaw.sqlite` of an installation that keeps the shared profiles there.
pub(in crate::openclaw) fn state_database(store: &str, state: &str) -> Vec<u8> {
    state_cells(&[
        ("auth.sharedStore", r#"{"location":"state-db"}"#),
        ("authProfiles.store", store),
        ("authProfiles.state", state),
    ])
}

/// The same with any rows.
pub(in crate::openclaw) fn state_cells(cells: &[(&str, &str)]) -> Vec<u8> {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(&format!(
            "CREATE TABLE config_machine_state (state_key TEXT NOT NULL PRIMARY KEY, value_json TEXT NOT NULL, updated_at_ms INTEGER NOT NULL) STRICT;
             PRAGMA user_version = {STATE_LAYOUT}"
        ))
        .unwrap();
    for (key, value) in cells.iter().filter(|(_, value)| !value.is_empty()) {
        connection.execute("INSERT INTO config_machine_state VALUES (?1, ?2, 0)", [key, value]).unwrap();
    }
    connection.serialize("main").unwrap().to_vec()
}
