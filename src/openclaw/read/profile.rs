//! Profiles: `--profile NAME` and `--dev`, which select a state directory, a config and a port.
//!
//! The program writes what they select into its own environment before it reads anything
//! (`parseCliProfileArgs` and `applyCliProfileEnv` of clawdbot 2026.1.24-3 and openclaw 2026.2.26,
//! 2026.3.24, 2026.6.11 and 2026.9.6; run with 2026.9.6). A command line that is run beside the gateway
//! has neither the flag nor that environment.

use crate::openclaw::{
    OpenClawInputs, PreparedRun,
    read::{
        command::OpenClawCommand,
        environment::{OpenClawEnvironment, VariableLookup as _},
        paths::{self, OpenClawPaths},
    },
    release::behaviour::{Behaviour, ProfileFlags},
};
use crate::{
    provenance::{Candidate, Layer, Reason, Shadowed, Variable},
    text::{
        secret::{Text, js_trim},
        source::Place,
    },
};

use std::borrow::Cow;

/// What the flags of a command line select.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selected {
    /// A profile, by the flag at that place.
    Profile(String, Option<Place>),
    /// What the program takes for no profile: it ends itself.
    Refused {
        /// With this exit code.
        exit_code: i32,
        /// The flag that it ends at.
        flag: &'static str,
        /// Where that is written.
        place: Option<Place>,
    },
}

/// The name of the profile of developers, which has a port of its own and makes itself a config.
const DEV: &str = "dev";
/// What a command line selects; none without such a flag.
#[must_use]
pub fn selected(flags: ProfileFlags, command: &OpenClawCommand) -> Option<Selected> {
    let (program, words) = command.arguments();
    let is_index = program.is_some_and(|program| program.ends_with("dist/index.js"));
    if is_index && flags == ProfileFlags::BeforeCommandOfEntry {
        return None;
    }
    // The program's two scripts end in different ways where there can be no such profile.
    let exit_code = if is_index { 1 } else { 2 };
    let words: Vec<(&str, Option<Place>)> = words.into_iter().take_while(|(word, _)| *word != "--").collect();
    let is_before = matches!(flags, ProfileFlags::BeforeCommandOfEntry | ProfileFlags::BeforeCommand);
    let command = words.iter().position(|(word, _)| !word.starts_with('-')).unwrap_or(words.len());
    let mut found: Option<(String, Option<Place>, bool)> = None;
    let mut at = 0;
    let mut gateway = false;
    while let Some((word, place)) = words.get(at) {
        at += 1;
        let of_gateway = is_before && at > command;
        gateway |= *word == "gateway";
        let (name, is_dev) = if *word == "--dev" {
            // After `gateway` it is a flag of the gateway's own.
            if gateway || of_gateway {
                continue;
            }
            (DEV, true)
        } else if let Some(rest) = word.strip_prefix("--profile") {
            let next = words.get(at).map(|(next, _)| *next).filter(|next| !next.starts_with('-'));
            let name = match rest.strip_prefix('=') {
                Some(name) => name,
                None if rest.is_empty() => {
                    at += usize::from(next.is_some());
                    next.unwrap_or_default()
                }
                None => continue,
            };
            // The program has the flag, and does not look at it there.
            if of_gateway {
                continue;
            }
            (js_trim(name), false)
        } else {
            continue;
        };
        let mixed = match &found {
            Some((earlier, _, by_dev)) => *by_dev != is_dev && (*by_dev || earlier != DEV),
            None => false,
        };
        if mixed || !is_name(name) {
            let flag = if is_dev { "--dev" } else { "--profile" };
            return Some(Selected::Refused { exit_code, flag, place: *place });
        }
        found = Some((name.to_owned(), *place, is_dev));
    }
    found.map(|(name, place, _)| Selected::Profile(name, place))
}

/// `isValidProfileName`.
fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// The name of a profile that is not the default one.
fn named(profile: Option<&str>) -> Option<&str> {
    let profile = js_trim(profile?);
    (is_name(profile) && !profile.eq_ignore_ascii_case("default")).then_some(profile)
}

/// The port that a gateway of a profile listens on when nothing says otherwise: FNV-1a of its name
/// (`resolveGatewayPort`, openclaw 2026.9.6).
#[must_use]
pub fn port(profile: Option<&str>) -> Option<u16> {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(16_777_619);
    let hash = named(profile)?.bytes().fold(2_166_136_261, step);
    u16::try_from(20_000 + hash % 40_000).ok()
}

/// The profile is that of developers.
#[must_use]
pub fn is_dev(profile: Option<&str>) -> bool {
    profile.is_some_and(|profile| js_trim(profile).eq_ignore_ascii_case(DEV))
}

/// The environment with what the flags of the command select; none when they select nothing.
pub(crate) fn environment(
    inputs: &OpenClawInputs<'_>,
    run: &PreparedRun<'_>,
    words: Option<&OpenClawCommand>,
    behaviour: &Behaviour,
) -> Option<Vec<Variable>> {
    let own = || OpenClawCommand::words_of(inputs.deployment);
    let command = words.map_or_else(|| Cow::Owned(own()), Cow::Borrowed);
    let Selected::Profile(name, place) = selected(behaviour.command.profile_flags, &command)? else {
        return None;
    };
    let own = |variable: &str| format!("{}{variable}", behaviour.prefix());
    let [profile, state_dir, config_path, port] =
        ["PROFILE", "STATE_DIR", "CONFIG_PATH", "GATEWAY_PORT"].map(own);
    let env = &*run.environment;
    let set = |name: &str| env.value(name).map(js_trim).filter(|v| !v.is_empty());
    let home = OpenClawPaths::of(
        behaviour,
        &OpenClawEnvironment::of_container(env),
        &inputs.user_home(&run.deployment).path,
        inputs.working_dir(&run.deployment),
    )
    .home;
    let cwd = inputs.working_dir(&run.deployment);
    let dir_of = |profile: &str| {
        let suffix = named(Some(profile)).map(|name| format!("-{name}")).unwrap_or_default();
        paths::clean(&home, &format!("{}{suffix}", behaviour.paths.state_dirs[0]))
    };
    let [own_dir, earlier_dir] = [name.as_str(), set(&profile).unwrap_or("default")].map(dir_of);
    let replaces =
        behaviour.command.profile_flags == ProfileFlags::AnywhereInPlaceOfInherited && own_dir != earlier_dir;
    let is_earlier = |path: &str, of: &str| paths::clean(cwd, &paths::expand(path, &home)) == of;
    let switches = replaces && set(&state_dir).is_some_and(|dir| is_earlier(dir, &earlier_dir));
    let kept = set(&state_dir).filter(|_| !switches);
    let dir = kept.map_or_else(|| own_dir.clone(), |dir| paths::expand(dir, &home));
    let config_name = behaviour.paths.config_names[0];
    let earlier_config = format!("{earlier_dir}/{config_name}");
    let replaces_config = replaces && kept.is_none();
    let keeps_config =
        set(&config_path).is_some_and(|path| !(replaces_config && is_earlier(path, &earlier_config)));
    let mut all = env.to_vec();
    let mut put = |variable: &str, value: String| {
        let flag = Candidate::new(Layer::ComposeCommand, variable, place, Text::from(value));
        write(&mut all, variable, flag);
    };
    put(&profile, name.clone());
    if kept.is_none() {
        put(&state_dir, dir.clone());
    }
    if !keeps_config {
        put(&config_path, format!("{dir}/{config_name}"));
    }
    if name == DEV && set(&port).is_none() {
        put(&port, "19001".to_owned());
    }
    Some(all)
}

fn write(all: &mut Vec<Variable>, name: &str, flag: Candidate) {
    const WHY: Reason = Reason::SetByFlag { flag: "--profile or --dev" };
    match all.iter_mut().find(|variable| variable.name == name) {
        Some(variable) => {
            let old = variable.winner.replace(flag).map(|old| Shadowed::new(old, WHY));
            variable.losers.splice(0..0, old);
        }
        None => all.push(Variable { name: name.to_owned(), winner: Some(flag), losers: Vec::new() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::deployment::{Deployment, Located};

    fn select(flags: ProfileFlags, words: &str) -> Option<Selected> {
        let words = words.split(' ').map(|word| Located { value: word.into(), place: None }).collect();
        selected(
            flags,
            &OpenClawCommand::words_of(&Deployment { command: Some(words), ..Deployment::default() }),
        )
    }

    /// Those with `openclaw` are read in the code; the others were run.
    #[test]
    fn flags() {
        use ProfileFlags::{AnywhereInPlaceOfInherited as NOW, BeforeCommand, BeforeCommandOfEntry as FIRST};
        let profile = |name: &str| Some(Selected::Profile(name.to_owned(), None));
        let refused = |exit_code, flag| Some(Selected::Refused { exit_code, flag, place: None });
        for (flags, words, expected) in [
            (NOW, "node dist/index.js gateway --bind lan", None),
            (NOW, "node dist/index.js --profile work gateway", profile("work")),
            (NOW, "node dist/index.js gateway --profile=work", profile("work")),
            (NOW, "tini -s -- openclaw gateway -- --profile work", None),
            (NOW, "node dist/index.js --dev gateway", profile("dev")),
            (NOW, "node dist/index.js gateway --dev", None),
            (NOW, "openclaw --dev --profile work gateway", refused(2, "--profile")),
            (NOW, "openclaw --profile work --dev gateway", refused(2, "--dev")),
            (NOW, "openclaw --profile dev --dev gateway", profile("dev")),
            (NOW, "node dist/index.js --profile a/b gateway", refused(1, "--profile")),
            (NOW, "openclaw gateway --profile", refused(2, "--profile")),
            (BeforeCommand, "openclaw --profile work gateway", profile("work")),
            (BeforeCommand, "openclaw gateway --profile work", None),
            (FIRST, "node dist/index.js --profile work gateway", None),
            (FIRST, "node dist/index.js gateway --profile a/b", None),
            (FIRST, "node dist/entry.js --profile work gateway", profile("work")),
            (FIRST, "node dist/entry.js gateway --profile=work", None),
            (FIRST, "node dist/entry.js --profile a/b gateway", refused(2, "--profile")),
        ] {
            assert_eq!(select(flags, words), expected, "{flags:?} {words}");
        }
    }

    /// The first is the port of a real gateway.
    #[test]
    fn ports() {
        assert_eq!(port(Some("work")), Some(41_984));
        assert_eq!(port(Some(" work ")), Some(41_984));
        for none in [None, Some(""), Some("Default"), Some("a/b")] {
            assert_eq!(port(none), None, "{none:?}");
        }
    }
}
