//! Affirmations and certifications as messages of commits, that read back as what was meant.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::failure::{Cause, Failure};
use crate::model::history::Subject;
use crate::spelling;
use crate::trailers::{self, Said, WrittenCertification, WrittenStatement};

pub use crate::trailers::LEVEL;

/// An affirmation that is to be recorded.
pub struct Draft<'a> {
    /// The first line.
    pub title: &'a str,
    /// Name and address of the affirming official.
    pub by: &'a str,
    /// What is open and known, by name.
    pub acknowledged: &'a [String],
    /// What the official adds, in their own words.
    pub note: Option<&'a str>,
}

/// The message of the commit that records an affirmation.
pub fn message(draft: &Draft<'_>) -> Result<String, Failure> {
    let mut text = head(draft.title, draft.note);
    text.push_str(&format!("Compliance-Affirmed: {LEVEL}\nAffirmed-by: {}\n", draft.by.trim()));
    text.extend(draft.acknowledged.iter().map(|name| format!("Acknowledged: {name}\n")));
    let meant = WrittenStatement {
        about: vec![LEVEL.to_owned()],
        by: vec![draft.by.trim().to_owned()],
        record: None,
        acknowledged: draft.acknowledged.to_vec(),
    };
    reads_back(text, &Said { affirmations: vec![meant], ..Said::default() })
}

/// The message of the commit that records a certification of practices.
pub fn certification(scope: &[String], by: &str, note: Option<&str>) -> Result<String, Failure> {
    let words = spelling::words(scope);
    let meant = WrittenCertification { scope: practices(scope)?, by: vec![by.trim().to_owned()] };
    let text = head(&format!("Certify {}", words.join(", ")), note)
        + &format!("Practice-Certified: {}\nCertified-by: {}\n", words.join(", "), by.trim());
    reads_back(text, &Said { certifications: vec![meant], ..Said::default() })
}

/// The practices that the words name; anything else is a failure.
pub fn practices(typed: &[String]) -> Result<BTreeSet<Subject>, Failure> {
    let words = spelling::words(typed);
    let (scope, unknown) = trailers::scope(words.iter().map(String::as_str), Catalog::rev2());
    let others = scope.iter().filter(|subject| !matches!(subject, Subject::Practice(_))).map(Subject::to_string);
    if let Some(word) = unknown.into_iter().chain(others).next() {
        let near = spelling::meant(&word, &[]);
        let message =
            format!("`{}` is no practice: name practices, families such as AC, or all{near}", word.escape_debug());
        return Err(Failure::new(Cause::Usage, message));
    }
    if scope.is_empty() {
        let message = "nothing to certify: name practices, families such as AC, or all";
        return Err(Failure::new(Cause::Usage, message));
    }
    Ok(scope)
}

fn head(title: &str, note: Option<&str>) -> String {
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    format!("{title}\n\n{}", note.map(|note| format!("{note}\n\n")).unwrap_or_default())
}

/// Names and notes may hold lines that say something of their own.
fn reads_back(text: String, meant: &Said) -> Result<String, Failure> {
    if meant.is_all_of(&text, Catalog::rev2()) {
        return Ok(text);
    }
    let message = "the note or a name holds lines that say something of their own: word them differently";
    Err(Failure::new(Cause::Usage, message))
}
