use crate::ids::Span;
use crate::model::config::Claim;
use crate::model::practice::Answer;
use crate::model::score::{Finding, RequirementScore};
use crate::rule::{Facts, Report, rule};
use crate::score;

rule! {
    /// A requirement is not met that may not stand on a POA&M for a conditional status.
    ///
    /// ## Why it matters
    ///
    /// Conditional Level 2 allows open items only for requirements of one point, for 3.13.11 where encryption is
    /// employed but not validated, and for none of the six that 32 CFR 170.21(a)(2)(iii) lists. Any other requirement
    /// that is not met means no status at all. Where no conditional status is claimed this is a warning that says what
    /// stands in the way of one.
    ///
    /// ## Example
    ///
    /// ```toml practices/PE.L2-3.10.4.toml
    /// practice = "PE.L2-3.10.4"
    /// ownership = "contractor"
    /// status = "planned"
    /// statement = "The contractor logs who enters the plant, except at the loading gate."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "operation"]
    /// objectives = ["a"]
    /// duty = "Keeps the visitor book and the badge log and reads both every month."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-pe" }]
    ///
    /// [determinations]
    /// a = { determination = "not-met", reason = "The loading gate has no log.", poam = "gate-log" }
    /// ```
    ///
    /// ```toml poam/gate-log.toml
    /// id = "gate-log"
    /// title = "The loading gate has no log"
    /// objectives = ["PE.L2-3.10.4[a]"]
    /// weakness = "The loading gate has no log on the shop floor; the rest of the system is not affected."
    /// source = "Self-assessment of October 2026"
    /// found = 2026-10-05
    /// risk = "low"
    /// remediation = "Replace what is on the two kiosks and sample them again."
    /// resources = "Two days of the IT lead"
    /// owner = "it-lead"
    /// due = 2027-02-01
    /// status = "open"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/PE.L2-3.10.4.toml
    /// practice = "PE.L2-3.10.4"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor logs who enters the plant at each door and gate."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "operation"]
    /// objectives = ["a"]
    /// duty = "Keeps the visitor book and the badge log and reads both every month."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-pe" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "conditional-blocked", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    if facts.claims(Claim::Final) {
        return;
    }
    let claimed = facts.claim().filter(|claim| claim.value == Claim::Conditional);
    for blocking in facts.score.requirements.iter().filter(|requirement| is_blocking(requirement, facts)) {
        let Some(span) = first_not_met(blocking, facts) else { continue };
        let draft = report
            .add(
                format!(
                    "`{}` is not met, which blocks a conditional status: {}",
                    blocking.id,
                    score::why_not_eligible(blocking)
                ),
                span,
            )
            .label("not met")
            .practice(blocking.id);
        if let Some(claim) = claimed {
            draft.related("claimed here", claim.span).help("close it before the assessment, or take the claim back");
        } else {
            draft.help("close it first: it may not stay open on a POA&M, however high the score is").warn();
        }
    }
}

/// 3.12.4 without an up-to-date plan is `no-score`'s matter.
fn is_blocking(requirement: &RequirementScore, facts: &Facts) -> bool {
    let no_plan = requirement.weight.is_none() && facts.score.score.is_none();
    requirement.result == Finding::NotMet && !score::is_eligible(requirement) && !no_plan
}

/// The first written not-met answer; what is merely unanswered has its own rule.
fn first_not_met(requirement: &RequirementScore, facts: &Facts) -> Option<Span> {
    let practice = facts.assessment.practices.get(&requirement.id)?;
    let mut objectives = facts.assessment.objectives_of(requirement.id, practice);
    let objective = objectives.find(|objective| objective.answer() == Some(Answer::NotMet))?;
    Some(objective.answered()?.span)
}
