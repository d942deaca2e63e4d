//! What others publish, taken in: the official wording of the catalog.
