use crate::ids::{CONTRACTOR, RequirementId, Span};
use crate::model::assessment::Assessment;
use crate::model::practice::Practice;
use crate::rule::{Facts, Report, rule};
use crate::words;

rule! {
    /// A statement leaves out a party that has a responsibility in the practice.
    ///
    /// ## Why it matters
    /// The SSP prints the statement, the matrix prints the responsibilities. When the statement is silent about the provider, an
    /// assessor reads two different divisions of one requirement and asks which of them is true.
    ///
    /// A party is named by its id, its name, or one of its `aliases`: those of the contractor stand in `demarcate.toml`,
    /// those of a provider in its file. "We", a role or a person of the contractor's name it as well, and a practice that
    /// is the contractor's alone need not name it. A contractor that only writes the rule is a warning: the plan speaks in
    /// its voice, and the rule may be what the statement says.
    ///
    /// ## Example
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor hands out one-time codes, works in the session, and compares the log with the tickets."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b"]
    /// duty = "Writes who gets a one-time code and compares the session log with the tickets every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Works the queue for 3.7.5 on every managed host within five days and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report", at = "page 3" }]
    /// verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    /// Use instead:
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor hands out one-time codes and compares the session log with the tickets; Acme works the queue."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b"]
    /// duty = "Writes who gets a one-time code and compares the session log with the tickets every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Works the queue for 3.7.5 on every managed host within five days and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report", at = "page 3" }]
    /// verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    "unnamed-party", Division, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, practice) in &facts.assessment.practices {
        let Some(statement) = practice.statement.as_ref().filter(|_| practice.has_statement()) else { continue };
        for party in unnamed(&facts.assessment, practice, statement) {
            report_unnamed(&facts.assessment, *id, practice, statement.span, party, report);
        }
    }
}

fn report_unnamed(
    assessment: &Assessment,
    id: RequirementId,
    practice: &Practice,
    statement: Span,
    party: &str,
    report: &mut Report<'_>,
) {
    let part = practice.responsibility.iter().find(|part| &*part.party == party);
    let draft = report
        .add(format!("the statement does not name `{party}`, which has a responsibility"), statement)
        .label(format!("`{party}` is not named"))
        .related("its responsibility", part.map_or(practice.practice.span, |part| part.party.span))
        .help(format!("say what it does, and call it {}", called(&assessment.names_of(party))))
        .practice(id);
    if party == CONTRACTOR && !practice.responsibility.iter().any(|part| part.is_contractor() && part.works()) {
        draft.warn();
    }
}

/// The defined parties with a responsibility that the statement leaves out.
fn unnamed<'a>(assessment: &Assessment, practice: &'a Practice, statement: &str) -> Vec<&'a str> {
    let parties = practice.parties();
    if parties == [CONTRACTOR] {
        return Vec::new();
    }
    let named = assessment.mentions(statement);
    let is_named = |party: &str| named.iter().any(|mention| mention.party == party);
    let is_meant = |party: &str| party == CONTRACTOR && speaks_of_contractor(assessment, statement);
    // Aliases that a broken file holds are not known.
    let broken = |party: &str| assessment.broken.contains(if party == CONTRACTOR { "role" } else { "party" });
    let known = parties.into_iter().filter(|party| assessment.is_party(party) && !broken(party));
    known.filter(|party| !is_named(party) && !is_meant(party)).collect()
}

/// Whether the text says "we", or names a role or a person of the contractor's.
fn speaks_of_contractor(assessment: &Assessment, statement: &str) -> bool {
    let words = words::words(statement);
    let config = &assessment.config;
    let roles = config.role.iter().flat_map(|role| [role.id.name.as_str(), role.title.as_str()]);
    let own = config.person.iter().filter(|person| person.provider().is_none());
    let names = roles.chain(own.map(|person| person.name.as_str())).chain(["we", "our", "ours", "us"]);
    names.map(words::plain_words).any(|name| !words::places(&words, &name).is_empty())
}

/// Names as a list with "or".
fn called(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    names.join(" or ")
}
