//! `broken-trust`: found while a file is read.

use crate::rule::rule;

rule! {
    /// A file of the trust folder cannot be read as it was meant, or what says whose word counts stands behind a link.
    ///
    /// ## Why it matters
    ///
    /// A line that cannot be read trusts nobody, so the reviews of the person whom it was meant for are refused. A list
    /// of revoked keys that cannot be read is worse: what it revokes is not known, so no signature is good. Of several
    /// lines for one key only the first is asked, as OpenSSH does it.
    ///
    /// What a symbolic link leads to may change in a commit that does not touch the link, and nobody's signature would be
    /// asked for it. So `demarcate.toml`, `trust/` and its files, and `accepts = true` in a provider's file count for
    /// nothing behind a link; put the file itself there. Until then no review counts by them, signed or not.
    ///
    /// ## Example
    ///
    /// ```text trust/allowed_signers
    /// dana@northwind.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5
    /// ```
    ///
    /// Use instead:
    ///
    /// ```text trust/allowed_signers
    /// dana@northwind.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID41YKYIk3rhZlXiN1NXYPrvAECsJ/bjL2pLazRmC38h
    /// ```
    "broken-trust", Format, Deny
}
