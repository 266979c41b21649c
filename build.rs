//! Lists the pages of `docs/messages`, so that a new page is one new file and
//! `kepi explain` has it.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // asked of cargo when this runs: it may have been compiled for another checkout
    let root = env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("cargo sets it"))?;
    let folder = Path::new(&root).join("docs/messages");
    println!("cargo::rerun-if-changed=docs/messages");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "md") {
            names.extend(path.file_stem().map(|n| n.to_string_lossy().into_owned()));
        }
    }
    names.sort();

    let mut list = String::from("static PAGES: &[(&str, &str)] = &[\n");
    for name in names {
        let page = format!("/docs/messages/{name}.md");
        writeln!(list, "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {page:?}))),")
            .map_err(io::Error::other)?;
    }
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("pages.rs"), list + "];\n")
}
