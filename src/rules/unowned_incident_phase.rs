use crate::ids::{ObjectiveId, RequirementId};
use crate::model::Filed;
use crate::model::incident::{Incident, Phase};
use crate::model::practice::{Answer, Practice};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A phase of incident handling is nobody's, or there is no `incident.toml` at all.
    ///
    /// ## Why it matters
    ///
    /// Each phase is an objective of its own: 3.6.1[b] to [g] name preparation, detection, analysis, containment, recovery and
    /// user response, 3.6.2[a], [b] and [e] that incidents are tracked, documented and told to authorities. DFARS 252.204-7012(d)
    /// and (e) add that malware goes to DC3 and that images are kept for 90 days (the clause was read in one source). A phase
    /// without a party is where everybody waits for somebody else.
    ///
    /// The phases without which an incident gets worse are denied where the objective is determined met; preparation, user
    /// response, tracking, documentation and malware warn. While neither 3.6.1 nor 3.6.2 is answered this rule is silent.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -    { phase = "analysis", party = "contractor", duty = "Decides what happened and what was touched.", by = "isso" },
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -    { phase = "analysis", party = "contractor", duty = "Decides what happened and what was touched.", by = "isso" },
    /// +    { phase = "analysis", party = "contractor", duty = "Reads the logs and says what was touched.", by = "isso" },
    /// ```
    "unowned-incident-phase", Incident, Deny, check
}

const HANDLING: &str = "IR.L2-3.6.1";
const REPORTING: &str = "IR.L2-3.6.2";

/// Each phase, what asks for it, and whether an incident gets worse without it.
const PHASES: [(Phase, &str, bool); 11] = [
    (Phase::Preparation, "IR.L2-3.6.1[b]", false),
    (Phase::Detection, "IR.L2-3.6.1[c]", true),
    (Phase::Analysis, "IR.L2-3.6.1[d]", true),
    (Phase::Containment, "IR.L2-3.6.1[e]", true),
    (Phase::Recovery, "IR.L2-3.6.1[f]", true),
    (Phase::UserResponse, "IR.L2-3.6.1[g]", false),
    (Phase::Tracking, "IR.L2-3.6.2[a]", false),
    (Phase::Documentation, "IR.L2-3.6.2[b]", false),
    (Phase::Reporting, "IR.L2-3.6.2[e]", true),
    (Phase::Preservation, "DFARS 252.204-7012(e)", true),
    (Phase::Malware, "DFARS 252.204-7012(d)", false),
];

fn check(facts: &Facts, report: &mut Report<'_>) {
    match &facts.assessment.incident {
        Some(incident) if !incident.lost => phases(incident, facts, report),
        None if !facts.assessment.broken.contains("incident") => nothing(facts, report),
        _ => {}
    }
}

/// No file: one diagnostic, as far as this root answers for incidents itself.
fn nothing(facts: &Facts, report: &mut Report<'_>) {
    let own = [HANDLING, REPORTING].into_iter().filter_map(|id| practice(id, facts));
    let own: Vec<&Filed<Practice>> = own.filter(|own| !own.inherited && !own.is_unanswered()).collect();
    let Some(first) = own.first() else { return };
    let draft = report
        .add("no `incident.toml` says who handles an incident, and how it gets to the DoD in time", first.practice.span)
        .label("answered, and nobody named for any phase")
        .help(
            "write incident.toml: one [[phase]] for each phase, the handoffs of the providers, who reports and to whom; \
             `demarcate explain incident` lists its keys",
        )
        .practice(first.practice.parse().expect("a practice of the catalog has an id"));
    if !own.iter().any(|practice| has_met(practice, facts)) {
        draft.warn();
    }
}

fn phases(incident: &Filed<Incident>, facts: &Facts, report: &mut Report<'_>) {
    let is_owned = |phase: Phase| incident.phase.iter().any(|duty| duty.phase.value == phase);
    let open: Vec<&(Phase, &str, bool)> = PHASES.iter().filter(|(phase, ..)| !is_owned(*phase)).collect();
    if open.is_empty() {
        return;
    }
    let named: Vec<String> = open.iter().map(|(phase, asked, _)| format!("{phase} ({asked})")).collect();
    let (noun, verb) = if open.len() == 1 { ("the phase", "is") } else { ("the phases", "are") };
    let draft = report
        .add(format!("{noun} {} {verb} nobody's", named.join(", ")), incident.top())
        .label("no party for it")
        .help("add a [[phase]] for each with the party that does it and what it does; if it is done by nobody, say so in the determination");
    if !open.iter().any(|(_, asked, grave)| *grave && is_claimed(asked, facts)) {
        draft.warn();
    }
}

/// Whether what asks for a phase is determined met; of the clause, whether incident response is.
fn is_claimed(asked: &str, facts: &Facts) -> bool {
    match asked.parse::<ObjectiveId>() {
        Ok(id) => practice_of(id.requirement, facts).is_some_and(|practice| is_met(practice, id.letter)),
        Err(()) => [HANDLING, REPORTING].into_iter().filter_map(|id| practice(id, facts)).any(|p| has_met(p, facts)),
    }
}

fn practice<'a>(id: &str, facts: &'a Facts) -> Option<&'a Filed<Practice>> {
    practice_of(id.parse().ok()?, facts)
}

fn practice_of(id: RequirementId, facts: &Facts) -> Option<&Filed<Practice>> {
    facts.assessment.practices.get(&id)
}

fn has_met(practice: &Filed<Practice>, facts: &Facts) -> bool {
    let id = practice.practice.parse::<RequirementId>().ok();
    id.is_some_and(|id| facts.assessment.requirement(id).letters_each().any(|letter| is_met(practice, letter)))
}

fn is_met(practice: &Filed<Practice>, letter: char) -> bool {
    practice.answered(letter).is_some_and(|answered| answered.answer == Answer::Met)
}
