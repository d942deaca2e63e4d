//! What somebody has to approve beside the material content of a practice.

use super::approval::pull::{DANA, MARCUS, PRIYA, Pull};

const VPN: &str = "evidence/acme-msp/vpn-config-2026-10-12.txt";

#[test]
fn other_bytes_of_an_edition_need_a_review_of_the_plan_after_them() {
    let pull = Pull::new();
    pull.review(DANA, "ssp", "no-change");
    pull.write(VPN, "nothing");
    pull.run(&["hash"]);
    pull.commit(MARCUS, "Swap it");
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", "ssp")), "{:#}", found.json["approvals"]);
    assert!(found.ask("contractor", "ssp")["why"].to_string().contains("its bytes changed"));
    assert_eq!(found.ask("contractor", "ssp")["stands_out"], true);
    assert!(found.refused("contractor", "ssp").contains("review the plan again"), "{}", found.err);
    pull.review(PRIYA, "ssp", "no-change");
    assert_eq!(pull.diff(&[]).given("contractor", "ssp").0, "Priya Nair");
}

#[test]
fn a_lock_a_matrix_and_cryptography_are_not_changed_unseen() {
    for (path, text) in
        [("evidence.lock", None), ("providers/acme-msp.crm.toml", None), ("crypto.toml", Some(("status", "revoked")))]
    {
        let pull = Pull::new();
        match text {
            None => std::fs::remove_file(pull.root().join(path)).expect("the file is there"),
            Some((key, value)) => {
                let own = pull.text(path);
                let line = own.lines().find(|line| line.starts_with(key)).expect("it says so").to_owned();
                pull.edit(path, &line, &format!("{key} = \"{value}\""));
            }
        }
        pull.commit(MARCUS, "Tidy");
        let found = pull.diff(&[]);
        assert_eq!(found.missing(), [("contractor", "ssp")], "{path}: {:#}", found.json["approvals"]);
    }
}

#[test]
fn what_cannot_be_read_is_approved_by_nobody() {
    for path in ["evidence/acme-msp/artifacts.toml", "evidence.lock", "crypto.toml", "assets.toml", "incident.toml"] {
        let pull = Pull::new();
        pull.write(path, &format!("{}\n[[[ broken", pull.text(path)));
        pull.commit(MARCUS, "Merge badly");
        pull.review(DANA, "ssp", "no-change");
        let found = pull.diff(&[]);
        assert!(found.missing().contains(&("contractor", "ssp")), "{path}: {:#}", found.json["approvals"]);
        assert!(found.refused("contractor", "ssp").contains("mend the file first"), "{path}: {}", found.err);
    }
}

#[test]
fn the_name_of_a_person_and_time_stamp_authorities_are_whose_word_counts() {
    let pull = Pull::new();
    pull.edit("demarcate.toml", "name     = \"Dana Lee\"", "name     = \"Dana Leigh\"");
    pull.commit_unsigned(MARCUS, "Rename");
    assert!(pull.diff(&[]).missing().contains(&("contractor", "trust")));
    let pull = Pull::new();
    pull.write("trust/tsa.pem", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n");
    pull.commit_unsigned(PRIYA, "Trust another authority");
    assert!(pull.diff(&[]).missing().contains(&("contractor", "trust")));
}

#[test]
fn new_evidence_needs_nobody() {
    let pull = Pull::new();
    let file = "evidence/contractor/artifacts.toml";
    let series = "\n[[artifact]]\nid = \"minutes-x\"\ntitle = \"Minutes\"\nkind = \"record\"\n\n[[artifact.edition]]\npath = \"minutes-x.md\"\ncollected = 2026-11-20\n";
    pull.write(file, &format!("{}{series}", pull.text(file)));
    pull.write("evidence/contractor/minutes-x.md", "Said.\n");
    pull.run(&["hash"]);
    pull.commit(MARCUS, "Minutes");
    let found = pull.diff(&[]);
    assert_eq!(found.code, 0, "{:#}", found.json["approvals"]);
}

#[test]
fn no_text_of_a_repository_makes_a_change_seem_a_slighter_one() {
    let matrix = "providers/acme-msp.crm.toml";
    let pull = Pull::new();
    let edition = pull.text(matrix).lines().find(|line| line.starts_with("edition")).expect("it has one").to_owned();
    pull.edit(matrix, &edition, "edition = \"phone trained\"");
    pull.commit(MARCUS, "Another edition");
    assert_eq!(pull.diff(&[]).missing(), [("contractor", "ssp")], "a matrix is no telephone number");

    // A test whose own words read like a run that was made again.
    let pull = Pull::new();
    let method = "\n[[method]]\nkind = \"test\"\nobjectives = [\"a\"]\ndo = \"Open a session: on any day\"\nexpect = \"It is refused\"\non = 2026-11-02\nby = \"isso\"\nresult = \"failed\"\n";
    let path = "practices/AC.L2-3.1.12.toml";
    pull.write(path, &format!("{}{method}", pull.text(path)));
    pull.commit(MARCUS, "Test it");
    pull.git(&["branch", "-f", "base"]);
    pull.edit(path, "result = \"failed\"", "result = \"passed\"");
    pull.commit(MARCUS, "It did not fail");
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", "ssp")), "{:#}", found.json["approvals"]);
    pull.git(&["branch", "-f", "base"]);
    pull.edit(path, "on = 2026-11-02", "on = 2026-11-03");
    pull.commit(MARCUS, "Do it again");
    assert_eq!(pull.diff(&[]).missing(), [], "another run is none");
}

#[test]
fn telephone_numbers_need_nobody_and_names_that_speak_of_them_do() {
    let pull = Pull::new();
    pull.edit("demarcate.toml", "+1 937 555 0111", "+1 937 555 0199");
    pull.edit("providers/acme-msp.toml", "+1 614 555 0130", "+1 614 555 0199");
    pull.edit("providers/acme-msp.toml", "trained  = 2026-06-18", "trained  = 2026-07-18");
    pull.commit(MARCUS, "Other numbers");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [], "{:#}", found.json["approvals"]);
    pull.edit("providers/acme-msp.toml", "name     = \"Tara Boyle\"", "name     = \"Tara Phone\"");
    pull.edit("demarcate.toml", "name     = \"Dana Lee\"", "name     = \"Dana Phone assessment\"");
    pull.commit_unsigned(MARCUS, "Other names");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", "provider:acme-msp"), ("contractor", "trust")]);
}

#[test]
fn what_the_assessment_is_said_to_be_is_covered_by_no_signature_of_another_change() {
    let pull = Pull::new();
    pull.edit("demarcate.toml", r#"reviews = ["MA", "MP"]"#, r#"reviews = ["MA", "MP", "AC"]"#);
    pull.edit("demarcate.toml", "submitted-score = 96", "submitted-score = 110");
    pull.commit(PRIYA, "Let the shop manager review access");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", "ssp")], "{:#}", found.json["approvals"]);
}
