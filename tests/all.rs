//! The integration tests, one binary: a module for each part, in `tests/all/`.

#[path = "layers.rs"]
mod layers;

mod all {
    mod archive;
    mod assessor_documents;
    mod awkward;
    mod base;
    mod bench;
    mod bundle;
    mod catalog;
    mod changes;
    mod commands;
    mod counting;
    mod crypto;
    mod damage;
    mod delta;
    mod demo;
    mod diff_sides;
    mod division;
    mod docs;
    mod dod_log;
    mod evidence;
    mod explain;
    mod format;
    mod history;
    mod import;
    mod incident;
    mod kept;
    mod material;
    mod mishaps;
    mod outputs;
    mod pipelines;
    mod portal;
    mod programs;
    mod proof;
    mod provider_documents;
    mod providers;
    mod recheck;
    mod releases;
    mod remembered;
    mod render;
    mod report;
    mod review_pipelines;
    mod rules;
    mod schema;
    mod scope;
    mod score;
    mod screen;
    mod scripted;
    mod sealing;
    mod signature;
    mod statement;
    mod status;
    mod stored;
    mod timestamps;
    mod two_sided;
    mod verification;
    mod verify;
    mod walked;
}
