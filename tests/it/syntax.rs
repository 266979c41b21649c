//! The front end on everything there is to read: all definitions of this repository
//! parse, and no text makes it panic.

use std::path::{Path, PathBuf};

use kepi::syntax;
use kepi::text::{FileId, SourceFile};

use crate::ui::plain;

#[test]
fn all_definitions_of_the_repository_parse() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = String::new();
    let folders = ["tests/cases", "examples", "metrics"];
    for path in folders.into_iter().flat_map(|folder| definitions(&root.join(folder))) {
        let text = std::fs::read_to_string(&path).expect("a definition can be read");
        let file = SourceFile::new(FileId(0), path.to_string_lossy(), text);
        let (_, problems) = syntax::parse(&file);
        if !problems.is_empty() {
            found += &format!("{}\n{}\n", path.display(), plain(&file, problems));
        }
    }
    assert!(found.is_empty(), "{found}");
}

/// All `.kpi` files below a folder, none if there is no such folder.
pub fn definitions(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(definitions(&path));
        } else if path.extension().is_some_and(|extension| extension == "kpi") {
            found.push(path);
        }
    }
    found
}

pub mod properties {
    //! Whatever the text, `parse` comes back.

    use proptest::prelude::*;

    use super::{definitions, syntax};
    use kepi::syntax::ast;
    use kepi::text::{FileId, SourceFile, Span};
    use std::path::Path;

    fn parses(text: &str) {
        let file = SourceFile::new(FileId(0), "property.kpi", text);
        let (tree, problems) = syntax::parse(&file);
        // No word is lost: each lies in a declaration, or in a comment above one.
        let mut end = 0;
        for decl in &tree.decls {
            let span = place(decl);
            assert!(is_comment(&text[end..span.start as usize]), "{:?}", &text[end..span.start as usize]);
            end = span.end as usize;
        }
        assert!(is_comment(&text[end..]), "{:?}", &text[end..]);
        for diagnostic in problems.iter() {
            for label in &diagnostic.labels {
                // Every place lies on characters of the file.
                file.slice(label.span);
                file.place(label.span.start);
            }
        }
        syntax::parse_expression(&file);
    }

    fn place(decl: &ast::Decl) -> Span {
        match decl {
            ast::Decl::Source(source) => source.span,
            ast::Decl::Rollup(rollup) => rollup.span,
            ast::Decl::Dimension(dimension) => dimension.span,
            ast::Decl::Metric(metric) => metric.span,
            ast::Decl::Parameter(parameter) => parameter.span,
            ast::Decl::Calendar(calendar) => calendar.span,
            ast::Decl::Thresholds(thresholds) => thresholds.span,
            ast::Decl::Scorecard(scorecard) => scorecard.span,
            ast::Decl::Consumer(consumer) => consumer.span,
            ast::Decl::Test(test) => test.span,
            ast::Decl::Error { span, .. } => *span,
        }
    }

    fn is_comment(text: &str) -> bool {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
        text.lines()
            .map(|line| line.trim_matches(blank))
            .all(|line| line.is_empty() || line.starts_with("//"))
    }

    /// Pieces of the language in any order: nearer to what parses than any text.
    pub fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "source",
            "metric",
            "rollup",
            "dimension",
            "calendar",
            "parameter",
            "a",
            "b.c",
            "key",
            "time",
            "where",
            "if",
            "then",
            "else",
            "choose",
            "when",
            "in",
            "is",
            "not",
            "and",
            "or",
            "as",
            "within",
            "after",
            "missing",
            "bands",
            "let",
            "owner",
            "every",
            "{",
            "}",
            "(",
            ")",
            ",",
            ":",
            "=",
            "->",
            "?",
            "??",
            "<",
            "-",
            "+",
            "*",
            "/",
            "%",
            "1",
            "2_0.5",
            "30 days",
            "2026-01-31",
            "2026-1-3",
            "\"x\"",
            "\"",
            "'",
            "`",
            "///",
            "//",
            "\n",
            "\n\n",
            " ",
            "\\",
            "é",
            "赢",
            "\u{feff}",
            "\r\n",
            "sum(",
            "count(distinct",
            "at end",
            "trailing",
            "measure",
            "expect",
            "unique (",
            "one of (",
            "v2",
            "\u{a0}",
        ]);
        prop::collection::vec((piece, prop::sample::select(vec!["", " "])), 0..60)
            .prop_map(|pieces| pieces.into_iter().map(|(piece, blank)| format!("{piece}{blank}")).collect())
    }

    pub fn good_files() -> Vec<String> {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/syntax");
        definitions(&cases).into_iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
    }

    /// What stands before and behind a cut of some characters at a part of the file.
    pub fn cut(file: &str, from: f64, length: usize) -> (String, String) {
        let characters: Vec<char> = file.chars().collect();
        let from = (from * characters.len() as f64) as usize;
        let until = (from + length).min(characters.len());
        (characters[..from].iter().collect(), characters[until..].iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_text(text in "\\PC{0,200}") {
            parses(&text);
        }

        #[test]
        fn pieces_in_any_order(text in pieces()) {
            parses(&text);
            parses(&format!("metric m = {text}"));
            parses(&format!("source s {{ x = {text} }}"));
        }

        #[test]
        fn mutated_files(
            file in prop::sample::select(good_files()),
            from in 0.0..1.0_f64,
            length in 0_usize..40,
            with in pieces(),
        ) {
            let (before, behind) = cut(&file, from, length);
            parses(&format!("{before}{behind}"));
            parses(&format!("{before}{with}{behind}"));
        }
    }
}

mod limits {
    use super::{plain, syntax};
    use kepi::text::{FileId, SourceFile};

    /// The names of the messages that a text raises, each once.
    fn messages(text: &str) -> Vec<&'static str> {
        let file = SourceFile::new(FileId(0), "limits.kpi", text);
        let (_, problems) = syntax::parse(&file);
        let mut names: Vec<&str> = problems.iter().map(|diagnostic| diagnostic.name).collect();
        names.dedup();
        assert!(plain(&file, problems).len() < 20_000, "too many messages");
        names
    }

    fn nested(open: &str, depth: usize, close: &str) -> String {
        format!("metric m = {}a{}", open.repeat(depth), close.repeat(depth))
    }

    #[test]
    fn nesting_stops_at_64_levels() {
        assert!(messages(&nested("(", 64, ")")).is_empty());
        assert_eq!(messages(&nested("(", 65, ")")), ["nested-too-deeply"]);
        assert!(messages(&nested("abs(", 64, ")")).is_empty());
        assert!(messages(&nested("if ", 64, " then b else c")).is_empty());
        assert_eq!(messages(&nested("if ", 65, " then b else c")), ["nested-too-deeply"]);
        assert_eq!(messages(&nested("choose { x when ", 65, " }")), ["nested-too-deeply"]);
        assert_eq!(
            messages(&format!("source s {{ x = {}a{} }}", "(".repeat(65), ")".repeat(65))),
            ["nested-too-deeply"]
        );
    }

    #[test]
    fn depth_beyond_all_limits_does_not_overflow_the_stack() {
        for open in
            ["(", "{", "[", "if ", "not ", "- ", "abs(", "choose { x when ", "if a then b else ", "a + "]
        {
            messages(&nested(open, 20_000, ""));
            messages(&nested(open, 20_000, ")"));
        }
        messages(&")".repeat(200_000));
        messages(&"}".repeat(200_000));
    }

    #[test]
    fn a_chain_of_conditions_is_no_nesting() {
        assert!(messages(&nested("if a then b else ", 900, "")).is_empty());
    }

    #[test]
    fn operators_stop_at_1_000() {
        let chain = |count: usize| format!("metric m = a{}", " + a".repeat(count));
        assert!(messages(&chain(1_000)).is_empty());
        assert_eq!(messages(&chain(1_001)), ["too-many-operators"]);
        // In an expression, not in a declaration.
        let columns: String = (0..20).map(|n| format!("c{n} = a{}\n", " + a".repeat(100))).collect();
        assert!(messages(&format!("source s {{ {columns} }}")).is_empty());
    }

    #[test]
    fn files_stop_at_1_mebibyte() {
        assert!(messages(&format!("//{}", " ".repeat((1 << 20) - 2))).is_empty());
        assert_eq!(messages(&" ".repeat((1 << 20) + 1)), ["file-too-large"]);
    }
}
