//! Where two rules could speak of one thing, only one does; and what looks wrong and is not stays silent.

use demarcate::diagnostic::Level;

use super::base::Repository;

const FILE: &str = "practices/MA.L2-3.7.5.toml";
const ALONE: &str = "practices/AC.L2-3.1.6.toml";

/// What the rules of owning and dividing say of a base in which one text was put for another.
fn said(path: &str, changes: &[(&str, &str)]) -> Vec<(&'static str, Level)> {
    let repository = Repository::base();
    let mut text = repository.text(path);
    for (from, to) in changes {
        assert!(text.contains(from), "{path} of the base holds no `{from}`");
        text = text.replace(from, to);
    }
    repository.write(path, text);
    let (_, all) = repository.check().expect("the root is readable");
    let mut said: Vec<_> = all
        .iter()
        .filter(|d| !d.rule.starts_with("review-"))
        .map(|diagnostic| (diagnostic.rule, diagnostic.level))
        .collect();
    said.dedup();
    said.retain(|(rule, _)| !rule.starts_with("acceptance") && !rule.starts_with("assignment"));
    said
}

#[test]
fn shared_with_one_side_is_said_once() {
    let shared = [("ownership = \"contractor\"", "ownership = \"shared\"")];
    assert_eq!(said(ALONE, &shared), [("one-sided-share", Level::Deny)]);
    let other = [("ownership = \"contractor\"", "ownership = \"provider\"")];
    assert_eq!(said(ALONE, &other), [("ownership-differs", Level::Deny)]);
}

#[test]
fn the_contractor_is_named_by_we_a_role_or_an_alias() {
    let with = |name: &str| {
        said(FILE, &[("The contractor sets the rules", &format!("{name} the rules")), ("and checks them", "")])
    };
    for name in ["We set", "Our people set", "The IT lead sets", "NORTHWIND sets", "Dana Lee sets"] {
        assert_eq!(with(name), [], "{name}");
    }
    assert_eq!(with("Somebody sets"), [("unnamed-party", Level::Deny)]);
    assert_eq!(with("Northwinds sets"), [("unnamed-party", Level::Deny)]);
}

#[test]
fn a_practice_of_the_contractor_alone_need_not_name_it() {
    assert_eq!(said(ALONE, &[("The contractor sets the rules", "Rules are set")]), []);
}

#[test]
fn two_parts_of_one_party_in_one_layer_deny_unless_two_roles_keep_them() {
    let part = |role: &str| {
        format!(
            "[[responsibility]]\nparty = \"contractor\"\nlayer = \"operation\"\nobjectives = [\"b\"]\n\
             duty = \"Reads the list of second accounts on the first of the month.\"\nmaintained-by = \"{role}\"\n\
             evidence = [{{ artifact = \"ticket-log\" }}]\n\n[determinations]"
        )
    };
    let level = |role: &str| said(ALONE, &[("[determinations]", &part(role))]);
    assert_eq!(level("it-lead"), [("doubly-owned", Level::Deny)]);
    assert_eq!(level("isso"), [("doubly-owned", Level::Warn)]);
}

#[test]
fn the_same_layer_on_other_assets_is_not_owned_twice() {
    let more = "scope = [\"shop-floor\"]\n\n[[responsibility]]\nparty = \"contractor\"\n\
         layer = [\"policy\", \"procedure\", \"operation\"]\nobjectives = [\"a\", \"b\"]\nscope = [\"enclave\"]\n\
         duty = \"Gives each engineer a second account for mail and reads the list every month.\"\n\
         maintained-by = \"it-lead\"\nevidence = [{ artifact = \"ticket-log\" }]\n\n[determinations]";
    assert_eq!(said(ALONE, &[("\n[determinations]", more)]), []);
}

#[test]
fn a_provider_part_without_verification_is_a_provider_alone() {
    let text = Repository::base().text(FILE);
    let verification = text.lines().find(|line| line.starts_with("verification")).expect("Acme's part is verified");
    let found = said(FILE, &[(verification, "")]);
    assert!(found.contains(&("provider-alone", Level::Deny)), "{found:?}");
}
