//! The word of a forge: every shape, and everything that is no approval.

use serde_json::json;

use super::pull::{DANA, MARCUS, PRIYA, Pull, RAY};
use super::{FILE, PRACTICE, moved};

/// A change of the contractor's own part alone: one review approves it.
fn small() -> Pull {
    let pull = Pull::new();
    pull.edit(FILE, "approves each provider session by ticket", "approves each provider session by signed ticket");
    pull.commit(MARCUS, "Sign the tickets");
    pull
}

fn github(reviews: &[(&str, &str, &str, &str)]) -> String {
    let review = |(login, state, commit, at): &(&str, &str, &str, &str)| json!({"id": 1, "user": {"login": login}, "state": state, "commit_id": commit, "submitted_at": at, "body": ""});
    json!(reviews.iter().map(review).collect::<Vec<_>>()).to_string()
}

const DAY: &str = "2026-11-21T09:00:00Z";

#[test]
fn every_forge_s_own_answer_is_read() {
    let pull = small();
    let head = pull.head();
    let gitlab =
        json!({"id": 5, "approved": true, "sha": head, "approved_by": [{"user": {"id": 2, "username": "Dana.GL"}}]});
    let gitea = json!([{"user": {"login": "dana-gt"}, "state": "APPROVED", "commit_id": head, "stale": false,
        "official": false, "dismissed": false, "submitted_at": "2026-11-21T10:00:00+01:00"}]);
    let azure =
        json!({"count": 1, "sha": head, "value": [{"uniqueName": "dana@corp.example", "vote": 5, "isRequired": true}]});
    let request = json!({"pullRequestId": 7, "lastMergeSourceCommit": {"commitId": head}, "createdBy": {"uniqueName": "marcus@corp.example"},
        "reviewers": [{"uniqueName": "dana@corp.example", "vote": 10}, {"uniqueName": "priya@corp.example", "vote": 0}]});
    let own =
        json!({"version": 1, "forge": "github", "head": head, "approvals": [{"account": "dana-gh", "commit": head}]});
    let headed = json!({"version": 1, "forge": "gitlab", "head": head, "author": "marcus.gl", "approvals": [{"account": "dana.gl"}]});
    let pages =
        format!("{}\n{}", github(&[("x-gh", "COMMENTED", &head, DAY)]), github(&[("DANA-gh", "APPROVED", &head, DAY)]));
    let slurped = format!("[{},[]]", github(&[("dana-gh", "APPROVED", &head, DAY)]));
    let all = [
        github(&[("dana-gh", "APPROVED", &head, DAY)]),
        gitlab.to_string(),
        gitea.to_string(),
        azure.to_string(),
        request.to_string(),
        own.to_string(),
        headed.to_string(),
        pages,
        slurped,
    ];
    for text in all {
        let found = pull.diff_with(&text);
        assert_eq!(found.code, 0, "{text}\n{}", found.err);
        let (by, grade) = found.given("contractor", PRACTICE);
        assert!(by.starts_with("Dana Lee (") && grade == "forge-approval", "{by} {grade}");
    }
}

#[test]
fn what_is_no_approval_of_this_commit_says_why() {
    let pull = small();
    let (old, head) = (pull.git(&["rev-parse", "base"]), pull.head());
    let cases = [
        (github(&[("dana-gh", "CHANGES_REQUESTED", &head, DAY)]), "Dana Lee (dana-gh at GitHub) asked for changes"),
        (github(&[("dana-gh", "DISMISSED", &head, DAY)]), "dismissed"),
        (github(&[("dana-gh", "APPROVED", &old, DAY)]), "approve it again"),
        (
            github(&[("ray-gh", "APPROVED", &head, DAY)]),
            "Ray Kowalski (ray-gh at GitHub) approved, and has no role for it",
        ),
        (github(&[("stranger", "APPROVED", &head, DAY)]), "stranger at GitHub approved, and is an account of nobody"),
        (github(&[("dana.gl", "APPROVED", &head, DAY)]), "dana.gl at GitHub approved, and is an account of nobody"),
        (json!({"approved_by": [{"user": {"username": "dana.gl"}}]}).to_string(), "it is not said of which commit"),
        (
            json!([{"user": {"login": "dana-gt"}, "state": "APPROVED", "commit_id": head, "stale": true}]).to_string(),
            "stale",
        ),
        (
            json!([{"user": {"login": "dana-gt"}, "state": "APPROVED", "commit_id": head, "dismissed": true}])
                .to_string(),
            "dismissed",
        ),
        (json!({"sha": head, "value": [{"uniqueName": "dana@corp.example", "vote": -10}]}).to_string(), "rejected it"),
        (
            json!({"version": 1, "forge": "github", "head": old, "approvals": [{"account": "dana-gh"}]}).to_string(),
            "approve it again",
        ),
    ];
    for (text, why) in cases {
        let found = pull.diff_with(&text);
        assert_eq!(found.missing(), [("contractor", PRACTICE)], "{text}");
        let refused = found.refused("contractor", PRACTICE);
        assert!(refused.contains(why), "{text}\n{refused}");
    }
    let nothing = pull.diff_with("[]");
    assert_eq!((nothing.code, nothing.refused("contractor", PRACTICE).as_str()), (1, ""));
}

#[test]
fn the_last_word_of_an_account_holds_and_a_remark_is_none() {
    let pull = small();
    let head = pull.head();
    let later = "2026-11-21T10:00:00Z";
    let approved = |reviews: &[(&str, &str, &str, &str)]| pull.diff_with(&github(reviews)).code == 0;
    assert!(approved(&[("dana-gh", "CHANGES_REQUESTED", &head, DAY), ("dana-gh", "APPROVED", &head, later)]));
    assert!(!approved(&[("dana-gh", "APPROVED", &head, DAY), ("Dana-GH", "CHANGES_REQUESTED", &head, later)]));
    assert!(
        !approved(&[("dana-gh", "CHANGES_REQUESTED", &head, later), ("dana-gh", "APPROVED", &head, DAY)]),
        "by time"
    );
    assert!(approved(&[("dana-gh", "APPROVED", &head, DAY), ("dana-gh", "COMMENTED", &head, later)]));
    assert!(approved(&[("dana-gh", "APPROVED", &head, DAY), ("dana-gh", "APPROVED", &head, later)]), "twice is once");
    assert!(approved(&[("stranger", "CHANGES_REQUESTED", &head, DAY), ("dana-gh", "APPROVED", &head, later)]));
}

#[test]
fn nobody_approves_their_own_change_at_a_forge() {
    let pull = small();
    let head = pull.head();
    let found = pull.diff_with(&github(&[("marcus-gh", "APPROVED", &head, DAY)]));
    let why = found.refused("contractor", PRACTICE);
    assert!(why.contains("made a part of the change in") && found.code == 1, "{why}");
    let opened = json!({"version": 1, "forge": "github", "head": head, "author": "DANA-gh", "approvals": [{"account": "dana-gh"}]});
    let why = pull.diff_with(&opened.to_string()).refused("contractor", PRACTICE);
    assert!(why.contains("opened the pull request"), "{why}");

    // Under another name, and by the key that signed it.
    let pull = Pull::new();
    pull.edit(FILE, "approves each provider session by ticket", "approves each provider session by signed ticket");
    pull.commit(("marcus", "Robin Park", "robin@contractor.example"), "Sign the tickets");
    let found = pull.diff_with(&github(&[("marcus-gh", "APPROVED", &pull.head(), DAY)]));
    assert_eq!(found.missing(), [("contractor", PRACTICE)], "{:#}", found.json["approvals"]);
}

#[test]
fn an_account_that_the_change_itself_gives_approves_nothing() {
    let pull = small();
    pull.edit("demarcate.toml", "github = \"dana-gh\"", "github = \"mallory-gh\"");
    pull.commit(PRIYA, "Dana has a new account");
    let head = pull.head();
    let found = pull.diff_with(&github(&[("mallory-gh", "APPROVED", &head, DAY)]));
    assert_eq!(found.missing(), [("contractor", PRACTICE)], "{}", found.err);
    let why = found.refused("contractor", PRACTICE);
    assert!(why.contains("an account of Dana Lee by this change alone"), "{why}");
    assert!(found.ask("contractor", "trust")["why"].to_string().contains("dana"));
    let old = pull.diff_with(&github(&[("dana-gh", "APPROVED", &head, DAY)]));
    assert_eq!(old.code, 0, "the account of before still speaks: {}", old.err);
}

#[test]
fn both_parties_may_speak_at_a_forge_and_policy_may_refuse_it() {
    let pull = moved();
    let head = pull.head();
    let both = github(&[("dana-gh", "APPROVED", &head, DAY), ("sam-gh", "APPROVED", &head, DAY)]);
    let found = pull.diff_with(&both);
    assert_eq!(found.code, 0, "{}", found.err);
    assert_eq!(found.given("acme-msp", "duties").0, "Sam Whitfield (sam-gh at GitHub)");
    let alone = pull.diff_with(&github(&[("dana-gh", "APPROVED", &head, DAY)]));
    assert_eq!(alone.missing(), [("acme-msp", "duties")]);

    let pull = Pull::new();
    pull.edit("demarcate.toml", r#"accept       = ["signed", "forge", "recorded"]"#, r#"accept       = ["signed"]"#);
    pull.commit(PRIYA, "Take what is signed alone");
    pull.git(&["branch", "-f", "base"]);
    pull.move_objective();
    pull.commit(MARCUS, "Move the objective");
    let found = pull.diff_with(&github(&[("dana-gh", "APPROVED", &pull.head(), DAY)]));
    let why = found.refused("contractor", PRACTICE);
    assert!(why.contains("of the side compared from does not take forge"), "{why}");
}

#[test]
fn a_recorded_word_goes_before_that_of_a_forge_and_a_deficiency_stops_it() {
    let pull = small();
    pull.review(DANA, PRACTICE, "deficiency");
    let found = pull.diff_with(&github(&[("priya-gh", "APPROVED", &pull.head(), DAY)]));
    assert_eq!(found.missing(), [("contractor", PRACTICE)], "{}", found.err);
    pull.review(PRIYA, PRACTICE, "no-change");
    let found = pull.diff_with(&github(&[("dana-gh", "APPROVED", &pull.head(), DAY)]));
    assert_eq!(found.given("contractor", PRACTICE), ("Priya Nair".into(), "signed".into()));
}

#[test]
fn an_account_of_two_people_is_nobody_s() {
    let pull = Pull::new();
    pull.edit("demarcate.toml", "github = \"ray-gh\"", "github = \"DANA-gh\"");
    pull.commit(PRIYA, "Share an account");
    pull.git(&["branch", "-f", "base"]);
    pull.edit(FILE, "approves each provider session by ticket", "approves each provider session by signed ticket");
    pull.commit(MARCUS, "Sign the tickets");
    let found = pull.diff_with(&github(&[("dana-gh", "APPROVED", &pull.head(), DAY)]));
    assert!(found.refused("contractor", PRACTICE).contains("an account of more than one person"), "{}", found.err);
    assert_eq!(RAY.0, "ray");
}

#[test]
fn what_is_no_answer_of_a_forge_fails_and_says_what_to_give() {
    let pull = small();
    let deep = "[".repeat(100_000);
    let cases = [
        ("", "the approvals are empty"),
        (" \n", "the approvals are empty"),
        ("gh: Not Found (HTTP 404)", "not JSON"),
        (deep.as_str(), "not JSON"),
        ("{\"message\":\"Bad credentials\\u001b[31m\",\"status\":\"401\"}", "Bad credentials\u{fffd}[31m"),
        ("42", "several answers"),
        ("null", "several answers"),
        ("[1]", "entry 1 of the approvals is no review"),
        ("{}", "in no form that is known"),
        ("{\"approvals\":[]}", "no version that is known"),
        ("{\"version\":2,\"forge\":\"github\",\"approvals\":[]}", "no version that is known"),
        ("{\"version\":1,\"approvals\":[]}", "of which forge"),
        ("{\"version\":1,\"forge\":\"bitbucket\",\"approvals\":[]}", "of which forge"),
        ("{\"version\":1,\"forge\":\"github\",\"approvals\":{}}", "no list"),
        ("{\"version\":1,\"forge\":\"github\",\"approvals\":[{\"acount\":\"x\"}]}", "a key `acount` that is not known"),
        (
            "{\"version\":1,\"forge\":\"github\",\"approvals\":[{\"account\":7}]}",
            "`account` in the approvals is no text",
        ),
        ("{\"version\":1,\"forge\":\"github\",\"approvals\":[{}]}", "has no `account`"),
        ("[{\"state\":\"APPROVED\"}]", "has no `user.login`"),
        ("[{\"user\":{\"login\":\"x\"}}]", "has no `state`"),
        ("{\"approved_by\":\"dana\"}", "no list"),
        ("{\"value\":[{\"uniqueName\":\"x\",\"vote\":\"ten\"}]}", "has no `vote`"),
        ("[] {\"version\":1}", "several answers"),
    ];
    for (text, what) in cases {
        let screen = pull.piped(text);
        let shown = text.get(..60).unwrap_or(text);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{shown}\n{}", screen.err);
        assert!(screen.err.contains(what) && screen.err.contains("help: "), "{shown}\n{}", screen.err);
    }
    let large = pull.piped(&format!("[{}]", " ".repeat(5 << 20)));
    assert!(large.code == 2 && large.err.contains("larger than 4 MiB"), "{}", large.err);
    let missing = pull.run(&["diff", "base", "HEAD", "--require-approval", "--approvals", "nowhere.json"]);
    assert!(missing.code == 2 && missing.err.contains("nowhere.json"), "{}", missing.err);
    let endless = pull.run(&["diff", "base", "HEAD", "--require-approval", "--approvals", "/dev/zero"]);
    assert!(endless.code == 2 && endless.err.contains("larger than 4 MiB"), "{}", endless.err);
}
