//! An acceptance of duties: what is accepted, in the field's words, and the message of the commit that records it.

use std::collections::BTreeSet;

use crate::failure::{Cause, Failure};
use crate::ids::RequirementId;
use crate::model::acceptance::{Published, Standing};
use crate::model::assessment::{Assessment, Series};
use crate::model::history::Statement;
use crate::model::practice::Responsibility;
use crate::model::provider::Provider;
use crate::table;
use crate::trailers::{Said, WrittenStatement};

/// An acceptance that is to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// The provider, by id.
    pub provider: &'a str,
    /// Name and address of whoever accepts; `None` where a published edition stands for a person.
    pub by: Option<&'a str>,
    /// The artifact that records it.
    pub record: Option<&'a str>,
    /// What was read and agreed, in words.
    pub note: Option<&'a str>,
}

/// Practices that are told of at once.
const SHOWN: usize = 6;

/// The provider of this id, which has to hold duties.
pub fn provider<'a>(id: &str, assessment: &'a Assessment) -> Result<&'a Provider, Failure> {
    let known: Vec<&str> = assessment.providers.keys().map(String::as_str).collect();
    let Some(found) = assessment.providers.get(id) else {
        let near = table::nearest(id, &known).map(|near| format!("; did you mean `{near}`?"));
        let message = format!("no provider is called `{}`{}", id.escape_debug(), near.unwrap_or_default());
        return Err(usage(message));
    };
    if assessment.duties_of(id).next().is_none() {
        return Err(usage(format!("`{id}` holds no duty in any practice: there is nothing to accept")));
    }
    Ok(&found.value)
}

/// Refuses somebody who is not of the provider, by name.
pub fn check_person(by: &str, provider: &str, assessment: &Assessment) -> Result<(), Failure> {
    let parts = by.trim().strip_suffix('>').and_then(|rest| rest.split_once('<'));
    let whole = parts.filter(|(name, email)| {
        !name.trim().is_empty() && email.contains('@') && !email.contains(['<', '>', ' ']) && !by.contains('\n')
    });
    let Some((_, email)) = whole else {
        let message =
            format!("`{}` is nobody: write name and address, Sam Ortiz <sam@acme.example>", by.escape_debug());
        return Err(usage(message));
    };
    let own = assessment.providers.get(provider).map_or(&[][..], |found| &found.people);
    let standing = Standing::of(email.trim(), provider, &assessment.config.person, own);
    let Some(why) = standing.why_not(by.trim(), provider) else { return Ok(()) };
    let help = match standing {
        Standing::OfContractor => format!(
            "somebody of {provider} runs this; or name with `--by` who accepted, and with `--record` the artifact that shows it"
        ),
        _ => format!(
            "let it be committed first that they accept: `accepts = true` at [[people]] of the provider's file, or a \
             [[person]] of demarcate.toml with party = \"{provider}\""
        ),
    };
    Err(usage(format!("{why}\n  help: {help}")))
}

/// The record on which the acceptance by a published edition rests.
pub fn published<'a>(id: &str, record: Option<&str>, assessment: &'a Assessment) -> Result<&'a str, Failure> {
    let found = provider(id, assessment)?;
    let Some(matrix) = assessment.crms.get(id) else {
        return Err(usage(format!("`{id}` has published no matrix: there is no providers/{id}.crm.toml")));
    };
    let published = Published::of(matrix, found, assessment.duties_of(id).map(|(_, part)| part));
    let source = matrix.source.as_ref().map(|source| source.name.as_str()).unwrap_or_default();
    let record = record.unwrap_or(source);
    let producer = assessment.artifacts.get(record).map(Series::producer);
    match published.why_not(id, record, producer) {
        Some(why) => Err(usage(why)),
        None => Ok(source),
    }
}

/// Refuses a record that nobody could show.
pub fn check_record(record: &str, assessment: &Assessment) -> Result<(), Failure> {
    if !assessment.artifacts.contains_key(record) {
        return Err(usage(format!("no artifact is called `{}`", record.escape_debug())));
    }
    let lock = assessment.lock.iter().flat_map(|lock| lock.entries.keys());
    if lock.into_iter().any(|(artifact, _)| artifact == record) {
        return Ok(());
    }
    let message =
        format!("`{record}` has no line in the committed lock: put its file there, `demarcate hash`, and commit");
    Err(usage(message))
}

fn usage(message: String) -> Failure {
    Failure::new(Cause::Usage, message)
}

/// The message of the commit that records an acceptance.
pub fn message(draft: &Draft<'_>, assessment: &Assessment) -> Result<String, Failure> {
    let provider = draft.provider;
    let mut text = match draft.by {
        Some(_) => format!("Accept the duties of {provider}\n\n"),
        None => format!("Take what {provider} has published as its acceptance\n\n"),
    };
    if let Some(note) = draft.note.map(str::trim).filter(|note| !note.is_empty()) {
        text.extend([note, "\n\n"]);
    }
    let mut lines = vec![("Responsibility-Accepted", provider)];
    lines.extend(draft.by.map(|by| ("Accepted-by", by.trim())));
    lines.extend(draft.record.map(|record| ("Acceptance-Record", record)));
    for (key, value) in lines {
        text.extend([key, ": ", value, "\n"]);
    }
    check_reads_back(&text, draft, assessment)?;
    Ok(text)
}

/// A note may hold lines that read as an acceptance of their own.
fn check_reads_back(text: &str, draft: &Draft<'_>, assessment: &Assessment) -> Result<(), Failure> {
    let meant = WrittenStatement {
        about: vec![draft.provider.to_owned()],
        by: draft.by.map(|by| by.trim().to_owned()).into_iter().collect(),
        record: draft.record.map(str::to_owned),
        acknowledged: Vec::new(),
    };
    if (Said { acceptances: vec![meant], ..Said::default() }).is_all_of(text, assessment.catalog) {
        return Ok(());
    }
    Err(usage("the note holds lines that read as a statement of their own: word them differently".to_owned()))
}

/// What is accepted, in words: what has changed since an earlier acceptance, then the duties, or as many as fit.
pub fn told(provider: &Provider, assessment: &Assessment, earlier: Option<&Statement>, whole: bool) -> String {
    let id: &str = &provider.id;
    let duties = assessment.duties_of(id).count();
    let practices: BTreeSet<RequirementId> = assessment.duties_of(id).map(|(id, _)| id).collect();
    let shown = to_show(&practices, earlier, whole);
    let mut out = format!(
        "{} ({id}): {} in {}\n",
        words(&provider.name.value),
        counted(duties, ("duty", "duties")),
        counted(practices.len(), ("practice", "practices"))
    );
    out.extend(earlier.map(|earlier| since(earlier, whole)));
    for practice in &shown {
        let parts = assessment.duties_of(id).filter(|(id, _)| id == practice).map(|(_, part)| part);
        out.push_str(&of_practice(*practice, parts, provider, assessment));
    }
    if let Some(rest) = practices.len().checked_sub(shown.len()).filter(|rest| *rest > 0) {
        out.push_str(&format!(
            "and {} more: `demarcate render crm --provider {id}` prints all, `--verbose` shows them here\n",
            counted(rest, ("practice", "practices"))
        ));
    }
    out
}

/// The practices whose duties are shown: those that differ from an earlier acceptance if any do, as many as fit.
fn to_show(all: &BTreeSet<RequirementId>, earlier: Option<&Statement>, whole: bool) -> Vec<RequirementId> {
    if whole {
        return all.iter().copied().collect();
    }
    let differs = |id: &&RequirementId| {
        earlier.is_some_and(|said| said.changes.added.contains(*id) || said.changes.changed.contains_key(*id))
    };
    let differing: Vec<RequirementId> = all.iter().filter(differs).take(SHOWN).copied().collect();
    if differing.is_empty() { all.iter().take(SHOWN).copied().collect() } else { differing }
}

/// What was added, dropped and changed since an earlier acceptance.
fn since(earlier: &Statement, whole: bool) -> String {
    let mut out = format!("accepted before {}", earlier.words());
    if earlier.differs.is_empty() {
        return out + "; nothing has changed since\n";
    }
    out.push_str("; since then\n");
    let changes = &earlier.changes;
    let ids = |ids: &BTreeSet<RequirementId>| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let changed = changes.changed.iter().map(|(id, what)| {
        let what: Vec<&str> = what.iter().map(String::as_str).collect();
        format!("{id} ({})", what.join(", "))
    });
    // What is said beside the practices: services, clauses, a newer edition.
    let by_practice = changes.words().len() - changes.cited.len();
    let others = earlier.differs.iter().skip(by_practice).cloned();
    for (word, list) in [
        ("added", ids(&changes.added)),
        ("dropped", ids(&changes.dropped)),
        ("changed", changed.chain(others).collect()),
    ] {
        if !list.is_empty() {
            out.push_str(&format!("  {word:<8} {}\n", cut(&list, whole)));
        }
    }
    out
}

/// As many entries as fit, and how many more there are.
fn cut(list: &[String], whole: bool) -> String {
    let most = if whole { list.len() } else { SHOWN };
    let shown = list.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match list.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown}, and {more} more"),
    }
}

fn of_practice<'a>(
    id: RequirementId,
    parts: impl Iterator<Item = &'a Responsibility>,
    provider: &Provider,
    assessment: &Assessment,
) -> String {
    let title = assessment.catalog.requirement(id).map_or("", |requirement| requirement.title);
    let mut out = format!("{id}  {title}\n");
    for part in parts {
        let letters: Vec<&str> = part.objectives.iter().map(|letter| letter.value.as_str()).collect();
        out.push_str(&format!("  [{}] {}\n", letters.join(", "), words(&part.duty)));
        let around = around(part, provider);
        if !around.is_empty() {
            out.push_str(&format!("      {}\n", around.join("; ")));
        }
    }
    out
}

/// Scope, service and clause of a duty, as far as it names them.
fn around(part: &Responsibility, provider: &Provider) -> Vec<String> {
    let groups: Vec<&str> = part.scope.iter().map(|group| &**group).collect();
    let mut around = Vec::new();
    around.extend((!groups.is_empty()).then(|| format!("only in {}", groups.join(", "))));
    around.extend(part.service.as_ref().map(|service| format!("service {service}")));
    let clauses = || provider.contract.iter().flat_map(|contract| &contract.clause);
    around.extend(part.clause.as_ref().map(|cited| {
        let at = clauses().find(|clause| *clause.id == **cited).and_then(|clause| clause.at.as_ref());
        at.map_or_else(|| format!("clause {cited}"), |at| format!("clause {cited}, {}", words(at)))
    }));
    around
}

/// Words with one space between them: a file may break them into lines.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn counted(count: usize, (one, several): (&str, &str)) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {several}") }
}
