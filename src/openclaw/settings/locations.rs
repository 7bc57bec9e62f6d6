//! The path settings: where state and config are.

use crate::openclaw::{
    Model,
    settings::{
        network,
        precedence::{CandidateState, RankedCandidate, decide},
    },
};
use crate::{
    provenance::{Candidate, Layer, Reason, Shadowed},
    vocabulary::setting::{Category, Setting},
};

/// State directory and config file always; the other path variables where they are set.
#[must_use]
pub fn settings(model: &Model<'_>) -> Vec<Setting> {
    let mut settings = vec![
        path(model, "OPENCLAW_STATE_DIR", model.behaviour.paths.state_dir_variables, &model.files.state_dir),
        path(
            model,
            "OPENCLAW_CONFIG_PATH",
            model.behaviour.paths.config_path_variables,
            &model.files.config_path,
        ),
    ];
    for name in [
        "OPENCLAW_HOME",
        "HOME",
        "OPENCLAW_PROFILE",
        "OPENCLAW_AGENT_DIR",
        "OPENCLAW_OAUTH_DIR",
        "OPENCLAW_INCLUDE_ROOTS",
    ] {
        settings.extend(network::single(model, name, Category::Path));
    }
    settings.extend(workspace(model));
    settings
}

/// The workspace of agents that name none: the config comes before the variable
/// (`resolveAgentWorkspaceDir`, openclaw 2026.9.6).
fn workspace(model: &Model<'_>) -> Option<Setting> {
    const PATH: [&str; 3] = ["agents", "defaults", "workspace"];
    let mut setting = network::single(model, "OPENCLAW_WORKSPACE_DIR", Category::Path)?;
    let configured = network::plain(model, &PATH);
    for view in &mut setting.views {
        let variable = RankedCandidate::variable(model.env.get("OPENCLAW_WORKSPACE_DIR"));
        let ranked = configured.iter().cloned().chain(variable).collect();
        *view = decide(view.consumer.clone(), ranked, std::mem::take(&mut view.ignored));
    }
    Some(setting)
}

fn path(model: &Model<'_>, name: &str, variables: &[&str], in_use: &str) -> Setting {
    let views = model.consumers().into_iter().map(|consumer| {
        let mut ranked: Vec<RankedCandidate> = Vec::new();
        for variable in variables {
            ranked.extend(RankedCandidate::variable(model.env.get(variable)));
        }
        let default = Candidate::new(Layer::Default, "built-in default", None, in_use.into());
        ranked.push(RankedCandidate::new(CandidateState::Value(default)));
        decide(consumer, ranked, legacy(model, name, variables))
    });
    Setting {
        key: name.into(),
        variables: variables.iter().map(|v| (*v).to_owned()).collect(),
        category: Category::Path,
        secret: false,
        views: views.collect(),
    }
}

fn legacy(model: &Model<'_>, name: &str, variables: &[&str]) -> Vec<Shadowed> {
    let stem = name.trim_start_matches("OPENCLAW_");
    ["OPENCLAW_", "CLAWDBOT_", "MOLTBOT_"]
        .iter()
        .map(|prefix| format!("{prefix}{stem}"))
        .filter(|n| !variables.contains(&n.as_str()))
        .filter_map(|n| {
            let candidate = model.env.get(&n)?.winner.clone()?;
            Some(Shadowed::new(candidate, Reason::not_read(model.release_name())))
        })
        .collect()
}
