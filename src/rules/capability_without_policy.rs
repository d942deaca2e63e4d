use crate::model::artifact::ArtifactKind;
use crate::model::assessment::{Assessment, ObjectiveView};
use crate::model::practice::Basis;
use crate::model::weakness::ExceptionKind;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A capability is said not to be permitted, and no policy on record forbids it.
    ///
    /// ## Why it matters
    ///
    /// For remote access (3.1.12, 3.1.13), wireless access (3.1.16, 3.1.17) and mobile devices (3.1.18) no points are
    /// lost where the capability is not permitted at all. That holds only if a policy and procedure keep it disabled;
    /// without them the points are assessed (DoD Assessment Methodology, Annex A).
    ///
    /// ## Example
    ///
    /// ```toml practices/AC.L2-3.1.16.toml
    /// practice = "AC.L2-3.1.16"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor allows no wireless access point on the networks in scope."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Forbids access points and walks the site with a scanner every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = { determination = "met", basis = "capability-not-permitted" }
    /// b = { determination = "met", basis = "capability-not-permitted" }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/AC.L2-3.1.16.toml
    /// practice = "AC.L2-3.1.16"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor allows no wireless access point on the networks in scope."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Forbids access points and walks the site with a scanner every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ac", at = "section 5" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = { determination = "met", basis = "capability-not-permitted" }
    /// b = { determination = "met", basis = "capability-not-permitted" }
    /// ```
    "capability-without-policy", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    for objective in found.objectives() {
        let basis = objective.detail().and_then(|detail| detail.basis.as_ref());
        let Some(basis) = basis.filter(|basis| basis.value == Basis::CapabilityNotPermitted) else { continue };
        if has_policy(objective, found) {
            continue;
        }
        report
            .add(
                format!("`{}` rests on a capability that is not permitted, and no policy forbids it", objective.id),
                basis.span,
            )
            .label("on which policy?")
            .help("cite an artifact of kind `policy` here, or name an exception of this kind that has its `artifact`")
            .objective(objective.id);
    }
}

/// Whether the objective cites a policy in hand, or an exception on record that names the document.
fn has_policy(objective: ObjectiveView<'_>, found: &Assessment) -> bool {
    let is_policy = |kind: ArtifactKind| kind == ArtifactKind::Policy;
    let cited = found.citations(objective).any(|c| is_policy(c.series.artifact.kind.value) && c.series.is_in_hand());
    let recorded = found.exception_of(objective).is_some_and(|exception| {
        exception.kind.value == ExceptionKind::CapabilityNotPermitted && exception.artifact.is_some()
    });
    cited || recorded
}
