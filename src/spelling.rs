//! What people type as the scope of a review or a certification, in the spelling that is recorded.

use crate::catalog::Catalog;
use crate::ids::{FAMILIES, RequirementId};
use crate::table;

/// The words of a scope that name one thing each.
const ALONE: [&str; 6] = ["all", "ssp", "crm", "scope", "poam", "incident"];

/// Words that stand before an id.
const BEFORE: [&str; 3] = ["policy", "provider", "personnel"];

/// The words of a scope, split at commas and blanks, each in its one spelling where its meaning is clear.
pub fn words(typed: &[String]) -> Vec<String> {
    let split = typed.iter().flat_map(|word| word.split([',', ' ', '\t', '\n']));
    split.filter(|word| !word.is_empty()).map(one).collect()
}

fn one(word: &str) -> String {
    let families = FAMILIES.iter().map(|(family, _)| *family);
    if let Some(known) = families.chain(ALONE).find(|known| known.eq_ignore_ascii_case(word)) {
        return known.to_owned();
    }
    if let Ok(id) = word.to_ascii_uppercase().parse::<RequirementId>() {
        return id.to_string();
    }
    let known = |kind: &str| BEFORE.into_iter().find(|known| known.eq_ignore_ascii_case(kind));
    match word.split_once(':').and_then(|(kind, id)| Some((known(kind)?, id))) {
        Some((kind, id)) => format!("{kind}:{id}"),
        None => word.to_owned(),
    }
}

/// What was meant by a word that names nothing, as the end of a sentence; empty where nobody can tell.
pub fn meant(word: &str, known: &[&str]) -> String {
    let is_known = |id: &RequirementId| Catalog::rev2().requirement(*id).is_some();
    let whole = word.split_once('[').and_then(|(practice, _)| one(practice).parse().ok());
    if let Some(practice) = whole.filter(is_known) {
        return format!("; did you mean `{practice}`? An objective stands and falls with its practice");
    }
    // Other editions write 3.1.1 behind other letters.
    let number = word.find("3.").and_then(|at| word[at..].parse().ok()).filter(is_known);
    let near = number.map(|id| id.to_string()).or_else(|| table::nearest(word, known).map(str::to_owned));
    near.or_else(|| table::nearest(word, &ALONE[1..]).map(str::to_owned))
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_clear_has_one_spelling_and_the_rest_is_left_as_it_is() {
        let cases = [
            ("ac", "AC"),
            ("ALL", "all"),
            ("Ssp", "ssp"),
            ("ac.l2-3.1.1", "AC.L2-3.1.1"),
            ("3.1.1", "AC.L2-3.1.1"),
            ("Policy:Access", "policy:Access"),
            ("AC.L2-3.1.1[a]", "AC.L2-3.1.1[a]"),
            ("MA.L2-3.1.1", "MA.L2-3.1.1"),
            ("acs", "acs"),
        ];
        for (typed, meant) in cases {
            assert_eq!(words(&[typed.to_owned()]), [meant], "{typed}");
        }
        assert_eq!(words(&["ac, at".to_owned(), " ,ssp".to_owned()]), ["AC", "AT", "ssp"]);
        assert_eq!(words(&[String::new()]), Vec::<String>::new());
    }

    #[test]
    fn a_word_that_names_nothing_is_answered_with_what_was_meant() {
        for typed in ["AC.L2-3.1.1[a]", "ac.l2-3.1.1[b,c]", "MA.L2-3.1.1", "AC-3.1.1"] {
            assert!(meant(typed, &[]).contains("did you mean `AC.L2-3.1.1`?"), "{typed}: {}", meant(typed, &[]));
        }
        assert!(meant("polcy:access", &["policy:access"]).contains("`policy:access`"));
        for typed in ["zz", "AC.L2-3.1.99", "AC.L2-3.1.99[a]"] {
            assert_eq!(meant(typed, &[]), "");
        }
    }
}
