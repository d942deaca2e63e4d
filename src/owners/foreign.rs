//! What others wrote into a file of owners: lines that the forge would not take, or that take files over.

use super::{Plan, block, github};
use crate::accounts::{Forge, Whose};

/// Something about one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// What is wrong with the lines outside every block.
pub fn remarks(text: &str, plan: &Plan) -> Vec<Remark> {
    let mut found = Vec::new();
    let mut in_section = false;
    for (line, text, below) in block::outside(text, &plan.prefix) {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let remark = |(message, help)| Remark { line, message, help };
        if plan.forge == Forge::GitLab && block::is_section(text) {
            in_section = below;
            found.extend(bad_section(text).map(remark));
            continue;
        }
        let (pattern, owners) = block::in_two(text);
        found.extend(bad_pattern(plan.forge, pattern).map(remark));
        found.extend(bad_owners(plan.forge, owners).map(remark));
        if below && !in_section {
            found.extend(taken_over(plan, pattern).map(remark));
        }
    }
    found
}

type Said = (String, &'static str);

fn bad_section(line: &str) -> Option<Said> {
    let name = line.trim_start_matches('^').strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let fits = name.is_some_and(|(name, _)| !name.trim().is_empty());
    (!fits).then(|| {
        (format!("`{}` is no section", line.escape_debug()), "write [Name], with nothing else in the brackets")
    })
}

fn bad_pattern(forge: Forge, pattern: &str) -> Option<Said> {
    if forge != Forge::GitHub {
        return None;
    }
    let odd = pattern.starts_with('!') || pattern.starts_with("\\#") || pattern.contains(['[', ']']);
    let message = || format!("GitHub does not read `{}`", pattern.escape_debug());
    odd.then(|| (message(), "unlike .gitignore, its rules know no `!`, no `\\#` and no `[ ]`"))
}

fn bad_owners(forge: Forge, owners: &str) -> Option<Said> {
    let names = owners.split_whitespace().take_while(|name| forge == Forge::GitLab || !name.starts_with('#'));
    let is_name = |name: &str| {
        let is_role = forge == Forge::GitLab && name.starts_with("@@");
        let is_marked = name.starts_with('@') || (name.contains('@') && forge != Forge::Gitea);
        let fits = [Whose::Person, Whose::Team].iter().any(|whose| forge.written(*whose, name).is_some());
        is_role || (is_marked && fits) || (forge == Forge::Gitea && fits)
    };
    let wrong = names.into_iter().find(|name| !is_name(name))?;
    let message = format!("`{}` can be nobody's name at {}", wrong.escape_debug(), forge.name());
    Some((message, "write @name, or the team behind its organization: @organization/team"))
}

/// What a line below the block takes over: at GitHub the last that matches decides; at GitLab it is still of the last
/// section.
fn taken_over(plan: &Plan, pattern: &str) -> Option<Said> {
    match plan.forge {
        Forge::GitHub => {
            let hit = |path: &str| {
                github::matches(pattern, &if path.ends_with('/') { format!("{path}-") } else { path.to_owned() })
            };
            let count = plan.lines.iter().filter(|line| hit(&line.path)).count();
            let message = || {
                format!(
                    "`{}` stands below the block and takes over {count} of its files and folders",
                    pattern.escape_debug()
                )
            };
            (count > 0).then(|| (message(), "move the line above the block: the last line that matches a file decides"))
        }
        Forge::GitLab => {
            let message = format!("`{}` stands below the block and so in its last section", pattern.escape_debug());
            Some((message, "move the line above the block, or write a section of its own over it"))
        }
        Forge::Gitea | Forge::Azure => None,
    }
}
