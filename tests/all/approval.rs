//! Who has to approve a pull request and who did: real repositories, signed by ssh keys as people would.

mod forges;
mod later_words;
mod makers;
mod others;
mod parted;
pub(in crate::all) mod pull;
mod roots;
mod speakers;
mod unread;

use pull::{DANA, MARCUS, NOOR, PRIYA, Pull, RAY, SAM};

const PRACTICE: &str = "AC.L2-3.1.12";
const FILE: &str = "practices/AC.L2-3.1.12.toml";

/// Somebody moves an objective of remote access from the contractor to the MSP.
fn moved() -> Pull {
    let pull = Pull::new();
    pull.move_objective();
    pull.commit(MARCUS, "Let Acme MSP say which kinds of remote access there are");
    pull
}

#[test]
fn a_duty_that_moves_needs_both_parties() {
    let pull = moved();
    let found = pull.diff(&[]);
    assert_eq!(found.code, 1);
    assert_eq!(found.missing(), [("contractor", PRACTICE), ("acme-msp", "duties")]);
    let ask = found.ask("contractor", PRACTICE);
    assert_eq!(ask["how"], "demarcate review AC.L2-3.1.12");
    assert!(ask["why"].to_string().contains("[b]"), "{ask:#}");
    let who = ask["who"].to_string();
    assert!(who.contains("Dana Lee <dana@contractor.example> (isso)") && who.contains("Marcus Ortega"), "{who}");
    assert!(!who.contains("Sam Whitfield") && !who.contains("Ray Kowalski"), "{who}");
    let duties = found.ask("acme-msp", "duties");
    assert_eq!(duties["how"], "demarcate accept acme-msp");
    assert_eq!(duties["who"][0], "Sam Whitfield <sam.whitfield@acme-msp.example>");
    assert!(duties["why"].to_string().contains("AC.L2-3.1.12"), "{duties:#}");
    assert!(found.err.contains("missing: Kestrel Machine Works, Inc. has not approved AC.L2-3.1.12"), "{}", found.err);
}

#[test]
fn each_party_speaks_for_itself_alone() {
    let pull = moved();
    pull.review(DANA, PRACTICE, "no-change");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("acme-msp", "duties")], "{}", found.err);
    assert_eq!(found.given("contractor", PRACTICE), ("Dana Lee".into(), "signed".into()));
    pull.accept(NOOR, "acme-msp");
    assert_eq!(pull.diff(&[]).missing(), [("acme-msp", "duties")], "Noor is of another provider");
    pull.accept(SAM, "acme-msp");
    let found = pull.diff(&[]);
    assert_eq!((found.code, found.missing().len()), (0, 0), "{}", found.err);
    assert_eq!(found.given("acme-msp", "duties"), ("Sam Whitfield".into(), "signed".into()));
}

#[test]
fn without_the_flag_nothing_is_denied() {
    let pull = moved();
    let screen = pull.run(&["diff", "base", "HEAD", "--format", "json"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert_eq!(screen.json()["approvals"][0]["party"], "contractor");
}

#[test]
fn comments_and_formatting_need_nobody() {
    let pull = Pull::new();
    let text = pull.text(FILE);
    pull.write(FILE, &format!("# Read with the MSP.\n{}", text.replace("party         = ", "party = ")));
    pull.commit_unsigned(MARCUS, "Tidy");
    let found = pull.diff(&[]);
    assert_eq!((found.code, found.json["approvals"].as_array().map(Vec::len)), (0, Some(0)), "{:#}", found.json);
}

#[test]
fn what_nobody_signed_does_not_count_where_policy_wants_signatures() {
    let pull = moved();
    pull.say_unsigned(DANA, &pull::review(DANA, PRACTICE, "no-change"));
    let found = pull.diff(&[]);
    assert_eq!(found.missing().len(), 2);
    assert!(found.refused("contractor", PRACTICE).contains("it is not signed"), "{}", found.err);
}

#[test]
fn a_change_of_policy_does_not_take_what_it_lets_in() {
    let pull = moved();
    pull.edit("demarcate.toml", r#"accept       = ["signed", "#, r#"accept       = ["unsigned", "signed", "#);
    pull.commit(PRIYA, "Take unsigned reviews");
    pull.say_unsigned(DANA, &pull::review(DANA, PRACTICE, "no-change"));
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", PRACTICE)));
    let why = found.refused("contractor", PRACTICE);
    assert!(why.contains("`[review] accept` of the side compared from does not take unsigned"), "{why}");
    assert_eq!(found.given("contractor", "trust"), ("Priya Nair".into(), "signed".into()), "she may, and signed it");
}

#[test]
fn a_review_of_what_was_changed_later_does_not_count() {
    let pull = moved();
    pull.review(DANA, PRACTICE, "no-change");
    pull.accept(SAM, "acme-msp");
    pull.edit(
        FILE,
        "lands providers on the jump host, and records",
        "lands providers on the jump host, films and records",
    );
    pull.commit(MARCUS, "Film as well");
    let found = pull.diff(&[]);
    assert_eq!(found.missing().len(), 2, "{}", found.err);
    assert!(found.refused("contractor", PRACTICE).contains("changed after it; review it again"), "{}", found.err);
    assert!(found.refused("acme-msp", "duties").contains("the duties were changed after it"), "{}", found.err);
}

#[test]
fn a_review_that_found_it_wanting_approves_nothing_until_the_next() {
    let pull = moved();
    pull.review(DANA, PRACTICE, "no-change");
    pull.review(PRIYA, PRACTICE, "deficiency");
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", PRACTICE)), "the latest word holds");
    assert!(found.refused("contractor", PRACTICE).contains("found it wanting"), "{}", found.err);
    pull.review(PRIYA, PRACTICE, "no-change");
    assert_eq!(pull.diff(&[]).given("contractor", PRACTICE).0, "Priya Nair");
}

#[test]
fn nobody_reviews_their_own_change_where_policy_asks_for_another() {
    let pull = moved();
    pull.review(MARCUS, PRACTICE, "no-change");
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", PRACTICE)));
    assert!(found.refused("contractor", PRACTICE).contains("another reviewer"), "{}", found.err);
}

#[test]
fn turning_independence_off_does_not_let_the_author_approve() {
    let pull = Pull::new();
    pull.edit("demarcate.toml", "independence = true", "independence = false");
    pull.commit(PRIYA, "Ask for no other reviewer");
    pull.move_objective();
    pull.commit(MARCUS, "Move the objective");
    pull.review(MARCUS, PRACTICE, "no-change");
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", PRACTICE)), "{}", found.err);
    assert!(found.refused("contractor", PRACTICE).contains("their own"), "{}", found.err);
}

#[test]
fn who_has_no_role_for_it_does_not_review_it() {
    let pull = moved();
    pull.review(RAY, PRACTICE, "no-change");
    let why = pull.diff(&[]).refused("contractor", PRACTICE);
    assert!(why.contains("Ray Kowalski has no role for it"), "{why}");
}

#[test]
fn a_person_whom_the_change_itself_names_does_not_count() {
    let pull = moved();
    let config = pull.text("demarcate.toml");
    let person = "[[person]]\nid = \"mallory\"\nname = \"Mallory\"\nemail = [\"mallory@contractor.example\"]\nroles = [\"isso\"]\n\n";
    pull.write("demarcate.toml", &config.replacen("[[person]]", &format!("{person}[[person]]"), 1));
    let key = pull.new_key("mallory");
    pull.write(
        "trust/allowed_signers",
        &format!("{}mallory@contractor.example {key}\n", pull.text("trust/allowed_signers")),
    );
    pull.commit(PRIYA, "Name Mallory");
    pull.review(pull::MALLORY, PRACTICE, "no-change");
    let found = pull.diff(&[]);
    assert!(
        found.missing().contains(&("contractor", PRACTICE)),
        "the log takes it, and still it names its own approver"
    );
    let why = found.refused("contractor", PRACTICE);
    assert!(why.contains("Mallory <mallory@contractor.example> is named by this change itself"), "{why}");
}

#[test]
fn a_key_that_the_change_itself_trusts_does_not_count() {
    let pull = moved();
    let key = pull.new_key("mallory");
    pull.write(
        "trust/allowed_signers",
        &format!("{}dana@contractor.example {key}\n", pull.text("trust/allowed_signers")),
    );
    pull.commit(MARCUS, "Give Dana another key");
    pull.sign(("mallory", DANA.1, DANA.2), &pull::review(DANA, PRACTICE, "no-change"));
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", PRACTICE)), "{}", found.err);
    let why = found.refused("contractor", PRACTICE);
    assert!(why.contains("on the side compared from"), "{why}");
    assert_eq!(found.given("contractor", "trust").0, "Marcus Ortega");
}

#[test]
fn who_speaks_is_changed_by_a_signature_of_somebody_with_a_role() {
    let pull = Pull::new();
    pull.edit("demarcate.toml", r#"reviews = ["MA", "MP"]"#, r#"reviews = ["MA", "MP", "AC"]"#);
    pull.commit_unsigned(MARCUS, "Let the shop manager review access");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", "trust")], "{:#}", found.json["approvals"]);
    assert!(found.ask("contractor", "trust")["why"].to_string().contains("shop-manager"));
    assert!(found.refused("contractor", "trust").contains("it is not signed"), "{}", found.err);

    let pull = Pull::new();
    pull.edit("demarcate.toml", r#"reviews = ["MA", "MP"]"#, r#"reviews = ["MA", "MP", "AC"]"#);
    pull.commit(SAM, "Let the shop manager review access");
    assert_eq!(pull.diff(&[]).missing(), [("contractor", "trust")], "Sam is no person of the contractor's");

    let pull = Pull::new();
    pull.edit("demarcate.toml", r#"reviews = ["MA", "MP"]"#, r#"reviews = ["MA", "MP", "AC"]"#);
    pull.commit(MARCUS, "Let the shop manager review access");
    let found = pull.diff(&[]);
    assert_eq!((found.code, found.given("contractor", "trust").0), (0, "Marcus Ortega".into()), "{}", found.err);
}

#[test]
fn an_allow_and_a_level_are_changes_of_what_is_reported() {
    let pull = Pull::new();
    let text = pull.text("demarcate.toml");
    let allow = "\n[[allow]]\nrule = \"no-deputy\"\nreason = \"Being hired.\"\n";
    pull.write("demarcate.toml", &format!("{text}{allow}"));
    pull.commit_unsigned(MARCUS, "Allow it");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", "trust")], "{:#}", found.json["approvals"]);
    // Words alone are nobody's.
    pull.git(&["branch", "-f", "base"]);
    pull.edit("demarcate.toml", "Being hired.", "Is being hired.");
    pull.commit_unsigned(MARCUS, "Say it better");
    assert_eq!(pull.diff(&[]).code, 0);
}

#[test]
fn what_cannot_be_given_away_stands_out_and_so_does_a_contractor_who_leaves() {
    let pull = Pull::new();
    pull.edit(
        "practices/AC.L2-3.1.1.toml",
        "statement = \"\"\"\n",
        "statement = \"\"\"\nThe list is also kept on paper. ",
    );
    let text = pull.text(FILE);
    let start = text.find("[[responsibility]]").expect("it has parts");
    let end = start + 5 + text[start + 5..].find("[[responsibility]]").expect("it has more than one");
    pull.write(FILE, &format!("{}{}", &text[..start], &text[end..]));
    pull.commit(MARCUS, "Leave remote access to the providers");
    let found = pull.diff(&[]);
    for practice in ["AC.L2-3.1.1", PRACTICE] {
        assert_eq!(found.ask("contractor", practice)["stands_out"], true, "{practice}");
    }
    let why = found.ask("contractor", PRACTICE)["why"].to_string();
    assert!(why.contains("contractor"), "{why}");
}

#[test]
fn what_is_gone_needs_a_review_of_the_plan_at_the_end() {
    let pull = Pull::new();
    std::fs::remove_file(pull.root().join(FILE)).expect("the practice is there");
    pull.commit(MARCUS, "Drop remote access");
    pull.review(DANA, "ssp", "no-change");
    let found = pull.diff(&[]);
    let why = found.ask("contractor", "ssp")["why"].to_string();
    assert!(why.contains("AC.L2-3.1.12 is removed, which acme-msp and acme-mssp and contractor had"), "{why}");
    assert_eq!(
        found.missing(),
        [("acme-msp", "duties"), ("acme-mssp", "duties")],
        "both keep other duties: {}",
        found.err
    );
    std::fs::remove_file(pull.root().join("policies/maintenance.md")).expect("the policy is there");
    pull.commit(MARCUS, "Drop a policy");
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", "ssp")), "{}", found.err);
    assert!(found.refused("contractor", "ssp").contains("review the plan again once all is in"), "{}", found.err);
}

#[test]
fn a_provider_whose_last_duty_goes_is_told_and_not_asked() {
    let pull = Pull::new();
    for (path, text) in pull.practices() {
        if text.contains("party         = \"vaultline\"") {
            let mut parts = text.split("[[responsibility]]");
            let head = parts.next().unwrap_or_default().to_owned();
            let kept = parts.filter(|part| !part.contains("party         = \"vaultline\""));
            pull.write(&path, &kept.fold(head, |all, part| format!("{all}[[responsibility]]{part}")));
        }
    }
    std::fs::remove_file(pull.root().join("providers/vaultline.toml")).expect("the provider is there");
    pull.commit(MARCUS, "Keep backups ourselves");
    let found = pull.diff(&[]);
    assert!(found.missing().iter().all(|(party, _)| *party != "vaultline"), "{}", found.err);
    let why = found.ask("contractor", "ssp")["why"].to_string();
    assert!(why.contains("provider vaultline is dropped: tell it in writing"), "{why}");
}

#[test]
fn how_a_part_is_checked_is_the_providers_matter_too() {
    let pull = Pull::new();
    pull.accept(SAM, "acme-msp");
    pull.edit(FILE, "then trace five recorded sessions", "then trace one recorded session");
    pull.commit(MARCUS, "Check less");
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("acme-msp", "duties")), "{:#}", found.json["approvals"]);
    let why = found.refused("acme-msp", "duties");
    assert!(why.contains("how the part is checked was changed after it"), "{why}");
    pull.accept(SAM, "acme-msp");
    assert_eq!(pull.diff(&[]).given("acme-msp", "duties").0, "Sam Whitfield");
}

#[test]
fn people_of_a_wholly_new_provider_count_once_its_file_is_reviewed() {
    let pull = Pull::new();
    pull.write("providers/gamma.toml", "id = \"gamma\"\nname = \"Gamma Watch\"\n\n[[service]]\nid = \"soc\"\ntitle = \"SOC\"\nkind = \"mssp\"\ndata = \"spd\"\n\n[[people]]\nname = \"Ida Gray\"\nemail = \"ida@gamma.example\"\naccepts = true\n");
    let part = "\n[[responsibility]]\nparty = \"gamma\"\nlayer = [\"operation\"]\nobjectives = [\"d\"]\nduty = \"Calls the ISSO by telephone for each session from abroad.\"\nservice = \"soc\"\n";
    pull.edit(FILE, "\n[[method]]", &format!("{part}\n[[method]]"));
    let key = pull.new_key("ida");
    pull.write("trust/allowed_signers", &format!("{}ida@gamma.example {key}\n", pull.text("trust/allowed_signers")));
    pull.commit(PRIYA, "Bring in Gamma Watch");
    pull.accept(("ida", "Ida Gray", "ida@gamma.example"), "gamma");
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("gamma", "duties")), "{}", found.err);
    let why = found.refused("gamma", "duties");
    assert!(why.contains("counts once the contractor has approved provider:gamma"), "{why}");
    pull.review(DANA, "provider:gamma AC.L2-3.1.12", "no-change");
    let found = pull.diff(&[]);
    assert_eq!(found.given("gamma", "duties"), ("Ida Gray".into(), "signed".into()), "{}", found.err);
    assert_eq!(found.code, 0, "{}", found.err);
}

#[test]
fn a_practice_that_cannot_be_read_is_approved_by_nobody() {
    let pull = Pull::new();
    for broken in [format!("{}\n<<<<<<< HEAD\n", pull.text(FILE)), "<<<<<<< HEAD\n".to_owned()] {
        pull.write(FILE, &broken);
        pull.commit(MARCUS, "Merge badly");
        pull.review(DANA, PRACTICE, "no-change");
        let found = pull.diff(&[]);
        assert!(found.missing().contains(&("contractor", PRACTICE)), "{:#}", found.json["approvals"]);
        assert!(found.refused("contractor", PRACTICE).contains("mend the file first"), "{}", found.err);
    }
}

#[test]
fn what_is_only_staged_is_approved_by_nobody_yet() {
    let pull = Pull::new();
    pull.move_objective();
    pull.git(&["add", "-A"]);
    let screen = pull.run(&["diff", "base", "--staged", "--require-approval", "--format", "json"]);
    assert_eq!(screen.code, 1, "{}", screen.err);
}

#[test]
fn a_branch_off_an_old_commit_does_not_bring_back_who_may_not_speak_any_more() {
    let pull = moved();
    pull.review(DANA, PRACTICE, "no-change");
    pull.accept(SAM, "acme-msp");
    assert_eq!(pull.diff(&[]).code, 0);
    pull.git(&["branch", "pull"]);
    pull.git(&["switch", "--quiet", "base"]);
    let keys = pull.text("trust/allowed_signers");
    let left = keys.lines().filter(|line| !line.contains(DANA.2)).collect::<Vec<_>>().join("\n");
    pull.write("trust/allowed_signers", &format!("{left}\n"));
    pull.commit(PRIYA, "Dana's key is lost");
    pull.git(&["switch", "--quiet", "--detach", "pull"]);
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", PRACTICE)], "{}", found.err);
    assert!(found.refused("contractor", PRACTICE).contains("on the side compared from"), "{}", found.err);
    pull.review(PRIYA, PRACTICE, "no-change");
    assert_eq!(pull.diff(&[]).code, 0, "who may still speak does");
}
