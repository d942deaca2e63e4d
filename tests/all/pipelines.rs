//! The pipelines that `init` writes for forges: where they go, that they are sound, and what their first step refuses.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::base::Repository;
use super::screen::run;

const GITHUB: &str = ".github/workflows/compliance-release.yml";
const GITLAB: &str = ".gitlab/compliance-release.yml";

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A folder with a fresh root and both pipelines.
fn begun() -> TempDir {
    let home = TempDir::new().expect("the tests may write to the folder for temporary files");
    let screen = run(home.path(), &["init", "--github", "--gitlab"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(screen.out.contains(&format!("wrote {GITHUB}\n")) && screen.out.contains(&format!("wrote {GITLAB}\n")));
    home
}

#[test]
fn a_root_that_stands_gets_its_pipelines_alone() {
    let base = Repository::base();
    let screen = run(&base.root(), &["init", "--github"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let three = ["reminder", "release", "review"].map(|name| format!("?? .github/workflows/compliance-{name}.yml"));
    let status = base.git(&["status", "--porcelain", "--untracked-files=all"]);
    assert_eq!(status.lines().collect::<BTreeSet<_>>(), three.iter().map(String::as_str).collect());
    let screen = run(&base.root(), &["init", "--gitlab", "--github"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(screen.err.contains(&format!("{GITHUB} was already there")), "{}", screen.err);
    assert!(base.path(GITLAB).is_file());
    let screen = run(&base.root(), &["init"]);
    assert!(screen.code == 2 && screen.err.contains("demarcate.toml is already there"), "{}", screen.err);
}

#[test]
fn what_stands_at_a_forge_is_never_overwritten() {
    let base = Repository::base();
    base.write(GITHUB, "mine\n");
    base.link(GITLAB, "nowhere");
    let screen = run(&base.root(), &["init", "--github", "--gitlab"]);
    assert_eq!((screen.code, &*base.text(GITHUB)), (0, "mine\n"));
    assert!(base.path(GITLAB).is_symlink() && !base.path(".gitlab/nowhere").exists());
    assert_eq!(screen.err.matches("was already there and is as it was").count(), 2, "{}", screen.err);
}

#[test]
fn a_root_below_the_top_is_named_in_a_pipeline_at_the_top() {
    let base = Repository::base();
    std::fs::create_dir_all(base.path("systems/shop floor")).expect("it can be made");
    let screen = run(&base.root(), &["init", "systems/shop floor", "--github", "--gitlab"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let github = base.text(".github/workflows/compliance-release-systems-shop-floor.yml");
    assert!(github.contains("\n  ROOT: \"systems/shop floor\"\n"), "{github}");
    assert!(github.contains("tags: [\"assessment-systems-shop-floor-*\"]"), "{github}");
    assert!(base.path(".gitlab/compliance-release-systems-shop-floor.yml").is_file());
    assert!(!base.path("systems/shop floor/.github").exists(), "no forge looks there");
}

#[test]
fn two_roots_whose_names_are_spelled_alike_get_pipelines_of_their_own() {
    let base = Repository::base();
    for root in ["a/b", "a-b", "a/b", "a-b"] {
        std::fs::create_dir_all(base.path(root)).expect("it can be made");
        let screen = run(&base.root(), &["init", root, "--github", "--gitlab", "--azure"]);
        assert_eq!(screen.code, 0, "{}", screen.err);
    }
    for (folder, each) in [(".github/workflows", 3), (".gitlab", 2), (".azure-pipelines", 1)] {
        let names = std::fs::read_dir(base.path(folder)).expect("it was made").flatten().map(|entry| entry.file_name());
        let names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        let own = |root: &str| {
            let named = format!(" \"{root}\"\n");
            names.iter().filter(|name| base.text(&format!("{folder}/{name}")).contains(&named)).count()
        };
        assert_eq!((own("a/b"), own("a-b")), (each, each), "{names:?}");
    }
}

#[test]
fn a_folder_whose_name_a_forge_would_evaluate_gets_none() {
    let base = Repository::base();
    let odd = "${{ secrets.KEY }}";
    std::fs::create_dir_all(base.path(odd)).expect("it can be made");
    base.write(&format!("{odd}/demarcate.toml"), "");
    let screen = run(&base.path(odd), &["init", "--github"]);
    assert!(screen.code == 2 && screen.err.contains("a pipeline cannot name the folder"), "{}", screen.err);
    assert!(!base.path(".github").exists());
}

/// The linter of workflows is as strict with what users get as with the project's own.
#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn zizmor_finds_nothing_in_the_workflow() {
    let home = begun();
    let linted =
        Command::new("zizmor").args(["--offline", "--persona=pedantic", "--no-progress"]).arg(home.path()).output();
    match linted {
        Ok(output) if output.status.code() != Some(127) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        }
        _ => eprintln!("skipped: zizmor is not installed"),
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn both_pipelines_are_yaml_whose_actions_are_pinned_and_whose_permissions_are_few() {
    let home = begun();
    for path in [GITHUB, GITLAB] {
        let script = "import sys\ntry:\n import yaml\nexcept ImportError:\n sys.exit(42)\nfound = yaml.safe_load(open(sys.argv[1]))\nassert isinstance(found, dict), found";
        let parsed = Command::new("python3").args(["-c", script]).arg(home.path().join(path)).output();
        match parsed {
            Ok(output) if !matches!(output.status.code(), Some(42 | 127)) => {
                assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
            }
            _ => eprintln!("skipped: there is no YAML reader here"),
        }
        let text = text(&home.path().join(path));
        assert!(!text.contains('\t') && text.lines().all(|line| !line.ends_with(' ')), "{path}");
    }
    let github = text(&home.path().join(GITHUB));
    let used: Vec<&str> =
        github.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: ")).collect();
    assert!(used.len() > 5);
    for action in used {
        let (_, pin) = action.split_once('@').expect("an action has a version");
        let (digest, version) = pin.split_once(" # v").unwrap_or_else(|| panic!("{action} is not pinned"));
        assert!(digest.len() == 40 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) && !version.is_empty());
    }
    assert!(github.contains("\npermissions: {}\n") && github.contains("cancel-in-progress: false"));
    assert_eq!(github.matches("timeout-minutes:").count(), github.matches("runs-on:").count());
    assert!(!scripts(&github).contains("${{"), "what a person wrote reaches a shell as a variable alone");
}

/// Every line of every script.
fn scripts(github: &str) -> String {
    let blocks = github.split("run: ").skip(1);
    blocks
        .map(|block| {
            block.split("\n      - name:").next().unwrap_or_default().split("\n\n  ").next().unwrap_or_default()
        })
        .collect()
}

/// A remote repository with a signed release, and keys.
struct Stage {
    home: TempDir,
    digest: String,
}

/// Whether the first step lets a release through, and what it says.
struct Verdict {
    is_good: bool,
    said: String,
}

impl Stage {
    /// `None`, said on the screen, where git or ssh-keygen are too old for it.
    #[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
    fn set() -> Option<Self> {
        let home = TempDir::new().expect("the tests may write to the folder for temporary files");
        let mut stage = Self { home, digest: String::new() };
        std::fs::create_dir(stage.remote()).expect("the folder is new");
        for who in ["dana", "vendor", "stranger"] {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-C", who, "-f"])
                .arg(stage.key(who))
                .output();
            if !made.is_ok_and(|made| made.status.success()) {
                eprintln!("skipped: there is no ssh-keygen here");
                return None;
            }
        }
        stage.git(&["init", "--quiet", "--initial-branch=main"]);
        let line = |who: &str| format!("{who}@x.example {}", text(&stage.key(who).with_extension("pub")));
        let signers = line("dana") + &line("vendor");
        stage.digest = demarcate::digest::hex(&demarcate::digest::of(signers.as_bytes()));
        stage.commit("root/trust/allowed_signers", &signers);
        stage.tag("dana", "assessment-1");
        Some(stage)
    }

    fn remote(&self) -> PathBuf {
        self.home.path().join("remote")
    }

    fn key(&self, who: &str) -> PathBuf {
        self.home.path().join(who)
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.remote(), arguments)
    }

    fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.current_dir(folder).args(arguments).envs(self.plain());
        let output = command.output().expect("git is installed");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn plain(&self) -> [(&'static str, String); 8] {
        let home = self.home.path().display().to_string();
        [
            ("HOME", home),
            ("GIT_CONFIG_GLOBAL", "/dev/null".to_owned()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("LC_ALL", "C".to_owned()),
            ("GIT_AUTHOR_NAME", "Dana Lee".to_owned()),
            ("GIT_AUTHOR_EMAIL", "dana@x.example".to_owned()),
            ("GIT_COMMITTER_NAME", "Dana Lee".to_owned()),
            ("GIT_COMMITTER_EMAIL", "dana@x.example".to_owned()),
        ]
    }

    fn commit(&self, path: &str, text: &str) {
        let full = self.remote().join(path);
        std::fs::create_dir_all(full.parent().expect("in a folder")).expect("it can be made");
        std::fs::write(full, text).expect("it can be written");
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", path]);
    }

    fn tag(&self, who: &str, name: &str) {
        let key = format!("user.signingKey={}", self.key(who).display());
        self.git(&["-c", "gpg.format=ssh", "-c", &key, "tag", "--sign", "--message", name, name]);
    }

    /// What the first step of both pipelines says of a tag; they agree.
    fn judged(&self, tag: &str) -> Verdict {
        self.judged_with(tag, &self.digest, "walter@x.example dana@x.example")
    }

    fn judged_with(&self, tag: &str, digest: &str, releasers: &str) -> Verdict {
        let home = begun();
        let github = block(&text(&home.path().join(GITHUB)), "      - name: Verify the signature of the tag", 10);
        let gitlab = block(&text(&home.path().join(GITLAB)), "    - |", 6);
        let one = self.ran(
            &github,
            tag,
            &[("TAG", tag), ("BRANCH", "main"), ("TRUST_ROOT", digest), ("RELEASERS", releasers)],
        );
        let names = ["CI_COMMIT_TAG", "CI_DEFAULT_BRANCH", "DEMARCATE_TRUST_ROOT", "DEMARCATE_RELEASERS"];
        let other =
            self.ran(&gitlab, tag, &[(names[0], tag), (names[1], "main"), (names[2], digest), (names[3], releasers)]);
        assert_eq!(one.is_good, other.is_good, "{}\n{}", one.said, other.said);
        one
    }

    /// Runs a script in a fresh clone at a tag, as a runner would.
    fn ran(&self, script: &str, tag: &str, variables: &[(&str, &str)]) -> Verdict {
        let work = TempDir::new_in(self.home.path()).expect("there is room");
        let remote = self.remote().display().to_string();
        self.git_in(work.path(), &["clone", "--quiet", &remote, "."]);
        self.git_in(work.path(), &["checkout", "--quiet", "--detach", &format!("refs/tags/{tag}")]);
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(work.path())
            .envs(self.plain())
            .env("ROOT", "root")
            .envs(variables.iter().copied())
            .output()
            .expect("there is a bash");
        let said = [output.stdout, output.stderr].concat();
        Verdict { is_good: output.status.success(), said: String::from_utf8_lossy(&said).into_owned() }
    }
}

/// The script that follows a line, without the white space that YAML takes away.
fn block(text: &str, after: &str, indent: usize) -> String {
    let (_, rest) = text.split_once(after).unwrap_or_else(|| panic!("{after} is there"));
    let pad = " ".repeat(indent);
    let lines = rest.lines().skip_while(|line| !line.starts_with(&pad) || !line.contains("set -"));
    let script: Vec<&str> = lines.map_while(|line| line.strip_prefix(&pad)).collect();
    assert!(script.len() > 15, "{script:#?}");
    script.join("\n")
}

#[test]
fn a_tag_that_a_releaser_signed_on_the_main_branch_is_let_through_and_no_other() {
    let Some(stage) = Stage::set() else { return };
    let good = stage.judged("assessment-1");
    assert!(good.is_good && good.said.contains("Good \"git\" signature for dana@x.example"), "{}", good.said);
    let refused = |tag: &str, why: &str| {
        let verdict = stage.judged(tag);
        assert!(!verdict.is_good && verdict.said.contains(why), "{tag}: {}", verdict.said);
    };
    stage.git(&["tag", "assessment-light"]);
    refused("assessment-light", "is no annotated tag");
    stage.git(&["tag", "--annotate", "--message", "m", "assessment-unsigned"]);
    refused("assessment-unsigned", "does not hold");
    stage.tag("stranger", "assessment-stranger");
    refused("assessment-stranger", "does not hold");
    stage.tag("vendor", "assessment-vendor");
    refused("assessment-vendor", "DEMARCATE_RELEASERS does not name vendor@x.example");
    stage.git(&["update-ref", "refs/tags/assessment-2", "refs/tags/assessment-1"]);
    refused("assessment-2", "the signed name of assessment-2 is assessment-1");
    stage.git(&["checkout", "--quiet", "-b", "aside"]);
    stage.commit("root/more", "more\n");
    stage.tag("dana", "assessment-aside");
    stage.git(&["checkout", "--quiet", "main"]);
    refused("assessment-aside", "is not on main");
    stage.tag("dana", "assessment;id");
    refused("assessment;id", "made of letters");
}

#[test]
fn a_list_of_signers_that_the_tag_brings_along_does_not_vouch_for_it() {
    let Some(stage) = Stage::set() else { return };
    for wrong in ["", "sha256:", &"0".repeat(64)] {
        let verdict = stage.judged_with("assessment-1", wrong, "dana@x.example");
        assert!(!verdict.is_good, "{wrong}: {}", verdict.said);
    }
    assert!(!stage.judged_with("assessment-1", &stage.digest, "").is_good, "nobody may release");
    assert!(stage.judged_with("assessment-1", &format!("sha256:{}", stage.digest), "dana@x.example").is_good);
    let signers = text(&stage.remote().join("root/trust/allowed_signers"));
    let own = format!("dana@x.example {}", text(&stage.key("stranger").with_extension("pub")));
    stage.commit("root/trust/allowed_signers", &(signers + &own));
    stage.tag("stranger", "assessment-own");
    let verdict = stage.judged("assessment-own");
    assert!(!verdict.is_good && !verdict.said.contains("Good"), "{}", verdict.said);
}

#[test]
fn a_revoked_key_releases_nothing() {
    let Some(stage) = Stage::set() else { return };
    stage.commit("root/trust/revoked", &text(&stage.key("vendor").with_extension("pub")));
    stage.tag("dana", "assessment-3");
    let verdict = stage.judged("assessment-3");
    assert!(verdict.is_good, "another key was revoked: {}", verdict.said);
    stage.commit("root/trust/revoked", &text(&stage.key("dana").with_extension("pub")));
    stage.tag("dana", "assessment-4");
    let verdict = stage.judged("assessment-4");
    assert!(!verdict.is_good && verdict.said.contains("does not hold"), "{}", verdict.said);
}

#[test]
fn where_no_pipeline_can_be_written_nothing_is() {
    let home = tempfile::TempDir::new().expect("the tests may write to the folder for temporary files");
    let bare = home.path().join("bare");
    let output = Command::new("git").args(["init", "--quiet", "--bare"]).arg(&bare).output().expect("git is installed");
    assert!(output.status.success());
    let odd = home.path().join("-odd");
    std::fs::create_dir(&odd).expect("the folder is new");
    assert!(
        Command::new("git").args(["init", "--quiet"]).arg(home.path()).output().is_ok_and(|it| it.status.success())
    );
    for folder in [&bare, &home.path().join(".git"), &odd] {
        let screen = run(folder, &["init", "--github"]);
        assert_eq!(screen.code, 2, "{}: {}", folder.display(), screen.err);
        assert!(!folder.join("demarcate.toml").exists() && !folder.join("practices").exists(), "{}", folder.display());
    }
}
