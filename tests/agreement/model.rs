//! What clawdock says of a deployment.

use crate::{case::Case, release::Real};
use clawdock::{
    openclaw::{OpenClawInputs, OpenClawReport, explain, read::images::ImageFacts},
    provenance::{Candidate, Layer, Variable},
    text::{
        secret::Bytes,
        source::{SourceName, Sources},
    },
    vocabulary::{
        deployment::{Deployment, Located, Role},
        setting::{Consumer, Resolution, State},
    },
    world::container_fs::{ContainerFs, Look},
};
use std::{collections::BTreeMap, path::PathBuf};

/// The files of a case.
struct CaseFs<'a>(&'a BTreeMap<String, String>);

impl ContainerFs for CaseFs<'_> {
    /// No case has anything in it that is no text.
    fn look_together(&mut self, _dir: &str, names: &[&str], _limit: u64) -> Vec<Look<Bytes>> {
        names.iter().map(|_| Look::Absent).collect()
    }

    fn look(&mut self, path: &str, _limit: u64) -> Look {
        if let Some(text) = self.0.get(path) {
            let name = SourceName::Host(PathBuf::from(path));
            return Look::Text { name, text: text.clone(), owner: None };
        }
        let below = format!("{}/", path.trim_end_matches('/'));
        let mut inside = self.0.keys().filter(|p| p.starts_with(&below)).peekable();
        if inside.peek().is_none() {
            return Look::Absent;
        }
        Look::Directory { empty: Some(inside.all(|p| *p == below)) }
    }
}

/// Asks as `inspect` and `lint` do, once the environment and the files are known.
pub fn ask(real: Real, case: &Case) -> OpenClawReport {
    let variable = |(name, value): (&String, &String)| Variable {
        name: name.clone(),
        winner: Some(Candidate::new(Layer::ContainerEnv, name.clone(), None, value.as_str().into())),
        losers: Vec::new(),
    };
    let environment: Vec<Variable> = case.env.iter().map(variable).collect();
    let command = case.args.iter().map(|w| Located { value: w.as_str().into(), place: None }).collect();
    let deployment = Deployment { command: Some(command), ..Deployment::default() };
    let inputs = OpenClawInputs {
        program: real.program,
        release: Some(real.release()),
        release_is_assumed: false,
        role: Role::Gateway,
        deployment: &deployment,
        environment: &environment,
        image: &ImageFacts::default(),
        not_started: false,
        has_agents: true,
        now: 0,
    };
    explain(&inputs, &mut CaseFs(&case.files), &mut Sources::default())
}

/// A consumer's view of a setting.
pub fn view<'a>(answer: &'a OpenClawReport, setting: &str, consumer: &Consumer) -> Option<&'a Resolution> {
    let setting = answer.settings.iter().find(|s| s.name() == setting)?;
    setting.views.iter().find(|v| v.consumer == *consumer)
}

/// What a consumer uses; none where it uses nothing.
pub fn used(answer: &OpenClawReport, setting: &str, consumer: &Consumer) -> Option<String> {
    let view = view(answer, setting, consumer).filter(|v| v.state == State::Set)?;
    let value = view.winner.as_ref()?.value.as_ref()?;
    Some(value.expose().trim().to_owned())
}
