//! The integration tests, one binary: a module for each part, in `tests/all/`.

mod all {
    mod history;
    mod material;
    mod scripted;
#[path = "layers.rs"]
mod layers;

mod all {
    mod base;
    mod catalog;
    mod commands;
    mod format;
    mod import;
    mod report;
    mod rules;
    mod score;
    mod screen;
}
