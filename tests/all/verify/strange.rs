//! What lies in a bundle and is no plain file, and manifests that lie.

use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;

use demarcate::manifest::{Manifest, Role, Since};
use demarcate::verify::{self, Asked};

use super::made::{Made, asked, ran, said};

#[test]
fn a_link_is_refused_wherever_it_leads() {
    let made = Made::new();
    let outside = made.home().join("outside");
    std::fs::write(&outside, made.read("README.txt")).expect("the file can be written");
    for target in [outside.to_string_lossy().as_ref(), "../outside", "documents/../README.bak", "nowhere"] {
        made.rename("README.txt", "README.bak");
        symlink(target, made.path("README.txt")).expect("links can be made");
        let wrong = made.wrong();
        assert!(wrong.contains("README.txt: it is a symbolic link"), "{target}: {wrong}");
        made.remove("README.txt");
        made.rename("README.bak", "README.txt");
    }
    std::fs::rename(made.path("documents"), made.home().join("documents")).expect("it can be moved");
    symlink("../documents", made.path("documents")).expect("links can be made");
    assert!(made.wrong().contains("documents: it is a symbolic link"));
}

#[test]
fn a_link_to_a_folder_hides_nothing() {
    let made = Made::new();
    std::fs::create_dir(made.home().join("more")).expect("the folder can be made");
    std::fs::write(made.home().join("more/file"), "x").expect("the file can be written");
    symlink("../more", made.path("more")).expect("links can be made");
    assert!(made.wrong().contains("more: it is a symbolic link"));
}

#[test]
fn a_pipe_a_socket_and_an_empty_folder_are_refused() {
    let made = Made::new();
    ran("mkfifo", &["documents/pipe"], &made.root());
    assert!(made.wrong().contains("documents/pipe: it is no regular file"));
    made.remove("documents/pipe");
    let _socket = std::os::unix::net::UnixListener::bind(made.path("s")).expect("a socket can be made");
    assert!(made.wrong().contains("s: it is no regular file"));
    made.remove("s");
    std::fs::create_dir_all(made.path("empty/inner")).expect("the folder can be made");
    assert_eq!(made.wrong(), "empty/inner: it is an empty folder, which no list of digests names");
}

#[test]
fn a_name_that_is_no_text_is_refused() {
    let made = Made::new();
    let name = std::ffi::OsString::from_vec(b"documents/\xff.md".to_vec());
    std::fs::write(made.root().join(name), "x").expect("the file can be written");
    assert!(made.wrong().contains("its name is not UTF-8"));
}

#[test]
fn names_that_are_one_elsewhere_are_refused() {
    for (one, other) in [("documents/ssp.md", "documents/SSP.md"), ("documents/caf\u{e9}", "documents/cafe\u{301}")] {
        let made = Made::new();
        made.write(one, "one");
        made.write(other, "other");
        made.seal();
        let wrong = made.wrong();
        assert!(wrong.contains("is the same file on a system that folds case or composes letters"), "{wrong}");
    }
}

/// Something that is done to a manifest before it is signed.
type Lie = (&'static str, fn(&mut Manifest));

const LIES: [Lie; 22] = [
    ("documents/ssp.md: its role is guide", |manifest| file(manifest, "documents/ssp.md").role = Role::Guide),
    ("documents/ssp.md: changed: it has 23 bytes", |manifest| file(manifest, "documents/ssp.md").size += 1),
    ("documents/ssp.md: SHA256SUMS has another digest", |manifest| {
        file(manifest, "documents/ssp.md").sha256 = "0".repeat(64);
    }),
    ("documents/more.md: SHA256SUMS does not name it", |manifest| {
        "documents/more.md".clone_into(&mut file(manifest, "documents/ssp.md").path);
    }),
    ("documents/ssp.md: SHA256SUMS names it, and the manifest does not", |manifest| {
        manifest.files.retain(|file| file.path != "documents/ssp.md");
    }),
    ("not sorted by path", |manifest| manifest.files.reverse()),
    ("not sorted by path, each once", |manifest| manifest.files.insert(1, manifest.files[0].clone())),
    ("manifest.json: it is named among the files, and cannot be", |manifest| {
        "manifest.json".clone_into(&mut manifest.files[0].path);
    }),
    ("SHA256SUMS.x.sig: it is named among the files", |manifest| {
        "SHA256SUMS.x.sig".clone_into(&mut manifest.files[0].path);
    }),
    ("../outside: it", |manifest| "../outside".clone_into(&mut manifest.files[0].path)),
    ("size or digest is not that of evidence/contractor/export.csv", |manifest| {
        manifest.editions[0].sha256 = Some("0".repeat(64));
    }),
    ("size or digest is not that of", |manifest| manifest.editions[0].size = Some(1)),
    ("size or digest is not that of", |manifest| manifest.editions[0].sha256 = None),
    ("is said to lie at evidence/none, which is not among the files", |manifest| {
        manifest.editions[0].path = Some("evidence/none".to_owned());
    }),
    ("documents/ssp.md is no evidence", |manifest| manifest.editions[0].path = Some("documents/ssp.md".to_owned())),
    ("it is said to be withheld, and to lie at", |manifest| manifest.editions[0].withheld = Some("CUI".to_owned())),
    ("it is not in the bundle, and nothing says why", |manifest| manifest.editions[2].withheld = None),
    ("export.csv: it is evidence, and no edition is said to lie there", |manifest| {
        drop(manifest.editions.remove(0));
    }),
    ("commit: it is no commit's name in full", |manifest| "abc".clone_into(&mut manifest.commit)),
    ("tree: it is no tree's name", |manifest| manifest.tree = "z".repeat(40)),
    ("as_of: it is no day", |manifest| "yesterday".clone_into(&mut manifest.as_of)),
    ("committed: it is no time", |manifest| manifest.committed = String::new()),
];

fn file<'a>(manifest: &'a mut Manifest, path: &str) -> &'a mut demarcate::manifest::Listed {
    manifest.files.iter_mut().find(|file| file.path == path).expect("it is listed")
}

#[test]
fn a_signed_manifest_that_lies_is_noticed() {
    let made = Made::new();
    let honest = made.manifest();
    for (what, lie) in LIES {
        let mut manifest = honest.clone();
        lie(&mut manifest);
        made.seal_with(&manifest);
        let wrong = made.wrong();
        assert!(wrong.contains(what), "{what}: {wrong}");
    }
    made.seal_with(&honest);
    made.holds();
}

#[test]
fn a_manifest_has_one_form() {
    let made = Made::new();
    let honest = String::from_utf8(made.manifest().bytes()).expect("it is text");
    for text in [
        honest.replacen("\"version\": 1", "\"version\": 2", 1),
        honest.replacen("\"version\": 1,", "\"version\": 1,\n  \"extra\": 1,", 1),
        honest.replacen("\"version\": 1,", "\"version\": 1,\n  \"version\": 1,", 1),
        honest.replacen("  ", "\t", 1),
        honest.trim_end().to_owned(),
        format!("{honest}{honest}"),
        honest.replacen("Northwind", "\\u004eorthwind", 1),
        "[".repeat(100_000),
        "{}".to_owned(),
        String::new(),
    ] {
        made.write("manifest.json", &text);
        made.sum();
        made.sign(super::made::PEOPLE[0], "SHA256SUMS.sig");
        assert!(made.wrong().contains("manifest.json: "), "{}", &text[..text.len().min(200)]);
    }
}

#[test]
fn the_logs_of_the_guide_must_be_those_of_the_evidence() {
    let made = Made::new();
    let log = String::from_utf8(made.read("dod/CMMCAssessmentArtifacts.log")).expect("it is ASCII");
    let digest = demarcate::digest::of_bytes(&made.read("evidence/contractor/export.csv")).sha256.to_uppercase();
    for (text, what) in [
        (log.replace(&digest, &"A".repeat(64)), "is changed"),
        (log.replace("export.csv", "import.csv"), "is missing"),
        (log.split_inclusive('\n').filter(|line| !line.contains("export")).collect(), "does not name"),
    ] {
        made.write("dod/CMMCAssessmentArtifacts.log", text);
        made.seal();
        let wrong = made.wrong();
        assert!(wrong.contains(what), "{what}: {wrong}");
        assert!(wrong.contains("dod/CMMCAssessmentLogHash.log: it does not fit"), "{wrong}");
    }
    made.write_logs();
    made.remove("dod/CMMCAssessmentLogHash.log");
    made.seal();
    assert!(made.wrong().contains("dod/CMMCAssessmentLogHash.log: missing"));
}

/// A delta of a bundle, in which the plan changed and the read-me is no more.
fn delta(older: &Made) -> Made {
    let delta = older.copied();
    let sums = demarcate::digest::of_bytes(&older.read("SHA256SUMS")).sha256;
    delta.write("documents/ssp.md", "# A later plan\n");
    let mut manifest = delta.manifest();
    let is_new = |path: &str| path == "documents/ssp.md" || path.starts_with("trust/") || path.starts_with("dod/");
    let (new, old): (Vec<_>, Vec<_>) = manifest.files.into_iter().partition(|file| is_new(&file.path));
    for file in &old {
        delta.remove(&file.path);
    }
    for folder in ["evidence/contractor", "evidence", "history", "sources"] {
        std::fs::remove_dir(delta.path(folder)).expect("it is empty");
    }
    delta.write_logs();
    let unchanged = old.iter().filter(|file| file.path != "README.txt");
    manifest.since = Some(Since {
        sums,
        commit: manifest.commit.clone(),
        as_of: manifest.as_of.clone(),
        removed: vec!["README.txt".to_owned()],
        unchanged: unchanged.map(|file| (file.path.clone(), file.sha256.clone())).collect(),
    });
    manifest.files = new;
    let logs = delta.manifest().files.into_iter().filter(|file| file.path.starts_with("dod/"));
    manifest.files.retain(|file| !file.path.starts_with("dod/"));
    manifest.files.extend(logs);
    manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
    delta.seal_with(&manifest);
    delta
}

#[test]
fn a_delta_says_that_it_is_one_and_is_compared_with_the_bundle_it_starts_from() {
    let older = Made::new();
    let delta = delta(&older);
    let verdict = delta.verdict();
    assert!(verdict.verified, "{:#?}", verdict.problems);
    assert!(verdict.notes.iter().any(|note| note.starts_with("it is a delta: ")), "{:?}", verdict.notes);
    assert_eq!(verdict.delta.as_ref().map(|delta| (delta.unchanged, delta.compared)), Some((4, false)));
    let root = delta.root_of_trust();
    let with = |older: &Made| {
        let opened = verify::open(&older.root()).expect("it can be listed");
        delta.verdict_with(&Asked { since: Some(&opened), ..asked(&root) })
    };
    let verdict = with(&older);
    assert!(verdict.verified, "{:#?}", verdict.problems);
    assert_eq!(verdict.delta.map(|delta| delta.compared), Some(true));
    let screen = delta.run(&["--since", &older.root().to_string_lossy(), "--format", "json"]);
    super::super::outputs::assert_fits("verify-bundle", &screen.json());
    older.write("evidence/contractor/export.csv", "name,mfa\nada,no\n");
    assert!(said(&with(&older)).contains("evidence/contractor/export.csv is not there with the digest"));
    older.seal();
    assert!(said(&with(&older)).contains("and the delta starts from"));
    let whole = older.run(&["--since", &older.root().to_string_lossy()]);
    assert!(whole.out.contains("it is no delta, so --since does not apply"), "{}", whole.out);
}
