//! What became of the scope since Level 2 was last affirmed.

use std::collections::BTreeSet;

use super::past::{Past, Then};
use super::seen::Stamp;
use crate::failure::Failure;
use crate::model::assessment::Assessment;
use crate::model::history::{SinceAffirmed, Statement, Subject};
use crate::trailers::WrittenStatement;

/// What differs from what the newest affirmation that counts spoke of; at most one old file is read for it.
pub(super) fn since(
    found: &[(Stamp, WrittenStatement)],
    affirmations: &[Statement],
    past: &mut Past<'_, '_>,
    now: &Assessment,
) -> Result<Option<SinceAffirmed>, Failure> {
    let Some(last) = affirmations.iter().find(|said| said.accepted && !said.after_as_of) else { return Ok(None) };
    let is_of = |stamp: &Stamp| {
        let commit = stamp.commit.to_string();
        commit == last.commit
    };
    let Some((stamp, _)) = found.iter().find(|(stamp, _)| is_of(stamp)) else { return Ok(None) };
    let open = past.open(&stamp.standing)?;
    let Some(then) = past.provider_files(&open)? else { return Ok(None) };
    let is_other = past.at(&open, &Subject::Scope)? == Then::Other;
    let scope = if is_other { past.differences(&stamp.standing, &Subject::Scope)?.1 } else { Vec::new() };
    let here: BTreeSet<String> = now.providers.values().filter_map(|found| stem(&found.path)).collect();
    Ok(Some(SinceAffirmed {
        commit: last.commit.clone(),
        date: last.date,
        scope,
        added: &here - &then,
        dropped: &then - &here,
    }))
}

/// The id of the provider whose file this is; a matrix is none.
pub(super) fn stem(path: &str) -> Option<String> {
    let name = path.rsplit('/').next()?.strip_suffix(".toml")?;
    name.strip_suffix(".crm").is_none().then(|| name.to_owned())
}
