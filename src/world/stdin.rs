//! Standard input.
#![expect(clippy::disallowed_methods, reason = "the one door to standard input")]

use super::files::ReadError;
use std::io::{self, BufRead as _, Read, StdinLock};

/// Standard input, to be read to its end.
pub fn open() -> StdinLock<'static> {
    io::stdin().lock()
}

/// One line, without its end.
///
/// # Errors
/// When it cannot be read, or has ended.
pub fn line() -> io::Result<String> {
    let mut line = String::new();
    match open().take(1000).read_line(&mut line)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(line.trim_end().to_owned()),
    }
}

/// All of it, which is at most `limit` bytes.
///
/// # Errors
/// When it cannot be read, or is longer.
pub fn read(limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    open().take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    let size = bytes.len() as u64;
    if size > limit { Err(ReadError::TooLarge { size, limit }) } else { Ok(bytes) }
}
