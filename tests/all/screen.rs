//! The binary as a user runs it: arguments in, screen and exit code out, nothing of this machine's environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// When commits of a test are made, unless it says otherwise.
const NOW: &str = "2026-11-21T12:00:00Z";

/// What a run showed.
pub(super) struct Screen {
    /// Standard output.
    pub(super) out: String,
    /// Standard error.
    pub(super) err: String,
    /// The exit code.
    pub(super) code: i32,
}

impl Screen {
    /// Standard output as JSON.
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("not JSON: {error}\n{}\n{}", self.out, self.err))
    }
}

/// The binary, with a scrubbed environment.
pub(super) fn tool(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarcate"));
    let path = search_path();
    command.env_clear().env("PATH", path).env("HOME", folder).current_dir(folder);
    command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C"), ("TZ", "UTC")]);
    command.envs([("GIT_AUTHOR_NAME", "Dana Lee"), ("GIT_AUTHOR_EMAIL", "dana@contractor.example")]);
    command.envs([("GIT_COMMITTER_NAME", "Dana Lee"), ("GIT_COMMITTER_EMAIL", "dana@contractor.example")]);
    command.envs([("GIT_AUTHOR_DATE", NOW), ("GIT_COMMITTER_DATE", NOW)]);
    // The clock: noon of 2026-11-21, UTC.
    command.env("SOURCE_DATE_EPOCH", "1795262400");
    command
}

/// Where programs are found: the one thing of this machine's environment that a test needs.
#[expect(clippy::disallowed_methods, reason = "git, sha256sum and others judge the tool")]
fn search_path() -> std::ffi::OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

/// Runs the binary in a folder.
pub(super) fn run(folder: &Path, arguments: &[&str]) -> Screen {
    of(&tool(folder).args(arguments).output().expect("the binary was built"))
}

/// What a finished run showed.
pub(super) fn of(output: &Output) -> Screen {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the tool prints UTF-8");
    let code = output.status.code().expect("the tool ends by itself, not by a signal");
    let screen = Screen { out: text(&output.stdout), err: text(&output.stderr), code };
    assert!(!screen.err.contains("panicked"), "{}", screen.err);
    screen
}

/// The sample repository as `demo` writes it on its own day, written once for a run of the tests and copied.
pub(super) struct Sample {
    home: TempDir,
}

impl Sample {
    /// A copy of it.
    pub(super) fn new() -> Self {
        static TEMPLATE: std::sync::OnceLock<(TempDir, String)> = std::sync::OnceLock::new();
        let (template, _) = TEMPLATE.get_or_init(|| {
            let home = TempDir::new().expect("the folder for temporary files can be written");
            let screen = run(home.path(), &["demo", "sample"]);
            assert_eq!(screen.code, 0, "{}\n{}", screen.out, screen.err);
            (home, screen.out)
        });
        let home = TempDir::new().expect("the folder for temporary files can be written");
        copy(&template.path().join("sample"), &home.path().join("sample"));
        Self { home }
    }

    /// The folder that holds `demarcate.toml`.
    pub(super) fn root(&self) -> PathBuf {
        self.home.path().join("sample")
    }

    /// Runs the binary in the root.
    pub(super) fn run(&self, arguments: &[&str]) -> Screen {
        run(&self.root(), arguments)
    }

    /// The text of a file.
    pub(super) fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
    }

    /// Writes a file.
    pub(super) fn write(&self, path: &str, text: &str) {
        std::fs::write(self.root().join(path), text).unwrap_or_else(|error| panic!("cannot write {path}: {error}"));
    }

    /// Runs git in the root.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let mut command = tool(&self.root());
        let output = Command::new("git")
            .args(arguments)
            .envs(command.envs(std::iter::empty::<(&str, &str)>()).get_envs().filter_map(|(k, v)| Some((k, v?))))
            .current_dir(self.root())
            .output()
            .expect("git is installed");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }
}

/// Copies a folder.
pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the target can be made");
    for entry in std::fs::read_dir(from).expect("the source is readable").flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            std::fs::copy(&source, &target).expect("a file can be copied");
        }
    }
}
