//! The official wording, taken from catalogs with the defects that catalogs in circulation have.
//!
//! The texts are made up; only their shapes and slips are those of real files.

use demarcate::catalog::Catalog;
use demarcate::digest;
use demarcate::failure::Cause;
use demarcate::ids::{ObjectiveId, RequirementId};
use demarcate::import::{self, Defect, LARGEST_CATALOG, Problem, catalog};
use demarcate::model::wording::Wording;
use demarcate::table::Reader;
use serde_json::{Value, json};

fn requirement(text: &str) -> RequirementId {
    text.parse().expect("a requirement")
}

fn objective(text: &str) -> ObjectiveId {
    text.parse().expect("an objective")
}

/// An objective as OSCAL 1.0 has it.
fn leaf(label: &str, prose: &str) -> Value {
    json!({"name": "assessment-objective", "props": [{"name": "label", "value": label}], "prose": prose})
}

/// A control as OSCAL 1.0 has it.
fn control(id: &str, statement: &str, objectives: &[Value]) -> Value {
    json!({"id": id, "title": "T", "parts": [
        {"id": format!("{id}_smt"), "name": "statement", "prose": statement},
        {"id": format!("{id}_obj"), "name": "assessment-objective", "parts": objectives},
    ]})
}

/// A catalog in which nothing is wrong, with texts that name what they stand for.
fn sound() -> Value {
    let controls: Vec<Value> = Catalog::rev2()
        .requirements()
        .map(|requirement| {
            let id = requirement.id.requirement();
            let word = words(&id);
            let objectives: Vec<Value> = requirement
                .objectives
                .iter()
                .map(|o| {
                    leaf(&format!("{id}[{}]", o.id.letter), &format!("objective {} of {word} holds.", o.id.letter))
                })
                .collect();
            control(&id, &format!("Do {word}."), &objectives)
        })
        .collect();
    json!({"catalog": {"metadata": {"title": "SP 800-171 Revision 2"}, "groups": [{"controls": controls}]}})
}

/// An id in letters, since no official text holds a number: 3.1.9 is `dbj`.
fn words(id: &str) -> String {
    id.split('.').map(|n| char::from(b'a' + n.parse::<u8>().expect("a number"))).collect()
}

/// The sound catalog with one of its controls changed.
fn changed(id: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut file = sound();
    let controls = file["catalog"]["groups"][0]["controls"].as_array_mut().expect("controls");
    change(controls.iter_mut().find(|control| control["id"] == id).expect("the control"));
    file
}

fn taken(file: &Value) -> (Wording, Vec<Problem>) {
    catalog("catalog.json", file.to_string().as_bytes()).expect("a catalog")
}

fn defects(problems: &[Problem]) -> Vec<(&str, Defect)> {
    problems.iter().map(|problem| (problem.about.as_str(), problem.defect)).collect()
}

fn why_not(bytes: &[u8]) -> String {
    let failure = catalog("some.json", bytes).expect_err("no catalog");
    assert_eq!(failure.cause, Cause::Usage);
    failure.message
}

#[test]
fn a_sound_catalog_is_taken_whole_and_without_a_word() {
    let file = sound().to_string();
    let (wording, problems) = catalog("sound.json", file.as_bytes()).expect("a catalog");
    assert_eq!(problems, []);
    assert_eq!((wording.statements.len(), wording.objectives.len()), (110, 320));
    assert_eq!(wording.statements[&requirement("3.13.16")], "Do dnq.");
    assert_eq!(wording.objectives[&objective("3.4.7[o]")], "objective o of deh holds.");
    assert_eq!((wording.title.as_str(), wording.source.as_str()), ("SP 800-171 Revision 2", "sound.json"));
    assert_eq!(wording.sha256, digest::of_bytes(file.as_bytes()).sha256);
    assert!(wording.missing(Catalog::rev2()).is_empty());
}

#[test]
fn the_shape_of_the_milestones_is_read_too() {
    let file = json!({"id": "uuid-x", "metadata": {"title": "T", "properties": []}, "groups": [{"id": "3.1", "groups": [{"controls": [{
    "id": "3.1.2", "title": "T", "properties": [{"name": "label", "value": "3.1.2"}],
    "parts": [
        {"id": "3.1.2_smt", "name": "statement", "prose": " Do\n  this.  ", "parts": []},
        {"id": "3.1.2_gdn", "name": "guidance", "prose": "Not this."},
        {"id": "3.1.2_obj", "name": "objective", "prose": "Determine if:", "parts": [
            {"id": "3.1.2.a_obj", "name": "objective", "prose": "one holds.", "properties": [{"name": "label", "value": "3.1.2[a]"}]},
            {"id": "3.1.2.b_obj", "name": "objective", "prose": "two holds."},
        ]},
        {"name": "assessment", "props": [{"name": "method", "value": "EXAMINE"}], "parts": []},
    ]}]}]}]});
    let (wording, problems) = taken(&file);
    assert_eq!(wording.statements.into_iter().collect::<Vec<_>>(), [(requirement("3.1.2"), "Do this.".to_owned())]);
    let objectives: Vec<(ObjectiveId, String)> = wording.objectives.into_iter().collect();
    let expected = [("3.1.2[a]", "one holds."), ("3.1.2[b]", "two holds.")];
    assert_eq!(objectives, expected.map(|(id, text)| (objective(id), text.to_owned())));
    assert_eq!(problems.len(), 109);
    assert!(problems.iter().all(|problem| problem.defect == Defect::MissingRequirement));
    let missing = problems.iter().find(|problem| problem.about == "3.1.1").expect("3.1.1");
    assert_eq!(
        missing.to_string(),
        "3.1.1: the requirement and its 6 objectives are missing; our own sentences stand in"
    );
}

#[test]
fn ids_behind_a_prefix_are_known() {
    for id in ["sp800-171-3.1.9", "AC.L2-3.1.9", "SP_800_171_3.1.9"] {
        let (wording, problems) = taken(&changed("3.1.9", |control| control["id"] = id.into()));
        assert_eq!((wording.statements.len(), problems), (110, vec![]), "{id}");
    }
}

#[test]
fn an_id_with_spaces_is_taken_and_named() {
    let (wording, problems) = taken(&changed("3.2.1", |control| control["id"] = " 3.2.1 ".into()));
    assert_eq!(defects(&problems), [("3.2.1", Defect::SpacesInId)]);
    assert_eq!(wording.statements[&requirement("3.2.1")], "Do dcb.");
}

#[test]
fn a_label_that_slid_into_the_text_is_taken_off_and_named() {
    let (wording, problems) = taken(&changed("3.2.3", |control| {
        control["parts"][1]["parts"] =
            json!([leaf("3.2.3 [.]", "1[a] one holds."), leaf("3.2.3 [.]", "1[b] two holds.")]);
    }));
    assert_eq!(defects(&problems), [("3.2.3[a]", Defect::OddBeginning), ("3.2.3[b]", Defect::OddBeginning)]);
    assert_eq!(wording.objectives[&objective("3.2.3[b]")], "two holds.");
    assert_eq!(problems[0].message, "begins with `1[a]`, which was left off");
}

#[test]
fn an_only_objective_without_its_letter_is_a_and_a_cut_lead_in_is_taken_off() {
    let (wording, problems) = taken(&changed("3.4.4", |control| {
        control["parts"][1]["parts"] = json!([leaf("3.4.4[D]", "ermine if the impact is analyzed.")]);
    }));
    assert_eq!(defects(&problems), [("3.4.4[a]", Defect::Unlettered), ("3.4.4[a]", Defect::OddBeginning)]);
    assert_eq!(wording.objectives[&objective("3.4.4[a]")], "the impact is analyzed.");
    assert_eq!(problems[1].message, "begins with `ermine if`, which was left off");
}

#[test]
fn a_whole_lead_in_is_taken_off_and_named() {
    for lead in ["Determine if", "Determine if:", "if"] {
        let (wording, problems) = taken(&changed("3.4.4", |control| {
            control["parts"][1]["parts"][0]["prose"] = format!("{lead} it is analyzed.").into();
        }));
        let cut = lead != "if";
        assert_eq!(problems.len(), usize::from(cut), "{lead}");
        let expected = if cut { "it is analyzed." } else { "if it is analyzed." };
        assert_eq!(wording.objectives[&objective("3.4.4[a]")], expected);
    }
}

#[test]
fn a_missing_requirement_and_missing_objectives_are_named_and_the_rest_is_taken() {
    let mut file = changed("3.5.4", |control| control["parts"].as_array_mut().expect("parts").truncate(1));
    let controls = file["catalog"]["groups"][0]["controls"].as_array_mut().expect("controls");
    controls.retain(|control| control["id"] != "3.1.9");
    let (wording, problems) = taken(&file);
    assert_eq!(defects(&problems), [("3.1.9", Defect::MissingRequirement), ("3.5.4[a]", Defect::MissingObjective)]);
    assert_eq!((wording.statements.len(), wording.objectives.len()), (109, 317));
    assert_eq!(wording.missing(Catalog::rev2()), ["3.1.9", "3.1.9[a]", "3.1.9[b]", "3.5.4[a]"]);
}

#[test]
fn a_requirement_without_a_statement_keeps_its_objectives() {
    let (wording, problems) = taken(&changed("3.5.4", |control| control["parts"][0]["prose"] = json!(" ")));
    assert_eq!(defects(&problems), [("3.5.4", Defect::MissingStatement)]);
    assert_eq!((wording.statements.len(), wording.objectives.len()), (109, 320));
}

#[test]
fn the_same_text_twice_is_a_duplicate_and_another_text_is_a_conflict_of_which_none_is_taken() {
    let (wording, problems) = taken(&changed("3.1.2", |control| {
        control["parts"][1]["parts"] = json!([
            leaf("3.1.2[a]", "one holds."),
            leaf("3.1.2[b]", "two holds."),
            leaf("3.1.2[a]", "one  holds."),
            leaf("3.1.2[b]", "three holds."),
            leaf("3.1.2[b]", "two holds."),
        ]);
    }));
    assert_eq!(defects(&problems), [("3.1.2[a]", Defect::Duplicate), ("3.1.2[b]", Defect::Conflict)]);
    assert_eq!(problems[0].message, "stands 2 times with the same words; taken once");
    assert_eq!(wording.objectives[&objective("3.1.2[a]")], "one holds.");
    assert_eq!(wording.missing(Catalog::rev2()), ["3.1.2[b]"]);
}

#[test]
fn two_controls_of_one_id_agree_or_are_in_conflict() {
    let twice = |statement: &str| {
        let mut file = sound();
        let controls = file["catalog"]["groups"][0]["controls"].as_array_mut().expect("controls");
        controls.push(control("3.1.9", statement, &[]));
        taken(&file)
    };
    let (wording, problems) = twice("Do dbj.");
    assert_eq!((defects(&problems), wording.statements.len()), (vec![("3.1.9", Defect::Duplicate)], 110));
    let (wording, problems) = twice("Do something else.");
    assert_eq!((defects(&problems), wording.statements.len()), (vec![("3.1.9", Defect::Conflict)], 109));
}

#[test]
fn an_objective_that_the_requirement_does_not_have_is_named_and_left_out() {
    let (wording, problems) = taken(&changed("3.1.2", |control| {
        let parts = control["parts"][1]["parts"].as_array_mut().expect("parts");
        parts.push(leaf("3.1.2[c]", "three holds in this place too."));
        parts.push(leaf("3.1.3[a]", "another holds."));
    }));
    assert_eq!(defects(&problems), [("3.1.2", Defect::UnknownObjective), ("3.1.2", Defect::ForeignObjective)]);
    assert_eq!(problems[0].message, "no telling which objective `three holds in this place ...` is, not taken");
    assert_eq!(wording.objectives.len(), 320);
}

#[test]
fn damaged_texts_are_taken_as_they_are_and_named() {
    let cases = [
        ("Access security- relevant information.", Defect::HyphenBreak, "`security- relevant`"),
        ("Describe the relationships with other systems.26", Defect::StrayDigits, "`26`"),
        ("Prohibit remote activation 27 of devices.", Defect::StrayDigits, "`27`"),
        ("Encrypt it on mobile devices", Defect::MissingPeriod, "does not end in a period"),
        ("(a) Encrypt it.", Defect::OddBeginning, "`(a) Encrypt it.`"),
    ];
    for (text, defect, said) in cases {
        let (wording, problems) = taken(&changed("3.1.9", |control| control["parts"][0]["prose"] = text.into()));
        assert_eq!(defects(&problems), [("3.1.9", defect)], "{text}");
        assert!(problems[0].message.contains(said), "{}", problems[0].message);
        assert_eq!(wording.statements[&requirement("3.1.9")], text);
    }
}

#[test]
fn what_only_looks_damaged_is_not_named() {
    for text in
        ["Review pre- and post-change settings.", "Use FIPS140 modules.", "Keep a 1000-day log of CVE-2020-10135."]
    {
        let (_, problems) = taken(&changed("3.1.9", |control| control["parts"][0]["prose"] = text.into()));
        assert_eq!(problems, [], "{text}");
    }
}

#[test]
fn a_title_that_nearly_repeats_the_statement_is_compared_with_it() {
    let statement = "Limit access to authorized users and devices, including other system.";
    let mut file = changed("3.1.9", |control| {
        control["title"] = "Limit access to authorized users and devices, including other systems.".into();
        control["parts"][0]["prose"] = statement.into();
    });
    let (wording, problems) = taken(&file);
    assert_eq!(defects(&problems), [("3.1.9", Defect::DiffersFromTitle)]);
    assert_eq!(wording.statements[&requirement("3.1.9")], statement);
    let controls = file["catalog"]["groups"][0]["controls"].as_array_mut().expect("controls");
    for control in controls {
        control["title"] = "Privacy & Security Notices".into();
    }
    assert_eq!(taken(&file).1, []);
}

#[test]
fn a_title_of_another_revision_is_named() {
    for (title, other) in
        [("SP 800-171 Revision 1: Protecting", true), ("SP 800-171 Rev. 3", true), ("SP 800-171 Rev 2", false)]
    {
        let mut file = sound();
        file["catalog"]["metadata"]["title"] = title.into();
        let expected = if other { vec![("the catalog", Defect::OtherRevision)] } else { vec![] };
        assert_eq!(defects(&taken(&file).1), expected, "{title}");
    }
}

#[test]
fn controls_that_are_no_requirement_are_named_and_left_out() {
    let mut file = sound();
    let controls = file["catalog"]["groups"][0]["controls"].as_array_mut().expect("controls");
    controls.extend([
        control("3.1.23", "More.", &[]),
        control("3.15.1", "More.", &[]),
        json!({"title": "No id"}),
        json!(7),
    ]);
    let (wording, problems) = taken(&file);
    let expected = ["`3.1.23`", "`3.15.1`", "`No id`", "``"].map(|about| (about, Defect::UnknownRequirement));
    assert_eq!(defects(&problems), expected);
    assert_eq!(wording.statements.len(), 110);
}

#[test]
fn what_is_no_catalog_of_this_revision_is_a_failure_that_says_what_it_is() {
    let third =
        json!({"catalog": {"groups": [{"controls": [control("SP_800_171_03.01.01", "New.", &[])]}]}}).to_string();
    let other = json!({"catalog": {"controls": [control("ac-2", "Accounts.", &[])]}}).to_string();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let cases: [(&[u8], &str); 11] = [
        (b"\xef\xbb\xbf <?xml version=\"1.0\"?><catalog/>", "some.json is XML: import the JSON form"),
        (third.as_bytes(), "is a catalog of SP 800-171 Rev 3 (it names `SP_800_171_03.01.01`)"),
        (other.as_bytes(), "has no requirement of SP 800-171 Rev 2 (it names `ac-2`)"),
        (deep.as_bytes(), "is not JSON that can be read: recursion limit exceeded"),
        (b"", "is not JSON that can be read: EOF"),
        (b"{\"catalog\": {\"groups\": [", "line 1 column 24"),
        (b"\xff\xfe{\x00", "is not UTF-8 from byte 0"),
        (b"[1, 2]", "no OSCAL catalog"),
        (b"{\"catalog\": 7}", "no OSCAL catalog"),
        (b"{\"profile\": {}}", "is an OSCAL profile, not a catalog"),
        (b"{\"catalog\": {\"groups\": []}}", "without a single control"),
    ];
    for (bytes, said) in cases {
        let message = why_not(bytes);
        assert!(message.contains(said), "{message}");
    }
    assert!(why_not(&vec![b' '; LARGEST_CATALOG + 1]).contains("is the most that is read"));
}

#[test]
fn wrong_types_inside_a_catalog_are_passed_over() {
    let file = json!({"catalog": {"metadata": 7, "groups": [7, {"controls": "x"}, {"controls": [{
        "id": "3.1.9", "title": [], "props": {}, "properties": [7], "parts": [7, {"name": 7}, {"name": "statement", "prose": {}},
            {"name": "assessment-objective", "prose": 7, "parts": {}}]}]}]}});
    let (wording, problems) = taken(&file);
    assert_eq!((wording.statements.len(), wording.objectives.len()), (0, 0));
    assert!(problems.contains(&Problem {
        about: "3.1.9".into(),
        defect: Defect::MissingStatement,
        message: "has no statement; our own sentence stands in".into(),
    }));
}

#[test]
fn the_imported_file_reads_back_as_it_was_taken() {
    let (mut wording, _) = taken(&changed("3.1.9", |control| control["parts"] = json!([])));
    let odd = "Quote \" backslash \\ tab \t bell \u{7} and é.";
    wording.statements.insert(requirement("3.1.2"), odd.into());
    let text = import::render(&wording);
    let mut reader = Reader::default();
    let back = import::read_imported(&text, &mut reader).expect("it reads back");
    assert!(reader.problems.is_empty(), "{:?}", reader.problems);
    assert_eq!(back, wording);
    assert_eq!(back.statements[&requirement("3.1.2")], odd);
    let head: Vec<&str> = text.lines().take(12).collect();
    insta::assert_snapshot!(head.join("\n").replace(&wording.sha256, "<sha256>"), @r#"
    # Official wording. Written by `demarcate import catalog`; run it again instead of editing.
    catalog = "NIST SP 800-171 Rev 2"
    title = "SP 800-171 Revision 2"
    source = "catalog.json"
    sha256 = "<sha256>"
    statements = 109
    objectives = 318
    missing = ["3.1.9", "3.1.9[a]", "3.1.9[b]"]

    [requirement."3.1.1"]
    statement = "Do dbb."
    "#);
}

#[test]
fn an_imported_file_that_somebody_edited_gives_diagnostics_and_what_is_sound() {
    let text = "catalog = \"x\"\nsource = \"s\"\nsha256 = \"0\"\n[requirement.\"3.1.99\"]\nstatement = \"A.\"\n\
                [requirement.\"3.1.1\"]\nstatment = \"B.\"\n[requirement.\"3.1.1\".objectives]\nz = \"C.\"\na = \"D.\"\n";
    let mut reader = Reader::default();
    let wording = import::read_imported(text, &mut reader).expect("the rest is read");
    let said: Vec<(&str, &str)> = reader.problems.iter().map(|d| (d.rule, d.message.as_str())).collect();
    let expected = [
        ("unknown-key", "unknown key `statment` in the requirement wording"),
        ("wrong-value", "`3.1.1[z]` is no objective of SP 800-171 Rev 2"),
        ("wrong-value", "`3.1.99` is no requirement of SP 800-171 Rev 2"),
    ];
    assert_eq!(said, expected);
    assert_eq!(wording.objectives.into_values().collect::<Vec<_>>(), ["D."]);
}
