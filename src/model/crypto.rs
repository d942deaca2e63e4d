//! `crypto.toml`: cryptographic modules and where they protect CUI (3.13.11).

use super::{ArtifactSeries, Party};
use crate::date::Date;
use crate::ids::Spanned;
use crate::table::{Id, Ref, choice, record};

choice! {
    /// The state of a FIPS validation certificate.
    pub enum CertificateStatus {
        /// Active.
        Active = "active",
        /// Historical.
        Historical = "historical",
        /// Revoked.
        Revoked = "revoked",
        /// In process.
        InProcess = "in-process",
    }
}

record! {
    /// The cryptography that protects CUI.
    pub struct Crypto {
        /// Its modules.
        pub module: Vec<Module>,
    }

    /// A cryptographic module.
    pub struct Module {
        /// The id.
        pub id: Id,
        /// Its name.
        pub name: Spanned<String>,
        /// Its version.
        pub version: Option<Spanned<String>>,
        /// The number of its certificate.
        pub certificate: Option<Spanned<String>>,
        /// The state of the certificate.
        pub status: Option<Spanned<CertificateStatus>>,
        /// The day the state was looked up.
        pub checked: Option<Spanned<Date>>,
        /// The day on which the certificate is to become historical: the sunset date of its entry.
        pub sunset: Option<Spanned<Date>>,
        /// The operating environment it runs in.
        pub environment: Option<Spanned<String>>,
        /// What shows that it runs in its approved mode.
        pub mode_evidence: Option<Ref<ArtifactSeries>>,
        /// Whose it is.
        pub party: Option<Ref<Party>>,
        /// Where it protects CUI.
        pub uses: Vec<CryptoUse>,
    }

    /// One use of a module.
    pub struct CryptoUse {
        /// What is protected.
        pub protects: Spanned<String>,
        /// The objectives that rest on it: SC.L2-3.13.8[c].
        pub objectives: Vec<Spanned<String>>,
    }
}
