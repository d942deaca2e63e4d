//! The pack of each case's log says what its repository says, whatever was done to it.

use std::collections::BTreeSet;
use std::path::Path;

use demarcate::cache::Cache;
use demarcate::failure::Failure;
use demarcate::git::{Git, Oid};
use demarcate::history::{self, Asked, Shared};
use demarcate::model::assessment::Assessment;
use demarcate::source::Tree;
use demarcate::{facts, report};
use tempfile::TempDir;

use super::stage::Made;
use super::{cases, disagreements};

/// What the log says, as a program is told, and what there is to report of it.
pub(super) fn said(
    git: &Git,
    (tip, prefix): (Oid, &str),
    assessment: &Assessment,
    shared: Option<&Shared>,
) -> Result<String, Failure> {
    let as_of = "2026-11-21".parse().expect("a day");
    let cache = Cache::none();
    let asked = Asked { tip: Some(tip), prefix, as_of, today: Some(as_of), cache: &cache, trust_root: None, shared };
    let history = history::of(git, &asked, assessment)?;
    let mut bytes = format!("{:?}\n", history.problems).into_bytes();
    report::history::write(&history, &mut bytes).expect("memory takes what is written");
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The root's folder from the top.
pub(super) fn root(made: &Made, git: &Git) -> String {
    let folder = made.arguments.iter().skip_while(|argument| *argument != "-C").nth(1);
    let folder = made.stage.dir().join(folder.map_or(Path::new(""), Path::new)).canonicalize().expect("it is there");
    let top = git.workdir().expect("there is a work tree");
    folder.strip_prefix(top).expect("it lies in the repository").to_string_lossy().into_owned()
}

/// How the pack says something else than the repository; `None` where it says the same, or that says nothing.
fn differs(made: &Made) -> Option<String> {
    let git = Git::discover(&made.stage.dir(), None).ok()??;
    let prefix = root(made, &git);
    let tip = git.head().ok()??;
    let assessment = facts::assessment(&Tree::revision(&git, tip, &prefix).ok()?).ok()?;
    let noting = git.noting();
    let expected = said(&noting, (tip, &prefix), &assessment, None).ok()?;
    let mut pack = Vec::new();
    let base = assessment.config.extends.as_ref().map(|base| base.value.clone());
    let base = base.and_then(|base| demarcate::source::normal(&format!("{prefix}/{base}")));
    let roots: Vec<String> = std::iter::once(prefix.clone()).chain(base).collect();
    let packed = match noting.pack(tip, &roots, &BTreeSet::new(), &mut pack) {
        Ok(packed) => packed,
        Err(failure) => return Some(format!("it cannot be packed: {failure}")),
    };
    let folder = TempDir::new().expect("tests may write to the temporary folder");
    let again = Git::unpack(folder.path(), &tip.to_string(), &mut pack.as_slice(), &packed.refs);
    match again.and_then(|git| said(&git, (tip, &prefix), &assessment, None)) {
        Ok(found) if found == expected => None,
        Ok(_) => Some("the pack says something else".to_owned()),
        Err(failure) => Some(format!("it cannot be read from the pack: {failure}")),
    }
}

#[test]
fn the_pack_of_each_case_says_what_its_repository_says() {
    let looked_at = std::sync::atomic::AtomicUsize::new(0);
    let wrong = disagreements(|_, made| {
        looked_at.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        differs(made)
    });
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(looked_at.into_inner() * 2 > cases().count());
}
