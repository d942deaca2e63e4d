use std::collections::BTreeMap;

use crate::date::Date;
use crate::ids::{RequirementId, Span};
use crate::model::assessment::{Assessment, ObjectiveView};
use crate::model::practice::{Layer, Responsibility};
use crate::model::provider::{AuthorizationKind, Service, ServiceKind};
use crate::rule::{Facts, Report, and_more, rule};

rule! {
    /// A provider configures or runs something for a met objective, and the contractor does not verify it.
    ///
    /// ## Why it matters
    ///
    /// The contractor answers for what its provider does. "We trust them" is no evidence; a check of its own with an interval,
    /// a role and a record is. One diagnostic stands for all such parts of a provider.
    ///
    /// A cloud's FedRAMP authorization with its letter on file, the letter under `inherits`, or a test of the provider that
    /// passed stands for the verification. Where nobody but the provider does the work, `provider-alone` says so.
    ///
    /// ## Example
    ///
    /// ```diff practices/MA.L2-3.7.5.toml
    /// -layer = ["policy", "procedure"]
    /// +layer = ["policy", "procedure", "capability"]
    /// ```
    /// ```diff practices/MA.L2-3.7.5.toml
    /// -verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff practices/MA.L2-3.7.5.toml
    /// -layer = ["policy", "procedure"]
    /// +layer = ["policy", "procedure", "capability"]
    /// ```
    "verification-missing", Evidence, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    let mut bare: BTreeMap<&str, BTreeMap<RequirementId, Span>> = BTreeMap::new();
    let whole = found.objectives().filter(|objective| objective.is_met() && !objective.practice.lost);
    for objective in whole.filter(does_contractor_work) {
        for part in objective.parts().filter(|part| is_unverified(part, &objective, facts.as_of, found)) {
            bare.entry(&part.party).or_default().entry(objective.id.requirement).or_insert(part.party.span);
        }
    }
    for (provider, places) in bare {
        let places: Vec<(RequirementId, Span)> = places.into_iter().collect();
        let Some((id, first)) = places.first() else { continue };
        let message =
            format!("`{provider}` does work on {id}{}, and the contractor does not verify it", and_more(&places));
        let draft = report
            .add(message, *first)
            .label("no `verification`")
            .help("add `verification` to its part: how, how often, by which role, and the artifact that records it")
            .provider(provider);
        draft.practices(&places);
    }
}

/// Whether the contractor works on it too; where a provider is alone another rule speaks.
fn does_contractor_work(objective: &ObjectiveView<'_>) -> bool {
    objective.parts().any(|part| part.is_contractor() && (part.works() || part.layer.is_empty()))
}

fn is_unverified(part: &Responsibility, objective: &ObjectiveView<'_>, as_of: Date, found: &Assessment) -> bool {
    let does_work = part.covers(Layer::Configuration) || part.covers(Layer::Operation);
    let verified = part.verification.as_ref().is_some_and(|terms| !terms.how.trim().is_empty());
    let inherited = part.inherits.as_ref().is_some_and(|inherits| inherits.basis.is_some());
    let mut methods = objective.methods();
    let tested = methods.any(|method| method.shows() && method.party.as_deref() == Some(&*part.party));
    let is_known = found.providers.get(&*part.party).is_some_and(|provider| !provider.lost);
    let vouched = has_letter(part, as_of, found);
    !part.is_contractor() && is_known && does_work && !(verified || inherited || tested || vouched)
}

/// Whether a cloud's authorization with its letter covers the service that the part rests on, or every cloud service where
/// it names none.
fn has_letter(part: &Responsibility, as_of: Date, found: &Assessment) -> bool {
    let Some(provider) = found.providers.get(&*part.party) else { return false };
    let named = part.service.as_deref();
    let mut services =
        provider.service.iter().filter(|service| named.is_none_or(|named| *service.id == *named)).peekable();
    services.peek().is_some() && services.all(|service| is_authorized(service, as_of))
}

fn is_authorized(service: &Service, as_of: Date) -> bool {
    let authorization = service.authorization.as_ref().map(|authorization| authorization.value);
    let is_fedramp = matches!(
        authorization,
        Some(
            AuthorizationKind::FedrampHigh
                | AuthorizationKind::FedrampModerate
                | AuthorizationKind::FedrampModerateEquivalent
        )
    );
    let in_force = service.authorization_until.as_ref().is_none_or(|until| until.value >= as_of);
    service.kind.value == ServiceKind::Csp && is_fedramp && in_force && service.authorization_evidence.is_some()
}
