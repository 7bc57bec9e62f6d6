//! Images that are built from a Dockerfile and scripts, in the shapes that people write, on several releases.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A project with one service that is built.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recipe {
    pub name: String,
    /// The release that the image has.
    pub version: String,
    /// Files of the build context, `Dockerfile` among them.
    pub files: BTreeMap<String, String>,
    /// `environment:`.
    pub env: BTreeMap<String, String>,
    /// `build.args`.
    pub args: BTreeMap<String, String>,
    /// `command:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
}

impl Recipe {
    /// Every credential that is written anywhere: a word that begins with `tok-`.
    pub fn candidates(&self) -> Vec<String> {
        let texts = self.files.values().chain(self.env.values()).chain(self.args.values());
        let mut found: Vec<String> = texts
            .chain(self.command.iter().flatten())
            .flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-'))
            .filter(|word| word.starts_with("tok-"))
            .map(str::to_owned)
            .collect();
        found.sort();
        found.dedup();
        found
    }
}

/// A release, and what it calls things.
struct Base {
    version: &'static str,
    image: &'static str,
    prefix: &'static str,
    program: &'static str,
    state: &'static str,
    config: &'static str,
}

const BASES: [Base; 3] = [
    Base {
        version: "2026.9.6",
        image: "openclaw:2026.9.6",
        prefix: "OPENCLAW",
        program: "node /app/dist/index.js",
        state: ".openclaw",
        config: "openclaw.json",
    },
    Base {
        version: "2026.3.24",
        image: "openclaw:2026.3.24",
        prefix: "OPENCLAW",
        program: "node /app/dist/index.js",
        state: ".openclaw",
        config: "openclaw.json",
    },
    Base {
        version: "2026.1.24-3",
        image: "clawdbot:legacy",
        prefix: "CLAWDBOT",
        program: "node /app/dist/entry.js",
        state: ".clawdbot",
        config: "clawdbot.json",
    },
];

/// A Dockerfile after its `FROM`, the start script `start.sh`, another file, `environment:` and `command:`.
/// `P_` is the prefix of the variables, `RUN_IT` starts the gateway on loopback, `STATE` and `CONFIG` are the
/// names of the state directory and of the config.
struct Shape {
    name: &'static str,
    dockerfile: &'static str,
    script: &'static str,
    config: &'static str,
    env: &'static [(&'static str, &'static str)],
    args: &'static [(&'static str, &'static str)],
    command: Option<&'static [&'static str]>,
}

const SHAPE: Shape =
    Shape { name: "", dockerfile: "", script: "", config: "", env: &[], args: &[], command: None };

/// Copies the script and has it started.
const STARTS: &str = "COPY start.sh /start.sh\nENTRYPOINT [\"sh\", \"/start.sh\"]\n";
const TOKEN: (&str, &str) = ("P_GATEWAY_TOKEN", "tok-env-51c7");
const CONFIG: &str = r#"{"gateway": {"mode": "local", "auth": {"token": "tok-config-77e1"}}}"#;
const PLAIN: &str = r#"{"gateway": {"mode": "local"}}"#;

const SHAPES: [Shape; 22] = [
    Shape {
        name: "token-of-the-image",
        dockerfile: "ENV P_GATEWAY_TOKEN=tok-image-30aa\nCMD [\"sh\", \"-c\", \"exec RUN_IT\"]\n",
        ..SHAPE
    },
    Shape {
        name: "environment-over-the-image",
        dockerfile: "ENV P_GATEWAY_TOKEN=tok-image-30aa\nCMD [\"sh\", \"-c\", \"exec RUN_IT\"]\n",
        env: &[TOKEN],
        ..SHAPE
    },
    Shape {
        name: "as-root",
        dockerfile: "USER root\nCOPY CONFIG /root/STATE/CONFIG\nCMD [\"sh\", \"-c\", \"exec RUN_LOCAL\"]\n",
        config: CONFIG,
        ..SHAPE
    },
    Shape {
        name: "script-exports-over-the-environment",
        dockerfile: STARTS,
        script: "export P_GATEWAY_TOKEN=tok-script-4b1d\nexec RUN_IT\n",
        env: &[TOKEN],
        ..SHAPE
    },
    Shape {
        name: "script-default-that-is-used",
        dockerfile: STARTS,
        script: ": \"${P_GATEWAY_TOKEN:=tok-default-9e20}\"\nexport P_GATEWAY_TOKEN\nexec RUN_IT\n",
        ..SHAPE
    },
    Shape {
        name: "script-default-that-is-not-used",
        dockerfile: STARTS,
        script: "export P_GATEWAY_TOKEN=\"${P_GATEWAY_TOKEN:-tok-default-9e20}\"\nexec RUN_IT\n",
        env: &[TOKEN],
        ..SHAPE
    },
    Shape {
        name: "script-reads-a-file",
        dockerfile: "COPY CONFIG /run/tok\nCOPY start.sh /start.sh\nENTRYPOINT [\"sh\", \"/start.sh\"]\n",
        script: "P_GATEWAY_TOKEN=$(cat /run/tok)\nexport P_GATEWAY_TOKEN\nexec RUN_IT\n",
        config: "tok-file-6d3c\n",
        env: &[TOKEN],
        ..SHAPE
    },
    Shape {
        name: "flag-over-config",
        dockerfile: "COPY CONFIG /home/node/STATE/CONFIG\nCOPY start.sh /start.sh\nENTRYPOINT [\"sh\", \"/start.sh\"]\n",
        script: "exec RUN_LOCAL --token \"$P_GATEWAY_TOKEN\"\n",
        config: CONFIG,
        env: &[TOKEN],
        ..SHAPE
    },
    Shape {
        name: "config-and-environment",
        dockerfile: "COPY CONFIG /home/node/STATE/CONFIG\nCMD [\"sh\", \"-c\", \"exec RUN_LOCAL\"]\n",
        config: CONFIG,
        env: &[TOKEN],
        ..SHAPE
    },
    Shape {
        name: "script-writes-the-config",
        dockerfile: STARTS,
        script: "mkdir -p /home/node/STATE\ncat > /home/node/STATE/CONFIG <<EOF\n{\"gateway\": {\"mode\": \"local\", \"auth\": {\"token\": \"$WRITTEN\"}}}\nEOF\nexec RUN_LOCAL\n",
        env: &[("WRITTEN", "tok-written-8a0f")],
        ..SHAPE
    },
    Shape {
        name: "script-unsets",
        dockerfile: "COPY CONFIG /home/node/STATE/CONFIG\nCOPY start.sh /start.sh\nENTRYPOINT [\"sh\", \"/start.sh\"]\n",
        script: "unset P_GATEWAY_TOKEN\nexec RUN_LOCAL\n",
        config: CONFIG,
        env: &[TOKEN],
        ..SHAPE
    },
    Shape {
        name: "env-sets-it",
        dockerfile: STARTS,
        script: "exec env P_GATEWAY_TOKEN=tok-script-4b1d RUN_IT\n",
        env: &[TOKEN],
        ..SHAPE
    },
    Shape {
        name: "assignment-before-the-program",
        dockerfile: STARTS,
        script: "P_GATEWAY_TOKEN=tok-script-4b1d exec RUN_IT\n",
        env: &[TOKEN],
        ..SHAPE
    },
    Shape {
        name: "user-of-its-own",
        dockerfile: "USER root\nRUN useradd -m -d /srv/claw -u 1234 claw\nUSER claw\nCOPY --chown=1234 CONFIG /srv/claw/STATE/CONFIG\nCMD [\"sh\", \"-c\", \"exec RUN_LOCAL\"]\n",
        config: CONFIG,
        ..SHAPE
    },
    Shape {
        name: "home-of-its-own",
        dockerfile: "ENV HOME=/data\nCOPY --chown=node CONFIG /data/STATE/CONFIG\nCMD [\"sh\", \"-c\", \"exec RUN_LOCAL\"]\n",
        config: CONFIG,
        ..SHAPE
    },
    Shape {
        name: "state-of-its-own",
        dockerfile: "ENV P_STATE_DIR=/var/claw\nCOPY --chown=node CONFIG /var/claw/CONFIG\nCMD [\"sh\", \"-c\", \"exec RUN_LOCAL\"]\n",
        config: CONFIG,
        ..SHAPE
    },
    Shape {
        name: "no-token-beyond-loopback",
        dockerfile: "CMD [\"sh\", \"-c\", \"exec PROGRAM gateway --allow-unconfigured --bind lan\"]\n",
        ..SHAPE
    },
    Shape {
        name: "no-config",
        dockerfile: "CMD [\"sh\", \"-c\", \"exec RUN_LOCAL\"]\n",
        env: &[TOKEN],
        ..SHAPE
    },
    Shape {
        name: "argument-of-the-build",
        dockerfile: "ARG SECRET=tok-none-0000\nENV P_GATEWAY_TOKEN=$SECRET\nENTRYPOINT PROGRAM gateway --allow-unconfigured --bind loopback --port 19001\n",
        args: &[("SECRET", "tok-arg-2f9b")],
        ..SHAPE
    },
    Shape {
        name: "condition-and-port",
        dockerfile: "COPY CONFIG /home/node/STATE/CONFIG\nCOPY start.sh /start.sh\nENTRYPOINT [\"sh\", \"/start.sh\"]\n",
        script: "set -e\nif [ -z \"$P_GATEWAY_TOKEN\" ]; then\n  export P_GATEWAY_TOKEN=tok-script-4b1d\nfi\nexport P_GATEWAY_PORT=19005\nexec RUN_LOCAL\n",
        config: PLAIN,
        ..SHAPE
    },
    Shape {
        name: "script-that-requires",
        dockerfile: STARTS,
        script: ": \"${MUST_BE_SET:?it is not set}\"\nexec RUN_IT\n",
        env: &[TOKEN],
        ..SHAPE
    },
    Shape {
        name: "command-of-the-service",
        dockerfile: "ENV P_GATEWAY_TOKEN=tok-image-30aa\nCMD [\"sh\", \"-c\", \"exec RUN_IT\"]\n",
        command: Some(&["sh", "-c", "export P_GATEWAY_TOKEN=tok-command-c4d8; exec RUN_IT --port 19007"]),
        ..SHAPE
    },
];

/// All of them.
pub fn all() -> Vec<Recipe> {
    BASES.iter().flat_map(|base| SHAPES.iter().map(move |shape| recipe(base, shape))).collect()
}

fn recipe(base: &Base, shape: &Shape) -> Recipe {
    let run = format!("{} gateway --bind loopback", base.program);
    let fill = |text: &str| {
        text.replace("RUN_IT", &format!("{run} --allow-unconfigured"))
            .replace("RUN_LOCAL", &run)
            .replace("PROGRAM", base.program)
            .replace("P_", &format!("{}_", base.prefix))
            .replace("STATE/", &format!("{}/", base.state))
            .replace("STATE\n", &format!("{}\n", base.state))
            .replace("CONFIG", base.config)
    };
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| (fill(a), fill(b))).collect();
    let mut files: BTreeMap<String, String> =
        [("Dockerfile".to_owned(), format!("FROM {}\n{}", base.image, fill(shape.dockerfile)))].into();
    for (name, text) in [("start.sh", shape.script), ("CONFIG", shape.config)] {
        if !text.is_empty() {
            files.insert(fill(name), fill(text));
        }
    }
    Recipe {
        name: shape.name.to_owned(),
        version: base.version.to_owned(),
        files,
        env: pairs(shape.env),
        args: pairs(shape.args),
        command: shape.command.map(|words| words.iter().map(|word| fill(word)).collect()),
    }
}
