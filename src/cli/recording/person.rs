//! Who is named in what is recorded: an address says who it is, and the files say what they are called.

use std::collections::BTreeSet;

use crate::failure::{Cause, Failure};
use crate::model::config::Person;
use crate::model::provider::ProviderPerson;
use crate::report::visible;

/// Somebody as they are recorded.
pub(crate) struct Named {
    /// Name and address.
    pub(crate) text: String,
    /// What to say where it is not what was typed; empty where it is.
    pub(crate) note: String,
}

/// Somebody whom the command line or Git names, with the name that the files have for the address.
pub(crate) fn named(typed: &str, persons: &[Person], own: &[ProviderPerson]) -> Result<Named, Failure> {
    let Some((name, email)) = parts(typed) else {
        let message = format!(
            "`{}` names nobody: write name and address, Dana Lee <dana@contractor.example>",
            typed.escape_debug()
        );
        return Err(Failure::new(Cause::Usage, message));
    };
    let names = on_file(email, persons, own);
    let known = names.first().filter(|_| names.len() == 1);
    let name = known.copied().unwrap_or(name);
    if name != visible(name) || email != visible(email) {
        let message = format!("the name of <{}> holds signs that nobody sees: write it without them", visible(email));
        return Err(Failure::new(Cause::Usage, message));
    }
    let text = format!("{name} <{email}>");
    let note = if text == typed.trim() {
        String::new()
    } else {
        format!("in the name of {text}, as the files have that address, not of {}\n", visible(typed.trim()))
    };
    Ok(Named { text, note })
}

/// Name and address of `Dana Lee <dana@contractor.example>`; nothing else may stand around them.
pub(super) fn parts(typed: &str) -> Option<(&str, &str)> {
    let (name, email) = typed.trim().strip_suffix('>')?.split_once('<')?;
    let (name, email) = (name.trim(), email.trim());
    let is_whole =
        !name.is_empty() && email.contains('@') && !email.contains(['<', '>', ' ']) && !typed.trim().contains('\n');
    is_whole.then_some((name, email))
}

/// The names that the files have for an address.
fn on_file<'a>(email: &str, persons: &'a [Person], own: &'a [ProviderPerson]) -> BTreeSet<&'a str> {
    let is = |known: &str| known.eq_ignore_ascii_case(email);
    let found = persons.iter().filter(|person| person.email.iter().any(|known| is(known)));
    let found: BTreeSet<&str> = found.map(|person| person.name.value.trim()).collect();
    if !found.is_empty() {
        return found;
    }
    let listed = own.iter().filter(|person| person.email.as_ref().is_some_and(|known| is(known)));
    listed.map(|person| person.name.value.trim()).collect()
}
