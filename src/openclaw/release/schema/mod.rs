//! What `openclaw.json` may hold: the schemas that releases check it with, taken out of their npm
//! packages (`data/config-schema.txt`, written by `cargo xtask openclaw-data`).
//!
//! The file is read only where a config is checked, and only the nodes on the way of its keys. It
//! has a line `release PACKAGE VERSION ROOT FACT:NODE …` for each release, the line `nodes`, and
//! then one node in each line. A number in a node is another node: the line that many lines below
//! `nodes`, from 0. The releases share their nodes.
//!
//! | node | takes |
//! |---|---|
//! | `any`, `never`, `null`, `bool` | what they say |
//! | `str trim min=1 max=9 starts="#" matches="/…/" format=url code` | text; `trim`: without the white space around it; `code`: code of OpenClaw looks at it too |
//! | `num int min=1 max=9 over=0 under=9 code` | a number |
//! | `is "a" 1 true` | one of these |
//! | `list N min=1 max=9 code`, `tuple N M` | a list of N; N and then M |
//! | `map K V code` | an object with any keys that K takes, and values that V takes |
//! | `object closed key:N key?:M code` | an object with these keys, `?` for those that may be missing; of others `closed` takes none, `open` any, a number those whose value fits that node |
//! | `or N M code`, `and N M` | what one of them takes; what all of them take |
//! | `changed N` | what N takes after code of OpenClaw has changed it |

mod check;
mod code;
pub(crate) mod keys;
mod moves;
mod pattern;

use crate::openclaw::{
    read::environment::OpenClawEnvironment,
    release::{
        data::CONFIG_SCHEMA,
        number::{Program, Release},
    },
};
use crate::syntax::node::{Node, NodeKind};
use std::{borrow::Cow, sync::LazyLock};

pub use check::ConfigIssue;

/// A word that some release lists as a value of some key: it is published, and says nothing of
/// anybody.
#[must_use]
pub fn is_word(text: &str) -> bool {
    static WORDS: LazyLock<std::collections::BTreeSet<&str>> = LazyLock::new(|| {
        let lines = CONFIG_SCHEMA.lines().filter_map(|line| line.strip_prefix("is "));
        // Words are quoted, and hold no quotes.
        lines.flat_map(|line| line.split('"').skip(1).step_by(2)).collect()
    });
    !text.is_empty() && WORDS.contains(text)
}

/// What is known of the schema of a release.
#[derive(Clone, Copy, Debug)]
pub enum KnownSchema {
    /// It is that of a release that was taken apart.
    Exactly(Schema),
    /// It lies between two that were, and may be either or neither.
    Between(Schema, Schema),
    /// It is older or newer than all of them; here is the nearest.
    Beyond(Schema),
}

/// The schema of one release.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// The release as npm calls it.
    pub version: &'static str,
    root: usize,
    /// Lists of names that code decides from, by what they are.
    facts: &'static str,
}

/// Whether the gateway can replace the config file, where it mends its config when it starts.
#[derive(Clone, Copy, Debug)]
pub struct Mends {
    /// It can.
    pub file: bool,
    /// It cannot, because the config is put together from several files.
    pub includes: bool,
}

/// What the schemas say of a config.
#[derive(Debug, Default)]
pub struct ConfigVerdict {
    /// What the release does not take.
    pub refused: Vec<ConfigIssue>,
    /// What it does not take either, and mends when it starts.
    pub mended: Vec<ConfigIssue>,
    /// What it may or may not take.
    pub doubtful: Vec<ConfigIssue>,
    /// The release, when it is not known exactly what it takes: of which releases the schemas are.
    pub checked_with: Option<Vec<&'static str>>,
}

struct Pool {
    releases: Vec<(Program, Release, Schema)>,
    nodes: Nodes,
}

static POOL: LazyLock<Pool> = LazyLock::new(|| {
    let (head, nodes) = CONFIG_SCHEMA.split_once("\nnodes\n").unwrap_or_default();
    Pool { releases: head.lines().filter_map(release).collect(), nodes: Nodes::of(nodes) }
});

fn release(line: &'static str) -> Option<(Program, Release, Schema)> {
    let mut words = line.splitn(5, ' ').skip(1);
    let program = match words.next()? {
        "clawdbot" => Program::Clawdbot,
        _ => Program::OpenClaw,
    };
    let version = words.next()?;
    let root = words.next()?.parse().ok()?;
    let schema = Schema { version, root, facts: words.next().unwrap_or_default() };
    Some((program, Release::parse(version)?, schema))
}

/// The nodes of all releases, a line each. Few of the thousands are on the way of a config's keys, so
/// only every [`STRIDE`]th line is kept track of.
#[derive(Debug)]
struct Nodes {
    text: &'static str,
    /// Where the lines 0, [`STRIDE`], twice that … begin.
    starts: Vec<usize>,
}

const STRIDE: usize = 64;

impl Nodes {
    fn of(text: &'static str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = ends.skip(STRIDE - 1).step_by(STRIDE).map(|end| end + 1);
        Self { text, starts: std::iter::once(0).chain(starts).collect() }
    }

    fn get(&self, line: usize) -> Option<&'static str> {
        let from = self.text.get(*self.starts.get(line / STRIDE)?..)?;
        from.lines().nth(line % STRIDE)
    }
}

impl KnownSchema {
    /// The schemas to check a release with; of an unknown release the newest.
    #[must_use]
    pub fn of(program: Program, release: Option<Release>) -> Option<Self> {
        let mut of_program = POOL.releases.iter().filter(|(p, ..)| *p == program);
        let Some(release) = release else { return of_program.next_back().map(|(.., s)| Self::Exactly(*s)) };
        let newest = of_program.clone().next_back()?;
        if let Some((.., schema)) = of_program.clone().find(|(_, r, _)| *r == release) {
            return Some(Self::Exactly(*schema));
        }
        let before = of_program.clone().rfind(|(_, r, _)| *r < release);
        let after = of_program.find(|(_, r, _)| *r > release);
        match (before, after) {
            (Some((.., before)), Some((.., after))) => Some(Self::Between(*before, *after)),
            (None, Some((.., after))) => Some(Self::Beyond(*after)),
            _ => Some(Self::Beyond(newest.2)),
        }
    }

    /// Looks at a whole config. Where the release's own schema is not known, only what every
    /// neighbour refuses is refused. `mends`: the gateway can replace the config
    /// file, where it mends its config when it starts.
    #[must_use]
    pub fn check(&self, config: &Node, env: &OpenClawEnvironment, mends: Mends) -> ConfigVerdict {
        match self {
            Self::Exactly(schema) => {
                let SchemaIssues { refused, doubtful, mended } = schema.issues(config, env, mends);
                ConfigVerdict { refused, doubtful, mended, checked_with: None }
            }
            Self::Between(before, after) => {
                let SchemaIssues { refused: first, doubtful, mended } = before.issues(config, env, mends);
                let SchemaIssues { refused: second, doubtful: more, mended: also } =
                    after.issues(config, env, mends);
                let same = |a: &ConfigIssue, b: &ConfigIssue| a.place == b.place && a.fault == b.fault;
                let (refused, mut unsure): (Vec<_>, Vec<_>) =
                    second.into_iter().partition(|a| first.iter().any(|b| same(a, b)));
                let only_before = first.into_iter().filter(|a| !refused.iter().any(|b| same(a, b)));
                unsure.extend(only_before.chain(doubtful).chain(more));
                ConfigVerdict {
                    refused,
                    doubtful: unsure,
                    mended: mended.into_iter().chain(also).collect(),
                    checked_with: Some(vec![before.version, after.version]),
                }
            }
            Self::Beyond(schema) => {
                let SchemaIssues { refused: mut doubtful, doubtful: more, mended } =
                    schema.issues(config, env, mends);
                doubtful.extend(more);
                ConfigVerdict {
                    refused: Vec::new(),
                    doubtful,
                    mended,
                    checked_with: Some(vec![schema.version]),
                }
            }
        }
    }
}

impl ConfigVerdict {
    /// Decides what the schemas of other releases leave open, where `takes` knows the release for it.
    pub fn settle(&mut self, takes: impl Fn(&ConfigIssue) -> Option<bool>) {
        for issue in std::mem::take(&mut self.doubtful) {
            match takes(&issue) {
                Some(true) => {}
                Some(false) => self.refused.push(issue),
                None => self.doubtful.push(issue),
            }
        }
        self.refused.sort_by_key(|issue| (issue.place.source, issue.place.span.start));
    }
}

/// What one schema says of a config.
struct SchemaIssues {
    refused: Vec<ConfigIssue>,
    /// Refused unless something that is not seen from here helps.
    doubtful: Vec<ConfigIssue>,
    mended: Vec<ConfigIssue>,
}

impl Schema {
    fn issues(&self, config: &Node, env: &OpenClawEnvironment, mends: Mends) -> SchemaIssues {
        let mut issues = check::issues(&POOL.nodes, self.root, config, env);
        let mut doubtful = code::check(self, config, &mut issues);
        let mut mended = Vec::new();
        // `agents.list` is turned into `agents.entries` each time the config is read
        // (`migratePersistedImplicitMainRoster`, openclaw 2026.9.6).
        let is_list = config.at(["agents", "list"]).is_some_and(|list| matches!(list.kind, NodeKind::Seq(_)));
        if is_list && self.list("mended").is_some() {
            issues.retain(|issue| !issue.is_at("agents.list"));
        }
        // What earlier releases do with a file that they cannot replace was not tried.
        if mends.file || (!mends.includes && self.list("mended").is_none()) {
            (mended, issues) = issues.into_iter().partition(|issue| {
                self.lists("mended", |path| issue.is_at(path)) || moves::is_moved(self, issue, config, env)
            });
            let may_be_mended = |issue: &ConfigIssue| {
                self.lists("touched", |name| issue.is_at(name) || issue.is_above(name))
                    || self.lists("mended", |name| issue.is_above(name))
            };
            let (unsure, certain) = issues.into_iter().partition(may_be_mended);
            issues = certain;
            doubtful.extend::<Vec<_>>(unsure);
        }
        SchemaIssues { refused: issues, doubtful, mended }
    }

    /// A list of names has one that fits; none where the release has no such list.
    fn lists(&self, fact: &str, fits: impl Fn(&str) -> bool) -> bool {
        self.list(fact).is_some_and(|mut names| names.any(|name| fits(&name)))
    }

    fn list(&self, fact: &str) -> Option<impl Iterator<Item = Cow<'static, str>> + use<>> {
        let of_fact = |word: &'static str| word.strip_prefix(fact)?.strip_prefix(':')?.parse().ok();
        let node: usize = self.facts.split(' ').find_map(of_fact)?;
        POOL.nodes.get(node).map(check::literals)
    }
}
