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
    // It only writes the rule there; where it does the work as well, it has to be named.
    assert_eq!(with("Somebody sets"), [("unnamed-party", Level::Warn)]);
    assert_eq!(with("Northwinds sets"), [("unnamed-party", Level::Warn)]);
    let works = [
        ("The contractor sets the rules", "Somebody sets the rules"),
        ("and checks them", ""),
        ("layer = [\"policy\", \"procedure\"]", "layer = [\"policy\", \"procedure\", \"capability\"]"),
    ];
    assert_eq!(said(FILE, &works), [("unnamed-party", Level::Deny)]);
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

#[test]
fn a_provider_that_is_only_spoken_of_is_a_warning() {
    let with = |sentence: &str| said(ALONE, &[("The contractor sets", &format!("{sentence} The contractor sets"))]);
    for acting in [
        "Acme reads the list.",
        "The list is read by Acme.",
        "Every month Acme reads the list.",
        "We write the list and Acme reads it.",
        "Then, Acme Managed IT Inc. reads it.",
    ] {
        assert_eq!(with(acting), [("stranger-party", Level::Deny)], "{acting}");
    }
    for spoken_of in [
        "We check the desk of Acme.",
        "Acme's engineers are never alone.",
        "The Acme engineer is never alone.",
        "Our people go to Acme once a year.",
        "Acme has no badge and no key.",
        "Acme does not see the list.",
        "We say what Acme and GCC High are told.",
        "The list is read again whenever Acme sends a new name.",
    ] {
        assert_eq!(with(spoken_of), [("stranger-party", Level::Warn)], "{spoken_of}");
    }
}

#[test]
fn staff_who_fill_a_role_of_the_contractor_are_no_strangers() {
    let repository = Repository::base();
    repository.write(
        "providers/brook.toml",
        "id = \"brook\"\nname = \"Brook Advisors\"\n\n[[service]]\nid = \"interim\"\ntitle = \"Interim staff\"\nkind = \"staff\"\ndata = \"none\"\n",
    );
    let text = repository.text(ALONE);
    repository.write(ALONE, text.replace("The contractor sets", "Brook Advisors lends the ISSO. The contractor sets"));
    let strangers = |repository: &Repository| {
        let (_, all) = repository.look(false).expect("the root is readable");
        assert_eq!(all, []);
        let (_, all) = repository.check().expect("the root is readable");
        all.iter().filter(|found| found.rule == "stranger-party").count()
    };
    assert_eq!(strangers(&repository), 1);
    let person = "\n[[person]]\nid = \"theo\"\nname = \"Theo Marsh\"\nemail = [\"theo@brook.example\"]\nroles = [\"isso\"]\nparty = \"brook\"\n\n[[role]]\nid = \"isso\"";
    let config = repository.text("demarcate.toml");
    repository.write("demarcate.toml", config.replacen("\n[[role]]\nid = \"isso\"", person, 1));
    assert_eq!(strangers(&repository), 0);
}

#[test]
fn two_parties_in_one_layer_are_divided_by_their_services_their_people_or_a_note() {
    let clash = [("layer = [\"policy\", \"procedure\"]", "layer = [\"policy\", \"procedure\", \"operation\"]")];
    assert_eq!(said(FILE, &clash), [("doubly-owned", Level::Deny)]);
    let mut noted = clash.to_vec();
    noted.push((
        "service = \"patching\"",
        "service = \"patching\"\nnote = \"Acme closes, the contractor looks whether it is closed.\"",
    ));
    assert_eq!(said(FILE, &noted), []);
    let mut blank = clash.to_vec();
    blank.push(("service = \"patching\"", "service = \"patching\"\nnote = \" \""));
    assert_eq!(said(FILE, &blank), [("doubly-owned", Level::Deny)]);
    let apart = [
        clash[0],
        (
            "Writes the policy and the work instruction, and samples ten hosts every quarter, as the plan for 3.7.5 says.",
            "Names who may hold a session, and has the escort close each by telephone.",
        ),
    ];
    assert_eq!(said(FILE, &apart), [("doubly-owned", Level::Warn)]);
    let unshown = [apart[0], apart[1], ("artifact = \"acme-report\", at = \"page 3\"", "artifact = \"ticket-log\"")];
    assert!(said(FILE, &unshown).contains(&("doubly-owned", Level::Deny)), "one artifact for both shows no division");
    // The cloud works on what is its own, above and below which the contractor does its part.
    assert_eq!(said("practices/SC.L2-3.13.16.toml", &clash), []);
}
