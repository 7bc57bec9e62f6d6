use super::*;
use crate::{
    provenance::{Candidate, Layer, Variable},
    vocabulary::deployment::{Deployment, Located},
};

fn shape(image: &str, value: &str) -> ServiceShape {
    let winner = Candidate::new(Layer::ContainerEnv, "A", None, value.into());
    ServiceShape {
        environment: vec![Variable { name: "A".into(), winner: Some(winner), losers: Vec::new() }],
        deployment: Deployment {
            image: Some(Located { value: image.to_owned(), place: None }),
            ..Deployment::default()
        },
    }
}

fn wanted(service: &str, facts: PlanFacts) -> WantedService {
    let facts = PlanFacts { scale: facts.scale.max(1), ..facts };
    WantedService {
        service: service.into(),
        shape: shape("i", "1"),
        image: PlannedImage::Id("sha256:1".into()),
        facts,
        settings: Settings::new(),
        networks: Vec::new(),
        names: ContainerNames { prefix: format!("p-{service}"), ..ContainerNames::default() },
    }
}

fn live(service: &str, number: u32, state: &str, value: &str) -> Live {
    Live {
        name: format!("p-{service}-{number}"),
        service: service.into(),
        number,
        state: state.into(),
        image: Some("sha256:1".into()),
        shape: shape("i", value),
        one_off: false,
        configured: if value == "1" { Configured::Same } else { Configured::Changed },
        settings: Settings::new(),
        networks: Vec::new(),
        looks_at_networks: true,
        keeps_current: true,
        restart_recreates: false,
    }
}

fn actions(wanted: Vec<WantedService>, live: Vec<Live>) -> Vec<(String, Vec<Action>)> {
    let all = wanted.iter().map(|w| w.service.clone()).collect();
    let plan = plan("p".into(), wanted, live, &all);
    let of = |p: &Planned| (p.wanted.service.clone(), p.containers.iter().map(|s| s.action).collect());
    plan.services.iter().map(of).collect()
}

fn one(wanted: WantedService, live: Vec<Live>) -> Vec<Action> {
    actions(vec![wanted], live).remove(0).1
}

#[test]
fn one_container() {
    let plain = || wanted("s", PlanFacts::default());
    assert_eq!(one(plain(), vec![]), [Action::Create]);
    assert_eq!(one(plain(), vec![live("s", 1, "running", "1")]), [Action::Keep]);
    assert_eq!(one(plain(), vec![live("s", 1, "exited", "1")]), [Action::Start]);
    assert_eq!(one(plain(), vec![live("s", 1, "exited", "2")]), [Action::Recreate]);
    let newer = WantedService { image: PlannedImage::Id("sha256:2".into()), ..plain() };
    assert_eq!(one(newer, vec![live("s", 1, "running", "1")]), [Action::Recreate]);
    let gone = WantedService { image: PlannedImage::Absent, ..plain() };
    assert_eq!(one(gone, vec![live("s", 1, "running", "1")]), [Action::Unknown]);
}

#[test]
fn more_and_fewer() {
    let two = || wanted("s", PlanFacts { scale: 2, ..PlanFacts::default() });
    assert_eq!(one(two(), vec![live("s", 1, "running", "1")]), [Action::Keep, Action::Create]);
    let three =
        vec![live("s", 1, "running", "2"), live("s", 2, "running", "1"), live("s", 3, "running", "1")];
    assert_eq!(one(two(), three), [Action::Keep, Action::Keep, Action::Remove]);
}

#[test]
fn what_depends_on_what_is_made_anew() {
    let facts = |shares: &[&str], restarts: &[&str]| PlanFacts {
        shares: shares.iter().map(|s| (*s).to_owned()).collect(),
        restarts_with: restarts.iter().map(|s| (*s).to_owned()).collect(),
        ..PlanFacts::default()
    };
    let services = vec![
        wanted("c", facts(&["b"], &[])),
        wanted("b", facts(&["a"], &[])),
        wanted("a", facts(&[], &[])),
        wanted("d", facts(&[], &["a"])),
        wanted("e", facts(&[], &[])),
    ];
    let containers =
        ["a", "b", "c", "d", "e"].map(|s| live(s, 1, "running", if s == "a" { "2" } else { "1" }));
    let got: Vec<Action> = actions(services, containers.into()).into_iter().map(|(_, a)| a[0]).collect();
    assert_eq!(got, [Action::Recreate, Action::Recreate, Action::Recreate, Action::Restart, Action::Keep]);
}

#[test]
fn orphans() {
    let all: BTreeSet<String> = ["s", "behind-a-profile"].map(str::to_owned).into();
    let one_off = |state| Live { one_off: true, ..live("s", 9, state, "1") };
    let containers = vec![
        live("gone", 1, "running", "1"),
        live("behind-a-profile", 1, "running", "1"),
        one_off("running"),
        Live { name: "p-s-run".into(), ..one_off("exited") },
    ];
    let plan = plan("p".into(), vec![wanted("s", PlanFacts::default())], containers, &all);
    let names: Vec<&str> = plan.orphans.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["p-gone-1", "p-s-run"]);
    assert!(plan.has_changes());
}
