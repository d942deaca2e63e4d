//! Every rule's page is its test: the fences are laid over the clean base on a fixed day.

use std::collections::BTreeSet;
use std::path::Path;

use demarcate::diagnostic::{Diagnostic, Fix};
use demarcate::ids;
use demarcate::rule::{Check, Facts, Group, Rule};
use demarcate::rules::RULES;

use super::base::{ACCEPTANCES, Repository, line};

/// The line of a page that no fence can show, with a reason.
const NOT_SHOWN: &str = "Not shown by an example: ";

/// What divides what is wrong from what is right.
const INSTEAD: &str = "Use instead:";

/// A fenced block of a page: what its info string says, and what it holds.
#[derive(Debug)]
struct Fence {
    info: String,
    body: String,
}

/// The fences before and after `Use instead:`.
struct Page {
    wrong: Vec<Fence>,
    right: Vec<Fence>,
}

fn parse(page: &str) -> Page {
    let (mut fences, mut wrong, mut open) = (Vec::new(), None, None::<Fence>);
    for line in page.lines() {
        match (&mut open, line) {
            (Some(_), "```") => fences.extend(open.take()),
            (Some(fence), line) => {
                fence.body.push_str(line);
                fence.body.push('\n');
            }
            (None, INSTEAD) => wrong = Some(std::mem::take(&mut fences)),
            (None, line) => {
                let info = line.strip_prefix("```").map(|info| info.trim().to_owned());
                open = info.map(|info| Fence { info, body: String::new() });
            }
        }
    }
    match wrong {
        Some(wrong) => Page { wrong, right: fences },
        None => Page { wrong: fences, right: Vec::new() },
    }
}

/// Lays fences over a fresh base. What no page commits itself is committed and reviewed, but for review rules.
fn laid(fences: &[Fence], group: Group) -> Repository {
    let repository = Repository::base();
    for fence in fences {
        lay(fence, &repository);
    }
    let is = |word: &str| fences.iter().any(|fence| fence.info.split(' ').any(|written| written == word));
    if !is("lock-stale") && !is("commit") && !is("evidence.lock") && repository.path("demarcate.toml").is_file() {
        repository.lock();
    }
    if !is("commit") && group != Group::Review {
        let note = "The change was read line by line in the meeting of the week.";
        let review = repository.review_of_everything();
        let message = format!("Change and review\n\n{note}\n\n{review}\n{ACCEPTANCES}");
        repository.commit("2026-11-02T10:00:00Z", &message);
    }
    repository
}

fn lay(fence: &Fence, repository: &Repository) {
    let words: Vec<&str> = fence.info.split(' ').collect();
    match words[..] {
        ["toml" | "text" | "md" | "csv", path] => repository.write(path, &fence.body),
        ["toml" | "text" | "md" | "csv", path, "+"] => repository.append(path, &fence.body),
        ["toml" | "text" | "md" | "csv", path, "+top"] => {
            repository.write(path, fence.body.clone() + &repository.text(path));
        }
        ["diff", path] => patch(path, &fence.body, repository),
        ["delete", path] => repository.delete(path),
        ["symlink", path] => repository.link(path, fence.body.trim_end()),
        ["bytes", path] => repository.write(path, bytes(&fence.body)),
        ["lock"] => repository.lock(),
        ["lock-stale"] => {}
        ["commit"] => commit(&fence.body, repository),
        _ => panic!("no fence is called `{}`", fence.info),
    }
}

/// Puts the lines that a diff adds where the lines stood that it takes away.
fn patch(path: &str, diff: &str, repository: &Repository) {
    let side =
        |sign: char| diff.lines().filter_map(|line| line.strip_prefix(sign)).fold(String::new(), |a, b| a + b + "\n");
    let text = repository.text(path);
    assert!(text.contains(&side('-')), "{path} has no lines `{}`", side('-'));
    repository.write(path, text.replacen(&side('-'), &side('+'), 1));
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("two hex digits are a byte")).collect()
}

/// Commits as a fence says: first an optional `date:` and an optional `empty: true`, then the message.
fn commit(body: &str, repository: &Repository) {
    let (mut date, mut message) = ("2026-11-02T10:00:00Z", body);
    while let Some((first, rest)) = message.split_once('\n') {
        match first.split_once(": ") {
            Some(("date", written)) => date = written,
            Some(("empty", _)) => {}
            _ => break,
        }
        message = rest;
    }
    repository.commit(date, message.trim_start());
}

/// What is wrong with a page: nothing, if its rule does as the page says.
fn problems_of(rule: &'static Rule) -> Vec<String> {
    let text = rule.page();
    if text.contains(NOT_SHOWN) {
        return Vec::new();
    }
    let page = parse(&text);
    if page.wrong.is_empty() || page.right.is_empty() {
        return vec!["a page needs a fence before and after `Use instead:`".to_owned()];
    }
    let mut problems = problems_of_wrong(rule, &page.wrong);
    let (facts, all) = laid(&page.right, rule.group).check().expect("the root is readable");
    problems.extend(all.iter().map(|d| format!("after `{INSTEAD}` it still reports {}", line(d, &facts))));
    problems
}

fn problems_of_wrong(rule: &'static Rule, fences: &[Fence]) -> Vec<String> {
    let repository = laid(fences, rule.group);
    let (facts, all) = repository.check().expect("the root is readable");
    let mut problems = Vec::new();
    if !all.iter().any(|diagnostic| diagnostic.rule == rule.name) {
        problems.push("the example does not fire it".to_owned());
    }
    let others = all.iter().filter(|diagnostic| diagnostic.rule != rule.name);
    problems.extend(others.map(|d| format!("the example also fires {}", line(d, &facts))));
    let helpless = all.iter().filter(|d| d.help.is_empty() || d.message.is_empty());
    problems.extend(helpless.map(|d| format!("it does not say what to do: {}", line(d, &facts))));
    problems.extend(after_fixes(rule, &repository, &facts, &all));
    problems
}

/// What the rule still reports where it offered a fix and the fix was made.
fn after_fixes(rule: &Rule, repository: &Repository, facts: &Facts, all: &[Diagnostic]) -> Vec<String> {
    let mut fixes: Vec<&Fix> =
        all.iter().filter(|d| d.rule == rule.name).filter_map(|diagnostic| diagnostic.fix.as_ref()).collect();
    if fixes.is_empty() {
        return Vec::new();
    }
    // From the end of each file to its start, so that no fix moves the place of another.
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span));
    for fix in &fixes {
        let path = facts.assessment.files.path(fix.span);
        let mut text = repository.text(path);
        let at = |n: u32| usize::try_from(n).expect("a place in a file fits");
        text.replace_range(at(fix.span.start)..at(fix.span.end), &fix.replacement);
        repository.write(path, text);
    }
    let unfixable = all.iter().filter(|d| d.rule == rule.name && d.fix.is_none()).count();
    let (facts, after) = repository.check().expect("the root is readable");
    let left: Vec<&Diagnostic> = after.iter().filter(|diagnostic| diagnostic.rule == rule.name).collect();
    if left.len() == unfixable {
        return Vec::new();
    }
    left.iter().map(|d| format!("its fix was made and it still reports {}", line(d, &facts))).collect()
}

/// The page of a rule shows what the rule finds.
fn shows(name: &str) {
    let rule = RULES.iter().copied().find(|rule| rule.name == name).unwrap_or_else(|| panic!("no rule `{name}`"));
    let problems = problems_of(rule);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// One test a rule, named after it: its page.
macro_rules! pages {
    ($($name:ident,)+) => {
        mod pages {
            $(#[test]
            fn $name() {
                super::shows(&stringify!($name).replace('_', "-"));
            })+
        }

        /// The names of the tests above.
        const PAGES: &[&str] = &[$(stringify!($name)),+];
    };
}

pages! {
    acceptance_refused, acceptance_stale, access_not_reviewed, all_given_away, altered_checkout, artifact_lapsed, artifact_not_received, asset_out_of_scope, authority_unchecked, authorization_lapsed, authorization_not_shown, bad_id, bad_lock, broad_review, broken_review, broken_trust, capability_without_policy, circular_via, claimed_twice, collected_in_future, conditional_blocked, conditional_lapsed, connection_with_itself, contract_lapsed, contractor_absent, contradicting_dates, cui_banner, customer_part_left_out, dangling_artifact, dangling_clause, dangling_connection, dangling_exception, dangling_extends, dangling_group, dangling_objective, dangling_party, dangling_person, dangling_poam, dangling_provider, dangling_role, dangling_service, data_beside_inventory, deficiency_without_plan, doubly_owned, doubtful_date, doubtful_decision, duplicate_id, duplicate_practice, duties_not_accepted, duty_of_another, duty_without_clause, empty_evidence, empty_statement, esp_denied, evidence_changed, evidence_clause_without_limit, evidence_elsewhere, evidence_missing, evidence_unlocked, exception_without_record, exposed_bytes, file_name, final_not_reached, foreign_producer, group_left_out, handoff_beside_contract, handoff_in_circle, handoff_to_nowhere, handoff_untested, handoff_without_limit, idle_allow, idle_lock_line, incomplete_access, incomplete_connection, inheritance_from_nobody, inheritance_without_basis, lapsed_allow, late_incident_notice, lfs_pointer, log_note, long_interval, met_without_evidence, method_failed, milestone_past_due, missing_clause, missing_handoff, missing_key, missing_layer, missing_practice, module_not_validated, module_unchecked, no_contract, no_deputy, no_dfars_7012, no_handoff, no_matrix, no_personnel_list, no_reporter, no_score, not_final, not_met_without_plan, not_utf8, one_sided_share, outdated_matrix, outside_boundary, ownership_differs, partial_without_key, pasted_requirement, poam_closed_but_not_met, poam_given_away, poam_without_open_objective, policy_given_away, private_key, provider_alone, provider_outside_inventory, provider_without_evidence, refused_artifact, reporter_certificate, reporter_not_contractor, request_overdue, review_deficient, review_due, review_gap, review_never, review_overdue, review_refused, review_stale, review_unsigned, same_words, scope_out_of_scope, score_under_88, series_overdue, slow_handoff, ssp_behind_configuration, status_differs, stranger_party, syntax, template_policy, unanswered_objective, unanswered_practice, unapproved_fourth_party, unauthorized_cloud, uncategorized_asset, uncited_artifact, unclaimed_duty, undecided_change, undefined_value, unjustified_not_applicable, unknown_key, unknown_practice, unknown_rule, unlisted_connection, unlisted_cryptography, unlisted_fourth_party, unloggable_name, unnamed_party, unowned_incident_phase, unowned_objective, unreadable_file, unscreened_person, unsigned_policy_change, untreated_asset, untrusted_trust_change, unused_claim, us_persons_not_shown, vague_duty, values_differ, verification_failed, verification_missing, verification_overdue, verification_unrecorded, wildcard_principal, work_outside_us, wrong_basis, wrong_partial, wrong_trust_root, wrong_type, wrong_value,
}

#[test]
fn every_rule_has_a_test_named_after_it() {
    let tested: BTreeSet<String> = PAGES.iter().map(|name| name.replace('_', "-")).collect();
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(tested, rules);
}

#[test]
fn every_page_says_what_is_wrong_why_it_matters_and_what_to_do() {
    let mut problems = Vec::new();
    for rule in RULES {
        let page = rule.page();
        let shown = !page.contains(NOT_SHOWN);
        let parts = ["## Why it matters", "## Example", INSTEAD];
        let missing = parts.iter().filter(|part| !page.lines().any(|line| line == **part));
        problems.extend(missing.filter(|_| shown).map(|part| format!("{}: no `{part}`", rule.name)));
        if !rule.summary().ends_with('.') || rule.summary().starts_with('#') {
            problems.push(format!("{}: the first paragraph is not a sentence", rule.name));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_folder_equals_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the folder of rules is there")
        .map(|entry| entry.expect("the folder is readable").file_name().to_string_lossy().into_owned())
        .collect();
    let list: BTreeSet<String> = RULES.iter().map(|rule| rule.name.replace('-', "_") + ".rs").collect();
    assert_eq!(files, list);
    assert_eq!(list.len(), RULES.len(), "a name stands twice in the list");
}

#[test]
fn names_are_kebab_case_and_sorted_within_their_group() {
    for rule in RULES {
        assert!(ids::is_kebab(rule.name), "{}", rule.name);
    }
    let order: Vec<(Group, &str)> = RULES.iter().map(|rule| (rule.group, rule.name)).collect();
    assert!(order.is_sorted(), "{order:#?}");
}

#[test]
fn a_rule_that_is_found_elsewhere_is_of_the_groups_that_reading_and_levels_report() {
    for rule in RULES.iter().filter(|rule| matches!(rule.check, Check::Elsewhere)) {
        let fits = matches!(rule.group, Group::Format | Group::Policy) || rule.name == "unknown-practice";
        assert!(fits, "{} has no function", rule.name);
    }
}
