use crate::date::Date;
use crate::ids::Span;
use crate::model::practice::{Layer, Responsibility};
use crate::model::provider::{Access, Provider, Service, ServiceKind};
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// Nobody of the contractor reviews a way in for a provider's people.
    ///
    /// ## Why it matters
    ///
    /// A log that nobody reads shows a login at three in the morning to nobody. Who reviews the sessions of a provider, how
    /// often, when it was last done and what came of it is what the assessor asks of 3.1.12 and 3.3.5. A review on record
    /// without the artifact that shows it is a warning.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -review-last = 2026-09-24
    /// +review-last = 2026-04-02
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -review-last = 2026-09-24
    /// +review-last = 2026-10-02
    /// ```
    "access-not-reviewed", Providers, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment) {
        if provider.access.is_empty() && works_inside(id, provider, facts) {
            report
                .add(
                    format!("`{id}` works on the contractor's systems, and nothing says how its people get in"),
                    provider.id.span,
                )
                .label("no [[access]]")
                .help(
                    "write each way in as an [[access]]: method, device, source, logging, and who reviews it how often",
                )
                .provider(id)
                .warn();
        }
        for access in &provider.access {
            if let Some((what, span, help)) = fault(access, facts.as_of) {
                report
                    .add(format!("access `{}` of `{id}` {what}", access.id), span)
                    .label("a way in")
                    .help(help)
                    .provider(id);
            } else if access.review_record.is_none() {
                report
                    .add(format!("nothing shows that access `{}` of `{id}` was reviewed", access.id), access.id.span)
                    .label("no `review-record`")
                    .help("keep minutes or a ticket of the review, and name its artifact in `review-record`")
                    .provider(id)
                    .warn();
            }
        }
    }
}

/// Whether it has the settings or the daily work of what it holds data of, as an MSP does.
fn works_inside(id: &str, provider: &Provider, facts: &Facts) -> bool {
    let serves =
        |service: &Service| matches!(service.kind.value, ServiceKind::Msp | ServiceKind::Mssp) && service.has_data();
    let works = |part: &Responsibility| part.covers(Layer::Configuration) || part.covers(Layer::Operation);
    provider.service.iter().any(serves) && facts.assessment.duties_of(id).any(|(_, part)| works(part))
}

const WHO: &str = "say in `review-every` and `review-by` how often which role of yours reads its log, and do so";
const DO: &str = "read its log, keep the record, and write the day in `review-last`";

/// A leap year in minutes: nothing that is done less often is done periodically.
const LONGEST: i64 = 366 * 24 * 60;

/// What is wrong, where, and what to do.
fn fault(access: &Access, as_of: Date) -> Option<(String, Span, &'static str)> {
    let here = access.id.span;
    let (Some(every), Some(_)) = (&access.review_every, &access.review_by) else {
        let lacks = if access.review_every.is_none() { "no interval is set" } else { "no role is named" };
        return Some((format!("is reviewed by nobody: {lacks}"), here, WHO));
    };
    if every.value.minutes() > LONGEST {
        return Some((format!("is reviewed every {}, and a year is the most", every.value), every.span, WHO));
    }
    let Some(last) = &access.review_last else {
        return Some(("has never been reviewed".to_owned(), every.span, DO));
    };
    let due = every.value.after(last.value);
    if last.value > as_of {
        let what = format!("was last reviewed on {}, which is yet to come", last.value);
        return Some((what, last.span, "write the day of the last review that was really done"));
    }
    (due < as_of).then(|| {
        let days = as_of.days_since(last.value);
        let what = format!(
            "is to be reviewed every {}, and was last reviewed on {}, {days} days ago",
            every.value, last.value
        );
        (what, last.span, DO)
    })
}
