//! Handoffs drawn: parties as columns, each handoff an arrow in a row of its own, the longest way of an incident first.
//!
//! Lengths are whole numbers of the drawing's own units.

use serde::Serialize;

use super::{Names, Party, said};
use crate::handoffs::{MOST_USED, REPORT_WITHIN, Way as Found, Ways, in_hours};
use crate::ids::{CONTRACTOR, Span};
use crate::model::incident::{Handoff as Written, Incident};
use crate::rule::Facts;

/// What stands left of the first column: number and matter.
const LEFT: usize = 190;

/// What stands right of the last column: the test.
const RIGHT: usize = 220;

/// What the columns share where they are few enough.
const FREE: usize = 1000;

/// The least width of a column.
const NARROWEST: usize = 150;

/// The greatest.
const WIDEST: usize = 250;

/// Where the first row begins, below the heads of the columns.
const TOP: usize = 88;

/// The height of a row.
const ROW: usize = 44;

/// The width of the bar that stands for 72 hours, or for the longest way where that is longer.
const BAR: usize = 1000;

/// The width of a letter in the head of a column.
const LETTER: usize = 9;

/// Lines of a party's name in the head of its column.
const LINES: usize = 3;

/// Every handoff, and the longest way of an incident.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Handoffs {
    /// The width of the drawing.
    pub width: usize,
    /// Its height.
    pub height: usize,
    /// The columns: the way first, then the contractor, then the others.
    pub columns: Vec<Column>,
    /// What stands between rows: the heading of those below it, and where.
    pub headings: Vec<Heading>,
    /// The handoffs in the order of the drawing.
    pub rows: Vec<Row>,
    /// The longest way of an incident to the contractor.
    pub way: Option<Way>,
}

/// A party's column.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// The party.
    pub party: Party,
    /// Its name on three lines at most.
    pub lines: Vec<String>,
    /// Where its middle is.
    pub x: usize,
}

/// The heading of the rows below it.
#[derive(Clone, Debug, Serialize)]
pub struct Heading {
    /// What it says.
    pub title: String,
    /// Where it stands.
    pub y: usize,
}

/// A handoff.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its number in the drawing and in the list.
    pub number: usize,
    /// Its id.
    pub id: String,
    /// What it is about; none is any incident.
    pub matter: Option<String>,
    /// Whether it is about incidents.
    pub of_incidents: bool,
    /// Whether the longest way passes here.
    pub on_way: bool,
    /// Who hands over.
    pub from: Party,
    /// Who takes over.
    pub to: Party,
    /// The role that takes over.
    pub to_role: Option<String>,
    /// What sets it off.
    pub trigger: String,
    /// How fast.
    pub within: Option<String>,
    /// By which channel.
    pub channel: Option<String>,
    /// How its test stands: tested, overdue, untested, or none where none is asked for.
    pub test: Option<String>,
    /// The day of the last test.
    pub last: Option<String>,
    /// The artifact that records it.
    pub record: Option<String>,
    /// Its id.
    pub record_id: Option<String>,
    /// Where its arrow begins.
    pub x1: usize,
    /// Where its arrow ends.
    pub x2: usize,
    /// The height of its arrow.
    pub y: usize,
    /// The corners of the arrow's head.
    pub head: String,
}

/// The longest way of an incident to the contractor.
#[derive(Clone, Debug, Serialize)]
pub struct Way {
    /// Its steps in order.
    pub steps: Vec<Step>,
    /// How long they take together.
    pub hours: String,
    /// What is left of 72 hours; none where nothing is.
    pub left: Option<String>,
    /// Whether a step has no limit, so that it may take longer.
    pub open: bool,
    /// Whether it is good, bad, or uses much of the time: ok, late, due.
    pub state: String,
    /// Where 72 hours end on the bar.
    pub limit_x: usize,
}

/// A step of the way.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The number of its handoff.
    pub number: usize,
    /// Who hands over.
    pub from: Party,
    /// Who takes over.
    pub to: Party,
    /// How long it takes; none where it has no limit.
    pub hours: Option<String>,
    /// Where its piece of the bar begins.
    pub x: usize,
    /// How wide that is.
    pub width: usize,
}

pub(crate) fn handoffs(facts: &Facts, names: Names<'_>) -> Handoffs {
    let Some(incident) = &facts.assessment.incident else { return Handoffs::default() };
    if incident.handoff.is_empty() {
        return Handoffs::default();
    }
    let longest = Ways::of(&facts.assessment, incident).longest().into_iter().next();
    let columns = columns(incident, longest.as_ref(), names);
    let (headings, placed) = placed(incident, longest.as_ref());
    let drawing = Drawing { facts, names, columns: &columns };
    let rows: Vec<Row> = placed.iter().enumerate().map(|(at, placed)| drawing.row(at + 1, placed)).collect();
    let height = TOP + (rows.len() + headings.len()) * ROW + ROW / 4;
    let way = longest.map(|found| way(&found, &rows));
    Handoffs { width: LEFT + columns.len() * column_width(columns.len()) + RIGHT, height, columns, headings, rows, way }
}

/// The parties of the longest way in its order, then the contractor, then the others as they are named.
fn columns(incident: &Incident, longest: Option<&Found<'_>>, names: Names<'_>) -> Vec<Column> {
    let of_way = longest.into_iter().flat_map(|way| &way.steps).map(|step| &*step.from);
    let others = incident.handoff.iter().flat_map(|handoff| [&*handoff.from, &*handoff.to]);
    let mut parties: Vec<&str> = Vec::new();
    for party in of_way.chain([CONTRACTOR]).chain(others) {
        if !parties.contains(&party) {
            parties.push(party);
        }
    }
    let width = column_width(parties.len());
    let column = |(at, id): (usize, &str)| {
        let party = names.party(id);
        Column { lines: lines(&party.title, width / LETTER - 1), party, x: LEFT + at * width + width / 2 }
    };
    parties.into_iter().enumerate().map(column).collect()
}

/// The width of each of so many columns.
fn column_width(columns: usize) -> usize {
    (FREE / columns.max(1)).clamp(NARROWEST, WIDEST)
}

/// A name on a few lines of so many letters.
fn lines(title: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in title.split_whitespace() {
        let line = lines.last_mut().expect("there is a first line");
        if line.is_empty() || line.chars().count() + word.chars().count() < letters {
            line.extend([if line.is_empty() { "" } else { " " }, word]);
        } else {
            lines.push(word.to_owned());
        }
    }
    let is_cut = lines.len() > LINES;
    lines.truncate(LINES);
    for line in &mut lines {
        cut(line, letters);
    }
    if let Some(last) = lines.last_mut().filter(|line| is_cut && !line.ends_with('…')) {
        last.push_str(" …");
    }
    lines
}

fn cut(line: &mut String, letters: usize) {
    if let Some((at, _)) = line.char_indices().nth(letters) {
        line.truncate(at);
        line.push('…');
    }
}

/// A handoff and where its row is.
struct Placed<'a> {
    handoff: &'a Written,
    on_way: bool,
    y: usize,
}

/// The rows under their headings, from the top.
fn placed<'a>(incident: &'a Incident, longest: Option<&Found<'a>>) -> (Vec<Heading>, Vec<Placed<'a>>) {
    let way: Vec<&Written> = longest.map_or_else(Vec::new, |found| found.steps.clone());
    let on_way: Vec<Span> = way.iter().map(|step| step.span).collect();
    let rest = |of_incidents: bool| -> Vec<&'a Written> {
        let rest = incident.handoff.iter().filter(|handoff| !on_way.contains(&handoff.span));
        rest.filter(|handoff| handoff.is_of_incidents() == of_incidents).collect()
    };
    let groups = [
        ("The longest notification path of an incident", &way),
        ("Other handoffs of incidents", &rest(true)),
        ("Handoffs of other matters", &rest(false)),
    ];
    let (mut headings, mut rows, mut y) = (Vec::new(), Vec::new(), TOP);
    for (title, handoffs) in groups.into_iter().filter(|(_, handoffs)| !handoffs.is_empty()) {
        headings.push(Heading { title: title.to_owned(), y: y + ROW * 3 / 4 });
        for handoff in handoffs {
            y += ROW;
            rows.push(Placed { handoff, on_way: on_way.contains(&handoff.span), y: y + ROW * 3 / 4 });
        }
        y += ROW;
    }
    (headings, rows)
}

/// What rows are drawn over.
struct Drawing<'a> {
    facts: &'a Facts,
    names: Names<'a>,
    columns: &'a [Column],
}

impl Drawing<'_> {
    fn row(&self, number: usize, placed: &Placed<'_>) -> Row {
        let written = placed.handoff;
        let (x1, x2, y) = (self.x(&written.from), self.x(&written.to), placed.y);
        let back = if x2 < x1 { x2 + 11 } else { x2.saturating_sub(11) };
        Row {
            number,
            id: written.id.to_string(),
            matter: said(written.matter.as_ref()),
            of_incidents: written.is_of_incidents(),
            on_way: placed.on_way,
            from: self.names.party(&written.from),
            to: self.names.party(&written.to),
            to_role: written.to_role.as_ref().map(|role| self.names.role(role)),
            trigger: written.trigger.trim().to_owned(),
            within: said(written.within.as_ref()),
            channel: said(written.channel.as_ref()),
            test: self.test(written).map(str::to_owned),
            last: said(written.last.as_ref()),
            record: written.record.as_ref().map(|record| self.names.artifact_title(record)),
            record_id: said(written.record.as_ref()),
            x1,
            x2,
            y,
            head: format!("{x2},{y} {back},{} {back},{}", y - 6, y + 6),
        }
    }

    fn x(&self, party: &str) -> usize {
        self.columns.iter().find(|column| column.party.id == party).map_or(0, |column| column.x)
    }

    fn test(&self, written: &Written) -> Option<&'static str> {
        let Some(last) = &written.last else { return written.is_of_incidents().then_some("untested") };
        let due = written.test_every.as_ref().map(|every| every.value.after(last.value));
        Some(if due.is_some_and(|due| due < self.facts.as_of) { "overdue" } else { "tested" })
    }
}

fn way(found: &Found<'_>, rows: &[Row]) -> Way {
    let whole = found.minutes.max(REPORT_WITHIN);
    let scaled = |minutes: i64| usize::try_from(minutes.saturating_mul(1000) / whole).unwrap_or(BAR).min(BAR);
    let (mut steps, mut passed) = (Vec::new(), 0);
    for (row, step) in rows.iter().zip(&found.steps) {
        let minutes = step.minutes();
        let x = scaled(passed);
        passed += minutes.unwrap_or(0);
        let (from, to) = (row.from.clone(), row.to.clone());
        steps.push(Step { number: row.number, from, to, hours: minutes.map(in_hours), x, width: scaled(passed) - x });
    }
    let state = match found.minutes {
        REPORT_WITHIN.. => "late",
        minutes if minutes > MOST_USED || found.is_open() => "due",
        _ => "done",
    };
    Way {
        steps,
        hours: in_hours(found.minutes),
        left: (found.left() > 0).then(|| in_hours(found.left())),
        open: found.is_open(),
        state: state.to_owned(),
        limit_x: scaled(REPORT_WITHIN),
    }
}
