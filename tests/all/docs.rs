//! The pages of `docs/` that are written from code are current.

use std::path::Path;

use demarcate::docs;

/// Whether pages and golden files are to be written instead of compared.
#[expect(clippy::disallowed_methods, reason = "the one switch of the tests")]
pub(super) fn writing() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

#[test]
fn docs_that_come_from_code_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut stale = Vec::new();
    for (path, text) in docs::pages() {
        let full = root.join(&path);
        if writing() {
            std::fs::create_dir_all(full.parent().expect("a page lies in a folder")).expect("docs can be written");
            std::fs::write(&full, &text).expect("docs can be written");
        }
        if std::fs::read_to_string(&full).ok().as_deref() != Some(text.as_str()) {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "{stale:?} are not what the code says: UPDATE_DOCS=1 cargo test --test all docs");
}

#[test]
fn no_page_names_a_place_of_the_machine_it_was_written_on() {
    for (path, text) in docs::pages() {
        for word in ["/home/", "/root/", "/tmp/", "C:\\Users"] {
            assert!(!text.contains(word), "{path} names {word}");
        }
    }
}
