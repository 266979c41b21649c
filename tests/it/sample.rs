//! `examples/acme` is what `kepi init` writes: the checked-in files equal the generated ones.
//! After a change of the sample: `KEPI_BLESS=1 cargo test --test it sample`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kepi::sample;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/acme")
}

#[test]
fn examples_acme_is_the_generated_sample() {
    let files = sample::files();
    if bless() {
        for (path, contents) in &files {
            let path = root().join(path);
            fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("make its folder");
            fs::write(&path, contents).expect("write the file");
        }
    }
    for (path, contents) in &files {
        let found = fs::read(root().join(path)).unwrap_or_default();
        assert!(
            found == *contents,
            "examples/acme/{path} is not what the generator makes; see the top of this file"
        );
    }
}

#[test]
fn examples_acme_holds_nothing_else() {
    let mut expected: BTreeSet<String> = sample::files().into_iter().map(|(path, _)| path).collect();
    // Only a build that has the engine can make these.
    expected.extend(["data/orders.parquet".to_string()]);
    let mut found = BTreeSet::new();
    collect(&root(), &mut found);
    let strangers: Vec<_> = found.difference(&expected).collect();
    assert!(strangers.is_empty(), "not made by the generator: {strangers:?}");
}

#[test]
fn the_sample_is_small() {
    let bytes: usize = sample::files().iter().map(|(_, contents)| contents.len()).sum();
    assert!(bytes < 1_500_000, "{bytes} bytes");
}

fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("read the folder") {
        let path = entry.expect("read its entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            let relative = path.strip_prefix(root()).expect("below the root");
            found.insert(relative.to_string_lossy().replace('\\', "/"));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "blessing is asked for through the environment")]
fn bless() -> bool {
    std::env::var("KEPI_BLESS").is_ok()
}
