use crate::ids::RequirementId;
use crate::model::crm::Inheritance;
use crate::model::practice::{Layer, Practice, Responsibility};
use crate::model::provider::{Provider, ServiceKind};
use crate::reconcile::{self, Matrix, Said};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A provider's own matrix claims an objective whole, and the contractor's practice has the contractor do the work.
    ///
    /// ## Why it matters
    ///
    /// Where both do it, each relies on the other on the day that it was not done, and the assessor asks who is right. A row
    /// that says `full` leaves nothing to the customer: the contractor may still write the policy and check the work, but
    /// not have its settings and its daily work besides.
    ///
    /// This is a warning: both may do it in earnest, each on what is its own. Then `scope` says which assets are whose. Only
    /// MSPs and MSSPs are compared: a cloud, a backup vault or a landlord speaks of its own premises.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.crm.toml
    /// -inheritance = "partial"
    /// -provider-does = "Works the queue on managed hosts and reports each month."
    /// -customer-does = "Writes the policy and checks the report."
    /// +inheritance = "full"
    /// +provider-does = "Works the queue on managed hosts and reports each month."
    /// ```
    ///
    /// ```diff practices/SI.L2-3.14.1.toml
    /// -layer = ["policy", "procedure"]
    /// +layer = ["policy", "procedure", "configuration", "operation"]
    /// ```
    ///
    /// ```diff practices/SI.L2-3.14.1.toml
    /// -layer = ["configuration", "operation"]
    /// +layer = "capability"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.crm.toml
    /// -inheritance = "partial"
    /// -provider-does = "Works the queue on managed hosts and reports each month."
    /// -customer-does = "Writes the policy and checks the report."
    /// +inheritance = "full"
    /// +provider-does = "Works the queue on managed hosts and reports each month."
    /// ```
    "claimed-twice", TwoSided, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (provider, matrix) in facts.assessment.crms.iter().filter(|(_, matrix)| !matrix.lost) {
        if !facts.assessment.providers.get(provider).is_some_and(|found| works_here(found)) {
            continue;
        }
        let rows = Matrix::of(matrix);
        for id in rows.requirements() {
            let Some(practice) = facts.assessment.practices.get(&id) else { continue };
            let twice = twice(provider, (id, practice), &rows);
            let Some((_, own, said)) = twice.first() else { continue };
            let letters = twice.iter().map(|(letter, ..)| *letter).collect();
            report
                .add(
                    format!(
                        "{} says that `{provider}` does all of {id}{}, and here the contractor does the work",
                        reconcile::edition(matrix),
                        reconcile::letters(&letters)
                    ),
                    own.party.span,
                )
                .label(format!("the contractor: {}", reconcile::shortened(&own.duty)))
                .related(
                    said.row.provider_does.as_ref().map_or_else(
                        || "inheritance full".to_owned(),
                        |does| format!("the provider does: {}", reconcile::shortened(does)),
                    ),
                    said.at,
                )
                .help("leave the work with the one that does it; where both do, each for its own assets, say so with `scope`")
                .practice(id);
        }
    }
}

/// Whether it works on what is the contractor's.
fn works_here(provider: &Provider) -> bool {
    let kinds = provider.service.iter().map(|service| service.kind.value);
    kinds.into_iter().any(|kind| matches!(kind, ServiceKind::Msp | ServiceKind::Mssp))
}

/// The objectives that the matrix claims whole and for which the contractor has settings or daily work on the same
/// assets, each with the contractor's part and the row.
fn twice<'a>(
    provider: &str,
    (id, practice): (RequirementId, &'a Practice),
    rows: &Matrix<'a>,
) -> Vec<(char, &'a Responsibility, Said<'a>)> {
    let of = |own: bool| practice.responsibility.iter().filter(move |part| (*part.party == *provider) != own);
    let theirs: Vec<&Responsibility> = of(false).collect();
    let works = |part: &&Responsibility| part.covers(Layer::Configuration) || part.covers(Layer::Operation);
    let clash = |part: &&Responsibility, letter: char| {
        theirs.iter().any(|other| other.has(letter) && other.overlaps(part) && !works(other))
    };
    let mut found: Vec<(char, &'a Responsibility, Said<'a>)> = Vec::new();
    for part in of(true).filter(|part| part.is_contractor()).filter(works) {
        let letters = part.objectives.iter().filter_map(|letter| letter.value.chars().next());
        for letter in letters.filter(|letter| clash(&part, *letter)) {
            let whole = |said: &Said<'a>| said.row.inheritance.value == Inheritance::Full;
            let said = rows.of_objective(id, letter).into_iter().find(whole);
            found.extend(said.map(|said| (letter, part, said)));
        }
    }
    found
}
