use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::catalog::{Catalog, Requirement};
use crate::ids::RequirementId;
use crate::rule::{Facts, Report, rule};
use crate::words;

rule! {
    /// A duty gives the requirement's own text back instead of saying what a party does.
    ///
    /// ## Why it matters
    /// The assessor knows the requirement already. A duty that repeats it shows neither who acts nor how, and when it
    /// stands on both sides nobody has taken anything over. SP 800-171A asks for the mechanisms, the people and the
    /// records behind each objective; none of them can be found from the requirement's own words.
    ///
    /// The words of the duty are compared with this project's sentences for the requirement and its objectives, and
    /// with a list of marks made from the official wording.
    ///
    /// ## Example
    /// ```toml practices/MP.L2-3.8.8.toml
    /// practice = "MP.L2-3.8.8"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor knows the owner of each stick by its label."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a"]
    /// duty = "Prohibits use of portable storage devices without an identifiable owner."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-mp" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    /// Use instead:
    /// ```toml practices/MP.L2-3.8.8.toml
    /// practice = "MP.L2-3.8.8"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor knows the owner of each stick by its label."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a"]
    /// duty = "Labels each stick with a name, lets hosts mount only listed serial numbers, and shreds what is found."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-mp" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "pasted-requirement", Division, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let names = facts.assessment.party_names();
    for (id, practice) in &facts.assessment.practices {
        let requirement = facts.assessment.requirement(*id);
        for part in practice.responsibility.iter().filter(|part| is_pasted(&part.duty, &names, requirement)) {
            report
                .add(format!("the duty of `{}` repeats what {} asks", part.party, id.requirement()), part.duty.span)
                .label("the requirement's own words")
                .help("say by what this party meets it: which tool, which people, how often, and what is left behind")
                .practice(*id);
        }
    }
}

/// The least share of a duty's words that are the requirement's own, in percent; the tests show the room on both sides.
const MOSTLY: usize = 80;

/// The fewest words that can be compared.
const FEWEST: usize = 3;

/// Whether nearly every word of a duty comes from the requirement; `names` are the words of every party's names. A
/// duty that says when something is done says more than the requirement does.
pub(crate) fn is_pasted(duty: &str, names: &[Vec<String>], requirement: &Requirement) -> bool {
    let words = content(duty, names);
    words.len() >= FEWEST && overlap(&words, requirement) >= MOSTLY && !says_when(duty, requirement)
}

/// How much of the words one of our sentences has, or the official text as a whole, in percent.
fn overlap(words: &BTreeSet<String>, requirement: &Requirement) -> usize {
    let share = |known: usize| known * 100 / words.len().max(1);
    let ours = sentences(requirement.id).iter().map(|own| share(words.intersection(own).count())).max().unwrap_or(0);
    let marked = |marks: &BTreeSet<u16>| words.iter().filter(|word| marks.contains(&words::mark(word))).count();
    ours.max(share(official_marks().get(&requirement.id).map_or(0, marked)))
}

/// The stems of our sentences of a requirement: its statement, then those of its objectives.
fn sentences(id: RequirementId) -> &'static [BTreeSet<String>] {
    static SENTENCES: OnceLock<BTreeMap<RequirementId, Vec<BTreeSet<String>>>> = OnceLock::new();
    let of = |requirement: &Requirement| {
        let objectives = requirement.objectives.iter().map(|objective| objective.sentence);
        (requirement.id, [requirement.statement].into_iter().chain(objectives).map(stems_of).collect())
    };
    let all = SENTENCES.get_or_init(|| Catalog::rev2().requirements().map(of).collect());
    all.get(&id).map(Vec::as_slice).unwrap_or_default()
}

/// Whether a duty has a unit of time that the requirement has not.
fn says_when(duty: &str, requirement: &Requirement) -> bool {
    let asked = sentences(requirement.id).first();
    let is_asked = |word: &String| asked.is_some_and(|asked| asked.contains(word));
    stems_of(duty).iter().any(|word| UNITS.contains(&word.as_str()) && !is_asked(word))
}

/// Units of time and days, as stems.
const UNITS: [&str; 18] = [
    "minut",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "daily",
    "annual",
    "night",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "morn",
];

fn stems_of(text: &str) -> BTreeSet<String> {
    words::plain_words(text).iter().map(|word| words::stem(word)).collect()
}

/// The stems of a duty that carry meaning: no parties, no words of responsibility, no glue.
fn content(duty: &str, names: &[Vec<String>]) -> BTreeSet<String> {
    let words = words::words(duty);
    let of_names: BTreeSet<usize> = names.iter().flat_map(|name| words::places(&words, name)).flatten().collect();
    let rest = words.iter().enumerate().filter(|(i, _)| !of_names.contains(i)).map(|(_, word)| word.text.as_str());
    words::stems(rest.filter(|word| !glue().contains(word)))
}

fn glue() -> &'static BTreeSet<&'static str> {
    static WORDS: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    WORDS.get_or_init(|| GLUE.split_whitespace().collect())
}

/// Marks of the words of the official requirement and its objectives, by requirement.
fn official_marks() -> &'static BTreeMap<RequirementId, BTreeSet<u16>> {
    static MARKS: OnceLock<BTreeMap<RequirementId, BTreeSet<u16>>> = OnceLock::new();
    MARKS.get_or_init(|| include_str!("../catalog/marks.tsv").lines().skip(1).filter_map(marks_of_line).collect())
}

fn marks_of_line(line: &str) -> Option<(RequirementId, BTreeSet<u16>)> {
    let (id, marks) = line.split_once('\t')?;
    Some((id.parse().ok()?, marks.split(' ').filter_map(|mark| u16::from_str_radix(mark, 16).ok()).collect()))
}

/// Words that a duty is built with, whatever it says.
const GLUE: &str = "a an the and or nor but of for to in on at by with from into onto as is are be been being was were it its this \
    that these those there their them they we our us who which when where while if then than so such any all each every both \
    either not only also other another will would shall should must may can do does has have had within through across over \
    under between among via per during up out contractor msp mssp esp csp osc osa provider vendor customer client \
    organization organizations organizational organisation company party parties responsible responsibility responsibilities \
    accountable ensure ensures ensuring ensured make makes sure s l2 ac at au cm ia ir ma mp ps pe ra ca sc si";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::vague_duty::tests::GOOD;

    /// Requirement text as people give it back: word for word, shortened, turned round.
    const PASTED: [(&str, &str); 24] = [
        ("3.1.1", "Limit system access to authorized users"),
        (
            "3.1.1",
            "Acme limits system access to authorized users, processes acting on behalf of authorized users, and devices.",
        ),
        ("3.1.1", "The MSP ensures that system access is limited to authorized devices."),
        ("3.1.1", "Authorized users are identified."),
        (
            "3.1.2",
            "Limits access to the types of transactions and functions that authorized users are permitted to execute.",
        ),
        (
            "3.1.5",
            "Employs the principle of least privilege, including for specific security functions and privileged accounts.",
        ),
        ("3.1.12", "Monitors and controls remote access sessions."),
        ("3.1.20", "Verify and control/limit connections to and use of external systems."),
        (
            "3.2.3",
            "Provides security awareness training on recognizing and reporting potential indicators of insider threat.",
        ),
        ("3.3.4", "Alerts in the event of an audit logging process failure."),
        (
            "3.3.8",
            "Protects audit information and audit logging tools from unauthorized access, modification, and deletion.",
        ),
        ("3.4.9", "Controls and monitors user-installed software."),
        ("3.5.3", "Multifactor authentication is implemented for network access to privileged accounts."),
        ("3.5.6", "Identifiers are disabled after a defined period of inactivity."),
        ("3.6.3", "The organizational incident response capability is tested."),
        ("3.8.8", "Prohibits use of portable storage devices without an identifiable owner."),
        ("3.8.9", "Protects the confidentiality of backup CUI at storage locations."),
        ("3.10.3", "Escorts visitors and monitors visitor activity."),
        ("3.11.2", "Scans for vulnerabilities in organizational systems and applications periodically."),
        ("3.12.3", "Monitors security controls on an ongoing basis to ensure continued effectiveness of the controls."),
        ("3.13.6", "Denies network communications traffic by default and allows network traffic by exception."),
        ("3.13.16", "Protects the confidentiality of CUI at rest."),
        ("3.14.1", "Identifies, reports, and corrects system flaws in a timely manner."),
        (
            "3.1.1",
            "Lets into the system only authorized users, processes that act for those users, and authorized devices.",
        ),
    ];

    fn names() -> Vec<Vec<String>> {
        ["acme-msp", "Acme"].map(words::plain_words).to_vec()
    }

    fn on(requirement: &str) -> &'static Requirement {
        let id = requirement.parse().expect("the table names requirements");
        Catalog::rev2().requirement(id).expect("the table names requirements of the catalog")
    }

    #[test]
    fn the_official_wording_is_known_by_its_marks_for_every_requirement() {
        let marks = official_marks();
        assert!(Catalog::rev2().requirements().all(|r| marks.get(&r.id).is_some_and(|marks| marks.len() >= 4)));
    }

    #[test]
    fn requirement_text_given_back_is_seen() {
        for (requirement, duty) in PASTED {
            let found = overlap(&content(duty, &names()), on(requirement));
            assert!(is_pasted(duty, &names(), on(requirement)), "{requirement}: {duty} ({found} %)");
        }
    }

    #[test]
    fn a_concrete_duty_is_no_paste_of_any_requirement() {
        for (_, duty) in GOOD {
            for requirement in Catalog::rev2().requirements() {
                let found = overlap(&content(duty, &names()), requirement);
                let clear = found < MOSTLY - 10 || says_when(duty, requirement);
                assert!(clear && !is_pasted(duty, &names(), requirement), "{}: {duty} ({found} %)", requirement.id);
            }
        }
    }
}
