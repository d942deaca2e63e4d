use crate::model::ArtifactSeries;
use crate::model::assessment::Assessment;
use crate::model::provider::Service;
use crate::rule::{Facts, Report, rule};
use crate::table::Ref;
use crate::vetting;

rule! {
    /// CUI lies on an authorized cloud service, and no artifact shows the authorization.
    ///
    /// ## Why it matters
    ///
    /// The assessor takes nobody's word for FedRAMP: the entry of the marketplace, the letter, or for equivalency the body of
    /// evidence with the assessor's attestation has to be at hand. The package that it opens is also what stands in for a
    /// right to audit.
    ///
    /// ## Example
    ///
    /// ```diff providers/gcc-high.toml
    /// -authorization-evidence = "gcc-high-letter"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/gcc-high.toml
    /// -authorization-evidence = "gcc-high-letter"
    /// +authorization-evidence = "gcc-high-contract"
    /// ```
    "authorization-not-shown", Providers, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment) {
        let unshown: Vec<&Service> =
            provider.service.iter().filter(|service| is_unshown(service, &facts.assessment)).collect();
        let Some(authorization) = unshown.first().and_then(|service| service.authorization.as_ref()) else { continue };
        let names = vetting::listed(unshown.iter().map(|service| &*service.id.name));
        report
            .add(
                format!("no artifact shows the authorization {} of {names} of `{id}`", authorization.value),
                authorization.span,
            )
            .label("said and not shown")
            .help("get the letter or the entry of the marketplace, and name its artifact in `authorization-evidence`")
            .provider(id);
    }
}

fn is_unshown(service: &Service, found: &Assessment) -> bool {
    let shown = |letter: &Ref<ArtifactSeries>| vetting::is_in_hand(found, &letter.name);
    let is_shown = service.authorization_evidence.as_ref().is_some_and(shown);
    service.is_cloud_with_cui() && service.is_authorized_for_cui() && !is_shown
}
