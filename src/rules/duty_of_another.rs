use crate::ids::RequirementId;
use crate::model::assessment::Assessment;
use crate::model::practice::Responsibility;
use crate::rule::{Facts, Report, rule};
use crate::words;

rule! {
    /// The duty of a party says what another party does.
    ///
    /// ## Why it matters
    ///
    /// "Our MSP handles that" is no part of the contractor's, and no part of the MSP's either: it stands in nobody's row of the
    /// matrix that would have to show it. What a party only relies on is the other one's duty; what is left to it is to
    /// choose, to check, and to act on what it is told.
    ///
    /// ## Example
    ///
    /// ```diff practices/SI.L2-3.14.1.toml
    /// -duty = "Writes the policy and the work instruction, and samples ten hosts every quarter, as the plan for 3.14.1 says."
    /// +duty = "Acme takes care of flaws on every managed host and mends them within five days."
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff practices/SI.L2-3.14.1.toml
    /// -duty = "Writes the policy and the work instruction, and samples ten hosts every quarter, as the plan for 3.14.1 says."
    /// +duty = "Writes what has to be mended by when, and compares ten hosts with Acme's report every quarter."
    /// ```
    "duty-of-another", Division, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    for (id, practice) in &found.practices {
        for part in &practice.responsibility {
            let Some(subject) = subject(part, found) else { continue };
            report_duty(*id, part, &subject, report);
        }
    }
}

fn report_duty(id: RequirementId, part: &Responsibility, subject: &str, report: &mut Report<'_>) {
    report
        .add(format!("the duty of `{}` says what {subject} does", part.party), part.duty.span)
        .label("somebody else's work")
        .help(format!(
            "move it to a [[responsibility]] of the one that does it, and say here what `{}` does itself: choose, check, act",
            part.party
        ))
        .practice(id);
}

/// What a provider is called that has no name.
const OUR: [&[&str]; 10] = [
    &["our", "msp"],
    &["our", "mssp"],
    &["our", "provider"],
    &["our", "soc"],
    &["the", "msp"],
    &["the", "mssp"],
    &["the", "provider"],
    &["our", "managed", "service", "provider"],
    &["our", "managed", "security", "service", "provider"],
    &["our", "managed", "services", "provider"],
];

/// Who does it, if the duty begins with another party than the one that has it.
fn subject(part: &Responsibility, found: &Assessment) -> Option<String> {
    let duty = part.duty.value.trim_start();
    let first = found.mentions(duty).into_iter().find(|mention| mention.at.start == 0);
    if let Some(mention) = first {
        let name = &duty[mention.at.clone()];
        let is_possessive = name.ends_with("'s") || name.ends_with("\u{2019}s");
        // An imperative may be an everyday word: "Backup the server".
        let is_name = name.chars().next().is_some_and(char::is_uppercase) && !words::plain_words(name).is_empty();
        let follows = words::plain_words(&duty[mention.at.end..]);
        let acts = follows.first().is_some_and(|word| word.len() > 2 && word.ends_with('s') || word == "will");
        return (*mention.party != *part.party && is_name && acts && !is_possessive)
            .then(|| format!("`{}`", mention.party));
    }
    let begins = words::plain_words(duty);
    let ours = OUR
        .iter()
        .find(|our| part.is_contractor() && begins.iter().map(String::as_str).take(our.len()).eq(our.iter().copied()));
    let ours = ours.filter(|our| begins.get(our.len()).is_some_and(|word| word.ends_with('s') || word == "will"));
    ours.map(|our| our.join(" "))
}
