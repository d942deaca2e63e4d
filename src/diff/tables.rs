//! Two tables of a file key by key: the one walk by which no key of any table is left out.

use std::collections::{BTreeMap, BTreeSet};

use super::naming::{self, Noun};
use super::{Change, Sides, weighing, words};
use crate::ids::{ObjectiveId, RequirementId, Span};
use crate::model::Filed;
use crate::model::changes::{Bears, Section, Spot, Weight, What};
use crate::table::{Kind, Record, Shape, Told};

/// What a difference is told of.
#[derive(Clone, Debug)]
pub(super) struct Of {
    /// The section.
    pub(super) section: Section,
    /// The thing that holds the table: `provider acme-msp`; empty where its parts stand for themselves.
    pub(super) thing: String,
    /// The table within it: `provider acme-msp, clause audit`.
    pub(super) subject: String,
    /// Whose it is.
    pub(super) parties: BTreeSet<String>,
    /// The practice, and the objective by letter, that it is about alone.
    pub(super) practice: Option<RequirementId>,
    /// See above.
    pub(super) objective: Option<char>,
}

/// A table with declared keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'t> {
    /// Its keys.
    pub(super) shape: &'static Shape,
    cells: &'t [Told<'t>],
    /// Where it stands.
    pub(super) span: Span,
}

/// A key that holds something else.
pub(super) struct Turn<'t> {
    /// The table of the side compared from, if there was one.
    pub(super) old: Option<Row<'t>>,
    /// That of the side compared to.
    pub(super) new: Option<Row<'t>>,
    /// The shape of both.
    pub(super) shape: &'static str,
    /// The key.
    pub(super) key: &'static str,
    /// What it held.
    pub(super) before: &'t Told<'t>,
    /// What it holds.
    pub(super) after: &'t Told<'t>,
}

const NOTHING: Told<'static> = Told::Nothing;

impl Of {
    /// Of a thing of a section.
    pub(super) fn new(section: Section, thing: impl Into<String>) -> Self {
        let thing = thing.into();
        let subject = thing.clone();
        Self { section, thing, subject, parties: BTreeSet::new(), practice: None, objective: None }
    }

    /// Whose it is.
    pub(super) fn party(mut self, party: &str) -> Self {
        self.parties.insert(party.to_owned());
        self
    }

    /// A change of it.
    pub(super) fn change(&self, what: What, sentence: impl Into<String>) -> Change {
        let mut change = Change::new(self.section, what, &self.subject, sentence);
        (change.practice, change.objective) = (self.practice, self.objective);
        change.parties.clone_from(&self.parties);
        change
    }

    /// The same of a table inside it.
    fn inside(&self, label: &str, rows: [Option<Row<'_>>; 2]) -> Self {
        let subject = if self.thing.is_empty() { label.to_owned() } else { format!("{}, {label}", self.thing) };
        let thing = if self.thing.is_empty() { label } else { &self.thing };
        let mut of = Self { thing: thing.to_owned(), subject, ..self.clone() };
        for row in rows.into_iter().flatten() {
            row.parties(&mut of.parties);
        }
        (of.practice, of.objective) = only_objective(rows).unwrap_or((self.practice, self.objective));
        of
    }
}

/// The requirement, and the letter, that everything that both rows name is of.
fn only_objective(rows: [Option<Row<'_>>; 2]) -> Option<(Option<RequirementId>, Option<char>)> {
    let named = rows.iter().flatten().flat_map(|row| {
        let key = if row.shape.name == "CrmRow" { "for" } else { "objectives" };
        row.words(key)
    });
    let about = |written: &str| -> Option<(RequirementId, Option<char>)> {
        let objective = written.parse::<ObjectiveId>().ok().map(|id| (id.requirement, Some(id.letter)));
        objective.or_else(|| written.parse().ok().map(|id| (id, None)))
    };
    let ids: BTreeSet<(RequirementId, Option<char>)> = named.filter_map(about).collect();
    let (first, letter) = ids.first()?;
    let is_alone = ids.iter().all(|(id, _)| id == first);
    is_alone.then(|| (Some(*first), letter.filter(|_| ids.len() == 1)))
}

impl<'t> Row<'t> {
    /// A table, if it is one.
    pub(super) fn of(told: &'t Told<'t>) -> Option<Self> {
        match told {
            Told::Table(shape, cells, span) => Some(Self { shape, cells, span: *span }),
            _ => None,
        }
    }

    /// What a key holds; nothing where the shape has no such key.
    pub(super) fn get(&self, key: &str) -> &'t Told<'t> {
        let at = self.shape.keys.iter().position(|known| known.name == key);
        at.and_then(|at| self.cells.get(at)).unwrap_or(&NOTHING)
    }

    /// The single value of a key.
    pub(super) fn word(&self, key: &str) -> Option<&'t str> {
        match self.get(key) {
            Told::Word(word, _) => Some(word),
            _ => None,
        }
    }

    /// The values of a key, one or many.
    pub(super) fn words(&self, key: &str) -> Vec<&'t str> {
        words_of(self.get(key))
    }

    fn cells(&self) -> impl Iterator<Item = (&'static crate::table::Key, &'t Told<'t>)> {
        self.shape.keys.iter().zip(self.cells)
    }

    /// The parties that it names in keys of its own.
    fn parties(&self, into: &mut BTreeSet<String>) {
        for (_, told) in self.cells().filter(|(key, _)| is_of_party(key.kind)) {
            into.extend(words_of(told).into_iter().map(str::to_owned));
        }
    }

    /// What makes it this one among its like.
    fn identity(&self) -> Vec<String> {
        let keys = naming::identity(self.shape);
        keys.iter().map(|key| words_of(self.get(key)).join(", ")).collect()
    }

    /// Whether it says the same as another, whatever the two are called.
    fn is_like(&self, other: &Self) -> bool {
        let keys = naming::identity(self.shape);
        let rest = |row: &Self| -> Vec<&'t Told<'t>> {
            row.cells()
                .filter(|(key, told)| !keys.contains(&key.name) && !is_empty(told))
                .map(|(_, told)| told)
                .collect()
        };
        let (one, two) = (rest(self), rest(other));
        one.len() > 1 && one == two
    }

    /// What it says in short: its first single values.
    pub(super) fn summary(&self) -> String {
        let identity = naming::identity(self.shape);
        let cells = self.cells().filter(|(key, told)| !identity.contains(&key.name) && !is_empty(told));
        let said = cells.filter_map(|(key, told)| match told {
            Told::Word(..) => naming::value_of(self.shape.name, key.name, told),
            Told::List(items) if items.iter().all(|item| matches!(item, Told::Word(..))) => {
                let phrase = naming::phrase(self.shape.name, key.name);
                Some(format!("{phrase} {}", naming::listed(&words_of(told))))
            }
            _ => None,
        });
        said.take(SUMMARY).collect::<Vec<_>>().join(", ")
    }
}

/// How many values of a table a summary names.
const SUMMARY: usize = 6;

fn is_empty(told: &Told<'_>) -> bool {
    match told {
        Told::Nothing => true,
        Told::List(items) => items.is_empty(),
        Told::Map(items) => items.is_empty(),
        Told::Word(..) | Told::Table(..) => false,
    }
}

/// The single values of a value.
pub(super) fn words_of<'t>(told: &'t Told<'t>) -> Vec<&'t str> {
    match told {
        Told::Word(word, _) => vec![word],
        Told::List(items) => items.iter().flat_map(words_of).collect(),
        Told::Nothing | Told::Table(..) | Told::Map(_) => Vec::new(),
    }
}

fn is_of_party(kind: Kind) -> bool {
    match kind {
        Kind::Ref(what) => matches!(what, "party" | "provider"),
        Kind::List(of) | Kind::OneOrMany(of) => is_of_party(*of),
        _ => false,
    }
}

/// Where something stands first.
fn place(told: &Told<'_>) -> Option<Span> {
    match told {
        Told::Word(_, span) | Told::Table(_, _, span) => Some(*span),
        Told::List(items) => items.iter().find_map(place),
        Told::Map(items) => items.iter().find_map(|(_, item)| place(item)),
        Told::Nothing => None,
    }
}

/// Calls parties of the side compared from by their new ids.
fn rename(told: &mut Told<'_>, renamed: &BTreeMap<String, String>, kind: Option<Kind>) {
    match told {
        Told::Word(word, _) if kind.is_some_and(is_of_party) => {
            if let Some(new) = renamed.get(word.as_ref()) {
                *word = new.clone().into();
            }
        }
        Told::List(items) => items.iter_mut().for_each(|item| rename(item, renamed, kind)),
        Told::Table(shape, cells, _) => {
            for (key, cell) in shape.keys.iter().zip(cells) {
                rename(cell, renamed, Some(key.kind));
            }
        }
        Told::Word(..) | Told::Map(_) | Told::Nothing => {}
    }
}

/// The walk over both sides.
pub(super) struct Walk<'a, 'o> {
    sides: &'a Sides<'a>,
    renamed: &'a BTreeMap<String, String>,
    /// Whether something of the file could not be read before, and after, so that what is absent there was not dropped.
    lost: [bool; 2],
    out: &'o mut Vec<Change>,
}

impl<'a, 'o> Walk<'a, 'o> {
    /// A walk that puts there what it finds.
    pub(super) fn new(sides: &'a Sides<'a>, renamed: &'a BTreeMap<String, String>, out: &'o mut Vec<Change>) -> Self {
        Self { sides, renamed, lost: [false; 2], out }
    }

    /// What differs between two files of a kind, as far as the keys are wanted.
    pub(super) fn files<T: Record>(
        &mut self,
        of: &Of,
        before: Option<&Filed<T>>,
        after: Option<&Filed<T>>,
        wanted: &[&str],
    ) {
        let is_lost = |file: Option<&Filed<T>>| file.is_some_and(|file| file.lost);
        self.lost = [is_lost(before), is_lost(after)];
        let mut old = before.map_or(Told::Nothing, |file| file.value.told_table());
        rename(&mut old, self.renamed, None);
        let new = after.map_or(Told::Nothing, |file| file.value.told_table());
        self.tables(of, Row::of(&old), Row::of(&new), wanted);
        self.lost = [false; 2];
    }

    /// What differs between two folders of files by id; one that cannot be read did not go.
    pub(super) fn folders<T: Record>(
        &mut self,
        of: &Of,
        before: &BTreeMap<String, Filed<T>>,
        after: &BTreeMap<String, Filed<T>>,
    ) {
        for (id, new) in after {
            if let Some(old) = before.get(id) {
                let rows = [old.value.told_table(), new.value.told_table()];
                let of = Self::named(of, [Row::of(&rows[0]), Row::of(&rows[1])]);
                self.files(&of, Some(old), Some(new), &[]);
            }
        }
        let alone = |these: &'_ BTreeMap<String, Filed<T>>,
                     others: &BTreeMap<String, Filed<T>>,
                     unread: &dyn Fn(&str) -> bool| {
            let alone = these.iter().filter(|(id, file)| !others.contains_key(*id) && !unread(&file.path));
            alone.map(|(id, _)| id.clone()).collect::<Vec<String>>()
        };
        let gone = alone(before, after, &|path| self.sides.is_unread_after(path));
        let come = alone(after, before, &|path| self.sides.is_unread_before(path));
        let mut old =
            Told::List(gone.iter().filter_map(|id| before.get(id)).map(|file| file.value.told_table()).collect());
        rename(&mut old, self.renamed, None);
        let new = Told::List(come.iter().filter_map(|id| after.get(id)).map(|file| file.value.told_table()).collect());
        let turn = Turn { old: None, new: None, shape: "", key: "", before: &old, after: &new };
        self.items(of, &T::SHAPE, &turn);
    }

    /// What differs between two tables, as far as the keys are wanted; none wanted are all.
    fn tables(&mut self, of: &Of, old: Option<Row<'_>>, new: Option<Row<'_>>, wanted: &[&str]) {
        let Some(shape) = old.or(new).map(|row| row.shape) else { return };
        for key in shape.keys.iter().filter(|key| wanted.is_empty() || wanted.contains(&key.name)) {
            let before = old.map_or(&NOTHING, |row| row.get(key.name));
            let after = new.map_or(&NOTHING, |row| row.get(key.name));
            if before != after {
                self.key(of, key.kind, &Turn { old, new, shape: shape.name, key: key.name, before, after });
            }
        }
    }

    fn key(&mut self, of: &Of, kind: Kind, turn: &Turn<'_>) {
        match kind {
            Kind::Table(inner) => self.table(of, inner, turn),
            Kind::List(Kind::Table(inner)) => self.items(of, inner, turn),
            // Rule levels are told by their own section.
            Kind::Map(_) => {}
            Kind::List(_) | Kind::OneOrMany(_) => self.list(of, turn),
            _ => self.single(of, turn),
        }
    }

    /// A table that stands once: a contract, the accounts of a person.
    fn table(&mut self, of: &Of, inner: &'static Shape, turn: &Turn<'_>) {
        let (old, new) = (Row::of(turn.before), Row::of(turn.after));
        let of = match naming::noun(inner.name) {
            Noun::Unsaid => of.clone(),
            Noun::Said(noun) => of.inside(noun, [old, new]),
        };
        let before = self.out.len();
        if old.is_none() || new.is_none() {
            self.one_sided(&of, old, new);
        }
        // Of a table that came or went as a whole, what lies deeper is told one by one.
        let deeper: Vec<&str> = inner.keys.iter().filter(|key| is_deep(key.kind)).map(|key| key.name).collect();
        match (old, new) {
            (Some(_), Some(_)) => self.tables(&of, old, new, &[]),
            _ if self.out.len() > before && !deeper.is_empty() => self.tables(&of, old, new, &deeper),
            _ => {}
        }
        if let Some(bears) = bears_within(turn.key) {
            self.out[before..].iter_mut().for_each(|change| change.bears = bears);
        }
    }

    /// Tables that stand several times, each told apart by what it is called.
    fn items(&mut self, of: &Of, inner: &'static Shape, turn: &Turn<'_>) {
        let (old, new) = (numbered(turn.before), numbered(turn.after));
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for (identity, row) in &old {
            match new.get(identity) {
                Some(same) if *row != *same => {
                    self.tables(&Self::named(of, [Some(*row), Some(*same)]), Some(*row), Some(*same), &[]);
                }
                Some(_) => {}
                None => gone.push(*row),
            }
        }
        come.extend(new.iter().filter(|(identity, _)| !old.contains_key(*identity)).map(|(_, row)| *row));
        for (before, after) in renamed_rows(&mut gone, &mut come, inner) {
            self.renamed_row(of, before, after);
        }
        for row in gone {
            self.one_sided(&Self::named(of, [Some(row), None]), Some(row), None);
        }
        for row in come {
            self.one_sided(&Self::named(of, [None, Some(row)]), None, Some(row));
        }
    }

    fn named(of: &Of, rows: [Option<Row<'_>>; 2]) -> Of {
        let label = rows[1].or(rows[0]).map(|row| naming::label(&row)).unwrap_or_default();
        of.inside(&label, rows)
    }

    /// One change for a thing that has another name, and what else became of it.
    fn renamed_row(&mut self, of: &Of, before: Row<'_>, after: Row<'_>) {
        let of = Self::named(of, [Some(before), Some(after)]);
        let (old, new) = (naming::name(&before), naming::name(&after));
        let mut change = of.change(What::Renamed, format!("renamed from {old} to {new}"));
        change.spot = Some(self.sides.spot(after.span));
        change.weight = weighing::of_rename(after.shape.name);
        (change.before, change.after) = (Some(old), Some(new));
        self.out.push(change);
        let identity = naming::identity(after.shape);
        let rest: Vec<&str> =
            after.shape.keys.iter().map(|key| key.name).filter(|key| !identity.contains(key)).collect();
        self.tables(&of, Some(before), Some(after), &rest);
    }

    /// A table that is new or gone.
    fn one_sided(&mut self, of: &Of, old: Option<Row<'_>>, new: Option<Row<'_>>) {
        let Some(row) = new.or(old) else { return };
        if self.lost[usize::from(new.is_none())] {
            return;
        }
        let what = if new.is_some() { What::Added } else { What::Removed };
        let word = naming::word_of(row.shape.name, what);
        let summary = row.summary();
        let sentence = if summary.is_empty() { word.to_owned() } else { format!("{word}: {summary}") };
        let mut change = of.change(what, sentence);
        change.weight = weighing::of_row(&row, what);
        change.spot = Some(self.spot(old.map(|row| row.span), new.map(|row| row.span)));
        let said = (!summary.is_empty()).then_some(summary);
        (change.before, change.after) = if new.is_some() { (None, said) } else { (said, None) };
        self.out.push(change);
    }

    fn spot(&self, old: Option<Span>, new: Option<Span>) -> Spot {
        match (old, new) {
            (_, Some(span)) => self.sides.spot(span),
            (old, None) => self.sides.gone(old.unwrap_or_default()),
        }
    }

    /// Where a key stands, or stood; else its table.
    fn spot_of(&self, turn: &Turn<'_>) -> Spot {
        match (place(turn.before), place(turn.after)) {
            (_, Some(new)) => self.sides.spot(new),
            (Some(old), None) => self.sides.gone(old),
            (None, None) => self.spot(turn.old.map(|row| row.span), turn.new.map(|row| row.span)),
        }
    }

    /// Whether something seems to have come or gone only because it could not be read.
    fn is_unsaid(&self, before: bool, after: bool) -> bool {
        (before && !after && self.lost[1]) || (after && !before && self.lost[0])
    }

    /// A list of single values.
    fn list(&mut self, of: &Of, turn: &Turn<'_>) {
        let (before, after) = (words_of(turn.before), words_of(turn.after));
        let (gone, come) = (without(&before, &after), without(&after, &before));
        let gone = if self.lost[1] { Vec::new() } else { gone };
        let come = if self.lost[0] { Vec::new() } else { come };
        let phrase = naming::phrase(turn.shape, turn.key);
        let sentence = match (gone.as_slice(), come.as_slice()) {
            ([], []) if naming::is_ordered(turn.shape, turn.key) => {
                let first = |words: &[&str]| words.first().map(|word| naming::short(word)).unwrap_or_default();
                format!("{phrase} in another order: {} first, was {}", first(&after), first(&before))
            }
            ([], []) => return,
            ([old], [new]) => format!("{phrase} {}", naming::moved(Some(old), Some(new))),
            ([], come) => format!("{phrase} {} added", naming::listed(come)),
            (gone, []) => format!("{phrase} {} dropped", naming::listed(gone)),
            (gone, come) => {
                format!("{phrase} {} added, {} dropped", naming::listed(come), naming::listed(gone))
            }
        };
        let mut change = of.change(what(!before.is_empty(), !after.is_empty()), sentence);
        change.weight = weighing::of_list(turn, &gone, &come);
        let all = |words: &[&str]| (!words.is_empty()).then(|| words.join(", "));
        (change.before, change.after) = (all(&before), all(&after));
        change.spot = Some(self.spot_of(turn));
        self.out.push(change);
    }

    /// A single value.
    fn single(&mut self, of: &Of, turn: &Turn<'_>) {
        let word = |told: &Told<'_>| words_of(told).first().map(|word| (*word).to_owned());
        let (before, after) = (word(turn.before), word(turn.after));
        if self.is_unsaid(before.is_some(), after.is_some()) {
            return;
        }
        let is_name = naming::is_name(turn.shape, turn.key) && before.is_some() && after.is_some();
        let what = if is_name { What::Renamed } else { what(before.is_some(), after.is_some()) };
        let same = |one: &Option<String>, two: &Option<String>| matches!((one, two), (Some(one), Some(two)) if words::is_same(one, two));
        if same(&before, &after) {
            let sentence = format!("{} set in other lines, in the same words", naming::phrase(turn.shape, turn.key));
            let mut change = of.change(What::Changed, sentence);
            (change.weight, change.spot) = (Weight::Slight, Some(self.spot_of(turn)));
            return self.out.push(change);
        }
        let mut change = of.change(what, naming::sentence(turn));
        change.weight = weighing::of(turn);
        change.bears = bears(turn);
        change.spot = Some(self.spot_of(turn));
        if naming::is_prose(turn.shape, turn.key) {
            change.section = Section::Prose;
            change.weight = Weight::Slight;
        }
        if naming::is_long(before.as_deref(), after.as_deref()) {
            change.words =
                words::stretches(before.as_deref().unwrap_or_default(), after.as_deref().unwrap_or_default());
        } else {
            (change.before, change.after) = (before, after);
        }
        self.out.push(change);
    }
}

/// What the tables that a key holds bear on, where that is another matter than the table around them.
fn bears_within(key: &str) -> Option<Bears> {
    match key {
        "teams" => Some(Bears::Team),
        "assessment" => Some(Bears::Assessment),
        _ => None,
    }
}

/// What a single value bears on.
fn bears(turn: &Turn<'_>) -> Bears {
    match (turn.shape, turn.key) {
        ("ProviderPerson", "screened" | "trained") | (_, "phone") => Bears::Contact,
        _ => Bears::Thing,
    }
}

impl PartialEq for Row<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cells == other.cells
    }
}

fn is_deep(kind: Kind) -> bool {
    matches!(kind, Kind::Table(_) | Kind::List(Kind::Table(_)))
}

/// What became of a value that was there before, and is there now.
fn what(before: bool, after: bool) -> What {
    match (before, after) {
        (false, _) => What::Added,
        (true, false) => What::Removed,
        (true, true) => What::Changed,
    }
}

/// The entries that the other list lacks, one for one.
fn without<'w>(these: &[&'w str], others: &[&str]) -> Vec<&'w str> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for other in others {
        *left.entry(other).or_default() += 1;
    }
    let is_new = |word: &&&str| match left.get_mut(**word) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    these.iter().filter(is_new).copied().collect()
}

/// The tables of a list by what they are called; those that share a name by their number as well.
fn numbered<'t>(told: &'t Told<'t>) -> BTreeMap<(Vec<String>, usize), Row<'t>> {
    let Told::List(items) = told else { return BTreeMap::new() };
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut rows = BTreeMap::new();
    for row in items.iter().filter_map(Row::of) {
        let identity = row.identity();
        let number = seen.entry(identity.clone()).or_default();
        rows.insert((identity, *number), row);
        *number += 1;
    }
    rows
}

/// Takes out those that are the same under another name: all else is equal, or what also tells them apart is.
fn renamed_rows<'t>(gone: &mut Vec<Row<'t>>, come: &mut Vec<Row<'t>>, shape: &Shape) -> Vec<(Row<'t>, Row<'t>)> {
    let mut by_mark: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, row) in come.iter().enumerate() {
        for mark in naming::marks(row, shape) {
            by_mark.entry(mark).or_default().push(at);
        }
    }
    let mut taken = BTreeSet::new();
    let mut pairs = Vec::new();
    gone.retain(|old| {
        let marks = naming::marks(old, shape);
        let candidates = marks.iter().filter_map(|mark| by_mark.get(mark)).flatten().take(FEW);
        let mut free = candidates.filter(|at| !taken.contains(*at));
        let found = free.find(|at| naming::is_sure(old, &come[**at], shape) || old.is_like(&come[**at]));
        let Some(at) = found else { return true };
        taken.insert(*at);
        pairs.push((*old, come[*at]));
        false
    });
    let mut at = 0;
    come.retain(|_| {
        at += 1;
        !taken.contains(&(at - 1))
    });
    pairs
}

/// How many of the same mark are looked at for one that was renamed.
const FEW: usize = 8;

/// The keys that differ between two tables and those inside them, each by its shape.
pub(super) fn touched(before: &Told<'_>, after: &Told<'_>, into: &mut BTreeSet<(&'static str, &'static str)>) {
    if before != after {
        touched_rows(Row::of(before), Row::of(after), into);
    }
}

fn touched_rows(old: Option<Row<'_>>, new: Option<Row<'_>>, into: &mut BTreeSet<(&'static str, &'static str)>) {
    let Some(shape) = old.or(new).map(|row| row.shape) else { return };
    for key in shape.keys {
        let before = old.map_or(&NOTHING, |row| row.get(key.name));
        let after = new.map_or(&NOTHING, |row| row.get(key.name));
        if before == after || (is_empty(before) && is_empty(after)) {
            continue;
        }
        into.insert((shape.name, key.name));
        touched_rows(Row::of(before), Row::of(after), into);
        let (these, those) = (numbered(before), numbered(after));
        let names: BTreeSet<_> = these.keys().chain(those.keys()).collect();
        for name in names {
            let (one, two) = (these.get(name).copied(), those.get(name).copied());
            if one != two {
                touched_rows(one, two, into);
            }
        }
    }
}
