//! `wildcard-principal`: found while a file is read.

use crate::rule::rule;

rule! {
    /// A line of `trust/allowed_signers` trusts a key for a pattern.
    ///
    /// ## Why it matters
    ///
    /// The principal of a line says who holds the key. A pattern says that the holder is whoever a signature says, so
    /// whoever holds that key could review as anybody. Such a line is read as if it were not there; only the line of a
    /// `cert-authority` may stand for many, since each certificate names its one holder.
    ///
    /// ## Example
    ///
    /// ```text trust/allowed_signers
    /// *@northwind.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID41YKYIk3rhZlXiN1NXYPrvAECsJ/bjL2pLazRmC38h
    /// ```
    ///
    /// Use instead:
    ///
    /// ```text trust/allowed_signers
    /// dana@northwind.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID41YKYIk3rhZlXiN1NXYPrvAECsJ/bjL2pLazRmC38h
    /// ```
    "wildcard-principal", Format, Deny
}
