use crate::ids::Spanned;
use crate::model::config::SystemConnection;
use crate::model::provider::Connection;
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// A connection is described without what flows, how it is made or what protects it.
    ///
    /// ## Why it matters
    ///
    /// The SSP names the connections with other systems (3.12.4[f]), and 3.1.20 asks that each is verified and limited. That
    /// takes what flows in which direction, how it is made, how the ends know each other and what protects it. Of a
    /// connection in demarcate.toml what flows and how it is made is enough.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -authentication = "certificates at both ends"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -authentication = "certificates at both ends"
    /// +authentication = "certificates of the contractor's own authority at both ends"
    /// ```
    "incomplete-connection", Providers, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment) {
        for connection in &provider.connection {
            let missing = missing(connection);
            if !missing.is_empty() {
                report
                    .add(lacks(&format!("connection `{}` of `{id}`", connection.id), &missing), connection.id.span)
                    .label("not described in full")
                    .help(format!("write {}", vetting::listed(missing)))
                    .provider(id);
            }
        }
    }
    if !facts.assessment.config.lost {
        of_the_system(facts, report);
    }
}

fn of_the_system(facts: &Facts, report: &mut Report<'_>) {
    for connection in facts.assessment.config.system.iter().flat_map(|system| &system.connection) {
        let missing = missing_of_the_system(connection);
        if !missing.is_empty() {
            report
                .add(lacks(&format!("the system's connection `{}`", connection.id), &missing), connection.id.span)
                .label("not described in full")
                .help(format!("write {}", vetting::listed(missing)));
        }
    }
}

fn lacks(what: &str, missing: &[&str]) -> String {
    format!("{what} lacks {}", vetting::joined(&missing.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>()))
}

fn missing(connection: &Connection) -> Vec<&'static str> {
    unsaid(&[
        ("data", &connection.data),
        ("flow", &connection.flow),
        ("method", &connection.method),
        ("authentication", &connection.authentication),
        ("controls", &connection.controls),
    ])
}

fn missing_of_the_system(connection: &SystemConnection) -> Vec<&'static str> {
    unsaid(&[("data", &connection.data), ("method", &connection.method)])
}

fn unsaid(keys: &[(&'static str, &Option<Spanned<String>>)]) -> Vec<&'static str> {
    let is_said = |text: &Option<Spanned<String>>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    keys.iter().filter(|(_, text)| !is_said(text)).map(|(key, _)| *key).collect()
}
