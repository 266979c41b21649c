//! Every `.kpi` file that the repository holds, outside the tests of mistakes, is right.

use std::fs;
use std::path::{Path, PathBuf};

use kepi::text::{FileId, SourceFile};

#[test]
fn all_definitions_parse() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for folder in ["examples", "metrics", "tests/cases"] {
        for path in kpi_files(&root.join(folder)) {
            let text = fs::read_to_string(&path).expect("read the file");
            let file = SourceFile::new(FileId(0), path.to_string_lossy(), text);
            let (_, problems) = kepi::syntax::parse(&file);
            wrong.extend(problems.iter().map(|p| {
                let line = file.place(p.span().start).line;
                format!("{}:{line}: {} ({:?})", file.path, p.message, p.help)
            }));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn kpi_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("read the folder") {
        let path = entry.expect("read its entry").path();
        if path.is_dir() {
            found.extend(kpi_files(&path));
        } else if path.extension().is_some_and(|e| e == "kpi") {
            found.push(path);
        }
    }
    found
}
