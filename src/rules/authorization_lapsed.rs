use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// The authorization of a service has run out.
    ///
    /// ## Why it matters
    ///
    /// A cloud service that holds CUI has to meet FedRAMP Moderate or its equivalent on the day of the assessment, not on the
    /// day the letter was signed (DFARS 252.204-7012(b)(2)(ii)(D)), and what is inherited from a service rests on the same
    /// letter. A letter that runs out on its own `expires` too is reported here alone.
    ///
    /// ## Example
    ///
    /// ```diff providers/gcc-high.toml
    /// -authorization-until = 2027-12-31
    /// +authorization-until = 2026-10-31
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/gcc-high.toml
    /// -authorization-until = 2027-12-31
    /// +authorization-until = 2028-10-31
    /// ```
    "authorization-lapsed", Providers, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, until, services) in vetting::lapsed_authorizations(&facts.assessment, facts.as_of) {
        let mut places = services.iter().filter_map(|service| service.authorization_until.as_ref());
        let Some(first) = places.next() else { continue };
        let names = vetting::listed(services.iter().map(|service| &*service.id.name));
        let what = match services.first().and_then(|service| service.authorization.as_ref()) {
            Some(authorization) => format!("the authorization {}", authorization.value),
            None => "the authorization".to_owned(),
        };
        let mut draft = report
            .add(format!("{what} of {names} of `{id}` ran out on {until}"), first.span)
            .label("in the past")
            .help("get the letter that is in force, add it as an edition of its artifact, and write its last day in both places")
            .provider(id);
        for place in places {
            draft = draft.related("and here", place.span);
        }
        let letter = services.iter().find_map(|service| service.authorization_evidence.as_deref());
        if let Some((letter, series)) =
            letter.and_then(|letter| Some((letter, facts.assessment.artifacts.get(letter)?)))
        {
            draft.related(format!("the letter that shows it, `{letter}`"), series.artifact.id.span);
        }
    }
}
