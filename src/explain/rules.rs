//! Pages of rules: one, the list of all, and all of them in one document.

use std::collections::BTreeMap;

use crate::rule::{Group, Rule};

/// The page of one rule, with its name, group and default level.
pub fn page(rule: &Rule) -> String {
    format!("# `{}`\n\n{}\n\n{}", rule.name, standing(rule), rule.page())
}

/// Every rule by group, each with its default level and what it says in one line.
pub fn list_of(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let mut out =
        vec![String::from("Every rule by group, with its default level; `demarcate explain NAME` prints its page.\n")];
    for (group, rules) in by_group(rules) {
        out.push(format!("\n{}\n", group.word()));
        for rule in rules {
            out.push(format!("  {:<width$}  {:<5}  {}\n", rule.name, rule.level.word(), rule.summary()));
        }
    }
    out.concat()
}

/// Every page by group behind a table of contents, as one Markdown document.
pub fn page_of(rules: &[&Rule]) -> String {
    let mut out = vec![String::from(
        "# Rules\n\n<!-- Written from the rules themselves; change a rule's own page instead. -->\n\n\
         What `demarcate check` looks for. A level is set in `demarcate.toml`: `[rules]` `name = \"warn\"`, or\n\
         `[[allow]]` with `rule`, `reason` and, if need be, `in` and `until`.\n",
    )];
    let groups = by_group(rules);
    for (group, rules) in &groups {
        out.push(format!("\n**{}**\n\n", group.word()));
        for rule in rules {
            out.push(format!("- [`{0}`](#{0}) ({1}): {2}\n", rule.name, rule.level.word(), rule.summary()));
        }
    }
    for (group, rules) in &groups {
        out.push(format!("\n## Rules of {}\n", group.word()));
        for rule in rules {
            out.push(format!("\n### `{}`\n\n{}\n\n{}", rule.name, standing(rule), lowered(&rule.page())));
        }
    }
    out.concat()
}

fn standing(rule: &Rule) -> String {
    format!("Group: {}. Default level: {}.", rule.group.word(), rule.level.word())
}

fn by_group<'a>(rules: &[&'a Rule]) -> BTreeMap<Group, Vec<&'a Rule>> {
    let mut groups: BTreeMap<Group, Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        groups.entry(rule.group).or_default().push(rule);
    }
    for rules in groups.values_mut() {
        rules.sort_by_key(|rule| rule.name);
    }
    groups
}

/// A page with its headings two steps lower; a `#` inside a fence is no heading.
fn lowered(page: &str) -> String {
    let mut fenced = false;
    let mut out = String::new();
    for line in page.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if line.starts_with('#') && !fenced {
            out.push_str("##");
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}
