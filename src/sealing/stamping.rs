//! Time stamps over signatures: they prove when somebody signed, not only when the files were there.

use crate::failure::{Cause, Failure};
use crate::program::Tool;
use crate::timestamp::{self, Stamped};

/// A time stamping authority that is asked over the network.
#[derive(Clone, Debug)]
pub struct Tsa {
    /// Its address.
    pub url: String,
    /// How many seconds it may take.
    pub seconds: u64,
    /// What asks it.
    pub curl: Tool,
    /// What judges its answer.
    pub openssl: Tool,
}

impl Tsa {
    /// The authority at this address, asked and judged by the programs on PATH.
    pub fn at(url: impl Into<String>, seconds: u64) -> Self {
        Self { url: url.into(), seconds, curl: Tool::named("curl"), openssl: Tool::named("openssl") }
    }
}

/// A time stamp over a signature which the trusted authorities bear out; `name` is the file that it is for.
pub fn stamp(signature: &[u8], tsa: &Tsa, authorities: &[u8], name: &str) -> Result<Vec<u8>, Failure> {
    let failed = |why: &str| Failure::new(Cause::Helper, format!("no time stamp for {name}: {why}"));
    let query = timestamp::query(signature, &tsa.openssl).map_err(|why| failed(&why))?;
    let token = timestamp::ask(&tsa.url, &query, tsa.seconds, &tsa.curl)?;
    match timestamp::answered(&token, Some(&query), signature, authorities, &tsa.openssl) {
        Stamped::Witnessed { .. } => kept(&token, signature, authorities, &tsa.openssl).map_err(|why| failed(&why)),
        Stamped::Refused(why) => Err(failed(&format!("the answer does not hold by trust/tsa.pem: {why}"))),
        Stamped::Unknown(why) => Err(failed(&format!("the answer cannot be judged: {why}"))),
    }
}

/// An answer that holds, in the form in which a bundle has it, in which it must hold too.
pub fn kept(token: &[u8], signature: &[u8], authorities: &[u8], openssl: &Tool) -> Result<Vec<u8>, String> {
    let kept = timestamp::kept(token, authorities)?;
    match timestamp::verify(&kept, signature, authorities, openssl) {
        Stamped::Witnessed { .. } => Ok(kept),
        Stamped::Refused(why) | Stamped::Unknown(why) => Err(format!("it holds only as it came: {why}")),
    }
}
