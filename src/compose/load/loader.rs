//! Files to one merged tree, compose-go `loader/loader.go: loadYamlModel` and `loadYamlFile`: per
//! document read, interpolate, include, reset, extend, merge, check, bring to long form.

use crate::compose::values::remote::{is_remote, without_login};
use crate::compose::{
    check::unicity,
    load::{
        budget::Work,
        environment::ComposeEnvironment,
        extends::Services,
        merge, relative,
        reset::{self, ResetPaths},
        session::Session,
    },
    values::path,
};
use crate::{
    provenance::Layer,
    syntax::{
        node::{Node, NodeKind},
        yaml,
    },
    text::{
        limits,
        source::{Language, Place, SourceId, SourceName, Span},
    },
    vocabulary::finding::SaidBy,
    world::files::ReadError,
};
use indexmap::IndexSet;
use std::{collections::HashMap, rc::Rc};

/// Most values that compose-go visits in one document, `loader/reset.go: defaultMaxNodeVisits`.
const VISITS: usize = 100_000;

/// What the files of one project, or of one `include`, are read with.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// What relative paths in the files are relative to. In an included project it is itself
    /// relative to the including one.
    pub(crate) working_dir: String,
    /// Where files that `include` and `extends` name are looked for.
    pub(crate) loader_dir: String,
    pub(crate) environment: Rc<ComposeEnvironment>,
    /// Tells contexts of different environments apart.
    pub(crate) id: usize,
}

/// Files that were read for `extends`, by file, directory and context.
pub(crate) type ExtendedFiles = HashMap<(String, String, usize), (Services, Rc<ResetPaths>)>;

/// The state of loading one project.
pub(crate) struct Loader<'s, 'a> {
    pub(crate) session: &'s mut Session<'a>,
    pub(crate) extended: ExtendedFiles,
    /// How many files were included so far.
    pub(crate) included: usize,
    pub(crate) files: IndexSet<SourceId>,
}

/// Whether a file is a part of the project, or only gives services to extend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FileRole {
    Part,
    Extended,
}

/// What a file made of the tree.
pub(crate) struct Loaded {
    pub(crate) tree: Option<Node>,
    /// The reset paths of its last document.
    pub(crate) resets: ResetPaths,
}

impl<'s, 'a> Loader<'s, 'a> {
    pub(crate) fn new(session: &'s mut Session<'a>) -> Self {
        Self { session, extended: ExtendedFiles::new(), included: 0, files: IndexSet::new() }
    }

    /// Loads files in order, the later ones merged onto the earlier.
    pub(crate) fn model(
        &mut self,
        files: &[String],
        context: &Context,
        chain: &[String],
        named_at: Option<Place>,
    ) -> Option<Node> {
        let mut tree = None;
        for file in files {
            tree = self.file((file, named_at), context, tree, chain, FileRole::Part).tree;
        }
        let mut tree = tree?;
        self.session.validate(&tree);
        relative::resolve(&mut tree, &context.working_dir, self.session.home());
        if !self.session.options.uninterpolated {
            crate::compose::service::pass_through::resolve_lists(&mut tree, &context.environment);
        }
        Some(tree)
    }

    /// Merges one file onto what was loaded so far. It comes with the place that names it, if one
    /// does.
    pub(crate) fn file(
        &mut self,
        (file, named_at): (&str, Option<Place>),
        context: &Context,
        mut tree: Option<Node>,
        chain: &[String],
        role: FileRole,
    ) -> Loaded {
        let mut resets = ResetPaths::new();
        let Some(source) = self.session.read_compose_file(file, named_at) else {
            return Loaded { tree, resets };
        };
        self.files.insert(source);
        let documents = self.session.parse(source);
        let mut chain = chain.to_vec();
        for document in documents {
            let mut root = document.root;
            resets = document.resets;
            if document.visits > VISITS {
                let place = Place { source, span: Span::default() };
                let message = format!("compose file exceeds maximum node visit limit ({VISITS})");
                self.session.refuse(place, message);
            }
            if !matches!(root.kind, NodeKind::Map(_)) {
                self.session.refuse(root.place, "top-level object must be a mapping");
                continue;
            }
            self.session.interpolate(&mut root, &*context.environment, true);
            if role == FileRole::Part {
                chain.push(file.to_owned());
                self.include(&mut root, context, &chain, &resets);
            }
            if let Some(tree) = &mut tree {
                reset::apply(&resets, tree);
            }
            if role == FileRole::Part {
                self.extends(&mut root, file, context, &resets);
            }
            tree = Some(self.merge_document(tree, root, role));
        }
        Loaded { tree, resets }
    }

    fn merge_document(&mut self, tree: Option<Node>, root: Node, role: FileRole) -> Node {
        let mut tree = match tree {
            Some(tree) => self.merge(tree, root, &mut Vec::new()),
            None => root,
        };
        self.enforce_unicity(&mut tree);
        if role == FileRole::Part {
            self.session.check_schema(&tree);
            if let Some(version) = tree.remove("version") {
                let name = match &self.session.sources.get(version.place.source).name {
                    SourceName::Stdin => "-".to_owned(),
                    name => name.to_string(),
                };
                let message = format!(
                    "{name}: the attribute `version` is obsolete, it will be ignored, please remove it to avoid \
                     potential confusion"
                );
                self.session.warn(message, Some(version.place));
            }
        }
        self.session.canonical(&mut tree);
        omit_empty_dns(&mut tree);
        self.enforce_unicity(&mut tree);
        tree
    }

    /// Merges, and refuses what does not fit.
    pub(crate) fn merge(&mut self, base: Node, over: Node, path: &mut merge::MergePath) -> Node {
        let mut conflicts = Vec::new();
        let merged = merge::merge(base, over, path, &mut conflicts);
        for conflict in conflicts {
            self.session.refuse(conflict.place, format!("cannot override {}", conflict.path));
        }
        merged
    }

    fn enforce_unicity(&mut self, tree: &mut Node) {
        for problem in unicity::enforce(tree, self.session.sources) {
            self.session.refuse(problem.place, problem.message);
        }
    }
}

impl Session<'_> {
    /// Reads a compose file, or standard input for `-`; refuses when there is nothing to read.
    pub(crate) fn read_compose_file(&mut self, file: &str, named_at: Option<Place>) -> Option<SourceId> {
        if file == "-" {
            return self.read_stdin();
        }
        if is_remote(file) {
            let path = match named_at {
                Some(place) => self.sources.get(place.source).name.to_string(),
                None => without_login(file),
            };
            let message =
                "a project of elsewhere is not fetched: clone it, and name the compose file of the clone";
            self.refuse_by(SaidBy::Clawdock, path, named_at, message.to_owned());
            return None;
        }
        let file = self.in_cwd(file);
        let read = self.read(&file, Layer::ComposeFile, Language::Yaml, limits::COMPOSE_FILE);
        let problem = match read {
            Ok((source, None)) => return Some(source),
            Ok((source, Some(at))) => {
                let place = Place { source, span: Span::new(at, at) };
                self.refuse(place, "the file is not UTF-8 text: save it as UTF-8");
                return Some(source);
            }
            Err(problem) => problem,
        };
        let what_to_do = match &problem {
            ReadError::Absent if named_at.is_some() => "check the path",
            ReadError::Absent => "check the path, or -f and COMPOSE_FILE",
            ReadError::Directory => "name the compose file in it",
            ReadError::TooLarge { .. } => "a compose file is text of a few kilobytes: check the path",
            ReadError::SymlinkLoop => "remove the link or point it to the compose file",
            ReadError::Special(_) | ReadError::Silent { .. } => {
                "name a file, or use `-f -` to read standard input"
            }
            _ => "check that it is a readable text file",
        };
        let message = match named_at {
            Some(_) => format!("cannot read {file}: {problem}; {what_to_do}"),
            None => format!("cannot read the compose file: {problem}; {what_to_do}"),
        };
        self.refuse_unread(&problem, &file, named_at, message);
        None
    }

    fn read_stdin(&mut self) -> Option<SourceId> {
        if let Some((id, _)) = self.sources.iter().find(|(_, s)| s.name == SourceName::Stdin) {
            return Some(id);
        }
        match self.options.stdin.clone() {
            Some(text) => {
                let text = text.expose().to_owned();
                Some(self.sources.add(SourceName::Stdin, Language::Yaml, text))
            }
            None => {
                self.refuse_path("-", "standard input holds no compose file");
                None
            }
        }
    }

    /// Parses a file that will be parsed again, and keeps the result for then.
    pub(crate) fn parse_ahead(&mut self, source: SourceId) -> &[yaml::YamlDocument] {
        let documents = self.parse(source);
        self.parsed.entry(source).or_insert(documents)
    }

    /// Parses, and refuses what Compose cannot read.
    pub(crate) fn parse(&mut self, source: SourceId) -> Vec<yaml::YamlDocument> {
        if let Some(documents) = self.parsed.remove(&source) {
            return documents;
        }
        let length = self.sources.get(source).text().len();
        if !self.spend(Work::ComposeFiles, length, Place { source, span: Span::default() }) {
            return Vec::new();
        }
        let text = self.sources.get(source).text();
        let stream = yaml::parse(text, source);
        let hint = match stream.problems.is_empty() {
            true => "",
            false => template_hint(text),
        };
        for problem in stream.problems {
            let line = problem.first.map(|first| self.sources.line_col(first).line);
            let line = line.map_or_else(String::new, |line| format!(", at line {line}"));
            self.refuse(problem.place, format!("invalid YAML: {}{line}{hint}", problem.message));
        }
        stream.documents
    }
}

/// People pass templates of configuration tools to Compose by mistake; say so.
fn template_hint(text: &str) -> &'static str {
    let jinja = text.contains("{%") || text.contains("{{") && text.contains("}}");
    if jinja { "; this looks like a template ({{ … }}): render it first, then pass the result" } else { "" }
}

/// `OmitEmpty`: empty items of `dns` say nothing.
fn omit_empty_dns(tree: &mut Node) {
    for (_, service) in unicity::children(tree, "services") {
        if let Some(Node { kind: NodeKind::Seq(items), .. }) = service.get_mut("dns") {
            items.retain(|item| !item.is_null() && item.text().is_none_or(|text| !text.is_empty()));
        }
    }
}

impl Context {
    /// `localResourceLoader.abs`.
    pub(crate) fn resource(&self, path: &str) -> String {
        path::absolute(&self.loader_dir, path)
    }

    /// `localResourceLoader.Dir`: the directory of a resource, relative to where it is looked for.
    pub(crate) fn resource_dir(&self, session: &Session<'_>, original: &str) -> String {
        let mut path = self.resource(original);
        if !session.is_directory(&session.in_cwd(&path)) {
            path = self.resource(&path::parent(original));
        }
        path::relative(&self.loader_dir, &path).unwrap_or(path)
    }
}
