//! What a gateway makes of the words of its own command, before it looks at anything else.

use super::refuses;
use crate::{
    openclaw::{
        Model,
        facts::AuthMode as Mode,
        read::{config::Presence, environment::VariableLookup as _},
        release::behaviour::{BIND_MODES, NewerConfig, Scratch, TAILSCALE_MODES, gateway_flags},
        settings::auth,
    },
    provenance::{Candidate, Layer},
    text::{nearest::nearest, secret::js_trim},
    vocabulary::prediction::{StartReason, StartReasonId as Id, StartSubject as About},
    vocabulary::setting_key::SettingKey,
};

/// Flags of the program itself, which stand before or after `gateway` (`cli-root-options`, openclaw
/// 2026.9.6), and whether they take a value.
const ROOT_FLAGS: &[(&str, bool)] = &[
    ("--dev", false),
    ("--no-color", false),
    ("--profile", true),
    ("--log-level", true),
    ("--container", true),
    ("--help", false),
    ("-h", false),
    ("--version", false),
    ("-V", false),
    ("--update", false),
];

/// Flags that decide what the other reasons stand on.
const DECIDING: &[&str] = &[
    "--bind",
    "--token",
    "--password",
    "--password-file",
    "--auth",
    "--allow-unconfigured",
    "--dev",
    "--profile",
];

/// What the parser of the command line refuses.
pub(super) struct Refused {
    /// Why.
    pub(super) reason: StartReason,
    /// What stands in its place may decide the other reasons.
    pub(super) decides: bool,
}

/// A word that the parser does not take: an unknown flag, a flag without its value, a word too many
/// (commander; run with openclaw 2026.9.6, read in 2026.1.30).
pub(super) fn refused(model: &Model<'_>) -> Option<Refused> {
    let words = model.command.words_of_gateway()?;
    let release = model.release.unwrap_or(model.behaviour.since);
    let own: Vec<(&str, bool)> = gateway_flags(release).collect();
    let all: Vec<(&str, bool)> = own.iter().chain(ROOT_FLAGS).copied().collect();
    let stops = |message: String, place, decides| {
        let reason = refuses(Id::CommandLineInvalid, 1, About::Compose("command"), message).at(place);
        Some(Refused { reason, decides })
    };
    let before = words.before.iter().map(|word| (*word, ROOT_FLAGS));
    let after = words.after.iter().map(|word| (*word, &all[..]));
    let mut rest = before.chain(after);
    while let Some(((word, place), known)) = rest.next() {
        if !word.starts_with('-') || word == "-" {
            return stops("`gateway` takes no argument, and one is given".to_owned(), place, false);
        }
        if word == "--" {
            let (_, place) = rest.next()?.0;
            return stops("`gateway` takes no argument, and one follows `--`".to_owned(), place, true);
        }
        let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
        match known.iter().find(|(flag, _)| *flag == name) {
            Some((_, true)) if value.is_some() => {}
            Some((_, true)) => {
                if rest.next().is_none() {
                    let message = format!("{name} needs a value, and none follows");
                    return stops(message, place, true);
                }
            }
            Some((_, false)) if value.is_none() => {}
            _ => {
                let near = nearest(name, known.iter().map(|(flag, _)| *flag));
                let meant = near.map(|near| format!(" (`{near}`?)")).unwrap_or_default();
                let of = if known.len() == ROOT_FLAGS.len() { "the program" } else { "`gateway`" };
                let shown = if is_name(name) { format!(" `{name}`") } else { " like that".to_owned() };
                let message = format!("{of} has no option{shown} in {}{meant}", model.release_name());
                let decides = near.is_none_or(|near| DECIDING.contains(&near))
                    || all.iter().any(|(flag, _)| *flag == name);
                return stops(message, place, decides);
            }
        }
    }
    None
}

/// A word that can be no secret.
fn is_name(flag: &str) -> bool {
    flag.len() <= 24 && flag.chars().all(|c| c == '-' || c.is_ascii_lowercase())
}

/// Flags whose value the gateway looks at after its config and before it asks whether there is one
/// (`runGatewayCommand`, openclaw 2026.1.29, 2026.3.7 and 2026.9.6).
pub(super) fn flags(model: &Model<'_>) -> Vec<StartReason> {
    let mut reasons = Vec::new();
    let dev = model.command.has("--dev")
        || crate::openclaw::read::profile::is_dev(model.env.value("OPENCLAW_PROFILE"));
    if model.command.has("--reset") && !dev {
        let message = "--reset is given without --dev";
        reasons.push(refuses(Id::FlagInvalid, 1, About::Flag("--reset"), message));
    }
    reasons.extend(one_of(model, "--ws-log", &["auto", "full", "compact"]));
    reasons.extend(port(model));
    reasons.extend(one_of(model, "--bind", &BIND_MODES));
    reasons.extend(one_of(model, "--auth", model.behaviour.credentials.auth_flag_modes));
    reasons.extend(one_of(model, "--tailscale", &TAILSCALE_MODES));
    reasons
}

fn given(model: &Model<'_>, flag: &str) -> Option<(Candidate, String)> {
    let given = model.command.candidate(flag, &model.env)?;
    let word = js_trim(given.value.as_ref()?.expose()).to_owned();
    Some((given, word))
}

fn one_of(model: &Model<'_>, flag: &'static str, modes: &[&str]) -> Option<StartReason> {
    let (given, word) = given(model, flag).filter(|(_, word)| !word.is_empty())?;
    if modes.contains(&word.as_str()) {
        return None;
    }
    let message = format!("{flag} is not one of {}", modes.join(", "));
    Some(refuses(Id::FlagInvalid, 1, About::Flag(flag), message).at(given.place))
}

/// `parsePort` of the gateway's command line (openclaw 2026.2.26, 2026.3.24 and 2026.9.6).
fn port(model: &Model<'_>) -> Option<StartReason> {
    let (given, word) = given(model, "--port")?;
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let number = digits.parse::<u64>().unwrap_or(0);
    let is_whole = digits.len() == word.len();
    let taken = number > 0 && (!model.behaviour.network.strict_port || (is_whole && number <= 65_535));
    (!taken).then(|| {
        let message = "--port is no number from 1 to 65535";
        refuses(Id::FlagInvalid, 1, About::Flag("--port"), message).at(given.place)
    })
}

/// A config that a newer release wrote last (`resolveFutureConfigActionBlock`, openclaw 2026.6.11 and
/// 2026.9.6; run with them and with 2026.3.24, 2026.5.12 and 2026.8.1).
pub(super) fn newer_config(model: &Model<'_>) -> Option<StartReason> {
    let is_known = model.behaviour.start.newer_config != NewerConfig::Used && !model.release_is_assumed;
    let own = model.release.filter(|_| is_known)?;
    let node = model.config.node(&["meta", "lastTouchedVersion"])?;
    let touched = crate::openclaw::release::number::Release::parse(node.text()?.expose())?;
    let allowed = ["1", "true", "yes"];
    let variable = model.env.get("OPENCLAW_ALLOW_OLDER_BINARY_DESTRUCTIVE_ACTIONS");
    // Dotenv files and the config do not count.
    let of_container = variable.and_then(|v| v.winner.as_ref()).filter(|winner| {
        use Layer::{ConfigEnv, CwdDotenv, GatewayEnvFile, StateDotenv};
        !matches!(winner.layer, CwdDotenv | StateDotenv | GatewayEnvFile | ConfigEnv)
    });
    let stops = model.behaviour.start.newer_config == NewerConfig::Stops;
    let is_allowed = of_container
        .and_then(|winner| winner.value.as_ref())
        .is_some_and(|value| allowed.contains(&js_trim(value.expose()).to_ascii_lowercase().as_str()));
    if touched <= own || (stops && is_allowed) {
        return None;
    }
    let about = About::Config("meta.lastTouchedVersion".to_owned());
    let (written, name) = (format!("OpenClaw {touched} wrote the config last"), model.release_name());
    let reason = match model.behaviour.start.newer_config {
        NewerConfig::Used => return None,
        NewerConfig::Untried => super::unknown(
            Id::ConfigOfNewerRelease,
            about,
            format!("{written}, and whether {name} starts with a config of a newer release was not tried"),
        ),
        NewerConfig::Hangs => super::unknown(
            Id::ConfigHangs,
            about,
            format!("{written}, and {name} hangs with a config of a newer release before it listens"),
        ),
        NewerConfig::Stops => refuses(
            Id::ConfigOfNewerRelease,
            1,
            about,
            format!("{written}, and {name} starts with no config of a newer release"),
        ),
    };
    Some(reason.at(Some(node.place)))
}

/// The address that `gateway.bind: custom` stands for (`resolveGatewayRuntimeConfig`, openclaw 2026.2.17
/// and 2026.9.6; run with 2026.9.6).
pub(super) fn custom_host(model: &Model<'_>) -> Option<StartReason> {
    if !model.behaviour.network.custom_bind_needs_host || !model.is_bound_to("custom") {
        return None;
    }
    let key = ["gateway", "customBindHost"];
    let about = About::Config(key.join("."));
    let host = model.config.string(&key, &model.references);
    let Some(host) = host.filter(|host| !host.is_blank()) else {
        if model.config.presence != Presence::Present {
            return None;
        }
        let place = model.config.node(&["gateway", "bind"]).map(|node| node.place);
        let message = "gateway.bind is custom, and gateway.customBindHost is not set";
        return Some(refuses(Id::BindWithoutHost, 1, about, message).at(place));
    };
    let text = js_trim(host.value.as_ref()?.expose());
    text.parse::<std::net::Ipv4Addr>().is_err().then(|| {
        let message = "gateway.customBindHost is no IPv4 address";
        refuses(Id::BindWithoutHost, 1, about, message).at(host.place)
    })
}

/// Tailscale beside another address or another way to authenticate (`assertGatewayRuntimeSecurityConfig`,
/// openclaw 2026.9.6; `resolveGatewayRuntimeConfig` before; run with 2026.9.6).
pub(super) fn tailscale(model: &Model<'_>) -> Option<StartReason> {
    let key = ["gateway", "tailscale", "mode"];
    let (mode, place, about) = match given(model, "--tailscale").filter(|(_, word)| !word.is_empty()) {
        Some((flag, word)) => (word, flag.place, About::Flag("--tailscale")),
        None => {
            let written = model.config.string(&key, &model.references)?;
            let word = written.value.as_ref()?.expose().to_owned();
            (word, written.place, About::Config(key.join(".")))
        }
    };
    if !matches!(mode.as_str(), "serve" | "funnel") {
        return None;
    }
    // The schema compares the two keys of the config.
    let by_schema = matches!(about, About::Config(_)) && !model.command.has("--bind");
    let exit = model.behaviour.start.exit_conflict;
    let bind = model.bind();
    let bind = bind.as_ref().map(crate::text::secret::Text::expose);
    let is_loopback = match bind {
        None | Some("loopback") => true,
        Some("custom") => model
            .config
            .string(&["gateway", "customBindHost"], &model.references)
            .and_then(|host| host.value)
            .is_some_and(|host| host.expose().starts_with("127.")),
        Some(_) => false,
    };
    if !is_loopback && by_schema {
        return None;
    }
    if !is_loopback {
        let message = format!("tailscale {mode} needs gateway.bind loopback");
        return Some(refuses(Id::TailscaleConflict, exit, about, message).at(place));
    }
    if mode == "funnel" && auth::mode(model) != Mode::Password {
        let message = "tailscale funnel needs gateway.auth.mode password";
        return Some(refuses(Id::TailscaleConflict, exit, about, message).at(place));
    }
    // The image has no `tailscale`; it tries for a while.
    model.has_official_image.then(|| {
        let message =
            format!("tailscale {mode} runs the program `tailscale`, which OpenClaw's image does not have");
        refuses(Id::TailscaleConflict, 1, about, message).at(place)
    })
}

/// Authentication by a proxy that is not named (the same functions; since there is the mode).
pub(super) fn no_proxy_addresses(model: &Model<'_>) -> Option<StartReason> {
    if auth::mode(model) != Mode::TrustedProxy || !model.config.is_seen() {
        return None;
    }
    let given =
        model.config.node(&["gateway", "trustedProxies"]).is_some_and(|node| !node.items().is_empty());
    (!given).then(|| {
        let place = model.config.node(&["gateway", "auth", "mode"]).map(|node| node.place);
        let message = "gateway.auth.mode is trusted-proxy, and gateway.trustedProxies is empty";
        let about = About::Config(SettingKey::TrustedProxies.into());
        refuses(Id::NoTrustedProxy, model.behaviour.start.exit_conflict, about, message).at(place)
    })
}

/// The program that broke the file was started without `run`: the releases between look into the config
/// themselves (`ensureConfigReady`, openclaw 2026.4.22 to 2026.6.1; run with 2026.5.12).
pub(super) fn exit_of_broken_config(model: &Model<'_>) -> i32 {
    let behaviour = model.behaviour;
    // A mode beside an include that fails is seen.
    let has_mode = model.config.node(&["gateway", "mode"]).is_some();
    if model.command.is_gateway_run() || has_mode {
        behaviour.start.exit_invalid
    } else {
        behaviour.start.exit_broken
    }
}

/// Directories that the release makes at its start, where the root file system is read-only and nothing
/// that can be written to is mounted there (run with openclaw 2026.3.24 and 2026.9.6).
pub(super) fn read_only_root(model: &Model<'_>) -> Option<StartReason> {
    let flag = model.read_only_root.as_ref().filter(|flag| flag.value)?;
    let scratch = model.behaviour.start.scratch;
    if scratch == Scratch::Unknown || model.release_is_assumed {
        return None;
    }
    let value = |name: &str| model.env.value(name).map(js_trim).filter(|value| value.starts_with('/'));
    let temporary = ["TMPDIR", "TMP", "TEMP"].into_iter().find_map(value).unwrap_or("/tmp");
    let lacks = |exit, directory: &str| {
        let message = format!(
            "the root file system is read-only, and nothing that can be written to is mounted at {directory}"
        );
        Some(refuses(Id::RootReadOnly, exit, About::Compose("read_only"), message).at(flag.place))
    };
    if !is_writable(model, "/tmp/openclaw") {
        if !is_writable(model, &format!("{temporary}/openclaw")) {
            return lacks(1, temporary);
        }
        // The locks of the state are in `/tmp` all the same.
        if scratch == Scratch::TemporaryAndCache {
            return lacks(78, "/tmp");
        }
    }
    let home = value("HOME").unwrap_or(model.user_home).trim_end_matches('/');
    let cache = value("XDG_CACHE_HOME").map_or_else(|| format!("{home}/.cache"), str::to_owned);
    if scratch < Scratch::TemporaryAndPerhapsCache || is_writable(model, &format!("{cache}/openclaw")) {
        return None;
    }
    if scratch == Scratch::TemporaryAndCache {
        return lacks(78, &cache);
    }
    let message = format!("whether {} starts with a read-only {cache} was not tried", model.release_name());
    Some(super::unknown(Id::RootReadOnly, About::Compose("read_only"), message).at(flag.place))
}

fn is_writable(model: &Model<'_>, path: &str) -> bool {
    let mount = model.mounts.iter().filter(|mount| mount.holds(path)).max_by_key(|mount| mount.target.len());
    mount.is_some_and(|mount| !mount.read_only)
}
