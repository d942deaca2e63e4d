//! What a verifier reads.

use super::super::outputs::assert_fits;
use super::super::screen;
use super::made::{Made, PEOPLE};

fn fingerprint(made: &Made, person: &str) -> String {
    let line = super::made::ran("ssh-keygen", &["-l", "-f", person], made.home());
    line.split(' ').nth(1).expect("a fingerprint").to_owned()
}

#[test]
fn a_whole_bundle_verifies_in_a_few_lines() {
    let made = Made::new();
    let screen = made.run(&[]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    let sums = demarcate::digest::of_bytes(&made.read("SHA256SUMS")).sha256;
    let key = fingerprint(&made, PEOPLE[0]);
    let lines: Vec<&str> = screen.out.lines().collect();
    assert!(lines[0].starts_with("verified: 11 files, "), "{}", screen.out);
    assert!(lines[0].ends_with(&format!("; SHA256SUMS {sums}")), "{}", screen.out);
    assert_eq!(lines[1], format!("signed by ada@northwind.example ({key})"));
    let commit = "c".repeat(40);
    assert_eq!(
        lines[2],
        format!("Northwind Machining, Shop floor: made by demarcate 0.1.0 from commit {commit} as of 2026-11-20")
    );
    assert_eq!(lines[3], "1 edition of evidence is represented by digest only: ask to see what the enclave holds");
    assert_eq!(lines[4], "dod/CMMCAssessmentArtifacts.log: 2 of 2 files found");
    assert_eq!(lines.len(), 5, "{}", screen.out);
}

#[test]
fn quiet_says_the_verdict_and_verbose_every_file() {
    let made = Made::new();
    assert_eq!(made.run(&["-q"]).out.lines().count(), 1);
    let verbose = made.run(&["-v"]).out;
    for path in made.files().iter().filter(|path| !path.starts_with("SHA256SUMS")) {
        assert!(verbose.contains(&format!("verified     {path}\n")), "{path}: {verbose}");
    }
}

#[test]
fn json_fits_its_schema_whole_and_altered() {
    let made = Made::new();
    let whole = made.run(&["--format", "json"]);
    assert_fits("verify-bundle", &whole.json());
    assert_eq!(whole.json()["verified"], true);
    made.write("documents/ssp.md", "# System security plan.\n");
    made.write("documents/more.md", "");
    made.remove("README.txt");
    let altered = made.run(&["--format", "json"]);
    assert_eq!(altered.code, 1);
    assert_fits("verify-bundle", &altered.json());
    let json = altered.json();
    let files = json["files"].as_array().expect("a list");
    let states: Vec<&str> = files.iter().filter_map(|file| file["state"].as_str()).collect();
    for state in ["changed", "extra", "missing", "verified"] {
        assert!(states.contains(&state), "{states:?}");
    }
}

#[test]
fn what_is_wrong_stands_on_a_line_with_the_file() {
    let made = Made::new();
    made.write("documents/ssp.md", "# System security plaN\n");
    made.write(".DS_Store", "x");
    let screen = made.run(&[]);
    assert_eq!(screen.code, 1);
    assert!(
        screen.out.starts_with("does NOT verify: 2 problems (10 of 11 files have their digest)\n"),
        "{}",
        screen.out
    );
    let changed = "\n  documents/ssp.md: changed: its SHA-256 is not the one of the list\n";
    assert!(screen.out.contains(changed), "{}", screen.out);
    let extra = "\n  .DS_Store: extra: the list of digests does not name it\n    help: macOS laid it there";
    assert!(screen.out.contains(extra), "{}", screen.out);
}

#[test]
fn without_a_trust_root_nothing_verifies_and_the_digest_to_ask_for_is_printed() {
    let made = Made::new();
    let screen = screen::run(made.home(), &["verify", "bundle"]);
    let digest = demarcate::digest::of_bytes(&made.read("trust/allowed_signers")).sha256;
    assert_eq!(screen.code, 1);
    assert!(
        screen.out.starts_with("does NOT verify: 1 problem (11 of 11 files have their digest)\n"),
        "{}",
        screen.out
    );
    assert!(screen.out.contains(&format!("run again with --trust-root {digest}\n")), "{}", screen.out);
    assert!(screen.out.contains("as the bundle alone says"), "{}", screen.out);
    assert_fits("verify-bundle", &screen::run(made.home(), &["verify", "bundle", "--format", "json"]).json());
    let again = screen::run(made.home(), &["verify", "bundle", "--trust-root", &digest]);
    assert_eq!(again.code, 0, "{}", again.out);
    let other = screen::run(made.home(), &["verify", "bundle", "--trust-root", &"0".repeat(64)]);
    assert_eq!(other.code, 1, "{}", other.out);
}

#[test]
fn what_cannot_be_read_at_all_ends_with_2() {
    let made = Made::new();
    std::fs::write(made.home().join("text.zip"), "no zip").expect("the file can be written");
    for (place, arguments) in [
        ("nowhere", &[][..]),
        ("text.zip", &[]),
        ("bundle", &["--tsa", "nowhere"]),
        ("bundle", &["--revoked", "nowhere"]),
        ("bundle", &["--cms-ca", "nowhere"]),
        ("bundle", &["--since", "nowhere"]),
        ("bundle", &["--dod-log", "bundle/dod/CMMCAssessmentArtifacts.log", "--since", "bundle"]),
    ] {
        let screen = made.run_on(place, arguments);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{place} {arguments:?}: {}", screen.err);
    }
}

#[test]
fn a_trust_root_out_of_the_bundle_itself_is_refused() {
    let made = Made::new();
    let screen = screen::run(made.home(), &["verify", "bundle", "--trust-root", "bundle/trust/allowed_signers"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("which cannot vouch for itself"), "{}", screen.err);
}

#[test]
fn a_folder_that_is_no_bundle_says_where_one_is() {
    let made = Made::new();
    let screen = made.run_on(".", &[]);
    assert_eq!(screen.code, 1);
    assert!(screen.out.contains("there is one in bundle: name that folder"), "{}", screen.out);
}

#[test]
fn what_a_terminal_would_act_on_is_shown_as_a_sign() {
    let made = Made::new();
    let mut manifest = made.manifest();
    manifest.organization = "\u{1b}[2J\nverified: all\u{202e}".to_owned();
    made.seal_with(&manifest);
    let screen = made.run(&[]);
    assert_eq!(screen.code, 0, "{}", screen.out);
    assert!(!screen.out.contains(['\u{1b}', '\u{202e}']), "{}", screen.out);
    assert!(!screen.out.contains("\nverified"), "{}", screen.out);
    made.write("documents/\u{1b}]0;x\u{7}\nverified: 1 file", "x");
    let screen = made.run(&["-v"]);
    assert_eq!(screen.code, 1);
    assert!(!screen.out.contains(['\u{1b}', '\u{7}']), "{}", screen.out);
    assert!(!screen.out.contains("\nverified: "), "{}", screen.out);
}
