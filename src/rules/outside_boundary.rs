use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// CUI lies on a service of an authorized cloud that is outside the authorized boundary.
    ///
    /// ## Why it matters
    ///
    /// An authorization covers the services within its boundary and no others: of one cloud the mail may be authorized and
    /// the chat beside it not. Outside it CUI lies on a service without FedRAMP Moderate (DFARS 252.204-7012(b)(2)(ii)(D)).
    /// Where nobody has said which side the service is on this is a warning.
    ///
    /// ## Example
    ///
    /// ```diff providers/gcc-high.toml
    /// -inside-boundary = true
    /// +inside-boundary = false
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/gcc-high.toml
    /// -title = "Mail, files and meetings"
    /// +title = "Mail and files, without meetings"
    /// ```
    "outside-boundary", Providers, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment) {
        let services = provider.service.iter().filter(|service| service.is_cloud_with_cui());
        for service in services.filter(|service| service.is_authorized_for_cui()) {
            match &service.inside_boundary {
                Some(inside) if inside.value => {}
                Some(inside) => drop(
                    report
                        .add(
                            format!(
                                "CUI lies on service `{}` of `{id}`, which is outside the boundary of its authorization",
                                service.id
                            ),
                            inside.span,
                        )
                        .label("outside")
                        .help("keep CUI off this service, or move it to one within the authorized boundary")
                        .provider(id),
                ),
                None => drop(
                    report
                        .add(
                            format!(
                                "whether service `{}` of `{id}`, on which CUI lies, is within the boundary of its \
                                 authorization is not said",
                                service.id
                            ),
                            service.id.span,
                        )
                        .label("no `inside-boundary`")
                        .help("look it up in the letter or the list of services of the authorization, and write `inside-boundary`")
                        .provider(id)
                        .warn(),
                ),
            }
        }
    }
}
