//! What led to what: states that were set one upon the other, each with all that came before it.

use std::collections::BTreeSet;

/// Bits of a word.
const BITS: usize = 64;

/// Of each state, by number, the states that led to it, itself among them. The first, 0, leads to all.
#[derive(Clone, Debug)]
pub(super) struct Lineages {
    /// A bit for each state.
    before: Vec<Vec<u64>>,
    /// How many words were looked at.
    steps: usize,
}

impl Lineages {
    /// Of the first state alone.
    pub(super) fn new() -> Self {
        Self { before: vec![vec![1]], steps: 0 }
    }

    /// Adds a state that was set upon these.
    pub(super) fn add(&mut self, previous: impl IntoIterator<Item = u32>) {
        let number = self.before.len();
        let mut own = vec![0; number / BITS + 1];
        own[0] |= 1;
        own[number / BITS] |= 1 << (number % BITS);
        for state in previous {
            let before = &self.before[state as usize];
            self.steps += before.len();
            own.iter_mut().zip(before).for_each(|(own, before)| *own |= before);
        }
        self.before.push(own);
    }

    /// Whether a state is another or comes from it.
    pub(super) fn follows(&self, later: u32, earlier: u32) -> bool {
        let word = self.before[later as usize].get(earlier as usize / BITS);
        word.is_some_and(|word| word & (1 << (earlier as usize % BITS)) != 0)
    }

    /// The state among these that follows all others.
    pub(super) fn newest(&self, states: &BTreeSet<u32>) -> Option<u32> {
        let follows_all = |later: &u32| states.iter().all(|earlier| self.follows(*later, *earlier));
        states.iter().rev().copied().find(follows_all)
    }

    /// Of the states that led to all of these the last ones, none of which led to another; none where they are more than
    /// so many.
    pub(super) fn bases(&self, states: &[u32], most: usize) -> Vec<u32> {
        let Some((first, others)) = states.split_first() else { return Vec::new() };
        let mut common = self.before[*first as usize].clone();
        for state in others {
            let before = &self.before[*state as usize];
            common.truncate(before.len());
            common.iter_mut().zip(before).for_each(|(own, before)| *own &= before);
        }
        let mut bases = Vec::new();
        while let Some(base) = last(&common) {
            common.iter_mut().zip(&self.before[base]).for_each(|(own, before)| *own &= !before);
            bases.push(u32::try_from(base).expect("states are numbered so"));
            if bases.len() > most {
                return Vec::new();
            }
        }
        bases
    }

    /// A state and all that led to it.
    pub(super) fn all(&self, state: u32) -> BTreeSet<u32> {
        (0..=state).filter(|earlier| self.follows(state, *earlier)).collect()
    }
}

/// The number of the last state of which the bit is set.
fn last(bits: &[u64]) -> Option<usize> {
    let word = bits.iter().rposition(|word| *word != 0)?;
    Some(word * BITS + (BITS - 1 - bits[word].leading_zeros() as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A main line of so many states, each merged with a side that was set upon the one before.
    fn merged(many: u32) -> Lineages {
        let mut lineages = Lineages::new();
        let (mut line, mut next) = (0, 1);
        for _ in 0..many {
            lineages.add([line]);
            lineages.add([line]);
            lineages.add([next, next + 1]);
            (line, next) = (next + 2, next + 3);
        }
        lineages
    }

    #[test]
    fn a_state_follows_what_led_to_it_and_nothing_else() {
        let lineages = merged(50);
        assert!(lineages.follows(150, 1) && lineages.follows(150, 149) && lineages.follows(150, 0));
        assert!(!lineages.follows(1, 2) && !lineages.follows(2, 1) && !lineages.follows(1, 3));
        assert_eq!(lineages.newest(&BTreeSet::from([1, 2])), None);
        assert_eq!(lineages.newest(&BTreeSet::from([0, 1, 2, 3])), Some(3));
        assert_eq!(lineages.all(4), BTreeSet::from([0, 1, 2, 3, 4]));
    }

    #[test]
    fn what_two_states_come_from_is_one_state_or_several_where_lines_cross() {
        let lineages = merged(50);
        assert_eq!(lineages.bases(&[1, 2], 9), [0]);
        assert_eq!(lineages.bases(&[149, 150], 9), [149]);
        let mut crossed = Lineages::new();
        for previous in [vec![0], vec![1], vec![1], vec![2, 3], vec![2, 3]] {
            crossed.add(previous);
        }
        assert_eq!(crossed.bases(&[4, 5], 9), [3, 2]);
        assert!(crossed.bases(&[4, 5], 1).is_empty());
    }

    #[test]
    fn two_thousand_changes_and_merges_take_no_look_at_every_pair() {
        let many = 2_000;
        let steps = merged(many).steps;
        let states = 3 * many as usize;
        // Every pair would be half the square of the states.
        assert!(steps * 16 < states * states / 2, "{steps}");
    }
}
