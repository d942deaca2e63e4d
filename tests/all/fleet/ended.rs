//! Runs that are ended, disks that are full, pipes that are closed, and a person who waits at a terminal.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::super::screen::{Screen, of, tool};
use super::{CONFIG, Folder, PRACTICE, ids, repository};

/// Where the file lies that the slow client's root has as evidence.
const LARGE: &str = "evidence/contractor/large.bin";

/// A child that does not outlive its test.
struct Running(Child);

impl Running {
    /// Ends it as nothing can be ended more abruptly.
    fn kill(mut self) {
        self.0.kill().expect("it runs");
        self.0.wait().expect("it ends");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Six clients with a log; the last one has evidence of which no run of a test sees the end, until it is made short.
fn slow() -> Folder {
    let folder = Folder::of(&ids(6));
    let artifact = "[[artifact]]\nid = \"large\"\ntitle = \"Large\"\nkind = \"record\"\n\
                    edition = [{ path = \"large.bin\", collected = 2026-01-15 }]\n";
    folder.write("client-006/evidence/contractor/artifacts.toml", artifact);
    for id in ids(6) {
        repository(&folder.path(&id));
    }
    let large = File::create(folder.path("client-006").join(LARGE)).expect("it can be made");
    large.set_len(64 << 30).expect("a file may have a hole");
    folder
}

/// Lets the run that reads it come to its end.
fn shorten(folder: &Folder) {
    let large = OpenOptions::new().write(true).open(folder.path("client-006").join(LARGE)).expect("it is there");
    large.set_len(10).expect("it can be made short");
}

/// Begins a run whose screen nobody sees.
fn begun(folder: &Folder, options: &[&str]) -> Running {
    let mut command = tool(folder.0.path());
    command.args(["fleet", "CLIENTS.toml", "--without-history"]).args(options);
    Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary was built"))
}

/// Waits until a file has so many finished lines.
fn wait_for(path: &Path, lines: usize) {
    let begun = Instant::now();
    while std::fs::read(path).map_or(0, |bytes| bytes.split(|byte| *byte == b'\n').count() - 1) != lines {
        assert!(begun.elapsed() < Duration::from_secs(60), "{} never has {lines} lines", path.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn missing(screen: &Screen) -> Vec<String> {
    let missing = screen.json()["missing"].as_array().expect("it is a list").clone();
    missing.iter().map(|id| id.as_str().expect("an id is a text").to_owned()).collect()
}

#[test]
fn a_run_that_is_killed_is_resumed_to_the_same_bytes() {
    let folder = slow();
    let killed = begun(&folder, &["--save", "results"]);
    wait_for(&folder.path("results"), 6);
    killed.kill();
    let merged = folder.merge(&["results"], &["--format", "json"]);
    assert_eq!((missing(&merged), merged.code), (vec!["client-006".to_owned()], 1), "{}", merged.err);
    // The one that goes on is killed, too, after it has found that all five are as they were.
    let killed = begun(&folder, &["--resume", "results"]);
    wait_for(&folder.path("results"), 11);
    killed.kill();
    assert_eq!(missing(&folder.merge(&["results"], &["--format", "json"])), ["client-006"]);
    let bytes = std::fs::read(folder.path("results")).expect("it is there");
    std::fs::write(folder.path("torn"), &bytes[..bytes.len() - 40]).expect("it can be written");
    shorten(&folder);
    let whole = folder.run(&["--save", "whole", "--format", "json"]);
    assert_eq!(whole.json()["summary"]["read"], 6);
    for (name, kept) in [("results", "5 as they were, 1 read now"), ("torn", "5 as they were, 1 read now")] {
        let resumed = folder.run(&["--resume", name, "--format", "json"]);
        assert_eq!(resumed.err, format!("resumed: {kept}\n"), "{name}");
        assert_eq!((&resumed.out, resumed.code), (&whole.out, whole.code), "{name}");
        assert_eq!(folder.text(name), folder.text("whole"), "{name}");
    }
}

#[test]
fn a_line_that_ends_within_a_character_is_no_result() {
    let folder = Folder::of(&ids(2));
    folder.write("client-002/demarcate.toml", &CONFIG.replace("\"Client\"", "\"Zoë\""));
    let whole = folder.run(&["--save", "whole", "--format", "json"]);
    let bytes = std::fs::read(folder.path("whole")).expect("it is there");
    let within = bytes.iter().rposition(|byte| *byte == 0xc3).expect("the name stands there");
    std::fs::write(folder.path("torn"), &bytes[..=within]).expect("it can be written");
    assert_eq!(missing(&folder.merge(&["torn"], &["--format", "json"])), ["client-002"]);
    let resumed = folder.run(&["--resume", "torn", "--format", "json"]);
    assert_eq!((resumed.out, folder.text("torn")), (whole.out, folder.text("whole")), "{}", resumed.err);
}

#[test]
fn a_full_disk_ends_the_run_and_no_line_is_lost() {
    let folder = Folder::of(&ids(60));
    let whole = folder.run(&["--save", "whole", "--format", "json"]);
    let length = folder.text("whole").len();
    // A file may grow to half of what the results need, in blocks of 512 bytes.
    let script = format!(
        "trap '' XFSZ; ulimit -f {}; exec \"$0\" fleet CLIENTS.toml --without-history --save part",
        length / 1024
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_demarcate")]).current_dir(folder.0.path());
    let ended = of(&shell.env("SOURCE_DATE_EPOCH", "1795262400").output().expect("there is a shell"));
    assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{}", ended.err);
    assert!(ended.err.starts_with("error: cannot write part: "), "{}", ended.err);
    let merged = folder.merge(&["part"], &["--format", "json"]);
    assert!((10..60).contains(&missing(&merged).len()), "{:?}", missing(&merged));
    let resumed = folder.run(&["--resume", "part", "--format", "json"]);
    assert_eq!((resumed.out, folder.text("part")), (whole.out, folder.text("whole")), "{}", resumed.err);
}

#[test]
fn an_output_that_cannot_be_written_loses_no_result() {
    let folder = Folder::of(&ids(40));
    folder.run(&["--save", "whole"]);
    let full = || OpenOptions::new().write(true).open("/dev/full").expect("this system has it");
    let words = ["fleet", "CLIENTS.toml", "--without-history", "--format", "json"];
    let ended = of(&tool(folder.0.path())
        .args(words)
        .args(["--save", "saved"])
        .stdout(full())
        .output()
        .expect("the binary was built"));
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.starts_with("error: cannot write the output: "), "{}", ended.err);
    assert_eq!(folder.text("saved"), folder.text("whole"));
    // What can only be told beside the work stops nothing.
    let told = of(&tool(folder.0.path())
        .args(words)
        .args(["--resume", "saved"])
        .stderr(full())
        .output()
        .expect("the binary was built"));
    assert_eq!((told.code, told.json()["summary"]["read"].as_u64()), (1, Some(40)));
}

#[test]
fn a_closed_pipe_changes_neither_the_exit_code_nor_the_results() {
    let folder = Folder::of(&ids(40));
    folder.run(&["--save", "whole"]);
    let closed = |options: &[&str], out: bool| {
        let mut command = tool(folder.0.path());
        command.args(["fleet", "CLIENTS.toml", "--without-history"]).args(options);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary was built");
        if out {
            drop(child.stdout.take());
        } else {
            drop(child.stderr.take());
        }
        let output = child.wait_with_output().expect("it ends");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
        output.status.code()
    };
    for form in ["text", "json", "csv", "html"] {
        assert_eq!(closed(&["--format", form, "--save", "saved"], true), Some(1), "{form}");
        assert_eq!(folder.text("saved"), folder.text("whole"), "{form}");
    }
    folder.write("client-004/practices/SI.L2-3.14.1.toml", PRACTICE);
    assert_eq!(closed(&["--resume", "saved", "--format", "json"], false), Some(1));
    assert!(folder.text("saved").contains("customer-part-left-out"), "what was found was written");
    folder.write("CLIENTS.toml", "provider = 3\n");
    assert_eq!(closed(&[], false), Some(2));
}

#[test]
fn results_take_the_place_of_results_alone() {
    let folder = Folder::of(&ids(1));
    folder.run(&["--save", "results"]);
    std::os::unix::fs::symlink("/dev/full", folder.path("full")).expect("a link can be made");
    std::fs::create_dir(folder.path("folder")).expect("it is new");
    let list = folder.text("CLIENTS.toml");
    for option in ["--save", "--resume"] {
        for (place, why) in [
            ("full", "full is no ordinary file"),
            ("folder", "folder is no ordinary file"),
            ("CLIENTS.toml", "CLIENTS.toml:1: this is not the head of results"),
        ] {
            let screen = folder.run(&[option, place]);
            assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{option} {place}");
            assert!(screen.err.contains(why), "{option} {place}: {}", screen.err);
        }
        folder.write("empty", "");
        assert_eq!(folder.run(&[option, "empty"]).code, 1, "there is nothing that could be lost");
        assert_eq!(folder.text("empty"), folder.text("results"));
    }
    let merged = folder.merge(&["results"], &["--save", "CLIENTS.toml"]);
    assert!(merged.code == 2 && merged.err.contains("this is not the head of results"), "{}", merged.err);
    assert_eq!(folder.text("CLIENTS.toml"), list, "the list is as it was");
    assert_eq!(folder.merge(&["results"], &["--save", "results"]).code, 1, "what was merged may take their place");
}

/// Runs `fleet` over the slow client, at a terminal or not, and lets it end after two seconds, or once it has shown
/// what is waited for.
fn watched(options: &str, is_terminal: bool, awaited: &str) -> String {
    let folder = slow();
    let scrubbed = tool(folder.0.path());
    let line = format!("exec {} fleet CLIENTS.toml --without-history {options}", env!("CARGO_BIN_EXE_demarcate"));
    let mut command = if is_terminal { Command::new("script") } else { Command::new("sh") };
    command.current_dir(folder.0.path()).env_clear().env("TERM", "xterm");
    command.envs(scrubbed.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if is_terminal {
        command.args(["-q", "-e", "-c", &line, "/dev/null"]);
    } else {
        command.args(["-c", &format!("{line} 2>&1")]);
    }
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("it was found to be there");
    let mut child = Running(child);
    let mut from = child.0.stdout.take().expect("it is piped");
    let begun = Instant::now();
    let (to, heard) = std::sync::mpsc::channel::<Vec<u8>>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                drop(to.send(buffer[..read].to_vec()));
            }
        });
        let (mut seen, mut is_short) = (String::new(), false);
        loop {
            let next = heard.recv_timeout(Duration::from_millis(50));
            if let Ok(bytes) = &next {
                seen.push_str(&String::from_utf8_lossy(bytes));
            }
            let most = if awaited.is_empty() { 2 } else { 60 };
            let is_enough = (!awaited.is_empty() && seen.contains(awaited)) || begun.elapsed().as_secs() >= most;
            if is_enough && !is_short {
                shorten(&folder);
                is_short = true;
            }
            if next == Err(std::sync::mpsc::RecvTimeoutError::Disconnected) {
                return seen;
            }
        }
    })
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn at_a_terminal_one_sees_how_many_clients_are_done() {
    let quiet = watched("--format json", false, "");
    assert!(quiet.starts_with("{\n"), "nothing is shown where there is no terminal: {quiet}");
    if Command::new("script").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: `script` is not installed, which gives a program a terminal");
        return;
    }
    let shown = watched("", true, "reading clients 5 of 6");
    assert!(shown.contains("reading clients 5 of 6"), "{shown}");
    assert!(shown.ends_with("6 clients: 0 broken, 6 with denials, 0 drifts in 0 of them\r\n"), "{shown}");
    let quiet = watched("--quiet", true, "");
    assert!(quiet.contains("6 clients: 0 broken") && !quiet.contains("reading clients"), "{quiet}");
}
