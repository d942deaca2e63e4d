//! Every rule, one a file; the list below is the registry.

use crate::rule::Rule;

// format
mod syntax;

// coverage

// division

// non-inheritable

// evidence
mod altered_checkout;
mod artifact_lapsed;
mod artifact_not_received;
mod collected_in_future;
mod cui_banner;
mod empty_evidence;
mod evidence_changed;
mod evidence_missing;
mod evidence_unlocked;
mod exposed_bytes;
mod foreign_producer;
mod idle_lock_line;
mod lfs_pointer;
mod met_without_evidence;
mod not_final;
mod private_key;
mod provider_without_evidence;
mod refused_artifact;
mod request_overdue;
mod series_overdue;
mod uncited_artifact;
mod unloggable_name;

// review

// score
mod capability_without_policy;
mod conditional_blocked;
mod conditional_lapsed;
mod deficiency_without_plan;
mod exception_without_record;
mod final_not_reached;
mod milestone_past_due;
mod no_score;
mod not_met_without_plan;
mod partial_without_key;
mod poam_closed_but_not_met;
mod poam_without_open_objective;
mod score_under_88;
mod wrong_basis;
mod wrong_partial;

// policy

/// Every rule, by group and name.
pub static RULES: &[&Rule] = &[
    // format
    &syntax::RULE,
    // coverage

    // division

    // non-inheritable

    // evidence
    &altered_checkout::RULE,
    &artifact_lapsed::RULE,
    &artifact_not_received::RULE,
    &collected_in_future::RULE,
    &cui_banner::RULE,
    &empty_evidence::RULE,
    &evidence_changed::RULE,
    &evidence_missing::RULE,
    &evidence_unlocked::RULE,
    &exposed_bytes::RULE,
    &foreign_producer::RULE,
    &idle_lock_line::RULE,
    &lfs_pointer::RULE,
    &met_without_evidence::RULE,
    &not_final::RULE,
    &private_key::RULE,
    &provider_without_evidence::RULE,
    &refused_artifact::RULE,
    &request_overdue::RULE,
    &series_overdue::RULE,
    &uncited_artifact::RULE,
    &unloggable_name::RULE,
    // review

    // score
    &capability_without_policy::RULE,
    &conditional_blocked::RULE,
    &conditional_lapsed::RULE,
    &deficiency_without_plan::RULE,
    &exception_without_record::RULE,
    &final_not_reached::RULE,
    &milestone_past_due::RULE,
    &no_score::RULE,
    &not_met_without_plan::RULE,
    &partial_without_key::RULE,
    &poam_closed_but_not_met::RULE,
    &poam_without_open_objective::RULE,
    &score_under_88::RULE,
    &wrong_basis::RULE,
    &wrong_partial::RULE,
    // policy
];
