//! Time stamps: tokens that the real openssl makes and, for the awkward ones, that a test writes and openssl signs.

mod authority;
mod judging;
mod programs;
mod witness;
