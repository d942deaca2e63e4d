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
