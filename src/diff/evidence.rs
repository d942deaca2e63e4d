//! Artifacts, their editions, and where they are cited.

use super::{Change, Sides};

pub(super) fn changes(_: &Sides<'_>, _: &mut Vec<Change>) {}
