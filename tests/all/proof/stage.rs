//! A repository in which people act: who commits, with which key, on which day.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use tempfile::TempDir;

use super::super::screen::{self, tool};
use super::super::scripted::FILES;
use super::keys::{self, keys};

/// Somebody with an address and, mostly, a key of that name.
#[derive(Clone, Copy)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    key: &'static str,
}

/// The information system security officer, who reviews.
pub(super) const DANA: Person = Person { name: "Dana Lee", email: "dana@contractor.example", key: "dana" };
/// Her other address.
pub(super) const DANA_LEE: Person = Person { name: "Dana Lee", email: "dana.lee@contractor.example", key: "dana" };
/// The IT lead, who writes most of what is reviewed.
pub(super) const ROBIN: Person = Person { name: "Robin Park", email: "robin@contractor.example", key: "robin" };
/// Has a key that is trusted, and no role.
pub(super) const KIM: Person = Person { name: "Kim Ode", email: "kim@contractor.example", key: "kim" };
/// Has a role, and a key that is not trusted from the beginning.
pub(super) const ASH: Person = Person { name: "Ash Roy", email: "ash@contractor.example", key: "ash" };
/// Nobody of the organization.
pub(super) const MALLORY: Person = Person { name: "Mallory Finn", email: "mallory@elsewhere.example", key: "mallory" };
/// The forge, which signs merges and squashes.
pub(super) const FORGE: Person = Person { name: "Forge", email: "noreply@forge.example", key: "forge" };

/// Of Acme MSP, as `demarcate.toml` will say.
pub(super) const SAM: Person = Person { name: "Sam Ortiz", email: "sam@acme.example", key: "sam" };
/// Of Acme MSP, as its own file will say.
pub(super) const IVY: Person = Person { name: "Ivy Chandler", email: "ivy@acme.example", key: "ivy" };
/// Of another provider.
pub(super) const NOOR: Person = Person { name: "Noor Haddad", email: "noor@cloud.example", key: "noor" };

/// A person at work on a day, who signs unless it is said otherwise.
#[derive(Clone, Copy)]
pub(super) struct Hand {
    person: Person,
    author: Person,
    key: &'static str,
    day: &'static str,
    written: &'static str,
}

impl Person {
    /// At work on a day.
    pub(super) const fn on(self, day: &'static str) -> Hand {
        Hand { person: self, author: self, key: self.key, day, written: day }
    }

    /// As a review names somebody.
    pub(super) fn named(self) -> String {
        format!("{} <{}>", self.name, self.email)
    }

    /// The line of allowed signers for the person's own key.
    pub(super) fn trusted(self) -> String {
        trusted_as(self.email, self.key)
    }
}

impl Hand {
    /// Does not sign.
    pub(super) const fn unsigned(self) -> Self {
        self.with("")
    }

    /// Signs with another key; one whose name begins with `pgp` is of OpenPGP.
    pub(super) const fn with(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    /// Names another author.
    pub(super) const fn authored_by(mut self, author: Person) -> Self {
        self.author = author;
        self
    }

    /// Wrote it on another day.
    pub(super) const fn written(mut self, day: &'static str) -> Self {
        self.written = day;
        self
    }

    fn whether_to_sign(&self) -> &'static str {
        if self.key.is_empty() { "--no-gpg-sign" } else { "-S" }
    }

    /// What tells git to sign, or not to.
    fn signing(&self) -> Vec<String> {
        let set = |key: &str, value: &str| ["-c".to_owned(), format!("{key}={value}")];
        let on = if self.key.is_empty() { "false" } else { "true" };
        let (format, key) = match self.key {
            "" => ("ssh", String::new()),
            name if name.starts_with("pgp") => ("openpgp", format!("={name} <dana@contractor.example>")),
            name => ("ssh", keys().signing(name)),
        };
        let settings = [set("commit.gpgSign", on), set("gpg.format", format), set("user.signingKey", &key)];
        settings.concat()
    }
}

/// A line of allowed signers.
pub(super) fn trusted_as(principals: &str, key: &str) -> String {
    format!("{principals} {}\n", keys().line(key))
}

/// The same with options before the key.
pub(super) fn trusted_with(principals: &str, options: &str, key: &str) -> String {
    format!("{principals} {options} {}\n", keys().line(key))
}

/// Whom the root of trust lists in most cases.
pub(super) fn signers() -> String {
    [DANA, ROBIN, KIM, FORGE].map(Person::trusted).concat()
}

/// The policy in most cases.
pub(super) const POLICY: &str = "forge = [\"noreply@forge.example\"]\n";
pub(super) const SIGNERS: &str = "trust/allowed_signers";
pub(super) const REVOKED: &str = "trust/revoked";
pub(super) const PRACTICE: &str = "practices/AC.L2-3.1.2.toml";
const CONFIG: &str = "demarcate.toml";
/// What every case reviews.
pub(super) const SUBJECT: &str = "AC.L2-3.1.2";

const PEOPLE: &str = r#"
[[role]]
id = "it-lead"
title = "IT lead"

[[person]]
id = "robin"
name = "Robin Park"
email = ["robin@contractor.example"]
roles = ["it-lead"]

[[person]]
id = "ash"
name = "Ash Roy"
email = ["ash@contractor.example"]
roles = ["isso"]

[[person]]
id = "kim"
name = "Kim Ode"
email = ["kim@contractor.example"]
"#;

const MINUTES: &str = r#"
[[artifact]]
id = "minutes"
title = "Minutes of the review of access control"
kind = "record"
edition = [{ path = "minutes.txt", collected = 2026-01-04 }]

[[artifact]]
id = "minutes-to-come"
title = "Minutes of a meeting that nobody has held"
kind = "record"
state = "planned"
"#;

/// The lines of a review of the subject by this person.
pub(super) fn lines(reviewer: &str) -> String {
    format!("Practice-Review: {SUBJECT}\nReview-Outcome: no-change\nReviewed-by: {reviewer}\n")
}

/// The message of a review of the subject by this person.
pub(super) fn message(reviewer: &str) -> String {
    format!("Review access control\n\n{}", lines(reviewer))
}

/// What a case made: where, which commit claims to be a review, and what demarcate is told beside.
pub(super) struct Made {
    pub(super) stage: Stage,
    pub(super) claim: String,
    pub(super) arguments: Vec<String>,
}

/// The repository.
pub(super) struct Stage {
    home: TempDir,
}

impl Stage {
    /// A root before anybody is trusted: Robin has written it, 2026-01-05.
    pub(super) fn without_trust() -> Self {
        static TEMPLATE: OnceLock<Stage> = OnceLock::new();
        let build = || {
            let stage = Self { home: TempDir::new().expect("tests may write to the temporary folder") };
            std::fs::create_dir(stage.dir()).expect("the folder is new");
            stage.git(&ROBIN.on("2026-01-05"), &["init", "-q", "--template=", "-b", "main"]);
            stage.write_root();
            stage.commit(&ROBIN.on("2026-01-05"), "Begin");
            stage
        };
        TEMPLATE.get_or_init(build).copied()
    }

    /// The same after the root of trust, pinned, 2026-01-06: the people of [`signers`].
    pub(super) fn new() -> Self {
        static TEMPLATE: OnceLock<Stage> = OnceLock::new();
        TEMPLATE.get_or_init(|| Self::trusting(&signers())).copied()
    }

    pub(super) fn copied(&self) -> Self {
        let stage = Self { home: TempDir::new().expect("tests may write to the temporary folder") };
        screen::copy(&self.dir(), &stage.dir());
        stage
    }

    /// The same with other signers.
    pub(super) fn trusting(signers: &str) -> Self {
        Self::under(signers, POLICY)
    }

    /// The same with other signers and another policy.
    pub(super) fn under(signers: &str, policy: &str) -> Self {
        Self::rooted(signers, &format!("{policy}trust-root = \"{}\"\n", digest(signers)))
    }

    /// The same, pinned only if the policy says so.
    pub(super) fn rooted(signers: &str, policy: &str) -> Self {
        let stage = Self::without_trust();
        stage.write(SIGNERS, signers);
        stage.set_policy(policy);
        stage.commit(&DANA.on("2026-01-06"), "Say whom we trust");
        stage
    }

    /// The same with a file of OpenPGP keys, and nothing of SSH.
    pub(super) fn trusting_openpgp(name: &str) -> Self {
        let stage = Self::without_trust();
        stage.write(SIGNERS, ROBIN.trusted());
        stage.set_policy(&format!("trust-root = \"{}\"\n", digest(&ROBIN.trusted())));
        stage.commit(&ROBIN.on("2026-01-06"), "Say whom we trust");
        stage.write("trust/dana.asc", keys().openpgp(name));
        stage.commit(&ROBIN.on("2026-01-07"), "Trust Dana's key");
        stage
    }

    fn write_root(&self) {
        for (path, text) in FILES {
            self.write(path, text);
        }
        self.append(CONFIG, PEOPLE);
        let email = "\"dana@contractor.example\"";
        self.edit(CONFIG, email, &format!("{email}, \"dana.lee@contractor.example\""));
        let artifacts = "evidence/contractor/artifacts.toml";
        self.append(artifacts, MINUTES);
        self.write("evidence/contractor/minutes.txt", "Dana Lee and Sam Ortiz read the access control practices.\n");
        self.write("evidence/contractor/accounts-q1.csv", "account,approved\n");
        let screen = screen::run(&self.dir(), &["hash"]);
        assert!(self.read("evidence.lock").contains("minutes.txt"), "{}{}", screen.out, screen.err);
    }

    /// Adds lines to the policy of reviews.
    pub(super) fn set_policy(&self, policy: &str) {
        self.edit(CONFIG, "interval = \"1 year\"\n", &format!("interval = \"1 year\"\n{policy}"));
    }

    /// A file beside the repository, by its whole path.
    pub(super) fn beside(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).expect("the folder can be written");
        path.display().to_string()
    }

    pub(super) fn dir(&self) -> PathBuf {
        self.home.path().join("repo")
    }

    pub(super) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let full = self.dir().join(path);
        std::fs::create_dir_all(full.parent().expect("a file has a folder")).expect("the folder can be made");
        std::fs::write(&full, text).expect("the file can be written");
    }

    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.dir().join(path)).expect("the file is there")
    }

    pub(super) fn edit(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} holds no {old:?}");
        self.write(path, text.replacen(old, new, 1));
    }

    pub(super) fn append(&self, path: &str, text: &str) {
        self.write(path, format!("{}{text}", self.read(path)));
    }

    /// Moves everything below a folder of this name.
    pub(super) fn move_below(&self, folder: &str) {
        self.take_away();
        self.ask(&["read-tree", &format!("--prefix={folder}/"), "HEAD"]);
        self.ask(&["checkout-index", "-a", "-q"]);
    }

    /// Removes everything.
    pub(super) fn take_away(&self) {
        self.ask(&["rm", "-r", "-q", "--ignore-unmatch", "."]);
    }

    pub(super) fn remove_trust(&self) {
        std::fs::remove_dir_all(self.dir().join("trust")).expect("it is there");
    }

    /// Changes what the subject says, as its reviewer would have to see.
    pub(super) fn change_practice(&self) {
        self.edit(PRACTICE, "Roles limit", "Named roles limit");
    }

    fn try_git(&self, hand: &Hand, arguments: &[&str]) -> Output {
        let mut command = self.command(hand, "git");
        command.args(hand.signing()).args(arguments).stdin(Stdio::null());
        command.output().expect("git is installed")
    }

    /// Runs demarcate as this person, whose Git is set up to sign as they do.
    pub(super) fn demarcate(&self, hand: &Hand, arguments: &[&str]) -> screen::Screen {
        self.demarcate_with(hand, &[], arguments)
    }

    /// The same with other settings of Git.
    pub(super) fn demarcate_with(&self, hand: &Hand, settings: &[(&str, &str)], arguments: &[&str]) -> screen::Screen {
        let program = env!("CARGO_BIN_EXE_demarcate");
        let output = self.as_person(hand, program, settings).args(arguments).stdin(Stdio::null()).output();
        screen::of(&output.expect("the binary was built"))
    }

    /// A program that a person runs, whose Git is set up to sign as they do.
    pub(super) fn as_person(&self, hand: &Hand, program: &str, settings: &[(&str, &str)]) -> Command {
        let mut command = self.command(hand, program);
        let own = hand.signing();
        let own = own.iter().filter_map(|word| word.split_once('=')).filter(|(_, value)| !value.is_empty());
        let all: Vec<(&str, &str)> = own.chain(settings.iter().copied()).collect();
        command.env("GIT_CONFIG_COUNT", all.len().to_string());
        for (number, (key, value)) in all.into_iter().enumerate() {
            command.env(format!("GIT_CONFIG_KEY_{number}"), key).env(format!("GIT_CONFIG_VALUE_{number}"), value);
        }
        command
    }

    fn command(&self, hand: &Hand, program: &str) -> Command {
        let mut command = Command::new(program);
        let settings = tool(self.home.path());
        let kept = settings.get_envs().filter_map(|(name, value)| Some((name, value?)));
        command.env_clear().envs(kept).current_dir(self.dir());
        command.envs([("GIT_AUTHOR_NAME", hand.author.name), ("GIT_AUTHOR_EMAIL", hand.author.email)]);
        command.envs([("GIT_COMMITTER_NAME", hand.person.name), ("GIT_COMMITTER_EMAIL", hand.person.email)]);
        command.env("GIT_AUTHOR_DATE", format!("{}T12:00:00Z", hand.written));
        command.env("GIT_COMMITTER_DATE", format!("{}T12:00:00Z", hand.day)).env("GIT_EDITOR", "true");
        command.env("GNUPGHOME", self.home_of_openpgp(hand));
        command
    }

    /// Where gpg looks for keys: for secret ones if somebody signs with one, else for those that are trusted here.
    fn home_of_openpgp(&self, hand: &Hand) -> PathBuf {
        let signs = hand.key.starts_with("pgp");
        if signs { keys().home_of_openpgp() } else { self.home.path().join("gnupg") }
    }

    /// Runs git as this person; it must succeed.
    pub(super) fn git(&self, hand: &Hand, arguments: &[&str]) -> String {
        static AGENT: Mutex<()> = Mutex::new(());
        let is_openpgp = hand.key.starts_with("pgp");
        let guard = is_openpgp.then(|| AGENT.lock().unwrap_or_else(PoisonError::into_inner));
        if is_openpgp {
            keys().set_clock_of_openpgp(&format!("{}T120000", hand.written.replace('-', "")));
        }
        let output = self.try_git(hand, arguments);
        if guard.is_some() {
            keys().end_agent();
        }
        let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "git {arguments:?}: {out}{error}");
        out.trim_end().to_owned()
    }

    /// Asks git something that nobody signs.
    pub(super) fn ask(&self, arguments: &[&str]) -> String {
        self.git(&ROBIN.on("2026-01-05").unsigned(), arguments)
    }

    pub(super) fn head(&self) -> String {
        self.ask(&["rev-parse", "HEAD"])
    }

    /// Commits everything that stands in the work tree, with or without a change.
    pub(super) fn commit(&self, hand: &Hand, message: &str) -> String {
        self.ask(&["add", "-A"]);
        self.git(hand, &["commit", "-q", "--allow-empty", "-m", message]);
        self.head()
    }

    /// Commits a review of the subject that names this person.
    pub(super) fn review(&self, hand: &Hand, reviewer: Person) -> String {
        self.commit(hand, &message(&reviewer.named()))
    }

    /// Stands on a new or an old branch.
    pub(super) fn branch(&self, name: &str, at: &str) {
        self.ask(&["checkout", "-q", "-b", name, at]);
    }

    pub(super) fn checkout(&self, name: &str) {
        self.ask(&["checkout", "-q", name]);
    }

    /// Merges without a fast-forward.
    pub(super) fn merge(&self, hand: &Hand, branch: &str, options: &[&str]) -> String {
        self.git(hand, &[&["merge", "-q", "--no-ff", "-m", "Merge"], options, &[branch]].concat());
        self.head()
    }

    /// A merge of a branch whose content is what stands in the work tree.
    pub(super) fn merge_as_it_stands(&self, hand: &Hand, branch: &str, message: &str) -> String {
        self.ask(&["add", "-A"]);
        let tree = self.ask(&["write-tree"]);
        let id =
            self.git(hand, &["commit-tree", &tree, "-p", "HEAD", "-p", branch, "-m", message, hand.whether_to_sign()]);
        self.stand_on(&id);
        id
    }

    /// A signed tag.
    pub(super) fn tag(&self, hand: &Hand, name: &str, at: &str) {
        let how = if hand.key.is_empty() { "-a" } else { "-s" };
        self.git(hand, &["tag", how, "-m", "Seen", name, at]);
    }

    /// A commit as it is stored.
    pub(super) fn raw(&self, id: &str) -> String {
        self.ask(&["cat-file", "commit", id]) + "\n"
    }

    /// Stores a commit as it is, and stands on it.
    pub(super) fn store(&self, raw: &str) -> String {
        let file = self.home.path().join("raw");
        std::fs::write(&file, raw).expect("the folder can be written");
        let file = file.display().to_string();
        let id = self.ask(&["hash-object", "-t", "commit", "--literally", "-w", &file]);
        self.stand_on(&id);
        id
    }

    fn stand_on(&self, id: &str) {
        self.ask(&["reset", "-q", "--hard", id]);
    }

    /// What a commit claims, with no change and no arguments beside.
    pub(super) fn claims(self, claim: String) -> Made {
        Made { stage: self, claim, arguments: Vec::new() }
    }

    /// The same, with arguments for demarcate.
    pub(super) fn claims_with(self, claim: String, arguments: &[&str]) -> Made {
        Made { stage: self, claim, arguments: arguments.iter().map(|word| (*word).to_owned()).collect() }
    }
}

/// SHA-256 of a file, as a pin writes it.
pub(super) fn digest(text: &str) -> String {
    format!("sha256:{}", demarcate::digest::of_bytes(text.as_bytes()).sha256)
}

/// A raw commit with a signature over it.
pub(super) fn with_signature(payload: &str, armored: &str) -> String {
    let header = format!("\ngpgsig {}\n\n", armored.trim_end().replace('\n', "\n "));
    payload.replacen("\n\n", &header, 1)
}

/// A raw commit without its signature, and the signature.
pub(super) fn apart(raw: &str) -> (String, String) {
    let (start, rest) = raw.split_once("gpgsig ").expect("it is signed");
    let end = "-----END SSH SIGNATURE-----\n";
    let (armored, after) = rest.split_once(end).expect("it is signed with SSH");
    (format!("{start}{after}"), format!("{}{end}", armored.replace("\n ", "\n")))
}

/// Whether a program ended because nobody read what it wrote.
#[cfg(unix)]
fn was_cut_off(output: &Output) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGPIPE: i32 = 13;
    output.status.signal() == Some(SIGPIPE)
}

#[cfg(not(unix))]
fn was_cut_off(_: &Output) -> bool {
    false
}

impl Made {
    /// What git says of the claim by the trust files of the tip: one letter, or the error that it ends with.
    pub(super) fn answer_of_git(&self) -> String {
        let hand = ROBIN.on("2026-01-05").unsigned();
        let trust = self.stage.dir().join("trust");
        let mut settings = Vec::new();
        for (key, file) in [("gpg.ssh.allowedSignersFile", "allowed_signers"), ("gpg.ssh.revocationFile", "revoked")] {
            if trust.join(file).exists() {
                settings.push(format!("{key}={}", trust.join(file).display()));
            }
        }
        self.import_openpgp(&trust);
        settings.push("gpg.x509.program=false".to_owned());
        let settings: Vec<&str> = settings.iter().flat_map(|setting| ["-c", setting]).collect();
        let arguments = [&settings[..], &["log", "-1", "--format=%G?", &self.claim]].concat();
        // Of a signature that is none ssh-keygen may have ended before git has handed it the commit: git dies of that
        // now and then, and has said nothing.
        let mut output = self.stage.try_git(&hand, &arguments);
        let mut again = 0..20;
        while was_cut_off(&output) && again.next().is_some() {
            output = self.stage.try_git(&hand, &arguments);
        }
        if output.status.success() {
            return String::from_utf8_lossy(&output.stdout).trim().to_owned();
        }
        format!("{} {}", String::from_utf8_lossy(&output.stderr).trim(), output.status)
    }

    /// Makes gpg know the OpenPGP keys of a folder, trust them, and live on 2026-11-21.
    fn import_openpgp(&self, trust: &Path) {
        let listed = std::fs::read_dir(trust).into_iter().flatten().flatten().map(|entry| entry.path());
        for file in listed.filter(|path| path.extension().is_some_and(|ending| ending == "asc")) {
            let home = self.stage.home.path().join("gnupg");
            if !home.exists() {
                keys::make_home_of_openpgp(&home);
                keys::configure_openpgp(&home, "20261121T120000");
            }
            let gpg = |arguments: &[&str]| keys::run_openpgp(&home, arguments);
            gpg(&["--quiet", "--no-autostart", "--import", &file.display().to_string()]);
            let listed = String::from_utf8(gpg(&["--with-colons", "--list-keys"])).expect("gpg lists text");
            let keys = listed.lines().filter(|line| line.starts_with("fpr:")).filter_map(|line| line.split(':').nth(9));
            let all: Vec<String> = keys.map(|key| format!("{key}:6:\n")).collect();
            gpg(&["--quiet", "--import-ownertrust", &self.stage.beside("owners", &all.concat())]);
        }
    }
}
