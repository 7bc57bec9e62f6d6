//! Cells out of a database that is left where it is: only the pages on the way to them are read.
//!
//! OpenClaw's databases hold sessions beside the few cells that are asked for, and 335 tables and
//! indexes in 2026.9.6: copying all of it and having SQLite read the whole schema costs more than
//! everything else that is looked at in a container. This reads the plain case alone, "Database File
//! Format" of SQLite, sections 1.3 (header), 1.5 and 1.6 (pages and cells), 2.1 (records), 2.6
//! (schema). Whatever is not plain is no answer, and SQLite itself is asked with a copy.

use super::{wal, wal_index};
use std::{borrow::Cow, collections::HashMap};

/// Fills a buffer with the bytes of a file from an offset on; none where there are fewer.
pub type ReadAt<'a> = dyn Fn(u64, &mut [u8]) -> Option<()> + 'a;

/// A write-ahead log.
#[derive(Clone, Copy)]
pub struct WalPages<'a> {
    /// Its bytes.
    pub read_at: &'a ReadAt<'a>,
    /// How many.
    pub length: u64,
    /// What programs that have the database open share about it, where there is such a file.
    pub index: Option<&'a ReadAt<'a>>,
}

impl WalPages<'_> {
    fn committed(&self) -> Option<wal::Committed> {
        let indexed = self.index.and_then(|index| wal_index::committed(index, self.read_at, self.length));
        indexed.or_else(|| wal::committed(self.read_at, self.length))
    }
}

/// What is asked of a database: table, column of the key, column of the text, key.
pub type AskedTable<'a> = [&'a str; 4];

/// Bytes of the header, which is in the first page.
const HEADER: usize = 100;
/// Most pages that are read for one answer.
const PAGES: usize = 20_000;
/// Deepest tree: one of 20 levels has more rows than there can be.
const DEPTH: usize = 20;
/// Longest text that is put together.
const LONGEST: usize = crate::text::limits::PROFILE_STORE as usize;

/// The number that the program gave its layout (`PRAGMA user_version`), and the texts of the cells,
/// none where there is no such table or row; none at all when this is not the plain case.
#[must_use]
pub fn cells(
    main: &ReadAt<'_>,
    log: Option<WalPages<'_>>,
    asked: &[AskedTable<'_>],
) -> Option<(i64, Vec<Option<String>>)> {
    let mut pages = Pages::of(main, log)?;
    let first = pages.page(1)?;
    // Texts are UTF-8.
    if word(&first, 56)? != 1 {
        return None;
    }
    let version = i64::from(word(&first, 60)?.cast_signed());
    let tables = pages.tables(asked)?;
    let mut found = Vec::new();
    for [table, key, value, name] in asked {
        found.push(match tables.iter().find(|t| t.name == *table) {
            Some(table) => {
                let (key, value) = (table.column(key)?, table.column(value)?);
                pages.text(table.root, key, value, name)?
            }
            None => None,
        });
    }
    Some((version, found))
}

/// The pages of a database as its log leaves them.
struct Pages<'a> {
    main: &'a ReadAt<'a>,
    log: Option<&'a ReadAt<'a>>,
    in_log: HashMap<u32, u64>,
    page_size: usize,
    /// Without what is reserved at the end of each page.
    usable: usize,
    /// How many more may be read.
    left: usize,
}

/// A table that was made by a plain statement.
struct TableScan {
    name: String,
    root: u32,
    sql: String,
}

impl TableScan {
    fn column(&self, name: &str) -> Option<usize> {
        columns(&self.sql)?.iter().position(|column| column.eq_ignore_ascii_case(name))
    }
}

impl<'a> Pages<'a> {
    fn of(main: &'a ReadAt<'a>, log: Option<WalPages<'a>>) -> Option<Self> {
        let committed = log.and_then(|log| log.committed());
        let mut header = [0; HEADER];
        match log.zip(committed.as_ref()).and_then(|(log, c)| Some((log, *c.pages.get(&1)?))) {
            Some((log, at)) => (log.read_at)(at, &mut header)?,
            None => main(0, &mut header)?,
        }
        if !header.starts_with(super::MAGIC) || !header[18..20].iter().all(|version| matches!(version, 1 | 2))
        {
            return None;
        }
        let page_size = match usize::from(half(&header, 16)?) {
            1 => 65536,
            size => size,
        };
        let known = page_size.is_power_of_two() && (512..=65536).contains(&page_size);
        let usable = page_size.checked_sub(usize::from(header[20])).filter(|usable| *usable >= 480)?;
        let fits = committed.as_ref().is_none_or(|log| log.page_size == page_size);
        let in_log = committed.map(|log| log.pages).unwrap_or_default();
        let log = log.map(|log| log.read_at);
        (known && fits).then_some(Self { main, log, in_log, page_size, usable, left: PAGES })
    }

    fn page(&mut self, number: u32) -> Option<Vec<u8>> {
        self.left = self.left.checked_sub(1)?;
        let before = u64::from(number.checked_sub(1)?);
        let mut page = vec![0; self.page_size];
        match (self.log, self.in_log.get(&number)) {
            (Some(log), Some(at)) => log(*at, &mut page)?,
            _ => (self.main)(before * self.page_size as u64, &mut page)?,
        }
        Some(page)
    }

    /// Shows every row of a table to `row`, until that says it is enough; none when something is
    /// not as it should be.
    fn rows(
        &mut self,
        root: u32,
        depth: usize,
        row: &mut dyn FnMut(&mut Self, &RecordCell<'_>) -> Option<Enough>,
    ) -> Option<Enough> {
        let page = self.page(root)?;
        let at = if root == 1 { HEADER } else { 0 };
        let count = usize::from(half(&page, at + 3)?);
        let is_leaf = match *page.get(at)? {
            0x0d => true,
            0x05 if depth < DEPTH => false,
            _ => return None,
        };
        let pointers = at + if is_leaf { 8 } else { 12 };
        for n in 0..count {
            let cell = usize::from(half(&page, pointers + 2 * n)?);
            let enough = if is_leaf {
                let cell = RecordCell::of(page.get(cell..self.usable)?, self.usable)?;
                row(self, &cell)?
            } else {
                self.rows(word(&page, cell)?, depth + 1, row)?
            };
            if enough == Enough::Yes {
                return Some(enough);
            }
        }
        if is_leaf { Some(Enough::No) } else { self.rows(word(&page, at + 8)?, depth + 1, row) }
    }

    /// Those of the tables that are asked for, and views of such names.
    fn tables(&mut self, asked: &[AskedTable<'_>]) -> Option<Vec<TableScan>> {
        let mut tables = Vec::new();
        self.rows(1, 0, &mut |pages, cell| {
            let record = Record::of(cell.local)?;
            // Names stand in front; there are hundreds of other tables, indexes and triggers.
            let name = record.text(1);
            let is_other = |name: &[u8]| asked.iter().all(|[table, ..]| table.as_bytes() != name);
            if name.is_some_and(is_other) || matches!(record.text(0)?, b"index" | b"trigger") {
                return Some(Enough::No);
            }
            let whole = cell.whole(pages)?;
            let record = Record::of(&whole)?;
            let text = |n| Some(std::str::from_utf8(record.text(n)?).ok()?.to_owned());
            // A view has no page: its statement is refused when a column of it is asked for.
            let root = u32::try_from(record.integer(3)?).ok()?;
            tables.push(TableScan { name: text(1)?, root, sql: text(4)? });
            Some(Enough::No)
        })?;
        Some(tables)
    }

    /// The text in one column of the row that has `name` in another.
    fn text(&mut self, root: u32, key: usize, value: usize, name: &str) -> Option<Option<String>> {
        let mut found = None;
        self.rows(root, 0, &mut |pages, cell| {
            // The key is nearly always in the page, and the text often is not.
            let in_page = Record::of(cell.local).and_then(|r| Some(r.text(key)? == name.as_bytes()));
            if in_page == Some(false) {
                return Some(Enough::No);
            }
            let whole = cell.whole(pages)?;
            let record = Record::of(&whole)?;
            if record.text(key)? != name.as_bytes() {
                return Some(Enough::No);
            }
            found = Some(String::from_utf8(record.text(value)?.to_vec()).ok()?);
            Some(Enough::Yes)
        })?;
        Some(found)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Enough {
    Yes,
    No,
}

/// One row as a leaf holds it.
struct RecordCell<'p> {
    /// What is in the page.
    local: &'p [u8],
    /// Bytes of the whole.
    length: usize,
    /// The page that goes on.
    overflow: Option<u32>,
}

impl<'p> RecordCell<'p> {
    /// Section 1.6, "B-tree Cell Format", for the leaf of a table.
    fn of(bytes: &'p [u8], usable: usize) -> Option<Self> {
        let (length, rest) = varint(bytes)?;
        let (_row, rest) = varint(rest)?;
        let length = usize::try_from(length).ok().filter(|length| *length <= LONGEST)?;
        let most = usable - 35;
        if length <= most {
            return Some(Self { local: rest.get(..length)?, length, overflow: None });
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let spread = least + (length - least) % (usable - 4);
        let local = if spread <= most { spread } else { least };
        Some(Self { local: rest.get(..local)?, length, overflow: Some(word(rest, local)?) })
    }

    fn whole(&self, pages: &mut Pages<'_>) -> Option<Cow<'p, [u8]>> {
        let Some(mut next) = self.overflow else { return Some(Cow::Borrowed(self.local)) };
        let mut whole = self.local.to_vec();
        while whole.len() < self.length {
            let page = pages.page(next)?;
            next = word(&page, 0)?;
            let wanted = (self.length - whole.len()).min(pages.usable - 4);
            whole.extend_from_slice(page.get(4..4 + wanted)?);
        }
        Some(Cow::Owned(whole))
    }
}

/// A row's columns, section 2.1; what is beyond the bytes at hand is none.
struct Record<'c> {
    header: &'c [u8],
    body: &'c [u8],
}

impl<'c> Record<'c> {
    fn of(bytes: &'c [u8]) -> Option<Self> {
        let (length, rest) = varint(bytes)?;
        let length = usize::try_from(length).ok()?;
        let header = bytes.get(bytes.len() - rest.len()..length)?;
        Some(Self { header, body: bytes.get(length..)? })
    }

    /// Serial type and bytes of a column.
    fn column(&self, wanted: usize) -> Option<(u64, &'c [u8])> {
        let (mut header, mut at) = (self.header, 0_usize);
        for n in 0.. {
            let (kind, rest) = varint(header)?;
            header = rest;
            let length = match kind {
                0 | 8 | 9 => 0,
                1..=4 => usize::try_from(kind).ok()?,
                5 => 6,
                6 | 7 => 8,
                10 | 11 => return None,
                _ => usize::try_from((kind - 12) / 2).ok()?,
            };
            let end = at.checked_add(length)?;
            if n == wanted {
                return Some((kind, self.body.get(at..end)?));
            }
            at = end;
        }
        None
    }

    fn text(&self, column: usize) -> Option<&'c [u8]> {
        let (kind, bytes) = self.column(column)?;
        (kind >= 13 && kind % 2 == 1).then_some(bytes)
    }

    fn integer(&self, column: usize) -> Option<i64> {
        let (kind, bytes) = self.column(column)?;
        match kind {
            8 => Some(0),
            9 => Some(1),
            1..=6 => {
                let negative = bytes.first()? & 0x80 != 0;
                let start = if negative { -1 } else { 0 };
                Some(bytes.iter().fold(start, |number, byte| (number << 8) | i64::from(*byte)))
            }
            _ => None,
        }
    }
}

/// The columns of a plain `CREATE TABLE`, in the order in which rows have them.
fn columns(sql: &str) -> Option<Vec<String>> {
    let upper = sql.to_ascii_uppercase();
    // A comment, a column that is not stored, and a table that is kept as an index.
    let odd = ["--", "/*", "GENERATED", " AS ", " AS(", "WITHOUT"];
    if !upper.starts_with("CREATE TABLE ") || odd.iter().any(|word| upper.contains(word)) {
        return None;
    }
    let (_, list) = sql.split_once('(')?;
    let mut columns = Vec::new();
    for part in top_level(list)? {
        let part = part.trim();
        let name: &str = match part.chars().next()? {
            quote @ ('"' | '`') => part[1..].split_once(quote)?.0,
            '[' => part[1..].split_once(']')?.0,
            '\'' => return None,
            _ => part.split(|c: char| c.is_whitespace() || c == '(').next()?,
        };
        let constraint = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
        if constraint.contains(&name.to_ascii_uppercase().as_str()) {
            break;
        }
        columns.push(name.to_owned());
    }
    Some(columns)
}

/// The parts between commas that are in no further parentheses and no quotes, up to the closing
/// one.
fn top_level(list: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, c) in list.char_indices() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '[') => quote = Some(']'),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => {
                parts.push(&list[start..at]);
                return Some(parts);
            }
            (None, ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    None
}

/// A number of one to nine bytes, the highest first, and what follows it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (n, byte) in bytes.iter().enumerate().take(9) {
        if n == 8 {
            return Some(((number << 8) | u64::from(*byte), &bytes[9..]));
        }
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[n + 1..]));
        }
    }
    None
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}
