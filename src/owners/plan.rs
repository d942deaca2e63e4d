//! The map with the names and patterns of one forge, and what cannot be written there.

use std::collections::{BTreeMap, BTreeSet};

use super::{Rule, Target, azure, gitea, github, gitlab, keepers, map, of_forge};
use crate::accounts::{self, Forge, Whose};
use crate::diagnostic::{Diagnostic, Place};
use crate::failure::{Cause, Failure};
use crate::ids::CONTRACTOR;
use crate::model::assessment::Assessment;
use crate::model::config::{Accounts, Person, Role};
use crate::speakers;
use crate::words;

/// The rules of a root for one forge.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The forge.
    pub forge: Forge,
    /// The root's folder, from the top of the Git repository; empty at the top.
    pub prefix: String,
    /// Each folder before the files in it.
    pub lines: Vec<Line>,
    /// Those who own files and are not asked, by what they are called.
    pub absent: BTreeMap<String, Absence>,
    /// What each party is called, by its id.
    pub parties: BTreeMap<String, String>,
    /// What has to be put right before every file has the owner it should have.
    pub problems: Vec<Diagnostic>,
}

/// Who owns a file or folder.
#[derive(Clone, Debug)]
pub struct Line {
    /// As the forge's rules name it.
    pub pattern: String,
    /// From the top of the Git repository; a folder ends in `/`.
    pub path: String,
    /// What of a folder has a line of its own, from the top as well.
    pub except: Vec<String>,
    /// The names of each party, the contractor's first; a party without any is left out.
    pub owners: Vec<(String, BTreeSet<String>)>,
    /// The roles that own it and have nobody there, where others stand in for them.
    pub stand_in: Option<String>,
}

/// Somebody who owns files and has no account at the forge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Absence {
    /// What to add to which file.
    pub advice: String,
    /// The files and folders.
    pub files: BTreeSet<String>,
}

/// The rules of a root below `prefix` for a forge, with what else at the top says what is run; fails where the forge cannot name
/// that folder.
pub fn plan(assessment: &Assessment, forge: Forge, prefix: &str, beside: &[String]) -> Result<Plan, Failure> {
    if !prefix.is_empty() && pattern(forge, &format!("{prefix}/"), &[]).is_none() {
        let message =
            format!("rules of {} cannot name the folder {prefix:?}: rename it to plain letters", forge.name());
        return Err(Failure::new(Cause::Usage, message));
    }
    let mut planner = Planner { assessment, forge, prefix, absent: BTreeMap::new(), problems: Vec::new() };
    planner.report_unread();
    let (config, providers) = (&assessment.config.value, assessment.providers.values());
    accounts::report(config, providers, &[forge], &mut planner.problems);
    let rules: Vec<Rule<'_>> = map(assessment).into_iter().chain(of_forge(assessment, forge, beside)).collect();
    let lines = planner.lines(&rules);
    let parties = rules.iter().flat_map(|rule| &rule.shares).map(|share| share.party);
    let parties = parties.map(|id| (id.to_owned(), one_line(speakers::name_of(assessment, id)))).collect();
    let Planner { absent, problems, .. } = planner;
    Ok(Plan { forge, prefix: prefix.to_owned(), lines, absent, parties, problems })
}

/// What a forge calls a file or, with `/` at its end, a folder; `None` where its rules cannot name it.
fn pattern(forge: Forge, path: &str, except: &[&str]) -> Option<String> {
    if !path.chars().all(is_shown) {
        return None;
    }
    match forge {
        Forge::GitHub => github::pattern(path),
        Forge::GitLab => gitlab::pattern(path),
        Forge::Gitea => gitea::pattern(path, except),
        Forge::Azure => azure::pattern(path),
    }
}

/// Whether a reader of the rules would see it as it is.
fn is_shown(c: char) -> bool {
    let hidden = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fffd}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !hidden && (c == ' ' || !c.is_whitespace())
}

/// Text on one line that nothing can be smuggled into.
fn one_line(text: &str) -> String {
    words::printable(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Planner<'a> {
    assessment: &'a Assessment,
    forge: Forge,
    prefix: &'a str,
    absent: BTreeMap<String, Absence>,
    problems: Vec<Diagnostic>,
}

/// Names at the forge, and those who have none: what they are called and what to do.
#[derive(Default)]
struct Found {
    names: BTreeSet<String>,
    absent: Vec<(String, String)>,
}

impl<'a> Planner<'a> {
    fn lines(&mut self, rules: &[Rule<'a>]) -> Vec<Line> {
        let nameable = rules.iter().filter(|rule| self.is_nameable(&rule.target));
        let nameable: Vec<(String, &Rule<'a>)> = nameable.map(|rule| (self.path(&rule.target), rule)).collect();
        let paths: Vec<String> = nameable.iter().map(|(path, _)| path.clone()).collect();
        let unnameable = rules.iter().filter(|rule| !self.is_nameable(&rule.target));
        let problems: Vec<Diagnostic> = unnameable.map(|rule| self.unnameable(&rule.target)).collect();
        self.problems.extend(problems);
        let lines: Vec<Line> = nameable.into_iter().map(|(path, rule)| self.line(path, rule, &paths)).collect();
        self.report_unowned(&lines);
        lines
    }

    fn is_nameable(&self, target: &Target) -> bool {
        pattern(self.forge, &self.path(target), &[]).is_some()
    }

    /// From the top of the Git repository; a folder with `/` at its end.
    fn path(&self, target: &Target) -> String {
        let below =
            |path: &str| if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) };
        match target {
            Target::Folder(path) => format!("{}/", below(path)),
            Target::File(path) => below(path),
            Target::OfForge(path) => path.clone(),
        }
    }

    fn line(&mut self, path: String, rule: &Rule<'a>, paths: &[String]) -> Line {
        let is_folder = path.ends_with('/');
        let except: Vec<String> =
            paths.iter().filter(|other| is_folder && **other != path && other.starts_with(&path)).cloned().collect();
        let rest: Vec<&str> = except.iter().map(|other| &other[path.len()..]).collect();
        let pattern = pattern(self.forge, &path, &rest).expect("only what can be named is given a line");
        let mut line = Line { pattern, path, except, owners: Vec::new(), stand_in: None };
        for share in &rule.shares {
            let names = if share.party == CONTRACTOR {
                self.of_contractor(&share.roles, &mut line)
            } else {
                let found = self.of_provider(share.party);
                self.names(found, &line.path)
            };
            if !names.is_empty() {
                line.owners.push((share.party.to_owned(), names));
            }
        }
        line
    }

    /// The names of the roles; of those who look after everything where they have none.
    fn of_contractor(&mut self, roles: &[&'a Role], line: &mut Line) -> BTreeSet<String> {
        let names = self.of_roles(roles, &line.path);
        if !names.is_empty() {
            return names;
        }
        let kept: BTreeSet<String> =
            keepers(self.assessment).into_iter().flat_map(|role| self.of_role(role).names).collect();
        let titles: Vec<String> = roles.iter().map(|role| one_line(&role.id.name)).collect();
        line.stand_in = (!kept.is_empty()).then(|| titles.join(", "));
        kept
    }

    fn of_roles(&mut self, roles: &[&'a Role], path: &str) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for role in roles {
            let found = self.of_role(role);
            names.extend(self.names(found, path));
        }
        names
    }

    /// The names, with those who have none noted.
    fn names(&mut self, found: Found, path: &str) -> BTreeSet<String> {
        for (who, advice) in found.absent {
            let absence = self.absent.entry(who).or_insert_with(|| Absence { advice, files: BTreeSet::new() });
            absence.files.insert(path.to_owned());
        }
        found.names
    }

    /// The team of a role, else the people who have it.
    fn of_role(&self, role: &'a Role) -> Found {
        if let Some(team) = self.name(Whose::Team, role.teams.as_ref()) {
            return Found { names: [team].into(), absent: Vec::new() };
        }
        let has =
            |person: &&Person| person.provider().is_none() && person.roles.iter().any(|own| own.name == role.id.name);
        let people: Vec<&Person> = self.assessment.config.person.iter().filter(has).collect();
        let mut found = Found::default();
        for person in &people {
            match self.name(Whose::Person, person.accounts.as_ref()) {
                Some(name) => drop(found.names.insert(name)),
                None => found.absent.push(self.absent_person(person, role)),
            }
        }
        if people.is_empty() {
            let advice =
                format!("nobody has the role: give it to a [[person]] of demarcate.toml, or {}", self.team_of());
            found.absent.push((format!("the role {}", one_line(&role.id.name)), advice));
        }
        found
    }

    /// The team of a provider, else the people who may accept for it.
    fn of_provider(&self, id: &str) -> Found {
        let provider = self.assessment.providers.get(id);
        if let Some(team) = self.name(Whose::Team, provider.and_then(|provider| provider.teams.as_ref())) {
            return Found { names: [team].into(), absent: Vec::new() };
        }
        let people = speakers::acceptors(self.assessment, id);
        let names: BTreeSet<String> =
            people.iter().filter_map(|person| self.name(Whose::Person, person.accounts)).collect();
        if !names.is_empty() {
            return Found { names, absent: Vec::new() };
        }
        let who = format!("{} ({})", one_line(speakers::name_of(self.assessment, id)), one_line(id));
        let path = provider.map_or("its file", |provider| provider.path.as_str());
        let advice = format!("{} in {}", self.team_of(), one_line(path));
        Found { names, absent: vec![(who, advice)] }
    }

    fn name(&self, whose: Whose, accounts: Option<&Accounts>) -> Option<String> {
        self.forge.written(whose, self.forge.of(accounts?)?)
    }

    fn absent_person(&self, person: &Person, role: &Role) -> (String, String) {
        let who = format!("{} ({})", one_line(&person.name), one_line(&role.id.name));
        let key = self.forge.key();
        let advice = format!(
            "write accounts = {{ {key} = \"...\" }} for [[person]] {}, or {} for [[role]] {}, in demarcate.toml",
            one_line(&person.id.name),
            self.team_of(),
            one_line(&role.id.name)
        );
        (who, advice)
    }

    fn team_of(&self) -> String {
        format!("teams = {{ {} = \"...\" }}", self.forge.key())
    }

    fn unnameable(&self, target: &Target) -> Diagnostic {
        let (Target::Folder(path) | Target::File(path) | Target::OfForge(path)) = target;
        let name = self.forge.name();
        let message = format!(
            "rules of {name} cannot name `{}`, so that it falls to the owners of its folder",
            path.escape_debug()
        );
        Diagnostic::new("unnameable-path", message, Place::Path(path.clone()))
            .help("rename it to letters, digits, hyphens and dots")
    }

    /// What was not read may say of somebody else that it is theirs.
    fn report_unread(&mut self) {
        let practices = &self.assessment.practices;
        let lost = practices.values().filter(|practice| practice.lost).map(|practice| practice.path.clone());
        let unread = self.assessment.unread_practices.iter().map(|id| id.path());
        let config = self.assessment.config.lost.then(|| "demarcate.toml".to_owned());
        let paths = config.into_iter().chain(lost).chain(unread);
        let problem = |path: String| {
            let message = format!("`{path}` cannot be read whole, so that who owns what is not certain");
            Diagnostic::new("unread-file", message, Place::Path(path))
                .help("`demarcate check` says what is wrong with it")
        };
        self.problems.extend(paths.map(problem));
    }

    /// Files that nobody of the contractor is asked about.
    fn report_unowned(&mut self, lines: &[Line]) {
        let is_owned = |line: &Line| line.owners.iter().any(|(party, _)| party == CONTRACTOR);
        let unowned: Vec<&str> = lines.iter().filter(|line| !is_owned(line)).map(|line| line.path.as_str()).collect();
        let Some(first) = unowned.first() else { return };
        let more = if unowned.len() > 1 { format!(" and {} more", unowned.len() - 1) } else { String::new() };
        let name = self.forge.name();
        let message = format!("nobody of the contractor has an account at {name} to own `{first}`{more}");
        let place = keepers(self.assessment).first().map(|role| Place::Span(role.id.span));
        let place = place.unwrap_or_else(|| Place::Path("demarcate.toml".to_owned()));
        let key = self.forge.key();
        let help = format!(
            "give the role a team, `teams = {{ {key} = \"...\" }}`, or a person who has it an account, `accounts = {{ {key} = \"...\" }}`; {}",
            self.forge.form(Whose::Team)
        );
        let problem =
            Diagnostic::new("no-code-owner", message, place).label("neither a team nor a person with an account");
        self.problems.push(problem.help(help));
    }
}
