use crate::model::assessment::ObjectiveView;
use crate::model::practice::{Method, Outcome};
use crate::rule::{Facts, Report, rule};
use crate::verification::is_plainly_met;

rule! {
    /// An interview or a test failed, and every objective that it shows is determined met.
    ///
    /// ## Why it matters
    ///
    /// The record contradicts the claim, in the same file. An assessor who reads both believes the test. A later one that
    /// passed, or a basis such as a temporary deficiency or an exception on record, settles it.
    ///
    /// ## Example
    ///
    /// ```diff practices/IA.L2-3.5.11.toml
    /// -[determinations]
    /// +[[method]]
    /// +kind = "test"
    /// +objectives = ["a"]
    /// +do = "Type a password on ten hosts"
    /// +expect = "Dots in place of characters"
    /// +on = 2026-09-24
    /// +by = "isso"
    /// +result = "failed"
    /// +
    /// +[determinations]
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff practices/IA.L2-3.5.11.toml
    /// -[determinations]
    /// +[[method]]
    /// +kind = "test"
    /// +objectives = ["a"]
    /// +do = "Type a password on ten hosts"
    /// +expect = "Dots in place of characters"
    /// +on = 2026-09-24
    /// +by = "isso"
    /// +result = "failed"
    /// +
    /// +[[method]]
    /// +kind = "test"
    /// +objectives = ["a"]
    /// +do = "Type a password on the two hosts that were corrected"
    /// +expect = "Dots in place of characters"
    /// +on = 2026-10-08
    /// +by = "isso"
    /// +result = "passed"
    /// +
    /// +[determinations]
    /// ```
    "method-failed", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, practice) in &facts.assessment.practices {
        for method in &practice.method {
            let Some(result) = method.result.as_ref().filter(|result| result.value == Outcome::Failed) else {
                continue;
            };
            let shown: Vec<ObjectiveView<'_>> = facts
                .assessment
                .objectives_of(*id, practice)
                .filter(|objective| method.has(objective.id.letter))
                .collect();
            if !shown.iter().all(is_plainly_met) || is_repeated(method, &practice.method) {
                continue;
            }
            let Some(answered) = shown.first().and_then(ObjectiveView::answered) else { continue };
            let on = method.on.as_ref().map(|on| format!(" of {}", on.value)).unwrap_or_default();
            let draft = report
                .add(format!("the {}{on} failed, and `{}` is determined met", method.kind, shown[0].id), result.span)
                .label("failed")
                .related("determined met here", answered.span)
                .help("change the determination, record the repetition that passed, or give the basis on which it is met all the same");
            if let [only] = shown.as_slice() {
                draft.objective(only.id);
            } else {
                draft.practice(*id);
            }
        }
    }
}

/// Whether one of the same kind passed later for everything that it shows.
fn is_repeated(failed: &Method, all: &[Method]) -> bool {
    let day = |method: &Method| method.on.as_ref().map(|on| on.value);
    let later =
        |method: &&Method| method.kind.value == failed.kind.value && method.shows() && day(method) >= day(failed);
    let letters = || failed.objectives.iter().filter_map(|written| written.chars().next());
    letters().all(|letter| all.iter().filter(later).any(|method| method.has(letter)))
}
