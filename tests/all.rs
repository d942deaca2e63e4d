//! The integration tests, one binary: a module for each part, in `tests/all/`.

#[path = "layers.rs"]
mod layers;

mod all {
    mod base;
    mod catalog;
    mod commands;
    mod damage;
    mod demo;
    mod division;
    mod docs;
    mod evidence;
    mod explain;
    mod format;
    mod history;
    mod import;
    mod material;
    mod mishaps;
    mod outputs;
    mod render;
    mod report;
    mod rules;
    mod schema;
    mod score;
    mod screen;
    mod scripted;
    mod signature;
}
