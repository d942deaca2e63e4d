//! Reviews, acceptances and certifications that no longer cover what stands there.

use super::{Change, Sides};

pub(super) fn changes(_: &Sides<'_>, _: &mut Vec<Change>) {}
