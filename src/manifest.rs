//! What a release bundle says of itself: every file with its role, size, digest and origin, and every edition of
//! evidence, whether it is in the bundle or not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The name of the manifest in a bundle.
pub const MANIFEST: &str = "manifest.json";

/// The name of the list of digests, which names everything but itself and the signatures.
pub const SUMS: &str = "SHA256SUMS";

/// The first signature over the list; a further one is `SHA256SUMS.<principal>.sig`.
pub const SIGNATURE: &str = "SHA256SUMS.sig";

/// What the name of a time stamp over a signature ends in.
pub const STAMP_ENDING: &str = ".tsr";

/// A detached CMS signature over the list, of a government PKI.
pub const CMS: &str = "SHA256SUMS.p7s";

/// The signed statements about the list.
pub const STATEMENTS: &str = "attestation.intoto.jsonl";

/// The namespace of signatures over the list of digests.
pub const NAMESPACE: &str = "demarcate-bundle@v1";

/// The namespace of SSH signatures inside statements.
pub const STATEMENT_NAMESPACE: &str = "demarcate-attestation@v1";

/// The people whose signatures count, as the repository had them; an assessor compares its digest.
pub const SIGNERS: &str = "trust/allowed_signers";

/// The objects of the log, as a Git pack.
pub const PACK: &str = "history/objects.pack";

/// The references that go with the pack.
pub const REFS: &str = "history/refs";

/// Whether a file of a bundle is a signature: it speaks of [`SUMS`], and is not listed there.
pub fn is_signature(path: &str) -> bool {
    let signs = |name: &str| {
        let rest = name.strip_prefix(SUMS).and_then(|rest| rest.strip_suffix(".sig"));
        let is_name = |rest: &str| !rest.contains(|c: char| c == '/' || c.is_control());
        rest.is_some_and(|rest| rest.is_empty() || rest.len() > 1 && rest.starts_with('.') && is_name(rest))
    };
    path == STATEMENTS || path == CMS || signs(path) || path.strip_suffix(STAMP_ENDING).is_some_and(signs)
}

/// The manifest, version 1.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this form: 1.
    pub version: u8,
    /// What made it: `demarcate` and its version.
    pub tool: String,
    /// The contractor.
    pub organization: String,
    /// The system in scope.
    pub system: Option<String>,
    /// The commit, in hex.
    pub commit: String,
    /// The Git tree of the root at that commit, in hex.
    pub tree: String,
    /// Where the root lies in the repository, with `/`; empty at its top.
    pub root: String,
    /// When the commit was made, as its committer says: RFC 3339, UTC.
    pub committed: String,
    /// The day to which ages and lapses are counted.
    pub as_of: String,
    /// Which evidence is in it.
    pub evidence: Chosen,
    /// The figures.
    pub summary: Summary,
    /// The older bundle that a delta starts from.
    pub since: Option<Since>,
    /// Every file but the manifest, the list of digests and the signatures, by path.
    pub files: Vec<Listed>,
    /// Every edition that the repository cites, by artifact and location.
    pub editions: Vec<Edition>,
}

/// Which evidence a bundle carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chosen {
    /// All of it.
    All,
    /// What carries no marking.
    Unmarked,
    /// Digests alone.
    None,
}

/// What a file of a bundle is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Printed for people.
    Document,
    /// An edition of an artifact.
    Evidence,
    /// A file of the repository that the documents come from.
    Source,
    /// What the commit log says, and its proof.
    History,
    /// Keys and authorities.
    Trust,
    /// A log of the DoD artifact-hashing guide.
    DodLog,
    /// How to check the bundle.
    Guide,
}

/// A file of the bundle.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its path in the bundle, with `/`.
    pub path: String,
    /// What it is for.
    pub role: Role,
    /// Bytes.
    pub size: u64,
    /// SHA-256, 64 lower-case hex digits.
    pub sha256: String,
    /// The commit that it was taken from, if it is a file of the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The Git blob with its bytes, if it is a file of the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
    /// Its path in the repository, from the top of the repository, if it is a file of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// An edition of an artifact.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// The artifact's id.
    pub artifact: String,
    /// Its path or URL as the repository cites it.
    pub location: String,
    /// Bytes, as the lock says.
    pub size: Option<u64>,
    /// SHA-256, as the lock says.
    pub sha256: Option<String>,
    /// Its path in the bundle; `None` if it is represented by its digest.
    pub path: Option<String>,
    /// Why it is not in the bundle: its marking, the choice, or where it is kept.
    pub withheld: Option<String>,
    /// The artifact's marking.
    pub marking: Option<String>,
    /// What was found where it is kept, for whoever runs the rules again.
    pub found: serde_json::Value,
}

/// The figures of a bundle.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// The SPRS score; `None` where there is none.
    pub score: Option<i32>,
    /// The status that the figures would allow; not a status granted.
    pub allows: String,
    /// Practices by ownership.
    pub ownership: BTreeMap<String, usize>,
    /// Objectives by determination; `unanswered` among them.
    pub objectives: BTreeMap<String, usize>,
    /// Practices by the state of their review.
    pub reviews: BTreeMap<String, usize>,
    /// Diagnostics at deny level, by rule.
    pub denied: BTreeMap<String, usize>,
    /// Diagnostics at warn level, by rule.
    pub warned: BTreeMap<String, usize>,
    /// Rules that ran and reported nothing.
    pub passed: Vec<String>,
}

/// The bundle that a delta starts from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// SHA-256 of the older bundle's list of digests.
    pub sums: String,
    /// The older bundle's commit.
    pub commit: String,
    /// The older bundle's day.
    pub as_of: String,
    /// Paths of the older bundle that are no more.
    pub removed: Vec<String>,
    /// Paths that are as they were, with their digests: they are not in the delta.
    pub unchanged: BTreeMap<String, String>,
}

impl Manifest {
    /// Its bytes: JSON, indented by two, with a line feed at its end.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest is plain data");
        text.push('\n');
        text.into_bytes()
    }

    /// Reads it; the error says where it is none, for people.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if manifest.version != 1 {
            return Err(format!("it is of version {}, and this tool reads version 1", manifest.version));
        }
        Ok(manifest)
    }
}

/// The list of digests over path and SHA-256: as `sha256sum` writes it, sorted by path.
pub fn sums(files: &BTreeMap<String, String>) -> String {
    let lines: Vec<String> = files.iter().map(|(path, sha256)| format!("{sha256}  {path}\n")).collect();
    lines.concat()
}

/// Reads a list that [`sums`] wrote and no other: path to SHA-256, or the first line that is wrong and why.
pub fn read_sums(text: &str) -> Result<BTreeMap<String, String>, (usize, &'static str)> {
    let mut files = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let wrong = |why| (index + 1, why);
        let (sha256, path) = line.split_once("  ").ok_or_else(|| wrong("it is not a digest, two spaces and a path"))?;
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if sha256.len() != 64 || !sha256.bytes().all(is_hex) {
            return Err(wrong("its digest is not 64 lower-case hex digits"));
        }
        if path.is_empty() || files.insert(path.to_owned(), sha256.to_owned()).is_some() {
            return Err(wrong("its path is empty or stands there twice"));
        }
    }
    if sums(&files) != text {
        let line = text.lines().zip(sums(&files).lines()).take_while(|(a, b)| a == b).count() + 1;
        return Err((line, "the list is not sorted by path, or not written as `sha256sum` writes it"));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_signatures_of_the_list_are_signatures() {
        let signatures = ["SHA256SUMS.sig", "SHA256SUMS.a@b.example.sig", "SHA256SUMS.sig.tsr", STATEMENTS, CMS];
        assert!(signatures.into_iter().all(is_signature));
        let others = [
            "SHA256SUMS",
            "manifest.json",
            "a/SHA256SUMS.sig2",
            "x.sig",
            "documents/SHA256SUMS.sig",
            "a.tsr",
            "SHA256SUMSx.sig",
            "SHA256SUMS.x/y.sig",
            "SHA256SUMS.a/b.sig.tsr",
            "SHA256SUMS.\n.sig",
        ];
        assert!(!others.into_iter().any(is_signature));
    }

    #[test]
    fn a_list_reads_back_and_no_other_form_of_it_does() {
        let digest = "a".repeat(64);
        let files = BTreeMap::from([("b".to_owned(), digest.clone()), ("a c".to_owned(), digest.clone())]);
        let text = sums(&files);
        assert_eq!(read_sums(&text), Ok(files));
        for wrong in
            [text.trim_end().to_owned(), text.replace("  ", " *"), text.replace('\n', "\r\n"), text.clone() + &text]
        {
            assert!(read_sums(&wrong).is_err(), "{wrong:?}");
        }
    }
}
