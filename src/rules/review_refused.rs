use crate::model::history::ReviewState;
use crate::rule::{Facts, Report, rule};

rule! {
    /// There are reviews of something, and none of them is accepted.
    ///
    /// ## Why it matters
    ///
    /// A review counts only if the policy of the repository accepts its proof: who signed, with which key, in which
    /// role. If every review is refused, the subject stands as if nobody had looked at it, however many names the log
    /// carries.
    ///
    /// ## Example
    ///
    /// Not shown by an example: it takes keys and signed commits.
    "review-refused", Review, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (subject, found) in facts.subjects_in(ReviewState::Refused) {
        let review = found.reviews.iter().find(|review| !review.after_as_of);
        let why = review.and_then(|review| {
            review.refused_because.as_ref().map(|why| format!(", the latest {}: {why}", review.words()))
        });
        let message = format!("no review of {} is accepted{}", subject.words(), why.unwrap_or_default());
        report
            .add(message, facts.place_of(subject))
            .label("refused")
            .help(format!("review it with a proof that `[review] accept` takes, by `demarcate review {subject}`"))
            .subject(subject);
    }
}
