//! `clawdock fix`: the edits that findings carry, shown or made.

use crate::cli::{
    lint::{self, Projects},
    output, project,
    run::{CommandContext, CommandFailure, Exit, exit_of},
};
use crate::{
    cli::args::{FixArgs, Global},
    findings::mending::{self, FixOutcome, Policy, Preference, Unselected},
    report::fix::{self, WrittenFix},
    vocabulary::shell_word::quoted,
    world::{entropy, replace, stdin},
};
use std::{collections::BTreeMap, io::IsTerminal as _, path::PathBuf};

pub(crate) fn run(args: &FixArgs, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let stdin = args.path.as_deref().is_some_and(|p| p.as_os_str() == "-");
    if stdin || args.project.files.iter().any(|f| f == "-") {
        return Err(CommandFailure::Usage("fix edits files; standard input is none".into()));
    }
    let mut options = project::options(&args.project);
    options.assume_env = args.assume_env;
    let projects =
        Projects { paths: args.path.clone().into_iter().collect(), options, ..Projects::default() };
    let first = lint::report(&projects, world)?;
    let untouched = exit_of(&first.0, world.global);
    let mut prefer = args.prefer.clone();
    let mend = |first, prefer: &[Preference]| {
        let policy = Policy {
            with_unsafe: args.unsafe_fixes,
            prefer,
            new_secret: Some(&entropy::new_secret),
            files: &*world.host.files,
        };
        let judge_with = |global: &Global, texts: &BTreeMap<PathBuf, String>| {
            let edited = world.host.edited(texts.clone());
            lint::report(&projects, &CommandContext { host: &edited, global, ..*world })
        };
        let mut judge = |texts: &BTreeMap<PathBuf, String>| judge_with(world.global, texts);
        if world.global.select.is_empty() && world.global.ignore.is_empty() {
            return mending::mend(first, policy, &mut judge, None);
        }
        let global = Global { select: Vec::new(), ignore: Vec::new(), ..world.global.clone() };
        let mut judge_all = |texts: &BTreeMap<PathBuf, String>| judge_with(&global, texts);
        let before = judge_all(&BTreeMap::new())?;
        let unselected = Unselected { before, judge: &mut judge_all };
        mending::mend(first, policy, &mut judge, Some(unselected))
    };
    let mut outcome = mend(first, &prefer)?;
    if args.write && !outcome.choices.is_empty() && is_asked() {
        let answers = ask(&outcome, world)?;
        if !answers.is_empty() {
            prefer.extend(answers);
            outcome = mend(lint::report(&projects, world)?, &prefer)?;
        }
    }
    let written = args.write.then(|| write(&outcome));
    let typed = typed(args);
    output::each(world, |_, options, out| fix::render(&outcome, written.as_ref(), &typed, options, out))?;
    // The exit code is of what is on disk now.
    Ok(match &written {
        None => untouched,
        Some(files) if files.values().any(|w| matches!(w, WrittenFix::Failed(_))) => Exit::Input,
        Some(_) => exit_of(&outcome.after.0, world.global),
    })
}

/// The command that selects this project again.
fn typed(args: &FixArgs) -> String {
    let of = |option: &str, values: &[String]| -> String {
        values.iter().map(|value| format!(" {option} {}", quoted(value))).collect()
    };
    let shown = |path: &PathBuf| path.display().to_string();
    let project = &args.project;
    let folder: Vec<String> = project.project_directory.iter().map(shown).collect();
    let name: Vec<String> = project.project_name.iter().cloned().collect();
    let path: String = args.path.iter().map(|path| format!(" {}", quoted(&shown(path)))).collect();
    let options = [
        of("-f", &project.files),
        of("--env-file", &project.env_files),
        of("-p", &name),
        of("--project-directory", &folder),
        of("--profile", &project.profiles),
    ];
    format!("clawdock fix{path}{}", options.concat())
}

/// Somebody sits at a terminal and reads what is asked.
fn is_asked() -> bool {
    stdin::open().is_terminal() && output::is_terminal()
}

/// Asks which value stays; what is not answered stays as it is.
fn ask(outcome: &FixOutcome, world: &CommandContext<'_>) -> Result<Vec<Preference>, CommandFailure> {
    let mut answers = Vec::new();
    for choice in &outcome.choices {
        output::each(world, |_, options, out| fix::question(outcome, choice, options, out))?;
        let Ok(line) = stdin::line() else { break };
        let number = line.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let number = number.filter(|n| *n < choice.options.len());
        answers.extend(number.map(|n| Preference::Answer(choice.id.clone(), n)));
    }
    Ok(answers)
}

/// Writes every text; one that cannot be written does not keep the others from it.
fn write(outcome: &FixOutcome) -> BTreeMap<PathBuf, WrittenFix> {
    let one = |(path, text): (&PathBuf, &mending::Edited)| {
        let written = match replace::replace(path, &text.before, &text.after) {
            Ok(backup) => WrittenFix::Backup(backup),
            Err(error) => WrittenFix::Failed(error.to_string()),
        };
        (text.name.clone(), written)
    };
    outcome.texts.iter().map(one).collect()
}
