//! Signatures judged in process and, side by side, by the programs that people have: ssh-keygen, git and gpg.

mod corpus;
mod damaged;
mod files;
mod format;
mod objects;
#[cfg(feature = "openpgp")]
mod openpgp;
mod revocation;
