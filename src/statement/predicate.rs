//! What the statements claim, each written from the manifest.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::manifest::{Chosen, Listed, MANIFEST, Manifest, Role, SUMS, Since};
use crate::{digest, timestamp};

/// The form of a statement.
pub(super) const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// What the bundle says of the assessment; the fields stand in [`FIELDS`].
pub const ASSESSMENT: &str = "https://demarcate.dev/attestation/assessment-bundle/v1";

/// What `check` found.
pub const CHECK: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// What was verified of the history.
pub const HISTORY: &str = "https://in-toto.io/attestation/svr/v0.2";

/// The kinds of claims, in the order in which they stand.
pub const PREDICATES: [&str; 3] = [ASSESSMENT, CHECK, HISTORY];

/// The way in which history is verified; another number is another way.
pub(super) const VERIFIER: &str = "https://demarcate.dev/verifier/history/v1";

/// The rules about history that make a verified property of a bundle in which they found nothing.
pub const VERIFIED: [&str; 12] = [
    "altered-checkout",
    "broken-review",
    "broken-trust",
    "review-gap",
    "review-never",
    "review-overdue",
    "review-stale",
    "review-unsigned",
    "undecided-change",
    "unsigned-policy-change",
    "untrusted-trust-change",
    "wildcard-principal",
];

/// Every field of the assessment predicate, in its order, and what stands there.
pub(super) const FIELDS: [(&str, &str); 18] = [
    ("tool", "What made the bundle: `demarcate` and its version."),
    ("organization", "The contractor."),
    ("system", "The system in scope, or null."),
    ("commit", "The commit that the bundle was made from, in hex."),
    ("tree", "The Git tree of the root at that commit, in hex."),
    ("root", "Where the root lies in the repository, with `/`; empty at its top."),
    ("committed", "When the commit was made, as its committer says: RFC 3339, UTC."),
    ("asOf", "The day to which ages and lapses are counted."),
    ("manifest", "The bundle's manifest: name and SHA-256."),
    ("files", "Files of the bundle, by role."),
    ("evidence", "Which evidence is in the bundle: `all`, `unmarked` or `none`."),
    ("editions", "Editions of evidence: `cited` by the repository, `included` in the bundle, `withheld` from it."),
    ("score", "The SPRS score (32 CFR 170.24), or null where there is none."),
    ("allows", "The status that the figures would allow. It is not a status granted."),
    ("ownership", "Practices by who owns them."),
    ("objectives", "Objectives by determination; `unanswered` among them."),
    ("reviews", "Practices by the state of their review."),
    (
        "since",
        "The older bundle that a delta starts from: the SHA-256 of its list of digests, commit and day; or null.",
    ),
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Statement<'a, P> {
    #[serde(rename = "_type")]
    form: &'static str,
    subject: [Resource<'a>; 1],
    predicate_type: &'static str,
    predicate: P,
}

/// What in-toto calls a resource descriptor.
#[derive(Serialize)]
struct Resource<'a> {
    name: &'a str,
    digest: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Assessment<'a> {
    tool: &'a str,
    organization: &'a str,
    system: Option<&'a str>,
    commit: &'a str,
    tree: &'a str,
    root: &'a str,
    committed: &'a str,
    as_of: &'a str,
    manifest: Resource<'a>,
    files: BTreeMap<Role, usize>,
    evidence: Chosen,
    editions: Editions,
    score: Option<i32>,
    allows: &'a str,
    ownership: &'a BTreeMap<String, usize>,
    objectives: &'a BTreeMap<String, usize>,
    reviews: &'a BTreeMap<String, usize>,
    since: Option<Older<'a>>,
}

#[derive(Serialize)]
struct Editions {
    cited: usize,
    included: usize,
    withheld: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Older<'a> {
    sums: &'a str,
    commit: &'a str,
    as_of: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Check<'a> {
    result: &'static str,
    configuration: Vec<Resource<'a>>,
    passed_tests: &'a [String],
    warned_tests: Vec<&'a String>,
    failed_tests: Vec<&'a String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verified<'a> {
    verifier: Verifier<'a>,
    time_created: &'a str,
    properties: Vec<String>,
}

#[derive(Serialize)]
struct Verifier<'a> {
    id: &'static str,
    policies: Vec<Resource<'a>>,
}

fn resource(name: &str, sha256: String) -> Resource<'_> {
    Resource { name, digest: BTreeMap::from([("sha256", sha256)]) }
}

fn listed(file: &Listed) -> Resource<'_> {
    resource(&file.path, file.sha256.clone())
}

/// The bytes of the statement of this kind about a bundle.
pub(super) fn statement(kind: &str, sums: &[u8], manifest: &Manifest, time: &str) -> Vec<u8> {
    match kind {
        CHECK => about(sums, CHECK, check_of(manifest)),
        HISTORY => about(sums, HISTORY, verified(manifest, time)),
        _ => about(sums, ASSESSMENT, assessment(manifest)),
    }
}

fn about<P: Serialize>(sums: &[u8], predicate_type: &'static str, predicate: P) -> Vec<u8> {
    let subject = [resource(SUMS, digest::of_bytes(sums).sha256)];
    let statement = Statement { form: STATEMENT, subject, predicate_type, predicate };
    serde_json::to_vec(&statement).expect("a statement is plain data")
}

fn assessment(manifest: &Manifest) -> Assessment<'_> {
    let summary = &manifest.summary;
    Assessment {
        tool: &manifest.tool,
        organization: &manifest.organization,
        system: manifest.system.as_deref(),
        commit: &manifest.commit,
        tree: &manifest.tree,
        root: &manifest.root,
        committed: &manifest.committed,
        as_of: &manifest.as_of,
        manifest: resource(MANIFEST, digest::of_bytes(&manifest.bytes()).sha256),
        files: files(manifest),
        evidence: manifest.evidence,
        editions: editions(manifest),
        score: summary.score,
        allows: &summary.allows,
        ownership: &summary.ownership,
        objectives: &summary.objectives,
        reviews: &summary.reviews,
        since: manifest.since.as_ref().map(older),
    }
}

fn files(manifest: &Manifest) -> BTreeMap<Role, usize> {
    let mut files = BTreeMap::new();
    for file in &manifest.files {
        *files.entry(file.role).or_default() += 1;
    }
    files
}

fn editions(manifest: &Manifest) -> Editions {
    let cited = manifest.editions.len();
    let included = manifest.editions.iter().filter(|edition| edition.path.is_some()).count();
    Editions { cited, included, withheld: cited - included }
}

fn older(since: &Since) -> Older<'_> {
    Older { sums: &since.sums, commit: &since.commit, as_of: &since.as_of }
}

fn check_of(manifest: &Manifest) -> Check<'_> {
    let summary = &manifest.summary;
    let result = match () {
        () if !summary.denied.is_empty() => "FAILED",
        () if !summary.warned.is_empty() => "WARNED",
        () => "PASSED",
    };
    Check {
        result,
        configuration: configuration(manifest).map(listed).collect(),
        passed_tests: &summary.passed,
        warned_tests: summary.warned.keys().filter(|rule| !summary.denied.contains_key(*rule)).collect(),
        failed_tests: summary.denied.keys().collect(),
    }
}

/// The `demarcate.toml` of the root.
fn configuration(manifest: &Manifest) -> impl Iterator<Item = &Listed> {
    let folder = if manifest.root.is_empty() { String::new() } else { format!("{}/", manifest.root) };
    let path = format!("sources/{folder}demarcate.toml");
    manifest.files.iter().filter(move |file| file.path == path)
}

fn verified<'a>(manifest: &'a Manifest, time_created: &'a str) -> Verified<'a> {
    let trust = manifest.files.iter().filter(|file| file.role == Role::Trust);
    let policies = configuration(manifest).chain(trust).map(listed).collect();
    let is_of_history = |rule: &&&str| manifest.summary.passed.iter().any(|passed| passed == **rule);
    let properties = VERIFIED.iter().filter(is_of_history).map(|rule| property(rule)).collect();
    Verified { verifier: Verifier { id: VERIFIER, policies }, time_created, properties }
}

/// The property that a rule found nothing.
pub(super) fn property(rule: &str) -> String {
    format!("DEMARCATE_NO_{}", rule.replace('-', "_").to_ascii_uppercase())
}

/// Whether some bytes are the statement of this kind about a bundle, whatever time it claims; if not, why.
pub(super) fn check(kind: &str, bytes: &[u8], sums: &[u8], manifest: &Manifest) -> Result<(), String> {
    let found: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is no statement: {error}"))?;
    let time = found.pointer("/predicate/timeCreated").and_then(Value::as_str).unwrap_or_default();
    if kind == HISTORY && timestamp::of_rfc3339(time).is_none() {
        return Err("the time that it was made at is none".to_owned());
    }
    let wanted = statement(kind, sums, manifest, time);
    if wanted == bytes {
        return Ok(());
    }
    let wanted: Value = serde_json::from_slice(&wanted).expect("what was just written is JSON");
    Err(difference(&found, &wanted))
}

fn difference(found: &Value, wanted: &Value) -> String {
    let differs = |place: &str| found.pointer(place) != wanted.pointer(place);
    if differs("/_type") {
        return "it is no in-toto statement of version 1".to_owned();
    }
    if differs("/predicateType") {
        return "another kind of statement stands in its place".to_owned();
    }
    if differs("/subject") {
        return format!("it speaks of another {SUMS}: it was made for another bundle");
    }
    let Some(Value::Object(fields)) = wanted.pointer("/predicate") else {
        return "its predicate is none".to_owned();
    };
    match fields.keys().find(|name| differs(&format!("/predicate/{name}"))) {
        Some(name) => format!("its `{name}` is not what the manifest says"),
        None => "it is not written in the one form of a statement".to_owned(),
    }
}
