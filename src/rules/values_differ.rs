use std::collections::BTreeMap;
use std::ops::Range;

use crate::catalog::Nature;
use crate::diagnostic::Place;
use crate::ids::Span;
use crate::model::assessment::{Assessment, ObjectiveView};
use crate::model::practice::Evidence;
use crate::model::provider::ClauseKind;
use crate::model::{Filed, Policy};
use crate::reconcile::{Matrix, shortened};
use crate::rule::{Facts, Report, rule};
use crate::values::{self, Difference, Quantity};

rule! {
    /// What an objective defines is a different figure in the policy, the clause or the provider's matrix about it.
    ///
    /// ## Why it matters
    ///
    /// An assessor reads the defined value, opens the policy that is cited for it, and asks the provider. Three answers to "after
    /// how many minutes does it lock?" mean that nobody knows which of them is configured.
    ///
    /// Compared are durations, failed attempts, lengths of passwords, generations and percentages, between the value and the
    /// section of the contractor's own policy that the evidence cites, the clause of a technical service that the part rests
    /// on, and the provider's row. Figures that could mean something else are left alone, so silence proves nothing.
    ///
    /// ## Example
    ///
    /// ```md policies/ac.md +
    ///
    /// ## 2 Sessions
    ///
    /// A session lock starts after 20 minutes of inactivity.
    /// ```
    /// ```diff practices/AC.L2-3.1.10.toml
    /// -a = "as section 2 of the policy lists it"
    /// +a = "15 minutes without input"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```md policies/ac.md +
    ///
    /// ## 2 Sessions
    ///
    /// A session lock starts after 15 minutes of inactivity.
    /// ```
    /// ```diff practices/AC.L2-3.1.10.toml
    /// -a = "as section 2 of the policy lists it"
    /// +a = "15 minutes without input"
    /// ```
    "values-differ", TwoSided, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    let rows: BTreeMap<&str, Matrix<'_>> =
        found.crms.iter().map(|(id, matrix)| (id.as_str(), Matrix::of(matrix))).collect();
    for (id, practice) in found.practices.iter().filter(|(_, practice)| !practice.lost && !practice.values.is_empty()) {
        let siblings: Vec<Quantity> =
            practice.values.values().flat_map(|value| values::quantities(&value.value)).collect();
        let defined =
            found.objectives_of(*id, practice).filter(|objective| objective.catalog.nature == Nature::Defined);
        for objective in defined.filter(ObjectiveView::applies) {
            compare(&objective, &siblings, found, &rows, report);
        }
    }
}

/// Another text about an objective.
struct Other<'a> {
    /// Where it stands, in words.
    whose: String,
    text: &'a str,
    place: Place,
    provider: Option<&'a str>,
}

fn compare(
    objective: &ObjectiveView<'_>,
    siblings: &[Quantity],
    found: &Assessment,
    rows: &BTreeMap<&str, Matrix<'_>>,
    report: &mut Report<'_>,
) {
    let Some(entry) = objective.practice.values.get(objective.id.letter.encode_utf8(&mut [0; 4]) as &str) else {
        return;
    };
    let value = &entry.value;
    let others =
        of_policies(objective, found).into_iter().chain(of_clauses(objective, found)).chain(of_rows(objective, rows));
    let mut differing: Vec<(Difference, Other<'_>)> = Vec::new();
    for other in others {
        let found = values::differences(&value.value, objective.catalog.sentence, siblings, other.text);
        differing.extend(found.into_iter().next().map(|difference| (difference, other)));
    }
    let Some((first, other)) = differing.first() else { return };
    let mut draft = report
        .add(
            format!(
                "the value of `{}` says `{}`, and {} says `{}`",
                objective.id,
                &value.value[first.value.clone()],
                other.whose,
                &other.text[first.other.clone()]
            ),
            value.span,
        )
        .label("the value")
        .help("find out what is configured, and write the same figure in all places; warned and not denied, since words are compared")
        .objective(objective.id);
    if let [(_, Other { provider: Some(provider), .. })] = differing.as_slice() {
        draft = draft.provider(provider);
    }
    for (_, other) in &differing {
        draft = draft.related(format!("{}: {}", other.whose, shortened(other.text)), other.place.clone());
    }
}

/// The sections of the contractor's own policies that evidence of the objective points to.
fn of_policies<'a>(objective: &ObjectiveView<'a>, found: &'a Assessment) -> Vec<Other<'a>> {
    objective.evidence().flat_map(|(_, evidence)| sections(evidence, found)).collect()
}

fn sections<'a>(evidence: &Evidence, found: &'a Assessment) -> Vec<Other<'a>> {
    let series = found.artifacts.get(&evidence.artifact.name);
    let newest = series.and_then(|series| series.newest()).map(|edition| edition.location.as_str());
    let policy = found.policies.values().find(|policy| newest == Some(policy.path.as_str()));
    let (Some(policy), Some(at)) = (policy, &evidence.at) else { return Vec::new() };
    let numbers = numbers(at);
    let named = numbers.into_iter().filter_map(|number| Some((number, section(&policy.text, number)?)));
    named
        .map(|(number, at)| Other {
            whose: format!("section {number} of {}", policy.path),
            text: &policy.text[at.clone()],
            place: stretch(policy, &at).into(),
            provider: None,
        })
        .collect()
}

/// The numbers of sections that a pointer names: `rules 1.1 and 1.2`; a page or a row is none.
fn numbers(at: &str) -> Vec<&str> {
    let lower = at.to_lowercase();
    if ["page", "sheet", "row", "column", "step", "line", "figure"].iter().any(|word| lower.contains(word)) {
        return Vec::new();
    }
    let pieces = at.split(|c: char| !(c.is_ascii_digit() || c == '.')).map(|piece| piece.trim_matches('.'));
    pieces.filter(|piece| !piece.is_empty()).collect()
}

/// The lines of a text from one that begins with the number to the next heading or number that is not below it.
fn section(text: &str, number: &str) -> Option<Range<usize>> {
    let mut found: Option<Range<usize>> = None;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let own = number_of(line);
        let is_below =
            own.is_some_and(|own| own == number || own.strip_prefix(number).is_some_and(|rest| rest.starts_with('.')));
        match &mut found {
            Some(_) if (own.is_some() || line.starts_with('#')) && !is_below => break,
            Some(stretch) => stretch.end = end,
            None if own == Some(number) => found = Some(start..end),
            None => {}
        }
    }
    found
}

/// The number that a line begins with, behind marks of headings, lists and weight.
fn number_of(line: &str) -> Option<&str> {
    let marked = line.starts_with(['#', '-', '*']);
    let bare = line.trim_start_matches(['#', '-', '*', ' ', '\\']);
    let end = bare.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(bare.len());
    let number = bare[..end].trim_end_matches('.');
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && (marked || number.contains('.') || bare[number.len()..].starts_with('.'));
    is_number.then_some(number)
}

fn stretch(policy: &Filed<Policy>, at: &Range<usize>) -> Span {
    let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let length = policy.text[at.clone()].trim_end().len();
    Span { file: policy.file, start: clip(at.start), end: clip(at.start + length) }
}

/// What the clauses of technical services say on which its parts rest.
fn of_clauses<'a>(objective: &ObjectiveView<'a>, found: &'a Assessment) -> Vec<Other<'a>> {
    let cited = objective.parts().filter_map(|part| {
        let provider = found.providers.get(&*part.party).filter(|provider| !provider.lost)?;
        let wanted = part.clause.as_deref()?;
        let clause = provider.contract.as_ref()?.clause.iter().find(|clause| *clause.id == *wanted)?;
        let says = clause.says.as_ref().filter(|_| clause.kind.value == ClauseKind::Service)?;
        Some(Other {
            whose: format!("clause `{}` of `{}`", clause.id, provider.id),
            text: &says.value,
            place: says.span.into(),
            provider: Some(&provider.id.name),
        })
    });
    cited.collect()
}

/// What the providers that have a part in it say that they do for it.
fn of_rows<'a>(objective: &ObjectiveView<'a>, rows: &BTreeMap<&'a str, Matrix<'a>>) -> Vec<Other<'a>> {
    let providers = objective.practice.value.parties();
    let said = providers.into_iter().filter_map(|party| rows.get_key_value(party)).flat_map(|(&provider, matrix)| {
        let said = matrix.of_objective(objective.id.requirement, objective.id.letter);
        said.into_iter().filter_map(move |said| {
            let does = said.row.provider_does.as_ref().filter(|_| said.is_claim())?;
            Some(Other {
                whose: format!("the matrix of `{provider}`"),
                text: &does.value,
                place: does.span.into(),
                provider: Some(provider),
            })
        })
    });
    said.collect()
}
