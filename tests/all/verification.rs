//! Whether the contractor checks what its providers do, whether a check contradicts the claim, whether a defined figure is the
//! same everywhere, and whether a policy is the contractor's own.

use std::fmt::Write as _;

use demarcate::diagnostic::Level;
use demarcate::values::{differences, quantities};

use super::base::{Repository, line};
use super::screen::Sample;

const RULES: [&str; 9] = [
    "method-failed",
    "provider-alone",
    "provider-without-evidence",
    "refused-artifact",
    "template-policy",
    "values-differ",
    "verification-failed",
    "verification-missing",
    "verification-overdue",
];

const UNRECORDED: &str = "verification-unrecorded";
const PRACTICE: &str = "practices/MA.L2-3.7.5.toml";
const TERMS: &str =
    "every = \"3 months\", by = \"isso\", record = \"ticket-log\", last = 2026-09-24, result = \"passed\"";

fn changed(path: &str, old: &str, new: &str) -> Repository {
    let repository = Repository::base();
    change(&repository, path, old, new);
    repository
}

fn change(repository: &Repository, path: &str, old: &str, new: &str) {
    let text = repository.text(path);
    assert_eq!(text.matches(old).count(), 1, "{path} holds once: {old}");
    repository.write(path, text.replace(old, new));
}

fn said(repository: &Repository) -> Vec<String> {
    let (facts, all) = repository.check().expect("the root is readable");
    let own = all.iter().filter(|found| RULES.contains(&found.rule) || found.rule == UNRECORDED);
    own.map(|found| {
        let level = if found.level == Level::Deny { "deny" } else { "warn" };
        format!("{level} {}", line(found, &facts))
    })
    .collect()
}

fn ends(repository: &Repository, level: &str, rule: &str, message: &str) {
    let all = said(repository);
    let [found] = all.as_slice() else { panic!("{all:#?}") };
    assert!(found.starts_with(level) && found.ends_with(&format!(": {rule}: {message}")), "{found}");
}

#[test]
fn the_base_and_the_sample_are_silent() {
    assert_eq!(said(&Repository::base()), Vec::<String>::new());
    let screen = Sample::new().run(&["check", "--format", "json"]);
    let all = screen.json()["diagnostics"].as_array().expect("check lists its diagnostics").clone();
    let is_own = |rule: &serde_json::Value| RULES.iter().any(|own| rule == own) || rule == UNRECORDED;
    let own: Vec<_> = all.iter().filter(|found| is_own(&found["rule"])).collect();
    assert!(own.is_empty(), "{own:#?}");
}

/// The base where the contractor works on each practice of Acme's too, and verifies none of Acme's parts.
fn unverified() -> Repository {
    let repository = Repository::base();
    for path in [PRACTICE, "practices/SI.L2-3.14.1.toml"] {
        let text = repository
            .text(path)
            .replace("layer = [\"policy\", \"procedure\"]", "layer = [\"policy\", \"procedure\", \"capability\"]");
        let lines = text.lines().filter(|line| !line.starts_with("verification = "));
        repository.write(path, lines.collect::<Vec<_>>().join("\n") + "\n");
    }
    repository
}

#[test]
fn what_nobody_verifies_is_one_warning_for_a_provider() {
    let repository = unverified();
    let message = "`acme-msp` does work on MA.L2-3.7.5 and one more practice, and the contractor does not verify it";
    ends(&repository, "warn", "verification-missing", message);
    let method = "[[method]]\nkind = \"test\"\nobjectives = [\"a\", \"b\"]\ndo = \"Sign in\"\nparty = \"acme-msp\"\n\
                  on = 2026-09-24\nby = \"isso\"\nresult = \"passed\"\n\n[determinations]";
    change(&repository, PRACTICE, "[determinations]", method);
    let message = "`acme-msp` does work on SI.L2-3.14.1, and the contractor does not verify it";
    ends(&repository, "warn", "verification-missing", message);
}

#[test]
fn where_the_provider_is_alone_only_that_is_said() {
    let repository = Repository::base();
    let text = repository.text(PRACTICE);
    let lines = text.lines().filter(|line| !line.starts_with("verification = "));
    repository.write(PRACTICE, lines.collect::<Vec<_>>().join("\n") + "\n");
    let all = said(&repository);
    assert!(!all.is_empty() && all.iter().all(|found| found.contains(": provider-alone: ")), "{all:#?}");
}

#[test]
fn the_letter_of_a_cloud_stands_for_its_verification_until_it_lapses() {
    let path = "practices/SC.L2-3.13.16.toml";
    let repository =
        changed(path, "layer = [\"policy\", \"procedure\"]", "layer = [\"policy\", \"procedure\", \"capability\"]");
    let text = repository.text(path);
    let lines = text.lines().filter(|line| !line.starts_with("verification = ") && !line.starts_with("inherits = "));
    repository.write(path, lines.collect::<Vec<_>>().join("\n") + "\n");
    assert_eq!(said(&repository), Vec::<String>::new());
    change(
        &repository,
        "providers/gcc-high.toml",
        "authorization-until = 2027-12-31",
        "authorization-until = 2026-10-31",
    );
    let message = "`gcc-high` does work on SC.L2-3.13.16, and the contractor does not verify it";
    ends(&repository, "warn", "verification-missing", message);
}

#[test]
fn a_verification_that_is_late_denies_and_one_that_was_never_done_warns() {
    let late = TERMS.replace("2026-09-24", "2026-05-01");
    let message = "the verification of `acme-msp` in MA.L2-3.7.5 was last done on 2026-05-01; \
                   every 3 months it was due again on 2026-08-01, 112 days ago";
    ends(&changed(PRACTICE, TERMS, &late), "deny", "verification-overdue", message);
    let never = TERMS.replace(", last = 2026-09-24, result = \"passed\"", "");
    let message = "the verification of `acme-msp` in MA.L2-3.7.5 is meant every 3 months and was never done";
    ends(&changed(PRACTICE, TERMS, &never), "warn", "verification-overdue", message);
    let future = TERMS.replace("2026-09-24", "2027-01-04");
    let message = "the verification of `acme-msp` in MA.L2-3.7.5 is dated 2027-01-04, which is still to come";
    ends(&changed(PRACTICE, TERMS, &future), "deny", "verification-overdue", message);
}

#[test]
fn thirty_late_verifications_of_one_day_are_one_diagnostic() {
    let repository = Repository::base();
    for path in [PRACTICE, "practices/SI.L2-3.14.1.toml"] {
        let text = repository.text(path);
        repository.write(path, text.replace(TERMS, &TERMS.replace("2026-09-24", "2026-05-01")));
    }
    let all = said(&repository);
    assert!(all.len() == 1 && all[0].contains("in MA.L2-3.7.5 and one more practice was last done"), "{all:#?}");
}

#[test]
fn a_verification_on_the_last_day_of_its_interval_is_in_time() {
    let repository = changed(PRACTICE, TERMS, &TERMS.replace("2026-09-24", "2026-08-21"));
    assert_eq!(said(&repository), Vec::<String>::new());
}

#[test]
fn a_failed_verification_contradicts_met_unless_something_explains_it() {
    let failed = changed(PRACTICE, TERMS, &TERMS.replace("passed", "failed"));
    let message = "the verification of 2026-09-24 of `acme-msp` failed, and MA.L2-3.7.5[a, b] is determined met";
    ends(&failed, "deny", "verification-failed", message);
    let (_, all) = failed.check().expect("the root is readable");
    let found = all.iter().find(|found| found.rule == "verification-failed").expect("it was there");
    assert_eq!(found.related[0].0, "determined met here");
    for explained in [
        "b = { determination = \"not-met\", reason = \"Two hosts.\", poam = \"x\" }",
        "b = { determination = \"met\", basis = \"temporary-deficiency\", poam = \"x\" }",
    ] {
        let repository = changed(PRACTICE, TERMS, &TERMS.replace("passed", "failed"));
        change(&repository, PRACTICE, "b = \"met\"", explained);
        assert_eq!(said(&repository), Vec::<String>::new(), "{explained}");
    }
}

#[test]
fn a_run_without_record_result_or_doer_is_a_claim() {
    let says = |terms: String, what: &str| {
        let message = format!("the verification of `acme-msp` in MA.L2-3.7.5 {what}");
        ends(&changed(PRACTICE, TERMS, &terms), "warn", UNRECORDED, &message);
    };
    let done = "is said to have been done on 2026-09-24, and";
    says(TERMS.replace(" record = \"ticket-log\",", ""), &format!("{done} names no record"));
    says(TERMS.replace(", result = \"passed\"", ""), &format!("{done} not how it came out"));
    says(TERMS.replace(" by = \"isso\",", ""), &format!("{done} not who did it"));
    says(
        TERMS.replace("2026-09-24", "2026-10-24"),
        "was done on 2026-10-24, and the newest edition of its record `ticket-log` is of 2026-09-25",
    );
}

#[test]
fn a_failed_test_contradicts_met_until_one_passes() {
    let path = "practices/IA.L2-3.5.11.toml";
    let method = |on: &str, result: &str| {
        format!(
            "[[method]]\nkind = \"test\"\nobjectives = [\"a\"]\ndo = \"Type\"\non = {on}\nby = \"isso\"\nresult = \"{result}\"\n\n"
        )
    };
    let failed = method("2026-09-24", "failed");
    let message = "the test of 2026-09-24 failed, and `IA.L2-3.5.11[a]` is determined met";
    let with = |methods: &str| changed(path, "[determinations]", &format!("{methods}[determinations]"));
    ends(&with(&failed), "deny", "method-failed", message);
    ends(&with(&(method("2026-08-24", "passed") + &failed)), "deny", "method-failed", message);
    assert_eq!(said(&with(&(failed + &method("2026-10-24", "passed")))), Vec::<String>::new());
}

#[test]
fn an_artifact_that_the_msp_cannot_produce() {
    let path = "evidence/acme-msp/artifacts.toml";
    let edition = "final = { version = \"2026-09\", approver = \"Sam Ortiz\", date = 2026-09-25 }\n\
                   edition = [{ path = \"report-2026-09.txt\", collected = 2026-09-25, covers = \"September 2026\" }]";
    let refused = changed(path, edition, "state = \"refused\"\nrequested = 2026-10-01\nrefused = 2026-10-20");
    let all = said(&refused);
    let cites = "objective `MA.L2-3.7.5[a]` is met and cites `acme-report`, which was refused on 2026-10-20";
    assert!(all.iter().any(|found| found.starts_with("deny ") && found.contains(cites)), "{all:#?}");
    let nothing = "`acme-msp` does the work of `MA.L2-3.7.5[a]`, and nothing that `acme-msp` produced shows it";
    assert!(all.iter().any(|found| found.starts_with("deny ") && found.ends_with(nothing)), "{all:#?}");
}

fn ma(text: &str) -> Repository {
    let repository = Repository::base();
    repository.write("policies/ma.md", text);
    repository
}

#[test]
fn a_policy_that_is_the_msps_template() {
    let text = "# Maintenance policy\n\nPrepared by Acme Managed IT Inc.\n\n## Rules\n\n\
                Client shall escort technicians. Client shall keep a log.\n";
    let message = "policies/ma.md is still a template: it names `acme-msp` at its head or as its author, and the contractor \
                   nowhere; it gives its duties to \"Client\", and names the contractor nowhere";
    ends(&ma(text), "warn", "template-policy", message);
}

#[test]
fn each_placeholder_is_seen() {
    for slot in [
        "[Company]",
        "[Insert Name Here]",
        "<Organization Name>",
        "{{company}}",
        "TBD",
        "INSERT DATE",
        "Lorem ipsum dolor",
    ] {
        let all = said(&ma(&format!("# Maintenance policy\n\nNorthwind keeps {slot} in order.\n")));
        assert!(
            all.len() == 1 && all[0].contains("template-policy: policies/ma.md is still a template: it holds"),
            "{slot}: {all:#?}"
        );
    }
}

#[test]
fn a_policy_of_ones_own_may_speak_of_customers_links_code_and_providers() {
    for text in [
        "# Maintenance\n\nNorthwind keeps customer drawings. Customer shall mean whoever orders.\n",
        "# Maintenance\n\nSee [the company handbook](handbook.md), [organization][1] and <https://example.org/name>.\n",
        "# Maintenance\n\n- [ ] Name the date\n- [x] Objective [a] of 3.7.1\n\n<!-- company name in the header -->\n",
        "# Maintenance\n\n```\ncopy <name> [date]\n```\nUse `backup [name]` each night.\n",
        "# Maintenance\n\nPrepared by Acme for Northwind.\n",
        "# Maintenance\n\nThe company keeps a log.\n\n## Rules\n\nAcme patches the hosts; the ISSO looks at the log.\n",
        "# Maintenance\n\nRows are added with INSERT and never removed.\n",
        "# Maintenance\n\nThe client software is updated each month; every Client is a managed host.\n",
        "# Maintenance\n\nWe keep hosts < 3 years old and > 8 GB; the name list is [1].\n",
    ] {
        assert_eq!(said(&ma(text)), Vec::<String>::new(), "{text}");
    }
}

/// Whether a text is said to differ from a value, by the words of the objective.
fn differ(question: &str, value: &str, text: &str) -> Option<(String, String)> {
    let found = differences(value, question, &quantities(value), text);
    assert!(found.len() <= 1, "{found:?}");
    found.first().map(|found| (value[found.value.clone()].to_owned(), text[found.other.clone()].to_owned()))
}

const LOGON: &str = "The way in which unsuccessful attempts to log on are to be limited is defined.";
const LOCK: &str = "The length of inactivity that leads the system to start a session lock is defined.";
const RETENTION: &str = "The requirements that govern how audit records are retained are defined.";
const CORRECTED: &str = "It is specified how quickly system flaws are to be corrected.";
const COMPLEX: &str = "The requirements for how complex a password has to be are defined.";
const REUSE: &str = "It is specified for how many generations a password may not be used again.";
const INACTIVE: &str = "How long an identifier may be inactive before it is disabled is defined.";
const SCANS: &str =
    "It is defined how often organizational systems and applications are to be scanned for vulnerabilities.";

#[test]
fn figures_that_differ_are_seen() {
    let lockout = "5 failed sign-ins within 15 minutes lock the account for 30 minutes";
    for (question, value, text, one, other) in [
        (
            LOGON,
            lockout,
            "After 5 failed sign-ins in 15 minutes an account locks for 20 minutes.",
            "30 minutes",
            "20 minutes",
        ),
        (
            LOGON,
            lockout,
            "After ten wrong passwords in 15 minutes an account locks for 30 minutes.",
            "5 failed sign-ins",
            "ten wrong passwords",
        ),
        (LOCK, "15 minutes without input", "Screens lock after 30 minutes.", "15 minutes", "30 minutes"),
        (
            RETENTION,
            "12 months searchable, 36 months in all",
            "Logs are searchable for 6 months and kept for 36 months in all.",
            "12 months",
            "6 months",
        ),
        (RETENTION, "90 days", "Keeps logs for 30 days.", "90 days", "30 days"),
        (
            CORRECTED,
            "15 days (critical), 30 days (high), 90 days (all others)",
            "Installs critical patches within 30 days.",
            "15 days",
            "30 days",
        ),
        (CORRECTED, "14 days", "Patches are installed within three weeks.", "14 days", "three weeks"),
        (
            COMPLEX,
            "16 characters, 3 of 4 kinds",
            "Passwords have at least 14 characters.",
            "16 characters",
            "14 characters",
        ),
        (COMPLEX, "16 characters", "A 12-character password is required.", "16 characters", "12-character"),
        (
            REUSE,
            "24 generations",
            "The last 10 passwords are remembered; 10 generations of a password.",
            "24 generations",
            "10 passwords are remembered",
        ),
        (SCANS, "every week", "Hosts are scanned monthly.", "every week", "monthly"),
        (
            INACTIVE,
            "35 days without a sign-in",
            "Identifiers are disabled after 90 days without use.",
            "35 days",
            "90 days",
        ),
    ] {
        if value.starts_with("15 days (critical)") {
            // 30 days are another figure of the same value: nobody can tell which is meant.
            assert_eq!(differ(question, value, text), None, "{text}");
            continue;
        }
        assert_eq!(differ(question, value, text), Some((one.to_owned(), other.to_owned())), "{value} / {text}");
    }
}

#[test]
fn near_misses_stay_silent() {
    let lockout = "5 failed sign-ins within 15 minutes lock the account for 30 minutes";
    for (question, value, text) in [
        (LOGON, lockout, "After 5 failed sign-ins in 15 minutes an account locks for half an hour."),
        (LOGON, lockout, "Screens lock after 10 minutes."),
        (LOGON, lockout, "The help desk unlocks an account within 4 hours."),
        (LOGON, "3 attempts", "The account locks for 15 minutes."),
        (LOCK, "15 minutes without input", "Sessions end within 12 hours."),
        (LOCK, "15 minutes without input", "The lock is tested every 3 months."),
        (LOCK, "15 minutes without input", "VPN sessions lock after 30 minutes."),
        (LOCK, "900 seconds", "Screens lock after 15 minutes."),
        (RETENTION, "12 months", "Keeps logs for 1 year."),
        (RETENTION, "90 days", "Logs are kept for 3 months."),
        (
            RETENTION,
            "12 months searchable, 36 months in all",
            "Keeps logs searchable for 12 months and archived for another 24, unchanged.",
        ),
        (RETENTION, "12 months", "Keeps records searchable for 3 months and archived for 9 months."),
        (RETENTION, "12 months", "Log sources that fall silent are reported within 15 minutes."),
        (
            CORRECTED,
            "15 days (critical), 30 days (high), 90 days (all others)",
            "Installs critical patches within 15 days, high within 30, others within 90.",
        ),
        (CORRECTED, "15 days", "Critical flaws are fixed in 7 days."),
        (CORRECTED, "15 days", "Flaws are reported within 15 working days."),
        (
            COMPLEX,
            "16 characters, 3 of 4 kinds",
            "Passwords have at least 16 characters; a new one differs in 8 characters.",
        ),
        (COMPLEX, "16 characters", "A PIN of 6 digits opens the phone."),
        (COMPLEX, "16 characters", "Version 2.1 of the standard lists 3 of 4 kinds."),
        (REUSE, "24 generations, minimum age 1 day", "Passwords expire after 60 days."),
        (REUSE, "24 generations", "24 are remembered."),
        (INACTIVE, "35 days without a sign-in", "Temporary accounts are disabled after 30 days without use."),
        (INACTIVE, "35 days without a sign-in", "Accounts of leavers are disabled within 24 hours."),
        (SCANS, "every week", "Hosts are scanned within 72 hours of a new critical vulnerability."),
        (SCANS, "every week", "Scans are reported in a monthly report."),
        (
            SCANS,
            "every week with credentials; within 72 hours of a new critical vulnerability",
            "Scans every host with credentials each week, and within 72 hours of a new critical vulnerability.",
        ),
        (
            "It is defined which types of failure cause an alert.",
            "collector silent for 15 minutes",
            "Alerts within 30 minutes when a collector fails.",
        ),
        (
            "It is defined which types of failure cause an alert.",
            "log disk above 90 percent",
            "The platform runs at 99.9 percent.",
        ),
    ] {
        assert_eq!(differ(question, value, text), None, "{value} / {text}");
    }
}

#[test]
fn a_figure_of_another_objective_of_the_practice_is_not_held_against_this_one() {
    let (first, second) = ("10 days from publication", "2 days from finding");
    let siblings: Vec<_> = [first, second].into_iter().flat_map(quantities).collect();
    let text = "Flaws are identified within 7 days of publication, and flaws are reported within 2 days.";
    let identified =
        differences(first, "It is specified how quickly system flaws are to be identified.", &siblings, text);
    assert_eq!(identified.len(), 1);
    assert_eq!(&text[identified[0].other.clone()], "7 days");
    assert!(
        differences(second, "It is specified how quickly system flaws are to be reported.", &siblings, text).is_empty()
    );
}

#[test]
fn quantities_of_nonsense_and_of_huge_texts_are_none_and_fast() {
    assert!(
        quantities("99999999999999999999 days, 1.5 hours, 1,000 characters, \u{ff11}\u{ff12} months, 0 days")
            .is_empty()
    );
    let mut long = String::new();
    for n in 0..20_000 {
        let _ = write!(long, "{n} days ");
    }
    assert!(quantities(&long).len() > 10_000);
}

/// The base where the value of the session lock is this.
fn locking(value: &str) -> Repository {
    changed("practices/AC.L2-3.1.10.toml", "a = \"as section 2 of the policy lists it\"", &format!("a = \"{value}\""))
}

#[test]
fn the_section_that_the_evidence_cites_is_read_and_no_other() {
    let repository = locking("15 minutes without input");
    let policy = "\n## 2 Sessions\n\n- **2.1** Screens lock after 20 minutes.\n\n## 3 Remote\n\nScreens lock after 99 minutes.\n";
    repository.append("policies/ac.md", policy);
    let message = "the value of `AC.L2-3.1.10[a]` says `15 minutes`, and section 2 of policies/ac.md says `20 minutes`";
    ends(&repository, "warn", "values-differ", message);
    let (facts, all) = repository.check().expect("the root is readable");
    let found = all.iter().find(|found| found.rule == "values-differ").expect("it was there");
    assert!(found.related[0].0.contains("Screens lock after 20 minutes"), "{:?}", found.related);
    let demarcate::diagnostic::Place::Span(span) = found.related[0].1 else { panic!("a place in the policy") };
    assert_eq!(facts.assessment.files.path(span), "policies/ac.md");
    let text = repository.text("policies/ac.md").replace("20 minutes", "15 minutes");
    repository.write("policies/ac.md", text);
    assert_eq!(said(&repository), Vec::<String>::new());
}

#[test]
fn the_row_and_the_clause_of_a_provider_are_read_and_three_places_are_one_diagnostic() {
    let repository =
        changed("practices/SI.L2-3.14.1.toml", "e = \"as section 2 of the policy lists it\"", "e = \"14 days\"");
    change(
        &repository,
        "providers/acme-msp.toml",
        "{ id = \"scope\", kind = \"scope\", at = \"2.1\", says = \"Lists each practice that Acme works on.\" }",
        "{ id = \"scope\", kind = \"service\", at = \"2.1\", says = \"Corrects flaws within 30 days.\" }",
    );
    change(
        &repository,
        "providers/acme-msp.crm.toml",
        "Works the queue on managed hosts and reports each month.",
        "Installs patches within 45 days.",
    );
    let all: Vec<String> = said(&repository).into_iter().filter(|found| found.contains("values-differ")).collect();
    let [found] = all.as_slice() else { panic!("{all:#?}") };
    assert!(found.ends_with("says `14 days`, and clause `scope` of `acme-msp` says `30 days`"), "{found}");
    let (_, all) = repository.check().expect("the root is readable");
    let found = all.iter().find(|found| found.rule == "values-differ").expect("it was there");
    let places: Vec<&str> = found.related.iter().map(|(said, _)| said.as_str()).collect();
    assert_eq!(
        places,
        [
            "clause `scope` of `acme-msp`: Corrects flaws within 30 days.",
            "the matrix of `acme-msp`: Installs patches within 45 days."
        ]
    );
}
