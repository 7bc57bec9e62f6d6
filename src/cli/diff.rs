//! `clawdock diff`: a container beside the compose project it came from, or two containers.

use crate::cli::{
    output,
    run::{CommandContext, CommandFailure, Exit},
    snapshot,
};
use crate::{
    cli::args::DiffArgs,
    diff::{self, DiffSide},
    model::{assemble::container, target::Target},
    report,
    text::source::Sources,
};
use std::path::Path;

pub(crate) fn run(args: &DiffArgs, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let file = |name: &str| world.host.files.is_file(&world.host.cwd.join(name));
    if let Some(b) = args.b.as_deref().filter(|b| file(b) || file(&args.a)) {
        return of_files(&args.a, b, world);
    }
    if file(&args.a) {
        return Err(CommandFailure::Usage(
            "a snapshot is compared with a container or another snapshot: name it too".into(),
        ));
    }
    let engine = world.engine()?;
    let mut sources = Sources::default();
    let a = engine.inspect_with_image(&args.a)?;
    let (left, right, names) = match &args.b {
        Some(b) => {
            let b = engine.inspect_with_image(b)?;
            let names = (a.container.name.clone(), b.container.name.clone());
            (container::plain(&a, None, &engine), container::plain(&b, None, &engine), names)
        }
        None => {
            let project = container::service_as_made(&a, &engine, &mut sources)?;
            let service = project.service.clone().unwrap_or_default();
            let names = (format!("container {}", a.container.name), format!("compose service {service}"));
            (container::plain(&a, Some(&project), &engine), project, names)
        }
    };
    tell((&names.0, &left), (&names.1, &right), &sources, world)
}

fn tell(
    (left_name, left): (&str, &Target),
    (right_name, right): (&str, &Target),
    sources: &Sources,
    world: &CommandContext<'_>,
) -> Result<Exit, CommandFailure> {
    let compared = diff::diff(side(left_name, left), side(right_name, right));
    output::each(world, |format, options, out| {
        report::diff::render(format, &compared, sources, options, out)
    })?;
    Ok(if compared.has_differences() { Exit::Differences } else { Exit::Ok })
}

/// Two containers of which at least one is in a file.
fn of_files(a: &str, b: &str, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let one = |name: &str| {
        let path = Path::new(name);
        if world.host.files.is_file(&world.host.cwd.join(path)) {
            return snapshot::target(path, world);
        }
        let engine = world.engine()?;
        let inspected = engine.inspect_with_image(name)?;
        Ok((inspected.container.name.clone(), container::plain(&inspected, None, &engine)))
    };
    let ((left_name, left), (right_name, right)) = (one(a)?, one(b)?);
    tell((&left_name, &left), (&right_name, &right), &Sources::default(), world)
}

fn side<'a>(name: &'a str, target: &'a Target) -> DiffSide<'a> {
    DiffSide { name, environment: &target.environment, deployment: &target.deployment }
}
