//! The form for the comment of a pull request on GitHub, GitLab or Gitea.

mod escape;
mod items;
mod room;

use self::escape::{code, in_comment};
use self::room::{Block, Rank};
use super::notes::by_level;
use super::{clipped, counted, others, standing_out, verdict};
use crate::model::changes::{Change, Changes, Section};

pub(super) fn form(changes: &Changes, root: &str, most: usize) -> String {
    let marker = marker(root);
    let head = head(changes, root);
    let mut blocks = blocks(changes, root);
    room::fit(&mut blocks, most, |blocks| {
        let body: String = blocks.iter().map(Block::text).collect();
        format!("{marker}{head}{}{body}", cut(blocks, changes))
    })
    .unwrap_or_else(|| smallest(&marker, changes, most))
}

/// By what the comment is found again, one for each root.
fn marker(root: &str) -> String {
    match root.trim_matches('/') {
        "" => "<!-- demarcate-diff -->\n".to_owned(),
        root => format!("<!-- demarcate-diff {} -->\n", in_comment(root)),
    }
}

/// Where there is no room even for the head.
fn smallest(marker: &str, changes: &Changes, most: usize) -> String {
    let rest = format!("The changes do not fit here; {} shows all.\n", code(&verdict::command(changes)));
    let told = format!("{marker}\n{rest}");
    [format!("{marker}\n{}\n{rest}", title(changes)), told, marker.to_owned()]
        .into_iter()
        .find(|text| text.len() <= most)
        .unwrap_or_default()
}

fn head(changes: &Changes, root: &str) -> String {
    let of = if root.is_empty() { String::new() } else { format!("In {}, from ", name(root)) };
    let from = if root.is_empty() { "From " } else { "" };
    let mut about = format!("{of}{from}{}; as of {}.", verdict::sides(changes, name, code), changes.as_of);
    for figure in verdict::figures(changes) {
        about.push_str(&format!(" {}.", capital(&figure)));
    }
    if !changes.with_history {
        about.push_str(" Reviews and acceptances were not looked at.");
    }
    format!("\n{}\n{about}\n", title(changes))
}

fn title(changes: &Changes) -> String {
    let title = verdict::nothing(changes).map_or_else(|| verdict::title(changes), str::to_owned);
    format!("## {}\n", capital(title.trim_end_matches('.')))
}

/// The name of a side or a folder, which may be as long as its author likes.
fn name(text: &str) -> String {
    code(&clipped(text, 100))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The parts of the comment as they stand below each other.
fn blocks(changes: &Changes, root: &str) -> Vec<Block> {
    let mut blocks = vec![unread(changes, root), gravest(changes, root)];
    blocks.extend([approvals(changes), reasons(changes)]);
    blocks.push(ownership(changes, root));
    let sections =
        Section::ALL.into_iter().filter(|section| !matches!(section, Section::Ownership | Section::Documents));
    blocks.extend(sections.map(|section| folded(changes, section, root)));
    blocks.push(documents(changes));
    blocks.extend([findings(changes, root), gone_findings(changes, root)]);
    blocks.retain(|block| !block.items.is_empty());
    blocks
}

fn unread(changes: &Changes, root: &str) -> Block {
    let told = "> [!WARNING]\n> **What could not be read is not compared.**\n>\n";
    let items = changes.unread.iter().map(|unread| items::unread(unread, root)).collect();
    Block::new("could not be read", Rank::Unread, items).open(told.to_owned())
}

fn gravest(changes: &Changes, root: &str) -> Block {
    let all = standing_out(changes);
    Block::new("stand out", Rank::StandsOut, list(&all, root)).headed("What stands out")
}

fn ownership(changes: &Changes, root: &str) -> Block {
    let title = heading(changes, Section::Ownership);
    let rest = others(changes, Section::Ownership);
    Block::new(Section::Ownership.title(), Rank::Ownership, list(&rest, root)).headed(&title)
}

fn folded(changes: &Changes, section: Section, root: &str) -> Block {
    let rest = others(changes, section);
    let title = format!("{}: {}", heading(changes, section), counted(rest.len(), "change"));
    Block::new(section.title(), Rank::Section(section), list(&rest, root)).folded(&title)
}

/// The section's title, and how much of it already stood above.
fn heading(changes: &Changes, section: Section) -> String {
    match changes.of(section).count() - others(changes, section).len() {
        0 => section.title().to_owned(),
        above => format!("{} (besides {above} above)", section.title()),
    }
}

fn list(changes: &[&Change], root: &str) -> Vec<String> {
    changes.iter().map(|change| items::change(change, root)).collect()
}

fn approvals(changes: &Changes) -> Block {
    let asks = verdict::asks(changes);
    let given = asks - changes.missing().count();
    let items = changes.approvals.iter().flat_map(items::approval).collect();
    let title = format!("### Who has to approve: {given} of {asks} given\n");
    let note = "\n<sub>The boxes show what is recorded. Ticking one here approves nothing.</sub>\n";
    Block::new("approvals", Rank::Approvals, items).open(title).closed(note)
}

/// Every reason of what is missing, for whom the first one is not enough.
fn reasons(changes: &Changes) -> Block {
    let items: Vec<String> = changes.missing().filter_map(|(approval, ask)| items::reasons(approval, ask)).collect();
    let title = format!("Every reason, and who may: {}", counted(items.len(), "approval"));
    Block::new("reasons of approvals", Rank::Reasons, items).folded(&title)
}

/// All on one line: which documents they are is all that there is to know of them.
fn documents(changes: &Changes) -> Block {
    let all = others(changes, Section::Documents);
    let items = all.iter().enumerate().map(|(nth, change)| items::document(nth, change)).collect();
    let title = format!("<b>{}</b>: ", heading(changes, Section::Documents));
    Block::new(Section::Documents.title(), Rank::Section(Section::Documents), items).open(title).closed("\n")
}

fn findings(changes: &Changes, root: &str) -> Block {
    let added = changes.findings.as_ref().map(|found| found.added.as_slice()).unwrap_or_default();
    let [denied, warned] = by_level(added);
    let items = added.iter().map(|finding| items::finding(finding, root)).collect();
    let title = format!("What check says anew: {denied} denied, {warned} warned");
    Block::new("said anew by check", Rank::Added, items).folded(&title)
}

fn gone_findings(changes: &Changes, root: &str) -> Block {
    let gone = changes.findings.as_ref().map(|found| found.gone.as_slice()).unwrap_or_default();
    let items = gone.iter().map(|finding| items::finding(finding, root)).collect();
    let title = format!("What check says no more: {}", counted(gone.len(), "diagnostic"));
    Block::new("said no more by check", Rank::Gone, items).folded(&title)
}

/// What was left out, by part, and the command that tells it.
fn cut(blocks: &[Block], changes: &Changes) -> String {
    let of_changes = |block: &&Block| matches!(block.rank, Rank::StandsOut | Rank::Ownership | Rank::Section(_));
    let counts = |these: Vec<&Block>| {
        let left: Vec<String> = these.iter().map(|block| format!("{} {}", block.name, block.left_out())).collect();
        left.join(", ")
    };
    let (ours, others): (Vec<&Block>, Vec<&Block>) =
        blocks.iter().filter(|block| block.left_out() > 0).partition(of_changes);
    let mut parts = Vec::new();
    if !ours.is_empty() {
        let all: usize = ours.iter().map(|block| block.left_out()).sum();
        let are = if all == 1 { "is" } else { "are" };
        parts.push(format!("**{} {are} left out here** ({}).", counted(all, "more change"), counts(ours)));
    }
    if !others.is_empty() {
        parts.push(format!("Left out besides: {}.", counts(others)));
    }
    if parts.is_empty() {
        return String::new();
    }
    format!("\n{} {} shows all.\n", parts.join(" "), code(&verdict::command(changes)))
}
