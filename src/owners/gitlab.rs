//! GitLab: a section a party, so that each has to approve; within a section the last line that matches decides.

use std::collections::BTreeMap;

use super::{Line, Plan, stand_in};

/// The pattern of a file or, with `/` at its end, of everything in a folder.
pub(super) fn pattern(path: &str) -> Option<String> {
    let odd = path.contains(['*', '?', '[', ']', '\\']);
    (!odd).then(|| format!("/{}", path.replace(' ', "\\ ")))
}

/// The sections, that of the contractor first.
pub(super) fn lines(plan: &Plan) -> String {
    let mut ids: Vec<&str> = Vec::new();
    for (id, _) in plan.lines.iter().flat_map(|line| &line.owners) {
        if !ids.contains(&id.as_str()) {
            ids.push(id);
        }
    }
    let titles = titles(plan, &ids);
    ids.into_iter().map(|id| section(plan, id, &titles[id])).collect()
}

fn section(plan: &Plan, party: &str, title: &str) -> String {
    let own = |line: &Line| {
        let (_, names) = line.owners.iter().find(|(id, _)| id == party)?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let stand_in = if party == crate::ids::CONTRACTOR { stand_in(line) } else { String::new() };
        Some(format!("{stand_in}{} {}\n", line.pattern, names.join(" ")))
    };
    format!("\n[{title}]\n{}", plan.lines.iter().filter_map(own).collect::<String>())
}

/// What each section is called: sections of one name are one to GitLab, so that no two parties may share it.
fn titles<'a>(plan: &Plan, ids: &[&'a str]) -> BTreeMap<&'a str, String> {
    let plain = |id: &str| title(plan.parties.get(id).map_or(id, String::as_str));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for id in ids {
        *counts.entry(plain(id).to_lowercase()).or_default() += 1;
    }
    let name = |id: &'a str| {
        let name = plain(id);
        let is_own = counts.get(&name.to_lowercase()) == Some(&1) && !name.is_empty();
        (id, if is_own { name } else { format!("{name} ({})", title(id)).trim().to_owned() })
    };
    ids.iter().copied().map(name).collect()
}

/// Without what ends a name or begins an option.
fn title(name: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || " .,&'-_()".contains(*c);
    name.chars().filter(kept).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
