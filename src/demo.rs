//! The sample repository with its three years of history, written from the binary alone.
//!
//! `history.toml` tells the story: the files of `sample-repo/` are its end, each change names the text that stood
//! before, and every ISO date is shifted so that the story ends today. Its people sign with play keys, which follow from
//! their names and are therefore everybody's.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

use crate::catalog::Catalog;
use crate::date::Date;
use crate::failure::{Cause, Failure};
use crate::git::writing::{NewCommit, NewTag, Stamp};
use crate::git::{Git, Oid};
use crate::ids::Spanned;
use crate::signature::{self, KeyPair};
use crate::source::Tree;
use crate::table::{self, Id, Reader, record};
use crate::{digest, evidence, fix, load, lock, resolve};

/// Every file of `sample-repo/`, by path.
static SAMPLE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sample.rs"));

/// The file that tells the story; it is not part of the repository that `demo` writes.
const STORY: &str = "history.toml";

/// The list of signers; its days are written without dashes.
const SIGNERS: &str = "trust/allowed_signers";

/// The key of a commit that nobody signs.
const NOBODY: &str = "none";

/// Who goes on where the story ends: the compliance lead.
const LEAD: &str = "priya";

/// Where the play keys lie in the Git directory.
pub const KEYS: &str = "demarcate-demo-keys";

record! {
    /// The story of the sample repository.
    pub struct Story {
        /// The day on which the story ends; dates are shifted from here.
        pub epoch: Spanned<Date>,
        /// Who writes commits.
        pub person: Vec<Author>,
        /// The commits, first to last.
        pub commit: Vec<StoryCommit>,
    }

    /// A person who writes commits.
    pub struct Author {
        /// The id that commits name.
        pub id: Id,
        /// The name.
        pub name: Spanned<String>,
        /// The address.
        pub email: Spanned<String>,
    }

    /// A commit of the story.
    pub struct StoryCommit {
        /// The day.
        pub date: Spanned<Date>,
        /// The author.
        pub author: Spanned<String>,
        /// The committer, if it is somebody else.
        pub committer: Option<Spanned<String>>,
        /// The play key that signs it: unsaid the committer's own, `none` for nobody's.
        pub key: Option<Spanned<String>>,
        /// What it shows about signatures, for the table at the end of `demo`.
        pub shows: Option<Spanned<String>>,
        /// What it says.
        pub message: Spanned<String>,
        /// Files that appear: paths, where `*` stands for any text.
        pub add: Vec<Spanned<String>>,
        /// Texts that change.
        pub change: Vec<Change>,
        /// The side branch that it lies on.
        pub branch: Option<Spanned<String>>,
        /// The side branch that it merges.
        pub merge: Option<Spanned<String>>,
        /// The tags that others put on it.
        pub tag: Vec<StoryTag>,
    }

    /// A signed tag.
    pub struct StoryTag {
        /// Its name.
        pub name: Spanned<String>,
        /// The day.
        pub date: Spanned<Date>,
        /// Who makes it and signs it with their own key.
        pub tagger: Spanned<String>,
        /// What it says.
        pub message: Spanned<String>,
    }

    /// A text that changes.
    pub struct Change {
        /// The file.
        pub path: Spanned<String>,
        /// What stood there before; empty if the text is new.
        pub from: Spanned<String>,
        /// What stands there from now on; it occurs once in the file at that time.
        pub to: Spanned<String>,
    }
}

type Files = BTreeMap<String, Vec<u8>>;

/// The story of the sample.
pub fn story() -> Result<Story, Failure> {
    let (_, bytes) =
        SAMPLE.iter().find(|(path, _)| *path == STORY).ok_or_else(|| broken("there is no history.toml"))?;
    let text = std::str::from_utf8(bytes).map_err(|error| broken(&error.to_string()))?;
    let mut reader = Reader::default();
    let story = table::read(text, &mut reader);
    if let Some(problem) = reader.problems.first() {
        return Err(broken(&problem.message));
    }
    story.ok_or_else(|| broken("it cannot be read"))
}

/// The sample ships inside the binary; a test reads it, so this is met only while it is being written.
fn broken(why: &str) -> Failure {
    Failure::new(Cause::Usage, format!("the story of the sample is broken: {why}"))
}

/// The play key of this name. Everybody can make it, so it proves nothing outside the sample.
pub fn play_key(name: &str) -> KeyPair {
    KeyPair::of_seed(&digest::of(format!("demarcate demo, not a secret: {name}").as_bytes()), name)
}

/// What was written.
pub struct Written {
    /// How many commits.
    pub commits: usize,
    /// The commits that show something about signatures, as hex, first to last, and what.
    pub shown: Vec<(String, String)>,
}

/// Writes the sample repository with its history into an empty or absent folder, its last day being `today`.
pub fn write(directory: &Path, today: Date) -> Result<Written, Failure> {
    let story = story()?;
    let days = today.days_since(story.epoch.value);
    std::fs::create_dir_all(directory).map_err(|error| Failure::io("create", directory, &error))?;
    let mut git = Git::init(directory)?;
    let mut shown = Vec::new();
    let (tip, files) = commits(&story, days, &mut git, &mut shown)?;
    for (path, bytes) in &files {
        fix::write(&directory.join(path), bytes)?;
    }
    git.finish(tip)?;
    hand_over(&story, &git)?;
    Ok(Written { commits: story.commit.len(), shown })
}

/// Leaves the keys in the Git directory, and a configuration with which the compliance lead can go on at once.
fn hand_over(story: &Story, git: &Git) -> Result<(), Failure> {
    for name in key_names(story) {
        write_secret(&git.git_dir().join(KEYS).join(&name), &play_key(&name).private)?;
    }
    let lead = person(LEAD, story)?;
    git.configure(&format!(
        "[user]\n\tname = {}\n\temail = {}\n\tsigningkey = .git/{KEYS}/{LEAD}\n[gpg]\n\tformat = ssh\n\
         [gpg \"ssh\"]\n\tallowedSignersFile = {SIGNERS}\n[commit]\n\tgpgsign = true\n",
        lead.name.value, lead.email.value
    ))
}

/// Every key that signs something, or that is listed so that it can: its name is the comment of its line.
fn key_names(story: &Story) -> BTreeSet<String> {
    let list = SAMPLE.iter().find(|(path, _)| *path == SIGNERS).map_or(&[][..], |(_, bytes)| *bytes);
    let list = String::from_utf8_lossy(list);
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let listed = lines.filter_map(|line| line.split_ascii_whitespace().last());
    let of_tags = story.commit.iter().flat_map(|commit| &commit.tag).map(|tag| &*tag.tagger.value);
    let of_commits = story.commit.iter().filter_map(key_name);
    of_commits.chain(of_tags).chain(listed).map(str::to_owned).collect()
}

/// The key that signs a commit.
fn key_name(commit: &StoryCommit) -> Option<&str> {
    let own = commit.committer.as_ref().unwrap_or(&commit.author);
    Some(&*commit.key.as_ref().unwrap_or(own).value).filter(|name| *name != NOBODY)
}

/// Writes a file that only its owner can read, as `ssh-keygen` asks of a private key.
fn write_secret(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| Failure::io("create", folder, &error))?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Failure::io("write", path, &error))
}

/// One line of the story: where it is, and what it holds.
#[derive(Clone, Default)]
struct Line {
    tip: Option<Oid>,
    files: Files,
    /// The commits that made it since it left the main line, to be told again when it is merged.
    told: Vec<usize>,
}

fn commits(
    story: &Story,
    days: i64,
    git: &mut Git,
    shown: &mut Vec<(String, String)>,
) -> Result<(Oid, Files), Failure> {
    let beginnings = beginnings(story)?;
    let mut main = Line::default();
    let mut sides: BTreeMap<String, Line> = BTreeMap::new();
    for (number, commit) in story.commit.iter().enumerate() {
        let mut line = match &commit.branch {
            Some(name) => sides.remove(&name.value).unwrap_or_else(|| Line { told: Vec::new(), ..main.clone() }),
            None => std::mem::take(&mut main),
        };
        let mut parents: Vec<Oid> = line.tip.into_iter().collect();
        if let Some(name) = &commit.merge {
            let side =
                sides.remove(&name.value).ok_or_else(|| broken(&format!("no branch `{}` to merge", name.value)))?;
            parents.extend(side.tip);
            for told in side.told {
                tell(&story.commit[told], &beginnings, &mut line.files)?;
            }
        }
        tell(commit, &beginnings, &mut line.files)?;
        line.told.push(number);
        let committed = locked(&shifted(&line.files, days), git)?;
        let id = write_commit(commit, story, days, &committed, &parents, git)?;
        write_tags(id, commit, story, days, git)?;
        shown.extend(commit.shows.as_ref().map(|what| (id.to_string(), what.value.clone())));
        line.tip = Some(id);
        match &commit.branch {
            Some(name) => drop(sides.insert(name.value.clone(), line)),
            None => main = line,
        }
    }
    let tip = main.tip.ok_or_else(|| broken("it has no commit"))?;
    let files = locked(&shifted(&main.files, days), git)?;
    Ok((tip, files))
}

/// The text of each file when it first appears: its end, with every change taken back.
fn beginnings(story: &Story) -> Result<Files, Failure> {
    let mut files: Files = SAMPLE
        .iter()
        .filter(|(path, _)| *path != STORY)
        .map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()))
        .collect();
    for commit in story.commit.iter().rev() {
        for change in commit.change.iter().rev() {
            let text = text_of(&mut files, change)?;
            replace_once(text, &change.to, &change.from, change)?;
        }
    }
    Ok(files)
}

fn text_of<'a>(files: &'a mut Files, change: &Change) -> Result<&'a mut Vec<u8>, Failure> {
    files
        .get_mut(&change.path.value)
        .ok_or_else(|| broken(&format!("{} is not there to be changed", change.path.value)))
}

fn replace_once(text: &mut Vec<u8>, old: &str, new: &str, change: &Change) -> Result<(), Failure> {
    let whole = String::from_utf8(std::mem::take(text)).map_err(|error| broken(&error.to_string()))?;
    if whole.matches(old).count() != 1 || old.is_empty() {
        let found = whole.matches(old).count();
        return Err(broken(&format!("`{old}` stands {found} times in {}", change.path.value)));
    }
    *text = whole.replacen(old, new, 1).into_bytes();
    Ok(())
}

/// What a commit does to the files of its line.
fn tell(commit: &StoryCommit, beginnings: &Files, files: &mut Files) -> Result<(), Failure> {
    for pattern in &commit.add {
        let new: Vec<(&String, &Vec<u8>)> = beginnings.iter().filter(|(path, _)| fits(path, pattern)).collect();
        if new.is_empty() {
            return Err(broken(&format!("nothing fits `{}`", pattern.value)));
        }
        for (path, bytes) in new {
            files.entry(path.clone()).or_insert_with(|| bytes.clone());
        }
    }
    for change in &commit.change {
        let text = text_of(files, change)?;
        replace_once(text, &change.from, &change.to, change)?;
    }
    Ok(())
}

/// Whether a path fits a pattern in which `*` stands for any text.
fn fits(path: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => path == pattern,
        Some((start, rest)) => {
            let Some(tail) = path.strip_prefix(start) else { return false };
            (0..=tail.len()).filter(|at| tail.is_char_boundary(*at)).any(|at| fits(&tail[at..], rest))
        }
    }
}

/// The files with a lock of the evidence that they hold.
fn locked(files: &Files, git: &Git) -> Result<Files, Failure> {
    let mut files = files.clone();
    let tree = Tree::of_tree(git, git.write_tree(&files)?)?;
    let mut unheard = Vec::new();
    let records = load::tree(&tree, &mut unheard)?;
    let mut assessment = resolve::assessment(records, Catalog::rev2(), &mut unheard);
    evidence::digest(&mut assessment, &tree, &|_| {})?;
    let text = load::write_lock(&lock::compare(&assessment).lock);
    files.insert("evidence.lock".to_owned(), text.into_bytes());
    Ok(files)
}

fn write_commit(
    commit: &StoryCommit,
    story: &Story,
    days: i64,
    files: &Files,
    parents: &[Oid],
    git: &Git,
) -> Result<Oid, Failure> {
    let seconds = afternoon(&commit.date, days);
    let author = stamp(&commit.author, story, seconds)?;
    let committer = commit.committer.as_ref().map_or(Ok(author), |committer| stamp(committer, story, seconds))?;
    let message = shifted_text(commit.message.trim_start(), days);
    let tree = git.write_tree(files)?;
    let new = NewCommit { tree, parents, author, committer, message: &message };
    match key_name(commit) {
        Some(name) => git.write_commit(&new, Some(&|bytes| signed(bytes, name))),
        None => git.write_commit(&new, None),
    }
}

fn write_tags(commit: Oid, told: &StoryCommit, story: &Story, days: i64, git: &Git) -> Result<(), Failure> {
    for tag in &told.tag {
        let tagger = stamp(&tag.tagger, story, afternoon(&tag.date, days))?;
        let message = shifted_text(&tag.message, days);
        let new = NewTag { name: &tag.name, commit, tagger, message: &message };
        git.write_tag(&new, &|bytes| signed(bytes, &tag.tagger))?;
    }
    Ok(())
}

fn signed(bytes: &[u8], key: &str) -> Result<String, Failure> {
    signature::sign(bytes, play_key(key).private.as_bytes(), "git")
}

/// Three o'clock of a day of the story, in Unix seconds.
fn afternoon(day: &Spanned<Date>, days: i64) -> i64 {
    day.value.plus_days(days).unix() + 15 * 3600
}

fn stamp<'a>(id: &str, story: &'a Story, seconds: i64) -> Result<Stamp<'a>, Failure> {
    let person = person(id, story)?;
    Ok(Stamp { name: &person.name.value, email: &person.email.value, seconds })
}

fn person<'a>(id: &str, story: &'a Story) -> Result<&'a Author, Failure> {
    let person = story.person.iter().find(|person| &*person.id == id);
    person.ok_or_else(|| broken(&format!("nobody is called `{id}`")))
}

/// Files whose names and texts have every ISO date moved by this many days.
fn shifted(files: &Files, days: i64) -> Files {
    let shift = |(path, bytes): (&String, &Vec<u8>)| {
        let bytes = match std::str::from_utf8(bytes) {
            Ok(text) if path == SIGNERS => shifted_windows(text, days).into_bytes(),
            Ok(text) => shifted_text(text, days).into_bytes(),
            Err(_) => bytes.clone(),
        };
        (shifted_text(path, days), bytes)
    };
    files.iter().map(shift).collect()
}

/// A list of signers whose windows of time are moved by this many days; a list without any stays as it is.
fn shifted_windows(text: &str, days: i64) -> String {
    let mut pieces = text.split_inclusive("=\"");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_window = ["valid-after=\"", "valid-before=\""].iter().any(|option| out.ends_with(option));
        match compact_date(piece).filter(|_| is_window) {
            Some(day) => out.push_str(&format!("{}{}", day.plus_days(days).to_string().replace('-', ""), &piece[8..])),
            None => out.push_str(piece),
        }
    }
    out
}

/// The day that a text begins with, as OpenSSH writes it: 20261121.
fn compact_date(text: &str) -> Option<Date> {
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..8)?);
    format!("{year}-{month}-{day}").parse().ok()
}

/// A text whose ISO dates are moved by this many days.
pub fn shifted_text(text: &str, days: i64) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("20") {
        let after_digit = rest[..at].ends_with(|c: char| c.is_ascii_digit());
        let date = rest.get(at..at + 10).and_then(|word| word.parse::<Date>().ok());
        let before_digit = rest.get(at + 10..).is_some_and(|tail| tail.starts_with(|c: char| c.is_ascii_digit()));
        match date.filter(|_| !after_digit && !before_digit) {
            Some(date) => {
                out.push_str(&rest[..at]);
                out.push_str(&date.plus_days(days).to_string());
                rest = &rest[at + 10..];
            }
            None => {
                out.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    out + rest
}

/// Paths of the sample that no commit of its story adds.
pub fn untold(story: &Story) -> BTreeSet<&'static str> {
    let told = |path: &str| story.commit.iter().flat_map(|commit| &commit.add).any(|pattern| fits(path, pattern));
    SAMPLE
        .iter()
        .map(|(path, _)| *path)
        .filter(|path| *path != STORY && *path != "evidence.lock" && !told(path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_move_and_other_numbers_stay() {
        assert_eq!(shifted_text("on 2026-11-21, id 12026-11-21 v2026", 1), "on 2026-11-22, id 12026-11-21 v2026");
        assert_eq!(shifted_text("a-2026-02-28.csv 2026-13-01", 1), "a-2026-03-01.csv 2026-13-01");
        assert_eq!(shifted_text("2026-11-21T10:00:00Z", -21), "2026-10-31T10:00:00Z");
    }

    #[test]
    fn windows_of_signers_move_and_nothing_else_of_a_list_does() {
        let list = "# 20261121\na@b valid-after=\"20261121Z\",valid-before=\"202611301200\" ssh-ed25519 AAAA20261121\n\
                    c@d namespaces=\"20261121\" ssh-ed25519 BBBB\n";
        let moved = list.replace("20261121Z", "20261212Z").replace("202611301200", "202612211200");
        assert_eq!(shifted_windows(list, 21), moved);
        assert_eq!(shifted_windows("a@b ssh-ed25519 AAAA\n", 21), "a@b ssh-ed25519 AAAA\n");
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(fits("practices/AC.L2-3.1.1.toml", "practices/AC.*"));
        assert!(fits("evidence/a/b.csv", "*.csv"));
        assert!(!fits("evidence/a/b.csv", "*.txt"));
    }
}
