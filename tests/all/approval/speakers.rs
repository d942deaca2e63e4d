//! What changes whose word counts: merges, people of providers, and every file of trust.

use super::pull::{DANA, MALLORY, MARCUS, NOOR, PRIYA, Pull, RAY, SAM};

const KEYS: &str = "trust/allowed_signers";
const CONFIG: &str = "demarcate.toml";
const MSP: &str = "providers/acme-msp.toml";

/// A branch `side` off `base` that changes nothing of who may speak, and back.
fn side(pull: &Pull) {
    pull.git(&["switch", "--quiet", "-c", "side", "base"]);
    pull.edit("incident.toml", "\n[[", "\n# Read with the MSP.\n[[");
    pull.commit_unsigned(MARCUS, "Say who read it");
    pull.git(&["switch", "--quiet", "--detach", "base"]);
}

/// Begins a merge that has the files of the first parent until others are written.
fn begin_merge(pull: &Pull, with: &[&str]) {
    pull.git(&[&["merge", "--quiet", "--no-commit", "--no-ff", "-s", "ours"], with].concat());
}

/// A change of who may speak that somebody with a role signed.
fn lawful(pull: &Pull) {
    pull.edit(CONFIG, r#"reviews = ["MA", "MP"]"#, r#"reviews = ["MA", "MP", "AC"]"#);
    pull.commit(PRIYA, "Let the shop manager review access");
}

fn without_line_of(pull: &Pull, path: &str, part: &str) -> String {
    let text = pull.text(path);
    let left: Vec<&str> = text.lines().filter(|line| !line.contains(part)).collect();
    assert!(left.len() < text.lines().count(), "{path} holds no {part}");
    left.join("\n") + "\n"
}

/// What takes a key or a role away, by the file and what stands there afterwards.
fn taken_away(pull: &Pull) -> Vec<(&'static str, String)> {
    let config = pull.text(CONFIG).replacen("roles    = [\"it-lead\"]", "roles    = []", 1);
    assert_ne!(config, pull.text(CONFIG));
    let key = pull.text(KEYS).lines().find(|line| line.contains(DANA.2)).expect("Dana has a key").to_owned();
    let key = key.split(' ').skip(1).collect::<Vec<_>>().join(" ");
    let revoked = format!("{}{key}\n", pull.text("trust/revoked"));
    vec![(KEYS, without_line_of(pull, KEYS, DANA.2)), (CONFIG, config), ("trust/revoked", revoked)]
}

#[test]
fn a_merge_that_brings_back_what_the_other_side_took_away_is_a_change_of_its_own() {
    for which in 0..3 {
        let pull = Pull::new();
        side(&pull);
        let (path, taken) = taken_away(&pull).swap_remove(which);
        let old = pull.text(path);
        pull.write(path, &taken);
        pull.commit(PRIYA, "Take it away");
        begin_merge(&pull, &["side"]);
        pull.write(path, &old);
        let evil = pull.commit_unsigned(MARCUS, "Merge side");
        lawful(&pull);
        let found = pull.diff(&[]);
        assert_eq!(found.missing(), [("contractor", "trust")], "{path}: {}", found.err);
        let why = found.refused("contractor", "trust");
        assert!(why.contains(&format!("{evil:.10} changes who may speak")), "{path}: {why}");
        let found = pull.diff(&["--without-history", "--approvals", nothing(&pull)]);
        assert!(found.refused("contractor", "trust").contains(&format!("{evil:.10}")), "{path}: {}", found.err);
    }
}

#[test]
fn a_merge_that_takes_what_each_side_changed_needs_nobody_s_signature() {
    let pull = Pull::new();
    pull.git(&["switch", "--quiet", "-c", "side", "base"]);
    pull.write(KEYS, &without_line_of(&pull, KEYS, NOOR.2));
    pull.commit(MARCUS, "The key of Noor is lost");
    pull.git(&["switch", "--quiet", "--detach", "base"]);
    lawful(&pull);
    pull.git(&["merge", "--quiet", "--no-ff", "--no-gpg-sign", "-m", "Merge side", "side"]);
    let found = pull.diff(&[]);
    assert_eq!((found.code, found.given("contractor", "trust").1.as_str()), (0, "signed"), "{}", found.err);
}

#[test]
fn a_merge_of_two_changes_of_one_thing_is_decided_by_whoever_merges() {
    let pull = Pull::new();
    pull.git(&["switch", "--quiet", "-c", "side", "base"]);
    pull.edit(CONFIG, r#"reviews = ["MA", "MP"]"#, r#"reviews = ["MA"]"#);
    pull.commit(MARCUS, "Leave media protection out");
    pull.git(&["switch", "--quiet", "--detach", "base"]);
    lawful(&pull);
    begin_merge(&pull, &["side"]);
    let merge = pull.commit_unsigned(SAM, "Merge side");
    let found = pull.diff(&[]);
    assert!(found.refused("contractor", "trust").contains(&format!("{merge:.10}")), "{}", found.err);
}

#[test]
fn a_merge_of_many_says_nothing_of_its_own_only_where_all_say_the_same() {
    let pull = Pull::new();
    for name in ["one", "two"] {
        pull.git(&["switch", "--quiet", "-c", name, "base"]);
        pull.edit("incident.toml", "\n[[", &format!("\n# {name}\n[["));
        pull.commit_unsigned(MARCUS, "Say who read it");
    }
    pull.git(&["switch", "--quiet", "--detach", "base"]);
    lawful(&pull);
    begin_merge(&pull, &["one", "two"]);
    let merge = pull.commit_unsigned(MARCUS, "Merge both");
    let found = pull.diff(&[]);
    assert!(found.refused("contractor", "trust").contains(&format!("{merge:.10}")), "{}", found.err);
}

#[test]
fn who_accepts_for_a_provider_and_its_team_are_whose_word_counts() {
    let more = "[[people]]\nname = \"Mallory\"\nemail = \"mallory@acme-msp.example\"\naccepts = true\n\n[[access]]";
    let cases = [
        ("[[access]]", more),
        ("accepts  = true\n", ""),
        ("email    = \"sam.whitfield@acme-msp.example\"", "email    = \"mallory@acme-msp.example\""),
        ("\n[[contact]]", "teams = { github = \"mallory/friends\" }\n\n[[contact]]"),
    ];
    for (old, new) in cases {
        let pull = Pull::new();
        pull.edit(MSP, old, new);
        pull.commit_unsigned(MARCUS, "Other people");
        let found = pull.diff(&[]);
        assert!(found.missing().contains(&("contractor", "trust")), "{new}: {:#}", found.json["approvals"]);
        let why = found.ask("contractor", "trust")["why"].to_string();
        assert!(why.contains("who speaks for provider `acme-msp`"), "{new}: {why}");
        assert!(found.refused("contractor", "trust").contains("it is not signed"), "{}", found.err);
        pull.git(&["reset", "--quiet", "--soft", "base"]);
        pull.commit(PRIYA, "Other people");
        assert_eq!(pull.diff(&[]).given("contractor", "trust").0, "Priya Nair", "{new}");
    }
}

#[test]
fn a_person_of_a_provider_is_not_brought_in_beside_a_lawful_change() {
    let pull = Pull::new();
    lawful(&pull);
    pull.edit(
        MSP,
        "[[access]]",
        "[[people]]\nname = \"Mallory\"\nemail = \"mallory@acme-msp.example\"\naccepts = true\n\n[[access]]",
    );
    let commit = pull.commit_unsigned(MARCUS, "One more person");
    let found = pull.diff(&["--without-history", "--approvals", nothing(&pull)]);
    assert!(found.refused("contractor", "trust").contains(&format!("{commit:.10}")), "{}", found.err);
}

/// An answer of a forge without approvals.
fn nothing(pull: &Pull) -> &'static str {
    std::fs::write(pull.root().join(".git/nothing.json"), "[]").expect("the folder can be written");
    ".git/nothing.json"
}

#[test]
fn people_of_a_provider_who_do_not_accept_are_no_matter_of_trust() {
    let pull = Pull::new();
    pull.edit(
        MSP,
        "[[access]]",
        "[[people]]\nname = \"Kim Low\"\nemail = \"kim@acme-msp.example\"\nrole = \"Engineer\"\n\n[[access]]",
    );
    pull.commit_unsigned(MARCUS, "One more engineer");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", "provider:acme-msp")], "{:#}", found.json["approvals"]);
}

#[test]
fn every_file_of_trust_that_means_something_is_asked_for() {
    let stamp = format!("trust/timestamps/{}.tsr", "0".repeat(40));
    for (path, is_asked) in [
        ("trust/acme.asc", true),
        ("trust/tsa.pem", true),
        (stamp.as_str(), true),
        ("trust/README.md", false),
        ("trust/old/acme.asc", false),
    ] {
        let pull = Pull::new();
        pull.write(path, "something\n");
        pull.commit_unsigned(MARCUS, "Add it");
        let found = pull.diff(&[]);
        let missing = found.missing().contains(&("contractor", "trust"));
        assert_eq!(missing, is_asked, "{path}: {:#}", found.json["approvals"]);
    }
}

#[cfg(unix)]
#[test]
fn a_list_that_becomes_a_link_to_the_same_bytes_is_changed() {
    let pull = Pull::new();
    lawful(&pull);
    let path = pull.root().join("trust/revoked");
    let text = pull.text("trust/revoked");
    std::fs::remove_file(&path).expect("the list is there");
    std::os::unix::fs::symlink(text, &path).expect("a link can be made");
    let commit = pull.commit_unsigned(MARCUS, "Tidy");
    let found = pull.diff(&[]);
    assert!(found.refused("contractor", "trust").contains(&format!("{commit:.10}")), "{}", found.err);
}

#[test]
fn what_is_not_committed_yet_is_asked_for_and_a_lawful_commit_below_does_not_stand_for_it() {
    let stamp = format!("trust/timestamps/{}.tsr", "0".repeat(40));
    for path in ["trust/acme.asc", "trust/revoked", "trust/tsa.pem", stamp.as_str()] {
        for staged in [true, false] {
            let pull = Pull::new();
            let compare = |pull: &Pull| {
                let mut words = vec!["diff", "base", "--require-approval", "--format", "json"];
                words.extend(staged.then_some("--staged"));
                let screen = pull.run(&words);
                (screen.code, screen.json()["approvals"].to_string())
            };
            pull.write(path, "something else\n");
            pull.git(&["add", "-A"]);
            let (code, asked) = compare(&pull);
            assert!(code == 1 && asked.contains("\"trust\""), "{path} {staged}: {asked}");
            assert!(asked.contains("is in no commit yet"), "{path} {staged}: {asked}");
            pull.git(&["stash", "--quiet"]);
            lawful(&pull);
            let (code, asked) = compare(&pull);
            assert_eq!(code, 0, "{asked}");
            pull.git(&["stash", "pop", "--quiet"]);
            pull.git(&["add", "-A"]);
            let (code, asked) = compare(&pull);
            assert!(code == 1 && asked.contains("is in no commit yet"), "{path} {staged}: {asked}");
        }
    }
}

#[test]
fn a_line_is_a_remark_only_where_the_reader_of_keys_takes_it_for_one() {
    for blank in ["\u{a0}", "\u{3000}", "\u{b}"] {
        let pull = Pull::new();
        let key = pull.new_key("mallory");
        pull.write(KEYS, &format!("{blank}#,{} {key}\n{}", DANA.2, pull.text(KEYS)));
        pull.commit_unsigned(MALLORY, "Only a remark");
        let found = pull.diff(&[]);
        assert!(found.missing().contains(&("contractor", "trust")), "{blank:?}: {:#}", found.json["approvals"]);
    }
}

#[test]
fn remarks_in_the_list_of_keys_need_nobody_s_signature_and_every_entry_does() {
    let pull = Pull::new();
    pull.write(KEYS, &format!("# Who signs.\n\n \t# And how.\n{}", pull.text(KEYS)));
    pull.commit_unsigned(RAY, "Say what it is");
    let found = pull.diff(&[]);
    assert_eq!((found.code, found.missing().len()), (0, 0), "{}", found.err);

    // What is signed upon it counts, and so does a change of an entry.
    pull.git(&["branch", "-f", "base"]);
    pull.write(KEYS, &without_line_of(&pull, KEYS, SAM.2));
    pull.commit(PRIYA, "Sam has left");
    let found = pull.diff(&[]);
    assert_eq!(found.given("contractor", "trust").0, "Priya Nair", "{}", found.err);

    pull.git(&["reset", "--quiet", "--hard", "base"]);
    pull.write(KEYS, &without_line_of(&pull, KEYS, SAM.2));
    pull.commit_unsigned(PRIYA, "Sam has left");
    assert!(pull.diff(&[]).missing().contains(&("contractor", "trust")), "an entry is no remark");
}
