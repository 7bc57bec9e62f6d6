//! Every key of every schema and every variable, put where it can be put: the answer names the place.

use crate::openclaw::settings::any_key::{KeyAnswer, Resolved};
use crate::{
    model::target::{Target, TargetKind, VersionFact, VersionSource},
    openclaw::{
        self, OpenClawInputs,
        read::images::ImageProfiles,
        release::{
            catalog::Catalog,
            channels,
            number::{Program, Release},
            schema::{Schema, keys::schemas},
        },
    },
    provenance::{Candidate, Layer, Variable},
    text::source::{Language, Place, SourceName, Sources, Span},
    vocabulary::{
        advice::Advice,
        deployment::{Deployment, Role},
        setting::{Resolution, Setting, State},
    },
    world::memory_fs::MemoryFs,
};
use std::collections::{BTreeMap, BTreeSet};

fn resolve(target: &Target, key: &str, project: &[Variable]) -> Option<KeyAnswer> {
    let resolved = Resolved {
        role: target.role,
        model: target.facts.as_ref()?,
        settings: &target.settings,
        environment: &target.environment,
        project,
    };
    Some(crate::openclaw::settings::any_key::resolve(&resolved, key))
}

const CONFIG: &str = "/home/node/.openclaw/openclaw.json";

/// Where the program has its config.
fn path_of(program: Program) -> &'static str {
    match program {
        Program::Clawdbot => "/home/node/.clawdbot/clawdbot.json",
        Program::OpenClaw => CONFIG,
    }
}

/// A gateway of a release with that config and those variables, a line each.
struct TestProject {
    target: Target,
    sources: Sources,
}

fn project(program: Program, release: Release, config: Option<&str>, variables: &[&str]) -> TestProject {
    let mut sources = Sources::default();
    let lines: String = variables.iter().map(|name| format!("{name}: value\n")).collect();
    let compose = sources.add(SourceName::Host("/p/compose.yml".into()), Language::Yaml, lines.clone());
    let mut at = 0;
    let mut environment = Vec::new();
    for (line, name) in lines.lines().zip(variables) {
        let place = Place { source: compose, span: Span::new(at, at + name.len()) };
        let winner = Candidate::new(Layer::ComposeEnvironment, *name, Some(place), "value".into());
        environment.push(Variable { name: (*name).to_owned(), winner: Some(winner), losers: Vec::new() });
        at += line.len() + 1;
    }
    let texts = config.map(|text| (path_of(program).to_owned(), text.to_owned())).into_iter().collect();
    let deployment = Deployment::default();
    let inputs = OpenClawInputs {
        program,
        release: Some(release),
        release_is_assumed: false,
        role: Role::Gateway,
        deployment: &deployment,
        environment: &environment,
        image: &ImageProfiles::default().facts(None, None, &[]),
        not_started: true,
        has_agents: true,
        now: 1_795_600_000_000,
    };
    let answer = openclaw::explain(&inputs, &mut MemoryFs(texts, BTreeMap::new()), &mut sources);
    let target = Target {
        kind: TargetKind::ComposeService,
        name: "gateway".into(),
        service: Some("gateway".into()),
        project: None,
        container_id: None,
        state: None,
        engine: None,
        role: Role::Gateway,
        openclaw: Some(VersionFact { version: release.to_string(), source: VersionSource::Flag }),
        deployment,
        sources: answer.looked_at,
        settings: answer.settings,
        environment,
        process_environment: answer.process_environment,
        start: answer.start,
        facts: Some(answer.facts),
        observations: Vec::new(),
        warnings: Vec::new(),
        evidence: Vec::new(),
        advice: Advice::default(),
    };
    TestProject { target, sources }
}

impl TestProject {
    fn settings(&self, key: &str) -> Vec<Setting> {
        match resolve(&self.target, key, &[]) {
            Some(KeyAnswer::Known(known)) => known.settings,
            Some(KeyAnswer::Unknown(why)) => panic!("{key}: {} ({:?})", why.message, why.near),
            None => panic!("{key}: no answer"),
        }
    }

    /// Every place that is named, as `path:line`.
    fn places(&self, key: &str) -> BTreeSet<String> {
        let settings = self.settings(key);
        let offered = settings.iter().flat_map(|s| &s.views).flat_map(Resolution::offered);
        let place = |c: &Candidate| {
            let place = c.place?;
            let path = self.sources.get(place.source).name.to_string();
            Some(format!("{path}:{}", self.sources.line_col(place).line))
        };
        offered.filter_map(place).collect()
    }

    fn unknown(&self, key: &str) -> (String, Option<String>) {
        match resolve(&self.target, key, &[]) {
            Some(KeyAnswer::Unknown(why)) => (why.message, why.near),
            other => panic!("{key}: {other:?}"),
        }
    }
}

/// A config with every key of a schema, a line each, and the line of each.
fn config_of(schema: &Schema) -> (String, BTreeMap<String, usize>) {
    let mut tree = Tree::default();
    for path in schema.all() {
        tree.add(&path);
    }
    let (mut text, mut lines) = (String::new(), BTreeMap::new());
    tree.write(&mut text, "", &mut 1, &mut lines);
    (text, lines)
}

/// Keys below keys.
#[derive(Default)]
struct Tree(BTreeMap<String, Tree>);

impl Tree {
    fn add(&mut self, path: &[String]) {
        if let Some((first, rest)) = path.split_first() {
            let key = if first == "*" { "any" } else { first };
            self.0.entry(key.to_owned()).or_default().add(rest);
        }
    }

    fn write(&self, text: &mut String, path: &str, line: &mut usize, lines: &mut BTreeMap<String, usize>) {
        if self.0.is_empty() {
            return text.push_str("\"word\"");
        }
        let items = self.0.get("[0]").filter(|_| self.0.len() == 1);
        text.push_str(if items.is_some() { "[\n" } else { "{\n" });
        *line += 1;
        for (key, below) in self.0.iter().filter(|(key, _)| items.is_some() || *key != "[0]") {
            let inner = match items {
                Some(_) => format!("{path}[0]"),
                None if path.is_empty() => key.clone(),
                None => format!("{path}.{key}"),
            };
            lines.insert(inner.clone(), *line);
            if items.is_none() {
                text.push_str(&format!("\"{key}\": "));
            }
            below.write(text, &inner, line, lines);
            text.push_str(",\n");
            *line += 1;
        }
        text.push_str(if items.is_some() { "]" } else { "}" });
    }
}

#[test]
fn every_key_of_every_schema_is_found_where_it_is_set() {
    for (program, release, schema) in schemas() {
        let (text, lines) = config_of(&schema);
        assert!(lines.len() > 400, "{release}: {} keys", lines.len());
        let project = project(program, release, Some(&text), &[]);
        let mut wrong = Vec::new();
        for (key, line) in &lines {
            let wanted = format!("{}:{line}", path_of(program));
            let places = project.places(key);
            if !places.contains(&wanted) {
                wrong.push(format!("{key}: {wanted}, not {places:?}"));
            }
        }
        assert!(wrong.is_empty(), "{release}: {} of {}\n{}", wrong.len(), lines.len(), wrong.join("\n"));
    }
}

#[test]
fn every_key_that_is_not_set_is_said_to_be_not_set() {
    for (program, release, schema) in schemas() {
        let project = project(program, release, None, &[]);
        for path in schema.all() {
            let key = path.join(".").replace(".[", "[").replace('*', "any");
            for setting in project.settings(&key) {
                let of_config = |c: &Candidate| c.layer == Layer::Config;
                assert!(
                    !setting.views.iter().flat_map(Resolution::offered).any(of_config),
                    "{release} {key}"
                );
            }
        }
    }
}

/// Every variable that the release is known to read.
fn variables() -> BTreeSet<&'static str> {
    let catalog = Catalog::newest();
    let lists = [catalog.read, catalog.channels, catalog.web_search, catalog.usage_only];
    let of_channels = channels::KEYS.iter().flat_map(|key| key.variables).copied();
    let all = lists.into_iter().flatten().copied().chain(catalog.credential_variables()).chain(of_channels);
    all.chain(["TZ", "NODE_OPTIONS", "HTTPS_PROXY", "no_proxy", "MY_OWN_VARIABLE", "LOG_LEVEL"]).collect()
}

#[test]
fn every_variable_is_found_where_it_is_set() {
    let all: Vec<&str> = variables().into_iter().collect();
    assert!(all.len() > 300, "{} variables", all.len());
    let project = project(Program::OpenClaw, Release::new(2026, 9, 6), None, &all);
    for (line, name) in all.iter().enumerate() {
        let places = project.places(name);
        assert!(places.contains(&format!("/p/compose.yml:{}", line + 1)), "{name}: {places:?}");
    }
}

#[test]
fn a_variable_that_is_read_and_set_nowhere_is_known() {
    let project = project(Program::OpenClaw, Release::new(2026, 9, 6), None, &[]);
    for name in variables().into_iter().filter(|name| !name.starts_with("MY_")) {
        if name != "LOG_LEVEL" {
            project.settings(name);
        }
    }
}

/// A letter left out, one that stands twice, two that changed places.
fn slips(key: &str) -> Vec<String> {
    let at = key.len() - 2;
    let (start, [a, b]) = (&key[..at], [&key[at..=at], &key[at + 1..]]);
    vec![format!("{start}{b}"), format!("{start}{a}{a}{b}"), format!("{start}{b}{a}")]
}

#[test]
fn slips_get_a_suggestion() {
    let project = project(Program::OpenClaw, Release::new(2026, 9, 6), None, &[]);
    for key in [
        "gateway.auth.token",
        "gateway.controlUi.allowedOrigins",
        "agents.defaults.workspace",
        "models.providers.anthropic.apiKey",
        "channels.telegram.botToken",
        "logging.consoleLevel",
        "OPENCLAW_GATEWAY_TOKEN",
        "ANTHROPIC_API_KEY",
        "TELEGRAM_BOT_TOKEN",
        "anthropic",
        "telegram",
        "discord",
    ] {
        for slip in slips(key).into_iter().filter(|slip| slip != key) {
            let (message, near) = project.unknown(&slip);
            assert_eq!(near.as_deref(), Some(key), "{slip}: {message}");
            assert!(message.contains("OpenClaw 2026.9.6"), "{message}");
        }
    }
    let near = |key: &str| project.unknown(key).1;
    assert_eq!(near("allowedOrigins").as_deref(), Some("gateway.controlUi.allowedOrigins"));
    assert_eq!(near("openclaw_gateway_token").as_deref(), Some("OPENCLAW_GATEWAY_TOKEN"));
    assert_eq!(near("nothing.like.this"), None);
}

#[test]
fn what_is_set_and_not_known_is_shown_as_not_read() {
    let config = "{ gateway: { auth: {\n tokn: 'x' } },\n env: { vars: {\n AWS_ACCESS_KEY_ID: 'y' } } }";
    let project = project(Program::OpenClaw, Release::new(2026, 9, 6), Some(config), &["MY_OWN"]);
    let remark = |key: &str| match resolve(&project.target, key, &[]) {
        Some(KeyAnswer::Known(known)) => known.remark,
        other => panic!("{other:?}"),
    };
    assert_eq!(project.places("gateway.auth.tokn"), BTreeSet::from([format!("{CONFIG}:2")]));
    let said = remark("gateway.auth.tokn");
    assert_eq!(
        said.as_deref(),
        Some("OpenClaw 2026.9.6 has no such key: did you mean `gateway.auth.token`?")
    );
    assert_eq!(remark("MY_OWN").as_deref(), Some("OpenClaw 2026.9.6 is not known to read it"));
    let view = &project.settings("AWS_ACCESS_KEY_ID")[0].views[0];
    assert_eq!((view.state, view.ignored.len()), (State::Unset, 1));
}

#[test]
fn a_config_that_cannot_be_read_leaves_keys_unknown() {
    let project = project(Program::OpenClaw, Release::new(2026, 9, 6), Some("{ broken"), &[]);
    for key in
        ["gateway.auth.token", "gateway.reload.mode", "agents.defaults.workspace", "FOO_API_KEY_OF_MINE"]
    {
        match resolve(&project.target, key, &[]) {
            Some(KeyAnswer::Known(known)) => {
                assert!(
                    known.settings.iter().flat_map(|s| &s.views).all(|v| v.state == State::Unknown),
                    "{key}"
                )
            }
            Some(KeyAnswer::Unknown(why)) => {
                assert!(why.message.contains("cannot be read"), "{}", why.message)
            }
            None => panic!("{key}"),
        }
    }
}

#[test]
fn channels_take_their_config_before_their_variable() {
    let config = "{ channels: { telegram: {\n botToken: 'of-config' }, slack: {\n accounts: { default: {\n botToken: 'x' } } } } }";
    let variables = ["TELEGRAM_BOT_TOKEN", "SLACK_BOT_TOKEN", "DISCORD_BOT_TOKEN"];
    let project = project(Program::OpenClaw, Release::new(2026, 9, 6), Some(config), &variables);
    let winner = |key: &str| {
        let settings = project.settings(key);
        settings[0].views[0].winner.as_ref().map(|w| (settings[0].name().into_owned(), w.layer))
    };
    assert_eq!(winner("TELEGRAM_BOT_TOKEN"), Some(("channels.telegram.botToken".into(), Layer::Config)));
    assert_eq!(winner("SLACK_BOT_TOKEN"), Some(("channels.slack.botToken".into(), Layer::Config)));
    assert_eq!(
        winner("channels.discord.token"),
        Some(("channels.discord.token".into(), Layer::ComposeEnvironment))
    );
}

const SEVERAL: &str = r#"{
  channels: { telegram: { botToken: "1", groups: { "*": { requireMention: false }, "7": { requireMention: true } } } },
  models: { providers: { OpenAI: { baseUrl: "https://o.example" }, "my.own": { baseUrl: "http://x" } } },
  agents: { entries: { a: { workspace: "/a" }, b: { workspace: "/b" } } },
}"#;

#[test]
fn a_star_stands_for_what_the_config_has_in_its_place() {
    let project = project(Program::OpenClaw, Release::new(2026, 9, 6), Some(SEVERAL), &[]);
    let names =
        |key: &str| -> Vec<String> { project.settings(key).iter().map(|s| s.name().into_owned()).collect() };
    assert_eq!(names("channels.*.botToken"), ["channels.telegram.botToken"]);
    assert_eq!(
        names("agents.entries.*.workspace"),
        ["agents.entries.a.workspace", "agents.entries.b.workspace"]
    );
    assert_eq!(
        names("models.providers.*.baseUrl"),
        ["models.providers.OpenAI.baseUrl", "models.providers.my.own.baseUrl"]
    );
    // The config has one of its own.
    let own = "channels.telegram.groups.*.requireMention";
    assert_eq!(names(own), [own]);
}

#[test]
fn a_provider_is_known_however_it_is_spelt() {
    let project = project(Program::OpenClaw, Release::new(2026, 9, 6), Some(SEVERAL), &["ANTHROPIC_API_KEY"]);
    let told = |key: &str| -> Vec<(String, bool)> {
        let is_set = |s: &Setting| s.views.iter().any(|view| view.winner.is_some());
        project.settings(key).iter().map(|s| (s.name().into_owned(), is_set(s))).collect()
    };
    assert_eq!(told("ANTHROPIC"), told("anthropic"));
    assert!(told("ANTHROPIC").contains(&("models.providers.anthropic.apiKey".to_owned(), true)));
    assert_eq!(told("OPENAI"), told("openai"));
    assert_eq!(told("models.providers.OPENAI.baseUrl"), told("models.providers.openai.baseUrl"));
    assert!(told("models.providers.OPENAI.baseUrl").iter().all(|(_, is_set)| *is_set));
}

#[test]
fn what_is_written_around_a_name_is_no_part_of_it() {
    let project = project(Program::OpenClaw, Release::new(2026, 9, 6), Some(SEVERAL), &[]);
    for (typed, meant) in [
        ("${OPENCLAW_GATEWAY_TOKEN:-}", "OPENCLAW_GATEWAY_TOKEN"),
        ("OPENCLAW_GATEWAY_TOKEN=abc", "OPENCLAW_GATEWAY_TOKEN"),
        ("gateway..auth", "gateway.auth"),
        ("token", "gateway.auth.token"),
    ] {
        assert_eq!(project.unknown(typed).1.as_deref(), Some(meant), "{typed}");
    }
}
