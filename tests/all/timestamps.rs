//! Time stamps: tokens that the real openssl makes and, for the awkward ones, that a test writes and openssl signs.

pub(super) mod authority;
mod judging;
mod programs;
pub(super) mod witness;
