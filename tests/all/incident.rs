//! Incidents and what is handed over: each fault planted in the sample, with the diagnostic that a user reads, and what has
//! to stay silent.

use serde_json::Value;

use super::screen::Sample;

const FILE: &str = "incident.toml";
const RULES: [&str; 15] = [
    "authority-unchecked",
    "handoff-beside-contract",
    "handoff-in-circle",
    "handoff-to-nowhere",
    "handoff-untested",
    "handoff-without-limit",
    "missing-handoff",
    "no-deputy",
    "no-handoff",
    "no-reporter",
    "reporter-certificate",
    "reporter-not-contractor",
    "slow-handoff",
    "ssp-behind-configuration",
    "unowned-incident-phase",
];

/// The sample with texts of one file changed.
fn planted(path: &str, changes: &[(&str, &str)]) -> Sample {
    let sample = Sample::new();
    plant(&sample, path, changes);
    sample
}

fn plant(sample: &Sample, path: &str, changes: &[(&str, &str)]) {
    let mut text = sample.text(path);
    for (old, new) in changes {
        assert_eq!(text.matches(old).count(), 1, "{path} holds once: {old}");
        text = text.replace(old, new);
    }
    sample.write(path, &text);
}

/// The sample with a table of `incident.toml` changed, found by a line of it.
fn with_table(has: &str, change: impl Fn(&str) -> String) -> Sample {
    let sample = Sample::new();
    change_table(&sample, has, change);
    sample
}

fn change_table(sample: &Sample, has: &str, change: impl Fn(&str) -> String) {
    let text = sample.text(FILE);
    let tables: Vec<&str> = text.split_inclusive("\n\n").collect();
    assert_eq!(tables.iter().filter(|table| table.contains(has)).count(), 1, "one table holds {has}");
    let changed = |table: &&str| if table.contains(has) { change(table) } else { (*table).to_owned() };
    sample.write(FILE, &tables.iter().map(changed).collect::<String>());
}

/// A table without the line of a key.
fn without(table: &str, key: &str) -> String {
    table.split_inclusive('\n').filter(|line| line.split(' ').next() != Some(key)).collect()
}

/// A handoff that is tested.
fn handoff(id: &str, matter: &str, from: &str, to: &str, within: &str) -> String {
    format!(
        "\n\n[[handoff]]\nid = \"{id}\"\nmatter = \"{matter}\"\nfrom = \"{from}\"\nto = \"{to}\"\ntrigger = \"An alert\"\n\
         within = \"{within}\"\ntest-every = \"1 year\"\nrecord = \"incident-tabletop\"\nlast = 2026-06-11\n"
    )
}

fn add(sample: &Sample, text: &str) {
    sample.write(FILE, &(sample.text(FILE) + text));
}

/// What is said of incidents and handoffs.
fn said(sample: &Sample) -> Vec<Value> {
    let screen = sample.run(&["check", "--format", "json"]);
    let all = screen.json()["diagnostics"].as_array().expect("check lists its diagnostics").clone();
    all.into_iter().filter(|found| RULES.iter().any(|rule| found["rule"] == *rule)).collect()
}

fn only(sample: &Sample) -> Value {
    let all = said(sample);
    let [found] = all.as_slice() else { panic!("{all:#?}") };
    found.clone()
}

fn words(found: &Value) -> (String, String, String) {
    let word = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
    (word("rule"), word("level"), word("message"))
}

fn is(found: &Value, rule: &str, level: &str, message: &str) {
    assert_eq!(words(found), (rule.to_owned(), level.to_owned(), message.to_owned()));
    assert_ne!(found["help"], "");
}

#[test]
fn of_the_sample_nothing_is_said() {
    assert_eq!(said(&Sample::new()), Vec::<Value>::new());
}

#[test]
fn seed_failure_72_hours() {
    let sample = planted(
        "providers/acme-mssp.toml",
        &[(
            "confirmed alert of high severity and about its own incidents.\"\nwithin = \"4 hours\"",
            "incident.\"\nwithin = \"72 hours\"",
        )],
    );
    assert_eq!(said(&sample), Vec::<Value>::new(), "of a day and more it is the clause that is reported");
    let late = sample.run(&["check", "--format", "json"]).json()["diagnostics"].clone();
    let late: Vec<&Value> =
        late.as_array().into_iter().flatten().filter(|found| found["rule"] == "late-incident-notice").collect();
    let [found] = late.as_slice() else { panic!("{late:#?}") };
    assert_eq!((found["level"].as_str(), found["path"].as_str()), (Some("deny"), Some("providers/acme-mssp.toml")));

    let sample = planted(
        "providers/acme-mssp.toml",
        &[(
            "confirmed alert of high severity and about its own incidents.\"\nwithin = \"4 hours\"",
            "incident.\"\nwithin = \"20 hours\"",
        )],
    );
    let found: Vec<Value> = said(&sample);
    is(
        &found[0],
        "handoff-beside-contract",
        "warn",
        "`mssp-alert` says that `acme-mssp` tells within 4 hours, and its contract gives it 20 hours (clause `incidents`)",
    );
    assert_eq!(found[0]["path"], FILE);
    assert_eq!(found[0]["related"][0]["path"], "providers/acme-mssp.toml");
    assert_eq!(found.len(), 1, "{found:#?}");

    // The SOC tells the MSP, the MSP tells the contractor: each limit looks like one that can be kept.
    change_table(&sample, "\"mssp-alert\"", |table| {
        table
            .replace("\"contractor\"", "\"acme-msp\"")
            .replace("to-role    = \"isso\"\n", "")
            .replace("4 hours", "72 hours")
    });
    let found = only(&sample);
    is(
        &found,
        "slow-handoff",
        "deny",
        "what `acme-mssp` sees of an incident takes 80 hours to reach the contractor (`acme-mssp` to `acme-msp` 72 hours, \
         then `acme-msp` to `contractor` 8 hours): nothing of the 72 hours is left",
    );
    assert_eq!(found["related"][0]["message"], "a step of the way: `acme-msp` to `contractor` 8 hours");
    assert_eq!(found["related"][0]["path"], FILE);
}

#[test]
fn what_is_slow_only_by_a_step_that_is_reported_is_not_reported_again() {
    let sample = with_table("\"msp-report\"", |table| table.replace("8 hours", "30 hours"));
    let (rule, level, message) = words(&only(&sample));
    assert_eq!((rule.as_str(), level.as_str()), ("slow-handoff", "warn"));
    assert!(message.starts_with("what `vaultline` sees of an incident takes 42 hours"), "{message}");
    add(&sample, &handoff("mssp-to-msp", "analysis", "acme-mssp", "acme-msp", "40 hours"));
    change_table(&sample, "\"mssp-alert\"", |_| String::new());
    let (_, _, message) = words(&only(&sample));
    assert!(message.starts_with("what `acme-mssp` sees of an incident takes 70 hours"), "{message}");

    // Two that both pass a step of 80 hours are late by that one step.
    let sample = with_table("\"msp-report\"", |table| table.replace("8 hours", "80 hours"));
    add(&sample, &handoff("mssp-to-msp", "analysis", "acme-mssp", "acme-msp", "4 hours"));
    change_table(&sample, "\"mssp-alert\"", |_| String::new());
    assert_eq!(words(&only(&sample)).1, "deny");
}

#[test]
fn the_limit_is_72_hours_to_the_minute_and_24_warn() {
    let within = |limit: &str| with_table("\"enclave-notice\"", |table| table.replace("24 hours", limit));
    let level = |sample: &Sample| {
        said(sample).iter().map(words).map(|(rule, level, _)| format!("{rule} {level}")).collect::<Vec<_>>()
    };
    assert_eq!(level(&within("3 days")), ["slow-handoff deny"]);
    assert_eq!(level(&within("4319 minutes")), ["slow-handoff warn"]);
    assert_eq!(level(&within("25 hours")), ["slow-handoff warn"]);
    assert_eq!(level(&within("1440 minutes")), [""; 0]);
    assert_eq!(level(&within("1 month")), ["handoff-without-limit deny"]);
}

#[test]
fn a_provider_that_calls_the_contractor_itself_is_not_held_to_the_longer_way() {
    let sample = Sample::new();
    add(&sample, &handoff("mssp-to-msp", "detection", "acme-mssp", "acme-msp", "4 hours"));
    add(&sample, &handoff("msp-to-mssp", "detection", "acme-msp", "acme-mssp", "8 hours"));
    assert_eq!(said(&sample), Vec::<Value>::new(), "two providers that tell each other and the contractor");

    add(&sample, &handoff("low", "detection", "acme-mssp", "contractor", "5 days"));
    let found = only(&sample);
    let (rule, level, message) = words(&found);
    assert_eq!((rule.as_str(), level.as_str()), ("slow-handoff", "warn"), "{message}");
    assert!(message.ends_with("nothing of the 72 hours is left; its fastest way takes 4 hours"), "{message}");
}

#[test]
fn what_is_handed_over_after_an_incident_is_no_part_of_the_72_hours() {
    let sample = Sample::new();
    for matter in ["recovery", "preservation", "documentation", "malware", "vulnerability", "other"] {
        add(&sample, &handoff(&format!("after-{matter}"), matter, "acme-msp", "contractor", "10 days"));
    }
    assert_eq!(said(&sample), Vec::<Value>::new());
}

#[test]
fn a_way_without_limit_is_denied_and_an_order_to_a_provider_warns() {
    let open = |id: &str| with_table(id, |table| without(table, "within"));
    let found = only(&open("\"mssp-alert\""));
    is(&found, "handoff-without-limit", "deny", "`mssp-alert` from `acme-mssp` to `contractor` has no time limit");
    let found = only(&open("\"contain-order\""));
    is(&found, "handoff-without-limit", "warn", "`contain-order` from `contractor` to `acme-msp` has no time limit");
    let found = only(&with_table("\"change-report\"", |table| table.replace("5 days", "1 month")));
    is(
        &found,
        "handoff-without-limit",
        "warn",
        "`change-report` from `acme-msp` to `contractor` has the limit 1 month, which is no number of hours",
    );
}

#[test]
fn seed_failure_our_msp_handles_that() {
    let sample = with_table("\"msp-report\"", |_| String::new());
    let found = said(&sample);
    is(
        &found[0],
        "handoff-to-nowhere",
        "deny",
        "incidents are handed over to `acme-msp`, which hands them to nobody, so the contractor never hears of them",
    );
    assert_eq!(found.len(), 1, "the backup provider hands over to the MSP, and that is where it ends: {found:#?}");

    change_table(&sample, "\"vault-notice\"", |table| table.replace("\"acme-msp\"", "\"contractor\""));
    let found = only(&sample);
    is(
        &found,
        "no-handoff",
        "deny",
        "`acme-msp` has SPD in its service `help-desk`, and hands incidents over to nobody",
    );
    assert_eq!(found["path"], "providers/acme-msp.toml");
    assert!(
        found["help"]
            .as_str()
            .is_some_and(|help| help.starts_with("add a [[handoff]] from acme-msp to the contractor"))
    );

    let allow =
        "\n[[allow]]\nrule = \"no-handoff\"\nin = \"acme-msp\"\nreason = \"The new contract is signed next week.\"\n";
    sample.write("demarcate.toml", &(sample.text("demarcate.toml") + allow));
    assert_eq!(said(&sample), Vec::<Value>::new());
}

#[test]
fn whoever_detects_hands_over_and_a_cloud_with_a_clause_only_warns() {
    let found = only(&with_table("\"mssp-alert\"", |_| String::new()));
    is(&found, "no-handoff", "deny", "`acme-mssp` has the detection of incidents, and hands incidents over to nobody");
    assert_eq!(found["path"], FILE);
    let found = only(&with_table("\"enclave-notice\"", |_| String::new()));
    is(
        &found,
        "no-handoff",
        "warn",
        "`gcc-high` has CUI and SPD in its service `tenant`, and hands incidents over to nobody",
    );
    let found = only(&with_table("\"vault-notice\"", |_| String::new()));
    is(
        &found,
        "no-handoff",
        "deny",
        "`vaultline` has CUI in its service `offsite-backup`, and hands incidents over to nobody",
    );
}

#[test]
fn a_circle_is_reported_once_and_never_followed_without_end() {
    let sample = with_table("\"mssp-alert\"", |table| {
        table.replace("\"contractor\"", "\"acme-msp\"").replace("to-role    = \"isso\"\n", "")
    });
    change_table(&sample, "\"msp-report\"", |table| {
        table.replace("\"contractor\"", "\"acme-mssp\"").replace("to-role    = \"isso\"\n", "")
    });
    let found = only(&sample);
    is(
        &found,
        "handoff-to-nowhere",
        "deny",
        "incidents go round between `acme-msp` and `acme-mssp` and never reach the contractor",
    );
    assert_eq!(found["related"].as_array().map(Vec::len), Some(2), "{found:#}");

    add(&sample, &handoff("way-out", "analysis", "acme-mssp", "contractor", "4 hours"));
    let found = only(&sample);
    is(
        &found,
        "handoff-in-circle",
        "warn",
        "incidents may go round between `acme-msp` and `acme-mssp` before the contractor hears of them",
    );
}

#[test]
fn a_handoff_of_a_party_to_itself_is_reported_and_counts_for_nothing() {
    let found = said(&with_table("\"mssp-alert\"", |table| table.replace("\"contractor\"", "\"acme-mssp\"")));
    is(&found[0], "handoff-to-nowhere", "deny", "`mssp-alert` is from `acme-mssp` to itself");
}

#[test]
fn hundreds_of_handoffs_between_all_parties_are_judged_at_once() {
    let sample = Sample::new();
    let parties = ["acme-msp", "acme-mssp", "gcc-high", "vaultline", "dayton-properties"];
    let mut text = String::new();
    for number in 0..600 {
        let (from, to) = (parties[number % 5], parties[(number / 5 + number % 5 + 1) % 5]);
        if from != to {
            text += &handoff(&format!("h-{number}"), "detection", from, to, "1 hour");
        }
    }
    add(&sample, &text);
    let start = std::time::Instant::now();
    let found = said(&sample);
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
    let circles = found.iter().filter(|found| found["rule"] == "handoff-in-circle").count();
    assert_eq!((circles, found.len()), (1, 6), "one circle, and the contracts of five providers: {found:#?}");
    let shown = found.iter().filter_map(|found| found["related"].as_array()).map(Vec::len).max();
    assert_eq!(shown, Some(9), "{found:#?}");
}

#[test]
fn a_party_that_nobody_defines_is_reported_where_it_is_named_and_nowhere_else() {
    let sample = with_table("\"vault-notice\"", |table| table.replace("\"acme-msp\"", "\"acme-mps\""));
    assert_eq!(said(&sample), Vec::<Value>::new());
    let screen = sample.run(&["check", "--only", "dangling-party"]);
    assert!(screen.out.contains("did you mean `acme-msp`?"), "{}", screen.out);
}

#[test]
fn a_matter_misspelt_is_reported_with_what_was_meant_and_nothing_is_built_on_it() {
    let sample = planted(FILE, &[("\"personnel\"", "\"personel\"")]);
    assert_eq!(said(&sample), Vec::<Value>::new());
    let screen = sample.run(&["check", "--only", "wrong-value"]);
    assert!(screen.out.contains("`personel`") && screen.out.contains("did you mean `personnel`?"), "{}", screen.out);
}

#[test]
fn a_broken_file_gives_no_second_alarm() {
    let sample =
        planted(FILE, &[("[[reporter]]\nperson            = \"dana\"", "[[reporter]\nperson            = \"dana\"")]);
    assert_eq!(said(&sample), Vec::<Value>::new());
}

#[test]
fn phases_that_are_nobodys_are_named_with_their_objectives_in_one_diagnostic() {
    let sample = with_table("phase = \"containment\"", |_| String::new());
    change_table(&sample, "phase = \"tracking\"", |_| String::new());
    let found = only(&sample);
    is(
        &found,
        "unowned-incident-phase",
        "deny",
        "the phases containment (IR.L2-3.6.1[e]), tracking (IR.L2-3.6.2[a]) are nobody's",
    );
    let found = only(&with_table("phase = \"malware\"", |_| String::new()));
    is(&found, "unowned-incident-phase", "warn", "the phase malware (DFARS 252.204-7012(d)) is nobody's");
}

#[test]
fn a_phase_that_is_determined_not_met_only_warns() {
    let sample = with_table("phase = \"containment\"", |_| String::new());
    plant(&sample, "practices/IR.L2-3.6.1.toml", &[("e = \"met\"", "e = \"not-met\"")]);
    assert_eq!(words(&only(&sample)).1, "warn");
}

#[test]
fn without_the_file_there_is_one_diagnostic_and_for_unanswered_practices_none() {
    let sample = Sample::new();
    std::fs::remove_file(sample.root().join(FILE)).expect("it is there");
    let found = only(&sample);
    is(
        &found,
        "unowned-incident-phase",
        "deny",
        "no `incident.toml` says who handles an incident, and how it gets to the DoD in time",
    );
    assert_eq!(found["path"], "practices/IR.L2-3.6.1.toml");
    for id in ["3.6.1", "3.6.2"] {
        sample.write(&format!("practices/IR.L2-{id}.toml"), &format!("practice = \"IR.L2-{id}\"\n"));
    }
    assert_eq!(said(&sample), Vec::<Value>::new());
}

#[test]
fn the_reporter_is_the_contractors_and_has_a_certificate_and_a_deputy() {
    let found = only(&with_table("phase = \"reporting\"", |table| table.replace("\"contractor\"", "\"acme-mssp\"")));
    is(&found, "reporter-not-contractor", "deny", "reporting to the DoD is left to `acme-mssp`");
    let found = only(&with_table("\"dana\"", |table| table.replace("\"dana\"", "\"noor\"")));
    is(&found, "reporter-not-contractor", "deny", "the reporter `noor` works for `acme-mssp`, not for the contractor");
    let found = only(&with_table("\"priya\"", |_| String::new()));
    is(&found, "no-deputy", "warn", "nobody stands in for the reporter `dana`");
    let found = only(&with_table("\"dana\"", |_| String::new()));
    is(&found, "no-reporter", "deny", "only a deputy is named who reports an incident to the DoD");
}

#[test]
fn a_certificate_is_shown_said_and_in_force() {
    let found = only(&with_table("\"dana\"", |table| table.replace("2027-08-31", "2026-11-20")));
    is(&found, "reporter-certificate", "deny", "the certificate of the reporter `dana` lapsed on 2026-11-20");
    let found = only(&with_table("\"priya\"", |table| table.replace("2027-08-31", "2026-11-20")));
    is(&found, "reporter-certificate", "warn", "the certificate of the reporter `priya` lapsed on 2026-11-20");
    let unsaid = |key: &'static str| with_table("\"dana\"", move |table| without(table, key));
    let found = only(&unsaid("certificate"));
    is(&found, "reporter-certificate", "deny", "nothing shows the medium assurance certificate of the reporter `dana`");
    assert_eq!(said(&unsaid("certificate-until")), Vec::<Value>::new(), "the artifact says when it lapses");
    let sample = unsaid("certificate-until");
    plant(
        &sample,
        "evidence/contractor/artifacts.toml",
        &[("kind          = \"certificate\"\nexpires       = 2027-08-31", "kind          = \"certificate\"")],
    );
    let found = only(&sample);
    is(
        &found,
        "reporter-certificate",
        "warn",
        "it is not said until when the certificate of the reporter `dana` is valid",
    );
}

#[test]
fn tests_of_handoffs_are_folded_by_provider_and_kind() {
    let sample = Sample::new();
    let text = sample.text(FILE).replace("last       = 2026-06-11", "last       = 2025-06-11");
    sample.write(FILE, &text);
    let found = said(&sample);
    let messages: Vec<String> = found.iter().map(words).map(|(_, _, message)| message).collect();
    assert_eq!(messages.len(), 4, "{messages:#?}");
    assert!(
        messages.contains(
            &"the handoff `msp-report` from `acme-msp` to `contractor` was last tested on 2025-06-11 and was due again on \
              2026-06-11 (and 1 more with `acme-msp`)"
                .to_owned()
        ),
        "{messages:#?}"
    );
    let last = |day: &'static str| only(&with_table("\"mssp-alert\"", move |table| table.replace("2026-06-11", day)));
    let message = words(&last("2026-12-01")).2;
    assert!(message.ends_with("was tested on 2026-12-01, which is to come"), "{message}");
    let message = words(&last("2026-09-01")).2;
    assert!(
        message.ends_with("was tested on 2026-09-01, and the newest edition of its record is of 2026-06-11"),
        "{message}"
    );
}

#[test]
fn an_authority_of_last_year_is_reported_and_the_dod_has_to_be_one() {
    let sample = Sample::new();
    sample.write(FILE, &sample.text(FILE).replace("checked = 2026-10-15", "checked = 2025-10-15"));
    let found = only(&sample);
    is(
        &found,
        "authority-unchecked",
        "warn",
        "the contact of `DoD Cyber Crime Center (DIBNet)` (and of 1 more) was last checked on 2025-10-15, more than a year ago",
    );
    let found = only(&with_table("DIBNet", |_| String::new()));
    is(&found, "authority-unchecked", "warn", "no authority of the DoD is among those to be told of an incident");
}

#[test]
fn seed_failure_configuration_changed_and_the_ssp_not() {
    let found = only(&with_table("\"change-report\"", |_| String::new()));
    is(
        &found,
        "missing-handoff",
        "warn",
        "no handoff says how the contractor hears of changes of the configuration from `acme-msp`",
    );
    assert_eq!(found["path"], "practices/CM.L2-3.4.1.toml");

    let changed = "title         = \"Endpoint, server and configuration management\"\nkind          = \"msp\"\ndata          = [\"spd\"]\nauthorization = \"none\"\nchanged       = 2026-01-20";
    let sample = planted("providers/acme-msp.toml", &[(changed, &changed.replace("2026-01-20", "2026-11-02"))]);
    let found = only(&sample);
    is(
        &found,
        "ssp-behind-configuration",
        "warn",
        "service `endpoints` of `acme-msp` changed on 2026-11-02, which role `it-lead` is told of, and the SSP is of 2026-10-15",
    );
    assert_eq!(found["path"], "demarcate.toml");
    let places: Vec<&Value> = found["related"].as_array().into_iter().flatten().map(|place| &place["path"]).collect();
    assert_eq!(places, [FILE, "providers/acme-msp.toml"]);

    let sample = planted("providers/acme-msp.toml", &[(changed, &changed.replace("2026-01-20", "2026-11-18"))]);
    assert_eq!(said(&sample), Vec::<Value>::new(), "the five days of the handoff are not over");
}

#[test]
fn joiners_and_leavers_and_what_a_scan_finds_are_handed_over() {
    let found = only(&with_table("\"joiners-and-leavers\"", |_| String::new()));
    is(&found, "missing-handoff", "warn", "no handoff says how joiners and leavers reach `acme-msp`");

    // The SOC scans from now on, the MSP patches.
    let sample = planted(
        "practices/RA.L2-3.11.2.toml",
        &[
            ("party         = \"acme-msp\"", "party         = \"acme-mssp\""),
            ("service       = \"scanning\"", "service       = \"siem\""),
        ],
    );
    let found = only(&sample);
    let (rule, _, message) = words(&found);
    assert_eq!(rule, "missing-handoff");
    assert!(
        message.ends_with("from who scans to who patches among `acme-msp` and `acme-mssp`")
            || message.contains("`acme-mssp`"),
        "{message}"
    );
    add(&sample, &handoff("findings", "vulnerability", "acme-mssp", "contractor", "1 day"));
    add(&sample, &handoff("patch-orders", "vulnerability", "contractor", "acme-msp", "1 day"));
    assert_eq!(said(&sample), Vec::<Value>::new(), "through the contractor is a way too");
}

#[test]
fn the_plan_draws_the_longest_way_and_what_is_written_stays_text() {
    let sample = with_table("\"vault-notice\"", |table| table.replace("Kestrel's vault", "<script>x</script>\\\"><b>"));
    let screen = sample.run(&["render", "ssp", "--format", "html,md", "-o", "out"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let html = sample.text("out/ssp.html");
    assert!(
        html.contains("The longest notification path takes 24 hours; 48 hours of the 72 are left to the contractor."),
        "no sum"
    );
    assert!(!html.contains("<script>x"), "what was written acts");
    assert!(html.contains("<polygon points="), "no arrow");
    let plan = sample.text("out/ssp.md");
    assert!(plan.contains("1. GCC High Cloud Services to Kestrel Machine Works, Inc.: 24 hours"), "no list of steps");
}
