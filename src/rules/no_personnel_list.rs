use crate::model::practice::Layer;
use crate::rule::{Facts, Report, rule};
use crate::vetting::{self, Vetted};

rule! {
    /// A provider whose people get in, or work with data of the contractor's, has handed over no list of them.
    ///
    /// ## Why it matters
    ///
    /// Who is screened before access (3.9.1), whose access ends when they leave (3.9.2) and whom an assessor interviews cannot
    /// be said of people whom nobody can name. Of a cloud service whose FedRAMP letter is named its package speaks, and
    /// nothing is asked.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -personnel-list = "acme-personnel"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -personnel-list = "acme-personnel"
    /// +personnel-list = "acme-report"
    /// ```
    "no-personnel-list", Providers, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for vetted in vetting::vetted(&facts.assessment).iter().filter(|vetted| has_people_here(vetted)) {
        let provider = vetted.provider;
        if provider.personnel_list.is_some() || !provider.is_esp() || provider.is_shown_by_fedramp() {
            continue;
        }
        report
            .add(format!("`{}` {}, and no artifact lists its people", vetted.id, vetted.stake()), provider.id.span)
            .label("no `personnel-list`")
            .help(
                "ask for a list of everybody with access, by name and role, and name its artifact in `personnel-list`",
            )
            .provider(vetted.id);
    }
}

/// Whether people of it get in, or work where they hold data.
fn has_people_here(vetted: &Vetted<'_>) -> bool {
    let works = |layer: Layer| vetted.duties.iter().any(|(_, part)| part.covers(layer));
    let is_at_work = works(Layer::Configuration) || works(Layer::Operation);
    vetted.provider.gets_in() || (is_at_work && vetted.provider.has_data())
}
