use super::{pasted_requirement, vague_duty};
use crate::model::practice::Responsibility;
use crate::rule::{Facts, Report, rule};
use crate::words;

rule! {
    /// Two parties have the same duty in the same words for the same assets.
    ///
    /// ## Why it matters
    /// A matrix that gives both sides one sentence was copied, not divided: either both do the work twice, or each waits for
    /// the other. It is a warning, since two parties may indeed do the same thing on different days.
    ///
    /// ## Example
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
    /// duty = "Works the queue for 3.7.5 on every managed host within five days, and reports each month."
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
    "same-words", Division, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let names = facts.assessment.party_names();
    for (id, practice) in &facts.assessment.practices {
        let requirement = facts.assessment.requirement(*id);
        let faulty = |part: &Responsibility| {
            vague_duty::fault(&part.duty, &names, requirement).is_some()
                || pasted_requirement::is_pasted(&part.duty, &names, requirement)
        };
        let parts: Vec<(&Responsibility, Vec<String>)> = match practice.responsibility.as_slice() {
            [] | [_] => continue,
            several => several.iter().map(|part| (part, bare_words(&part.duty, &names))).collect(),
        };
        for (i, second) in parts.iter().enumerate() {
            let first = parts[..i].iter().find(|first| is_copy(first, second)).map(|(first, _)| first);
            let second = second.0;
            let Some(first) = first.filter(|_| !faulty(second)) else { continue };
            report
                .add(
                    format!("`{}` and `{}` have the same duty in the same words", first.party, second.party),
                    second.duty.span,
                )
                .label("the same words")
                .related(format!("the duty of `{}`", first.party), first.duty.span)
                .help("say what each of them does that the other does not")
                .practice(*id);
        }
    }
}

fn is_copy(first: &(&Responsibility, Vec<String>), second: &(&Responsibility, Vec<String>)) -> bool {
    first.1 == second.1 && first.0.party.name != second.0.party.name && first.0.overlaps(second.0)
}

/// The words of a duty in their order, without the names of parties and small words.
fn bare_words(duty: &str, names: &[Vec<String>]) -> Vec<String> {
    let words = words::words(duty);
    let of_names: Vec<usize> = names.iter().flat_map(|name| words::places(&words, name)).flatten().collect();
    let rest = words.iter().enumerate().filter(|(i, _)| !of_names.contains(i)).map(|(_, word)| word.text.as_str());
    rest.filter(|word| !SMALL.contains(word)).map(words::stem).collect()
}

/// Words that change nothing of what is said.
const SMALL: [&str; 12] = ["a", "an", "the", "and", "or", "of", "for", "to", "on", "in", "will", "shall"];
