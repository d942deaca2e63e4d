//! Groups, assets, decisions, the system's boundary and connections.

use super::{Change, Sides};

pub(super) fn changes(_: &Sides<'_>, _: &mut Vec<Change>) {}
