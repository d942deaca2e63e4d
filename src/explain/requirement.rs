//! Pages of the standard: a requirement, an objective, a family.

use super::filled;
use crate::catalog::{
    Catalog, DO_NOT_SUBTRACT, MAXIMUM_SCORE, NON_INHERITABLE, Nature, Objective, PoamEligibility, Requirement,
};
use crate::ids::{ObjectiveId, RequirementId};
use crate::model::practice::Partial;
use crate::model::wording::Wording;
use crate::score;

/// What is said where the official wording was not imported.
const OURS: &str = "This tool's own words; `demarcate import catalog FILE` brings the official ones.";

/// The page of a requirement: what it asks, what it costs, whether it may be open, what is looked at.
pub fn page(id: RequirementId, wording: Option<&Wording>) -> Option<String> {
    let requirement = Catalog::rev2().requirement(id)?;
    let kind = if requirement.basic { "basic" } else { "derived" };
    let mut out = vec![format!("{id}  {}\n", requirement.title)];
    out.push(format!("{}, {kind} requirement {} of {}\n\n", id.family_name(), id.requirement(), Catalog::rev2().title));
    out.push(text_of(requirement.statement, wording, |wording| wording.statements.get(&id)));
    out.push("\n".to_owned());
    out.push(filled("Score    ", 9, &cost(requirement)));
    out.push(filled("POA&M    ", 9, &eligibility(requirement)));
    out.push(filled("Level 1  ", 9, &level_1(requirement)));
    if is_in(&NON_INHERITABLE, id) {
        out.push(filled("Parties  ", 9, "The contractor keeps a part of its own, whatever a provider does."));
    }
    out.push("\nObjectives\n".to_owned());
    for objective in &requirement.objectives {
        out.push(short(objective, wording));
    }
    Some(out.concat())
}

/// The page of an objective: what must be true, and what answers it.
pub fn objective_page(id: ObjectiveId, wording: Option<&Wording>) -> Option<String> {
    let requirement = Catalog::rev2().requirement(id.requirement)?;
    let objective = Catalog::rev2().objective(id)?;
    let mut out = vec![format!("{id}  of {}\n", requirement.title)];
    out.push(format!("{} objective: {}\n\n", capital(word(objective.nature)), meaning(objective.nature)));
    out.push(text_of(objective.sentence, wording, |wording| wording.objectives.get(&id)));
    out.push("\n".to_owned());
    out.push(filled("Layers   ", 9, layers(objective.nature)));
    if objective.nature == Nature::Defined {
        let value =
            format!("Write what is defined in `[values]` of {}: `{} = \"...\"`.", id.requirement.path(), id.letter);
        out.push(filled("Value    ", 9, &value));
    }
    out.push(filled(
        "Score    ",
        9,
        &format!(
            "The requirement {} is met when all of its objectives ({}) are met or not applicable.",
            id.requirement,
            requirement.letters()
        ),
    ));
    Some(out.concat())
}

/// The page of a family: its requirements, what they cost, which of them may be open.
pub fn family_page(code: &str) -> String {
    let requirements: Vec<&Requirement> =
        Catalog::rev2().requirements().filter(|requirement| requirement.id.family() == code).collect();
    let objectives: usize = requirements.iter().map(|requirement| requirement.objectives.len()).sum();
    let points: u32 = requirements.iter().filter_map(|requirement| requirement.weight).map(u32::from).sum();
    let name = requirements.first().map_or("", |requirement| requirement.id.family_name());
    let mut out = vec![format!("{code}  {name}\n")];
    out.push(format!("{} requirements, {objectives} objectives, {points} points\n\n", requirements.len()));
    for requirement in requirements {
        let weight = requirement.weight.map_or("-".to_owned(), |weight| weight.to_string());
        let poam = requirement.poam.word();
        out.push(format!("  {:<13} {weight:>2}  POA&M {poam:<13} {}\n", requirement.id, requirement.title));
    }
    out.concat()
}

fn is_in(list: &[&str], id: RequirementId) -> bool {
    list.contains(&id.requirement().as_str())
}

/// The official wording where it was imported, our own sentence where not, and which of the two it is.
fn text_of<'a>(
    own: &str,
    wording: Option<&'a Wording>,
    official: impl Fn(&'a Wording) -> Option<&'a String>,
) -> String {
    let imported = wording.and_then(|wording| official(wording).map(|text| (text, &wording.source)));
    let (text, whose) = match imported {
        Some((text, source)) => (text.as_str(), format!("Official wording, imported from {}.", source.escape_debug())),
        None if wording.is_some() => {
            (own, "This tool's own words; the imported catalog lacks the official ones.".to_owned())
        }
        None => (own, OURS.to_owned()),
    };
    format!("{}\n{}", filled("  ", 2, text), filled("  ", 2, &whose))
}

fn cost(requirement: &Requirement) -> String {
    let Some(weight) = requirement.weight else {
        return "Without an up-to-date plan, [a] and [h] met, there is no score at all (32 CFR 170.24(c)(2))."
            .to_owned();
    };
    let points = if weight == 1 { "point" } else { "points" };
    let mut text = vec![format!("Not met, it costs {weight} {points} of {MAXIMUM_SCORE}.")];
    if let (Some(part), Some(partial)) = (requirement.partial, score::partial_word(requirement.id)) {
        let where_said = format!("where every objective that is not met says `partial = \"{partial}\"`");
        text.push(format!("It costs {part} {where_said}: {}", partial_meaning(partial)));
    }
    if is_in(&DO_NOT_SUBTRACT, requirement.id) {
        let nothing = "It costs nothing where the capability is not permitted at all and a policy and procedure keep it so \
                       (`basis = \"capability-not-permitted\"`; DoDAM Annex A).";
        text.push(nothing.to_owned());
    }
    text.join(" ")
}

fn partial_meaning(partial: Partial) -> &'static str {
    let meaning = Partial::WORDS.iter().find(|(word, _)| *word == partial.word()).map_or("", |(_, meaning)| meaning);
    meaning.split_once(": ").map_or(meaning, |(_, meaning)| meaning)
}

/// Why a requirement may stand on a POA&M or not: 32 CFR 170.21(a)(2).
fn eligibility(requirement: &Requirement) -> String {
    match (requirement.poam, requirement.weight) {
        (PoamEligibility::Eligible, _) => {
            "Eligible: it costs 1 point and is not on the list of 32 CFR 170.21(a)(2)(iii).".to_owned()
        }
        (PoamEligibility::Conditional, _) => {
            "Eligible only where encryption is employed but not FIPS-validated, which costs 3 points \
             (32 CFR 170.21(a)(2)(ii))."
                .to_owned()
        }
        (PoamEligibility::NotEligible, Some(weight)) if weight > 1 => {
            format!("Not eligible: its point value {weight} is over 1 (32 CFR 170.21(a)(2)(ii)).")
        }
        (PoamEligibility::NotEligible, _) => "Not eligible: it is on the list of 32 CFR 170.21(a)(2)(iii).".to_owned(),
    }
}

fn level_1(requirement: &Requirement) -> String {
    match (requirement.level1, requirement.far) {
        (Some(level1), Some(far)) => format!("{level1}, FAR 52.204-21{far}."),
        _ => "Not part of it.".to_owned(),
    }
}

fn short(objective: &Objective, wording: Option<&Wording>) -> String {
    let official = wording.and_then(|wording| wording.objectives.get(&objective.id));
    let text = official.map_or(objective.sentence, String::as_str);
    let lead = format!("  [{}] ", objective.id.letter);
    let layers = format!("{}. {}", capital(word(objective.nature)), layers(objective.nature));
    filled(&lead, 6, text) + &filled("      ", 6, &layers)
}

fn word(nature: Nature) -> &'static str {
    match nature {
        Nature::Defined => "defined",
        Nature::Identified => "identified",
        Nature::Documented => "documented",
        Nature::Enforced => "enforced",
    }
}

fn meaning(nature: Nature) -> &'static str {
    match nature {
        Nature::Defined => "something has to be settled and written down.",
        Nature::Identified => "a list has to exist, and be complete.",
        Nature::Documented => "a document or a decision has to be on record, and be kept.",
        Nature::Enforced => "something has to be so, every day.",
    }
}

/// The layers of which an objective needs one.
fn layers(nature: Nature) -> &'static str {
    match nature {
        Nature::Defined | Nature::Identified => "Needs a responsibility in policy or procedure.",
        Nature::Enforced => "Needs a responsibility in configuration or operation.",
        Nature::Documented => "Needs the record itself, in whatever layer it lies.",
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
