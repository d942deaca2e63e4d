//! What people put on record by the commands: reviews, certifications, the affirmation, each with their own signature.

use std::io::Write;
use std::process::Stdio;

use super::super::screen::{Screen, of};
use super::stage::{ASH, DANA, FORGE, Hand, KIM, MALLORY, PRACTICE, ROBIN, SUBJECT, Stage};

/// The affirming official is Dana.
fn stage() -> Stage {
    let stage = Stage::new();
    stage.edit("demarcate.toml", "[system]\n", "[system]\naffirming-official = \"dana\"\n");
    stage.commit(&DANA.on("2026-01-07"), "Name the affirming official");
    stage
}

fn packet(stage: &Stage) -> serde_json::Value {
    stage.demarcate(&DANA.on("2026-11-21"), &["render", "affirmation", "--context"]).json()["affirmation"].take()
}

/// The names that `affirm` asks to have acknowledged.
fn open(screen: &Screen) -> Vec<String> {
    let lines = screen.out.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    lines.map(|line| line.trim().to_owned()).filter(|line| !line.starts_with("help:")).collect()
}

fn affirm(stage: &Stage, hand: &Hand, more: &[&str]) -> Screen {
    let asked = stage.demarcate(hand, &["affirm"]);
    let names = open(&asked);
    let mut line = vec!["affirm"];
    line.extend(names.iter().flat_map(|name| ["--acknowledge", name]));
    line.extend(more);
    stage.demarcate(hand, &line)
}

#[test]
fn nothing_is_affirmed_before_everything_open_was_acknowledged_by_its_name() {
    let stage = stage();
    let (head, dana) = (stage.head(), DANA.on("2026-02-02"));
    let asked = stage.demarcate(&dana, &["affirm"]);
    assert_eq!(asked.code, 1, "{}{}", asked.out, asked.err);
    let names = open(&asked);
    assert!(names.len() > 2 && names[0] == "no-status", "{names:?}");
    assert!(names.contains(&"missing-practice:AC.L2-3.1.3".to_owned()), "{names:?}");
    let one_left: Vec<&str> = names[1..].iter().flat_map(|name| ["--acknowledge", name]).collect();
    let refused = stage.demarcate(&dana, &[&["affirm"], &one_left[..]].concat());
    assert_eq!((refused.code, open(&refused)), (1, vec!["no-status".to_owned()]), "{}", refused.err);
    let unknown = stage.demarcate(&dana, &["affirm", "--acknowledge", "review-never:AC.L2-3.1.99"]);
    assert!(unknown.code == 2 && unknown.err.contains("nothing that is open is called"), "{}", unknown.err);
    assert_eq!(stage.head(), head, "nothing was recorded");

    let done = affirm(&stage, &dana, &["-m", "Read with the ISSO."]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("signed, and it counts"), "{}", done.out);
    let message = stage.ask(&["log", "-1", "--format=%B"]);
    assert!(message.contains("\nAffirmed-by: Dana Lee <dana@contractor.example>\n"), "{message}");
    assert!(message.contains("\nAcknowledged: missing-practice:AC.L2-3.1.3\n"), "{message}");
    assert!(stage.raw("HEAD").contains(
        "
gpgsig -----BEGIN SSH SIGNATURE-----
"
    ));
    let last = packet(&stage)["last"].clone();
    assert_eq!((&last["date"], &last["next_due"]), (&"2026-02-02".into(), &"2027-02-02".into()));
    assert_eq!(last["acknowledged"].as_array().map(Vec::len), Some(names.len()), "{last}");
}

#[test]
fn only_the_affirming_official_affirms() {
    let stage = stage();
    let refused = stage.demarcate(&ROBIN.on("2026-02-02"), &["affirm"]);
    assert!(
        refused.code == 2 && refused.err.contains("the affirming official of demarcate.toml is Dana Lee"),
        "{}",
        refused.err
    );
    let message = |by: &str| format!("Affirm\n\nCompliance-Affirmed: level-2\nAffirmed-by: {by}\n");
    stage.commit(&ROBIN.on("2026-02-02"), &message(&DANA.named()));
    stage.commit(&ROBIN.on("2026-02-03"), &message(&ROBIN.named()));
    stage.commit(&DANA.on("2026-02-04").unsigned(), &message(&DANA.named()));
    let view = stage.demarcate(&DANA.on("2026-11-21"), &["render", "reviews", "--context"]).json();
    let found = view["reviews"]["affirmations"].as_array().expect("a list").iter();
    let why: Vec<&str> = found.map(|found| found["refused_because"].as_str().unwrap_or("it counts")).collect();
    assert_eq!(why.len(), 3, "{why:?}");
    assert!(why[0].contains("not signed"), "{why:?}");
    assert!(why[1].contains("Robin Park was not the affirming official"), "{why:?}");
    assert!(why[2].contains("signed it, not Dana Lee"), "{why:?}");
    assert!(packet(&stage)["last"].is_null());
}

/// Why each affirmation does not count, the newest first.
fn verdicts(stage: &Stage) -> Vec<String> {
    let view = stage.demarcate(&DANA.on("2026-11-21"), &["render", "reviews", "--context"]).json();
    let found = view["reviews"]["affirmations"].as_array().expect("a list").clone();
    found.iter().map(|found| found["refused_because"].as_str().unwrap_or("it counts").to_owned()).collect()
}

fn affirmed(by: &str) -> String {
    format!("Affirm\n\nCompliance-Affirmed: level-2\nAffirmed-by: {by}\n")
}

fn certified(by: &str) -> String {
    format!("Certify\n\nPractice-Certified: {SUBJECT}\nCertified-by: {by}\n")
}

/// The practices of access control that somebody has certified.
fn count_certified(stage: &Stage) -> u64 {
    let families = packet(stage)["certified"].clone();
    let access = families.as_array().and_then(|all| all.iter().find(|row| row["family"] == "AC")).cloned();
    access.and_then(|row| row["count"].as_u64()).expect("access control has practices")
}

#[test]
fn where_unsigned_counts_nobody_but_the_official_affirms_all_the_same() {
    let stage = Stage::without_trust();
    stage.edit("demarcate.toml", "[system]\n", "[system]\naffirming-official = \"dana\"\n");
    stage.commit(&DANA.on("2026-01-07").unsigned(), "Name the affirming official");
    let mallory = MALLORY.on("2026-02-02").unsigned();
    let two = format!("{} <{}>", DANA.named(), MALLORY.email);
    for by in [MALLORY.named(), ROBIN.named(), two, "Dana Lee".to_owned()] {
        stage.commit(&mallory, &affirmed(&by));
        assert!(verdicts(&stage)[0].contains("was not the affirming official"), "{by}: {:?}", verdicts(&stage));
        assert!(packet(&stage)["last"].is_null(), "{by}");
    }
    for by in [MALLORY.named(), KIM.named()] {
        stage.commit(&mallory, &certified(&by));
        assert_eq!(count_certified(&stage), 0, "{by}");
    }
    stage.commit(&DANA.on("2026-02-03").unsigned(), &affirmed(&DANA.named()));
    assert_eq!(verdicts(&stage)[0], "it counts");
    stage.commit(&DANA.on("2026-02-03").unsigned(), &certified(&DANA.named()));
    assert_eq!(count_certified(&stage), 1);
}

#[test]
fn the_forge_affirms_and_certifies_for_nobody() {
    let stage = stage();
    stage.commit(&FORGE.on("2026-02-02"), &affirmed(&DANA.named()));
    let why = "the forge signs for everybody it lets in; an affirmation needs the official's own signature";
    assert_eq!(verdicts(&stage), [why]);
    stage.commit(&FORGE.on("2026-02-02"), &certified(&DANA.named()));
    assert_eq!(count_certified(&stage), 0);
}

#[test]
fn another_level_is_no_affirmation_and_is_reported() {
    let stage = stage();
    stage.commit(&DANA.on("2026-02-02"), &affirmed(&DANA.named()).replace("level-2", "banana"));
    assert_eq!(verdicts(&stage), Vec::<String>::new());
    let check = stage.demarcate(&DANA.on("2026-11-21"), &["check"]);
    assert!(check.out.contains("an affirmation speaks of `banana`, which is no level"), "{}", check.out);
}

#[test]
fn a_note_that_certifies_something_is_refused() {
    let stage = stage();
    let note = format!("Read.\n\n{}", certified(&DANA.named()));
    for words in [&["review", SUBJECT, "-m", &note][..], &["affirm", "--certify", "AC", "-m", &note]] {
        let screen = stage.demarcate(&DANA.on("2026-02-02"), words);
        assert!(screen.code == 2 && screen.err.contains("word them differently"), "{words:?}: {}", screen.err);
    }
}

#[test]
fn nothing_is_recorded_in_the_middle_of_a_merge_or_a_rebase() {
    let stage = stage();
    let head = stage.head();
    let names = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge/onto", "rebase-apply/next"];
    for (name, what) in names.into_iter().zip(["merge", "cherry-pick", "revert", "rebase", "rebase"]) {
        let path = format!(".git/{name}");
        stage.write(&path, format!("{head}\n"));
        for words in [&["review", SUBJECT][..], &["affirm", "--certify", "AC"]] {
            let screen = stage.demarcate(&DANA.on("2026-02-02"), words);
            let why = format!("a {what} is under way here");
            assert!(screen.code == 2 && screen.err.contains(&why), "{name} {words:?}: {}", screen.err);
        }
        let affirmed = affirm(&stage, &DANA.on("2026-02-02"), &[]);
        assert!(affirmed.code == 2 && affirmed.err.contains("is under way here"), "{name}: {}", affirmed.err);
        std::fs::remove_file(stage.dir().join(&path)).expect("it was written");
        drop(std::fs::remove_dir(stage.dir().join(&path).parent().expect("a file has a folder")));
    }
    assert_eq!(stage.head(), head);
}

#[test]
fn another_day_is_for_looking_only() {
    let stage = stage();
    let head = stage.head();
    for words in [&["review", SUBJECT][..], &["affirm"], &["affirm", "--certify", "AC"], &["accept", "acme-msp"]] {
        let screen = stage.demarcate(&DANA.on("2026-02-02"), &[&["--as-of", "2026-01-31"], words].concat());
        assert!(screen.code == 2 && screen.err.contains("`--as-of 2026-01-31` is for looking"), "{}", screen.err);
    }
    let page = ["--as-of", "2026-01-31", "affirm", "--packet", "-o", "page"];
    assert_eq!(stage.demarcate(&DANA.on("2026-02-02"), &page).code, 0);
    assert_eq!(stage.head(), head);
}

#[test]
fn a_root_that_names_no_official_is_told_so() {
    let screen = Stage::new().demarcate(&DANA.on("2026-02-02"), &["affirm"]);
    assert!(screen.code == 2 && screen.err.contains("names nobody who may affirm"), "{}", screen.err);
}

#[test]
fn what_is_open_in_the_editor_is_not_affirmed() {
    let stage = stage();
    stage.change_practice();
    let screen = affirm(&stage, &DANA.on("2026-02-02"), &[]);
    assert!(screen.code == 2 && screen.err.contains(PRACTICE), "{}", screen.err);
    stage.ask(&["checkout", "-q", PRACTICE]);
    stage.write("practices/AC.L2-3.1.3.toml", "practice = \"AC.L2-3.1.3\"\n");
    let screen = stage.demarcate(&DANA.on("2026-02-02"), &["affirm"]);
    assert!(screen.code == 2 && screen.err.contains("practices/AC.L2-3.1.3.toml"), "{}", screen.err);
}

#[test]
fn what_git_is_told_not_to_look_at_is_not_affirmed() {
    let stage = stage();
    stage.write(".gitignore", "AC.L2-3.1.3.toml\n.DS_Store\n");
    stage.commit(&DANA.on("2026-01-08"), "Ignore");
    let hand = DANA.on("2026-02-02");
    stage.write("practices/.DS_Store", "");
    let open_names = open(&stage.demarcate(&hand, &["affirm"]));
    assert!(open_names.contains(&"missing-practice:AC.L2-3.1.3".to_owned()), "{open_names:?}");
    stage.write("practices/AC.L2-3.1.3.toml", "practice = \"AC.L2-3.1.3\"\n");
    let screen = stage.demarcate(&hand, &["affirm"]);
    assert!(
        screen.code == 2 && screen.err.contains("practices/AC.L2-3.1.3.toml is not as committed"),
        "{}",
        screen.err
    );
    std::fs::remove_file(stage.dir().join("practices/AC.L2-3.1.3.toml")).expect("it was written");
    // Git does not look at what it is told to take as unchanged; the names are those of the commit.
    stage.ask(&["update-index", "--assume-unchanged", PRACTICE]);
    stage.write(PRACTICE, "practice = \"AC.L2-3.1.3\"\n");
    assert_eq!(open(&stage.demarcate(&hand, &["affirm"])), open_names);
}

#[test]
fn what_stands_in_the_shared_root_is_not_affirmed_before_it_is_committed() {
    let stage = stage();
    stage.move_below("system");
    stage.write("shared/demarcate.toml", "");
    stage.edit("system/demarcate.toml", "[organization]", "extends = \"../shared\"\n\n[organization]");
    stage.commit(&DANA.on("2026-01-08"), "Share");
    stage.write("shared/policies/access.md", "---\nid: access\n---\n");
    let screen = stage.demarcate(&DANA.on("2026-02-02"), &["-C", "system", "affirm"]);
    assert!(screen.code == 2 && screen.err.contains("shared/policies/access.md is not as committed"), "{}", screen.err);
}

#[test]
fn the_packet_says_what_changed_since_the_last_affirmation() {
    let stage = stage();
    assert!(packet(&stage)["changes"].is_null(), "there is nothing to compare with");
    assert_eq!(affirm(&stage, &DANA.on("2026-02-02"), &[]).code, 0);
    assert_eq!(packet(&stage)["changes"], serde_json::json!([]));
    stage.change_practice();
    stage.commit(&ROBIN.on("2026-03-02"), "Name the roles");
    let changes = packet(&stage)["changes"].clone();
    assert_eq!(changes[0]["id"], SUBJECT, "{changes}");
    assert!(changes[0]["said"][0].as_str().expect("a sentence").contains("Named roles limit"), "{changes}");
    let written = stage.demarcate(&DANA.on("2026-11-21"), &["affirm", "--packet", "-o", "page"]);
    assert_eq!(written.code, 0, "{}", written.err);
    let page = stage.read("page/affirmation.md");
    for words in ["## To be acknowledged by name", "`no-status`", "Named roles limit", "Dana Lee"] {
        assert!(page.contains(words), "{words} is not on the page:\n{page}");
    }
    assert!(stage.read("page/affirmation.html").contains("Named roles limit"));
}

#[test]
fn the_page_lists_everything_that_is_open_under_one_name() {
    let stage = stage();
    stage.append("demarcate.toml", "\nfirst-typo = 1\nsecond-typo = 2\n");
    stage.commit(&DANA.on("2026-01-08"), "Mistype");
    let open = packet(&stage)["open"].clone();
    let found =
        open.as_array().expect("a list").iter().find(|row| row["name"] == "unknown-key:demarcate.toml").cloned();
    let found = found.expect("two keys are unknown");
    assert_eq!((&found["count"], found["more"].as_array().map(Vec::len)), (&2.into(), Some(1)), "{found}");
    let written = stage.demarcate(&DANA.on("2026-11-21"), &["affirm", "--packet", "-o", "page"]);
    assert_eq!(written.code, 0, "{}", written.err);
    for page in ["page/affirmation.md", "page/affirmation.html"] {
        let page = stage.read(page);
        assert!(page.contains("first-typo") && page.contains("second-typo"), "{page}");
    }
}

#[test]
fn those_who_answer_for_practices_certify_them_as_they_stand() {
    let stage = stage();
    let certified = |stage: &Stage| {
        let families = packet(stage)["certified"].clone();
        let access = families.as_array().and_then(|all| all.iter().find(|row| row["family"] == "AC")).cloned();
        let access = access.expect("access control has practices");
        (access["count"].as_u64(), access["of"].as_u64(), access["by"].to_string())
    };
    let done = stage.demarcate(&DANA.on("2026-02-02"), &["affirm", "--certify", "AC"]);
    assert!(done.code == 0 && done.out.contains("signed, and it counts"), "{}{}", done.out, done.err);
    assert!(stage.ask(&["log", "-1", "--format=%B"]).contains("Practice-Certified: AC\nCertified-by: Dana Lee"));
    assert_eq!(certified(&stage), (Some(2), Some(2), "[\"Dana Lee, 2026-02-02\"]".to_owned()));
    stage.change_practice();
    stage.commit(&ROBIN.on("2026-02-03"), "Name the roles");
    assert_eq!(certified(&stage).0, Some(1), "what changed is not certified any more");
    let refused = stage.demarcate(&KIM.on("2026-02-04"), &["affirm", "--certify", SUBJECT]);
    assert!(
        refused.code == 2 && refused.err.contains("no role of Kim Ode maintains or reviews AC.L2-3.1.2\n"),
        "{}{}",
        refused.out,
        refused.err
    );
    assert_eq!(certified(&stage).0, Some(1));
    let nothing = stage.demarcate(&DANA.on("2026-02-04"), &["affirm", "--certify", "ssp"]);
    assert!(nothing.code == 2 && nothing.err.contains("`ssp` is no practice"), "{}", nothing.err);
}

#[test]
fn a_review_that_does_not_count_is_no_success() {
    let stage = stage();
    let good = stage.demarcate(&DANA.on("2026-02-02"), &["review", SUBJECT]);
    assert!(good.code == 0 && good.out.contains("signed, and it counts"), "{}{}", good.out, good.err);
    let robin = ROBIN.named();
    let wrong = stage.demarcate(&DANA.on("2026-02-03"), &["review", SUBJECT, "--reviewer", &robin]);
    assert!(wrong.code == 2 && wrong.err.contains("takes the signature of Robin Park"), "{}{}", wrong.out, wrong.err);
    let key = stage.demarcate(&ROBIN.on("2026-02-03").with("dana"), &["review", SUBJECT]);
    assert!(key.code == 1 && key.out.contains("signed it, not Robin Park"), "{}{}", key.out, key.err);
    let stranger = stage.demarcate(&ASH.on("2026-02-04"), &["review", SUBJECT]);
    assert!(stranger.code == 1 && stranger.out.contains("does not count"), "{}{}", stranger.out, stranger.err);
}

#[test]
fn git_is_asked_to_sign_where_it_can_and_refused_where_it_cannot() {
    let stage = stage();
    let head = stage.head();
    let unset = stage.demarcate(&DANA.on("2026-02-02").unsigned(), &["review", SUBJECT]);
    assert!(unset.code == 2 && unset.err.contains("git config gpg.format ssh"), "{}", unset.err);
    assert_eq!(stage.head(), head);
    let asked = stage.demarcate_with(&DANA.on("2026-02-02"), &[("commit.gpgSign", "false")], &["review", SUBJECT]);
    assert!(asked.code == 0 && asked.err.contains("`git commit -S`"), "{}{}", asked.out, asked.err);
    let nobody = Stage::without_trust();
    let plain = nobody.demarcate(&DANA.on("2026-02-02").unsigned(), &["review", SUBJECT]);
    assert!(plain.code == 0 && plain.out.contains("unsigned, and it counts"), "{}{}", plain.out, plain.err);
}

#[test]
fn a_reviewer_is_told_what_changed_in_words() {
    let stage = stage();
    stage.review(&DANA.on("2026-02-02"), DANA);
    stage.change_practice();
    stage.commit(&ROBIN.on("2026-02-03"), "Name the roles");
    let screen = stage.demarcate(&DANA.on("2026-02-04"), &["review", SUBJECT, "AC.L2-3.1.1"]);
    let told = "AC.L2-3.1.2 has changed since the review by Dana Lee on 2026-02-02";
    assert!(screen.err.contains(told) && screen.err.contains("Named roles limit"), "{}", screen.err);
    assert!(screen.err.contains("1 never reviewed: AC.L2-3.1.1\n"), "{}", screen.err);
    assert!(screen.err.contains("2 subjects at once"), "{}", screen.err);
}

#[test]
fn an_unsigned_mailmap_gives_no_review_to_somebody_else() {
    let stage = Stage::new();
    let claim = stage.review(&ROBIN.on("2026-02-02"), ROBIN);
    stage.write(".mailmap", "Dana Lee <dana@contractor.example> <robin@contractor.example>\n");
    stage.commit(&ROBIN.on("2026-02-03").unsigned(), "Map");
    let history = stage.demarcate(&DANA.on("2026-11-21"), &["history", SUBJECT, "--format", "json"]).json();
    let review = &history["subjects"][0]["reviews"][0];
    assert_eq!((&review["commit"], &review["grade"]), (&claim.into(), &"signed".into()), "{review}");
    assert_eq!((&review["reviewer"], &review["person"]), (&ROBIN.named().into(), &"robin".into()), "{review}");
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn at_a_terminal_the_outcome_is_asked_for() {
    if std::process::Command::new("script").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: `script` is not installed, which gives a program a terminal");
        return;
    }
    let stage = stage();
    let head = stage.head();
    let say = |answers: &str| {
        let line = format!("{} review {SUBJECT}", env!("CARGO_BIN_EXE_demarcate"));
        let mut command = stage.as_person(&DANA.on("2026-02-02"), "script", &[]);
        command.args(["-q", "-e", "-c", &line, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("script is installed");
        child.stdin.take().expect("it is piped").write_all(answers.as_bytes()).expect("it listens");
        of(&child.wait_with_output().expect("it ends"))
    };
    let quit = say("maybe\nquit\n");
    assert_eq!((quit.code, stage.head()), (1, head.clone()), "{}", quit.out);
    assert_eq!(
        quit.out.matches("What came of it? [n]o-change, [c]hanged, [d]eficiency, [q]uit").count(),
        2,
        "{}",
        quit.out
    );
    for answers in ["d\n", "d\n\n", "d\nn\n", "d\nmaybe\n", ""] {
        let screen = say(answers);
        assert_eq!((screen.code, stage.head()), (1, head.clone()), "{answers:?}: {}", screen.out);
        assert!(screen.out.contains("nothing was recorded"), "{answers:?}: {}", screen.out);
    }
    let done = say("d\ny\n");
    assert!(done.out.contains("by Dana Lee <dana@contractor.example>"), "{}", done.out);
    assert!(done.out.contains("Record this in your name? [y/N]: "), "{}", done.out);
    assert_eq!(done.code, 0, "{}", done.out);
    assert_eq!(stage.ask(&["log", "-1", "--format=%(trailers:key=Review-Outcome,valueonly)"]), "deficiency");
}
