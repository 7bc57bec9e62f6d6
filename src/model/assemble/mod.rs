//! From projects and containers to what is known of them. Nothing here knows a command line: what
//! was asked for comes in [`AssembleOptions`] and [`compose::LoadOptions`].

pub mod clients;
pub mod container;
pub mod facts;
pub mod host_cli;
pub mod labels;
mod service;

use crate::{
    advice::Advice,
    compose::{self, Service},
    identify,
    openclaw::images::Images,
    source::Sources,
    sources::host::Host,
    target::{Role, Target},
};
use service::UnresolvedTarget;

/// What decides, besides files and containers, what a target is taken for.
#[derive(Clone, Debug, Default)]
pub struct AssembleOptions {
    /// The release of OpenClaw that somebody named; it holds for every target.
    pub openclaw_version: Option<String>,
    /// The release of a target whose image does not say it.
    pub assumed_version: Option<String>,
    /// What is known of images besides what clawdock knows itself.
    pub images: Images,
}

/// The targets of all enabled services of a project.
#[must_use]
pub fn targets_of(
    project: &compose::Project,
    advice: impl Fn(&str) -> Advice,
    options: &AssembleOptions,
    host: &Host,
    sources: &mut Sources,
) -> Vec<Target> {
    let mut of = |service: &Service| {
        let bare = UnresolvedTarget::of_service(project, service, advice(&service.name), &*host.files);
        service::of_service(bare, options, host, sources)
    };
    let mut targets: Vec<Target> = project.services.iter().filter(|s| s.enabled).map(&mut of).collect();
    // `docker compose run` enables a command line that waits behind a profile.
    let behind_profiles =
        project.services.iter().filter(|s| !s.enabled && runs_command_line(project, s, host));
    let beside: Vec<Target> = behind_profiles.map(&mut of).collect();
    clients::share_views(&mut targets, &beside);
    tell_warnings(project, &mut targets);
    targets
}

fn runs_command_line(project: &compose::Project, service: &Service, host: &Host) -> bool {
    let bare = UnresolvedTarget::of_service(project, service, Advice::default(), &*host.files);
    identify::role(&bare.subject(None)) == Role::Cli
}

/// Gives each warning of Compose to the services that it is about, and to the first of all when it
/// is about none.
fn tell_warnings(project: &compose::Project, targets: &mut [Target]) {
    for warning in &project.warnings {
        let mut told = false;
        let enabled = project.services.iter().filter(|s| s.enabled);
        for (service, target) in enabled.zip(targets.iter_mut()) {
            if warning.place.is_some_and(|place| service.holds(place)) {
                target.warnings.push(warning.clone());
                told = true;
            }
        }
        if let Some(first) = targets.first_mut().filter(|_| !told) {
            first.warnings.push(warning.clone());
        }
    }
}
