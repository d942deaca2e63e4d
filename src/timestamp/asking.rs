//! Asking an authority for a time stamp, by `curl` or by what somebody carried here.

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use super::{Stamped, answers, verify};
use crate::failure::{Cause, Failure};
use crate::program::{Folder, Tool};

/// The most that is read of an answer, in bytes: far more than any has.
const LARGEST_ANSWER: u64 = 1 << 20;

/// An address that curl takes as one and as nothing else.
pub fn address(text: &str) -> Result<String, String> {
    let scheme = ["http://", "https://"].iter().find(|scheme| text.starts_with(*scheme));
    let is_whole = scheme.is_some_and(|scheme| text.len() > scheme.len());
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_whole && is_plain { Ok(text.to_owned()) } else { Err("write an address: https://tsa.example/".to_owned()) }
}

/// Judges an answer; where the query is known, it must be the one that was answered.
pub fn answered(token: &[u8], query: Option<&[u8]>, data: &[u8], authorities_pem: &[u8], openssl: &Tool) -> Stamped {
    match verify(token, data, authorities_pem, openssl) {
        Stamped::Witnessed { .. } if query.is_some_and(|query| !answers(token, query)) => {
            Stamped::Refused("its nonce is not that of the query: an answer from before was sent again".to_owned())
        }
        judged => judged,
    }
}

/// The answer that somebody carried here, or as much of a file as shows that it is none.
pub fn carried(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| Failure::io("read", path, &error);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(LARGEST_ANSWER).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// What the server at this address answers. It alone is asked, as told, and nowhere else: a redirection is not followed,
/// and no configuration of curl is read.
pub fn ask(url: &str, query: &[u8], seconds: u64, curl: &Tool) -> Result<Vec<u8>, Failure> {
    let folder = Folder::new();
    let folder = folder.map_err(|error| Failure::new(Cause::Io, format!("cannot make a temporary folder: {error}")))?;
    folder.write("query", query).map_err(|error| Failure::io("write", &folder.path().join("query"), &error))?;
    let time = seconds.to_string();
    let mut arguments = vec!["-q", "--silent", "--show-error", "--globoff", "--proto", "=http,https"];
    arguments.extend(["--max-time", &time, "--data-binary", "@query", "--user-agent", "demarcate"]);
    arguments.extend(["--header", "Content-Type: application/timestamp-query"]);
    arguments.extend(["--header", "Accept: application/timestamp-reply", "--header", "Expect:"]);
    arguments.extend(["--write-out", "%{stderr}\n%{response_code}", "--url", url]);
    let failed = |why: &str| Failure::new(Cause::Helper, format!("no answer from {}: {why}", bare(url)));
    // curl keeps the time itself; the few seconds more are for one that does not.
    let curl = curl.clone().within(Duration::from_secs(seconds + 5));
    let ran = curl.run(&arguments, &folder).map_err(|trouble| failed(&trouble.to_string()))?;
    let (words, status) = ran.err.trim_end().rsplit_once('\n').unwrap_or(("", ran.err.trim()));
    match (ran.code, status) {
        (Some(0), "200") => Ok(ran.out),
        (Some(0), status) => Err(failed(&format!("it says {status}, not 200"))),
        _ => Err(failed(words.trim())),
    }
}

/// An address as it may be shown: without the name and password before the host.
fn bare(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}://{}", &rest[host..])
}
