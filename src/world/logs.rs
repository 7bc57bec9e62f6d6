//! Logs that are files or come through a pipe: read once, in pieces, never kept.

use super::{
    files::{Files, ReadError},
    stdin,
};
use flate2::read::MultiGzDecoder;
use std::{
    io::{self, Cursor, Read},
    ops::ControlFlow,
    path::Path,
};

/// How much is read at once, in bytes: what the processor's caches hold.
const PIECE: usize = 256 << 10;

/// Reads a regular file piece by piece, until `each` says that it is enough.
///
/// # Errors
/// When there is no such file, or it is no regular file, or it cannot be read.
pub fn read_file(
    files: &dyn Files,
    path: &Path,
    each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    read_plain_or_packed(files.open(path)?, each).map_err(ReadError::from)
}

/// Reads standard input to its end, as [`read_file`] does.
///
/// # Errors
/// When it cannot be read.
pub fn read_stdin(each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> Result<(), ReadError> {
    read_plain_or_packed(stdin::open(), each).map_err(ReadError::from)
}

/// What logrotate packed begins as gzip does; a text does not.
fn read_plain_or_packed(
    mut from: impl Read,
    each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> io::Result<()> {
    let mut begin = Vec::with_capacity(2);
    from.by_ref().take(2).read_to_end(&mut begin)?;
    let packed = begin == [0x1f, 0x8b];
    let whole = Cursor::new(begin).chain(from);
    if packed { read_all(MultiGzDecoder::new(whole), each) } else { read_all(whole, each) }
}

fn read_all(mut from: impl Read, each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(n) => {
                if each(&piece[..n]).is_break() {
                    return Ok(());
                }
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}
