//! Pages of the files that people write, from the keys that the reader uses.

use super::filled;
use crate::model::artifact::ArtifactsFile;
use crate::model::assets::Assets;
use crate::model::config::Config;
use crate::model::crm::ProviderCrm;
use crate::model::crypto::Crypto;
use crate::model::incident::Incident;
use crate::model::practice::Practice;
use crate::model::provider::Provider;
use crate::model::weakness::{Exception, Poam};
use crate::model::wording::WordingFile;
use crate::table::{Key, Kind, Record, Shape, describe};

/// A kind of file: its name, where its files lie, and its keys.
#[derive(Clone, Copy, Debug)]
pub struct FileKind {
    /// The word for one such file.
    pub name: &'static str,
    /// Where it lies, relative to the root.
    pub pattern: &'static str,
    /// Its keys.
    pub shape: &'static Shape,
}

/// Every kind of TOML file of a root.
pub const KINDS: [FileKind; 11] = [
    FileKind { name: "config", pattern: "demarcate.toml", shape: &Config::SHAPE },
    FileKind { name: "practice", pattern: "practices/<ID>.toml", shape: &Practice::SHAPE },
    FileKind { name: "provider", pattern: "providers/<id>.toml", shape: &Provider::SHAPE },
    FileKind { name: "crm", pattern: "providers/<id>.crm.toml", shape: &ProviderCrm::SHAPE },
    FileKind { name: "artifacts", pattern: "evidence/<party>/artifacts.toml", shape: &ArtifactsFile::SHAPE },
    FileKind { name: "poam", pattern: "poam/<id>.toml", shape: &Poam::SHAPE },
    FileKind { name: "exception", pattern: "exceptions/<id>.toml", shape: &Exception::SHAPE },
    FileKind { name: "assets", pattern: "assets.toml", shape: &Assets::SHAPE },
    FileKind { name: "incident", pattern: "incident.toml", shape: &Incident::SHAPE },
    FileKind { name: "crypto", pattern: "crypto.toml", shape: &Crypto::SHAPE },
    FileKind { name: "wording", pattern: crate::import::IMPORTED, shape: &WordingFile::SHAPE },
];

/// A key and the way to it: `responsibility.duty` of a practice.
struct Found {
    file: FileKind,
    path: String,
    key: Key,
}

/// The page of a kind of file (`practice`, `demarcate.toml`), or of every key of that name (`responsibility.duty`).
pub fn page(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let kind = KINDS.into_iter().find(|kind| is_kind(kind, &name));
    let keys: Vec<Found> = keys().filter(|found| found.is_called(&name)).collect();
    let mut pages: Vec<String> = kind.iter().map(kind_page).collect();
    match keys.as_slice() {
        [] => {}
        [one] => pages.push(one.page()),
        several => pages.push(several.iter().map(Found::line).collect()),
    }
    (!pages.is_empty()).then(|| pages.join("\n"))
}

/// Every name that has a page: kinds, keys, and keys behind their tables.
pub(super) fn names() -> Vec<String> {
    let kinds = KINDS.iter().flat_map(|kind| [kind.name.to_owned(), kind.pattern.to_owned()]);
    let keys = keys().flat_map(|found| [found.key.name.to_owned(), found.path]);
    let mut names: Vec<String> = kinds.chain(keys).collect();
    names.sort();
    names.dedup();
    names
}

fn is_kind(kind: &FileKind, name: &str) -> bool {
    kind.name == name || kind.pattern.eq_ignore_ascii_case(name)
}

fn keys() -> impl Iterator<Item = Found> {
    KINDS.into_iter().flat_map(|file| {
        let mut found = Vec::new();
        collect(file, "", file.shape, &mut found);
        found
    })
}

fn collect(file: FileKind, above: &str, shape: &Shape, found: &mut Vec<Found>) {
    for key in shape.keys {
        let path = if above.is_empty() { key.name.to_owned() } else { format!("{above}.{}", key.name) };
        found.push(Found { file, path: path.clone(), key: *key });
        for inner in tables(key.kind) {
            collect(file, &path, inner, found);
        }
    }
}

/// The tables that stand under a key.
fn tables(kind: Kind) -> Vec<&'static Shape> {
    match kind {
        Kind::Table(shape) => vec![shape],
        Kind::List(of) | Kind::OneOrMany(of) | Kind::Map(of) => tables(*of),
        Kind::Either(short, long) => [tables(*short), tables(*long)].concat(),
        _ => Vec::new(),
    }
}

/// The words that may stand under a key.
fn words(kind: Kind) -> Vec<(&'static str, &'static str)> {
    match kind {
        Kind::Choice(words) => words.to_vec(),
        Kind::List(of) | Kind::OneOrMany(of) | Kind::Map(of) => words(*of),
        Kind::Either(short, long) => [words(*short), words(*long)].concat(),
        _ => Vec::new(),
    }
}

impl Found {
    fn is_called(&self, name: &str) -> bool {
        let whole = format!("{}.{}", self.file.name, self.path);
        whole == name || whole.ends_with(&format!(".{name}"))
    }

    fn line(&self) -> String {
        filled(&format!("`{}` of {}  ", self.path, self.file.pattern), 4, self.key.doc)
    }

    fn page(&self) -> String {
        let head = format!("`{}` of {}\n{}\n\n", self.path, self.file.pattern, standing(&self.key));
        head + &filled("  ", 2, self.key.doc) + &inside(self.key.kind)
    }
}

fn kind_page(kind: &FileKind) -> String {
    format!("{}\n\n{}\n{}", kind.pattern, filled("  ", 2, kind.shape.doc), lines(kind.shape))
}

fn lines(shape: &Shape) -> String {
    let line = |key: &Key| filled(&format!("  {}  ", key.name), 6, &standing(key)) + &filled("      ", 6, key.doc);
    shape.keys.iter().map(line).collect()
}

fn standing(key: &Key) -> String {
    format!("{}, {}", type_of(key.kind), if key.required { "required" } else { "optional" })
}

/// What may stand under a key, without what is listed below it.
fn type_of(kind: Kind) -> String {
    match kind {
        Kind::Table(_) => "a table".to_owned(),
        Kind::Choice(_) => "a word in quotes".to_owned(),
        Kind::List(Kind::Choice(_)) => "a list of words in quotes".to_owned(),
        Kind::Map(of) => format!("a table of keys that you choose, each {}", type_of(*of)),
        Kind::Either(short, long) => format!("{} or {}", type_of(*short), type_of(*long)),
        Kind::OneOrMany(of) => format!("{} or a list of them", type_of(*of)),
        other => describe(other),
    }
}

/// The words and keys that may stand under a key.
fn inside(kind: Kind) -> String {
    let words: String = words(kind).iter().map(|(word, doc)| filled(&format!("  \"{word}\"  "), 6, doc)).collect();
    let keys: String = tables(kind).into_iter().map(lines).collect();
    [words, keys].into_iter().filter(|part| !part.is_empty()).flat_map(|part| ["\n".to_owned(), part]).collect()
}
