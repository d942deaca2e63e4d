//! Who has to approve a change, by responsibilities and roles, and who did.
//!
//! Whose word counts is said by the side that is compared from: a change cannot name who approves it.

mod ask;
mod commits;
mod duties;
mod forge;
mod judge;
mod makers;
mod rest;
mod reviews;
mod roots;
mod trust;
mod unread;

use std::collections::BTreeSet;

use crate::diff::Sides;
use crate::failure::Failure;
use crate::ids::CONTRACTOR;
use crate::model::changes::{Approval, Changes};
use crate::model::history::{History, Review, Subject};
use crate::speakers;
use judge::Judge;
use makers::Makers;

pub use commits::{Commits, Compared};
pub use forge::{Forge, ForgeApprovals, Said, Word, read, read_from};
pub use roots::Roots;

/// What shows that somebody approved.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The commits of the range, as hex: those of the side compared to that the side compared from does not have.
    pub range: &'a BTreeSet<String>,
    /// What these commits are: who made them, and whose keys signed them.
    pub commits: &'a Commits,
    /// Where the root lies in them.
    pub roots: &'a Roots<'a>,
    /// What a forge says, if it was given.
    pub forge: Option<&'a ForgeApprovals>,
    /// What is compared from as it stands now, where the side compared from is where the two parted.
    pub standing: Option<Standing<'a>>,
}

/// The branch that a change goes to, which a change that parted from it long ago cannot choose.
#[derive(Clone, Copy)]
pub struct Standing<'a> {
    /// The branch as it stands, beside the side compared to.
    pub sides: &'a Sides<'a>,
    /// The commits of the range, by the keys of the branch as it stands.
    pub commits: &'a Commits,
}

/// Who has to approve, and who did as far as something was shown.
pub fn of(sides: &Sides<'_>, changes: &Changes, shown: Option<&Shown<'_>>) -> Result<Vec<Approval>, Failure> {
    let mut approvals = needed(sides, changes);
    if let Some(shown) = shown {
        ask_for_keys(&mut approvals, sides, shown);
        judge(&mut approvals, sides, shown)?;
    }
    Ok(approvals)
}

/// Who has to approve these changes, the contractor first; nobody's word is looked at yet.
pub fn needed(sides: &Sides<'_>, changes: &Changes) -> Vec<Approval> {
    let (mut asks, of_providers) = rayon::join(|| reviews::asked(sides, changes), || duties::asked(sides, changes));
    asks.extend(trust::asked(sides, changes));
    asks.sort_by_key(|ask| !ask.stands_out);
    let mut approvals = Vec::new();
    if !asks.is_empty() {
        approvals.push(Approval { party: CONTRACTOR.to_owned(), name: duties::name_of(sides, CONTRACTOR), asks });
    }
    approvals.extend(of_providers);
    approvals
}

/// Finds who gave each approval, and why what there is does not count.
pub fn judge(approvals: &mut [Approval], sides: &Sides<'_>, shown: &Shown<'_>) -> Result<(), Failure> {
    let makers = Makers::of(approvals, sides, shown)?;
    let Some(standing) = &shown.standing else {
        Judge::new((sides, sides), shown, &makers).all(approvals);
        return Ok(());
    };
    let mut parted = approvals.to_vec();
    Judge::new((sides, sides), shown, &makers).all(&mut parted);
    let now = Shown { commits: standing.commits, ..*shown };
    Judge::new((sides, standing.sides), &now, &makers).all(approvals);
    let asks = approvals.iter_mut().flat_map(|approval| &mut approval.asks);
    for (ask, old) in asks.zip(parted.into_iter().flat_map(|approval| approval.asks)) {
        if old.given.is_none() {
            ask.given = None;
            ask.refused.extend(old.refused.into_iter().filter(|why| !ask.refused.contains(why)).collect::<Vec<_>>());
        }
    }
    Ok(())
}

/// What the branch compared from holds of what somebody found wanting, and whether a commit stands on another.
pub struct Held<'a> {
    /// The log of that branch, held against what is compared to.
    pub log: &'a History,
    /// Whether the second of two commits has come from the first.
    pub stands_on: &'a dyn Fn(&str, &str) -> Result<bool, Failure>,
}

/// Whether somebody gave a review or an approval of what a review is asked for.
pub fn is_any_reviewed(approvals: &[Approval]) -> bool {
    let mut asks = approvals.iter().flat_map(|approval| &approval.asks);
    asks.any(|ask| ask.given.is_some() && ask.subject.parse::<Subject>().is_ok())
}

/// Takes away what somebody gave who did not know that the branch compared from holds a later word about the same
/// content, which found it wanting.
pub fn heed(approvals: &mut [Approval], held: &Held<'_>) -> Result<(), Failure> {
    for ask in approvals.iter_mut().flat_map(|approval| &mut approval.asks) {
        let (Ok(subject), Some(given)) = (ask.subject.parse::<Subject>(), &ask.given) else { continue };
        // The word of a forge is of a commit, and knows of no review below it.
        let review = Some(given.commit.as_str()).filter(|_| given.grade != judge::BY_FORGE);
        if let Some(why) = wanting(held, &subject, review)? {
            ask.given = None;
            ask.refused.push(why);
        }
    }
    Ok(())
}

/// Why the content is wanting by a review of which neither a later one knows nor the one that was given.
fn wanting(held: &Held<'_>, subject: &Subject, given: Option<&str>) -> Result<Option<String>, Failure> {
    let reviews = held.log.subjects.get(subject).map_or(&[][..], |found| &found.reviews);
    let is_good = |review: &&Review| review.counts() && review.covers_head && !judge::is_wanting(review);
    for review in reviews.iter().filter(|review| judge::is_wanting(review)) {
        let mut later = reviews.iter().filter(is_good).map(|other| &*other.commit).chain(given);
        let is_answered = later.try_fold(false, |any, later| Ok(any || (held.stands_on)(&review.commit, later)?));
        if !is_answered? {
            return Ok(Some(format!(
                "the review {} found it wanting, and nobody has said otherwise who knew of it: merge that in, mend it, \
                 and have it reviewed again",
                review.words()
            )));
        }
    }
    Ok(None)
}

/// Who is missing and what to do, a line each, for people; empty where nobody is.
pub fn missing(changes: &Changes) -> String {
    let mut text = String::new();
    for (approval, ask) in changes.missing() {
        let who = if ask.who.is_empty() { "nobody may".to_owned() } else { ask.who.join(", ") };
        let Approval { name, .. } = approval;
        text.push_str(&format!("missing: {name} has not approved {}: {}; by {who}\n", ask.subject, ask.how));
        text.extend(ask.refused.iter().map(|why| format!("  {why}\n")));
    }
    text
}

/// Files of trust that are no text are compared by their bytes, which the commits tell; what the log has against a commit is asked
/// about even where the two ends are alike.
fn ask_for_keys(approvals: &mut Vec<Approval>, sides: &Sides<'_>, shown: &Shown<'_>) {
    let is_asked = |approval: &Approval| approval.asks.iter().any(|ask| ask.subject == trust::SUBJECT);
    let mut why = trust::against(sides, shown.range);
    why.extend(shown.commits.keys_differ.iter().map(|path| format!("{path} changes")));
    if why.is_empty() || approvals.iter().any(is_asked) {
        return;
    }
    let ask = trust::of(sides, why, true);
    match approvals.first_mut().filter(|first| first.party == CONTRACTOR) {
        Some(contractor) => contractor.asks.insert(0, ask),
        None => {
            let name = speakers::name_of(&sides.after.facts.assessment, CONTRACTOR).to_owned();
            approvals.insert(0, Approval { party: CONTRACTOR.to_owned(), name, asks: vec![ask] });
        }
    }
}
