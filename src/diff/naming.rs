//! How tables and keys are called where a difference is told, and how a value that moved is put in words.

use super::tables::{Row, Turn, words_of};
use crate::model::changes::What;
use crate::table::{Kind, Shape, Told};

/// How a table that stands once is called.
pub(super) enum Noun {
    /// It is spoken of as the thing around it.
    Unsaid,
    /// By this word.
    Said(&'static str),
}

/// How a table that stands once is called.
pub(super) fn noun(shape: &str) -> Noun {
    match shape {
        "Contract" => Noun::Said("contract"),
        "Organization" => Noun::Said("organization"),
        "System" => Noun::Said("system"),
        "AssessmentFacts" => Noun::Said("assessment"),
        "ReviewPolicy" => Noun::Said("review policy"),
        _ => Noun::Unsaid,
    }
}

/// What one of several tables is called, without its name.
fn kind_of(shape: &Shape) -> &'static str {
    match shape.name {
        "Contact" => "contact",
        "Service" => "service",
        "Clause" => "clause",
        "ProviderPerson" | "Person" => "person",
        "Access" => "access",
        "Connection" | "SystemConnection" => "connection",
        "Role" => "role",
        "Allow" => "allow of",
        "Group" => "group",
        "Exempt" => "exemption of",
        "Asset" => "asset",
        "Decision" => "decision of",
        "Module" => "cryptographic module",
        "CryptoUse" => "use for",
        "PhaseDuty" => "phase",
        "Handoff" => "handoff",
        "Reporter" => "reporter",
        "Authority" => "authority",
        "Milestone" => "milestone",
        "CrmRow" => "statement on",
        "SspChange" => "SSP change of",
        "Poam" => "POA&M item",
        "Exception" => "exception",
        "Provider" => "provider",
        _ => "table",
    }
}

/// The keys that tell a table from others of its list.
pub(super) fn identity(shape: &Shape) -> Vec<&'static str> {
    let fixed: &[&'static str] = match shape.name {
        "Contact" | "ProviderPerson" | "Authority" => &["name"],
        "PhaseDuty" => &["phase", "party"],
        "Reporter" => &["person"],
        "Milestone" => &["title"],
        "Exempt" => &["from"],
        "Decision" => &["date", "change"],
        "SspChange" => &["date", "description"],
        "Allow" => &["rule", "in"],
        "CryptoUse" => &["protects"],
        "CrmRow" => &["for", "service"],
        _ => &[],
    };
    if !fixed.is_empty() {
        return fixed.to_vec();
    }
    shape.keys.iter().filter(|key| matches!(key.kind, Kind::Id)).map(|key| key.name).collect()
}

/// Keys that tell that a table is the same although it is called otherwise.
#[allow(clippy::match_same_arms, reason = "a line for each table, in the order of the files")]
fn sure(shape: &Shape) -> &'static [&'static str] {
    match shape.name {
        "ProviderPerson" | "Person" => &["email"],
        "Contact" => &["email", "phone"],
        "Milestone" => &["due", "by"],
        "Exempt" => &["reason"],
        "Decision" => &["change"],
        "SspChange" => &["description"],
        "Authority" => &["contact"],
        "Module" => &["certificate"],
        "CrmRow" => &["provider-does"],
        "CryptoUse" => &["objectives"],
        "Allow" => &["reason"],
        _ => &["title", "says"],
    }
}

/// What two tables share that are one under two names.
pub(super) fn marks(row: &Row<'_>, shape: &Shape) -> Vec<String> {
    let said = |key: &&str| {
        let words = row.words(key);
        (!words.is_empty()).then(|| format!("{key} {}", words.join("\n")))
    };
    let found: Vec<String> = sure(shape).iter().filter_map(said).collect();
    if found.is_empty() { vec![row.summary()] } else { found }
}

/// Whether two tables are surely one under two names.
pub(super) fn is_sure(one: &Row<'_>, other: &Row<'_>, shape: &Shape) -> bool {
    let same = |key: &&str| !one.words(key).is_empty() && one.words(key) == other.words(key);
    match shape.name {
        // An allow of another rule, or a step on the same day, is another one.
        "Allow" => one.word("rule") == other.word("rule") && same(&"reason"),
        "Milestone" => false,
        _ => sure(shape).iter().any(same),
    }
}

/// The name of a table of a list.
pub(super) fn name(row: &Row<'_>) -> String {
    let words: Vec<&str> = identity(row.shape).iter().flat_map(|key| row.words(key)).collect();
    match row.shape.name {
        "PhaseDuty" => words.join(" of "),
        "Allow" => words.join(" in "),
        "CrmRow" | "Exempt" => listed(&words),
        "Decision" | "SspChange" => words.first().map(|day| (*day).to_owned()).unwrap_or_default(),
        _ => short(&words.join(", ")),
    }
}

/// What a table of a list is called.
pub(super) fn label(row: &Row<'_>) -> String {
    format!("{} {}", kind_of(row.shape), name(row))
}

/// What became of a table that came or went.
pub(super) fn word_of(shape: &str, what: What) -> &'static str {
    match (shape, what) {
        ("ProviderPerson" | "Person", What::Removed) => "left",
        ("Poam", What::Added) => "opened",
        (_, What::Added) => "added",
        _ => "dropped",
    }
}

/// Keys whose order says something: the first address is the one to write to.
pub(super) fn is_ordered(shape: &str, key: &str) -> bool {
    (shape, key) == ("Person", "email")
}

/// Keys whose change is a renaming.
pub(super) fn is_name(shape: &str, key: &str) -> bool {
    matches!((shape, key), ("Provider" | "Organization" | "System" | "Person" | "Module", "name"))
}

/// Keys that are prose and nothing else.
pub(super) fn is_prose(shape: &str, key: &str) -> bool {
    matches!((shape, key), ("Provider" | "Group", "description") | ("System", "purpose" | "topology" | "maintenance"))
}

/// How a key is called.
#[allow(clippy::match_same_arms, reason = "a line for each table, in the order of the files")]
pub(super) fn phrase(shape: &str, key: &str) -> String {
    let known = match (shape, key) {
        ("Contract" | "Access", "until") => "last day",
        ("Contract", "from") => "first day",
        ("Clause", "at") => "place in the contract",
        ("Clause", "instead") => "what stands for it",
        ("Clause" | "Handoff" | "Authority", "within") => "time limit",
        ("Provider", "via") => "reached through",
        ("Provider", "esp") => "external service provider",
        ("Provider", "approved") => "approved as a fourth party on",
        ("Provider", "us-persons") => "attestation of U.S. persons",
        ("Service", "data") => "data on it",
        ("Service", "authorization-until") => "last day of the authorization",
        ("Service", "changed") => "last changed on",
        ("Access", "review-every") => "reviewed every",
        ("Access", "review-by") => "reviewed by",
        ("Access", "review-last") => "last review",
        ("Connection", "with") => "other party",
        ("Connection" | "SystemConnection", "data") => "what flows",
        ("Connection" | "SystemConnection", "flow") => "direction",
        ("Accounts", "github") => "account at GitHub",
        ("Accounts", "gitlab") => "account at GitLab",
        ("Accounts", "gitea") => "account at Gitea",
        ("Accounts", "azure") => "account at Azure DevOps",
        ("Config", "extends") => "extended root",
        ("System", "cmmc-uid") => "CMMC UID",
        ("System", "ssp-version") => "SSP version",
        ("System", "ssp-date") => "SSP date",
        ("System", "ssp-every") => "SSP updated every",
        ("Organization", "cage") => "CAGE codes",
        ("Organization", "uei") => "UEI",
        ("ReviewPolicy", "accept") => "grades that count",
        ("ReviewPolicy", "forge") => "keys of a forge",
        ("Role", "reviews") => "what it may review",
        ("Person", "party") => "works for",
        ("Person", "email") => "addresses",
        ("Handoff", "matter") => "about",
        ("Handoff", "from") => "handed over by",
        ("Handoff", "to") => "taken over by",
        ("Handoff", "to-role") => "taken over by the role",
        ("Handoff", "test-every") => "tested every",
        ("Handoff", "last") => "last test",
        ("Handoff", "record") => "record of the test",
        ("Reporter", "certificate-until") => "last day of the certificate",
        ("PhaseDuty", "by") => "role",
        ("Authority", "about") => "what it is told",
        ("Authority" | "Module", "checked") => "last checked",
        ("Asset", "count") => "how many",
        ("Module", "status") => "certificate is",
        ("Module", "sunset") => "certificate becomes historical on",
        ("Module", "party") => "whose",
        ("Poam", "due") => "to be closed by",
        ("Poam", "closed") => "closed on",
        ("Poam", "found") => "found on",
        ("Poam", "party") => "owned by",
        ("Poam", "owner") => "answered for by",
        ("Milestone", "due") => "to be done by",
        ("Milestone", "done") => "done on",
        ("Milestone", "by") => "done by",
        ("Exception", "approved") => "approved on",
        ("Exception", "until") => "to be looked at again on",
        ("Exception" | "Poam", "objectives") => "objectives",
        ("Allow", "until") => "last day",
        ("CrmRow", "provider-does") => "what the provider says it does",
        ("CrmRow", "customer-does") => "what the customer is to do",
        ("CrmRow", "cell") => "cell of the source",
        ("CrmRow", "verbatim") => "words of the source",
        ("ProviderCrm", "edition") => "edition",
        ("ProviderCrm", "date") => "date of the edition",
        _ => return key.replace('-', " "),
    };
    known.to_owned()
}

/// How a key that says yes or no is told: its word for yes, that for no, and what is meant where it is unsaid.
fn yes_or_no(shape: &str, key: &str) -> (&'static str, &'static str, bool) {
    match (shape, key) {
        ("Group", "in-scope") => ("in scope", "out of scope", true),
        ("ProviderPerson", "accepts") => ("may accept duties", "may not accept duties", false),
        ("Provider", "esp") => ("an external service provider", "no external service provider", true),
        ("Service", "inside-boundary") => ("inside the authorized boundary", "outside the authorized boundary", false),
        ("System", "itar") => ("handles ITAR technical data", "handles no ITAR technical data", false),
        ("Reporter", "deputy") => ("the deputy", "not the deputy", false),
        ("ReviewPolicy", "independence") => {
            ("the reviewer must be somebody else than the last author", "the reviewer may be the last author", false)
        }
        _ => ("yes", "no", false),
    }
}

/// Whether a value of yes or no holds, said or unsaid.
pub(super) fn holds(shape: &str, key: &str, told: &Told<'_>) -> bool {
    match words_of(told).first() {
        Some(word) => *word == "true",
        None => yes_or_no(shape, key).2,
    }
}

fn is_flag(told: &Told<'_>) -> bool {
    matches!(told, Told::Word(word, _) if matches!(word.as_ref(), "true" | "false"))
}

/// A value with what it is, as a summary says it.
pub(super) fn value_of(shape: &str, key: &str, told: &Told<'_>) -> Option<String> {
    if is_flag(told) {
        let (yes, no, _) = yes_or_no(shape, key);
        return Some(if holds(shape, key, told) { yes } else { no }.to_owned());
    }
    let word = words_of(told).first().map(|word| short(word))?;
    Some(match key {
        "name" | "title" | "kind" | "status" | "category" | "duty" | "reason" | "description" | "says" | "decided" => {
            word
        }
        _ => format!("{} {word}", phrase(shape, key)),
    })
}

/// What became of a single value.
pub(super) fn sentence(turn: &Turn<'_>) -> String {
    if is_flag(turn.before) || is_flag(turn.after) {
        return flag(turn);
    }
    let (before, after) = (words_of(turn.before).first().copied(), words_of(turn.after).first().copied());
    let phrase = phrase_of(turn);
    match (before, after) {
        (Some(old), Some(new)) if is_name(turn.shape, turn.key) => format!("renamed {} to {}", short(old), short(new)),
        (Some(old), Some(new)) if old.chars().count().max(new.chars().count()) > QUOTED => format!("{phrase} reworded"),
        (before, after) => format!("{phrase} {}", moved(before, after)),
    }
}

/// A key as called here: the limit of a clause is that of what the clause is about.
fn phrase_of(turn: &Turn<'_>) -> String {
    let kind = turn.new.or(turn.old).and_then(|row| row.word("kind"));
    match (turn.shape, turn.key, kind) {
        ("Clause", "within", Some("incident-notification")) => "notification limit".to_owned(),
        ("Clause", "within", Some("evidence")) => "limit for evidence".to_owned(),
        _ => phrase(turn.shape, turn.key),
    }
}

fn flag(turn: &Turn<'_>) -> String {
    let (yes, no, _) = yes_or_no(turn.shape, turn.key);
    let (before, after) = (holds(turn.shape, turn.key, turn.before), holds(turn.shape, turn.key, turn.after));
    let said = if after { yes } else { no };
    let plain = if yes == "yes" { format!("{} {said}", phrase(turn.shape, turn.key)) } else { said.to_owned() };
    match before == after {
        true if matches!(turn.after, Told::Nothing) => format!("{plain}, no longer said"),
        true => format!("{plain}, as before, and now said"),
        false => format!("now {plain}"),
    }
}

/// A value that came, went or is another one.
pub(super) fn moved(before: Option<&str>, after: Option<&str>) -> String {
    match (before, after) {
        (Some(old), Some(new)) if is_brief(old) && is_brief(new) => format!("{old} to {new}"),
        (Some(old), Some(new)) => format!("{}, was {}", quoted(new), quoted(old)),
        (None, Some(new)) => format!("{} added", shown(new)),
        (Some(old), None) => format!("{} dropped", shown(old)),
        (None, None) => "unsaid".to_owned(),
    }
}

/// Whether a value stands in a sentence without quotation marks.
fn is_brief(text: &str) -> bool {
    text.chars().count() <= 40 && text.split_whitespace().count() <= 4 && !text.contains(['\n', '"'])
}

fn shown(text: &str) -> String {
    if is_brief(text) { text.to_owned() } else { quoted(text) }
}

/// The longest stretch of somebody's words that is quoted, in characters.
const QUOTED: usize = 160;

/// Somebody's words, shortened, on one line.
fn quoted(text: &str) -> String {
    format!("\"{}\"", cut(text, QUOTED))
}

/// A name or value in a few words.
pub(super) fn short(text: &str) -> String {
    cut(text, 80)
}

fn cut(text: &str, most: usize) -> String {
    let one: String = text.split_whitespace().take(most).collect::<Vec<_>>().join(" ");
    if one.chars().count() <= most {
        return one;
    }
    let kept: String = one.chars().take(most - 1).collect();
    format!("{}\u{2026}", kept.trim_end())
}

/// How many of a list are named.
const NAMED: usize = 6;

/// Several values; of many the first.
pub(super) fn listed(words: &[&str]) -> String {
    let shown: Vec<String> = words.iter().take(NAMED).map(|word| short(word)).collect();
    match (words.len().saturating_sub(NAMED), shown.as_slice()) {
        (0, [head @ .., last]) if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        (0, shown) => shown.join(", "),
        (more, shown) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Whether words are told one by one.
pub(super) fn is_long(before: Option<&str>, after: Option<&str>) -> bool {
    let words = |text: Option<&str>| text.map_or(0, |text| text.split_whitespace().take(WORDS + 1).count());
    before.is_some() && after.is_some() && words(before).max(words(after)) > WORDS
}

/// The most words of a text that is told as a whole.
const WORDS: usize = 8;
