use crate::rule::{Facts, Report, rule};

rule! {
    /// Something in the repository makes Git show another log than the one that was committed.
    ///
    /// ## Why it matters
    ///
    /// Replace refs let Git show one object in place of another. What is proven here is read from the objects that were
    /// committed, so a person who looks with `git log` may see something else, and the assessor should know why.
    ///
    /// ## Example
    ///
    /// Not shown by an example: a replace ref lives in the Git folder and in no file.
    "log-note", Review, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for problem in facts.log_problems(RULE.name) {
        let commit = problem.commit.as_deref().map(|commit| format!("in {}: ", commit.get(..10).unwrap_or(commit)));
        let message = format!("{}{}", commit.unwrap_or_default(), problem.message);
        report.add(message, facts.top()).label("the root whose log it is").help(&problem.help);
    }
}
