//! Evidence outside the repository: what can be said of it here, what the lock says, and that the two are told apart.

use std::path::{Path, PathBuf};

use super::base::Repository;
use super::screen::{Screen, run};

const ARTIFACTS: &str = "evidence/contractor/artifacts.toml";

/// The base with one more artifact, whose only edition lies in a folder outside the repository.
struct Enclave {
    repository: Repository,
    home: tempfile::TempDir,
}

impl Enclave {
    /// The folder holds `log.txt` and another file; the edition is named by what `location` makes of the folder.
    fn new(location: impl Fn(&Path) -> String) -> Self {
        let repository = Repository::base();
        let home = tempfile::TempDir::new().expect("the tests may write to the folder for temporary files");
        std::fs::create_dir_all(home.path().join("mnt/enclave")).expect("there is room");
        let enclave = Self { repository, home };
        enclave.write("log.txt", "what the collector saw\n");
        enclave.write("other.txt", "another file\n");
        let location = location(&enclave.folder()).replace('\\', "\\\\");
        let key = if location.contains("://") { "url" } else { "path" };
        let edition = format!("edition = [{{ {key} = \"{location}\", collected = 2026-10-02 }}]");
        let text = format!("\n[[artifact]]\nid = \"vault\"\ntitle = \"Extra\"\nkind = \"log\"\n{edition}\n");
        enclave.repository.append(ARTIFACTS, &text);
        enclave
    }

    fn plain() -> Self {
        Self::new(|folder| folder.join("log.txt").display().to_string())
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("mnt/enclave")
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder().join(name), text).expect("there is room");
    }

    fn run(&self, words: &[&str]) -> Screen {
        run(&self.repository.root(), words)
    }

    fn locked(self) -> Self {
        let screen = self.run(&["hash"]);
        assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
        self
    }

    /// Rules and messages of the evidence rules that speak of the artifact.
    fn said(&self, words: &[&str]) -> Vec<(String, String)> {
        let screen = self.run(&[&["check", "--format", "json"], words].concat());
        let json = screen.json();
        let all = json["diagnostics"].as_array().expect("a list").clone();
        let word = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let all = all.iter().map(|one| (word(&one["rule"]), word(&one["message"])));
        let of_files = ["evidence-missing", "evidence-changed", "evidence-unlocked", "empty-evidence", "cui-banner"];
        all.filter(|(rule, message)| of_files.contains(&rule.as_str()) && message.contains("vault")).collect()
    }

    fn line(&self) -> Option<String> {
        let lock = self.repository.text("evidence.lock");
        lock.lines().find(|line| line.contains("  vault  ")).map(str::to_owned)
    }
}

fn rules(said: &[(String, String)]) -> Vec<&str> {
    said.iter().map(|(rule, _)| rule.as_str()).collect()
}

#[test]
fn a_plain_path_and_a_file_url_are_read_as_sha256sum_reads_them() {
    for form in ["{}", "file://{}", "FILE://localhost{}", "file:{}"] {
        let enclave = Enclave::new(|folder| form.replace("{}", &folder.join("log.txt").display().to_string()));
        assert_eq!(rules(&enclave.said(&[])), ["evidence-unlocked"], "{form}");
        let enclave = enclave.locked();
        let path = enclave.folder().join("log.txt");
        let judge = std::process::Command::new("sha256sum").arg(path).output().expect("sha256sum is installed");
        let expected = String::from_utf8_lossy(&judge.stdout)[..64].to_owned();
        assert!(enclave.line().is_some_and(|line| line.starts_with(&format!("{expected}  23  "))), "{form}");
        assert_eq!(enclave.said(&[]), [], "{form}");
        enclave.write("log.txt", "what the collector SAW\n");
        assert_eq!(rules(&enclave.said(&[])), ["evidence-changed"], "{form}");
    }
}

#[test]
fn escapes_of_a_url_are_undone_and_a_wrong_one_is_said_to_be_wrong() {
    let enclave = Enclave::new(|folder| format!("file://{}/a%20log%2B%C3%A9.txt", folder.display()));
    enclave.write("a log+\u{e9}.txt", "it\n");
    assert_eq!(enclave.locked().said(&[]), []);
    let enclave = Enclave::new(|folder| format!("file://{}/100%.txt", folder.display()));
    enclave.write("100%.txt", "it\n");
    let said = enclave.said(&[]);
    assert_eq!(rules(&said), ["evidence-missing"]);
    assert!(
        said[0]
            .1
            .ends_with("cannot be read: its `%` is not followed by two hex digits; write `%25` for the sign itself")
    );
}

#[test]
fn a_share_that_is_not_mounted_is_neither_missing_nor_changed() {
    let enclave = Enclave::plain().locked();
    let line = enclave.line().expect("it was locked");
    let away = enclave.home.path().join("away");
    std::fs::rename(enclave.folder(), &away).expect("the name is free");
    let not_here = format!("{} is not here", enclave.folder().display());
    let is_empty =
        format!("{} is empty, as it is while nothing is mounted there", enclave.home.path().join("mnt").display());
    let judge = |why: &str| {
        assert_eq!(enclave.said(&[]), [], "the lock decides");
        let screen = enclave.run(&["hash", "--check"]);
        assert_eq!(screen.code, 0, "{}", screen.out);
        assert!(
            screen.out.contains(&format!("elsewhere  vault  {}: {why}; its line is kept", path(&enclave))),
            "{}",
            screen.out
        );
        let screen = enclave.run(&["hash"]);
        assert_eq!((screen.code, enclave.line().as_deref()), (0, Some(line.as_str())), "{}", screen.out);
    };
    judge(&is_empty);
    std::fs::write(enclave.home.path().join("mnt/keep"), "").expect("there is room");
    judge(&not_here);
    std::fs::create_dir(enclave.folder()).expect("the name is free");
    judge(&is_empty.replace("/mnt is empty", "/mnt/enclave is empty"));
    std::fs::remove_dir(enclave.folder()).expect("it is empty");
    std::os::unix::fs::symlink("/nowhere/at/all", enclave.folder()).expect("the name is free");
    judge(&not_here);
    std::fs::remove_file(enclave.folder()).expect("it is a link");
    std::fs::rename(&away, enclave.folder()).expect("the name is free");
    assert!(enclave.run(&["hash", "--check", "-v"]).out.contains("unchanged  vault"));
}

fn path(enclave: &Enclave) -> String {
    enclave.folder().join("log.txt").display().to_string()
}

#[test]
fn without_a_line_in_the_lock_it_is_said_where_it_is_not() {
    let enclave = Enclave::plain();
    std::fs::remove_dir_all(enclave.folder()).expect("it is there");
    std::fs::write(enclave.home.path().join("mnt/keep"), "").expect("there is room");
    let said = enclave.said(&[]);
    assert_eq!(rules(&said), ["evidence-unlocked"]);
    let why = format!("is not in evidence.lock and cannot be read here: {} is not here", enclave.folder().display());
    assert!(said[0].1.ends_with(&why), "{said:?}");
    let screen = enclave.run(&["hash"]);
    assert!(screen.out.contains("is not here, and it has no line"), "{}", screen.out);
    assert_eq!(enclave.line(), None);
}

#[test]
fn a_file_that_is_gone_from_a_folder_that_is_here_is_missing_and_keeps_its_line() {
    let enclave = Enclave::plain().locked();
    let line = enclave.line();
    std::fs::remove_file(enclave.folder().join("log.txt")).expect("it is there");
    let said = enclave.said(&[]);
    assert_eq!(rules(&said), ["evidence-missing"]);
    assert!(said[0].1.ends_with("is not there"), "{said:?}");
    let screen = enclave.run(&["hash"]);
    assert!(screen.code == 1 && screen.out.contains("missing    vault"), "{}", screen.out);
    assert_eq!(enclave.line(), line);
}

#[test]
fn what_is_no_file_is_not_opened() {
    let enclave = Enclave::plain().locked();
    let place = enclave.folder().join("log.txt");
    std::fs::remove_file(&place).expect("it is there");
    std::fs::create_dir(&place).expect("the name is free");
    let said = enclave.said(&[]);
    assert!(rules(&said) == ["evidence-missing"] && said[0].1.ends_with("cannot be read: it is a folder"), "{said:?}");
    std::fs::remove_dir(&place).expect("it is empty");
    let made = std::process::Command::new("mkfifo").arg(&place).status().expect("mkfifo is installed");
    assert!(made.success());
    let said = enclave.said(&[]);
    assert!(said[0].1.ends_with("cannot be read: it is not a regular file"), "{said:?}");
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn a_file_that_this_user_may_not_read_is_said_to_be_so() {
    use std::os::unix::fs::PermissionsExt;
    let enclave = Enclave::plain().locked();
    let mode = |path: PathBuf, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("the mode can be set");
    };
    mode(enclave.folder(), 0o000);
    if std::fs::read(enclave.folder().join("log.txt")).is_ok() {
        mode(enclave.folder(), 0o755);
        eprintln!("skipped: this user may read what lies in a folder of mode 000");
        return;
    }
    let of_folder = enclave.said(&[]);
    mode(enclave.folder(), 0o755);
    mode(enclave.folder().join("log.txt"), 0o000);
    for said in [of_folder, enclave.said(&["--no-cache"])] {
        assert!(rules(&said) == ["evidence-missing"] && said[0].1.contains("ermission denied"), "{said:?}");
    }
}

#[test]
fn another_machine_a_drive_and_an_object_store_are_elsewhere_and_the_lock_decides() {
    for (location, why) in [
        ("s3://vault/log.txt", "nothing is fetched by s3"),
        ("https://msp.example/log.txt", "nothing is fetched by https"),
        ("file://srv01/share/log.txt", "it lies on `srv01`"),
        ("file:///C:/evidence/log.txt", "`C:` is a drive of Windows"),
        (r"C:\evidence\log.txt", "`C:` is a drive of Windows"),
        ("D:/evidence/log.txt", "`D:` is a drive of Windows"),
        (r"\\srv01\share\log.txt", "it is a network path of Windows"),
    ] {
        let enclave = Enclave::new(|_| location.to_owned());
        let said = enclave.said(&[]);
        assert_eq!(rules(&said), ["evidence-unlocked"], "{location}");
        assert!(said[0].1.ends_with(&format!("cannot be read here: {why}")), "{said:?}");
        enclave.repository.append("evidence.lock", &format!("{}  7  vault  {location}\n", "ab".repeat(32)));
        assert_eq!(enclave.said(&[]), [], "{location}");
        let screen = enclave.run(&["hash"]);
        assert!(
            screen.out.contains(&format!("elsewhere  vault  {location}: {why}; its line is kept")),
            "{}",
            screen.out
        );
        assert!(enclave.line().is_some_and(|line| line.starts_with("abab")), "{location}");
    }
}

#[test]
fn the_disk_of_today_says_nothing_of_an_index_or_a_revision() {
    let enclave = Enclave::plain().locked();
    enclave.repository.commit("2026-10-02T10:00:00Z", "Cite what lies in the enclave");
    enclave.write("log.txt", "what the collector saw later\n");
    assert_eq!(rules(&enclave.said(&["--without-history"])), ["evidence-changed"]);
    for which in [&["--staged"][..], &["--rev", "HEAD"]] {
        assert_eq!(enclave.said(&[which, &["--without-history"]].concat()), []);
        let screen = enclave.run(&[&["hash", "--check"], which].concat());
        let why = "a revision holds nothing that lies outside the repository; its line is kept";
        assert!(screen.code == 0 && screen.out.contains(why), "{}", screen.out);
    }
}

#[test]
fn a_relative_path_out_of_the_repository_is_refused_and_not_looked_at() {
    let base = Repository::base();
    let secret = base.root().with_file_name("secret.txt");
    let edition = |path: &str| {
        let edition = format!("edition = [{{ path = \"{path}\", collected = 2026-10-02 }}]");
        format!("\n[[artifact]]\nid = \"vault\"\ntitle = \"Extra\"\nkind = \"log\"\n{edition}\n")
    };
    base.append(ARTIFACTS, &edition("../../../secret.txt"));
    let shown: Vec<String> = [false, true]
        .map(|exists| {
            if exists {
                std::fs::write(&secret, "CUI//SP-CTI\n").expect("there is room");
            }
            run(&base.root(), &["check", "--format", "json", "--only", "evidence-missing"]).out
        })
        .into();
    assert!(shown[0].contains("cannot be read: its path leads out of the repository"), "{}", shown[0]);
    assert_eq!(shown[0], shown[1], "not even whether it is there is told");
}

#[test]
fn what_lies_outside_is_hashed_and_not_looked_into() {
    let enclave = Enclave::plain();
    enclave.write("log.txt", "CUI//SP-CTI\n-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAA\n");
    let enclave = enclave.locked();
    assert_eq!(enclave.said(&[]), []);
    assert!(!enclave.run(&["check"]).out.contains("private-key"));
}

#[test]
fn what_lies_outside_is_opened_again_only_when_it_changed() {
    let enclave = Enclave::plain().locked();
    let lock = enclave.line();
    enclave.write("log.txt", "what the collector sew\n");
    let screen = enclave.run(&["hash", "--check"]);
    assert!(screen.out.contains("changed    vault"), "{}", screen.out);
    enclave.write("log.txt", "what the collector saw\n");
    assert!(enclave.run(&["hash", "--check", "-v"]).out.contains("unchanged  vault"));
    assert_eq!(enclave.line(), lock);
}

#[test]
fn an_empty_file_outside_is_empty_here_and_by_its_line_elsewhere() {
    let enclave = Enclave::plain();
    enclave.write("log.txt", "");
    let enclave = enclave.locked();
    assert_eq!(rules(&enclave.said(&[])), ["empty-evidence"]);
    std::fs::remove_dir_all(enclave.folder()).expect("it is there");
    assert_eq!(rules(&enclave.said(&[])), ["empty-evidence"]);
}
