use crate::model::assessment::ObjectiveView;
use crate::model::practice::Outcome;
use crate::rule::{Facts, Report, rule};
use crate::verification::{self, is_plainly_met};

rule! {
    /// The last verification of a part failed, and every objective of that part is determined met.
    ///
    /// ## Why it matters
    ///
    /// The contractor's own check found that the work is not done, and the contractor claims that it is: the record and the
    /// claim stand in one file. A temporary deficiency with its plan, or an exception on record, explains it; so does one
    /// objective of the part that is determined not met.
    ///
    /// ## Example
    ///
    /// ```diff practices/MA.L2-3.7.5.toml
    /// -verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    /// +verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "failed" }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff practices/MA.L2-3.7.5.toml
    /// -verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    /// +verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-25, result = "passed" }
    /// ```
    "verification-failed", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for verified in verification::all(&facts.assessment) {
        let failed = verified.terms.result.as_ref().filter(|result| result.value == Outcome::Failed);
        let (Some(result), Some(practice)) = (failed, facts.assessment.practices.get(&verified.practice)) else {
            continue;
        };
        let own = facts.assessment.objectives_of(verified.practice, practice);
        let own: Vec<ObjectiveView<'_>> =
            own.filter(|objective| verified.part.has(objective.id.letter) && objective.applies()).collect();
        let Some(answered) = own.first().and_then(ObjectiveView::answered) else { continue };
        if !own.iter().all(is_plainly_met) {
            continue;
        }
        let party = &verified.part.party;
        let on = verified.last().map(|day| format!(" of {day}")).unwrap_or_default();
        let letters = own.iter().map(|objective| objective.id.letter.to_string()).collect::<Vec<_>>().join(", ");
        let draft = report
            .add(
                format!("the verification{on} of `{party}` failed, and {}[{letters}] is determined met", verified.practice),
                result.span,
            )
            .label("failed")
            .related("determined met here", answered.span)
            .help("determine not-met with a plan, say `basis = \"temporary-deficiency\"` where it is one, or repeat the check after the correction")
            .provider(party);
        if let [only] = own.as_slice() {
            draft.objective(only.id);
        } else {
            draft.practice(verified.practice);
        }
    }
}
