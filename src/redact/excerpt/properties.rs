//! Wherever a secret is written, no part of it is left in the masked text.

use super::{Excerpts, masked};
use crate::text::source::{Language, SourceName, Sources};
use proptest::prelude::*;

/// Lines of units and scripts.
const UNIT: &[&str] = &[
    "[Container]",
    "Image=ghcr.io/openclaw/openclaw:latest",
    "Environment=SOME_KEY=§",
    "Environment=\"SOME_KEY=§\" TZ=UTC",
    "Environment=TZ=UTC SOME_KEY='§'",
    "Exec=node dist/index.js gateway --token § --password=§",
    "Exec=sh -c \"SOME_KEY=§ openclaw gateway --token '§'\"",
    "HealthCmd=curl -H \"Authorization: Bearer §\" http://localhost",
    "Secret=§,type=env",
    "Label=§",
    "Environment=SOME_KEY=a \\",
    "  OTHER_KEY=§",
    "PodmanArgs=--env SOME_KEY=§",
    "# SOME_KEY=§",
    "; §",
    "§",
];
const RUN: &[&str] = &[
    "docker run -d \\",
    "  -e SOME_KEY=§ \\",
    "  -e SOME_KEY=\"§\" --env='SOME_KEY=§' \\",
    "  --env SOME_KEY=§ -e TZ=UTC \\",
    "  ghcr.io/openclaw/openclaw:latest gateway --token § --password=§",
    "SOME_KEY=§",
    "export SOME_KEY='§'",
    "echo § | docker login -u me --password-stdin",
    "curl -H \"Authorization: Bearer §\" http://localhost",
    "docker run -eSOME_KEY=§ openclaw:local",
    "# SOME_KEY=§",
    "- text with § in it",
];

/// Lines of compose files; `§` is where the secret goes.
const YAML: &[&str] = &[
    "services:",
    "  gateway:",
    "    image: ghcr.io/openclaw/openclaw:latest",
    "    environment:",
    "      SOME_KEY: §",
    "      SOME_KEY: \"§\"",
    "      SOME_KEY: '§'",
    "      SOME_KEY: ${OTHER_KEY:-§}",
    "      SOME_KEY: \"${OTHER_KEY:?§}\"",
    "      SOME_KEY: ${OTHER_KEY:-${THIRD_KEY:-§}}",
    "      SOME_KEY: &anchor §",
    "      SOME_KEY: !reset §",
    "      HTTPS_PROXY: http://user:§@proxy.example:3128",
    "      OPENAI_BASE_URL: https://api.example/v1?key=§",
    "      NODE_OPTIONS: --require §",
    "      SOME_KEY: |",
    "        §",
    "      SOME_KEY: >-",
    "        §",
    "        key: §",
    "      SOME_KEY: \"one",
    "        two: §",
    "        §\"",
    "      SOME_KEY: one",
    "        §",
    "    environment:",
    "      - SOME_KEY=§",
    "      - \"SOME_KEY=§\"",
    "      - '§'",
    "      - §",
    "      - HTTP_PROXY=http://§@proxy",
    "    environment: { SOME_KEY: §, OTHER: '§' }",
    "    environment: [SOME_KEY=§, \"A_KEY=§\"]",
    "    command: [\"node\", \"--token\", \"§\"]",
    "    command: [gateway, --token=§, --password, §]",
    "    command: node dist/index.js gateway --token § --password=§",
    "    command: sh -c \"SOME_KEY=§ openclaw gateway --token '§'\"",
    "    command:",
    "      - --token",
    "      - \"§\"",
    "    labels:",
    "      traefik.http.auth: user:§",
    "      - some.label=§",
    "    healthcheck:",
    "      test: [\"CMD\", \"curl\", \"-H\", \"Authorization: Bearer §\"]",
    "      test: curl http://user:§@localhost:18789/",
    "    build:",
    "      args:",
    "        NPM_TOKEN: §",
    "        - NPM_TOKEN=§",
    "    # SOME_KEY: §",
    "    restart: always # §",
    "kind: Secret",
    "data:",
    "  SOME_KEY: §",
    "stringData: { token: '§' }",
    "spec:",
    "  containers:",
    "    - name: gateway",
    "      env:",
    "        - name: SOME_KEY",
    "          value: §",
    "        - { name: SOME_KEY, value: \"§\" }",
    "  x: §",
    "§",
    "\tSOME_KEY: §",
    "{% if x %}",
    "  SOME_KEY: \"§",
    "configs: { a: { content: \"§\" } }",
    "    extra: [ a, { b: § }",
];

/// Places of public settings: the value does not look like theirs.
const YAML_PUBLIC: &[&str] = &[
    "services:\n  a:\n    image: §",
    "services:\n  a:\n    image: ghcr.io/a/b:§",
    "services:\n  a:\n    user: §",
    "services:\n  a:\n    container_name: \"§\"",
    "services:\n  a:\n    ports: [\"§:18789\"]",
    "services:\n  a:\n    volumes:\n      - §:/home/node/.openclaw",
    "services:\n  a:\n    volumes:\n      - /srv/§:/home/node/.openclaw",
    "services:\n  a:\n    environment:\n      OPENCLAW_GATEWAY_PORT: §",
    "services:\n  a:\n    environment:\n      TZ: ${OTHER:-§}",
    "services:\n  a:\n    environment:\n      - OPENCLAW_STATE_DIR=/srv/§",
    "services:\n  a:\n    environment:\n      OPENAI_BASE_URL: https://h.example/§/v1",
    "services:\n  a:\n    command: [\"gateway\", \"--port\", \"§\"]",
];

const DOTENV: &[&str] = &[
    "HOME=/home/node",
    "SOME_KEY=§",
    "SOME_KEY = §",
    "export SOME_KEY=§",
    "SOME_KEY=\"§\"",
    "SOME_KEY='§'",
    "SOME_KEY=`§`",
    "SOME_KEY: §",
    "SOME_KEY=${OTHER_KEY:-§}",
    "SOME_KEY=\"§",
    "§",
    "OTHER=§\"",
    "# SOME_KEY=§",
    "#§",
    "A=1 # §",
    "SOME_KEY=it's \"§\" # §",
    "SOME_KEY='a\\'§'",
    "HTTPS_PROXY=http://user:§@proxy:3128",
    "OPENAI_BASE_URL=https://api.example/v1?key=§#§",
    "{{ § }}",
];

const DOCKERFILE: &[&str] = &[
    "FROM node:24",
    "FROM §",
    "ENV SOME_KEY=§",
    "ENV SOME_KEY §",
    "ENV SOME_KEY=\"§\" OTHER='§'",
    "ENV SOME_KEY=\"§",
    "ENV A=1 \\",
    "ARG SOME_KEY=§",
    "LABEL § key=§",
    "USER §",
    "WORKDIR §",
    "EXPOSE §",
    "COPY --from=§ § /x",
    "COPY <<EOF /x",
    "EOF",
    "RUN § && npm install -g openclaw@§",
    "RUN curl -H § https://x/?key=§ \\",
    "  --token § sh",
    "CMD [\"openclaw\", \"--token\", \"§\"]",
    "CMD openclaw gateway --token §",
    "HEALTHCHECK CMD curl -u §",
    "# SOME_KEY=§",
    "§",
];

const DOTENV_PUBLIC: &[&str] = &[
    "OPENCLAW_GATEWAY_PORT=§",
    "TZ=§",
    "PATH=/usr/bin:/§/x",
    "OPENCLAW_STATE_DIR=§",
    "NODE_ENV=§",
    "NO_PROXY=§",
];

const JSON5: &[&str] = &[
    "{",
    "}",
    "],",
    "gateway: {",
    "auth: { mode: 'token', token: \"§\" },",
    "\"token\": '§',",
    "token: \"${OTHER_KEY}§\",",
    "apiKey: \"§\", // §",
    "/* § */",
    "/* §",
    "// §",
    "list: [ \"§\", '§' ],",
    "env: { vars: { SOME_KEY: \"§\" } },",
    "headers: { Authorization: \"Bearer §\" },",
    "proxyUrl: \"http://user:§@proxy:3128\",",
    "token: §,",
    "token: \"§",
    "§",
    "long: \"one \\",
    "  § \\",
    "  two\",",
    "{% § %}",
];

const JSON5_PUBLIC: &[&str] = &[
    "{ gateway: { port: § } }",
    "{ gateway: { bind: \"§\", mode: \"§\", auth: { mode: \"§\" } } }",
    "{ models: { providers: { openai: { baseUrl: \"https://h.example/§\" } } } }",
    "{ agents: { defaults: { workspace: \"/srv/§\" } } }",
    "{ gateway: { auth: { token: { source: \"env\", id: \"§\" } } } }",
];

/// What people, generators and attackers make.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9]{12,40}",
        "[A-Za-z0-9+/_=-]{12,40}",
        "[a-f0-9]{24,64}",
        "(sk-|ghp_|xoxb-|AKIA|eyJ)[A-Za-z0-9]{16,30}",
        "[!-)+-~]{8,40}",
        "[ -)+-~]{8,40}",
        "[a-z]{3,8} [a-z]{3,8} [a-z]{3,8}",
        "[äöüß日本語a-z]{8,20}",
    ]
    // A comment shows common words, whoever wrote them.
    .prop_filter("a common word", |s| !s.split(' ').any(crate::secrets::is_common_word))
}

/// What does not read like the value of any public setting.
fn token() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9]{20,40}",
        "[A-Za-z0-9+/]{30,44}",
        "[a-f0-9]{32,64}",
        "(sk-|ghp_|xoxb-|AKIA|eyJ)[A-Za-z0-9]{16,30}",
    ]
    // All of a draw may happen to read like words; such a token is not what is tested here.
    .prop_filter("reads like words", |s| {
        let kinds = [u8::is_ascii_digit as fn(&u8) -> bool, u8::is_ascii_lowercase];
        kinds.iter().all(|kind| s.bytes().filter(kind).count() >= 3)
    })
}

fn document(lines: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(lines), 1..14).prop_map(|lines| lines.join("\n"))
}

fn check(template: &str, secret: &str, language: Language) -> Result<(), TestCaseError> {
    let text = template.replace('§', secret);
    let shown = masked(&text, language);
    prop_assert_eq!(shown.chars().count(), text.chars().count(), "columns of\n{}", text);
    prop_assert_eq!(shown.lines().count(), text.lines().count());
    let characters: Vec<char> = secret.chars().collect();
    for window in characters.windows(6) {
        let part: String = window.iter().collect();
        let says_something = window.iter().filter(|c| c.is_alphanumeric()).count() >= 3;
        if says_something && !template.contains(&part) {
            prop_assert!(!shown.contains(&part), "{:?} of\n{}\nin\n{}", part, text, shown);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn yaml_hides_secrets(template in document(YAML), secret in secret()) {
        check(&template, &secret, Language::Yaml)?;
    }

    #[test]
    fn dotenv_hides_secrets(template in document(DOTENV), secret in secret()) {
        check(&template, &secret, Language::Dotenv)?;
    }

    #[test]
    fn dockerfiles_hide_secrets(template in document(DOCKERFILE), secret in secret()) {
        check(&template, &secret, Language::Dockerfile)?;
    }

    #[test]
    fn units_and_commands_hide_secrets(
        unit in document(UNIT),
        run in document(RUN),
        secret in secret(),
    ) {
        check(&unit, &secret, Language::Unit)?;
        check(&run, &secret, Language::RunScript)?;
    }

    #[test]
    fn json5_hides_secrets(template in document(JSON5), secret in secret()) {
        check(&template, &secret, Language::Json5)?;
    }

    #[test]
    fn public_settings_hide_what_does_not_look_like_theirs(
        yaml in document(YAML_PUBLIC),
        dotenv in document(DOTENV_PUBLIC),
        json5 in document(JSON5_PUBLIC),
        secret in token(),
    ) {
        check(&yaml, &secret, Language::Yaml)?;
        check(&dotenv, &secret, Language::Dotenv)?;
        check(&json5, &secret, Language::Json5)?;
    }

    #[test]
    fn any_value_can_be_judged(value in "\\PC{0,40}|[$§:/{}?#a-zA-Z0-9é_.=-]{0,60}", other in "\\PC{0,10}") {
        use crate::{redact, text::secret::Text};
        let (text, other) = (Text::from(value.as_str()), Text::from(other));
        for name in ["PATH", "OPENAI_BASE_URL", "TZ", "OPENCLAW_GATEWAY_PORT", "NO_PROXY", "NODE_ENV", "UMASK"] {
            let _ = redact::shown(name, &text, false);
            // A name that nobody knows shows nothing, whatever the value.
            prop_assert_eq!(redact::shown("SOME_NAME", &text, false), None);
        }
        for field in ["image", "ports", "volumes", "user", "command", "extra_hosts"] {
            let _ = redact::shown_field(field, &value, false);
        }
        let _ = (redact::name(&value, false), redact::message(&value, false), redact::interpolation(&value));
        let _ = (redact::command(&[text.clone(), other.clone()], false), redact::relation(&text, &other));
    }

    #[test]
    fn any_text_keeps_its_columns(text in "\\PC{0,60}|[-:#{}\\[\\]\"'`&*!|>$ \\n\\r\\t=,/a-zA-Z0-9é]{0,80}") {
        let other = [Language::Json5, Language::Dockerfile, Language::Unit, Language::RunScript];
        for language in [Language::Yaml, Language::Dotenv].into_iter().chain(other) {
            let shown = masked(&text, language);
            prop_assert_eq!(shown.chars().count(), text.chars().count());
            for (a, b) in shown.chars().zip(text.chars()) {
                prop_assert!(a == b || a == '*');
            }
        }
    }
}

#[test]
fn lines_are_those_of_the_source() {
    let mut sources = Sources::default();
    let text = "\u{feff}TZ=UTC\r\nMY_KEYS=abc\n";
    let id = sources.add(SourceName::Stdin, Language::Dotenv, text.to_owned());
    let mut excerpts = Excerpts::new(&sources, false);
    assert_eq!(excerpts.line(id, 1), "TZ=UTC");
    assert_eq!(excerpts.line(id, 2), "MY_KEYS=***");
    assert_eq!(excerpts.line(id, 9), "");
}
