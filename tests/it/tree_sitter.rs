//! The grammar for Neovim, Helix and Zed (`editors/tree-sitter-kepi`): it reads all that Kepi
//! reads, its queries fit it, and it knows every word of the language.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kepi::text::{FileId, SourceFile};
use sha2::{Digest, Sha256};
use tree_sitter::{Language, Node, Parser, Query, QueryCursor, StreamingIterator, Tree};

use crate::syntax::definitions;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn grammar(path: &str) -> PathBuf {
    root().join("editors/tree-sitter-kepi").join(path)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn language() -> Language {
    Language::new(tree_sitter_kepi::LANGUAGE)
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&language()).expect("this version of tree-sitter reads the grammar");
    parser.parse(text, None).expect("nothing cancels it")
}

/// Line and text of what could not be read.
fn mistakes(text: &str) -> Vec<String> {
    fn walk(node: Node<'_>, text: &str, out: &mut Vec<String>) {
        if node.is_error() || node.is_missing() {
            let line = node.start_position().row + 1;
            out.push(format!("{line}: {} `{}`", node.to_sexp(), &text[node.byte_range()]));
        } else if node.has_error() {
            node.children(&mut node.walk()).for_each(|child| walk(child, text, out));
        }
    }
    let mut out = Vec::new();
    walk(parse(text).root_node(), text, &mut out);
    out
}

fn is_sound(text: &str) -> bool {
    let (_, problems) = kepi::syntax::parse(&SourceFile::new(FileId(0), "a.kpi", text));
    !problems.has_errors()
}

/// All of the definitions of this project, and the blocks of its pages.
fn everything() -> Vec<(String, String)> {
    let folders = ["metrics", "examples", "tests/cases", "tests/diff", "tests/ui", "src/sample"];
    let files = folders.iter().flat_map(|folder| definitions(&root().join(folder)));
    let mut all: Vec<_> = files.map(|path| (path.display().to_string(), read(&path))).collect();
    for pattern in ["*.md", "docs/**/*.md", "metrics/*.md", "examples/*/*.md"] {
        let pages = glob::glob(&format!("{}/{pattern}", root().display())).expect("a pattern");
        for page in pages.filter_map(Result::ok) {
            let text = read(&page);
            let blocks = text.split("\n```kpi").skip(1).filter_map(|rest| rest.split_once('\n'));
            let blocks = blocks.map(|(_, rest)| rest.split("\n```").next().unwrap_or_default());
            all.extend(blocks.map(|block| (page.display().to_string(), format!("{block}\n"))));
        }
    }
    all
}

#[test]
fn what_kepi_reads_the_grammar_reads() {
    let all: Vec<_> = everything().into_iter().filter(|(_, text)| is_sound(text)).collect();
    assert!(all.len() > 200, "{} files and blocks", all.len());
    let wrong = all.iter().flat_map(|(path, text)| {
        mistakes(text).into_iter().map(move |mistake| format!("{path}:{mistake}\n{text}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

#[test]
fn a_broken_declaration_leaves_the_others_as_they_are() {
    let text = "metric a = sum(deals.amount where\n\nmetric b = count(deals)\n\nsource s {\n  id : text\n}\n";
    let tree = parse(text);
    let kinds: Vec<_> = tree.root_node().children(&mut tree.root_node().walk()).map(|n| n.kind()).collect();
    assert!(kinds.contains(&"source"), "{kinds:?}");
}

/// `test/corpus` in the form of `tree-sitter test`.
#[test]
fn trees_are_as_the_corpus_says() {
    let squeezed = |text: &str| {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        words.replace("( ", "(").replace(" )", ")")
    };
    let mut seen = 0;
    for path in glob::glob(&grammar("test/corpus/*.txt").display().to_string()).expect("a pattern") {
        let corpus = read(&path.expect("a path"));
        for case in corpus.split("==================\n").collect::<Vec<_>>()[1..].chunks(2) {
            let [name, case] = case else { panic!("a name and its case") };
            let (text, wanted) = case.split_once("\n---\n").expect("a text and its tree");
            let text = format!("{}\n", text.trim());
            assert_eq!(squeezed(&parse(&text).root_node().to_sexp()), squeezed(wanted), "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen} cases");
}

#[test]
fn every_query_fits_the_grammar() {
    let mut seen = 0;
    let patterns =
        ["queries/**/*.scm", "../zed/languages/**/*.scm"].map(|p| grammar(p).display().to_string());
    for path in patterns.iter().flat_map(|pattern| glob::glob(pattern).expect("a pattern")) {
        let path = path.expect("a path");
        if let Err(error) = Query::new(&language(), &read(&path)) {
            panic!("{}: {error}", path.display());
        }
        seen += 1;
    }
    assert!(seen >= 9, "{seen} queries");
}

/// A name or word of the text, and the capture that counts: the last one.
fn colour(text: &str, word: &str) -> Option<String> {
    let query = Query::new(&language(), &read(&grammar("queries/highlights.scm"))).expect("it fits");
    let tree = parse(text);
    let mut cursor = QueryCursor::new();
    let mut captures = cursor.captures(&query, tree.root_node(), text.as_bytes());
    let mut found = None;
    while let Some((matched, index)) = captures.next() {
        let capture = matched.captures()[*index];
        if &text[capture.node.byte_range()] == word {
            // of several the pattern that stands last
            let name = query.capture_names()[capture.index as usize];
            found = found.max(Some((matched.pattern_index, name.to_owned())));
        }
    }
    found.map(|(_, name)| name)
}

#[test]
fn words_have_their_colours() {
    let text = "/// Docs.\nmetric win_rate v2 \"Win\" : USD/day = proportion(is_won of deals where stage is won) {\n  owner \"me\" // why\n  target 30%\n}\nsource s {\n  time : date\n  key id\n  link -> deals\n}\ntest \"t\" {\n  given deals\n    | id | n   |\n    | a  | $12 |\n  expect no critical win_rate in 2026-01\n}\n";
    let wanted = [
        ("metric", "keyword"),
        ("win_rate", "function"),
        ("v2", "label"),
        ("USD", "type.builtin"),
        ("proportion", "function.builtin"),
        ("is_won", "variable"),
        ("where", "keyword"),
        ("is", "keyword.operator"),
        ("owner", "keyword"),
        ("30%", "number"),
        ("// why", "comment"),
        ("/// Docs.", "comment.documentation"),
        ("time", "property"),
        ("key", "keyword"),
        ("link", "property"),
        ("2026-01", "string.special"),
        ("no", "keyword"),
        ("critical", "keyword"),
        ("n", "property"),
        ("$12", "number"),
        ("a", "string"),
    ];
    for (word, capture) in wanted {
        assert_eq!(colour(text, word).as_deref(), Some(capture), "{word}");
    }
}

/// The words that the language's own grammar has, but for those that are let in for their message.
fn words() -> BTreeSet<String> {
    let pest = read(&root().join("grammar/kepi.pest"));
    let rules = pest.lines().filter(|line| {
        let rule = line.trim_start();
        rule.starts_with("kw_")
            || rule.starts_with("only ")
            || rule.starts_with("direction ")
            || rule.starts_with("during ")
            || rule.starts_with("ever ")
            || rule.starts_with("distinct ")
            || rule.starts_with("constant ")
            || rule.starts_with("kw_decimals")
    });
    let operators = ["and", "or", "not", "is", "in", "as", "within", "after", "before", "if", "then", "else"];
    let mut words: BTreeSet<String> = operators.into_iter().map(str::to_owned).collect();
    for rule in rules {
        let body = rule.split_once('{').map_or("", |(_, body)| body).split("~ &(").next().unwrap_or_default();
        let body = body.split("!(").next().unwrap_or_default();
        let quoted = body.split('"').skip(1).step_by(2);
        words.extend(quoted.filter(|word| word.len() > 1).map(str::to_owned));
    }
    words
}

#[test]
fn every_word_of_the_language_has_a_colour_everywhere() {
    let words = words();
    assert!(words.len() > 100 && words.contains("scorecard") && words.contains("given"), "{words:?}");
    let language = language();
    let highlights = read(&grammar("queries/highlights.scm"));
    let text_mate = read(&root().join("editors/vscode/syntaxes/kepi.tmLanguage.json"));
    let of_text_mate: BTreeSet<&str> =
        text_mate.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let mut wrong = Vec::new();
    for word in &words {
        if ["missing", "true", "false"].contains(&word.as_str()) {
            continue;
        }
        if language.id_for_node_kind(word, false) == 0 {
            wrong.push(format!("`{word}` is no word of grammar.js"));
        }
        if !highlights.contains(&format!("\"{word}\"")) {
            wrong.push(format!("`{word}` has no colour in highlights.scm"));
        }
        // `\bperiods?\b`: a plural is part of its pattern
        let singular = word.strip_suffix('s').unwrap_or(word);
        let plural = text_mate.contains(&format!("{singular}s?"));
        if !of_text_mate.contains(word.as_str()) && !plural && !text_mate.contains(&format!("b{word}")) {
            wrong.push(format!("`{word}` has no colour in kepi.tmLanguage.json"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_parser_is_that_of_its_grammar() {
    let digest = Sha256::digest(read(&grammar("grammar.js")).as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let recorded = read(&grammar("src/grammar.js.sha256"));
    assert!(
        recorded.starts_with(&digest),
        "grammar.js has changed: `npm run generate` in editors/tree-sitter-kepi makes src/ anew"
    );
}
