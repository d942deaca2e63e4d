//! The integration tests, one binary: a module for each part, in `tests/all/`.


mod all {
    mod base;
    mod damage;
    mod catalog;
    mod import;
    mod report;
    mod format;
    mod rules;
    mod score;
}
