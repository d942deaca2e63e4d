//! `history`.

pub(super) mod text;

use std::io::Write;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Serialize, Serializer};
use serde_json::ser::{Formatter as _, PrettyFormatter};

use super::Context;
use super::outcome::{Ended, Outcome};
use super::remembered::{self, Asked};
use super::root::{Root, Which};
use super::score::{Form, as_json};
use crate::failure::{Cause, Failure};
use crate::ids::RequirementId;
use crate::model::history::{Certification, Gap, History, Review, Revision, Statement, Stood, Subject, SubjectHistory};
use crate::{report, timestamp};

/// Revisions and reviews from the commit log: who looked at what, when, and what changed since
///
/// A review is a commit whose message carries Practice-Review, Review-Outcome and Reviewed-by. It covers content, not
/// a date: it counts while the material content is what was reviewed. Its grade says how strong the proof is: signed,
/// forge, recorded, unsigned or refused, by the keys that trust/allowed_signers held before the commit; its date is
/// witnessed, claimed by the committer, or doubtful.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// A practice (AC.L2-3.1.1 or 3.1.1), a family (AC), or ssp, crm, scope, poam, incident, policy:ID, provider:ID, personnel:ID
    #[arg(value_name = "ID")]
    subject: Option<String>,
    /// Show the chain of accepted reviews and its gaps in days
    #[arg(long)]
    proof: bool,
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
    /// Look at the log of this commit instead of HEAD
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let root = Root::open(context)?;
    let which = Which::of(false, args.rev.as_deref());
    let asked = Asked { command: "history", options: format!("{args:?}"), which: &which };
    remembered::or_made(&asked, &root, context, &mut |context| made(args, &which, &root, context))
}

fn made(args: &Args, which: &Which, root: &Root, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let (_, mut history) = root.history(which, context)?;
    if let Some(wanted) = &args.subject {
        keep(&mut history, wanted)?;
    }
    let text = match args.format {
        Form::Json => return json(&history, context).map(|()| Outcome::Clean),
        Form::Text if args.proof => text::proof(&history),
        Form::Text if args.subject.is_some() => text::log(&history),
        Form::Text => text::short(&history),
    };
    context.say(&text)?;
    context.say(&text::footer(&history))?;
    Ok(Outcome::Clean)
}

/// Keeps the subject asked for.
fn keep(history: &mut History, wanted: &str) -> Result<(), Failure> {
    let family = |id: &RequirementId| id.family() == wanted;
    let subject: Option<Subject> = wanted.parse().ok();
    history.subjects.retain(|known, _| match known {
        Subject::Practice(id) if family(id) => true,
        known => Some(known) == subject.as_ref(),
    });
    if history.subjects.is_empty() {
        let message = format!(
            "`{wanted}` is nothing that is reviewed here: name a practice, a family, or ssp, crm, scope, poam, incident, policy:ID, provider:ID, personnel:ID"
        );
        return Err(Failure::new(Cause::Usage, message));
    }
    // What a provider accepted belongs to its own file, and to the matrix that divides the work.
    let of = |found: &Statement| match &subject {
        Some(Subject::Provider(id) | Subject::Personnel(id)) => found.about == *id,
        other => *other == Some(Subject::Crm),
    };
    history.acceptances.retain(of);
    history.affirmations.retain(|_| subject == Some(Subject::Ssp));
    history.certifications.retain(|id, _| history.subjects.contains_key(&Subject::Practice(*id)));
    Ok(())
}

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    as_of: String,
    head: Option<&'a str>,
    acceptances: Vec<StatementRow<'a>>,
    affirmations: Vec<StatementRow<'a>>,
    certifications: Vec<CertificationRow<'a>>,
    subjects: [SubjectRow<'a>; 0],
}

/// An acceptance of duties or an affirmation.
#[derive(Serialize)]
struct StatementRow<'a> {
    about: &'a str,
    commit: &'a str,
    date: String,
    date_grade: &'static str,
    witnessed: Option<String>,
    by: Option<&'a str>,
    edition: Option<&'a str>,
    signer: Option<&'a str>,
    key: Option<&'a str>,
    grade: &'static str,
    accepted: bool,
    refused_because: Option<&'a str>,
    covers_head: bool,
    differs: &'a [String],
    record: Option<&'a str>,
    acknowledged: &'a [String],
    after_as_of: bool,
}

/// A practice that somebody who answers for it has certified.
#[derive(Serialize)]
struct CertificationRow<'a> {
    about: String,
    commit: &'a str,
    date: String,
    by: &'a str,
    grade: &'static str,
    accepted: bool,
    refused_because: Option<&'a str>,
    covers_head: bool,
    after_as_of: bool,
}

#[derive(Serialize)]
struct SubjectRow<'a> {
    id: String,
    state: &'static str,
    due: Option<String>,
    differs: &'a [String],
    changes: &'a [String],
    reviews: Rows<'a, Review>,
    revisions: Rows<'a, Arc<Revision>>,
    gaps: Vec<GapRow>,
}

/// Rows that are made while they are written: there may be more of them than should be held.
struct Rows<'a, T>(&'a [T]);

impl Serialize for Rows<'_, Review> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(review_row))
    }
}

impl Serialize for Rows<'_, Arc<Revision>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|revision| revision_row(revision)))
    }
}

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "these are the keys of the JSON, each a question of its own")]
struct ReviewRow<'a> {
    commit: &'a str,
    date: String,
    date_grade: &'static str,
    earliest: String,
    witnessed: Option<String>,
    outcome: &'static str,
    reviewer: &'a str,
    person: Option<&'a str>,
    role: Option<&'a str>,
    signer: Option<&'a str>,
    key: Option<&'a str>,
    grade: &'static str,
    accepted: bool,
    refused_because: Option<&'a str>,
    covers_head: bool,
    breadth: usize,
    squashed: bool,
    record: Option<&'a str>,
    after_as_of: bool,
}

#[derive(Serialize)]
struct RevisionRow<'a> {
    commit: &'a str,
    date: String,
    author: &'a str,
    summary: &'a str,
}

#[derive(Serialize)]
struct GapRow {
    from: String,
    to: String,
    days: i64,
}

/// Writes the document subject by subject: of a long log it is larger than all that is known.
fn json(history: &History, context: &mut Context<'_>) -> Result<(), Ended> {
    let as_of = history.as_of.to_string();
    let document = Document {
        version: 1,
        as_of,
        head: history.head.as_deref(),
        acceptances: history.acceptances.iter().map(statement_row).collect(),
        affirmations: history.affirmations.iter().map(statement_row).collect(),
        certifications: certification_rows(history),
        subjects: [],
    };
    let frame = as_json(&document);
    let (head, tail) = frame.rsplit_once("[]").expect("the list of subjects comes last and is empty");
    let all: Vec<(&Subject, &SubjectHistory)> = history.subjects.iter().collect();
    context.say_raw(head)?;
    let mut between = "[\n";
    for few in all.chunks(2 * rayon::current_num_threads().max(1)) {
        // Small ones are written side by side by several threads, a large one straight to the end of the line.
        let texts: Vec<Option<Vec<u8>>> = few.par_iter().map(|(subject, of)| text_of_small(subject, of)).collect();
        for ((subject, of), text) in few.iter().zip(texts) {
            context.say_raw(between)?;
            match text {
                Some(text) => context.out.write_all(&text)?,
                None => write_row(subject, of, &mut *context.out)?,
            }
            between = ",\n";
        }
    }
    context.say_raw(if all.is_empty() { "[]" } else { "\n  ]" })?;
    context.say_raw(tail)
}

/// Reviews and revisions from which on a subject is large.
const LARGE: usize = 12_000;

/// The text of a subject that is not large.
fn text_of_small(subject: &Subject, of: &SubjectHistory) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let is_small = of.reviews.len() + of.revisions.len() < LARGE;
    (is_small && write_row(subject, of, &mut text).is_ok()).then_some(text)
}

/// Writes a subject as it stands in the document, without the comma after it.
fn write_row(subject: &Subject, of: &SubjectHistory, out: &mut dyn Write) -> std::io::Result<()> {
    let mut out = Safe { pieces: Vec::new(), out };
    let mut formatter = PrettyFormatter::new();
    // The document and its list of subjects are open.
    formatter.begin_object(&mut std::io::sink())?;
    formatter.begin_array(&mut std::io::sink())?;
    out.write_all(b"    ")?;
    subject_row(subject, of).serialize(&mut serde_json::Serializer::with_formatter(&mut out, formatter))?;
    out.flush()
}

/// Takes JSON and passes it on escaped, many pieces at a time.
struct Safe<'a> {
    pieces: Vec<u8>,
    out: &'a mut dyn Write,
}

impl Write for Safe<'_> {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.pieces.extend_from_slice(piece);
        if self.pieces.len() >= 64 << 10 {
            self.flush()?;
        }
        Ok(piece.len())
    }

    fn write_all(&mut self, piece: &[u8]) -> std::io::Result<()> {
        self.write(piece).map(|_| ())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let whole = std::str::from_utf8(&self.pieces).map_err(std::io::Error::other)?;
        self.out.write_all(report::safe_json(whole).as_bytes())?;
        self.pieces.clear();
        Ok(())
    }
}

fn subject_row<'a>(subject: &Subject, of: &'a SubjectHistory) -> SubjectRow<'a> {
    SubjectRow {
        id: subject.to_string(),
        state: of.state.word(),
        due: of.due.map(|due| due.to_string()),
        differs: &of.differs,
        changes: &of.changes,
        reviews: Rows(&of.reviews),
        revisions: Rows(&of.revisions),
        gaps: of.gaps.iter().map(gap_row).collect(),
    }
}

fn review_row(review: &Review) -> ReviewRow<'_> {
    ReviewRow {
        commit: &review.commit,
        date: review.date.to_string(),
        date_grade: review.date_grade.word(),
        earliest: review.earliest.to_string(),
        witnessed: review.witnessed.map(timestamp::rfc3339),
        outcome: review.outcome.word(),
        reviewer: &review.reviewer,
        person: review.person.as_deref(),
        role: review.role.as_deref(),
        signer: review.signer.as_deref(),
        key: review.key.as_deref(),
        grade: review.grade.word(),
        accepted: review.accepted,
        refused_because: review.refused_because.as_deref(),
        covers_head: review.covers_head,
        breadth: review.breadth,
        squashed: review.stood == Stood::Body,
        record: review.record.as_deref(),
        after_as_of: review.after_as_of,
    }
}

fn statement_row(found: &Statement) -> StatementRow<'_> {
    StatementRow {
        about: &found.about,
        commit: &found.commit,
        date: found.date.to_string(),
        date_grade: found.date_grade.word(),
        witnessed: found.witnessed.map(timestamp::rfc3339),
        by: Some(found.by.as_str()).filter(|_| found.edition.is_none()),
        edition: found.edition.as_deref().filter(|edition| !edition.is_empty()),
        signer: found.signer.as_deref(),
        key: found.key.as_deref(),
        grade: found.grade.word(),
        accepted: found.accepted,
        refused_because: found.refused_because.as_deref(),
        covers_head: found.covers_head,
        differs: &found.differs,
        record: found.record.as_deref(),
        acknowledged: &found.acknowledged,
        after_as_of: found.after_as_of,
    }
}

fn certification_rows(history: &History) -> Vec<CertificationRow<'_>> {
    let all = history.certifications.iter().flat_map(|(id, found)| found.iter().map(move |found| (*id, found)));
    all.map(|(id, found)| certification_row(id, found)).collect()
}

fn certification_row(id: RequirementId, found: &Certification) -> CertificationRow<'_> {
    CertificationRow {
        about: id.to_string(),
        commit: &found.commit,
        date: found.date.to_string(),
        by: &found.by,
        grade: found.grade.word(),
        accepted: found.accepted,
        refused_because: found.refused_because.as_deref(),
        covers_head: found.covers_head,
        after_as_of: found.after_as_of,
    }
}

fn revision_row(revision: &Revision) -> RevisionRow<'_> {
    let Revision { commit, date, author, summary, .. } = revision;
    RevisionRow { commit, date: date.to_string(), author, summary }
}

fn gap_row(gap: &Gap) -> GapRow {
    GapRow { from: gap.from.to_string(), to: gap.to.to_string(), days: gap.days }
}
