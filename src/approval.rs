//! Who has to approve a change, by responsibilities and roles, and who did.

use std::collections::BTreeSet;

use crate::diff::Sides;
use crate::failure::Failure;
use crate::model::changes::{Approval, Changes};

/// What a forge says of a pull request: who approved which commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ForgeApprovals {}

/// What shows that somebody approved.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The commits of the range, as hex: those of the side compared to that the side compared from does not have.
    pub range: &'a BTreeSet<String>,
    /// What a forge says, if it was given.
    pub forge: Option<&'a ForgeApprovals>,
}

/// Who has to approve these changes; nobody's word is looked at yet.
pub fn needed(_: &Sides<'_>, _: &Changes) -> Vec<Approval> {
    Vec::new()
}

/// Finds who gave each approval, and why what there is does not count.
pub fn judge(_: &mut [Approval], _: &Sides<'_>, _: &Shown<'_>) {}

/// Reads what a forge says as JSON.
pub fn read(_: &str) -> Result<ForgeApprovals, Failure> {
    Ok(ForgeApprovals {})
}
