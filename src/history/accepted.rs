//! Acceptances of duties: what each is worth, and whether it still covers what is assigned.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::past::{Digests, Entered, Past};
use super::proof::Claim;
use super::seen::Stamp;
use super::{Judges, date_grade};
use crate::date::Date;
use crate::failure::Failure;
use crate::material::Material;
use crate::model::acceptance::{DutyChanges, Published};
use crate::model::assessment::Assessment;
use crate::model::history::Statement;
use crate::trailers::WrittenStatement;

/// Every acceptance, each compared with the duties that are assigned now.
pub(super) fn acceptances(
    found: &[(Stamp, WrittenStatement)],
    past: &mut Past<'_, '_>,
    judges: &Judges<'_>,
    now: &Assessment,
    as_of: Date,
) -> Result<Vec<Statement>, Failure> {
    let mut paragraphs = Vec::new();
    let mut used = Used::new();
    // The oldest first: a record may have been used before.
    for (stamp, written) in found.iter().rev() {
        let mut statements = Vec::new();
        for provider in &written.about {
            let about = About::of(stamp, written, provider, past, now, as_of)?;
            let is_used = about.is_used(&used);
            let by = written.by.iter().map(|by| Some(by.as_str()));
            let by: Vec<Option<&str>> = if written.by.is_empty() { vec![None] } else { by.collect() };
            let said: Vec<Statement> =
                by.into_iter().map(|by| statement((stamp, as_of), written, &about, by, is_used, judges)).collect();
            about.note(said.iter().any(|said| said.accepted), &mut used);
            statements.extend(said);
        }
        paragraphs.push(statements);
    }
    Ok(paragraphs.into_iter().rev().flatten().collect())
}

/// The digests of records that have shown an acceptance, and of what, by provider.
type Used = BTreeMap<String, Vec<(Digests, Rc<Material>)>>;

/// What a paragraph says of one provider.
struct About<'a> {
    provider: &'a str,
    /// What the provider had published, where nobody accepts.
    edition: Option<Published>,
    /// Whether there was a root to have duties in.
    had_root: bool,
    /// The duties that were accepted.
    duties: Rc<Material>,
    changes: DutyChanges,
    differs: Vec<String>,
    /// What became of the bytes of the record, if one is named, and their digests.
    entered: Option<(Entered, Digests)>,
}

impl<'a> About<'a> {
    fn of(
        stamp: &Stamp,
        written: &WrittenStatement,
        provider: &'a str,
        past: &mut Past<'_, '_>,
        now: &Assessment,
        as_of: Date,
    ) -> Result<Self, Failure> {
        let duties = past.duties(&stamp.standing, provider)?;
        let record = written.record.as_deref();
        let entered = record.map(|record| past.entered(&stamp.standing, record)).transpose()?;
        let is_published = written.by.is_empty();
        let edition = if is_published { past.edition(&stamp.standing, provider)? } else { None };
        let had_root = duties.is_some();
        let (duties, changes) = duties.unwrap_or_default();
        let mut differs = changes.words();
        differs.extend(edition.as_ref().and_then(|then| published_since(then, provider, now)));
        let services = changed_services(provider, now, (stamp.date, as_of));
        differs.extend(
            services.filter(|(service, _)| !differs.contains(service)).map(|(_, what)| what).collect::<Vec<_>>(),
        );
        Ok(Self { provider, edition, had_root, duties, changes, differs, entered })
    }

    /// Whether the bytes of the record have shown before that other duties were accepted.
    fn is_used(&self, used: &Used) -> bool {
        let Some((_, digests)) = self.entered.as_ref().filter(|(_, digests)| !digests.is_empty()) else { return false };
        let mut known = used.get(self.provider).into_iter().flatten();
        known.any(|(known, duties)| digests.is_subset(known) && *duties != self.duties)
    }

    /// Remembers a record that has shown an acceptance, or that did until its bytes were swapped.
    fn note(&self, counts: bool, used: &mut Used) {
        let Some((entered, digests)) = &self.entered else { return };
        if counts || matches!(entered, Entered::Otherwise(_)) {
            used.entry(self.provider.to_owned()).or_default().push((digests.clone(), Rc::clone(&self.duties)));
        }
    }
}

/// What a provider has published since an edition, in words.
fn published_since(then: &Published, provider: &str, now: &Assessment) -> Option<String> {
    let matrix = now.crms.get(provider);
    let edition = matrix.and_then(|matrix| matrix.edition.as_ref()).map(|edition| edition.value.as_str());
    let source = matrix.and_then(|matrix| matrix.source.as_ref()).map(|source| source.name.as_str());
    let before = then.edition.as_deref()?;
    match edition {
        None => Some(format!("edition {before} of its matrix is no longer named")),
        Some(edition) if edition != before => {
            Some(format!("{provider} has published edition {edition} since edition {before}"))
        }
        Some(_) if source != then.source.as_deref() => {
            Some(format!("edition {before} of its matrix is taken from another document"))
        }
        Some(_) => None,
    }
}

/// The services that a provider's duties rest on and that have changed after the first day, up to the second: what each
/// is called among differences, and what is said of it.
fn changed_services<'a>(
    provider: &'a str,
    now: &'a Assessment,
    (after, until): (Date, Date),
) -> impl Iterator<Item = (String, String)> + use<'a> {
    let cited: Vec<Option<&str>> = now.duties_of(provider).map(|(_, part)| part.service.as_deref()).collect();
    let services = now.providers.get(provider).into_iter().flat_map(|found| &found.service);
    let cited = services.filter(move |service| cited.contains(&None) || cited.contains(&Some(&*service.id)));
    let dated = cited.filter_map(|service| Some((service, service.changed.as_ref()?.value)));
    let dated = dated.filter(move |(_, day)| *day > after && *day <= until);
    dated.map(|(service, day)| (format!("service {}", service.id), format!("service {} changed on {day}", service.id)))
}

fn statement(
    (stamp, as_of): (&Stamp, Date),
    written: &WrittenStatement,
    about: &About<'_>,
    by: Option<&str>,
    is_used: bool,
    judges: &Judges<'_>,
) -> Statement {
    let record = written.record.as_deref().zip(about.entered.as_ref().map(|(entered, _)| entered.clone()));
    let (provider, edition) = (about.provider, about.edition.as_ref());
    let claim = Claim { provider, by, record, edition, is_used: is_used && by.is_some() };
    let (proof, signature, shown) = judges.policy.acceptance(&judges.seals, stamp, &claim);
    let witnessed = judges.seals.get(stamp).witnessed;
    let edition = by.is_none().then(|| edition.and_then(|then| then.edition.clone()).unwrap_or_default());
    Statement {
        commit: stamp.commit.to_string(),
        date: stamp.date,
        date_grade: date_grade(stamp, witnessed, judges.today),
        witnessed,
        about: provider.to_owned(),
        by: shown.unwrap_or_else(|| published(edition.as_deref())),
        edition,
        record: written.record.clone(),
        covers_head: about.had_root && about.differs.is_empty(),
        differs: about.differs.clone(),
        changes: about.changes.clone(),
        grade: proof.grade,
        signer: signature.signer,
        key: signature.key,
        accepted: proof.accepted,
        refused_because: proof.refused_because,
        after_as_of: stamp.date > as_of,
        acknowledged: Vec::new(),
    }
}

/// What stands for a person where a provider has published its acceptance.
fn published(edition: Option<&str>) -> String {
    match edition {
        None | Some("") => "its published matrix".to_owned(),
        Some(edition) => format!("its published edition {edition}"),
    }
}
