//! The binders of providers as a table.

use super::Sheet;
use crate::view::View;
use crate::view::binder::{Binder, Duty, Exhibit};

/// One row an artifact that shows an objective or that the record rests on; an objective without one has a row too.
pub fn sheet(view: &View) -> Sheet {
    let header = vec![
        "provider",
        "practice",
        "objective",
        "duty",
        "service",
        "clause",
        "acceptance",
        "artifact",
        "title",
        "look_at",
        "standing",
        "how_it_stands",
        "collected",
        "covers",
        "due",
        "made_by",
        "where",
        "sha256",
        "check",
        "check_every",
        "check_by",
        "check_last",
        "check_result",
        "check_due",
        "check_standing",
    ];
    let duties = view.binder.iter().flat_map(|binder| binder.duties.iter().map(move |duty| (binder, duty)));
    let rows = duties.flat_map(|(binder, duty)| {
        duty.objectives.iter().flat_map(move |letter| of_objective(&binder.provider.title, duty, letter))
    });
    Sheet { header, rows: rows.chain(view.binder.iter().flat_map(of_record)).collect() }
}

/// What the record of a provider rests on: rows without practice, and without check.
fn of_record(binder: &Binder) -> Vec<Vec<String>> {
    let row = |ground: &crate::view::binder::Ground| {
        let own = vec![binder.provider.title.clone(), String::new(), String::new(), ground.what.clone()];
        [own, vec![String::new(); 3], exhibit_cells(&ground.exhibit), vec![String::new(); 7]].concat()
    };
    binder.grounds.iter().map(row).collect()
}

fn of_objective(provider: &str, duty: &Duty, letter: &str) -> Vec<Vec<String>> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let own = vec![
        provider.to_owned(),
        duty.practice.clone(),
        format!("{}[{letter}]", duty.practice),
        duty.duty.clone(),
        text(&duty.service),
        text(&duty.clause),
        text(&duty.acceptance),
    ];
    let check = check_cells(duty);
    let shown = duty.exhibits.iter().filter(|exhibit| exhibit.objectives.iter().any(|shown| shown == letter));
    let mut exhibits: Vec<Vec<String>> = shown.map(exhibit_cells).collect();
    if exhibits.is_empty() {
        let said = vec!["missing".to_owned(), "no artifact is cited".to_owned()];
        exhibits.push([vec![String::new(); 3], said, vec![String::new(); 6]].concat());
    }
    exhibits.into_iter().map(|exhibit| [own.clone(), exhibit, check.clone()].concat()).collect()
}

fn exhibit_cells(exhibit: &Exhibit) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        exhibit.artifact.clone(),
        exhibit.title.clone(),
        text(&exhibit.at),
        exhibit.standing.clone(),
        exhibit.words.clone(),
        text(&exhibit.collected),
        text(&exhibit.covers),
        text(&exhibit.due),
        exhibit.producer.as_ref().map(|producer| producer.title.clone()).unwrap_or_default(),
        text(&exhibit.path),
        text(&exhibit.sha256),
    ]
}

fn check_cells(duty: &Duty) -> Vec<String> {
    let Some(check) = &duty.check else {
        return [vec![String::new(); 6], vec!["not planned".to_owned()]].concat();
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        check.how.clone(),
        text(&check.every),
        text(&check.by),
        text(&check.last),
        text(&check.result),
        check.due.as_ref().map(|due| due.date.clone()).unwrap_or_default(),
        check.standing.clone(),
    ]
}
