//! The files of the trust folder, as far as people should know what is wrong with them; who is trusted follows from
//! the log.

use crate::diagnostic::{Diagnostic, Place};
use crate::ids::{Span, Spanned};
use crate::model::provider::Provider;
use crate::signature::{self, Entry, Keyring, Revoked, Signers};

/// What is wrong with a list of allowed signers.
pub(super) fn of_signers(text: &str, file: u32) -> Vec<Diagnostic> {
    let signers = Signers::read(text.as_bytes());
    let mut found: Vec<Diagnostic> = signers.problems.iter().map(|problem| broken(problem, file)).collect();
    let is_wild = |entry: &&Entry| !entry.authority && entry.principals.is_wild();
    found.extend(signers.entries.iter().filter(is_wild).map(|entry| wild(entry, file)));
    for (number, entry) in signers.entries.iter().enumerate() {
        found.extend(signers.entries[..number].iter().find_map(|other| contradiction(other, entry, file)));
    }
    found
}

fn wild(entry: &Entry, file: u32) -> Diagnostic {
    let message = format!("a key is trusted for `{}`, which is whoever it says it is", entry.principals.as_str());
    Diagnostic::new("wildcard-principal", message, span(&entry.place, file))
        .label("a pattern")
        .help("name the address of the one person who holds the key; only a `cert-authority` may stand for many")
}

/// Two lines that trust one key at different times: only the first of them is asked.
fn contradiction(other: &Entry, entry: &Entry, file: u32) -> Option<Diagnostic> {
    let is_same = other.key == entry.key && other.authority == entry.authority && other.principals == entry.principals;
    let is_same_window = (other.valid_after, other.valid_before) == (entry.valid_after, entry.valid_before);
    if !is_same || is_same_window || other.namespaces != entry.namespaces {
        return None;
    }
    let message = format!(
        "line {} trusts the same key at another time; only the first line that lists a key is asked",
        other.line
    );
    Some(
        Diagnostic::new("broken-trust", message, span(&entry.place, file))
            .label("the second line")
            .help("keep one line for each key"),
    )
}

/// A file or folder that says whose word counts, and is a link.
pub(super) fn of_link(path: &str) -> Diagnostic {
    Diagnostic::new("broken-trust", format!("{path} is a link, so it counts for nothing"), Place::Path(path.to_owned()))
        .help("put there what it leads to: that may change without anybody's signature")
}

/// Those whom a provider's file lets accept, where it stands behind a link: they may not.
pub(super) fn of_linked_provider(found: &mut Provider, path: &str) -> Vec<Diagnostic> {
    let accepts = found.people.iter_mut().map(|person| &mut person.accepts);
    let counts = accepts.filter(|accepts| accepts.as_ref().is_some_and(|accepts| accepts.value));
    let lost = counts.filter_map(Option::take);
    let message = || format!("{path} stands behind a link, so nobody accepts duties by it");
    let broken = |accepts: Spanned<bool>| {
        Diagnostic::new("broken-trust", message(), accepts.span)
            .label("counts for nothing")
            .help("put the file itself there: what a link leads to may change without anybody's signature")
    };
    lost.map(broken).collect()
}

/// What is wrong with a list of revoked keys; a binary one has no lines.
pub(super) fn of_revoked(bytes: &[u8], path: &str, file: Option<u32>) -> Vec<Diagnostic> {
    let revoked = Revoked::read(bytes);
    if let Some(file) = file.filter(|_| !revoked.problems.is_empty()) {
        return revoked.problems.iter().map(|problem| broken(problem, file)).collect();
    }
    revoked.unreadable().map(|why| whole(path, why)).into_iter().collect()
}

/// What is wrong with a file of OpenPGP keys.
pub(super) fn of_keyring(bytes: &[u8], path: &str) -> Vec<Diagnostic> {
    Keyring::default().add(bytes).err().map(|why| whole(path, &why)).into_iter().collect()
}

fn whole(path: &str, why: &str) -> Diagnostic {
    Diagnostic::new("broken-trust", format!("{path} cannot be read: {why}"), Place::Path(path.to_owned()))
        .help("write it anew; while it cannot be read, nobody is trusted by it")
}

fn broken(problem: &signature::Problem, file: u32) -> Diagnostic {
    Diagnostic::new("broken-trust", problem.what.clone(), span(&problem.place, file))
        .label("this line trusts nobody")
        .help(problem.help)
}

fn span(place: &signature::Place, file: u32) -> Span {
    let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Span { file, start: at(place.bytes.start), end: at(place.bytes.end) }
}
