//! The drawing of the house: which floor a module stands on, what it must never reach, and which one file names a
//! dependency.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Floors from the ground up; a module imports only from floors below its own.
const FLOORS: [&[&str]; 12] = [
    &["ids", "date", "failure", "words", "program", "digest", "country", "once"],
    &["catalog", "diagnostic", "git", "stamp", "archive", "store", "signature", "timestamp", "manifest"],
    &["source", "table", "content", "cache", "dod_log", "grid", "statement"],
    &["model", "rehash", "sealing"],
    &[
        "accounts",
        "rule",
        "score",
        "material",
        "delta",
        "fix",
        "lock",
        "trailers",
        "handoffs",
        "reconcile",
        "speakers",
        "values",
        "verification",
        "verify",
        "vetting",
    ],
    &["load", "resolve", "evidence", "message", "rules", "schema", "spelling"],
    &["history", "starter", "check", "import", "dashboard", "view", "diff"],
    &["facts", "report", "render", "review", "accept", "affirm", "packet", "explain", "approval", "owners"],
    &["demo", "bundle", "fleet"],
    &["recheck"],
    &["cli"],
    &["docs", "main"],
];

/// What a module must not reach, through any number of steps: `score` and the documents stand on plain data alone.
const NEVER: [(&str, &[&str]); 8] = [
    ("delta", &["git", "source", "table", "load", "render", "cli"]),
    ("score", &["load", "history", "evidence"]),
    ("view", &["load", "evidence", "history", "render", "cli"]),
    ("rules", &["load", "resolve", "evidence", "history", "cli"]),
    ("schema", &["load", "resolve", "score", "cli"]),
    ("rehash", &["git", "source", "table", "load", "render", "cli"]),
    ("report", &["load", "resolve", "history", "evidence", "cli"]),
    (
        "verify",
        &["git", "source", "table", "load", "resolve", "render", "history", "facts", "bundle", "check", "store", "cli"],
    ),
];

/// Each dependency and the files that may name it.
const DOORS: [(&str, &[&str]); 26] = [
    ("annotate_snippets", &["report/terminal.rs"]),
    ("anstream", &["report/terminal.rs", "main.rs"]),
    ("anstyle", &["report/changes/text.rs", "report/changes/text/lines.rs"]),
    (
        "base64ct",
        &[
            "digest.rs",
            "signature/wire.rs",
            "statement/envelope.rs",
            "timestamp.rs",
            "timestamp/authority.rs",
            "timestamp/kept.rs",
        ],
    ),
    ("calamine", &["grid/book.rs"]),
    ("clap_complete", &["cli/completions.rs"]),
    ("clap_mangen", &["cli/man.rs"]),
    ("csv", &["delta/said.rs", "grid/text.rs", "render/sheet.rs"]),
    ("rust_xlsxwriter", &["render/book.rs"]),
    ("flate2", &["archive/squeeze.rs"]),
    (
        "gix",
        &[
            "git.rs",
            "git/writing.rs",
            "git/log.rs",
            "git/log/search.rs",
            "git/tree.rs",
            "git/cache.rs",
            "git/changes.rs",
            "git/pack.rs",
            "git/range.rs",
            "git/shared.rs",
            "git/unpack.rs",
        ],
    ),
    ("imara_diff", &["diff/words.rs"]),
    ("indicatif", &["cli/progress.rs"]),
    ("jiff", &["date.rs"]),
    ("memchr", &["content.rs"]),
    ("minijinja", &["render/template.rs"]),
    ("pgp", &["signature/openpgp.rs"]),
    ("postcard", &["cache.rs"]),
    ("rsa", &["signature/ssh_crypto.rs", "signature/ssh_secret.rs"]),
    ("sha1", &["signature/krl.rs"]),
    // The two of signatures use the edition that `rsa` and `ssh-key` stand on.
    ("sha2", &["digest.rs", "signature/ssh_crypto.rs", "signature/ssh_secret.rs"]),
    ("ssh_key", &["signature/seeded.rs", "signature/ssh_crypto.rs", "signature/ssh_secret.rs"]),
    ("strsim", &["table.rs"]),
    // What another program is given to read lies in a folder that only this user can read.
    ("tempfile", &["archive/packing.rs", "fix.rs", "program.rs"]),
    ("walkdir", &["source.rs", "archive/folder.rs"]),
    ("zip", &["archive.rs"]),
];

struct Source {
    path: String,
    module: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let source = |path: PathBuf| {
        let relative = path.strip_prefix(&root).expect("found below src").to_string_lossy().replace('\\', "/");
        let module = relative.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
        let code = std::fs::read_to_string(&path).expect("a source file is text");
        Source { path: relative, module, code: without_comments(&code) }
    };
    paths.into_iter().map(source).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("src is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            paths.push(path);
        }
    }
}

/// The code without comments, and without the tests at its end.
fn without_comments(code: &str) -> String {
    let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Modules of this crate that a file names: `crate::x`, and the parts of `crate::{x, y}`.
fn named(source: &Source) -> BTreeSet<String> {
    let prefix = if source.module == "main" { "demarcate::" } else { "crate::" };
    let mut names = BTreeSet::new();
    for part in source.code.split(prefix).skip(1) {
        match part.strip_prefix('{') {
            Some(list) => {
                let list = list.split("};").next().unwrap_or_default();
                names.extend(list.split(',').map(|item| head(item.trim())));
            }
            None => drop(names.insert(head(part))),
        }
    }
    names.remove("");
    names
}

fn head(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

fn imports(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let modules: BTreeSet<&str> = sources.iter().map(|source| source.module.as_str()).collect();
    for source in sources {
        let names = named(source).into_iter().filter(|name| modules.contains(name.as_str()) && *name != source.module);
        imports.entry(source.module.clone()).or_default().extend(names);
    }
    imports
}

#[test]
fn every_module_stands_on_a_floor() {
    let missing: BTreeSet<String> = sources()
        .into_iter()
        .map(|source| source.module)
        .filter(|module| module != "lib" && floor(module).is_none())
        .collect();
    assert!(missing.is_empty(), "no floor for {missing:?}");
}

#[test]
fn a_module_imports_only_from_floors_below_its_own() {
    let wrong: Vec<String> = imports(&sources())
        .into_iter()
        .filter(|(module, _)| module != "lib")
        .flat_map(|(module, names)| names.into_iter().map(move |name| (module.clone(), name)))
        .filter(|(module, name)| floor(name) >= floor(module))
        .map(|(module, name)| format!("{module} imports {name}"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_reaches_what_it_must_never_reach() {
    let imports = imports(&sources());
    for (module, never) in NEVER {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut open = vec![module];
        while let Some(next) = open.pop() {
            for name in imports.get(next).into_iter().flatten() {
                if reached.insert(name) {
                    open.push(name);
                }
            }
        }
        let wrong: Vec<&&str> = never.iter().filter(|name| reached.contains(**name)).collect();
        assert!(wrong.is_empty(), "{module} reaches {wrong:?}");
    }
}

#[test]
fn every_dependency_has_one_door() {
    for source in sources() {
        for (dependency, doors) in DOORS {
            let names = |code: &str| {
                code.match_indices(&format!("{dependency}::"))
                    .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
            };
            let wrong = names(&source.code) && !doors.contains(&source.path.as_str());
            assert!(!wrong, "{} names {dependency}, whose door is {doors:?}", source.path);
        }
    }
}

#[test]
fn only_main_reads_the_clock_and_the_environment() {
    for source in sources().iter().filter(|source| source.path != "main.rs") {
        for word in ["SystemTime::now", "env::var", "env::args"] {
            assert!(!source.code.contains(word), "{} names {word}", source.path);
        }
    }
}
