use crate::rule::{Facts, Report, rule};

rule! {
    /// A commit changes who is trusted, and nobody who was trusted before stands behind it.
    ///
    /// ## Why it matters
    ///
    /// Whoever can add a key to `trust/` can sign reviews in any name. So a change of these files counts only if it is
    /// signed by a key that was trusted before it, back to the first list. Without that the keys of before go on being
    /// the ones that count, whatever the files say. A key of the forge may not change them: it signs for everybody whom
    /// the forge lets in; nor may a provider's person. `allowed_signers`, `revoked`, `*.asc` and `tsa.pem` are the names that
    /// are asked about; a `README.md` beside them may be changed by anybody.
    ///
    /// A root that is deleted in one commit without such a signature and comes elsewhere later is taken for the same root:
    /// whoever does both would begin trust anew. Neither `[rules]` nor `[[allow]]` nor the stage can lower this.
    ///
    /// ## Example
    ///
    /// Not shown by an example: it takes two commits, one of them signed.
    "untrusted-trust-change", Review, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for problem in facts.log_problems(RULE.name) {
        let commit = problem.commit.as_deref().map(|commit| format!("in {}: ", commit.get(..10).unwrap_or(commit)));
        let message = format!("{}{}", commit.unwrap_or_default(), problem.message);
        report.add(message, facts.top()).label("the root whose trust it is").help(&problem.help);
    }
}
