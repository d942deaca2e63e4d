use crate::rule::{Facts, Report, rule};

rule! {
    /// Something in the repository makes Git or other tools show another log than the one that was committed.
    ///
    /// ## Why it matters
    ///
    /// Replace refs let Git show one object in place of another. What is proven here is read from the objects that were
    /// committed, so a person who looks with `git log` may see something else, and the assessor should know why. A commit
    /// that was not written by Git, with lines of its own above the message, is read as `git log` shows it; other tools
    /// may stop there.
    ///
    /// ## Example
    ///
    /// Not shown by an example: a replace ref lives in the Git folder and in no file, and Git makes no such commit.
    "log-note", Review, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for problem in facts.log_problems(RULE.name) {
        let commit = problem.commit.as_deref().map(|commit| format!("in {}: ", commit.get(..10).unwrap_or(commit)));
        let message = format!("{}{}", commit.unwrap_or_default(), problem.message);
        report.add(message, facts.top()).label("the root whose log it is").help(&problem.help);
    }
}
