//! The index of a write-ahead log (`-shm`), in which the programs that have a database open share what
//! they know of its log, so that nobody has to read all of it: section 2 of "WAL-mode File Format" of
//! SQLite.

use super::{
    in_place::ReadAt,
    wal::{Committed, FRAME, HEADER, VERSION, WriteAheadLog, checksum, word},
};
use std::collections::HashMap;

/// Bytes of the index's header, the two copies of what it says and what follows them.
const INDEX_HEADER: usize = 136;
/// Bytes of one copy.
const INDEX_COPY: usize = 48;
/// Bytes of a block of the index.
const BLOCK: usize = 32 << 10;
/// Pages that a block has, the first one less.
const BLOCK_PAGES: usize = 4096;

/// What the index says was committed to its log. None when it is not that of this log, or behind it: then the log
/// itself has to be read.
pub(super) fn committed(index: &ReadAt<'_>, log: &ReadAt<'_>, length: u64) -> Option<Committed> {
    let mut header = [0; INDEX_HEADER];
    index(0, &mut header)?;
    let mut of_log = [0; HEADER];
    log(0, &mut of_log)?;
    let known = WriteAheadLog::of(&of_log)?;
    let (copy, second) = (&header[..INDEX_COPY], &header[INDEX_COPY..2 * INDEX_COPY]);
    let native = |at: usize| Some(u32::from_ne_bytes(copy.get(at..at + 4)?.try_into().ok()?));
    let sum = checksum((0, 0), &copy[..40], cfg!(target_endian = "big"));
    let (last, pages_after) = (native(16)? as usize, native(20)?);
    let page_size = match u16::from_ne_bytes([copy[14], copy[15]]) {
        1 => 65536,
        size => usize::from(size),
    };
    let is_whole = copy == second && sum == (native(40)?, native(44)?);
    let is_of_log = native(0)? == VERSION
        && copy[12] == 1
        && &copy[32..40] == known.salts
        && page_size == known.page_size;
    if !is_whole || !is_of_log {
        return None;
    }
    let frame_at = |n: usize| (HEADER + n * (FRAME + page_size)) as u64;
    let mut head = [0; FRAME];
    if last > 0 {
        log(frame_at(last - 1), &mut head)?;
        if &head[8..16] != known.salts || word(&head, 4) != pages_after || pages_after == 0 {
            return None;
        }
    }
    // A frame after the last one: whoever wrote it did not tell, or is about to.
    if frame_at(last) + FRAME as u64 <= length {
        log(frame_at(last), &mut head)?;
        if &head[8..16] == known.salts {
            return None;
        }
    }
    let mut pages = HashMap::new();
    let mut frame = 0;
    for block in 0.. {
        let before = if block == 0 { INDEX_HEADER } else { 0 };
        let in_block = (BLOCK_PAGES - before / 4).min(last - frame);
        let mut numbers = vec![0; in_block * 4];
        index((block * BLOCK + before) as u64, &mut numbers)?;
        for number in numbers.chunks_exact(4) {
            let number = u32::from_ne_bytes(number.try_into().ok()?);
            pages.insert(number, frame_at(frame) + FRAME as u64);
            frame += 1;
        }
        if frame == last {
            break;
        }
    }
    Some(Committed { page_size, pages_after, pages })
}
