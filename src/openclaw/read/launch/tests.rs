use super::*;
use crate::{
    text::{secret::Bytes, source::SourceName},
    vocabulary::deployment::Located,
    world::container_fs::Look,
};

/// MemoryFiles by their paths; what is not below `/app` or `/usr` and not there is absent.
struct MemoryFiles(BTreeMap<String, String>);

impl ContainerFs for MemoryFiles {
    fn look(&mut self, path: &str, _: u64) -> Look {
        match self.0.get(path) {
            Some(text) => Look::Text { name: SourceName::Host(path.into()), text: text.clone(), owner: None },
            None if self.0.keys().any(|file| file.starts_with(&format!("{path}/"))) => {
                Look::Directory { empty: Some(false) }
            }
            None if path.starts_with("/app/") || path.starts_with("/usr/") => Look::InImage,
            None if path.starts_with("/volume/") => Look::Unseen { why: "in a volume".to_owned() },
            None => Look::Absent,
        }
    }

    fn look_together(&mut self, _: &str, names: &[&str], _: u64) -> Vec<Look<Bytes>> {
        names.iter().map(|_| Look::Absent).collect()
    }
}

/// Asks something of a container that runs these words, with these files and this environment.
fn asked<T>(
    words: &[&str],
    files: &[(&str, &str)],
    env: &[(&str, &str)],
    ask: impl FnOnce(&LaunchInputs<'_>, &mut dyn ContainerFs, &mut Sources) -> T,
) -> T {
    let words = words.iter().map(|word| Located { value: (*word).into(), place: None }).collect();
    let user = Some(Located { value: "root".to_owned(), place: None });
    let deployment = Deployment { command: Some(words), user, ..Deployment::default() };
    let variable = |(name, value): &(&str, &str)| Variable {
        name: (*name).to_owned(),
        winner: Some(Candidate::new(Layer::ComposeEnvironment, *name, None, (*value).into())),
        losers: Vec::new(),
    };
    let environment: Vec<Variable> = env.iter().map(variable).collect();
    let inputs = LaunchInputs {
        deployment: &deployment,
        environment: &environment,
        user_home: "/home/node",
        role: Role::Gateway,
    };
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    ask(&inputs, &mut MemoryFiles(files.collect()), &mut Sources::default())
}

/// What comes of a command line with these files and this environment.
fn launched(words: &[&str], files: &[(&str, &str)], env: &[(&str, &str)]) -> Launch {
    asked(words, files, env, follow)
}

/// In one line: the words, what is set (`?` is not known) and taken out, what is written, how it ends.
fn told(launch: &Launch) -> String {
    let words = launch.command.as_ref().map(|words| {
        let words = words.iter().map(|word| word.text.as_ref().map_or("?", |text| text.expose()));
        words.collect::<Vec<_>>().join(" ")
    });
    let mut all = vec![words.unwrap_or_else(|| "-".to_owned())];
    all.extend(launch.variables.iter().map(|(name, change)| match change {
        VariableChange::Set { candidate, .. } => {
            format!("{name}={}", candidate.value.as_ref().map_or("?", |value| value.expose()))
        }
        VariableChange::Unset(_) => format!("-{name}"),
    }));
    all.extend(launch.files.iter().map(|(path, written)| match written {
        WrittenText::Known { text, .. } => format!("{path}: {}", text.expose().trim()),
        WrittenText::Unknown { .. } => format!("{path}: ?"),
    }));
    all.extend(launch.config.iter().map(|change| {
        format!("{} := {}", change.path.join("."), change.value.as_ref().map_or("?", |v| v.expose()))
    }));
    all.extend(
        launch
            .ends
            .iter()
            .map(|end| format!("ends {:?} for {}", end.code, end.variable.as_deref().unwrap_or("nothing"))),
    );
    all.extend(launch.readers.unseen().map(|what| format!("unseen {what}")));
    all.join(" | ")
}

const GATEWAY: &str = "node dist/index.js gateway";

/// What a shell's command does; `{}` stands for the gateway.
fn of_command(script: &str, files: &[(&str, &str)], env: &[(&str, &str)]) -> String {
    let script = script.replace("{}", GATEWAY);
    told(&launched(&["sh", "-c", &script], files, env)).replace(GATEWAY, "{}")
}

#[test]
fn commands_of_a_shell() {
    let secret: &[(&str, &str)] = &[("/run/secrets/t", "sec ret\n")];
    let token: &[(&str, &str)] = &[("T", "old"), ("OTHER", "o")];
    for (script, files, env, what) in [
        ("export T=$(cat /run/secrets/t); exec {}", secret, &[][..], "{} | T=sec ret"),
        ("export T=\"$(cat /run/secrets/t)\" && exec {}", secret, token, "{} | T=sec ret"),
        ("export T=`cat /run/secrets/t`; {}", secret, token, "{} | T=sec ret"),
        ("export T=$(cat /run/secrets/no); {}", &[], token, "{} | T=?"),
        ("T=$(tr -d '\\n' < /run/secrets/t); export T; {}", secret, &[], "{} | T=sec ret"),
        ("T=$(</run/secrets/t) exec {} --token \"$T\"", secret, token, "{} --token old | T=sec ret"),
        ("read -r T < /run/secrets/t; export T; exec {}", secret, &[], "{} | T=?"),
        ("T=x; {}", &[], &[], "{}"),
        ("T=x; {}", &[], token, "{} | T=x"),
        ("T=x exec {}", &[], token, "{} | T=x"),
        ("set -a; T=x; set +a; U=y; {}", &[], &[], "{} | T=x"),
        ("export T=${T:-new}; {}", &[], token, "{}"),
        ("export T=${T:-new}; {}", &[], &[("T", "")], "{} | T=new"),
        ("export T=${T-new}; {}", &[], &[("T", "")], "{}"),
        (": ${T:=new}; export T; {}", &[], &[], "{} | T=new"),
        ("export U=\"$T\"; {}", &[], token, "{} | U=old"),
        ("unset T; {}", &[], token, "{} | -T"),
        ("env -u T {}", &[], token, "{} | -T"),
        ("env T=n U=m {}", &[], token, "{} | T=n | U=m"),
        ("[ -z \"$T\" ] && export T=n; {}", &[], token, "{}"),
        ("[ -z \"$T\" ] && export T=n; {}", &[], &[], "{} | T=n"),
        ("[ -n \"$T\" ] || exit 3; {}", &[], &[], "- | ends Some(3) for nothing"),
        ("[ -n \"$T\" ] || exit 3; {}", &[], token, "{}"),
        (": \"${T:?is needed}\"; {}", &[], &[], "- | ends None for T"),
        (
            "if [ -f /run/secrets/t ]; then T=$(cat /run/secrets/t); export T; fi; {}",
            secret,
            &[],
            "{} | T=sec ret",
        ),
        ("if [ -f /run/secrets/t ]; then export T=n; fi; {}", &[], token, "{}"),
        ("if [ -f /volume/x ]; then export T=n; fi; {}", &[], token, "{} | T=?"),
        ("if [ -f /volume/x ]; then export T=n; else export T=n; fi; {}", &[], token, "{} | T=n"),
        ("if [ -f /volume/x ]; then exit 1; fi; {}", &[], token, "{}"),
        ("if curl -f x; then exec {} --port 1; else exec {} --port 2; fi", &[], &[], "{} --port ?"),
        ("for v in T U; do export \"$v=1\"; done; {}", &[], &[], "{} | T=1 | U=1"),
        (
            "for v in T U; do f=/run/secrets/t; export $v=\"$(cat $f)\"; done; {}",
            secret,
            &[],
            "{} | T=sec ret | U=sec ret",
        ),
        ("while ! nc -z db 1; do sleep 1; done; exec {}", &[], token, "{}"),
        ("(export T=n); {}", &[], token, "{}"),
        ("sh -c 'export T=n'; {}", &[], token, "{}"),
        ("f() { export T=$1; }; f n; {}", &[], token, "{} | T=n"),
        ("case \"$OTHER\" in o) export T=n;; *) export T=m;; esac; {}", &[], token, "{} | T=n"),
        ("case \"$OTHER\" in x*) export T=n;; esac; {}", &[], token, "{}"),
        ("eval \"export T=n\"; {}", &[], token, "{} | T=n"),
        ("export T=$(openssl rand -hex 32); {}", &[], token, "{} | T=?"),
        ("export T=$((1+1)); {}", &[], token, "{} | T=?"),
        ("export T=${OTHER%x}; {}", &[], token, "{} | T=?"),
        ("{} --token \"$T\" --port ${PORT:-1}", &[], token, "{} --token old --port 1"),
        ("{} --token $(cat /run/secrets/no)", &[], &[], "{} --token ?"),
        ("{} &\nwait", &[], token, "{}"),
        ("exec {} | tee /tmp/log", &[], token, "{} | /tmp/log: ?"),
        ("gosu node {}", &[], token, "{} | HOME=/home/node"),
        ("cd /srv && exec {}", &[], token, "{}"),
        ("openclaw config set gateway.bind lan; {}", &[], &[], "{} | gateway.bind := lan"),
        ("openclaw config set gateway.port \"$X\" --json; {}", &[], &[("X", "1")], "{} | gateway.port := 1"),
        ("curl x || openclaw config set gateway.bind lan; {}", &[], &[], "{} | gateway.bind := ?"),
        ("cp /run/secrets/t /c/openclaw.json; {}", secret, &[], "{} | /c/openclaw.json: sec ret"),
        ("cp -n /run/secrets/t /run/secrets/t; {}", secret, &[], "{}"),
        ("echo '{\"a\": 1}' > ~/x; {}", &[], &[], "{} | /home/node/x: ?"),
        ("node -e 'x' \"$T\"; {}", &[], token, "{}"),
        ("if", &[], token, "- | unseen a script that cannot be read as one of a shell"),
        ("/init; {}", &[], token, "{} | unseen /init"),
        ("$RUN; {}", &[], &[("RUN", "true")], "{}"),
    ] {
        assert_eq!(of_command(script, files, env), what, "{script}");
    }
}

/// What a mounted script does that is the entrypoint; `{}` stands for the gateway, which is the command.
fn of_script(script: &str, more: &[(&str, &str)], env: &[(&str, &str)]) -> String {
    let script = script.replace("{}", GATEWAY);
    let mut files = vec![("/entry.sh", script.as_str())];
    files.extend(more);
    let words: Vec<&str> = std::iter::once("/entry.sh").chain(GATEWAY.split(' ')).collect();
    told(&launched(&words, &files, env)).replace(GATEWAY, "{}")
}

#[test]
fn flags_that_are_not_known() {
    for (script, is_token, is_other) in [
        ("{} --token=\"$(cat /run/none)\"", true, false),
        ("{} --token $(cat /run/none)", true, false),
        ("{} $(cat /run/none)", false, true),
        ("{} --port 1 $(cat /run/none)", false, true),
        ("{} --port 1", false, false),
    ] {
        let script = script.replace("{}", GATEWAY);
        let words = launched(&["sh", "-c", &script], &[], &[]).words().unwrap();
        assert_eq!((words.has("--token"), words.may_have_other_flags()), (is_token, is_other), "{script}");
    }
}

#[test]
fn scripts_that_are_the_entrypoint() {
    for (script, files, env, what) in [
        ("#!/bin/sh\nexport T=n\nexec \"$@\"\n", &[][..], &[("T", "o")][..], "{} | T=n"),
        (
            "#!/bin/sh\nset -e\nif [ \"$1\" = node ]; then export T=n; fi\nexec \"$@\" --port 5",
            &[],
            &[],
            "{} --port 5 | T=n",
        ),
        (
            "#!/bin/bash\n. /etc/pre.sh\nsource /etc/none 2>/dev/null || true\nexec \"$@\"",
            &[("/etc/pre.sh", "export T=n\n")],
            &[],
            "{} | T=n",
        ),
        (
            "#!/bin/sh\nset -a\n. /config/.env\nset +a\nexec \"$@\"",
            &[("/config/.env", "T=\"a b\"\n# x\nU=c\n")],
            &[],
            "{} | T=a b | U=c",
        ),
        // As the entrypoints of Docker's own images do it.
        (
            "#!/usr/bin/env bash\nfile_env() {\n  local var=\"$1\"\n  local fileVar=\"${var}_FILE\"\n  local def=\"${2:-}\"\n  if [ \"${!var:-}\" ] && [ \"${!fileVar:-}\" ]; then\n    echo >&2 'both'\n    exit 1\n  fi\n  local val=\"$def\"\n  if [ \"${!var:-}\" ]; then\n    val=\"${!var}\"\n  elif [ \"${!fileVar:-}\" ]; then\n    val=\"$(< \"${!fileVar}\")\"\n  fi\n  export \"$var\"=\"$val\"\n  unset \"$fileVar\"\n}\nfile_env T\nexec \"$@\"\n",
            &[("/run/t", "sec\n")],
            &[("T_FILE", "/run/t")],
            "{} | T=sec | -T_FILE",
        ),
        // As many do that start as root.
        (
            "#!/bin/sh\nif [ \"$(id -u)\" = \"0\" ]; then\n  chown -R node /data\n  exec gosu node \"$0\" \"$@\"\nfi\nexport T=n\nexec \"$@\"",
            &[],
            &[],
            "{} | HOME=/home/node | T=n",
        ),
        (
            "#!/bin/sh\n[ -f /s/openclaw.json ] || cp /seed/openclaw.json /s/openclaw.json\nexec \"$@\"",
            &[("/seed/openclaw.json", "{a: 1}")],
            &[],
            "{} | /s/openclaw.json: {a: 1}",
        ),
        (
            "#!/bin/sh\n[ -f /s/openclaw.json ] || cp /seed/openclaw.json /s/openclaw.json\nexec \"$@\"",
            &[("/seed/openclaw.json", "{a: 1}"), ("/s/openclaw.json", "{}")],
            &[],
            "{}",
        ),
        (
            "#!/bin/sh\n[ -f /volume/c ] || cp /seed/openclaw.json /volume/c\nexec \"$@\"",
            &[("/seed/openclaw.json", "{a: 1}")],
            &[],
            "{} | /volume/c: ?",
        ),
        (
            "#!/bin/sh\ncat > /s/openclaw.json <<EOF\n{ token: \"$T\" }\nEOF\nexec \"$@\"",
            &[],
            &[("T", "n")],
            "{} | /s/openclaw.json: { token: \"n\" }",
        ),
        (
            "#!/bin/sh\ncat <<'EOF' > /s/openclaw.json\n{ token: \"${T}\" }\nEOF\nexec \"$@\"",
            &[],
            &[("T", "n")],
            "{} | /s/openclaw.json: { token: \"${T}\" }",
        ),
        (
            "#!/bin/sh\nenvsubst < /seed/t.json > /s/openclaw.json\nexec \"$@\"",
            &[("/seed/t.json", "{}")],
            &[],
            "{} | /s/openclaw.json: ?",
        ),
        (
            "#!/bin/sh\njq '.a=1' /s/openclaw.json > /s/tmp && mv /s/tmp /s/openclaw.json\nexec \"$@\"",
            &[("/s/openclaw.json", "{}")],
            &[],
            "{} | /s/openclaw.json: ? | /s/tmp: ?",
        ),
        (
            "#!/bin/sh\nsh /etc/pre.sh\n/etc/other.sh\nexec \"$@\"",
            &[("/etc/pre.sh", "export T=n\n"), ("/etc/other.sh", "exit 1\n")],
            &[],
            "{}",
        ),
        ("#!/bin/sh\nexec \"$@\" --token \"${T:-$U}\"", &[], &[("U", "n")], "{} --token n"),
        (
            "#!/bin/sh\nif [ -z \"$T\" ]; then\n  echo no >&2\n  exit 78\nfi\nexec \"$@\"",
            &[],
            &[],
            "- | ends Some(78) for nothing",
        ),
        ("#!/usr/bin/env node\nrequire('x')", &[], &[], "- | unseen /entry.sh"),
        (
            "#!/bin/sh\ncase \"$1\" in\n  -*) set -- node dist/index.js gateway \"$@\" ;;\nesac\nexec \"$@\"",
            &[],
            &[],
            "{}",
        ),
    ] {
        assert_eq!(of_script(script, files, env), what, "{script}");
    }
}

#[test]
fn what_no_shell_runs() {
    let words = ["node", "dist/index.js", "gateway", "--token", "$T"];
    assert_eq!(told(&launched(&words, &[], &[("T", "x")])), "node dist/index.js gateway --token $T");
    let words = ["tini", "-s", "--", "env", "T=n", "node", "dist/index.js", "gateway"];
    assert_eq!(told(&launched(&words, &[], &[("T", "x")])), "node dist/index.js gateway | T=n");
    let words = ["docker-entrypoint.sh", "node", "/app/openclaw.mjs", "gateway"];
    assert_eq!(told(&launched(&words, &[], &[])), "node /app/openclaw.mjs gateway");
    assert_eq!(told(&launched(&["/start"], &[], &[])), "- | unseen /start");
}

#[test]
fn nothing_is_followed_without_end() {
    let loops = "#!/bin/sh\n. /entry.sh\n";
    assert!(told(&launched(&["/entry.sh"], &[("/entry.sh", loops)], &[])).contains("unseen"));
    let again = "f() { f; f; }; f";
    assert!(told(&launched(&["sh", "-c", again], &[], &[])).contains("unseen"));
    let doubles = format!("A=x; {}", "A=\"$A$A\"; ".repeat(64));
    told(&launched(&["sh", "-c", &doubles], &[], &[]));
    let branches = "if x; then ".repeat(40);
    told(&launched(&["sh", "-c", &format!("{branches} A=1; {}", "fi; ".repeat(40))], &[], &[]));
    let nested = "for a in 1 2 3 4 5 6 7 8 9; do ".repeat(12);
    told(&launched(&["sh", "-c", &format!("{nested} A=1; {}", "done; ".repeat(12))], &[], &[]));
}

#[test]
fn what_a_login_shell_exports() {
    let profile = ("/home/node/.profile", "export T=n\nU=x\nexport V=\"$T-$W\"\n");
    let exported = |files: &[(&str, &str)], shell| {
        let ask = |inputs: &LaunchInputs<'_>, fs: &mut dyn ContainerFs, sources: &mut Sources| {
            of_login_shell(inputs, shell, "/home/node", true, fs, sources)
        };
        let all = asked(&[], files, &[("W", "w"), ("T", "o")], ask)?;
        let all = all.iter().map(|c| format!("{}={}", c.name, c.value.as_ref().map_or("?", |v| v.expose())));
        Some(all.collect::<Vec<_>>().join(" "))
    };
    assert_eq!(exported(&[profile], None).as_deref(), Some("T=n V=n-w"));
    assert_eq!(exported(&[], None).as_deref(), Some(""));
    let bash = ("/home/node/.bash_profile", "export T=b");
    assert_eq!(exported(&[profile, bash], None).as_deref(), Some("T=n V=n-w"));
    assert_eq!(exported(&[profile, bash], Some("/bin/bash")).as_deref(), Some("T=b"));
}
