//! What a root takes from beside its folder, and a root that moves to another one.

use super::PRACTICE;
use super::pull::{DANA, MALLORY, MARCUS, PRIYA, Pull, SAM};

/// A root `plant` that extends `corporate`, which has the cryptographic modules; each has a provider without duties.
fn extending() -> Pull {
    let pull = Pull::new();
    pull.move_root("plant");
    std::fs::create_dir_all(pull.root().join("corporate/providers")).expect("a folder can be made");
    pull.git(&["mv", "plant/crypto.toml", "corporate/crypto.toml"]);
    pull.write("corporate/demarcate.toml", "stage = \"ready\"\n");
    pull.write("plant/demarcate.toml", &format!("extends = \"../corporate\"\n{}", pull.text("plant/demarcate.toml")));
    pull.add_newco("plant/");
    let newco = pull.text("plant/providers/newco.toml");
    pull.write("corporate/providers/otherco.toml", &newco.replace("newco", "otherco").replace("Newco", "Otherco"));
    pull.commit(PRIYA, "Two roots");
    pull.git(&["branch", "-f", "base"]);
    pull
}

fn remove(pull: &Pull, path: &str) {
    std::fs::remove_file(pull.root().join(path)).unwrap_or_else(|error| panic!("cannot remove {path}: {error}"));
}

#[test]
fn a_review_of_the_plan_does_not_stand_for_what_is_changed_in_an_extended_root_after_it() {
    let pull = extending();
    remove(&pull, "plant/providers/newco.toml");
    pull.commit(MARCUS, "Drop newco");
    pull.review(DANA, "ssp", "no-change");
    let found = pull.diff_in("plant", &[]);
    assert_eq!(found.given("contractor", "ssp").0, "Dana Lee", "{}", found.err);
    pull.edit("corporate/crypto.toml", "\"active\"", "\"revoked\"");
    pull.commit_unsigned(MALLORY, "After it");
    let found = pull.diff_in("plant", &[]);
    assert!(found.missing().contains(&("contractor", "ssp")), "{:#}", found.json["approvals"]);
    let why = found.refused("contractor", "ssp");
    assert!(why.contains("files were changed after it"), "{why}");
}

#[test]
fn what_is_taken_from_an_extended_root_is_the_own_change_of_whoever_takes_it() {
    let pull = extending();
    remove(&pull, "corporate/providers/otherco.toml");
    pull.commit(PRIYA, "Drop otherco");
    let said = pull.approved_at_forge("priya-gh");
    let found = pull.diff_in("plant", &["--approvals", &said]);
    let why = found.refused("contractor", "ssp");
    assert!(why.contains("made a part of the change in"), "{why}");
    let said = pull.approved_at_forge("dana-gh");
    let found = pull.diff_in("plant", &["--approvals", &said]);
    assert_eq!(found.given("contractor", "ssp").0, "Dana Lee (dana-gh at GitHub)", "{}", found.err);
}

#[cfg(unix)]
#[test]
fn a_review_of_the_plan_does_not_stand_for_what_is_changed_behind_a_link_after_it() {
    let pull = Pull::new();
    pull.move_root("plant");
    std::fs::create_dir(pull.root().join("shared")).expect("a folder can be made");
    pull.git(&["mv", "plant/crypto.toml", "shared/c.toml"]);
    std::os::unix::fs::symlink("../shared/c.toml", pull.root().join("plant/crypto.toml")).expect("a link can be made");
    pull.add_newco("plant/");
    pull.commit(PRIYA, "Share the modules");
    pull.git(&["branch", "-f", "base"]);
    remove(&pull, "plant/providers/newco.toml");
    pull.commit(MARCUS, "Drop newco");
    pull.review(DANA, "ssp", "no-change");
    let found = pull.diff_in("plant", &[]);
    assert_eq!(found.given("contractor", "ssp").0, "Dana Lee", "{}", found.err);
    pull.edit("shared/c.toml", "\"active\"", "\"revoked\"");
    pull.commit_unsigned(MALLORY, "After it");
    let found = pull.diff_in("plant", &[]);
    assert!(
        found.refused("contractor", "ssp").contains("files were changed after it"),
        "{:#}",
        found.json["approvals"]
    );
}

#[test]
fn files_beside_a_root_that_takes_nothing_from_there_are_no_matter_of_it() {
    let pull = Pull::new();
    pull.move_root("plant");
    pull.add_newco("plant/");
    pull.commit(PRIYA, "Move into a folder");
    pull.git(&["branch", "-f", "base"]);
    remove(&pull, "plant/providers/newco.toml");
    pull.commit(MARCUS, "Drop newco");
    pull.review(DANA, "ssp", "no-change");
    pull.write("README.md", "Of another team.\n");
    pull.commit_unsigned(MALLORY, "After it");
    let found = pull.diff_in("plant", &[]);
    assert_eq!(found.given("contractor", "ssp").0, "Dana Lee", "{}", found.err);
}

#[test]
fn a_root_that_moves_is_approved_by_the_keys_that_it_had_where_it_was() {
    let pull = Pull::new();
    pull.move_root("c");
    pull.commit(PRIYA, "Move into a folder");
    let found = pull.diff_in("c", &[]);
    assert_eq!((found.code, found.missing().len()), (0, 0), "{}", found.err);

    pull.edit("c/practices/AC.L2-3.1.12.toml", r#"["a", "b", "c", "d"]"#, r#"["a", "c", "d"]"#);
    pull.edit("c/practices/AC.L2-3.1.12.toml", r#"objectives    = ["a", "c"]"#, r#"objectives    = ["a", "b", "c"]"#);
    pull.edit("c/demarcate.toml", r#"reviews = ["MA", "MP"]"#, r#"reviews = ["MA"]"#);
    pull.commit(PRIYA, "Move a duty and a role");
    pull.review(DANA, PRACTICE, "no-change");
    pull.accept(SAM, "acme-msp");
    let found = pull.diff_in("c", &[]);
    assert_eq!(found.missing().len(), 0, "{:#}", found.json["approvals"]);
    assert_eq!(found.given("contractor", "trust"), ("Priya Nair".into(), "signed".into()));
    assert_eq!(found.given("contractor", PRACTICE), ("Dana Lee".into(), "signed".into()));
    assert_eq!(found.given("acme-msp", "duties"), ("Sam Whitfield".into(), "signed".into()));
    let why = found.ask("contractor", "trust")["why"].to_string();
    assert!(!why.contains("trust/revoked"), "{why}");

    pull.edit("c/demarcate.toml", r#"reviews = ["MA"]"#, r#"reviews = ["MP"]"#);
    pull.commit_unsigned(MALLORY, "A role");
    assert_eq!(pull.diff_in("c", &[]).missing(), [("contractor", "trust")]);
}
