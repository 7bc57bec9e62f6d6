//! How much of anything is read. Each limit is named in `docs/limits.md`.

use std::time::Duration;

/// Largest compose file, in bytes.
pub const COMPOSE_FILE: u64 = 16 << 20;
/// Largest `.env` or `env_file`, in bytes.
pub const ENV_FILE: u64 = 8 << 20;
/// Largest dotenv file that OpenClaw itself reads: `loadParsedDotEnvFiles`, openclaw 2026.9.6.
pub const OPENCLAW_DOTENV: u64 = 1_048_576;
/// Largest `openclaw.json` and `$include`d file: 2 MiB each, openclaw 2026.9.6.
pub const OPENCLAW_CONFIG: u64 = 2 << 20;
/// All files that a config includes, in bytes, each as often as it is included.
pub const INCLUDED_CONFIGS: usize = 4 << 20;
/// Largest file of `--password-file`: `DEFAULT_SECRET_FILE_MAX_BYTES`, openclaw 2026.9.6.
pub const OPENCLAW_SECRET_FILE: u64 = 16 << 10;
/// Largest `clawdock.toml`, in bytes.
pub const CONFIGURATION: u64 = 1 << 20;
/// Largest setup script that is looked into.
pub const SETUP_SCRIPT: u64 = 1 << 20;
/// Largest credential store of an agent, and largest write-ahead log beside it. The database of
/// openclaw 2026.9.6 begins with 1.4 MB and holds sessions as well.
pub const PROFILE_STORE: u64 = 64 << 20;
/// A snapshot.
pub const SNAPSHOT: u64 = 64 << 20;
/// Largest credential store of the releases that keep it in JSON.
pub const PROFILE_JSON: u64 = 4 << 20;
/// Most archive bytes that are passed over for the files of one directory.
pub const PASSED_OVER: u64 = 8 << 20;
/// Largest index of a git repository, in bytes: about two million files.
pub const GIT_INDEX: u64 = 256 << 20;
/// Largest Dockerfile that is looked into.
pub const DOCKERFILE: u64 = 1 << 20;
/// Largest other file of a git repository that is read: its configuration, where a worktree is.
pub const GIT_FILE: u64 = 1 << 20;
/// Deepest nesting of a document.
pub const DEPTH: u32 = 128;
/// Most nodes in one document.
pub const NODES: usize = 2_000_000;
/// How long one engine call may take, unless `--timeout` says otherwise.
pub const ENGINE: Duration = Duration::from_secs(10);
