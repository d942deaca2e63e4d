//! The integration tests, one binary: a module for each part, in `tests/all/`.

#[path = "layers.rs"]
mod layers;

mod all {
    mod base;
    mod catalog;
    mod commands;
    mod damage;
    mod explain;
    mod format;
    mod history;
    mod import;
    mod material;
    mod report;
    mod rules;
    mod score;
    mod screen;
    mod scripted;
}
