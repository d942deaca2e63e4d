use crate::ids::CONTRACTOR;
use crate::model::assessment::Assessment;
use crate::model::practice::{Practice, Responsibility};
use crate::rule::{Facts, Report, rule};

rule! {
    /// Something is inherited from the contractor itself, or from a provider that neither has a part in it nor gives any service.
    ///
    /// ## Why it matters
    ///
    /// What is inherited is done by somebody. Where the one it is inherited from does nothing that the repository knows of,
    /// the objective is nobody's, although it looks owned.
    ///
    /// ## Example
    ///
    /// ```diff practices/SC.L2-3.13.16.toml
    /// -inherits = { from = "gcc-high", basis = "gcc-high-letter" }
    /// +inherits = { from = "contractor", basis = "gcc-high-letter" }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff practices/SC.L2-3.13.16.toml
    /// -inherits = { from = "gcc-high", basis = "gcc-high-letter" }
    /// +inherits = { from = "gcc-high", basis = "gcc-high-contract" }
    /// ```
    "inheritance-from-nobody", Scope, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, practice) in &facts.assessment.practices {
        for part in &practice.responsibility {
            let Some(inherits) = part.inherits.as_ref() else { continue };
            let Some((why, help)) = why_not(part, practice, &facts.assessment) else { continue };
            report
                .add(format!("{id} is inherited from `{}`, and {why}", inherits.from), inherits.from.span)
                .label("does not do it")
                .help(help)
                .practice(*id)
                .provider(&inherits.from);
        }
    }
}

fn why_not(part: &Responsibility, practice: &Practice, found: &Assessment) -> Option<(&'static str, &'static str)> {
    let from = part.inherits.as_ref()?.from.name.as_str();
    if from == CONTRACTOR {
        return Some((
            "nothing is inherited from oneself",
            "name the provider or entity that does it; what the contractor does needs no `inherits`",
        ));
    }
    let provider = found.providers.get(from).filter(|provider| !provider.lost)?;
    let has_part = practice.responsibility.iter().any(|part| &*part.party == from);
    (!has_part && provider.service.is_empty()).then_some((
        "it has no part there and gives no service",
        "give it a part of its own with the duty that it has, or describe the service in its file",
    ))
}
