//! What rules say of projects; what is reported of it is decided after, by [`super::settle`].

use super::{
    headline,
    report::{Report, ReportedProject, TargetReport},
};
use crate::{
    fix::layout::Layouts,
    model::{Project, ProjectFiles, assemble::container::ContainerProjects, target::Target},
    rules::{self, ProjectIndex, Rule, RuleContext, network::start_refused},
    text::source::Sources,
    vocabulary::finding::{Confidence, Finding, Severity},
};
use std::collections::BTreeSet;

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
        report.projects.push(ReportedProject {
            name: files.facts.name,
            files: files.facts.files,
            left_out: files.facts.left_out,
        });
    }
}

/// A target's answer in a sentence, and what the rules say of it.
struct Judged {
    verdict: String,
    findings: Vec<Finding>,
    outdated: Option<usize>,
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
        let case = RuleContext {
            layouts: &layouts,
            target,
            project,
            desired: origin.service.as_ref(),
            whole: whole_of(origin.files),
            index,
            sources,
        };
        let mut findings = rules::check(&case, rules);
        if target.is_covered() == Some(false) {
            findings.iter_mut().for_each(less_sure);
        }
        let outdated = origin.service.as_ref().map(|service| target.outdated(service).count());
        Judged { verdict: headline::sentence(target, sources), findings, outdated }
    });
    judged.collect()
}

/// What is said of a release that is not known stands on what an earlier one does.
fn less_sure(finding: &mut Finding) {
    let of_openclaw = ["CD1", "CD3", "CD4", "CD5"].iter().any(|series| finding.rule.starts_with(series));
    if of_openclaw || finding.rule == "CD204" {
        finding.confidence = finding.confidence.min(Confidence::Medium);
    }
    if finding.rule == start_refused::RULE.id {
        finding.severity = finding.severity.min(Severity::Warning);
    }
}

fn with(targets: Vec<Target>, judged: Vec<Judged>) -> Vec<TargetReport> {
    let of = |(target, Judged { verdict, findings, outdated })| TargetReport {
        target,
        verdict,
        findings,
        outdated,
        suppressed: Vec::new(),
        judged: Vec::new(),
        problem: None,
        told: BTreeSet::new(),
        aside: false,
    };
    targets.into_iter().zip(judged).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::assemble::{
            AssembleOptions,
            container::{Ground, Package, containers as assemble},
        },
        world::{
            container_fs::ContainerFs,
            engine::{Inspected, container::Container},
            host::World,
            memory_fs::MemoryFs,
            recorded::Recorded,
        },
    };
    use serde_json::json;
    use std::{path::PathBuf, sync::Arc};

    /// An engine whose containers hold no files.
    struct Empty(World);

    impl Ground for Empty {
        fn shares_files(&self) -> bool {
            true
        }

        fn host(&self) -> &World {
            &self.0
        }

        fn files<'a>(&'a self, _: &'a Container) -> Box<dyn ContainerFs + 'a> {
            Box::new(MemoryFs::default())
        }

        fn package(&self, _: &Container) -> Option<Package> {
            None
        }
    }

    fn inspected(project: &str, service: &str, number: usize) -> Inspected {
        let labels = json!({
            "com.docker.compose.project": project,
            "com.docker.compose.service": service,
            "com.docker.compose.project.config_files": format!("/srv/{project}/compose.yml"),
            "com.docker.compose.project.working_dir": format!("/srv/{project}"),
        });
        let inspect = json!({
            "Id": format!("{project}{number:060}"),
            "Name": format!("/{project}-{service}-{number}"),
            "Config": {"Image": "ghcr.io/openclaw/openclaw:2026.9.6", "Labels": labels},
        });
        Inspected { container: Container::from_json(&inspect).expect("a container"), image: None }
    }

    fn host(projects: &[&str]) -> World {
        let gateway = "{image: \"ghcr.io/openclaw/openclaw:2026.9.6\", environment: {X: \"${UNSET}\"}}";
        let text = format!("unknown_field: 1\nservices:\n  a: {gateway}\n  b: {gateway}\n");
        let texts = projects.iter().map(|p| (PathBuf::from(format!("/srv/{p}/compose.yml")), text.clone()));
        World {
            files: Arc::new(Recorded { texts: texts.collect(), ..Recorded::default() }),
            cwd: "/srv".into(),
            ..World::default()
        }
    }

    fn assembled(found: &[Inspected], host: World, sources: &mut Sources) -> ContainerProjects {
        let options = vec![AssembleOptions::default(); found.len()];
        assemble(found, &options, &Empty(host), sources)
    }

    #[test]
    fn what_a_project_says_is_told_once_for_all_its_containers() {
        let found = [inspected("one", "a", 1), inspected("two", "a", 2), inspected("one", "b", 3)];
        let mut sources = Sources::default();
        let projects = assembled(&found, host(&["one", "two"]), &mut sources);
        let report = containers(projects, rules::RULES, &sources);
        let names: Vec<&str> = report.targets.iter().map(|entry| entry.target.name.as_str()).collect();
        assert_eq!(names, ["one-a-1", "two-a-2", "one-b-3"], "in the order they were found");
        assert_eq!(report.refusals.len(), 2, "{:?}", report.refusals);
        let errors = report.targets.iter().flat_map(|entry| &entry.findings);
        let errors = errors.filter(|f| f.severity == crate::vocabulary::finding::Severity::Error).count();
        assert_eq!(report.summary().errors, errors + 2);
    }

    #[test]
    fn containers_of_one_project_share_its_files() {
        let of_a = (0..20).map(|number| inspected("one", "a", number));
        let found: Vec<Inspected> =
            of_a.chain((20..40).map(|number| inspected("one", "b", number))).collect();
        let mut sources = Sources::default();
        let assembled = assembled(&found, host(&["one"]), &mut sources);
        let [project] = assembled.projects.as_slice() else { panic!("one project") };
        assert_eq!(project.files().len(), 1);
        assert!(project.origins().iter().all(|origin| origin.files == Some(0) && origin.service.is_some()));
        assert_eq!(project.iter().count(), 40);
        assert_eq!(sources.iter().count(), 1);
    }
}
