use crate::rule::{Facts, Report, rule};
use crate::vetting::{self, Vetted};

rule! {
    /// The contract with a provider is not in force.
    ///
    /// ## Why it matters
    ///
    /// After its last day, and before its first, no clause of a contract binds anybody: not to the duties, not to telling of
    /// incidents, not to handing over evidence. Where the provider holds no duty but still has data or a way in this is a
    /// warning.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -until = 2027-12-31
    /// +until = 2026-10-31
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -until = 2027-12-31
    /// +until = 2028-10-31
    /// ```
    "contract-lapsed", Providers, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for vetted in vetting::vetted(&facts.assessment).iter().filter(|vetted| vetted.has_stake()) {
        let Some(contract) = &vetted.provider.contract else { continue };
        // Days that contradict each other have a rule of their own.
        if contract.from.as_ref().zip(contract.until.as_ref()).is_some_and(|(from, until)| until.value < from.value) {
            continue;
        }
        let ended = contract.until.as_ref().filter(|until| until.value < facts.as_of);
        let to_come = contract.from.as_ref().filter(|from| from.value > facts.as_of);
        let draft = match (ended, to_come) {
            (None, None) => continue,
            (Some(until), _) => report
                .add(
                    format!("the contract with `{}` ran out on {}, and it {}", vetted.id, until.value, vetted.stake()),
                    until.span,
                )
                .label("in the past")
                .help("write the last day of the contract that is in force, or take from it what it does here"),
            (None, Some(from)) => report
                .add(
                    format!(
                        "the contract with `{}` is not yet in force until {}, and it {}",
                        vetted.id,
                        from.value,
                        vetted.stake()
                    ),
                    from.span,
                )
                .label("in the future")
                .help("write the days of the contract that is in force now, or give it its part from that day"),
        };
        lowered(draft.provider(vetted.id), vetted);
    }
}

fn lowered(draft: crate::rule::Draft<'_>, vetted: &Vetted<'_>) {
    if vetted.duties.is_empty() {
        draft.warn();
    }
}
