//! Asks the real program: one container for each worker, in which `drive.js` runs case after case.

use crate::{
    case::{Case, Effective, Question, Recorded, Requested, Sent, Truth},
    generate::PROVIDERS,
    release::Real,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// A container that answers for one release.
pub struct Driver {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts it. The name is removed with it.
    pub fn start(real: Real, worker: usize) -> Result<Self, String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement/drive.js");
        let mount = format!("{}:/drive.js:ro", script.display());
        let name = format!("clawdock-agreement-{}-{worker}", std::process::id());
        let mut child = Command::new("docker")
            .args([
                "run",
                "--rm",
                "-i",
                "--init",
                "--no-healthcheck",
                "-u",
                "0",
                "--network",
                "none",
                "--name",
                &name,
            ])
            .args(["--entrypoint", "node", "-v", &mount, real.image, "/drive.js"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| e.to_string())?;
        let stdin = child.stdin.take().ok_or("no standard input")?;
        let stdout = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        Ok(Self { child, stdin, stdout })
    }

    /// What the program does with a case.
    pub fn ask(&mut self, case: &Case) -> Result<Recorded, String> {
        let question = json!({
            "id": case.number, "env": case.env, "files": case.files, "args": case.args, "cwd": "/app",
            "candidates": case.candidates, "ports": case.ports, "ask": case.ask,
        });
        writeln!(self.stdin, "{question}").map_err(|e| e.to_string())?;
        let mut line = String::new();
        self.stdout.read_line(&mut line).map_err(|e| e.to_string())?;
        keep(&line);
        let answer: Value =
            serde_json::from_str(&line).map_err(|_| format!("an answer that makes no sense: {line:?}"))?;
        let truth = truth(case, &answer)?;
        Ok(Recorded { case: case.clone(), truth })
    }
}

/// Everything that was answered, for people who look for the reason of a difference.
fn keep(line: &str) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("agreement-answers.jsonl");
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// The part of the answer that is compared.
fn truth(case: &Case, answer: &Value) -> Result<Truth, String> {
    let failure = |why: &str| Err(format!("{why}: {answer}"));
    if answer["failed"].is_string() || answer["hung"] == true || answer["accepted"]["error"].is_string() {
        return failure("no answer");
    }
    let exit = answer["exit"].as_i64().and_then(|code| i32::try_from(code).ok());
    let port = answer["port"].as_u64().and_then(|port| u16::try_from(port).ok());
    if exit.is_none() == port.is_none() {
        return failure("neither ended nor started");
    }
    let known = |value: &Value| text(value).filter(|v| case.candidates.iter().any(|c| c == v));
    let cli = &answer["cli"];
    // A command line that refuses the config has not come as far as to choose a credential.
    let refusals = ["onfig is invalid", "nvalid config", "remote mode misconfigured"];
    let refused = cli["said"].as_str().is_some_and(|said| refusals.iter().any(|r| said.contains(r)));
    let ended = !cli["code"].is_string();
    let cli = (case.ask.contains(&Question::Cli) && !refused && ended).then(|| Sent {
        port: cli["port"].as_u64().and_then(|p| u16::try_from(p).ok()),
        token: known(&cli["token"]),
        password: known(&cli["password"]),
    });
    let request = &answer["request"];
    let request = (!request.is_null()).then(|| Requested {
        port: request["port"].as_u64().and_then(|p| u16::try_from(p).ok()).filter(|p| PROVIDERS.contains(p)),
        key: text(&request["key"]),
    });
    let env = answer["env"].as_object().map(|all| {
        let mine = all.iter().filter(|(name, _)| case.names.contains(*name));
        mine.filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect()
    });
    let accepted = answer["accepted"].as_array().into_iter().flatten().filter_map(text).collect();
    Ok(Truth {
        exit,
        port,
        bind: text(&answer["bind"]),
        open: answer["open"] == true,
        accepted,
        env,
        cli,
        models: models(&answer["models"]),
        config_file: config_file(&answer["config"]["file"]),
        config: config(&answer["config"]),
        request,
    })
}

fn models(answer: &Value) -> Option<BTreeMap<String, Effective>> {
    let providers = answer["providers"].as_array()?;
    let effective = |provider: &Value| {
        let effective = Effective {
            kind: text(&provider["effective"]["kind"])?,
            detail: text(&provider["effective"]["detail"]).unwrap_or_default(),
            variable: text(&provider["env"]["source"]),
        };
        Some((text(&provider["provider"])?, effective))
    };
    Some(providers.iter().filter_map(effective).collect())
}

fn config_file(answer: &Value) -> Option<String> {
    (answer["code"] == 0).then(|| text(&answer["out"]))?.map(|path| {
        let last = path.lines().last().unwrap_or_default().trim().to_owned();
        last.strip_prefix("~/").map(|rest| format!("/home/node/{rest}")).unwrap_or(last)
    })
}

fn config(answer: &Value) -> Option<BTreeMap<String, String>> {
    let get = |key: &str| {
        let answer = &answer[format!("get {key}")];
        let value = (answer["code"] == 0).then(|| text(&answer["out"]))??;
        Some((key.to_owned(), value.lines().last()?.trim().to_owned()))
    };
    let hung = answer.as_object().is_some_and(|all| all.values().any(|v| v["code"].is_string()));
    (answer.is_object() && !hung)
        .then(|| ["gateway.port", "gateway.bind"].into_iter().filter_map(get).collect())
}
