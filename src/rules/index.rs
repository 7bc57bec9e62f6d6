//! What rules look up in a project, each looked for once however many of its targets ask.

use super::support::{credential::literal_at, gateway_resource::GatewayResource};
use crate::{
    model::{
        Project,
        gateway_clients::Gateways,
        project_facts::{EnvFileLine, ProjectFacts},
        target::Target,
    },
    provenance::{Candidate, Layer, StepKind, Variable},
    syntax::dotenv::{
        compare::{Compared, compare},
        compose, node,
    },
    text::{
        secret::{Text, js_trim},
        source::{Place, PlaceIndex, SourceId, Sources, Span},
    },
    vocabulary::{
        deployment::{Mount, MountKind, Role},
        setting::{Consumer, Resolution},
        setting_key::SettingKey,
    },
};
use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeSet, HashMap, HashSet},
    path::Path,
    rc::Rc,
};

/// The targets of a project by what rules ask for; filled when it is asked.
pub struct ProjectIndex<'a> {
    project: &'a Project,
    whole: Option<&'a ProjectFacts>,
    sources: &'a Sources,
    partners: OnceCell<Gateways<'a>>,
    words: OnceCell<HashSet<&'a str>>,
    interpolated: OnceCell<HashMap<&'a str, usize>>,
    unset: OnceCell<UnsetPlaces<'a>>,
    refusals: OnceCell<PlaceIndex>,
    configs: OnceCell<HashSet<&'a str>>,
    joined: OnceCell<HashSet<&'a str>>,
    by_service: OnceCell<HashMap<&'a str, &'a Target>>,
    positions: OnceCell<HashMap<&'a str, usize>>,
    literals: OnceCell<HashMap<Place, usize>>,
    values: OnceCell<HashMap<Place, usize>>,
    pub(super) givers: OnceCell<Vec<&'a Target>>,
    pub(super) sends_only_token: OnceCell<Option<&'a Target>>,
    built: OnceCell<HashSet<&'a str>>,
    binds: OnceCell<HashMap<&'a str, Vec<&'a Target>>>,
    tokens: OnceCell<HashSet<Option<Place>>>,
    accepted: OnceCell<HashSet<&'a str>>,
    from_shell: OnceCell<HashSet<&'a str>>,
    handed_over: RefCell<HashMap<SourceId, bool>>,
    dotenv: OnceCell<HashMap<&'a str, Vec<&'a EnvFileLine>>>,
    samples: OnceCell<HashMap<String, Text>>,
    first_readers: OnceCell<HashMap<&'a str, &'a str>>,
    compared: RefCell<HashMap<SourceId, Rc<ComparedFile>>>,
    holders: OnceCell<HashMap<Place, Holders<'a>>>,
    beside: OnceCell<HashSet<&'a str>>,
    by_path: OnceCell<HashMap<String, Vec<SourceId>>>,
    first_users: OnceCell<HashMap<GatewayResource, &'a Target>>,
}

/// Shows nothing: words of texts and tokens are looked up in it.
impl std::fmt::Debug for ProjectIndex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProjectIndex")
    }
}

/// A value as OpenClaw reads it.
fn read(value: &Text) -> &str {
    js_trim(value.expose())
}

/// The variables that Compose says are not set.
struct UnsetPlaces<'a> {
    names: Vec<&'a str>,
    places: PlaceIndex,
}

/// The targets that are made from what is written at a place.
#[derive(Clone, Copy)]
struct Holders<'a> {
    first: &'a str,
    several: bool,
}

impl<'a> ProjectIndex<'a> {
    /// An index of a project whose targets were made from these files.
    #[must_use]
    pub fn new(project: &'a Project, whole: Option<&'a ProjectFacts>, sources: &'a Sources) -> Self {
        Self {
            project,
            whole,
            sources,
            partners: OnceCell::new(),
            words: OnceCell::new(),
            interpolated: OnceCell::new(),
            unset: OnceCell::new(),
            refusals: OnceCell::new(),
            configs: OnceCell::new(),
            joined: OnceCell::new(),
            by_service: OnceCell::new(),
            positions: OnceCell::new(),
            literals: OnceCell::new(),
            values: OnceCell::new(),
            givers: OnceCell::new(),
            sends_only_token: OnceCell::new(),
            built: OnceCell::new(),
            binds: OnceCell::new(),
            tokens: OnceCell::new(),
            accepted: OnceCell::new(),
            from_shell: OnceCell::new(),
            handed_over: RefCell::default(),
            dotenv: OnceCell::new(),
            samples: OnceCell::new(),
            first_readers: OnceCell::new(),
            compared: RefCell::default(),
            holders: OnceCell::new(),
            beside: OnceCell::new(),
            by_path: OnceCell::new(),
            first_users: OnceCell::new(),
        }
    }

    /// The gateways of the project, to find the one that a target belongs to.
    pub(super) fn partners(&self) -> &Gateways<'a> {
        self.partners.get_or_init(|| self.project.partners())
    }

    fn texts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let sources = self.sources;
        self.whole.into_iter().flat_map(|whole| &whole.texts).map(|id| sources.get(*id).text())
    }

    /// Lines of the compose files that are no comments.
    fn lines(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.texts().flat_map(str::lines).filter(|line| !line.trim_start().starts_with('#'))
    }

    /// The name stands in a compose file, comments aside.
    pub(super) fn occurs(&self, name: &str) -> bool {
        let words = self.words.get_or_init(|| {
            let of_line = |line: &'a str| line.split(|c| !is_of_name(c)).filter(|word| !word.is_empty());
            self.lines().flat_map(of_line).collect()
        });
        let mut parts = name.split(|c| !is_of_name(c)).filter(|part| !part.is_empty());
        let is_word = name.chars().all(is_of_name);
        parts.all(|part| words.contains(part)) && (is_word || self.lines().any(|line| has_word(line, name)))
    }

    /// A compose file uses it as a variable.
    pub(super) fn is_interpolated(&self, name: &str) -> bool {
        self.times_interpolated(name) > 0
    }

    /// How often a compose file of the project uses it by that name.
    pub(super) fn times_interpolated(&self, name: &str) -> usize {
        let all = || {
            let mut times: HashMap<&str, usize> = HashMap::new();
            for name in self.texts().flat_map(super::support::common::variables_in) {
                *times.entry(name).or_default() += 1;
            }
            times
        };
        self.interpolated.get_or_init(all).get(name).copied().unwrap_or_default()
    }

    fn unset(&self) -> &UnsetPlaces<'a> {
        self.unset.get_or_init(|| {
            let told = self.project.iter().flat_map(|target| &target.warnings);
            let told: Vec<(&str, Option<Place>)> =
                told.filter_map(|warning| Some((warning.unset.as_deref()?, warning.place))).collect();
            let places = told.iter().enumerate().filter_map(|(at, (_, place))| Some(((*place)?, at)));
            UnsetPlaces {
                places: PlaceIndex::new(places),
                names: told.iter().map(|(name, _)| *name).collect(),
            }
        })
    }

    /// The variables that Compose says are not set, in the order it says it.
    pub(super) fn unset_names(&self) -> &[&'a str] {
        &self.unset().names
    }

    /// A variable that what is written at a place names, and that Compose says is not set.
    pub(super) fn unset_at(&self, place: Place) -> Option<&'a str> {
        let unset = self.unset();
        unset.places.within(place).min().map(|at| unset.names[at])
    }

    /// Compose refuses something that is written at a place.
    pub(super) fn is_refused(&self, place: Place) -> bool {
        let refusals = self.refusals.get_or_init(|| {
            let all = self.whole.iter().flat_map(|whole| &whole.refusals);
            PlaceIndex::new(all.filter_map(|refusal| Some((refusal.place?, 0))))
        });
        refusals.within(place).next().is_some()
    }

    /// Some target of the project reads the file of that name as its config.
    pub(super) fn is_config(&self, path: &str) -> bool {
        let configs = self.configs.get_or_init(|| {
            let looked_at = self.project.iter().flat_map(|target| &target.sources);
            looked_at
                .filter(|s| s.state.is_read() && s.layer == Layer::Config)
                .map(|s| s.path.as_str())
                .collect()
        });
        configs.contains(path)
    }

    /// Something else than a command line shares the network of that service or container.
    pub(super) fn shares_network_of(&self, name: &str) -> bool {
        let joined = self.joined.get_or_init(|| {
            let others = self.project.iter().filter(|target| target.role != Role::Cli);
            let whose = others.filter_map(|target| {
                let network = target.deployment.network();
                network.strip_prefix("service:").or_else(|| network.strip_prefix("container:"))
            });
            whose.collect()
        });
        joined.contains(name)
    }

    /// The target of a service, or of that name.
    pub(super) fn named(&self, name: &str) -> Option<&'a Target> {
        let by_name = self.by_service.get_or_init(|| {
            let mut known = HashMap::new();
            for target in self.project {
                known.entry(target.name.as_str()).or_insert(target);
                if let Some(service) = target.service.as_deref() {
                    known.entry(service).or_insert(target);
                }
            }
            known
        });
        by_name.get(name).copied()
    }

    /// A target before this one has a value whose characters stand at a place of a compose file.
    pub(super) fn has_literal_before(&self, place: Place, target: &Target) -> bool {
        let literals = self.literals.get_or_init(|| {
            self.first_at(|target, found| {
                let candidates = target.environment.iter().flat_map(Variable::candidates);
                candidates.filter_map(|candidate| literal_at(candidate, self.sources)).for_each(found);
            })
        });
        self.is_before(literals.get(&place), target)
    }

    /// A target before this one has a variable whose value is written at a place.
    pub(super) fn has_value_before(&self, place: Place, target: &Target) -> bool {
        let values = self.values.get_or_init(|| {
            self.first_at(|target, found| {
                let winners = target.environment.iter().filter_map(|variable| variable.winner.as_ref());
                winners.filter_map(Candidate::root).for_each(found);
            })
        });
        self.is_before(values.get(&place), target)
    }

    /// The targets in the order in which they speak of what they share: what runs OpenClaw comes first, as
    /// it is what an edit is made for.
    fn by_rank(&self) -> impl Iterator<Item = &'a Target> + use<'a> {
        let (own, others): (Vec<&Target>, Vec<&Target>) =
            self.project.iter().partition(|target| target.role != Role::Other);
        own.into_iter().chain(others)
    }

    /// For each place that `places` finds in a target, the rank of the first target that has it.
    fn first_at(&self, places: impl Fn(&Target, &mut dyn FnMut(Place))) -> HashMap<Place, usize> {
        let mut first = HashMap::new();
        for (number, target) in self.by_rank().enumerate() {
            places(target, &mut |place| _ = first.entry(place).or_insert(number));
        }
        first
    }

    fn is_before(&self, number: Option<&usize>, target: &Target) -> bool {
        let positions = self.positions.get_or_init(|| {
            let mut positions = HashMap::new();
            for (number, target) in self.by_rank().enumerate() {
                positions.entry(target.name.as_str()).or_insert(number);
            }
            positions
        });
        number.is_some_and(|number| positions.get(target.name.as_str()).is_some_and(|own| number < own))
    }

    /// What is written at a place is a part of another target as well.
    pub(super) fn is_shared(&self, place: Place, target: &Target) -> bool {
        let holders = self.holders.get_or_init(|| {
            let mut holders: HashMap<Place, Holders<'a>> = HashMap::new();
            for target in self.by_rank() {
                let first = target.name.as_str();
                let deployment = &target.deployment;
                let of_variables = target.environment.iter().flat_map(|v| v.candidates()).map(|c| c.place);
                let words = [&deployment.command, &deployment.entrypoint].into_iter().flatten().flatten();
                let mounts = deployment.mounts.iter().map(|mount| mount.place);
                let ports = deployment.ports.iter().map(|port| port.place);
                let fields = [
                    deployment.network_mode.as_ref().and_then(|field| field.place),
                    deployment.image.as_ref().and_then(|field| field.place),
                    deployment.privileged.as_ref().and_then(|field| field.place),
                ];
                let places = of_variables.chain(words.map(|word| word.place)).chain(mounts).chain(ports);
                for place in places.chain(fields).flatten() {
                    let holder = holders.entry(place).or_insert(Holders { first, several: false });
                    holder.several |= holder.first != first;
                }
            }
            holders
        });
        holders.get(&place).is_some_and(|holder| holder.several || holder.first != target.name)
    }

    /// Something beside OpenClaw has a variable of that name.
    pub(super) fn is_set_beside(&self, name: &str) -> bool {
        let beside = self.beside.get_or_init(|| {
            let others = self.project.iter().filter(|target| target.role == Role::Other);
            others.flat_map(|target| &target.environment).map(|variable| variable.name.as_str()).collect()
        });
        beside.contains(name)
    }

    /// A service of the project builds the image.
    pub(super) fn is_built(&self, image: &str) -> bool {
        let built = self.built.get_or_init(|| {
            let building = self.project.iter().filter(|target| target.deployment.build.is_some());
            building.filter_map(|target| target.deployment.image.as_ref()).map(|i| i.value.as_str()).collect()
        });
        built.contains(image)
    }

    /// The targets that bind a path of the host.
    pub(super) fn binds_of(&self, source: &str) -> &[&'a Target] {
        let binds = self.binds.get_or_init(|| {
            let mut binds: HashMap<&str, Vec<&Target>> = HashMap::new();
            for target in self.project {
                let sources = target.deployment.mounts.iter().filter(|mount| mount.kind == MountKind::Bind);
                for source in sources.filter_map(|mount| mount.source.as_deref()) {
                    binds.entry(source).or_default().push(target);
                }
            }
            binds
        });
        binds.get(source).map(Vec::as_slice).unwrap_or_default()
    }

    /// A gateway has the token that is written in a config, from the same place.
    pub(super) fn is_token_of_a_gateway(&self, config: &Candidate) -> bool {
        let tokens = self.tokens.get_or_init(|| {
            let views =
                self.project.gateways().filter_map(|gateway| gateway.own_view(&SettingKey::GatewayToken));
            let candidates = views
                .flat_map(Resolution::candidates)
                .filter(|candidate| candidate.name == SettingKey::GatewayToken.text());
            candidates.map(|candidate| candidate.place).collect()
        });
        tokens.contains(&config.place)
    }

    /// Some gateway of the project accepts that token.
    pub(super) fn is_accepted_somewhere(&self, token: &Candidate) -> bool {
        let accepted = self.accepted.get_or_init(|| {
            let views =
                self.project.gateways().filter_map(|g| g.view(&SettingKey::GatewayToken, &Consumer::Gateway));
            views.filter_map(|view| view.winner.as_ref()?.value.as_ref()).map(read).collect()
        });
        token.value.as_ref().is_some_and(|value| accepted.contains(read(value)))
    }

    /// A value of some container comes from that variable of the shell.
    pub(super) fn is_taken_from_shell(&self, name: &str) -> bool {
        let taken = self.from_shell.get_or_init(|| {
            let variables = self.project.iter().flat_map(|target| &target.environment);
            let steps = variables.filter_map(|v| v.winner.as_ref()).flat_map(|winner| winner.via.iter());
            let names = steps.filter_map(|via| match &via.step {
                StepKind::Variable { layer: Layer::HostEnv, name } => Some(name.as_str()),
                _ => None,
            });
            names.collect()
        });
        taken.contains(name)
    }

    /// The file as a whole goes to a target: as its `env_file`, or mounted.
    pub(super) fn is_handed_over(&self, source: SourceId) -> bool {
        let known = self.handed_over.borrow().get(&source).copied();
        known.unwrap_or_else(|| {
            let file = self.sources.get(source).name.to_string();
            let is_mounted = |mount: &Mount| {
                mount.source.as_ref().is_some_and(|source| Path::new(&file).starts_with(source))
            };
            let handed_over = self.project.iter().any(|target| {
                target.sources.iter().any(|s| s.path == file && s.layer != Layer::ProjectDotenv)
                    || target.deployment.env_files.iter().any(|f| f.value == file)
                    || target.deployment.mounts.iter().any(is_mounted)
            });
            self.handed_over.borrow_mut().insert(source, handed_over);
            handed_over
        })
    }

    /// The lines of the project's env files that set that variable.
    pub(super) fn lines_of(&self, name: &str) -> &[&'a EnvFileLine] {
        let dotenv = self.dotenv.get_or_init(|| {
            let mut lines: HashMap<&str, Vec<&EnvFileLine>> = HashMap::new();
            for line in self.whole.into_iter().flat_map(|whole| &whole.dotenv) {
                lines.entry(line.name.as_str()).or_default().push(line);
            }
            lines
        });
        dotenv.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// An example of an env file has a line for that variable.
    pub(super) fn is_in_a_sample(&self, name: &str) -> bool {
        let samples = self.samples.get_or_init(|| {
            let all = self.whole.into_iter().flat_map(|whole| &whole.samples);
            let lines = all.flat_map(|id| node::parse(*id, self.sources.get(*id).text()));
            lines.map(|line| (line.name.to_string(), line.value)).collect()
        });
        samples.contains_key(name)
    }

    /// The value that an example of an env file has for a variable.
    pub(super) fn value_of_sample(&self, name: &str) -> Option<&str> {
        self.is_in_a_sample(name).then(|| self.samples.get()?.get(name).map(Text::expose))?
    }

    /// The target is the first that takes variables from the file of that path.
    pub(super) fn reads_first(&self, target: &Target, path: &str) -> bool {
        let readers = self.first_readers.get_or_init(|| {
            let mut readers = HashMap::new();
            for target in self.by_rank() {
                let read = target.sources.iter().filter(|s| {
                    s.state.is_read() && !matches!(s.layer, Layer::ComposeFile | Layer::LegacyDotenv)
                });
                for seen in read {
                    readers.entry(seen.path.as_str()).or_insert(target.name.as_str());
                }
            }
            readers
        });
        readers.get(path).is_some_and(|first| *first == target.name)
    }

    /// The first gateway of the project that uses it, for one that comes after.
    pub(super) fn first_user(&self, resource: &GatewayResource, target: &Target) -> Option<&'a Target> {
        let first = self.first_users.get_or_init(|| {
            let mut first = HashMap::new();
            for gateway in self.project.gateways() {
                for used in GatewayResource::all(gateway) {
                    first.entry(used).or_insert(gateway);
                }
            }
            first
        });
        first.get(resource).copied().filter(|user| user.name != target.name)
    }

    /// A dotenv file as each of its readers takes it.
    pub(super) fn compared(&self, id: SourceId) -> Rc<ComparedFile> {
        let mut compared = self.compared.borrow_mut();
        let compare = || Rc::new(ComparedFile::new(id, self.sources.get(id).text()));
        Rc::clone(compared.entry(id).or_insert_with(compare))
    }

    /// The texts that are shown under a path.
    pub(super) fn texts_of(&self, path: &str) -> &[SourceId] {
        let by_path = self.by_path.get_or_init(|| {
            let mut by_path: HashMap<String, Vec<SourceId>> = HashMap::new();
            for (id, source) in self.sources.iter() {
                by_path.entry(source.name.to_string()).or_default().push(id);
            }
            by_path
        });
        by_path.get(path).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The lines of a dotenv file as each of its readers takes them.
pub(super) struct ComparedFile {
    lines: Vec<Compared>,
    /// The numbers of the lines by where their values begin.
    by_start: Vec<(u32, usize)>,
    /// Where Compose finds values.
    of_compose: HashSet<Span>,
}

impl ComparedFile {
    fn new(id: SourceId, text: &str) -> Self {
        let lines = compare(id, text);
        let starts = lines.iter().enumerate().map(|(number, line)| (line.value_span.start, number));
        let mut by_start: Vec<(u32, usize)> = starts.collect();
        by_start.sort_unstable();
        let of_compose = compose::parse(text).entries.iter().map(|entry| entry.value_span).collect();
        Self { lines, by_start, of_compose }
    }

    /// Compose reads that as the value of a line.
    pub(super) fn is_value_of_compose(&self, span: Span) -> bool {
        self.of_compose.contains(&span)
    }

    /// The lines whose values are written at one of these offsets, in order.
    pub(super) fn at(&self, offsets: impl IntoIterator<Item = u32>) -> Vec<&Compared> {
        let number_at = |offset: u32| {
            let after = self.by_start.partition_point(|(start, _)| *start <= offset);
            let (_, number) = *self.by_start[..after].last()?;
            (offset <= self.lines[number].value_span.end).then_some(number)
        };
        let numbers: BTreeSet<usize> = offsets.into_iter().filter_map(number_at).collect();
        numbers.into_iter().map(|number| &self.lines[number]).collect()
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_of_name) && !after.is_some_and(is_of_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_lines() {
        assert!(has_word("  A: ${TOKEN:-}", "TOKEN"));
        assert!(!has_word("  A: ${MY_TOKEN}", "TOKEN"));
    }
}
