//! Plans of action and exceptions.

use super::renames::renamed_providers;
use super::tables::{Of, Walk};
use super::{Change, Sides};
use crate::model::changes::Section;

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let renamed = renamed_providers(sides);
    let of = Of::new(Section::Poam, "");
    let mut walk = Walk::new(sides, &renamed, out);
    walk.folders(&of, &before.poam, &after.poam);
    walk.folders(&of, &before.exceptions, &after.exceptions);
}
