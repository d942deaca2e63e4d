//! What a signature file is called: after whose it is, so that a person finds it.

use std::collections::BTreeSet;

use crate::manifest::{SIGNATURE, SUMS};
use crate::signature::{PublicKey, Signers};

/// The longest name of somebody in the name of a file, in bytes.
const LONGEST: usize = 100;

/// The names of signature files that are taken.
#[derive(Clone, Default, Debug)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// Those of a bundle that has signatures already.
    pub fn taken(names: impl Iterator<Item = String>) -> Self {
        Self(names.map(|name| name.to_ascii_lowercase()).collect())
    }

    /// The name of the next signature, which nobody has: the plain one, then one of its signer, then one of the key.
    pub fn next(&mut self, key: &PublicKey, signers: &Signers) -> String {
        let of_key = fingerprint(key);
        let somebody = principal(key, signers).unwrap_or_else(|| of_key.clone());
        let names = [
            SIGNATURE.to_owned(),
            format!("{SUMS}.{somebody}.sig"),
            format!("{SUMS}.{of_key}.sig"),
            format!("{SUMS}.{somebody}.{of_key}.sig"),
        ];
        // A file system may fold case. The last name holds the whole digest of a key, which signs once.
        let is_free = |name: &&String| !self.0.contains(&name.to_ascii_lowercase());
        let name = names.iter().find(is_free).unwrap_or(&names[3]).clone();
        self.0.insert(name.to_ascii_lowercase());
        name
    }
}

/// Whose key it is by the first line that lists it for one name, in letters that every file system takes.
fn principal(key: &PublicKey, signers: &Signers) -> Option<String> {
    let lists = |entry: &&crate::signature::Entry| !entry.authority && entry.key.plain() == key.plain();
    let entries = signers.entries.iter().filter(lists);
    let names = entries.flat_map(|entry| entry.principals.parts());
    let name = names.into_iter().find(|name| !name.is_empty() && !name.contains(['*', '?', '!']))?;
    let name = plain(name);
    (name.len() <= LONGEST && name.bytes().any(|byte| byte.is_ascii_alphanumeric())).then_some(name)
}

fn plain(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || "@._+-".contains(c) { c } else { '-' };
    name.chars().map(letter).collect()
}

/// `SHA256-` and the digest of a key, in letters that every file system takes.
fn fingerprint(key: &PublicKey) -> String {
    key.fingerprint().replace([':', '/'], "-").replace('+', "_")
}
