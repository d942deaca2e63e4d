//! The pack of a history: Git takes it, sees the same log and signatures, and finds no evidence in it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use demarcate::cache::Cache;
use demarcate::failure::Failure;
use demarcate::git::Git;
use demarcate::git::pack::Packed;

use crate::all::scripted::{Scripted, asked};

/// The pack of HEAD with these roots, and without these files.
fn packed(scripted: &Scripted, roots: &[&str], leave_out: &[&str]) -> (Vec<u8>, Packed) {
    let git = scripted.open();
    let head = git.head().expect("HEAD can be read").expect("there is a commit");
    let roots: Vec<String> = roots.iter().map(|root| (*root).to_owned()).collect();
    let leave_out: BTreeSet<String> = leave_out.iter().map(|path| (*path).to_owned()).collect();
    let mut pack = Vec::new();
    let packed = git.pack(head, &roots, &leave_out, &mut pack).expect("the log can be packed");
    assert_eq!(packed.bytes, pack.len() as u64);
    (pack, packed)
}

/// Runs Git in a folder with nothing of this machine's configuration.
fn git(folder: &Path, args: &[&str], stdin: &[u8]) -> String {
    use std::io::Write as _;
    let mut command = Command::new("git");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"] {
        command.env_remove(variable);
    }
    command.args(args).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("git is installed");
    child.stdin.take().expect("it was asked for").write_all(stdin).expect("git reads its input");
    let output = child.wait_with_output().expect("git ends");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {args:?}: {error}");
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// The repository that an assessor makes of a pack with Git alone.
struct Unpacked(tempfile::TempDir);

impl Unpacked {
    fn of(pack: &[u8], packed: &Packed, options: &[&str]) -> Self {
        let folder = tempfile::TempDir::new().expect("tests may write to the temporary folder");
        git(folder.path(), &[&["init", "-q"], options].concat(), b"");
        git(folder.path(), &["index-pack", "--stdin"], pack);
        std::fs::write(folder.path().join(".git/packed-refs"), &packed.refs).expect("the file can be written");
        Self(folder)
    }

    fn git(&self, args: &[&str]) -> String {
        git(self.0.path(), args, b"")
    }

    /// Every object, as kind and id.
    fn objects(&self) -> BTreeSet<String> {
        let all = self.git(&["cat-file", "--batch-check=%(objecttype) %(objectname)", "--batch-all-objects"]);
        all.lines().map(str::to_owned).collect()
    }
}

fn blob(scripted: &Scripted, revision_and_path: &str) -> String {
    format!("blob {}", scripted.git(&["rev-parse", revision_and_path]))
}

#[test]
fn git_takes_the_pack_and_shows_the_same_log() {
    let scripted = Scripted::reviewed();
    scripted.write("evidence/contractor/secret.txt", "CUI//SP-CTI\n");
    scripted.write("src/main.c", "int main;\n");
    scripted.edit("practices/AC.L2-3.1.1.toml", "practice", "practice");
    scripted.commit("Evidence", "2026-02-02");
    scripted.review("2026-02-03");
    let (pack, packed) = packed(&scripted, &[""], &[]);
    let unpacked = Unpacked::of(&pack, &packed, &[]);
    let log = ["log", "--format=raw", "--topo-order"];
    assert_eq!(unpacked.git(&[&log[..], &["bundle"]].concat()), scripted.git(&[&log[..], &["HEAD"]].concat()));
    let objects = unpacked.objects();
    assert_eq!(objects.len(), packed.objects);
    for kept in ["HEAD:practices/AC.L2-3.1.1.toml", "HEAD~3:demarcate.toml", "HEAD:evidence/contractor/artifacts.toml"]
    {
        assert!(objects.contains(&blob(&scripted, kept)), "{kept}");
    }
    for kept_back in ["HEAD:evidence/contractor/secret.txt", "HEAD:src/main.c"] {
        assert!(!objects.contains(&blob(&scripted, kept_back)), "{kept_back}");
    }
    assert_eq!(
        unpacked.git(&["show", "bundle~2:practices/AC.L2-3.1.1.toml"]),
        scripted.git(&["show", "HEAD~2:practices/AC.L2-3.1.1.toml"])
    );
}

#[test]
fn the_same_commit_gives_the_same_bytes_however_the_repository_is_packed() {
    let scripted = Scripted::reviewed();
    scripted.edit("policies/access.md", "ISSO", "ISSO and the owner");
    scripted.commit("Say who else", "2026-02-02");
    let (loose, _) = packed(&scripted, &[""], &[]);
    scripted.git(&["gc", "-q", "--aggressive"]);
    scripted.git(&["commit-graph", "write", "--reachable"]);
    let (again, _) = packed(&scripted, &[""], &[]);
    assert_eq!(loose, again);
    scripted.git(&["replace", "HEAD", "HEAD~1"]);
    let (replaced, _) = packed(&scripted, &[""], &[]);
    assert_eq!(loose, replaced);
}

#[test]
fn a_file_that_is_left_out_is_in_no_revision_of_the_pack() {
    let scripted = Scripted::root();
    scripted.write("policies/secret.md", "# First\n");
    scripted.commit("First", "2026-01-02");
    scripted.write("policies/secret.md", "# Second\n");
    scripted.commit("Second", "2026-01-03");
    let (pack, packed) = packed(&scripted, &[""], &["policies/secret.md"]);
    let objects = Unpacked::of(&pack, &packed, &[]).objects();
    for kept_back in ["HEAD:policies/secret.md", "HEAD~1:policies/secret.md"] {
        assert!(!objects.contains(&blob(&scripted, kept_back)), "{kept_back}");
    }
    assert!(objects.contains(&blob(&scripted, "HEAD:policies/access.md")));
}

#[test]
fn other_roots_of_the_repository_give_nothing_away() {
    let scripted = Scripted::empty(&[]).at("clients/north");
    scripted.write_root();
    let scripted = scripted.at("clients/south");
    scripted.write_root();
    scripted.write("policies/south.md", "# South alone\n");
    let scripted = scripted.at("corporate");
    scripted.write_root();
    scripted.write("policies/all.md", "# Everybody\n");
    scripted.commit("Begin", "2026-01-01");
    let (pack, packed) = packed(&scripted, &["clients/north", "corporate"], &[]);
    let objects = Unpacked::of(&pack, &packed, &[]).objects();
    assert!(!objects.contains(&blob(&scripted, "HEAD:clients/south/policies/south.md")));
    assert!(!objects.contains(&format!("tree {}", scripted.git(&["rev-parse", "HEAD:clients/south/policies"]))));
    assert!(objects.contains(&blob(&scripted, "HEAD:corporate/policies/all.md")));
}

/// The repository that demarcate makes of a pack.
fn own(folder: &Path, pack: &[u8], packed: &Packed, head: &str) -> Result<Git, Failure> {
    Git::unpack(folder, head, &mut &*pack, &packed.refs)
}

fn history(git: &Git, scripted: &Scripted) -> String {
    let tip = git.head().expect("HEAD can be read");
    let (assessment, cache) = (scripted.assessment(&scripted.open()), Cache::none());
    let asked = asked(tip, scripted.prefix(), "2026-06-01", &cache);
    format!("{:#?}", demarcate::history::of(git, &asked, &assessment).expect("the log can be walked"))
}

#[test]
fn a_repository_made_of_the_pack_has_the_same_history() {
    for format in ["sha1", "sha256"] {
        let scripted = Scripted::empty(&["--object-format", format]);
        scripted.write_root();
        scripted.commit("Begin", "2026-01-01");
        scripted.review("2026-02-01");
        scripted.git(&["checkout", "-q", "-b", "other"]);
        scripted.edit("policies/access.md", "ISSO", "ISSO and the owner");
        scripted.commit("Say who else", "2026-02-02");
        scripted.git(&["checkout", "-q", "main"]);
        scripted.review("2026-02-03");
        scripted.merge(&["other"], "2026-02-04");
        let (pack, packed) = packed(&scripted, &[""], &[]);
        let folder = tempfile::TempDir::new().expect("tests may write to the temporary folder");
        let git =
            own(folder.path(), &pack, &packed, &scripted.git(&["rev-parse", "HEAD"])).expect("it can be unpacked");
        assert_eq!(history(&git, &scripted), history(&scripted.open(), &scripted), "{format}");
    }
}

#[test]
fn no_byte_of_a_pack_can_be_altered_and_none_is_too_many_or_too_few() {
    let scripted = Scripted::root();
    let (pack, packed) = packed(&scripted, &[""], &[]);
    let head = scripted.git(&["rev-parse", "HEAD"]);
    let refused = |pack: &[u8]| {
        let folder = tempfile::TempDir::new().expect("tests may write to the temporary folder");
        own(folder.path(), pack, &packed, &head).is_err()
    };
    assert!(!refused(&pack));
    for at in (0..pack.len()).step_by(97).chain(0..40) {
        let mut altered = pack.clone();
        altered[at] ^= 1;
        assert!(refused(&altered), "byte {at}");
    }
    assert!(refused(&pack[..pack.len() - 1]));
    assert!(refused(&[&pack[..], b"x"].concat()));
    assert!(refused(b""));
}

/// References, of which there are none.
const NO_REFS: &str = "# pack-refs with: peeled fully-peeled sorted \n";

#[test]
fn a_bomb_in_a_pack_is_refused_before_it_fills_anything() {
    let folder = tempfile::TempDir::new().expect("tests may write to the temporary folder");
    let many = b"PACK\0\0\0\x02\xff\xff\xff\xff";
    let large = b"PACK\0\0\0\x02\0\0\0\x01\xbf\xff\xff\xff\xff\xff\xff\xff\xff\x7f";
    for pack in [&many[..], &large[..]] {
        let why = Git::unpack(folder.path(), &"0".repeat(40), &mut &*pack, NO_REFS);
        let why = why.err().map(|why| why.message).unwrap_or_default();
        assert!(why.contains("the pack of the history cannot be read"), "{pack:?} {why}");
    }
}
