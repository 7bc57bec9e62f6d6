//! `clawdock fix`: the edits that findings carry, shown or made.

use crate::cli::{
    lint::{self, Projects},
    output, project,
    run::{CommandContext, CommandFailure, Exit, exit_of},
};
use crate::{
    cli::args::FixArgs,
    findings::mending::{self, FixOutcome, Policy},
    report::fix::{self, WrittenFix},
    world::replace,
};
use std::{collections::BTreeMap, path::PathBuf};

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
    let policy = Policy { with_unsafe: args.unsafe_fixes, files: &*world.host.files };
    let outcome = mending::mend(first, policy, &mut |texts| {
        let edited = world.host.edited(texts.clone());
        lint::report(&projects, &CommandContext { host: &edited, ..*world })
    })?;
    let written = args.write.then(|| write(&outcome));
    output::each(world, |_, options, out| fix::render(&outcome, written.as_ref(), options, out))?;
    // The exit code is of what is on disk now.
    Ok(match &written {
        None => untouched,
        Some(files) if files.values().any(|w| matches!(w, WrittenFix::Failed(_))) => Exit::Input,
        Some(_) => exit_of(&outcome.after.0, world.global),
    })
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
