//! Release bundles as an assessor receives them, whole and attacked; made here by `sha256sum`, `ssh-keygen` and
//! `openssl`, never by the command that makes them.

mod altered;
mod archives;
mod made;
mod outside;
mod shown;
mod stamped;
mod strange;
