use std::collections::BTreeSet;

use crate::ids::RequirementId;
use crate::model::assessment::Assessment;
use crate::model::practice::Responsibility;
use crate::model::provider::{ClauseKind, Contract, Provider, Service, ServiceKind};
use crate::reconcile::{self, Answer, Matrix};
use crate::rule::{Facts, Report, rule};
use crate::vetting::{self, Vetted};

/// How many duties are shown; the message counts them all.
const SHOWN: usize = 3;

rule! {
    /// A provider holds duties for which no clause of its contract is named.
    ///
    /// ## Why it matters
    ///
    /// A duty that rests on no clause rests on good will: the provider may stop tomorrow, and the objectives that it carries
    /// are nobody's. Naming the clause also shows which duties the contract forgot. A cloud service that publishes what it
    /// does binds itself by that: where its own matrix claims the duty and its contract has a scope clause, nothing more is
    /// asked.
    ///
    /// ## Example
    ///
    /// ```diff practices/SI.L2-3.14.1.toml
    /// -clause = "scope"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff practices/SI.L2-3.14.1.toml
    /// -clause = "scope"
    /// +clause = "compliance"
    /// ```
    "duty-without-clause", Providers, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for vetted in vetting::vetted(&facts.assessment) {
        let Some(contract) = &vetted.provider.contract else { continue };
        let loose = loose(&facts.assessment, &vetted, contract);
        let Some((first, _)) = loose.first() else { continue };
        let message = match loose.len() {
            1 => format!("the duty of `{}` in {first} names no clause of its contract", vetted.id),
            count => format!(
                "{count} of the {} duties of `{}` name no clause of its contract, the first in {first}",
                vetted.duties.len(),
                vetted.id
            ),
        };
        let mut draft = report
            .add(message, contract.span)
            .label("no clause of it is named")
            .help(
                "write `clause` with the id of the clause that obliges to it; where there is none, agree on one or take the duty \
                 back",
            )
            .provider(vetted.id);
        for (id, part) in loose.iter().take(SHOWN) {
            draft = draft.related(format!("{id}: {}", reconcile::shortened(&part.duty)), part.party.span);
        }
    }
}

/// The duties that name no clause, and for which nothing stands in.
fn loose<'a>(found: &Assessment, vetted: &Vetted<'a>, contract: &Contract) -> Vec<(RequirementId, &'a Responsibility)> {
    let matrix = found.crms.get(vetted.id);
    let rows = matrix.map(|matrix| Matrix::of(matrix));
    let stands_in = |id: RequirementId, part: &Responsibility| {
        // Of a matrix that was not read whole nobody can say what it claims.
        let is_lost = matrix.is_some_and(|matrix| matrix.lost);
        let is_claimed = rows.as_ref().is_some_and(|rows| is_claimed(rows, id, part));
        is_bound_by_scope(vetted.provider, part, contract) && (is_lost || is_claimed)
    };
    let without = vetted.duties.iter().filter(|(_, part)| part.clause.is_none());
    without.filter(|(id, part)| !stands_in(*id, part)).copied().collect()
}

/// Whether a duty is of a cloud service, and its contract has a scope clause for that one.
fn is_bound_by_scope(provider: &Provider, part: &Responsibility, contract: &Contract) -> bool {
    let is_of = |service: &&Service| part.service.as_deref().is_none_or(|named| named == service.id.name);
    let mut services = provider.service.iter().filter(is_of).peekable();
    let is_bound = |service: &Service| {
        service.kind.value == ServiceKind::Csp && contract.clauses(ClauseKind::Scope, service).next().is_some()
    };
    services.peek().is_some() && services.all(is_bound)
}

fn is_claimed(rows: &Matrix<'_>, id: RequirementId, part: &Responsibility) -> bool {
    let letters: BTreeSet<char> = part.objectives.iter().filter_map(|letter| letter.value.chars().next()).collect();
    let answers = reconcile::answers(rows, id, &letters, part.service.as_deref());
    !answers.is_empty() && answers.keys().all(|answer| *answer == Answer::Claims)
}
