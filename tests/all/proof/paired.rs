//! Two walks of each case's log at once, which share what they judge, say what each says alone.

use std::sync::atomic::{AtomicUsize, Ordering};

use demarcate::facts;
use demarcate::git::{Git, Oid};
use demarcate::history::Shared;
use demarcate::model::assessment::Assessment;
use demarcate::source::Tree;

use super::packed::{root, said};
use super::stage::Made;
use super::{cases, disagreements};

/// Of one commit: what stands there, and what its log says when nothing else is walked.
fn alone(git: &Git, revision: &str, prefix: &str) -> Option<(Oid, Assessment, String)> {
    let tip = git.commit(revision).ok()?;
    let assessment = facts::assessment(&Tree::revision(git, tip, prefix).ok()?).ok()?;
    let words = said(git, (tip, prefix), &assessment, None).ok()?;
    Some((tip, assessment, words))
}

/// How the walks say something else together; `None` where they say the same, or there are no two commits with a root.
fn differs(made: &Made, compared: &AtomicUsize) -> Option<String> {
    let git = Git::discover(&made.stage.dir(), None).ok()??;
    let prefix = root(made, &git);
    let (tip, now, expected) = alone(&git, "HEAD", &prefix)?;
    let (parent, then, expected_then) = alone(&git, "HEAD~1", &prefix)?;
    compared.fetch_add(1, Ordering::Relaxed);
    let (shared, twin) = (Shared::default(), git.twin_reading_once());
    let (shared, prefix) = (&shared, &prefix);
    let (found, found_then) = std::thread::scope(|scope| {
        let old = scope.spawn(move || said(&twin, (parent, prefix), &then, Some(shared)));
        (said(&git, (tip, prefix), &now, Some(shared)), old.join().expect("no walk panics"))
    });
    match (found, found_then) {
        (Ok(found), Ok(found_then)) if found == expected && found_then == expected_then => None,
        (Ok(found), Ok(_)) if found == expected => Some("the older walk says something else".to_owned()),
        (Ok(_), Ok(_)) => Some("the newer walk says something else".to_owned()),
        (Err(failure), _) | (_, Err(failure)) => Some(format!("it cannot be walked with another: {failure}")),
    }
}

#[test]
fn two_walks_at_once_say_what_each_says_alone() {
    let compared = AtomicUsize::new(0);
    let wrong = disagreements(|_, made| differs(made, &compared));
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(compared.into_inner() * 2 > cases().count());
}
