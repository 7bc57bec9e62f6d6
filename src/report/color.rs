//! Whether to write colours.

use crate::world::host::World;

/// `--color`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ColorChoice {
    /// As the terminal and the environment say.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Decides whether to write colours to a sink: `--color` first, then `NO_COLOR`, then
/// `CLICOLOR_FORCE` and `FORCE_COLOR`, then `CLICOLOR`, then whether the sink is a terminal that
/// has colours.
#[must_use]
pub fn wanted(choice: ColorChoice, host: &World, is_terminal: bool) -> bool {
    // Empty is unset (no-color.org); `0` turns the two forcing variables off.
    let set = |name| host.var(name).is_some_and(|v| !v.is_empty());
    let forced = |name| host.var(name).is_some_and(|v| !v.is_empty() && v != "0" && v != "false");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto if forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") => true,
        ColorChoice::Auto => {
            is_terminal && host.var("CLICOLOR") != Some("0") && host.var("TERM") != Some("dumb")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(choice: ColorChoice, terminal: bool, env: &[(&str, &str)]) -> bool {
        let env = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect();
        wanted(choice, &World { env, ..World::default() }, terminal)
    }

    #[test]
    fn the_flag_beats_the_environment_beats_the_terminal() {
        use ColorChoice::{Always, Auto, Never};
        assert!(decide(Auto, true, &[("TERM", "xterm")]));
        assert!(!decide(Auto, false, &[("TERM", "xterm")]));
        assert!(!decide(Auto, true, &[("TERM", "dumb")]));
        assert!(!decide(Auto, true, &[("NO_COLOR", "1")]));
        assert!(decide(Auto, true, &[("NO_COLOR", "")]));
        assert!(decide(Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(decide(Auto, false, &[("FORCE_COLOR", "3")]));
        assert!(!decide(Auto, false, &[("FORCE_COLOR", "0")]));
        assert!(!decide(Auto, true, &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]));
        assert!(!decide(Auto, true, &[("CLICOLOR", "0")]));
        assert!(decide(Always, false, &[("NO_COLOR", "1")]));
        assert!(!decide(Never, true, &[("FORCE_COLOR", "1")]));
    }
}
