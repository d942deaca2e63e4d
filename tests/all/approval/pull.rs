//! A pull request over the sample: branch `base` is what it goes to, HEAD what it brings.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::all::screen::{Sample, Screen, copy, of, tool};

/// The name of a key of the sample, a name and an address.
pub(in crate::all) type Who = (&'static str, &'static str, &'static str);

pub(in crate::all) const DANA: Who = ("dana", "Dana Lee", "dana@contractor.example");
pub(in crate::all) const PRIYA: Who = ("priya", "Priya Nair", "priya@contractor.example");
pub(in crate::all) const MARCUS: Who = ("marcus", "Marcus Ortega", "marcus@contractor.example");
pub(in crate::all) const RAY: Who = ("ray", "Ray Kowalski", "ray@contractor.example");
pub(in crate::all) const SAM: Who = ("sam", "Sam Whitfield", "sam.whitfield@acme-msp.example");
pub(in crate::all) const NOOR: Who = ("noor", "Noor Haddad", "noor.haddad@acme-mssp.example");
pub(in crate::all) const MALLORY: Who = ("mallory", "Mallory", "mallory@contractor.example");

const KEYS: &str = ".git/demarcate-demo-keys";

/// The pull request.
pub(in crate::all) struct Pull {
    sample: Sample,
}

/// What `diff --require-approval` says of it.
pub(in crate::all) struct Found {
    pub(in crate::all) code: i32,
    pub(in crate::all) err: String,
    pub(in crate::all) json: Value,
}

/// A review for the end of a message.
pub(in crate::all) fn review(who: Who, scope: &str, outcome: &str) -> String {
    format!("Review\n\nPractice-Review: {scope}\nReview-Outcome: {outcome}\nReviewed-by: {} <{}>", who.1, who.2)
}

impl Pull {
    /// The sample, whose people have accounts at the forges, on `main`.
    pub(in crate::all) fn new() -> Self {
        static TEMPLATE: OnceLock<Sample> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            let pull = Self { sample: Sample::new() };
            let written = pull.text("demarcate.toml");
            let own = written.lines().filter(|line| !line.starts_with("accounts"));
            let mut config: Vec<String> = own.map(str::to_owned).collect();
            for (who, ..) in [DANA, PRIYA, MARCUS, RAY, SAM] {
                let is_id = |line: &String| line.replace(' ', "") == format!("id=\"{who}\"");
                let at = config.iter().position(is_id).unwrap_or_else(|| panic!("the sample has {who}"));
                let accounts = format!(
                    "accounts = {{ github = \"{who}-gh\", gitlab = \"{who}.gl\", gitea = \"{who}-gt\", azure = \"{who}@corp.example\" }}"
                );
                config.insert(at + 1, accounts);
            }
            let config = config.join("\n") + "\n";
            pull.write("demarcate.toml", &config);
            pull.commit(PRIYA, "Say what we are called at the forges");
            pull.git(&["branch", "base"]);
            pull.sample
        });
        let sample = Sample::new();
        std::fs::remove_dir_all(sample.root()).expect("the copy can be removed");
        copy(&template.root(), &sample.root());
        Self { sample }
    }

    pub(in crate::all) fn root(&self) -> PathBuf {
        self.sample.root()
    }

    pub(in crate::all) fn run(&self, arguments: &[&str]) -> Screen {
        self.sample.run(arguments)
    }

    pub(in crate::all) fn git(&self, arguments: &[&str]) -> String {
        self.sample.git(arguments)
    }

    pub(in crate::all) fn text(&self, path: &str) -> String {
        self.sample.text(path)
    }

    pub(in crate::all) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("the folder can be made");
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    }

    /// Replaces what must stand in a file.
    pub(in crate::all) fn edit(&self, path: &str, old: &str, new: &str) {
        let text = self.text(path);
        assert!(text.contains(old), "{path} holds no {old:?}");
        self.write(path, &text.replacen(old, new, 1));
    }

    /// The practices, by path.
    pub(in crate::all) fn practices(&self) -> Vec<(String, String)> {
        let names = std::fs::read_dir(self.root().join("practices")).expect("the sample has practices").flatten();
        let paths = names.map(|entry| format!("practices/{}", entry.file_name().to_string_lossy()));
        paths.map(|path| (path.clone(), self.text(&path))).collect()
    }

    /// AC.L2-3.1.12[b] goes from the contractor to the MSP.
    pub(in crate::all) fn move_objective(&self) {
        let path = "practices/AC.L2-3.1.12.toml";
        self.edit(path, r#"objectives    = ["a", "b", "c", "d"]"#, r#"objectives    = ["a", "c", "d"]"#);
        self.edit(path, r#"objectives    = ["a", "c"]"#, r#"objectives    = ["a", "b", "c"]"#);
    }

    /// Commits everything with somebody's signature.
    pub(in crate::all) fn commit(&self, who: Who, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.sign(who, message)
    }

    /// Commits everything without a signature.
    pub(in crate::all) fn commit_unsigned(&self, who: Who, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.say_unsigned(who, message)
    }

    /// Commits what is staged, or nothing, with somebody's signature.
    pub(in crate::all) fn sign(&self, who: Who, message: &str) -> String {
        let key = format!("user.signingkey={KEYS}/{}", who.0);
        self.said(who, &["-c", &key, "commit", "-S", "--quiet", "--allow-empty", "-m", message])
    }

    pub(in crate::all) fn say_unsigned(&self, who: Who, message: &str) -> String {
        self.said(who, &["commit", "--no-gpg-sign", "--quiet", "--allow-empty", "-m", message])
    }

    /// The same by an author and a committer, with the key of anybody.
    pub(in crate::all) fn sign_as(&self, both: (Who, Who), key: &str, message: &str) -> String {
        let key = format!("user.signingkey={KEYS}/{key}");
        self.said_by(both, &["-c", &key, "commit", "-S", "--quiet", "--allow-empty", "-m", message])
    }

    fn said(&self, who: Who, arguments: &[&str]) -> String {
        self.said_by((who, who), arguments)
    }

    fn said_by(&self, (author, committer): (Who, Who), arguments: &[&str]) -> String {
        let scrubbed = tool(&self.root());
        let mut command = Command::new("git");
        command.args(arguments).current_dir(self.root()).env_clear();
        command.envs(scrubbed.get_envs().filter_map(|(key, value)| Some((key, value?))));
        command.envs([("GIT_AUTHOR_NAME", author.1), ("GIT_AUTHOR_EMAIL", author.2)]);
        command.envs([("GIT_COMMITTER_NAME", committer.1), ("GIT_COMMITTER_EMAIL", committer.2)]);
        let output = command.output().expect("git is installed");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        self.git(&["rev-parse", "HEAD"])
    }

    /// Records a signed review.
    pub(in crate::all) fn review(&self, who: Who, scope: &str, outcome: &str) -> String {
        self.sign(who, &review(who, scope, outcome))
    }

    /// Records a signed acceptance.
    pub(in crate::all) fn accept(&self, who: Who, provider: &str) -> String {
        let lines = format!("Responsibility-Accepted: {provider}\nAccepted-by: {} <{}>", who.1, who.2);
        self.sign(who, &format!("Accept\n\n{lines}"))
    }

    /// Makes a key beside those of the sample, and gives its public half.
    pub(in crate::all) fn new_key(&self, name: &str) -> String {
        let path = self.root().join(KEYS).join(name);
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
            .arg(&path)
            .status()
            .expect("ssh-keygen is installed");
        assert!(made.success());
        let public = std::fs::read_to_string(path.with_extension("pub")).expect("the key was made");
        public.trim_end().to_owned()
    }

    /// What has to be approved from `base` to HEAD.
    pub(in crate::all) fn diff(&self, options: &[&str]) -> Found {
        let words = [&["diff", "base", "HEAD", "--require-approval", "--format", "json"], options].concat();
        found(self.run(&words))
    }

    /// The same for a root in a folder.
    pub(in crate::all) fn diff_in(&self, folder: &str, options: &[&str]) -> Found {
        let words = [&["diff", "base", "HEAD", "--require-approval", "--format", "json"], options].concat();
        found(crate::all::screen::run(&self.root().join(folder), &words))
    }

    /// Puts everything that the root consists of into a folder; Git's own files stay.
    pub(in crate::all) fn move_root(&self, folder: &str) {
        std::fs::create_dir_all(self.root().join(folder)).expect("a folder can be made");
        let is_of_root = |name: &&str| *name != folder && !name.starts_with('.');
        for name in self.git(&["ls-tree", "--name-only", "HEAD"]).lines().filter(is_of_root) {
            self.git(&["mv", name, &format!("{folder}/{name}")]);
        }
    }

    /// Writes that an account approved HEAD, in GitHub's words, and gives the file from the top.
    pub(in crate::all) fn approved_at_forge(&self, account: &str) -> String {
        let head = self.head();
        let said = format!(r#"[{{"user":{{"login":"{account}"}},"state":"APPROVED","commit_id":"{head}"}}]"#);
        let path = self.root().join(".git/said.json");
        std::fs::write(&path, said).expect("the folder can be written");
        path.display().to_string()
    }

    /// A provider that has no duty, beside vaultline's own file.
    pub(in crate::all) fn add_newco(&self, folder: &str) {
        let text = self.text(&format!("{folder}providers/vaultline.toml"));
        let lines = text.lines().filter(|line| !line.starts_with("accepts"));
        let renamed = lines.map(|line| match line.split_whitespace().next() {
            Some("id") if line.contains("\"vaultline\"") => "id = \"newco\"".to_owned(),
            Some("name") if line.contains("Vaultline") => "name = \"Newco Inc\"".to_owned(),
            _ => line.to_owned(),
        });
        self.write(&format!("{folder}providers/newco.toml"), &(renamed.collect::<Vec<_>>().join("\n") + "\n"));
    }

    /// The same with what a forge says on standard input.
    pub(in crate::all) fn diff_with(&self, approvals: &str) -> Found {
        found(self.piped(approvals))
    }

    pub(in crate::all) fn piped(&self, approvals: &str) -> Screen {
        let path = self.root().join(".git/approvals.json");
        std::fs::write(&path, approvals).expect("the folder can be written");
        let mut command = tool(&self.root());
        command.args(["diff", "base", "HEAD", "--require-approval", "--format", "json", "--approvals", "-"]);
        command.stdin(std::fs::File::open(&path).expect("it was written"));
        of(&command.output().expect("the binary was built"))
    }

    pub(in crate::all) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }
}

fn found(screen: Screen) -> Found {
    let json = screen.json();
    Found { code: screen.code, err: screen.err, json }
}

impl Found {
    fn asks(&self) -> impl Iterator<Item = (&str, &Value)> {
        let approvals = self.json["approvals"].as_array().into_iter().flatten();
        approvals.flat_map(|approval| {
            let party = approval["party"].as_str().unwrap_or_default();
            approval["asks"].as_array().into_iter().flatten().map(move |ask| (party, ask))
        })
    }

    /// Party and subject of what nobody has approved.
    pub(in crate::all) fn missing(&self) -> Vec<(&str, &str)> {
        let missing = self.asks().filter(|(_, ask)| ask["given"].is_null());
        missing.map(|(party, ask)| (party, ask["subject"].as_str().unwrap_or_default())).collect()
    }

    pub(in crate::all) fn ask(&self, party: &str, subject: &str) -> &Value {
        let mut asks = self.asks().filter(|(of, ask)| *of == party && ask["subject"] == subject);
        let none = || panic!("{party} is not asked for {subject}: {:#}", self.json["approvals"]);
        asks.next().unwrap_or_else(none).1
    }

    /// Who gave it, and how strong the proof is.
    pub(in crate::all) fn given(&self, party: &str, subject: &str) -> (String, String) {
        let given = &self.ask(party, subject)["given"];
        let text = |key: &str| given[key].as_str().unwrap_or_else(|| panic!("nobody gave it: {}", self.err)).to_owned();
        (text("by"), text("grade"))
    }

    /// Why what there is does not count.
    pub(in crate::all) fn refused(&self, party: &str, subject: &str) -> String {
        let refused = self.ask(party, subject)["refused"].as_array().into_iter().flatten();
        refused.filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
    }
}
