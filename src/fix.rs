//! Mechanical answers put into files: each file is written beside and renamed.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use crate::diagnostic::{Diagnostic, Fix};
use crate::failure::Failure;
use crate::source::Files;

/// Puts every fix into the files of `root` and gives their number; of two that overlap, the first by place is put in.
pub fn apply(diagnostics: &[Diagnostic], files: &Files, root: &Path) -> Result<usize, Failure> {
    let mut by_file: BTreeMap<u32, Vec<&Fix>> = BTreeMap::new();
    for fix in diagnostics.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()) {
        by_file.entry(fix.span.file).or_default().push(fix);
    }
    let mut count = 0;
    for (file, mut fixes) in by_file {
        let Some(source) = files.get(file) else { continue };
        fixes.sort_by_key(|fix| fix.span);
        let (text, applied) = fixed(&source.text, &fixes);
        write(&root.join(&source.path), text.as_bytes())?;
        count += applied;
    }
    Ok(count)
}

/// The text with these fixes, sorted by place, put in.
pub fn fixed(text: &str, fixes: &[&Fix]) -> (String, usize) {
    let (mut out, mut at, mut applied) = (String::new(), 0, 0);
    for fix in fixes {
        let (start, end) = (usize_of(fix.span.start), usize_of(fix.span.end));
        if start < at || end > text.len() || (start == at && applied > 0 && start == end) {
            continue;
        }
        out.push_str(&text[at..start]);
        out.push_str(&fix.replacement);
        at = end;
        applied += 1;
    }
    out.push_str(&text[at..]);
    (out, applied)
}

fn usize_of(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
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
