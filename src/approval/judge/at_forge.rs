//! The word of a forge about an account: nobody signed it, so it has to be of the very commit, by an account that was
//! known before.

use super::{BY_FORGE, Judge, addresses, is_of};
use crate::approval::forge::{Forge, ForgeApprovals, Said, Word, is_same, shown};
use crate::approval::makers::Matter;
use crate::approval::{duties, trust};
use crate::ids::CONTRACTOR;
use crate::model::assessment::Assessment;
use crate::model::changes::{Ask, Given};
use crate::model::config::Person;
use crate::model::history::{Grade, Subject};
use crate::speakers::{self, Speaker};

impl Judge<'_> {
    /// Takes the word of a forge about an account of somebody who may speak.
    pub(super) fn by_forge(&self, party: &str, ask: &mut Ask) {
        let Some((found, forge)) = self.forge() else { return };
        let side = if ask.subject == duties::SUBJECT { duties::side_of(self.whose, party) } else { self.before };
        let speakers = match (ask.subject.as_str(), ask.subject.parse::<Subject>()) {
            (duties::SUBJECT, _) => duties::acceptors(self.whose, party),
            (trust::SUBJECT, _) => trust::speakers(side),
            (_, Ok(subject)) => speakers::reviewers(side, &subject),
            (_, Err(())) => Vec::new(),
        };
        for said in &found.said {
            let [person] = holders(side, forge, &said.account)[..] else { continue };
            let own = person.provider().unwrap_or(CONTRACTOR);
            let is_own = own == party || own == duties::known_as(self.whose, party);
            match self.word(said, forge, person, (&speakers, ask)) {
                Ok(given) => {
                    ask.given = Some(given);
                    return;
                }
                Err(why) if is_own => ask.refused.push(why),
                Err(_) => {}
            }
        }
    }

    fn word(
        &self,
        said: &Said,
        forge: Forge,
        person: &Person,
        (speakers, ask): (&[Speaker<'_>], &Ask),
    ) -> Result<Given, String> {
        let who = format!("{} ({} at {})", person.name.value, shown(&said.account), forge.name());
        if let Word::Not(what) = &said.word {
            return Err(format!("{who} {what}"));
        }
        if !speakers.iter().any(|speaker| is_of(speaker, person)) {
            return Err(format!("{who} approved, and has no role for it on the side compared from"));
        }
        if !self.counted.contains(&Grade::Forge) {
            return Err(format!("{who} approved, and `[review] accept` of the side compared from does not take forge"));
        }
        let Some(commit) = &said.commit else {
            return Err(format!(
                "{who} approved, and it is not said of which commit: add \"sha\" to what the forge answered"
            ));
        };
        let Some(head) = self.sides.after.point.commit.as_deref() else {
            return Err(format!("{who} approved a commit, and what is compared to is none"));
        };
        if !head.eq_ignore_ascii_case(commit) {
            let (old, head) = (shown(commit.get(..10).unwrap_or(commit)), head.get(..10).unwrap_or(head));
            return Err(format!("{who} approved {old}, and the change is at {head} now: approve it again"));
        }
        if let Some(why) = self.own_change(said, person, &ask.subject) {
            return Err(format!("{who} approved, and {why}"));
        }
        Ok(Given { by: who, grade: BY_FORGE.to_owned(), commit: head.to_owned() })
    }

    /// Why an approval is one of somebody's own change, where the side compared from asks for another pair of eyes.
    fn own_change(&self, said: &Said, person: &Person, subject: &str) -> Option<String> {
        if !self.is_independent {
            return None;
        }
        let opened = self.shown.forge.and_then(|found| found.author.as_deref());
        if opened.is_some_and(|opened| is_same(opened, &said.account)) {
            return Some("opened the pull request, and policy asks for somebody else".to_owned());
        }
        let own = addresses(person);
        let is_theirs = |(commit, author): &(String, Option<String>)| self.is_made_by(commit, author.as_deref(), &own);
        let makers = self.makers_of(subject);
        if let Some((commit, _)) = makers.iter().find(|maker| is_theirs(maker)) {
            return Some(format!("made a part of the change in {commit:.10}, and policy asks for somebody else"));
        }
        self.nobodys(&makers)
    }

    /// Why a part of the change may be anybody's own, unless policy takes a name for a signature.
    pub(super) fn nobodys(&self, makers: &[(String, Option<String>)]) -> Option<String> {
        if self.counted.contains(&Grade::Unsigned) {
            return None;
        }
        let (commit, _) = makers.iter().find(|(commit, _)| !self.is_somebodys(commit))?;
        Some(format!("{commit:.10} is by nobody who is known, signed or named: it may be their own"))
    }

    /// Whether a commit is by somebody whom the side compared from knows: by its signature, or by its author's name.
    fn is_somebodys(&self, commit: &str) -> bool {
        let people = self.before.config.person.iter();
        let own: Vec<String> = people.flat_map(addresses).collect();
        self.is_named_in(commit, &own) || self.is_made_by(commit, None, &own)
    }

    /// The commits of the range that change what is asked about or what that rests on, and the authors that the log has for them; acceptances
    /// are nobody's own change.
    pub(super) fn makers_of(&self, subject: &str) -> Vec<(String, Option<String>)> {
        if subject == duties::SUBJECT {
            return Vec::new();
        }
        if subject == trust::SUBJECT {
            let touching = self.shown.commits.iter().filter(|(_, commit)| commit.changes_speakers);
            return touching.map(|(id, _)| (id.to_owned(), None)).collect();
        }
        let Ok(subject) = subject.parse::<Subject>() else { return Vec::new() };
        if self.sides.after.facts.history.is_none() {
            return self.changing().map(|id| (id.to_owned(), None)).collect();
        }
        let found = self.sides.after.facts.history.as_ref().and_then(|history| history.subjects.get(&subject));
        let revisions = found.into_iter().flat_map(|found| &found.revisions);
        let of_range = revisions.filter(|revision| self.shown.range.contains(&revision.commit));
        let mut makers: Vec<(String, Option<String>)> =
            of_range.map(|revision| (revision.commit.clone(), Some(revision.author.to_string()))).collect();
        makers.extend(self.makers.made(&Matter::Of(subject.clone())).map(|id| (id.to_owned(), None)));
        if self.is_farewell(&subject) {
            makers.extend(self.changing().map(|id| (id.to_owned(), None)));
        }
        makers
    }

    /// The commits that change anything in the root themselves.
    pub(super) fn changing(&self) -> impl Iterator<Item = &str> {
        self.shown.commits.iter().filter(|(_, commit)| commit.changes_root).map(|(id, _)| id)
    }

    /// What a forge says that is nobody's word: unknown accounts, and those of several people.
    pub(super) fn strays(&self) -> Vec<String> {
        let Some((found, forge)) = self.forge() else { return Vec::new() };
        let approved = found.said.iter().filter(|said| said.word == Word::Approved);
        approved.filter_map(|said| self.stray(&said.account, forge)).collect()
    }

    fn stray(&self, account: &str, forge: Forge) -> Option<String> {
        let who = format!("{} at {} approved", shown(account), forge.name());
        match holders(self.before, forge, account).as_slice() {
            [_] => None,
            [] => match holders(&self.sides.after.facts.assessment, forge, account).as_slice() {
                [] => Some(format!("{who}, and is an account of nobody in demarcate.toml")),
                [person, ..] if self.is_of_a_new_provider(person) => None,
                [person, ..] => Some(format!(
                    "{who}, and is an account of {} by this change alone, which cannot name who approves it",
                    person.name.value
                )),
            },
            _ => Some(format!("{who}, and is an account of more than one person in demarcate.toml")),
        }
    }

    fn is_of_a_new_provider(&self, person: &Person) -> bool {
        person.provider().is_some_and(|party| duties::is_new(self.whose, party))
    }

    /// What a forge says, if it says anything.
    fn forge(&self) -> Option<(&ForgeApprovals, Forge)> {
        let found = self.shown.forge?;
        Some((found, found.forge?))
    }
}

/// Whose account it is.
fn holders<'s>(side: &'s Assessment, forge: Forge, account: &str) -> Vec<&'s Person> {
    side.config.person.iter().filter(|person| forge.is_of(account, person)).collect()
}
