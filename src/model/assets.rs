//! `assets.toml`: scope groups and the inventory by category (32 CFR 170.19(c)(1) Table 3).

use super::{ArtifactSeries, GroupName, Party};
use crate::date::Date;
use crate::ids::{ObjectiveId, RequirementId, Spanned};
use crate::table::{Id, Needed, Ref, choice, record};

choice! {
    /// The asset categories of 32 CFR 170.19(c)(1) Table 3.
    pub enum Category {
        /// Processes, stores or transmits CUI.
        Cui = "cui",
        /// Provides security functions or capabilities.
        SecurityProtection = "security-protection",
        /// Can, but is not intended to, handle CUI.
        ContractorRiskManaged = "contractor-risk-managed",
        /// IoT, OT, Government-furnished, restricted or test equipment that cannot be fully secured.
        Specialized = "specialized",
        /// Cannot handle CUI and gives no protection.
        OutOfScope = "out-of-scope",
    }
}

record! {
    /// What is in scope, in groups.
    pub struct Assets {
        /// The groups that responsibilities name.
        pub group: Vec<Group>,
        /// The inventory, or its parts that need words.
        pub asset: Vec<Asset>,
        /// Significant changes of boundary, providers or groups, and what was decided.
        pub decision: Vec<Decision>,
    }

    /// A part of the system that is treated alike.
    pub struct Group {
        /// The id that responsibilities name.
        pub id: Id,
        /// What it is.
        pub title: Spanned<String>,
        /// Whether it is in scope; unsaid means yes.
        pub in_scope: Option<Spanned<bool>>,
        /// What belongs to it.
        pub description: Option<Spanned<String>>,
        /// Requirements and objectives that have nothing to apply to in this group, with the reason.
        pub exempt: Vec<Exempt>,
    }

    /// What has nothing to apply to in a group: no clock in a safe, no remote session to a lock.
    pub struct Exempt {
        /// The requirements, 3.3.7, and objectives, AC.L2-3.1.13[b].
        pub covers = "from": Needed<Spanned<String>>,
        /// Why nothing of it applies to these assets.
        pub reason: Spanned<String>,
    }

    /// An asset, or a set of like ones.
    pub struct Asset {
        /// The id.
        pub id: Id,
        /// What it is.
        pub title: Spanned<String>,
        /// Its category.
        pub category: Option<Spanned<Category>>,
        /// Its group.
        pub group: Option<Ref<GroupName>>,
        /// The provider or contractor whose it is.
        pub owner: Option<Ref<Party>>,
        /// How many there are.
        pub count: Option<Spanned<i64>>,
        /// How the SSP treats it; needed for specialized and contractor-risk-managed assets.
        pub treatment: Option<Spanned<String>>,
        /// The inventory that lists each of them.
        pub inventory: Option<Ref<ArtifactSeries>>,
    }

    /// What was decided about a significant change.
    pub struct Decision {
        /// The day.
        pub date: Spanned<Date>,
        /// What changed.
        pub change: Spanned<String>,
        /// What was decided: new assessment, or covered by the affirmation.
        pub decided: Spanned<String>,
        /// Who decided.
        pub by: Option<Spanned<String>>,
        /// Groups, providers, assets or connections it is about.
        pub about: Vec<Spanned<String>>,
        /// Ids of those that the change took away, which nothing lists any more.
        pub removed: Vec<Spanned<String>>,
    }
}

impl Exempt {
    /// Whether it speaks of an objective, and gives a reason.
    pub fn covers(&self, objective: ObjectiveId) -> bool {
        let is_it = |written: &Spanned<String>| {
            written.parse::<RequirementId>().is_ok_and(|id| id == objective.requirement)
                || written.parse::<ObjectiveId>().is_ok_and(|id| id == objective)
        };
        !self.reason.trim().is_empty() && self.covers.iter().any(is_it)
    }
}
