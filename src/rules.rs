//! Every rule, one a file; the list below is the registry.

use crate::rule::Rule;

// format
mod bad_id;
mod bad_lock;
mod broken_trust;
mod circular_via;
mod connection_with_itself;
mod contradicting_dates;
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
mod wildcard_principal;
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
mod duty_of_another;
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

// two-sided
mod claimed_twice;
mod customer_part_left_out;
mod no_matrix;
mod outdated_matrix;
mod unclaimed_duty;
mod unused_claim;
mod values_differ;

// providers
mod access_not_reviewed;
mod authorization_lapsed;
mod authorization_not_shown;
mod contract_lapsed;
mod duty_without_clause;
mod esp_denied;
mod evidence_clause_without_limit;
mod incomplete_access;
mod incomplete_connection;
mod late_incident_notice;
mod missing_clause;
mod no_contract;
mod no_dfars_7012;
mod no_personnel_list;
mod outside_boundary;
mod unapproved_fourth_party;
mod unauthorized_cloud;
mod unlisted_fourth_party;
mod unscreened_person;
mod us_persons_not_shown;
mod work_outside_us;

// incident
mod authority_unchecked;
mod handoff_beside_contract;
mod handoff_in_circle;
mod handoff_to_nowhere;
mod handoff_untested;
mod handoff_without_limit;
mod missing_handoff;
mod no_deputy;
mod no_handoff;
mod no_reporter;
mod reporter_certificate;
mod reporter_not_contractor;
mod slow_handoff;
mod ssp_behind_configuration;
mod unowned_incident_phase;

// scope
mod asset_out_of_scope;
mod data_beside_inventory;
mod doubtful_decision;
mod group_left_out;
mod inheritance_from_nobody;
mod inheritance_without_basis;
mod provider_outside_inventory;
mod scope_out_of_scope;
mod uncategorized_asset;
mod undecided_change;
mod unlisted_connection;
mod untreated_asset;

// evidence
mod altered_checkout;
mod artifact_lapsed;
mod artifact_not_received;
mod collected_in_future;
mod cui_banner;
mod empty_evidence;
mod evidence_changed;
mod evidence_elsewhere;
mod evidence_missing;
mod evidence_unlocked;
mod exposed_bytes;
mod foreign_producer;
mod idle_lock_line;
mod lfs_pointer;
mod met_without_evidence;
mod method_failed;
mod module_not_validated;
mod module_unchecked;
mod not_final;
mod private_key;
mod provider_without_evidence;
mod refused_artifact;
mod request_overdue;
mod series_overdue;
mod template_policy;
mod uncited_artifact;
mod unlisted_cryptography;
mod unloggable_name;
mod verification_failed;
mod verification_missing;
mod verification_overdue;
mod verification_unrecorded;

// review
mod acceptance_refused;
mod acceptance_stale;
mod broad_review;
mod broken_review;
mod doubtful_date;
mod duties_not_accepted;
mod log_note;
mod long_interval;
mod review_deficient;
mod review_due;
mod review_gap;
mod review_never;
mod review_overdue;
mod review_refused;
mod review_stale;
mod review_unsigned;
mod unsigned_policy_change;
mod untrusted_trust_change;
mod wrong_trust_root;

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
mod idle_allow;
mod lapsed_allow;
mod unknown_rule;

/// Every rule, by group and name.
pub static RULES: &[&Rule] = &[
    // format
    &bad_id::RULE,
    &bad_lock::RULE,
    &broken_trust::RULE,
    &circular_via::RULE,
    &connection_with_itself::RULE,
    &contradicting_dates::RULE,
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
    &wildcard_principal::RULE,
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
    &duty_of_another::RULE,
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
    // two-sided
    &claimed_twice::RULE,
    &customer_part_left_out::RULE,
    &no_matrix::RULE,
    &outdated_matrix::RULE,
    &unclaimed_duty::RULE,
    &unused_claim::RULE,
    &values_differ::RULE,
    // providers
    &access_not_reviewed::RULE,
    &authorization_lapsed::RULE,
    &authorization_not_shown::RULE,
    &contract_lapsed::RULE,
    &duty_without_clause::RULE,
    &esp_denied::RULE,
    &evidence_clause_without_limit::RULE,
    &incomplete_access::RULE,
    &incomplete_connection::RULE,
    &late_incident_notice::RULE,
    &missing_clause::RULE,
    &no_contract::RULE,
    &no_dfars_7012::RULE,
    &no_personnel_list::RULE,
    &outside_boundary::RULE,
    &unapproved_fourth_party::RULE,
    &unauthorized_cloud::RULE,
    &unlisted_fourth_party::RULE,
    &unscreened_person::RULE,
    &us_persons_not_shown::RULE,
    &work_outside_us::RULE,
    // incident
    &authority_unchecked::RULE,
    &handoff_beside_contract::RULE,
    &handoff_in_circle::RULE,
    &handoff_to_nowhere::RULE,
    &handoff_untested::RULE,
    &handoff_without_limit::RULE,
    &missing_handoff::RULE,
    &no_deputy::RULE,
    &no_handoff::RULE,
    &no_reporter::RULE,
    &reporter_certificate::RULE,
    &reporter_not_contractor::RULE,
    &slow_handoff::RULE,
    &ssp_behind_configuration::RULE,
    &unowned_incident_phase::RULE,
    // scope
    &asset_out_of_scope::RULE,
    &data_beside_inventory::RULE,
    &doubtful_decision::RULE,
    &group_left_out::RULE,
    &inheritance_from_nobody::RULE,
    &inheritance_without_basis::RULE,
    &provider_outside_inventory::RULE,
    &scope_out_of_scope::RULE,
    &uncategorized_asset::RULE,
    &undecided_change::RULE,
    &unlisted_connection::RULE,
    &untreated_asset::RULE,
    // evidence
    &altered_checkout::RULE,
    &artifact_lapsed::RULE,
    &artifact_not_received::RULE,
    &collected_in_future::RULE,
    &cui_banner::RULE,
    &empty_evidence::RULE,
    &evidence_changed::RULE,
    &evidence_elsewhere::RULE,
    &evidence_missing::RULE,
    &evidence_unlocked::RULE,
    &exposed_bytes::RULE,
    &foreign_producer::RULE,
    &idle_lock_line::RULE,
    &lfs_pointer::RULE,
    &met_without_evidence::RULE,
    &method_failed::RULE,
    &module_not_validated::RULE,
    &module_unchecked::RULE,
    &not_final::RULE,
    &private_key::RULE,
    &provider_without_evidence::RULE,
    &refused_artifact::RULE,
    &request_overdue::RULE,
    &series_overdue::RULE,
    &template_policy::RULE,
    &uncited_artifact::RULE,
    &unlisted_cryptography::RULE,
    &unloggable_name::RULE,
    &verification_failed::RULE,
    &verification_missing::RULE,
    &verification_overdue::RULE,
    &verification_unrecorded::RULE,
    // review
    &acceptance_refused::RULE,
    &acceptance_stale::RULE,
    &broad_review::RULE,
    &broken_review::RULE,
    &doubtful_date::RULE,
    &duties_not_accepted::RULE,
    &log_note::RULE,
    &long_interval::RULE,
    &review_deficient::RULE,
    &review_due::RULE,
    &review_gap::RULE,
    &review_never::RULE,
    &review_overdue::RULE,
    &review_refused::RULE,
    &review_stale::RULE,
    &review_unsigned::RULE,
    &unsigned_policy_change::RULE,
    &untrusted_trust_change::RULE,
    &wrong_trust_root::RULE,
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
    &idle_allow::RULE,
    &lapsed_allow::RULE,
    &unknown_rule::RULE,
];
