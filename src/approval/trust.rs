//! What decides whose word counts: people, roles, accounts, review policy, rule levels, allows and the trust folder.

use std::collections::{BTreeMap, BTreeSet};

use super::ask;
use crate::diff::Sides;
use crate::model::assessment::Assessment;
use crate::model::changes::{Ask, Change, Changes, Section, Weight};
use crate::model::config::{Accounts, Allow, Config, Person, Role};
use crate::model::provider::{Provider, ProviderPerson};
use crate::signature;
use crate::speakers::Speaker;

/// The subject of what nobody reviews by a trailer.
pub(super) const SUBJECT: &str = "trust";

/// How it is approved.
pub(super) const HOW: &str = "git commit -S";

/// What is said of each thing that decides whose word counts: by cell.
pub(super) type Says = BTreeMap<String, BTreeMap<&'static str, String>>;

/// Whether a file of the trust folder means something: it holds keys, takes them away, or says when something was there.
pub(super) fn holds_keys(name: &str) -> bool {
    match name.split_once('/') {
        Some((folder, stamp)) => folder == "timestamps" && has_ending(stamp, "tsr"),
        None => is_keyring(name) || ["allowed_signers", "revoked", "tsa.pem"].contains(&name),
    }
}

/// Whether it holds OpenPGP keys.
pub(super) fn is_keyring(name: &str) -> bool {
    !name.contains('/') && has_ending(name, "asc")
}

/// Whether the name of a file has an ending, as the loader takes it: to the letter.
pub(super) fn has_ending(name: &str, ending: &str) -> bool {
    name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.'))
}

/// Those of them that are no text to be read line by line.
pub(super) fn holds_opaque_keys(name: &str) -> bool {
    holds_keys(name) && name != "allowed_signers"
}

/// Everything that a root says of whose word counts, and of what is reported of it.
pub(super) fn says(assessment: &Assessment) -> Says {
    let config = &assessment.config.value;
    let mut says = Says::new();
    for person in &config.person {
        put(&mut says, format!("person `{}`", person.id), of_person(person));
    }
    for role in &config.role {
        put(&mut says, format!("role `{}`", role.id), of_role(role));
    }
    for allow in &config.allow {
        put(&mut says, format!("the allow of `{}`", allow.rule.value), of_allow(allow));
    }
    for (rule, level) in config.rules.iter() {
        put(&mut says, format!("the level of `{rule}`"), vec![("level", format!("{:?}", level.value.value))]);
    }
    put(&mut says, "the review policy".to_owned(), of_policy(config));
    put(&mut says, "what the root rests on".to_owned(), of_root(config));
    let providers = assessment.providers.iter().map(|(id, provider)| (id, of_provider(&provider.value)));
    for (id, said) in providers.filter(|(_, said)| said.iter().any(|(_, text)| !text.is_empty())) {
        put(&mut says, format!("{PROVIDER} `{id}`"), said);
    }
    for (_, file) in assessment.files.iter() {
        if let Some(name) = file.path.strip_prefix("trust/").filter(|name| holds_keys(name)) {
            put(&mut says, format!("trust/{name}"), vec![("text", signature::lines_that_count(&file.text).join("\n"))]);
        }
    }
    says
}

/// Two of one name are both something.
fn put(says: &mut Says, about: String, cells: Vec<(&'static str, String)>) {
    let said = says.entry(about).or_default();
    for (cell, text) in cells.into_iter().filter(|(_, text)| !text.is_empty()) {
        said.entry(cell).or_default().push_str(&format!("{text}\n"));
    }
}

fn of_person(person: &Person) -> Vec<(&'static str, String)> {
    vec![
        ("name", person.name.value.clone()),
        ("addresses", sorted(person.email.iter().map(|email| email.value.to_lowercase()))),
        ("roles", sorted(person.roles.iter().map(|role| role.name.clone()))),
        ("party", person.provider().unwrap_or_default().to_owned()),
        ("accounts", accounts(person.accounts.as_ref())),
    ]
}

/// What is said of a provider begins with it.
const PROVIDER: &str = "who speaks for provider";

/// Who accepts for a provider by its own file, and the accounts of its team; nothing where it says neither.
fn of_provider(provider: &Provider) -> Vec<(&'static str, String)> {
    let address = |person: &ProviderPerson| person.email.as_ref().map(|email| email.value.to_lowercase());
    let speaking: BTreeSet<String> =
        provider.people.iter().filter(|person| person.accepts.is_some()).filter_map(address).collect();
    // One more with the address of somebody who accepts leaves it open whose word it is.
    let told = provider.people.iter().filter_map(|person| {
        let email = address(person).filter(|email| speaking.contains(email))?;
        let accepts = person.accepts.as_ref().map_or("unsaid", |said| if said.value { "yes" } else { "no" });
        Some(format!("{} <{email}> {accepts}", person.name.value))
    });
    let told = told.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
    vec![("who accepts", told), ("teams", accounts(provider.teams.as_ref()))]
}

fn of_role(role: &Role) -> Vec<(&'static str, String)> {
    let reviews = sorted(role.reviews.iter().map(|what| what.value.clone()));
    let reviews = if reviews.is_empty() { "everything".to_owned() } else { reviews };
    vec![("what it reviews", reviews), ("teams", accounts(role.teams.as_ref()))]
}

fn of_allow(allow: &Allow) -> Vec<(&'static str, String)> {
    let within = allow.within.as_ref().map_or("the root", |within| &within.value);
    let until = allow.until.as_ref().map_or("no end".to_owned(), |until| until.value.to_string());
    vec![("where and until when", format!("{within}, {until}"))]
}

fn of_policy(config: &Config) -> Vec<(&'static str, String)> {
    let Some(policy) = &config.review else { return Vec::new() };
    let text = |value: Option<String>| value.unwrap_or_default();
    vec![
        ("interval", text(policy.interval.as_ref().map(|interval| interval.value.to_string()))),
        ("accept", sorted(policy.accept.iter().map(|grade| grade.value.word().to_owned()))),
        ("forge", sorted(policy.forge.iter().map(|name| name.value.to_lowercase()))),
        ("trust-root", text(policy.trust_root.as_ref().map(|root| root.value.clone()))),
        ("independence", text(policy.independence.as_ref().map(|asked| asked.value.to_string()))),
    ]
}

fn of_root(config: &Config) -> Vec<(&'static str, String)> {
    let official = config.system.as_ref().and_then(|system| system.affirming_official.as_ref());
    vec![
        ("affirming official", official.map(|person| person.name.clone()).unwrap_or_default()),
        ("stage", config.stage.as_ref().map(|stage| stage.value.word().to_owned()).unwrap_or_default()),
        ("extends", config.extends.as_ref().map(|base| base.value.clone()).unwrap_or_default()),
    ]
}

fn accounts(accounts: Option<&Accounts>) -> String {
    let Some(Accounts { github, gitlab, gitea, azure, .. }) = accounts else { return String::new() };
    let all = [("github", github), ("gitlab", gitlab), ("gitea", gitea), ("azure", azure)];
    let said = all.iter().filter_map(|(forge, account)| Some(format!("{forge} {}", account.as_ref()?.value)));
    said.collect::<Vec<_>>().join(", ")
}

fn sorted(words: impl Iterator<Item = String>) -> String {
    words.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

/// What two sides say differently, in sentences.
fn differences(old: &Says, new: &Says) -> Vec<String> {
    let about: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let told = about.into_iter().filter_map(|about| match (old.get(about), new.get(about)) {
        (Some(before), Some(after)) if before == after => None,
        (Some(before), Some(after)) => {
            let cells: BTreeSet<&&str> = before.keys().chain(after.keys()).collect();
            let changed = cells.into_iter().filter(|cell| before.get(**cell) != after.get(**cell));
            let changed: Vec<&str> = changed.copied().collect();
            Some(if changed == ["text"] {
                format!("{about} changes")
            } else {
                format!("{about}: {} changes", changed.join(", "))
            })
        }
        (None, _) => Some(format!("{about} is new")),
        (_, None) => Some(format!("{about} is gone")),
    });
    told.collect()
}

/// What differs, by what is said and by the bytes of what holds keys.
pub(super) fn differing(sides: &Sides<'_>) -> Vec<String> {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let mut own = differences(&says(before), &says(after));
    let (old, new) = (&before.ending.digests, &after.ending.digests);
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let is_opaque = |path: &str| path.strip_prefix("trust/").is_some_and(holds_opaque_keys);
    let changed = paths.into_iter().filter(|path| is_opaque(path) && old.get(*path) != new.get(*path));
    let told: Vec<String> = changed.map(|path| format!("{path} changes")).collect();
    own.extend(told);
    own
}

/// What the log has against commits of the range that change whose word counts.
pub(super) fn against(sides: &Sides<'_>, range: &BTreeSet<String>) -> Vec<String> {
    let problems = sides.after.facts.history.iter().flat_map(|history| &history.problems);
    let own = problems.filter(|problem| {
        ["unsigned-policy-change", "untrusted-trust-change"].contains(&problem.rule)
            && problem.commit.as_ref().is_some_and(|commit| range.contains(commit))
    });
    own.map(|problem| problem.message.clone()).collect()
}

/// What the contractor is asked for where this changes.
pub(super) fn asked(sides: &Sides<'_>, changes: &Changes) -> Option<Ask> {
    let own = differing(sides);
    if own.is_empty() {
        return None;
    }
    let is_told = |change: &&Change| matches!(change.section, Section::Trust | Section::Allows);
    let told: Vec<&Change> = changes.changes.iter().filter(is_told).collect();
    let of_providers = || own.iter().filter(|line| line.starts_with(PROVIDER));
    let stands_out = of_providers().next().is_some() || told.iter().any(|change| change.weight == Weight::StandsOut);
    let mut lines: Vec<String> = of_providers().cloned().collect();
    lines.extend(ask::lines(told));
    let lines = if lines.is_empty() { own } else { lines };
    Some(of(sides, lines, stands_out))
}

/// The ask itself.
pub(super) fn of(sides: &Sides<'_>, why: Vec<String>, stands_out: bool) -> Ask {
    let who: Vec<String> = speakers(&sides.before.facts.assessment).iter().map(Speaker::words).collect();
    let help = "name a person with a role in demarcate.toml first, in a change of its own";
    let nobody = "nobody of the contractor's has a role on the side compared from, so nobody may change who speaks";
    let refused = if who.is_empty() { vec![format!("{nobody}: {help}")] } else { Vec::new() };
    Ask {
        subject: SUBJECT.to_owned(),
        why: ask::short(why),
        stands_out,
        who,
        how: HOW.to_owned(),
        given: None,
        refused,
    }
}

/// Who may change who speaks: people of the contractor's with a role.
pub(super) fn speakers(assessment: &Assessment) -> Vec<Speaker<'_>> {
    let config = &assessment.config.value;
    config
        .person
        .iter()
        .filter(|person| person.provider().is_none())
        .filter_map(|person| with_role(config, person))
        .collect()
}

fn with_role<'a>(config: &'a Config, person: &'a Person) -> Option<Speaker<'a>> {
    let role = config.role.iter().find(|role| person.roles.iter().any(|own| own.name == role.id.name))?;
    let email = person.email.first().map(|email| email.value.as_str());
    Some(Speaker { name: &person.name.value, email, role: Some(&role.id.name), accounts: person.accounts.as_ref() })
}
