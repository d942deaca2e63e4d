//! The integration tests, one binary: a module for each part, in `tests/all/`.

mod all {
    mod catalog;
    mod explain;
    mod import;
    mod report;
}
