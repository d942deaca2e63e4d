use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// A connection of a provider names the provider itself as its other end.
    ///
    /// ## Why it matters
    ///
    /// `with` names the party at the other end where it is not the contractor. A connection between a provider and itself
    /// shows nobody a way into the system, and hides the one that was meant (3.1.20, 3.12.4[f]).
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -flow = "in both directions"
    /// +flow = "in both directions"
    /// +with = "acme-msp"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -flow = "in both directions"
    /// +flow = "in both directions"
    /// +with = "gcc-high"
    /// ```
    "connection-with-itself", Format, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment) {
        for connection in &provider.connection {
            let Some(with) = connection.with.as_ref().filter(|with| ***with == *id) else { continue };
            report
                .add(format!("connection `{}` of `{id}` is with `{id}` itself", connection.id), with.span)
                .label("this provider")
                .help("name the party at the other end, or remove `with` where that is the contractor")
                .provider(id);
        }
    }
}
