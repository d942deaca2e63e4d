//! `status`: what falls due, lapses or ends, in text and in JSON, on 2026-11-21.

use std::process::Command;

use super::base::Repository;
use super::outputs::assert_fits;
use super::screen::run;

/// What is listed under one of the two keys, as `date what`.
fn rows(base: &Repository, key: &str) -> Vec<String> {
    let screen = run(&base.root(), &["status", "--format", "json"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let json = screen.json();
    assert_fits("status", &json);
    let rows = json[key].as_array().expect("a list").iter();
    rows.map(|row| format!("{} {}", row["date"].as_str().expect("a day"), row["what"].as_str().expect("words")))
        .collect()
}

fn with_assessment(keys: &str) -> Repository {
    let base = Repository::base();
    let text = base.text("demarcate.toml").replace("planned = 2027-03-01\n", keys);
    assert!(text.contains(keys), "the base has a planned assessment");
    base.write("demarcate.toml", text);
    base
}

fn of_words<'a>(rows: &'a [String], words: &str) -> Vec<&'a str> {
    rows.iter().filter(|row| row.contains(words)).map(String::as_str).collect()
}

#[test]
fn a_final_status_counts_down_over_years_and_is_told_once() {
    let base = with_assessment("final-date = 2026-06-30\n");
    let later = rows(&base, "later");
    assert_eq!(
        of_words(&later, "status"),
        [
            "2027-06-30 yearly affirmation is due, a year after the status date; none is on record (32 CFR 170.22)",
            "2029-06-30 the final status of 2026-06-30 lapses, three years after its date (DFARS 252.204-7021(a))",
            "2032-06-30 hashed artifacts of the status of 2026-06-30 are kept for six years, until then (32 CFR 170.16, 170.17(c)(4))",
        ]
    );
    let near = rows(&base, "dates");
    assert!(later.iter().all(|row| !near.contains(row)), "{near:?}");
    let text = run(&base.root(), &["status"]).out;
    let (near, later) = text.split_once("\nfurther ahead\n").expect("a part of its own");
    assert!(near.contains("dates counting down\n") && !near.contains("2029-06-30"), "{near}");
    assert!(later.contains("  2032-06-30  in 2048 days   hashed artifacts"), "{later}");
}

#[test]
fn a_conditional_status_has_180_days_until_a_final_one_is_written() {
    let claimed = |keys: &str| {
        let base = with_assessment(keys);
        base.write("demarcate.toml", base.text("demarcate.toml").replace("\"none\"", "\"conditional\""));
        base
    };
    let base = claimed("conditional-date = 2026-07-01\n");
    let closeout =
        "2026-12-28 the conditional status expires, 180 days after its date: closeout before then (32 CFR 170.21(b))";
    assert_eq!(of_words(&rows(&base, "dates"), "conditional"), [closeout]);
    assert_eq!(of_words(&rows(&base, "later"), "kept").len(), 1);
    let over = rows(&claimed("conditional-date = 2026-04-01\n"), "dates");
    assert_eq!(of_words(&over, "conditional")[0][..10], *"2026-09-28", "what is over and open stays");
    let given_up = with_assessment("conditional-date = 2026-04-01\n");
    assert_eq!(of_words(&rows(&given_up, "dates"), "conditional"), [""; 0], "no status is claimed");
    let base = claimed("conditional-date = 2026-07-01\nfinal-date = 2026-09-15\n");
    assert_eq!(of_words(&rows(&base, "dates"), "conditional"), [""; 0]);
    let later = rows(&base, "later");
    assert_eq!(of_words(&later, "lapses")[0][..10], *"2029-09-15");
    let kept: Vec<&str> = of_words(&later, "kept").iter().map(|row| &row[..10]).collect();
    assert_eq!(kept, ["2032-07-01", "2032-09-15"], "artifacts of both assessments");
}

#[test]
fn artifacts_of_earlier_assessments_are_kept_for_six_years_and_then_no_longer_told() {
    let base = with_assessment("earlier-dates = [2020-02-29, 2020-11-21, 2020-11-20, 2024-02-29]\n");
    let near = rows(&base, "dates");
    let (near, later) = (of_words(&near, "kept"), rows(&base, "later"));
    assert_eq!(near.len(), 1, "{near:?}");
    assert!(near[0].starts_with("2026-11-21 artifacts of the status of 2020-11-21"), "its last day is today: {near:?}");
    let later = of_words(&later, "kept");
    assert_eq!(later.len(), 1);
    assert!(later[0].starts_with("2030-02-28 artifacts of the status of 2024-02-29"), "{later:?}");
    assert!(run(&base.root(), &["status"]).out.contains("  2026-11-21  today          artifacts of the status"));
}

#[test]
fn an_affirmation_that_counts_is_due_again_after_a_year() {
    let base = with_assessment("final-date = 2026-06-30\n");
    let affirmed = "Compliance-Affirmed: level-2\nAffirmed-by: Robin Park <robin@northwind.example>\n";
    base.write(
        "demarcate.toml",
        base.text("demarcate.toml").replace("roles = [\"it-lead\"]", "roles = [\"it-lead\", \"isso\"]"),
    );
    base.commit("2026-07-02T10:00:00Z", &format!("Affirm\n\n{affirmed}"));
    let later = rows(&base, "later");
    let due = of_words(&later, "affirmation");
    assert_eq!(due, ["2027-07-02 yearly affirmation is due, a year after the last one that counts (32 CFR 170.22)"]);
    let screen = run(&base.root(), &["status", "--without-history"]);
    assert!(!screen.out.contains("affirmation"), "nothing is known of it: {}", screen.out);
    let screen = run(&base.root(), &["--as-of", "2027-08-01", "status"]);
    assert!(screen.out.contains("2027-07-02  30 days ago    yearly affirmation is due"), "{}", screen.out);
}

#[test]
fn what_ends_is_told_wherever_it_is_written() {
    let base = with_assessment("");
    let access = "review-last = 2026-09-24\n";
    let acme = base.text("providers/acme-msp.toml");
    assert_eq!(acme.matches(access).count(), 1);
    base.write("providers/acme-msp.toml", acme.replace(access, "review-last = 2026-09-24\nuntil = 2026-12-31\n"));
    base.append(
        "demarcate.toml",
        "\n[[allow]]\nrule = \"file-name\"\nin = \"exceptions/lathe.toml\"\nreason = \"r\"\nuntil = 2026-12-05\n",
    );
    base.append(
        "evidence/contractor/artifacts.toml",
        "\n[[artifact]]\nid = \"badge-list\"\ntitle = \"Badges\"\nkind = \"record\"\nstate = \"requested\"\nrequested = 2026-11-01\ndue = 2026-12-01\n",
    );
    let crypto = base.text("crypto.toml");
    base.write("crypto.toml", crypto.replacen("checked =", "sunset = 2026-12-24\nchecked =", 1));
    let near = rows(&base, "dates");
    for (day, words) in [
        ("2026-12-31", "access `jump-host` of `acme-msp` ends"),
        ("2026-12-24", "review of access `jump-host` of `acme-msp`"),
        ("2026-12-05", "`file-name` in exceptions/lathe.toml is accepted until then"),
        ("2026-12-01", "artifact `badge-list` is asked for by then"),
        ("2026-12-24", "becomes historical"),
    ] {
        let found = of_words(&near, words);
        assert!(found.len() == 1 && found[0].starts_with(day), "{words}: {near:#?}");
    }
    let later = rows(&base, "later");
    assert_eq!(
        of_words(&later, "medium assurance"),
        ["2027-12-31 medium assurance certificates end of `dana`, `robin`"]
    );
}

#[test]
fn a_certificate_that_is_historical_already_does_not_count_down() {
    let base = Repository::base();
    let crypto = base.text("crypto.toml");
    assert!(crypto.contains("status = \"active\""));
    let crypto = crypto.replace("status = \"active\"", "status = \"historical\"");
    base.write("crypto.toml", crypto.replace("checked =", "sunset = 2026-12-24\nchecked ="));
    assert_eq!(of_words(&rows(&base, "dates"), "historical"), [""; 0]);
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAjtfqUXz6kc65gfUgmwOt6sv2U41y6IfTlMaezHJ3XQ";
const OTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJI7yc2ID445mS/dQWDGGNi/x4R3kRIyh3DtOLWlW0U2";

#[test]
fn only_the_last_key_of_somebody_who_is_listed_counts_down() {
    let told = |signers: &str| {
        let base = Repository::base();
        base.write("trust/allowed_signers", signers);
        let near = rows(&base, "dates");
        of_words(&near, "trust/allowed_signers").iter().map(|row| (*row).to_owned()).collect::<Vec<_>>()
    };
    let dana = |options: &str, key: &str| format!("dana@northwind.example {options} {key}\n");
    let ends = "the last key of dana@northwind.example in trust/allowed_signers";
    assert_eq!(told(&dana("valid-before=\"20270101Z\"", KEY)), [format!("2027-01-01 {ends} ends")]);
    assert_eq!(told(&dana("valid-before=\"20261101Z\"", KEY)), [format!("2026-11-01 {ends} ended")]);
    let replaced = dana("valid-before=\"20261101Z\"", KEY) + &dana("valid-after=\"20261101Z\"", OTHER);
    assert_eq!(told(&replaced), [""; 0]);
    let followed = dana("valid-before=\"20261101Z\"", KEY) + &dana("valid-before=\"20270201Z\"", OTHER);
    assert_eq!(told(&followed), [format!("2027-02-01 {ends} ends")]);
    assert_eq!(told(&format!("gone@northwind.example valid-before=\"20261101Z\" {KEY}\n")), [""; 0]);
    assert_eq!(told(&dana("", KEY)), [""; 0]);
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn the_certificates_of_time_stamping_authorities_count_down() {
    let base = Repository::base();
    let (key, pem) = (base.path("key.pem"), base.path("trust/tsa.pem"));
    base.write("trust/tsa.pem", "");
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/O=Stamps Inc/CN=Stamping root", "-keyout"])
        .args([&key, std::path::Path::new("-out"), &pem])
        .args(["-set_serial", "7", "-days", "3650"])
        .output();
    let Some(made) = made.ok().filter(|made| made.status.success()) else {
        eprintln!("skipped: there is no openssl here that can make a certificate");
        return;
    };
    drop(made);
    let judge =
        Command::new("openssl").args(["x509", "-enddate", "-noout", "-dateopt", "iso_8601", "-in"]).arg(&pem).output();
    let judged = judge.ok().filter(|judge| judge.status.success());
    let judged = judged.map(|judge| String::from_utf8_lossy(&judge.stdout).into_owned());
    let later = rows(&base, "later");
    let found = of_words(&later, "trust/tsa.pem");
    assert!(found.len() == 1 && found[0].contains("certificate of `Stamping root` in trust/tsa.pem ends"), "{later:?}");
    match judged {
        Some(text) => assert_eq!(text.trim().trim_start_matches("notAfter=")[..10], found[0][..10]),
        None => eprintln!("skipped: this openssl does not print dates by ISO 8601"),
    }
    let twice = base.text("trust/tsa.pem");
    base.write("trust/tsa.pem", format!("what a person wrote\n{twice}-----BEGIN CERTIFICATE-----\nMIIB\n{twice}"));
    assert_eq!(of_words(&rows(&base, "later"), "trust/tsa.pem").len(), 2, "what cannot be read is left to openssl");
}

#[test]
fn editions_of_one_day_stand_together_and_only_the_first_are_named() {
    let base = Repository::base();
    let more: Vec<String> = (1..=7)
        .map(|number| {
            format!(
                "\n[[artifact]]\nid = \"report-{number}\"\ntitle = \"Report {number}\"\nkind = \"report\"\nevery = \"1 month\"\nedition = [{{ path = \"procedure-it.txt\", collected = 2026-11-01 }}]\n"
            )
        })
        .collect();
    base.append("evidence/contractor/artifacts.toml", &more.concat());
    let near = rows(&base, "dates");
    assert_eq!(
        of_words(&near, "2026-12-01"),
        [
            "2026-12-01 next editions of 7 artifacts: `report-1`, `report-2`, `report-3`, `report-4`, `report-5` and 2 more"
        ]
    );
    let far = of_words(&near, "the last of them on");
    assert!(far.iter().all(|row| row[..10] > *"2026-12-21"), "only further than 30 days ahead: {far:?}");
}

#[test]
fn a_screen_does_not_drown_and_says_how_much_it_leaves_out() {
    let base = Repository::base();
    let steps: Vec<String> = (0..80)
        .map(|number| format!("[[milestone]]\ntitle = \"Step {number}\"\ndue = 2026-12-{:02}\n", number % 28 + 1))
        .collect();
    let item = format!(
        "id = \"kiosks\"\ntitle = \"Kiosks\"\nobjectives = [\"IA.L2-3.5.11[a]\"]\nweakness = \"w\"\nremediation = \"r\"\ndue = 2027-01-05\nstatus = \"open\"\n{}",
        steps.concat()
    );
    base.write("poam/kiosks.toml", item);
    let all = rows(&base, "dates");
    let text = run(&base.root(), &["status"]).out;
    let (_, dates) = text.split_once("dates counting down\n").expect("there are some");
    let (shown, later) = dates.split_once("\nfurther ahead\n").expect("the assessment is planned");
    assert_eq!(shown.lines().count(), 51, "{shown}");
    let left = format!("  and {} more in the next 90 days: `--format json` has them", all.len() - 50);
    assert_eq!(shown.lines().last(), Some(&*left));
    assert!(later.contains("2027-03-01  in 100 days    the assessment is planned"), "{later}");
}
