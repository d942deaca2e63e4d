use crate::rule::{Facts, Report, rule};

rule! {
    /// A commit changes who reviews, or what counts as a review, and no person with a role signed it.
    ///
    /// ## Why it matters
    ///
    /// A signature shows whose key it was; `demarcate.toml` says whose address that is, which roles that person has,
    /// and with `[review]` which proof counts. Whoever can push an unsigned commit could give a role to a colleague,
    /// put an address of theirs under another person, have unsigned reviews count, or keep `check` from saying so. So
    /// once `trust/` lists keys, a change of people, roles, what they review, `accounts`, `teams`, `[review]`,
    /// `extends`, `stage = "building"`, or of the `[rules]` and `[[allow]]` of rules about reviews is asked for the
    /// signature of a person of the contractor's with a role, by a key trusted before; once a provider has accepted its
    /// duties, so is a change of who accepts for it, unless somebody signs it who already could. Anybody may change
    /// titles, telephone numbers and everything else. Of the people that a root takes over by `extends` the keys of its
    /// own `trust/` are asked, not those of the root that it extends. What a merge brings from a line on which no key
    /// was trusted yet is such a change.
    ///
    /// It denies rather than warns, because a review that counts by such a change looks like any other. Only changes by
    /// which the file of now stands, or the one by which something signed was judged that still counts, are reported: one
    /// that was put back before anybody reviewed is not. A key of the forge is not enough, as it signs for everybody whom
    /// the forge lets in. Neither `[rules]` nor `[[allow]]` nor the stage can lower it, as the same commit could do that.
    ///
    /// ## Example
    ///
    /// Not shown by an example: it takes two commits, one of them signed.
    "unsigned-policy-change", Review, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for problem in facts.log_problems(RULE.name) {
        let commit = problem.commit.as_deref().map(|commit| format!("in {}: ", commit.get(..10).unwrap_or(commit)));
        let message = format!("{}{}", commit.unwrap_or_default(), problem.message);
        let help = format!("{}{}", problem.help, whose_keys(facts));
        report.add(message, facts.top()).label("the root whose policy it is").help(help);
    }
}

/// Which list of keys was asked, where another root has one as well.
fn whose_keys(facts: &Facts) -> String {
    let base = facts.assessment.config.extends.as_ref();
    base.map_or_else(String::new, |base| {
        format!("; the keys that are asked are those of this root's own trust/, not those of `{}`", base.value)
    })
}
