//! `witness` as a user runs it, with an authority that listens on this machine.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::super::screen::{Screen, of, run, tool};
use super::super::scripted::Scripted;
use super::authority::{Authority, authority, der, of as parts};

/// What the authority sends for what was asked.
pub(in super::super) type Answer = fn(&[u8], &mut TcpStream);

/// An authority that listens on this machine until the test ends.
pub(in super::super) struct Server {
    pub(in super::super) url: String,
    asked: Arc<AtomicUsize>,
}

impl Server {
    pub(in super::super) fn new(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port of this machine");
        let address = listener.local_addr().expect("it is bound");
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || answer(&request(&mut stream), &mut stream));
            }
        });
        Self { url: format!("http://{address}/tsa"), asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// The body of a request.
fn request(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let head = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
            assert!(text.contains("content-type: application/timestamp-query"), "{text}");
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("it has a length");
            let end = head + 4 + length.trim().parse::<usize>().expect("a number");
            if bytes.len() >= end {
                return bytes[head + 4..end].to_vec();
            }
        }
        match stream.read(&mut chunk) {
            Ok(read) if read > 0 => bytes.extend(&chunk[..read]),
            _ => return Vec::new(),
        }
    }
}

/// Sends an answer; whoever asked may have gone.
fn send(stream: &mut TcpStream, status: &str, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    drop(stream.write_all(&[head.as_bytes(), body].concat()));
}

pub(in super::super) fn stamps(query: &[u8], stream: &mut TcpStream) {
    send(stream, "200 OK", &authority().expect("the test has one").reply(query));
}

/// A repository whose root trusts the authority of today; `None` without openssl and curl.
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn root() -> Option<(Scripted, &'static Authority)> {
    let authority = authority()?;
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: there is no curl here");
        return None;
    }
    let root = Scripted::root();
    trust(&root, authority);
    Some((root, authority))
}

fn trust(root: &Scripted, authority: &Authority) {
    root.write("trust/tsa.pem", &String::from_utf8(authority.pem(&["today-root"])).expect("PEM is text"));
}

fn head(root: &Scripted) -> String {
    root.git(&["rev-parse", "HEAD"])
}

fn raw(root: &Scripted) -> Vec<u8> {
    root.try_git(&["cat-file", "commit", "HEAD"], "2026-01-01", "2026-01-01").stdout
}

fn stamp(root: &Scripted) -> String {
    format!("trust/timestamps/{}.tsr", head(root))
}

fn bytes(root: &Scripted, path: &str) -> Option<Vec<u8>> {
    std::fs::read(root.dir().join(path)).ok()
}

fn witness(root: &Scripted, words: &[&str]) -> Screen {
    run(root.dir(), &[&["witness", "HEAD"], words].concat())
}

/// Whether openssl, asked as a person would ask it, takes a time stamp over the raw commit.
fn openssl_agrees(root: &Scripted, stamp: &Path) -> bool {
    let commit = root.beside("commit");
    std::fs::write(&commit, raw(root)).expect("the file can be written");
    let mut command = Command::new("openssl");
    command.args(["ts", "-verify", "-CAfile"]).arg(root.dir().join("trust/tsa.pem"));
    command.arg("-data").arg(commit).arg("-in").arg(stamp);
    command.output().expect("openssl is installed").status.success()
}

#[test]
fn a_commit_is_witnessed_once_and_for_all() {
    let Some((root, _)) = root() else { return };
    let server = Server::new(stamps);
    let first = witness(&root, &["--tsa", &server.url]);
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    let path = stamp(&root);
    let short = &head(&root)[..12];
    assert!(first.out.starts_with(&format!("{short} was there at 20")), "{}", first.out);
    assert!(first.out.contains("Z, says Stamper One, give or take 1 second\n"), "{}", first.out);
    let commit = format!("wrote {path}; commit it:\n  git add {path} && git commit -m \"Witness {short}\"\n");
    assert!(first.out.ends_with(&commit), "{}", first.out);
    assert!(openssl_agrees(&root, &root.dir().join(&path)));
    let kept = bytes(&root, &path);
    let second = witness(&root, &["--tsa", &server.url]);
    assert_eq!((second.code, server.asked()), (0, 1), "{}{}", second.out, second.err);
    assert!(second.out.ends_with(&format!(", says Stamper One: {path} stays as it is\n")), "{}", second.out);
    assert_eq!(bytes(&root, &path), kept);
}

#[test]
fn the_clock_of_the_machine_is_compared_with_the_authoritys() {
    let Some((root, _)) = root() else { return };
    let server = Server::new(stamps);
    let late = tool(root.dir())
        .args(["witness", "HEAD", "--tsa", &server.url])
        .env("SOURCE_DATE_EPOCH", "1000000000")
        .output();
    let late = of(&late.expect("the binary was built"));
    assert_eq!(late.code, 0, "{}", late.err);
    assert!(
        late.err.starts_with("note: the clock of this machine is ") && late.err.contains(" minutes behind "),
        "{}",
        late.err
    );
}

#[test]
fn what_an_authority_sends_instead_of_a_stamp_is_not_kept() {
    let Some((root, _)) = root() else { return };
    let answers: [(Answer, i32, &str); 9] = [
        (|_, stream| send(stream, "500 Oops", b"\x1b[31mno"), 2, "it says 500, not 200"),
        (|_, stream| send(stream, "301 Moved\r\nLocation: /elsewhere", b""), 2, "it says 301, not 200"),
        (
            |_, stream| send(stream, "200 OK", b"<html>log in</html>"),
            1,
            "it is no RFC 3161 time stamp, or a damaged one",
        ),
        (|_, stream| send(stream, "200 OK", b""), 1, "it is empty"),
        (|_, stream| drop(stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n")), 2, "no answer from http://127.0.0.1:"),
        (|_, _| (), 2, "no answer from http://127.0.0.1:"),
        (
            |query, stream| {
                let whole = authority().expect("the test has one").reply(query);
                send(stream, "200 OK", &whole[..whole.len() - 1]);
            },
            1,
            "it is no RFC 3161 time stamp, or a damaged one",
        ),
        (
            |_, stream| {
                let rejected = parts(0x30, &[parts(0x30, &[der(2, &[2]), der(3, &[7, 0x80])])]);
                send(stream, "200 OK", &rejected);
            },
            1,
            "it answered `rejection` badAlg",
        ),
        (
            |query, stream| {
                // The same commit stamped before: all is well but the nonce.
                let mut query = query.to_vec();
                let last = query.len() - 4;
                query[last] ^= 1;
                stamps(&query, stream);
            },
            1,
            "its nonce is not that of the query",
        ),
    ];
    for (answer, code, says) in answers {
        let server = Server::new(answer);
        let screen = witness(&root, &["--tsa", &server.url]);
        let said = format!("{}{}", screen.out, screen.err);
        assert!(screen.code == code && said.contains(says), "{says}: {} {said}", screen.code);
        assert_eq!((bytes(&root, &stamp(&root)), server.asked()), (None, 1), "{says}");
        assert!(!said.contains('\u{1b}'));
    }
}

#[test]
fn an_authority_that_hangs_or_never_ends_does_not_hold_anybody_up() {
    let Some((root, _)) = root() else { return };
    let answers: [(Answer, &str); 3] = [
        (|_, _| std::thread::sleep(Duration::from_secs(60)), "timed out"),
        (
            |_, stream| {
                drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"));
                std::thread::sleep(Duration::from_secs(60));
            },
            "timed out",
        ),
        (
            |_, stream| {
                drop(stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
                while stream.write_all(&[0x30; 4096]).is_ok() {}
            },
            "`curl` gave more than 1048576 bytes",
        ),
    ];
    for (answer, says) in answers {
        let begun = Instant::now();
        let server = Server::new(answer);
        let screen = witness(&root, &["--timeout", "2", "--tsa", &server.url]);
        assert!(screen.code == 2 && screen.err.contains(says), "{says}: {}{}", screen.out, screen.err);
        assert!(begun.elapsed() < Duration::from_secs(20));
        assert_eq!(bytes(&root, &stamp(&root)), None);
    }
}

#[test]
fn the_stamp_of_another_commit_is_refused() {
    let Some((root, _)) = root() else { return };
    let server = Server::new(|_, stream| {
        let asked = demarcate::timestamp::query(b"another commit", &super::authority::openssl()).expect("a query");
        stamps(&asked, stream);
    });
    let screen = witness(&root, &["--tsa", &server.url]);
    let says = "the time stamp does not hold, and was not kept: it speaks of other bytes\n";
    assert_eq!((screen.code, screen.out.as_str()), (1, says), "{}", screen.err);
    let good = Server::new(stamps);
    assert_eq!(witness(&root, &["--tsa", &good.url]).code, 0);
    // A commit that differs in nothing but its message.
    let earlier = stamp(&root);
    root.git(&["commit", "-q", "--amend", "-m", "Another"]);
    let taken = witness(&root, &["--token", &earlier]);
    assert_eq!((taken.code, taken.out.as_str()), (1, says), "{}", taken.err);
}

#[test]
fn nobody_listening_is_a_failure_with_the_address_but_not_the_password() {
    let Some((root, _)) = root() else { return };
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("it is bound").port();
    let screen = witness(&root, &["--tsa", &format!("http://dana:secret@127.0.0.1:{port}/tsa")]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains(&format!("no answer from http://127.0.0.1:{port}/tsa: ")), "{}", screen.err);
    assert!(!screen.err.contains("secret"), "{}", screen.err);
}

#[test]
fn an_address_is_one_or_is_not_taken() {
    let Some((root, _)) = root() else { return };
    for wrong in [
        "file:///etc/passwd",
        "ftp://tsa.example/",
        "tsa.example",
        "-o/tmp/x",
        "http://",
        "http://a b",
        "http://a\n",
        "@query",
    ] {
        let screen = witness(&root, &[&format!("--tsa={wrong}")]);
        assert!(screen.code == 2 && screen.err.contains("write an address"), "{wrong}: {}", screen.err);
    }
    let none = witness(&root, &[]);
    assert!(none.code == 2 && none.err.contains("--tsa <URL>"), "{}", none.err);
    let two = witness(&root, &["--tsa", "http://a/", "--query", "q"]);
    assert_eq!(two.code, 2, "{}", two.err);
}

#[test]
fn a_query_goes_out_and_its_answer_comes_in_without_a_network() {
    let Some((root, authority)) = root() else { return };
    let asked = witness(&root, &["--query", "../q.tsq"]);
    assert_eq!((asked.code, asked.out), (0, format!("wrote ../q.tsq: the query of {}\n", &head(&root)[..12])));
    let next = format!("  demarcate witness {} --token ANSWER\n", head(&root));
    assert!(asked.err.ends_with(&next), "{}", asked.err);
    let query = std::fs::read(root.beside("q.tsq")).expect("it was written");
    authority.write("carried.tsq", &query);
    let text = String::from_utf8(authority.openssl(&["ts", "-query", "-in", "carried.tsq", "-text"])).expect("text");
    for line in ["Hash Algorithm: sha256", "Nonce: 0x", "Certificate required: yes"] {
        assert!(text.contains(line), "{text}");
    }
    let reply = authority.reply(&query);
    let mut damaged = reply.clone();
    *damaged.last_mut().expect("it has bytes") ^= 1;
    std::fs::write(root.beside("damaged.tsr"), damaged).expect("the file can be written");
    let refused = witness(&root, &["--token", "../damaged.tsr"]);
    assert_eq!((refused.code, bytes(&root, &stamp(&root))), (1, None), "{}{}", refused.out, refused.err);
    assert!(refused.out.ends_with("its signature does not hold\n"), "{}", refused.out);
    std::fs::write(root.beside("answer.tsr"), &reply).expect("the file can be written");
    let taken = witness(&root, &["--token", "../answer.tsr"]);
    assert_eq!((taken.code, bytes(&root, &stamp(&root))), (0, Some(reply)), "{}{}", taken.out, taken.err);
    let again = witness(&root, &["--query", "../again.tsq"]);
    assert_eq!((again.code, root.beside("again.tsq").exists()), (0, false), "{}", again.out);
    assert_eq!(witness(&root, &["--token", "../nowhere.tsr"]).code, 0, "it is witnessed already");
    root.git(&["commit", "-q", "--allow-empty", "-m", "Next"]);
    let nowhere = witness(&root, &["--token", "../nowhere.tsr"]);
    assert!(nowhere.code == 2 && nowhere.err.contains("cannot read ../nowhere.tsr"), "{}", nowhere.err);
    #[cfg(unix)]
    assert_eq!(witness(&root, &["--token", "/dev/zero"]).code, 1);
}

#[test]
fn a_note_holds_the_stamp_to_the_byte() {
    let Some((root, _)) = root() else { return };
    let server = Server::new(stamps);
    let screen = witness(&root, &["--note", "--tsa", &server.url]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    assert!(
        screen
            .out
            .ends_with("wrote a note in refs/notes/timestamps; share it: git push origin refs/notes/timestamps\n")
    );
    let blob = root.git(&["notes", "--ref", "timestamps", "list", "HEAD"]);
    let note = root.beside("note.tsr");
    let content = root.try_git(&["cat-file", "blob", &blob], "2026-01-01", "2026-01-01").stdout;
    std::fs::write(&note, &content).expect("the file can be written");
    assert!(openssl_agrees(&root, &note));
    assert_eq!(bytes(&root, &stamp(&root)), None);
    let again = witness(&root, &["--note", "--tsa", &server.url]);
    assert_eq!((again.code, server.asked()), (0, 1), "{}{}", again.out, again.err);
    assert!(again.out.ends_with("the note in refs/notes/timestamps stays as it is\n"), "{}", again.out);
    root.git(&["notes", "--ref", "timestamps", "add", "-f", "-m", "mine", "HEAD"]);
    let other = witness(&root, &["--note", "--tsa", &server.url]);
    assert_eq!((other.code, server.asked()), (1, 1), "{}{}", other.out, other.err);
    assert_eq!(root.git(&["notes", "--ref", "timestamps", "show", "HEAD"]), "mine");
}

#[test]
fn what_stands_there_already_is_never_written_over() {
    let Some((root, _)) = root() else { return };
    let server = Server::new(stamps);
    root.write(&stamp(&root), "not a stamp");
    let screen = witness(&root, &["--tsa", &server.url]);
    assert_eq!((screen.code, server.asked()), (1, 0), "{}{}", screen.out, screen.err);
    assert!(
        screen.out.contains("does not hold: it is no RFC 3161 time stamp") && screen.out.contains("help: "),
        "{}",
        screen.out
    );
    assert_eq!(bytes(&root, &stamp(&root)), Some(b"not a stamp".to_vec()));
}

/// A PATH that has these programs and no others.
#[cfg(unix)]
fn path_with(root: &Scripted, programs: &[&str]) -> std::path::PathBuf {
    let folder = root.beside(&format!("bin-{}", programs.join("-")));
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    for program in programs {
        let found = Command::new("sh").args(["-c", "command -v \"$1\"", "sh", program]).output().expect("a shell");
        let target = String::from_utf8(found.stdout).expect("text");
        std::os::unix::fs::symlink(target.trim(), folder.join(program)).expect("the link can be made");
    }
    folder
}

#[cfg(unix)]
#[test]
fn a_program_that_is_not_there_is_named() {
    let Some((root, authority)) = root() else { return };
    let server = Server::new(stamps);
    let with = |programs: &[&str], words: &[&str]| {
        let mut command = tool(root.dir());
        command.env("PATH", path_with(&root, programs)).args(["witness", "HEAD"]).args(words);
        of(&command.output().expect("the binary was built"))
    };
    let no_openssl = with(&["git", "curl"], &["--tsa", &server.url]);
    assert_eq!((no_openssl.code, server.asked()), (2, 0));
    assert_eq!(no_openssl.err, "error: cannot make a query: there is no `openssl` on PATH: install it\n");
    let no_curl = with(&["git", "openssl"], &["--tsa", &server.url]);
    assert!(no_curl.code == 2 && no_curl.err.contains("there is no `curl` on PATH"), "{}", no_curl.err);
    let query = demarcate::timestamp::query(&raw(&root), &super::authority::openssl()).expect("a query");
    std::fs::write(root.beside("answer.tsr"), authority.reply(&query)).expect("the file can be written");
    let unjudged = with(&["git"], &["--token", "../answer.tsr"]);
    assert!(unjudged.code == 2 && unjudged.err.contains("cannot be judged, and was not kept"), "{}", unjudged.err);
    assert_eq!(bytes(&root, &stamp(&root)), None);
}

#[cfg(unix)]
#[test]
fn a_program_in_the_repository_is_not_run() {
    use std::os::unix::fs::PermissionsExt;
    let Some((root, _)) = root() else { return };
    let server = Server::new(stamps);
    for name in ["openssl", "curl", "git"] {
        root.write(name, "#!/bin/sh\ntouch ran\n");
        std::fs::set_permissions(root.dir().join(name), std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
    let bin = path_with(&root, &["git", "curl", "openssl"]);
    let path = std::env::join_paths([Path::new("."), &bin]).expect("no colon");
    let mut command = tool(root.dir());
    let screen =
        of(&command.env("PATH", path).args(["witness", "HEAD", "--tsa", &server.url]).output().expect("built"));
    assert_eq!((screen.code, root.dir().join("ran").exists()), (0, false), "{}", screen.err);
}

#[test]
fn settings_of_the_user_do_not_reach_the_programs() {
    let Some((root, _)) = root() else { return };
    let server = Server::new(stamps);
    // A folder of openssl's own that would have it fail, and one of curl's that would have it write elsewhere.
    root.write("home/.curlrc", "output = \"stolen\"\nurl = \"http://127.0.0.1:1/\"\n");
    root.write(
        "home/openssl.cnf",
        "openssl_conf = nothing\n[nothing]\nproviders = none\n[none]\nabsent = absent\n[absent]\nactivate = 1\n",
    );
    let home = root.dir().join("home");
    let mut command = tool(root.dir());
    command.env("HOME", &home).env("CURL_HOME", &home).env("OPENSSL_CONF", home.join("openssl.cnf"));
    command.env("OPENSSL_MODULES", &home).env("OPENSSL_CONF_INCLUDE", &home);
    let screen = of(&command.args(["witness", "HEAD", "--tsa", &server.url]).output().expect("the binary was built"));
    assert_eq!((screen.code, server.asked()), (0, 1), "{}{}", screen.out, screen.err);
}

#[test]
fn a_root_without_authorities_or_a_commit_is_told_what_to_do() {
    let Some((root, authority)) = root() else { return };
    let server = Server::new(stamps);
    std::fs::remove_file(root.dir().join("trust/tsa.pem")).expect("it was there");
    let none = witness(&root, &["--tsa", &server.url]);
    assert!(
        none.code == 2 && none.err.contains("there is no trust/tsa.pem: put the authority's root certificate there"),
        "{}",
        none.err
    );
    trust(&root, authority);
    let missing = run(root.dir(), &["witness", "no-such", "--tsa", &server.url]);
    assert!(missing.code == 2 && missing.err.contains("no commit is called `no-such`"), "{}", missing.err);
    std::fs::remove_file(root.dir().join("demarcate.toml")).expect("it was there");
    let bare = witness(&root, &["--tsa", &server.url]);
    assert!(bare.code == 2 && bare.err.contains("holds no demarcate.toml"), "{}", bare.err);
    assert_eq!(server.asked(), 0);
}

#[test]
fn an_authority_that_is_not_trusted_is_refused() {
    let Some((root, authority)) = root() else { return };
    let server = Server::new(stamps);
    root.write("trust/tsa.pem", &String::from_utf8(authority.pem(&["root"])).expect("PEM is text"));
    let screen = witness(&root, &["--tsa", &server.url]);
    assert_eq!(screen.code, 1, "{}{}", screen.out, screen.err);
    assert!(screen.out.ends_with("no authority that is trusted stands behind it\n"), "{}", screen.out);
    assert_eq!(bytes(&root, &stamp(&root)), None);
}

#[test]
fn a_root_in_a_folder_keeps_its_own_stamps() {
    let Some((_, authority)) = root() else { return };
    let root = Scripted::empty(&["--object-format=sha256"]).at("systems/one");
    root.write_root();
    trust(&root, authority);
    root.commit("Begin", "2026-01-01");
    let server = Server::new(stamps);
    let screen = run(root.dir(), &["-C", "systems/one", "witness", "HEAD", "--tsa", &server.url]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    assert_eq!(head(&root).len(), 64);
    assert!(root.dir().join("systems/one").join(stamp(&root)).exists());
    assert!(screen.out.contains("git -C systems/one add trust/timestamps/"), "{}", screen.out);
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_a_stamp_out_of_the_root() {
    let Some((root, _)) = root() else { return };
    let server = Server::new(stamps);
    std::fs::create_dir(root.beside("elsewhere")).expect("the folder can be made");
    std::os::unix::fs::symlink(root.beside("elsewhere"), root.dir().join("trust/timestamps"))
        .expect("the link can be made");
    let screen = witness(&root, &["--tsa", &server.url]);
    assert!(screen.code == 2 && screen.err.contains("is a symbolic link"), "{}", screen.err);
    assert_eq!(std::fs::read_dir(root.beside("elsewhere")).expect("it is there").count(), 0);
}
