//! Walks `tests/ui/<phase>/*.kpi`: the source, and what the phase makes of it, in one
//! snapshot. A new case touches no Rust.

use std::fmt::Write;
use std::path::Path;

use kepi::diagnostic::{Diagnostic, Problems, Severity};
use kepi::syntax;
use kepi::text::{FileId, SourceFile, Span};

#[test]
fn syntax() {
    cases("syntax", |file| {
        let (tree, problems) = syntax::parse(file);
        format!("{}{}", syntax::display(&tree), plain(file, problems))
    });
}

#[test]
fn format() {
    cases("format", |file| kepi::format::format(file).unwrap_or_default());
}

/// Compares the outcome of every case of a phase with its snapshot, which lies beside it.
pub fn cases(phase: &str, outcome: impl Fn(&SourceFile) -> String) {
    insta::glob!("../ui", &format!("{phase}/*.kpi"), |path| {
        let file = read(path);
        let snapshot = format!("{}\n----\n{}", file.text.trim_end(), outcome(&file));
        let name = path.file_stem().expect("a case has a name").to_string_lossy();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().expect("a case lies in a folder"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.remove_snapshot_suffix();
        settings.remove_input_file();
        settings.bind(|| insta::assert_snapshot!(&*name, snapshot));
    });
}

fn read(path: &Path) -> SourceFile {
    let text = std::fs::read_to_string(path).expect("a case can be read");
    let name = path.file_name().expect("a case has a name").to_string_lossy();
    SourceFile::new(FileId(0), name, text)
}

/// Diagnostics without ornaments: one line for the message, one for everything that belongs to it.
pub fn plain(file: &SourceFile, problems: Problems) -> String {
    problems.sorted().iter().map(|diagnostic| plain_diagnostic(file, diagnostic)).collect()
}

fn plain_diagnostic(file: &SourceFile, diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut out = format!("{severity}[{}]: {}\n", diagnostic.name, diagnostic.message);
    for label in &diagnostic.labels {
        let _ = writeln!(out, "  {} {}", marked(file, label.span), label.text);
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "  help: {help}");
    }
    if let Some(fix) = &diagnostic.fix {
        let _ = writeln!(out, "  fix: {} -> `{}`", marked(file, fix.span), fix.replacement);
    }
    out
}

/// ``3:14 `==` ``
fn marked(file: &SourceFile, span: Span) -> String {
    let place = file.place(span.start);
    let text: String = file.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let text =
        if text.chars().count() > 60 { text.chars().take(57).collect::<String>() + "…" } else { text };
    format!("{}:{} `{text}`", place.line, place.column)
}
