//! The integration tests, one binary: a module for each part, in `tests/all/`.

mod all {
    mod base;
    mod catalog;
    mod evidence;
    mod format;
    mod import;
    mod report;
    mod rules;
    mod score;
}
