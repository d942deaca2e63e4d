//! What is refused before it is recorded, because it could not count; and what people type, as it is recorded.

use std::io::Write;
use std::process::Stdio;

use super::super::screen::{Screen, of};
use super::stage::{ASH, DANA, DANA_LEE, Hand, KIM, MALLORY, POLICY, PRACTICE, ROBIN, SUBJECT, Stage, signers};

const DAY: &str = "2026-02-02";
const COUNTS: &str = "signed, and it counts";
const CONFIG: &str = "demarcate.toml";

fn official(stage: Stage) -> Stage {
    stage.edit(CONFIG, "[system]\n", "[system]\naffirming-official = \"dana\"\n");
    stage.commit(&DANA.on("2026-01-07"), "Name the affirming official");
    stage
}

/// Runs it; nothing may be recorded, and the screen says why.
fn refused(stage: &Stage, hand: &Hand, arguments: &[&str], why: &str) -> Screen {
    let head = stage.head();
    let screen = stage.demarcate(hand, arguments);
    assert!(screen.code == 2 && screen.err.contains(why), "{arguments:?}: {}{}", screen.out, screen.err);
    assert_eq!(stage.head(), head, "{arguments:?}");
    screen
}

fn counts(stage: &Stage, hand: &Hand, arguments: &[&str]) -> Screen {
    let screen = stage.demarcate(hand, arguments);
    assert!(screen.code == 0 && screen.out.contains("and it counts"), "{arguments:?}: {}{}", screen.out, screen.err);
    screen
}

fn trailer(stage: &Stage, key: &str) -> String {
    stage.ask(&["log", "-1", &format!("--format=%(trailers:key={key},valueonly)")])
}

#[test]
fn who_has_no_role_or_no_entry_is_told_before_anything_is_recorded() {
    let stage = official(Stage::new());
    let kim = refused(&stage, &KIM.on(DAY), &["review", SUBJECT], "no role of Kim Ode reviews AC.L2-3.1.2");
    assert!(kim.err.contains("nothing was recorded"), "{}", kim.err);
    refused(&stage, &MALLORY.on(DAY), &["review", SUBJECT], "is no person of demarcate.toml, as of HEAD");
    let as_dana = ["review", SUBJECT, "--reviewer", "Dana Lee <dana@contractor.example>"];
    refused(&stage, &ROBIN.on(DAY), &as_dana, "this takes the signature of Dana Lee; nothing was recorded");
    refused(&stage, &ROBIN.on(DAY), &["affirm", "--by", &DANA.named()], "takes the signature of Dana Lee");
    refused(
        &stage,
        &KIM.on(DAY),
        &["affirm", "--certify", "AC", "--by", &DANA.named()],
        "takes the signature of Dana Lee",
    );
    // Her other address is hers.
    counts(&stage, &DANA_LEE.on(DAY), &["review", SUBJECT, "--reviewer", &DANA.named()]);
    counts(&stage, &DANA.on(DAY), &["affirm", "--certify", "AC", "--by", &DANA_LEE.named()]);
}

#[test]
fn where_unsigned_counts_nobody_is_asked_for_a_role() {
    let stage = Stage::without_trust();
    counts(&stage, &KIM.on(DAY).unsigned(), &["review", SUBJECT]);
    counts(&stage, &MALLORY.on(DAY).unsigned(), &["review", SUBJECT, "--reviewer", "Old Hand <old@elsewhere.example>"]);
    assert_eq!(trailer(&stage, "Reviewed-by"), "Old Hand <old@elsewhere.example>");
}

#[test]
fn where_no_key_is_trusted_yet_and_only_what_is_signed_counts_nothing_is_recorded() {
    let stage = Stage::without_trust();
    stage.set_policy("accept = [\"signed\"]\n");
    stage.commit(&ROBIN.on("2026-01-06").unsigned(), "Take what is signed");
    refused(&stage, &DANA.on(DAY), &["review", SUBJECT], "no key is trusted yet");
}

#[test]
fn a_record_is_entered_by_somebody_with_a_role_and_lies_in_the_lock() {
    let stage = official(Stage::new());
    let dana = DANA.named();
    let with = |record| ["review", SUBJECT, "--reviewer", dana.as_str(), "--record", record];
    refused(&stage, &KIM.on(DAY), &with("minutes"), "Kim Ode has no role of the contractor's");
    refused(&stage, &ROBIN.on(DAY), &with("minutes-to-come"), "has no line in evidence.lock");
    counts(&stage, &ROBIN.on(DAY), &with("minutes"));
}

/// Kim answers for maintenance alone, and there is something to maintain.
fn divided() -> Stage {
    let stage = official(Stage::new());
    stage.edit(
        CONFIG,
        "email = [\"kim@contractor.example\"]",
        "email = [\"kim@contractor.example\"]\nroles = [\"technician\"]",
    );
    stage.append(CONFIG, "\n[[role]]\nid = \"technician\"\ntitle = \"Technician\"\nreviews = [\"MA\", \"ssp\"]\n");
    for number in 1..4 {
        let practice = format!("practice = \"MA.L2-3.7.{number}\"\nstatement = \"We maintain.\"\n");
        stage.write(&format!("practices/MA.L2-3.7.{number}.toml"), practice);
    }
    stage.write("practices/AC.L2-3.1.3.toml", "practice = \"AC.L2-3.1.3\"\nstatement = \"We control flows.\"\n");
    stage.commit(&DANA.on("2026-01-08"), "Kim maintains");
    stage
}

#[test]
fn what_somebody_does_not_answer_for_is_named_by_family() {
    let stage = divided();
    let both = refused(&stage, &KIM.on(DAY), &["affirm", "--certify", "AC", "MA"], "nothing was recorded:\n");
    assert!(both.err.contains("  no role of Kim Ode maintains or reviews 3 practices of AC\n"), "{}", both.err);
    assert!(both.err.contains("3 practices of MA would count: name only that"), "{}", both.err);
    counts(&stage, &KIM.on(DAY), &["affirm", "--certify", "ma"]);
    assert_eq!(trailer(&stage, "Practice-Certified"), "MA");
    let all = ["review", "3.1.1", "3.1.2", "3.1.3", "3.7.1", "3.7.2", "3.7.3", "ssp", "crm"];
    let review = refused(&stage, &KIM.on(DAY), &all, "no role of Kim Ode reviews");
    let told = "  no role of Kim Ode reviews 3 practices of AC, the responsibility matrix\n";
    assert!(review.err.contains(told), "{}", review.err);
    assert!(review.err.contains("3 practices of MA, the system security plan would count"), "{}", review.err);
    counts(&stage, &KIM.on(DAY), &["review", "3.7.1", "ssp"]);
}

fn independent() -> Stage {
    Stage::under(&signers(), &format!("{POLICY}independence = true\n"))
}

#[test]
fn where_policy_asks_for_another_reviewer_own_work_is_not_recorded_as_reviewed() {
    let stage = independent();
    stage.change_practice();
    stage.ask(&["add", "-A"]);
    let own = ["review", SUBJECT, "--outcome", "changed"];
    let staged = refused(&stage, &DANA.on(DAY), &own, "this commit changes, by your own hand, AC.L2-3.1.2");
    assert!(staged.err.contains("commit the change and let another person review it"), "{}", staged.err);
    stage.commit(&DANA.on(DAY), "Name the roles");
    let why = "Dana Lee made the last change of AC.L2-3.1.2";
    refused(&stage, &DANA.on(DAY), &["review", SUBJECT], why);
    counts(&stage, &ROBIN.on(DAY), &["review", SUBJECT]);
    // Beside the colleague's, hers counts as well.
    counts(&stage, &DANA.on("2026-02-03"), &["review", SUBJECT]);
}

#[test]
fn changed_is_said_of_what_is_staged_and_what_else_is_staged_is_named() {
    let stage = Stage::new();
    let changed = ["review", SUBJECT, "--outcome", "changed"];
    refused(&stage, &DANA.on(DAY), &changed, "nothing that is staged changes what this review is about");
    stage.write("README.md", "Read me.\n");
    stage.edit("practices/AC.L2-3.1.1.toml", "within a day.\"", "within a week.\"");
    stage.ask(&["add", "-A"]);
    refused(&stage, &DANA.on(DAY), &changed, "nothing that is staged changes what this review is about");
    stage.append(PRACTICE, "# a comment\n");
    stage.ask(&["add", "-A"]);
    refused(&stage, &DANA.on(DAY), &changed, "use `--outcome no-change`, or stage the change");
    stage.change_practice();
    stage.ask(&["add", "-A"]);
    let done = counts(&stage, &DANA.on(DAY), &changed);
    let files = format!("the commit carries what is staged: README.md, practices/AC.L2-3.1.1.toml, {PRACTICE}\n");
    assert!(done.err.contains(&files), "{}", done.err);
    assert!(
        done.err.contains("note: it also changes AC.L2-3.1.1, of which this review does not speak\n"),
        "{}",
        done.err
    );
}

#[test]
fn the_page_of_the_official_is_of_the_commit_that_it_names() {
    let stage = official(Stage::new());
    let page = || {
        let screen = stage.demarcate(&DANA.on(DAY), &["affirm", "--packet", "-o", "page"]);
        assert_eq!(screen.code, 0, "{}", screen.err);
        (stage.read("page/affirmation.md"), screen.err)
    };
    let (clean, said) = page();
    assert!(!said.contains("note:"), "{said}");
    stage.write("practices/AC.L2-3.1.3.toml", "practice = \"AC.L2-3.1.3\"\n");
    stage.ask(&["add", "practices/AC.L2-3.1.3.toml"]);
    let (staged, said) = page();
    assert_eq!(staged, clean);
    assert!(said.contains("note: practices/AC.L2-3.1.3.toml is not as committed; the page is of HEAD"), "{said}");
    stage.write(".git/MERGE_HEAD", format!("{}\n", stage.head()));
    let (merging, said) = page();
    assert_eq!(merging, clean);
    assert!(said.contains("note: a merge is under way; the page is of HEAD"), "{said}");
}

#[test]
fn names_are_recorded_as_they_are_on_file() {
    let stage = official(Stage::new());
    let cases = [
        "The Pope <dana@contractor.example>",
        "D\u{430}na Lee <dana@contractor.example>",
        "\u{202e}eeL anaD <dana@contractor.example>",
        "dana lee <DANA@contractor.example>",
    ];
    for typed in cases {
        let screen = counts(&stage, &DANA.on(DAY), &["review", SUBJECT, "--reviewer", typed]);
        let by = trailer(&stage, "Reviewed-by");
        assert!(by.eq_ignore_ascii_case(&DANA.named()) && by.starts_with("Dana Lee <"), "{typed}: {by}");
        assert!(
            screen.err.contains(&format!("in the name of {by}, as the files have that address, not of ")),
            "{}",
            screen.err
        );
        counts(&stage, &DANA.on(DAY), &["affirm", "--certify", "AC", "--by", typed]);
        assert!(trailer(&stage, "Certified-by").starts_with("Dana Lee <"), "{typed}");
    }
    let plain = counts(&stage, &DANA.on(DAY), &["review", SUBJECT]);
    assert!(!plain.err.contains("in the name of"), "{}", plain.err);
    let stranger = ["review", SUBJECT, "--reviewer", "D\u{200b}ana <x@elsewhere.example>"];
    refused(&stage, &DANA.on(DAY), &stranger, "holds signs that nobody sees");
    let unsigned = Stage::without_trust();
    refused(&unsigned, &DANA.on(DAY).unsigned(), &stranger, "holds signs that nobody sees");
}

#[test]
fn ids_are_taken_where_they_are_clear_and_explained_where_not() {
    let stage = official(Stage::new());
    let dana = DANA.on(DAY);
    for (typed, recorded) in
        [("ac.l2-3.1.2", SUBJECT), ("3.1.2", SUBJECT), ("SSP", "ssp"), ("Policy:access", "policy:access")]
    {
        counts(&stage, &dana, &["review", typed]);
        assert_eq!(trailer(&stage, "Practice-Review"), recorded, "{typed}");
    }
    for (typed, recorded) in [("ac", "AC"), ("ALL", "all"), ("ac.l2-3.1.2", SUBJECT)] {
        counts(&stage, &dana, &["affirm", "--certify", typed]);
        assert_eq!(trailer(&stage, "Practice-Certified"), recorded, "{typed}");
    }
    for command in [&["review"][..], &["affirm", "--certify"]] {
        let with = |word| [command, &[word]].concat();
        refused(&stage, &dana, &with("AC.L2-3.1.1[a]"), "did you mean `AC.L2-3.1.1`? An objective stands");
        refused(&stage, &dana, &with("AC-3.1.1"), "did you mean `AC.L2-3.1.1`?");
        refused(&stage, &dana, &with("zz"), "`zz`");
        refused(&stage, &dana, &with(""), if command.len() > 1 { "nothing to certify" } else { "nothing to review" });
    }
    refused(&stage, &dana, &["review", "policy:acess"], "did you mean `policy:access`?");
    refused(&stage, &dana, &["affirm", "--certify", "SC"], "there is no practice here");
    let unset = refused(&stage, &dana.unsigned(), &["review", SUBJECT], "git config gpg.format openpgp");
    assert!(unset.err.contains("user.signingkey FINGERPRINT"), "{}", unset.err);
}

/// At a terminal, if `script` is here to give one: what is typed, and what the screen shows.
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn at_terminal(stage: &Stage, hand: &Hand, line: &str, typed: &str) -> Option<Screen> {
    if std::process::Command::new("script").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: `script` is not installed, which gives a program a terminal");
        return None;
    }
    let line = format!("{} {line}", env!("CARGO_BIN_EXE_demarcate"));
    let mut command = stage.as_person(hand, "script", &[]);
    command.args(["-q", "-e", "-c", &line, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().expect("script is installed");
    child.stdin.take().expect("it is piped").write_all(typed.as_bytes()).expect("it listens");
    Some(of(&child.wait_with_output().expect("it ends")))
}

#[test]
fn at_a_terminal_nothing_is_recorded_without_a_yes() {
    let stage = official(Stage::new());
    let (head, dana) = (stage.head(), DANA.on(DAY));
    for line in ["affirm --certify AC", "review AC.L2-3.1.2 --outcome no-change"] {
        for typed in ["", "\n", "no\n", "Y e s\n"] {
            let Some(screen) = at_terminal(&stage, &dana, line, typed) else { return };
            assert_eq!((screen.code, stage.head()), (1, head.clone()), "{line} {typed:?}: {}", screen.out);
            assert!(screen.out.contains("Record this in your name? [y/N]"), "{}", screen.out);
            assert!(screen.out.contains("nothing was recorded"), "{}", screen.out);
        }
    }
    let Some(asked) = at_terminal(&stage, &dana, "affirm", "y\ny\n") else { return };
    assert_eq!((asked.code, stage.head()), (1, head), "{}", asked.out);
    assert!(asked.out.contains("nothing was recorded") && !asked.out.contains("not affirmed:"), "{}", asked.out);
    let unasked = at_terminal(&stage, &dana, "affirm --certify AC --yes", "").expect("it was there before");
    assert!(unasked.code == 0 && !unasked.out.contains("Record this"), "{}", unasked.out);
    let said = at_terminal(&stage, &dana, "affirm --certify AC", "Yes\n").expect("it was there before");
    assert!(said.code == 0 && said.out.contains(COUNTS), "{}", said.out);
    let key = at_terminal(&stage, &ASH.on(DAY), "review AC.L2-3.1.2 --outcome no-change -y", "");
    assert_eq!(key.expect("it was there before").code, 1, "what only the signature shows is said afterwards");
}
