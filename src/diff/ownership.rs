//! Who does what: objectives, groups, duties, layers, roles, clauses.

use super::{Change, Sides};

pub(super) fn changes(_: &Sides<'_>, _: &mut Vec<Change>) {}
