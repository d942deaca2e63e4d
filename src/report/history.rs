//! What a log says, for scripts: JSON, version 1.

use std::io::{self, Write};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Serialize, Serializer};
use serde_json::ser::{Formatter as _, PrettyFormatter};

use crate::ids::RequirementId;
use crate::model::history::{Certification, Gap, History, Review, Revision, Statement, Stood, Subject, SubjectHistory};
use crate::timestamp;

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
pub fn write(history: &History, out: &mut dyn Write) -> io::Result<()> {
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
    let frame = super::json_text(&document);
    let (head, tail) = frame.rsplit_once("[]").expect("the list of subjects comes last and is empty");
    let all: Vec<(&Subject, &SubjectHistory)> = history.subjects.iter().collect();
    out.write_all(head.as_bytes())?;
    let mut between = "[\n";
    for few in all.chunks(2 * rayon::current_num_threads().max(1)) {
        // Small ones are written side by side by several threads, a large one straight to the end of the line.
        let texts: Vec<Option<Vec<u8>>> = few.par_iter().map(|(subject, of)| text_of_small(subject, of)).collect();
        for ((subject, of), text) in few.iter().zip(texts) {
            out.write_all(between.as_bytes())?;
            match text {
                Some(text) => out.write_all(&text)?,
                None => write_row(subject, of, out)?,
            }
            between = ",\n";
        }
    }
    out.write_all(if all.is_empty() { b"[]" } else { b"\n  ]" })?;
    out.write_all(tail.as_bytes())
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
fn write_row(subject: &Subject, of: &SubjectHistory, out: &mut dyn Write) -> io::Result<()> {
    let mut out = Safe { pieces: Vec::new(), out };
    let mut formatter = PrettyFormatter::new();
    // The document and its list of subjects are open.
    formatter.begin_object(&mut io::sink())?;
    formatter.begin_array(&mut io::sink())?;
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
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.pieces.extend_from_slice(piece);
        if self.pieces.len() >= 64 << 10 {
            self.flush()?;
        }
        Ok(piece.len())
    }

    fn write_all(&mut self, piece: &[u8]) -> io::Result<()> {
        self.write(piece).map(|_| ())
    }

    fn flush(&mut self) -> io::Result<()> {
        let whole = std::str::from_utf8(&self.pieces).map_err(io::Error::other)?;
        self.out.write_all(super::safe_json(whole).as_bytes())?;
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
