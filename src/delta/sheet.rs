//! The page of a delta, as Markdown, as HTML and as a note.

use super::said::{Table, Told};
use crate::words::printable;

const TITLE: &str = "What changed since the older bundle";

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;\
                     background:#fff}table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{border:1px solid \
                     #767676;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:break-word}td:last-child{overflow-wrap:anywhere}th{background:#eee}\
                     @media print{body{margin:0;max-width:none;font-size:10pt}tr{break-inside:avoid}}";

/// What a reader has to know first, a sentence each.
fn lead(told: &Told) -> [String; 3] {
    let system = told.system.as_ref().map(|system| format!(", {system}")).unwrap_or_default();
    let [before, after] = &told.as_of;
    let [from, to] = &told.commit;
    [
        format!("{}{system}: from {before} (commit {from}) to {after} (commit {to}).", told.organization),
        format!(
            "Of the newer bundle it holds {} files. {} of the older one are as they were, and are named by their digests in \
             manifest.json; {} are no more.",
            told.held, told.unchanged, told.removed
        ),
        format!("The older bundle is the one whose SHA256SUMS has the SHA-256 {}.", told.sums),
    ]
}

/// The note before the guide for people, broken to 100 columns.
pub(super) fn note(told: &Told) -> String {
    let text = format!(
        "THIS IS A DELTA: it holds only what is new or changed since an older bundle, and documents/delta.html says what \
         that is and why. {} Keep both: laid over a copy of the older one, every link of its pages works.",
        lead(told).join(" ")
    );
    let mut lines = vec![String::new()];
    for word in printable(&text).split_whitespace() {
        let last = lines.last_mut().expect("there is a line");
        if !last.is_empty() && last.chars().count() + word.chars().count() > 99 {
            lines.push(word.to_owned());
        } else {
            last.push_str(if last.is_empty() { "" } else { " " });
            last.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}

pub(super) fn markdown(told: &Told) -> String {
    let mut text = format!("# {TITLE}\n");
    for sentence in lead(told) {
        text.push_str(&format!("\n{}\n", plain(&sentence)));
    }
    for table in &told.tables {
        text.push_str(&format!("\n## {}\n\n", table.title));
        if table.rows.is_empty() {
            text.push_str(&format!("{}\n", table.nothing));
        } else {
            table_of(table, &mut text);
        }
    }
    text
}

fn table_of(table: &Table, text: &mut String) {
    let mut line = |cells: Vec<String>| text.push_str(&format!("| {} |\n", cells.join(" | ")));
    line(table.header.iter().map(|cell| (*cell).to_owned()).collect());
    line(table.header.iter().map(|_| "---".to_owned()).collect());
    for row in &table.rows {
        line(row.iter().map(|cell| plain(cell)).collect());
    }
}

/// Text in which nothing means anything to Markdown, on one line.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in printable(text).split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

pub(super) fn html(told: &Told) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{TITLE}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{TITLE}</h1>\n"
    );
    for sentence in lead(told) {
        page.push_str(&format!("<p>{}</p>\n", inert(&sentence)));
    }
    for table in &told.tables {
        page.push_str(&format!("<h2>{}</h2>\n", table.title));
        if table.rows.is_empty() {
            page.push_str(&format!("<p>{}</p>\n", table.nothing));
        } else {
            rows_of(table, &mut page);
        }
    }
    page + "</main>\n</body>\n</html>\n"
}

fn rows_of(table: &Table, page: &mut String) {
    page.push_str("<table>\n<thead><tr>");
    for cell in &table.header {
        page.push_str(&format!("<th scope=\"col\">{cell}</th>"));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        page.push_str("<tr>");
        for cell in row {
            page.push_str(&format!("<td>{}</td>", inert(cell)));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n</table>\n");
}

/// Text that is no markup.
fn inert(text: &str) -> String {
    let mut out = String::new();
    for c in printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
