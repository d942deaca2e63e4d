//! What runs at a forge when somebody opens a pull request, and what reminds of what is due: the action's scripts, and
//! the pipelines that `init` writes, run by a real bash with real Git, where the forge is a recorder.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::screen::{Sample, Screen, of, run, tool};

const MARK: &str = "<!-- demarcate-diff -->";

/// Says what files of the stage hold, by command and form, and notes how it was asked.
const DEMARCATE: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$*" >> "$STAGE/demarcate.log"
form=text
for word; do [[ ${last-} == --approvals ]] && cp -- "$word" "$STAGE/approvals"; [[ ${last-} == --format ]] && form=$word; last=$word; done
[[ ! -e $STAGE/$1.err ]] || cat -- "$STAGE/$1.err" >&2
[[ ! -e $STAGE/$1.$form ]] || cat -- "$STAGE/$1.$form"
exit "$(cat "$STAGE/$1.code" 2> /dev/null || echo 0)"
"#;

/// The forge by its own client: answers with files of the stage, notes each call, keeps what is written.
const GH: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$*" >> "$STAGE/forge.log"
refused() { echo "gh: Resource not accessible by integration (HTTP 403)" >&2; exit 1; }
for word; do case $word in body=@*) cp -- "${word#body=@}" "$STAGE/body" ;; esac; done
case "$*" in
  *--method*) [[ ! -e $STAGE/read-only ]] || refused; echo '{}' ;;
  *comments?*) cat -- "$STAGE/comments" ;;
  *reviews?*) [[ -e $STAGE/reviews ]] || refused; cat -- "$STAGE/reviews" ;;
  *issues?*) cat -- "$STAGE/issues" ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
"#;

/// The forge by curl: the last word is the address; files of the stage are named after its last part.
const CURL: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$*" >> "$STAGE/forge.log"
method=GET
for word; do
  case ${last-} in --request) method=$word ;; --dump-header) printf 'HTTP/2 200\r\nx-next-page: \r\n' > "$word" ;; --output) out=$word ;; esac
  case $word in *@demarcate-*) cp -- "${word#*@}" "$STAGE/body" ;; @*comment) cp -- "${word#@}" "$STAGE/body" ;; @*token) cp -- "${word#@}" "$STAGE/token" ;; esac
  last=$word
done
case $last in https://releases.example/*) cp -- "$STAGE/release" "$out"; exit ;; esac
[[ $method == GET || ! -e $STAGE/read-only ]] || { echo 'curl: (22) 403' >&2; exit 22; }
name=${last%%\?*}
[[ $method != GET ]] || cat -- "$STAGE/${name##*/}"
"#;

/// A repository, a forge, and a runner's files.
struct Stage {
    home: TempDir,
}

impl Stage {
    /// `None`, said on the screen, where there is no jq.
    #[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
    fn set() -> Option<Self> {
        if !Command::new("jq").arg("--version").output().is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: there is no jq here");
            return None;
        }
        let stage = Self { home: TempDir::new().expect("the tests may write to the folder for temporary files") };
        for folder in ["bin", "repo", "temp"] {
            std::fs::create_dir(stage.at(folder)).expect("the folder is new");
        }
        for (name, text) in [("demarcate", DEMARCATE), ("gh", GH), ("curl", CURL)] {
            stage.program(name, text);
        }
        stage.git(&["init", "--quiet", "--initial-branch=main"]);
        stage.commit("demarcate.toml", "");
        stage.git(&["checkout", "--quiet", "-b", "work"]);
        stage.commit("change", "");
        stage.write("check.json", r#"{"version":1,"summary":{"deny":0,"warn":2},"diagnostics":[]}"#);
        stage.write("diff.json", r#"{"version":1,"summary":{"changes":3,"approvals_missing":0}}"#);
        stage.write("diff.markdown", &format!("{MARK}\n## What changes\n"));
        stage.write("comments", "[]");
        stage.write("issues", "[]");
        Some(stage)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.at(path), text).expect("it can be written");
    }

    fn program(&self, name: &str, text: &str) {
        let path = self.at("bin").join(name);
        std::fs::write(&path, text).expect("it can be written");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    }

    /// What a file holds; nothing where there is none.
    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.at(path)).unwrap_or_default()
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.at("repo"), arguments)
    }

    fn commit(&self, path: &str, text: &str) {
        std::fs::write(self.at("repo").join(path), text).expect("it can be written");
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "More"]);
    }

    /// Runs a program of bash with the stage's programs first on its path, as a runner does.
    fn bash(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Screen {
        let mut command = Command::new("bash");
        let plain = tool(&self.at("repo"));
        let path = plain.get_envs().find(|(key, _)| *key == "PATH").and_then(|(_, value)| value).unwrap_or_default();
        let mut search = self.at("bin").into_os_string();
        search.push(":");
        search.push(path);
        command.env_clear();
        command.envs(plain.get_envs().filter_map(|(key, value)| Some((key, value?))));
        command.args(arguments).current_dir(self.at("repo")).env("PATH", search).env("STAGE", self.home.path());
        for (name, file) in [("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "summary"), ("RUNNER_TEMP", "temp")] {
            command.env(name, self.at(file));
        }
        command.env("GITHUB_REPOSITORY", "contractor/compliance").env("DEMARCATE", self.at("bin/demarcate"));
        of(&command.envs(variables.iter().copied()).output().expect("there is a bash"))
    }

    /// Both steps of the review of pull request 7; what they showed, one after the other.
    fn reviewed(&self, variables: &[(&str, &str)]) -> Screen {
        for file in ["output", "summary", "body", "forge.log", "demarcate.log"] {
            let _ = std::fs::remove_file(self.at(file));
        }
        let (base, head) = (self.git(&["rev-parse", "main"]), self.git(&["rev-parse", "work"]));
        let given = [("BASE", &*base), ("HEAD", &*head), ("NUMBER", "7"), ("GH_TOKEN", "secret"), ("ROOT", ".")];
        let variables = [&given, variables].concat();
        let check = self.bash(&[&action("review.sh"), "check"], &variables);
        if check.code != 0 {
            return check;
        }
        let work = self.outputs("work");
        let compare = self.bash(&[&action("review.sh"), "compare"], &[&variables[..], &[("WORK", &work)]].concat());
        Screen { out: check.out + &compare.out, err: check.err + &compare.err, code: compare.code }
    }

    /// The last value of an output of the steps.
    fn outputs(&self, name: &str) -> String {
        let text = self.text("output");
        let mut values = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        values.next_back().unwrap_or_else(|| panic!("no output {name}: {text}")).to_owned()
    }

    /// The calls that write at the forge.
    fn written(&self) -> Vec<String> {
        let log = self.text("forge.log");
        log.lines().filter(|call| call.contains("--method") || call.contains("--request")).map(str::to_owned).collect()
    }
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let plain = tool(folder);
    let output = Command::new("git")
        .args(arguments)
        .env_clear()
        .envs(plain.get_envs().filter_map(|(key, value)| Some((key, value?))))
        .current_dir(folder)
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// A file of the action.
fn action(name: &str) -> String {
    format!("{}/action/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn comment(id: u32, author: &str, body: &str) -> String {
    serde_json::json!({ "id": id, "number": id, "user": { "login": author }, "body": body }).to_string()
}

const BOT: &str = "github-actions[bot]";

#[test]
fn a_review_is_annotations_a_summary_outputs_and_one_comment() {
    let Some(stage) = Stage::set() else { return };
    stage.write("check.github", "::warning file=a::one\n");
    stage.write("diff.github", "::notice file=b::two\n");
    let screen = stage.reviewed(&[]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    assert!(screen.out.contains("::warning file=a::one\n") && screen.out.contains("::notice file=b::two\n"));
    let summary = stage.text("summary");
    assert!(summary.starts_with(MARK) && summary.contains("0 denied, 2 warned"), "{summary}");
    let values = ["denied", "warned", "changes", "missing-approvals"].map(|name| stage.outputs(name));
    assert_eq!(values, ["0", "2", "3", "0"]);
    assert_eq!(std::fs::read_to_string(stage.outputs("report")).expect("it is there"), stage.text("diff.markdown"));
    assert_eq!(stage.text("body"), stage.text("diff.markdown"));
    let written = stage.written();
    assert!(
        written.len() == 1 && written[0].contains("POST repos/contractor/compliance/issues/7/comments"),
        "{written:?}"
    );
}

#[test]
fn the_comment_is_found_again_on_any_page_and_updated_in_place() {
    let Some(stage) = Stage::set() else { return };
    let chat = comment(1, "dana", "looks good");
    let ours = comment(2, BOT, &format!("{MARK}\r\nold"));
    stage.write("comments", &format!("[{chat}]\n[{ours}]\n"));
    assert_eq!(stage.reviewed(&[]).code, 0);
    let written = stage.written();
    assert!(
        written.len() == 1 && written[0].contains("PATCH repos/contractor/compliance/issues/comments/2 "),
        "{written:?}"
    );
    assert!(stage.text("forge.log").lines().next().is_some_and(|call| call.contains("--paginate")));
}

#[test]
fn a_comment_of_somebody_else_with_the_mark_is_left_alone() {
    let Some(stage) = Stage::set() else { return };
    let forged = comment(5, "mallory", &format!("{MARK}\nNothing to see here"));
    let quoted = comment(6, BOT, &format!("> {MARK}\nanother tool quotes it"));
    let other_root = comment(8, BOT, "<!-- demarcate-diff systems/b -->\nanother root");
    stage.write("comments", &format!("[{forged},{quoted},{other_root}]"));
    assert_eq!(stage.reviewed(&[]).code, 0);
    let written = stage.written();
    assert!(written.len() == 1 && written[0].contains("POST "), "{written:?}");
}

#[test]
fn an_answer_that_cannot_be_read_makes_no_second_comment() {
    let Some(stage) = Stage::set() else { return };
    stage.write("comments", "<html>down for maintenance");
    let screen = stage.reviewed(&[]);
    assert_eq!((screen.code, stage.written()), (0, Vec::<String>::new()), "{}", screen.out);
    assert!(screen.out.contains("the comment could not be written"), "{}", screen.out);
}

#[test]
fn without_a_token_that_writes_the_summary_is_all() {
    let Some(stage) = Stage::set() else { return };
    stage.write("read-only", "");
    let screen = stage.reviewed(&[]);
    assert_eq!(screen.code, 0, "{}", screen.out);
    assert!(screen.out.contains("::notice title=demarcate::the comment could not be written"), "{}", screen.out);
    assert!(stage.text("summary").contains("What changes"));
    for variables in [[("GH_TOKEN", "")], [("COMMENT", "false")], [("NUMBER", "")]] {
        let screen = stage.reviewed(&variables);
        assert_eq!((screen.code, &*stage.text("forge.log")), (0, ""), "{variables:?}: {}", screen.out);
        assert!(stage.text("summary").contains("What changes"));
    }
}

#[test]
fn a_shallow_clone_and_the_merge_ref_are_refused_with_what_to_set() {
    let Some(stage) = Stage::set() else { return };
    stage.git(&["checkout", "--quiet", "--detach", "main"]);
    stage.commit("other", "");
    stage.git(&["merge", "--quiet", "--no-edit", "work"]);
    let screen = stage.reviewed(&[]);
    assert!(screen.code == 2 && screen.out.contains("github.event.pull_request.head.sha"), "{}", screen.out);
    let from = format!("file://{}", stage.at("repo").display());
    stage.git(&["clone", "--quiet", "--depth=1", "--branch=work", &from, "../shallow"]);
    std::fs::rename(stage.at("repo"), stage.at("whole")).expect("it is ours");
    std::fs::rename(stage.at("shallow"), stage.at("repo")).expect("it is ours");
    stage.git(&["branch", "main"]);
    let screen = stage.reviewed(&[]);
    assert!(screen.code == 2 && screen.out.contains("set `fetch-depth: 0`"), "{}", screen.out);
    assert_eq!(stage.text("demarcate.log"), "", "nothing was run");
}

#[test]
fn what_a_stranger_wrote_is_never_a_command() {
    let Some(stage) = Stage::set() else { return };
    for odd in ["--output=x", "$(touch owned)\n`touch owned`", "'\"; touch owned #"] {
        for name in ["BASE", "HEAD", "ROOT", "NUMBER", "FAIL_ON", "REQUIRE_APPROVAL", "COMMENT"] {
            let screen = stage.reviewed(&[(name, odd)]);
            assert_eq!((screen.code, stage.written().len()), (2, 0), "{name}={odd}: {}{}", screen.out, screen.err);
            assert!(screen.out.lines().all(|line| !line.contains("touch")), "{name}={odd}: {}", screen.out);
        }
        for name in ["COMMENT_AUTHOR", "TRUST_ROOT"] {
            assert_eq!(stage.reviewed(&[(name, odd)]).code, 0, "{name}={odd}");
        }
    }
    let made = std::fs::read_dir(stage.at("repo")).expect("it is there").flatten();
    let names: Vec<_> = made.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert!(!names.iter().any(|name| name == "owned" || name == "x"), "{names:?}");
}

#[test]
fn what_demarcate_cannot_do_ends_the_job_and_its_words_are_no_commands() {
    let Some(stage) = Stage::set() else { return };
    stage.write("check.code", "2");
    stage.write("check.err", "cannot read a\n::error::forged\n::set-output name=denied::0");
    let screen = stage.reviewed(&[]);
    assert_eq!(screen.code, 2, "{}", screen.out);
    let (before, after) = screen.out.split_once("::stop-commands::").expect("commands are stopped");
    let (token, said) = after.split_once('\n').expect("a line");
    assert!(token.len() == 32 && !before.contains("forged"), "{}", screen.out);
    let (said, rest) = said.split_once(&format!("\n::{token}::\n")).expect("commands go on");
    assert!(said.contains("::error::forged") && rest.contains("could not do its work"), "{}", screen.out);
}

#[test]
fn findings_in_the_summary_are_text_and_the_summary_is_never_too_long() {
    let Some(stage) = Stage::set() else { return };
    let finding = |message: &str| serde_json::json!({ "rule": "r", "level": "deny", "path": "a|b", "line": null, "message": message });
    let check = |all: Vec<serde_json::Value>| {
        serde_json::json!({ "summary": { "deny": all.len(), "warn": 0 }, "diagnostics": all }).to_string()
    };
    stage.write("check.json", &check(vec![finding("</pre><img src=x onerror=alert(1)> & \u{1b}[31m")]));
    assert_eq!(stage.reviewed(&[]).code, 1);
    let summary = stage.text("summary");
    assert!(summary.contains("&lt;/pre&gt;&lt;img src=x onerror=alert(1)&gt; &amp; [31m [r]"), "{summary}");
    stage.write("check.json", &check((0..20_000).map(|_| finding(&"é".repeat(50))).collect()));
    assert_eq!(stage.reviewed(&[]).code, 1);
    let summary = stage.text("summary");
    assert!((900_000..=1_000_000).contains(&summary.len()), "{}", summary.len());
    assert!(summary.ends_with("The rest did not fit: run `demarcate check` and `demarcate diff`.\n"));
}

#[test]
fn the_job_fails_for_what_was_asked_alone() {
    let Some(stage) = Stage::set() else { return };
    let codes = || ["deny", "warn", "never"].map(|level| stage.reviewed(&[("FAIL_ON", level)]).code);
    assert_eq!(codes(), [0, 1, 0]);
    stage.write("check.json", r#"{"summary":{"deny":1,"warn":0},"diagnostics":[]}"#);
    stage.write("check.code", "1");
    assert_eq!(codes(), [1, 1, 0]);
    assert_eq!(stage.written().len(), 1, "the comment is written all the same");
}

#[test]
fn missing_approvals_fail_the_job_where_they_are_required() {
    let Some(stage) = Stage::set() else { return };
    stage.write("diff.json", r#"{"summary":{"changes":3,"approvals_missing":2}}"#);
    stage.write("diff.code", "1");
    assert_eq!(stage.reviewed(&[]).code, 0, "nobody asked for approvals");
    assert!(!stage.text("demarcate.log").contains("--require-approval"));
    stage.write("reviews", "[{\"id\":1}][{\"id\":2}]");
    let screen = stage.reviewed(&[("REQUIRE_APPROVAL", "true")]);
    assert!(
        screen.code == 1 && screen.out.contains("::error title=demarcate::approvals are missing: 2"),
        "{}",
        screen.out
    );
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&stage.text("approvals")).expect("JSON"),
        serde_json::json!([{"id": 1}, {"id": 2}])
    );
    std::fs::remove_file(stage.at("reviews")).expect("it is ours");
    let screen = stage.reviewed(&[("REQUIRE_APPROVAL", "true")]);
    assert!(screen.code == 1 && screen.out.contains("signed commits alone count"), "{}", screen.out);
    assert!(!stage.text("demarcate.log").contains("--approvals"), "what was not read is not shown");
}

#[test]
fn the_demarcate_that_is_there_is_run_if_it_is_the_one_that_was_meant() {
    let Some(stage) = Stage::set() else { return };
    let sum = demarcate::digest::hex(&demarcate::digest::of(DEMARCATE.as_bytes()));
    let found = |variables: &[(&str, &str)]| stage.bash(&[&action("fetch.sh")], variables);
    let path = ("DEMARCATE_PATH", "../bin/demarcate");
    for given in [vec![path], vec![path, ("DEMARCATE_SHA256", &sum)]] {
        let screen = found(&given);
        assert!(screen.code == 0 && screen.out.trim_end().ends_with("/bin/demarcate"), "{}{}", screen.out, screen.err);
        assert!(screen.out.starts_with('/'), "{}", screen.out);
    }
    let refused = |variables: &[(&str, &str)], why: &str| {
        let screen = found(variables);
        assert!(screen.code == 2 && screen.out.is_empty() && screen.err.contains(why), "{variables:?}: {}", screen.err);
    };
    refused(&[path, ("DEMARCATE_SHA256", &"0".repeat(64))], "another SHA-256");
    refused(&[path, ("DEMARCATE_SHA256", "latest")], "not the 64 hex digits");
    refused(&[("DEMARCATE_PATH", "nowhere")], "no program");
    refused(&[path, ("DEMARCATE_VERSION", "1.0.0")], "not both");
    refused(&[], "give path");
}

#[test]
fn a_release_is_run_only_if_the_table_names_it_and_its_bytes() {
    let Some(stage) = Stage::set() else { return };
    let table = std::fs::read_to_string(action("versions.txt")).expect("it is there");
    let good = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        words.len() == 4 && words[2].len() == 64 && words[3].starts_with("https://")
    };
    assert!(table.lines().all(|line| line.starts_with('#') || good(line)), "{table}");
    stage.program("uname", "#!/bin/sh\ncase $1 in -s) echo \"${SYSTEM:-Linux}\" ;; *) echo x86_64 ;; esac\n");
    let version = ("DEMARCATE_VERSION", "1.0.0");
    let refused = |variables: &[(&str, &str)], why: &str| {
        let screen = stage.bash(&[&action("fetch.sh")], variables);
        assert!(screen.code == 2 && screen.out.is_empty() && screen.err.contains(why), "{variables:?}: {}", screen.err);
        let left = std::fs::read_dir(stage.at("temp")).expect("it is there").flatten();
        assert!(left.flat_map(|folder| std::fs::read_dir(folder.path()).expect("a folder")).next().is_none());
    };
    refused(&[version], "build demarcate from the source that you have reviewed and give path");
    refused(&[version, ("SYSTEM", "Plan9")], "no release is made for this system");
    stage.write("release", "#!/bin/sh\n");
    let sum = demarcate::digest::hex(&demarcate::digest::of(b"#!/bin/sh\n"));
    let wrong = "0".repeat(64);
    let on = "x86_64-unknown-linux-musl";
    let table = stage.at("table").display().to_string();
    let with = ("DEMARCATE_TABLE", &*table);
    stage.write("table", &format!("# none\n1.0.0 {on} {wrong} https://releases.example/demarcate\n"));
    refused(&[version, with], "it was thrown away and not run");
    stage.write("table", &format!("1.0.0 {on} {sum} http://releases.example/demarcate\n"));
    refused(&[version, with], "is damaged");
    stage.write("table", &format!("1.0.0 {on} {sum} https://releases.example/demarcate\n"));
    refused(&[version, with, ("DEMARCATE_SHA256", &wrong)], "it is not downloaded");
    refused(&[("DEMARCATE_VERSION", "1.*"), with], "knows no such release");
    let screen = stage.bash(&[&action("fetch.sh")], &[version, with]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(stage.text("forge.log").contains("--proto =https --proto-redir =https"));
    let mode = std::fs::metadata(screen.out.trim_end()).expect("it is there").permissions().mode();
    assert!(mode & 0o100 != 0, "it can be run");
}

/// `status` and `history` of a repository where only this is due.
fn due(stage: &Stage, date: &serde_json::Value, subject: &serde_json::Value) {
    let status = serde_json::json!({ "as_of": "2026-11-22", "acceptances": [], "dates": date });
    stage.write("status.json", &status.to_string());
    stage.write("history.json", &serde_json::json!({ "subjects": subject }).to_string());
}

fn reminded(stage: &Stage, variables: &[(&str, &str)]) -> Screen {
    for file in ["summary", "body", "forge.log"] {
        let _ = std::fs::remove_file(stage.at(file));
    }
    stage.bash(&[&action("remind.sh")], &[&[("GH_TOKEN", "secret"), ("ROOT", ".")], variables].concat())
}

#[test]
fn what_is_due_stands_in_one_issue_that_is_closed_when_nothing_is() {
    let Some(stage) = Stage::set() else { return };
    let dates = serde_json::json!([
        { "date": "2026-11-20", "days": -2, "what": "next edition of artifact `scan`" },
        { "date": "2026-12-20", "days": 28, "what": "review of access `jump-host` of `acme-msp`" },
        { "date": "2027-05-20", "days": 179, "what": "the assessment is planned" },
    ]);
    let review = serde_json::json!({ "accepted": true, "reviewer": "Dana Lee <dana@x.example>", "date": "2025-11-01" });
    let subjects = serde_json::json!([
        { "id": "AT.L2-3.2.1", "state": "due", "due": "2026-12-06", "reviews": [] },
        { "id": "AC.L2-3.1.1", "state": "overdue", "due": "2026-11-01", "reviews": [review] },
        { "id": "AC.L2-3.1.2", "state": "current", "due": "2027-11-01", "reviews": [review] },
    ]);
    due(&stage, &dates, &subjects);
    let screen = reminded(&stage, &[]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    let (body, written) = (stage.text("body"), stage.written());
    assert!(written.len() == 1 && written[0].contains("POST repos/contractor/compliance/issues "), "{written:?}");
    let first = body.find("| AC.L2-3.1.1 | overdue | 2026-11-01 | Dana Lee, 2025-11-01 |").expect("the overdue one");
    let second = body.find("| AT.L2-3.2.1 | due | 2026-12-06 | nobody yet |").expect("the due one");
    assert!(first < second && body.contains("| 2 days ago | next edition"), "{body}");
    assert!(
        body.contains("jump-host") && !body.contains("3.1.2 ") && !body.contains("assessment is planned"),
        "{body}"
    );
    let mark = body.lines().next().expect("a mark");
    let foreign = comment(3, "mallory", mark);
    stage.write("issues", &format!("[{foreign},{}]", comment(9, BOT, &body)));
    assert_eq!(reminded(&stage, &[]).code, 0);
    let written = stage.written();
    assert!(written.len() == 1 && written[0].contains("PATCH repos/contractor/compliance/issues/9 "), "{written:?}");
    due(&stage, &serde_json::json!([]), &serde_json::json!([subjects[2]]));
    let screen = reminded(&stage, &[]);
    let written = stage.written();
    assert!(screen.out.contains("Nothing is due.") && written.len() == 1, "{written:?}");
    assert!(written[0].contains("PATCH") && written[0].contains("issues/9 ") && written[0].ends_with("state=closed"));
    assert_eq!(stage.text("body"), format!("{mark}\nNothing is due.\n"));
    stage.write("issues", "[]");
    assert_eq!((reminded(&stage, &[]).code, stage.written().len()), (0, 0), "no issue is opened to say nothing");
}

#[test]
fn a_reminder_is_text_and_never_a_mention_or_markup() {
    let Some(stage) = Stage::set() else { return };
    let odd = "<img src=x> | @dana [x](https://evil.example) www.evil.example #1 `a` \u{202e}\u{1b}[31m ![y](z)\n# big";
    due(&stage, &serde_json::json!([{ "date": "2026-11-20", "days": 0, "what": odd }]), &serde_json::json!([]));
    let screen = reminded(&stage, &[]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    let body = stage.text("body");
    assert!(body.contains("&lt;img src=x&gt; \\| @\u{200b}dana \\[x\\](https://\u{200b}evil.example)"), "{body}");
    assert!(!body.contains('\u{202e}') && !body.contains('\u{1b}') && body.contains(" \\# big |\n"), "{body}");
    due(
        &stage,
        &serde_json::json!(vec![serde_json::json!({ "date": "2026-11-20", "days": 0, "what": odd.repeat(4) }); 400]),
        &serde_json::json!([]),
    );
    assert_eq!(reminded(&stage, &[]).code, 0);
    let body = stage.text("body");
    assert!(body.len() < 62_000 && body.ends_with("The rest did not fit: run `demarcate status`.\n"), "{}", body.len());
    let screen = reminded(&stage, &[("GH_TOKEN", "")]);
    assert!(
        screen.code == 0 && stage.written().is_empty() && stage.text("summary").contains("&lt;img"),
        "{}",
        screen.out
    );
}

#[test]
fn what_is_due_in_the_sample_is_told_by_the_real_program() {
    let Some(stage) = Stage::set() else { return };
    let sample = Sample::new();
    let root = sample.root().display().to_string();
    let program = env!("CARGO_BIN_EXE_demarcate");
    let screen = reminded(&stage, &[("DEMARCATE", program), ("ROOT", &root)]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    let body = stage.text("body");
    let overdue = body.lines().find(|line| line.starts_with("| MP.L2-3.8.3 | overdue | 2026-11-"));
    assert!(overdue.is_some_and(|line| line.contains("Priya Nair, 2025-11-")), "{body}");
    assert!(body.contains("next edition of artifact \\`badge-access-review\\`"), "{body}");
}

/// The whole of it with the real program, on a pull request over the sample.
#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn a_pull_request_over_the_sample_is_reviewed_by_the_real_program() {
    let Some(stage) = Stage::set() else { return };
    let sample = Sample::new();
    let base = sample.git(&["rev-parse", "HEAD"]);
    let path = "practices/CM.L2-3.4.2.toml";
    sample.write(path, &sample.text(path).replace("repairs drift", "repairs and records drift"));
    sample.git(&["commit", "--quiet", "--all", "--message", "Record drift"]);
    let head = sample.git(&["rev-parse", "HEAD"]);
    let root = sample.root().display().to_string();
    let program = ("DEMARCATE", env!("CARGO_BIN_EXE_demarcate"));
    let given = [program, ("ROOT", &*root), ("BASE", &*base), ("HEAD", &*head)];
    if run(&sample.root(), &["diff", &base, &head, "--format", "markdown"]).out.is_empty() {
        eprintln!("skipped: diff has no Markdown yet");
        return;
    }
    let screen = stage.reviewed(&given);
    assert_eq!(screen.code, 1, "the sample has findings: {}{}", screen.out, screen.err);
    assert!(screen.out.contains("::error file=") && stage.text("body").starts_with(MARK), "{}", screen.out);
    assert!(stage.text("body").contains("CM.L2-3.4.2") && stage.outputs("changes") != "0", "{}", stage.text("body"));
    let checked = run(&sample.root(), &["check", "--format", "json"]).json();
    assert_eq!(stage.outputs("denied"), checked["summary"]["deny"].to_string());
}

/// A script of a pipeline: what stands as deep as its first line, the first script after another line.
fn script(text: &str, after: &str, opening: &str) -> String {
    let (_, rest) = text.split_once(after).unwrap_or_else(|| panic!("{after} is there"));
    let lines: Vec<&str> = rest.lines().skip_while(|line| !line.trim_start().starts_with(opening)).skip(1).collect();
    let depth = |line: &str| line.len() - line.trim_start().len();
    let first = lines.first().map_or_else(|| panic!("{opening} is there"), |line| depth(line));
    let block = lines.iter().take_while(|line| line.is_empty() || depth(line) >= first);
    block.map(|line| line.get(first..).unwrap_or_default().to_owned() + "\n").collect()
}

/// What `init` writes for all forges, by path.
fn written() -> (TempDir, Vec<(String, String)>) {
    let home = TempDir::new().expect("the tests may write to the folder for temporary files");
    let screen = run(home.path(), &["init", "--github", "--gitlab", "--azure"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let paths = screen.out.lines().filter_map(|line| line.strip_prefix("wrote ")).filter(|path| path.starts_with('.'));
    let read = |path: &str| std::fs::read_to_string(home.path().join(path)).expect("it was written");
    let files = paths.map(|path| (path.to_owned(), read(path))).collect();
    (home, files)
}

fn pipeline(path: &str) -> String {
    let (_home, files) = written();
    files.into_iter().find(|(name, _)| name == path).unwrap_or_else(|| panic!("{path} is written")).1
}

const GITLAB: [(&str, &str); 8] = [
    ("ROOT", "."),
    ("CI_API_V4_URL", "https://gitlab.example/api/v4"),
    ("CI_PROJECT_ID", "12"),
    ("CI_MERGE_REQUEST_IID", "7"),
    ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "main"),
    ("CI_COMMIT_SHA", "work"),
    ("DEMARCATE_TOKEN", "secret"),
    ("DEMARCATE_REQUIRE_APPROVAL", "true"),
];

fn note(id: u32, author: u32, body: &str) -> String {
    serde_json::json!({ "id": id, "iid": id, "author": { "id": author }, "body": body, "description": body })
        .to_string()
}

/// A job of GitLab, with what comes before it.
fn on_gitlab(stage: &Stage, job: &str, variables: &[(&str, &str)]) -> Screen {
    for file in ["body", "forge.log", "demarcate.log", "token"] {
        let _ = std::fs::remove_file(stage.at(file));
    }
    let text = pipeline(".gitlab/compliance-review.yml");
    let before = script(&text, "before_script:", "- |");
    let script = before + &script(&text, &format!("\n{job}:"), "- |");
    stage.bash(&["-c", &script], &[&GITLAB, variables].concat())
}

#[test]
fn a_merge_request_gets_one_note_a_report_and_an_artifact() {
    let Some(stage) = Stage::set() else { return };
    for (name, text) in [
        ("user", "{\"id\":4}".to_owned()),
        ("notes", format!("[{}]", note(1, 5, &format!("{MARK}\nforged")))),
        ("7", "{\"sha\":\"abc\",\"author\":{\"username\":\"dana\"}}".to_owned()),
        ("approvals", "{\"approved_by\":[],\"reset_approvals_on_push\":true}".to_owned()),
        ("check.gitlab", "[]".to_owned()),
    ] {
        stage.write(name, &text);
    }
    let screen = on_gitlab(&stage, "compliance-review", &[]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    let written = stage.written();
    assert!(
        written.len() == 1
            && written[0].ends_with("--request POST https://gitlab.example/api/v4/projects/12/merge_requests/7/notes"),
        "{written:?}"
    );
    assert_eq!(stage.text("body"), stage.text("diff.markdown"));
    assert_eq!(
        (stage.text("repo/gl-code-quality-report.json"), stage.text("repo/demarcate-review.md")),
        ("[]".to_owned(), stage.text("diff.markdown"))
    );
    assert!(!stage.text("forge.log").contains("secret") && stage.text("token") == "PRIVATE-TOKEN: secret\n");
    let said: serde_json::Value = serde_json::from_str(&stage.text("approvals")).expect("JSON");
    assert_eq!((&said["sha"], &said["author"]["username"]), (&"abc".into(), &"dana".into()), "{said}");
    stage.write("approvals", "{\"approved_by\":[]}");
    stage.write("notes", &format!("[{},{}]", note(1, 5, MARK), note(2, 4, &format!("{MARK}\nold"))));
    assert_eq!(on_gitlab(&stage, "compliance-review", &[]).code, 0);
    assert!(
        stage.written().len() == 1
            && stage.written()[0].contains("--request PUT")
            && stage.written()[0].ends_with("/notes/2")
    );
    assert!(!stage.text("approvals").contains("sha"), "who approved before the last push is not known");
}

#[test]
fn a_merge_request_fails_for_findings_or_approvals_and_never_for_a_note() {
    let Some(stage) = Stage::set() else { return };
    stage.write("user", "<html>");
    stage.write("check.gitlab", "[]");
    let screen = on_gitlab(&stage, "compliance-review", &[("DEMARCATE_REQUIRE_APPROVAL", "")]);
    assert!(screen.code == 0 && screen.out.contains("the note could not be written"), "{}{}", screen.out, screen.err);
    let without = [("DEMARCATE_TOKEN", ""), ("DEMARCATE_REQUIRE_APPROVAL", "true")];
    let screen = on_gitlab(&stage, "compliance-review", &without);
    assert_eq!((screen.code, stage.text("forge.log")), (0, String::new()));
    let unasked = "the approvals of this merge request were not looked at, as ";
    assert!(screen.out.contains(&format!("{unasked}DEMARCATE_TOKEN is not set")), "{}", screen.out);
    let with = [("DEMARCATE_REQUIRE_APPROVAL", "true")];
    let screen = on_gitlab(&stage, "compliance-review", &with);
    assert!(screen.out.contains(&format!("{unasked}GitLab did not give them")), "{}", screen.out);
    for (command, code, ended) in [("check", "1", 1), ("check", "2", 1), ("diff", "1", 1), ("diff", "2", 1)] {
        stage.write(&format!("{command}.code"), code);
        let screen = on_gitlab(&stage, "compliance-review", &without);
        assert_eq!(screen.code, ended, "{command} {code}: {}{}", screen.out, screen.err);
        std::fs::remove_file(stage.at(&format!("{command}.code"))).expect("it is ours");
    }
}

#[test]
fn a_schedule_of_gitlab_keeps_one_issue() {
    let Some(stage) = Stage::set() else { return };
    stage.write("user", "{\"id\":4}");
    due(&stage, &serde_json::json!([{ "date": "2026-11-20", "days": -2, "what": "a scan" }]), &serde_json::json!([]));
    stage.write("issues", "[]");
    let screen = on_gitlab(&stage, "compliance-reminder", &[]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    let body = stage.text("body");
    assert!(stage.written().len() == 1 && stage.written()[0].contains("POST") && body.contains("a scan"), "{body}");
    stage.write("issues", &format!("[{}]", note(3, 4, &body)));
    assert_eq!(on_gitlab(&stage, "compliance-reminder", &[]).code, 0);
    assert!(stage.written().len() == 1 && stage.written()[0].ends_with("/projects/12/issues/3"));
    due(&stage, &serde_json::json!([]), &serde_json::json!([]));
    assert_eq!(on_gitlab(&stage, "compliance-reminder", &[]).code, 0);
    assert!(stage.written()[0].contains("state_event=close") && stage.text("body").contains("Nothing is due."));
}

/// The step of Azure that compares.
fn on_azure(stage: &Stage, variables: &[(&str, &str)]) -> Screen {
    for file in ["body", "forge.log"] {
        let _ = std::fs::remove_file(stage.at(file));
    }
    let text = pipeline(".azure-pipelines/compliance-review.yml");
    let script = script(&text, "displayName: Check\n", "- bash: |");
    let head = stage.git(&["rev-parse", "work"]);
    stage.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let temp = stage.at("temp").display().to_string();
    let given = [
        ("ROOT", "."),
        ("SYSTEM_PULLREQUEST_SOURCECOMMITID", &*head),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
        ("SYSTEM_COLLECTIONURI", "https://azure.example/c/"),
        ("SYSTEM_TEAMPROJECTID", "p"),
        ("BUILD_REPOSITORY_ID", "r"),
        ("SYSTEM_PULLREQUEST_PULLREQUESTID", "7"),
        ("SYSTEM_ACCESSTOKEN", "secret"),
        ("AGENT_TEMPDIRECTORY", &*temp),
        ("DEMARCATE_THREAD", "true"),
    ];
    stage.bash(&["-c", &script], &[&given, variables].concat())
}

#[test]
fn a_pull_request_of_azure_gets_a_summary_and_one_thread() {
    let Some(stage) = Stage::set() else { return };
    stage.write("connectionData", r#"{"authenticatedUser":{"id":"me"}}"#);
    let thread = |id: u32, author: &str| serde_json::json!({ "id": id, "comments": [{ "id": 1, "author": { "id": author }, "content": format!("{MARK}\nold") }] });
    stage.write("threads", &serde_json::json!({ "value": [thread(3, "mallory")] }).to_string());
    let screen = on_azure(&stage, &[]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    assert!(screen.out.contains("##vso[task.uploadsummary]") && !stage.text("forge.log").contains("secret"));
    let written = stage.written();
    assert!(
        written.len() == 1 && written[0].contains("--request POST") && written[0].contains("/pullRequests/7/threads?"),
        "{written:?}"
    );
    let body: serde_json::Value = serde_json::from_str(&stage.text("body")).expect("JSON");
    assert_eq!(
        (&body["comments"][0]["content"], &body["status"]),
        (&stage.text("diff.markdown").into(), &"closed".into())
    );
    stage.write("threads", &serde_json::json!({ "value": [thread(3, "mallory"), thread(5, "me")] }).to_string());
    assert_eq!(on_azure(&stage, &[]).code, 0);
    assert!(
        stage.written().len() == 1
            && stage.written()[0].contains("PATCH")
            && stage.written()[0].contains("/threads/5/comments/1?")
    );
    let asked = [("DEMARCATE_REQUIRE_APPROVAL", "true")];
    let warning = "##vso[task.logissue type=warning]the approvals of this pull request were not looked at";
    let screen = on_azure(&stage, &asked);
    assert!(screen.code == 0 && screen.out.contains(warning), "{}{}", screen.out, screen.err);
    stage.write("7", "{\"reviewers\":[]}");
    let screen = on_azure(&stage, &asked);
    assert!(screen.code == 0 && !screen.out.contains(warning), "{}{}", screen.out, screen.err);
    stage.write("read-only", "");
    let screen = on_azure(&stage, &[]);
    assert!(screen.code == 0 && screen.out.contains("the thread could not be written"), "{}{}", screen.out, screen.err);
    stage.write("diff.code", "1");
    assert_eq!(on_azure(&stage, &[("DEMARCATE_THREAD", "")]).code, 1, "an approval is missing");
    assert!(stage.written().is_empty() && !stage.at("temp/demarcate/token").exists());
}

#[test]
fn pipelines_are_pinned_evaluate_nothing_in_scripts_and_ask_for_little() {
    let (_home, mut files) = written();
    assert_eq!(files.len(), 6, "{files:?}");
    for path in ["action.yml", ".github/workflows/compliance-review.yml"] {
        let text = std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect("it is there");
        files.push((format!("own {path}"), text));
    }
    for (path, text) in files {
        assert!(!text.contains('\t') && text.lines().all(|line| !line.ends_with(' ')), "{path}");
        for action in text.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: ")) {
            let (digest, version) =
                action.split_once('@').and_then(|(_, pin)| pin.split_once(" # v")).unwrap_or_default();
            let is_pinned =
                digest.len() == 40 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) && !version.is_empty();
            assert!(is_pinned || action.starts_with("./ #"), "{path}: {action}");
        }
        for script in scripts(&text) {
            assert!(!script.contains("${{") && !script.contains("$["), "{path}: {script}");
            // Azure would put a variable in the place of a name in parentheses.
            let is_name = |word: &str| {
                !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte))
            };
            let named =
                script.split("$(").skip(1).any(|rest| rest.split_once(')').is_some_and(|(word, _)| is_name(word)));
            assert!(!named, "{path}: {script}");
        }
        if path.contains("workflows/") {
            assert!(text.contains("\npermissions: {}\n") && !text.contains("write-all"), "{path}");
            assert!(!text.contains("\n  pull_request_target") && text.contains("persist-credentials: false"), "{path}");
            assert_eq!(text.matches("timeout-minutes:").count(), text.matches("runs-on:").count(), "{path}");
        }
        if path.contains("workflows/compliance-re") && !path.contains("release") {
            let granted = text.lines().filter(|line| line.contains(": write #") && !line.trim_start().starts_with('#'));
            assert!(granted.count() <= 1, "{path} may write more than its one thing");
        }
    }
}

/// Every script of a pipeline: what stands deeper than `run: |`, `bash: |` or `- |`, and those of one line.
fn scripts(text: &str) -> Vec<String> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let opens = |line: &str| {
        ["run: ", "bash: ", "- |"]
            .into_iter()
            .any(|word| line.trim_start_matches([' ', '-']).starts_with(word) || line.trim() == word)
    };
    let of = |at: usize| {
        let line = lines[at];
        let key =
            if line.trim() == "- |" { depth(line) + 1 } else { line.len() - line.trim_start_matches([' ', '-']).len() };
        let deeper = lines[at + 1..].iter().take_while(|line| line.is_empty() || depth(line) > key);
        std::iter::once(&line).chain(deeper).flat_map(|line| [*line, "\n"]).collect::<String>()
    };
    (0..lines.len()).filter(|at| opens(lines[*at])).map(of).collect()
}

/// Runs a linter if it is there.
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn linted(program: &str, arguments: &[&str], files: &[PathBuf]) {
    if !Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: {program} is not installed");
        return;
    }
    let output = Command::new(program).args(arguments).args(files).output().expect("it ran just now");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn linters_find_nothing_in_actions_pipelines_and_scripts() {
    let (home, files) = written();
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = [home.path().join(".github"), own.join("action.yml"), own.join(".github")];
    linted("zizmor", &["--offline", "--persona=pedantic", "--no-progress"], &paths);
    let mut shell: Vec<PathBuf> =
        ["fetch.sh", "review.sh", "remind.sh", "runner.sh"].map(|name| PathBuf::from(action(name))).into();
    for (number, (path, text)) in files.iter().enumerate() {
        let Some((_, name)) =
            [(".gitlab/", "gitlab"), (".azure", "azure")].into_iter().find(|(folder, _)| path.starts_with(folder))
        else {
            continue;
        };
        if path.contains("release") {
            continue;
        }
        let bodies: Vec<String> = if name == "gitlab" {
            let before = script(text, "before_script:", "- |");
            ["\ncompliance-review:", "\ncompliance-reminder:"]
                .map(|job| before.clone() + &script(text, job, "- |"))
                .into()
        } else {
            ["steps:", "Look at the head of the pull request", "displayName: Check\n", "job: remind"]
                .map(|step| script(text, step, "- bash: |"))
                .into()
        };
        for (index, body) in bodies.iter().enumerate() {
            let file = home.path().join(format!("{name}-{number}-{index}.sh"));
            std::fs::write(&file, format!("#!/usr/bin/env bash\n{body}")).expect("it can be written");
            shell.push(file);
        }
    }
    assert_eq!(shell.len(), 10);
    linted("shellcheck", &["--external-sources"], &shell);
}
