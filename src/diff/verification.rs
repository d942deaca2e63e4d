//! Verifications, interviews and tests.

use super::{Change, Sides};

pub(super) fn changes(_: &Sides<'_>, _: &mut Vec<Change>) {}
