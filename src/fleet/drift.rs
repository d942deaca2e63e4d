//! What a client believes beside what its provider has published.
//!
//! The published matrix takes the place of the client's copy, and the rules of `check` judge: their words are its words.
//! What the client's root has allowed or lowered does not count here: it is the provider who asks.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::list::{self, PUBLISHED, Published};
use crate::check;
use crate::diagnostic::{Diagnostic, Place};
use crate::ids::{RequirementId, Span, Spanned};
use crate::model::crm::{CrmRow, Inheritance, ProviderCrm};
use crate::model::practice::{Answer, Practice};
use crate::model::provider::{Service, ServiceKind};
use crate::reconcile::{self, Matrix, Said};
use crate::rule::{Facts, named};
use crate::table::{Id, OneOrMany};

/// How a client's belief differs from what is published.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The client does not know the provider.
    NoProvider,
    /// The client has no copy of the matrix.
    NoCopy,
    /// The client's copy cannot be read whole.
    UnreadCopy,
    /// The client's copy is of an earlier day than the published one.
    OlderCopy,
    /// The client's copy is of a later day than the published one.
    NewerCopy,
    /// The client's copy is another edition, or says something else under the same edition and day.
    OtherCopy,
    /// The client assigns what the published matrix does not claim.
    UnclaimedDuty,
    /// The published matrix leaves something to the customer, and the client has given all of it to the provider.
    CustomerPartLeftOut,
    /// The published matrix leaves something to the customer, and at the client nobody has a part in it.
    LeftToNobody,
    /// The published matrix claims all of it, and at the client the contractor does the work.
    ClaimedTwice,
}

impl Kind {
    /// Every kind, in the order of the docs.
    pub const ALL: [Self; 10] = [
        Self::NoProvider,
        Self::NoCopy,
        Self::UnreadCopy,
        Self::OlderCopy,
        Self::NewerCopy,
        Self::OtherCopy,
        Self::UnclaimedDuty,
        Self::CustomerPartLeftOut,
        Self::LeftToNobody,
        Self::ClaimedTwice,
    ];

    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoProvider => "no-provider",
            Self::NoCopy => "no-copy",
            Self::UnreadCopy => "unread-copy",
            Self::OlderCopy => "older-copy",
            Self::NewerCopy => "newer-copy",
            Self::OtherCopy => "other-copy",
            Self::UnclaimedDuty => "unclaimed-duty",
            Self::CustomerPartLeftOut => "customer-part-left-out",
            Self::LeftToNobody => "left-to-nobody",
            Self::ClaimedTwice => "claimed-twice",
        }
    }
}

/// The rules of `check` that judge a client by the published matrix, and what each of them finds.
const RULES: [(&str, Kind); 3] = [
    ("unclaimed-duty", Kind::UnclaimedDuty),
    ("customer-part-left-out", Kind::CustomerPartLeftOut),
    ("claimed-twice", Kind::ClaimedTwice),
];

/// One difference, and where the client says what differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Drift {
    /// How it differs.
    pub kind: Kind,
    /// The practice, if it is about one.
    pub practice: Option<String>,
    /// Letters of the objectives, if it is about some.
    pub objectives: Vec<String>,
    /// What differs, in words.
    pub message: String,
    /// The file of the client's root, relative to it.
    pub path: String,
    /// The line in it, from 1.
    pub line: Option<usize>,
    /// The column in it, from 1.
    pub column: Option<usize>,
    /// The line of the published matrix that says otherwise, from 1.
    pub published_line: Option<usize>,
}

/// The drifts of a client that has some services of the provider, none meaning all; its own copy of the matrix is gone
/// from the facts afterwards. `found` is what reading and linking reported.
pub fn of(
    facts: &mut Facts,
    found: &[Diagnostic],
    (provider, published): (&str, &Published),
    services: &[String],
) -> Vec<Drift> {
    if !facts.assessment.providers.contains_key(provider) {
        let is_whole = !facts.assessment.broken.contains("provider");
        let message = format!("the client has no `providers/{provider}.toml`, so it does not know this provider");
        let place = Place::Path(format!("providers/{provider}.toml"));
        return is_whole.then(|| drift(Kind::NoProvider, message, &place, facts)).into_iter().collect();
    }
    let matrix = published.of_services(services);
    let mut drifts: Vec<Drift> = of_copy(facts, (provider, published), &matrix, services).into_iter().collect();
    define(facts, provider, &matrix);
    let left = left_to_nobody(facts, provider, &matrix, services);
    facts.assessment.crms.clear();
    facts.assessment.crms.insert(provider.to_owned(), matrix);
    let names = RULES.map(|(name, _)| name);
    let judged = check::of_rules(&names, facts, found);
    drifts.extend(judged.iter().map(|diagnostic| of_rule(diagnostic, facts, published)));
    drifts.extend(left);
    drifts
}

fn drift(kind: Kind, message: String, place: &Place, facts: &Facts) -> Drift {
    let files = &facts.assessment.files;
    let (line, column) = match place {
        Place::Span(span) => Some(files.position(*span)),
        Place::Path(_) => None,
    }
    .unzip();
    let path = check::path_of(place, files).to_owned();
    Drift { kind, practice: None, objectives: Vec::new(), message, path, line, column, published_line: None }
}

/// How the client's own copy differs from what it was given.
fn of_copy(
    facts: &Facts,
    (provider, published): (&str, &Published),
    matrix: &ProviderCrm,
    services: &[String],
) -> Option<Drift> {
    let path = || Place::Path(format!("providers/{provider}.crm.toml"));
    let Some(own) = facts.assessment.crms.get(provider) else {
        let is_unread = facts.assessment.broken.contains("matrix");
        let (kind, what) =
            if is_unread { (Kind::UnreadCopy, "cannot be read") } else { (Kind::NoCopy, "is not there") };
        let message = format!("the client's copy of {} {what}", of_edition(matrix));
        return Some(drift(kind, message, &path(), facts));
    };
    if own.lost {
        let message = format!("the client's copy of {} cannot be read whole", of_edition(matrix));
        return Some(drift(Kind::UnreadCopy, message, &own.top().into(), facts));
    }
    let mut copy = own.value.clone();
    list::narrow(&mut copy, services);
    let differs = differences(&copy, matrix);
    let kind = kind_of_copy(&copy, matrix, !differs.is_empty())?;
    let content = if differs.is_empty() { ", with the same content".to_owned() } else { named(&differs) };
    let message = match kind {
        Kind::OtherCopy if edition_of(&copy) == edition_of(matrix) => {
            format!("the client's copy says something else than {}{content}", of_edition(matrix))
        }
        _ => format!("the client's copy is {}, and published is {}{content}", of_edition(&copy), of_edition(matrix)),
    };
    let place = copy.date.as_ref().map(|date| date.span).or(copy.edition.as_ref().map(|edition| edition.span));
    let published_line = matrix.date.as_ref().map(|date| published.position(date.span).0);
    let place = place.unwrap_or(copy.provider.span).into();
    Some(Drift { published_line, ..drift(kind, message, &place, facts) })
}

fn kind_of_copy(copy: &ProviderCrm, published: &ProviderCrm, differs: bool) -> Option<Kind> {
    let day = |matrix: &ProviderCrm| matrix.date.as_ref().map(|date| date.value);
    match (day(copy), day(published)) {
        (Some(own), Some(theirs)) if own < theirs => Some(Kind::OlderCopy),
        (Some(own), Some(theirs)) if own > theirs => Some(Kind::NewerCopy),
        _ if edition_of(copy) != edition_of(published) || differs => Some(Kind::OtherCopy),
        _ => None,
    }
}

fn edition_of(matrix: &ProviderCrm) -> Option<&str> {
    matrix.edition.as_ref().map(|edition| edition.value.trim())
}

/// A matrix by edition and day.
fn of_edition(matrix: &ProviderCrm) -> String {
    let edition = edition_of(matrix).map_or_else(|| "an edition without a name".to_owned(), |e| format!("edition {e}"));
    edition + &matrix.date.as_ref().map(|date| format!(" of {}", date.value)).unwrap_or_default()
}

/// What a row says, but for where it says it and from which cell it was taken.
type Claim<'a> = (BTreeSet<&'a str>, Inheritance, [String; 3]);

/// What a matrix says of each requirement and objective.
type Content<'a> = BTreeMap<(RequirementId, Option<char>), Vec<Claim<'a>>>;

fn content(matrix: &ProviderCrm) -> Content<'_> {
    let mut content = Content::new();
    for row in &matrix.row {
        for (id, letter, _) in row.covered() {
            content.entry((id, letter)).or_default().push(claim(row));
        }
    }
    for claims in content.values_mut() {
        claims.sort();
    }
    content
}

fn claim(row: &CrmRow) -> Claim<'_> {
    let words = |text: &Option<Spanned<String>>| {
        text.iter().flat_map(|text| text.split_whitespace()).collect::<Vec<_>>().join(" ")
    };
    let texts = [&row.provider_does, &row.customer_does, &row.evidence].map(words);
    (row.service.iter().map(|service| &**service).collect(), row.inheritance.value, texts)
}

/// The requirements and objectives of which two matrices say something else.
fn differences(copy: &ProviderCrm, published: &ProviderCrm) -> Vec<String> {
    let (own, theirs) = (content(copy), content(published));
    let both: BTreeSet<_> = own.keys().chain(theirs.keys()).copied().collect();
    let other = both.into_iter().filter(|about| own.get(about) != theirs.get(about));
    other.map(|(id, letter)| letter.map_or_else(|| id.to_string(), |letter| format!("{id}[{letter}]"))).collect()
}

/// Lets the client know the services of which the published matrix speaks: a row of a service that it does not have
/// speaks of another service then, and not of nobody knows what.
fn define(facts: &mut Facts, provider: &str, matrix: &ProviderCrm) {
    let Some(found) = facts.assessment.providers.get_mut(provider) else { return };
    let services = matrix.row.iter().flat_map(|row| row.service.iter());
    for service in services {
        if !found.value.service.iter().any(|known| *known.id.name == **service) {
            found.value.service.push(foreign(&service.name, service.span));
        }
    }
}

/// A service of which nothing but its name is known.
fn foreign(name: &str, span: Span) -> Service {
    Service {
        id: Id { name: name.to_owned(), span },
        title: Spanned { value: name.to_owned(), span },
        kind: Spanned { value: ServiceKind::Vendor, span },
        data: OneOrMany(Vec::new()),
        authorization: None,
        authorization_evidence: None,
        authorization_until: None,
        inside_boundary: None,
        changed: None,
        span,
    }
}

/// A diagnostic of a rule as a drift.
fn of_rule(diagnostic: &Diagnostic, facts: &Facts, published: &Published) -> Drift {
    let rule = RULES.iter().find(|(name, _)| *name == diagnostic.rule);
    let kind = rule.map_or(Kind::UnclaimedDuty, |(_, kind)| *kind);
    let line = |place: &Place| match place {
        Place::Span(span) if span.file == PUBLISHED => Some(published.position(*span).0),
        _ => None,
    };
    Drift {
        practice: diagnostic.practice.map(|id| id.to_string()),
        objectives: diagnostic.practice.map(|id| letters_in(&diagnostic.message, id)).unwrap_or_default(),
        published_line: diagnostic.related.iter().find_map(|(_, place)| line(place)),
        ..drift(kind, diagnostic.message.clone(), &diagnostic.place, facts)
    }
}

/// The letters that a message puts behind an id, as [`reconcile::letters`] writes them.
fn letters_in(message: &str, id: RequirementId) -> Vec<String> {
    let head = format!("{id}[");
    let rest = message.split_once(&head).map_or("", |(_, rest)| rest);
    let list = rest.split_once(']').map_or("", |(list, _)| list);
    list.split(", ").filter(|letter| !letter.is_empty()).map(str::to_owned).collect()
}

/// What the matrix leaves to the customer and nobody has a part in, a practice each.
fn left_to_nobody(facts: &Facts, provider: &str, matrix: &ProviderCrm, services: &[String]) -> Vec<Drift> {
    let rows = Matrix::of(matrix);
    let mut drifts = Vec::new();
    for id in rows.requirements() {
        let Some(practice) = facts.assessment.practices.get(&id).filter(|practice| !practice.lost) else { continue };
        if practice.is_unanswered() || practice.is_not_applicable(facts.assessment.requirement(id)) {
            continue;
        }
        let left = |said: &&Said<'_>| said.is_claim() && said.row.customer_does.is_some();
        let had = |said: &&Said<'_>| is_had(facts, provider, said.row, services);
        let said = rows.of_requirement(id).iter().filter(left).filter(had);
        let letters: BTreeSet<char> = said.flat_map(|said| of_nobody(facts, id, practice, said.letter)).collect();
        if letters.is_empty() {
            continue;
        }
        let message = format!(
            "nobody has a part in {id}{}, and {} leaves something to its customer",
            reconcile::letters(&letters),
            reconcile::edition(matrix)
        );
        drifts.push(Drift {
            practice: Some(id.to_string()),
            objectives: letters.iter().map(char::to_string).collect(),
            ..drift(Kind::LeftToNobody, message, &practice.practice.span.into(), facts)
        });
    }
    drifts
}

/// Whether a row is of a service that the client has: by the provider's list, else by what its practices name.
fn is_had(facts: &Facts, provider: &str, row: &CrmRow, services: &[String]) -> bool {
    let in_use = |service: &str| {
        facts.assessment.duties_of(provider).any(|(_, part)| part.service.as_deref().is_none_or(|used| used == service))
    };
    row.service.is_empty() || !services.is_empty() || row.service.iter().any(|service| in_use(service))
}

/// The objectives of a row that apply and that nobody has; a row of the whole requirement is answered by a part of
/// anybody in any of them.
fn of_nobody(facts: &Facts, id: RequirementId, practice: &Practice, letter: Option<char>) -> Vec<char> {
    let applies = |letter: &char| practice.answered(*letter).is_none_or(|found| found.answer != Answer::NotApplicable);
    let has_nobody = |letter: &char| practice.responsibility.iter().all(|part| !part.has(*letter));
    let letters: Vec<char> = match letter {
        Some(only) => vec![only],
        None if practice.responsibility.is_empty() => facts.assessment.requirement(id).letters_each().collect(),
        None => Vec::new(),
    };
    letters.into_iter().filter(applies).filter(has_nobody).collect()
}
