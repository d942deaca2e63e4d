//! Which artifacts show which objectives.

use std::collections::{BTreeMap, BTreeSet};

use super::super::practices::{self, At, Both, Letters, Renames, change, letters_of, listed, named};
use super::super::wording::{plain, quoted};
use super::super::{Change, Sides};
use super::names;
use crate::ids::Span;
use crate::model::changes::{Section, Weight, What};
use crate::model::practice::{Answer, Practice};

/// How an artifact is cited for an objective: by which parties' rows, at which places.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct Cited {
    parties: BTreeSet<String>,
    places: BTreeSet<String>,
    /// The duties it stands with.
    duties: BTreeSet<String>,
}

/// Citations by letter and artifact, each with a place.
type Table = BTreeMap<(String, String), (Cited, Span)>;

pub(super) fn changes(sides: &Sides<'_>, renames: &Renames, out: &mut Vec<Change>) {
    for both in practices::differing(sides) {
        out.extend(of_practice(sides, both, renames));
    }
}

fn table(practice: &Practice, renames: &Renames) -> Table {
    let mut table = Table::new();
    for part in &practice.responsibility {
        for evidence in &part.evidence {
            let own = named(evidence.objectives.iter().map(|letter| letter.value.as_str()));
            let letters = if evidence.objectives.is_empty() { letters_of(part) } else { own };
            for letter in letters {
                let key = (letter, renames.artifact(&evidence.artifact));
                let (cited, _) = table.entry(key).or_insert_with(|| (Cited::default(), evidence.artifact.span));
                cited.parties.insert(renames.party(&part.party));
                cited.duties.insert(plain(&part.duty));
                cited.places.extend(evidence.at.as_ref().map(|at| plain(at)));
            }
        }
    }
    table
}

/// One thing that became of a citation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Became {
    /// And what follows.
    Dropped(Vec<String>, bool),
    Added,
    Places(BTreeSet<String>, BTreeSet<String>),
    Parties(BTreeSet<String>, BTreeSet<String>),
    Duties(BTreeSet<String>, BTreeSet<String>),
}

fn of_practice(sides: &Sides<'_>, both: Both<'_>, renames: &Renames) -> Vec<Change> {
    let (old, new) = (table(both.before, renames), table(both.after, &Renames::none()));
    let mut found = Found::new();
    for key in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let (was, is) = (old.get(key), new.get(key));
        let became = match (was, is) {
            (Some((_, _)), None) => {
                let (follows, stands_out) = left(sides, both, key, &new);
                vec![Became::Dropped(follows, stands_out)]
            }
            (None, Some(_)) => vec![Became::Added],
            (Some((was, _)), Some((is, _))) => otherwise(was, is, both),
            (None, None) => Vec::new(),
        };
        for became in became {
            let at = is.map(|(_, span)| At::Now(*span)).or_else(|| was.map(|(_, span)| At::Then(*span)));
            let entry = found.entry((key.1.clone(), became)).or_default();
            entry.0.insert(key.0.clone());
            entry.1 = at.unwrap_or_default();
            entry.2.extend([was, is].into_iter().flatten().flat_map(|(cited, _)| cited.parties.iter().cloned()));
        }
    }
    folded(found).into_iter().map(|story| change_of(sides, both, story)).collect()
}

/// What became of an artifact for these objectives, at a place, with the parties that cite it.
type Found = BTreeMap<(String, Became), (Letters, At, BTreeSet<String>)>;

/// Artifacts of which the same is to be said, with the place of the first and all parties.
type Story = (Key, (Vec<String>, At, BTreeSet<String>));

/// The objectives, what became of it, and of which artifact, where that is told of each alone.
type Key = (Letters, Became, Option<String>);

/// Artifacts that came, or that went, for the same objectives are told in one.
fn folded(found: Found) -> Vec<Story> {
    let mut stories: BTreeMap<Key, _> = BTreeMap::new();
    for ((artifact, became), (letters, at, parties)) in found {
        let is_alike = matches!(became, Became::Added | Became::Dropped(..));
        let key = (letters, became, (!is_alike).then(|| artifact.clone()));
        let story = stories.entry(key).or_insert_with(|| (Vec::new(), at, BTreeSet::new()));
        story.0.push(artifact);
        story.2.extend(parties);
    }
    stories.into_iter().collect()
}

fn change_of(sides: &Sides<'_>, both: Both<'_>, story: Story) -> Change {
    let ((letters, became, _), (artifacts, at, parties)) = story;
    let mut found = told(both, &listed(&artifacts), &letters, became);
    found.parties = parties;
    found.spot = Some(sides.at(at));
    found
}

/// What follows from a citation that went, and whether it asks for a second look.
fn left(sides: &Sides<'_>, both: Both<'_>, (letter, artifact): &(String, String), new: &Table) -> (Vec<String>, bool) {
    let after = &sides.after.facts.assessment;
    let is_shown = new.range((letter.clone(), String::new())..).next().is_some_and(|((other, _), _)| other == letter);
    let mut methods = both.after.method.iter().filter(|method| method.shows());
    let is_tried = letter.chars().next().is_some_and(|letter| methods.any(|method| method.has(letter)));
    let is_bare = !is_shown && !is_tried;
    let answer = letter.chars().next().and_then(|letter| both.after.answered(letter));
    let is_met = answer.is_some_and(|found| {
        found.answer == Answer::Met && found.detail.is_none_or(|detail| detail.exception.is_none())
    });
    let mut follows = Vec::new();
    follows.extend((is_bare && is_met).then(|| "it is determined met and nothing shows it any more".to_owned()));
    let is_idle = after.artifacts.contains_key(artifact) && !after.cited.contains(artifact) && after.is_whole();
    follows.extend(is_idle.then(|| format!("nothing cites {artifact} any more")));
    (follows, is_bare && is_met)
}

fn otherwise(was: &Cited, is: &Cited, both: Both<'_>) -> Vec<Became> {
    let mut found = Vec::new();
    if was.places != is.places {
        found.push(Became::Places(was.places.clone(), is.places.clone()));
    }
    if was.parties != is.parties {
        found.push(Became::Parties(was.parties.clone(), is.parties.clone()));
    } else if was.duties != is.duties && stand_on_both(was, is, both) {
        found.push(Became::Duties(was.duties.clone(), is.duties.clone()));
    }
    found
}

/// Whether each duty that a citation went from or came to stands on both sides, so that the citation itself moved.
fn stand_on_both(was: &Cited, is: &Cited, both: Both<'_>) -> bool {
    let duties = |practice: &Practice| -> BTreeSet<String> {
        practice.responsibility.iter().map(|part| plain(&part.duty)).collect()
    };
    let (old, new) = (duties(both.before), duties(both.after));
    was.duties.symmetric_difference(&is.duties).all(|duty| old.contains(duty) && new.contains(duty))
}

fn told(both: Both<'_>, artifact: &str, letters: &Letters, became: Became) -> Change {
    let of = |what, sentence: String| change(Section::Evidence, what, both.id, letters, sentence);
    match became {
        Became::Added => of(What::Added, format!("is now shown by {artifact}")),
        Became::Dropped(follows, stands_out) => {
            let mut found = of(What::Removed, format!("is shown by {artifact} no longer"));
            found.follows = follows;
            found.weight = if stands_out { Weight::StandsOut } else { Weight::Plain };
            found
        }
        Became::Places(was, is) => {
            let at = |places: &BTreeSet<String>| match places.len() {
                0 => "as a whole".to_owned(),
                _ => format!("at {}", places.iter().map(|place| quoted(place)).collect::<Vec<_>>().join(", ")),
            };
            of(What::Changed, format!("is shown by {artifact} {}, was {}", at(&is), at(&was)))
        }
        Became::Parties(was, is) => {
            of(What::Changed, format!("{artifact} is cited by {}, was by {}", names(&is), names(&was)))
        }
        Became::Duties(_, is) => {
            let duties: Vec<String> = is.iter().map(|duty| quoted(duty)).collect();
            let mut found = of(What::Changed, format!("{artifact} now stands with {}", duties.join(" and ")));
            found.weight = Weight::Slight;
            found
        }
    }
}
