use crate::ids::RequirementId;
use crate::model::assessment::{Answered, Assessment, ObjectiveView};
use crate::model::practice::Answer;
use crate::rule::{Facts, Report, rule};
use crate::score;

rule! {
    /// A requirement reads as half implemented, but costs 5 points because `partial` is not written.
    ///
    /// ## Why it matters
    ///
    /// 3.5.3 costs 3 points instead of 5 where multifactor authentication covers remote and privileged users, and
    /// 3.13.11 where encryption is employed but not validated (32 CFR 170.24(c)(2)(i)(B)). The lesser loss is given
    /// only where every objective that is not met says so, so one word left out costs 2 points, and for 3.13.11 the
    /// place on the POA&M. (How sure this is: the reason is compared by words only.)
    ///
    /// ## Example
    ///
    /// ```toml practices/SC.L2-3.13.11.toml
    /// practice = "SC.L2-3.13.11"
    /// ownership = "contractor"
    /// status = "planned"
    /// statement = "The contractor encrypts CUI on every host; one module waits for its certificate."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "configuration"]
    /// objectives = ["a"]
    /// duty = "Keeps the list of modules and looks up each certificate every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-sc" }]
    ///
    /// [determinations]
    /// a = { determination = "not-met", reason = "The module is not FIPS validated yet.", poam = "module-certificate" }
    /// ```
    ///
    /// ```toml poam/module-certificate.toml
    /// id = "module-certificate"
    /// title = "One module has no certificate"
    /// objectives = ["SC.L2-3.13.11[a]"]
    /// weakness = "One module has no certificate on the shop floor; the rest of the system is not affected."
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
    /// ```toml demarcate.toml +
    /// [rules]
    /// conditional-blocked = "allow"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/SC.L2-3.13.11.toml
    /// practice = "SC.L2-3.13.11"
    /// ownership = "contractor"
    /// status = "planned"
    /// statement = "The contractor encrypts CUI on every host; one module waits for its certificate."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "configuration"]
    /// objectives = ["a"]
    /// duty = "Keeps the list of modules and looks up each certificate every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-sc" }]
    ///
    /// [determinations]
    /// a = { determination = "not-met", partial = "employed-not-validated", reason = "The module is not FIPS validated yet.", poam = "module-certificate" }
    /// ```
    ///
    /// ```toml poam/module-certificate.toml
    /// id = "module-certificate"
    /// title = "One module has no certificate"
    /// objectives = ["SC.L2-3.13.11[a]"]
    /// weakness = "One module has no certificate on the shop floor; the rest of the system is not affected."
    /// source = "Self-assessment of October 2026"
    /// found = 2026-10-05
    /// risk = "low"
    /// remediation = "Replace what is on the two kiosks and sample them again."
    /// resources = "Two days of the IT lead"
    /// owner = "it-lead"
    /// due = 2027-02-01
    /// status = "open"
    /// ```
    "partial-without-key", Score, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let scores = facts.score.requirements.iter().filter(|requirement| !requirement.partial);
    for (id, word) in scores.filter_map(|requirement| Some((requirement.id, score::partial_word(requirement.id)?))) {
        let not_met = not_met(id, &facts.assessment);
        let written = not_met.iter().any(|(_, answered)| has_partial(answered));
        for (objective, answered) in not_met {
            if has_partial(&answered) || !(written || speaks_of_part(id, &answered)) {
                continue;
            }
            let why = if written { "by another objective" } else { "by its reason" };
            report
                .add(
                    format!(
                        "`{}` costs 5 points instead of 3: {why} part of it stands, and `partial` is not written",
                        objective.id
                    ),
                    answered.span,
                )
                .label("not met at all?")
                .help(format!("write `partial = \"{word}\"` if that part stands; leave it out if nothing does"))
                .objective(objective.id);
        }
    }
}

fn not_met(id: RequirementId, found: &Assessment) -> Vec<(ObjectiveView<'_>, Answered<'_>)> {
    let Some(practice) = found.practices.get(&id) else { return Vec::new() };
    let answered = found.objectives_of(id, practice).filter_map(|objective| Some((objective, objective.answered()?)));
    answered.filter(|(_, answered)| answered.answer == Answer::NotMet).collect()
}

fn has_partial(answered: &Answered<'_>) -> bool {
    answered.detail.is_some_and(|detail| detail.partial.is_some())
}

/// Whether the reason uses the words of the part that may stand.
fn speaks_of_part(id: RequirementId, answered: &Answered<'_>) -> bool {
    let Some(reason) = answered.detail.and_then(|detail| detail.reason.as_ref()) else { return false };
    let reason = reason.to_lowercase();
    let words: &[&str] = match id.requirement().as_str() {
        "3.5.3" => &["general user", "non-privileged", "remaining users", "remote and privileged"],
        _ => &["validat", "fips"],
    };
    words.iter().any(|word| reason.contains(word))
}
