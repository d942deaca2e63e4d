//! `explain`.

use super::Context;
use super::outcome::{Ended, Outcome};
use crate::explain;
use crate::failure::{Cause, Failure};

/// What a requirement, objective, family, rule or key means
///
/// For example `3.1.1`, `AC.L2-3.1.1[a]`, `AC`, `met-without-evidence`, `rules`, `practice`, `responsibility.duty`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// What to explain
    name: String,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let wording = super::import::wording_of(&context.common.directory)?;
    let Some(text) = explain::explain(&args.name, wording.as_ref()) else {
        let near = explain::near(&args.name).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let known = "name a requirement (3.1.1), an objective, a family, a rule, a key, or `rules` for every rule";
        let message = format!("nothing is called `{}`; {near}{known}", args.name);
        return Err(Failure::new(Cause::Usage, message).into());
    };
    context.say(&text)?;
    Ok(Outcome::Clean)
}
