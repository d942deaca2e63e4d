//! Results of a fleet in a file: a line for what was asked, then a line a client, written as each is finished.
//!
//! A line that a run did not finish, since it was ended, is no result. Shards of one list are merged; a run is resumed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Fleet;
use super::list::{List, Listed};
use super::row::Row;
use crate::failure::{Cause, Failure};
use crate::model::crm::ProviderCrm;
use crate::report;

/// A part of the clients: by its number, from 1, of how many.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Shard(u32, u32);

/// What was asked, and of which list: the same for results that may be put together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// The version of this form.
    pub version: u8,
    /// The version of the program.
    pub tool: String,
    /// The provider whose fleet it is.
    pub provider: String,
    /// SHA-256 of the list, as hex.
    pub clients_sha256: String,
    /// The ids of the list in its order.
    pub listed: Vec<String>,
    /// The published matrix, if one was compared.
    pub published: Option<Edition>,
    /// The day to which ages and lapses are counted.
    pub as_of: String,
    /// Whether reviews were looked at.
    pub reviews: bool,
    /// The SHA-256 of the list of signers with which trust begins where the list says nothing of it, as hex.
    pub trust_root: Option<String>,
    /// The part of the clients that was asked for.
    pub shard: Option<Shard>,
}

/// A published matrix, as far as results tell of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Edition {
    /// Its edition.
    pub edition: Option<String>,
    /// Its day.
    pub date: Option<String>,
    /// SHA-256 of the file, as hex.
    pub sha256: String,
    /// Rows by practice and inheritance.
    pub claims: BTreeMap<String, BTreeMap<String, usize>>,
}

/// A client's line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Its row.
    pub client: Row,
    /// What its root was like when it was read; `None` where nothing could tell.
    pub state: Option<String>,
    /// Whether it is of an earlier run and nobody has looked since whether it still holds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unconfirmed: bool,
}

impl Shard {
    /// The shard of these numbers, if there is one.
    pub fn new(number: u32, of: u32) -> Option<Self> {
        (1..=of).contains(&number).then_some(Self(number, of))
    }

    /// Whether the client at a place of the list, from 0, is of this shard: they are dealt out in turn.
    pub fn has(self, at: usize) -> bool {
        u32::try_from(at).is_ok_and(|at| at % self.1 + 1 == self.0)
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}

impl Head {
    /// What is asked of a list.
    pub fn of(list: &List, as_of: String, reviews: bool, shard: Option<Shard>) -> Self {
        let published = list.published.as_ref();
        Self {
            version: 1,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            provider: list.provider.clone(),
            clients_sha256: list.sha256.clone(),
            listed: list.clients.iter().map(|client| client.id.clone()).collect(),
            published: published.map(|published| Edition::of(&published.matrix, published.sha256.clone())),
            as_of,
            reviews,
            trust_root: None,
            shard,
        }
    }

    /// How two heads differ in a way that keeps their rows apart.
    fn differs(&self, other: &Self) -> Option<String> {
        let sha256 = |head: &Self| head.published.as_ref().map(|published| published.sha256.clone());
        if (self.version, &self.tool) != (other.version, &other.tool) {
            return Some(format!("it was made by demarcate {}, not {}", report::visible(&other.tool), self.tool));
        }
        if self.provider != other.provider {
            let (theirs, ours) = (report::visible(&other.provider), report::visible(&self.provider));
            return Some(format!("it is of the fleet of `{theirs}`, not `{ours}`"));
        }
        if self.as_of != other.as_of {
            let help = "give the same `--as-of` to each";
            return Some(format!("it is as of {}, not {}: {help}", report::visible(&other.as_of), self.as_of));
        }
        if sha256(self) != sha256(other) {
            return Some("it was compared with another published matrix".to_owned());
        }
        (self.reviews != other.reviews).then(|| "only one of the two looked at reviews".to_owned())
    }
}

impl Edition {
    fn of(matrix: &ProviderCrm, sha256: String) -> Self {
        let mut claims: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for row in &matrix.row {
            let practices: BTreeSet<_> = row.covered().map(|(id, ..)| id).collect();
            for id in practices {
                let word = row.inheritance.value.word().to_owned();
                *claims.entry(id.to_string()).or_default().entry(word).or_default() += 1;
            }
        }
        Self {
            edition: matrix.edition.as_ref().map(|edition| edition.value.clone()),
            date: matrix.date.as_ref().map(|date| date.value.to_string()),
            sha256,
            claims,
        }
    }
}

/// A line of the file, its end with it.
pub fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("rows have string keys only") + "\n"
}

/// A whole file, its rows in the order of the list.
pub fn text(head: &Head, mut lines: Vec<Line>) -> String {
    let place = |id: &str| head.listed.iter().position(|listed| listed == id);
    lines.sort_by_key(|line| place(&line.client.id));
    let lines: Vec<String> = lines.iter().map(line).collect();
    line(head) + &lines.concat()
}

/// What a file holds; `name` stands in messages.
///
/// # Errors
///
/// If a finished line is not one of such a file.
pub fn read(name: &str, bytes: &[u8]) -> Result<(Head, Vec<Line>), Failure> {
    // A line that was not finished may end within a character.
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let mut finished = lines.filter(|line| line.ends_with(b"\n")).enumerate();
    let no_results = |at: usize, why: &str| {
        let message = format!("{name}:{}: {why}; such a file is written by `fleet --save`", at + 1);
        Failure::new(Cause::Usage, message)
    };
    let (_, first) = finished.next().ok_or_else(|| no_results(0, "there are no results of a fleet"))?;
    let head: Head = serde_json::from_slice(first).map_err(|_| no_results(0, "this is not the head of results"))?;
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    for (at, bytes) in finished {
        let line: Line =
            serde_json::from_slice(bytes).map_err(|_| no_results(at, "this is not the row of a client"))?;
        if !head.listed.contains(&line.client.id) {
            return Err(no_results(at, &format!("`{}` is no client of the list", report::visible(&line.client.id))));
        }
        // A client that was read again has a second line, and the later one holds.
        lines.insert(line.client.id.clone(), line);
    }
    Ok((head, lines.into_values().collect()))
}

/// The lines of an earlier run that may stand for clients of this list, by id.
///
/// # Errors
///
/// If the earlier run was asked something else.
pub fn resumed(
    name: &str,
    head: &Head,
    (old, lines): (Head, Vec<Line>),
    clients: &[Listed],
) -> Result<BTreeMap<String, Line>, Failure> {
    let shards = (old.shard != head.shard).then(|| "it is of another shard".to_owned());
    if let Some(why) = head.differs(&old).or(shards) {
        let message = format!("{name} cannot be resumed: {why}. Remove the file, or name another one");
        return Err(Failure::new(Cause::Usage, message));
    }
    let is_kept = |line: &Line| line.client.found.is_some() && clients.iter().any(|client| line.client.is_of(client));
    Ok(lines.into_iter().filter(is_kept).map(|line| (line.client.id.clone(), line)).collect())
}

/// Several results as one, each with the name that stands in messages. A line that a resumed run was ended before it
/// looked at is no result.
///
/// # Errors
///
/// If they were asked something else, or of another list, or a client stands in two.
pub fn merged(results: Vec<(String, (Head, Vec<Line>))>) -> Result<(Head, Vec<Line>), Failure> {
    let confirmed = |(name, (head, mut lines)): (String, (Head, Vec<Line>))| {
        lines.retain(|line: &Line| !line.unconfirmed);
        (name, (head, lines))
    };
    let mut results = results.into_iter().map(confirmed);
    let none = || Failure::new(Cause::Usage, "there is nothing to merge");
    let (first, (head, lines)) = results.next().ok_or_else(none)?;
    let from = |lines: &[Line], name: &str| -> BTreeMap<String, String> {
        lines.iter().map(|line| (line.client.id.clone(), name.to_owned())).collect()
    };
    let mut seen = from(&lines, &first);
    let mut all = lines;
    for (name, (other, lines)) in results {
        let is_same_list = (&head.clients_sha256, &head.listed) == (&other.clients_sha256, &other.listed);
        let list = (!is_same_list).then(|| "it is of another list of clients".to_owned());
        let trust = (head.trust_root != other.trust_root)
            .then(|| "trust begins elsewhere: give the same `--trust-root` to each".to_owned());
        if let Some(why) = head.differs(&other).or(list).or(trust) {
            return Err(Failure::new(Cause::Usage, format!("{name} does not go with {first}: {why}")));
        }
        for (id, name) in from(&lines, &name) {
            if let Some(before) = seen.insert(id.clone(), name.clone()) {
                let id = report::visible(&id);
                let message = format!("client `{id}` stands in {before} and in {name}: name each shard once");
                return Err(Failure::new(Cause::Usage, message));
            }
        }
        all.extend(lines);
    }
    Ok((Head { shard: None, ..head }, all))
}

/// Head and rows as a fleet, in the order of the list.
pub fn fleet(head: Head, lines: Vec<Line>) -> Fleet {
    let mut rows: Vec<Row> = lines.into_iter().map(|line| line.client).collect();
    rows.sort_by_key(|row| head.listed.iter().position(|listed| *listed == row.id));
    Fleet { head, rows }
}
