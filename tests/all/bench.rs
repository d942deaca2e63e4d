//! The benchmark driver and its page agree; what it measures is not judged here.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
}

/// Name and title of each section: the two texts that follow `Section(`.
fn sections(driver: &str) -> Vec<(String, String)> {
    let quoted = |part: &str| part.split('"').skip(1).step_by(2).take(2).map(str::to_owned).collect::<Vec<_>>();
    let parts = driver.split("    Section(\n").skip(1).map(quoted);
    parts.map(|found| (found[0].clone(), found[1].clone())).collect()
}

#[test]
fn the_page_names_its_driver_and_has_every_section() {
    let page = text("docs/performance.md");
    let sections = sections(&text("benches/measure"));
    assert!(page.contains("Written by `benches/measure`"), "the page does not say where it comes from");
    assert!(sections.len() >= 4, "the driver has only {sections:?}");
    for (name, title) in sections {
        assert!(page.contains(&format!("\n## {title}\n")), "section {name} is not on the page: run benches/measure");
    }
}

#[test]
fn every_place_to_look_at_exists() {
    let driver = text("benches/measure");
    let words = driver.split(|letter: char| letter.is_whitespace() || ":;,\"".contains(letter));
    let places: Vec<_> = words.filter(|word| word.starts_with("src/")).collect();
    assert!(!places.is_empty());
    let gone: Vec<_> = places.iter().filter(|place| !root().join(place).exists()).collect();
    assert!(gone.is_empty(), "benches/measure sends readers to {gone:?}");
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn the_driver_says_its_sections_and_refuses_others() {
    let driver = root().join("benches/measure");
    let Ok(told) = Command::new("python3").arg(&driver).arg("--help").output() else {
        eprintln!("skipped: python3 is not there, so the benchmark driver was not started");
        return;
    };
    let help = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    for (name, _) in sections(&text("benches/measure")) {
        assert!(help.contains(&name), "{name} is not in the help:\n{help}");
    }
    let refused = run_python(&driver, &["--only", "nothing-of-the-kind"]);
    assert_eq!(refused, Some(2));
}

fn run_python(driver: &Path, arguments: &[&str]) -> Option<i32> {
    Command::new("python3").arg(driver).args(arguments).output().expect("python3 ran above").status.code()
}
