//! What others publish, taken in: the official wording of the catalog, from an OSCAL catalog in JSON.
//!
//! Catalogs in circulation have defects. Each is named; only white space, cut lead-ins and labels are mended. [`crm`] takes
//! in the matrix of a provider.

pub mod crm;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::catalog::{Catalog, Requirement};
use crate::digest;
use crate::failure::{Cause, Failure};
use crate::ids::{ObjectiveId, RequirementId};
use crate::model::wording::{Wording, WordingFile};
use crate::table::{self, Reader, quoted};

/// Where the wording is kept, relative to the root.
pub const IMPORTED: &str = "catalog/nist-sp-800-171-rev2.toml";

/// The largest catalog that is read, in bytes; NIST's own are under 12 MB.
pub const LARGEST_CATALOG: usize = 32 << 20;

/// What is wrong with a catalog file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Defect {
    /// Its title names another revision.
    OtherRevision,
    /// A control without an id, or with one that SP 800-171 Rev 2 does not have.
    UnknownRequirement,
    /// An objective that the requirement does not have, or whose letter cannot be told.
    UnknownObjective,
    /// An objective labelled as another requirement's.
    ForeignObjective,
    /// White space in or around an id.
    SpacesInId,
    /// A requirement is missing.
    MissingRequirement,
    /// A requirement has no statement.
    MissingStatement,
    /// An objective is missing.
    MissingObjective,
    /// The same text stands more than once.
    Duplicate,
    /// Different texts stand for the same thing; none is taken.
    Conflict,
    /// An objective without a letter of its own, taken as `[a]`.
    Unlettered,
    /// A remnant of a label or of the lead-in stands before the text.
    OddBeginning,
    /// A word is broken by a hyphen and a space.
    HyphenBreak,
    /// A number that looks like that of a footnote.
    StrayDigits,
    /// The text does not end in a period.
    MissingPeriod,
    /// Statement and title are nearly the same, and differ.
    DiffersFromTitle,
}

/// One defect, where, and what was made of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// What it is about: `3.1.1`, `3.1.1[a]`, an id as written, or `the catalog`.
    pub about: String,
    /// What kind it is.
    pub defect: Defect,
    /// What is wrong, and what was made of it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.about, self.message)
    }
}

/// The official wording in an OSCAL catalog, and every defect on the way; `source` is the file's name.
///
/// A catalog that lacks wordings gives what it has. What is no OSCAL catalog of SP 800-171 Rev 2 in JSON is a failure.
pub fn catalog(source: &str, bytes: &[u8]) -> Result<(Wording, Vec<Problem>), Failure> {
    let json = parsed(source, bytes)?;
    let root = root(source, &json)?;
    let mut import = Import::default();
    import.title(root);
    let mut controls = Vec::new();
    collect_controls(root, &mut controls);
    for control in &controls {
        import.control(control);
    }
    if import.known == 0 {
        return Err(import.nothing_found(source));
    }
    let digest = digest::of_bytes(bytes).sha256;
    let wording = Wording { source: source.to_owned(), sha256: digest, ..Wording::default() };
    Ok(import.settle(wording))
}

fn failure(message: String) -> Failure {
    Failure::new(Cause::Usage, message)
}

fn parsed(source: &str, bytes: &[u8]) -> Result<Value, Failure> {
    if bytes.len() > LARGEST_CATALOG {
        let size = bytes.len();
        return Err(failure(format!("{source} has {size} bytes, and {LARGEST_CATALOG} is the most that is read")));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|error| failure(format!("{source} is not UTF-8 from byte {}: OSCAL JSON is", error.valid_up_to())))?;
    if text.trim_start().starts_with('<') {
        return Err(failure(format!("{source} is XML: import the JSON form of the catalog")));
    }
    serde_json::from_str(text).map_err(|error| failure(format!("{source} is not JSON that can be read: {error}")))
}

/// The catalog object: under `catalog`, or the whole file as the milestones of OSCAL 1.0 had it.
fn root<'a>(source: &str, json: &'a Value) -> Result<&'a Value, Failure> {
    let root = json.get("catalog").unwrap_or(json);
    if root.get("groups").is_some_and(Value::is_array) || root.get("controls").is_some_and(Value::is_array) {
        return Ok(root);
    }
    let models = [
        "profile",
        "component-definition",
        "system-security-plan",
        "assessment-plan",
        "assessment-results",
        "mapping-collection",
    ];
    let found = models.into_iter().find(|model| json.get(model).is_some());
    Err(failure(match found {
        Some(model) => format!("{source} is an OSCAL {model}, not a catalog"),
        None => format!("{source} is JSON, but no OSCAL catalog: it has neither groups nor controls"),
    }))
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn collect_controls<'a>(value: &'a Value, controls: &mut Vec<&'a Value>) {
    for group in list(value, "groups") {
        collect_controls(group, controls);
    }
    for control in list(value, "controls") {
        controls.push(control);
        collect_controls(control, controls);
    }
}

/// Labels of a control or part, under `props` or, before OSCAL 1.0, `properties`.
fn labels(value: &Value) -> impl Iterator<Item = &str> {
    let props = list(value, "props").chain(list(value, "properties"));
    props.filter(|prop| text(prop, "name") == "label").map(|prop| text(prop, "value"))
}

/// White space collapsed to single spaces, and none at the ends.
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Candidates by requirement and objective while the file is walked.
#[derive(Default)]
struct Import {
    title: String,
    problems: Vec<Problem>,
    statements: BTreeMap<RequirementId, Vec<String>>,
    objectives: BTreeMap<ObjectiveId, Vec<String>>,
    titles: BTreeMap<RequirementId, String>,
    /// How many controls were requirements of Rev 2.
    known: usize,
    /// The first control that was not, and whether it is one of Rev 3.
    stranger: Option<(String, bool)>,
}

impl Import {
    fn report(&mut self, about: impl Into<String>, defect: Defect, message: impl Into<String>) {
        self.problems.push(Problem { about: about.into(), defect, message: message.into() });
    }

    fn title(&mut self, root: &Value) {
        self.title = root.get("metadata").map(|metadata| collapsed(text(metadata, "title"))).unwrap_or_default();
        if let Some(revision) = revision(&self.title).filter(|revision| *revision != 2) {
            let message = format!(
                "the title says Revision {revision}, and CMMC Level 2 stands on Revision 2: compare the wording"
            );
            self.report("the catalog", Defect::OtherRevision, message);
        }
    }

    fn control(&mut self, control: &Value) {
        let written = text(control, "id");
        let names = std::iter::once(written).chain(labels(control));
        let known = |id: &RequirementId| Catalog::rev2().requirement(*id).is_some();
        let Some(id) = names.filter_map(requirement_in).find(known) else { return self.stranger(control) };
        self.known += 1;
        if written.contains(char::is_whitespace) {
            let message = format!("the id is written `{written}`, with spaces; taken as {}", id.requirement());
            self.report(id.requirement(), Defect::SpacesInId, message);
        }
        self.titles.entry(id).or_insert_with(|| collapsed(text(control, "title")));
        let statements = self.statements.entry(id).or_default();
        let parts = list(control, "parts").filter(|part| text(part, "name") == "statement");
        statements.extend(parts.map(whole_prose).filter(|prose| !prose.is_empty()));
        self.objectives_of(id, control);
    }

    fn stranger(&mut self, control: &Value) {
        let written = text(control, "id");
        let shown = if written.is_empty() { text(control, "title") } else { written };
        let third = std::iter::once(written).chain(labels(control)).any(is_third_revision);
        self.stranger.get_or_insert_with(|| (shown.to_owned(), third));
        let message =
            if third { "a requirement of Rev 3, not taken" } else { "no requirement of SP 800-171 Rev 2, not taken" };
        self.report(format!("`{shown}`"), Defect::UnknownRequirement, message);
    }

    fn objectives_of(&mut self, id: RequirementId, control: &Value) {
        let mut leaves = Vec::new();
        for part in list(control, "parts").filter(|part| is_objective(part)) {
            collect_leaves(part, &mut leaves);
        }
        for leaf in leaves {
            self.objective(id, leaf);
        }
    }

    fn objective(&mut self, id: RequirementId, part: &Value) {
        let prose = collapsed(text(part, "prose"));
        let (letter_in_text, body) = without_label(&prose);
        let label = labels(part).find_map(label);
        if let Some((Some(other), _)) = label.filter(|(other, _)| other.is_some_and(|other| other != id)) {
            let message = format!("an objective here is labelled as one of {}, not taken", other.requirement());
            return self.report(id.requirement(), Defect::ForeignObjective, message);
        }
        let known = |letter: &char| Catalog::rev2().requirement(id).is_some_and(|r| r.has(*letter));
        let in_label = label.map(|(_, letter)| letter).filter(known);
        let letter = in_label.or(letter_in_text.filter(known)).or_else(|| letter_in_id(text(part, "id")).filter(known));
        let Some(objective) = self.placed(id, letter, &prose) else { return };
        let body = self.mended(objective, &prose, body);
        self.objectives.entry(objective).or_default().push(body);
    }

    /// The objective a text belongs to; one without a letter is `[a]` where there is only one.
    fn placed(&mut self, id: RequirementId, letter: Option<char>, prose: &str) -> Option<ObjectiveId> {
        let single = Catalog::rev2().requirement(id).is_some_and(|r| r.objectives.len() == 1);
        match letter {
            Some(letter) => Some(ObjectiveId { requirement: id, letter }),
            None if single => {
                let about = format!("{}[a]", id.requirement());
                self.report(about, Defect::Unlettered, "the only objective has no letter of its own; taken as [a]");
                Some(ObjectiveId { requirement: id, letter: 'a' })
            }
            None => {
                let message = format!("no telling which objective `{}` is, not taken", beginning(prose));
                self.report(id.requirement(), Defect::UnknownObjective, message);
                None
            }
        }
    }

    /// The text without the remnant of a label or the lead-in, which is named.
    fn mended(&mut self, id: ObjectiveId, prose: &str, body: &str) -> String {
        let rest = without_lead_in(body);
        if rest.len() < prose.len() {
            let cut = prose[..prose.len() - rest.len()].trim_end();
            self.report(shown(id), Defect::OddBeginning, format!("begins with `{cut}`, which was left off"));
        }
        rest.to_owned()
    }

    fn nothing_found(self, source: &str) -> Failure {
        failure(match self.stranger {
            Some((id, true)) => format!(
                "{source} is a catalog of SP 800-171 Rev 3 (it names `{}`), and CMMC Level 2 stands on Rev 2",
                id.escape_debug()
            ),
            Some((id, false)) => {
                format!("{source} has no requirement of SP 800-171 Rev 2 (it names `{}`)", id.escape_debug())
            }
            None => format!("{source} is an OSCAL catalog without a single control"),
        })
    }

    /// Takes what is agreed on, and names what is missing, double, in conflict or damaged.
    fn settle(mut self, mut wording: Wording) -> (Wording, Vec<Problem>) {
        wording.title = std::mem::take(&mut self.title);
        for requirement in Catalog::rev2().requirements() {
            self.settle_requirement(requirement, &mut wording);
        }
        (wording, self.problems)
    }

    fn settle_requirement(&mut self, requirement: &Requirement, wording: &mut Wording) {
        let id = requirement.id;
        let Some(candidates) = self.statements.remove(&id) else {
            let count = requirement.objectives.len();
            let objectives = if count == 1 { "its objective".to_owned() } else { format!("its {count} objectives") };
            let message = format!("the requirement and {objectives} are missing; our own sentences stand in");
            return self.report(id.requirement(), Defect::MissingRequirement, message);
        };
        match self.agreed(&id.requirement(), candidates) {
            Agreed::On(statement) => {
                self.inspect(&id.requirement(), &statement);
                self.compare_with_title(id, &statement);
                wording.statements.insert(id, statement);
            }
            Agreed::Nothing => {
                self.report(id.requirement(), Defect::MissingStatement, "has no statement; our own sentence stands in");
            }
            Agreed::Not => {}
        }
        for objective in &requirement.objectives {
            self.settle_objective(objective.id, wording);
        }
    }

    fn settle_objective(&mut self, id: ObjectiveId, wording: &mut Wording) {
        let candidates = self.objectives.remove(&id).unwrap_or_default();
        match self.agreed(&shown(id), candidates) {
            Agreed::On(sentence) => {
                self.inspect(&shown(id), &sentence);
                wording.objectives.insert(id, sentence);
            }
            Agreed::Nothing => {
                self.report(shown(id), Defect::MissingObjective, "is missing; our own sentence stands in");
            }
            Agreed::Not => {}
        }
    }

    /// The one text that all candidates are, if they are one.
    fn agreed(&mut self, about: &str, candidates: Vec<String>) -> Agreed {
        let count = candidates.len();
        let mut texts: Vec<String> = candidates.into_iter().filter(|text| !text.is_empty()).collect();
        texts.sort();
        texts.dedup();
        let Some(text) = texts.pop() else { return Agreed::Nothing };
        if !texts.is_empty() {
            let message =
                format!("stands {count} times with different words; none is taken, our own sentence stands in");
            self.report(about, Defect::Conflict, message);
            return Agreed::Not;
        }
        if count > 1 {
            self.report(about, Defect::Duplicate, format!("stands {count} times with the same words; taken once"));
        }
        Agreed::On(text)
    }

    /// Names what looks damaged in a text that is taken as it is.
    fn inspect(&mut self, about: &str, text: &str) {
        if let Some(broken) = hyphen_break(text) {
            let message = format!("`{broken}` looks like a word broken at the end of a line; taken as it is");
            self.report(about, Defect::HyphenBreak, message);
        }
        if let Some(digits) = stray_digits(text) {
            let message = format!("`{digits}` looks like the number of a footnote; taken as it is");
            self.report(about, Defect::StrayDigits, message);
        }
        if !text.starts_with(char::is_alphabetic) {
            self.report(about, Defect::OddBeginning, format!("begins oddly: `{}`; taken as it is", beginning(text)));
        }
        if !text.ends_with('.') && stray_digits(text).is_none_or(|digits| !text.ends_with(digits)) {
            self.report(about, Defect::MissingPeriod, "does not end in a period; taken as it is");
        }
    }

    /// Many catalogs repeat the statement as the title; where the two nearly agree, one of them is damaged.
    fn compare_with_title(&mut self, id: RequirementId, statement: &str) {
        let Some(title) = self.titles.remove(&id) else { return };
        if title != statement && table::likeness(&title, statement) > 0.9 {
            let message = format!("the statement differs from the title `{title}`; the statement is taken");
            self.report(id.requirement(), Defect::DiffersFromTitle, message);
        }
    }
}

/// What the candidates for one wording come to.
enum Agreed {
    On(String),
    Nothing,
    Not,
}

fn shown(id: ObjectiveId) -> String {
    format!("{}[{}]", id.requirement.requirement(), id.letter)
}

/// The revision that a title names, in `Revision 1`, `Rev. 1` or `r1`.
fn revision(title: &str) -> Option<u32> {
    let lower = title.to_lowercase();
    let after =
        ["revision ", "rev. ", "rev "].into_iter().find_map(|word| lower.split_once(word)).map(|(_, rest)| rest)?;
    after.chars().next()?.to_digit(10)
}

/// The requirement that an id names: 3.1.1, AC.L2-3.1.1, or one of them behind a prefix such as `sp800-171-3.1.1`.
fn requirement_in(written: &str) -> Option<RequirementId> {
    let written = written.trim();
    if let Ok(id) = written.parse() {
        return Some(id);
    }
    let start = written.rfind(|c: char| !c.is_ascii_digit() && c != '.')? + 1;
    written.get(start..)?.parse().ok()
}

/// Whether an id is one of Rev 3: 03.01.01.
fn is_third_revision(written: &str) -> bool {
    let digits = |part: &str, count| part.len() >= count && part.bytes().take(count).all(|b| b.is_ascii_digit());
    written.split_once("03.").is_some_and(|(_, rest)| {
        rest.split_once('.').is_some_and(|(family, number)| family.len() == 2 && digits(family, 2) && digits(number, 2))
    })
}

fn is_objective(part: &Value) -> bool {
    matches!(text(part, "name"), "objective" | "assessment-objective")
}

/// Objectives that hold no others: the outer ones are lead-ins.
fn collect_leaves<'a>(part: &'a Value, leaves: &mut Vec<&'a Value>) {
    let before = leaves.len();
    for inner in list(part, "parts").filter(|inner| is_objective(inner)) {
        collect_leaves(inner, leaves);
    }
    if leaves.len() == before && part.get("prose").is_some_and(Value::is_string) {
        leaves.push(part);
    }
}

/// The prose of a part and of the items in it.
fn whole_prose(part: &Value) -> String {
    let mut words = vec![collapsed(text(part, "prose"))];
    words.extend(list(part, "parts").map(whole_prose));
    words.retain(|prose| !prose.is_empty());
    words.join(" ")
}

/// `3.1.1[a]` as its requirement, if it names one, and its letter.
fn label(written: &str) -> Option<(Option<RequirementId>, char)> {
    let (before, rest) = written.trim().rsplit_once('[')?;
    let mut inside = rest.strip_suffix(']')?.chars();
    let (letter, None) = (inside.next()?, inside.next()) else { return None };
    Some((requirement_in(before), letter))
}

/// The letter in the id of a part: `3.1.1_obj.a`, `3.1.1.a_obj`.
fn letter_in_id(id: &str) -> Option<char> {
    let mut last = id.trim_end_matches("_obj").rsplit('.').next()?.chars();
    let (letter, None) = (last.next()?, last.next()) else { return None };
    letter.is_ascii_lowercase().then_some(letter)
}

/// A text without the label that stands before it, as in `1[a] users are ...`, and that label's letter.
fn without_label(prose: &str) -> (Option<char>, &str) {
    let Some((first, rest)) = prose.split_once(' ') else { return (None, prose) };
    let is_label = first.split('[').next().is_some_and(|head| head.chars().all(|c| c.is_ascii_digit() || c == '.'));
    match label(first).filter(|(_, letter)| is_label && letter.is_ascii_lowercase()) {
        Some((_, letter)) => (Some(letter), rest),
        None => (None, prose),
    }
}

/// A text without `Determine if`, which 800-171A writes before the objectives, even where its beginning is cut off.
fn without_lead_in(prose: &str) -> &str {
    const LEAD_IN: &str = "Determine if";
    let cuts = (0..LEAD_IN.len() - " if".len()).map(|cut| &LEAD_IN[cut..]);
    let rest = cuts.filter_map(|lead| prose.strip_prefix(lead)).find(|rest| rest.starts_with([' ', ':']));
    rest.map_or(prose, |rest| rest.trim_start_matches([':', ' ']))
}

/// A word broken by a hyphen and a space, unless it is a suspended one: `pre- and post-`.
fn hyphen_break(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(' ').collect();
    let pair = words.windows(2).find(|pair| {
        let before = pair[0].strip_suffix('-').is_some_and(|word| word.ends_with(char::is_alphabetic));
        before && pair[1].starts_with(char::is_alphabetic) && !matches!(pair[1], "and" | "or" | "to")
    })?;
    Some(pair.join(" "))
}

/// A number that stands alone or right behind a word or period: no text of Rev 2 has one.
fn stray_digits(text: &str) -> Option<&str> {
    text.split(' ').find_map(|word| {
        let bare = word.trim_end_matches(['.', ',', ';']);
        let digits = &bare[bare.trim_end_matches(|c: char| c.is_ascii_digit()).len()..];
        let before = &bare[..bare.len() - digits.len()];
        let glued = before.is_empty() || before.ends_with(['.', ',', ';', ')']) || before.ends_with(char::is_lowercase);
        (!digits.is_empty() && digits.len() <= 3 && glued).then_some(digits)
    })
}

fn beginning(text: &str) -> String {
    let mut words = text.split(' ');
    let first: Vec<&str> = words.by_ref().take(5).collect();
    first.join(" ") + if words.next().is_some() { " ..." } else { "" }
}

/// The text of [`IMPORTED`]: the same bytes for the same catalog.
pub fn render(wording: &Wording) -> String {
    let catalog = Catalog::rev2();
    let missing: Vec<String> = wording.missing(catalog).iter().map(|id| quoted(id)).collect();
    let mut out = vec![
        "# Official wording. Written by `demarcate import catalog`; run it again instead of editing.\n".to_owned(),
        format!("catalog = {}\n", quoted(catalog.title)),
        format!("title = {}\n", quoted(&wording.title)),
        format!("source = {}\n", quoted(&wording.source)),
        format!("sha256 = {}\n", quoted(&wording.sha256)),
        format!("statements = {}\n", wording.statements.len()),
        format!("objectives = {}\n", wording.objectives.len()),
        format!("missing = [{}]\n", missing.join(", ")),
    ];
    out.extend(catalog.requirements().map(|requirement| rendered(requirement, wording)));
    out.concat()
}

fn rendered(requirement: &Requirement, wording: &Wording) -> String {
    let id = requirement.id.requirement();
    let mut out = Vec::new();
    if let Some(statement) = wording.statements.get(&requirement.id) {
        out.push(format!("\n[requirement.\"{id}\"]\nstatement = {}\n", quoted(statement)));
    }
    let letters = requirement.objectives.iter().filter_map(|o| Some((o.id.letter, wording.objectives.get(&o.id)?)));
    let objectives: Vec<String> = letters.map(|(letter, text)| format!("{letter} = {}\n", quoted(text))).collect();
    if !objectives.is_empty() {
        out.push(format!("\n[requirement.\"{id}\".objectives]\n{}", objectives.concat()));
    }
    out.concat()
}

/// Reads [`IMPORTED`] back; problems go to the reader, and what has no wording is simply not there.
pub fn read_imported(text: &str, reader: &mut Reader) -> Option<Wording> {
    let file: WordingFile = table::read(text, reader)?;
    let (wording, problems) = Wording::of(file);
    for problem in problems {
        reader.report(problem);
    }
    Some(wording)
}
