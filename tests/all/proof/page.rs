//! `docs/review-proof.md`: an introduction for an assessor, and the table of cases.

use std::path::Path;

use super::super::docs::writing;
use super::{CASES, Case, cases};

const PATH: &str = "docs/review-proof.md";

const INTRODUCTION: &str = r"# How strong is a review

Anybody can type `Reviewed-by`. This page says what stands behind a review in `demarcate history --proof`, what Git says of the same commit,
and why the two are not always of one mind. It is written by a test: each case below is a repository that git, ssh-keygen and gpg really
made, and both answers were really asked.

## What each grade means

| grade | what is proven |
|---|---|
| `signed` | The person who is named as reviewer signed the commit: the signature holds, its key was trusted for that person's address where the commit was made, it was not revoked, and the person had a role. |
| `forge` | The forge (GitHub, GitLab and their like) signed the commit, as it does for merges and squashes. It vouches that the name was typed by somebody who may write there, not that the person looked. |
| `recorded` | A person with a role signed a commit that says where the review is written down: an artifact whose file and digest are in `evidence.lock`. Ask for that artifact. |
| `unsigned` | There is no signature. Whoever could write to the repository could write this. |
| `refused` | Something was meant as proof and does not hold, or the person may not review. The sentence beside it says why. |

Which grades count is the organization's policy, `[review] accept`. Unsaid, the first three count, and unsigned reviews count only in a
repository that has never listed a trusted key. A review that does not count is still shown.

The signer counts, never the author field, the committer field or the mailmap: those are texts.

## What the grade of a date means

| date | what is known |
|---|---|
| `witnessed` | Somebody other than the signer saw the commit and signed that with a date: an authority for time stamps (RFC 3161) or a trusted person with a tag. The review is no younger than that. |
| `claimed` | The committer wrote the date, and nothing contradicts it. |
| `doubtful` | The log contradicts it: it is before the commit that it builds on, in the future, more than 30 days from the day of writing, or after the tag of a witness. A wrong clock looks the same. |

## Whom the repository trusts

`trust/allowed_signers` and `trust/*.asc` list keys, `trust/revoked` lists those that were lost. These files are believed like this:

- A commit is judged by the keys that were trusted at its parent, and a merge by those that were trusted at each of them. A list does not
  vouch for what came before it, nor for the commit that brings it.
- A change of the folder counts only if a person signed it whose key was trusted before. Otherwise the files from before stay in force and
  `check` shows the change.
- A merge may take over what is in force on a side that goes on from the other; anything else that it makes of the folder is a change like
  any other.
- The first list is the root of all this. Get its SHA-256 from the organization by another way than the repository, and give it to
  `--trust-root`. Without a pin, the first list is believed because it was first.
- A revoked key counts for nothing, at any date, unless a witness saw the signature before the revocation. A removed key counts for what
  it signed before it was removed.

## What git says, and why we differ

The column *git* is `git log --format=%G?` with `gpg.ssh.allowedSignersFile` and `gpg.ssh.revocationFile` set to the files at the tip, and a
gpg that knows and trusts the keys of `trust/*.asc`: what a careful person can ask git for. Git answers another question than an assessor
has. It asks whether a key that is listed today made this signature, at the time that the committer says. It does not ask who listed the
key, whether the signer is the reviewer that is named, whether that person may review, or whether the date can be believed. So:

- **Git is content and demarcate is not** where the wrong person signed, where somebody let themselves into the list, where a list reaches back
  to what came before it, where a pattern makes a key everybody's, and where a part of the commit hides from the signature.
- **Git is not content and demarcate is** where a key was removed or replaced after an honest review, and where a witness saw a review before its
  key was lost.

Words in italics are a piece of the reason that `history --proof` gives. `check` reports the rules in the column *check*; of the rules that speak of proof it reports no others.

";

/// The page as the table has it.
fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let differing = cases().filter(|case| case.differs()).count();
    let count = cases().count();
    page.push_str(&format!("## The cases\n\n{count} cases; in {differing} of them git and demarcate differ.\n"));
    for (title, group) in CASES {
        page.push_str(&format!(
            "\n### {title}\n\n| case | what happens | git | demarcate | check | note |\n|---|---|---|---|---|---|\n"
        ));
        for case in group {
            page.push_str(&row(case));
        }
    }
    page
}

fn row(case: &Case) -> String {
    let rules: Vec<String> = case.rules.iter().map(|rule| format!("`{rule}`")).collect();
    let cells =
        [format!("`{}`", case.name), case.story.to_owned(), case.git.words().to_owned(), said(case), rules.join(", ")];
    let note = if case.differs() { format!("**They differ.** {}", case.why) } else { case.why.to_owned() };
    format!("| {} | {note} |\n", cells.join(" | ")).replace("  |", " |")
}

/// What demarcate says, in words.
fn said(case: &Case) -> String {
    let says = case.says;
    if says.grade.is_empty() {
        return "no review".to_owned();
    }
    let counts = match (says.counts, says.grade) {
        (true, _) => "counts",
        (false, "refused") => "does not count",
        (false, _) => "does not count here",
    };
    let because = if says.because.is_empty() { String::new() } else { format!(" (*{}*)", says.because) };
    format!("`{}`, date `{}`, {counts}{because}", says.grade, says.date)
}

#[test]
fn the_table_in_the_docs_is_this_one() {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join(PATH);
    if writing() {
        std::fs::write(&full, page()).expect("docs can be written");
    }
    let stands = std::fs::read_to_string(&full).unwrap_or_default();
    assert!(stands == page(), "{PATH} is not what the table says: UPDATE_DOCS=1 cargo test --test all proof");
}
