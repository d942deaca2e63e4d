//! What can be told of a claim before it is recorded, by the files of HEAD; what a signature proves shows afterwards.

use std::collections::{BTreeMap, BTreeSet};

use super::person::parts;
use super::{Recorder, identity, wants_signature};
use crate::cli::root::Root;
use crate::failure::{Cause, Failure};
use crate::model::acceptance::why_no_agreement;
use crate::model::assessment::Assessment;
use crate::model::config::{Person, Role};
use crate::model::history::{History, Subject};
use crate::model::provider::ProviderPerson;

/// Where a claim will stand: on HEAD, beside what the commit holds.
pub(crate) struct Foreseen<'a> {
    /// The root as of HEAD, which says who is who.
    before: &'a Assessment,
    /// The root as the commit will hold it.
    now: &'a Assessment,
    history: &'a History,
    /// Whether a signature will be judged by what is trusted.
    is_judged: bool,
    /// Who commits, as Git knows them.
    hand: String,
}

/// Why subjects would not count, and which.
pub(crate) type Reasons = BTreeMap<String, BTreeSet<Subject>>;

/// Somebody who could sign.
struct Someone<'a> {
    id: String,
    name: &'a str,
    person: Option<&'a Person>,
}

impl<'a> Foreseen<'a> {
    pub(crate) fn of(
        recorder: &Recorder<'_>,
        (before, now): (&'a Assessment, &'a Assessment),
        history: &'a History,
        what: &str,
    ) -> Result<Self, Failure> {
        recorder.refuse_unsigned(history, what)?;
        let wants = wants_signature(history);
        if wants && !history.is_anybody_trusted {
            return Err(refused(
                "only what is signed counts here, and no key is trusted yet",
                "commit a trust/allowed_signers with the keys of those who review",
            ));
        }
        let is_judged = history.is_anybody_trusted && (wants || recorder.signs);
        let hand = identity(recorder.root, "git config").unwrap_or_default();
        Ok(Self { before, now, history, is_judged, hand })
    }

    /// Where the claims of a message will stand that somebody's own `git commit` is about to record.
    pub(crate) fn of_message(
        root: &Root,
        (before, now): (&'a Assessment, &'a Assessment),
        history: &'a History,
    ) -> Self {
        let is_judged = history.is_anybody_trusted && wants_signature(history);
        let hand = identity(root, "git config").unwrap_or_default();
        Self { before, now, history, is_judged, hand }
    }

    /// Whether a claim by somebody whom demarcate.toml does not name counts for nothing.
    pub(crate) fn is_judged(&self) -> bool {
        self.is_judged
    }

    /// Whether the address is one of demarcate.toml.
    pub(crate) fn is_known(&self, by: &str) -> bool {
        self.person(by).is_some()
    }

    /// Refuses a claim in the name of somebody whose signature this will not be, as far as Git says who commits.
    pub(crate) fn refuse_hand(&self, by: &str, record: Option<&str>, own: &[ProviderPerson]) -> Result<(), Failure> {
        if !self.is_judged {
            return Ok(());
        }
        let Some(claimed) = self.someone(by, own)? else {
            let why = format!("{by} is no person of demarcate.toml, as of HEAD");
            return Err(refused(
                &why,
                "have them committed as a [[person]] with this address first, or set user.email",
            ));
        };
        // Whose key signs for an address that nobody has shows afterwards.
        let Some(signer) = self.someone(&self.hand, own)?.filter(|signer| signer.id != claimed.id) else {
            return Ok(());
        };
        let Some(record) = record else {
            let why = format!("Git knows you as {}, and this takes the signature of {}", self.hand, claimed.name);
            return Err(refused(
                &why,
                "let them run it, or set user.name and user.email if that is you; what somebody has signed who does not use \
                 Git is named with `--record`, where that is taken",
            ));
        };
        self.refuse_recorder(&signer, record)
    }

    /// Refuses a record that whoever commits cannot enter.
    pub(crate) fn refuse_entering(&self, record: &str) -> Result<(), Failure> {
        let signer = if self.is_judged { self.someone(&self.hand, &[])? } else { None };
        signer.map_or(Ok(()), |signer| self.refuse_recorder(&signer, record))
    }

    fn refuse_recorder(&self, signer: &Someone<'_>, record: &str) -> Result<(), Failure> {
        let enters = signer.person.is_some_and(|person| person.provider().is_none() && !person.roles.is_empty());
        if !enters {
            let why =
                format!("{} has no role of the contractor's, and cannot enter the record `{record}`", signer.name);
            return Err(refused(&why, "let a person of the contractor's with a role enter it"));
        }
        let mut lock = self.now.lock.iter().flat_map(|lock| lock.entries.keys());
        if lock.any(|(artifact, _)| artifact == record) {
            return Ok(());
        }
        let why = format!("the record `{record}` has no line in evidence.lock");
        Err(refused(&why, "put its file there, run `demarcate hash`, and commit"))
    }

    /// The one whose address it is; `None` where it is nobody's.
    fn someone<'b>(&'b self, by: &str, own: &'b [ProviderPerson]) -> Result<Option<Someone<'b>>, Failure> {
        let Some((_, email)) = parts(by) else { return Ok(None) };
        let is = |known: &str| known.eq_ignore_ascii_case(email);
        let mut all = self.before.config.person.iter().filter(|person| person.email.iter().any(|known| is(known)));
        if let Some(person) = all.next() {
            if all.next().is_some() {
                let why = format!("{email} is an address of more than one person of demarcate.toml");
                return Err(refused(&why, "give each their own address"));
            }
            return Ok(Some(Someone { id: person.id.name.clone(), name: &person.name, person: Some(person) }));
        }
        let listed = own.iter().find(|person| person.email.as_ref().is_some_and(|known| is(known)));
        Ok(listed.map(|person| Someone { id: email.to_lowercase(), name: &person.name, person: None }))
    }

    fn person(&self, by: &str) -> Option<&Person> {
        self.someone(by, &[]).ok().flatten().and_then(|someone| someone.person)
    }

    fn roles(&self, by: &str) -> Vec<&Role> {
        let person = self.person(by);
        let has = |role: &&Role| person.is_some_and(|person| person.roles.iter().any(|own| own.name == role.id.name));
        self.before.config.role.iter().filter(has).collect()
    }

    /// Which subjects a review would not count for, and why; `staged` are those that its commit changes.
    pub(crate) fn reviews(&self, by: &str, named: &BTreeSet<Subject>, staged: &BTreeSet<Subject>) -> Reasons {
        let mut reasons = Reasons::new();
        if !self.is_judged {
            return reasons;
        }
        let roles = self.roles(by);
        for subject in named {
            let why = if roles.iter().any(|role| role.covers(subject)) {
                self.own_work(by, subject, staged.contains(subject))
            } else {
                Some(format!("no role of {} reviews", name(by)))
            };
            if let Some(why) = why {
                reasons.entry(why).or_default().insert(subject.clone());
            }
        }
        reasons
    }

    /// Why a review would be one of the reviewer's own work, where policy asks for another pair of eyes.
    fn own_work(&self, by: &str, subject: &Subject, is_staged: bool) -> Option<String> {
        let asked = self.now.config.review.as_ref().and_then(|review| review.independence.as_ref());
        let person = self.person(by).filter(|_| asked.is_some_and(|asked| asked.value))?;
        let is_theirs = |who: &str| self.person(who).is_some_and(|other| other.id.name == person.id.name);
        let author = |who: &str| format!("policy asks for another reviewer than the author, and {who}");
        if is_staged {
            return is_theirs(&self.hand).then(|| author("this commit changes, by your own hand,"));
        }
        let found = self.history.subjects.get(subject)?;
        let mut others = found.reviews.iter().filter(|review| review.counts() && review.covers_head);
        let last = found.revisions.first().filter(|last| is_theirs(&last.author))?;
        let is_alone = !others.any(|review| review.person.as_deref() != Some(&*person.id.name));
        is_alone.then(|| author(&format!("{} made the last change of", name(&last.author))))
    }

    /// Which practices a certification would not count for, and why.
    pub(crate) fn certifications(&self, by: &str, named: &BTreeSet<Subject>) -> Reasons {
        let roles = self.roles(by);
        let answers = |subject: &&Subject| {
            let practice = match subject {
                Subject::Practice(id) => self.now.practices.get(id),
                _ => None,
            };
            let parts = practice.into_iter().flat_map(|practice| &practice.responsibility);
            let owners: BTreeSet<&str> = parts.filter_map(|part| part.maintained_by.as_deref()).collect();
            roles.iter().any(|role| owners.contains(&*role.id.name) || role.covers(subject))
        };
        let others: BTreeSet<Subject> = named.iter().filter(|subject| !answers(subject)).cloned().collect();
        let why = format!("no role of {} maintains or reviews", name(by));
        if others.is_empty() { Reasons::new() } else { Reasons::from([(why, others)]) }
    }

    /// Refuses a record that does not show what the provider agreed to.
    pub(crate) fn refuse_record_of_others(&self, record: &str, provider: &str) -> Result<(), Failure> {
        let Some(why) = why_no_agreement(record, provider, self.now) else { return Ok(()) };
        let help =
            format!("name a letter, a contract or a record of {provider}'s, or the contract that its file names");
        let why = format!("the record `{record}` shows nothing that {provider} agreed to: it {why}");
        Err(refused(&why, &help))
    }
}

fn name(by: &str) -> &str {
    by.split('<').next().unwrap_or(by).trim()
}

fn refused(why: &str, help: &str) -> Failure {
    Failure::new(Cause::Usage, format!("{why}; nothing was recorded\n  help: {help}"))
}

/// Refuses where some of what is named would not count: each reason with its subjects, and what would.
pub(crate) fn refuse_reasons(reasons: &Reasons, named: &BTreeSet<Subject>) -> Result<(), Failure> {
    let void: BTreeSet<&Subject> = reasons.values().flatten().collect();
    if void.is_empty() {
        return Ok(());
    }
    let mut out = "this would not count, and nothing was recorded:\n".to_owned();
    for (why, subjects) in reasons {
        out.push_str(&format!("  {why} {}\n", together(subjects.iter())));
    }
    let rest: Vec<&Subject> = named.iter().filter(|subject| !void.contains(subject)).collect();
    let is_own = reasons.keys().any(|why| why.starts_with("policy asks"));
    let other =
        if is_own { "commit the change and let another person review it" } else { "let somebody who may do it" };
    out.push_str(&match rest.as_slice() {
        [] => format!("  help: {other}"),
        rest => {
            let rest = together(rest.iter().copied());
            format!("  help: {rest} would count: name only that; for the others, {other}")
        }
    });
    Err(Failure::new(Cause::Usage, out))
}

/// Subjects in a sentence: practices by family where there are several.
pub(crate) fn together<'s>(subjects: impl Iterator<Item = &'s Subject>) -> String {
    let mut families: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut others: Vec<String> = Vec::new();
    for subject in subjects {
        match subject {
            Subject::Practice(id) => families.entry(id.family()).or_default().push(id.to_string()),
            other => others.push(other.words()),
        }
    }
    let practices = families.into_iter().map(|(family, ids)| match ids.len() {
        1 | 2 => ids.join(" and "),
        count => format!("{count} practices of {family}"),
    });
    practices.chain(others).collect::<Vec<_>>().join(", ")
}
