//! Lists, folders, shards and results of somebody who means harm, or who slipped.

use std::os::unix::fs::symlink;

use super::super::outputs::assert_fits;
use super::{CONFIG, Folder, PRACTICE, ids};

#[test]
fn an_id_that_is_no_id_is_refused_and_is_no_command_on_the_screen() {
    let folder = Folder::of(&ids(1));
    for id in [
        "",
        ".",
        "..",
        "../client-001",
        "a/b",
        "a\\\\b",
        "a\\nb",
        "a\\n::error::x",
        "a\\u001b[2Jb",
        "a\\u202eb",
        "a\\u0000b",
        "<b>a</b>",
        "=1+1",
        "-a",
        "@a",
    ] {
        folder.write(
            "CLIENTS.toml",
            &format!("provider = \"acme-msp\"\n\n[[client]]\nid = \"{id}\"\npath = \"client-001\"\n"),
        );
        let screen = folder.run(&["--save", "results"]);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{id}");
        assert!(screen.err.contains("CLIENTS.toml:4:6") && screen.err.contains("is not an id"), "{id}: {}", screen.err);
        assert!(!screen.err.contains(['\u{1b}', '\u{202e}', '\0']), "{id}: {}", screen.err);
        assert!(!screen.err.lines().any(|line| line.starts_with("::")), "{id}: {}", screen.err);
        assert!(!folder.path("results").exists(), "nothing is begun");
    }
}

#[test]
fn a_folder_by_another_name_is_still_the_folder_of_two_clients() {
    let folder = Folder::of(&ids(1));
    symlink("client-001", folder.path("link")).expect("a link can be made");
    symlink(folder.0.path(), folder.path("here")).expect("a link can be made");
    let absolute = folder.path("client-001").display().to_string();
    for path in ["client-001/", "./client-001", "link", "here/link", "link/../client-001", absolute.as_str()] {
        let second = format!("\n[[client]]\nid = \"second\"\npath = \"{path}\"\n");
        folder.list(&ids(1));
        folder.write("CLIENTS.toml", &(folder.text("CLIENTS.toml") + &second));
        let screen = folder.run(&[]);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{path}");
        assert!(screen.err.contains("is that of two clients"), "{path}: {}", screen.err);
    }
}

#[test]
fn a_shard_that_there_is_not_is_refused() {
    let folder = Folder::of(&ids(1));
    for shard in ["0/8", "9/8", "1/0", "0/0", "8", "a/b", "-1/8", "1/", "/8", "1/8/8", "1/4294967296", "1.5/8"] {
        let screen = folder.run(&[&format!("--shard={shard}"), "--save", "results"]);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{shard}");
        assert!(screen.err.contains("write it as 3/8: the third of eight"), "{shard}: {}", screen.err);
    }
    assert!(!folder.path("results").exists());
}

#[test]
fn more_shards_than_clients_are_the_whole_too() {
    let folder = Folder::of(&ids(3));
    folder.write("client-002/practices/SI.L2-3.14.1.toml", PRACTICE);
    let mut names = Vec::new();
    for shard in 1..=8 {
        let name = format!("shard-{shard}");
        let screen = folder.run(&["--shard", &format!("{shard}/8"), "--save", &name, "--format", "json"]);
        assert_eq!(screen.code, i32::from(shard <= 3), "{shard}: {}", screen.err);
        assert_eq!(screen.json()["summary"]["seen"].as_u64(), Some(u64::from(shard <= 3)), "{shard}");
        assert_fits("fleet", &screen.json());
        names.push(name);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (whole, merged) = (folder.run(&["--format", "json"]), folder.merge(&names, &["--format", "json"]));
    assert_eq!((merged.out, merged.code), (whole.out, 1), "{}", merged.err);
    // Resumed, a shard without clients is still one.
    assert_eq!(folder.run(&["--shard", "8/8", "--resume", "shard-8"]).err, "resumed: 0 as they were, 0 read now\n");
    folder.list(&[]);
    let nobody = folder.run(&["--save", "nobody"]);
    assert_eq!(nobody.code, 0, "{}{}", nobody.out, nobody.err);
    assert_eq!(folder.merge(&["nobody"], &[]).out, nobody.out);
}

#[test]
fn results_that_overlap_lack_or_are_of_somebody_else_are_told() {
    let folder = Folder::of(&ids(6));
    for (shard, name) in [("1/2", "half"), ("1/3", "third"), ("2/2", "rest")] {
        folder.run(&["--shard", shard, "--save", name]);
    }
    let refused = |files: &[&str]| {
        let screen = folder.merge(files, &[]);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{files:?}");
        screen.err
    };
    let overlap = "error: client `client-001` stands in half and in third: name each shard once\n";
    assert_eq!(refused(&["half", "third"]), overlap);
    assert!(refused(&["half", "half"]).contains("stands in half and in half"));
    assert!(refused(&["half", "none"]).contains("cannot read none"));
    folder.write("empty", "");
    assert!(refused(&["empty"]).contains("empty:1: there are no results of a fleet"));
    std::fs::write(folder.path("bytes"), b"\xff\xfe\n\0\n").expect("it can be written");
    assert!(refused(&["bytes"]).contains("bytes:1: this is not the head of results"));
    let half = folder.text("half");
    folder.write("foreign", &half.replacen("{\"id\":\"client-003\"", "{\"id\":\"client-x\"", 1));
    assert!(refused(&["foreign"]).contains("foreign:3: `client-x` is no client of the list"));
    folder.write("shuffled", &half.replacen("\"client-001\",\"client-002\"", "\"client-002\",\"client-001\"", 1));
    assert!(refused(&["rest", "shuffled"]).contains("it is of another list of clients"));
    folder.write("other-fleet", &half.replacen("\"provider\":\"acme-msp\"", "\"provider\":\"b\\nad\"", 1));
    assert!(refused(&["rest", "other-fleet"]).contains("it is of the fleet of `b␊ad`, not `acme-msp`"));
    folder.write("acme.crm.toml", &(folder.text("acme.crm.toml") + "\n"));
    folder.run(&["--shard", "1/2", "--save", "other-matrix"]);
    assert!(refused(&["rest", "other-matrix"]).contains("another published matrix"));
    let lacking = folder.merge(&["half"], &["--format", "json"]);
    assert_eq!(lacking.code, 1);
    assert_eq!(lacking.json()["missing"], serde_json::json!(["client-002", "client-004", "client-006"]));
}

#[test]
fn names_in_results_of_somebody_else_are_text_in_every_form() {
    let folder = Folder::of(&ids(2));
    folder.write("client-001/practices/SI.L2-3.14.1.toml", PRACTICE);
    folder.run(&["--save", "results"]);
    let bad = "=HYPERLINK(1)<script>alert(1)</script>\\u001b[31m\\n::error::x\\u202e";
    let all = folder.text("results").replace("client-001", bad).replace("client-002", &format!("../{bad}"));
    folder.write("results", &all);
    // The second client is missing: its name stands in the list alone.
    let cut = all.lines().take(2).map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
    folder.write("cut", &cut);
    for file in ["results", "cut"] {
        for form in ["text", "json", "csv", "html"] {
            for by in ["client", "practice", "drift"] {
                let screen = folder.merge(&[file], &["--format", form, "--by", by]);
                assert_eq!(screen.code, 1, "{}", screen.err);
                let out = &screen.out;
                assert!(!out.contains(['\u{1b}', '\u{202e}']), "{file} {form} {by}: {out}");
                assert!(!out.lines().any(|line| line.trim_start().starts_with("::")), "{file} {form} {by}: {out}");
                assert!(form != "html" || !out.contains("<script>alert"), "{file} {by}: {out}");
                assert!(form != "csv" || !out.lines().any(|line| line.starts_with(['=', '"'])), "{file} {by}: {out}");
            }
        }
    }
    assert!(folder.merge(&["results"], &["--format", "csv"]).out.contains("\n'=HYPERLINK(1)"));
    let twice = folder.merge(&["results", "cut"], &[]);
    assert!(twice.code == 2 && !twice.err.contains('\u{1b}') && twice.err.lines().count() == 1, "{}", twice.err);
}

#[test]
fn what_is_no_file_in_a_clients_root_keeps_nobody_waiting() {
    let folder = Folder::of(&ids(4));
    for path in [
        "client-001/demarcate.toml",
        "client-002/practices/SI.L2-3.14.1.toml",
        "client-003/providers/acme-msp.crm.toml",
    ] {
        std::fs::remove_file(folder.path(path)).expect("it is there");
        let made = std::process::Command::new("mkfifo").arg(folder.path(path)).status().expect("there is mkfifo");
        assert!(made.success(), "{path}");
    }
    symlink("/dev/zero", folder.path("client-004/evidence.lock")).expect("a link can be made");
    folder.write("client-004/demarcate.toml", CONFIG);
    let screen = folder.run(&["--format", "json", "--save", "results"]);
    let clients = screen.json()["clients"].as_array().expect("clients are a list").clone();
    assert_eq!((clients.len(), screen.code), (4, 1), "{}", screen.err);
    assert_eq!(clients[0]["state"], "broken", "{}", clients[0]);
}
