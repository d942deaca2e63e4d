//! What was read of one side of a comparison, so that the other does not parse again what is the same there.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Parsed;
use crate::source::Files;

/// Texts of the trees that were read, and what was parsed of them; a file is known by its path and its text.
#[derive(Default)]
pub struct Shared(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    files: Files,
    by_path: BTreeMap<String, u32>,
    /// By the number of the file.
    parsed: BTreeMap<u32, Arc<dyn Any + Send + Sync>>,
    cost: Cost,
}

/// How many files were parsed, and how many were taken from the other side.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cost {
    /// Parsed.
    pub parsed: usize,
    /// Taken as they were parsed for another tree.
    pub taken: usize,
}

impl Shared {
    /// What it took so far.
    pub fn cost(&self) -> Cost {
        self.kept().cost
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The texts to begin another tree with: none of them is in it yet.
    pub(super) fn files(&self) -> Files {
        self.kept().files.unplaced()
    }

    /// The number of a file that has this text at this path.
    pub(super) fn number(&self, path: &str, text: &str) -> Option<u32> {
        let kept = self.kept();
        let number = *kept.by_path.get(path)?;
        kept.files.get(number).is_some_and(|file| &*file.text == text).then_some(number)
    }

    /// Keeps the texts of a tree that was read.
    pub(super) fn keep_files(&self, files: &Files) {
        let mut kept = self.kept();
        kept.by_path.extend(files.iter().map(|(number, file)| (file.path.clone(), number)));
        kept.files = files.clone();
    }

    /// What a file was parsed to for another tree.
    pub(super) fn taken<T: Clone + Send + Sync + 'static>(&self, file: u32) -> Option<Parsed<T>> {
        let mut kept = self.kept();
        let found = kept.parsed.get(&file).and_then(|known| Arc::clone(known).downcast::<Parsed<T>>().ok())?;
        kept.cost.taken += 1;
        drop(kept);
        Some(Parsed::clone(&found))
    }

    pub(super) fn keep<T: Clone + Send + Sync + 'static>(&self, parsed: &Parsed<T>) {
        let copy = Arc::new(parsed.clone());
        let mut kept = self.kept();
        kept.cost.parsed += 1;
        kept.parsed.insert(parsed.0, copy);
    }
}
