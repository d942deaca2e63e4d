//! `<id>.crm.toml`: what a provider itself says it does.

use super::{ArtifactSeries, ProviderName, ServiceName};
use crate::date::Date;
use crate::ids::{ObjectiveId, RequirementId, Span, Spanned};
use crate::table::{Needed, OneOrMany, Ref, choice, record};

choice! {
    /// How much of it a customer inherits.
    pub enum Inheritance {
        /// All of it.
        Full = "full",
        /// A part; the customer does the rest.
        Partial = "partial",
        /// Nothing.
        Nothing = "none",
    }
}

record! {
    /// A provider's own responsibility matrix.
    pub struct ProviderCrm {
        /// The provider.
        pub provider: Ref<ProviderName>,
        /// The edition of the document.
        pub edition: Option<Spanned<String>>,
        /// The day of that edition.
        pub date: Option<Spanned<Date>>,
        /// The document it was taken from.
        pub source: Option<Ref<ArtifactSeries>>,
        /// What it says, a row each.
        pub row: Vec<CrmRow>,
    }

    /// What a provider says of a requirement or objective.
    pub struct CrmRow {
        /// Requirements or objectives: 3.1.1 or AC.L2-3.1.1[a].
        pub covers = "for": Needed<Spanned<String>>,
        /// The service it speaks of; unsaid means all.
        pub service: OneOrMany<Ref<ServiceName>>,
        /// How much is inherited.
        pub inheritance: Spanned<Inheritance>,
        /// What the provider does.
        pub provider_does: Option<Spanned<String>>,
        /// What the customer must do.
        pub customer_does: Option<Spanned<String>>,
        /// The evidence it offers.
        pub evidence: Option<Spanned<String>>,
        /// The cell as it stood in the source.
        pub verbatim: Option<Spanned<String>>,
        /// Sheet and address of that cell.
        pub cell: Option<Spanned<String>>,
    }
}

impl CrmRow {
    /// What it speaks of: a requirement, or one objective of it by letter, and where it says so. An entry that names
    /// nothing is left out.
    pub fn covered(&self) -> impl Iterator<Item = (RequirementId, Option<char>, Span)> {
        self.covers.iter().filter_map(|written| {
            let objective = |id: ObjectiveId| (id.requirement, Some(id.letter), written.span);
            let whole = written.parse::<RequirementId>().ok().map(|id| (id, None, written.span));
            whole.or_else(|| written.parse::<ObjectiveId>().ok().map(objective))
        })
    }
}
