//! What rules say of projects; what is reported of it is decided after, by [`super::settle`].

use crate::{
    fix::layout::Layouts,
    model::{Project, ProjectFiles, assemble::container::ContainerProjects},
    report::{Report, TargetReport},
    rules::{self, Case, ProjectIndex, Rule},
    source::Sources,
    target::Target,
    verdict,
};

/// The report of a project on disk; only the rules that are asked for run.
#[must_use]
pub fn project(project: Project, rules: &[&'static Rule], sources: &Sources) -> Report {
    let judged = judge(&project, rules, sources);
    let mut report = Report::default();
    let (targets, files) = project.into_parts();
    report.targets = with(targets, judged);
    tell(files, &mut report);
    report
}

/// The report of containers, in the order they were found.
#[must_use]
pub fn containers(containers: ContainerProjects, rules: &[&'static Rule], sources: &Sources) -> Report {
    let mut report = Report::default();
    let mut projects: Vec<Vec<Option<TargetReport>>> = Vec::new();
    for project in containers.projects {
        let judged = judge(&project, rules, sources);
        let (targets, files) = project.into_parts();
        projects.push(with(targets, judged).into_iter().map(Some).collect());
        tell(files, &mut report);
    }
    let take = |(project, number): (usize, usize)| projects[project][number].take();
    report.targets = containers.places.into_iter().filter_map(take).collect();
    report
}

/// What the files of a project say is reported once, however many targets were made from them.
fn tell(files: Vec<ProjectFiles>, report: &mut Report) {
    for files in files {
        report.variables.extend(files.variables);
        report.refusals.extend(files.facts.refusals);
    }
}

/// A target's answer in a sentence, and what the rules say of it.
struct Judged {
    verdict: String,
    findings: Vec<crate::finding::Finding>,
}

fn judge(project: &Project, rules: &[&'static Rule], sources: &Sources) -> Vec<Judged> {
    let layouts = Layouts::default();
    let whole_of = |files: Option<usize>| files.map(|files| &project.files()[files].facts);
    // Containers of one project can come from several sets of files, or from none that is here.
    let of_files = (0..project.files().len()).map(Some).chain([None]);
    let indexes: Vec<ProjectIndex<'_>> =
        of_files.map(|files| ProjectIndex::new(project, whole_of(files), sources)).collect();
    let judged = project.iter().zip(project.origins()).map(|(target, origin)| {
        let index = &indexes[origin.files.unwrap_or(project.files().len())];
        let case = Case {
            layouts: &layouts,
            target,
            project,
            desired: origin.service.as_ref(),
            whole: whole_of(origin.files),
            index,
            sources,
        };
        Judged { verdict: verdict::sentence(target, sources), findings: rules::check(&case, rules) }
    });
    judged.collect()
}

fn with(targets: Vec<Target>, judged: Vec<Judged>) -> Vec<TargetReport> {
    let of = |(target, Judged { verdict, findings })| TargetReport {
        target,
        verdict,
        findings,
        suppressed: Vec::new(),
        judged: Vec::new(),
    };
    targets.into_iter().zip(judged).map(of).collect()
}
