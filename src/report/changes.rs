//! What differs between two sides, in a form for people, forges and programs.

use crate::model::changes::Changes;

/// For a terminal.
pub fn text(_: &Changes, _colors: bool) -> String {
    String::new()
}

/// For the comment of a pull request: at most `most` bytes, with a count of what was cut.
pub fn markdown(_: &Changes, _most: usize) -> String {
    String::new()
}

/// For programs, version 1.
pub fn json(changes: &Changes) -> String {
    super::json_text(changes)
}

/// Workflow commands of GitHub Actions; `prefix` is the root's folder relative to the top of the Git repository.
pub fn github(_: &Changes, _prefix: &str) -> String {
    String::new()
}

/// Logging commands of Azure Pipelines.
pub fn azure(_: &Changes, _prefix: &str) -> String {
    String::new()
}
