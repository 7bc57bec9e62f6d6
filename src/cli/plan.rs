//! `clawdock plan`: what `docker compose up -d` would change.

use crate::cli::{
    output, project,
    run::{CommandContext, CommandFailure, Exit},
    upgrade,
};
use crate::{
    cli::args::PlanArgs,
    compose::LoadOptions,
    plan::ProjectToPlan,
    report,
    text::source::Sources,
    vocabulary::finding::{Refusal, SaidBy},
};

pub(crate) fn run(args: &PlanArgs, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    if let Some(to) = &args.to {
        return upgrade::run(to, args, world);
    }
    let options = LoadOptions { services: args.services.clone(), ..project::options(&args.project) };
    if options.files.iter().any(|f| f == "-") {
        return Err(CommandFailure::Usage("plan reads files; name the compose file with -f FILE".into()));
    }
    let mut sources = Sources::default();
    let project = ProjectToPlan::load(&options, world.host, &mut sources)
        .map_err(|refusal| CommandFailure::Usage(refused(&refusal, &sources)))?;
    let plan = project.plan(&world.engine()?, world.host, args.compose_release)?;
    output::each(world, |format, options, out| report::plan::render(format, &plan, &sources, options, out))?;
    Ok(if plan.has_changes() { Exit::Differences } else { Exit::Ok })
}

fn refused(refusal: &Refusal, sources: &Sources) -> String {
    let at = refusal.place.map(|p| format!(":{}", sources.line_col(p).line)).unwrap_or_default();
    format!(
        "{} the project: {}{at}: {}; `clawdock lint` shows all of it",
        match refusal.by {
            SaidBy::Compose | SaidBy::Kubernetes | SaidBy::Engine => "Docker Compose refuses",
            SaidBy::Clawdock => "clawdock does not read",
        },
        refusal.path,
        refusal.message
    )
}
