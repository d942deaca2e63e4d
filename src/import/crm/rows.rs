//! The rows below the headings: each is answered, unanswered, a heading, or wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::header::{self, Header};
use super::map::{Column, Map, folded};
use super::named::{self, Named, Target, Unread};
use super::{Answered, Counts, Mistake, Said, Services};
use crate::grid::{Cell, Kind, Row, Sheet};
use crate::model::crm_map::Meaning;
use crate::{table, words};

/// Signs by which a cell is ticked.
pub const TICKS: [&str; 5] = ["x", "✓", "✔", "☑", "√"];

/// Reads every row below the headings.
pub(super) fn read(sheet: &Sheet, header: &Header, map: &Map, services: &Services) -> Said {
    let mut reading = Reading { sheet, header, map, services, said: Said::default(), seen: BTreeMap::new() };
    reading.said.mistakes.extend(header.mistakes.iter().cloned());
    reading.merged();
    for row in sheet.rows.iter().filter(|row| row.number > header.row) {
        reading.row(row);
    }
    reading.said
}

struct Reading<'a> {
    sheet: &'a Sheet,
    header: &'a Header,
    map: &'a Map,
    services: &'a Services,
    said: Said,
    /// Where each id stands, by the service it stands with.
    seen: BTreeMap<(Named, String), String>,
}

/// The word of a row: what it comes to, as it stands, and where.
struct Word {
    meaning: Meaning,
    verbatim: String,
    column: u32,
}

/// What an id cell comes to.
enum Id {
    Named(Named),
    /// The heading of a family, or a row in which it alone is filled.
    Heading,
    /// It is a mistake, which was noted.
    Wrong,
}

impl Reading<'_> {
    fn wrong(&mut self, at: (u32, u32), message: String, help: &str) {
        self.said.mistakes.push(Mistake::at(self.sheet, at, message, help));
    }

    fn counts(&mut self) -> &mut Counts {
        &mut self.said.counts
    }

    /// A cell that is merged down over rows that say something of their own could be meant for each of them or for one.
    fn merged(&mut self) {
        let read: BTreeSet<u32> = self.header.read().collect();
        for merged in &self.sheet.merged {
            let is_below = merged.rows.0 > self.header.row && merged.rows.1 > merged.rows.0;
            if !is_below || !read.iter().any(|column| (merged.columns.0..=merged.columns.1).contains(column)) {
                continue;
            }
            let says = |row: &&Row| {
                let is_inside = row.number > merged.rows.0 && row.number <= merged.rows.1;
                is_inside && row.cells.iter().any(|cell| read.contains(&cell.column))
            };
            if self.sheet.rows.iter().any(|row| says(&row)) {
                let last = self.sheet.address(merged.rows.1, merged.columns.1);
                let message =
                    format!("the cells down to {last} are merged, and the rows beside them say something of their own");
                let help = "unmerge them, and write in each row what is meant there";
                self.wrong((merged.rows.0, merged.columns.0), message, help);
            }
        }
    }

    fn row(&mut self, row: &Row) {
        let Some(id_column) = self.header.columns.get(&Column::Id).copied() else { return };
        if self.is_header(row) {
            return;
        }
        let says = self.header.read().any(|column| column != id_column && row.cell(column).is_some());
        let Some(id) = row.cell(id_column) else {
            if says {
                let message = "no id stands here, and the row says something".to_owned();
                self.wrong((row.number, id_column), message, "write the id, or empty the row");
            } else {
                self.counts().other += 1;
            }
            return;
        };
        let others = row.cells.iter().any(|cell| cell.column != id_column);
        match self.named(row, id, says, others) {
            Id::Heading => self.counts().headings += 1,
            Id::Wrong => self.answer(row, id_column, None),
            Id::Named(named) => {
                self.note(row, id_column);
                self.answer(row, id_column, Some(&named));
            }
        }
    }

    /// Whether the row repeats the headings; other headings are a mistake.
    fn is_header(&mut self, row: &Row) -> bool {
        let known = self.map.columns.get(&Column::Id).map_or(&[][..], Vec::as_slice);
        if !row.cells.iter().any(|cell| known.contains(&folded(&cell.text))) {
            return false;
        }
        let Some(found) = header::of_row(self.sheet, row, self.map) else { return false };
        if found.is_same(self.header) {
            let address = self.sheet.address(row.number, 0);
            self.said.repeated.push(address);
        } else {
            let first = self.sheet.address(self.header.row, 0);
            let message = format!("other headings than those of the row of {first} stand in this row");
            self.wrong((row.number, 0), message, "put each table on a sheet of its own, and import them one by one");
        }
        true
    }

    /// What the id cell names; what is neither an id nor a heading is a mistake.
    fn named(&mut self, row: &Row, id: &Cell, says: bool, others: bool) -> Id {
        let at = (row.number, id.column);
        let shown = id.text.trim().escape_debug().to_string();
        match id.kind {
            Kind::Text => {}
            Kind::Number if !says && named::is_family(&id.text) => {
                return Id::Heading;
            }
            Kind::Number | Kind::Date => {
                let kind = if id.kind == Kind::Date { "a date" } else { "a number" };
                let message = format!(
                    "the id is {kind} ({shown}), not text: the spreadsheet has lost what was typed, as 3.10 becomes 3.1"
                );
                self.wrong(at, message, "format the column as text, and type the id again");
                return Id::Wrong;
            }
            Kind::Error | Kind::Uncomputed => {
                self.unfit(at, id);
                return Id::Wrong;
            }
        }
        if let Some(targets) = self.map.of_name(&id.text) {
            return Id::Named(Named::Targets(targets.to_vec(), false));
        }
        let (message, help) = match named::read(&id.text) {
            Ok(named) => return Id::Named(named),
            Err(Unread::NoId) if !says && (!others || named::is_family(&id.text)) => return Id::Heading,
            Err(Unread::NoId) => (
                format!("`{shown}` is no id"),
                "write it as 3.1.1, AC.L2-3.1.1, 3.1.1[a] or AC-2(a), or name it in [controls]",
            ),
            Err(Unread::NotInCatalog(id)) => (
                format!("`{shown}`: SP 800-171 Rev 2 has no {id}"),
                "correct it; a matrix for Rev 3 or another standard needs [controls]",
            ),
            Err(Unread::LevelOne) => (
                format!("`{shown}` is an id of Level 1"),
                "write the id of Level 2, or say in [controls] what it leads to",
            ),
        };
        self.wrong(at, message, help);
        Id::Wrong
    }

    fn unfit(&mut self, at: (u32, u32), cell: &Cell) {
        if cell.kind == Kind::Uncomputed {
            let help = "open the workbook in a spreadsheet and save it, or put the value in the place of the formula";
            return self.wrong(at, "a formula stands here, and its value was never computed".to_owned(), help);
        }
        let message = format!("the cell shows an error ({})", cell.text.escape_debug());
        self.wrong(at, message, "put the value in the place of the formula");
    }

    /// Notes what a person would not see: hidden rows, and values of formulas.
    fn note(&mut self, row: &Row, id_column: u32) {
        if row.hidden {
            let address = self.sheet.address(row.number, id_column);
            self.said.hidden.push(address);
        }
        let columns: BTreeSet<u32> = self.header.read().collect();
        let formulas = row.cells.iter().filter(|cell| cell.formula && columns.contains(&cell.column));
        let formulas: Vec<String> = formulas.map(|cell| self.sheet.address(row.number, cell.column)).collect();
        self.said.formulas.extend(formulas);
    }

    /// Looks at every cell of a row, so that all that is wrong in it is named, and takes it if nothing is.
    fn answer(&mut self, row: &Row, id_column: u32, named: Option<&Named>) {
        let services = self.named_services(row);
        let is_first = match (named, &services) {
            (Some(named), Some(services)) => self.is_first(row, id_column, named, services),
            _ => false,
        };
        let word = if self.header.ticks.is_empty() { self.word(row) } else { self.ticked(row) };
        let texts = [Column::ProviderDoes, Column::CustomerDoes, Column::Evidence].map(|column| self.text(row, column));
        let (Some(word), [Some(provider_does), Some(customer_does), Some(evidence)]) = (word, texts) else { return };
        let (Some(named), Some(services), true) = (named, services, is_first) else { return };
        if word.meaning == Meaning::Unanswered {
            return self.unanswered(row, &word, &[provider_does, customer_does]);
        }
        let Some(covers) = self.covers(row, id_column, named) else { return };
        if word.meaning != Meaning::Nothing {
            let pending = self.header.pending.iter().filter(|column| row.cell(**column).is_some());
            let pending: Vec<String> = pending.map(|column| self.sheet.address(row.number, *column)).collect();
            self.said.pending.extend(pending);
        }
        let cell = self.sheet.full_address(row.number, word.column);
        let verbatim = word.verbatim;
        let meaning = word.meaning;
        self.said.rows.push(Answered {
            covers,
            services,
            meaning,
            provider_does,
            customer_does,
            evidence,
            verbatim,
            cell,
        });
    }

    /// A row without an answer is counted; where text stands in it, an answer was forgotten.
    fn unanswered(&mut self, row: &Row, word: &Word, texts: &[Option<String>]) {
        if texts.iter().all(Option::is_none) {
            self.counts().unanswered += 1;
            return;
        }
        let message = if word.verbatim.is_empty() {
            "no word stands here, and the row tells who does what".to_owned()
        } else {
            format!("`{}` is no answer, and the row tells who does what", word.verbatim.trim().escape_debug())
        };
        self.wrong((row.number, word.column), message, "write the word, or empty the row");
    }

    fn word(&mut self, row: &Row) -> Option<Word> {
        let column = *self.header.columns.get(&Column::Word)?;
        let Some(cell) = row.cell(column) else {
            return Some(Word { meaning: Meaning::Unanswered, verbatim: String::new(), column });
        };
        if matches!(cell.kind, Kind::Error | Kind::Uncomputed) {
            self.unfit((row.number, column), cell);
            return None;
        }
        if let Some(meaning) = self.map.words.get(&folded(&cell.text)) {
            return Some(Word { meaning: *meaning, verbatim: cell.text.clone(), column });
        }
        let (message, help) = self.unknown_word(&cell.text);
        self.wrong((row.number, column), message, &help);
        None
    }

    fn unknown_word(&self, text: &str) -> (String, String) {
        let shown = text.trim().escape_debug().to_string();
        let known = self.map.known_words();
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| known.contains(&folded(part).as_str()));
        if parts.count() > 0 {
            let message = format!("`{shown}` says more than one word of the map, and is not taken for one of them");
            return (message, format!("split the row, or say in [words] what `{shown}` comes to"));
        }
        let near = table::nearest(&folded(text), &known);
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let help = format!("{near}say in [words] what it comes to: full, partial, none or unanswered");
        (format!("`{shown}` is no word of the map"), help)
    }

    /// The word of a row whose columns are ticked.
    fn ticked(&mut self, row: &Row) -> Option<Word> {
        let header = self.header;
        let mut ticked = Vec::new();
        let mut is_sound = true;
        for tick in &header.ticks {
            let Some(cell) = row.cell(tick.column) else { continue };
            if cell.kind == Kind::Text && TICKS.contains(&folded(&cell.text).as_str()) {
                ticked.push(tick);
                continue;
            }
            is_sound = false;
            if matches!(cell.kind, Kind::Error | Kind::Uncomputed) {
                self.unfit((row.number, tick.column), cell);
            } else {
                let message = format!("`{}` is no tick", cell.text.trim().escape_debug());
                self.wrong((row.number, tick.column), message, "write X, or empty the cell");
            }
        }
        let first = header.ticks.first().filter(|_| is_sound)?;
        match ticked[..] {
            [] => Some(Word { meaning: Meaning::Unanswered, verbatim: String::new(), column: first.column }),
            [one] => Some(Word { meaning: one.meaning, verbatim: one.heading.clone(), column: one.column }),
            [one, ..] => {
                let all = ticked.iter().map(|tick| tick.heading.as_str()).collect::<Vec<_>>().join(" + ");
                if let Some(meaning) = self.map.words.get(&folded(&all)) {
                    return Some(Word { meaning: *meaning, verbatim: all, column: one.column });
                }
                let cells: Vec<String> =
                    ticked[1..].iter().map(|tick| self.sheet.address(row.number, tick.column)).collect();
                let message = format!("this is ticked, and {} too", cells.join(", "));
                let help = format!("keep one tick, or say in [words] what `{}` comes to", all.escape_debug());
                self.wrong((row.number, one.column), message, &help);
                None
            }
        }
    }

    /// The text of a column; the outer `None` is a cell that cannot be read.
    #[expect(clippy::option_option, reason = "a column without text is no mistake")]
    fn text(&mut self, row: &Row, column: Column) -> Option<Option<String>> {
        let Some(cell) = self.header.columns.get(&column).and_then(|at| row.cell(*at)) else { return Some(None) };
        if matches!(cell.kind, Kind::Error | Kind::Uncomputed) {
            self.unfit((row.number, cell.column), cell);
            return None;
        }
        if cell.text.ends_with(words::CUT) {
            let message = "the text was cut when the workbook was made, and says so at its end".to_owned();
            self.wrong((row.number, cell.column), message, "say it in fewer words, or split the row");
            return None;
        }
        Some(Some(cell.text.trim().to_owned()))
    }

    /// The services of a row: as the map calls them, or by id or title, each on a line of its own or parted by semicolons.
    fn named_services(&mut self, row: &Row) -> Option<Vec<String>> {
        let text = self.text(row, Column::Service)?;
        let Some(text) = text else { return Some(self.map.service.clone()) };
        let known = |name: &str| {
            let own = self.services.called(name).map(|id| vec![id.to_owned()]);
            self.map.services.get(&folded(name)).cloned().or(own)
        };
        if let Some(ids) = known(&text) {
            return Some(ids);
        }
        let pieces = text.split([';', '\n']).map(str::trim).filter(|piece| !piece.is_empty());
        let found: Vec<Result<Vec<String>, String>> =
            pieces.map(|piece| known(piece).ok_or_else(|| piece.to_owned())).collect();
        let mut all = Vec::new();
        for ids in found {
            match ids {
                Ok(ids) => all.extend(ids),
                Err(piece) => {
                    let column = *self.header.columns.get(&Column::Service)?;
                    let ids = self.services.ids().collect::<Vec<_>>().join(", ");
                    let ids = if ids.is_empty() { "it has none".to_owned() } else { ids };
                    let message = format!("`{}` is no service of the provider", piece.escape_debug());
                    let help = format!("say in [services] which it is; the provider's services: {ids}");
                    self.wrong((row.number, column), message, &help);
                    return None;
                }
            }
        }
        let mut once = BTreeSet::new();
        all.retain(|id| once.insert(id.clone()));
        Some(all)
    }

    /// Whether no row above names the same with the same service; otherwise that is a mistake.
    fn is_first(&mut self, row: &Row, id_column: u32, named: &Named, services: &[String]) -> bool {
        let address = self.sheet.address(row.number, id_column);
        let each: Vec<Named> = match named {
            Named::Targets(targets, _) => targets.iter().map(|target| Named::Targets(vec![*target], false)).collect(),
            Named::Control(_) => vec![named.clone()],
        };
        let all = [String::new()];
        let services = if services.is_empty() { &all[..] } else { services };
        let mut first = None;
        for (one, service) in each.iter().flat_map(|one| services.iter().map(move |service| (one, service))) {
            let before = self.seen.entry((one.clone(), service.clone())).or_insert_with(|| address.clone());
            if *before != address {
                first.get_or_insert_with(|| (before.clone(), one.clone(), service.clone()));
            }
        }
        let Some((before, one, service)) = first else { return true };
        let id = match &one {
            Named::Targets(targets, _) => targets.iter().map(|target| target.written()).collect(),
            Named::Control(control) => control.to_string(),
        };
        let of = if service.is_empty() { String::new() } else { format!(" for the service {service}") };
        let message = format!("{id} stands in {before} already{of}");
        self.wrong((row.number, id_column), message, "keep one of the two rows");
        false
    }

    /// What a row speaks of; a control that the map leads nowhere is counted or a mistake.
    fn covers(&mut self, row: &Row, id_column: u32, named: &Named) -> Option<Vec<Target>> {
        let control = match named {
            Named::Targets(targets, padded) => {
                self.counts().padded += usize::from(*padded);
                return Some(targets.clone());
            }
            Named::Control(control) => control,
        };
        match self.map.of_control(control) {
            Some(targets) if !targets.is_empty() => return Some(targets.to_vec()),
            None if !self.map.skips_unmapped => {
                let message = format!("{control} is a control of SP 800-53, and the map leads it nowhere");
                let help = "say in [controls] which requirements of SP 800-171 it leads to, or `unmapped = \"skip\"`";
                self.wrong((row.number, id_column), message, help);
            }
            Some(_) | None => self.counts().unmapped += 1,
        }
        None
    }
}
