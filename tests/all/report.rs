//! The forms of a report: what a screen, a script and a forge are given.
use demarcate::diagnostic::{Diagnostic, Fix, Level, Place};
use demarcate::ids::{RequirementId, Span};
use demarcate::report::{github, gitlab, json, sarif, terminal};
use demarcate::source::Files;

const PRACTICE: &str = "practice = \"AC.L2-3.1.1\"\nownership = \"contractor\"\nstatement = \"\"\"\nDana keeps the list.\n\"\"\"\n";

fn id(text: &str) -> RequirementId {
    text.parse().expect("an id")
}

/// The stretch of a file that holds `what`.
fn span(files: &Files, file: u32, what: &str) -> Span {
    let start = files.get(file).expect("a file").text.find(what).expect("it stands there");
    Span { file, start: u32::try_from(start).unwrap(), end: u32::try_from(start + what.len()).unwrap() }
}

fn example() -> (Files, Vec<Diagnostic>) {
    let mut files = Files::default();
    let practice = files.add("practices/AC.L2-3.1.1.toml", PRACTICE.into());
    let artifacts = files.add("evidence/contractor/artifacts.toml", "[[artifact]]\nid = \"access-list\"\n".into());
    let mut met = Diagnostic::new("met-without-evidence", "objective `AC.L2-3.1.1[a]` is met but nothing shows it", span(&files, practice, "\"contractor\""))
        .label("said to be the contractor's")
        .related("this artifact would show it", span(&files, artifacts, "\"access-list\""))
        .help("cite an artifact, or change the determination");
    met.practice = Some(id("3.1.1"));
    met.objective = Some('a');
    let mut long = Diagnostic::new("empty-statement", "the statement says too little", span(&files, practice, "\"\"\"\nDana keeps the list.\n\"\"\"")).label("this one").help("say more");
    long.level = Level::Warn;
    long.practice = Some(id("3.1.1"));
    let missing = Diagnostic::new("missing-practice", "practice `AC.L2-3.1.2` has no file", Place::Path("practices/AC.L2-3.1.2.toml".into()))
        .related("named here", Place::Path("demarcate.toml".into()))
        .help("write it");
    (files, vec![met, long, missing])
}
#[test]
fn show() {
    let (files, all) = example();
    eprintln!("{}", terminal::text(&all, &files, false));
    eprintln!("{:?}", terminal::text(&all[..1], &files, true));
    eprintln!("{}", json::text(&all, &files));
    eprintln!("{}", github::text(&all, &files, "sub"));
    eprintln!("{}", gitlab::text(&all, &files, ""));
    eprintln!("{}", sarif::text(&all, &files, "", &[]));
    let _ = Fix { span: Span::default(), replacement: String::new() };
}
