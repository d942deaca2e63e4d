//! The integration tests, one binary: a module for each part, in `tests/all/`.

mod all {
    mod base;
    mod damage;
    mod format;
    mod rules;
}
