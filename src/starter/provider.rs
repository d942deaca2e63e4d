//! The files that `init --provider` writes: a provider's own repository, from which its clients get their matrix.

use super::{ATTRIBUTES, File, SCHEMAS, schemas, taplo, tombi};
use crate::catalog::{Catalog, Requirement};
use crate::schema::{self, FileKind};
use crate::table;

/// The kinds of files that a provider's repository has.
const KINDS: [&str; 4] = ["demarcate", "provider", "crm", "clients"];

/// The id of a provider that does not say its name.
const NAMELESS: &str = "this-provider";

/// Path and text of every file, and the provider's id.
pub fn files(name: Option<&str>) -> (String, Vec<File>) {
    let id = name.and_then(table::suggested_id).filter(|id| crate::ids::is_kebab(id));
    let id = id.unwrap_or_else(|| NAMELESS.to_owned());
    let name = table::quoted(name.unwrap_or("Name of the provider"));
    let kinds: Vec<FileKind> = schema::kinds().into_iter().filter(|kind| KINDS.contains(&kind.name)).collect();
    let mut files = vec![
        ("demarcate.toml".to_owned(), config(&name)),
        (format!("providers/{id}.toml"), provider(&id, &name)),
        (format!("providers/{id}.crm.toml"), matrix(&id)),
        ("CLIENTS.toml".to_owned(), clients(&id)),
        (".gitattributes".to_owned(), ATTRIBUTES.to_owned()),
        (".gitignore".to_owned(), "/out/\n".to_owned()),
        (".taplo.toml".to_owned(), taplo(&kinds)),
        ("tombi.toml".to_owned(), tombi(&kinds)),
    ];
    files.extend(schemas(&kinds));
    files.sort();
    (id, files)
}

fn config(name: &str) -> String {
    format!(
        r#"#:schema ./{SCHEMAS}/demarcate.schema.json
# A provider's own repository: what it does for its clients, and whose roots it looks after.

stage = "building"

[organization]
name = {name}

# The provider is not assessed here, so nothing here answers a practice, is in scope or goes through a yearly review.
# Remove these lines, and run `demarcate init` beside, when the provider writes down its own practices.
[rules]
missing-practice           = "allow"
no-score                   = "allow"
review-never               = "allow"
provider-outside-inventory = "allow"
unlisted-connection        = "allow"
"#
    )
}

fn provider(id: &str, name: &str) -> String {
    format!(
        r#"#:schema ../{SCHEMAS}/provider.schema.json
# What this provider is to every client: its services, and the language of its contracts. Clients may begin their own
# file about this provider from this one.

id   = "{id}"
name = {name}
# description = "What it does for every customer, and where it says so."
# locations   = ["Where it works"]

# [[contact]]
# name  = "First Last"
# role  = "service lead"
# email = "first.last@provider.example"

# One table for each service; the matrix, clauses and CLIENTS.toml name it by its id.
# [[service]]
# id    = "managed-hosts"
# title = "Management and patching of hosts"
# kind  = "msp"
# data  = "spd"

# The language of the contract. `demarcate check` says which kinds of clauses the services above need.
# [contract]
#
# [[contract.clause]]
# id   = "scope"
# kind = "scope"
# says = "The matrix, in the edition named in the order, is part of this contract."
#
# [[contract.clause]]
# id     = "incidents"
# kind   = "incident-notification"
# says   = "Tells the customer of an incident that touches it."
# within = "8 hours"
"#
    )
}

/// A matrix of which every row stands ready and none is answered.
fn matrix(id: &str) -> String {
    let mut text = format!(
        r#"#:schema ../{SCHEMAS}/crm.schema.json
# What this provider does for its clients, requirement by requirement. A requirement without a row is not answered: clients
# are told so. Remove the number signs before a row to answer it.
#
# inheritance is "full" (the provider does all of it), "partial" (the customer does the rest) or "none".
# A row may speak of several requirements, of one objective (AC.L2-3.1.1[a]) and of one service.

provider = "{id}"
edition  = "draft"
# date   = 2026-01-31    # the day on which this edition is published: `fleet` compares editions by it
"#
    );
    text.extend(Catalog::rev2().requirements().map(row));
    text
}

fn row(requirement: &Requirement) -> String {
    let objectives = requirement.objectives.iter();
    let objectives: Vec<String> =
        objectives.map(|objective| format!("#   [{}] {}\n", objective.id.letter, objective.sentence)).collect();
    format!(
        "\n# {id}: {title}\n# {statement}\n{objectives}# [[row]]\n# for           = [\"{id}\"]\n# service       = \"\"\n\
         # inheritance   = \"\"\n# provider-does = \"\"\n# customer-does = \"\"\n# evidence      = \"\"\n",
        id = requirement.id,
        title = requirement.title,
        statement = requirement.statement,
        objectives = objectives.concat(),
    )
}

fn clients(id: &str) -> String {
    format!(
        r#"#:schema ./{SCHEMAS}/clients.schema.json
# Whose roots this provider looks after. `demarcate fleet` reads them; `demarcate render crm --client ID` prints one's matrix.

provider = "{id}"
crm      = "providers/{id}.crm.toml"

# [[client]]
# id       = "northwind"
# path     = "../clients/northwind"    # the folder with its demarcate.toml
# services = ["managed-hosts"]         # unsaid means all
# trust-root = "sha256:..."            # of its first trust/allowed_signers, as the client told it, or the path of a copy
"#
    )
}
