//! What an assessor copies into the CMMC results workbook, an objective a row, within that workbook's limits.
//!
//! This is no official form: the workbook itself is filled in by the assessor. The columns of an objective, the limits of
//! its fields and the four hash fields follow what exporters of that workbook write; compare them with the edition that
//! the assessor has.

use super::Sheet;
use crate::dod_log;
use crate::render::LogHash;
use crate::view::View;
use crate::view::practice::{Objective, Part, Practice};

/// The most characters of the name of one artifact.
const LONGEST_ARTIFACT: usize = 400;

/// The most characters of all names of artifacts of an objective.
const LONGEST_ARTIFACTS: usize = 4_000;

/// The most characters of the names of providers.
const LONGEST_PROVIDERS: usize = 2_000;

/// The most characters of the name of a plan, and of its version.
const LONGEST_PLAN: usize = 250;

/// Where no log was made with the documents.
const NO_LOG: &str = "no log of hashes was made with this file: `demarcate bundle` makes both";

/// One row an objective.
pub fn sheet(view: &View, log: Option<&LogHash>) -> Sheet {
    let header = vec![
        "requirement_number",
        "objective_number",
        "artifacts",
        "inherited",
        "esp_name",
        "ssp_name",
        "ssp_version",
        "ssp_date",
        "hash_value",
        "hashed_data_list",
        "hash_algorithm",
        "hash_date",
        "remarks",
    ];
    let objectives = view.practices().flat_map(|practice| practice.objectives.iter().map(move |one| (practice, one)));
    Sheet { header, rows: objectives.map(|(practice, objective)| row(practice, objective, view, log)).collect() }
}

fn row(practice: &Practice, objective: &Objective, view: &View, log: Option<&LogHash>) -> Vec<String> {
    let mut remarks = Vec::new();
    let parts: Vec<&Part> = objective.parts.iter().filter(|part| is_esp(part, view)).collect();
    let mut row = vec![
        practice.id.clone(),
        objective.id.clone(),
        artifacts(objective, &mut remarks),
        inherited(objective, &parts).to_owned(),
        providers(&parts, &mut remarks),
    ];
    row.extend(plan(view, &mut remarks));
    row.extend(match log {
        Some(log) => [log.sha256.clone(), dod_log::ARTIFACTS.to_owned(), "SHA-256".to_owned(), day(&log.made)],
        None => Default::default(),
    });
    remarks.extend(log.is_none().then(|| NO_LOG.to_owned()));
    row.push(remarks.join("; "));
    row
}

/// Whether a part is one of an external service provider; a landlord's is none.
fn is_esp(part: &Part, view: &View) -> bool {
    !part.party.contractor && view.providers.iter().all(|known| known.id != part.party.id || known.esp)
}

/// `None`, `Partial` or `Full`: how much of the objective providers do.
fn inherited(objective: &Objective, of_providers: &[&Part]) -> &'static str {
    match (of_providers.is_empty(), of_providers.len() == objective.parts.len()) {
        (true, _) => "None",
        (false, true) => "Full",
        (false, false) => "Partial",
    }
}

/// Files of the newest editions, separated by semicolons; what does not fit is counted.
fn artifacts(objective: &Objective, remarks: &mut Vec<String>) -> String {
    let mut names: Vec<String> = Vec::new();
    for shown in objective.parts.iter().flat_map(|part| &part.evidence) {
        let Some(path) = &shown.path else {
            remarks.push(format!("{} is not here yet", shown.artifact));
            continue;
        };
        // A semicolon would part one name into two.
        let fits = path.chars().count() <= LONGEST_ARTIFACT && !path.contains(';');
        let name = if fits { path } else { &shown.artifact };
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let mut used = 0;
    let fitting = names.iter().take_while(|name| {
        used += name.chars().count() + 2;
        used <= LONGEST_ARTIFACTS + 2
    });
    let kept = fitting.count();
    if kept < names.len() {
        remarks.push(format!("{} more artifacts do not fit: see objectives.csv", names.len() - kept));
    }
    names[..kept].join("; ")
}

fn providers(parts: &[&Part], remarks: &mut Vec<String>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for part in parts {
        if !names.contains(&part.party.title.as_str()) {
            names.push(&part.party.title);
        }
    }
    cut(&names.join("; "), LONGEST_PROVIDERS, "esp_name", remarks)
}

/// Name, version and day of the plan.
fn plan(view: &View, remarks: &mut Vec<String>) -> [String; 3] {
    let text = |said: &Option<String>| said.clone().unwrap_or_default();
    let name = cut(&text(&view.system.name), LONGEST_PLAN, "ssp_name", remarks);
    let version = cut(&text(&view.system.ssp_version), LONGEST_PLAN, "ssp_version", remarks);
    [name, version, view.system.ssp_date.as_deref().map(day).unwrap_or_default()]
}

fn cut(text: &str, room: usize, column: &str, remarks: &mut Vec<String>) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    remarks.push(format!("{column} is cut: it holds {room} characters"));
    text.chars().take(room).collect()
}

/// `2026-11-21` as `21-Nov-2026`; anything else as it is.
fn day(iso: &str) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let parts: Vec<&str> = iso.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return iso.to_owned() };
    let month = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    month.map_or_else(|| iso.to_owned(), |month| format!("{day}-{month}-{year}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_the_workbook_wants_it() {
        assert_eq!(day("2026-11-03"), "03-Nov-2026");
        assert_eq!(day("2026-13-03"), "2026-13-03");
        assert_eq!(day("soon"), "soon");
    }

    #[test]
    fn what_is_cut_is_said() {
        let mut remarks = Vec::new();
        assert_eq!(cut("short", 250, "ssp_name", &mut remarks), "short");
        assert_eq!(cut(&"é".repeat(251), 250, "ssp_name", &mut remarks), "é".repeat(250));
        assert_eq!(remarks, ["ssp_name is cut: it holds 250 characters"]);
    }
}
