//! A hand-made report that has something of everything, for the tests of all renderers.

use super::RenderOptions;
use crate::vocabulary::finding::SaidBy;
use crate::{
    findings::report::{Report, TargetReport},
    model::target::{Target, TargetKind, VersionFact, VersionSource},
    provenance::{
        Candidate, InspectedSource, Layer, Provenance, ProvenanceStep, Reason, Shadowed, SourceState,
        StepKind, Variable,
    },
    redact::Fingerprinter,
    text::source::{Language, Place, SourceId, SourceName, Sources, Span},
    vocabulary::{
        deployment::{Deployment, Located, Role},
        finding::{Confidence, Edit, Finding, Fix, FixKind, Impact, Refusal, Related, Severity},
        prediction::{Prediction, Start},
        setting::{Agreement, Category, Consumer, Resolution, Setting, State},
        setting_key::SettingKey,
    },
};
use std::path::PathBuf;

/// Values that no output may hold.
pub(super) const SECRETS: &[&str] =
    &["cfg-7f3kQ9zLmX2vB8nR4tY6wP1sD5gH", "env-Jx83hfKq0LsZpE7uRbT2mVnC", "weak horse battery"];

/// No six characters in a row of any secret.
pub(super) fn assert_no_secret(output: &str) {
    for secret in SECRETS {
        let characters: Vec<char> = secret.chars().collect();
        for window in characters.windows(6) {
            let part: String = window.iter().collect();
            assert!(!output.contains(&part), "{part:?} of a secret in:\n{output}");
        }
    }
}

pub(super) fn options() -> RenderOptions {
    RenderOptions {
        reveal: false,
        verbose: false,
        of_key: false,
        quiet: false,
        statistics: false,
        color: false,
        width: 80,
        cwd: PathBuf::from("/srv/claw"),
        root: PathBuf::from("/srv"),
        fail_on: Some(Severity::Error),
        fingerprinter: Fingerprinter::fixed(),
    }
}

/// The place of the first `needle`.
pub(super) fn place(sources: &Sources, id: SourceId, needle: &str) -> Place {
    let start = sources.get(id).text().find(needle).expect("the needle is in the text");
    Place { source: id, span: Span::new(start, start + needle.len()) }
}

pub(crate) fn report() -> (Report, Sources) {
    report_below(0)
}

/// The same report, with every source moved down by some lines.
pub(super) fn report_below(lines: usize) -> (Report, Sources) {
    let [cfg, env, weak] = [SECRETS[0], SECRETS[1], SECRETS[2]];
    let mut sources = Sources::default();
    let mut add = |path: &str, language, text: String| {
        let name = SourceName::Host(PathBuf::from(path));
        sources.add(name, language, format!("{}{text}", "\n".repeat(lines)))
    };
    let compose = add(
        "/srv/claw/docker-compose.yml",
        Language::Yaml,
        format!(
            "services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    \
             environment:\n      OPENCLAW_GATEWAY_TOKEN: ${{OPENCLAW_GATEWAY_TOKEN:-}}\n      \
             OPENCLAW_GATEWAY_PORT: \"18789\"\n      MY_PASSPHRASE: {weak}\n"
        ),
    );
    let dotenv =
        add("/srv/claw/.env", Language::Dotenv, format!("# the token\nOPENCLAW_GATEWAY_TOKEN={env}\n"));
    let config = add(
        "/srv/claw/config/openclaw.json",
        Language::Json5,
        format!(
            "{{\n  gateway: {{\n    mode: \"local\",\n    auth: {{\n      token: \"{cfg}\"\n    }}\n  }}\n}}\n"
        ),
    );
    let at = |id, needle: &str| Some(place(&sources, id, needle));
    let cfg_token =
        Candidate::new(Layer::Config, "gateway.auth.token", at(config, &format!("\"{cfg}\"")), cfg.into());
    let expression = "${OPENCLAW_GATEWAY_TOKEN:-}";
    let env_token = Candidate {
        via: Provenance::from(vec![
            ProvenanceStep {
                step: StepKind::Interpolation { shown: expression.to_owned() },
                place: at(compose, expression),
            },
            ProvenanceStep {
                step: StepKind::Variable {
                    layer: Layer::ProjectDotenv,
                    name: "OPENCLAW_GATEWAY_TOKEN".to_owned(),
                },
                place: at(dotenv, env),
            },
        ]),
        ..Candidate::new(
            Layer::ComposeEnvironment,
            "OPENCLAW_GATEWAY_TOKEN",
            at(compose, expression),
            env.into(),
        )
    };
    let port = Candidate::new(
        Layer::ComposeEnvironment,
        "OPENCLAW_GATEWAY_PORT",
        at(compose, "\"18789\""),
        "18789".into(),
    );
    let default_port = Candidate::new(Layer::Default, "gateway.port", None, "18789".into());
    let passphrase =
        Candidate::new(Layer::ComposeEnvironment, "MY_PASSPHRASE", at(compose, weak), weak.into());
    let token_view = |consumer, winner: &Candidate, loser: &Candidate| Resolution {
        consumer,
        state: State::Set,
        winner: Some(winner.clone()),
        losers: vec![Shadowed::new(loser.clone(), Reason::precedence(winner))],
        ignored: Vec::new(),
        verdict: Agreement::Overrides,
        holds: None,
    };
    let variable = |candidate: &Candidate| Variable {
        name: candidate.name.clone(),
        winner: Some(candidate.clone()),
        losers: Vec::new(),
    };
    let target = Target {
        kind: TargetKind::ComposeService,
        name: "openclaw-gateway".to_owned(),
        service: Some("openclaw-gateway".to_owned()),
        project: Some("claw".to_owned()),
        container_id: None,
        state: None,
        engine: None,
        role: Role::Gateway,
        openclaw: Some(VersionFact { version: "2026.9.6".to_owned(), source: VersionSource::PackageJson }),
        deployment: Deployment {
            image: Some(Located { value: "ghcr.io/openclaw/openclaw:2026.9.6".to_owned(), place: None }),
            files: [compose].into(),
            ..Deployment::default()
        },
        sources: vec![
            InspectedSource {
                layer: Layer::ComposeFile,
                path: "/srv/claw/docker-compose.yml".to_owned(),
                state: SourceState::Read,
                note: None,
            },
            InspectedSource {
                layer: Layer::StateDotenv,
                path: "/srv/claw/config/.env".to_owned(),
                state: SourceState::Absent,
                note: None,
            },
        ],
        settings: vec![
            Setting {
                key: SettingKey::GatewayToken,
                variables: vec!["OPENCLAW_GATEWAY_TOKEN".to_owned()],
                category: Category::GatewayToken,
                secret: true,
                views: vec![
                    token_view(Consumer::Gateway, &cfg_token, &env_token),
                    token_view(Consumer::Cli, &env_token, &cfg_token),
                ],
            },
            Setting {
                key: SettingKey::GatewayPort,
                variables: vec!["OPENCLAW_GATEWAY_PORT".to_owned()],
                category: Category::Network,
                secret: false,
                views: vec![Resolution {
                    consumer: Consumer::Gateway,
                    state: State::Set,
                    winner: Some(port.clone()),
                    losers: vec![Shadowed::new(default_port, Reason::precedence(&port))],
                    ignored: Vec::new(),
                    verdict: Agreement::Agrees,
                    holds: None,
                }],
            },
        ],
        environment: vec![variable(&env_token), variable(&port), variable(&passphrase)],
        process_environment: Some(vec![variable(&env_token)]),
        start: Some(Start {
            prediction: Prediction::Starts,
            exit_code: None,
            why: None,
            reasons: Vec::new(),
        }),
        observations: Vec::new(),
        facts: None,
        warnings: Vec::new(),
        evidence: Vec::new(),
        advice: crate::vocabulary::advice::Advice::default(),
    };
    let mismatch = Finding {
        rule: "CD101",
        name: "token-env-config-mismatch",
        severity: Severity::Error,
        confidence: Confidence::High,
        impact: Impact::Credential,
        message: "the gateway and its command line use different tokens".to_owned(),
        help: Some("remove one of them, then run `docker compose up -d openclaw-gateway`".to_owned()),
        label: Some("the command line uses this one".to_owned()),
        place: at(compose, expression),
        related: vec![
            Related {
                place: place(&sources, dotenv, env),
                message: "its value is written here".to_owned(),
                again: false,
            },
            Related {
                place: place(&sources, config, &format!("\"{cfg}\"")),
                message: "the gateway uses this one".to_owned(),
                again: false,
            },
        ],
        key: Some("OPENCLAW_GATEWAY_TOKEN".to_owned()),
        about: Vec::new(),
        choices: Vec::new(),
        trial: Vec::new(),
        fix: Some(Fix {
            title: "rename MY_OLD_NAME to MY_NAME".to_owned(),
            kind: FixKind::Unsafe,
            edits: vec![Edit {
                place: place(&sources, compose, "environment:"),
                replacement: "environment:".into(),
                public: true,
            }],
            by_hand: None,
        }),
        also: Vec::new(),
    };
    let unknown_name = Finding {
        rule: "CD306",
        name: "key-name-unknown",
        severity: Severity::Info,
        confidence: Confidence::Low,
        impact: Impact::Ignored,
        message: "no program of this project is known to read MY_PASSPHRASE".to_owned(),
        help: None,
        label: None,
        place: at(compose, "MY_PASSPHRASE"),
        related: Vec::new(),
        key: Some("MY_PASSPHRASE".to_owned()),
        about: Vec::new(),
        fix: None,
        choices: Vec::new(),
        trial: Vec::new(),
        also: Vec::new(),
    };
    let refusal = Refusal {
        by: SaidBy::Compose,
        path: "/srv/claw/docker-compose.yml".to_owned(),
        place: at(compose, "environment:"),
        message: "services.openclaw-gateway.environment must be a mapping".to_owned(),
        fatal: false,
    };
    let report = Report {
        targets: vec![TargetReport {
            suppressed: Vec::new(),
            judged: ["CD101", "CD104"].iter().filter_map(|id| crate::rules::find(id)).collect(),
            target,
            findings: vec![mismatch, unknown_name.clone(), unknown_name],
            verdict: "The gateway uses the token of openclaw.json, its command line another one.".to_owned(),
            problem: Some("clients that send the other token are rejected".to_owned()),
            told: ["gateway.auth.token".to_owned()].into(),
            aside: false,
            outdated: None,
        }],
        projects: Vec::new(),
        found: None,
        whole: Vec::new(),
        variables: Vec::new(),
        refusals: vec![refusal],
    };
    (report, sources)
}
