//! The random numbers of the system.

use std::{fmt::Write as _, io};

/// A secret that nobody knows yet, as `openssl rand -hex 32` prints one.
///
/// # Errors
/// When the system gives no random bytes: one that could be guessed must not be used.
pub fn new_secret() -> io::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|_| io::Error::other("the system gives no random numbers for a new secret"))?;
    let mut text = String::with_capacity(64);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}
