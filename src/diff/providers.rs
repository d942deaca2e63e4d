//! Providers, their services, contracts, people, access and connections.

use super::{Change, Sides};

pub(super) fn changes(_: &Sides<'_>, _: &mut Vec<Change>) {}
