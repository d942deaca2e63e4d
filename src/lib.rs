//! Who does what under CMMC Level 2, and can they prove it?
//!
//! ```text
//! tree -> load -> Records -> resolve -> Assessment -> evidence, history, score -> Facts
//! Facts -> check -> Diagnostics -> report
//! Facts -> view  -> render      -> documents
//! ```
//!
//! A module imports only from floors below its own; `tests/layers.rs` holds the floors.

pub mod accept;
pub mod accounts;
pub mod affirm;
pub mod approval;
pub mod archive;
pub mod bundle;
pub mod cache;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod content;
pub mod country;
pub mod dashboard;
pub mod date;
pub mod delta;
pub mod demo;
pub mod diagnostic;
pub mod diff;
pub mod digest;
pub mod docs;
pub mod dod_log;
pub mod evidence;
pub mod explain;
pub mod facts;
pub mod failure;
pub mod fix;
pub mod fleet;
pub mod git;
pub mod grid;
pub mod handoffs;
pub mod history;
pub mod ids;
pub mod import;
pub mod load;
pub mod lock;
pub mod manifest;
pub mod material;
pub mod message;
pub mod model;
pub mod once;
pub mod owners;
pub mod packet;
pub mod program;
pub mod recheck;
pub mod reconcile;
pub mod rehash;
pub mod render;
pub mod report;
pub mod resolve;
pub mod review;
pub mod rule;
pub mod rules;
pub mod schema;
pub mod score;
pub mod sealing;
pub mod signature;
pub mod source;
pub mod speakers;
pub mod spelling;
pub mod stamp;
pub mod starter;
pub mod statement;
pub mod store;
pub mod table;
pub mod timestamp;
pub mod trailers;
pub mod values;
pub mod verification;
pub mod verify;
pub mod vetting;
pub mod view;
pub mod words;
