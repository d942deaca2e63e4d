use std::collections::BTreeSet;

use crate::ids::RequirementId;
use crate::model::Filed;
use crate::model::crm::ProviderCrm;
use crate::model::practice::Responsibility;
use crate::reconcile::{self, Answer, Matrix, Said};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A duty is assigned to a provider whose own matrix does not claim it.
    ///
    /// ## Why it matters
    ///
    /// The contractor thinks that the provider does it, and the provider has never said so. The provider's matrix is what an
    /// assessor holds beside the responsibility matrix of the contractor (32 CFR 170.19(c)(2)): where the two disagree, the
    /// objective is met by nobody until somebody shows it. A matrix that speaks of whole requirements answers for each of
    /// their objectives.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.crm.toml
    /// -inheritance = "partial"
    /// +inheritance = "none"
    /// -provider-does = "Works the queue on managed hosts and reports each month."
    /// -customer-does = "Writes the policy and checks the report."
    /// +customer-does = "Patches its own hosts."
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.crm.toml
    /// -edition = "2026"
    /// +edition = "2026, second"
    /// ```
    "unclaimed-duty", TwoSided, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (provider, matrix) in facts.assessment.crms.iter().filter(|(_, matrix)| !matrix.lost) {
        let rows = Matrix::of(matrix);
        for (id, part) in facts.assessment.duties_of(provider) {
            // A service that nobody defines has a diagnostic of its own.
            let is_defined = |service: &&str| {
                let found = facts.assessment.providers.get(provider);
                found.is_some_and(|found| found.service.iter().any(|known| *known.id.name == **service))
            };
            // A row of a service that nobody defines may be about this one.
            if rows
                .of_requirement(id)
                .iter()
                .any(|said| said.row.service.iter().any(|named| !is_defined(&&*named.name)))
            {
                continue;
            }
            compare(id, part, part.service.as_deref().filter(is_defined), (matrix, &rows), report);
        }
    }
}

fn compare(
    id: RequirementId,
    part: &Responsibility,
    service: Option<&str>,
    (matrix, rows): (&Filed<ProviderCrm>, &Matrix<'_>),
    report: &mut Report<'_>,
) {
    let wanted: BTreeSet<char> = part.objectives.iter().filter_map(|letter| letter.value.chars().next()).collect();
    let answers = reconcile::answers(rows, id, &wanted, service);
    for (answer, (letters, said)) in answers.into_iter().filter(|(answer, _)| *answer != Answer::Claims) {
        let (provider, letters) = (&*part.party, reconcile::letters(&letters));
        let says = says(answer, &said, service);
        let draft = report
            .add(format!("{id}{letters} is assigned to `{provider}`, and {} {says}", reconcile::edition(matrix)), part.party.span)
            .label(format!("the duty: {}", reconcile::shortened(&part.duty)))
            .help(format!(
                "agree with {provider} who does it: it publishes an edition that says so, or the duty goes to whoever has it"
            ))
            .practice(id);
        match said.first() {
            Some(said) => draft.related(their_words(said), said.at),
            None => draft.related("the matrix that is silent", matrix.top()),
        };
    }
}

fn says(answer: Answer, said: &[Said<'_>], service: Option<&str>) -> String {
    match answer {
        Answer::Disclaims => "says that it gives nothing there".to_owned(),
        Answer::Elsewhere => {
            let services: BTreeSet<&str> =
                said.iter().flat_map(|said| said.row.service.iter()).map(|service| &*service.name).collect();
            let services: Vec<&str> = services.into_iter().collect();
            format!("speaks of it for {} alone, not for {}", services.join(", "), service.unwrap_or("another service"))
        }
        Answer::Silent | Answer::Claims => "does not speak of it".to_owned(),
    }
}

/// What the row says, in the provider's words.
fn their_words(said: &Said<'_>) -> String {
    let does = said
        .row
        .provider_does
        .as_ref()
        .map(|does| format!("the provider does: {}", reconcile::shortened(does).trim_end_matches('.')));
    let leaves =
        said.row.customer_does.as_ref().map(|does| format!("the customer does: {}", reconcile::shortened(does)));
    let words: Vec<String> = does.into_iter().chain(leaves).collect();
    if words.is_empty() { format!("inheritance {}", said.row.inheritance.value) } else { words.join("; ") }
}
