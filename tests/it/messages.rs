//! The pages of `docs/messages`: the first example of each raises exactly its message,
//! and the others raise none.

use std::fs;
use std::path::Path;

use kepi::text::{FileId, SourceFile};

#[test]
fn each_page_raises_its_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/messages");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).expect("read the folder") {
        let path = entry.expect("read its entry").path();
        let name = path.file_stem().expect("a page has a name").to_string_lossy().into_owned();
        let page = fs::read_to_string(&path).expect("read the page");
        wrong.extend(
            (!page.starts_with(&format!("# {name}\n"))).then(|| format!("{name}: no heading with its name")),
        );
        for (number, example) in examples(&page).enumerate() {
            let raised = raised(example);
            let expected = if number == 0 { vec![name.clone()] } else { Vec::new() };
            if raised != expected {
                wrong.push(format!("{name}, example {}: raises {raised:?}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn examples(page: &str) -> impl Iterator<Item = &str> {
    page.split("```kpi\n").skip(1).filter_map(|rest| rest.split("```").next())
}

fn raised(example: &str) -> Vec<String> {
    let (_, problems) = kepi::syntax::parse(&SourceFile::new(FileId(0), "example.kpi", example));
    problems.sorted().iter().map(|problem| problem.name.to_string()).collect()
}
