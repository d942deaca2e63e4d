use std::collections::BTreeSet;

use crate::ids::{CONTRACTOR, RequirementId, Span, Spanned};
use crate::model::Filed;
use crate::model::assessment::{Assessment, Mention};
use crate::model::practice::Practice;
use crate::model::provider::ServiceKind;
use crate::rule::{Facts, Report, rule};
use crate::words;

rule! {
    /// A statement names a provider that has no responsibility in the practice.
    ///
    /// ## Why it matters
    /// Either the provider does something here and the matrix does not say so, or the statement was copied from another
    /// practice. An assessor who reads the name asks that provider for its part, and it knows nothing of it.
    ///
    /// A name that is also an everyday word, such as `backup`, gives a warning only, and so does one that is only spoken of:
    /// "the desk of Acme", "the Acme engineer is never alone", "Acme has no key". Staff of a provider who hold a role of the
    /// contractor's act for the contractor.
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
    if is_everyday(name) || !acts(&statement.value, mention, &assessment.mentions(&statement.value)) {
        draft.warn();
    }
}

/// The contractor, every party with a responsibility, and those through or from whom it comes.
fn involved<'a>(assessment: &'a Assessment, practice: &'a Practice) -> BTreeSet<&'a str> {
    let parts = || practice.responsibility.iter();
    let from = parts().filter_map(|part| part.inherits.as_ref()).map(|inherits| &*inherits.from);
    let via = parts().filter_map(|part| assessment.providers.get(&*part.party)?.via.as_deref());
    parts().map(|part| &*part.party).chain(from).chain(via).chain(lent(assessment)).chain([CONTRACTOR]).collect()
}

/// Providers of staff whose people hold roles of the contractor's.
fn lent(assessment: &Assessment) -> impl Iterator<Item = &str> {
    let people = assessment.config.person.iter().filter(|person| !person.roles.is_empty());
    people.filter_map(|person| person.provider()).filter(|id| {
        let services = assessment.providers.get(*id).map(|provider| provider.service.as_slice());
        services.is_some_and(|all| !all.is_empty() && all.iter().all(|one| one.kind.value == ServiceKind::Staff))
    })
}

/// Words after which a name is not that of who does something.
const BEFORE_ANOTHER: [&str; 30] = [
    "of", "with", "from", "at", "to", "for", "in", "on", "between", "among", "than", "under", "against", "behind",
    "about", "toward", "towards", "near", "whenever", "when", "if", "until", "unless", "what", "how", "where", "the",
    "a", "an", "this",
];

/// Words after a name that deny that it does something.
const DENIALS: [&[&str]; 9] = [
    &["has", "no"],
    &["have", "no"],
    &["has", "never"],
    &["does", "not"],
    &["do", "not"],
    &["is", "not"],
    &["is", "never"],
    &["cannot"],
    &["never"],
];

/// Whether the statement has the one that it names do something, as far as the words around the name tell.
fn acts(statement: &str, mention: &Mention<'_>, all: &[Mention<'_>]) -> bool {
    // "Acme and Beta": what is true of the first is true of the second.
    let joins = |other: &&Mention<'_>| {
        let between = statement.get(other.at.end..mention.at.start);
        between.is_some_and(|text| matches!(text.trim(), "and" | "or" | "," | ", and"))
    };
    if let Some(first) = all.iter().find(joins) {
        return acts(statement, first, all);
    }
    let name = &statement[mention.at.clone()];
    let before = words::words(&statement[..mention.at.start]);
    let after = words::plain_words(&statement[mention.at.end..]);
    // A stop or a comma between them begins anew: "at the desk, Acme reads".
    let joined = |word: &words::Word| statement[word.at.end..mention.at.start].trim().is_empty();
    let is_another = before.last().is_some_and(|word| joined(word) && BEFORE_ANOTHER.contains(&word.text.as_str()));
    let is_possessive = name.ends_with("'s") || name.ends_with("\u{2019}s");
    let is_denied =
        DENIALS.iter().any(|denial| after.iter().map(String::as_str).take(denial.len()).eq(denial.iter().copied()));
    !(is_another || is_possessive || is_denied)
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
