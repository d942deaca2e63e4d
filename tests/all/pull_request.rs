//! A pull request over the sample, as a tired person makes one, and the comment that its reviewers read.

use std::process::Command;

use super::screen::{Sample, tool};

/// The day of the sample's story.
const DAY: &str = "2026-11-21";

/// Replaces a piece of a file that must be there.
fn edit(sample: &Sample, path: &str, old: &str, new: &str) {
    let text = sample.text(path);
    assert!(text.contains(old), "{path} holds no {old:?}");
    sample.write(path, &text.replacen(old, new, 1));
}

/// The id of a provider in every file that names it, and the names of its own files.
fn rename_provider(sample: &Sample, old: &str, new: &str) {
    for path in sample.git(&["grep", "-lw", old, "--", "*.toml", "evidence.lock"]).lines() {
        sample.write(path, &sample.text(path).replace(old, new));
    }
    for (from, to) in [
        (format!("providers/{old}.toml"), format!("providers/{new}.toml")),
        (format!("providers/{old}.crm.toml"), format!("providers/{new}.crm.toml")),
        (format!("evidence/{old}"), format!("evidence/{new}")),
    ] {
        sample.git(&["mv", &from, &to]);
    }
    let (folders, names) = (["evidence/contractor/", &format!("evidence/{new}/")], format!("{old}-"));
    for file in sample.git(&["ls-files", "evidence"]).lines() {
        let name = folders.iter().find_map(|folder| Some((*folder, file.strip_prefix(folder)?.strip_prefix(&names)?)));
        if let Some((folder, rest)) = name {
            sample.git(&["mv", file, &format!("{folder}{new}-{rest}")]);
        }
    }
}

/// A branch on which an objective moves to the MSP, a verification goes, an artifact's file is replaced, a provider gets
/// another id and a diagnostic is allowed; main goes on meanwhile.
pub(super) fn pull_request() -> Sample {
    let sample = Sample::new();
    let commit = |message: &str| {
        sample.git(&["add", "-A"]);
        let who = [
            "-c",
            "user.name=Marcus Ortega",
            "-c",
            "user.email=marcus@contractor.example",
            "-c",
            "commit.gpgSign=false",
        ];
        sample.git(&[&who[..], &["commit", "-q", "-m", message]].concat());
    };
    sample.git(&["switch", "-q", "-c", "handover"]);
    let practice = "practices/AC.L2-3.1.12.toml";
    edit(&sample, practice, r#"objectives    = ["a", "b", "c", "d"]"#, r#"objectives    = ["a", "c", "d"]"#);
    edit(
        &sample,
        practice,
        r#"objectives    = ["a", "c"]
duty          = "Admits"#,
        r#"objectives    = ["a", "b", "c"]
duty          = "Names the kinds of remote access, admits"#,
    );
    commit("Let Acme MSP name the kinds of remote access");
    let other = "practices/AU.L2-3.3.4.toml";
    let text = sample.text(other);
    let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("verification")).collect();
    assert!(kept.len() < text.lines().count(), "{other} has a verification");
    sample.write(other, &(kept.join("\n") + "\n"));
    commit("Tidy up");
    sample.write("evidence/acme-msp/vpn-config-2026-10-12.txt", "auth-method certificate\nmfa off\n");
    commit("Nicer export");
    rename_provider(&sample, "vaultline", "vaultline-backup");
    commit("Give Vaultline the id that it has in the register");
    let config = sample.text("demarcate.toml");
    sample.write(
        "demarcate.toml",
        &format!("{config}\n[[allow]]\nrule = \"verification-missing\"\nin = \"AU.L2-3.3.4\"\nreason = \"We look at it when we have time.\"\n"),
    );
    commit("Accept it");
    sample.git(&["switch", "-q", "main"]);
    edit(&sample, "practices/AC.L2-3.1.1.toml", "statement = \"\"\"\n", "statement = \"\"\"\nOn main alone. ");
    commit("Main goes on");
    sample
}

/// What a comparison of the branch with main prints.
fn diff(sample: &Sample, words: &[&str]) -> (i32, String) {
    let output = tool(&sample.root())
        .args(["diff", "main", "handover", "--as-of", DAY])
        .args(words)
        .output()
        .expect("the tool runs");
    let text = String::from_utf8(output.stdout).expect("the tool prints UTF-8");
    (output.status.code().expect("it ends by itself"), text)
}

#[test]
fn the_comment_says_what_a_reviewer_has_to_know() {
    let sample = pull_request();
    let (code, comment) = diff(&sample, &["--format", "markdown", "--with-check"]);
    assert_eq!(code, 0);
    for wanted in [
        "AC.L2-3.1.12[b]",
        "contractor to acme-msp",
        "vpn-config",
        "vaultline-backup",
        "verification-missing",
        "AU.L2-3.3.4",
    ] {
        assert!(comment.contains(wanted), "{wanted} is not in\n{comment}");
    }
    assert!(!comment.contains("On main alone"), "what main alone did is not of this pull request");
}

#[test]
fn it_is_not_merged_before_both_parties_have_approved() {
    let sample = pull_request();
    let (code, text) = diff(&sample, &["--require-approval"]);
    assert_eq!(code, 1);
    assert!(text.contains("Sam Whitfield") && text.contains("Dana Lee"), "{text}");
    let parties = |words: &[&str]| -> Vec<String> {
        let (_, text) = diff(&sample, words);
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let all = json["approvals"].as_array().expect("a list");
        all.iter().filter_map(|approval| Some(approval["party"].as_str()?.to_owned())).collect()
    };
    let all = parties(&["--format", "json"]);
    assert!(all.contains(&"contractor".to_owned()) && all.contains(&"acme-msp".to_owned()), "{all:?}");
}

#[test]
fn the_hook_of_plain_git_blocks_what_check_denies() {
    let sample = pull_request();
    let hook = sample.root().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().expect("it is in a folder")).expect("the folder can be made");
    let tool_path = env!("CARGO_BIN_EXE_demarcate");
    std::fs::write(
        &hook,
        format!("#!/bin/sh\nexec '{tool_path}' --as-of {DAY} check --staged --only unowned-objective\n"),
    )
    .expect("it can be written");
    let made = Command::new("chmod").args(["+x"]).arg(&hook).status().expect("chmod runs");
    assert!(made.success());
    edit(
        &sample,
        "practices/AC.L2-3.1.12.toml",
        r#"objectives    = ["a", "b", "c", "d"]"#,
        r#"objectives    = ["a", "c", "d"]"#,
    );
    sample.git(&["add", "-A"]);
    let mut scrubbed = tool(&sample.root());
    let environment: Vec<_> = scrubbed
        .envs(std::iter::empty::<(&str, &str)>())
        .get_envs()
        .filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned())))
        .collect();
    let output = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@y.example", "commit", "-m", "Nobody has it now"])
        .envs(environment)
        .current_dir(sample.root())
        .output()
        .expect("git runs");
    assert!(!output.status.success(), "the commit is blocked");
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("AC.L2-3.1.12[b]"), "{told}");
}
