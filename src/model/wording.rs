//! `catalog/nist-sp-800-171-rev2.toml`: the official wording, taken from a catalog file that the user has.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::ids::{ObjectiveId, RequirementId, Spanned};
use crate::table::{Map, record};

record! {
    /// The official wording of requirements and objectives, written by `demarcate import catalog`.
    pub struct WordingFile {
        /// The catalog that the wording belongs to.
        pub catalog: Spanned<String>,
        /// The title that the source gives itself.
        pub title: Option<Spanned<String>>,
        /// The name of the file it was taken from.
        pub source: Spanned<String>,
        /// SHA-256 of that file.
        pub sha256: Spanned<String>,
        /// How many statements of requirements were taken.
        pub statements: Option<Spanned<i64>>,
        /// How many objectives were taken.
        pub objectives: Option<Spanned<i64>>,
        /// Requirements and objectives that the source lacks; our own sentences stand in for them.
        pub missing: Vec<Spanned<String>>,
        /// The wording by requirement.
        pub requirement: Map<RequirementWording>,
    }

    /// The official wording of one requirement.
    pub struct RequirementWording {
        /// Its statement.
        pub statement: Option<Spanned<String>>,
        /// Its objectives by letter.
        pub objectives: Map<Spanned<String>>,
    }
}

/// The official wording as taken; what is missing is not in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wording {
    /// The title that the source gives itself.
    pub title: String,
    /// The name of the file it was taken from.
    pub source: String,
    /// SHA-256 of that file, 64 lower-case hex digits.
    pub sha256: String,
    /// Statements of requirements.
    pub statements: BTreeMap<RequirementId, String>,
    /// Objectives.
    pub objectives: BTreeMap<ObjectiveId, String>,
}

impl Wording {
    /// The wording of a file; what names no requirement or objective of the catalog is reported and left out.
    pub fn of(file: WordingFile) -> (Self, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        let mut wording = Self {
            title: file.title.map(|title| title.value).unwrap_or_default(),
            source: file.source.value,
            sha256: file.sha256.value,
            ..Self::default()
        };
        for (name, entry) in file.requirement.0 {
            match name.parse().ok().filter(|id| Catalog::rev2().requirement(*id).is_some()) {
                Some(id) => wording.take(id, entry.value, &mut problems),
                None => problems.push(unknown(&name, "requirement", entry.key)),
            }
        }
        (wording, problems)
    }

    fn take(&mut self, id: RequirementId, wording: RequirementWording, problems: &mut Vec<Diagnostic>) {
        self.statements.extend(wording.statement.map(|statement| (id, statement.value)));
        for (letter, entry) in wording.objectives.0 {
            match format!("{id}[{letter}]").parse().ok().filter(|id| Catalog::rev2().objective(*id).is_some()) {
                Some(id) => drop(self.objectives.insert(id, entry.value.value)),
                None => problems.push(unknown(&format!("{}[{letter}]", id.requirement()), "objective", entry.key)),
            }
        }
    }

    /// The requirements and objectives of the catalog that have no wording here, as 3.1.1 and 3.1.1\[a\].
    pub fn missing(&self, catalog: &Catalog) -> Vec<String> {
        let mut missing = Vec::new();
        for requirement in catalog.requirements() {
            let id = requirement.id.requirement();
            if !self.statements.contains_key(&requirement.id) {
                missing.push(id.clone());
            }
            let objectives = requirement.objectives.iter().filter(|o| !self.objectives.contains_key(&o.id));
            missing.extend(objectives.map(|objective| format!("{id}[{}]", objective.id.letter)));
        }
        missing
    }
}

fn unknown(name: &str, kind: &str, place: crate::ids::Span) -> Diagnostic {
    Diagnostic::new("wrong-value", format!("`{}` is no {kind} of SP 800-171 Rev 2", name.escape_debug()), place)
        .label(format!("no such {kind}"))
        .help("run `demarcate import catalog FILE` again; the file is not meant to be edited")
}
