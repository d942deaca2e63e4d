//! The score against lists that are written out here: 32 CFR 170.24(c)(2)(i)(B) and 170.21(a)(2), DoDAM Annex A.

use std::collections::{BTreeMap, BTreeSet};

use demarcate::catalog::Catalog;
use demarcate::ids::RequirementId;
use demarcate::model::practice::Practice;
use demarcate::model::score::{Allowed, Finding, RequirementScore, Score};
use demarcate::model::{Filed, Records};
use demarcate::table::{self, Reader};
use demarcate::{resolve, score};

/// The 42 requirements of five points: 23 basic ones, then 19 derived ones.
const FIVES: &str = "3.1.1 3.1.2 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.6.1 3.6.2 3.7.2 3.8.3 3.9.2 3.10.1 3.10.2 \
                     3.12.1 3.12.3 3.13.1 3.13.2 3.14.1 3.14.2 3.14.3 \
                     3.1.12 3.1.13 3.1.16 3.1.17 3.1.18 3.3.5 3.4.5 3.4.6 3.4.7 3.4.8 3.5.10 3.7.5 3.8.7 3.11.2 \
                     3.13.5 3.13.6 3.13.15 3.14.4 3.14.6";

/// The 14 requirements of three points: 7 basic ones, then 7 derived ones.
const THREES: &str = "3.3.2 3.7.1 3.8.1 3.8.2 3.9.1 3.11.1 3.12.2 3.1.5 3.1.19 3.7.4 3.8.8 3.13.8 3.14.5 3.14.7";

/// The 51 requirements of one point.
const ONES: &str = "3.1.3 3.1.4 3.1.6 3.1.7 3.1.8 3.1.9 3.1.10 3.1.11 3.1.14 3.1.15 3.1.20 3.1.21 3.1.22 3.2.3 3.3.3 \
                    3.3.4 3.3.6 3.3.7 3.3.8 3.3.9 3.4.3 3.4.4 3.4.9 3.5.4 3.5.5 3.5.6 3.5.7 3.5.8 3.5.9 3.5.11 3.6.3 \
                    3.7.3 3.7.6 3.8.4 3.8.5 3.8.6 3.8.9 3.10.3 3.10.4 3.10.5 3.10.6 3.11.3 3.13.3 3.13.4 3.13.7 \
                    3.13.9 3.13.10 3.13.12 3.13.13 3.13.14 3.13.16";

/// The two whose points depend on what stands.
const VARIABLE: &str = "3.5.3 3.13.11";

/// The six that may stand on no POA&M (32 CFR 170.21(a)(2)(iii)).
const EXCLUDED: &str = "3.1.20 3.1.22 3.10.3 3.10.4 3.10.5 3.12.4";

const REMOTE: &str = r#"{ determination = "not-met", partial = "remote-and-privileged", reason = "-" }"#;
const EMPLOYED: &str = r#"{ determination = "not-met", partial = "employed-not-validated", reason = "-" }"#;

fn id(number: &str) -> RequirementId {
    number.parse().unwrap_or_else(|()| panic!("{number} is no requirement"))
}

fn ids(list: &str) -> BTreeSet<RequirementId> {
    list.split_whitespace().map(id).collect()
}

/// The answers to all objectives, as they would stand in the files.
struct Answers(BTreeMap<RequirementId, BTreeMap<char, String>>);

impl Answers {
    /// Every objective answered with this one word.
    fn all(word: &str) -> Self {
        let answers = Catalog::rev2().requirements().map(|requirement| {
            let letters = requirement.objectives.iter().map(|objective| objective.id.letter);
            (requirement.id, letters.map(|letter| (letter, format!("\"{word}\""))).collect())
        });
        Self(answers.collect())
    }

    /// Everything met but this.
    fn but(number: &str, letter: char, answer: &str) -> Self {
        Self::all("met").with(number, letter, answer)
    }

    /// With another answer: a word, or a table.
    fn with(mut self, number: &str, letter: char, answer: &str) -> Self {
        let quoted = if answer.starts_with('{') { answer.to_owned() } else { format!("\"{answer}\"") };
        let replaced = self.0.get_mut(&id(number)).and_then(|letters| letters.insert(letter, quoted));
        assert!(replaced.is_some(), "{number} has no [{letter}]");
        self
    }

    /// With the first objective of each requirement not met.
    fn without(mut self, requirements: impl IntoIterator<Item = RequirementId>) -> Self {
        for requirement in requirements {
            self.0.get_mut(&requirement).expect("all are there").insert('a', "\"not-met\"".to_owned());
        }
        self
    }

    /// With nothing said of an objective.
    fn silent(mut self, number: &str, letter: char) -> Self {
        let removed = self.0.get_mut(&id(number)).and_then(|letters| letters.remove(&letter));
        assert!(removed.is_some(), "{number} has no [{letter}]");
        self
    }

    /// With no practice at all.
    fn missing(mut self, number: &str) -> Self {
        self.0.remove(&id(number)).expect("it was there");
        self
    }

    fn score(&self) -> Score {
        let practices = self.0.iter().map(|(id, letters)| filed(*id, letters)).collect();
        let records = Records { practices, ..Records::default() };
        score::of(&resolve::assessment(records, Catalog::rev2(), &mut Vec::new()))
    }
}

fn filed(id: RequirementId, letters: &BTreeMap<char, String>) -> Filed<Practice> {
    let lines: Vec<String> = letters.iter().map(|(letter, answer)| format!("{letter} = {answer}\n")).collect();
    let text = format!("practice = \"{id}\"\n[determinations]\n{}", lines.concat());
    let mut reader = Reader::default();
    let value = table::read(&text, &mut reader).expect("the practice is whole");
    assert!(reader.problems.is_empty(), "{:?}", reader.problems);
    Filed { path: id.path(), file: 0, value, lost: false, inherited: false }
}

fn entry<'a>(score: &'a Score, number: &str) -> &'a RequirementScore {
    score.of(id(number)).unwrap_or_else(|| panic!("{number} is not scored"))
}

fn lost(answers: &Answers, number: &str) -> u8 {
    entry(&answers.score(), number).lost
}

#[test]
fn the_lists_of_this_file_hold_every_requirement_once() {
    let sizes = [FIVES, THREES, ONES, VARIABLE].map(|list| ids(list).len());
    assert_eq!(sizes, [42, 14, 51, 2]);
    let mut all = ids(&[FIVES, THREES, ONES, VARIABLE, "3.12.4"].join(" "));
    for requirement in Catalog::rev2().requirements() {
        assert!(all.remove(&requirement.id), "{} stands in no list", requirement.id);
    }
    assert!(all.is_empty(), "{all:?}");
}

#[test]
fn each_requirement_alone_costs_its_weight_whichever_objective_is_not_met() {
    for (list, weight) in [(FIVES, 5), (THREES, 3), (ONES, 1), (VARIABLE, 5)] {
        for number in list.split_whitespace() {
            let letters: Vec<char> = Answers::all("met").0[&id(number)].keys().copied().collect();
            for letter in letters {
                let score = Answers::but(number, letter, "not-met").score();
                let found = entry(&score, number);
                assert_eq!(score.score, Some(110 - i32::from(weight)), "{number}[{letter}]");
                assert_eq!((found.lost, found.weight, found.result), (weight, Some(weight), Finding::NotMet));
                assert_eq!(score.requirements.iter().filter(|other| other.lost > 0).count(), 1);
            }
        }
    }
}

#[test]
fn everything_met_is_110_and_final() {
    let score = Answers::all("met").score();
    assert_eq!((score.score, score.status, score.reason, score.blocks), (Some(110), Allowed::Final, None, vec![]));
    assert_eq!((score.maximum, score.minimum, score.requirements.len()), (110, -203, 110));
}

#[test]
fn nothing_met_but_the_plan_is_203_below_zero() {
    let mut answers = Answers::all("not-met");
    for letter in 'a'..='h' {
        answers = answers.with("3.12.4", letter, "met");
    }
    let score = answers.score();
    assert_eq!((score.score, score.status), (Some(-203), Allowed::Nothing));
    assert_eq!(score.requirements.iter().map(|found| u32::from(found.lost)).sum::<u32>(), 42 * 5 + 2 * 5 + 14 * 3 + 51);
}

#[test]
fn a_repository_without_practices_has_no_score_and_every_point_is_lost() {
    let score = Answers(BTreeMap::new()).score();
    assert_eq!((score.score, score.status), (None, Allowed::Nothing));
    assert_eq!(score.requirements.iter().map(|found| u32::from(found.lost)).sum::<u32>(), 313);
}

#[test]
fn a_missing_practice_and_an_unanswered_objective_count_as_not_met() {
    assert_eq!(Answers::all("met").missing("3.1.1").score().score, Some(105));
    let score = Answers::all("met").silent("3.1.5", 'b').score();
    assert_eq!((score.score, entry(&score, "3.1.5").lost), (Some(107), 3));
    assert_eq!(entry(&score, "3.1.5").objectives[1], ('b', None));
}

#[test]
fn authentication_of_remote_and_privileged_users_alone_costs_three() {
    for letter in 'a'..='d' {
        assert_eq!(lost(&Answers::but("3.5.3", letter, REMOTE), "3.5.3"), 3, "{letter}");
    }
    let two = || Answers::but("3.5.3", 'c', REMOTE);
    assert_eq!(lost(&two().with("3.5.3", 'd', REMOTE), "3.5.3"), 3);
    assert_eq!(lost(&two().with("3.5.3", 'd', "not-applicable"), "3.5.3"), 3);
    let score = two().score();
    assert_eq!(
        (score.score, entry(&score, "3.5.3").weight, entry(&score, "3.5.3").partial),
        (Some(107), Some(5), true)
    );
}

#[test]
fn one_open_objective_without_the_word_loses_the_whole() {
    let one = || Answers::but("3.5.3", 'c', REMOTE);
    assert_eq!(lost(&one().with("3.5.3", 'd', "not-met"), "3.5.3"), 5);
    assert_eq!(lost(&one().with("3.5.3", 'd', r#"{ determination = "not-met", reason = "-" }"#), "3.5.3"), 5);
    assert_eq!(lost(&one().silent("3.5.3", 'd'), "3.5.3"), 5);
    assert_eq!(lost(&Answers::all("met").silent("3.5.3", 'd'), "3.5.3"), 5);
}

#[test]
fn encryption_that_is_not_validated_costs_three() {
    let score = Answers::but("3.13.11", 'a', EMPLOYED).score();
    assert_eq!((score.score, entry(&score, "3.13.11").lost), (Some(107), 3));
    assert_eq!(lost(&Answers::all("met").silent("3.13.11", 'a'), "3.13.11"), 5);
}

#[test]
fn the_word_of_the_other_requirement_and_words_elsewhere_give_no_credit() {
    assert_eq!(lost(&Answers::but("3.13.11", 'a', REMOTE), "3.13.11"), 5);
    assert_eq!(lost(&Answers::but("3.5.3", 'a', EMPLOYED), "3.5.3"), 5);
    assert_eq!(lost(&Answers::but("3.1.1", 'a', REMOTE), "3.1.1"), 5);
    assert_eq!(lost(&Answers::but("3.1.5", 'a', EMPLOYED), "3.1.5"), 3);
    let met = r#"{ determination = "met", partial = "employed-not-validated" }"#;
    assert_eq!(lost(&Answers::but("3.13.11", 'a', met), "3.13.11"), 0);
}

#[test]
fn without_a_plan_that_is_developed_and_up_to_date_there_is_no_score() {
    for letter in ['a', 'h'] {
        for answers in [
            Answers::but("3.12.4", letter, "not-met"),
            Answers::but("3.12.4", letter, "not-applicable"),
            Answers::all("met").silent("3.12.4", letter),
        ] {
            let score = answers.score();
            assert_eq!((score.score, score.status), (None, Allowed::Nothing), "{letter}");
            let reason = score.reason.expect("a reason stands where there is no score");
            assert!(reason.contains(&format!("CA.L2-3.12.4[{letter}]")), "{reason}");
        }
    }
    assert_eq!(Answers::all("met").missing("3.12.4").score().score, None);
}

#[test]
fn other_objectives_of_the_plan_cost_no_points_but_block_a_status() {
    for letter in 'b'..='g' {
        let score = Answers::but("3.12.4", letter, "not-met").score();
        let found = entry(&score, "3.12.4");
        assert_eq!((score.score, score.status), (Some(110), Allowed::Nothing), "{letter}");
        assert_eq!((found.weight, found.lost, found.result), (None, 0, Finding::NotMet));
        assert!(score.blocks.iter().any(|block| block.contains("3.12.4")), "{:?}", score.blocks);
    }
}

#[test]
fn what_is_not_applicable_counts_as_met() {
    let one = Answers::but("3.1.1", 'a', "not-applicable").score();
    assert_eq!((one.score, entry(&one, "3.1.1").result), (Some(110), Finding::Met));
    let mut whole = Answers::all("met");
    for letter in 'a'..='f' {
        whole = whole.with("3.1.1", letter, "not-applicable");
    }
    let whole = whole.score();
    assert_eq!((whole.score, whole.status), (Some(110), Allowed::Final));
    assert_eq!(entry(&whole, "3.1.1").result, Finding::NotApplicable);
    let mixed = Answers::but("3.1.1", 'a', "not-applicable").with("3.1.1", 'b', "not-met").score();
    assert_eq!((mixed.score, entry(&mixed, "3.1.1").result), (Some(105), Finding::NotMet));
}

#[test]
fn a_basis_changes_no_points() {
    for basis in
        ["temporary-deficiency", "enduring-exception", "dod-cio-adjudication", "inherited", "capability-not-permitted"]
    {
        let answer = |word: &str| format!("{{ determination = \"{word}\", basis = \"{basis}\", reason = \"-\" }}");
        assert_eq!(lost(&Answers::but("3.1.12", 'a', &answer("met")), "3.1.12"), 0, "{basis}");
        assert_eq!(lost(&Answers::but("3.1.12", 'a', &answer("not-met")), "3.1.12"), 5, "{basis}");
    }
}

#[test]
fn a_plan_of_action_gives_no_points_back() {
    let planned = r#"{ determination = "not-met", reason = "-", poam = "later" }"#;
    let score = Answers::but("3.1.3", 'a', planned).score();
    assert_eq!((score.score, entry(&score, "3.1.3").planned), (Some(109), true));
    let half = Answers::but("3.1.3", 'a', planned).with("3.1.3", 'b', "not-met").score();
    assert_eq!((half.score, entry(&half, "3.1.3").planned), (Some(109), false));
}

#[test]
fn forty_six_may_wait_sixty_three_may_not_and_one_may_in_part() {
    let score = Answers::all("met").score();
    let with = |word: &str| -> BTreeSet<RequirementId> {
        score.requirements.iter().filter(|found| found.poam == word).map(|found| found.id).collect()
    };
    let eligible: BTreeSet<RequirementId> = ids(ONES).difference(&ids(EXCLUDED)).copied().collect();
    assert_eq!((with("eligible"), with("conditional")), (eligible, ids("3.13.11")));
    let counts = ["eligible", "conditional", "not-eligible"].map(|word| with(word).len());
    assert_eq!(counts, [46, 1, 63]);
    let never: BTreeSet<RequirementId> = ids(&[FIVES, THREES, EXCLUDED, "3.5.3"].join(" "));
    assert_eq!(with("not-eligible"), never);
}

#[test]
fn a_requirement_that_may_wait_leaves_a_conditional_status_and_any_other_blocks_it() {
    for requirement in ids(ONES).difference(&ids(EXCLUDED)) {
        let score = Answers::all("met").without([*requirement]).score();
        assert_eq!((score.status, score.blocks.len()), (Allowed::Conditional, 0), "{requirement}");
    }
    for requirement in ids(&[FIVES, THREES, EXCLUDED, VARIABLE].join(" ")) {
        let score = Answers::all("met").without([requirement]).score();
        assert_eq!(score.status, Allowed::Nothing, "{requirement}");
        assert!(score.blocks.iter().any(|block| block.contains(&requirement.to_string()) || score.score.is_none()));
    }
}

#[test]
fn eighty_eight_is_enough_and_eighty_seven_is_not() {
    let waiting: Vec<RequirementId> = ids(ONES).difference(&ids(EXCLUDED)).copied().collect();
    let at = |count: usize| Answers::all("met").without(waiting.iter().copied().take(count)).score();
    let (enough, short) = (at(22), at(23));
    assert_eq!((enough.score, enough.status, enough.blocks.len()), (Some(88), Allowed::Conditional, 0));
    assert_eq!((short.score, short.status, short.blocks.len()), (Some(87), Allowed::Nothing, 1));
    assert!(short.blocks[0].contains("87 is under 88"), "{:?}", short.blocks);
}

#[test]
fn encryption_that_is_employed_may_wait_and_encryption_that_is_not_may_not() {
    let waiting: Vec<RequirementId> = ids(ONES).difference(&ids(EXCLUDED)).copied().collect();
    let at = |count: usize, encryption: &str| {
        let answers = Answers::but("3.13.11", 'a', encryption);
        answers.without(waiting.iter().copied().take(count)).score()
    };
    let employed = at(19, EMPLOYED);
    assert_eq!((employed.score, employed.status), (Some(88), Allowed::Conditional));
    assert_eq!(at(20, EMPLOYED).status, Allowed::Nothing);
    let absent = at(0, "not-met");
    assert_eq!((absent.score, absent.status), (Some(105), Allowed::Nothing));
    let remote = Answers::but("3.5.3", 'c', REMOTE).score();
    assert_eq!((remote.score, remote.status), (Some(107), Allowed::Nothing));
}
