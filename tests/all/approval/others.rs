//! Words by another hand: records, published editions, providers that are called otherwise, and a second pair of eyes.

use super::pull::{DANA, MALLORY, MARCUS, PRIYA, Pull, SAM, Who, review};
use super::{FILE, PRACTICE, moved};

const FORGE: Who = ("forge", "Forge", "forge@contractor.example");
const ROBIN: Who = ("marcus", "Robin Park", "robin@contractor.example");
const LETTERS: &str = "evidence/acme-msp/artifacts.toml";

/// Sam's letter about the duties, with its line in the lock.
fn letter(pull: &Pull) {
    let series = "\n[[artifact]]\nid = \"msp-letter\"\ntitle = \"Letter about the duties\"\nkind = \"letter\"\n\n[[artifact.edition]]\npath = \"msp-letter.txt\"\ncollected = 2026-11-20\n";
    pull.write(LETTERS, &format!("{}{series}", pull.text(LETTERS)));
    pull.write("evidence/acme-msp/msp-letter.txt", "We do it.\n");
    pull.run(&["hash"]);
}

fn recorded() -> String {
    let lines = format!("Accepted-by: {} <{}>\nAcceptance-Record: msp-letter", SAM.1, SAM.2);
    format!("Enter what Sam wrote\n\nResponsibility-Accepted: acme-msp\n{lines}")
}

/// The objective moves, where BASE may have the letter already.
fn moved_with_letter(on_base: bool) -> Pull {
    let pull = Pull::new();
    letter(&pull);
    pull.commit(PRIYA, "File the letter");
    if on_base {
        pull.git(&["branch", "-f", "base"]);
    }
    pull.move_objective();
    pull.commit(MARCUS, "Let Acme MSP say which kinds of remote access there are");
    pull
}

#[test]
fn a_record_that_the_same_request_brings_in_shows_no_acceptance() {
    let pull = moved_with_letter(false);
    pull.sign(PRIYA, &recorded());
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("acme-msp", "duties")), "{:#}", found.json["approvals"]);
    let why = found.refused("acme-msp", "duties");
    assert!(why.contains("`msp-letter` is brought in by this change itself"), "{why}");

    let pull = moved_with_letter(true);
    pull.sign(PRIYA, &recorded());
    let found = pull.diff(&[]);
    assert_eq!(found.given("acme-msp", "duties"), ("Sam Whitfield".into(), "recorded".into()), "{}", found.err);
}

#[test]
fn other_bytes_of_a_record_in_the_same_request_show_none_either() {
    let pull = moved_with_letter(true);
    pull.write("evidence/acme-msp/msp-letter.txt", "We do that, too.\n");
    pull.run(&["hash"]);
    pull.commit(PRIYA, "A better letter");
    pull.sign(PRIYA, &recorded());
    let found = pull.diff(&[]);
    let why = found.refused("acme-msp", "duties");
    assert!(why.contains("`msp-letter` is brought in by this change itself"), "{why}");
}

#[test]
fn whoever_made_the_change_records_no_word_of_another_for_it() {
    let pull = moved_with_letter(true);
    pull.sign(MARCUS, &recorded());
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("acme-msp", "duties")), "{:#}", found.json["approvals"]);
    let why = found.refused("acme-msp", "duties");
    assert!(why.contains("Marcus Ortega recorded it and made a part of the change"), "{why}");
}

#[test]
fn a_provider_that_is_called_otherwise_is_accepted_for_by_the_people_of_its_old_name() {
    let pull = Pull::new();
    for path in pull.git(&["ls-files"]).lines() {
        let Ok(text) = std::fs::read_to_string(pull.root().join(path)) else { continue };
        let renamed = text
            .replace("acme-msp.example", "<host>")
            .replace("acme-msp", "acme-two")
            .replace("<host>", "acme-msp.example");
        let to = path.replace("acme-msp", "acme-two");
        if to != path || renamed != text {
            std::fs::remove_file(pull.root().join(path)).expect("the file is there");
            pull.write(&to, &renamed);
        }
    }
    let more = "[[people]]\nname = \"Mallory\"\nemail = \"mallory@contractor.example\"\naccepts = true\n\n[[access]]";
    pull.edit("providers/acme-two.toml", "[[access]]", more);
    let key = pull.new_key("mallory");
    let keys = pull.text("trust/allowed_signers");
    pull.write("trust/allowed_signers", &format!("{keys}{} {key}\n", MALLORY.2));
    pull.commit(PRIYA, "Acme MSP is called Acme Two");
    pull.accept(MALLORY, "acme-two");
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("acme-two", "duties")), "{:#}", found.json["approvals"]);
    let why = found.refused("acme-two", "duties");
    assert!(why.contains("Mallory is nobody who may accept on the side compared from"), "{why}");
    assert_eq!(
        found.ask("acme-two", "duties")["who"].to_string(),
        "[\"Sam Whitfield <sam.whitfield@acme-msp.example>\"]"
    );
    pull.accept(SAM, "acme-two");
    let found = pull.diff(&[]);
    assert_eq!(found.given("acme-two", "duties"), ("Sam Whitfield".into(), "signed".into()), "{}", found.err);
}

/// Another duty of the cloud, and its published edition for an acceptance.
fn published(pull: &Pull, who: Who) {
    let path = "practices/AC.L2-3.1.11.toml";
    pull.edit(
        path,
        "Revokes the tokens of a session at its twelfth hour",
        "Revokes the tokens of a session at its tenth hour",
    );
    pull.commit(MARCUS, "Ten hours");
    pull.sign(who, "Take the matrix\n\nResponsibility-Accepted: gcc-high\nAcceptance-Record: gcc-high-crm");
}

#[test]
fn a_published_edition_stands_for_nobody_who_may_accept() {
    let file = "providers/gcc-high.toml";
    let pull = Pull::new();
    published(&pull, PRIYA);
    let found = pull.diff(&[]);
    assert_eq!(found.given("gcc-high", "duties").1, "recorded", "{}", found.err);

    let pull = Pull::new();
    let person = "\n[[people]]\nname = \"Cleo Ward\"\nemail = \"cleo@gcc.example\"\naccepts = true\n";
    pull.write(file, &format!("{}{person}", pull.text(file)));
    pull.commit(PRIYA, "Cleo accepts for the cloud");
    pull.git(&["branch", "-f", "base"]);
    pull.edit(file, person, "");
    pull.commit(PRIYA, "Nobody does");
    published(&pull, PRIYA);
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("gcc-high", "duties")), "{:#}", found.json["approvals"]);
    let why = found.refused("gcc-high", "duties");
    assert!(why.contains("it has people who accept for it on the side compared from"), "{why}");

    let pull = Pull::new();
    published(&pull, MARCUS);
    let why = pull.diff(&[]).refused("gcc-high", "duties");
    assert!(why.contains("Marcus Ortega recorded it and made a part of the change"), "{why}");
}

#[test]
fn a_forge_s_key_vouches_for_nobody_but_the_author_that_the_commit_names() {
    let pull = moved();
    pull.sign_as((MARCUS, FORGE), "forge", &review(DANA, PRACTICE, "no-change"));
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", PRACTICE)), "{:#}", found.json["approvals"]);
    let why = found.refused("contractor", PRACTICE);
    assert!(why.contains("vouches for nobody else") || why.contains("its commit is by"), "{why}");
    pull.sign_as((DANA, FORGE), "forge", &review(DANA, PRACTICE, "no-change"));
    let found = pull.diff(&[]);
    assert_eq!(found.given("contractor", PRACTICE), ("Dana Lee".into(), "forge".into()), "{}", found.err);
}

#[test]
fn a_change_is_its_committers_and_its_signers_as_well_as_its_authors() {
    let cases = [((ROBIN, MARCUS), "dana"), ((ROBIN, ROBIN), "marcus"), ((MARCUS, ROBIN), "dana")];
    for ((author, committer), key) in cases {
        let pull = Pull::new();
        pull.edit(FILE, "approves each provider session by ticket", "approves each provider session by signed ticket");
        pull.git(&["add", "-A"]);
        pull.sign_as((author, committer), key, "Sign the tickets");
        pull.review(MARCUS, PRACTICE, "no-change");
        let found = pull.diff(&[]);
        assert_eq!(found.missing(), [("contractor", PRACTICE)], "{author:?} {committer:?} {key}");
        let why = found.refused("contractor", PRACTICE);
        assert!(why.contains("their own") || why.contains("another reviewer"), "{author:?} {committer:?} {key}: {why}");
        pull.review(PRIYA, PRACTICE, "no-change");
        assert_eq!(pull.diff(&[]).given("contractor", PRACTICE).0, "Priya Nair");
    }
}

#[test]
fn where_policy_takes_unsigned_words_anybody_can_write_a_name_and_the_grade_says_so() {
    let pull = Pull::new();
    pull.edit("demarcate.toml", r#"accept       = ["signed", "#, r#"accept       = ["unsigned", "signed", "#);
    pull.edit("demarcate.toml", "independence = true", "independence = false");
    pull.commit(PRIYA, "Take unsigned reviews");
    pull.git(&["branch", "-f", "base"]);
    pull.edit(FILE, "approves each provider session by ticket", "approves each provider session by signed ticket");
    pull.commit_unsigned(MARCUS, "Sign the tickets");
    pull.say_unsigned(MALLORY, &review(DANA, PRACTICE, "no-change"));
    let found = pull.diff(&[]);
    assert_eq!(found.given("contractor", PRACTICE), ("Dana Lee".into(), "unsigned".into()), "{}", found.err);
    let screen = pull.run(&["diff", "base", "HEAD", "--require-approval"]);
    assert!(screen.out.contains("given by Dana Lee (unsigned"), "{}", screen.out);
    let screen = pull.run(&["diff", "base", "HEAD", "--require-approval", "--format", "markdown"]);
    assert!(screen.out.contains("(unsigned"), "{}", screen.out);
}

#[test]
fn a_change_that_a_merge_makes_is_that_of_whoever_merged() {
    let pull = Pull::new();
    pull.git(&["switch", "--quiet", "-c", "side", "base"]);
    pull.edit("incident.toml", "\n[[", "\n# Read with the MSP.\n[[");
    pull.commit_unsigned(ROBIN, "Say who read it");
    pull.git(&["switch", "--quiet", "--detach", "base"]);
    pull.git(&["merge", "--quiet", "--no-commit", "--no-ff", "side"]);
    pull.edit(FILE, "approves each provider session by ticket", "approves each provider session by signed ticket");
    let merge = pull.commit(MARCUS, "Merge side");
    let said = |account: &str| {
        let approvals = format!("[{{\"account\":\"{account}\",\"commit\":\"{merge}\"}}]");
        let text = format!("{{\"version\":1,\"forge\":\"github\",\"approvals\":{approvals}}}");
        std::fs::write(pull.root().join(".git/said.json"), text).expect("the folder can be written");
        pull.diff(&["--without-history", "--approvals", ".git/said.json"])
    };
    let found = said("marcus-gh");
    assert_eq!(found.missing(), [("contractor", PRACTICE)], "{:#}", found.json["approvals"]);
    let why = found.refused("contractor", PRACTICE);
    assert!(why.contains("made a part of the change in") && why.contains(&merge[..10]), "{why}");
    assert!(!said("dana-gh").refused("contractor", PRACTICE).contains("made a part"), "she did not");
}
