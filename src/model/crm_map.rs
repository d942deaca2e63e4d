//! The map by which a provider's workbook is read.

use crate::date::Date;
use crate::ids::Spanned;
use crate::table::{Map, OneOrMany, choice, record};

choice! {
    /// What a word of a provider's workbook comes to.
    pub enum Meaning {
        /// The customer inherits all of it.
        Full = "full",
        /// The customer inherits a part and does the rest.
        Partial = "partial",
        /// The customer inherits nothing.
        Nothing = "none",
        /// It is no answer: the row is counted and left out.
        Unanswered = "unanswered",
    }

    /// What becomes of answered rows of names that `[controls]` does not have.
    pub enum Unmapped {
        /// Each is an error.
        Refuse = "refuse",
        /// They are counted and left out.
        Skip = "skip",
    }
}

record! {
    /// How a provider's workbook is read: what its headings, words and names mean.
    pub struct CrmMap {
        /// The built-in map to begin with: cmmc, fedramp-crm, fedramp-cis or demarcate. Unsaid, only what stands here counts.
        pub map: Option<Spanned<String>>,
        /// The provider whose matrix it is; `--as` comes before it.
        pub provider: Option<Spanned<String>>,
        /// The edition of the document; `--edition` comes before it.
        pub edition: Option<Spanned<String>>,
        /// The day of that edition; `--date` comes before it.
        pub date: Option<Spanned<Date>>,
        /// The artifact that keeps the document; `--source` comes before it.
        pub source: Option<Spanned<String>>,
        /// The sheet by its name, without regard to case and blanks; `*` at an end stands for any text. Of several the first that is there.
        pub sheet: OneOrMany<Spanned<String>>,
        /// The services that every row speaks of which names none.
        pub service: OneOrMany<Spanned<String>>,
        /// What becomes of answered rows of names that `[controls]` does not have; unsaid means refuse.
        pub unmapped: Option<Spanned<Unmapped>>,
        /// The headings of the columns.
        pub columns: Option<CrmColumns>,
        /// What each word of the column `word` comes to, without regard to case and blanks.
        pub words: Map<Spanned<Meaning>>,
        /// Headings of columns that are ticked instead of a word, and what a tick comes to. Each has to be there, but one that is `unanswered`.
        pub ticks: Map<Spanned<Meaning>>,
        /// Names of services in the workbook, and the ids of the services that they are.
        pub services: Map<OneOrMany<Spanned<String>>>,
        /// Names in the id column that are no ids of SP 800-171, such as controls of SP 800-53, and the requirements or objectives that they lead to.
        pub controls: Map<OneOrMany<Spanned<String>>>,
    }

    /// The headings of the columns; of several the first that is there.
    pub struct CrmColumns {
        /// What the row speaks of.
        pub id: OneOrMany<Spanned<String>>,
        /// Who does it, in one word.
        pub word: OneOrMany<Spanned<String>>,
        /// What the provider does.
        pub provider_does: OneOrMany<Spanned<String>>,
        /// What the customer does.
        pub customer_does: OneOrMany<Spanned<String>>,
        /// The evidence that the provider offers.
        pub evidence: OneOrMany<Spanned<String>>,
        /// The service that the row speaks of.
        pub service: OneOrMany<Spanned<String>>,
        /// Columns in which any text says that the provider has not done all of it yet; rows that it answers for all the same are told.
        pub pending: OneOrMany<Spanned<String>>,
        /// More columns that are the provider's own business and are never read.
        pub internal: OneOrMany<Spanned<String>>,
    }
}
