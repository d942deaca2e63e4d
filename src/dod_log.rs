//! The two logs of the DoD artifact-hashing guide: as its script prints them, and read from whatever became of them.
//!
//! The script prints PowerShell's table of `Get-FileHash` in ASCII at a width of 1024: `Algorithm` in 15 columns,
//! `Hash` in 70, and what remains for `Path`. Three hosts print it differently; those are the flavours.

pub mod path;
pub mod reading;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write;

use crate::digest;

/// The name of the log of the artifacts.
pub const ARTIFACTS: &str = "CMMCAssessmentArtifacts.log";

/// The name of the log of the first log's digest.
pub const LOG_HASH: &str = "CMMCAssessmentLogHash.log";

/// The name of the same list for `sha256sum --check`.
pub const TWIN: &str = "CMMCAssessmentArtifacts.sha256";

/// Columns of a line, as the script asks for.
const WIDTH: usize = 1024;

/// Columns that are left for a path.
const PATH_WIDTH: usize = WIDTH - 15 - 1 - 70 - 1;

/// Which PowerShell on which system prints the logs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Flavour {
    /// PowerShell 7 on Windows.
    Pwsh7Windows,
    /// PowerShell 7 on Linux or macOS.
    Pwsh7Unix,
    /// Windows PowerShell 5.1.
    Winps51,
}

impl Flavour {
    /// Every flavour.
    pub const ALL: [Self; 3] = [Self::Pwsh7Windows, Self::Pwsh7Unix, Self::Winps51];

    /// The word in options and files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pwsh7Windows => "pwsh7-windows",
            Self::Pwsh7Unix => "pwsh7-unix",
            Self::Winps51 => "winps51",
        }
    }

    /// The flavour of a word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flavour| flavour.word() == word)
    }

    /// The flavour that fits the folder named in `demarcate.toml`.
    pub fn of_root(root: &str) -> Self {
        if path::is_windows(root) { Self::Pwsh7Windows } else { Self::Pwsh7Unix }
    }

    /// Whether its paths are those of Windows.
    pub fn is_windows(self) -> bool {
        self != Self::Pwsh7Unix
    }

    /// The folder that a log names where none is given.
    pub fn usual_root(self) -> &'static str {
        if self.is_windows() { r"C:\artifacts" } else { "/artifacts" }
    }

    fn separator(self) -> char {
        if self.is_windows() { '\\' } else { '/' }
    }

    fn newline(self) -> &'static str {
        if self.is_windows() { "\r\n" } else { "\n" }
    }

    /// What ends a path that is too long: an ellipsis, which ASCII has not, or three dots.
    fn mark(self) -> &'static str {
        if self == Self::Winps51 { "..." } else { "?" }
    }
}

/// A line of a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The algorithm as PowerShell names it.
    pub algorithm: String,
    /// Hex digits.
    pub digest: String,
    /// The absolute path as the host shows it.
    pub path: String,
}

impl Row {
    /// A line of the script's own algorithm.
    pub fn sha256(digest: &str, path: String) -> Self {
        Self { algorithm: "SHA256".to_owned(), digest: digest.to_owned(), path }
    }
}

/// The bytes of a log with these lines in this order; without lines it is empty, as the script leaves it.
pub fn write(rows: &[Row], flavour: Flavour) -> Vec<u8> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut out = flavour.newline().to_owned();
    put(&mut out, "Algorithm", "Hash", "Path", flavour);
    put(&mut out, "---------", "----", "----", flavour);
    for row in rows {
        put(&mut out, &row.algorithm, &row.digest.to_ascii_uppercase(), &printed(&row.path, flavour), flavour);
    }
    let below = if flavour == Flavour::Winps51 { 2 } else { 1 };
    out.push_str(&flavour.newline().repeat(below));
    out.into_bytes()
}

fn put(out: &mut String, algorithm: &str, digest: &str, path: &str, flavour: Flavour) {
    let line = format!("{algorithm:<15} {digest:<70} {path}");
    let width = if flavour == Flavour::Winps51 { WIDTH } else { 0 };
    write!(out, "{line:<width$}{}", flavour.newline()).expect("writing to a string does not fail");
}

/// A path as its column shows it: what is not printable ASCII as `?` for each UTF-16 unit, what is too long cut.
fn printed(path: &str, flavour: Flavour) -> String {
    let mut ascii = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            ' '..='~' => ascii.push(c),
            _ => ascii.push_str(&"?".repeat(c.len_utf16())),
        }
    }
    if ascii.len() > PATH_WIDTH {
        ascii.truncate(PATH_WIDTH - flavour.mark().len());
        ascii.push_str(flavour.mark());
    }
    ascii
}

/// A name that a log cannot hold, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unloggable {
    /// The file, relative to the root.
    pub path: String,
    /// What the log makes of it.
    pub why: String,
}

/// The two logs of these files, and the names in them that say less than the files' own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logs {
    /// The bytes of [`ARTIFACTS`].
    pub artifacts: Vec<u8>,
    /// The bytes of [`LOG_HASH`].
    pub log_hash: Vec<u8>,
    /// By path.
    pub unloggable: Vec<Unloggable>,
}

/// The two logs of files in a folder called `root`: digest by path, which is relative, with `/`.
pub fn logs(files: &BTreeMap<String, String>, root: &str, flavour: Flavour) -> Logs {
    let mut paths: Vec<&String> = files.keys().collect();
    paths.sort_by(|a, b| printed_order(a, b));
    let rows: Vec<Row> = paths.iter().map(|path| Row::sha256(&files[*path], below(root, path, flavour))).collect();
    let artifacts = write(&rows, flavour);
    let digest = digest::of_bytes(&artifacts).sha256;
    let log_hash = write(&[Row::sha256(&digest, below(root, ARTIFACTS, flavour))], flavour);
    Logs { artifacts, log_hash, unloggable: unloggable(files, root, flavour) }
}

/// The absolute path of a file in the folder called `root`.
fn below(root: &str, path: &str, flavour: Flavour) -> String {
    let separator = flavour.separator();
    let top = root.trim_end_matches(['/', separator]);
    format!("{top}{separator}{}", path.replace('/', separator.encode_utf8(&mut [0; 4])))
}

/// The order of the script: files of a folder before its subfolders, each by name whatever the case.
fn printed_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('/').peekable(), b.split('/').peekable());
    loop {
        match (left.next(), right.next()) {
            (Some(x), Some(y)) if x == y => {}
            (Some(x), Some(y)) => {
                let folders = left.peek().is_some().cmp(&right.peek().is_some());
                return folders.then_with(|| x.to_uppercase().cmp(&y.to_uppercase())).then_with(|| x.cmp(y));
            }
            (x, y) => return x.is_some().cmp(&y.is_some()),
        }
    }
}

fn unloggable(files: &BTreeMap<String, String>, root: &str, flavour: Flavour) -> Vec<Unloggable> {
    let mut alike: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for path in files.keys() {
        alike.entry(printed(&below(root, path, flavour), flavour)).or_default().push(path);
    }
    let twins = |path: &String| {
        let same = &alike[&printed(&below(root, path, flavour), flavour)];
        same.iter().find(|other| **other != path).map(|other| (*other).clone())
    };
    let judged = |path: &String| {
        let why = why_unloggable(&below(root, path, flavour), flavour);
        let twin = twins(path).map(|other| format!("the log shows it by the same name as {other}"));
        let why = [why.or_else(|| ambiguous(path, flavour)), twin].into_iter().flatten().collect::<Vec<_>>().join("; ");
        (!why.is_empty()).then(|| Unloggable { path: path.clone(), why })
    };
    files.keys().filter_map(judged).collect()
}

/// Why a log cannot hold a path as it is.
fn why_unloggable(path: &str, flavour: Flavour) -> Option<String> {
    if let Some(c) = path.chars().find(|c| c.is_control()) {
        return Some(format!("`{}` is a control character, and the log shows ?", c.escape_debug()));
    }
    if let Some(c) = path.chars().find(|c| !c.is_ascii()) {
        return Some(format!("`{c}` is not ASCII, and the log shows {}", "?".repeat(c.len_utf16())));
    }
    let length = path.chars().count();
    let kept = PATH_WIDTH - flavour.mark().len();
    (length > PATH_WIDTH).then(|| format!("its path has {length} characters, and the log cuts it after {kept}"))
}

/// Why a reader of the log may take a name for another.
fn ambiguous(path: &str, flavour: Flavour) -> Option<String> {
    if flavour.is_windows() && path.contains('\\') {
        return Some("its name holds a backslash, which parts folders in this flavour".to_owned());
    }
    path.ends_with(' ').then(|| "its name ends in a space, which a reader cannot tell from the table's own".to_owned())
}

/// The folder to name in a log, as written in `demarcate.toml`, or why it cannot be one.
pub fn root(written: Option<&str>, flavour: Flavour) -> Result<String, String> {
    let Some(written) = written else { return Ok(flavour.usual_root().to_owned()) };
    let fits = if flavour.is_windows() { path::is_windows(written) } else { written.starts_with('/') };
    if !fits {
        let kind =
            if flavour.is_windows() { r"of Windows, such as C:\Artifacts" } else { "of Unix, such as /artifacts" };
        return Err(format!("`{written}` is not an absolute path {kind}, as the flavour {} needs", flavour.word()));
    }
    if let Some(c) = written.chars().find(|c| !c.is_ascii() || c.is_control()) {
        return Err(format!("`{}` cannot stand in the log, which is ASCII", c.escape_debug()));
    }
    if path::parts(written).iter().any(|part| part == "..") {
        return Err(format!("`{written}` leads upward; name the folder itself"));
    }
    Ok(written.to_owned())
}

/// The list that `sha256sum --check` reads: digest by path, in the order of the paths' bytes.
pub fn twin(files: &BTreeMap<String, String>) -> String {
    files.iter().map(|(path, digest)| twin_line(path, digest)).collect()
}

/// GNU marks a line whose name it had to escape by a backslash in front.
fn twin_line(path: &str, digest: &str) -> String {
    let escaped = path.replace('\\', r"\\").replace('\n', r"\n").replace('\r', r"\r");
    let mark = if escaped == path { "" } else { "\\" };
    format!("{mark}{digest}  {escaped}\n")
}
