//! Code-owner rules from the responsibilities, in the form of each forge.
//!
//! ```text
//! Assessment -> map -> plan (names and patterns of one forge) -> text
//! ```

mod azure;
pub mod block;
pub mod foreign;
mod gitea;
mod github;
mod gitlab;
mod plan;

pub use plan::{Absence, Line, Plan, plan};

use std::collections::BTreeSet;

use crate::accounts::Forge;
use crate::ids::CONTRACTOR;
use crate::model::Filed;
use crate::model::assessment::Assessment;
use crate::model::config::Role;
use crate::model::history::Subject;
use crate::model::practice::Practice;

/// What a rule is about, relative to the root.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Target {
    /// Everything in a folder that no rule of its own is about.
    Folder(String),
    /// A file.
    File(String),
    /// A file from the top of the Git repository, or with `/` at its end a folder.
    OfForge(String),
}

/// The part that one party has in a file.
#[derive(Clone, Debug)]
pub struct Share<'a> {
    /// The contractor, or a provider.
    pub party: &'a str,
    /// The contractor's roles of which any may approve; a provider has none here.
    pub roles: Vec<&'a Role>,
}

/// Who owns a file or a folder, the contractor first.
#[derive(Clone, Debug)]
pub struct Rule<'a> {
    /// What it is about.
    pub target: Target,
    /// The parties.
    pub shares: Vec<Share<'a>>,
}

/// Where each forge looks for its rules, in its own order: the first that stands is read.
pub fn places(forge: Forge) -> &'static [&'static str] {
    match forge {
        Forge::GitHub => &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
        Forge::GitLab => &["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
        Forge::Gitea => &["CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS"],
        Forge::Azure => &[],
    }
}

/// Where the rules are begun when none stand; `None` for a forge that keeps them in no file.
pub fn home(forge: Forge) -> Option<&'static str> {
    places(forge).iter().copied().find(|place| place.starts_with('.'))
}

/// The largest file that the forge reads, in bytes, where it says one.
pub fn largest(forge: Forge) -> Option<usize> {
    (forge == Forge::GitHub).then_some(3 << 20)
}

/// Who owns what of a root: each folder before the files in it.
pub fn map(assessment: &Assessment) -> Vec<Rule<'_>> {
    let all = All { assessment };
    [all.settings(), all.practices(), all.policies(), all.providers(), all.evidence(), all.records()].concat()
}

/// What a forge runs, by path from the top of the Git repository, a folder with `/` at its end: whoever changes it may
/// leave out the check.
fn run_by(forge: Forge) -> &'static [&'static str] {
    match forge {
        Forge::GitHub => &[".github/"],
        Forge::GitLab => &[".gitlab/", ".gitlab-ci.yml"],
        Forge::Gitea => &[".forgejo/", ".gitea/", ".github/"],
        Forge::Azure => &[".azure-pipelines/", "azure-pipelines.yml"],
    }
}

/// What runs the hooks of a clone, as `init` writes it.
const HOOKS: [&str; 3] = [".githooks/", ".pre-commit-config.yaml", "lefthook.yml"];

/// Whether a file at the top of the Git repository says what some forge or the hooks of a clone run, under whichever of
/// its names.
pub fn is_run(name: &str) -> bool {
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    let known = [".gitlab-ci", ".pre-commit-config", ".lefthook", "action", "lefthook"];
    stem.is_some_and(|stem| known.contains(&stem) || stem.starts_with("azure-pipelines"))
}

/// Who owns the files by which a forge asks and checks: whoever may change the policy.
///
/// Every place of the rules is owned, since a file at an earlier one takes the place of those at a later one; so is what
/// the forge and hooks run, and what stands `beside` it at the top.
fn of_forge<'a>(assessment: &'a Assessment, forge: Forge, beside: &[String]) -> Vec<Rule<'a>> {
    let fixed = run_by(forge).iter().chain(&HOOKS).chain(places(forge)).map(|place| (*place).to_owned());
    let mut all: Vec<String> = fixed.chain(beside.iter().cloned()).collect();
    all.sort_by_key(|path| (!path.ends_with('/'), path.clone()));
    all.dedup();
    all.into_iter().map(|path| All { assessment }.kept(Target::OfForge(path))).collect()
}

/// The roles that look after everything: they may change who does what, and what counts.
pub fn keepers(assessment: &Assessment) -> Vec<&Role> {
    let roles = &assessment.config.role;
    let of = |wanted: &dyn Fn(&Role) -> bool| roles.iter().filter(|role| wanted(role)).collect::<Vec<_>>();
    let candidates = [of(&|role| role.reviews.is_empty()), of(&|role| role.covers(&Subject::Ssp)), of(&|_| true)];
    candidates.into_iter().find(|roles| !roles.is_empty()).unwrap_or_default()
}

/// The rules of one assessment, part by part.
struct All<'a> {
    assessment: &'a Assessment,
}

impl<'a> All<'a> {
    fn reviewers(&self, subject: &Subject) -> Vec<&'a Role> {
        let roles: Vec<&Role> = self.assessment.config.role.iter().filter(|role| role.covers(subject)).collect();
        if roles.is_empty() { keepers(self.assessment) } else { roles }
    }

    fn kept(&self, target: Target) -> Rule<'a> {
        owned(target, keepers(self.assessment))
    }

    fn reviewed(&self, target: Target, subject: &Subject) -> Rule<'a> {
        owned(target, self.reviewers(subject))
    }

    /// What decides who does what, whose word counts, and what is printed.
    fn settings(&self) -> Vec<Rule<'a>> {
        let folders = ["templates", "trust"].map(folder);
        let files = [".gitattributes", "demarcate.toml"].map(file);
        folders.into_iter().chain(files).map(|target| self.kept(target)).collect()
    }

    fn practices(&self) -> Vec<Rule<'a>> {
        let own = self.assessment.practices.iter().filter(|(_, practice)| !practice.inherited);
        let rule = |practice: &'a Filed<Practice>, subject: Subject| {
            let contractor = Share { party: CONTRACTOR, roles: self.maintainers(practice, &subject) };
            let providers = practice.parties().into_iter().filter(|party| *party != CONTRACTOR).map(provider);
            let shares = std::iter::once(contractor).chain(providers).collect();
            Rule { target: file(&practice.path), shares }
        };
        let rules = own.map(|(id, practice)| rule(practice, Subject::Practice(*id)));
        std::iter::once(self.kept(folder("practices"))).chain(rules).collect()
    }

    /// The roles that maintain the contractor's parts; where none is named, those that review the practice.
    fn maintainers(&self, practice: &Practice, subject: &Subject) -> Vec<&'a Role> {
        let parts = practice.responsibility.iter().filter(|part| part.is_contractor());
        let named: BTreeSet<&str> = parts.filter_map(|part| Some(&**part.maintained_by.as_ref()?)).collect();
        let roles: Vec<&Role> =
            self.assessment.config.role.iter().filter(|role| named.contains(role.id.name.as_str())).collect();
        if roles.is_empty() { self.reviewers(subject) } else { roles }
    }

    fn policies(&self) -> Vec<Rule<'a>> {
        let own = self.assessment.policies.values().filter(|policy| !policy.inherited);
        let rules = own.map(|policy| self.reviewed(file(&policy.path), &Subject::Policy(policy.id.clone())));
        std::iter::once(self.kept(folder("policies"))).chain(rules).collect()
    }

    /// What stands of a provider: its own and the contractor's matter.
    fn of_provider(&self, target: Target, id: &'a str) -> Rule<'a> {
        let mut rule = self.reviewed(target, &Subject::Provider(id.to_owned()));
        rule.shares.push(provider(id));
        rule
    }

    fn providers(&self) -> Vec<Rule<'a>> {
        let files = self.assessment.providers.iter().filter(|(_, found)| !found.inherited);
        let files = files.map(|(id, found)| self.of_provider(file(&found.path), id));
        let matrices = self.assessment.crms.iter().filter(|(_, found)| !found.inherited);
        let matrices = matrices.map(|(id, found)| self.of_provider(file(&found.path), id));
        std::iter::once(self.kept(folder("providers"))).chain(files).chain(matrices).collect()
    }

    /// The folder of each party, and what stands in none.
    fn evidence(&self) -> Vec<Rule<'a>> {
        let below = |party: &str| folder(&format!("evidence/{party}"));
        let own = [self.kept(folder("evidence")), self.kept(below(CONTRACTOR)), self.kept(file("evidence.lock"))];
        let providers = self.assessment.providers.keys().map(|id| self.of_provider(below(id), id));
        own.into_iter().chain(providers).collect()
    }

    /// What is open, what is in scope, and what happens in an incident.
    fn records(&self) -> Vec<Rule<'a>> {
        vec![
            self.reviewed(folder("exceptions"), &Subject::Poam),
            self.reviewed(folder("poam"), &Subject::Poam),
            self.reviewed(file("assets.toml"), &Subject::Scope),
            self.reviewed(file("crypto.toml"), &Subject::Ssp),
            self.reviewed(file("incident.toml"), &Subject::Incident),
        ]
    }
}

fn owned(target: Target, roles: Vec<&Role>) -> Rule<'_> {
    Rule { target, shares: vec![Share { party: CONTRACTOR, roles }] }
}

fn provider(id: &str) -> Share<'_> {
    Share { party: id, roles: Vec::new() }
}

fn folder(path: &str) -> Target {
    Target::Folder(path.to_owned())
}

fn file(path: &str) -> Target {
    Target::File(path.to_owned())
}

/// The rules of a root as the forge reads them, between the marks of its block.
pub fn text(plan: &Plan) -> String {
    let lines = match plan.forge {
        Forge::GitHub | Forge::Gitea => flat(plan),
        Forge::GitLab => gitlab::lines(plan),
        Forge::Azure => return azure::script(plan),
    };
    let (begin, end) = (block::begin(&plan.prefix), block::end(&plan.prefix));
    format!("{begin}\n{}{lines}{end}\n", heading(plan))
}

/// A line a file with all who own it, whichever party they are of.
fn flat(plan: &Plan) -> String {
    let line = |line: &Line| {
        let mut names: Vec<&str> = Vec::new();
        for name in line.owners.iter().flat_map(|(_, names)| names) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        format!("{}{} {}\n", stand_in(line), line.pattern, names.join(" "))
    };
    plan.lines.iter().filter(|line| !line.owners.is_empty()).map(line).collect()
}

/// Whom the owners of a line stand in for, as a comment above it.
fn stand_in(line: &Line) -> String {
    line.stand_in.as_ref().map(|who| format!("# in place of {who}:\n")).unwrap_or_default()
}

/// What a reader has to know before the lines.
fn heading(plan: &Plan) -> String {
    let mut out = format!(
        "# Written by `demarcate owners --forge {} --write` from the responsibilities and roles: change those, not these lines.\n",
        plan.forge.key()
    );
    out.push_str(match plan.forge {
        Forge::GitHub => "# One approval of any owner of a line is enough here; `demarcate diff --require-approval` asks each party.\n",
        Forge::GitLab => "# A section a party: somebody of each has to approve.\n",
        Forge::Gitea => "# All lines that match a file add up, and owners are asked, not required; `demarcate diff --require-approval` asks each party.\n",
        Forge::Azure => "",
    });
    for (who, absence) in &plan.absent {
        let files = absence.files.len();
        let what = if files == 1 { "file or folder" } else { "files and folders" };
        out.push_str(&format!("# Not asked, without an account at {}: {who} ({files} {what})\n", plan.forge.name()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_begun_where_each_forge_looks() {
        assert_eq!(
            Forge::ALL.map(home),
            [Some(".github/CODEOWNERS"), Some(".gitlab/CODEOWNERS"), Some(".gitea/CODEOWNERS"), None]
        );
    }
}
