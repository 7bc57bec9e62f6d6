//! The files in a tar that the engine gave.

use crate::text::secret::Bytes;
use crate::vocabulary::deployment::FileOwner;
use crate::world::engine::FileRead;
use std::io::{self, Read as _};

/// The one regular file in a tar; none when it holds none, as after a change since its `stat`.
pub(crate) fn single(tar: &[u8], path: String, limit: u64) -> Option<FileRead> {
    let mut archive = tar::Archive::new(tar);
    let mut entry = archive.entries().ok()?.next()?.ok()?;
    let found = file(&mut entry, path, limit)?;
    Some(found)
}

/// Those regular files of a directory's tar that are directly in it and have one of the names. A
/// tar that was cut off gives what is whole.
pub(crate) fn of_directory(tar: &[u8], dir: &str, names: &[&str], limit: u64) -> Vec<(String, FileRead)> {
    let mut archive = tar::Archive::new(tar);
    let Ok(entries) = archive.entries() else { return Vec::new() };
    let mut found = Vec::new();
    for mut entry in entries.map_while(Result::ok) {
        let path = entry.path_bytes();
        let path = String::from_utf8_lossy(&path);
        let steps: Vec<&str> = path.split('/').filter(|s| !matches!(*s, "" | ".")).collect();
        // Docker writes `agent/x` for `/…/agent`, and `./x` for `/…/agent/.`.
        let [.., name] = steps.as_slice() else { continue };
        if steps.len() > 2 || !names.contains(name) {
            continue;
        }
        let name = (*name).to_owned();
        let path = format!("{dir}/{name}");
        found.extend(file(&mut entry, path, limit).map(|read| (name, read)));
    }
    found
}

fn file(entry: &mut tar::Entry<'_, &[u8]>, path: String, limit: u64) -> Option<FileRead> {
    let header = entry.header();
    if !header.entry_type().is_file() {
        return None;
    }
    let number = |n: io::Result<u64>| n.ok().and_then(|n| u32::try_from(n).ok());
    let owner = number(header.uid())
        .zip(number(header.gid()))
        .zip(header.mode().ok())
        .map(|((uid, gid), mode)| FileOwner { uid, gid, mode: mode & 0o7777 });
    let size = entry.size();
    if size > limit {
        return Some(FileRead::TooLarge { size });
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).ok()?;
    Some(FileRead::File { path, bytes: Bytes(bytes), owner })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tar(files: &[(&str, &str)]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o600);
            tar.append_data(&mut header, path, text.as_bytes()).unwrap();
        }
        tar.into_inner().unwrap()
    }

    #[test]
    fn picks_the_files_directly_in_a_directory() {
        let whole = tar(&[
            ("agent/a", "first"),
            ("agent/other", "x"),
            ("agent/below/a", "not this"),
            ("agent/a-wal", "second"),
        ]);
        let texts = |tar: &[u8]| -> Vec<(String, String)> {
            let found = of_directory(tar, "/s/agent", &["a", "a-wal"], 10);
            let text = |read| match read {
                FileRead::File { bytes, path, .. } => format!("{path} {}", String::from_utf8_lossy(&bytes)),
                other => format!("{other:?}"),
            };
            found.into_iter().map(|(name, read)| (name, text(read))).collect()
        };
        let first = ("a".to_owned(), "/s/agent/a first".to_owned());
        assert_eq!(texts(&whole), [first.clone(), ("a-wal".into(), "/s/agent/a-wal second".into())]);
        assert_eq!(texts(&tar(&[("./a", "first")])), std::slice::from_ref(&first));
        assert_eq!(texts(&whole[..1200]), [first]);
        assert_eq!(texts(&tar(&[("a", "more than ten")])), [("a".into(), "TooLarge { size: 13 }".into())]);
    }
}
