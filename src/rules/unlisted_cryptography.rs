use crate::ids::{ObjectiveId, RequirementId};
use crate::model::Filed;
use crate::model::assessment::Answered;
use crate::model::practice::{Answer, Practice};
use crate::rule::{Facts, Report, rule};
use crate::words;

rule! {
    /// A requirement that rests on cryptography is met, and no module of `crypto.toml` says that it protects it.
    ///
    /// ## Why it matters
    ///
    /// For 3.13.11, and wherever 3.13.8, 3.13.16 and 3.8.6 are met by encryption, an assessor asks which module does it, and looks
    /// up its certificate. A list that leaves one of them out has no answer there.
    ///
    /// Cryptography is not the only way: 3.13.8 and 3.8.6 allow alternative physical safeguards, and data at rest may be kept in
    /// a locked place. Where the statement, a duty or a value of the practice speaks of such safeguards (locked, sealed, courier,
    /// conduit, physical, hand-carried, MPLS), or its working parts are inherited from a provider, nothing is asked for; of
    /// 3.13.11, which speaks of cryptography alone, only inheritance counts. It warns, since words decide.
    ///
    /// ## Example
    ///
    /// ```diff crypto.toml
    /// -uses = [{ protects = "CUI on workstations and drives", objectives = ["SC.L2-3.13.11[a]", "SC.L2-3.13.16[a]", "MP.L2-3.8.6[a]"] }]
    /// +uses = [{ protects = "CUI on workstations", objectives = ["SC.L2-3.13.11[a]", "SC.L2-3.13.16[a]"] }]
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff crypto.toml
    /// -uses = [{ protects = "CUI on workstations and drives", objectives = ["SC.L2-3.13.11[a]", "SC.L2-3.13.16[a]", "MP.L2-3.8.6[a]"] }]
    /// +uses = [{ protects = "CUI on workstations", objectives = ["SC.L2-3.13.11[a]", "SC.L2-3.13.16[a]"] }]
    /// ```
    /// ```diff practices/MP.L2-3.8.6.toml
    /// -duty = "Writes the policy, applies the settings on every host, and samples ten hosts every quarter, as the plan for 3.8.6 says."
    /// +duty = "Sends CUI on media only by its own courier in a sealed case, and samples ten receipts every quarter."
    /// ```
    "unlisted-cryptography", Evidence, Warn, check
}

/// The requirements, the objectives of each that a module may protect, and whether other safeguards may do it.
const RESTING: [(&str, &str, bool); 4] = [
    ("MP.L2-3.8.6", "a", true),
    ("SC.L2-3.13.8", "ac", true),
    ("SC.L2-3.13.11", "a", false),
    ("SC.L2-3.13.16", "a", true),
];

/// Words of safeguards that are not cryptography.
const OTHERWISE: [&str; 12] = [
    "physical",
    "physically",
    "locked",
    "lock",
    "sealed",
    "courier",
    "conduit",
    "conduits",
    "escorted",
    "carried",
    "vault",
    "mpls",
];

fn check(facts: &Facts, report: &mut Report<'_>) {
    if facts.assessment.crypto.as_ref().is_some_and(|crypto| crypto.lost) || facts.assessment.broken.contains("module")
    {
        return;
    }
    let mut unlisted = RESTING.iter().filter_map(|resting| Some((unlisted(resting, facts)?, resting.2)));
    let Some(((first, id), mut may_be_physical)) = unlisted.next() else { return };
    let others: Vec<((&Filed<Practice>, RequirementId), bool)> = unlisted.collect();
    may_be_physical |= others.iter().any(|(_, physical)| *physical);
    let named: Vec<String> =
        std::iter::once(id).chain(others.iter().map(|((_, id), _)| *id)).map(|id| id.to_string()).collect();
    let file = if facts.assessment.crypto.is_some() {
        "no module of `crypto.toml` has a use for it"
    } else {
        "there is no `crypto.toml`"
    };
    let verb = if named.len() == 1 { "is" } else { "are" };
    let instead = if may_be_physical {
        ", or say in the statement which physical safeguards are used instead, where the requirement allows them"
    } else {
        ""
    };
    let mut draft = report
        .add(format!("{} {verb} met, and {file}", named.join(", ")), first.practice.span)
        .label("which module protects it?")
        .help(format!("add the objective to the `uses` of the module that protects it in crypto.toml{instead}"))
        .practice(id);
    for ((practice, id), _) in &others {
        draft = draft.related(format!("{id} is met too"), practice.practice.span);
    }
}

/// The practice, if it is met by cryptography of which nothing is listed.
fn unlisted<'a>(resting: &(&str, &str, bool), facts: &'a Facts) -> Option<(&'a Filed<Practice>, RequirementId)> {
    let (id, letters, may_be_physical) = *resting;
    let id: RequirementId = id.parse().ok()?;
    let practice = facts.assessment.practices.get(&id).filter(|practice| !practice.lost && !practice.inherited)?;
    let is_met = |letter| practice.answered(letter).is_some_and(|answered| is_plainly_met(&answered));
    let is_listed = letters.chars().any(|letter| uses(id, letter, facts));
    // The last letter is the one by which something is protected; the others name how.
    let is_open = letters.chars().next_back().is_some_and(is_met) && !is_listed;
    let is_otherwise = is_inherited(practice) || (may_be_physical && speaks_of_others(practice));
    (is_open && !is_otherwise).then_some((practice, id))
}

/// Met by what is there, not by an exception or by another entity.
fn is_plainly_met(answered: &Answered<'_>) -> bool {
    answered.answer == Answer::Met && answered.detail.is_none_or(|detail| detail.basis.is_none())
}

fn uses(id: RequirementId, letter: char, facts: &Facts) -> bool {
    let wanted = ObjectiveId { requirement: id, letter };
    let modules = facts.assessment.crypto.iter().flat_map(|crypto| &crypto.module);
    let mut written = modules.flat_map(|module| &module.uses).flat_map(|used| &used.objectives);
    written.any(|written| written.parse() == Ok(wanted))
}

/// Whether everything that is done is inherited.
fn is_inherited(practice: &Practice) -> bool {
    let mut working = practice.responsibility.iter().filter(|part| part.works()).peekable();
    working.peek().is_some() && working.all(|part| part.inherits.is_some())
}

fn speaks_of_others(practice: &Practice) -> bool {
    let said = practice.statement.iter().map(|statement| statement.as_str());
    let said = said.chain(practice.responsibility.iter().map(|part| part.duty.as_str()));
    let mut said = said.chain(practice.values.values().map(|value| value.value.as_str()));
    said.any(|text| words::plain_words(text).iter().any(|word| OTHERWISE.contains(&word.as_str())))
}
