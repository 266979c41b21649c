//! What the README shows is what the program does: the picture, the first command, the
//! tour and its message. After a change of them: `KEPI_BLESS=1 cargo test --test it readme`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kepi::model::Settings;
use kepi::text::Sources;
use kepi::{compile, sample};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("read the README")
}

#[test]
#[cfg(feature = "engine")]
fn the_picture_is_what_the_first_command_prints() {
    let readme = readme();
    let command =
        readme.lines().find_map(|line| line.strip_prefix("cargo run -- ")).expect("a first command");
    let (asked, _) = command.split_once(" --project").expect("it names the project");
    let printed = kepi(&root(), &command.split_whitespace().collect::<Vec<_>>());
    shows(&format!("$ kepi {asked}\n{printed}"), 0);
}

#[test]
fn the_message_is_what_check_prints() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let mine =
        ("metrics/mine.kpi".to_string(), blocks(&readme(), "kpi").pop().expect("a mistake").into_bytes());
    for (path, contents) in sample::files().into_iter().chain([mine]) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("make its folder");
        fs::write(path, contents).expect("write the file");
    }
    shows(&format!("$ kepi check\n{}", kepi(folder.path(), &["check"])), 1);
}

#[test]
fn the_tour_is_right() {
    let mut tour = blocks(&readme(), "kpi");
    let (first, _mistake) = (tour.remove(0), tour.pop());
    let sales = fs::read_to_string(root().join("examples/acme/metrics/sales.kpi")).expect("read the sample");
    assert!(first.lines().all(|line| sales.contains(line)), "not in examples/acme:\n{first}");
    let mut sources = Sources::default();
    sources.add("tour.kpi", tour.concat());
    let (_, problems) = compile(&sources, &Settings::default());
    assert!(problems.is_empty(), "{:#?}", problems.sorted());
}

/// The texts between ```` ```kind ```` and ```` ``` ````.
fn blocks(page: &str, kind: &str) -> Vec<String> {
    let opening = format!("```{kind}\n");
    page.split(&opening).skip(1).filter_map(|rest| Some(rest.split_once("```")?.0.to_string())).collect()
}

fn kepi(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kepi"));
    let output = command.args(arguments).current_dir(folder).output().expect("the program starts");
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).expect("what it prints is text")
}

/// Compares with the text block of that number, or puts it there.
fn shows(expected: &str, number: usize) {
    let found = blocks(&readme(), "text").swap_remove(number);
    let whole = |text: &str| format!("```text\n{text}```");
    if bless() {
        let blessed = readme().replace(&whole(&found), &whole(expected));
        return fs::write(root().join("README.md"), blessed).expect("write the README");
    }
    assert!(found == expected, "the README shows\n{found}\nand the program prints\n{expected}");
}

#[expect(clippy::disallowed_methods, reason = "blessing is asked for through the environment")]
fn bless() -> bool {
    std::env::var("KEPI_BLESS").is_ok()
}
