use std::collections::BTreeSet;

use crate::ids::{CONTRACTOR, RequirementId, Span, Spanned};
use crate::model::Filed;
use crate::model::assessment::{Assessment, Mention};
use crate::model::practice::Practice;
use crate::rule::{Facts, Report, rule};
use crate::words;

rule! {
    /// A statement names a provider that has no responsibility in the practice.
    ///
    /// ## Why it matters
    /// Either the provider does something here and the matrix does not say so, or the statement was copied from another
    /// practice. An assessor who reads the name asks that provider for its part, and it knows nothing of it.
    ///
    /// A name that is also an everyday word, such as `backup`, gives a warning only.
    ///
    /// ## Example
    /// ```toml practices/PE.L2-3.10.4.toml
    /// practice = "PE.L2-3.10.4"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor keeps the badge log of both doors, and Acme checks it."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "operation"]
    /// objectives = ["a"]
    /// duty = "Exports the badge log of both doors on the first of the month and keeps three years of it."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-pe" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    /// Use instead:
    /// ```toml practices/PE.L2-3.10.4.toml
    /// practice = "PE.L2-3.10.4"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor keeps the badge log of both doors, and its ISSO checks it."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "operation"]
    /// objectives = ["a"]
    /// duty = "Exports the badge log of both doors on the first of the month and keeps three years of it."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-pe" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "stranger-party", Division, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, practice) in &facts.assessment.practices {
        let Some(statement) = &practice.statement else { continue };
        let involved = involved(&facts.assessment, practice);
        let mut seen = BTreeSet::new();
        let mentions = facts.assessment.mentions(statement);
        let familiar =
            |one: &Mention<'_>| mentions.iter().any(|other| other.at == one.at && involved.contains(other.party));
        for mention in mentions.iter().filter(|mention| !familiar(mention)) {
            if seen.insert(mention.party) {
                report_stranger(&facts.assessment, *id, practice, statement, mention, report);
            }
        }
    }
}

fn report_stranger(
    assessment: &Assessment,
    id: RequirementId,
    practice: &Filed<Practice>,
    statement: &Spanned<String>,
    mention: &Mention<'_>,
    report: &mut Report<'_>,
) {
    let party = mention.party;
    let name = &statement.value[mention.at.clone()];
    let place = place_of(assessment, statement, name).unwrap_or(statement.span);
    let parties = practice.parties().join(", ");
    let draft = report
        .add(format!("the statement names `{party}`, which has no responsibility here"), place)
        .label(if parties.is_empty() {
            "no responsibility at all".to_owned()
        } else {
            format!("responsibilities of: {parties}")
        })
        .help(format!("add a [[responsibility]] of `{party}`, or leave the name out"))
        .practice(id);
    if is_everyday(name) {
        draft.warn();
    }
}

/// The contractor, every party with a responsibility, and those through or from whom it comes.
fn involved<'a>(assessment: &'a Assessment, practice: &'a Practice) -> BTreeSet<&'a str> {
    let parts = || practice.responsibility.iter();
    let from = parts().filter_map(|part| part.inherits.as_ref()).map(|inherits| &*inherits.from);
    let via = parts().filter_map(|part| assessment.providers.get(&*part.party)?.via.as_deref());
    parts().map(|part| &*part.party).chain(from).chain(via).chain([CONTRACTOR]).collect()
}

/// Where the name stands in the file, unless the text is written with escapes there.
fn place_of(assessment: &Assessment, statement: &Spanned<String>, name: &str) -> Option<Span> {
    let Span { file, start, end } = statement.span;
    let at = |n: u32| usize::try_from(n).ok();
    let raw = assessment.files.get(file)?.text.get(at(start)?..at(end)?)?;
    let words = words::words(raw);
    let place = words::places(&words, &words::plain_words(name)).into_iter().next()?;
    let offset = |n: usize| u32::try_from(n).ok().map(|n| start + n);
    Some(Span { file, start: offset(words[place.start].at.start)?, end: offset(words[place.end - 1].at.end)? })
}

/// Names of providers that a statement may also use as plain words.
const EVERYDAY: [&str; 24] = [
    "backup",
    "cloud",
    "staff",
    "landlord",
    "vendor",
    "msp",
    "mssp",
    "csp",
    "soc",
    "siem",
    "noc",
    "it",
    "hosting",
    "support",
    "security",
    "helpdesk",
    "network",
    "shredder",
    "shredding",
    "guard",
    "guards",
    "cleaning",
    "telecom",
    "printer",
];

fn is_everyday(name: &str) -> bool {
    words::plain_words(name).iter().all(|word| EVERYDAY.contains(&word.as_str()))
}
