//! What `explain` prints: requirements, objectives, families, rules, keys, words.

use demarcate::catalog::Catalog;
use demarcate::diagnostic::Level;
use demarcate::explain::{explain, format, near, rules, rules_page};
use demarcate::model::wording::Wording;
use demarcate::rule::{Check, Group, Rule};
use demarcate::table::Key;

fn page(name: &str) -> String {
    explain(name, None).unwrap_or_else(|| panic!("`{name}` has no page"))
}

fn wording() -> Wording {
    let mut wording = Wording { source: "nist.json".into(), ..Wording::default() };
    wording.statements.insert("3.5.3".parse().expect("an id"), "The official statement.".into());
    wording.objectives.insert("3.5.3[a]".parse().expect("an id"), "the official objective.".into());
    wording
}

#[test]
fn a_requirement_says_what_it_asks_costs_allows_and_needs() {
    insta::assert_snapshot!(page("3.1.20"), @r#"
    AC.L2-3.1.20  External Connections [CUI Data]
    Access Control, derived requirement 3.1.20 of NIST SP 800-171 Rev 2

      Verify, and control or limit, both the connections made to external systems and the use made of
      those systems.

      This tool's own words; `demarcate import catalog FILE` brings the official ones.

    Score    Not met, it costs 1 point of 110.
    POA&M    Not eligible: it is on the list of 32 CFR 170.21(a)(2)(iii).
    Level 1  AC.L1-b.1.iii, FAR 52.204-21(b)(1)(iii).

    Objectives
      [a] The connections that are made to external systems are known and named.
          Identified. Needs a responsibility in policy or procedure.
      [b] The uses that are made of external systems are known and named.
          Identified. Needs a responsibility in policy or procedure.
      [c] Verification is carried out for the connections made to external systems.
          Enforced. Needs a responsibility in configuration or operation.
      [d] Verification is carried out for the use made of external systems.
          Enforced. Needs a responsibility in configuration or operation.
      [e] Connections made to external systems are kept under control or within limits.
          Enforced. Needs a responsibility in configuration or operation.
      [f] The use made of external systems is kept under control or within limits.
          Enforced. Needs a responsibility in configuration or operation.
    "#);
}

#[test]
fn an_objective_says_what_must_be_true_and_what_answers_it() {
    insta::assert_snapshot!(page("3.1.8[a]"), @r#"
    AC.L2-3.1.8[a]  of Unsuccessful Logon Attempts
    Defined objective: something has to be settled and written down.

      The way in which unsuccessful attempts to log on are to be limited is defined.

      This tool's own words; `demarcate import catalog FILE` brings the official ones.

    Layers   Needs a responsibility in policy or procedure.
    Value    Write what is defined in `[values]` of practices/AC.L2-3.1.8.toml: `a = "..."`.
    Score    The requirement AC.L2-3.1.8 is met when all of its objectives (a to b) are met or not
             applicable.
    "#);
}

#[test]
fn a_family_lists_its_requirements() {
    insta::assert_snapshot!(page("ps"), @r"
    PS  Personnel Security
    2 requirements, 4 objectives, 8 points

      PS.L2-3.9.1    3  POA&M not-eligible  Screen Individuals
      PS.L2-3.9.2    5  POA&M not-eligible  Personnel Actions
    ");
    assert_eq!(page("Personnel Security"), page("PS"));
    assert_eq!(page("3.9"), page("PS"));
}

#[test]
fn eligibility_for_a_poam_comes_with_its_reason() {
    let said = [
        ("3.1.3", "Eligible: it costs 1 point and is not on the list"),
        ("3.1.1", "Not eligible: its point value 5 is over 1"),
        ("3.1.5", "Not eligible: its point value 3 is over 1"),
        ("3.10.4", "Not eligible: it is on the list of 32 CFR 170.21(a)(2)(iii)"),
        ("3.12.4", "Not eligible: it is on the list of 32 CFR 170.21(a)(2)(iii)"),
        ("3.13.11", "Eligible only where encryption is employed but not FIPS-validated"),
        ("3.5.3", "Not eligible: its point value 5 is over 1"),
    ];
    for (id, said) in said {
        assert!(page(id).contains(said), "{}", page(id));
    }
}

#[test]
fn what_is_lost_tells_partial_credit_the_missing_plan_and_what_is_not_permitted() {
    assert!(page("3.5.3").contains("`partial = \"remote-and-privileged\"`"));
    assert!(page("3.13.11").contains("`partial = \"employed-not-validated\"`"));
    assert!(page("3.12.4").contains("there is no score at all"));
    assert!(page("3.1.16").contains("`basis = \"capability-not-permitted\"`"));
    for without in ["3.1.1", "3.1.14"] {
        assert!(!page(without).contains("partial =") && !page(without).contains("basis ="));
    }
}

#[test]
fn official_wording_is_printed_where_it_was_imported_and_labelled() {
    let wording = wording();
    let shown = explain("3.5.3", Some(&wording)).expect("a page");
    assert!(shown.contains("  The official statement.\n\n  Official wording, imported from nist.json.\n"), "{shown}");
    assert!(shown.contains("  [a] the official objective.\n"), "{shown}");
    assert!(!shown.contains("own words"));
    let lacking = explain("3.5.4", Some(&wording)).expect("a page");
    assert!(lacking.contains("This tool's own words; the imported catalog lacks the official ones."), "{lacking}");
    let objective = explain("3.5.3[a]", Some(&wording)).expect("a page");
    assert!(objective.contains("Official wording, imported from nist.json."), "{objective}");
}

#[test]
fn every_requirement_and_objective_has_one_page_however_it_is_written() {
    for requirement in Catalog::rev2().requirements() {
        let id = requirement.id;
        let shown = page(&id.to_string());
        assert!(shown.starts_with(&format!("{id}  {}\n", requirement.title)));
        assert_eq!(shown, page(&id.requirement()));
        assert_eq!(shown, page(&format!(" {} ", id.to_string().to_lowercase())));
        for objective in &requirement.objectives {
            let letter = objective.id.letter;
            assert_eq!(page(&objective.id.to_string()), page(&format!("{}[{letter}]", id.requirement())));
        }
    }
}

#[test]
fn no_page_is_wider_than_a_screen() {
    let ids = Catalog::rev2().requirements().map(|requirement| requirement.id.to_string());
    let kinds = format::KINDS.iter().map(|kind| kind.name.to_owned());
    for name in ids.chain(kinds) {
        for line in page(&name).lines() {
            assert!(line.chars().count() <= 100, "{name}: {line}");
        }
    }
}

#[test]
fn a_file_kind_lists_its_keys_and_a_key_what_may_stand_there() {
    let practice = page("practice");
    assert!(practice.starts_with("practice\n\n"), "the word of the field comes first");
    assert!(practice.contains("practices/<ID>.toml\n"));
    assert!(
        practice.contains(
            "  determinations  a table of keys that you choose, each a word in quotes or a table, optional\n"
        )
    );
    insta::assert_snapshot!(page("responsibility.layer"), @r#"
    `responsibility.layer` of practices/<ID>.toml
    a word in quotes or a list of them, optional

      The layers this part covers.

      "capability"  A product or service that makes it possible.
      "configuration"  Settings that enforce it.
      "policy"  The rule in writing.
      "procedure"  The steps in writing.
      "operation"  The work as it is done every day.
    "#);
    assert_eq!(page("practice.responsibility.layer"), page("responsibility.layer"));
    assert_eq!(page("demarcate.toml"), page("DEMARCATE.TOML"));
}

#[test]
fn a_key_of_several_tables_is_listed_with_each() {
    let shown = page("id");
    for of in
        ["`id` of providers/<id>.toml", "`artifact.id` of evidence/<party>/artifacts.toml", "`group.id` of assets.toml"]
    {
        assert!(shown.contains(of), "{shown}");
    }
}

#[test]
fn every_key_of_every_file_has_a_page_with_its_sentence() {
    for kind in format::KINDS {
        assert!(page(kind.name).contains(kind.pattern));
        for Key { name, doc, .. } in kind.shape.keys {
            let shown = page(&format!("{}.{name}", kind.name));
            let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(plain(&shown).contains(&plain(doc)), "{}.{name}", kind.name);
        }
    }
}

#[test]
fn the_words_of_the_field_have_an_entry() {
    let words = "requirement practice objective determination party provider responsibility ownership artifact evidence layer \
                 review acceptance affirmation attestation diagnostic finding poam POA&M SSP CRM ESP MSP contractor score";
    for word in words.split_whitespace() {
        assert!(page(word).contains("\n\n  "), "{word}");
    }
}

#[test]
fn what_nothing_is_called_has_no_page() {
    for name in [
        "",
        " ",
        "3.1.23",
        "3.15.1",
        "3.1.1[z]",
        "AT.L2-3.1.1",
        "3.1.1[a",
        "AC.L1-b.1.i",
        "nothing-at-all",
        "practice.",
        ".",
    ] {
        assert_eq!(explain(name, None), None, "{name}");
    }
}

#[test]
fn a_slip_is_answered_with_the_nearest_name() {
    let slips = [
        ("AT.L2-3.1.1", "AC.L2-3.1.1"),
        ("3.1.1[z]", "AC.L2-3.1.1"),
        ("pratice", "practice"),
        ("responsability.duty", "responsibility.duty"),
        ("artefact", "artifact"),
        ("acc", "AC"),
    ];
    for (slip, meant) in slips {
        assert_eq!(near(slip).as_deref(), Some(meant), "{slip}");
        assert!(explain(meant, None).is_some(), "{meant}");
    }
    assert_eq!(near("nothing-at-all-like-it"), None);
    assert_eq!(near(""), None);
}

static LATER: Rule = Rule {
    name: "second-rule",
    group: Group::Evidence,
    level: Level::Warn,
    doc: " Nothing shows\n it.\n\n ## Example\n\n ```toml a.toml\n # a comment\n ```\n",
    check: Check::Elsewhere,
};

static FIRST: Rule = Rule {
    name: "first-rule",
    group: Group::Format,
    level: Level::Deny,
    doc: " It is broken.\n",
    check: Check::Elsewhere,
};

static THIRD: Rule =
    Rule { name: "a-rule", group: Group::Evidence, level: Level::Deny, doc: " It is old.\n", check: Check::Elsewhere };

#[test]
fn the_page_of_all_rules_has_a_table_of_contents_by_group_and_lowers_headings_only() {
    insta::assert_snapshot!(rules::page_of(&[&LATER, &FIRST, &THIRD]), @r#"
    # Rules

    <!-- Written from the rules themselves; change a rule's own page instead. -->

    What `demarcate check` looks for. A level is set in `demarcate.toml`: `[rules]` `name = "warn"`, or
    `[[allow]]` with `rule`, `reason` and, if need be, `in` and `until`.

    **format**

    - [`first-rule`](#first-rule) (deny): It is broken.

    **evidence**

    - [`a-rule`](#a-rule) (deny): It is old.
    - [`second-rule`](#second-rule) (warn): Nothing shows it.

    ## Rules of format

    ### `first-rule`

    Group: format. Default level: deny.

    It is broken.

    ## Rules of evidence

    ### `a-rule`

    Group: evidence. Default level: deny.

    It is old.

    ### `second-rule`

    Group: evidence. Default level: warn.

    Nothing shows
    it.

    #### Example

    ```toml a.toml
    # a comment
    ```
    "#);
}

#[test]
fn rules_are_listed_by_group_in_one_line_each() {
    insta::assert_snapshot!(rules::list_of(&[&LATER, &FIRST, &THIRD]), @r"
    Every rule by group, with its default level; `demarcate explain NAME` prints its page.

    format
      first-rule   deny   It is broken.

    evidence
      a-rule       deny   It is old.
      second-rule  warn   Nothing shows it.
    ");
    assert_eq!(page("rules"), rules::list_of(demarcate::rules::RULES));
}

#[test]
fn the_page_of_a_rule_is_its_own_with_group_and_level() {
    assert_eq!(rules::page(&FIRST), "# `first-rule`\n\nGroup: format. Default level: deny.\n\nIt is broken.\n");
    assert_eq!(rules_page(), rules::page_of(demarcate::rules::RULES));
    for rule in demarcate::rules::RULES {
        assert_eq!(page(rule.name), rules::page(rule));
        assert!(rules_page().contains(&format!("\n### `{}`\n", rule.name)));
    }
}
