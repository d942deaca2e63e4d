//! Values that many commits share, each kept once and known by its number.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Values by number, in the order in which they were first met.
#[derive(Clone, Debug)]
pub(super) struct Numbered<T> {
    all: Vec<T>,
    numbers: BTreeMap<T, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { all: Vec::new(), numbers: BTreeMap::new() }
    }
}

impl<T: Ord + Clone> Numbered<T> {
    /// The number of a value, which is a new one where the value was not met before.
    pub(super) fn number<Q: ToOwned + Ord + ?Sized>(&mut self, value: &Q) -> u32
    where
        T: Borrow<Q> + From<Q::Owned>,
    {
        if let Some(known) = self.numbers.get(value) {
            return *known;
        }
        let number = u32::try_from(self.all.len()).expect("there are fewer than four billion names");
        let value = T::from(value.to_owned());
        self.all.push(value.clone());
        self.numbers.insert(value, number);
        number
    }

    /// The values; a number is a place here.
    pub(super) fn all(&self) -> &[T] {
        &self.all
    }
}

impl<T: Serialize> Serialize for Numbered<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.all.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de> + Ord + Clone> Deserialize<'de> for Numbered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all: Vec<T> = Vec::deserialize(deserializer)?;
        let numbers = all.iter().cloned().zip(0..).collect();
        Ok(Self { all, numbers })
    }
}
