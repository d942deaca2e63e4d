//! Durations, counts and percentages in sentences, and whether two texts about one thing give different ones.
//!
//! Built to stay silent: two figures are held against each other only where they are of one kind, said in one manner
//! ("within", "after", "for", "every"), share a noun and the same qualifiers, and nothing else in either text could be meant.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::words::{self, Word};

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// Time, in seconds; a month is 30 days, a year 365.
    Time,
    /// Working time, in seconds.
    WorkingTime,
    /// Hundredths.
    Percent,
    /// Failed attempts to sign in.
    Attempts,
    /// Characters of a password.
    Characters,
    /// Characters that have to differ.
    ChangedCharacters,
    /// Passwords that are remembered.
    Generations,
}

/// How a figure is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// Without a word that tells.
    Plain,
    /// A limit until which something is done.
    Within,
    /// A moment at which something happens.
    After,
    /// A length of something.
    For,
    /// An interval.
    Every,
}

/// A figure in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quantity {
    /// What is counted.
    pub kind: Kind,
    /// How it is said.
    pub manner: Manner,
    /// How many, in the unit of the kind.
    pub amount: u64,
    /// The unit of time as written.
    unit: u64,
    /// Where it stands, in bytes.
    pub at: Range<usize>,
    /// Stems of what its clause is about.
    about: BTreeSet<String>,
    /// Words of its clause that say of which special case it speaks.
    qualifiers: BTreeSet<String>,
}

/// Two figures of one thing that are not the same: one of the value, one of another text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Where the value gives it.
    pub value: Range<usize>,
    /// Where the other text does.
    pub other: Range<usize>,
}

/// Every figure of a text.
pub fn quantities(text: &str) -> Vec<Quantity> {
    clauses(text).iter().flat_map(|clause| of_clause(clause, text)).collect()
}

/// What a text says differently from the value of an objective.
///
/// `question` is what the objective asks for, in a sentence; `siblings` are the figures of every value of the practice, so
/// that a text about several of them is not held against the wrong one.
pub fn differences(value: &str, question: &str, siblings: &[Quantity], text: &str) -> Vec<Difference> {
    let (own, said) = (quantities(value), quantities(text));
    let asked = about(&words::words(question).iter().collect::<Vec<_>>());
    let asks_how_often = question.contains("how often");
    let differs = |figure: &Quantity| {
        let figure = of_question(figure, own.len() == 1, &asked, value);
        let like = |other: &&Quantity| is_like(&figure, other, asks_how_often);
        let said: Vec<&Quantity> = said.iter().filter(like).collect();
        if said.iter().any(|other| is_equal(&figure, other)) {
            return None;
        }
        let taken = |other: &Quantity| siblings.iter().any(|known| known.kind == other.kind && is_equal(known, other));
        let mut meant = said.into_iter().filter(|other| !taken(other) && !figure.about.is_disjoint(&other.about));
        let first = meant.next()?;
        let is_clear = meant.all(|other| is_equal(first, other)) && is_near(&figure, first);
        (is_clear && first.qualifiers == figure.qualifiers)
            .then(|| Difference { value: figure.at.clone(), other: first.at.clone() })
    };
    own.iter().filter_map(differs).collect()
}

/// The only figure of a value is about all of the value, and about what the objective asks for.
fn of_question(figure: &Quantity, is_only: bool, asked: &BTreeSet<String>, value: &str) -> Quantity {
    let mut figure = figure.clone();
    if is_only {
        let all = words::words(value);
        figure.about.extend(about(&all.iter().collect::<Vec<_>>()));
        figure.about.extend(asked.iter().cloned());
    }
    figure
}

fn is_like(one: &Quantity, other: &Quantity, asks_how_often: bool) -> bool {
    let manner = match (one.manner, other.manner) {
        (Manner::Plain, Manner::Every) | (Manner::Every, Manner::Plain) => asks_how_often,
        (Manner::Plain, _) | (_, Manner::Plain) => true,
        (one, other) => one == other,
    };
    one.kind == other.kind && manner
}

/// Whether two figures say the same; 30 days are a month, 12 months a year, since units of the calendar differ in length.
fn is_equal(one: &Quantity, other: &Quantity) -> bool {
    let apart = one.amount.abs_diff(other.amount);
    apart == 0 || (one.unit != other.unit && apart.saturating_mul(12) <= one.amount.max(other.amount))
}

/// Whether two figures are near enough to be of one thing: nobody writes 90 days for 30 minutes.
fn is_near(one: &Quantity, other: &Quantity) -> bool {
    const FAR: u64 = 50;
    one.amount.max(other.amount) <= one.amount.min(other.amount).saturating_mul(FAR)
}

/// The words of each clause.
fn clauses(text: &str) -> Vec<Vec<Word>> {
    let mut clauses: Vec<Vec<Word>> = vec![Vec::new()];
    let mut end = 0;
    for word in words::words(text) {
        let is_joint = matches!(word.text.as_str(), "and" | "or" | "but" | "then");
        if is_joint || is_border(&text[end..word.at.start], text[..word.at.start].trim_end()) {
            clauses.push(Vec::new());
        }
        end = word.at.end;
        clauses.last_mut().expect("there is one from the start").push(word);
    }
    clauses
}

/// Whether a clause ends in what stands between two words.
fn is_border(between: &str, before: &str) -> bool {
    let is_decimal = between.len() == 1 && before.ends_with(['.', ',']);
    !is_decimal
        && (between.contains([';', ':', ',', '.', '!', '?', '\u{2014}', '|'])
            || between.contains("\n\n")
            || between.contains("\n-"))
}

fn of_clause(clause: &[Word], text: &str) -> Vec<Quantity> {
    let all: Vec<&Word> = clause.iter().collect();
    let (about, qualifiers) = (about(&all), qualifiers(clause));
    let found = (0..clause.len()).filter_map(|i| figure(clause, i, text));
    found
        .map(|(kind, manner, amount, unit, at)| Quantity {
            kind,
            manner,
            amount,
            unit,
            at,
            about: about.clone(),
            qualifiers: qualifiers.clone(),
        })
        .collect()
}

/// A figure that begins at a word: what is counted, how it is said, how many, in which unit, and where.
type Figure = (Kind, Manner, u64, u64, Range<usize>);

fn figure(clause: &[Word], i: usize, text: &str) -> Option<Figure> {
    if let Some(found) = adverb(clause, i).or_else(|| single(clause, i)) {
        return Some(found);
    }
    let number = number(&clause[i].text).filter(|_| !is_fraction(text, &clause[i].at))?;
    let (kind, unit, last) = percent(text, &clause[i].at)
        .then_some((Kind::Percent, 1, i))
        .or_else(|| unit_behind(clause, i))
        .or_else(|| counted_behind(clause, i))?;
    let manner = if kind == Kind::Time || kind == Kind::WorkingTime { manner(clause, i, last) } else { Manner::Plain };
    let at = clause[i].at.start..clause[last].at.end;
    Some((kind, manner, number.checked_mul(unit)?, unit, at))
}

/// "weekly", "annually": an interval in one word.
fn adverb(clause: &[Word], i: usize) -> Option<Figure> {
    let word = &clause[i];
    let days = match word.text.as_str() {
        "daily" => 1,
        "weekly" => 7,
        "monthly" => 30,
        "quarterly" => 90,
        "yearly" | "annually" | "annual" => 365,
        _ => return None,
    };
    // "semi-annually" and "twice yearly" are other intervals.
    let before = i.checked_sub(1).map(|before| clause[before].text.as_str());
    let is_other = before.is_some_and(|before| matches!(before, "semi" | "bi" | "twice" | "half" | "half yearly"));
    let is_noun = clause.get(i + 1).is_some_and(|next| words::stem(&next.text) == "report");
    (!is_other && !is_noun).then(|| (Kind::Time, Manner::Every, days * DAY, days * DAY, word.at.clone()))
}

/// "every week", "each year", "once a month": an interval without a number.
fn single(clause: &[Word], i: usize) -> Option<Figure> {
    let before = clause.get(i.checked_sub(1)?)?;
    let earlier = i.checked_sub(2).map(|earlier| clause[earlier].text.as_str());
    let is_each = matches!(before.text.as_str(), "every" | "each" | "per")
        || (matches!(before.text.as_str(), "a") && earlier == Some("once"));
    let seconds = time_unit(&clause[i].text).filter(|seconds| is_each && *seconds >= DAY)?;
    let is_other = earlier == Some("twice") || clause.get(i + 1).is_some_and(|next| next.text == "of");
    (!is_other).then(|| (Kind::Time, Manner::Every, seconds, seconds, before.at.start..clause[i].at.end))
}

const DAY: u64 = 24 * 3600;

fn time_unit(word: &str) -> Option<u64> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "second" | "sec" => 1,
        "minute" | "min" => 60,
        "hour" | "hr" => 3600,
        "day" => DAY,
        "week" => 7 * DAY,
        "month" => 30 * DAY,
        "quarter" => 90 * DAY,
        "year" => 365 * DAY,
        _ => return None,
    })
}

/// A unit of time behind a number, with "working" or the like between them.
fn unit_behind(clause: &[Word], i: usize) -> Option<(Kind, u64, usize)> {
    let next = clause.get(i + 1)?;
    let (kind, last) = match next.text.as_str() {
        "working" | "business" => (Kind::WorkingTime, i + 2),
        "calendar" | "consecutive" | "full" | "further" | "more" => (Kind::Time, i + 2),
        _ => (Kind::Time, i + 1),
    };
    Some((kind, time_unit(&clause.get(last)?.text)?, last))
}

/// Something else that is counted, up to four words behind the number.
fn counted_behind(clause: &[Word], i: usize) -> Option<(Kind, u64, usize)> {
    const MIDDLE: [&str; 19] = [
        "failed",
        "wrong",
        "invalid",
        "unsuccessful",
        "incorrect",
        "consecutive",
        "bad",
        "false",
        "previous",
        "last",
        "earlier",
        "old",
        "sign",
        "log",
        "login",
        "logon",
        "password",
        "passwords",
        "are",
    ];
    let mut is_failure = false;
    for (last, word) in clause.iter().enumerate().skip(i + 1).take(4) {
        let kind = match word.text.as_str() {
            "attempts" | "attempt" | "tries" | "failures" | "logins" | "logons" | "signins" => Some(Kind::Attempts),
            "ins" | "ons" if last > i + 1 && matches!(clause[last - 1].text.as_str(), "sign" | "log") => {
                Some(Kind::Attempts)
            }
            "passwords" if is_failure => Some(Kind::Attempts),
            "character" | "characters" => Some(characters(clause)),
            "generations" | "remembered" => Some(Kind::Generations),
            _ => None,
        };
        if let Some(kind) = kind {
            return Some((kind, 1, last));
        }
        is_failure |=
            matches!(word.text.as_str(), "failed" | "wrong" | "invalid" | "incorrect" | "unsuccessful" | "bad");
        if !MIDDLE.contains(&word.text.as_str()) {
            return None;
        }
    }
    None
}

/// Characters in a clause that speaks of change are those that have to differ.
fn characters(clause: &[Word]) -> Kind {
    let of_change = ["differ", "differs", "different", "change", "changed", "changes", "new"];
    let is_change = clause.iter().any(|word| of_change.contains(&word.text.as_str()));
    if is_change { Kind::ChangedCharacters } else { Kind::Characters }
}

/// How a time is said, by what stands up to four words before it and right behind it.
fn manner(clause: &[Word], first: usize, last: usize) -> Manner {
    let behind = clause.get(last + 1).map(|word| word.text.as_str());
    let further = clause.get(last + 2).map(|word| word.text.as_str());
    let is_idle = |word: Option<&str>| matches!(word, Some("idle" | "inactivity" | "inactive" | "without"));
    if is_idle(behind) || (behind == Some("of") && is_idle(further)) {
        return Manner::After;
    }
    for word in clause[first.saturating_sub(4)..first].iter().rev() {
        return match word.text.as_str() {
            "within" | "in" | "under" | "later" => Manner::Within,
            "after" | "exceeds" | "exceed" => Manner::After,
            "for" | "during" => Manner::For,
            "every" | "each" | "per" => Manner::Every,
            "at" | "least" | "most" | "no" | "more" | "than" | "up" | "to" | "about" | "a" | "an" | "the" | "of"
            | "maximum" | "minimum" | "next" | "last" | "another" | "longer" | "less" => continue,
            _ => Manner::Plain,
        };
    }
    if behind == Some("from") { Manner::Within } else { Manner::Plain }
}

fn percent(text: &str, at: &Range<usize>) -> bool {
    let behind = text[at.end..].trim_start();
    behind.starts_with('%')
        || behind.to_lowercase().starts_with("percent")
        || behind.to_lowercase().starts_with("per cent")
}

/// Whether a number is a piece of a longer one: of 1.5, 1,000 or rule 2.1.
fn is_fraction(text: &str, at: &Range<usize>) -> bool {
    let before = text[..at.start].strip_suffix(['.', ',']);
    let behind = text[at.end..].strip_prefix(['.', ',']);
    before.is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
        || behind.is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit()))
}

fn number(word: &str) -> Option<u64> {
    const WORDS: [(&str, u64); 20] = [
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("fourteen", 14),
        ("fifteen", 15),
        ("sixteen", 16),
        ("twenty", 20),
        ("thirty", 30),
        ("forty", 40),
        ("sixty", 60),
        ("ninety", 90),
    ];
    let spelt = WORDS.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
    spelt.or_else(|| word.parse().ok().filter(|number| (1..=1_000_000).contains(number)))
}

/// Words that say nothing about what a clause is about.
const EMPTY: &[&str] = &[
    "a",
    "account",
    "accounts",
    "all",
    "an",
    "and",
    "are",
    "as",
    "at",
    "be",
    "been",
    "before",
    "but",
    "by",
    "can",
    "each",
    "every",
    "for",
    "from",
    "has",
    "have",
    "how",
    "if",
    "in",
    "is",
    "it",
    "its",
    "last",
    "least",
    "less",
    "may",
    "more",
    "most",
    "must",
    "new",
    "no",
    "not",
    "of",
    "on",
    "once",
    "one",
    "only",
    "or",
    "other",
    "our",
    "over",
    "per",
    "shall",
    "so",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "these",
    "they",
    "this",
    "to",
    "until",
    "up",
    "upon",
    "user",
    "users",
    "we",
    "when",
    "where",
    "which",
    "will",
    "with",
    "within",
    "without",
    "after",
    "defined",
    "specified",
    "system",
    "systems",
    "organizational",
    "requirements",
];

/// Stems of the words that say what a clause is about, with one stem for what means the same here.
fn about(clause: &[&Word]) -> BTreeSet<String> {
    let says = |word: &&&Word| {
        let text = word.text.as_str();
        let is_figure =
            number(text).is_some() || time_unit(text).is_some() || text.bytes().any(|byte| byte.is_ascii_digit());
        !EMPTY.contains(&text) && !is_figure
    };
    clause.iter().filter(says).map(|word| alike(&words::stem(&word.text)).to_owned()).collect()
}

fn alike(stem: &str) -> &str {
    match stem {
        "log" | "record" => "record",
        "keep" | "kept" | "retain" | "retention" | "store" | "stor" => "retain",
        "patch" | "fix" | "correct" | "remediat" | "remedi" => "correct",
        "flaw" | "vulnerability" | "vulnerabiliti" => "flaw",
        "lockout" => "lock",
        "idl" | "inactivity" | "inactiv" => "idle",
        other => other,
    }
}

/// Words that make of a rule one for a special case.
const SPECIAL: &[&str] = &[
    "temporary",
    "emergency",
    "guest",
    "guests",
    "visitor",
    "visitors",
    "former",
    "leaver",
    "leavers",
    "privileged",
    "administrator",
    "administrators",
    "administrative",
    "admin",
    "shared",
    "remote",
    "mobile",
    "wireless",
    "default",
    "initial",
    "vendor",
    "vendors",
    "critical",
    "high",
    "medium",
    "moderate",
    "low",
    "searchable",
    "archived",
    "archive",
    "online",
    "offline",
    "backup",
    "backups",
    "minimum",
    "maximum",
    "warning",
    "reset",
    "vpn",
    "phone",
    "phones",
    "laptop",
    "laptops",
    "server",
    "servers",
    "firewall",
    "firewalls",
    "kiosk",
    "printer",
    "printers",
    "contractor",
    "contractors",
    "others",
    "other",
    "rest",
    "exception",
    "exceptions",
    "service",
];

fn qualifiers(clause: &[Word]) -> BTreeSet<String> {
    let special = clause.iter().filter(|word| SPECIAL.contains(&word.text.as_str()));
    special.map(|word| words::stem(&word.text)).collect()
}
