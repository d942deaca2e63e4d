//! Azure DevOps: no file but policies of a branch, each requiring reviewers for paths; all that match apply.

use std::collections::{BTreeMap, BTreeSet};

use super::{Line, Plan, heading};
use crate::ids::CONTRACTOR;

/// The path filter of a file or, with `/` at its end, of everything in a folder.
pub(super) fn pattern(path: &str) -> Option<String> {
    let odd = path.contains(['*', '?', '[', ']', '\\', ';']) || path.trim() != path;
    let all = if path.ends_with('/') { "*" } else { "" };
    (!odd).then(|| format!("/{path}{all}"))
}

/// A script that makes the policies; it names no repository, so that whoever runs it says which.
pub(super) fn script(plan: &Plan) -> String {
    let policies: String = policies(plan).iter().map(|policy| policy.command(plan)).collect();
    format!("{HEAD}{}{BODY}{policies}", heading(plan).replace(" --write", ""))
}

const HEAD: &str = "#!/bin/sh\n";

const BODY: &str = r#"# Azure DevOps keeps no file of owners: this makes one required-reviewer policy for each party and group of reviewers.
# Run it once. To renew, remove what an earlier run made: az repos policy list, then az repos policy delete, for those
# whose message begins with "demarcate owners". Where a policy names several reviewers, each of them has to approve:
# give the role a group at Azure DevOps if one of its people is enough.
set -eu
: "${ORGANIZATION:?for example https://dev.azure.com/kestrel}"
: "${PROJECT:?the project}"
: "${REPOSITORY_ID:?the id that az repos show prints}"
: "${BRANCH:=main}"

# $1 message, $2 reviewers, $3 paths; more is passed on.
policy() {
  message=$1 reviewers=$2 paths=$3
  shift 3
  az repos policy required-reviewer create --organization "$ORGANIZATION" --project "$PROJECT" \
    --repository-id "$REPOSITORY_ID" --branch "$BRANCH" --enabled true --blocking true \
    --message "$message" --required-reviewer-ids "$reviewers" --path-filter "$paths" "$@"
}

"#;

/// A policy: some reviewers of one party, for all paths that are theirs.
struct Policy<'a> {
    party: &'a str,
    names: &'a BTreeSet<String>,
    lines: Vec<&'a Line>,
}

fn policies(plan: &Plan) -> Vec<Policy<'_>> {
    let mut found: BTreeMap<(bool, &str, &BTreeSet<String>), Vec<&Line>> = BTreeMap::new();
    for line in &plan.lines {
        for (party, names) in &line.owners {
            found.entry((party != CONTRACTOR, party, names)).or_default().push(line);
        }
    }
    found.into_iter().map(|((_, party, names), lines)| Policy { party, names, lines }).collect()
}

impl Policy<'_> {
    fn command(&self, plan: &Plan) -> String {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let place = if plan.prefix.is_empty() { String::new() } else { format!(" of {}", plan.prefix) };
        let party = plan.parties.get(self.party).map_or(self.party, String::as_str);
        let message = format!("demarcate owners{place}: {party}");
        // With one group a number of its members can be asked for.
        let count = if names.len() == 1 && names[0].starts_with('[') { " --minimum-approver-count 1" } else { "" };
        let quote = |text: &str| quoted(text);
        format!("policy {} {} {}{count}\n", quote(&message), quote(&names.join(";")), quote(&self.filter()))
    }

    /// What is included, and after each folder what of it is not: filters are applied from left to right.
    fn filter(&self) -> String {
        let own: BTreeSet<&str> = self.lines.iter().map(|line| line.path.as_str()).collect();
        let of_line = |line: &&Line| {
            let except =
                line.except.iter().filter(|path| !own.contains(path.as_str())).filter_map(|path| pattern(path));
            let except: Vec<String> = except.map(|filter| format!("!{filter}")).collect();
            std::iter::once(line.pattern.clone()).chain(except).collect::<Vec<_>>()
        };
        let (folders, files): (Vec<&Line>, Vec<&Line>) = self.lines.iter().partition(|line| line.path.ends_with('/'));
        folders.iter().chain(&files).flat_map(of_line).collect::<Vec<_>>().join(";")
    }
}

/// A word of the shell that is nothing but this text.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
