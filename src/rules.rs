//! Every rule, one a file; the list below is the registry.

use crate::rule::Rule;

// format
mod syntax;

// coverage

// division

// non-inheritable

// evidence

// review

// score

// policy

/// Every rule, by group and name.
pub static RULES: &[&Rule] = &[
    // format
    &syntax::RULE,
    // coverage

    // division

    // non-inheritable

    // evidence

    // review

    // score

    // policy
];
