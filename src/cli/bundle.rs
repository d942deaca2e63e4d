//! `bundle`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Context;
use super::check::{counted, summary};
use super::outcome::{Ended, Outcome};
use super::progress::Progress;
use super::root::Root;
use crate::archive::{self, Archive, Packing};
use crate::bundle::staging::{self, Folder, Staging};
use crate::bundle::{self, Gathered, Wrong};
use crate::date::Date;
use crate::diagnostic::Level;
use crate::failure::{Cause, Failure};
use crate::git::{Git, Oid};
use crate::manifest::{Chosen, Edition, Manifest, REFS, SIGNERS, SUMS};
use crate::program::{self, Tool};
use crate::sealing::{self, Cms, Sealer, Tsa};
use crate::signature::Signers;
use crate::{delta, digest, report, timestamp, verify};

/// Makes the release bundle that an assessor receives, of the commit at HEAD
///
/// The bundle holds every document, the files of the repository that they come from, what the log and the rules say, the
/// evidence, the keys that count, the logs of the DoD hashing guide, a manifest, SHA256SUMS, and in README.txt how to
/// check all of it with ordinary tools, without a network. The same commit, with its signed tags and the notes of its
/// witnesses, day and choice of evidence give the same bytes on any machine. The day is that of the commit, unless --as-of says otherwise.
///
/// It refuses a work tree with changes that are not committed, a shallow clone, evidence that is not what evidence.lock
/// says, and anything denied by a rule unless --with-diagnostics is given. Evidence is read where it lies, wherever that
/// is, but nothing is fetched by a network; what cannot be read here, or may only be looked at where it is kept, is
/// represented by its digest. Nothing is ever left half-written.
///
/// With --since it is a delta: what is new or changed since an older bundle, which the assessor has, what is no more, and
/// documents/delta.html, which says why; for a re-evaluation or the closeout of a POA&M. With --compare it is put beside
/// another bundle, and every file and figure that differs is told. Without -o nothing is kept then, and day, evidence and
/// findings are taken as the other has them, so that whoever has the repository can ask whether a bundle is what its commit
/// gives. A bundle that stands at -o already is only compared.
///
/// Exit codes: 0 the bundle was made, and is the same where it was compared; 1 evidence is not what the lock says,
/// something is denied, or it differs; 2 it could not be made.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Where it is written: a folder that is absent or empty, or the name of an archive
    #[arg(short, long, value_name = "DIR", required_unless_present = "compare")]
    output: Option<PathBuf>,
    /// Its form; unsaid, what the name at -o ends in, and a folder where that says nothing
    #[arg(long, value_name = "FORM")]
    format: Option<Form>,
    /// Which evidence goes into it; what stays out is represented by its digest
    #[arg(long, value_name = "WHICH", default_value = "all")]
    evidence: Which,
    /// Make it although rules deny something; the findings are then inside, and README.txt says so
    #[arg(long)]
    with_diagnostics: bool,
    /// Sign it with this key: a private key, or a public one that an agent or a token holds; repeatable
    #[arg(long, value_name = "KEY")]
    sign: Vec<PathBuf>,
    /// Have this authority stamp each signature with the time (RFC 3161); there is no default
    #[arg(long, value_name = "URL", value_parser = timestamp::address, requires = "sign")]
    tsa: Option<String>,
    /// Sign with this certificate too, as a government PKI does
    #[arg(long, value_name = "CERT", requires = "cms_key")]
    cms: Option<PathBuf>,
    /// The key of that certificate
    #[arg(long, value_name = "KEY", requires = "cms")]
    cms_key: Option<String>,
    /// Only what is new or changed since this older bundle
    #[arg(long, value_name = "OLD")]
    since: Option<PathBuf>,
    /// Say where it differs from this bundle
    #[arg(long, value_name = "OTHER", conflicts_with = "since")]
    compare: Option<PathBuf>,
    /// How many seconds the authority may take
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = clap::value_parser!(u16).range(1..))]
    timeout: u16,
}

/// Who is to sign.
struct Seals {
    keys: Vec<Sealer>,
    tsa: Option<Tsa>,
    cms: Option<Cms>,
}

impl Seals {
    fn of(args: &Args) -> Result<Self, Failure> {
        let ssh_keygen = Tool::named("ssh-keygen");
        let keys = args.sign.iter().map(|key| Sealer::open(key, &ssh_keygen)).collect::<Result<_, _>>()?;
        let tsa = args.tsa.as_ref().map(|url| Tsa::at(url, u64::from(args.timeout)));
        let cms = args.cms.as_ref().zip(args.cms_key.as_ref()).map(|(certificate, key)| Cms::new(certificate, key));
        Ok(Self { keys, tsa, cms })
    }

    /// Signs a bundle in the making, and gives what the user should know.
    fn seal(self, folder: &Folder, made: (&Manifest, &[u8]), at: i64) -> Result<Vec<String>, Failure> {
        let authorities = std::fs::read(folder.path("trust/tsa.pem")).unwrap_or_default();
        if self.tsa.is_some() && authorities.is_empty() {
            let message = "there is no trust/tsa.pem in the commit, by which a time stamp could be judged: commit the \
                           certificate of the authority first";
            return Err(Failure::new(Cause::Usage, message));
        }
        let signers = Signers::read(&std::fs::read(folder.path(SIGNERS)).unwrap_or_default());
        let Self { keys, tsa, cms } = self;
        let asked = sealing::Asked { keys: &keys, signers: &signers, tsa, authorities: &authorities, cms, at };
        let (files, notes) = sealing::seal(made.1, made.0, &asked)?;
        for (name, bytes) in &files {
            folder.put(name, bytes)?;
        }
        folder.settle(files.keys().map(String::as_str))?;
        Ok(notes)
    }
}

/// The form of a bundle.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// A folder.
    Dir,
    /// A zip archive.
    Zip,
    /// A compressed tar archive.
    #[value(name = "tar.gz")]
    TarGz,
}

/// Which evidence goes into a bundle.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Which {
    /// All that can be read here.
    All,
    /// What carries no marking.
    Unmarked,
    /// None of it.
    None,
}

impl Which {
    fn chosen(self) -> Chosen {
        match self {
            Self::All => Chosen::All,
            Self::Unmarked => Chosen::Unmarked,
            Self::None => Chosen::None,
        }
    }
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let target = args.output.as_deref().map(|output| target(output, args.format)).transpose()?;
    match (target, &args.compare) {
        (Some((output, _)), Some(other)) if stands(&output) => {
            refuse_to_sign_nothing(args)?;
            compared(&output, other, context)
        }
        (Some((to, form)), other) => {
            let wanted = Wanted { to, form, ..Wanted::of(args, context) };
            let outcome = made(args, &wanted, context)?;
            match other.as_ref().filter(|_| outcome == Outcome::Clean) {
                Some(other) => compared(&wanted.to, other, context),
                None => Ok(outcome),
            }
        }
        (None, other) => {
            refuse_to_sign_nothing(args)?;
            let other = other.as_deref().expect("without -o there is something to compare with");
            compared_and_gone(args, other, context)
        }
    }
}

/// What is only compared is not kept, so neither is its signature.
fn refuse_to_sign_nothing(args: &Args) -> Result<(), Failure> {
    if args.sign.is_empty() && args.cms.is_none() {
        return Ok(());
    }
    let message = "nothing is made that could be signed, only compared: leave --sign out, or name a new place with -o; \
                   `demarcate sign` signs a bundle that stands";
    Err(Failure::new(Cause::Usage, message))
}

/// What is made.
struct Wanted {
    to: PathBuf,
    form: Form,
    as_of: Option<Date>,
    evidence: Chosen,
    with_diagnostics: bool,
    /// Whether somebody is to be told of it.
    kept: bool,
}

impl Wanted {
    fn of(args: &Args, context: &Context<'_>) -> Self {
        let Args { evidence, with_diagnostics, .. } = *args;
        Self {
            to: PathBuf::new(),
            form: Form::Dir,
            as_of: context.common.as_of,
            evidence: evidence.chosen(),
            with_diagnostics,
            kept: true,
        }
    }
}

/// Whether a bundle is there already.
fn stands(output: &Path) -> bool {
    output.is_file() || output.join(SUMS).is_file()
}

/// Makes the bundle where nobody sees it, as the other one was made, and says where it differs.
fn compared_and_gone(args: &Args, other: &Path, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let none = || Failure::new(Cause::Archive, format!("{} has no manifest that can be read", other.display()));
    let manifest = verify::open(other)?.manifest().ok_or_else(none)?;
    let folder = program::Folder::new().map_err(|error| Failure::io("create", &std::env::temp_dir(), &error))?;
    let wanted = Wanted {
        to: folder.path().join("bundle"),
        form: Form::Dir,
        as_of: context.common.as_of.or_else(|| manifest.as_of.parse().ok()),
        evidence: manifest.evidence,
        with_diagnostics: true,
        kept: false,
    };
    match made(args, &wanted, context)? {
        Outcome::Clean => compared(&wanted.to, other, context),
        denied @ Outcome::Denied => Ok(denied),
    }
}

/// Differences that are shown without `-v`.
const MOST_DIFFERENCES: usize = 20;

/// Says where two bundles differ.
fn compared(output: &Path, other: &Path, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let (made, others) = (Archive::open(output)?, Archive::open(other)?);
    let differences = delta::compared(&made, &others)?;
    if differences.is_empty() {
        context.say(&format!("the same as {}: every file but the signatures has the same bytes\n", other.display()))?;
        return Ok(Outcome::Clean);
    }
    let most = if context.common.verbose { usize::MAX } else { MOST_DIFFERENCES };
    let count = counted(differences.len(), "difference");
    context.say(&format!("{count}; the one is what this repository gives, the other is {}:\n", other.display()))?;
    for difference in differences.iter().take(most) {
        context.say(&format!("  {}\n", report::visible(&difference.sentence)))?;
    }
    if differences.len() > most {
        context.say(&format!("  and {} more (-v shows all)\n", differences.len() - most))?;
    }
    if references(&made) != references(&others) {
        context.say(
            "signed tags and the notes of witnesses differ too, and they say when reviews were seen: history/refs lists \
             them; `git fetch --tags` and `git fetch origin refs/notes/timestamps:refs/notes/timestamps` bring them\n",
        )?;
    }
    Ok(Outcome::Denied)
}

/// The tags and notes that a bundle was made with.
fn references(bundle: &Archive) -> Option<Vec<String>> {
    let entry = bundle.files.iter().find(|entry| entry.name.ends_with(REFS))?;
    let mut bytes = Vec::new();
    bundle.read(entry, |from| from.read_to_end(&mut bytes)).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let witnesses = text.lines().filter(|line| line.contains(" refs/tags/") || line.contains(" refs/notes/"));
    Some(witnesses.map(str::to_owned).collect())
}

fn made(args: &Args, wanted: &Wanted, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let root = Root::open(context)?;
    let (git, commit) = committed(&root, context)?;
    let (seals, older) = (Seals::of(args)?, args.since.as_deref().map(Archive::open).transpose()?);
    if wanted.kept {
        refuse_inside((&wanted.to, wanted.form == Form::Dir), &root, git)?;
    }
    let staging = Staging::beside(&wanted.to)?;
    let prefix = root.prefix()?;
    bundle::roots(git, commit, &prefix)?.iter().try_for_each(|root| refuse_changes(git, root))?;
    let folder = staging.folder(git.committed_at(commit)?)?;
    let progress = Progress::new(context, "copying evidence");
    let asked = bundle::Asked {
        git,
        directory: &root.directory,
        prefix: &prefix,
        commit,
        as_of: wanted.as_of.map_or_else(|| bundle::day_of(git, commit), Ok)?,
        evidence: wanted.evidence,
        progress: &|bytes| progress.add(bytes),
    };
    let gathered = bundle::gather(&asked, &folder)?;
    if !gathered.wrong.is_empty() {
        return refused_evidence(&gathered.wrong, context);
    }
    if gathered.is_denied() && !wanted.with_diagnostics {
        return refused_findings(&gathered, context);
    }
    let (mut manifest, mut sums) = gathered.write(&folder)?;
    if let Some(older) = &older {
        (manifest, sums) = gathered.since(older, &folder)?;
    }
    for note in seals.seal(&folder, (&manifest, &sums), context.world.now)? {
        context.note(&format!("note: {note}\n"))?;
    }
    finish(wanted.form, staging, &folder, &gathered)?;
    if wanted.kept {
        for note in unasked(&manifest) {
            context.note(&note)?;
        }
        context.say(&told(&wanted.to, &manifest, &sums))?;
    }
    Ok(Outcome::Clean)
}

/// The repository and the commit at its HEAD, with the whole log.
fn committed<'r>(root: &'r Root, context: &Context<'_>) -> Result<(&'r Git, Oid), Failure> {
    let usage = |message: &str| Failure::new(Cause::Usage, message);
    if context.common.trust_root.is_some() {
        let message = "a bundle says what the repository itself says; give --trust-root to `demarcate verify` instead";
        return Err(usage(message));
    }
    let Some(git) = &root.git else {
        let message = format!(
            "{} is not in a Git repository, and a bundle is made of a commit: `git init`, and commit what stands there",
            root.directory.display()
        );
        return Err(usage(&message));
    };
    if git.workdir().is_none() {
        return Err(usage("a bare repository has no work tree to read evidence from: clone it, and bundle there"));
    }
    let nothing = || usage("there is no commit yet, and a bundle is made of one: commit what was written first");
    let commit = git.head()?.ok_or_else(nothing)?;
    match git.require_whole_log() {
        Err(failure) if failure.cause == Cause::Shallow => Err(usage(
            "this is a shallow clone, and a bundle proves reviews by the whole log: run `git fetch --unshallow`, or have \
             the checkout fetch everything (fetch-depth: 0)",
        )),
        whole => whole.map(|()| (git, commit)),
    }
}

/// What is written and in which form: the folder, or an archive with the ending of its form.
fn target(output: &Path, asked: Option<Form>) -> Result<(PathBuf, Form), Failure> {
    let named = std::path::absolute(output).map_err(|error| Failure::io("find", output, &error))?;
    let name = output.as_os_str().to_string_lossy().to_ascii_lowercase();
    let said = [(".zip", Form::Zip), (".tar.gz", Form::TarGz), (".tgz", Form::TarGz)];
    let said = said.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, form)| form);
    let wrong = |why: &str| Err(Failure::new(Cause::Usage, format!("{}: {why}", output.display())));
    if let Some(back) = leads_back(&named) {
        return wrong(&format!("`..` behind {}, which is not there: write the path without it", back.display()));
    }
    match (asked.or(said).unwrap_or(Form::Dir), said) {
        (form, Some(said)) if form != said => wrong("the name ends as another form than --format asks for"),
        (form, None) if form != Form::Dir && name.ends_with(['/', '\\']) => wrong("name the archive, not a folder"),
        (form, None) if form != Form::Dir => {
            let mut written = named.into_os_string();
            written.push(if form == Form::Zip { ".zip" } else { ".tar.gz" });
            Ok((written.into(), form))
        }
        (form, _) => Ok((named, form)),
    }
}

/// The first part of a path that is not there, if the path goes up again behind it: where it leads nobody can say.
fn leads_back(path: &Path) -> Option<&Path> {
    let absent = path.ancestors().filter(|above| above.symlink_metadata().is_err()).last()?;
    let behind = path.strip_prefix(absent).ok()?;
    behind.components().any(|part| part == std::path::Component::ParentDir).then_some(absent)
}

/// A bundle in the work tree would be a change of it.
fn refuse_inside((target, is_folder): (&Path, bool), root: &Root, git: &Git) -> Result<(), Failure> {
    let Some(top) = git.workdir() else { return Ok(()) };
    let Some(path) = below(&top, target) else { return Ok(()) };
    if path.is_empty() || path.split('/').any(|part| part == ".git") || !git.is_ignored(&path, is_folder)? {
        let message = format!(
            "{} lies in the work tree of {}, of which it would be a change: name a place outside, or one that .gitignore \
             names, such as `out/` with `/out/` in it",
            target.display(),
            root.directory.display()
        );
        return Err(Failure::new(Cause::Usage, message));
    }
    Ok(())
}

/// A path as Git names it from the top, if it lies there; what stands of it is followed to where it is.
fn below(top: &Path, path: &Path) -> Option<String> {
    let standing = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let (above, real) = standing?;
    let whole = real.join(path.strip_prefix(above).ok()?);
    let parts = whole.strip_prefix(top).ok()?.components();
    Some(parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/"))
}

/// Says no where what stands there is not what is committed.
fn refuse_changes(git: &Git, prefix: &str) -> Result<(), Failure> {
    let changes: Vec<_> = git.changes(prefix)?.into_iter().filter(|(path, _)| !staging::is_staged(path)).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let named: Vec<String> =
        changes.iter().take(MOST).map(|(path, word)| format!("\n  {}: {word}", report::visible(path))).collect();
    let more = changes.len().saturating_sub(MOST);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    let message = format!(
        "the work tree is not as committed, and a bundle is made of a commit: commit these, put them back, or name them \
         in .gitignore{}{more}",
        named.concat()
    );
    Err(Failure::new(Cause::Usage, message))
}

/// Changes that are named.
const MOST: usize = 10;

fn refused_evidence(wrong: &[Wrong], context: &mut Context<'_>) -> Result<Outcome, Ended> {
    for Wrong { artifact, location, why } in wrong {
        context.say(&format!("{artifact}  {location}: {why}\n"))?;
    }
    let editions = counted(wrong.len(), "edition");
    context.say(&format!(
        "no bundle was made: {editions} of evidence not as evidence.lock of the commit says. Put back what was \
         changed, or run `demarcate hash`, look at what it says, and commit evidence.lock\n"
    ))?;
    Ok(Outcome::Denied)
}

fn refused_findings(gathered: &Gathered<'_>, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let files = &gathered.facts.assessment.files;
    let shown: Vec<_> = gathered
        .diagnostics
        .iter()
        .filter(|found| !context.common.quiet || found.level == Level::Deny)
        .cloned()
        .collect();
    let text =
        report::terminal::text(&shown, files, context.colors()) + &summary(&gathered.facts, &gathered.diagnostics);
    context.say_raw(&text)?;
    context.say(
        "no bundle was made: correct what is denied, or give --with-diagnostics to hand it over with the findings inside\n",
    )?;
    Ok(Outcome::Denied)
}

/// Puts the folder, or the archive of it, into its place.
fn finish(form: Form, staging: Staging, folder: &Folder, gathered: &Gathered<'_>) -> Result<(), Failure> {
    let packing = match form {
        Form::Dir => return staging.finish(folder.root()),
        Form::Zip => Packing::Zip,
        Form::TarGz => Packing::TarGz,
    };
    let packed = staging.beside_folder();
    archive::pack(folder.root(), packing, &gathered.name(), folder.modified, &packed)?;
    staging.finish(&packed)
}

/// Editions that are not in it though nobody chose so: what could not be read here, or is not fetched.
fn unasked(manifest: &Manifest) -> Vec<String> {
    let marked = |edition: &Edition| edition.marking.is_some() && manifest.evidence == Chosen::Unmarked;
    let absent = manifest.editions.iter().filter(|edition| edition.path.is_none() && !marked(edition));
    let absent = absent.filter(|_| manifest.evidence != Chosen::None);
    let told = |edition: &Edition| {
        let why = edition.withheld.as_deref().unwrap_or("nothing is known of it");
        format!("note: {} of {} is not in it: {why}\n", report::visible(&edition.location), edition.artifact)
    };
    absent.map(told).collect()
}

/// What was made, for people.
fn told(target: &Path, manifest: &Manifest, sums: &[u8]) -> String {
    let held = manifest.editions.iter().filter(|edition| edition.path.is_some()).count();
    let absent = manifest.editions.iter().filter(|edition| edition.path.is_none());
    let (by_digest, neither): (Vec<_>, Vec<_>) = absent.partition(|edition| edition.sha256.is_some());
    let denied: usize = manifest.summary.denied.values().sum();
    let mut out = format!("wrote {} to {}\n", counted(manifest.files.len() + 1, "file"), target.display());
    out.push_str(&format!("  commit      {} of {}\n", manifest.commit, manifest.committed));
    out.push_str(&format!("  as of       {}\n", manifest.as_of));
    let within = if manifest.since.is_some() { " here or in the older bundle" } else { "" };
    out.push_str(&format!("  evidence    {}{within}, {} by digest alone\n", counted(held, "edition"), by_digest.len()));
    if !neither.is_empty() {
        out.push_str(&format!(
            "              {} neither here nor in evidence.lock\n",
            counted(neither.len(), "edition")
        ));
    }
    if let Some(since) = &manifest.since {
        let (unchanged, removed) = (counted(since.unchanged.len(), "file"), since.removed.len());
        let commit: String = since.commit.chars().take(12).collect();
        out.push_str(&format!(
            "  delta       since {commit} as of {}: {unchanged} as before, {removed} no more\n",
            since.as_of
        ));
    }
    if denied > 0 {
        out.push_str(&format!("  findings    {denied} denied; they are inside\n"));
    }
    out.push_str(&format!("  SHA256SUMS  {}\n", digest::of_bytes(sums).sha256));
    out
}
