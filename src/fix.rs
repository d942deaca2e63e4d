//! Mechanical answers put into files: each file is written beside and renamed.

pub mod patch;

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::path::Path;

use crate::diagnostic::Fix;
use crate::failure::Failure;

/// The fixes of each file in the order of their places; of two that overlap, the first is kept.
pub fn by_file<'a>(fixes: impl Iterator<Item = &'a Fix>) -> BTreeMap<u32, Vec<&'a Fix>> {
    let mut all: Vec<&Fix> = fixes.collect();
    all.sort_by_key(|fix| fix.span);
    let mut kept: BTreeMap<u32, Vec<&Fix>> = BTreeMap::new();
    for fix in all {
        let of_file = kept.entry(fix.span.file).or_default();
        let is_free = |last: &&Fix| last.span.end <= fix.span.start && last.span.start < fix.span.start;
        if of_file.last().is_none_or(is_free) {
            of_file.push(fix);
        }
    }
    kept
}

/// The text with these fixes of one file, in the order of their places and none over another, put in; a value keeps the
/// quotes that stand there.
pub fn fixed(text: &str, fixes: &[&Fix]) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for fix in fixes {
        let (start, end) = (usize_of(fix.span.start), usize_of(fix.span.end));
        let (Some(before), Some(old)) = (text.get(at..start), text.get(start..end)) else { continue };
        out.push_str(before);
        out.push_str(&in_quotes_of(old, &fix.replacement));
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

/// A replacement in the quotes of what it replaces, if it can stand in them.
pub fn in_quotes_of(old: &str, new: &str) -> String {
    let plain = new.strip_prefix('"').and_then(|new| new.strip_suffix('"')).unwrap_or(new);
    let is_simple = !plain.contains(['\'', '"', '\\', '\n']);
    match old.chars().next() {
        Some(quote @ ('\'' | '"')) if is_simple && !plain.is_empty() => format!("{quote}{plain}{quote}"),
        _ => new.to_owned(),
    }
}

fn usize_of(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// The table in double brackets, `header`, that a byte stands in: up to the next header and the comments above that.
pub fn table_around(text: &str, header: &str, at: u32) -> Option<Range<u32>> {
    let before = text.get(..usize_of(at))?;
    let start = before.rfind(header).filter(|start| *start == 0 || text[..*start].ends_with('\n'))?;
    let rest = &text[start + header.len()..];
    let next = rest.find("\n[").map_or(text.len(), |next| start + header.len() + next + 1);
    let block = text.get(start..next)?;
    // In a long text a line may begin as a header does.
    if next < usize_of(at) || block.contains("\"\"\"") || block.contains("'''") {
        return None;
    }
    let lines: Vec<&str> = block.split_inclusive('\n').collect();
    let of_next = lines.iter().rev().take_while(|line| line.starts_with('#')).map(|line| line.len()).sum::<usize>();
    let of_next = if next < text.len() { of_next } else { 0 };
    Some(u32::try_from(start).ok()?..u32::try_from(next - of_next).ok()?)
}

/// Why a file was left as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// Somebody wrote it after it was read.
    Changed,
    /// It may not be written.
    ReadOnly,
    /// It is a link out of the repository.
    Elsewhere,
    /// It has other names, under which the old text would stay.
    Linked,
}

impl Refused {
    /// The reason, to stand behind the path.
    pub fn words(self) -> &'static str {
        match self {
            Self::Changed => "was written by somebody else in the meantime",
            Self::ReadOnly => "is read-only",
            Self::Elsewhere => "is a link that leaves the repository",
            Self::Linked => "has another name, a hard link, under which the old text would stay",
        }
    }
}

/// Puts another text in the place of the one that was read; of a link the file that it leads to, if that is within
/// `top`.
///
/// # Errors
///
/// If the file cannot be read or written.
pub fn replace(path: &Path, before: &str, after: &str, top: &Path) -> Result<Option<Refused>, Failure> {
    let failed = |error: std::io::Error| Failure::io("write", path, &error);
    let target = path.canonicalize().map_err(failed)?;
    if !target.starts_with(top.canonicalize().map_err(failed)?) {
        return Ok(Some(Refused::Elsewhere));
    }
    let metadata = target.metadata().map_err(failed)?;
    if metadata.permissions().readonly() {
        return Ok(Some(Refused::ReadOnly));
    }
    if has_other_names(&metadata) {
        return Ok(Some(Refused::Linked));
    }
    if std::fs::read(&target).map_err(failed)? != before.as_bytes() {
        return Ok(Some(Refused::Changed));
    }
    write(&target, after.as_bytes())?;
    Ok(None)
}

/// Whether a file stands under more names than one.
#[cfg(unix)]
fn has_other_names(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

/// Elsewhere nobody says so.
#[cfg(not(unix))]
fn has_other_names(_: &std::fs::Metadata) -> bool {
    false
}

/// Writes a file beside its place and renames it, so that nobody sees half of it.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| Failure::io("create", folder, &error))?;
    let failed = |error: std::io::Error| Failure::io("write", path, &error);
    let mut file = tempfile::Builder::new().prefix(".demarcate-").tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    if let Ok(metadata) = path.metadata() {
        file.as_file().set_permissions(metadata.permissions()).map_err(failed)?;
    } else {
        readable_by_all(file.as_file()).map_err(failed)?;
    }
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A new file is readable by all, as an editor would leave it.
#[cfg(unix)]
fn readable_by_all(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

/// A new file keeps what the folder gives it.
#[cfg(not(unix))]
fn readable_by_all(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
