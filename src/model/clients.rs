//! `CLIENTS.toml`: whose roots a provider looks after.

use super::{ProviderName, ServiceName};
use crate::ids::Spanned;
use crate::table::{Id, Ref, record};

record! {
    /// The clients of a provider, each with a root of its own.
    pub struct Clients {
        /// The provider whose fleet it is, by the id that its clients know it by.
        pub provider: Ref<ProviderName>,
        /// The matrix that it has published, relative to this file: a file as `providers/<id>.crm.toml`; without one nothing is compared.
        pub crm: Option<Spanned<String>>,
        /// The clients, one table each.
        pub client: Vec<Client>,
    }

    /// One client and where its root lies.
    pub struct Client {
        /// The id.
        pub id: Id,
        /// The folder that holds its `demarcate.toml`, relative to this file.
        pub path: Spanned<String>,
        /// The commit to read instead of the work tree.
        pub rev: Option<Spanned<String>>,
        /// What it is called; unsaid means what its own root says.
        pub name: Option<Spanned<String>>,
        /// The provider's services that it has; unsaid means all.
        pub services: Vec<Ref<ServiceName>>,
        /// In whom trust begins there: the SHA-256 of its first `trust/allowed_signers`, as `sha256:` and hex, or a copy of that file, relative to this one; unsaid means what `--trust-root` says.
        pub trust_root: Option<Spanned<String>>,
    }
}
