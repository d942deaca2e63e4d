//! Programs that are absent, hang, say too much, or say something else than openssl would.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use demarcate::program::{Folder, Tool, Trouble};
use demarcate::timestamp::{Stamped, query, verify};
use tempfile::TempDir;

use super::authority::{Authority, DATA, Info, authority};

/// A program that a test writes.
struct Fake {
    _home: TempDir,
    path: PathBuf,
}

impl Fake {
    #[cfg(unix)]
    fn new(script: &str) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let home = TempDir::new().expect("tests may write to the temporary folder");
        let path = home.path().join("openssl");
        // Written by another process: a fork of a test beside this one could still hold it open for writing.
        let written = std::process::Command::new("sh")
            .args(["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$2\"", "sh", script])
            .arg(&path)
            .status();
        assert!(written.is_ok_and(|status| status.success()));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
        Self { _home: home, path }
    }

    fn tool(&self) -> Tool {
        Tool::named(&self.path)
    }
}

fn judged(authority: &Authority, openssl: &Tool) -> Stamped {
    static TOKEN: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    let token = TOKEN.get_or_init(|| authority.stamped(&Info::default()));
    verify(token, DATA, &authority.pem(&["root"]), openssl)
}

fn why(stamped: Stamped) -> String {
    match stamped {
        Stamped::Unknown(why) => why,
        other => panic!("{other}"),
    }
}

#[test]
fn an_absent_program_leaves_a_stamp_unjudged() {
    let Some(authority) = authority() else { return };
    let absent = Tool::named("no-such-openssl");
    assert_eq!(why(judged(authority, &absent)), "there is no `no-such-openssl` on PATH: install it");
    assert_eq!(query(DATA, &absent), Err("there is no `no-such-openssl` on PATH: install it".to_owned()));
}

#[cfg(unix)]
#[test]
fn only_the_words_and_the_code_together_count() {
    let Some(authority) = authority() else { return };
    for script in [
        "echo 'Verification: OK'; exit 1",
        "echo 'Verification: FAILED'",
        "echo 'Verification: OK'; echo 'Verification: FAILED'",
        "echo 'Warning: Verification: OK'",
        "echo 'verification: ok'",
        "echo 'Verification: OK' >&2",
        "exit 0",
        "exit 3",
        "kill -9 $$",
        "printf '\\377\\376'",
        "echo 'Verification: FAILED'; exit 1",
        "echo 'Verification: FAILED'; echo 'x:error:1:asn1:f:malloc failure:a.c:1:' >&2; exit 1",
        "echo 'Verification: FAILED'; echo 'x:error:1:ts:f:certificate verify error:a.c:1:Verify error:out of memory' >&2; exit 1",
    ] {
        why(judged(authority, &Fake::new(script).tool()));
    }
    let good = Fake::new("echo 'Verification: OK'");
    assert!(matches!(judged(authority, &good.tool()), Stamped::Witnessed { .. }), "as the fake can be believed");
}

#[cfg(unix)]
#[test]
fn what_openssl_said_is_passed_on_for_the_screen() {
    let Some(authority) = authority() else { return };
    let odd = Fake::new("printf 'Error: \\033[31mno room\\n' >&2; exit 1");
    assert_eq!(
        why(judged(authority, &odd.tool())),
        "what openssl says is not understood: `Error: \u{fffd}[31mno room`, and code 1"
    );
    let memory = Fake::new("echo 'Verification: FAILED'; echo '1:error:1:lib:f:malloc failure:a.c:1:' >&2; exit 1");
    assert_eq!(why(judged(authority, &memory.tool())), "openssl did not judge it: malloc failure");
    let new = "x:error:1:ts:f:certificate verify error:a.c:1:Verify error:certificate revoked";
    let revoked = Fake::new(&format!("echo 'Verification: FAILED'; echo '{new}' >&2; exit 1"));
    let refused = Stamped::Refused("a certificate of its authority does not hold: certificate revoked".to_owned());
    assert_eq!(judged(authority, &revoked.tool()), refused);
}

/// LibreSSL has no `-attime` here, and says so as every program of its kind does.
#[cfg(unix)]
#[test]
fn a_program_that_cannot_judge_as_of_another_time_is_named_as_such() {
    let Some(authority) = authority() else { return };
    let script = "case \" $* \" in *' -attime '*) echo 'usage:' >&2; echo 'ts -verify [-data file_to_hash]' >&2; exit 1;; esac; echo 'Verification: OK'";
    let said = why(judged(authority, &Fake::new(script).tool()));
    assert_eq!(
        said,
        "this openssl cannot judge a stamp as of its own time: OpenSSL 1.1.1 and later can, LibreSSL cannot"
    );
}

#[cfg(unix)]
#[test]
fn a_program_that_hangs_or_floods_is_ended() {
    let Some(authority) = authority() else { return };
    let limit = Duration::from_secs(1);
    for script in [
        "sleep 15",
        "exec sleep 15",
        "echo 'Verification: OK'; exec sleep 15",
        "echo 'Verification: OK'; exec >&- 2>&-; sleep 15",
        "sleep 15 & echo 'Verification: OK'",
    ] {
        let begun = Instant::now();
        let said = why(judged(authority, &Fake::new(script).tool().within(limit)));
        assert!(said.ends_with("gave no answer within 1 seconds"), "{script}: {said}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{script}");
    }
    for script in ["exec yes", "yes >&2", "yes | head -c 2000000"] {
        let said = why(judged(authority, &Fake::new(script).tool()));
        assert!(said.ends_with("gave more than 1048576 bytes"), "{script}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn a_program_gets_no_input_and_a_folder_of_its_own() {
    let folder = Folder::new().expect("tests may write to the temporary folder");
    let ran = Fake::new("wc -c; pwd; echo \"$OPENSSL_CONF.$LC_ALL\"; ls -ld .; echo \"$1\"")
        .tool()
        .run(&["a $(b) c"], &folder)
        .expect("it runs");
    let out = String::from_utf8(ran.out).expect("text");
    let lines: Vec<&str> = out.lines().map(str::trim).collect();
    assert_eq!((lines[0], lines[2], lines[4]), ("0", ".C", "a $(b) c"));
    assert_eq!(PathBuf::from(lines[1]), folder.path().canonicalize().expect("it is there"));
    assert!(lines[3].starts_with("drwx------"), "{}", lines[3]);
    let path = folder.path().to_owned();
    drop(folder);
    assert!(!path.exists());
}

#[cfg(unix)]
#[test]
fn what_cannot_be_run_is_a_trouble_with_its_name() {
    let folder = Folder::new().expect("tests may write to the temporary folder");
    let trouble = Tool::named(folder.path()).run(&[], &folder).expect_err("a folder is no program");
    assert!(matches!(&trouble, Trouble::Failed { program, .. } if *program == folder.path().display().to_string()));
    assert!(trouble.to_string().starts_with("cannot run `"), "{trouble}");
}
