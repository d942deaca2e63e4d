//! `check --fix`: what is made, what is only offered, and what is left alone.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use demarcate::diagnostic::Fix;
use demarcate::fix;
use demarcate::fix::Refused;
use demarcate::ids::Span;

use super::base::Repository;
use super::screen::{Screen, run};

const ARTIFACTS: &str = "evidence/contractor/artifacts.toml";
const PRACTICE: &str = "practices/AC.L2-3.1.1.toml";

fn fixed(base: &Repository) -> Screen {
    run(&base.root(), &["check", "--without-history", "--fix"])
}

/// The diff that a run offers, which real Git applies to the work tree.
fn apply(base: &Repository, screen: &Screen) {
    let patch = base.root().with_file_name("offered.patch");
    std::fs::write(&patch, &screen.out).expect("it can be written");
    base.git(&["apply", "--whitespace=nowarn", patch.to_str().expect("the path is text")]);
}

fn span(text: &str, what: &str) -> Span {
    let start = u32::try_from(text.find(what).expect("it stands there")).expect("small");
    Span { file: 0, start, end: start + u32::try_from(what.len()).expect("small") }
}

/// Damage of every kind that has one answer, as one hand leaves it: comments, tabs, quotes and blanks of its own.
fn damage(good: &str) -> String {
    good.replace("practice = \"AC.L2-3.1.1\"", "# the first one\npractice\t=  'ac.3.1.1 '   # as the tracker has it")
        .replace("ownership = \"contractor\"", "ownership = 'provider' # ask Dana")
        .replace("status = \"implemented\"", "status=\"Planned\"")
        .replacen("objectives = [\"a\", \"b\"", "objectives = [ \"B\",\t'[a]'", 1)
        .replacen("maintained-by", "Maintained_By", 1)
        .replace("\na = \"met\"", "\nA = \"Met\"")
}

/// The same file with nothing changed but what is wrong.
fn repaired(good: &str) -> String {
    good.replace("practice = \"AC.L2-3.1.1\"", "# the first one\npractice\t=  'AC.L2-3.1.1'   # as the tracker has it")
        .replace("ownership = \"contractor\"", "ownership = 'contractor' # ask Dana")
        .replace("status = \"implemented\"", "status=\"implemented\"")
        .replacen("objectives = [\"a\", \"b\"", "objectives = [ \"a\",\t'b'", 1)
}

#[test]
fn what_can_mean_one_thing_is_put_right_and_nothing_else_is_touched() {
    for (bom, end) in [("", "\n"), ("", "\r\n"), ("\u{feff}", "\n"), ("\u{feff}", "\r\n")] {
        let base = Repository::base();
        let good = base.text(PRACTICE);
        let with_ends = |text: String| format!("{bom}{}", text.replace('\n', end));
        base.write(PRACTICE, with_ends(damage(&good)));
        let screen = fixed(&base);
        assert_eq!(base.text(PRACTICE), with_ends(repaired(&good)), "{bom:?} {end:?}\n{}\n{}", screen.out, screen.err);
        assert_eq!(screen.code, 0, "{}", screen.out);
        let again = fixed(&base);
        assert!(again.err.contains("fixed 0 places"), "a second run fixes nothing: {}", again.err);
        assert_eq!(again.out, screen.out);
    }
}

#[test]
fn it_says_what_it_did_at_each_place_and_json_alone_stays_on_standard_output() {
    let base = Repository::base();
    let text = base.text(PRACTICE);
    base.write(PRACTICE, text.replace("status = \"implemented\"", "status = \"planned\""));
    let screen = run(&base.root(), &["check", "--without-history", "--fix", "--format", "json"]);
    assert_eq!(screen.json()["summary"]["deny"], 0, "{}", screen.out);
    assert_eq!(screen.err, "fixed 1 place\n  practices/AC.L2-3.1.1.toml:3:10 status: planned to implemented\n");
    assert_eq!(base.text(PRACTICE), text);
}

#[test]
fn a_guess_is_offered_as_a_diff_that_git_applies_and_never_made() {
    let base = Repository::base();
    let text = base.text(PRACTICE);
    let guesses = text.replace("statement =", "statment =").replace("\"policy-ac\"", "\"polcy-ac\"");
    base.write(PRACTICE, &guesses);
    let screen = fixed(&base);
    assert_eq!(screen.code, 1);
    assert_eq!(base.text(PRACTICE), guesses, "nothing was written");
    assert!(
        screen.out.contains("\n--- a/practices/AC.L2-3.1.1.toml\n+++ b/practices/AC.L2-3.1.1.toml\n@@ "),
        "{}",
        screen.out
    );
    assert!(screen.err.contains("needs your judgement"), "{}", screen.err);
    apply(&base, &screen);
    assert_eq!(base.text(PRACTICE), text);
}

#[test]
fn offers_of_a_root_below_the_top_name_files_from_the_top() {
    let base = Repository::base();
    let top = base.root().with_file_name("top");
    base.git(&["init", "--quiet", "../top"]);
    super::screen::copy(&base.root(), &top.join("sub folder/é"));
    std::fs::remove_dir_all(top.join("sub folder/é/.git")).expect("the inner repository goes");
    let file = top.join("sub folder/é").join(PRACTICE);
    let text = base.text(PRACTICE);
    std::fs::write(&file, text.replace("statement =", "statment =")).expect("it can be written");
    let screen = run(&top.join("sub folder/é"), &["check", "--without-history", "--fix"]);
    let patch = top.join("offered.patch");
    std::fs::write(&patch, &screen.out).expect("it can be written");
    let status =
        Command::new("git").args(["apply", "offered.patch"]).current_dir(&top).status().expect("git is installed");
    assert!(status.success(), "{}", screen.out);
    assert_eq!(std::fs::read_to_string(&file).expect("it stands"), text);
}

#[test]
fn a_new_edition_is_locked_and_a_changed_digest_is_only_offered() {
    let base = Repository::base();
    let before = base.text("evidence.lock");
    let (kept, gone): (Vec<&str>, Vec<&str>) = before.lines().partition(|line| !line.contains("procedure-it"));
    assert!(!gone.is_empty());
    base.write("evidence.lock", kept.join("\n") + "\n");
    base.append("policies/ac.md", "A sentence that was not there when it was locked.\n");
    let screen = fixed(&base);
    assert!(
        screen.err.contains("evidence.lock: locked evidence/contractor/procedure-it.txt of procedure-it"),
        "{}",
        screen.err
    );
    assert_eq!(base.text("evidence.lock"), before, "the changed one keeps its line");
    assert_eq!(screen.code, 1);
    apply(&base, &screen);
    assert!(!fixed(&base).out.contains("evidence-changed"));
    base.delete("evidence.lock");
    let whole = fixed(&base);
    assert!(base.path("evidence.lock").is_file(), "{}", whole.err);
}

#[test]
fn bytes_that_the_last_commit_locks_otherwise_are_not_locked_because_their_line_is_gone() {
    let base = Repository::base();
    base.commit("2026-11-02T12:00:00Z", "Base");
    let (kept, gone): (Vec<String>, Vec<String>) =
        base.text("evidence.lock").lines().map(str::to_owned).partition(|line| !line.contains("procedure-it"));
    assert_eq!(gone.len(), 1);
    base.write("evidence.lock", kept.join("\n") + "\n");
    base.append("evidence/contractor/procedure-it.txt", "A line that nobody approved.\n");
    let screen = fixed(&base);
    assert!(
        screen.err.contains("locks other bytes for evidence/contractor/procedure-it.txt of procedure-it"),
        "{}",
        screen.err
    );
    assert_eq!(base.text("evidence.lock"), kept.join("\n") + "\n");
    base.delete("evidence.lock");
    let screen = fixed(&base);
    assert!(screen.err.contains("locks other bytes for"), "{}", screen.err);
    assert!(!base.text("evidence.lock").contains("procedure-it.txt"), "the other editions are locked");
}

#[test]
fn what_was_fixed_is_told_on_one_line_whatever_a_name_holds() {
    let base = Repository::base();
    let text = base.text(ARTIFACTS);
    let hostile = "evidence/contractor/a\n::error::b\u{9b}2J.txt";
    base.write(hostile, "bytes");
    let quoted = "path = \"a\\n::error::b\\u009b2J.txt\"";
    base.write(ARTIFACTS, text.replacen("path = \"procedure-it.txt\"", quoted, 1));
    assert_ne!(base.text(ARTIFACTS), text);
    for screen in [run(&base.root(), &["hash", "--check"]), fixed(&base), run(&base.root(), &["hash"])] {
        let told = screen.out + &screen.err;
        assert!(!told.contains('\u{9b}') && !told.lines().any(|line| line.starts_with("::")), "{told:?}");
    }
    assert!(base.text("evidence.lock").contains("a%0A::error::b%C2%9B2J.txt"), "{}", base.text("evidence.lock"));
}

#[test]
fn a_list_in_which_something_is_found_or_stands_twice_is_not_sorted() {
    for list in ["[\"d\", \"z\", \"a\"]", "[\"d\", \"a\", \"d\"]"] {
        let base = Repository::base();
        let text = base.text(PRACTICE).replace("status = \"implemented\"", "status = \"planned\"");
        let at = text.find("objectives = [").expect("a list");
        let end = at + text[at..].find(']').expect("its end") + 1;
        base.write(PRACTICE, format!("{}objectives = {list}{}", &text[..at], &text[end..]));
        fixed(&base);
        assert!(base.text(PRACTICE).contains(list), "{}", base.text(PRACTICE));
    }
}

#[test]
fn an_allow_that_matches_nothing_is_offered_for_removal_with_all_its_lines_and_no_others() {
    let base = Repository::base();
    let before = base.text("demarcate.toml");
    let allow = "\n[[allow]]\nrule = \"file-name\" # was\nreason = \"It was kept.\"\n";
    base.append("demarcate.toml", allow);
    base.append(
        "demarcate.toml",
        "\n# of the next one\n[[allow]]\nrule = \"series-overdue\"\nuntil = 2026-01-31\nreason = \"Late.\"\n",
    );
    let screen = fixed(&base);
    apply(&base, &screen);
    assert_eq!(
        base.text("demarcate.toml"),
        format!("{before}\n\n# of the next one\n").replace("\n\n\n", "\n\n").trim_end().to_owned() + "\n",
        "{}",
        screen.out
    );
}

#[test]
fn a_file_that_cannot_be_parsed_is_left_alone() {
    let base = Repository::base();
    let text = base.text(PRACTICE).replace("status = \"implemented\"", "status = \"Planned\"") + "broken = \n";
    base.write(PRACTICE, &text);
    let screen = fixed(&base);
    assert_eq!((base.text(PRACTICE), screen.code), (text, 1));
    let only = run(&base.root(), &["check", "--without-history", "--fix", "--only", "wrong-value"]);
    assert!(only.err.contains("fixed 0 places"), "{}", only.err);
}

#[test]
fn a_file_with_a_second_name_is_named_and_left_alone() {
    let base = Repository::base();
    let wrong = base.text(PRACTICE).replace("status = \"implemented\"", "status = \"planned\"");
    base.write(PRACTICE, &wrong);
    std::fs::create_dir_all(base.path("kept")).expect("it can be made");
    std::fs::hard_link(base.path(PRACTICE), base.path("kept/one.txt")).expect("the file system has such links");
    let screen = fixed(&base);
    let told = "practices/AC.L2-3.1.1.toml has another name, a hard link, under which the old text would stay, so nothing was \
                written to it";
    assert!(screen.err.contains(told), "{}", screen.err);
    assert_eq!((base.text(PRACTICE), base.text("kept/one.txt"), screen.code), (wrong.clone(), wrong, 1));
}

#[test]
fn a_link_stays_a_link_and_a_read_only_file_is_named() {
    let base = Repository::base();
    let text = base.text(PRACTICE);
    let wrong = text.replace("status = \"implemented\"", "status = \"planned\"");
    base.write("kept/one.txt", &wrong);
    base.delete(PRACTICE);
    base.link(PRACTICE, "../kept/one.txt");
    let screen = fixed(&base);
    assert!(base.path(PRACTICE).is_symlink(), "{}", screen.err);
    assert_eq!(base.text("kept/one.txt"), text);

    base.write("kept/one.txt", &wrong);
    let mode = std::fs::Permissions::from_mode(0o444);
    std::fs::set_permissions(base.path("kept/one.txt"), mode).expect("the mode can be set");
    let screen = fixed(&base);
    assert!(
        screen.err.contains("practices/AC.L2-3.1.1.toml is read-only, so nothing was written to it"),
        "{}",
        screen.err
    );
    assert_eq!((base.text("kept/one.txt"), screen.code), (wrong, 1));
}

#[test]
fn a_file_that_somebody_else_wrote_in_the_meantime_is_refused() {
    let base = Repository::base();
    let path = base.path("note.toml");
    base.write("note.toml", "theirs\n");
    let refused =
        |before: &str, top: &std::path::Path| fix::replace(&path, before, "ours\n", top).expect("it can be read");
    assert_eq!(refused("as read\n", &base.root()), Some(Refused::Changed));
    assert_eq!(base.text("note.toml"), "theirs\n");
    assert_eq!(refused("theirs\n", &base.path("practices")), Some(Refused::Elsewhere));
    assert_eq!(refused("theirs\n", &base.root()), None);
    assert_eq!(base.text("note.toml"), "ours\n");
}

#[test]
fn a_right_spelling_that_is_taken_is_not_put_in() {
    let base = Repository::base();
    let text = base.text(PRACTICE);
    base.write("practices/second.toml", text.replace("\"AC.L2-3.1.1\"", "\"3.1.1\""));
    let both = base.text(PRACTICE).replacen("objectives = [\"a\"", "objectives = [\"A\", \"a\"", 1);
    base.write(PRACTICE, &both);
    let screen = fixed(&base);
    assert!(screen.err.contains("fixed 0 places"), "{}", screen.err);
    assert_eq!(base.text(PRACTICE), both);
}

#[test]
fn an_offer_whose_lines_would_act_on_a_terminal_or_a_pipeline_is_not_printed() {
    for hostile in
        ["::error::forged", "  ::set-output name=x::y", "##vso[task.complete result=Succeeded;]", "\u{202e}x"]
    {
        let base = Repository::base();
        let text = base.text(PRACTICE);
        let statement = format!("statment = \"\"\"\n{hostile}\n\"\"\"\nremoved = ");
        base.write(PRACTICE, text.replace("statement =", &statement));
        let screen = fixed(&base);
        assert!(!screen.out.contains("--- a/"), "{hostile:?}\n{}", screen.out);
        assert!(screen.err.contains("cannot be shown as a diff"), "{hostile:?}\n{}", screen.err);
    }
}

#[test]
fn of_two_fixes_over_one_another_the_first_is_made() {
    let text = "one = \"two\" # three\n";
    let all = [
        Fix::safe(span(text, "two\" #"), "no"),
        Fix::safe(span(text, "\"two\""), "\"2\""),
        Fix::safe(span(text, "one"), "1"),
        Fix::safe(span(text, "one"), "uno"),
        Fix::safe(span(text, "three"), "3"),
    ];
    let kept = fix::by_file(all.iter()).remove(&0).expect("they are of one file");
    assert_eq!(fix::fixed(text, &kept), "1 = \"2\" # 3\n");
}
