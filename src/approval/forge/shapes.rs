//! The answers of each forge, told apart by their keys.

use serde_json::{Map, Value};

use super::{FORMS, Forge, ForgeApprovals, Said, Word, refused, shown};
use crate::failure::Failure;

type Object = Map<String, Value>;

/// What the values of an answer say: pages of a list, or one object.
pub(super) fn of(values: Vec<Value>) -> Result<ForgeApprovals, Failure> {
    if let [Value::Object(object)] = values.as_slice() {
        return of_object(object);
    }
    let mut reviews = Vec::new();
    for value in values {
        let Value::Array(page) = value else { return Err(refused("the approvals are several answers in one", FORMS)) };
        reviews.extend(page);
    }
    of_reviews(&flat(reviews)?)
}

/// Reviews, where the pages of a list may themselves be in a list.
fn flat(values: Vec<Value>) -> Result<Vec<Object>, Failure> {
    let mut reviews = Vec::new();
    for (number, value) in values.into_iter().enumerate() {
        let page = if let Value::Array(page) = value { page } else { vec![value] };
        for review in page {
            let Value::Object(review) = review else {
                return Err(refused(&format!("entry {} of the approvals is no review", number + 1), FORMS));
            };
            reviews.push(review);
        }
    }
    Ok(reviews)
}

fn of_object(object: &Object) -> Result<ForgeApprovals, Failure> {
    let has = |key: &str| object.contains_key(key);
    match () {
        () if has("version") || has("approvals") => neutral(object),
        () if has("approved_by") => gitlab(object),
        () if has("value") || has("reviewers") => azure(object),
        () if has("message") => {
            let why = object["message"].as_str().unwrap_or("something else than approvals");
            Err(refused(&format!("the forge did not answer with approvals, but: {}", shown(why)), FORMS))
        }
        () => Err(refused("the approvals are in no form that is known", FORMS)),
    }
}

/// Keys that Gitea's reviews have and GitHub's have not.
const OF_GITEA: [&str; 3] = ["stale", "official", "dismissed"];

/// The reviews of GitHub or Gitea; of each account the last that decides anything.
fn of_reviews(reviews: &[Object]) -> Result<ForgeApprovals, Failure> {
    let is_gitea = reviews.iter().any(|review| OF_GITEA.iter().any(|key| review.contains_key(*key)));
    let forge = if is_gitea { Forge::Gitea } else { Forge::Github };
    let mut said: Vec<(Option<&str>, Said)> = Vec::new();
    for (number, review) in reviews.iter().enumerate() {
        if let Some(found) = of_review(review, number + 1)? {
            said.push((text(review, "submitted_at")?, found));
        }
    }
    // Dates in UTC stand in the order of time as text; others are left as the forge listed them.
    if said.iter().all(|(at, _)| at.is_some_and(|at| at.ends_with('Z'))) {
        said.sort_by_key(|(at, _)| *at);
    }
    let forge = Some(forge).filter(|_| !reviews.is_empty());
    Ok(ForgeApprovals { forge, author: None, said: last_of_each(said.into_iter().map(|(_, said)| said)) })
}

/// One review; `None` where it is a remark alone, which leaves an approval as it is.
fn of_review(review: &Object, number: usize) -> Result<Option<Said>, Failure> {
    let Some(state) = text(review, "state")? else { return Err(lacks(number, "state")) };
    let is_set = |key: &str| review.get(key).and_then(Value::as_bool).unwrap_or(false);
    let word = match state.to_ascii_uppercase().as_str() {
        "COMMENTED" | "COMMENT" | "PENDING" | "REQUEST_REVIEW" => return Ok(None),
        "APPROVED" if is_set("dismissed") => not("approved, and the approval was dismissed"),
        "APPROVED" if is_set("stale") => not("approved before the last push, so the forge calls the approval stale"),
        "APPROVED" => Word::Approved,
        "CHANGES_REQUESTED" | "REQUEST_CHANGES" => not("asked for changes"),
        "DISMISSED" => not("had a review that was dismissed"),
        other => Word::Not(format!("said `{}`, which is no approval", shown(other))),
    };
    let account = match review.get("user") {
        Some(Value::Object(user)) => text(user, "login")?.ok_or_else(|| lacks(number, "user.login"))?,
        Some(Value::Null) => "an account that is deleted",
        _ => return Err(lacks(number, "user.login")),
    };
    Ok(Some(Said { account: account.to_owned(), commit: text(review, "commit_id")?.map(str::to_owned), word }))
}

fn not(what: &str) -> Word {
    Word::Not(what.to_owned())
}

fn last_of_each(said: impl Iterator<Item = Said>) -> Vec<Said> {
    let mut last: Vec<Said> = Vec::new();
    for said in said {
        last.retain(|known| !super::is_same(&known.account, &said.account));
        last.push(said);
    }
    last
}

/// GitLab says of no approval which commit it is of: whoever asked has to say so, in `sha`.
fn gitlab(object: &Object) -> Result<ForgeApprovals, Failure> {
    let commit = text(object, "sha")?;
    let mut said = Vec::new();
    for (number, entry) in list(object, "approved_by")?.iter().enumerate() {
        let user = entry.get("user").and_then(Value::as_object).ok_or_else(|| lacks(number + 1, "user.username"))?;
        let account = text(user, "username")?.ok_or_else(|| lacks(number + 1, "user.username"))?;
        said.push(Said { account: account.to_owned(), commit: commit.map(str::to_owned), word: Word::Approved });
    }
    let author = object.get("author").and_then(Value::as_object).map(|user| text(user, "username")).transpose()?;
    let author = author.flatten().map(str::to_owned);
    Ok(ForgeApprovals { forge: Some(Forge::Gitlab), author, said: last_of_each(said.into_iter()) })
}

/// The reviewers of Azure DevOps, or the pull request that holds them and names its commit.
fn azure(object: &Object) -> Result<ForgeApprovals, Failure> {
    let key = if object.contains_key("value") { "value" } else { "reviewers" };
    let source = object.get("lastMergeSourceCommit").and_then(Value::as_object);
    let commit = match text(object, "sha")? {
        Some(commit) => Some(commit),
        None => source.map(|source| text(source, "commitId")).transpose()?.flatten(),
    };
    let mut said = Vec::new();
    for (number, entry) in list(object, key)?.iter().enumerate() {
        let entry = entry.as_object().ok_or_else(|| lacks(number + 1, "uniqueName"))?;
        let account = text(entry, "uniqueName")?.ok_or_else(|| lacks(number + 1, "uniqueName"))?;
        let Some(vote) = entry.get("vote").and_then(Value::as_i64) else { return Err(lacks(number + 1, "vote")) };
        let is_group = entry.get("isContainer").and_then(Value::as_bool).unwrap_or(false);
        let word = match vote {
            5 | 10 if is_group => not("is a group, and only people approve"),
            5 | 10 => Word::Approved,
            0 => continue,
            -5 => not("waits for the author"),
            -10 => not("rejected it"),
            other => Word::Not(format!("voted {other}, which is no approval")),
        };
        said.push(Said { account: account.to_owned(), commit: commit.map(str::to_owned), word });
    }
    let author = object.get("createdBy").and_then(Value::as_object).map(|user| text(user, "uniqueName")).transpose()?;
    let author = author.flatten().map(str::to_owned);
    Ok(ForgeApprovals { forge: Some(Forge::Azure), author, said: last_of_each(said.into_iter()) })
}

/// The keys of the neutral form, and those of an approval in it.
const NEUTRAL: [&str; 5] = ["version", "forge", "head", "author", "approvals"];
const APPROVAL: [&str; 2] = ["account", "commit"];

/// The form that a job writes for a forge whose answer is not known, or does not say enough.
fn neutral(object: &Object) -> Result<ForgeApprovals, Failure> {
    known(object, &NEUTRAL, "the approvals")?;
    if object.get("version").and_then(Value::as_i64) != Some(1) {
        return Err(refused("the approvals are of no version that is known", "write \"version\":1"));
    }
    let forge = text(object, "forge")?.and_then(Forge::of);
    let forge = forge.ok_or_else(|| {
        refused(
            "the approvals do not say of which forge they are",
            "write \"forge\" with github, gitlab, gitea or azure",
        )
    })?;
    let head = text(object, "head")?;
    let mut said = Vec::new();
    for (number, entry) in list(object, "approvals")?.iter().enumerate() {
        let entry = entry.as_object().ok_or_else(|| lacks(number + 1, "account"))?;
        known(entry, &APPROVAL, &format!("approval {}", number + 1))?;
        let account = text(entry, "account")?.ok_or_else(|| lacks(number + 1, "account"))?;
        let commit = text(entry, "commit")?.or(head).map(str::to_owned);
        said.push(Said { account: account.to_owned(), commit, word: Word::Approved });
    }
    let author = text(object, "author")?.map(str::to_owned);
    Ok(ForgeApprovals { forge: Some(forge), author, said })
}

fn known(object: &Object, keys: &[&str], what: &str) -> Result<(), Failure> {
    let Some(other) = object.keys().find(|key| !keys.contains(&key.as_str())) else { return Ok(()) };
    let what = format!("{what} have a key `{}` that is not known", shown(other));
    Err(refused(&what, &format!("the keys are {}", keys.join(", "))))
}

/// A text; an absent one and null are none.
fn text<'o>(object: &'o Object, key: &str) -> Result<Option<&'o str>, Failure> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(refused(&format!("`{key}` in the approvals is no text"), FORMS)),
    }
}

fn list<'o>(object: &'o Object, key: &str) -> Result<&'o [Value], Failure> {
    match object.get(key) {
        Some(Value::Array(list)) => Ok(list),
        _ => Err(refused(&format!("`{key}` in the approvals is no list"), FORMS)),
    }
}

fn lacks(number: usize, key: &str) -> Failure {
    refused(&format!("entry {number} of the approvals has no `{key}`"), FORMS)
}
