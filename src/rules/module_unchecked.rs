use crate::date::Duration;
use crate::model::crypto::Module;
use crate::model::provider::ServiceKind;
use crate::rule::{Facts, Report, rule};

rule! {
    /// Of a cryptographic module with a certificate something is missing that shows that the certificate applies.
    ///
    /// ## Why it matters
    ///
    /// A certificate is for a version in an operating environment in its approved mode, and its state changes without anybody
    /// being told. An assessor looks up the number and asks for the version that runs, where, how one sees that it runs in FIPS
    /// mode, and when the state was last looked at; more than a year ago is too long. Of a cloud service the mode stands in its
    /// authorization package and is not asked for here.
    ///
    /// ## Example
    ///
    /// ```diff crypto.toml
    /// -checked = 2026-09-10
    /// +checked = 2025-09-10
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff crypto.toml
    /// -checked = 2026-09-10
    /// +checked = 2026-10-10
    /// ```
    "module-unchecked", Evidence, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(crypto) = facts.assessment.crypto.as_ref().filter(|crypto| !crypto.lost) else { return };
    for module in crypto.module.iter().filter(|module| module.certificate.is_some()) {
        let missing = missing(module, facts);
        if missing.is_empty() {
            continue;
        }
        let place = module.checked.as_ref().map_or(module.id.span, |checked| checked.span);
        let draft = report
            .add(format!("module `{}` {}", module.id, missing.join(", and ")), place)
            .label("cannot be compared with its certificate")
            .help("look the certificate up, compare version and environment with what runs, write the day at `checked`, and cite what shows the mode at `mode-evidence`");
        module.party.iter().fold(draft, |draft, party| draft.provider(party));
    }
}

fn missing(module: &Module, facts: &Facts) -> Vec<String> {
    let of_cloud = module.party.as_ref().is_some_and(|party| is_cloud(party, facts));
    let unsaid = [
        ("`version`", module.version.is_none()),
        ("`status`", module.status.is_none()),
        ("`environment`", module.environment.is_none()),
        ("`mode-evidence`", module.mode_evidence.is_none() && !of_cloud),
        ("`checked`", module.checked.is_none()),
    ];
    let unsaid: Vec<&str> = unsaid.into_iter().filter(|(_, is_unsaid)| *is_unsaid).map(|(key, _)| key).collect();
    let mut missing = Vec::new();
    if !unsaid.is_empty() {
        missing.push(format!("says nothing at {}", unsaid.join(", ")));
    }
    match module.checked.as_ref().map(|checked| checked.value) {
        Some(day) if day > facts.as_of => missing.push(format!("was looked up on {day}, which is to come")),
        Some(day) if Duration::YEAR.after(day) < facts.as_of => {
            missing.push(format!("was last looked up on {day}, more than a year ago"));
        }
        _ => {}
    }
    missing
}

fn is_cloud(party: &str, facts: &Facts) -> bool {
    let provider = facts.assessment.providers.get(party);
    provider.is_some_and(|provider| provider.service.iter().any(|service| service.kind.value == ServiceKind::Csp))
}
