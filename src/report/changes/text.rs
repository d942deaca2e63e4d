//! The form for a terminal. The door to `anstyle`.

mod lines;

use anstyle::{AnsiColor, Style};

use self::lines::{Ink, Piece, wrapped};
use super::notes::{asked, by_level};
use super::{counted, others, sentence, short, standing_out, verdict};
use crate::model::changes::{Approval, Ask, Change, Changes, Finding, Mark, Section, Spot, Stretch, Unread};

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

pub(super) fn form(changes: &Changes, colors: bool) -> String {
    let ink = Ink { colors };
    let mut parts = vec![head(changes, ink)];
    parts.push(part(ink, "Could not be read", &changes.unread, |unread| of_unread(ink, unread)));
    let gravest = standing_out(changes);
    parts.push(part(ink, "What stands out", &gravest, |change| of_change(ink, change)));
    parts.extend(Section::ALL.map(|section| of_section(changes, section, ink)));
    parts.push(approvals(changes, ink));
    parts.push(findings(changes, ink));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

pub(super) fn paragraphs(changes: &[Change], colors: bool) -> String {
    let ink = Ink { colors };
    changes.iter().map(|change| of_change(ink, change)).collect::<Vec<_>>().concat()
}

fn head(changes: &Changes, ink: Ink) -> String {
    let sides = verdict::sides(changes, str::to_owned, str::to_owned);
    let title = verdict::nothing(changes).map_or_else(|| verdict::title(changes), str::to_owned);
    let mut out = wrapped(ink, "", 2, &[(BOLD, &title)]);
    let mut about = vec![format!("from {sides}")];
    about.extend(verdict::figures(changes));
    about.push(format!("as of {}", changes.as_of));
    out.push_str(&wrapped(ink, "", 2, &[(PLAIN, &about.join("; "))]));
    if !changes.with_history {
        out.push_str(&wrapped(ink, "", 2, &[(YELLOW, "reviews and acceptances were not looked at")]));
    }
    out
}

/// A heading and a paragraph for each thing; nothing if there is none.
fn part<T>(ink: Ink, title: &str, all: &[T], paragraph: impl Fn(&T) -> String) -> String {
    if all.is_empty() {
        return String::new();
    }
    let paragraphs: String = all.iter().map(paragraph).collect();
    format!("{}\n{paragraphs}", ink.on(BOLD, title))
}

fn of_section(changes: &Changes, section: Section, ink: Ink) -> String {
    let others = others(changes, section);
    let above = changes.of(section).count() - others.len();
    let title = match above {
        0 => section.title().to_owned(),
        above => format!("{} ({above} above)", section.title()),
    };
    part(ink, &title, &others, |change| of_change(ink, change))
}

fn of_unread(ink: Ink, unread: &Unread) -> String {
    let place = format!("{}: {}:", unread.side, place(&unread.spot));
    let mut out = wrapped(ink, "  ", 4, &[(BOLD, &place), (PLAIN, " "), (PLAIN, &unread.message)]);
    out.push_str(&help(ink, &unread.help));
    out
}

fn help(ink: Ink, help: &str) -> String {
    if help.is_empty() { String::new() } else { wrapped(ink, "    help: ", 10, &[(PLAIN, help)]) }
}

/// Path, line and column, as far as they are known.
fn place(spot: &Spot) -> String {
    let line = spot.line.map(|line| format!(":{line}")).unwrap_or_default();
    let column = spot.column.filter(|_| spot.line.is_some()).map(|column| format!(":{column}")).unwrap_or_default();
    format!("{}{line}{column}", spot.path)
}

fn of_change(ink: Ink, change: &Change) -> String {
    let sentence = sentence(change);
    let mut out = wrapped(ink, "  ", 4, &[(BOLD, &change.subject), (BOLD, ":"), (PLAIN, " "), (PLAIN, &sentence)]);
    for follows in &change.follows {
        out.push_str(&wrapped(ink, "    - ", 6, &[(PLAIN, follows)]));
    }
    out.push_str(&words(ink, &change.words));
    if let Some(spot) = &change.spot {
        let gone = if spot.gone { "before: " } else { "" };
        out.push_str(&wrapped(ink, "    ", 6, &[(FAINT, &format!("{gone}{}", place(spot)))]));
    }
    out
}

/// Prose by word: what went is red, what came is green; without colors both stand in brackets.
fn words(ink: Ink, words: &[Stretch]) -> String {
    let marked: Vec<(Style, String)> = words.iter().map(|stretch| marked(ink, stretch)).collect();
    let pieces: Vec<Piece<'_>> = marked.iter().map(|(style, text)| (*style, text.as_str())).collect();
    if pieces.is_empty() { String::new() } else { wrapped(ink, "    ", 4, &pieces) }
}

fn marked(ink: Ink, stretch: &Stretch) -> (Style, String) {
    let text = &stretch.text;
    match stretch.mark {
        Mark::Same => (PLAIN, text.clone()),
        Mark::Dropped if ink.colors => (RED.strikethrough(), text.clone()),
        Mark::Added if ink.colors => (GREEN, text.clone()),
        Mark::Dropped => (PLAIN, bracketed(text, "[-", "-]")),
        Mark::Added => (PLAIN, bracketed(text, "{+", "+}")),
        Mark::Omitted => (FAINT, format!(" [... {} ...] ", super::omitted(text))),
    }
}

/// Signs around a text, inside the spaces that surround it.
fn bracketed(text: &str, open: &str, close: &str) -> String {
    let core = text.trim();
    match text.find(core) {
        Some(at) if !core.is_empty() => format!("{}{open}{core}{close}{}", &text[..at], &text[at + core.len()..]),
        _ => text.to_owned(),
    }
}

fn approvals(changes: &Changes, ink: Ink) -> String {
    let asks = verdict::asks(changes);
    let given = asks - changes.missing().count();
    part(ink, &format!("Who has to approve ({given} of {asks} given)"), &changes.approvals, |of| approval(ink, of))
}

fn approval(ink: Ink, approval: &Approval) -> String {
    let name = if approval.name == approval.party || approval.name.is_empty() {
        approval.party.clone()
    } else {
        format!("{} ({})", approval.name, approval.party)
    };
    let missing = approval.asks.iter().filter(|ask| ask.given.is_none());
    let given = approval.asks.iter().filter(|ask| ask.given.is_some());
    let asks: String = missing.chain(given).map(|ask| of_ask(ink, ask)).collect();
    wrapped(ink, "  ", 4, &[(BOLD, &name)]) + &asks
}

fn of_ask(ink: Ink, ask: &Ask) -> String {
    let subject = asked(&ask.subject);
    if let Some(given) = &ask.given {
        let at = short(&given.commit).map(|commit| format!(", {commit}")).unwrap_or_default();
        let by = format!("{subject}: given by {} ({}{at})", given.by, given.grade);
        return wrapped(ink, &format!("    {}    ", ink.on(GREEN, "given")), 13, &[(PLAIN, &by)]);
    }
    let mut out = wrapped(ink, &format!("    {}  ", ink.on(RED, "missing")), 13, &[(BOLD, subject)]);
    let mut tell = |lead: &str, text: &str| {
        let pieces = [(FAINT, lead), (PLAIN, " "), (PLAIN, text)];
        out.push_str(&wrapped(ink, "             ", 15, if lead.is_empty() { &pieces[2..] } else { &pieces }));
    };
    ask.why.iter().for_each(|why| tell("", ask.reason(why)));
    if !ask.who.is_empty() {
        tell("who may:", &ask.who.join("; "));
    }
    if !ask.how.is_empty() {
        tell("record it:", &ask.how);
    }
    ask.refused.iter().for_each(|refused| tell("does not count:", refused));
    out
}

fn findings(changes: &Changes, ink: Ink) -> String {
    let Some(found) = &changes.findings else {
        return String::new();
    };
    let [denied, warned] = by_level(&found.added);
    let title = format!("What check says anew ({denied} denied, {warned} warned)");
    let mut out = part(ink, &title, &found.added, |finding| of_finding(ink, finding));
    if !found.gone.is_empty() {
        let gone = counted(found.gone.len(), "diagnostic");
        out.push_str(&wrapped(ink, "", 2, &[(PLAIN, &format!("{gone} of before no longer shown by check"))]));
    }
    out
}

fn of_finding(ink: Ink, finding: &Finding) -> String {
    let color = if finding.level == "deny" { RED } else { YELLOW };
    let rule = format!("{}[{}]:", finding.level, finding.rule);
    let mut out = wrapped(ink, "  ", 4, &[(color, &rule), (PLAIN, " "), (PLAIN, &finding.message)]);
    out.push_str(&help(ink, &finding.help));
    out.push_str(&wrapped(ink, "    ", 6, &[(FAINT, &place(&finding.spot))]));
    out
}
