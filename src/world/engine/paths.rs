//! Files of a container, asked of the engine.

use super::{
    Engine, EngineError,
    problem::{EngineProblem, Says},
};
use crate::{
    text::{limits, secret::Bytes},
    vocabulary::deployment::FileOwner,
    world::engine::{archive, container_names::checked},
};
use bollard::query_parameters::{ContainerArchiveInfoOptionsBuilder, DownloadFromContainerOptionsBuilder};
use futures_util::{StreamExt as _, future};

/// Most symbolic links that are followed for one path, as Linux does.
pub const MAX_LINKS: usize = 40;
/// What a tar of one small file has besides the file: headers and padding.
const TAR_OVERHEAD: u64 = 64 << 10;
const LOOK: &str = "look at a file in a container";

/// What a path in a container is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stat {
    /// Nothing.
    Absent,
    /// A regular file.
    File {
        /// Size in bytes.
        size: u64,
        /// Last change, RFC 3339 with nanoseconds.
        modified: Option<String>,
    },
    /// A directory.
    Directory {
        /// Last change, RFC 3339 with nanoseconds.
        modified: Option<String>,
    },
    /// A symbolic link, and where it leads in the container, all links followed.
    Link(String),
    /// A FIFO, a socket or a device.
    Special(&'static str),
    /// Links that lead in a circle.
    Loop,
}

/// What reading a path in a container gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileRead {
    /// Nothing is there.
    Absent,
    /// A regular file.
    File {
        /// Its path, symbolic links followed.
        path: String,
        /// Its bytes.
        bytes: Bytes,
        /// Who owns it, and who may read it.
        owner: Option<FileOwner>,
    },
    /// A directory.
    Directory,
    /// A FIFO, a socket or a device.
    Special(&'static str),
    /// Larger than what is read.
    TooLarge {
        /// Its size in bytes.
        size: u64,
    },
    /// Links that lead in a circle.
    Loop,
}

impl Engine {
    /// What a path in a container is; its last step is not followed. About 1 ms.
    ///
    /// Mounted files are seen, except those in memory (`tmpfs`). Works on stopped containers.
    ///
    /// # Errors
    /// When the engine cannot be reached.
    pub fn stat(&self, container: &str, path: &str) -> Result<Stat, EngineError> {
        let id = checked(container)?;
        self.run(self.timeout, self.stat_of(id, path)).map_err(|p| self.error(p, LOOK, id))
    }

    /// Those of some paths that are certainly not in a container, all asked for at once.
    #[must_use]
    pub fn absent(&self, container: &str, paths: Vec<String>) -> Vec<String> {
        let Ok(id) = checked(container) else { return Vec::new() };
        let one = |path: String| async move {
            let limited = tokio::time::timeout(self.timeout, self.stat_of(id, &path)).await;
            matches!(limited, Ok(Ok(Stat::Absent))).then_some(path)
        };
        self.runtime.block_on(future::join_all(paths.into_iter().map(one))).into_iter().flatten().collect()
    }

    async fn stat_of(&self, id: &str, path: &str) -> Result<Stat, EngineProblem> {
        let options = ContainerArchiveInfoOptionsBuilder::default().path(path).build();
        match self.docker.get_container_archive_info(id, Some(options)).await {
            Ok(stat) => Ok(Stat::from_mode(
                stat.file_mode,
                u64::try_from(stat.size).unwrap_or(0),
                stat.modification_time.map(|t| t.to_string()),
                stat.link_target,
            )),
            Err(error) => match EngineProblem::of(&error) {
                // A HEAD has no body to say whether the file or the container is missing; whoever
                // asks has just seen the container.
                EngineProblem::Status(404, _) => Ok(Stat::Absent),
                // Neither does it say what went wrong; a GET does, and fails as fast.
                EngineProblem::Status(500.., _) => match self.archive(id, path, 0).await {
                    Err(EngineProblem::Status(_, Says::NotADirectory)) => Ok(Stat::Absent),
                    Err(EngineProblem::Status(_, Says::TooManyLinks)) => Ok(Stat::Loop),
                    Err(problem) => Err(problem),
                    Ok(_) => Err(EngineProblem::Garbled),
                },
                problem => Err(problem),
            },
        }
    }

    /// Reads a regular file of at most `limit` bytes out of a container, symbolic links followed
    /// as the container would. About 40 ms where there is a file, 1 ms where there is none.
    ///
    /// # Errors
    /// When the engine cannot be reached.
    pub fn read_file(&self, container: &str, path: &str, limit: u64) -> Result<FileRead, EngineError> {
        let id = checked(container)?;
        self.run(self.timeout, self.file(id, path, limit)).map_err(|p| self.error(p, LOOK, id))
    }

    async fn file(&self, id: &str, path: &str, limit: u64) -> Result<FileRead, EngineProblem> {
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            match self.stat_of(id, &path).await? {
                Stat::Absent => return Ok(FileRead::Absent),
                Stat::Directory { .. } => return Ok(FileRead::Directory),
                Stat::Special(kind) => return Ok(FileRead::Special(kind)),
                Stat::Loop => return Ok(FileRead::Loop),
                Stat::File { size, .. } if size > limit => return Ok(FileRead::TooLarge { size }),
                Stat::File { .. } => {
                    let tar = self.archive(id, &path, limit.saturating_add(TAR_OVERHEAD)).await?;
                    return archive::single(&tar, path, limit).ok_or(EngineProblem::Garbled);
                }
                Stat::Link(target) if target == path => return Ok(FileRead::Loop),
                Stat::Link(target) => path = target,
            }
        }
        Ok(FileRead::Loop)
    }

    /// Reads files of one directory, each of at most `limit` bytes, out of a container, as nearly at
    /// once as can be: with one archive of the directory where several of them are there, and one
    /// of the file where one is. The answers are in the order of `names`.
    ///
    /// # Errors
    /// When the engine cannot be reached.
    pub fn read_files(
        &self,
        container: &str,
        dir: &str,
        names: &[&str],
        limit: u64,
    ) -> Result<Vec<FileRead>, EngineError> {
        let id = checked(container)?;
        self.run(self.timeout, self.files(id, dir, names, limit)).map_err(|p| self.error(p, LOOK, id))
    }

    async fn files(
        &self,
        id: &str,
        dir: &str,
        names: &[&str],
        limit: u64,
    ) -> Result<Vec<FileRead>, EngineProblem> {
        let dir = dir.trim_end_matches('/');
        let path = |name: &str| format!("{dir}/{name}");
        let paths: Vec<String> = names.iter().map(|name| path(name)).collect();
        let stats = future::try_join_all(paths.iter().map(|path| self.stat_of(id, path))).await?;
        let sizes = stats.iter().filter_map(|stat| match stat {
            Stat::File { size, .. } if *size <= limit => Some(*size),
            _ => None,
        });
        let (count, size) =
            sizes.fold((0, 0_u64), |(count, sum), size| (count + 1, sum.saturating_add(size)));
        let mut found = Vec::new();
        if count > 1 {
            let room = size.saturating_add(limits::PASSED_OVER);
            let tar = self.archive(id, &path("."), room).await?;
            found = archive::of_directory(&tar, dir, names, limit);
        }
        let mut reads = Vec::new();
        for (name, path) in names.iter().zip(&paths) {
            let in_archive = found.iter().position(|(found, _)| found == name);
            reads.push(match in_archive {
                Some(at) => found.swap_remove(at).1,
                // Nothing, a link, or behind too much else.
                None => self.file(id, path, limit).await?,
            });
        }
        Ok(reads)
    }

    /// The tar of a path, cut off after `limit` bytes.
    async fn archive(&self, id: &str, path: &str, limit: u64) -> Result<Vec<u8>, EngineProblem> {
        let options = DownloadFromContainerOptionsBuilder::default().path(path).build();
        let mut stream = self.docker.download_from_container(id, Some(options));
        let mut tar = Vec::new();
        while let Some(part) = stream.next().await {
            tar.extend_from_slice(&part.map_err(|e| EngineProblem::of(&e))?);
            if tar.len() as u64 > limit {
                break;
            }
        }
        Ok(tar)
    }
}

impl Stat {
    /// From the `FileMode` of Go, in which the engine writes it.
    fn from_mode(mode: u32, size: u64, modified: Option<String>, target: String) -> Self {
        const KINDS: [(u32, &str); 4] = [
            (1 << 21, "character device"),
            (1 << 24, "socket"),
            (1 << 25, "FIFO"),
            (1 << 26, "block device"),
        ];
        if mode & (1 << 31) != 0 {
            return Self::Directory { modified };
        }
        if mode & (1 << 27) != 0 {
            return Self::Link(target);
        }
        match KINDS.into_iter().find(|(bit, _)| mode & bit != 0) {
            Some((_, kind)) => Self::Special(kind),
            None => Self::File { size, modified },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_go_file_modes_apart() {
        let kind = |mode| Stat::from_mode(mode, 3, None, "/x".into());
        // As engine 20.10.24 wrote them.
        assert_eq!(kind(0), Stat::File { size: 3, modified: None });
        assert_eq!(kind(134_218_239), Stat::Link("/x".into()));
        assert_eq!(kind(2_147_484_141), Stat::Directory { modified: None });
        assert_eq!(kind(33_554_852), Stat::Special("FIFO"));
    }
}
