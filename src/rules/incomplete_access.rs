use crate::ids::Spanned;
use crate::model::provider::Access;
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// A way in for a provider's people is described without its method, device, source or logging.
    ///
    /// ## Why it matters
    ///
    /// Remote access is controlled by what it goes through, from which devices and from where it may come, and by the log that
    /// shows who came (3.1.12, 3.1.14, 3.1.15, 3.3.1). What is not written down is what the assessor asks first.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -source = "Acme's office network"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -source = "Acme's office network"
    /// +source = "Acme's office network in Columbus, by address"
    /// ```
    "incomplete-access", Providers, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment) {
        for access in &provider.access {
            let missing = missing(access);
            if missing.is_empty() {
                continue;
            }
            let what: Vec<String> = missing.iter().map(|(_, words)| (*words).to_owned()).collect();
            report
                .add(
                    format!("access `{}` of `{id}` does not say {}", access.id, vetting::joined(&what)),
                    access.id.span,
                )
                .label("a way in")
                .help(format!("write {}", vetting::listed(missing.iter().map(|(key, _)| *key))))
                .provider(id);
        }
    }
}

fn missing(access: &Access) -> Vec<(&'static str, &'static str)> {
    let is_said = |text: &Option<Spanned<String>>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let keys = [
        (is_said(&access.method), "method", "how they get in"),
        (is_said(&access.device), "device", "from which devices"),
        (is_said(&access.source), "source", "from which networks or places they are let in"),
        (is_said(&access.logging), "logging", "how it is logged"),
    ];
    keys.into_iter().filter(|(is_said, ..)| !is_said).map(|(_, key, words)| (key, words)).collect()
}
