//! The write-ahead log of SQLite: a program that runs keeps what it wrote last there, beside the
//! database.
//!
//! "WAL-mode File Format" of SQLite, sections 1 to 4: a header, then frames of one page each. A
//! frame counts when it carries the salts of the header and the checksum goes up to it, and only
//! up to the last frame that ends a transaction.

use super::in_place::ReadAt;
use std::collections::HashMap;

/// Bytes of the header.
pub(super) const HEADER: usize = 32;
/// Bytes before the page of a frame.
pub(super) const FRAME: usize = 24;
/// The two magic numbers; the last bit says how the checksum reads its words.
const MAGIC: u32 = 0x377f_0682;
/// `WAL_MAX_VERSION` of SQLite.
pub(super) const VERSION: u32 = 3_007_000;

/// Writes what was committed to a log into the bytes of its database. A log that is none changes
/// nothing, as it does to SQLite.
pub(super) fn apply(main: &mut Vec<u8>, log: &[u8]) {
    let at = |offset: u64, length: usize| {
        let start = usize::try_from(offset).ok()?;
        log.get(start..start.checked_add(length)?)
    };
    let read_at = |offset: u64, buffer: &mut [u8]| {
        buffer.copy_from_slice(at(offset, buffer.len())?);
        Some(())
    };
    let Some(committed) = committed(&read_at, log.len() as u64) else { return };
    main.resize(committed.pages_after as usize * committed.page_size, 0);
    for (page, offset) in committed.pages {
        let start = (page as usize - 1).saturating_mul(committed.page_size);
        // A page that the last transaction cut off has no place.
        let place = main.get_mut(start..start.saturating_add(committed.page_size));
        if let (Some(place), Some(data)) = (place, at(offset, committed.page_size)) {
            place.copy_from_slice(data);
        }
    }
}

/// Where a log has the pages that it puts in the place of those of its database.
pub(super) struct Committed {
    /// Bytes of a page.
    pub(super) page_size: usize,
    /// How many pages the database has with them.
    pub(super) pages_after: u32,
    /// Where in the log the newest of each page begins.
    pub(super) pages: HashMap<u32, u64>,
}

/// Reads a log frame by frame; none when nothing was committed to it, or it is no log.
pub(super) fn committed(log: &ReadAt<'_>, length: u64) -> Option<Committed> {
    let mut header = [0; HEADER];
    log(0, &mut header)?;
    let mut frames = WriteAheadLog::of(&header)?;
    let (mut pages, mut pages_after, mut at) = (HashMap::new(), 0, HEADER as u64);
    // What the transaction that is read has so far.
    let mut open = Vec::new();
    let mut frame = vec![0; FRAME + frames.page_size];
    while at + frame.len() as u64 <= length {
        log(at, &mut frame)?;
        let Some(head) = frames.next(&frame) else { break };
        open.push((head.page, at + FRAME as u64));
        if head.pages_after > 0 {
            pages_after = head.pages_after;
            pages.extend(open.drain(..));
        }
        at += frame.len() as u64;
    }
    (pages_after > 0).then_some(Committed { page_size: frames.page_size, pages_after, pages })
}

/// The salts of a log: they change when it is begun anew.
#[must_use]
pub(super) fn salts(log: &[u8]) -> Option<[u8; 8]> {
    log.get(16..24)?.try_into().ok()
}

/// The header of a log, and the checksum as far as its frames were read: each is checked together with
/// those before it.
pub(super) struct WriteAheadLog<'a> {
    pub(super) page_size: usize,
    big_endian: bool,
    pub(super) salts: &'a [u8],
    sum: (u32, u32),
}

struct WalFrame {
    page: u32,
    /// The size of the database in pages, when the frame ends a transaction; else 0.
    pages_after: u32,
}

impl<'a> WriteAheadLog<'a> {
    pub(super) fn of(header: &'a [u8; HEADER]) -> Option<Self> {
        let magic = word(header, 0);
        let page_size = word(header, 8) as usize;
        let known = magic & !1 == MAGIC && word(header, 4) == VERSION;
        let fits = page_size.is_power_of_two() && (512..=65536).contains(&page_size);
        let big_endian = magic & 1 == 1;
        let sum = checksum((0, 0), &header[..24], big_endian);
        let whole = sum == (word(header, 24), word(header, 28));
        (known && fits && whole).then(|| Self { page_size, big_endian, salts: &header[16..24], sum })
    }

    /// The next frame; none when it does not count.
    fn next(&mut self, frame: &[u8]) -> Option<WalFrame> {
        let (head, data) = frame.split_at(FRAME);
        self.sum = checksum(checksum(self.sum, &head[..8], self.big_endian), data, self.big_endian);
        let page = word(head, 0);
        let counts = page > 0 && &head[8..16] == self.salts && self.sum == (word(head, 16), word(head, 20));
        counts.then_some(WalFrame { page, pages_after: word(head, 4) })
    }
}

pub(super) fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// Section 4.2, over pairs of words.
pub(super) fn checksum((mut a, mut b): (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    let read = |bytes: &[u8]| {
        let word = bytes.try_into().unwrap_or_default();
        if big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
    };
    for pair in bytes.chunks_exact(8) {
        a = a.wrapping_add(read(&pair[..4])).wrapping_add(b);
        b = b.wrapping_add(read(&pair[4..])).wrapping_add(a);
    }
    (a, b)
}
