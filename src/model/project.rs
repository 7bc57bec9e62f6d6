//! A compose project with everything that was found out about it, assembled once.

use crate::{
    model::{
        gateway_clients::Gateways, project_facts::ProjectFacts, target::Target, written_for::WrittenFor,
    },
    provenance::Variable,
    vocabulary::{deployment::Role, finding::Refusal},
};

/// The services of a compose project, or the containers that were created from one.
#[derive(Debug, Default)]
pub struct Project {
    members: Members,
    files: Vec<ProjectFiles>,
    gateways: Vec<usize>,
    teller: Option<usize>,
    runs_openclaw: bool,
    written_for: Option<WrittenFor>,
}

/// The targets of a project, and for each where it comes from; both are of one length.
#[derive(Debug, Default)]
struct Members {
    targets: Vec<Target>,
    origins: Vec<ProjectOrigin>,
}

/// What a target was made from.
#[derive(Debug, Default)]
pub struct ProjectOrigin {
    /// The number of the files in [`Project::files`]; none for a container whose project is not on
    /// this host, or no longer has its service.
    pub files: Option<usize>,
    /// Of a container: the service that it was created from, as the files are now.
    pub service: Option<Target>,
}

/// What one set of compose files says besides its services. A project on disk has one; containers of one
/// project may have been created from several.
#[derive(Debug, Default)]
pub struct ProjectFiles {
    /// The facts, refusals among them.
    pub facts: ProjectFacts,
    /// What its env files set: not shown, and taken out of what is.
    pub variables: Vec<Variable>,
    /// Every service of them is a target, and Compose refuses nothing.
    pub complete: bool,
}

impl Project {
    /// A project of these targets.
    #[must_use]
    pub fn new(members: Vec<(Target, ProjectOrigin)>, files: Vec<ProjectFiles>) -> Self {
        let (targets, origins): (Vec<Target>, Vec<ProjectOrigin>) = members.into_iter().unzip();
        let numbers =
            |role| targets.iter().enumerate().filter(move |(_, t)| t.role == role).map(|(at, _)| at);
        let gateways: Vec<usize> = numbers(Role::Gateway).collect();
        let first_cli = numbers(Role::Cli).next();
        let teller = gateways.first().copied().or(first_cli);
        Self {
            runs_openclaw: teller.is_some(),
            teller,
            gateways,
            members: Members { targets, origins },
            files,
            written_for: None,
        }
    }

    /// The same, written for a platform.
    #[must_use]
    pub fn written_as(self, written_for: Option<WrittenFor>) -> Self {
        Self { written_for, ..self }
    }

    /// The platform that its files are written for, where they tell.
    #[must_use]
    pub fn written_for(&self) -> Option<WrittenFor> {
        self.written_for
    }

    /// Its targets, in the order they are written or were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Target> {
        self.members.targets.iter()
    }

    /// The same, as a slice.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        &self.members.targets
    }

    /// Those that run a gateway.
    pub fn gateways(&self) -> impl Iterator<Item = &Target> {
        self.gateways.iter().map(|at| &self.members.targets[*at])
    }

    /// The gateways, to find the one that a target belongs to.
    #[must_use]
    pub fn partners(&self) -> Gateways<'_> {
        Gateways::new(self.gateways())
    }

    /// Something in it runs OpenClaw.
    #[must_use]
    pub fn runs_openclaw(&self) -> bool {
        self.runs_openclaw
    }

    /// The one target that tells what is wrong with the project as a whole: the first gateway, else the
    /// first command line.
    #[must_use]
    pub fn teller(&self) -> Option<&Target> {
        self.members.targets.get(self.teller?)
    }

    /// The files that its targets were made from.
    #[must_use]
    pub fn files(&self) -> &[ProjectFiles] {
        &self.files
    }

    /// Where each target comes from.
    #[must_use]
    pub fn origins(&self) -> &[ProjectOrigin] {
        &self.members.origins
    }

    /// What makes Compose refuse it.
    pub fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.files.iter().flat_map(|files| &files.facts.refusals)
    }

    /// The targets, and the files that they were made from.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Target>, Vec<ProjectFiles>) {
        (self.members.targets, self.files)
    }
}

impl<'a> IntoIterator for &'a Project {
    type Item = &'a Target;
    type IntoIter = std::slice::Iter<'a, Target>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
