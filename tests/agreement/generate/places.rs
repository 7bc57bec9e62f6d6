//! Where the program will look: directories, their variables, names of earlier releases, profiles.

use super::{HOME, Maker};
use crate::common::random::rng::Rng;
use clawdock::openclaw::release::number::Program;

/// The port that newer releases give to the profile `work`.
const WORK_PORT: u16 = 41984;

/// Where the program will look.
pub(super) struct Layout {
    /// The state directory.
    pub(super) state: String,
    /// The config file.
    pub(super) config: String,
    /// The home directory of the program, where `.config/openclaw/gateway.env` is.
    pub(super) home: String,
}

impl Maker {
    pub(super) fn layout(&mut self) -> Layout {
        let (state, config) = (self.real.state(), self.real.config());
        let [state_dir, config_path, home] = ["STATE_DIR", "CONFIG_PATH", "HOME"].map(|n| self.own(n));
        let default = format!("{HOME}/{state}");
        let mut layout =
            Layout { state: default.clone(), config: format!("{default}/{config}"), home: HOME.into() };
        if self.rng.chance(60) {
            self.set("HOME", HOME);
        }
        let elsewhere = |layout: &mut Layout, dir: &str| {
            layout.state = dir.to_owned();
            layout.config = format!("{dir}/{config}");
        };
        match self.rng.below(100) {
            0..=13 => self.set(&state_dir, default),
            14..=17 => {
                self.set(&state_dir, "/data/oc");
                elsewhere(&mut layout, "/data/oc");
            }
            18..=19 => {
                self.set(&state_dir, " /data/oc ");
                elsewhere(&mut layout, "/data/oc");
            }
            20..=21 => {
                self.set(&state_dir, "~/oc");
                elsewhere(&mut layout, &format!("{HOME}/oc"));
            }
            22..=24 => {
                let odd = *self.rng.pick(&[&"", &"  ", &"undefined"]);
                self.set(&state_dir, odd);
            }
            25..=29 if self.real.program == Program::OpenClaw => {
                self.set(&home, "/data/home");
                layout.home = "/data/home".into();
                elsewhere(&mut layout, &format!("/data/home/{state}"));
            }
            30..=33 => {
                self.set(&config_path, "/srv/cfg/my.json");
                layout.config = "/srv/cfg/my.json".into();
            }
            34..=35 => {
                self.set(&config_path, "~/my.json5");
                layout.config = format!("{HOME}/my.json5");
            }
            36..=37 => {
                let odd = *self.rng.pick(&[&"", &" "]);
                self.set(&config_path, odd);
            }
            38..=40 => {
                let profile = *self.rng.pick(&[&"work", &"default"]);
                let name = self.own("PROFILE");
                self.set(&name, profile);
                if profile == "work" {
                    elsewhere(&mut layout, &format!("{HOME}/{state}-work"));
                }
            }
            _ => self.earlier_names(&mut layout),
        }
        layout
    }

    /// State and config under the names of earlier releases.
    fn earlier_names(&mut self, layout: &mut Layout) {
        let (legacy, name) = match self.real.program {
            Program::OpenClaw => (".clawdbot", "clawdbot.json"),
            // What people have who went back.
            Program::Clawdbot => (".openclaw", "openclaw.json"),
        };
        match self.rng.below(60) {
            0..=2 => {
                layout.state = format!("{HOME}/{legacy}");
                layout.config = format!("{HOME}/{legacy}/{name}");
            }
            3..=4 => {
                let token = self.token("left");
                let variable = self.own("GATEWAY_TOKEN");
                let dotenv = format!("{variable}={token}\n");
                self.case.files.insert(format!("{HOME}/{legacy}/.env"), dotenv);
            }
            5 => drop(self.case.files.insert(format!("{HOME}/{legacy}/"), String::new())),
            6..=7 => layout.config = format!("{}/{name}", layout.state),
            8 => {
                let token = self.token("moltbot");
                let variable = self.own("GATEWAY_TOKEN");
                self.case.files.insert(format!("{HOME}/.moltbot/.env"), format!("{variable}={token}\n"));
            }
            _ => {}
        }
    }

    /// A profile, by a flag: a choice of its own, so that the deployments without one stay what they are.
    pub(super) fn profile(&mut self) {
        if self.case.env.get(&self.own("PROFILE")).is_some_and(|profile| profile == "work") {
            self.case.ports.insert(WORK_PORT);
        }
        let of_case = self.case.seed.rotate_left(32) ^ self.case.number;
        self.rng = Rng::new(of_case ^ 0x00b0_1dfa);
        if !self.rng.chance(8) {
            return;
        }
        let (words, name): (&[&str], &str) = match self.rng.below(12) {
            0..=3 => (&["--profile", "work"], "work"),
            4..=6 => (&["--profile=work"], "work"),
            7 => (&["--profile", "default"], ""),
            8 => (&["--profile", "dev"], "dev"),
            9 => (&["--profile", "a/b"], ""),
            _ => (&["--dev"], "dev"),
        };
        // Before `gateway`, or after it.
        let at = if self.rng.chance(70) { 2 } else { 3 };
        self.case.args.splice(at..at, words.iter().map(|word| (*word).to_owned()));
        self.case.ports.extend([WORK_PORT, 19001]);
        if !name.is_empty() && self.rng.chance(75) {
            let state = format!("{HOME}/{}-{name}", self.real.state());
            let layout =
                Layout { config: format!("{state}/{}", self.real.config()), state, home: HOME.into() };
            let config = self.config();
            self.write_config(&layout, config);
            if self.rng.chance(40) {
                let text = self.dotenv("work");
                self.case.files.insert(format!("{}/.env", layout.state), text);
            }
        }
    }
}
