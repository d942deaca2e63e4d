use crate::model::provider::ProviderPerson;
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// People of a provider have access, and no day on which they were screened is recorded.
    ///
    /// ## Why it matters
    ///
    /// 3.9.1 asks that people are screened before they get access to systems with CUI, whoever employs them. The provider
    /// screens its own, and says when.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -screened = 2026-01-10
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -screened = 2026-01-10
    /// +screened = 2026-02-12
    /// ```
    "unscreened-person", Providers, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    // A FedRAMP package speaks for the people of a cloud as well.
    let own = vetting::sound(&facts.assessment).filter(|(_, provider)| !provider.is_shown_by_fedramp());
    for (id, provider) in own {
        let is_screened =
            |person: &ProviderPerson| person.screened.as_ref().is_some_and(|day| day.value <= facts.as_of);
        let unscreened: Vec<&ProviderPerson> = provider.people_inside().filter(|person| !is_screened(person)).collect();
        let Some((first, others)) = unscreened.split_first() else { continue };
        let names: Vec<String> = unscreened.iter().map(|person| person.name.value.clone()).collect();
        let many = if others.is_empty() { "has" } else { "have" };
        let mut draft = report
            .add(
                format!(
                    "{} of `{id}` {many} access, and no day of screening up to now is recorded",
                    vetting::joined(&names)
                ),
                first.name.span,
            )
            .label("not screened, as far as is written")
            .help("ask the provider for the day and write it as `screened`, or take away the access until then")
            .provider(id);
        for person in others {
            draft = draft.related("nor here", person.name.span);
        }
    }
}
