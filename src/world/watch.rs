//! Waiting for files to change.

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Tells when one of a set of files is written, appears or goes away; it sleeps in between.
///
/// The folders of the files are what is watched: editors put a new file in the place of an old one.
pub struct FileWatch {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
    files: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl FileWatch {
    /// `each` is called with the path of a file that changed, on another thread.
    ///
    /// # Errors
    /// When the system has no room for another watch; says so.
    pub fn new(each: impl Fn(&Path) + Send + 'static) -> Result<Self, String> {
        let files = Arc::new(Mutex::new(BTreeSet::new()));
        let wanted = Arc::clone(&files);
        let tell = move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            // Reading a file is no change of it, and this program reads them all.
            if matches!(event.kind, EventKind::Access(_)) {
                return;
            }
            let wanted = wanted.lock().unwrap_or_else(PoisonError::into_inner);
            let changed: Vec<PathBuf> = event.paths.into_iter().filter(|p| wanted.contains(p)).collect();
            drop(wanted);
            changed.iter().for_each(|path| each(path));
        };
        let watcher = notify::recommended_watcher(tell)
            .map_err(|why| format!("the system does not report changed files: {why}"))?;
        Ok(Self { watcher, folders: BTreeSet::new(), files })
    }

    /// Watches these files, and no others. A file whose folder is not there cannot be watched.
    pub fn watch(&mut self, files: BTreeSet<PathBuf>) {
        let folders: BTreeSet<PathBuf> =
            files.iter().filter_map(|file| file.parent()).map(Path::to_owned).collect();
        for gone in self.folders.difference(&folders) {
            let _ = self.watcher.unwatch(gone);
        }
        let new: Vec<PathBuf> = folders.difference(&self.folders).cloned().collect();
        self.folders.retain(|folder| folders.contains(folder));
        for folder in new {
            if self.watcher.watch(&folder, RecursiveMode::NonRecursive).is_ok() {
                self.folders.insert(folder);
            }
        }
        *self.files.lock().unwrap_or_else(PoisonError::into_inner) = files;
    }
}
