//! Embeds the files of `sample-repo/`, so that `demo` needs nothing but the binary, and gives the build a number, so
//! that nothing that another build kept is believed.

#![expect(clippy::disallowed_methods, reason = "cargo speaks to a build script through the environment")]
#![expect(clippy::unnecessary_debug_formatting, reason = "a path as a Rust literal is what is written")]
#![allow(clippy::print_stdout, reason = "and listens to its output")]

use std::fmt::Write;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("sample-repo");
    println!("cargo::rerun-if-changed=sample-repo");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.sort();
    let mut code = String::from("&[\n");
    for (name, path) in files {
        writeln!(code, "    ({name:?}, include_bytes!({path:?})),").expect("writing to a string does not fail");
    }
    code.push_str("]\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("sample.rs");
    std::fs::write(out, code).expect("the build folder can be written");
    println!("cargo::rustc-env=DEMARCATE_BUILD={:016x}", number_of_build());
}

/// A number that changes with any source, template or dependency.
fn number_of_build() -> u64 {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut files = vec![("Cargo.lock".to_owned(), root.join("Cargo.lock"))];
    for folder in ["src", "templates"] {
        println!("cargo::rerun-if-changed={folder}");
        collect(&root.join(folder), &root, &mut files);
    }
    files.sort();
    let mut hasher = std::hash::DefaultHasher::new();
    for (name, path) in files {
        name.hash(&mut hasher);
        std::fs::read(path).unwrap_or_default().hash(&mut hasher);
    }
    std::env::var("CARGO_PKG_VERSION").unwrap_or_default().hash(&mut hasher);
    hasher.finish()
}

fn collect(folder: &Path, root: &Path, files: &mut Vec<(String, PathBuf)>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, root, files);
        } else if let Ok(relative) = path.strip_prefix(root) {
            let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            files.push((parts.join("/"), path.clone()));
        }
    }
}
