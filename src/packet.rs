//! What the affirming official has to know before signing: what changed since the last time, what is not met, stale,
//! not accepted or lapsing, and what is open, each by name.

use std::collections::BTreeMap;

use crate::dashboard::{self, Deadline};
use crate::date::{Date, Duration};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::history;
use crate::ids::{FAMILIES, RequirementId};
use crate::material;
use crate::model::acceptance::AcceptanceState;
use crate::model::assessment::Assessment;
use crate::model::history::{Certification, History, ReviewState, Statement, Subject};
use crate::model::score::{Allowed, Finding};
use crate::model::weakness::Progress;
use crate::rule::Facts;
use crate::score;
use crate::view::affirmation::{
    Affirmation, Certified, Changed, Lapse, Last, NotMet, Official, Open, Standing, Unaccepted,
};

/// What the official states, in this project's words.
const STATEMENT: &str = "By affirming, the official states for the organization that it has implemented the security \
                         requirements of CMMC Level 2 for the information systems of this scope, and will keep them \
                         implemented (32 CFR 170.22). The wording in SPRS decides; this page is what it rests on.";

/// The name of what is open where the figures allow no status.
const NO_STATUS: &str = "no-status";

/// The affirmation that counts and was made last.
pub fn last(history: &History) -> Option<&Statement> {
    history.last_affirmation()
}

/// The packet: `diagnostics` is what `check` says of these facts, `then` the root as it stood at the last affirmation.
pub fn of(facts: &Facts, diagnostics: &[Diagnostic], then: Option<&Assessment>) -> Affirmation {
    let history = facts.history.as_ref();
    Affirmation {
        statement: STATEMENT.to_owned(),
        official: official(&facts.assessment),
        score: facts.score.score,
        reason: facts.score.reason.clone(),
        maximum: facts.score.maximum,
        allows: facts.score.status.word().to_owned(),
        claim: facts.claim().map(|claim| claim.value.word().to_owned()),
        last: history.and_then(last).map(|found| of_last(found, then)),
        changes: then.map(|then| changes(then, &facts.assessment)),
        not_met: not_met(facts),
        reviews: history.map(standing),
        unaccepted: history.map(|history| unaccepted(history, &facts.assessment)).unwrap_or_default(),
        lapsing: lapsing(facts),
        open: open(facts, diagnostics),
        certified: history.map(certified).unwrap_or_default(),
    }
}

fn official(assessment: &Assessment) -> Option<Official> {
    let named = assessment.config.system.as_ref()?.affirming_official.as_ref()?;
    let person = assessment.config.person.iter().find(|person| person.id.name == named.name)?;
    Some(Official {
        name: person.name.value.clone(),
        title: person.title.as_ref().map(|title| title.value.clone()),
        email: person.email.first().map(|email| email.value.clone()),
        phone: person.phone.as_ref().map(|phone| phone.value.clone()),
    })
}

fn of_last(found: &Statement, then: Option<&Assessment>) -> Last {
    Last {
        date: found.date.to_string(),
        by: found.by.clone(),
        commit: found.commit.clone(),
        grade: found.grade.word().to_owned(),
        next_due: Duration::YEAR.after(found.date).to_string(),
        score: then.and_then(|then| score::of(then).score),
        acknowledged: found.acknowledged.clone(),
    }
}

/// Every subject whose material is not what it was; those that came or went say so. The plan and the matrix repeat what
/// the practices say.
fn changes(then: &Assessment, now: &Assessment) -> Vec<Changed> {
    let mut subjects = history::subjects(then);
    subjects.extend(history::subjects(now));
    let told = subjects.into_iter().filter_map(|subject| {
        let said = match (material::of(then, &subject), material::of(now, &subject)) {
            (Some(then), Some(now)) => material::changes(&then, &now),
            (None, Some(_)) => vec!["new".to_owned()],
            (Some(_), None) => vec!["no longer there".to_owned()],
            (None, None) => Vec::new(),
        };
        let repeats = matches!(subject, Subject::Ssp | Subject::Crm);
        let said: Vec<String> = said.into_iter().filter(|one| !repeats || !one.contains(".L2-")).collect();
        (!said.is_empty()).then(|| Changed { id: subject.to_string(), said })
    });
    told.collect()
}

/// The most expensive first.
fn not_met(facts: &Facts) -> Vec<NotMet> {
    let open = facts.score.requirements.iter().filter(|requirement| requirement.result == Finding::NotMet);
    let mut rows: Vec<NotMet> = open
        .map(|requirement| NotMet {
            id: requirement.id.to_string(),
            title: facts.assessment.requirement(requirement.id).title.to_owned(),
            lost: requirement.lost,
            plans: plans(requirement.id, &facts.assessment),
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.lost));
    rows
}

fn plans(id: RequirementId, assessment: &Assessment) -> Vec<String> {
    let is_of = |objective: &str| objective.split('[').next().and_then(|word| word.parse().ok()) == Some(id);
    let items = assessment.poam.values().filter(|item| item.status.value != Progress::Closed);
    let items = items.filter(|item| item.objectives.iter().any(|objective| is_of(&objective.value)));
    items.map(|item| format!("{}, due {}", item.id, item.due.value)).collect()
}

/// Worst first.
fn standing(history: &History) -> Vec<Standing> {
    let is_well = |state: ReviewState| matches!(state, ReviewState::Current | ReviewState::Due);
    let of = |state: ReviewState| Standing {
        state: state.word().to_owned(),
        ids: history.subjects.iter().filter(|(_, found)| found.state == state).map(|(id, _)| id.to_string()).collect(),
    };
    let states = ReviewState::ALL.into_iter().filter(|state| !is_well(*state)).map(of);
    states.filter(|standing| !standing.ids.is_empty()).collect()
}

/// Providers that are assigned something and have not agreed to it as it stands.
fn unaccepted(history: &History, assessment: &Assessment) -> Vec<Unaccepted> {
    let told = assessment.holders_of_duties().filter_map(|(id, _)| {
        let why = match history.acceptance_of(id) {
            (AcceptanceState::Accepted, _) => return None,
            (AcceptanceState::Stale, Some(found)) => {
                format!("its duties have changed since it accepted them on {}", found.date)
            }
            (AcceptanceState::Refused, Some(found)) => {
                let why = found.refused_because.as_deref().unwrap_or("its proof is weaker than policy asks");
                format!("its acceptance of {} does not count: {why}", found.date)
            }
            _ => "it has accepted none of its duties".to_owned(),
        };
        Some(Unaccepted { provider: assessment.title_of(id), why })
    });
    told.collect()
}

/// What has lapsed or will; editions that are yet to come are one line.
fn lapsing(facts: &Facts) -> Vec<Lapse> {
    let (coming, mut rows): (Vec<Deadline>, Vec<Deadline>) =
        dashboard::deadlines(facts).into_iter().partition(|row| row.is_edition && row.days >= 0);
    let count = coming.len();
    rows.extend(coming.into_iter().next().map(|first| match count {
        1 => first,
        _ => Deadline {
            what: format!("first of {count} artifacts whose next edition falls due: {}", first.what),
            ..first
        },
    }));
    rows.sort_by_key(|row| row.date);
    rows.into_iter().map(|row| Lapse { date: row.date.to_string(), days: row.days, what: row.what }).collect()
}

/// What is open at deny level, by name, each name once; a status that the figures do not allow is open too.
fn open(facts: &Facts, diagnostics: &[Diagnostic]) -> Vec<Open> {
    let mut open: Vec<Open> = Vec::new();
    if facts.score.status == Allowed::Nothing {
        let message = "the figures allow no CMMC status, neither final nor conditional (32 CFR 170.21)".to_owned();
        open.push(Open { name: NO_STATUS.to_owned(), message, count: 1, more: Vec::new() });
    }
    for found in diagnostics.iter().filter(|found| found.level == Level::Deny) {
        let name = name(found, &facts.assessment);
        match open.iter_mut().find(|known| known.name == name) {
            Some(known) => {
                known.count += 1;
                if known.message != found.message && !known.more.contains(&found.message) {
                    known.more.push(found.message.clone());
                }
            }
            None => open.push(Open { name, message: found.message.clone(), count: 1, more: Vec::new() }),
        }
    }
    open
}

/// What something open is called: its rule, and the objective, practice, provider or file that it is about.
fn name(found: &Diagnostic, assessment: &Assessment) -> String {
    let place = match (found.practice, found.objective, &found.provider, &found.place) {
        (Some(id), Some(letter), ..) => format!("{id}[{letter}]"),
        (Some(id), ..) => id.to_string(),
        (_, _, Some(provider), _) => provider.clone(),
        (.., Place::Span(span)) => assessment.files.path(*span).to_owned(),
        (.., Place::Path(path)) => path.clone(),
    };
    format!("{}:{}", found.rule, in_one_line(&place))
}

/// What people have written, so that it stays one line of a commit message and one piece of code on a page.
fn in_one_line(text: &str) -> String {
    let escaped = |letter: char| match letter {
        '`' | '<' | '>' => letter.escape_unicode().to_string(),
        '\'' | '"' => letter.to_string(),
        _ => letter.escape_debug().to_string(),
    };
    text.trim().chars().map(escaped).collect()
}

fn certified(history: &History) -> Vec<Certified> {
    let practices = |family: &str| {
        let of = |subject: &Subject| match subject {
            Subject::Practice(id) if id.family() == family => Some(*id),
            _ => None,
        };
        history.subjects.keys().filter_map(of).collect::<Vec<RequirementId>>()
    };
    let families = FAMILIES.iter().map(|(family, _)| {
        let ids = practices(family);
        let holding = |id: &RequirementId| history.certifications.get(id)?.iter().find(|found| found.holds());
        let found: Vec<&Certification> = ids.iter().filter_map(holding).collect();
        let mut by: BTreeMap<&str, (Date, Date)> = BTreeMap::new();
        for Certification { by: who, date, .. } in found.iter().copied() {
            let (first, last) = by.entry(who).or_insert((*date, *date));
            (*first, *last) = ((*first).min(*date), (*last).max(*date));
        }
        let by = by.into_iter().map(|(who, days)| in_days(who.split('<').next().unwrap_or(who).trim(), days));
        Certified { family: (*family).to_owned(), count: found.len(), of: ids.len(), by: by.collect() }
    });
    families.filter(|family| family.of > 0).collect()
}

/// Who, and on which days.
fn in_days(who: &str, (first, last): (Date, Date)) -> String {
    if first == last { format!("{who}, {first}") } else { format!("{who}, {first} to {last}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_text_and_says_nothing_to_a_page() {
        assert_eq!(in_one_line("practices/AC.L2-3.1.1.toml"), "practices/AC.L2-3.1.1.toml");
        assert_eq!(in_one_line("o'neil \u{e9}"), "o'neil \u{e9}");
        let bad = in_one_line("x`<b>\nAcknowledged: y\u{202e}\u{1b}[2J ");
        assert_eq!(bad, "x\\u{60}\\u{3c}b\\u{3e}\\nAcknowledged: y\\u{202e}\\u{1b}[2J");
    }
}
