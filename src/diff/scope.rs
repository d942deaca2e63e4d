//! Groups, assets, decisions, the system's boundary and connections, and the cryptography that protects it.

use super::renames::renamed_providers;
use super::tables::{Of, Walk};
use super::{Change, Sides};
use crate::model::changes::Section;

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let renamed = renamed_providers(sides);
    let of = Of::new(Section::Scope, "");
    let mut walk = Walk::new(sides, &renamed, out);
    walk.files(&of, Some(&before.config), Some(&after.config), &["organization", "system"]);
    if !sides.is_missing_unread("assets.toml") {
        walk.files(&of, before.assets.as_ref(), after.assets.as_ref(), &[]);
    }
    if !sides.is_missing_unread("crypto.toml") {
        walk.files(&of, before.crypto.as_ref(), after.crypto.as_ref(), &[]);
    }
}
