//! Reviews, acceptances and affirmations as lines of a commit message.
//!
//! The lines of one paragraph belong together, wherever the paragraph stands: a squash merge leaves them in the middle
//! of the body, where Git's own reading of trailers does not look.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::ids::FAMILIES;
use crate::model::history::{ReviewOutcome, Stood, Subject};

/// The words that a scope may hold, for messages.
pub const SCOPE_WORDS: &str = "AC.L2-3.1.1, a family such as AC, all, ssp, crm, scope, poam, incident, policy:<id>, \
                               provider:<id>, personnel:<provider>";

/// The level that is affirmed.
pub const LEVEL: &str = "level-2";

/// The people whom one paragraph may name, and the providers.
const MOST: usize = 100;

/// What one message may say: each person of each subject, provider or level once; all practices by a hundred people fit.
const MOST_CLAIMS: usize = 12_000;

/// A review as its paragraph tells it, by one reviewer or several.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WrittenReview {
    /// What it is about.
    pub scope: BTreeSet<Subject>,
    /// What was recorded.
    pub outcome: ReviewOutcome,
    /// Each reviewer, as written, or as a mailmap shows them.
    pub reviewers: Vec<String>,
    /// Each reviewer, as written, in the same order.
    pub as_written: Vec<String>,
    /// The artifact that records it.
    pub record: Option<String>,
    /// Where the lines stood.
    pub stood: Stood,
}

/// An acceptance or an affirmation as its paragraph tells it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WrittenStatement {
    /// The providers that accept, or the levels that are affirmed.
    pub about: Vec<String>,
    /// Each person who says so, as written; nobody where a published edition stands for an acceptance.
    pub by: Vec<String>,
    /// The artifact that records it.
    pub record: Option<String>,
    /// What an affirmation names as open and known, as written.
    pub acknowledged: Vec<String>,
}

/// A certification of practices by their owner as its paragraph tells it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WrittenCertification {
    /// The practices.
    pub scope: BTreeSet<Subject>,
    /// Each person who certifies, as written.
    pub by: Vec<String>,
}

/// Lines that were meant as a review or a statement and are none, or not wholly.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Broken {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// What a message says.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Said {
    /// Reviews, in the order written.
    pub reviews: Vec<WrittenReview>,
    /// Acceptances of duties.
    pub acceptances: Vec<WrittenStatement>,
    /// Affirmations.
    pub affirmations: Vec<WrittenStatement>,
    /// Certifications by owners of practices.
    pub certifications: Vec<WrittenCertification>,
    /// What is wrong.
    pub broken: Vec<Broken>,
}

/// The keys that are read, in lower case.
pub const KEYS: [&str; 13] = [
    "practice-review",
    "review-outcome",
    "reviewed-by",
    "review-record",
    "responsibility-accepted",
    "accepted-by",
    "acceptance-record",
    "compliance-affirmed",
    "affirmed-by",
    "acknowledged",
    "practice-certified",
    "certified-by",
    ROOT,
];

/// The key, in lower case, that says of which root of a repository a paragraph speaks.
const ROOT: &str = "compliance-root";

/// Reads what a message says of a root, by its folder relative to the Git root (empty at the top): the paragraphs that
/// name it, and those that name none. A message without any of the keys says nothing.
pub fn read(message: &str, catalog: &Catalog, here: &str) -> Said {
    read_where(message, catalog, |root| root.is_none_or(|root| root == here))
}

/// Reads only the paragraphs that name this root.
pub fn read_named(message: &str, catalog: &Catalog, root: &str) -> Said {
    read_where(message, catalog, |named| named == Some(root))
}

/// Whether a paragraph makes a statement that is not about practices one by one (an acceptance, an affirmation, a
/// certification) and does not say of which root.
pub fn states_of_no_root(message: &str) -> bool {
    let lines: Vec<&str> = message.lines().collect();
    let keys = ["responsibility-accepted", "compliance-affirmed", "practice-certified"];
    paragraphs(&lines)
        .iter()
        .map(|(_, paragraph)| Found::of(paragraph))
        .any(|found| keys.iter().any(|key| found.has(key)) && !found.has(ROOT))
}

/// The line that says of which root a paragraph speaks.
pub fn root_line(root: &str) -> String {
    format!("Compliance-Root: {}\n", if root.is_empty() { "." } else { root })
}

fn read_where(message: &str, catalog: &Catalog, is_meant: impl Fn(Option<&str>) -> bool) -> Said {
    let mut said = Said::default();
    if !message.lines().any(|line| key_of(line.trim_start()).is_some()) {
        return said;
    }
    let lines: Vec<&str> = message.lines().collect();
    let block = trailer_block(&lines);
    let takes_back = message.lines().any(|line| line.starts_with("This reverts commit "));
    // What a revert quotes is what it takes back.
    let is_quoted = |start: usize| takes_back && lines[start].starts_with([' ', '\t', '>']);
    for (start, paragraph) in paragraphs(&lines).into_iter().filter(|(start, _)| !is_quoted(*start)) {
        let found = Found::of(&paragraph);
        let roots = found.roots();
        if !(roots.is_empty() && is_meant(None) || roots.iter().any(|root| is_meant(Some(root)))) {
            continue;
        }
        let stood = if block.is_some_and(|block| start >= block) { Stood::Trailers } else { Stood::Body };
        found.review(stood, catalog, &mut said);
        found.acceptance(&mut said);
        found.affirmation(&mut said);
        found.certification(catalog, &mut said);
    }
    said
}

/// Whether a message says something in words below its first line, beside what it records and Git's own trailers.
pub fn is_noted(message: &str) -> bool {
    let lines: Vec<&str> = message.trim_start().lines().collect();
    let block = trailer_block(&lines).unwrap_or(lines.len());
    let body = lines.get(1..block.max(1)).unwrap_or_default();
    let is_words = |line: &String| !is_signature_line(line) && line.contains(char::is_alphabetic);
    paragraphs(body).iter().any(|(_, paragraph)| paragraph.iter().any(is_words))
}

/// Whether a line is one of ours, or says by whom something was done, as a squash leaves it in the middle of a message.
fn is_signature_line(line: &str) -> bool {
    let is_by = |line: &str| line.split_once(':').is_some_and(|(key, _)| key.to_ascii_lowercase().ends_with("-by"));
    key_of(line).is_some() || (is_trailer(line) && is_by(line))
}

/// The subjects that the words of a scope name, and the words that name none.
pub fn scope<'a>(words: impl Iterator<Item = &'a str>, catalog: &Catalog) -> (BTreeSet<Subject>, Vec<String>) {
    let mut subjects = BTreeSet::new();
    let mut unknown = Vec::new();
    for word in words.filter(|word| !word.is_empty()) {
        let named = named(word, catalog);
        if named.is_empty() {
            unknown.push(word.to_owned());
        }
        subjects.extend(named);
    }
    (subjects, unknown)
}

fn named(word: &str, catalog: &Catalog) -> Vec<Subject> {
    let practices = |family: Option<&str>| {
        let ids = catalog.requirements().map(|requirement| requirement.id);
        ids.filter(|id| family.is_none_or(|family| id.family() == family)).map(Subject::Practice).collect()
    };
    if word == "all" {
        return practices(None);
    }
    if FAMILIES.iter().any(|(family, _)| *family == word) {
        return practices(Some(word));
    }
    match word.parse() {
        Ok(Subject::Practice(id)) if catalog.requirement(id).is_none() => Vec::new(),
        Ok(Subject::Policy(id) | Subject::Provider(id) | Subject::Personnel(id)) if id.is_empty() => Vec::new(),
        Ok(subject) => vec![subject],
        Err(()) => Vec::new(),
    }
}

/// A key as it is written in messages: `Practice-Review`, `Reviewed-by`.
pub fn spelled(key: &str) -> String {
    let upper = |part: &str| part[..1].to_ascii_uppercase() + &part[1..];
    let part = |part: &str| if part == "by" { part.to_owned() } else { upper(part) };
    key.split('-').map(part).collect::<Vec<_>>().join("-")
}

/// The roots that the lines of one paragraph name, by folder relative to the Git root.
pub fn roots_named(paragraph: &str) -> Vec<String> {
    let lines: Vec<&str> = paragraph.lines().collect();
    let paragraphs = paragraphs(&lines);
    paragraphs.iter().flat_map(|(_, lines)| Found::of(lines).roots()).map(str::to_owned).collect()
}

/// The number, from 0, of the line with which the block begins that Git reads as trailers.
pub fn block_begins(message: &str) -> Option<usize> {
    trailer_block(&message.lines().collect::<Vec<_>>())
}

/// The key of a line, in lower case, and what follows it, if it is one of ours.
pub fn key_of(line: &str) -> Option<(&'static str, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim_end();
    let known = KEYS.iter().find(|known| known.eq_ignore_ascii_case(key))?;
    Some((known, value.trim()))
}

/// The stretches between blank lines, each with the number of its first line; lines that the whole paragraph indents
/// stand at the margin, and a line that is still indented continues the one before.
fn paragraphs<'a>(lines: &[&'a str]) -> Vec<(usize, Vec<String>)> {
    let mut paragraphs = Vec::new();
    let mut current: Vec<&'a str> = Vec::new();
    for (number, line) in lines.iter().copied().chain([""]).enumerate() {
        if !line.trim().is_empty() {
            current.push(line);
        } else if !current.is_empty() {
            paragraphs.push((number - current.len(), folded(&current)));
            current.clear();
        }
    }
    paragraphs
}

fn folded(paragraph: &[&str]) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let margin = paragraph.iter().map(|line| indent(line)).min().unwrap_or(0);
    let mut folded: Vec<String> = Vec::new();
    for line in paragraph {
        match folded.last_mut() {
            Some(last) if indent(line) > margin => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => folded.push(line.trim().to_owned()),
        }
    }
    folded
}

/// The first line of the block that Git reads as trailers: the last paragraph, not the title, whose lines are all
/// trailers, or a quarter of them where Git itself wrote one.
fn trailer_block(lines: &[&str]) -> Option<usize> {
    let end = lines.iter().rposition(|line| !line.trim().is_empty())? + 1;
    let start = lines[..end].iter().rposition(|line| line.trim().is_empty())? + 1;
    if lines[..start].iter().all(|line| line.trim().is_empty()) {
        return None;
    }
    let (mut trailers, mut others, mut by_git) = (0, 0, false);
    let mut after_trailer = false;
    for line in lines[start..end].iter().filter(|line| !line.starts_with('#')) {
        if ["Signed-off-by: ", "(cherry picked from commit "].iter().any(|known| line.starts_with(known)) {
            (trailers, by_git, after_trailer) = (trailers + 1, true, true);
        } else if line.starts_with([' ', '\t']) {
            others += usize::from(!after_trailer);
        } else if is_trailer(line) {
            (trailers, after_trailer) = (trailers + 1, true);
        } else {
            (others, after_trailer) = (others + 1, false);
        }
    }
    let is_block = if by_git { trailers * 3 >= others } else { trailers > 0 && others == 0 };
    is_block.then_some(start)
}

fn is_trailer(line: &str) -> bool {
    let Some((key, _)) = line.split_once(':') else { return false };
    let key = key.trim_end_matches([' ', '\t']);
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The lines of ours in one paragraph.
struct Found<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Found<'a> {
    fn of(paragraph: &'a [String]) -> Self {
        Self(paragraph.iter().filter_map(|line| key_of(line)).collect())
    }

    /// The values of a key that are not empty.
    fn values(&self, key: &str) -> Vec<&'a str> {
        self.0.iter().filter(|(found, value)| *found == key && !value.is_empty()).map(|(_, value)| *value).collect()
    }

    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(found, _)| *found == key)
    }

    /// The roots of which the paragraph speaks, by folder.
    fn roots(&self) -> Vec<&'a str> {
        let bare = |root: &'a str| root.trim_start_matches("./").trim_end_matches('/');
        self.values(ROOT).into_iter().map(bare).map(|root| if root == "." { "" } else { root }).collect()
    }

    fn record(&self, key: &str) -> Option<String> {
        self.values(key).first().map(|value| (*value).to_owned())
    }

    fn review(&self, stood: Stood, catalog: &Catalog, said: &mut Said) {
        if !["practice-review", "review-outcome", "review-record"].iter().any(|key| self.has(key)) {
            return;
        }
        let words = self.values("practice-review");
        let outcomes = self.values("review-outcome");
        let reviewers = distinct(self.values("reviewed-by"));
        let lacking: Vec<&str> = [
            ("Practice-Review", words.is_empty()),
            ("Review-Outcome", outcomes.is_empty()),
            ("Reviewed-by", reviewers.is_empty()),
        ]
        .into_iter()
        .filter_map(|(key, lacks)| lacks.then_some(key))
        .collect();
        if !lacking.is_empty() {
            let message = format!("a review lacks {}, so it is none", lacking.join(" and "));
            return said.broken(message, "write the three lines Practice-Review, Review-Outcome and Reviewed-by in one paragraph, without a blank line between them");
        }
        let Some(outcome) = agreed(&outcomes) else {
            let message = format!("a review has the outcome `{}`, so it is none", outcomes.join("`, `").escape_debug());
            return said.broken(message, "write one Review-Outcome: no-change, changed or deficiency");
        };
        let (scope, unknown) = scope(words.iter().flat_map(|line| line.split([',', ' ', '\t'])), catalog);
        if !unknown.is_empty() {
            let message = format!("a review speaks of `{}`, which is nothing", unknown.join("`, `").escape_debug());
            said.broken(message, &format!("its scope may hold {SCOPE_WORDS}; the rest of the review counts"));
        }
        if !scope.is_empty() && said.has_room("a review", reviewers.len(), scope.len()) {
            let record = self.record("review-record");
            let as_written = reviewers.clone();
            said.reviews.push(WrittenReview { scope, outcome, reviewers, as_written, record, stood });
        }
    }

    fn acceptance(&self, said: &mut Said) {
        let keys = ["responsibility-accepted", "accepted-by", "acceptance-record"];
        if !keys.iter().any(|key| self.has(key)) {
            return;
        }
        let (about, by) = (self.words(keys[0]), distinct(self.values(keys[1])));
        let record = self.record(keys[2]);
        if about.is_empty() {
            return said.broken(
                "an acceptance lacks Responsibility-Accepted, so it is none".to_owned(),
                "write in one paragraph the provider's id, and who accepts for it",
            );
        }
        if distinct(self.values(keys[2])).len() > 1 {
            return said.broken(
                "an acceptance names more than one Acceptance-Record, so it is none".to_owned(),
                "name the artifact that records it, once",
            );
        }
        // Who left Accepted-by empty did not mean a published edition.
        if by.is_empty() && (record.is_none() || self.has(keys[1])) {
            return said.broken(
                "an acceptance lacks Accepted-by, so it is none".to_owned(),
                "write in one paragraph the provider's id, and who accepts for it; of a cloud service that publishes its \
                 matrix, Acceptance-Record with the edition that it published",
            );
        }
        if about.len() > MOST {
            return said.too_much(&format!("an acceptance names {} providers", about.len()));
        }
        if said.has_room("an acceptance", by.len(), about.len()) {
            said.acceptances.push(WrittenStatement { about, by, record, acknowledged: Vec::new() });
        }
    }

    fn affirmation(&self, said: &mut Said) {
        if !["compliance-affirmed", "affirmed-by", "acknowledged"].iter().any(|key| self.has(key)) {
            return;
        }
        let (about, by) = (self.words("compliance-affirmed"), distinct(self.values("affirmed-by")));
        if about.is_empty() || by.is_empty() {
            let message = "an affirmation lacks Compliance-Affirmed or Affirmed-by, so it is none".to_owned();
            return said.broken(message, "write both lines in one paragraph: the level, and the affirming official");
        }
        let (about, unknown): (Vec<String>, Vec<String>) = about.into_iter().partition(|word| word == LEVEL);
        if let Some(first) = unknown.first() {
            let message = format!("an affirmation speaks of `{}`, which is no level", cut(first));
            said.broken(message, &format!("affirm `{LEVEL}`; nothing else is affirmed here"));
        }
        let acknowledged = distinct(self.values("acknowledged"));
        if !about.is_empty() && said.has_room("an affirmation", by.len(), about.len() + acknowledged.len()) {
            said.affirmations.push(WrittenStatement { about, by, record: None, acknowledged });
        }
    }

    fn certification(&self, catalog: &Catalog, said: &mut Said) {
        let (words, by) = (self.values("practice-certified"), distinct(self.values("certified-by")));
        if !self.has("practice-certified") && !self.has("certified-by") {
            return;
        }
        let (scope, mut unknown) = scope(words.iter().flat_map(|line| line.split([',', ' ', '\t'])), catalog);
        let (scope, others): (BTreeSet<Subject>, BTreeSet<Subject>) =
            scope.into_iter().partition(|subject| matches!(subject, Subject::Practice(_)));
        unknown.extend(others.iter().map(Subject::to_string));
        if !unknown.is_empty() {
            let message =
                format!("a certification speaks of `{}`, which is no practice", unknown.join("`, `").escape_debug());
            said.broken(message, "name practices, families such as AC, or all; the rest of the certification counts");
        }
        if scope.is_empty() || by.is_empty() {
            let message = "a certification lacks Practice-Certified or Certified-by, so it is none".to_owned();
            return said.broken(message, "write both lines in one paragraph: the practices, and who certifies them");
        }
        if said.has_room("a certification", by.len(), scope.len()) {
            said.certifications.push(WrittenCertification { scope, by });
        }
    }

    /// The words of a key's values.
    fn words(&self, key: &str) -> Vec<String> {
        let words = self.values(key).into_iter().flat_map(|line| line.split([',', ' ', '\t']));
        distinct(words.filter(|word| !word.is_empty()).collect())
    }
}

impl Said {
    /// Whether a message says this and nothing else, of whatever root: names and notes may hold lines that say something
    /// of their own.
    pub fn is_all_of(&self, message: &str, catalog: &Catalog) -> bool {
        read_where(message, catalog, |_| true) == *self
    }

    /// Whether a paragraph may say one more thing of so many by so many; what may not is reported.
    fn has_room(&mut self, what: &str, people: usize, subjects: usize) -> bool {
        if people > MOST {
            self.too_much(&format!("{what} names {people} people"));
            return false;
        }
        let has_room = self.claims() + people.max(1) * subjects <= MOST_CLAIMS;
        if !has_room {
            self.too_much(&format!("{what} stands in a message that says more than {MOST_CLAIMS} things"));
        }
        has_room
    }

    /// Leaves out the statements of a message, in words that say why: nobody can tell of which root they speak.
    pub fn leave_out_statements(&mut self) {
        if self.acceptances.is_empty() && self.affirmations.is_empty() && self.certifications.is_empty() {
            return;
        }
        self.acceptances.clear();
        self.affirmations.clear();
        self.certifications.clear();
        self.broken(
            "a statement does not say of which of the roots in this repository it speaks, so it is none".to_owned(),
            "name the root's folder in a line `Compliance-Root: FOLDER` of the same paragraph",
        );
    }

    /// What is said so far, of each by each.
    fn claims(&self) -> usize {
        let reviews = self.reviews.iter().map(|review| review.reviewers.len() * review.scope.len());
        let statements = self.acceptances.iter().chain(&self.affirmations);
        let statements = statements.map(|found| found.by.len().max(1) * (found.about.len() + found.acknowledged.len()));
        let certifications = self.certifications.iter().map(|found| found.by.len() * found.scope.len());
        reviews.chain(statements).chain(certifications).sum()
    }

    fn too_much(&mut self, message: &str) {
        let help =
            format!("name at most {MOST} people, or providers, in one paragraph, and say the rest in other commits");
        self.broken(format!("{message}, so it is none"), &help);
    }

    fn broken(&mut self, message: String, help: &str) {
        self.broken.push(Broken { message, help: help.to_owned() });
    }
}

/// The outcome that all lines name; two that differ name none.
fn agreed(outcomes: &[&str]) -> Option<ReviewOutcome> {
    let mut read = outcomes.iter().map(|outcome| outcome.to_ascii_lowercase().parse::<ReviewOutcome>());
    let first = read.next()?.ok()?;
    read.all(|other| other == Ok(first)).then_some(first)
}

fn distinct(values: Vec<&str>) -> Vec<String> {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    values.into_iter().filter(|value| known.insert(value)).map(str::to_owned).collect()
}

/// The beginning of a word that stands for nothing, as a message can quote it.
fn cut(word: &str) -> String {
    word.chars().take(60).collect::<String>().escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: &str) -> Said {
        read(message, Catalog::rev2(), "")
    }

    fn words(review: &WrittenReview) -> Vec<String> {
        review.scope.iter().map(Subject::to_string).collect()
    }

    #[test]
    fn several_lines_of_scope_add_up_and_each_reviewer_is_kept() {
        let said = said(
            "Review\n\nPractice-Review: AC.L2-3.1.1, 3.1.2\nPRACTICE-REVIEW: ssp policy:access\n\
             Review-Outcome: no-change\nReviewed-by: Dana Lee <dana@x>\nreviewed-by: Kim <kim@x>\n\
             Review-Record: minutes-2026-09\n",
        );
        let [review] = said.reviews.as_slice() else { panic!("{said:?}") };
        assert_eq!(words(review), ["AC.L2-3.1.1", "AC.L2-3.1.2", "ssp", "policy:access"]);
        assert_eq!(review.reviewers, ["Dana Lee <dana@x>", "Kim <kim@x>"]);
        assert_eq!(review.record.as_deref(), Some("minutes-2026-09"));
        assert_eq!((review.stood, review.outcome), (Stood::Trailers, ReviewOutcome::NoChange));
        assert!(said.broken.is_empty(), "{said:?}");
    }

    #[test]
    fn all_is_the_practices_alone_and_a_family_is_its_own() {
        let (all, unknown) = scope(["all"].into_iter(), Catalog::rev2());
        assert_eq!((all.len(), unknown.len()), (110, 0));
        assert!(all.iter().all(|subject| matches!(subject, Subject::Practice(_))));
        // SP 800-171 Rev 2 has 22 requirements of access control and 3 of awareness and training.
        assert_eq!(scope(["AC"].into_iter(), Catalog::rev2()).0.len(), 22);
        assert_eq!(scope(["AC", "AT"].into_iter(), Catalog::rev2()).0.len(), 25);
    }

    #[test]
    fn unknown_words_are_reported_and_the_rest_is_kept() {
        let said =
            said("x\n\nPractice-Review: AC.L2-3.1.99, zz, 3.1.1\nReview-Outcome: changed\nReviewed-by: D <d@x>\n");
        assert_eq!(words(&said.reviews[0]), ["AC.L2-3.1.1"]);
        assert_eq!(said.broken[0].message, "a review speaks of `AC.L2-3.1.99`, `zz`, which is nothing");
    }

    #[test]
    fn a_paragraph_that_lacks_a_line_is_no_review_and_is_reported() {
        let cases = [
            ("Practice-Review: all\nReviewed-by: D <d@x>", "a review lacks Review-Outcome, so it is none"),
            ("Practice-Review: all\nReview-Outcome: no-change", "a review lacks Reviewed-by, so it is none"),
            ("Review-Outcome: no-change", "a review lacks Practice-Review and Reviewed-by, so it is none"),
            (
                "Practice-Review: all\nReview-Outcome: fine\nReviewed-by: D <d@x>",
                "a review has the outcome `fine`, so it is none",
            ),
            (
                "Practice-Review: all\nReview-Outcome: changed\nReview-Outcome: deficiency\nReviewed-by: D <d@x>",
                "a review has the outcome `changed`, `deficiency`, so it is none",
            ),
        ];
        for (lines, message) in cases {
            let said = said(&format!("x\n\n{lines}\n"));
            assert!(said.reviews.is_empty(), "{lines}");
            assert_eq!(said.broken.iter().map(|b| b.message.as_str()).collect::<Vec<_>>(), [message]);
        }
        assert_eq!(said("x\n\nReviewed-by: D <d@x>\nAcked-by: E <e@x>\n"), Said::default());
    }

    #[test]
    fn lines_two_paragraphs_apart_are_not_one_review() {
        let said = said("x\n\nPractice-Review: all\nReview-Outcome: changed\n\nReviewed-by: D <d@x>\n");
        assert!(said.reviews.is_empty());
        assert_eq!(said.broken.len(), 1);
    }

    #[test]
    fn a_note_is_words_below_the_title_that_are_no_trailers() {
        let lines = "Practice-Review: all,\n  ssp\nReview-Outcome: no-change\nReviewed-by: D <d@x>\n";
        for note in ["We read family by family.", "Scope: every account, door and log, with Dana"] {
            assert!(is_noted(&format!("Review\n\n{note}\n\n{lines}")), "{note}");
        }
        let by = "Signed-off-by: D <d@x>\n";
        for silent in [format!("Review\n\n{by}"), format!("Review\n\n{lines}{by}"), format!("Review\n\n{lines}\n{by}")]
        {
            assert!(!is_noted(&silent), "{silent}");
        }
        for silent in [format!("Review\n\n{lines}"), format!("Review\n\n---------\n\n{lines}"), "Review".to_owned()] {
            assert!(!is_noted(&silent), "{silent}");
        }
    }

    #[test]
    fn lines_in_the_body_of_a_squash_are_read_and_marked() {
        let said = said(
            "Access control (#12)\n\n* first\n\nPractice-Review: AC\nReview-Outcome: changed\nReviewed-by: D <d@x>\n\n\
             * second\n\n---------\n\nCo-authored-by: E <e@x>\n",
        );
        assert_eq!(said.reviews[0].stood, Stood::Body);
        assert_eq!(said.reviews[0].scope.len(), 22);
    }

    #[test]
    fn the_indented_log_that_git_merge_squash_writes_is_read() {
        let said = super::read(
            "Squashed commit of the following:\n\ncommit 1\nAuthor: A <a@x>\n\n    Review\n    \n    Practice-Review: 3.1.1,\n\
             \x20     3.1.2\n    Review-Outcome: no-change\n    Reviewed-by: D <d@x>\n",
            Catalog::rev2(),
            "",
        );
        assert_eq!(words(&said.reviews[0]), ["AC.L2-3.1.1", "AC.L2-3.1.2"]);
        assert_eq!(said.reviews[0].stood, Stood::Body);
    }

    #[test]
    fn a_line_that_begins_with_a_space_continues_the_one_before() {
        let said =
            said("x\n\nPractice-Review: 3.1.1,\n 3.1.2\nReview-Outcome: no-change\nReviewed-by: Dana\n  Lee <d@x>\n");
        assert_eq!(words(&said.reviews[0]), ["AC.L2-3.1.1", "AC.L2-3.1.2"]);
        assert_eq!(said.reviews[0].reviewers, ["Dana Lee <d@x>"]);
    }

    #[test]
    fn an_acceptance_names_somebody_or_a_published_edition() {
        let edition = said("x\n\nResponsibility-Accepted: gcc-high\nAcceptance-Record: gcc-high-crm\n");
        let [found] = edition.acceptances.as_slice() else { panic!("{edition:?}") };
        assert_eq!((found.by.len(), found.record.as_deref()), (0, Some("gcc-high-crm")));
        let cases = [
            ("Responsibility-Accepted: a", "an acceptance lacks Accepted-by, so it is none"),
            (
                "Responsibility-Accepted: a\nAccepted-by:\nAcceptance-Record: letter",
                "an acceptance lacks Accepted-by, so it is none",
            ),
            ("Accepted-by: S <s@a>", "an acceptance lacks Responsibility-Accepted, so it is none"),
            ("Acceptance-Record: letter", "an acceptance lacks Responsibility-Accepted, so it is none"),
            (
                "Responsibility-Accepted: a\nAcceptance-Record: letter\nAcceptance-Record: other",
                "an acceptance names more than one Acceptance-Record, so it is none",
            ),
        ];
        for (lines, message) in cases {
            let said = said(&format!("x\n\n{lines}\n"));
            assert!(said.acceptances.is_empty(), "{lines}");
            assert_eq!(said.broken.iter().map(|b| b.message.as_str()).collect::<Vec<_>>(), [message], "{lines}");
        }
    }

    #[test]
    fn a_paragraph_that_names_a_root_speaks_of_no_other() {
        let message = |root: &str| {
            format!("x\n\nPractice-Review: 3.1.1\nReview-Outcome: no-change\nReviewed-by: D <d@x>\n{root}\nGo on\n")
        };
        let count = |root: &str, here: &str| read(&message(root), Catalog::rev2(), here).reviews.len();
        for here in ["", "clients/a", "clients/b"] {
            assert_eq!(count("", here), 1, "one that names none speaks of `{here}`, too");
            assert_eq!(count("Compliance-Root: clients/a\n", here), usize::from(here == "clients/a"), "{here}");
            assert_eq!(count("compliance-ROOT: ./clients/a/\n", here), usize::from(here == "clients/a"), "{here}");
            assert_eq!(count("Compliance-Root: .\n", here), usize::from(here.is_empty()), "{here}");
            assert_eq!(read_named(&message(""), Catalog::rev2(), here), Said::default());
            assert_eq!(count(&root_line(here), here), 1, "what is written is read");
        }
        let both = "Compliance-Root: clients/a\nCompliance-Root: clients/b\n";
        assert_eq!(["", "clients/a", "clients/b"].map(|here| count(both, here)), [0, 1, 1]);
    }

    #[test]
    fn a_statement_that_names_no_root_is_told_from_one_that_does() {
        assert!(states_of_no_root("x\n\nCompliance-Affirmed: level-2\nAffirmed-by: A <a@x>\n"));
        assert!(!states_of_no_root("x\n\nCompliance-Affirmed: level-2\nAffirmed-by: A <a@x>\nCompliance-Root: a\n"));
        assert!(!states_of_no_root("x\n\nPractice-Review: all\nReview-Outcome: changed\nReviewed-by: D <d@x>\n"));
    }

    #[test]
    fn only_the_level_is_affirmed() {
        let banana = said("x\n\nCompliance-Affirmed: banana\nAffirmed-by: Ann <a@x>\n");
        assert!(banana.affirmations.is_empty(), "{banana:?}");
        assert_eq!(banana.broken[0].message, "an affirmation speaks of `banana`, which is no level");
        let both = said("x\n\nCompliance-Affirmed: level-3, level-2\nAffirmed-by: Ann <a@x>\n");
        assert_eq!((both.affirmations[0].about.as_slice(), both.broken.len()), (&[LEVEL.to_owned()][..], 1));
    }

    #[test]
    fn who_names_everybody_names_nobody() {
        let people = |count: usize, key: &str| {
            let lines: Vec<String> = (0..count).map(|n| format!("{key}: P <{n}@x>\n")).collect();
            lines.concat()
        };
        let review = "Practice-Review: all\nReview-Outcome: no-change\n";
        let whole = said(&format!("x\n\n{review}{}", people(MOST, "Reviewed-by")));
        assert_eq!((whole.reviews.len(), whole.broken.len()), (1, 0));
        let all: [(&str, &str); 4] = [
            (review, "Reviewed-by"),
            ("Responsibility-Accepted: a\n", "Accepted-by"),
            ("Compliance-Affirmed: level-2\n", "Affirmed-by"),
            ("Practice-Certified: all\n", "Certified-by"),
        ];
        for (lines, key) in all {
            let many = said(&format!("x\n\n{lines}{}", people(MOST + 1, key)));
            assert_eq!(many.broken.len(), 1, "{key}");
            assert!(many.broken[0].message.contains("names 101 people, so it is none"), "{:?}", many.broken);
            assert_eq!(many.claims(), 0, "{key}");
        }
        let providers: Vec<String> = (0..=MOST).map(|n| format!("p{n}")).collect();
        let many = said(&format!("x\n\nResponsibility-Accepted: {}\nAccepted-by: S <s@x>\n", providers.join(" ")));
        assert!(many.acceptances.is_empty() && many.broken[0].message.contains("101 providers"), "{many:?}");
    }

    #[test]
    fn a_message_of_many_paragraphs_does_not_say_everything_of_everybody() {
        let names: Vec<String> = (0..MOST).map(|n| format!("Reviewed-by: P <{n}@x>\n")).collect();
        let paragraph = format!("\nPractice-Review: all\nReview-Outcome: no-change\n{}", names.concat());
        let said = said(&format!("x\n{}", paragraph.repeat(50)));
        assert_eq!((said.reviews.len(), said.broken.len()), (1, 49));
        assert!(said.broken[0].message.contains("says more than 12000 things"), "{:?}", said.broken[0]);
    }

    #[test]
    fn acceptances_and_affirmations_are_read_alike() {
        let said = said(
            "x\n\nResponsibility-Accepted: acme-msp\nAccepted-by: Sam <s@acme>\nAcceptance-Record: letter\n\n\
             Compliance-Affirmed: level-2\nAffirmed-by: Ann <a@x>\n\nAffirmed-by: Bo <b@x>\n",
        );
        assert_eq!(
            (said.acceptances[0].about.as_slice(), said.acceptances[0].record.as_deref()),
            (&["acme-msp".to_owned()][..], Some("letter"))
        );
        assert_eq!(said.affirmations[0].by, ["Ann <a@x>"]);
        assert_eq!(said.broken.len(), 1);
    }
}
