//! What every rule says of targets; what is reported of it is decided after, by [`super::settle`].

use crate::{
    fix::layout::Layouts,
    model::assemble::container::Containers,
    project_facts::ProjectFacts,
    report::TargetReport,
    rules::{self, Case},
    source::Sources,
    target::Target,
    verdict,
};

/// The services of one project.
#[must_use]
pub fn services(targets: &[Target], whole: &ProjectFacts, sources: &Sources) -> Vec<TargetReport> {
    let layouts = Layouts::default();
    let case = |target| Case {
        layouts: &layouts,
        target,
        project: targets,
        desired: None,
        whole: Some(whole),
        sources,
    };
    targets.iter().map(|target| judge(target, &case(target))).collect()
}

/// Containers, each with the project it belongs to.
#[must_use]
pub fn containers(containers: &Containers, sources: &Sources) -> Vec<TargetReport> {
    let layouts = Layouts::default();
    let all = &containers.targets;
    let judged = all.iter().zip(&containers.desired).map(|(target, desired)| {
        let siblings: Vec<Target> = all.iter().filter(|t| t.project == target.project).cloned().collect();
        let case = Case {
            layouts: &layouts,
            target,
            project: &siblings,
            desired: desired.as_ref().map(|(service, _)| service),
            whole: desired.as_ref().map(|(_, whole)| whole),
            sources,
        };
        judge(target, &case)
    });
    judged.collect()
}

/// Runs every rule, and says the answer in a sentence.
fn judge(target: &Target, case: &Case<'_>) -> TargetReport {
    TargetReport {
        target: target.clone(),
        verdict: verdict::sentence(target, case.sources),
        findings: rules::check(case),
        suppressed: Vec::new(),
        judged: Vec::new(),
    }
}
