//! Fixes as a unified diff, as `git apply` takes it.

use std::ops::Range;

use super::usize_of;
use crate::diagnostic::Fix;

/// How many lines stand around a change.
const CONTEXT: usize = 3;

/// Lines that change: which of the old ones, and what stands there afterwards.
struct Change {
    lines: Range<usize>,
    new: String,
}

/// What the fixes of one file would change, with the path as Git writes it; empty if they change nothing.
///
/// The fixes are in the order of their places, and none lies over another.
pub fn unified(path: &str, text: &str, fixes: &[&Fix]) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let changes = changes(text, &lines, fixes);
    if changes.is_empty() {
        return String::new();
    }
    let mut out = format!("--- {}\n+++ {}\n", name("a", path), name("b", path));
    // How many lines more the new side has than the old one above a hunk.
    let mut grown: isize = 0;
    for near in changes.chunk_by(|one, next| next.lines.start - one.lines.end <= 2 * CONTEXT) {
        let (hunk, grows) = hunk(near, &lines, grown);
        out.push_str(&hunk);
        grown += grows;
    }
    out
}

fn changes(text: &str, lines: &[&str], fixes: &[&Fix]) -> Vec<Change> {
    let mut starts = vec![0];
    starts.extend(lines.iter().scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    }));
    let line_of =
        |at: usize| starts.partition_point(|start| *start <= at).saturating_sub(1).min(lines.len().max(1) - 1);
    let mut groups: Vec<(Range<usize>, Vec<&Fix>)> = Vec::new();
    for fix in fixes {
        let (start, end) = (usize_of(fix.span.start), usize_of(fix.span.end));
        let first = line_of(start);
        let takes_end_of_line = end > start && starts.contains(&end) && !starts.contains(&start);
        let last = line_of(if end > start && !takes_end_of_line { end - 1 } else { end });
        match groups.last_mut() {
            Some((lines, group)) if first < lines.end => {
                lines.end = lines.end.max(last + 1);
                group.push(fix);
            }
            _ => groups.push((first..last + 1, vec![fix])),
        }
    }
    let change = |(range, fixes): (Range<usize>, Vec<&Fix>)| {
        let (from, to) = (starts[range.start], starts[range.end.min(lines.len())]);
        let offset = u32::try_from(from).unwrap_or(u32::MAX);
        let moved: Vec<Fix> = fixes.into_iter().map(|fix| moved(fix, offset)).collect();
        let new = super::fixed(&text[from..to], &moved.iter().collect::<Vec<_>>());
        (new != text[from..to]).then_some(Change { lines: range.start..range.end.min(lines.len()), new })
    };
    groups.into_iter().filter_map(change).collect()
}

fn moved(fix: &Fix, offset: u32) -> Fix {
    let mut fix = fix.clone();
    fix.span.start -= offset;
    fix.span.end -= offset;
    fix
}

/// One hunk, and by how many lines its new side is longer.
fn hunk(changes: &[Change], lines: &[&str], grown: isize) -> (String, isize) {
    let first = changes.first().map_or(0, |change| change.lines.start).saturating_sub(CONTEXT);
    let last = (changes.last().map_or(0, |change| change.lines.end) + CONTEXT).min(lines.len());
    let (mut body, mut at, mut grows) = (String::new(), first, 0);
    for change in changes {
        lines[at..change.lines.start].iter().for_each(|line| push(' ', line, &mut body));
        lines[change.lines.clone()].iter().for_each(|line| push('-', line, &mut body));
        change.new.split_inclusive('\n').for_each(|line| push('+', line, &mut body));
        grows += signed(change.new.split_inclusive('\n').count()) - signed(change.lines.len());
        at = change.lines.end;
    }
    lines[at..last].iter().for_each(|line| push(' ', line, &mut body));
    let old = last - first;
    let new = signed(old) + grows;
    let start = |count: isize, first: isize| if count == 0 { first } else { first + 1 };
    let (from, to) = (start(signed(old), signed(first)), start(new, signed(first) + grown));
    (format!("@@ -{from},{old} +{to},{new} @@\n{body}"), grows)
}

fn signed(count: usize) -> isize {
    isize::try_from(count).unwrap_or(isize::MAX)
}

fn push(sign: char, line: &str, out: &mut String) {
    out.push(sign);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

/// A path as Git writes it: what is not plain stands in quotes, its bytes as octal numbers.
fn name(side: &str, path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/+@=".contains(&byte);
    if path.bytes().all(plain) {
        return format!("{side}/{path}");
    }
    let quoted = path.bytes().map(|byte| match byte {
        b' '..=b'~' if !matches!(byte, b'"' | b'\\' | b'#' | b':') => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    });
    format!("\"{side}/{}\"", quoted.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Span;

    fn fix(text: &str, what: &str, new: &str) -> Fix {
        let start = u32::try_from(text.find(what).expect("it stands there")).expect("small");
        let end = start + u32::try_from(what.len()).expect("small");
        Fix::offered(Span { file: 0, start, end }, new)
    }

    #[test]
    fn lines_around_a_change_are_shown_and_those_far_away_are_not() {
        let text = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\n";
        let (one, two) = (fix(text, "b", "B"), fix(text, "m", "M\nMM"));
        let expected = "--- a/x.toml\n+++ b/x.toml\n@@ -1,5 +1,5 @@\n a\n-b\n+B\n c\n d\n e\n@@ -10,5 +10,6 @@\n j\n k\n l\n-m\n+M\n+MM\n n\n";
        assert_eq!(unified("x.toml", text, &[&one, &two]), expected);
    }

    #[test]
    fn a_line_that_goes_and_a_last_line_without_its_end() {
        let text = "a\nb\nc";
        assert_eq!(
            unified("x", text, &[&fix(text, "b\n", ""), &fix(text, "c", "d")]),
            "--- a/x\n+++ b/x\n@@ -1,3 +1,2 @@\n a\n-b\n-c\n\\ No newline at end of file\n+d\n\\ No newline at end of file\n"
        );
        assert_eq!(unified("x", text, &[&fix(text, "b", "b")]), "");
    }

    #[test]
    fn a_name_that_is_not_plain_is_written_as_git_writes_it() {
        assert_eq!(name("a", "evidence/a b/é\n\".toml"), "\"a/evidence/a b/\\303\\251\\012\\042.toml\"");
    }
}
