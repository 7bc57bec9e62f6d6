use super::*;

/// The reason of the variant after this one, so that the compiler asks for a new one here.
fn next(reason: &Reason) -> Option<Reason> {
    use Reason as R;
    let text = str::to_owned;
    Some(match reason {
        R::Precedence { .. } => R::EnvironmentPrecedence { winner: Layer::ComposeEnvironment },
        R::EnvironmentPrecedence { .. } => R::NamedWithoutValue,
        R::NamedWithoutValue => R::OverriddenInMerge(Merge::File(text("compose.override.yml"))),
        R::OverriddenInMerge(_) => R::LaterLine,
        R::LaterLine => R::LaterFlag,
        R::LaterFlag => R::LaterFile,
        R::LaterFile => R::LaterSource { layer: Layer::PodEnvFrom },
        R::LaterSource { .. } => R::EarlierFile,
        R::EarlierFile => R::ContainerOlder,
        R::ContainerOlder => R::VariableExists { filler: Layer::StateDotenv, empty: false },
        R::VariableExists { .. } => R::SetByFlag { flag: "--token" },
        R::SetByFlag { .. } => R::SetAtStart { certain: true, place: None, was_read: false },
        R::SetAtStart { .. } => R::KeptAtStart,
        R::KeptAtStart => R::UnsetAtStart { place: None, was_read: false },
        R::UnsetAtStart { .. } => R::WrittenAtStart,
        R::WrittenAtStart => R::StartScript { image: text("an/image"), variable: Some(text("TOKEN")) },
        R::StartScript { .. } => R::Shadowed { by: "https_proxy", name: "HTTPS_PROXY" },
        R::Shadowed { .. } => R::Blank { filled_by: None },
        R::Blank { .. } => R::Unfilled,
        R::Unfilled => R::Unresolved { variable: text("X_TOKEN") },
        R::Unresolved { .. } => R::UnresolvedFirst {
            name: text("gateway.auth.token"),
            variable: text("X_TOKEN"),
            fault: "is missing or blank",
        },
        R::UnresolvedFirst { .. } => R::StoreRefused { unreadable: true },
        R::StoreRefused { .. } => R::Selected {
            by: text("models.providers.zai.apiKey"),
            what: text("the stored profile zai:work"),
            usable: false,
        },
        R::Selected { .. } => R::NoProfileOfOrder { by: text("auth.order.zai") },
        R::NoProfileOfOrder { .. } => R::ProfileCooldown { profile: text("zai:work"), until: text("noon") },
        R::ProfileCooldown { .. } => R::ProfileUnusable(ProfileFault::Empty),
        R::ProfileUnusable(_) => R::ProfileLeftOut(ProfileOrder::Config(text("zai"))),
        R::ProfileLeftOut(_) => R::NotRead {
            reader: text("OpenClaw"),
            purpose: "for model requests",
            instead: Some(text("HTTPS_PROXY")),
        },
        R::NotRead { .. } => R::FileNotRead { migrates: true },
        R::FileNotRead { .. } => R::FileDenied { user: 1000 },
        R::FileDenied { .. } => {
            R::HeaderReplaces { header: text("models.providers.zai.headers.Authorization") }
        }
        R::HeaderReplaces { .. } => R::FormerId { id: "openai-codex", now: "openai" },
        R::FormerId { .. } => R::RotationOnly { role: "only adds keys for rotation", users: "media" },
        R::RotationOnly { .. } => R::PluginMissing { provider: text("zai"), reader: text("OpenClaw") },
        R::PluginMissing { .. } => R::ReadAtStart,
        R::ReadAtStart => R::Dropped(Filter::ConfigEnv),
        R::Dropped(_) => R::Invalid,
        R::Invalid => R::AddressRefused(AddressFault::Plain),
        R::AddressRefused(_) => R::ModeExcludes(Mode::Auth("none")),
        R::ModeExcludes(_) => R::FlagsOnly { url: true },
        R::FlagsOnly { .. } => R::EnvironmentOnly,
        R::EnvironmentOnly => R::OtherUnresolved,
        R::OtherUnresolved => R::FlagNotSeen,
        R::FlagNotSeen => R::RemoteReplaced,
        R::RemoteReplaced => R::OnlyInterpolated,
        R::OnlyInterpolated => return None,
    })
}

/// One reason of each variant.
fn every() -> Vec<Reason> {
    let first = Reason::Precedence { winner: Layer::Config, name: "gateway.auth.token".to_owned() };
    std::iter::successors(Some(first), next).collect()
}

#[test]
fn sentences() {
    let sentences: Vec<String> = every().iter().map(|r| format!("{}: {r}", r.id())).collect();
    let expected = "\
precedence: OpenClaw reads gateway.auth.token first
environment-precedence: environment: wins over env_file:
named-without-value: environment: names it without a value and nothing sets it; that wins over env_file:
overridden-in-merge: compose.override.yml replaces it
later-line: a later line of the same file wins
later-flag: the flag is given again, and OpenClaw takes the last
later-file: a later env_file wins
later-source: a later envFrom wins
earlier-file: an earlier dotenv file has this variable, and OpenClaw keeps the first
container-older: the container was created before this was written; it takes effect when the container is recreated
variable-exists: the container already has this variable, and OpenClaw's dotenv files never replace a variable that exists
set-by-flag: the gateway's --token sets this variable in its own environment
set-at-start: the start command sets it before the program runs
kept-at-start: the start command makes a new value from it before the program runs
unset-at-start: the start command unsets it before the program runs
written-at-start: the start command writes the file before the program runs
start-script: the start script of an/image writes TOKEN over it
shadowed: https_proxy shadows HTTPS_PROXY, even when it is empty
blank: it is empty, which counts as unset here
unfilled: it contains a ${NAME} that counts as unresolved, and OpenClaw skips it
unresolved: it refers to X_TOKEN, which is unset or empty
unresolved-first: gateway.auth.token refers to X_TOKEN, which is missing or blank, and OpenClaw does not skip such a reference
store-refused: OpenClaw refuses every request while it cannot read a credential store
selected: models.providers.zai.apiKey selects the stored profile zai:work, which cannot be used for this provider, and OpenClaw uses nothing else then
no-profile-of-order: auth.order.zai names no stored profile that can be used, and OpenClaw uses nothing else then
profile-cooldown: the stored profile zai:work comes first, and in its cooldown until noon requests fail rather than use another place
profile-unusable: it holds no credential
profile-left-out: auth.order.zai leaves it out
not-read: OpenClaw does not read it for model requests; it reads HTTPS_PROXY
file-not-read: this release does not read this file; `openclaw doctor --fix` migrates what is in it
file-denied: user 1000, which OpenClaw runs as here, may not read this file
header-replaces: models.providers.zai.headers.Authorization replaces the key in what is sent
former-id: this release does not read the earlier id openai-codex; `openclaw doctor --fix` changes it to openai
rotation-only: it only adds keys for rotation and never authenticates a provider by itself; after a rate limit such keys take turns in media
plugin-missing: zai is a plugin of its own that is not installed, and without it OpenClaw reads none of its variables
read-at-start: Node reads it when the process starts, before OpenClaw reads its dotenv files and its config
dropped: OpenClaw silently ignores this variable in env.vars
invalid: it contains no port number, and OpenClaw skips it
address-refused: the CLI refuses it: plain ws:// to an address that is not its own; wss:// is expected
mode-excludes: gateway.auth.mode is none
flags-only: with --url the CLI sends nothing but a --token or --password given with it
environment-only: OPENCLAW_GATEWAY_URL is set, and the CLI then takes its credentials from the environment only
other-unresolved: the CLI exits at the other credential, whose reference has no value
flag-not-seen: a flag of the gateway's command is not seen by other processes
remote-replaced: the gateway takes it from gateway.remote only where there is no gateway.auth, in the config or by a flag
only-interpolated: the line only fills in ${NAME} of compose files; by itself it sets nothing in a container";
    assert_eq!(sentences.join("\n"), expected);
}

/// A flag and a stored profile are no variables.
#[test]
fn what_comes_first_is_called_what_it_is() {
    let first = |winner, name: &str| Reason::Precedence { winner, name: name.to_owned() }.to_string();
    assert_eq!(first(Layer::ComposeCommand, "--bind"), "the flag --bind comes first");
    assert_eq!(first(Layer::ComposeCommand, "OPENCLAW_PROFILE"), "OpenClaw reads OPENCLAW_PROFILE first");
    assert_eq!(
        first(Layer::AuthProfile, "zai:work"),
        "the stored profile zai:work comes before the environment and the config"
    );
}

#[test]
fn every_id_is_documented() {
    let (schema, formats) =
        (include_str!("../../../docs/report.schema.json"), include_str!("../../../docs/formats.md"));
    let ids: Vec<&str> = every().iter().map(Reason::id).collect();
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let of_schema = &schema["$defs"]["loser"]["properties"]["reason"]["enum"];
    assert_eq!(*of_schema, serde_json::json!(ids), "docs/report.schema.json");
    let rows: Vec<&str> =
        ids.iter().copied().filter(|id| !formats.contains(&format!("| `{id}` |"))).collect();
    assert!(rows.is_empty(), "docs/formats.md has no row for {rows:?}");
}
