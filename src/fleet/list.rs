//! `CLIENTS.toml` and the matrix that it names, read before any client is.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::digest;
use crate::failure::{Cause, Failure};
use crate::ids::{ObjectiveId, RequirementId, Span};
use crate::model::Filed;
use crate::model::clients::{Client, Clients};
use crate::model::crm::ProviderCrm;
use crate::source::{Files, LARGEST_TEXT};
use crate::table::{self, Reader, Record};

/// The number of the published matrix among the files of every client: no file of a client has it.
pub(super) const PUBLISHED: u32 = u32::MAX - 1;

/// A list of clients that can be worked with.
#[derive(Debug)]
pub struct List {
    /// The provider whose fleet it is.
    pub provider: String,
    /// The SHA-256 of the file, as hex.
    pub sha256: String,
    /// The matrix that the provider has published, if the list names one.
    pub published: Option<Published>,
    /// The clients in their order.
    pub clients: Vec<Listed>,
}

/// A client of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The id.
    pub id: String,
    /// What it is called.
    pub name: Option<String>,
    /// Its folder as written.
    pub path: String,
    /// Its folder.
    pub folder: PathBuf,
    /// The commit to read.
    pub rev: Option<String>,
    /// The services that it has; none means all.
    pub services: Vec<String>,
    /// The SHA-256 of the list of signers with which trust begins there, as hex, if somebody says so from outside.
    pub trust_root: Option<String>,
}

/// A matrix as its provider has published it.
#[derive(Debug)]
pub struct Published {
    /// What it says; its places are of [`PUBLISHED`].
    pub matrix: Filed<ProviderCrm>,
    /// The SHA-256 of the file, as hex.
    pub sha256: String,
    files: Files,
}

/// What is wrong with a list, and the texts that it stands in.
#[derive(Debug)]
pub struct Wrong {
    /// The list, and the matrix that it names.
    pub files: Files,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl List {
    /// The list with this trust root for each client that names none.
    #[must_use]
    pub fn trusting(mut self, trust_root: Option<&str>) -> Self {
        for client in &mut self.clients {
            client.trust_root = client.trust_root.take().or_else(|| trust_root.map(str::to_owned));
        }
        self
    }
}

impl Published {
    /// Line and column of a place in it.
    pub fn position(&self, span: Span) -> (usize, usize) {
        self.files.position(Span { file: 0, ..span })
    }

    /// What it says to a client of some services; none means all.
    #[must_use]
    pub fn of_services(&self, services: &[String]) -> Filed<ProviderCrm> {
        let mut matrix = self.matrix.clone();
        narrow(&mut matrix.value, services);
        matrix
    }
}

/// Leaves out the rows of services that are not among these; a row that names none is of all.
pub fn narrow(matrix: &mut ProviderCrm, services: &[String]) {
    let is_had = |named: &str| services.iter().any(|had| had == named);
    if !services.is_empty() {
        matrix.row.retain(|row| row.service.is_empty() || row.service.iter().any(|named| is_had(named)));
    }
}

/// Reads a list and the matrix that it names.
///
/// # Errors
///
/// If a file cannot be read; the inner error is what is wrong with what was read.
pub fn read(path: &Path) -> Result<Result<List, Wrong>, Failure> {
    let bytes = bytes_of(path)?;
    let mut files = Files::default();
    let (clients, mut problems) = parsed::<Clients>(path, &bytes, &mut files)?;
    let Some(clients) = clients else { return Ok(Err(Wrong { files, diagnostics: problems })) };
    let folder = path.parent().unwrap_or(Path::new(""));
    problems.extend(double(&clients.client, folder));
    let trust_roots = trust_roots(&clients.client, folder, &mut problems);
    let published = match &clients.crm {
        Some(crm) => published(&folder.join(&crm.value), &clients.provider, &mut files, &mut problems)?,
        None => None,
    };
    if !problems.is_empty() {
        return Ok(Err(Wrong { files, diagnostics: problems }));
    }
    let sha256 = digest::of_bytes(&bytes).sha256;
    let listed = |(client, trust_root): (Client, Option<String>)| Listed {
        trust_root,
        folder: folder.join(&client.path.value),
        id: client.id.name,
        name: client.name.map(|name| name.value),
        path: client.path.value,
        rev: client.rev.map(|rev| rev.value),
        services: client.services.into_iter().map(|service| service.name).collect(),
    };
    let clients_of = clients.client.into_iter().zip(trust_roots).map(listed).collect();
    Ok(Ok(List { provider: clients.provider.name, sha256, published, clients: clients_of }))
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| Failure::io("read", path, &error);
    let mut bytes = Vec::new();
    // A pipe or a device does not tell its size.
    File::open(path).map_err(failed)?.take(LARGEST_TEXT + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST_TEXT {
        let message = format!("{} is longer than {LARGEST_TEXT} bytes, the most that is read", path.display());
        return Err(Failure::new(Cause::Usage, message));
    }
    Ok(bytes)
}

/// The trust root of each client; what is wrong with one goes to the problems.
fn trust_roots(clients: &[Client], folder: &Path, problems: &mut Vec<Diagnostic>) -> Vec<Option<String>> {
    let of = |client: &Client| {
        let written = client.trust_root.as_ref()?;
        trust_root(&written.value, &folder.join(&client.path.value), folder)
            .map_err(|(message, label)| {
                let help = "write `sha256:` and the 64 digits of its hex form, or name a copy beside this file";
                problems.push(Diagnostic::new("wrong-value", message, written.span).label(label).help(help));
            })
            .ok()
    };
    clients.iter().map(of).collect()
}

/// The SHA-256 that is written out, or that of the file that is named; else what is wrong with it, and a label.
fn trust_root(written: &str, client: &Path, folder: &Path) -> Result<String, (String, &'static str)> {
    if let Some(sha256) = digest::written(written) {
        return Ok(sha256);
    }
    let shown = written.escape_debug();
    if written.starts_with("sha256:") {
        return Err((format!("`{shown}` is no SHA-256"), "not 64 digits of hex"));
    }
    let path = folder.join(written);
    let bytes = bytes_of(&path).map_err(|failure| (failure.message, "the trust root"))?;
    // What the client can change vouches for nothing of the client.
    if client.canonicalize().is_ok_and(|client| path.canonicalize().is_ok_and(|path| path.starts_with(client))) {
        return Err((
            format!("the trust root `{shown}` lies in the root that it has to vouch for"),
            "of the client itself",
        ));
    }
    Ok(digest::of_bytes(&bytes).sha256)
}

/// A file as a record, and what is wrong with it.
fn parsed<T: Record>(path: &Path, bytes: &[u8], files: &mut Files) -> Result<(Option<T>, Vec<Diagnostic>), Failure> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let message = format!("{} is not UTF-8 from byte {}: save it as UTF-8", path.display(), error.valid_up_to());
        Failure::new(Cause::Usage, message)
    })?;
    let file = files.add(&path.to_string_lossy(), text.into());
    let mut reader = Reader { file, ..Reader::default() };
    let value = table::read::<T>(text, &mut reader);
    Ok((value, reader.problems))
}

/// Ids and folders that stand twice.
fn double(clients: &[Client], folder: &Path) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut ids: BTreeMap<String, Span> = BTreeMap::new();
    let mut folders: BTreeMap<PathBuf, Span> = BTreeMap::new();
    for client in clients {
        if let Some(first) = ids.insert(client.id.to_lowercase(), client.id.span) {
            let message = format!("client `{}` stands twice", client.id.escape_debug());
            found.push(twice(message, client.id.span, first, "give one of them another id, or remove it"));
        }
        if let Some(first) = folders.insert(place_of(&folder.join(&client.path.value)), client.path.span) {
            let message = format!("the folder `{}` is that of two clients", client.path.escape_debug());
            found.push(twice(message, client.path.span, first, "each client has a root of its own: correct one path"));
        }
    }
    found
}

fn twice(message: String, second: Span, first: Span, help: &str) -> Diagnostic {
    Diagnostic::new("duplicate-id", message, second).label("the second one").related("the first one", first).help(help)
}

/// A folder by the one name that it has; where nothing stands, by its words.
fn place_of(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

/// The published matrix; what is wrong with it goes to the problems.
fn published(
    path: &Path,
    provider: &str,
    files: &mut Files,
    problems: &mut Vec<Diagnostic>,
) -> Result<Option<Published>, Failure> {
    let bytes = bytes_of(path)?;
    let (matrix, found) = parsed::<ProviderCrm>(path, &bytes, files)?;
    let before = problems.len();
    problems.extend(found);
    let Some(matrix) = matrix else { return Ok(None) };
    if *matrix.provider != *provider {
        let message = format!("the matrix is that of `{}`, and the fleet that of `{provider}`", matrix.provider);
        let help = "name the matrix that this provider has published, or correct `provider`";
        problems
            .push(Diagnostic::new("wrong-value", message, matrix.provider.span).label("another provider").help(help));
    }
    let covers = matrix.row.iter().flat_map(|row| row.covers.iter());
    problems.extend(covers.filter(|written| !is_known(written)).map(|written| {
        let message = format!("`{}` is no requirement or objective of the catalog", written.escape_debug());
        Diagnostic::new("dangling-objective", message, written.span)
            .label("not in the catalog")
            .help("write it as 3.1.1 or AC.L2-3.1.1[a]")
    }));
    if problems.len() > before {
        return Ok(None);
    }
    // The same text once more, with the place by which its spans are told from those of clients.
    let mut own = Files::default();
    parsed::<ProviderCrm>(path, &bytes, &mut own)?;
    let text = own.get(0).map(|file| file.text.to_string()).unwrap_or_default();
    let mut reader = Reader { file: PUBLISHED, ..Reader::default() };
    let value = table::read::<ProviderCrm>(&text, &mut reader);
    let sha256 = digest::of_bytes(&bytes).sha256;
    let path = path.to_string_lossy().into_owned();
    let filed = |value| Filed { path, file: PUBLISHED, value, lost: false, inherited: false };
    Ok(value.map(|value| Published { matrix: filed(value), sha256, files: own }))
}

/// Whether the catalog has what a row speaks of.
fn is_known(written: &str) -> bool {
    let catalog = Catalog::rev2();
    let requirement = written.parse::<RequirementId>().ok().and_then(|id| catalog.requirement(id));
    requirement.is_some() || written.parse::<ObjectiveId>().ok().and_then(|id| catalog.objective(id)).is_some()
}
