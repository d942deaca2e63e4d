//! What a map comes to: the built-in one that it begins with, and what it adds.

use std::collections::BTreeMap;

use super::named::{self, Control, Named, Target};
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Place};
use crate::failure::{Cause, Failure};
use crate::ids::{self, Span, Spanned};
use crate::model::crm_map::{CrmColumns, CrmMap, Meaning, Unmapped};
use crate::source::Files;
use crate::table::{self, OneOrMany, Reader};

/// The built-in maps, each with its text.
pub const BUILT_IN: [(&str, &str); 4] = [
    ("cmmc", include_str!("maps/cmmc.toml")),
    ("fedramp-crm", include_str!("maps/fedramp-crm.toml")),
    ("fedramp-cis", include_str!("maps/fedramp-cis.toml")),
    ("demarcate", include_str!("maps/demarcate.toml")),
];

/// A column that is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Column {
    /// What the row speaks of.
    Id,
    /// Who does it.
    Word,
    /// What the provider does.
    ProviderDoes,
    /// What the customer does.
    CustomerDoes,
    /// The evidence offered.
    Evidence,
    /// The service.
    Service,
}

impl Column {
    /// Its key in a map.
    pub fn key(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Word => "word",
            Self::ProviderDoes => "provider-does",
            Self::CustomerDoes => "customer-does",
            Self::Evidence => "evidence",
            Self::Service => "service",
        }
    }
}

/// A map, put together and looked through.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// The provider.
    pub provider: Option<String>,
    /// The edition.
    pub edition: Option<String>,
    /// Its day.
    pub date: Option<Date>,
    /// The artifact.
    pub source: Option<String>,
    /// Names of sheets, folded, in the order in which they are looked for.
    pub sheets: Vec<String>,
    /// Whether one of them has to be there.
    pub is_sheet_needed: bool,
    /// Services of rows that name none.
    pub service: Vec<String>,
    /// Whether rows of names that lead nowhere are left out.
    pub skips_unmapped: bool,
    /// Headings of each column, folded.
    pub columns: BTreeMap<Column, Vec<String>>,
    /// Headings of columns in which a text says that something is not done yet, folded.
    pub pending: Vec<String>,
    /// Headings of columns that are not read, folded.
    pub internal: Vec<String>,
    /// Words, folded.
    pub words: BTreeMap<String, Meaning>,
    /// Headings that are ticked, folded, with the heading as the map writes it.
    pub ticks: BTreeMap<String, (String, Meaning)>,
    /// Services by their folded names.
    pub services: BTreeMap<String, Vec<String>>,
    controls: BTreeMap<Control, Vec<Target>>,
    /// Other names in the id column, folded.
    others: BTreeMap<String, Vec<Target>>,
}

/// A text as headings, words and names are compared: without regard to case and blanks.
pub fn folded(text: &str) -> String {
    ids::folded(text).chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}')).collect()
}

impl Map {
    /// What the name of a control leads to: of a part, what its own entry says, or that of the whole control.
    pub fn of_control(&self, control: &Control) -> Option<&[Target]> {
        let own = self.controls.get(control);
        own.or_else(|| self.controls.get(&control.whole())).map(Vec::as_slice)
    }

    /// What another name in the id column leads to.
    pub fn of_name(&self, text: &str) -> Option<&[Target]> {
        self.others.get(&folded(text)).map(Vec::as_slice)
    }

    /// The words that it knows, as they are compared.
    pub fn known_words(&self) -> Vec<&str> {
        self.words.keys().map(String::as_str).collect()
    }
}

/// Reads the built-in map of this name.
///
/// # Errors
///
/// If there is none.
pub fn built_in(name: &str) -> Result<Map, Failure> {
    let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) else {
        let names: Vec<&str> = BUILT_IN.iter().map(|(known, _)| *known).collect();
        let message = format!("no built-in map is called `{}`; there are {}", name.escape_debug(), names.join(", "));
        return Err(Failure::new(Cause::Usage, message));
    };
    let (map, problems) = read(&format!("the built-in map {name}"), text);
    debug_assert!(problems.is_empty(), "{problems:?}");
    Ok(Map { is_sheet_needed: false, ..map })
}

/// Reads a map, and every problem with its place.
pub fn read(path: &str, text: &str) -> (Map, Vec<String>) {
    let mut files = Files::default();
    let file = files.add(path, text.into());
    let mut reader = Reader { file, ..Reader::default() };
    let record: Option<CrmMap> = table::read(text, &mut reader);
    let mut making = Making { map: Map::default(), reader };
    if let Some(record) = &record {
        making.take(record);
    }
    let Making { map, reader } = making;
    (map, reader.problems.iter().map(|problem| told(problem, &files)).collect())
}

/// A problem on lines of its own: where it is, what is wrong, where else, and what to do.
fn told(problem: &Diagnostic, files: &Files) -> String {
    let at = |place: &Place| match place {
        Place::Span(span) => {
            let (line, column) = files.position(*span);
            format!("{}:{line}:{column}", files.path(*span))
        }
        Place::Path(path) => path.clone(),
    };
    let related: Vec<String> =
        problem.related.iter().map(|(message, place)| format!("\n  {}: {message}", at(place))).collect();
    let help = if problem.help.is_empty() { String::new() } else { format!("\n  help: {}", problem.help) };
    format!("{}: {}{}{help}", at(&problem.place), problem.message, related.concat())
}

struct Making {
    map: Map,
    reader: Reader,
}

impl Making {
    fn wrong(&mut self, span: Span, message: String, help: &str) {
        self.reader.report(Diagnostic::new("wrong-value", message, span).help(help));
    }

    fn take(&mut self, record: &CrmMap) {
        if let Some(name) = &record.map {
            match built_in(name) {
                Ok(map) => self.map = map,
                Err(failure) => self.wrong(name.span, failure.message, "name one of them, or a map without this key"),
            }
        }
        let text = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.value.clone());
        let map = &mut self.map;
        map.provider = text(&record.provider).or(map.provider.take());
        map.edition = text(&record.edition).or(map.edition.take());
        map.source = text(&record.source).or(map.source.take());
        map.date = record.date.as_ref().map(|date| date.value).or(map.date);
        map.skips_unmapped |= record.unmapped.as_ref().is_some_and(|key| key.value == Unmapped::Skip);
        if !record.sheet.is_empty() {
            map.sheets = all_folded(&record.sheet);
            map.is_sheet_needed = true;
        }
        map.service.extend(record.service.iter().map(|service| service.value.clone()));
        if let Some(columns) = &record.columns {
            self.columns(columns);
        }
        self.words(record);
        self.ticks(record);
        self.services(record);
        self.controls(record);
        self.is_enough(record);
    }

    fn columns(&mut self, columns: &CrmColumns) {
        for (column, headings) in [
            (Column::Id, &columns.id),
            (Column::Word, &columns.word),
            (Column::ProviderDoes, &columns.provider_does),
            (Column::CustomerDoes, &columns.customer_does),
            (Column::Evidence, &columns.evidence),
            (Column::Service, &columns.service),
        ] {
            if !headings.is_empty() {
                self.map.columns.insert(column, all_folded(headings));
            }
        }
        self.map.internal.extend(all_folded(&columns.internal));
        if !columns.pending.is_empty() {
            self.map.pending = all_folded(&columns.pending);
        }
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let all = [
            &columns.id,
            &columns.word,
            &columns.provider_does,
            &columns.customer_does,
            &columns.evidence,
            &columns.service,
            &columns.pending,
            &columns.internal,
        ];
        for heading in all.into_iter().flat_map(|headings| headings.iter()) {
            self.once(&mut seen, heading, heading.span, "the heading");
        }
    }

    /// Reports what stands twice, with both places.
    fn once(&mut self, seen: &mut BTreeMap<String, Span>, written: &str, span: Span, what: &str) -> bool {
        let Some(other) = seen.insert(folded(written), span) else { return true };
        let (first, span) = (other.min(span), other.max(span));
        let message = format!("{what} `{}` stands twice", written.escape_debug());
        let mut problem = Diagnostic::new("wrong-value", message, span)
            .help("keep one of the two; case and blanks make no difference");
        problem.related.push(("and here".to_owned(), Place::Span(first)));
        self.reader.report(problem);
        false
    }

    fn words(&mut self, record: &CrmMap) {
        let mut seen = BTreeMap::new();
        for (word, entry) in record.words.iter() {
            if self.once(&mut seen, word, entry.key, "the word") {
                self.map.words.insert(folded(word), entry.value.value);
            }
        }
    }

    /// Who names a column of words has no ticks, and the other way round.
    fn ticks(&mut self, record: &CrmMap) {
        let has_word = record.columns.as_ref().is_some_and(|columns| !columns.word.is_empty());
        if has_word {
            self.map.ticks.clear();
        }
        if !record.ticks.is_empty() {
            self.map.columns.remove(&Column::Word);
        }
        if let Some((_, first)) = record.ticks.first_key_value().filter(|_| has_word) {
            let message = "the map names a column of words and columns that are ticked".to_owned();
            self.wrong(first.key, message, "keep `word` in [columns], or [ticks]");
        }
        let mut seen = BTreeMap::new();
        for (heading, entry) in record.ticks.iter() {
            if self.once(&mut seen, heading, entry.key, "the heading") {
                self.map.ticks.insert(folded(heading), (heading.clone(), entry.value.value));
            }
        }
    }

    fn services(&mut self, record: &CrmMap) {
        let mut seen = BTreeMap::new();
        for (name, entry) in record.services.iter() {
            if self.once(&mut seen, name, entry.key, "the service") {
                let ids = entry.value.iter().map(|id| id.value.clone()).collect();
                self.map.services.insert(folded(name), ids);
            }
        }
    }

    fn controls(&mut self, record: &CrmMap) {
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for (name, entry) in record.controls.iter() {
            let targets = self.targets(&entry.value);
            let control = named::control_named(name);
            let spelling = control.as_ref().map_or_else(|| name.clone(), ToString::to_string);
            if !self.once(&mut seen, &spelling, entry.key, "the control") {
                continue;
            }
            match (named::read(name), control) {
                (Ok(Named::Targets(..)), _) => {
                    let message = format!("`{}` is an id of SP 800-171 itself", name.escape_debug());
                    self.wrong(entry.key, message, "remove the entry: such ids lead to themselves");
                }
                (_, Some(control)) => drop(self.map.controls.insert(control, targets)),
                (_, None) => drop(self.map.others.insert(folded(name), targets)),
            }
        }
    }

    fn targets(&mut self, written: &OneOrMany<Spanned<String>>) -> Vec<Target> {
        let mut all = Vec::new();
        for one in written.iter() {
            match named::read(one) {
                Ok(Named::Targets(targets, _)) => all.extend(targets),
                _ => {
                    let message =
                        format!("`{}` is no requirement or objective of SP 800-171 Rev 2", one.escape_debug());
                    self.wrong(one.span, message, "write it as 3.1.1 or 3.1.1[a]");
                }
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// A map has to say which column is the id, and which says who does it.
    fn is_enough(&mut self, record: &CrmMap) {
        let map = &self.map;
        let help = "begin with `map = \"cmmc\"` or another built-in map, or name the headings in [columns]";
        if !map.columns.contains_key(&Column::Id) {
            self.wrong(record.span, "the map names no column `id`".to_owned(), help);
        } else if !map.columns.contains_key(&Column::Word) && map.ticks.is_empty() {
            self.wrong(record.span, "the map names no column `word` and no [ticks]".to_owned(), help);
        } else if map.ticks.is_empty() && map.words.is_empty() {
            self.wrong(record.span, "the map has no [words]".to_owned(), help);
        }
    }
}

fn all_folded(texts: &OneOrMany<Spanned<String>>) -> Vec<String> {
    texts.iter().map(|text| folded(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_map_can_be_read() {
        for (name, text) in BUILT_IN {
            let (map, problems) = read(name, text);
            assert_eq!(problems, Vec::<String>::new(), "{name}");
            assert!(map.columns.contains_key(&Column::Id), "{name}");
        }
    }

    #[test]
    fn a_part_of_a_control_goes_where_its_control_goes_and_an_enhancement_does_not() {
        let text = "map = \"fedramp-crm\"\n[controls]\n\"AC-02\" = \"3.1.1\"\n\"AC-2(b)\" = [\"3.1.2[a]\"]\n";
        let (map, problems) = read("map.toml", text);
        assert_eq!(problems, Vec::<String>::new());
        let led = |name: &str| {
            let control = named::control_named(name).expect("a control");
            map.of_control(&control).map(|targets| targets.iter().map(|target| target.written()).collect::<Vec<_>>())
        };
        assert_eq!(led("AC-2 (a)"), Some(vec!["3.1.1".to_owned()]));
        assert_eq!(led("AC-2(b)"), Some(vec!["3.1.2[a]".to_owned()]));
        assert_eq!(led("AC-2(1)"), None);
        assert_eq!(led("AC-20"), None);
    }
}
