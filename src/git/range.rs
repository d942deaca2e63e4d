//! Two commits and what lies between them.

use std::fmt;

use super::{Git, Oid};
use crate::failure::{Cause, Failure};

impl Git {
    /// Whether a commit has come from another one, or is it.
    pub fn stands_on(&self, one: Oid, later: Oid) -> Result<bool, Failure> {
        Ok(self.merge_bases(one, later)?.contains(&one))
    }

    /// Every commit that both have and that none of the others has below it; none if they share none.
    pub fn merge_bases(&self, one: Oid, two: Oid) -> Result<Vec<Oid>, Failure> {
        // The commits alone are asked: a commit-graph is a copy.
        let found = self.repo.merge_bases_many_with_graph(one, &[two], &mut self.repo.revision_graph(None));
        Ok(found.map_err(|error| unwalkable(&error))?.into_iter().map(gix::Id::detach).collect())
    }

    /// The commits that the one has and the other does not, in no order.
    pub fn beyond(&self, base: Oid, head: Oid) -> Result<Vec<Oid>, Failure> {
        let walk = self.repo.rev_walk([head]).with_hidden([base]).use_commit_graph(false);
        let walk = walk.all().map_err(|error| unwalkable(&error))?;
        walk.map(|found| found.map(|info| info.id).map_err(|error| unwalkable(&error))).collect()
    }

    /// Whether the clone lacks the beginning of its log.
    pub fn is_shallow(&self) -> bool {
        self.repo.is_shallow().unwrap_or(false)
    }
}

fn unwalkable(error: &dyn fmt::Display) -> Failure {
    Failure::new(Cause::Object, format!("the log between the two sides cannot be walked: {error}"))
}
