//! The catalog row by row, against lists written here from the rule itself.

use std::collections::{BTreeMap, BTreeSet};

use demarcate::catalog::{Catalog, PoamEligibility, Requirement};

/// 32 CFR 170.24(c)(2)(i)(B)(1): five points, basic requirements.
const FIVE_BASIC: &str = "3.1.1 3.1.2 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.6.1 3.6.2 3.7.2 3.8.3 3.9.2 3.10.1 \
                          3.10.2 3.12.1 3.12.3 3.13.1 3.13.2 3.14.1 3.14.2 3.14.3";

/// The same, derived requirements; the last two cost five or three.
const FIVE_DERIVED: &str = "3.1.12 3.1.13 3.1.16 3.1.17 3.1.18 3.3.5 3.4.5 3.4.6 3.4.7 3.4.8 3.5.10 3.7.5 3.8.7 3.11.2 \
                            3.13.5 3.13.6 3.13.15 3.14.4 3.14.6 3.5.3 3.13.11";

/// 32 CFR 170.24(c)(2)(i)(B)(2): three points, basic and derived.
const THREE: &str = "3.3.2 3.7.1 3.8.1 3.8.2 3.9.1 3.11.1 3.12.2 3.1.5 3.1.19 3.7.4 3.8.8 3.13.8 3.14.5 3.14.7";

/// 32 CFR 170.24(c)(2)(i)(B)(3): every other one costs one point.
const ONE: &str = "3.1.3 3.1.4 3.1.6 3.1.7 3.1.8 3.1.9 3.1.10 3.1.11 3.1.14 3.1.15 3.1.20 3.1.21 3.1.22 3.2.3 3.3.3 3.3.4 \
                   3.3.6 3.3.7 3.3.8 3.3.9 3.4.3 3.4.4 3.4.9 3.5.4 3.5.5 3.5.6 3.5.7 3.5.8 3.5.9 3.5.11 3.6.3 3.7.3 3.7.6 \
                   3.8.4 3.8.5 3.8.6 3.8.9 3.10.3 3.10.4 3.10.5 3.10.6 3.11.3 3.13.3 3.13.4 3.13.7 3.13.9 3.13.10 3.13.12 \
                   3.13.13 3.13.14 3.13.16";

/// Chapter 3 of SP 800-171 Rev 2: the basic requirements.
const BASIC: &str = "3.1.1 3.1.2 3.2.1 3.2.2 3.3.1 3.3.2 3.4.1 3.4.2 3.5.1 3.5.2 3.6.1 3.6.2 3.7.1 3.7.2 3.8.1 3.8.2 3.8.3 \
                     3.9.1 3.9.2 3.10.1 3.10.2 3.11.1 3.12.1 3.12.2 3.12.3 3.12.4 3.13.1 3.13.2 3.14.1 3.14.2 3.14.3";

/// 32 CFR 170.21(a)(2)(iii): on no POA&M, whatever they cost.
const NEVER_ON_A_POAM: &str = "3.1.20 3.1.22 3.12.4 3.10.3 3.10.4 3.10.5";

/// The 17 that hold a Level 1 practice, with its numeral in FAR 52.204-21(b)(1).
const LEVEL_1: [(&str, &str); 17] = [
    ("3.1.1", "i"),
    ("3.1.2", "ii"),
    ("3.1.20", "iii"),
    ("3.1.22", "iv"),
    ("3.5.1", "v"),
    ("3.5.2", "vi"),
    ("3.8.3", "vii"),
    ("3.10.1", "viii"),
    ("3.10.3", "ix"),
    ("3.10.4", "ix"),
    ("3.10.5", "ix"),
    ("3.13.1", "x"),
    ("3.13.5", "xi"),
    ("3.14.1", "xii"),
    ("3.14.2", "xiii"),
    ("3.14.4", "xiv"),
    ("3.14.5", "xv"),
];

/// Family, how many requirements, and how many objectives each of them has in SP 800-171A, in order.
const FAMILIES: [(&str, usize, &str); 14] = [
    ("AC", 70, "6 2 5 3 4 2 4 2 2 3 2 4 2 2 4 2 2 3 2 6 3 5"),
    ("AT", 9, "4 3 2"),
    ("AU", 29, "6 2 3 3 2 2 3 6 2"),
    ("CM", 44, "6 2 4 1 8 2 15 3 3"),
    ("IA", 25, "3 3 4 1 2 2 4 2 1 2 1"),
    ("IR", 14, "7 6 1"),
    ("MA", 10, "1 4 1 1 2 1"),
    ("MP", 15, "4 1 2 2 2 1 1 1 1"),
    ("PS", 4, "1 3"),
    ("PE", 16, "4 4 2 1 3 2"),
    ("RA", 9, "2 5 2"),
    ("CA", 14, "2 3 1 8"),
    ("SC", 41, "8 6 3 1 2 2 1 3 3 2 1 3 2 2 1 1"),
    ("SI", 20, "6 2 3 1 3 3 2"),
];

fn requirements() -> impl Iterator<Item = &'static Requirement> {
    Catalog::rev2().requirements()
}

/// The ids of the requirements for which something holds.
fn those(holds: impl Fn(&Requirement) -> bool) -> BTreeSet<String> {
    requirements().filter(|requirement| holds(requirement)).map(|requirement| requirement.id.requirement()).collect()
}

fn list(ids: &str) -> BTreeSet<String> {
    let set: BTreeSet<String> = ids.split_whitespace().map(str::to_owned).collect();
    assert_eq!(set.len(), ids.split_whitespace().count(), "an id stands twice in {ids}");
    set
}

#[test]
fn every_family_has_its_requirements_and_every_requirement_its_objectives_without_a_gap() {
    let mut expected = Vec::new();
    for (chapter, (family, total, counts)) in (1..).zip(FAMILIES) {
        let counts: Vec<usize> = counts.split(' ').map(|count| count.parse().expect("a number")).collect();
        assert_eq!(counts.iter().sum::<usize>(), total, "{family}");
        for (number, count) in (1..).zip(counts) {
            let letters: String = ('a'..).take(count).collect();
            expected.push((format!("{family}.L2-3.{chapter}.{number}"), letters));
        }
    }
    let found: Vec<(String, String)> =
        requirements().map(|r| (r.id.to_string(), r.objectives.iter().map(|o| o.id.letter).collect())).collect();
    assert_eq!(found, expected);
    assert_eq!(found.len(), 110);
    assert_eq!(found.iter().map(|(_, letters)| letters.len()).sum::<usize>(), 320);
    assert_eq!(found.iter().filter(|(_, letters)| letters == "a").count(), 23);
}

#[test]
fn every_objective_is_filed_under_its_own_requirement() {
    for requirement in requirements() {
        for objective in &requirement.objectives {
            assert_eq!(objective.id.requirement, requirement.id);
            let found = Catalog::rev2().objective(objective.id).expect("an objective is found by its id");
            assert_eq!(found.sentence, objective.sentence);
        }
    }
}

#[test]
fn families_count_as_in_the_standard() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for requirement in requirements() {
        *counts.entry(requirement.id.family()).or_default() += 1;
    }
    let expected = [
        ("AC", 22),
        ("AT", 3),
        ("AU", 9),
        ("CM", 9),
        ("IA", 11),
        ("IR", 3),
        ("MA", 6),
        ("MP", 9),
        ("PS", 2),
        ("PE", 6),
        ("RA", 3),
        ("CA", 4),
        ("SC", 16),
        ("SI", 7),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
}

#[test]
fn every_weight_is_that_of_the_rule() {
    let five = &list(FIVE_BASIC) | &list(FIVE_DERIVED);
    assert_eq!((five.len(), list(THREE).len(), list(ONE).len()), (44, 14, 51));
    assert_eq!(those(|r| r.weight == Some(5)), five);
    assert_eq!(those(|r| r.weight == Some(3)), list(THREE));
    assert_eq!(those(|r| r.weight == Some(1)), list(ONE));
    assert_eq!(those(|r| r.weight.is_none()), list("3.12.4"));
    assert_eq!(Catalog::rev2().minimum_score(), 110 - 44 * 5 - 14 * 3 - 51);
    assert_eq!(Catalog::rev2().minimum_score(), -203);
}

#[test]
fn two_requirements_have_partial_credit_and_lose_three_by_it() {
    assert_eq!(those(|r| r.partial == Some(3)), list("3.5.3 3.13.11"));
    assert_eq!(those(|r| r.partial.is_some()), list("3.5.3 3.13.11"));
}

#[test]
fn basic_and_derived_are_those_of_the_standard() {
    assert_eq!(list(BASIC).len(), 31);
    assert_eq!(those(|r| r.basic), list(BASIC));
}

#[test]
fn a_poam_may_hold_what_costs_one_point_and_is_not_on_the_list() {
    let eligible = &list(ONE) - &list(NEVER_ON_A_POAM);
    assert_eq!(eligible.len(), 46);
    assert_eq!(those(|r| r.poam == PoamEligibility::Eligible), eligible);
    assert_eq!(those(|r| r.poam == PoamEligibility::Conditional), list("3.13.11"));
    assert_eq!(those(|r| r.poam == PoamEligibility::NotEligible).len(), 63);
}

#[test]
fn level_1_is_seventeen_rows_and_fifteen_paragraphs_of_the_far_clause() {
    let expected: Vec<(String, String, String)> = LEVEL_1
        .into_iter()
        .map(|(id, numeral)| {
            let family = id.parse::<demarcate::ids::RequirementId>().expect("an id").family();
            (id.to_owned(), format!("{family}.L1-b.1.{numeral}"), format!("(b)(1)({numeral})"))
        })
        .collect();
    let found: Vec<(String, String, String)> =
        requirements().filter_map(|r| Some((r.id.requirement(), r.level1?.to_owned(), r.far?.to_owned()))).collect();
    assert_eq!(found, expected);
    assert_eq!(those(|r| r.level1.is_some() != r.far.is_some()), BTreeSet::new());
    assert_eq!(found.iter().map(|(_, _, far)| far).collect::<BTreeSet<_>>().len(), 15);
}

#[test]
fn every_statement_and_every_sentence_is_one_sentence_of_its_own() {
    let statements = requirements().map(|r| (r.id.to_string(), r.statement));
    let sentences = Catalog::rev2().objectives().map(|o| (o.id.to_string(), o.sentence));
    let all: Vec<(String, &str)> = statements.chain(sentences).collect();
    assert_eq!(all.len(), 430);
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (id, text) in &all {
        assert!(text.ends_with('.') && !text.ends_with(".."), "{id}: {text}");
        assert!(![". ", "! ", "? "].iter().any(|end| text.contains(end)), "{id}: {text}");
        assert!(text.starts_with(|c: char| c.is_uppercase()), "{id}: {text}");
        assert_eq!(text.trim(), *text, "{id}");
        assert!(!text.contains("  "), "{id}: {text}");
        if let Some(other) = seen.insert(text.to_lowercase(), id) {
            panic!("{id} reads as {other}: {text}");
        }
    }
}

#[test]
fn every_title_is_there_and_none_stands_twice_in_a_family() {
    let mut seen = BTreeSet::new();
    for requirement in requirements() {
        assert!(!requirement.title.trim().is_empty(), "{}", requirement.id);
        assert!(seen.insert((requirement.id.family(), requirement.title)), "{}", requirement.title);
    }
}
