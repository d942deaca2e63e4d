//! Providers by what they are, sign and reach: each fault planted in the sample, with the line that a user reads, and the
//! providers of whom nothing is to be said.

use std::sync::{Mutex, OnceLock, PoisonError};

use demarcate::rule::Group;
use demarcate::rules::RULES;
use rayon::prelude::*;
use serde_json::Value;

use super::base::{Repository, line};
use super::screen::Sample;

const ACME: &str = "providers/acme-msp.toml";
const CLOUD: &str = "providers/gcc-high.toml";
const VAULT: &str = "providers/vaultline.toml";

/// Rules of providers, and those that a planted fault of a provider may touch beside them.
fn is_of_providers(rule: &str) -> bool {
    let beside =
        ["artifact-lapsed", "circular-via", "connection-with-itself", "contradicting-dates", "dangling-provider"];
    beside.contains(&rule) || RULES.iter().any(|known| known.name == rule && known.group == Group::Providers)
}

/// The sample with texts replaced, each where it stands once.
fn planted(changes: &[(&str, &str, &str)]) -> Sample {
    let sample = Sample::new();
    for (path, old, new) in changes {
        let text = sample.text(path);
        assert_eq!(text.matches(old).count(), 1, "{path} holds once: {old}");
        sample.write(path, &text.replace(old, new));
    }
    sample
}

/// What is said of providers.
fn said(sample: &Sample) -> Vec<Value> {
    let screen = sample.run(&["check", "--without-history", "--format", "json"]);
    let all = screen.json()["diagnostics"].as_array().expect("check lists its diagnostics").clone();
    all.into_iter().filter(|found| found["rule"].as_str().is_some_and(is_of_providers)).collect()
}

/// Each as `level rule path: message`.
fn lines(sample: &Sample) -> Vec<String> {
    let text = |found: &Value, key: &str| found[key].as_str().unwrap_or_default().to_owned();
    let line = |found: &Value| {
        let message = without_count(&text(found, "message"));
        format!("{} {} {}: {message}", text(found, "level"), text(found, "rule"), text(found, "path"))
    };
    said(sample).iter().map(line).collect()
}

/// A message without how many duties there are, which is the sample's own matter.
fn without_count(message: &str) -> String {
    let Some((before, rest)) = message.split_once(" holds ") else { return message.to_owned() };
    let count = rest.chars().take_while(char::is_ascii_digit).count();
    if count == 0 { message.to_owned() } else { format!("{before} holds N{}", &rest[count..]) }
}

/// What one change of a file makes the tool say, and nothing else; one sample serves them all, and is mended after each.
fn says(path: &str, old: &str, new: &str, expected: &[&str]) {
    static SHARED: OnceLock<Mutex<Sample>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| Mutex::new(Sample::new()));
    let found = {
        let sample = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let text = sample.text(path);
        let count = text.matches(old).count();
        sample.write(path, &text.replace(old, new));
        let found = lines(&sample);
        sample.write(path, &text);
        (count, found)
    };
    assert_eq!(found, (1, expected.iter().map(|line| (*line).to_owned()).collect()), "{path}: {old} -> {new}");
}

#[test]
fn nothing_is_said_of_the_providers_of_the_sample() {
    assert_eq!(lines(&Sample::new()), Vec::<String>::new());
}

#[test]
fn stale_letter() {
    let sample = Sample::new();
    let cloud =
        sample.text(CLOUD).replace("authorization-until    = 2027-09-30", "authorization-until    = 2026-09-30");
    sample.write(CLOUD, &cloud);
    let artifacts = "evidence/gcc-high/artifacts.toml";
    let letter = sample.text(artifacts).replacen("expires       = 2027-09-30", "expires       = 2026-09-30", 1);
    sample.write(artifacts, &letter);
    let found = said(&sample);
    let [found] = found.as_slice() else { panic!("three services and their letter are one fault: {found:#?}") };
    assert_eq!(found["rule"], "authorization-lapsed");
    assert_eq!(
        found["message"],
        "the authorization fedramp-high of `tenant`, `identity` and `endpoint-management` of `gcc-high` ran out on 2026-09-30"
    );
    assert_eq!(found["related"].as_array().map(Vec::len), Some(3), "two other services and the letter: {found:#?}");
    assert_eq!(found["related"][2]["path"], artifacts);
    assert!(found["help"].as_str().is_some_and(|help| help.contains("the letter that is in force")), "{found:#?}");
}

#[test]
fn a_letter_that_lapses_by_itself_is_reported_as_an_artifact() {
    says(
        "evidence/gcc-high/artifacts.toml",
        "kind          = \"letter\"\nexpires       = 2027-09-30",
        "kind          = \"letter\"\nexpires       = 2026-09-30",
        &["deny artifact-lapsed evidence/gcc-high/artifacts.toml: artifact `fedramp-letter` lapsed on 2026-09-30"],
    );
}

#[test]
fn overseas_helpdesk() {
    let tara = "email    = \"tara.boyle@acme-msp.example\"\nlocation = \"United States\"";
    says(
        ACME,
        tara,
        &tara.replace("United States", "Manila, Philippines"),
        &[
            "deny work-outside-us providers/acme-msp.toml: Tara Boyle of `acme-msp` works outside the United States: Manila, \
           Philippines, and `acme-msp` holds N duties, has security protection data and gets in, and technical data under the ITAR is \
           in scope",
        ],
    );
    let sample = planted(&[(ACME, tara, &tara.replace("United States", "Night shift"))]);
    assert_eq!(
        lines(&sample),
        [
            "warn work-outside-us providers/acme-msp.toml: in which country `acme-msp` works cannot be told from \"Night shift\""
        ]
    );
}

#[test]
fn an_overseas_helpdesk_is_a_warning_without_the_itar_and_several_places_are_one() {
    let place = "locations      = [\"Columbus, OH, United States\"]";
    let abroad =
        "locations      = [\"Columbus, OH, United States\", \"Pune, India\", \"Krakow, Poland\", \"Night shift\"]";
    let sample = planted(&[("demarcate.toml", "itar               = true\n", ""), (ACME, place, abroad)]);
    let found = said(&sample);
    let [found] = found.as_slice() else { panic!("{found:#?}") };
    let message = found["message"].as_str().unwrap_or_default();
    assert!(message.contains("outside the United States: Pune, India (and 1 more)"), "{message}");
    assert_eq!(found["level"], "warn");
    assert_eq!(found["related"][0]["message"], "it: Krakow, Poland");
}

#[test]
fn fourth_party_unseen() {
    let found = "esp            = true\nlocations      = [\"Columbus, OH, United States\"]";
    let new = format!(
        "fourth-parties = [\"Vaultline Backup Inc\", \"GCC High\", \"Nightline Support\", \"RemoteHands\"]\n{found}"
    );
    let sample = planted(&[(ACME, found, &new)]);
    let all = said(&sample);
    let [found] = all.as_slice() else { panic!("{all:#?}") };
    assert_eq!(found["level"], "deny");
    assert_eq!(found["message"], "`acme-msp` uses `Nightline Support` and `RemoteHands`, which are not on record here");
    let help = found["help"].as_str().unwrap_or_default();
    assert!(help.contains("`via = \"acme-msp\"`"), "{help}");
}

#[test]
fn a_fourth_party_that_is_on_record_through_another_is_a_warning() {
    let found = "id             = \"acme-mssp\"";
    let new = format!("fourth-parties = [\"vaultline\"]\n{found}");
    says(
        "providers/acme-mssp.toml",
        found,
        &new,
        &[
            "warn unlisted-fourth-party providers/acme-mssp.toml: `acme-mssp` uses `vaultline`, which is on record as reached \
           through `acme-msp` alone",
        ],
    );
}

#[test]
fn a_fourth_party_that_nobody_approved_yet() {
    says(
        VAULT,
        "approved       = 2026-05-12\n",
        "",
        &[
            "deny unapproved-fourth-party providers/vaultline.toml: `vaultline` is reached through `acme-msp`, and nobody has \
         approved it",
        ],
    );
    says(
        VAULT,
        "approved       = 2026-05-12",
        "approved       = 2027-05-12",
        &[
            "deny unapproved-fourth-party providers/vaultline.toml: `vaultline`, reached through `acme-msp`, is approved on \
         2027-05-12, which is yet to come",
        ],
    );
}

#[test]
fn seventy_two_hours_in_the_contract() {
    let text = Sample::new().text(ACME);
    let said = text.lines().find(|line| line.contains("\"8 hours\"")).expect("the sample has that limit").to_owned();
    let limit = |words: &str| said.replace("8 hours", words);
    let late = |words: &str| {
        format!(
            "deny late-incident-notice {ACME}: clause `incidents` lets `acme-msp` tell of an incident after {words}, which \
             leaves none of the 72 hours in which the contractor reports it to the DoD"
        )
    };
    for words in ["72 hours", "3 days", "1 week", "4320 minutes"] {
        says(ACME, &said, &limit(words), &[&late(words)]);
    }
    for words in ["25 hours", "2 days", "71 hours"] {
        says(ACME, &said, &limit(words), &[&late(words).replace("deny", "warn").replace("none of", "little of")]);
    }
    says(ACME, &said, &limit("24 hours"), &[]);
    says(ACME, &said, &limit("1 day"), &[]);
    says(
        ACME,
        &format!("{said}\n"),
        "",
        &[
            "warn late-incident-notice providers/acme-msp.toml: clause `incidents` has `acme-msp` tell of an incident without \
         saying when: whether it leaves time to report within 72 hours cannot be told",
        ],
    );
}

#[test]
fn an_incident_clause_for_other_services_is_none() {
    let clause = "kind   = \"incident-notification\"";
    says(
        ACME,
        clause,
        &format!("{clause}\nservices = [\"network\", \"patching\"]"),
        &[
            "deny late-incident-notice providers/acme-msp.toml: no clause has `acme-msp` tell the contractor of an incident of \
         `help-desk`, `endpoints` and `scanning`",
        ],
    );
}

#[test]
fn three_a_m_login_that_nobody_reviews() {
    let review = "review-every  = \"3 months\"\nreview-by     = \"isso\"\nreview-record = \"access-review\"\nreview-last   = 2026-10-20";
    let access = "deny access-not-reviewed providers/acme-msp.toml: access `jump-host` of `acme-msp`";
    let cases = [
        (
            "2026-10-20",
            "2026-07-20",
            "is to be reviewed every 3 months, and was last reviewed on 2026-07-20, 124 days ago",
        ),
        ("2026-10-20", "2026-12-24", "was last reviewed on 2026-12-24, which is yet to come"),
        ("review-last   = 2026-10-20", "", "has never been reviewed"),
        ("review-every  = \"3 months\"\n", "", "is reviewed by nobody: no interval is set"),
        ("review-by     = \"isso\"\n", "", "is reviewed by nobody: no role is named"),
        (review, "", "is reviewed by nobody: no interval is set"),
    ];
    for (old, new, expected) in cases {
        says(ACME, review, &review.replace(old, new), &[&format!("{access} {expected}")]);
    }
    let record = "review-record = \"access-review\"\n";
    says(
        ACME,
        review,
        &review.replace(record, ""),
        &[
            "warn access-not-reviewed providers/acme-msp.toml: nothing shows that access `jump-host` of `acme-msp` was reviewed",
        ],
    );
}

#[test]
fn a_way_in_and_a_connection_say_all_of_it() {
    says(
        ACME,
        "source        = \"Acme MSP office network in Columbus\"\nlogging       = \"Sessions",
        "logging       = \"Sessions",
        &[
            "warn incomplete-access providers/acme-msp.toml: access `jump-host` of `acme-msp` does not say from which networks or \
         places they are let in",
        ],
    );
    says(
        ACME,
        "flow           = \"both directions, opened by the agents\"",
        "flow = \" \"",
        &[
            "warn incomplete-connection providers/acme-msp.toml: connection `management-console` of `acme-msp` lacks flow",
        ],
    );
    says(
        "demarcate.toml",
        "data           = \"Incident reports, scores and affirmations out\"\n",
        "",
        &["warn incomplete-connection demarcate.toml: the system's connection `dod-reporting` lacks data"],
    );
}

/// The contract of the sample's managed service provider, cut out of its file.
fn without_contract(path: &str) -> (Sample, String) {
    let sample = Sample::new();
    let text = sample.text(path);
    let start = text.find("[contract]").expect("the provider has a contract");
    let end = ["[[people]]", "[[access]]", "[[connection]]"].iter().filter_map(|head| text.find(head)).min();
    let rest = end.expect("something follows the contract");
    sample.write(path, &format!("{}{}", &text[..start], &text[rest..]));
    (sample, text)
}

#[test]
fn a_provider_without_a_contract_is_one_fault() {
    let (sample, _) = without_contract(ACME);
    let expected = "deny no-contract providers/acme-msp.toml: no contract with `acme-msp` is recorded, and it holds N duties, \
                    has security protection data and gets in";
    assert_eq!(lines(&sample), [expected]);
}

#[test]
fn a_fourth_party_may_be_bound_by_the_contract_of_the_one_that_brings_it() {
    let (sample, _) = without_contract(VAULT);
    let found = lines(&sample);
    // Its CUI lies on a backup, of which nobody says that it is a cloud.
    assert_eq!(found, Vec::<String>::new());
    let text = sample.text(ACME);
    let (start, end) = (text.find("[contract]"), text.find("[[people]]"));
    let (start, end) = (start.expect("it has a contract"), end.expect("it has people"));
    sample.write(ACME, &format!("{}{}", &text[..start], &text[end..]));
    let rules: Vec<String> =
        lines(&sample).iter().map(|line| line.split(' ').take(3).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(rules, ["deny no-contract providers/acme-msp.toml:", "warn no-contract providers/vaultline.toml:"]);
}

#[test]
fn a_contract_out_of_force() {
    says(
        ACME,
        "until    = 2028-09-14",
        "until    = 2026-09-14",
        &[
            "deny contract-lapsed providers/acme-msp.toml: the contract with `acme-msp` ran out on 2026-09-14, and it holds N \
         duties, has security protection data and gets in",
        ],
    );
    says(
        ACME,
        "from     = 2025-09-15",
        "from     = 2027-09-15",
        &[
            "deny contract-lapsed providers/acme-msp.toml: the contract with `acme-msp` is not yet in force until 2027-09-15, and \
         it holds N duties, has security protection data and gets in",
        ],
    );
    says(
        ACME,
        "until    = 2028-09-14",
        "until    = 2025-09-14",
        &[
            "deny contradicting-dates providers/acme-msp.toml: the contract with `acme-msp` ends on 2025-09-14, before it begins on \
         2025-09-15",
        ],
    );
}

#[test]
fn clauses_that_are_missing_are_one_line_that_says_for_which_services() {
    let sample = planted(&[
        (ACME, "kind = \"audit\"", "kind = \"other\""),
        (
            ACME,
            "kind = \"assessment\"",
            "kind = \"assessment\"\nservices = [\"help-desk\", \"endpoints\", \"network\", \"patching\"]",
        ),
    ]);
    assert_eq!(
        lines(&sample),
        [
            "warn missing-clause providers/acme-msp.toml: the contract with `acme-msp` lacks a right to audit, or what stands for \
         it, for `help-desk`, `endpoints`, `network`, `patching` and `scanning` and taking part in the assessment for `scanning`"
        ]
    );
    says(
        ACME,
        "within = \"5 days\"\n",
        "",
        &[
            "warn evidence-clause-without-limit providers/acme-msp.toml: clause `evidence` has `acme-msp` hand over evidence, and \
         sets no time",
        ],
    );
}

#[test]
fn a_duty_that_names_no_clause_is_counted_with_its_provider() {
    let sample = Sample::new();
    for path in ["practices/AC.L2-3.1.1.toml", "practices/AC.L2-3.1.5.toml"] {
        let text = sample.text(path);
        let (before, part) = text.split_once("\"acme-msp\"").expect("Acme has a part");
        let lines = part.lines().filter(|line| !line.starts_with("clause")).collect::<Vec<_>>().join("\n");
        sample.write(path, &format!("{before}\"acme-msp\"{lines}\n"));
    }
    let all = said(&sample);
    let [found] = all.as_slice() else { panic!("{all:#?}") };
    let message = found["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("duties of `acme-msp` name no clause of its contract, the first in AC.L2-3.1.1"),
        "{message}"
    );
    assert_eq!((found["rule"].as_str(), found["level"].as_str()), (Some("duty-without-clause"), Some("warn")));
    assert_eq!(found["related"][0]["path"], "practices/AC.L2-3.1.1.toml");
}

#[test]
fn a_cloud_that_publishes_its_matrix_needs_no_clause_for_each_duty() {
    let sample = Sample::new();
    let mut bare = 0;
    for entry in std::fs::read_dir(sample.root().join("practices")).expect("the sample has practices").flatten() {
        let path = format!("practices/{}", entry.file_name().to_string_lossy());
        let text = sample.text(&path);
        if let Some((before, part)) = text.split_once("\"gcc-high\"\n") {
            bare += 1;
            let kept = part.lines().filter(|line| !line.starts_with("clause")).collect::<Vec<_>>().join("\n");
            sample.write(&path, &format!("{before}\"gcc-high\"\n{kept}\n"));
        }
    }
    assert!(bare > 5, "{bare}");
    let all = lines(&sample);
    assert!(!all.iter().any(|line| line.contains("duties of `gcc-high`")), "{all:#?}");
}

#[test]
fn a_cloud_with_cui_is_asked_for_its_authorization_its_boundary_and_7012() {
    let tenant = "data                   = [\"cui\", \"spd\"]\nauthorization          = \"fedramp-high\"\nauthorization-evidence = \"fedramp-letter\"\nauthorization-until    = 2027-09-30\ninside-boundary        = true";
    let has = |words: &str| {
        format!("deny unauthorized-cloud {CLOUD}: CUI lies on service `tenant` of `gcc-high`, which has {words}")
    };
    for (word, expected) in [
        ("soc-2", "SOC 2, and that does not stand in for FedRAMP Moderate"),
        ("cmmc-level-2", "CMMC Level 2, and that does not stand in for FedRAMP Moderate"),
        ("none", "no FedRAMP authorization"),
    ] {
        says(CLOUD, tenant, &tenant.replace("fedramp-high", word), &[&has(expected)]);
    }
    for word in ["fedramp-moderate", "fedramp-moderate-equivalent"] {
        says(CLOUD, tenant, &tenant.replace("fedramp-high", word), &[]);
    }
    says(
        CLOUD,
        tenant,
        &tenant.replace("authorization-evidence = \"fedramp-letter\"\n", ""),
        &[
            "warn authorization-not-shown providers/gcc-high.toml: no artifact shows the authorization fedramp-high of `tenant` of \
         `gcc-high`",
        ],
    );
    says(
        CLOUD,
        tenant,
        &tenant.replace("= true", "= false"),
        &[
            "deny outside-boundary providers/gcc-high.toml: CUI lies on service `tenant` of `gcc-high`, which is outside the \
         boundary of its authorization",
        ],
    );
    says(
        CLOUD,
        tenant,
        &tenant.replace("\ninside-boundary        = true", ""),
        &[
            "warn outside-boundary providers/gcc-high.toml: whether service `tenant` of `gcc-high`, on which CUI lies, is within \
         the boundary of its authorization is not said",
        ],
    );
    says(
        CLOUD,
        "kind = \"dfars-7012\"",
        "kind = \"dfars-7012\"\nservices = [\"identity\"]",
        &[
            "deny no-dfars-7012 providers/gcc-high.toml: the contract for `tenant` of `gcc-high`, with CUI, does not take on DFARS \
         252.204-7012(c) to (g)",
        ],
    );
}

#[test]
fn a_backup_with_cui_that_is_not_authorized_is_a_question() {
    says(
        VAULT,
        "\"fedramp-moderate\"",
        "\"soc-2\"",
        &[
            "warn unauthorized-cloud providers/vaultline.toml: CUI lies on service `offsite-backup` of `vaultline`, which has SOC \
         2, and that does not stand in for FedRAMP Moderate",
        ],
    );
}

#[test]
fn people_are_attested_listed_and_screened() {
    says(
        ACME,
        "us-persons     = \"msp-personnel\"\n",
        "",
        &[
            "deny us-persons-not-shown providers/acme-msp.toml: `acme-msp` has not attested that everybody with access is a U.S. \
         person, and its people get in",
        ],
    );
    says(
        ACME,
        "personnel-list = \"msp-personnel\"\n",
        "",
        &[
            "warn no-personnel-list providers/acme-msp.toml: `acme-msp` holds N duties, has security protection data and gets in, \
         and no artifact lists its people",
        ],
    );
    says(
        ACME,
        "screened = 2025-10-06\n",
        "",
        &[
            "warn unscreened-person providers/acme-msp.toml: Owen Price of `acme-msp` has access, and no day of screening up to now \
         is recorded",
        ],
    );
    says(
        ACME,
        "screened = 2025-10-06",
        "screened = 2027-10-06",
        &[
            "warn unscreened-person providers/acme-msp.toml: Owen Price of `acme-msp` has access, and no day of screening up to now \
         is recorded",
        ],
    );
}

#[test]
fn nobody_is_asked_for_a_nationality() {
    for rule in RULES.iter().filter(|rule| rule.group == Group::Providers) {
        for line in rule.page().lines().filter(|line| line.contains("nationality")) {
            let is_forbidden =
                ["Never ask", "never record", "do not ask", "no question of"].iter().any(|no| line.contains(no));
            assert!(is_forbidden, "{}: {line}", rule.name);
        }
    }
    let sample = planted(&[(ACME, "us-persons     = \"msp-personnel\"\n", "")]);
    let help = said(&sample)[0]["help"].as_str().unwrap_or_default().to_owned();
    assert!(help.ends_with("do not ask for anybody's nationality"), "{help}");
}

#[test]
fn a_landlord_with_passwords_is_a_provider() {
    says(
        "providers/dayton-properties.toml",
        "data          = \"none\"",
        "data          = \"spd\"",
        &[
            "deny esp-denied providers/dayton-properties.toml: `dayton-properties` is said not to be an external service provider, \
         and security protection data lies on `building`",
        ],
    );
}

/// Providers of whom nothing is to be said.
const QUIET: [(&str, &str); 7] = [
    // A hyperscaler: its FedRAMP package stands in for audit, personnel, evidence and the assessment.
    (
        "hyperscaler",
        "us-persons = \"gcc-high-personnel\"\nlocations = [\"United States\"]\n[[service]]\nid = \"files\"\ntitle = \"Files\"\nkind = \"csp\"\ndata = [\"cui\", \"spd\"]\nauthorization = \"fedramp-high\"\nauthorization-evidence = \"fedramp-letter\"\ninside-boundary = true\n[contract]\nnumber = \"1\"\nclause = [{ id = \"scope\", kind = \"scope\" }, { id = \"dfars\", kind = \"dfars-7012\" }, { id = \"told\", kind = \"incident-notification\", within = \"24 hours\" }]\n",
    ),
    // A cloud with security protection data alone needs no FedRAMP, no boundary and no 7012.
    (
        "tickets",
        "locations = [\"United States\"]\n[[service]]\nid = \"tickets\"\ntitle = \"Tickets\"\nkind = \"csp\"\ndata = \"spd\"\nauthorization = \"soc-2\"\n[contract]\nclause = [{ id = \"scope\", kind = \"scope\" }, { id = \"evidence\", kind = \"evidence\", within = \"5 days\" }, { id = \"audit\", kind = \"audit\", instead = \"fedramp-letter\" }, { id = \"people\", kind = \"personnel\" }, { id = \"days\", kind = \"assessment\" }, { id = \"told\", kind = \"incident-notification\", within = \"12 hours\" }]\n",
    ),
    (
        "landlord",
        "esp = false\n[[service]]\nid = \"building\"\ntitle = \"The building\"\nkind = \"landlord\"\ndata = \"none\"\n",
    ),
    (
        "tool-maker",
        "locations = [\"Munich, Germany\"]\n[[service]]\nid = \"cutters\"\ntitle = \"Cutting tools\"\nkind = \"vendor\"\ndata = \"none\"\n",
    ),
    // Staff who work with the contractor's own processes and machines are no external service provider.
    (
        "agency",
        "esp = false\nus-persons = \"msp-personnel\"\n[[service]]\nid = \"engineers\"\ntitle = \"Two engineers on our own machines\"\nkind = \"staff\"\ndata = \"none\"\n[contract]\nclause = [{ id = \"people\", kind = \"personnel\" }]\n[[people]]\nname = \"Kim Fox\"\nlocation = \"Dayton, OH\"\nscreened = 2026-02-03\n",
    ),
    // What was encrypted before it left, with a key that never left, is no longer CUI that lies there, as this shop sees it.
    (
        "encrypted-backup",
        "[[service]]\nid = \"vault\"\ntitle = \"Stores what is encrypted before it is sent\"\nkind = \"backup\"\ndata = \"none\"\n",
    ),
    // A managed service with CUI that is no cloud is in the contractor's own scope.
    (
        "drafting",
        "personnel-list = \"msp-personnel\"\nus-persons = \"msp-personnel\"\nlocations = [\"Toledo OH\"]\n[[service]]\nid = \"drafting\"\ntitle = \"Drafting\"\nkind = \"msp\"\ndata = \"cui\"\n[contract]\nclause = [{ id = \"scope\", kind = \"scope\" }, { id = \"compliance\", kind = \"compliance\" }, { id = \"evidence\", kind = \"evidence\", within = \"5 days\" }, { id = \"audit\", kind = \"audit\" }, { id = \"people\", kind = \"personnel\" }, { id = \"days\", kind = \"assessment\" }, { id = \"told\", kind = \"incident-notification\", within = \"12 hours\" }]\n",
    ),
];

#[test]
fn of_these_providers_nothing_is_said() {
    let sample = Sample::new();
    for (id, text) in QUIET {
        sample.write(&format!("providers/{id}.toml"), &format!("id = \"{id}\"\nname = \"The {id}\"\n{text}"));
    }
    assert_eq!(lines(&sample), Vec::<String>::new());
}

#[test]
fn a_circle_is_reported_once_however_long_and_check_ends() {
    for (count, way) in [(1, "p0 -> p0"), (2, "p0 -> p1 -> p0"), (5, "p0 -> p1 -> p2 -> p3 -> p4 -> p0")] {
        let sample = Sample::new();
        for index in 0..count {
            let text = format!(
                "id = \"p{index}\"\nname = \"P {index}\"\nvia = \"p{}\"\napproved = 2026-05-04\n[[service]]\nid = \"s\"\ntitle = \"S\"\nkind = \"vendor\"\ndata = \"none\"\n",
                (index + 1) % count
            );
            sample.write(&format!("providers/p{index}.toml"), &text);
        }
        // One that leads into the circle is not of it.
        sample.write("providers/a.toml", "id = \"a\"\nname = \"A\"\nvia = \"p0\"\napproved = 2026-05-04\n");
        assert_eq!(
            lines(&sample),
            [format!("deny circular-via providers/p0.toml: `p0` is reached through itself: {way}")]
        );
    }
}

#[test]
fn a_provider_that_is_reached_through_nobody_has_one_diagnostic() {
    says(
        VAULT,
        "via            = \"acme-msp\"",
        "via            = \"acme-mps\"",
        &["deny dangling-provider providers/vaultline.toml: no provider is called `acme-mps`"],
    );
}

#[test]
fn what_a_broken_file_leaves_out_is_not_asked_for() {
    let texts = [
        "id = \"acme-msp\"\nname = \"Acme\"\nesp = \"yes\"\n[[service]]\nid = \"patching\"\ntitle = \"P\"\nkind = \"csp\"\ndata = \"cui\"\n",
        "id = \"acme-msp\"\nname = \"Acme\"\nvia = \"acme-msp\n[[service]]\nid = \"patching\"\n",
        "id = \"acme-msp\"\nname = \"Acme\"\n[[access]]\nid = \"a\"\nreview-every = \"quarterly\"\n",
        "id = \"acme-msp\"\nname = \"Acme\"\n[contract]\nfrom = 2026-02-30\nuntil = \"soon\"\n",
        "\u{feff}",
        "",
    ];
    let said: Vec<Vec<String>> = texts
        .par_iter()
        .map(|text| {
            let repository = Repository::base();
            repository.write(ACME, text);
            let (facts, all) = repository.check().expect("the root is readable");
            let of_providers = all.iter().filter(|found| is_of_providers(found.rule));
            of_providers.map(|found| line(found, &facts)).filter(|line| !line.contains("dangling")).collect()
        })
        .collect();
    assert_eq!(said, vec![Vec::<String>::new(); texts.len()]);
}

#[test]
fn a_provider_of_the_root_above_is_judged_in_the_root_below() {
    let repository = Repository::empty();
    repository.write("corporate/demarcate.toml", "[organization]\nname = \"Northwind\"\n");
    let text = "id = \"night\"\nname = \"Night Desk\"\n[[service]]\nid = \"desk\"\ntitle = \"Desk\"\nkind = \"msp\"\ndata = \"spd\"\n";
    repository.write("corporate/providers/night.toml", text);
    repository.write("enclave/demarcate.toml", "extends = \"../corporate\"\n");
    let screen =
        super::screen::run(&repository.path("enclave"), &["check", "--without-history", "--only", "no-contract"]);
    assert!(screen.out.contains("no contract with `night` is recorded"), "{}\n{}", screen.out, screen.err);
}
