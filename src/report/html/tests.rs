use super::super::{Format, RenderOptions, fixture, render};
use crate::{
    findings::report::Report,
    model::target::{Observation, Outcome},
    text::source::Sources,
};

fn rendered(report: &Report, sources: &Sources, options: &RenderOptions) -> String {
    let mut out = Vec::new();
    render(Format::Html, report, sources, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The page without the style and the script, which are the same on every page.
fn body(html: &str) -> &str {
    let body = html.split("<body>").nth(1).unwrap();
    body.split("<script>").next().unwrap()
}

#[test]
fn a_page() {
    let (report, sources) = fixture::report();
    let html = rendered(&report, &sources, &fixture::options());
    fixture::assert_no_secret(&html);
    assert!(html.contains("<title>clawdock: 2 errors, 2 notes in 1 target</title>"));
    let body = body(&html);
    let row = "<span class=\"key\">gateway.auth.token</span><span class=\"who\">for gateway</span>\
               <a class=\"ref error\" href=\"#f0-0\">CD101</a>";
    assert!(body.contains(row), "{body}");
    let chip = "<span class=\"how\">in effect</span><span class=\"value\">#f38fd6</span>\
                <span class=\"at\">openclaw.json:5</span>";
    assert!(body.contains(chip), "{body}");
    assert!(body.contains("<mark class=\"primary\">${OPENCLAW_GATEWAY_TOKEN:-}</mark>"), "{body}");
    assert!(body.contains("<div class=\"said related\">its value is written here</div>"), "{body}");
}

/// It loads nothing: there is no address in it.
#[test]
fn it_needs_nothing_else() {
    let (report, sources) = fixture::report();
    let html = rendered(&report, &sources, &fixture::options());
    for word in ["http:", "https:", "src=", "url(", "@import", "style=", "onclick"] {
        assert!(!html.contains(word), "{word}");
    }
    assert!(html.contains("default-src &#39;none&#39;"));
}

#[test]
fn hostile_names_stay_text() {
    let (mut report, sources) = fixture::report();
    let hostile = "\"'></style></title><script>alert(1)</script><img onerror=x>";
    let target = &mut report.targets[0].target;
    target.name = hostile.to_owned();
    target.project = Some(hostile.to_owned());
    target.settings[0].key = hostile.into();
    // What is no name of a variable is hidden wherever it occurs.
    target.environment[0].name = format!("{hostile}=");
    target.sources[0].path = hostile.to_owned();
    target.observations = vec![Observation {
        probe: "health",
        subject: hostile.to_owned(),
        place: None,
        outcome: Outcome::Seen,
        predicted: None,
        observed: hostile.to_owned(),
        value: None,
    }];
    report.targets[0].verdict = hostile.to_owned();
    report.targets[0].findings[0].message = format!("`{hostile}`");
    report.targets[0].findings[0].help = Some(hostile.to_owned());
    report.refusals[0].message = hostile.to_owned();
    let html = rendered(&report, &sources, &fixture::options());
    assert_eq!(html.matches("<script").count(), 1);
    assert_eq!(html.matches("</style").count(), 1);
    assert_eq!(html.matches("<img").count(), 0);
    assert!(body(&html).matches("&lt;script&gt;").count() >= 9);
}

#[test]
fn values_leave_only_when_revealed() {
    let (report, sources) = fixture::report();
    let options = RenderOptions { reveal: true, ..fixture::options() };
    let html = rendered(&report, &sources, &options);
    assert!(fixture::SECRETS.iter().all(|s| html.contains(s)));
    assert!(html.contains("it was made with --reveal"));
}

/// Every element that is begun is ended, in order.
#[test]
fn elements_are_nested() {
    let (report, sources) = fixture::report();
    let html = rendered(&report, &sources, &fixture::options());
    let mut open = Vec::new();
    for tag in body(&html).split('<').skip(1) {
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if tag.starts_with('/') {
            // The body itself ends after the script.
            assert_eq!(open.pop(), Some(name));
        } else if !(tag.split('>').next().is_some_and(|t| t.ends_with('/')) || name == "input") {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}
