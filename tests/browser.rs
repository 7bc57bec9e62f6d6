//! The HTML report in a real browser: its script runs, and what it shows is text, whatever it is.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    project::{copy, fixtures, run},
    tools,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Chromium, where it is installed.
fn browser() -> Option<PathBuf> {
    tools::find(&["chromium", "chromium-browser", "google-chrome"], "the HTML report in a browser")
}

/// The page as it is after its script ran.
fn opened(browser: &Path, page: &Path) -> String {
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(["--virtual-time-budget=2000", "--dump-dom"])
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_script_runs() {
    let Some(browser) = browser() else { return };
    let folder = copy(&fixtures().join("token-conflict"));
    let root = folder.path().join("token-conflict");
    run(&root, &["lint", "--format", "html=report.html"]);
    let page = root.join("report.html");
    assert!(fs::read_to_string(&page).unwrap().contains("<form class=\"tools\" role=\"search\" hidden>"));
    let shown = opened(&browser, &page);
    assert!(shown.contains("<form class=\"tools\" role=\"search\">"), "the script shows the tools");
    let output = shown.split("<output").nth(1).unwrap().split("</output>").next().unwrap();
    assert!(output.ends_with("shown"), "the filter counts the rows: {output}");
}

/// Names from the project, its folder and its config that would be markup.
#[test]
fn hostile_names_are_text() {
    let Some(browser) = browser() else { return };
    let hack = "<script>document.title='hacked'</script>";
    let image = "<img src=x onerror=document.title='hacked'>";
    let folder = tempfile::tempdir().unwrap();
    let project = "'\"><svg onload=document.title='hacked'>";
    let root = folder.path().join(project);
    fs::create_dir_all(root.join("state")).unwrap();
    let compose = format!(
        "name: hostile\nservices:\n  gateway:\n    image: 'ghcr.io/openclaw/openclaw:2026.9.6'\n    \
         command: [node, dist/index.js, gateway, '--bind', \"{image}\"]\n    environment:\n      \
         \"{hack}\": x\n      OPENCLAW_GATEWAY_TOKEN: \"</style>{hack}\"\n      \
         HTTPS_PROXY: \"http://x/{image}\"\n    volumes: ['./state:/home/node/.openclaw']\n"
    );
    fs::write(root.join("compose.yml"), compose).unwrap();
    fs::write(
        root.join("state/openclaw.json"),
        format!("{{\"{image}\": 1, gateway: {{bind: \"{hack}\", auth: {{token: \"'{image}\"}}}}}}"),
    )
    .unwrap();
    for (reveal, named) in [(&[][..], "&lt;svg onload"), (&["--reveal"], "&lt;img src=x onerror")] {
        run(folder.path(), &[&["lint", project, "--format", "html=report.html"], reveal].concat());
        let page = folder.path().join("report.html");
        let shown = opened(&browser, &page);
        let title = shown.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
        assert!(title.starts_with("clawdock: "), "{title}");
        assert!(shown.contains(named), "the name is there as text");
        for element in ["<img", "<svg onload"] {
            assert!(!shown.contains(element), "{element}");
        }
        assert_eq!(shown.matches("<script").count(), 1);
    }
}
