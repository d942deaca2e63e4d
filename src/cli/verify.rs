//! `verify`.

mod bundle;
mod dod_log;

use std::path::PathBuf;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::score::Form;
use crate::verify::Given;

/// Verifies a release bundle, or what a log of the DoD hashing guide names
///
/// A bundle is a folder, a zip or a tar.gz. It verifies if it holds every file of its SHA256SUMS with that digest and
/// none more, if the manifest says the same, and if every signature in it holds and was made by a key of --trust-root,
/// which comes from outside: the allowed_signers file of the contractor, or the SHA-256 of the one in the bundle, had by
/// another way than the bundle. Without it, everything else is judged, the SHA-256 to ask for is printed, and the bundle
/// does not verify. Nothing is unpacked, written, fetched or believed because the bundle says so. What was signed and
/// then taken away as a whole, such as a second signature, a time stamp or the statements, nothing notices: the verdict
/// lists those that are there.
///
/// A key counts at the time of the signature if a time stamp by an authority of --tsa shows it, however long ago that
/// authority's own certificate expired, else now. Without --tsa a time stamp is judged by the bundle's own trust/tsa.pem,
/// so that altered bytes are noticed, and gives no time. Time stamps and CMS signatures are judged by `openssl`.
///
/// With --recheck the log is walked again from the bundle's own history, every signature of a review judged again, every
/// rule run and every document printed again from the bundle's sources: what comes out has to be what the bundle holds,
/// byte for byte. Of evidence that is not in the bundle what the manifest recorded is taken.
///
/// With --dod-log it hashes again what a log of the DoD artifact-hashing guide names, in a folder or an archive. The log
/// may come from the guide's PowerShell script, whichever system it ran on, or from `hash --dod-log`. Its absolute paths
/// are put onto the folder by what they begin with, wherever the files lie now. Names are taken literally; a `?` that
/// stands for a letter beyond ASCII and a path that was cut are matched if the name or the digest tells which file is
/// meant, with a warning. If CMMCAssessmentLogHash.log lies beside the log, the log itself is verified by it. A file that
/// the log does not name is a warning.
///
/// Exit codes: 0 verified; 1 something is changed, missing, extra, unreadable or not vouched for; 2 there is nothing to
/// verify, or it cannot be read.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The bundle; or with --dod-log the folder or archive that holds the files
    #[arg(value_name = "BUNDLE|DIR")]
    place: PathBuf,
    /// Verify what this log names: CMMCAssessmentArtifacts.log, or one like it
    #[arg(long, value_name = "LOG")]
    dod_log: Option<PathBuf>,
    #[command(flatten)]
    bundle: Outside,
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
}

/// What a verifier of a bundle brings along.
#[derive(clap::Args, Debug)]
struct Outside {
    /// Let the keys that this file lists count no more, besides those of the bundle's own trust/revoked
    #[arg(long, value_name = "FILE", conflicts_with = "dod_log")]
    revoked: Option<PathBuf>,
    /// Believe the time stamping authorities of this PEM file, or of the bundle's trust/tsa.pem with this SHA-256
    #[arg(long, value_name = "FILE|DIGEST", conflicts_with = "dod_log", value_parser = given)]
    tsa: Option<Given>,
    /// Leave time stamps out: they give no time, and nobody notices whether they were altered
    #[arg(long, conflicts_with_all = ["dod_log", "tsa"])]
    without_timestamps: bool,
    /// Judge SHA256SUMS.p7s by the authorities of this PEM file
    #[arg(long, value_name = "FILE", conflicts_with = "dod_log")]
    cms_ca: Option<PathBuf>,
    /// Run the rules and print the documents again from what the bundle holds, and demand the same bytes
    #[arg(long, conflicts_with = "dod_log")]
    recheck: bool,
    /// Compare a delta with the bundle that it starts from
    #[arg(long, value_name = "OLD", conflicts_with = "dod_log")]
    since: Option<PathBuf>,
}

/// A file's bytes, or the SHA-256 of the one in the bundle.
fn given(text: &str) -> Result<Given, String> {
    if let Some(digest) = crate::digest::written(text) {
        return Ok(Given::Digest(digest));
    }
    let read = |error| format!("{error}: name a file that can be read, or write its SHA-256 in hex");
    std::fs::read(text).map(Given::Bytes).map_err(read)
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    match &args.dod_log {
        Some(log) => dod_log::run(log, args, context),
        None => bundle::run(args, context),
    }
}
