//! What each provider ends up with, from stores of every kind.

use crate::openclaw::read::auth_profiles::fixture::{agent_database, state_cells, state_database};
use crate::{
    openclaw::{
        OpenClawInputs, OpenClawReport, explain,
        read::images::ImageFacts,
        release::number::{Program, Release},
    },
    provenance::{Candidate, Layer, Variable},
    text::source::Sources,
    vocabulary::{
        deployment::{Deployment, Role},
        setting::{Consumer, Resolution, State},
    },
    world::memory_fs::MemoryFs,
};

/// 2026-11-25.
const NOW: i64 = 1_795_600_000_000;
const PAST: i64 = NOW - 1;
const FUTURE: i64 = NOW + 3_600_000;

const STATE: &str = "/home/node/.openclaw/state/openclaw.sqlite";
const MAIN: &str = "/home/node/.openclaw/agents/main/agent/openclaw-agent.sqlite";
const WORK: &str = "/home/node/.openclaw/agents/work/agent/openclaw-agent.sqlite";
const JSON: &str = "/home/node/.openclaw/agents/main/agent/auth-profiles.json";
const JSON_STATE: &str = "/home/node/.openclaw/agents/main/agent/auth-state.json";
const WORK_JSON: &str = "/home/node/.openclaw/agents/work/agent/auth-profiles.json";
const CONFIG: &str = "/home/node/.openclaw/openclaw.json";

struct StoreCase<'a> {
    release: &'a str,
    config: &'a str,
    env: &'a [(&'a str, &'a str)],
    files: Vec<(&'a str, Vec<u8>)>,
}

impl Default for StoreCase<'_> {
    fn default() -> Self {
        Self {
            release: "2026.9.6",
            config: "{gateway: {mode: 'local'}}",
            env: &[("ANTHROPIC_API_KEY", "ENV")],
            files: vec![],
        }
    }
}

fn answer(case: &StoreCase<'_>) -> (OpenClawReport, Sources) {
    let variable = |(name, value): &(&str, &str)| Variable {
        name: (*name).to_owned(),
        winner: Some(Candidate::new(Layer::ContainerEnv, *name, None, (*value).into())),
        losers: Vec::new(),
    };
    let environment: Vec<Variable> = case.env.iter().map(variable).collect();
    let deployment = Deployment::default();
    let mut fs = MemoryFs::default();
    fs.0.insert(CONFIG.to_owned(), case.config.to_owned());
    fs.1.extend(case.files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.clone())));
    let inputs = OpenClawInputs {
        program: Program::OpenClaw,
        release: Release::parse(case.release),
        release_is_assumed: false,
        role: Role::Gateway,
        deployment: &deployment,
        environment: &environment,
        image: &ImageFacts::default(),
        not_started: false,
        has_agents: true,
        now: NOW,
    };
    let mut sources = Sources::default();
    (explain(&inputs, &mut fs, &mut sources), sources)
}

fn view(answer: &OpenClawReport, provider: &str, consumer: &Consumer) -> Option<Resolution> {
    let name = format!("models.providers.{provider}.apiKey");
    let setting = answer.settings.iter().find(|s| s.name() == name)?;
    setting.views.iter().find(|v| v.consumer == *consumer).cloned()
}

/// Layer and value of the winner, or the state.
fn used(case: &StoreCase<'_>) -> String {
    used_by(case, "anthropic", &Consumer::Gateway)
}

fn used_by(case: &StoreCase<'_>, provider: &str, consumer: &Consumer) -> String {
    let Some(view) = view(&answer(case).0, provider, consumer) else { return "nothing".to_owned() };
    let value = view.winner.as_ref().and_then(|w| w.value.as_ref()).map(|v| v.expose().to_owned());
    match (view.state, value) {
        (State::Set, Some(value)) => value,
        (state, _) => format!("{state:?}").to_lowercase(),
    }
}

fn whys(case: &StoreCase<'_>) -> String {
    let view = view(&answer(case).0, "anthropic", &Consumer::Gateway).unwrap();
    let all = view.losers.iter().chain(&view.ignored);
    all.map(|l| format!("{}: {}", l.candidate.name, l.reason)).collect::<Vec<_>>().join("\n")
}

fn notes(case: &StoreCase<'_>) -> String {
    let looked_at = answer(case).0.looked_at;
    let stores = looked_at.iter().filter(|l| l.layer == Layer::AuthProfile);
    stores
        .map(|l| format!("{} {} {}", l.path, l.state.is_there(), l.words().unwrap_or_else(|| "-".to_owned())))
        .collect::<Vec<_>>()
        .join("\n")
}

fn key(id: &str, value: &str) -> String {
    format!(r#""{id}": {{"type": "api_key", "provider": "anthropic", "key": "{value}"}}"#)
}

fn store(profiles: &[String]) -> String {
    format!(r#"{{"version": 1, "profiles": {{{}}}}}"#, profiles.join(", "))
}

fn pasted() -> String {
    store(&[key("anthropic:manual", "STORED")])
}

/// What `models auth paste-api-key` leaves, in the places of each range of releases
/// (`openclaw-trials.md` e14, and the code of the releases).
#[test]
fn a_stored_profile_beats_the_environment_in_every_release() {
    let json =
        |release| StoreCase { release, files: vec![(JSON, pasted().into_bytes())], ..StoreCase::default() };
    let agent = |release| StoreCase {
        release,
        files: vec![(MAIN, agent_database(&pasted(), ""))],
        ..StoreCase::default()
    };
    let state = |release| StoreCase {
        release,
        files: vec![(STATE, state_database(&pasted(), ""))],
        ..StoreCase::default()
    };
    for release in ["2026.1.30", "2026.3.24", "2026.5.28", "2026.6.1"] {
        assert_eq!(used(&json(release)), "STORED", "{release}");
        assert_eq!(used(&agent(release)), "ENV", "{release} reads no database");
    }
    for release in ["2026.6.5", "2026.7.35"] {
        assert_eq!(used(&agent(release)), "STORED", "{release}");
        assert_eq!(used(&json(release)), "ENV", "{release} passes over the old file");
        assert_eq!(used(&state(release)), "ENV", "{release} has no shared store in the state database");
    }
    for release in ["2026.8.1", "2026.9.6"] {
        assert_eq!(used(&agent(release)), "STORED", "{release}");
        assert_eq!(used(&state(release)), "STORED", "{release}");
    }
}

/// The config's key comes first only with `auth: "api-key"`.
#[test]
fn a_profile_among_the_other_places() {
    let with = |config| StoreCase {
        config,
        files: vec![(STATE, state_database(&pasted(), ""))],
        ..StoreCase::default()
    };
    let plain = with("{gateway: {mode: 'local'}, models: {providers: {anthropic: {apiKey: 'CFG'}}}}");
    assert_eq!(used(&plain), "STORED");
    let why = "the stored profile anthropic:manual comes before the environment and the config";
    assert_eq!(whys(&plain), format!("ANTHROPIC_API_KEY: {why}\nmodels.providers.anthropic.apiKey: {why}"));
    let explicit = "{models: {providers: {anthropic: {apiKey: 'CFG', auth: 'api-key'}}}}";
    assert_eq!(used(&with(explicit)), "CFG");
    let named = "{models: {providers: {anthropic: {apiKey: 'anthropic:manual', auth: 'api-key'}}}}";
    assert_eq!(used(&with(named)), "STORED");
    let older = StoreCase { release: "2026.3.24", files: vec![(JSON, pasted().into_bytes())], ..with(named) };
    assert_eq!(used(&older), "STORED");
}

/// The place of a profile is a record, and its value is compared.
#[test]
fn the_place_of_a_profile_is_its_record() {
    let case = StoreCase { files: vec![(STATE, state_database(&pasted(), ""))], ..StoreCase::default() };
    let (answer, sources) = answer(&case);
    let winner = view(&answer, "anthropic", &Consumer::Gateway).unwrap().winner.unwrap();
    assert_eq!(winner.layer, Layer::AuthProfile);
    let place = winner.place.unwrap();
    assert_eq!(sources.record(place).as_deref(), Some("config_machine_state/anthropic:manual"));
    assert_eq!(sources.brief(place), "openclaw.sqlite:config_machine_state/anthropic:manual");
    assert_eq!(sources.get(place.source).name.to_string(), STATE);
    let same = StoreCase { env: &[("ANTHROPIC_API_KEY", "STORED")], ..case };
    let view = view(&self::answer(&same).0, "anthropic", &Consumer::Gateway).unwrap();
    assert_eq!(view.verdict, crate::vocabulary::setting::Agreement::Agrees);
}

fn token(id: &str, expires: i64) -> String {
    format!(r#""{id}": {{"type": "token", "provider": "anthropic", "token": "TOKEN", "expires": {expires}}}"#)
}

fn login(id: &str, expires: i64) -> String {
    format!(
        r#""{id}": {{"type": "oauth", "provider": "anthropic", "access": "ACCESS", "refresh": "R", "expires": {expires}}}"#
    )
}

/// `evaluateStoredCredentialEligibility`.
#[test]
fn what_expired_is_passed_over_or_renewed() {
    let with = |profiles: &[String]| StoreCase {
        files: vec![(STATE, state_database(&store(profiles), ""))],
        ..StoreCase::default()
    };
    assert_eq!(used(&with(&[token("anthropic:t", FUTURE)])), "TOKEN");
    let expired = with(&[token("anthropic:t", PAST)]);
    assert_eq!(used(&expired), "ENV");
    assert!(whys(&expired).contains("anthropic:t: it expired 2026-11-25 09:46 UTC"), "{}", whys(&expired));
    assert!(notes(&expired).contains("anthropic:t, token of anthropic, expired"), "{}", notes(&expired));
    assert_eq!(used(&with(&[token("anthropic:t", -5)])), "ENV");
    assert_eq!(used(&with(&[login("anthropic:l", FUTURE)])), "ACCESS");
    // Renewed at its next use: what is sent then is not known.
    assert_eq!(used(&with(&[login("anthropic:l", PAST)])), "unknown");
    // Logins before tokens before keys.
    let all = [key("anthropic:k", "KEY"), token("anthropic:t", FUTURE), login("anthropic:l", FUTURE)];
    assert_eq!(used(&with(&all)), "ACCESS");
    assert_eq!(used(&with(&all[..2])), "TOKEN");
    assert_eq!(used(&with(&[key("anthropic:e", "")])), "ENV");
}

/// Left alone after failures: last among the profiles, and yet before the environment.
#[test]
fn cooldowns() {
    let two = store(&[key("anthropic:a", "A"), key("anthropic:b", "B")]);
    let with =
        |state: &str| StoreCase { files: vec![(STATE, state_database(&two, state))], ..StoreCase::default() };
    assert_eq!(used(&with("")), "A");
    let resting = |until: i64| {
        format!(
            r#"{{"version": 1, "usageStats": {{"anthropic:a": {{"cooldownUntil": {until}, "cooldownReason": "rate_limit", "lastUsed": 5}}}}}}"#
        )
    };
    assert_eq!(used(&with(&resting(FUTURE))), "B");
    // It was used, the other never was.
    assert_eq!(used(&with(&resting(PAST))), "B");
    let one = store(&[key("anthropic:a", "A")]);
    let alone =
        StoreCase { files: vec![(STATE, state_database(&one, &resting(FUTURE)))], ..StoreCase::default() };
    assert_eq!(used(&alone), "A");
    assert!(whys(&alone).contains("requests fail rather than use another place"), "{}", whys(&alone));
    assert!(
        notes(&alone).contains("left alone until 2026-11-25 10:46 UTC after rate_limit"),
        "{}",
        notes(&alone)
    );
    let of_model = r#"{"usageStats": {"anthropic:a": {"cooldownUntil": 1895600000000, "cooldownReason": "rate_limit", "cooldownModel": "claude"}}}"#;
    assert_eq!(used(&with(of_model)), "A");
    let disabled = format!(
        r#"{{"usageStats": {{"anthropic:a": {{"disabledUntil": {FUTURE}, "disabledReason": "no word of its own"}}}}}}"#
    );
    assert_eq!(used(&with(&disabled)), "B");
    assert!(!notes(&with(&disabled)).contains("no word"));
}

/// `auth.order` and `auth.profiles` decide which profiles are tried at all.
#[test]
fn orders_leave_profiles_out() {
    let two = store(&[key("anthropic:a", "A"), key("anthropic:b", "B")]);
    let with = |config, state: &str| StoreCase {
        config,
        files: vec![(STATE, state_database(&two, state))],
        ..StoreCase::default()
    };
    let order = with("{auth: {order: {anthropic: ['anthropic:b']}}}", "");
    assert_eq!(used(&order), "B");
    assert!(whys(&order).contains("anthropic:a: auth.order.anthropic leaves it out"), "{}", whys(&order));
    let nobody = with("{auth: {order: {anthropic: ['anthropic:gone']}}}", "");
    assert_eq!(used(&nobody), "unresolved");
    let stored =
        with("{auth: {order: {anthropic: ['anthropic:b']}}}", r#"{"order": {"anthropic": ["anthropic:a"]}}"#);
    assert_eq!(used(&stored), "A");
    let listed = with("{auth: {profiles: {'anthropic:b': {provider: 'anthropic', mode: 'api_key'}}}}", "");
    assert_eq!(used(&listed), "B");
    // The listed ones are all gone: what is stored counts.
    let gone = with("{auth: {profiles: {'anthropic:c': {provider: 'anthropic', mode: 'api_key'}}}}", "");
    assert_eq!(used(&gone), "A");
    let mode = with("{auth: {profiles: {'anthropic:a': {provider: 'anthropic', mode: 'oauth'}}}}", "");
    assert_eq!(used(&mode), "ENV");
    assert!(
        whys(&mode).contains("anthropic:a: auth.profiles.anthropic:a says another mode"),
        "{}",
        whys(&mode)
    );
    let pinned = with("{agents: {defaults: {model: 'anthropic/claude@anthropic:b'}}}", "");
    assert_eq!(used(&pinned), "B");
}

/// A reference of a profile is followed into the environment.
#[test]
fn references() {
    let reference = r#""anthropic:r": {"type": "api_key", "provider": "anthropic", "keyRef": {"source": "env", "provider": "default", "id": "MY_KEY"}}"#;
    let with = |env| StoreCase {
        env,
        files: vec![(STATE, state_database(&store(&[reference.to_owned()]), ""))],
        ..StoreCase::default()
    };
    assert_eq!(used(&with(&[("MY_KEY", "REF"), ("ANTHROPIC_API_KEY", "ENV")])), "REF");
    let missing = with(&[("ANTHROPIC_API_KEY", "ENV")]);
    assert_eq!(used(&missing), "unresolved");
    let older = StoreCase {
        release: "2026.7.1",
        files: vec![(MAIN, agent_database(&store(&[reference.to_owned()]), ""))],
        ..missing
    };
    assert_eq!(used(&older), "ENV");
    let first = StoreCase {
        release: "2026.2.12",
        files: vec![(JSON, store(&[reference.to_owned()]).into_bytes())],
        ..with(&[("MY_KEY", "REF"), ("ANTHROPIC_API_KEY", "ENV")])
    };
    assert_eq!(used(&first), "ENV");
    assert_eq!(used(&StoreCase { release: "2026.2.26", ..first }), "REF");
    let elsewhere = reference.replace("env", "file");
    let file =
        StoreCase { files: vec![(STATE, state_database(&store(&[elsewhere]), ""))], ..StoreCase::default() };
    assert_eq!(used(&file), "unknown");
}

/// An agent with a store of its own sees the shared profiles as well; its own count.
#[test]
fn agents_inherit() {
    let config = "{agents: {ownership: 'explicit', defaults: {systemAgent: {agentId: 'main'}}, entries: {main: {}, work: {}, third: {}}}}";
    let own = store(&[key("anthropic:manual", "OWN")]);
    let case = StoreCase {
        config,
        files: vec![(STATE, state_database(&pasted(), "")), (WORK, agent_database(&own, ""))],
        ..StoreCase::default()
    };
    assert_eq!(used(&case), "STORED");
    assert_eq!(used_by(&case, "anthropic", &Consumer::Agent("work".into())), "OWN");
    // It has nothing else than the first, so there is nothing to tell.
    assert_eq!(used_by(&case, "anthropic", &Consumer::Agent("third".into())), "nothing");
    let older = StoreCase {
        release: "2026.3.24",
        config: "{agents: {list: [{id: 'work'}, {id: 'main', default: true}]}}",
        files: vec![(JSON, pasted().into_bytes()), (WORK_JSON, own.into_bytes())],
        ..StoreCase::default()
    };
    assert_eq!(used(&older), "STORED");
    assert_eq!(used_by(&older, "anthropic", &Consumer::Agent("work".into())), "OWN");
}

/// The state of JSON stores moved into a file of its own.
#[test]
fn the_state_of_json_stores() {
    let two = store(&[key("anthropic:a", "A"), key("anthropic:b", "B")]);
    let order = r#"{"version": 1, "order": {"anthropic": ["anthropic:b"]}}"#;
    let with = |release| StoreCase {
        release,
        files: vec![(JSON, two.clone().into_bytes()), (JSON_STATE, order.into())],
        ..StoreCase::default()
    };
    assert_eq!(used(&with("2026.4.5")), "A");
    assert_eq!(used(&with("2026.4.7")), "B");
    let inside = two.replace(r#""version": 1"#, r#""version": 1, "order": {"anthropic": ["anthropic:b"]}"#);
    let case =
        StoreCase { release: "2026.3.24", files: vec![(JSON, inside.into_bytes())], ..StoreCase::default() };
    assert_eq!(used(&case), "B");
}

/// Files of the first releases.
#[test]
fn the_oldest_files() {
    let old = |path, text: &str, release| StoreCase {
        release,
        files: vec![(path, text.into())],
        ..StoreCase::default()
    };
    let oauth = "/home/node/.openclaw/credentials/oauth.json";
    let logins = format!(r#"{{"anthropic": {{"access": "OLD", "refresh": "R", "expires": {FUTURE}}}}}"#);
    assert_eq!(used(&old(oauth, &logins, "2026.3.24")), "OLD");
    assert_eq!(used(&old(oauth, &logins, "2026.7.1")), "OLD");
    assert_eq!(used(&old(oauth, &logins, "2026.9.6")), "unresolved");
    let auth = "/home/node/.openclaw/agents/main/agent/auth.json";
    let keys = r#"{"anthropic": {"type": "api_key", "key": "OLD"}}"#;
    assert_eq!(used(&old(auth, keys, "2026.3.24")), "OLD");
    assert_eq!(used(&old(auth, keys, "2026.6.5")), "ENV");
}

/// Since 2026.8.1 what was not taken over stops every request.
#[test]
fn a_store_that_was_left_behind_stops_its_providers() {
    let with = |release, provider: &str| StoreCase {
        release,
        files: vec![(JSON, pasted().replace("anthropic\"", &format!("{provider}\"")).into_bytes())],
        ..StoreCase::default()
    };
    assert_eq!(used(&with("2026.9.6", "anthropic")), "unresolved");
    assert_eq!(used(&with("2026.9.6", "groq")), "ENV");
    assert_eq!(used(&with("2026.8.1", "groq")), "unresolved");
    // With something in the new store it is only left over.
    let mut both = with("2026.9.6", "anthropic");
    both.files.push((MAIN, agent_database(&store(&[key("anthropic:new", "NEW")]), "")));
    assert_eq!(used(&both), "NEW");
    assert!(
        whys(&both).contains("anthropic:manual: this release does not read this file"),
        "{}",
        whys(&both)
    );
}

#[test]
fn codex_was_a_provider() {
    let codex = store(&[login("openai-codex:default", FUTURE).replace("anthropic", "openai-codex")]);
    let of = |release, path, bytes: Vec<u8>, provider: &str| {
        let case = StoreCase {
            release,
            env: &[("OPENAI_API_KEY", "ENV")],
            files: vec![(path, bytes)],
            ..StoreCase::default()
        };
        used_by(&case, provider, &Consumer::Gateway)
    };
    assert_eq!(of("2026.3.24", JSON, codex.clone().into_bytes(), "openai-codex"), "ACCESS");
    assert_eq!(of("2026.3.24", JSON, codex.clone().into_bytes(), "openai"), "ENV");
    assert_eq!(of("2026.9.6", STATE, state_database(&codex, ""), "openai"), "ENV");
    assert_eq!(of("2026.9.6", STATE, state_database(&codex, ""), "openai-codex"), "nothing");
}

/// Whatever is in the place of a store is told.
#[test]
fn stores_that_cannot_be_read() {
    let with = |path, bytes: &[u8]| StoreCase { files: vec![(path, bytes.to_vec())], ..StoreCase::default() };
    let empty = with(MAIN, b"");
    assert_eq!(used(&empty), "ENV");
    assert!(notes(&empty).contains("openclaw-agent.sqlite true is empty (0 bytes)"), "{}", notes(&empty));
    let text = with(MAIN, b"not a database at all");
    assert_eq!(used(&text), "unresolved");
    assert!(notes(&text).contains("is no SQLite database, or an encrypted one"), "{}", notes(&text));
    let broken = &agent_database(&pasted(), "")[..5000];
    assert!(matches!(used(&with(MAIN, broken)).as_str(), "unresolved"));
    let json = with(MAIN, &agent_database("[1, 2", ""));
    assert_eq!(used(&json), "unresolved");
    let other = with(
        STATE,
        &state_cells(&[
            ("auth.sharedStore", r#"{"location":"legacy-main"}"#),
            ("authProfiles.store", &pasted()),
        ]),
    );
    assert_eq!(used(&other), "ENV");
    let mut newer = agent_database(&pasted(), "");
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    assert_eq!(used(&with(MAIN, &newer)), "unresolved");
    assert!(notes(&with(MAIN, &newer)).contains("has layout 99, of a newer release"));
    // The releases before asked for nothing.
    let lenient = StoreCase { release: "2026.7.1", ..with(MAIN, b"not a database at all") };
    assert_eq!(used(&lenient), "ENV");
    let garbled = StoreCase {
        release: "2026.3.24",
        files: vec![(JSON, b"{profiles: {}}".to_vec())],
        ..StoreCase::default()
    };
    assert_eq!(used(&garbled), "ENV");
    assert!(
        notes(&garbled).contains("auth-profiles.json true is not JSON, so OpenClaw treats it as empty"),
        "{}",
        notes(&garbled)
    );
}

/// Nothing is stored: the places are told all the same.
#[test]
fn places_that_do_not_exist_are_told() {
    let none = notes(&StoreCase::default());
    assert!(
        none.contains(&format!("{STATE} false -")) && none.contains(&format!("{MAIN} false -")),
        "{none}"
    );
    let older = notes(&StoreCase { release: "2026.3.24", ..StoreCase::default() });
    assert!(
        older.contains(&format!("{JSON} false -")) && older.contains("credentials/oauth.json false"),
        "{older}"
    );
}

/// Lists for rotation authenticate nobody (`openclaw-trials.md` e10).
#[test]
fn lists_for_rotation() {
    let case = StoreCase {
        env: &[("OPENCLAW_LIVE_ANTHROPIC_KEYS", "L"), ("ANTHROPIC_API_KEY_2", "T"), ("GEMINI_API_KEYS", "G")],
        ..StoreCase::default()
    };
    assert_eq!(used(&case), "unset");
    assert!(
        whys(&case).contains("OPENCLAW_LIVE_ANTHROPIC_KEYS: it only adds keys for rotation"),
        "{}",
        whys(&case)
    );
    assert!(whys(&case).contains("ANTHROPIC_API_KEY_2: it only adds a key"), "{}", whys(&case));
    let google = view(&answer(&case).0, "google", &Consumer::Gateway).unwrap();
    assert!(google.ignored[0].reason.to_string().contains("Gemini"), "{}", google.ignored[0].reason);
}

/// A gateway of 2026.9.6 ended itself over them, whatever the provider.
#[test]
fn a_store_that_was_left_behind_stops_the_gateway() {
    let start = |release, profiles: &str, token: &'static str| {
        let case =
            StoreCase { release, env: &[], config: token, files: vec![(JSON, profiles.as_bytes().to_vec())] };
        let start = answer(&case).0.start.unwrap();
        (format!("{:?}", start.prediction), start.exit_code)
    };
    let config = "{gateway: {mode: 'local', auth: {token: 'a-token-of-some-length'}}}";
    assert_eq!(start("2026.9.6", &pasted(), config), ("Refuses".into(), Some(1)));
    assert_eq!(start("2026.8.1", &pasted(), config), ("Unknown".into(), None));
    assert_eq!(start("2026.7.1", &pasted(), config), ("Starts".into(), None));
}
