//! A release bundle, judged by what is given from outside of it: nothing of it is believed because it says so.
//!
//! Stands on manifest, archive, digest, signature and time stamp alone, so that it works without a network, a
//! repository and a clock of its own.

mod contents;
mod listing;
mod logged;
mod opened;
mod signed;
mod since;
mod stated;
mod told;
mod witnessed;

use serde::Serialize;

use crate::manifest::{self, Chosen};
use crate::program::Tool;
use contents::Contents;

pub use listing::{File, State};
pub use logged::DodLog;
pub use opened::{Opened, open};
pub use signed::{Kind, Root, Signature, Witness, Worth};
pub use since::Delta;

/// What a verifier brings from outside.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Whose signatures count.
    pub root: Option<&'a Given>,
    /// Keys that no longer count; those of the bundle's own list do not either.
    pub revoked: Option<&'a [u8]>,
    /// The time stamping authorities that are believed.
    pub tsa: Option<&'a Given>,
    /// The authorities whose CMS signatures count, in PEM.
    pub cms_ca: Option<&'a [u8]>,
    /// The bundle that a delta starts from.
    pub since: Option<&'a Opened>,
    /// Leaves time stamps out; they then say nothing.
    pub without_timestamps: bool,
    /// Unix seconds.
    pub now: i64,
    /// The judge of time stamps and CMS.
    pub openssl: &'a Tool,
    /// Is told of bytes read.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// A file from outside, or the SHA-256 of the one that the bundle holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Given {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// 64 lower-case hex digits.
    Digest(String),
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Debug)]
pub struct Problem {
    /// The file that it is about; `None` where it is about the whole.
    pub file: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    fn of(file: &str, what: impl Into<String>) -> Self {
        Self { file: Some(file.to_owned()), what: what.into(), help: None }
    }

    fn whole(what: impl Into<String>) -> Self {
        Self { file: None, what: what.into(), help: None }
    }

    fn helped(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All that was found.
#[derive(Clone, Serialize, Debug)]
pub struct Verdict {
    /// Whether nothing is wrong.
    pub verified: bool,
    /// SHA-256 of the list of digests, by which people name a bundle.
    pub sums: Option<String>,
    /// What the manifest says of the whole.
    pub about: Option<About>,
    /// By what its signers are judged.
    pub trust_root: Root,
    /// Every file but the list of digests and the signatures, by path.
    pub files: Vec<File>,
    /// Signatures, time stamps and statements, by file.
    pub signatures: Vec<Signature>,
    /// The logs of the DoD guide in it.
    pub dod_logs: Vec<DodLog>,
    /// What it is a delta of.
    pub delta: Option<Delta>,
    /// What does not follow from the rest of the bundle; `None` where nothing was made again.
    pub recheck: Option<Vec<Unfounded>>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Something in the bundle that does not follow from its sources and its history.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Unfounded {
    /// Its path in the bundle.
    pub file: String,
    /// The first line that differs, from 1; `None` where it is not about a line.
    pub line: Option<usize>,
    /// What the bundle says, shortened.
    pub bundled: Option<String>,
    /// What follows from it, shortened.
    pub follows: Option<String>,
}

impl Verdict {
    /// Takes in what was found by making the bundle again.
    #[must_use]
    pub fn rechecked(mut self, unfounded: Vec<Unfounded>) -> Self {
        let first = unfounded.iter().map(Unfounded::problem);
        self.problems.extend(first);
        self.verified &= unfounded.is_empty();
        self.recheck = Some(unfounded);
        self
    }
}

impl Unfounded {
    fn problem(&self) -> Problem {
        let line = self.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        let told = |words: Option<&String>| words.map_or_else(|| "nothing".to_owned(), |words| format!("`{words}`"));
        let (bundled, follows) = (told(self.bundled.as_ref()), told(self.follows.as_ref()));
        let what = format!("{line}{bundled} does not follow from the sources and the history, which give {follows}");
        Problem::of(&self.file, what)
    }
}

/// What the manifest says of the whole.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct About {
    /// What made it.
    pub tool: String,
    /// The contractor.
    pub organization: String,
    /// The system in scope.
    pub system: Option<String>,
    /// The commit, in hex.
    pub commit: String,
    /// When that was made.
    pub committed: String,
    /// The day to which it counts.
    pub as_of: String,
    /// Which evidence is in it.
    pub evidence: Chosen,
    /// Bytes of all files that it lists.
    pub size: u64,
    /// Editions whose bytes are in it.
    pub editions: usize,
    /// Editions that are represented by their digest only.
    pub by_digest: usize,
    /// Editions of which there is neither.
    pub without_digest: usize,
}

/// Judges a bundle.
pub fn bundle(opened: &Opened, asked: &Asked<'_>) -> Verdict {
    let contents = Contents::read(opened, asked.progress);
    let mut problems = opened.problems();
    problems.extend(contents.broken.iter().map(Problem::whole));
    let mut notes = Vec::new();
    let sums = listing::sums(&contents, &mut problems);
    let manifest = told::manifest(&contents, &mut problems);
    let files = listing::files(&contents, sums.as_ref(), manifest.as_ref(), asked.progress);
    problems.extend(files.iter().filter_map(File::problem));
    listing::check_paths(&contents, sums.as_ref(), manifest.as_ref(), &mut problems);
    if let (Some(sums), Some(manifest)) = (&sums, &manifest) {
        told::compare(manifest, sums, &mut problems);
    }
    let trust = signed::trust(&contents, asked, &mut problems, &mut notes);
    let mut signatures = signed::all(&contents, &trust, asked);
    signatures.extend(stated::all(&contents, manifest.as_ref(), &trust, &signatures, asked));
    signed::report(&signatures, &trust, &mut problems, &mut notes);
    let dod_logs = logged::all(&contents, &files, &mut problems);
    let delta = manifest.as_ref().and_then(|manifest| since::judge(manifest, asked, &mut problems, &mut notes));
    problems.sort();
    problems.dedup();
    Verdict {
        verified: problems.is_empty(),
        sums: contents.kept(manifest::SUMS).map(|kept| kept.sha256.clone()),
        about: manifest.as_ref().map(told::about),
        trust_root: trust.root,
        files,
        signatures,
        dod_logs,
        delta,
        recheck: None,
        problems,
        notes,
    }
}
