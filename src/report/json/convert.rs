//! From the model to the wire format.

use super::{
    ID, ProgramField, ReportDocument, SummaryField, Wire, WireCandidate, WireEngine, WireFinding, WireFound,
    WireHolds, WireLeftOut, WireLoser, WireModel, WireObservation, WirePlace, WireProject, WireRefusal,
    WireRelated, WireRoleSign, WireSetting, WireSource, WireStart, WireStartReason, WireSuppressed,
    WireSuppression, WireTarget, WireVariable, WireVersion, WireVia, WireView,
};
use crate::vocabulary::finding::SaidBy;
use crate::{
    findings::{
        fingerprint,
        report::{FoundBelow, Report, ReportedProject, Suppression, TargetReport},
    },
    model::{
        certainty,
        target::{Observation, Target, VersionSource},
    },
    provenance::{Candidate, InspectedSource, ProvenanceStep, Shadowed, StepKind, Variable},
    redact,
    text::{secret::Text, source::Place},
    vocabulary::{
        certainty::Grounds,
        engine_state::{EngineState, EngineVerdict},
        finding::{Finding, Refusal},
        prediction::{StartReason, StartSubject},
        setting::{Holds, Resolution, Setting},
    },
};
use std::path::PathBuf;

fn version_source(source: VersionSource) -> &'static str {
    match source {
        VersionSource::Flag => "flag",
        VersionSource::Label => "label",
        VersionSource::PackageJson => "package.json",
        VersionSource::Dockerfile => "dockerfile",
        VersionSource::ImageTag => "image-tag",
        VersionSource::Assumed => "assumed",
    }
}

impl Wire<'_> {
    pub(super) fn document<'r>(&self, report: &'r Report) -> ReportDocument<'r> {
        let summary = report.summary();
        ReportDocument {
            schema: ID,
            clawdock: ProgramField { version: env!("CARGO_PKG_VERSION") },
            model: WireModel { newest_release: certainty::newest_release() },
            targets: self.targets(report),
            refusals: report.refusals.iter().map(|r| self.refusal(r)).collect(),
            summary: SummaryField {
                errors: summary.errors,
                warnings: summary.warnings,
                infos: summary.infos,
                ignored: Some(summary.ignored).filter(|n| *n > 0),
                in_baseline: Some(summary.in_baseline).filter(|n| *n > 0),
                yielded: Some(summary.yielded).filter(|n| *n > 0),
                fixable: summary.fixable + summary.fixable_unsafe,
                suppressed: summary.ignored + summary.in_baseline,
            },
            projects: report.projects.iter().map(|p| self.project(p)).collect(),
            found: report.found.as_ref().map(|found| self.found(found)),
        }
    }

    fn targets<'r>(&self, report: &'r Report) -> Vec<WireTarget<'r>> {
        let fingerprints = fingerprint::of_all(report, self.sources);
        let targets = report.targets.iter().zip(fingerprints);
        targets.map(|(target, prints)| self.target(target, prints)).collect()
    }

    fn target<'r>(
        &self,
        report: &'r TargetReport,
        (fingerprints, kept): (Vec<String>, Vec<String>),
    ) -> WireTarget<'r> {
        let target = &report.target;
        let service = target.service.as_deref();
        WireTarget {
            kind: target.kind,
            name: self.name(&target.name),
            service: service.map(|s| self.name(s)),
            project: target.project.as_deref().map(|p| self.name(p)),
            container_id: target.container_id.as_deref(),
            context: target.advice.context().map(|context| self.name(context)),
            image: target.deployment.image.as_ref().map(|i| self.message(&i.value)),
            state: target.state.as_deref(),
            engine: target.engine.as_ref().map(|engine| self.engine(engine)),
            role: target.role,
            evidence: target
                .evidence
                .iter()
                .map(|sign| WireRoleSign { weight: sign.weight, message: self.message(&sign.says) })
                .collect(),
            openclaw: target.openclaw.as_ref().map(|v| WireVersion {
                version: self.message(&v.version),
                version_source: version_source(v.source),
                covered: certainty::is_covered(&v.version),
            }),
            sources: target.sources.iter().map(|s| self.source(s)).collect(),
            settings: target.settings.iter().map(|s| self.setting(target, s)).collect(),
            environment: self.variables(&target.environment),
            process_environment: target.process_environment.as_deref().map(|v| self.variables(v)),
            start: target.start.as_ref().zip(target.grounds_of_start()).map(|(s, grounds)| WireStart {
                certainty: grounds.certainty,
                assumes: self.assumes(&grounds),
                prediction: s.prediction,
                exit_code: s.exit_code,
                why: s.why.as_deref().map(|w| self.message(w)),
                engine: target.start_verdict().map(EngineVerdict::id),
                reasons: s.reasons.iter().map(|r| self.start_reason(r)).collect(),
            }),
            findings: report
                .findings
                .iter()
                .zip(fingerprints)
                .map(|(finding, print)| self.finding(finding, service, print))
                .collect(),
            suppressed: report
                .suppressed
                .iter()
                .zip(kept)
                .map(|(suppressed, print)| WireSuppressed {
                    finding: self.finding(&suppressed.finding, service, print),
                    by: self.suppression(&suppressed.by),
                })
                .collect(),
            observations: target.observations.iter().map(|o| self.observation(o)).collect(),
        }
    }

    fn engine(&self, engine: &EngineState) -> WireEngine {
        WireEngine {
            state: engine.status.clone(),
            health: engine.health.clone(),
            since: engine.since.clone(),
            restarts: engine.restarts,
            exit_code: engine.exit_code,
            oom_killed: engine.oom_killed,
            error: engine.error.as_ref().map(|error| self.message(error.expose())),
            memory_limit: engine.memory_limit,
            manager: engine.manager.id(),
        }
    }

    fn suppression(&self, by: &Suppression) -> WireSuppression {
        let none = WireSuppression {
            kind: "baseline",
            location: None,
            pattern: None,
            reason: None,
            to: None,
            with: None,
        };
        match by {
            Suppression::Comment { place, reason } => WireSuppression {
                kind: "comment",
                location: self.origin(Some(*place)),
                reason: reason.as_deref().map(|r| self.message(r)),
                ..none
            },
            Suppression::Path { pattern } => {
                WireSuppression { kind: "path", pattern: Some(self.guard.path(pattern).into_owned()), ..none }
            }
            Suppression::Baseline => none,
            Suppression::Merged { with } => {
                WireSuppression { kind: "merged", with: Some(self.name(with)), ..none }
            }
            Suppression::Yielded { to } => WireSuppression { kind: "yielded", to: Some(to), ..none },
        }
    }

    fn found(&self, found: &FoundBelow) -> WireFound {
        let path = |path: &PathBuf| self.guard.path(&path.to_string_lossy()).into_owned();
        let paths = |of: &[PathBuf]| of.iter().map(path).collect();
        WireFound {
            runs: paths(&found.runs),
            beside: paths(&found.beside),
            fragments: paths(&found.fragments),
            unrendered: found.unrendered.iter().map(|(of, _)| path(of)).collect(),
        }
    }

    fn project(&self, project: &ReportedProject) -> WireProject {
        let path = |path: &PathBuf| self.guard.path(&path.to_string_lossy()).into_owned();
        let left_out = project.left_out.iter().map(|left| WireLeftOut {
            service: self.name(&left.service),
            profile: left.profiles.first().map(|p| self.name(p)),
            profiles: left.profiles.iter().map(|p| self.name(p)).collect(),
        });
        WireProject {
            name: project.name.as_deref().map(|n| self.name(n)),
            files: project.files.iter().map(path).collect(),
            left_out: left_out.collect(),
        }
    }

    pub(in crate::report) fn name(&self, label: &str) -> String {
        self.guard.name(label).into_owned()
    }

    pub(in crate::report) fn message(&self, text: &str) -> String {
        self.guard.message(text).into_owned()
    }

    fn place(&self, place: Place) -> WirePlace {
        let record = self.sources.record(place).map(|record| self.name(&record));
        let at = record.is_none().then(|| self.sources.line_col(place));
        let path = self.sources.get(place.source).name.to_string();
        WirePlace {
            path: self.guard.path(&path).into_owned(),
            line: at.map(|a| a.line),
            column: at.map(|a| a.column),
            record,
        }
    }

    pub(in crate::report) fn origin(&self, place: Option<Place>) -> Option<WirePlace> {
        place.map(|p| self.place(p))
    }

    fn start_reason(&self, reason: &StartReason) -> WireStartReason {
        WireStartReason {
            id: reason.id.id(),
            exit_code: reason.exit_code,
            message: self.message(&reason.message),
            key: match &reason.about {
                StartSubject::File(path) => self.guard.path(path).into_owned(),
                about => self.guard.key_path(&about.to_string()).into_owned(),
            },
            location: self.origin(reason.place),
        }
    }

    fn source(&self, looked_at: &InspectedSource) -> WireSource {
        WireSource {
            layer: looked_at.layer.id(),
            path: self.guard.path(&looked_at.path).into_owned(),
            present: looked_at.state.is_there(),
            state: looked_at.state.id(),
            note: looked_at.words().map(|n| self.message(&n)),
        }
    }

    fn assumes(&self, grounds: &Grounds) -> Vec<String> {
        grounds.assumes.iter().map(|assumption| self.message(&assumption.statement())).collect()
    }

    fn setting(&self, target: &Target, setting: &Setting) -> WireSetting {
        WireSetting {
            name: self.name(&setting.name()),
            variables: setting.variables.iter().map(|v| self.name(v)).collect(),
            category: setting.category,
            secret: setting.secret,
            consumers: setting.views.iter().map(|v| self.view(v, &target.grounds(setting, v))).collect(),
        }
    }

    fn view(&self, view: &Resolution, grounds: &Grounds) -> WireView {
        WireView {
            consumer: view.consumer.to_string(),
            state: view.state,
            winner: view.winner.as_ref().map(|c| self.candidate(c)),
            losers: self.losers(&view.losers),
            ignored: self.losers(&view.ignored),
            verdict: view.verdict,
            certainty: grounds.certainty,
            assumes: self.assumes(grounds),
            holds: match view.holds {
                Some(Holds::Object(size)) => Some(WireHolds { kind: "object", size }),
                Some(Holds::List(size)) => Some(WireHolds { kind: "list", size }),
                Some(Holds::Published) | None => None,
            },
        }
    }

    fn variables(&self, variables: &[Variable]) -> Vec<WireVariable> {
        let wire = |v: &Variable| WireVariable {
            name: self.guard.variable(&v.name).into_owned(),
            winner: v.winner.as_ref().map(|c| self.candidate(c)),
            losers: self.losers(&v.losers),
        };
        variables.iter().map(wire).collect()
    }

    fn losers(&self, losers: &[Shadowed]) -> Vec<WireLoser> {
        let wire = |l: &Shadowed| WireLoser {
            candidate: self.candidate(&l.candidate),
            reason: l.reason.id(),
            why: self.message(&l.reason.to_string()),
        };
        losers.iter().map(wire).collect()
    }

    pub(in crate::report) fn candidate(&self, candidate: &Candidate) -> WireCandidate {
        let value = candidate.value.as_ref();
        WireCandidate {
            layer: candidate.layer.id(),
            origin: self.origin(candidate.place),
            via: candidate.via.iter().map(|v| self.via(v)).collect(),
            length: value.map(redact::length),
            fingerprint: value.map(|v| self.options.fingerprinter.of(v)),
            value: self.revealed(value),
        }
    }

    /// The contract shows no value at all unless asked to, public ones neither: who reads the
    /// report by program needs one rule, not an allow-list.
    pub(in crate::report) fn revealed(&self, value: Option<&Text>) -> Option<String> {
        value.filter(|_| self.options.reveal).map(|v| v.expose().to_owned())
    }

    pub(in crate::report) fn via(&self, via: &ProvenanceStep) -> WireVia {
        let (name, expression) = match &via.step {
            StepKind::Variable { name, .. } => (Some(self.guard.variable(name).into_owned()), None),
            StepKind::Interpolation { shown } => (None, Some(self.message(shown))),
            StepKind::Field(_)
            | StepKind::Alias
            | StepKind::MergeKey
            | StepKind::Extends
            | StepKind::Include => (None, None),
        };
        WireVia { layer: via.step.id(), origin: self.origin(via.place), name, expression }
    }

    fn finding(&self, finding: &Finding, service: Option<&str>, fingerprint: String) -> WireFinding {
        WireFinding {
            rule: finding.rule,
            name: finding.name,
            severity: finding.severity,
            confidence: finding.confidence,
            message: self.message(&finding.message),
            help: finding.help.as_deref().map(|h| self.message(h)),
            location: self.origin(finding.place),
            related: finding
                .related
                .iter()
                .map(|r| WireRelated { location: self.place(r.place), message: self.message(&r.message) })
                .collect(),
            service: service.map(|s| self.name(s)),
            key: finding.key.as_deref().map(|k| self.name(k)),
            fix: finding.fix.as_ref().map(|f| self.fix(f)),
            choices: finding.choices.iter().map(|choice| self.choice(choice)).collect(),
            also: finding.also.iter().map(|other| self.name(&other.target)).collect(),
            fingerprint,
        }
    }

    fn observation(&self, seen: &Observation) -> WireObservation {
        let value = seen.value.as_ref();
        WireObservation {
            probe: seen.probe,
            subject: self.message(&seen.subject),
            origin: self.origin(seen.place),
            outcome: seen.outcome,
            predicted: seen.predicted.as_deref().map(|p| self.message(p)),
            observed: self.message(&seen.observed),
            length: value.map(redact::length),
            fingerprint: value.map(|v| self.options.fingerprinter.of(v)),
            value: self.revealed(value),
        }
    }

    fn refusal(&self, refusal: &Refusal) -> WireRefusal {
        let at = refusal.place.map(|p| self.sources.line_col(p));
        WireRefusal {
            by: match refusal.by {
                SaidBy::Compose => "compose",
                SaidBy::Engine => "engine",
                SaidBy::Kubernetes => "kubernetes",
                SaidBy::Clawdock => "clawdock",
            },
            path: self.guard.path(&refusal.path).into_owned(),
            line: at.map(|a| a.line),
            column: at.map(|a| a.column),
            message: self.message(&refusal.message),
        }
    }
}
