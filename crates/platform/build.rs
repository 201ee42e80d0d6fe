//! Writes the list of migrations into the crate.

use std::{env, fs, path::Path};

fn main() {
    let folder =
        Path::new(&env::var("CARGO_MANIFEST_DIR").expect("CARGO_MANIFEST_DIR")).join("../../migrations");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the migrations folder")
        .map(|entry| entry.expect("a readable migrations folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();
    let mut list = String::from(
        "/// Name and text of every migration, in order.\npub const MIGRATIONS: &[(&str, &str)] = &[\n",
    );
    for path in files {
        let name = path.file_stem().expect("a file name").to_string_lossy().into_owned();
        let path = path.canonicalize().expect("a migration file");
        list.push_str(&format!("    ({name:?}, include_str!({path:?})),\n"));
        println!("cargo::rerun-if-changed={}", path.display());
    }
    list.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").expect("OUT_DIR")).join("migrations.rs");
    fs::write(out, list).expect("the list of migrations");
}
