//! What the pages of the evidence, score and review rules do not show: levels, and states that no fence can make.

use demarcate::diagnostic::{Diagnostic, Level};

use super::base::Repository;

/// The diagnostics of one rule: level and message.
fn found(repository: &Repository, rule: &str) -> Vec<(Level, String)> {
    let (_, all) = repository.check().expect("the root is readable");
    let of_rule = |diagnostic: &Diagnostic| diagnostic.rule == rule;
    all.into_iter().filter(of_rule).map(|diagnostic| (diagnostic.level, diagnostic.message)).collect()
}

fn replace(repository: &Repository, path: &str, old: &str, new: &str) {
    let text = repository.text(path);
    assert!(text.contains(old), "{path} does not hold {old}");
    repository.write(path, text.replace(old, new));
}

/// An artifact of the contractor that no practice cites.
fn add_artifact(repository: &Repository, id: &str, rest: &str) {
    let text = format!("\n[[artifact]]\nid = \"{id}\"\ntitle = \"Extra\"\nkind = \"log\"\n{rest}\n");
    repository.append("evidence/contractor/artifacts.toml", &text);
}

/// The base with 3.1.1[a], which may stand on no POA&M, not met.
fn with_3_1_1_open() -> Repository {
    let repository = Repository::base();
    let answer = "a = { determination = \"not-met\", reason = \"Two accounts are unknown.\" }";
    replace(&repository, "practices/AC.L2-3.1.1.toml", "a = \"met\"", answer);
    repository
}

#[test]
fn a_pointer_to_other_bytes_than_the_locked_ones_denies() {
    let repository = Repository::base();
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 7\n", "ab".repeat(32));
    repository.write("evidence/contractor/ticket-log-2026-q3.csv", pointer);
    let [(level, message)] = found(&repository, "lfs-pointer").try_into().expect("one diagnostic");
    assert_eq!(level, Level::Deny);
    assert!(message.ends_with("is a Git LFS pointer to another file than the one that was locked"), "{message}");
    assert_eq!(found(&repository, "evidence-changed"), []);
}

#[test]
fn without_a_lock_there_is_one_diagnostic_and_not_one_for_each_edition() {
    let repository = Repository::base();
    repository.delete("evidence.lock");
    let message = "there is no evidence.lock, so none of 22 editions is locked".to_owned();
    assert_eq!(found(&repository, "evidence-unlocked"), [(Level::Deny, message)]);
}

#[test]
fn what_lies_elsewhere_is_judged_by_the_lock_alone() {
    let repository = Repository::base();
    add_artifact(&repository, "vault", "edition = [{ url = \"s3://vault/log.txt\", collected = 2026-10-02 }]");
    let message = "`s3://vault/log.txt`, an edition of `vault`, is not in evidence.lock and cannot be read here: nothing is fetched by s3".to_owned();
    assert_eq!(found(&repository, "evidence-unlocked"), [(Level::Deny, message)]);
    repository.append("evidence.lock", &format!("{}  0  vault  s3://vault/log.txt\n", "ab".repeat(32)));
    assert_eq!(found(&repository, "evidence-unlocked"), []);
    assert_eq!(found(&repository, "evidence-missing"), []);
    assert_eq!(found(&repository, "empty-evidence").len(), 1);
}

#[test]
fn bytes_that_differ_in_nothing_but_content_are_found_by_their_digest() {
    let repository = Repository::base();
    replace(&repository, "evidence/contractor/eca-certificate.txt", "2027-12-31", "2037-12-31");
    let [(_, message)] = found(&repository, "evidence-changed").try_into().expect("one diagnostic");
    assert!(message.contains("its SHA-256 begins "), "{message}");
}

#[test]
fn an_edition_that_names_no_place_is_missing() {
    let repository = Repository::base();
    add_artifact(&repository, "nowhere", "edition = [{ collected = 2026-10-02 }]");
    let message = "an edition of `nowhere` names neither a path nor a URL".to_owned();
    assert_eq!(found(&repository, "evidence-missing"), [(Level::Deny, message)]);
}

#[test]
fn a_path_that_leads_nowhere_is_missing_and_stops_nothing() {
    for path in ["", ".", "..", "../../../../x", ".git/x", "a\\u0000b", "a//b/", "~/x", "\\\\host\\x"] {
        let repository = Repository::base();
        add_artifact(&repository, "odd", &format!("edition = [{{ path = \"{path}\", collected = 2026-10-02 }}]"));
        let [(level, message)] = found(&repository, "evidence-missing").try_into().expect("one diagnostic");
        assert_eq!(level, Level::Deny, "{path}: {message}");
    }
}

#[test]
fn a_series_that_no_met_objective_cites_is_overdue_and_lapses_with_a_warning() {
    let repository = Repository::base();
    repository.write("evidence/contractor/extra.txt", "extra\n");
    let edition = "edition = [{ path = \"extra.txt\", collected = 2026-01-02 }]";
    add_artifact(&repository, "extra", &format!("every = \"1 month\"\nexpires = 2026-03-01\n{edition}"));
    let levels = |rule: &str| found(&repository, rule).into_iter().map(|(level, _)| level).collect::<Vec<_>>();
    assert_eq!(levels("series-overdue"), [Level::Warn]);
    assert_eq!(levels("artifact-lapsed"), [Level::Warn]);
}

#[test]
fn only_the_newest_edition_can_be_overdue() {
    let repository = Repository::base();
    let both = "edition = [{ path = \"ticket-log-2026-q3.csv\", collected = 2026-09-25 }, \
                { path = \"procedure-it.txt\", collected = 2025-01-02 }]";
    let one =
        "edition = [{ path = \"ticket-log-2026-q3.csv\", collected = 2026-09-25, covers = \"third quarter of 2026\" }]";
    replace(&repository, "evidence/contractor/artifacts.toml", one, both);
    assert_eq!(found(&repository, "series-overdue"), []);
}

#[test]
fn a_key_in_a_policy_is_found_at_its_line_and_once() {
    let repository = Repository::base();
    let key = "\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAA\n";
    repository.write("policies/keys.md", format!("# Keys\n{key}"));
    assert_eq!(found(&repository, "private-key"), [(Level::Deny, "policies/keys.md holds a private key".to_owned())]);
    repository.append("policies/ac.md", key);
    let messages: Vec<String> = found(&repository, "private-key").into_iter().map(|(_, message)| message).collect();
    assert_eq!(messages.len(), 2, "{messages:#?}");
    assert!(messages.iter().any(|message| message.contains("`policies/ac.md`, an edition of `policy-ac`")));
}

#[test]
fn a_banner_on_the_first_line_alone_is_told_less_surely_and_an_untracked_file_is_let_be() {
    let repository = Repository::base();
    replace(&repository, "evidence/contractor/eca-certificate.txt", "Certificate", "CUI\nCertificate");
    let [(level, message)] = found(&repository, "cui-banner").try_into().expect("one diagnostic");
    assert_eq!(level, Level::Warn);
    assert!(message.contains("may carry a CUI banner marking: line 1 is `CUI`"), "{message}");
    repository.git(&["rm", "--quiet", "--cached", "evidence/contractor/eca-certificate.txt"]);
    assert_eq!(found(&repository, "cui-banner"), []);
}

#[test]
fn a_requirement_that_may_not_wait_warns_until_a_conditional_status_is_claimed() {
    let repository = with_3_1_1_open();
    let levels = || found(&repository, "conditional-blocked").into_iter().map(|(level, _)| level).collect::<Vec<_>>();
    assert_eq!(levels(), [Level::Warn]);
    replace(&repository, "demarcate.toml", "claim = \"none\"", "claim = \"conditional\"");
    assert_eq!(levels(), [Level::Deny]);
}

#[test]
fn a_conditional_status_is_announced_thirty_days_before_its_end_and_denied_after_it() {
    let repository = with_3_1_1_open();
    let config = repository.text("demarcate.toml");
    let at = |date: &str| {
        let claim = format!("claim = \"conditional\"\nconditional-date = {date}");
        repository.write("demarcate.toml", config.replace("claim = \"none\"", &claim));
        found(&repository, "conditional-lapsed")
    };
    // 180 days before 2026-11-21 is 2026-05-25.
    assert_eq!(at("2026-05-24")[0].0, Level::Deny);
    assert_eq!(at("2026-05-25")[0].1, "the conditional status of 2026-05-25 expires on 2026-11-21, in 0 days");
    assert_eq!(at("2026-06-24")[0].0, Level::Warn);
    assert_eq!(at("2026-06-25"), []);
}

#[test]
fn a_broken_practice_file_is_not_taken_for_one_that_is_not_met() {
    let repository = Repository::base();
    replace(&repository, "demarcate.toml", "claim = \"none\"", "claim = \"final\"");
    repository.append("practices/AC.L2-3.1.1.toml", "b = \"met\n");
    assert_eq!(found(&repository, "final-not-reached"), []);
    assert_eq!(found(&repository, "uncited-artifact"), []);
}

#[test]
fn a_planned_interview_shows_nothing_and_one_that_was_held_does() {
    let repository = Repository::base();
    let path = "practices/AC.L2-3.1.1.toml";
    let text = repository.text(path);
    let evidence = text.lines().find(|line| line.starts_with("evidence")).expect("the base cites evidence").to_owned();
    let method = "[[method]]\nkind = \"interview\"\nobjectives = [\"a\"]\ndo = \"Ask who is authorized\"\n";
    let bare = text.replace(&evidence, "").replace("[determinations]", &format!("{method}\n[determinations]"));
    repository.write(path, &bare);
    assert_eq!(found(&repository, "met-without-evidence").len(), 6);
    let held = "on = 2026-10-02\nby = \"isso\"\nresult = \"passed\"\n";
    repository.write(path, bare.replace("\n\n[determinations]", &format!("\n{held}\n[determinations]")));
    assert_eq!(found(&repository, "met-without-evidence").len(), 5);
}

#[test]
fn an_artifact_that_only_a_review_records_is_cited() {
    let repository = Repository::base();
    repository.write("evidence/contractor/minutes.txt", "Minutes\n");
    let edition = "edition = [{ path = \"minutes.txt\", collected = 2026-10-02 }]";
    add_artifact(&repository, "minutes-2026", edition);
    assert_eq!(found(&repository, "uncited-artifact").len(), 1);
    let message = "Review logon screens\n\nPractice-Review: IA.L2-3.5.11\nReview-Outcome: no-change\n\
                   Reviewed-by: Dana Lee <dana@northwind.example>\nReview-Record: minutes-2026\n";
    repository.commit("2026-11-02T10:00:00Z", message);
    assert_eq!(found(&repository, "uncited-artifact"), []);
}

#[test]
fn a_replace_ref_is_noted() {
    let repository = Repository::base();
    let (head, parent) = (repository.git(&["rev-parse", "HEAD"]), repository.git(&["rev-parse", "HEAD~1"]));
    repository.git(&["replace", &head, &parent]);
    let [(level, message)] = found(&repository, "log-note").try_into().expect("one diagnostic");
    assert_eq!(level, Level::Warn);
    assert!(message.contains("a replace ref stands for"), "{message}");
}
