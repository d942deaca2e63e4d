//! `sign`.

mod bundle;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Context;
use super::outcome::{Ended, Outcome};
use crate::failure::{Cause, Failure};
use crate::fix;
use crate::manifest::{CMS, NAMESPACE, STAMP_ENDING, STATEMENTS};
use crate::program::Tool;
use crate::sealing::{self, Asked, Cms, Names, Sealed, Sealer, Tsa};
use crate::signature::{self, Trust};
use crate::statement;
use crate::timestamp::{self, Stamped};
use bundle::Bundle;

/// Adds a signature, a time stamp or both to a finished bundle
///
/// A second party signs what the first one bundled: a provider, or the affirming official at a laptop. The files must be
/// those of SHA256SUMS, or nothing is signed. The first signature is SHA256SUMS.sig, a further one is named after whoever
/// trust/allowed_signers of the bundle says has the key; the statements get the new key's signatures too. What stands
/// already is never replaced.
///
/// KEY is an OpenSSH private key, or the public key of one that an agent has; a key with a passphrase or in a token signs
/// by `ssh-keygen`, which asks for what it needs. A time stamp is one over a signature, judged by trust/tsa.pem of the
/// bundle. Where there is no network, write the query with `--query`, carry it to the authority, and take in the answer
/// with `--token`. CERT and its key, a file or a `pkcs11:` URI that `openssl` finds by the system's configuration, sign
/// as a government PKI does; the certificates above CERT have to reach the assessor another way.
///
/// Exit codes: 0 it is signed, or the query written; 1 the files are not those of SHA256SUMS, or a time stamp does not
/// hold; 2 it could not be signed.
#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["sign", "tsa", "query", "token", "cms"]))]
pub(crate) struct Args {
    /// The bundle: a folder, a zip or a tar.gz
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Sign with this key; may be given more than once
    #[arg(long, value_name = "KEY")]
    sign: Vec<PathBuf>,
    /// Ask this authority to stamp each signature that has no time stamp yet; there is no default
    #[arg(long, value_name = "URL", value_parser = timestamp::address)]
    tsa: Option<String>,
    /// Only write the query for the signature that has no time stamp yet into this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sign", "tsa", "token", "cms"])]
    query: Option<PathBuf>,
    /// Take in the authority's answer from this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sign", "tsa", "cms"])]
    token: Option<PathBuf>,
    /// The signature that `--query` is about, where more than one has no time stamp
    #[arg(long, value_name = "NAME", requires = "query", conflicts_with_all = ["sign", "tsa", "token", "cms"])]
    signature: Option<String>,
    /// Sign with this certificate too, as a government PKI does
    #[arg(long, value_name = "CERT", requires = "cms_key")]
    cms: Option<PathBuf>,
    /// The key of that certificate
    #[arg(long, value_name = "KEY", requires = "cms")]
    cms_key: Option<String>,
    /// How many seconds the authority may take
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = clap::value_parser!(u16).range(1..))]
    timeout: u16,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let bundle = match Bundle::open(&args.bundle)? {
        Ok(bundle) => bundle,
        Err(wrong) => return refused(&wrong, context),
    };
    if let Some(file) = &args.query {
        return query(&bundle, args.signature.as_deref(), file, context);
    }
    if let Some(file) = &args.token {
        return token(bundle, file, context);
    }
    let (files, notes) = made(&bundle, args, context.world.now)?;
    for note in notes {
        context.note(&format!("note: {note}\n"))?;
    }
    added(bundle, &files, context)
}

fn refused(wrong: &[String], context: &mut Context<'_>) -> Result<Outcome, Ended> {
    const MOST: usize = 10;
    context.say("it was not signed, as its files are not those of SHA256SUMS:\n")?;
    for line in wrong.iter().take(MOST) {
        context.say(&format!("  {line}\n"))?;
    }
    if wrong.len() > MOST {
        context.say(&format!("  and {} more\n", wrong.len() - MOST))?;
    }
    Ok(Outcome::Denied)
}

fn usage(message: impl Into<String>) -> Failure {
    Failure::new(Cause::Usage, message)
}

/// Puts new files into the bundle and says what they are.
fn added(bundle: Bundle, files: &BTreeMap<String, Vec<u8>>, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let lines: Vec<String> = files.iter().map(|(name, bytes)| what(&bundle, name, bytes, context.world.now)).collect();
    bundle.add(files)?;
    for line in lines {
        context.say(&line)?;
    }
    Ok(Outcome::Clean)
}

fn what(bundle: &Bundle, name: &str, bytes: &[u8], now: i64) -> String {
    if name.ends_with(STAMP_ENDING) {
        return format!("{name}: a time stamp\n");
    }
    match name {
        STATEMENTS => format!("{name}: statements, signed by the same\n"),
        CMS => format!("{name}: signed as a government PKI does\n"),
        _ => format!("{name}: signed by {}\n", who(bundle, bytes, now)),
    }
}

/// Whose signature it is by the bundle's own trust.
fn who(bundle: &Bundle, signature: &[u8], now: i64) -> String {
    let trust = Trust { signers: bundle.signers(), ..Trust::default() };
    match signature::verify(&bundle.sums, signature, NAMESPACE, &trust, now, None) {
        signature::Verdict::Good(signer) => format!("{} with {}", signer.principals.join(", "), signer.key),
        _ => "a key that the bundle's own trust does not bear out".to_owned(),
    }
}

/// The new signatures, time stamps and statements, and what the user should know of them.
fn made(bundle: &Bundle, args: &Args, now: i64) -> Result<Sealed, Failure> {
    let ssh_keygen = Tool::named("ssh-keygen");
    let keys: Vec<Sealer> = args.sign.iter().map(|key| Sealer::open(key, &ssh_keygen)).collect::<Result<_, _>>()?;
    refuse_those_that_signed(bundle, &keys)?;
    let tsa = args.tsa.as_ref().map(|url| Tsa::at(url, u64::from(args.timeout)));
    let authorities = match &tsa {
        Some(_) => bundle.authorities()?,
        None => Vec::new(),
    };
    let (signers, cms) = (bundle.signers(), cms(bundle, args)?);
    let asked = Asked { keys: &keys, signers: &signers, tsa, authorities: &authorities, cms, at: now };
    let mut names = Names::taken(bundle.signatures.keys().cloned());
    let (mut files, mut notes) = sealing::signatures(&bundle.sums, &asked, &mut names)?;
    if !keys.is_empty() {
        let (lines, note) = statements(bundle, &asked)?;
        notes.extend(note.filter(|_| notes.is_empty()));
        files.insert(STATEMENTS.to_owned(), lines);
    }
    if let Some(cms) = &asked.cms {
        files.insert(CMS.to_owned(), cms.sign(&bundle.sums)?);
    }
    files.extend(older_stamped(bundle, &asked)?);
    if files.is_empty() {
        return Err(usage("every signature of the bundle has a time stamp already"));
    }
    Ok((files, notes))
}

fn cms(bundle: &Bundle, args: &Args) -> Result<Option<Cms>, Failure> {
    let (Some(certificate), Some(key)) = (&args.cms, &args.cms_key) else { return Ok(None) };
    if bundle.signatures.contains_key(CMS) {
        return Err(usage(format!("{CMS} stands there already, and no signature is replaced")));
    }
    Ok(Some(Cms::new(certificate, key)))
}

fn refuse_those_that_signed(bundle: &Bundle, keys: &[Sealer]) -> Result<(), Failure> {
    for key in keys {
        let is_its = |bytes: &Vec<u8>| signature::is_by(key.public(), &bundle.sums, bytes, NAMESPACE);
        if let Some((name, _)) = bundle.signatures.iter().find(|(_, bytes)| is_its(bytes)) {
            return Err(usage(format!("{key} has signed already: {name}")));
        }
    }
    Ok(())
}

/// The statements with the signatures of new keys.
fn statements(bundle: &Bundle, asked: &Asked<'_>) -> Result<(Vec<u8>, Option<String>), Failure> {
    let lines = match bundle.signatures.get(STATEMENTS) {
        Some(lines) => statement::countersigned(lines, &bundle.sums, &bundle.manifest, asked.keys)?,
        None => statement::envelopes(&bundle.sums, &bundle.manifest, asked.keys, asked.at)?,
    };
    let note = sealing::note_of_statements(&lines, &bundle.sums, &bundle.manifest, asked);
    Ok((lines, note))
}

/// Time stamps over the signatures that stood there before.
fn older_stamped(bundle: &Bundle, asked: &Asked<'_>) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let Some(tsa) = &asked.tsa else { return Ok(BTreeMap::new()) };
    let stamped = |(name, signature): (&String, &Vec<u8>)| {
        let stamp = sealing::stamp(signature, tsa, asked.authorities, name)?;
        Ok((format!("{name}{STAMP_ENDING}"), stamp))
    };
    bundle.unstamped().map(stamped).collect()
}

fn query(bundle: &Bundle, name: Option<&str>, file: &Path, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let open: Vec<(&String, &Vec<u8>)> =
        bundle.unstamped().filter(|(one, _)| name.is_none_or(|name| name == *one)).collect();
    let (name, signature) = match open.as_slice() {
        [one] => *one,
        [] => return Err(usage("the bundle has no such signature without a time stamp").into()),
        more => {
            let names: Vec<&str> = more.iter().map(|(name, _)| name.as_str()).collect();
            let why = format!("say by --signature which one is meant: {}", names.join(", "));
            return Err(usage(why).into());
        }
    };
    let failed = |why| Failure::new(Cause::Helper, format!("cannot make a query: {why}"));
    fix::write(file, &timestamp::query(signature, &Tool::named("openssl")).map_err(failed)?)?;
    context.say(&format!("wrote {}: the query of {name}\n", file.display()))?;
    context.note(
        "send it to an authority as application/timestamp-query, then take in its answer:\n  \
         demarcate sign BUNDLE --token ANSWER\n",
    )?;
    Ok(Outcome::Clean)
}

/// Takes in the answer of an authority, over whichever signature it is.
fn token(bundle: Bundle, file: &Path, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let (token, authorities, openssl) = (timestamp::carried(file)?, bundle.authorities()?, Tool::named("openssl"));
    let mut refusal = "every signature of the bundle has a time stamp already".to_owned();
    let mut found = None;
    for (name, signature) in bundle.unstamped() {
        match timestamp::verify(&token, signature, &authorities, &openssl) {
            Stamped::Witnessed { .. } => {
                let not_kept = |why| Failure::new(Cause::Helper, format!("the time stamp was not kept: {why}"));
                let stamp = sealing::kept(&token, signature, &authorities, &openssl).map_err(not_kept)?;
                found = Some((format!("{name}{STAMP_ENDING}"), stamp));
            }
            Stamped::Refused(why) => refusal = why,
            Stamped::Unknown(why) => {
                let why = format!("the time stamp cannot be judged, and was not kept: {why}");
                return Err(Failure::new(Cause::Helper, why).into());
            }
        }
    }
    let Some(stamp) = found else {
        context.say(&format!("the time stamp does not hold, and was not kept: {refusal}\n"))?;
        return Ok(Outcome::Denied);
    };
    added(bundle, &BTreeMap::from([stamp]), context)
}
