//! What OpenClaw's npm packages say, written by `cargo xtask openclaw-data` and never by hand; see
//! docs/updating-openclaw.md.

pub(crate) mod tables;

/// The schemas of `openclaw.json`; [`super::schema`] reads them.
pub(crate) static CONFIG_SCHEMA: &str = include_str!("config-schema.txt");

/// Providers and channels by release; [`super::history`] reads it.
pub(crate) static HISTORY: &str = include_str!("history.txt");

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    #[test]
    fn nothing_was_edited_by_hand() {
        for (name, text) in [
            ("tables.rs", include_str!("tables.rs")),
            ("config-schema.txt", super::CONFIG_SCHEMA),
            ("history.txt", super::HISTORY),
        ] {
            let (_, sealed) = text.split_once("sha256 of what follows: ").expect(name);
            let (expected, content) = sealed.split_once('\n').expect(name);
            let digest = Sha256::digest(content.as_bytes());
            let found: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(found, expected, "{name} is generated: run `cargo xtask openclaw-data` instead");
        }
    }
}
