//! The logs of the DoD hashing guide over the evidence of a bundle.

use std::collections::BTreeMap;

use super::editions::Lots;
use crate::dod_log::{self, ARTIFACTS, Flavour, LOG_HASH, Unloggable};
use crate::failure::{Cause, Failure};
use crate::model::assessment::Assessment;

/// The logs by path; none without evidence. Their paths are those in the bundle, as if it lay in the folder they name.
pub(super) fn logs(lots: &Lots, assessment: &Assessment) -> Result<(super::Files, Vec<Unloggable>), Failure> {
    let files: BTreeMap<String, String> =
        lots.carried().iter().map(|carried| (carried.path.clone(), carried.sha256.clone())).collect();
    if files.is_empty() {
        return Ok((BTreeMap::new(), Vec::new()));
    }
    let (flavour, root) = named(None, assessment)?;
    let logs = dod_log::logs(&files, &root, flavour);
    let named = [(ARTIFACTS, logs.artifacts), (LOG_HASH, logs.log_hash)];
    Ok((named.map(|(name, bytes)| (path(name), bytes)).into(), logs.unloggable))
}

/// Where a log lies in a bundle.
pub(super) fn path(name: &str) -> String {
    format!("dod/{name}")
}

/// Flavour and folder: what was asked for, what `demarcate.toml` says, what is usual.
pub fn named(asked: Option<Flavour>, assessment: &Assessment) -> Result<(Flavour, String), Failure> {
    let facts = assessment.config.value.assessment.as_ref();
    let root = facts.and_then(|facts| facts.hash_root.as_ref()).map(|root| root.value.as_str());
    let written = facts.and_then(|facts| facts.hash_flavour.as_ref()).map(|flavour| flavour.value.as_str());
    let wrong = |message: String| Failure::new(Cause::Usage, message);
    let flavour = match (asked, written) {
        (Some(asked), _) => asked,
        (None, Some(written)) => Flavour::named(written).ok_or_else(|| {
            let words = Flavour::ALL.map(Flavour::word).join(", ");
            wrong(format!("hash-flavour in demarcate.toml is `{written}`, and the flavours are {words}"))
        })?,
        (None, None) => Flavour::of_root(root.unwrap_or_default()),
    };
    let root = dod_log::root(root, flavour).map_err(|why| wrong(format!("hash-root in demarcate.toml: {why}")))?;
    Ok((flavour, root))
}
