//! Every rule, one a file; the list below is the registry.

use crate::rule::Rule;

// format
mod bad_id;
mod bad_lock;
mod dangling_artifact;
mod dangling_clause;
mod dangling_connection;
mod dangling_exception;
mod dangling_extends;
mod dangling_group;
mod dangling_objective;
mod dangling_party;
mod dangling_person;
mod dangling_poam;
mod dangling_provider;
mod dangling_role;
mod dangling_service;
mod duplicate_id;
mod duplicate_practice;
mod file_name;
mod missing_key;
mod not_utf8;
mod syntax;
mod unknown_key;
mod unreadable_file;
mod wrong_type;
mod wrong_value;

// coverage
mod doubly_owned;
mod empty_statement;
mod missing_practice;
mod ownership_differs;
mod status_differs;
mod unanswered_objective;
mod unanswered_practice;
mod undefined_value;
mod unjustified_not_applicable;
mod unknown_practice;
mod unowned_objective;

// division
mod all_given_away;
mod missing_layer;
mod one_sided_share;
mod pasted_requirement;
mod provider_alone;
mod same_words;
mod stranger_party;
mod unnamed_party;
mod vague_duty;

// non-inheritable
mod contractor_absent;
mod poam_given_away;
mod policy_given_away;

// evidence

// review

// score

// policy
mod idle_allow;
mod lapsed_allow;
mod unknown_rule;

/// Every rule, by group and name.
pub static RULES: &[&Rule] = &[
    // format
    &bad_id::RULE,
    &bad_lock::RULE,
    &dangling_artifact::RULE,
    &dangling_clause::RULE,
    &dangling_connection::RULE,
    &dangling_exception::RULE,
    &dangling_extends::RULE,
    &dangling_group::RULE,
    &dangling_objective::RULE,
    &dangling_party::RULE,
    &dangling_person::RULE,
    &dangling_poam::RULE,
    &dangling_provider::RULE,
    &dangling_role::RULE,
    &dangling_service::RULE,
    &duplicate_id::RULE,
    &duplicate_practice::RULE,
    &file_name::RULE,
    &missing_key::RULE,
    &not_utf8::RULE,
    &syntax::RULE,
    &unknown_key::RULE,
    &unreadable_file::RULE,
    &wrong_type::RULE,
    &wrong_value::RULE,
    // coverage
    &doubly_owned::RULE,
    &empty_statement::RULE,
    &missing_practice::RULE,
    &ownership_differs::RULE,
    &status_differs::RULE,
    &unanswered_objective::RULE,
    &unanswered_practice::RULE,
    &undefined_value::RULE,
    &unjustified_not_applicable::RULE,
    &unknown_practice::RULE,
    &unowned_objective::RULE,
    // division
    &all_given_away::RULE,
    &missing_layer::RULE,
    &one_sided_share::RULE,
    &pasted_requirement::RULE,
    &provider_alone::RULE,
    &same_words::RULE,
    &stranger_party::RULE,
    &unnamed_party::RULE,
    &vague_duty::RULE,
    // non-inheritable
    &contractor_absent::RULE,
    &poam_given_away::RULE,
    &policy_given_away::RULE,
    // evidence

    // review

    // score

    // policy
    &idle_allow::RULE,
    &lapsed_allow::RULE,
    &unknown_rule::RULE,
];
