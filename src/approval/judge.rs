//! What shows that somebody approved: reviews and acceptances recorded by commits of the range, signed commits, and the
//! word of a forge. The side compared from says whose word counts.

mod at_forge;

use std::collections::BTreeSet;

use super::commits::UNSIGNED;
use super::forge::{is_same, shown};
use super::makers::{Makers, Matter};
use super::{Shown, duties, reviews, trust};
use crate::diff::Sides;
use crate::ids::CONTRACTOR;
use crate::model::assessment::Assessment;
use crate::model::changes::{Approval, Ask, Given};
use crate::model::config::Person;
use crate::model::history::{Grade, Review, ReviewOutcome, Statement, Subject};
use crate::speakers::{self, Speaker};

/// The grade of a forge's word about an account.
pub(super) const BY_FORGE: &str = "forge-approval";

/// Why the key of a forge does not vouch for somebody.
const NAMED_BY_ANOTHER: &str =
    "its commit is by somebody else than it names, and the forge that signed it vouches for nobody else";

/// Why a word of a branch beside the side compared from shows nothing.
const UNAWARE: &str = "it was said of a branch that never had what this change takes away: merge that in, and have it said \
                       again";

/// Whose word counts, and what they may have said.
pub(super) struct Judge<'a> {
    sides: &'a Sides<'a>,
    /// The sides by which people are known: the one compared from may stand at its tip.
    whose: &'a Sides<'a>,
    shown: &'a Shown<'a>,
    makers: &'a Makers,
    before: &'a Assessment,
    /// The grades that count by the side compared from.
    counted: BTreeSet<Grade>,
    /// Whether the side compared from asks for another reviewer than the author.
    is_independent: bool,
}

/// Why something does not count, and whether it stops what would.
enum Refused {
    Because(String),
    /// The latest word is that it is wanting.
    Deficient(String),
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        (sides, whose): (&'a Sides<'a>, &'a Sides<'a>),
        shown: &'a Shown<'a>,
        makers: &'a Makers,
    ) -> Self {
        let before = &whose.before.facts.assessment;
        let review = before.config.review.as_ref();
        let is_independent = review.and_then(|review| review.independence.as_ref()).is_some_and(|asked| asked.value);
        Self { sides, whose, shown, makers, before, counted: counted(whose), is_independent }
    }

    pub(super) fn all(&self, approvals: &mut [Approval]) {
        for approval in approvals.iter_mut() {
            for ask in &mut approval.asks {
                self.one(&approval.party, ask);
            }
        }
        self.heed_new_providers(approvals);
        for approval in approvals {
            if let Some(ask) = approval.asks.iter_mut().find(|ask| ask.given.is_none()) {
                ask.refused.extend(self.strays());
            }
        }
    }

    fn one(&self, party: &str, ask: &mut Ask) {
        if ask.subject.parse().is_ok_and(|subject| reviews::is_unreadable(self.sides, &subject)) {
            return;
        }
        let stopped = match (ask.subject.as_str(), ask.subject.parse::<Subject>()) {
            (duties::SUBJECT, _) => self.by_acceptance(party, ask),
            (trust::SUBJECT, _) => self.by_signature(ask),
            (_, Ok(subject)) => self.by_review(&subject, ask),
            (_, Err(())) => false,
        };
        if ask.given.is_none() && !stopped {
            self.by_forge(party, ask);
        }
        let counted = ask.given.is_some();
        ask.refused.retain(|_| !counted);
    }

    /// Takes the newest review of the range that counts; true where one found it wanting that no later one answers.
    fn by_review(&self, subject: &Subject, ask: &mut Ask) -> bool {
        let Some(history) = &self.sides.after.facts.history else { return no_history(ask) };
        let reviews = history.subjects.get(subject).map_or(&[][..], |found| &found.reviews);
        let of_range = reviews.iter().filter(|review| self.shown.range.contains(&*review.commit));
        let (mut given, mut wanting) = (Vec::new(), Vec::new());
        for review in of_range {
            match self.review(review, subject) {
                Ok(found) => given.push(found),
                // By the log it is a word that counts: a mailmap of the change itself may call its reviewer otherwise.
                Err(Refused::Because(_)) if is_wanting(review) => {
                    wanting.push((&*review.commit, found_wanting(review)));
                }
                Err(Refused::Because(why)) => ask.refused.push(why),
                Err(Refused::Deficient(why)) => wanting.push((&*review.commit, why)),
            }
        }
        // Of two that know nothing of each other neither is the later one.
        let answered: BTreeSet<&str> = given.iter().flat_map(|given| self.shown.commits.below(&given.commit)).collect();
        wanting.retain(|(commit, _)| !answered.contains(commit));
        if !wanting.is_empty() {
            ask.refused.extend(wanting.into_iter().map(|(_, why)| why));
            return true;
        }
        ask.given = given.into_iter().next();
        false
    }

    fn review(&self, review: &Review, subject: &Subject) -> Result<Given, Refused> {
        let what = format!("the review {}", review.words());
        let refused = |why: String| Refused::Because(format!("{what} does not count: {why}"));
        self.counts(review, subject).map_err(refused)?;
        if review.outcome == ReviewOutcome::Deficiency {
            return Err(Refused::Deficient(found_wanting(review)));
        }
        let by = without_address(&review.reviewer);
        Ok(Given { by, grade: review.grade.word().to_owned(), commit: review.commit.to_string() })
    }

    /// Whether a review is one of what stands there, by somebody whose word counts; the error says why not.
    fn counts(&self, review: &Review, subject: &Subject) -> Result<(), String> {
        let speakers = speakers::reviewers(self.before, subject);
        let own = self.speaker(&review.reviewer, &speakers)?;
        if !review.accepted {
            return Err(refusal(review.refused_because.as_deref()));
        }
        self.is_in_force(review.grade, review.after_as_of)?;
        self.is_by_old_keys(&review.commit, review.grade, Some(&own))?;
        if review.grade == Grade::Recorded {
            let made: Vec<String> = self.makers_of(&subject.to_string()).into_iter().map(|(id, _)| id).collect();
            self.is_recorded_by_another((&review.commit, review.grade), &speakers, &made)?;
        }
        if self.is_independent && review.grade == Grade::Forge && !self.is_named_in(&review.commit, &own) {
            return Err(NAMED_BY_ANOTHER.to_owned());
        }
        if !review.covers_head {
            return Err("what it is about was changed after it; review it again".to_owned());
        }
        if self.makers.is_unaware(Matter::Of(subject.clone()), &review.commit) {
            return Err(UNAWARE.to_owned());
        }
        if self.is_farewell(subject) && !self.is_of_all(&review.commit) {
            return Err("files were changed after it; review the plan again once all is in".to_owned());
        }
        self.own_work(subject, &own).map_or(Ok(()), Err)
    }

    /// Whether a review of the plan stands for what is gone.
    fn is_farewell(&self, subject: &Subject) -> bool {
        *subject == Subject::Ssp && !reviews::gone(self.sides).is_empty()
    }

    /// Takes the newest acceptance of the range that counts.
    fn by_acceptance(&self, party: &str, ask: &mut Ask) -> bool {
        let Some(history) = &self.sides.after.facts.history else { return no_history(ask) };
        let said = history.acceptances.iter().filter(|found| found.about == party);
        for found in said.filter(|found| self.shown.range.contains(&found.commit)) {
            match self.acceptance(party, found) {
                Ok(given) => {
                    ask.given = Some(given);
                    return false;
                }
                Err(why) => ask.refused.push(format!("the acceptance {} does not count: {why}", found.words())),
            }
        }
        false
    }

    fn acceptance(&self, party: &str, found: &Statement) -> Result<Given, String> {
        let is_published = found.edition.is_some();
        let side = duties::side_of(self.whose, party);
        let speakers = duties::acceptors(self.whose, party);
        if let Some(why) = duties::why_not_published(self.whose, party).filter(|_| is_published) {
            return Err(why);
        }
        let emails = if is_published { None } else { Some(accepting(side, &found.by, &speakers)?) };
        if !found.accepted {
            return Err(refusal(found.refused_because.as_deref()));
        }
        self.is_in_force(found.grade, found.after_as_of)?;
        if !duties::is_new(self.whose, party) {
            self.is_by_old_keys(&found.commit, found.grade, emails.as_deref())?;
        }
        if let Some(record) = &found.record {
            self.is_older(record)?;
        }
        let is_forged = |own: &[String]| found.grade == Grade::Forge && !self.is_named_in(&found.commit, own);
        if self.is_independent && emails.as_deref().is_some_and(is_forged) {
            return Err(NAMED_BY_ANOTHER.to_owned());
        }
        if is_published || found.grade == Grade::Recorded {
            let changed: Vec<String> = self.changing().map(str::to_owned).collect();
            self.is_recorded_by_another((&found.commit, found.grade), &trust::speakers(self.before), &changed)?;
        }
        if !found.covers_head {
            return Err("the duties were changed after it; have them accepted again".to_owned());
        }
        if self.makers.is_unaware(Matter::Duties(party.to_owned()), &found.commit) {
            return Err(UNAWARE.to_owned());
        }
        if self.was_checked_otherwise_since(party, &found.commit) {
            return Err("how the part is checked was changed after it; have it accepted again".to_owned());
        }
        Ok(Given { by: found.who().to_owned(), grade: found.grade.word().to_owned(), commit: found.commit.clone() })
    }

    /// Whether a practice in which the part of a provider is checked otherwise was changed by a commit that an acceptance
    /// does not stand on.
    fn was_checked_otherwise_since(&self, party: &str, commit: &str) -> bool {
        let below = self.shown.commits.below(commit);
        let practices = duties::checked_otherwise(self.sides, party).into_iter().map(Subject::Practice);
        let mut makers = practices.flat_map(|practice| self.makers_of(&practice.to_string()));
        makers.any(|(maker, _)| !below.contains(maker.as_str()))
    }

    fn is_in_force(&self, grade: Grade, after_as_of: bool) -> Result<(), String> {
        if after_as_of {
            return Err("its day is after the day to which ages are counted".to_owned());
        }
        let as_policy = if grade == Grade::Unverified { Grade::Unsigned } else { grade };
        if self.counted.contains(&as_policy) {
            return Ok(());
        }
        Err(format!("`[review] accept` of the side compared from does not take {}", grade.word()))
    }

    /// Whether a signature is by a key that the side compared from trusts for whoever may sign it.
    fn is_by_old_keys(&self, commit: &str, grade: Grade, own: Option<&[String]>) -> Result<(), String> {
        let commits = self.shown.commits;
        let recorders = || self.emails_of(&trust::speakers(self.before));
        let emails = match grade {
            Grade::Signed => own.map_or_else(recorders, <[String]>::to_vec),
            Grade::Recorded => recorders(),
            Grade::Forge => {
                let review = self.before.config.review.as_ref();
                review.iter().flat_map(|review| &review.forge).map(|name| name.value.clone()).collect()
            }
            _ => return Ok(()),
        };
        commits.is_signed_by(commit, emails.iter().map(String::as_str))
    }

    /// Whether a record stands on the side compared from, as it stands now: what the change itself brings in shows nothing.
    fn is_older(&self, record: &str) -> Result<(), String> {
        let locked = |side: &'a Assessment| {
            let entries = side.lock.iter().flat_map(|lock| &lock.entries);
            entries.filter(move |((artifact, _), _)| artifact == record).map(|(at, entry)| (at, &entry.sha256))
        };
        let old: BTreeSet<_> = locked(self.before).collect();
        let is_old = locked(&self.sides.after.facts.assessment).all(|entry| old.contains(&entry));
        if is_old && self.before.artifacts.contains_key(record) {
            return Ok(());
        }
        Err(format!(
            "`{record}` is brought in by this change itself: put the record there first, in a change of its own"
        ))
    }

    /// Whether somebody who may speak recorded what another has said, where policy asks for another pair of eyes nobody
    /// who made the change.
    fn is_recorded_by_another(
        &self,
        (commit, grade): (&str, Grade),
        may: &[Speaker<'_>],
        made: &[String],
    ) -> Result<(), String> {
        let mut why = "whoever recorded it has no role for it on the side compared from".to_owned();
        for speaker in may {
            let own = self.emails_of(std::slice::from_ref(speaker));
            let is_signed = self.shown.commits.is_signed_by(commit, own.iter().map(String::as_str)).is_ok();
            let is_named = !matches!(grade, Grade::Signed | Grade::Recorded) && self.is_named_in(commit, &own);
            if !is_signed && !is_named {
                continue;
            }
            if !self.is_independent || !made.iter().any(|id| self.is_made_by(id, None, &own)) {
                return Ok(());
            }
            why = format!("{} recorded it and made a part of the change: another has to", speaker.name);
        }
        Err(why)
    }

    /// Whether the author of a commit has one of these addresses.
    fn is_named_in(&self, commit: &str, own: &[String]) -> bool {
        let author = self.shown.commits.get(commit).map(|commit| address(&commit.author));
        author.is_some_and(|author| own.iter().any(|own| is_same(author, own)))
    }

    /// Whether nothing was changed after a commit.
    fn is_of_all(&self, commit: &str) -> bool {
        let root = |id: &str| self.shown.commits.get(id).and_then(|commit| commit.root);
        let tip = self.sides.after.point.commit.as_deref();
        tip.and_then(root).is_some_and(|tip| root(commit) == Some(tip))
    }

    /// Why a review is one of the reviewer's own work, where the side compared from asks for another: a change is theirs,
    /// by the name in it or by its signature.
    fn own_work(&self, subject: &Subject, own: &[String]) -> Option<String> {
        if !self.is_independent {
            return None;
        }
        let makers = self.makers_of(&subject.to_string());
        if makers.iter().any(|(commit, author)| self.is_made_by(commit, author.as_deref(), own)) {
            return Some("a part of the change of it is their own, and policy asks for another reviewer".to_owned());
        }
        self.nobodys(&makers)
    }

    /// Whether a commit names one of these addresses as its author or committer, or is signed with a key of theirs.
    fn is_made_by(&self, commit: &str, author: Option<&str>, own: &[String]) -> bool {
        let found = self.shown.commits.get(commit);
        let named = found.map(|commit| commit.author.as_str());
        let names = [author, named, found.map(|commit| commit.committer.as_str())];
        let is_named = names.into_iter().flatten().any(|name| own.iter().any(|own| is_same(address(name), own)));
        is_named || self.shown.commits.is_signed_by(commit, own.iter().map(String::as_str)).is_ok()
    }

    /// The addresses of a reviewer, if they may speak; the error says why not.
    fn speaker(&self, who: &str, speakers: &[Speaker<'_>]) -> Result<Vec<String>, String> {
        let (name, email) = (without_address(who), address(who));
        let Some(person) = person_with(self.before, email) else {
            let is_new = person_with(&self.sides.after.facts.assessment, email).is_some();
            return Err(if is_new {
                format!("{name} <{}> is named by this change itself, which cannot name who approves it", shown(email))
            } else {
                format!("{name} is no person of demarcate.toml on the side compared from")
            });
        };
        if !speakers.iter().any(|speaker| is_of(speaker, person)) {
            return Err(format!("{} has no role for it on the side compared from", person.name.value));
        }
        Ok(addresses(person))
    }

    fn emails_of(&self, speakers: &[Speaker<'_>]) -> Vec<String> {
        let persons = self.before.config.person.iter();
        persons.filter(|person| speakers.iter().any(|speaker| is_of(speaker, person))).flat_map(addresses).collect()
    }

    /// A change of who speaks is approved by whoever signs the commits that make it, as the log judges it too.
    fn by_signature(&self, ask: &mut Ask) -> bool {
        let speakers = trust::speakers(self.before);
        let touching: Vec<_> = self.shown.commits.iter().filter(|(_, commit)| commit.changes_speakers).collect();
        let mut refused: Vec<String> = touching.iter().filter_map(|(id, _)| self.signer(id, &speakers).err()).collect();
        refused.extend(self.problems());
        if self.shown.commits.uncommitted {
            refused.push("what changes who may speak is in no commit yet: commit it with a signature".to_owned());
        }
        if touching.is_empty() {
            refused.push("no commit of the range makes this change".to_owned());
        }
        let Some((last, _)) = touching.iter().max_by_key(|(_, commit)| commit.at).filter(|_| refused.is_empty()) else {
            ask.refused.extend(refused);
            return false;
        };
        if let Ok((by, grade)) = self.signer(last, &speakers) {
            ask.given = Some(Given { by, grade: grade.word().to_owned(), commit: (*last).to_owned() });
        }
        false
    }

    /// Who of these stands behind a commit that changes who speaks.
    fn signer(&self, id: &str, speakers: &[Speaker<'_>]) -> Result<(String, Grade), String> {
        let short = id.get(..10).unwrap_or(id);
        let commits = self.shown.commits;
        let mut why = "nobody signed it who may".to_owned();
        for speaker in speakers {
            let emails = self.emails_of(std::slice::from_ref(speaker));
            match commits.is_signed_by(id, emails.iter().map(String::as_str)) {
                Ok(()) => return Ok((speaker.name.to_owned(), Grade::Signed)),
                Err(found) => why = found,
            }
            let named =
                commits.get(id).is_some_and(|commit| emails.iter().any(|own| is_same(address(&commit.author), own)));
            if named && self.counted.contains(&Grade::Unsigned) && why == UNSIGNED {
                return Ok((speaker.name.to_owned(), Grade::Unsigned));
            }
        }
        Err(format!(
            "{short} changes who may speak, and no person of the contractor's with a role stands behind it: {why}"
        ))
    }

    /// What the log itself says against such a change.
    fn problems(&self) -> Vec<String> {
        let problems = self.sides.after.facts.history.iter().flat_map(|history| &history.problems);
        let of_range = problems.filter(|problem| {
            ["unsigned-policy-change", "untrusted-trust-change"].contains(&problem.rule)
                && problem.commit.as_ref().is_some_and(|commit| self.shown.range.contains(commit))
        });
        of_range
            .map(|problem| {
                let commit = problem.commit.as_deref().unwrap_or_default();
                format!("{}: {}", commit.get(..10).unwrap_or(commit), problem.message)
            })
            .collect()
    }

    /// What people of a wholly new provider say counts once the contractor has reviewed its file, and who speaks.
    fn heed_new_providers(&self, approvals: &mut [Approval]) {
        let missing: BTreeSet<String> = approvals
            .iter()
            .filter(|approval| approval.party == CONTRACTOR)
            .flat_map(|approval| &approval.asks)
            .filter(|ask| ask.given.is_none())
            .map(|ask| ask.subject.clone())
            .collect();
        for approval in approvals.iter_mut().filter(|approval| approval.party != CONTRACTOR) {
            let file = format!("provider:{}", approval.party);
            let open: Vec<&str> =
                [file.as_str(), trust::SUBJECT].into_iter().filter(|subject| missing.contains(*subject)).collect();
            if open.is_empty() || !duties::is_new(self.whose, &approval.party) {
                continue;
            }
            for ask in &mut approval.asks {
                let Some(given) = ask.given.take() else { continue };
                ask.refused.push(format!(
                    "{} accepted ({}), which counts once the contractor has approved {}: the provider is new, and this \
                     change names its people",
                    given.by,
                    given.grade,
                    open.join(" and ")
                ));
            }
        }
    }
}

/// Whether by the log a review counts that found what stands there wanting.
pub(super) fn is_wanting(review: &Review) -> bool {
    review.outcome == ReviewOutcome::Deficiency && review.counts() && review.covers_head
}

fn found_wanting(review: &Review) -> String {
    format!("the review {} found it wanting: mend it, and have it reviewed again", review.words())
}

/// The grades that count by the side compared from.
fn counted(sides: &Sides<'_>) -> BTreeSet<Grade> {
    let facts = sides.before.facts;
    if let Some(history) = facts.history.as_ref().filter(|history| !history.counted.is_empty()) {
        return history.counted.clone();
    }
    let written = facts.assessment.config.review.iter().flat_map(|review| &review.accept);
    let written: BTreeSet<Grade> = written.map(|grade| Grade::from(grade.value)).collect();
    if !written.is_empty() {
        return written;
    }
    let mut grades = BTreeSet::from([Grade::Signed, Grade::Forge, Grade::Recorded]);
    grades.extend(facts.assessment.ending.signers.is_empty().then_some(Grade::Unsigned));
    grades
}

fn refusal(why: Option<&str>) -> String {
    why.unwrap_or("policy does not take it").to_owned()
}

fn no_history(ask: &mut Ask) -> bool {
    ask.refused.push("reviews and acceptances were not looked at".to_owned());
    false
}

fn person_with<'s>(side: &'s Assessment, email: &str) -> Option<&'s Person> {
    let has = |person: &&Person| person.email.iter().any(|known| is_same(&known.value, email));
    side.config.person.iter().find(|person| !email.is_empty() && has(person))
}

/// The addresses of somebody of a provider's, if they may accept by the side that says so.
fn accepting(side: &Assessment, who: &str, speakers: &[Speaker<'_>]) -> Result<Vec<String>, String> {
    let email = address(who);
    let own = match person_with(side, email) {
        Some(person) => speakers.iter().any(|speaker| is_of(speaker, person)).then(|| addresses(person)),
        None => {
            let is_listed = speakers.iter().any(|speaker| speaker.email.is_some_and(|known| is_same(known, email)));
            is_listed.then(|| vec![email.to_owned()])
        }
    };
    own.ok_or_else(|| format!("{} is nobody who may accept on the side compared from", without_address(who)))
}

/// Whether a speaker is this person: by the first address, or by the name where there is none.
fn is_of(speaker: &Speaker<'_>, person: &Person) -> bool {
    let own = person.email.first().map(|email| email.value.as_str());
    speaker.name == person.name.value && speaker.email == own
}

fn addresses(person: &Person) -> Vec<String> {
    person.email.iter().map(|email| email.value.clone()).collect()
}

/// The address of `Dana Lee <dana@contractor.example>`; of several it is open whose word it is.
fn address(who: &str) -> &str {
    let mut parts = who.split('<').skip(1);
    match (parts.next(), parts.next()) {
        (Some(rest), None) => rest.split('>').next().unwrap_or_default().trim(),
        _ => "",
    }
}

fn without_address(who: &str) -> String {
    let name = who.split('<').next().map(str::trim).filter(|name| !name.is_empty()).unwrap_or(who);
    shown(name)
}
