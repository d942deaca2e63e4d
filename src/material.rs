//! The content that a review covers: what stales it when it changes.

use std::collections::BTreeMap;

use crate::model::assessment::Assessment;
use crate::model::history::Subject;

/// The material content of a subject: what each part is called in words, and its text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Material(pub BTreeMap<String, String>);

/// The material content of a subject; `None` where the subject does not exist.
pub fn of(assessment: &Assessment, subject: &Subject) -> Option<Material> {
    let _ = (assessment, subject);
    None
}
