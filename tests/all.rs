//! The integration tests, one binary: a module for each part, in `tests/all/`.

mod all {
    mod history;
    mod material;
    mod scripted;
}
