use crate::model::Filed;
use crate::model::provider::{DataKind, Provider};
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// A provider may see technical data under the ITAR, and has not attested that its people are U.S. persons.
    ///
    /// ## Why it matters
    ///
    /// Technical data shown to somebody who is no U.S. person is an export, wherever that person sits (22 CFR 120). What is
    /// asked of the provider is one signed statement that everybody with access is a U.S. person, which citizens, lawful
    /// permanent residents and protected individuals alike are. Never ask for, and never record, the nationality, birthplace
    /// or papers of its people: nobody needs them here, and asking may break the law against discrimination. (This is from the
    /// general rules of export control; ask counsel where it matters.)
    ///
    /// ## Example
    ///
    /// ```diff demarcate.toml
    /// -end-users = 42
    /// +end-users = 42
    /// +itar = true
    /// ```
    /// ```diff providers/acme-msp.toml
    /// -us-persons = "acme-personnel"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff demarcate.toml
    /// -end-users = 42
    /// +end-users = 42
    /// +itar = true
    /// ```
    "us-persons-not-shown", Providers, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    if !vetting::is_itar(&facts.assessment) {
        return;
    }
    for (id, provider) in vetting::sound(&facts.assessment).filter(|(_, provider)| may_see(provider)) {
        if provider.us_persons.as_ref().is_some_and(|attested| vetting::is_in_hand(&facts.assessment, &attested.name)) {
            continue;
        }
        let why = if provider.holds(DataKind::Cui) { "CUI lies with it" } else { "its people get in" };
        let system = facts.assessment.config.system.as_ref();
        let draft = report
            .add(
                format!("`{id}` has not attested that everybody with access is a U.S. person, and {why}"),
                provider.id.span,
            )
            .label(if provider.us_persons.is_some() { "named, and not in hand" } else { "no `us-persons`" })
            .help(
                "get a signed statement that everybody with access is a U.S. person, and name its artifact in `us-persons`; do \
                 not ask for anybody's nationality",
            )
            .provider(id);
        if let Some(itar) = system.and_then(|system| system.itar.as_ref()) {
            draft.related("technical data under the ITAR is in scope", itar.span);
        }
    }
}

fn may_see(provider: &Filed<Provider>) -> bool {
    provider.holds(DataKind::Cui) || provider.gets_in()
}
