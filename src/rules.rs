//! Every rule, one a file; the list below is the registry.

use crate::rule::Rule;

/// Every rule, by group and name.
pub static RULES: &[&Rule] = &[];
