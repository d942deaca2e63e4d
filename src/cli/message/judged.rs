//! What the files of the root say about the claims of a message.

use std::collections::BTreeSet;

use super::super::Context;
use super::super::affirm::refuse_others;
use super::super::outcome::Ended;
use super::super::recording::{Foreseen, named, together};
use super::super::root::{Root, Which};
use crate::diagnostic::{Diagnostic, Level};
use crate::failure::{Cause, Failure};
use crate::git::Git;
use crate::ids::Span;
use crate::message::{Message, Part};
use crate::model::assessment::Assessment;
use crate::model::history::{History, Subject};
use crate::model::provider::ProviderPerson;
use crate::trailers::{WrittenCertification, WrittenReview, WrittenStatement};
use crate::{accept, history, material};

/// Everything that could not count.
pub(super) fn of(message: &Message, root: &Root, context: &mut Context<'_>) -> Result<Vec<Diagnostic>, Ended> {
    let here = root.prefix()?;
    let roots = roots(root.needed_git()?)?;
    let mut found: Vec<Diagnostic> = message.parts.iter().flat_map(|part| of_no_root(part, &roots)).collect();
    let parts: Vec<&Part> = message.parts.iter().filter(|part| part.speaks_of(&here) && is_claim(part)).collect();
    if parts.is_empty() {
        return Ok(found);
    }
    let (now, history) = now(root, context)?;
    let before = match root.needed_git()?.head()? {
        Some(_) => root.committed()?,
        None => None,
    };
    let before = before.as_ref().unwrap_or(&now);
    let foreseen = Foreseen::of_message(root, (before, &now), &history);
    let files = FilesSay { before, now: &now, foreseen: &foreseen };
    for part in parts {
        files.review(part, &mut found);
        files.acceptance(part, &mut found);
        files.affirmation(part, &mut found);
        files.certification(part, &mut found);
    }
    Ok(found)
}

/// The folders of the index that hold a root.
fn roots(git: &Git) -> Result<BTreeSet<String>, Failure> {
    let files = git.files_of_index("")?;
    let folder = |path: &String| match path.rsplit_once('/') {
        None => (path == "demarcate.toml").then(String::new),
        Some((folder, name)) => (name == "demarcate.toml").then(|| folder.to_owned()),
    };
    Ok(files.keys().filter_map(folder).collect())
}

/// Paragraphs of which nobody could tell of which root they speak.
fn of_no_root(part: &Part, roots: &BTreeSet<String>) -> Vec<Diagnostic> {
    let unknown = part.roots.iter().filter(|root| !roots.contains(*root));
    let unknown = unknown.map(|root| {
        let message = format!("no root lies in `{}`, so these lines speak of nothing", root.escape_debug());
        let known: Vec<&str> = roots.iter().map(|root| if root.is_empty() { "." } else { root }).collect();
        let help = format!("write the folder from the top of the repository: {}", known.join(", "));
        Diagnostic::new(BROKEN, message, part.place("compliance-root", root)).help(help)
    });
    let said = &part.said;
    let states = [
        ("responsibility-accepted", said.acceptances.is_empty()),
        ("compliance-affirmed", said.affirmations.is_empty()),
        ("practice-certified", said.certifications.is_empty()),
    ];
    let unsaid = states.iter().find(|(_, is_none)| !is_none && part.roots.is_empty() && roots.len() > 1);
    let unsaid = unsaid.map(|(key, _)| {
        let message = "this does not say of which of the roots in this repository it speaks, so it is none";
        let help = "name the root's folder in a line `Compliance-Root: FOLDER` of the same paragraph";
        Diagnostic::new(BROKEN, message, part.place(key, "")).help(help)
    });
    unknown.chain(unsaid).collect()
}

fn is_claim(part: &Part) -> bool {
    let said = &part.said;
    !said.reviews.is_empty()
        || !said.acceptances.is_empty()
        || !said.affirmations.is_empty()
        || !said.certifications.is_empty()
}

/// What the commit will hold, and the log below it; of a log that cannot be read nothing is known.
fn now(root: &Root, context: &mut Context<'_>) -> Result<(Assessment, History), Ended> {
    match root.history(&Which::Staged, context) {
        Ok(both) => Ok(both),
        Err(failure) if is_obstacle(failure.cause) => {
            context.note(&format!("note: {}; so only the files say who may review\n", failure.message))?;
            let tree = root.tree(&Which::Staged)?;
            let now = crate::facts::assessment(&tree)?;
            let cache = root.cache(context);
            let asked = history::Asked {
                tip: None,
                prefix: tree.prefix(),
                as_of: context.as_of(),
                today: None,
                cache: &cache,
                trust_root: None,
                shared: None,
            };
            let history = history::of(root.needed_git()?, &asked, &now)?;
            Ok((now, history))
        }
        Err(failure) => Err(failure.into()),
    }
}

fn is_obstacle(cause: Cause) -> bool {
    matches!(cause, Cause::Shallow | Cause::Grafted | Cause::Partial | Cause::Object)
}

const BROKEN: &str = "broken-review";
const REVIEW: &str = "review-refused";
const ACCEPTANCE: &str = "acceptance-refused";

struct FilesSay<'a> {
    before: &'a Assessment,
    now: &'a Assessment,
    foreseen: &'a Foreseen<'a>,
}

impl FilesSay<'_> {
    fn review(&self, part: &Part, found: &mut Vec<Diagnostic>) {
        for review in &part.said.reviews {
            self.subjects(review, part, found);
            let record = review.record.as_deref();
            for by in &review.as_written {
                let place = part.place("reviewed-by", by);
                let own = self.person(by, REVIEW, place).or_else(|| self.hand(by, record, &[], (REVIEW, place)));
                found.extend(own);
                if self.foreseen.is_known(by) {
                    self.roles(review, by, part, found);
                }
            }
            if let Some(record) = record.filter(|record| !self.now.artifacts.contains_key(*record)) {
                let message = format!("no artifact is called `{}`", record.escape_debug());
                let help = "define it in evidence/<party>/artifacts.toml and stage that, or name one that is there";
                found.push(Diagnostic::new(REVIEW, message, part.place("review-record", record)).help(help));
            }
        }
    }

    /// Subjects that are named one by one and are not here.
    fn subjects(&self, review: &WrittenReview, part: &Part, found: &mut Vec<Diagnostic>) {
        let known = history::subjects(self.now);
        let is_written = |subject: &&Subject| match subject {
            Subject::Practice(id) => part.holds("practice-review", &id.to_string()),
            _ => true,
        };
        for subject in review.scope.difference(&known).filter(is_written) {
            let word = subject.to_string();
            let message = format!("there is no `{}` here to review", word.escape_debug());
            let help = "name what there is, or stage its file with this commit";
            found.push(Diagnostic::new(REVIEW, message, part.place("practice-review", &word)).help(help));
        }
    }

    fn roles(&self, review: &WrittenReview, by: &str, part: &Part, found: &mut Vec<Diagnostic>) {
        let changed = |subject: &&Subject| material::of(self.before, subject) != material::of(self.now, subject);
        let staged: BTreeSet<Subject> = review.scope.iter().filter(changed).cloned().collect();
        for (why, subjects) in self.foreseen.reviews(by, &review.scope, &staged) {
            let message = format!("{why} {}, so this would not count", together(subjects.iter()));
            let help = "let somebody who may do it review, or leave these subjects out";
            found.push(Diagnostic::new(REVIEW, message, part.place("reviewed-by", by)).help(help));
        }
    }

    /// Somebody who is named so that nobody knows who it is, or whom demarcate.toml does not name.
    fn person(&self, by: &str, rule: &'static str, place: Span) -> Option<Diagnostic> {
        if let Err(failure) = named(by, &self.before.config.person, &[]) {
            return Some(refused(&failure, rule, place));
        }
        if self.foreseen.is_known(by) {
            return None;
        }
        let message = format!("{} is no person of demarcate.toml, as of HEAD", by.escape_debug());
        let help =
            "write the address that demarcate.toml has, or have them committed as a [[person]] with this one first";
        let level = if self.foreseen.is_judged() { Level::Deny } else { Level::Warn };
        Some(Diagnostic { level, ..Diagnostic::new(rule, message, place).help(help) })
    }

    /// Somebody else than who commits; a squash carries the words of others, so this is no refusal.
    fn hand(
        &self,
        by: &str,
        record: Option<&str>,
        own: &[ProviderPerson],
        (rule, place): (&'static str, Span),
    ) -> Option<Diagnostic> {
        let failure = self.foreseen.refuse_hand(by, record, own).err()?;
        Some(Diagnostic { level: Level::Warn, ..refused(&failure, rule, place) })
    }

    fn acceptance(&self, part: &Part, found: &mut Vec<Diagnostic>) {
        for (said, id) in part.said.acceptances.iter().flat_map(|said| said.about.iter().map(move |id| (said, id))) {
            let at = part.place("responsibility-accepted", id);
            match accept::provider(id, self.now) {
                Err(failure) => found.push(refused(&failure, ACCEPTANCE, at)),
                Ok(_) => self.accepted(said, id, part, found),
            }
        }
    }

    fn accepted(&self, said: &WrittenStatement, id: &str, part: &Part, found: &mut Vec<Diagnostic>) {
        let record = said.record.as_deref();
        let at_record = part.place("acceptance-record", record.unwrap_or_default());
        let own = self.now.providers.get(id).map_or(&[][..], |provider| &provider.people);
        for by in &said.by {
            let place = part.place("accepted-by", by);
            let failure = accept::check_person(by, id, self.now).err();
            let failure = failure.map(|failure| refused(&failure, ACCEPTANCE, place));
            found.extend(failure.or_else(|| self.hand(by, record, own, (ACCEPTANCE, place))));
        }
        let Some(record) = record else { return };
        let shown = if said.by.is_empty() {
            accept::published(id, Some(record), self.now).map(drop)
        } else {
            accept::check_record(record, self.now).and_then(|()| self.foreseen.refuse_record_of_others(record, id))
        };
        found.extend(shown.err().map(|failure| refused(&failure, ACCEPTANCE, at_record)));
    }

    fn affirmation(&self, part: &Part, found: &mut Vec<Diagnostic>) {
        for by in part.said.affirmations.iter().flat_map(|said| &said.by) {
            let place = part.place("affirmed-by", by);
            let failure = refuse_others(by, self.now).err().map(|failure| refused(&failure, BROKEN, place));
            found.extend(failure.or_else(|| self.hand(by, None, &[], (BROKEN, place))));
        }
    }

    fn certification(&self, part: &Part, found: &mut Vec<Diagnostic>) {
        let each = |said: &'_ WrittenCertification| {
            said.by.clone().into_iter().map(|by| (said.scope.clone(), by)).collect::<Vec<_>>()
        };
        for (scope, by) in part.said.certifications.iter().flat_map(each) {
            let place = part.place("certified-by", &by);
            if let Some(problem) = self.person(&by, BROKEN, place) {
                found.push(problem);
                continue;
            }
            let known: BTreeSet<Subject> = scope.intersection(&history::subjects(self.now)).cloned().collect();
            for (why, subjects) in self.foreseen.certifications(&by, &known) {
                let message = format!("{why} {}, so this would not count", together(subjects.iter()));
                let help = "let somebody who answers for them certify, or leave these practices out";
                found.push(Diagnostic::new(BROKEN, message, place).help(help));
            }
        }
    }
}

/// A refusal as a diagnostic: what is wrong, then what to do.
fn refused(failure: &Failure, rule: &'static str, place: Span) -> Diagnostic {
    let usual = "`demarcate review`, `demarcate accept` and `demarcate affirm` write lines that count";
    let (message, help) = failure.message.split_once("\n  help: ").unwrap_or((&failure.message, usual));
    Diagnostic::new(rule, message.trim_end_matches("; nothing was recorded"), place).help(help)
}
