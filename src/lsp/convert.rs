//! Values of `ide` and `diagnostic` as those of the protocol.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lsp_types as lsp;
use serde_json::{Value, json};

use super::files::Workspace;
use super::position::range;
use super::uri;
use crate::diagnostic::{Diagnostic, Edit, Severity};
use crate::ide::{self, CompletionKind, SymbolKind, TokenKind};
use crate::text::{SourceFile, Sources, Span};

/// What the other side can do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Abilities {
    pub snippets: bool,
}

impl Abilities {
    pub fn of(client: &lsp::ClientCapabilities) -> Abilities {
        let completion = client.text_document.as_ref().and_then(|d| d.completion.as_ref());
        let item = completion.and_then(|c| c.completion_item.as_ref());
        Abilities { snippets: item.and_then(|i| i.snippet_support).unwrap_or(false) }
    }
}

pub fn capabilities() -> Value {
    json!({
        "positionEncoding": "utf-16",
        "textDocumentSync": { "openClose": true, "change": 2, "save": true },
        "completionProvider": { "triggerCharacters": [".", ":"] },
        "hoverProvider": true,
        "definitionProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "renameProvider": { "prepareProvider": true },
        "documentSymbolProvider": true,
        "workspaceSymbolProvider": true,
        "documentFormattingProvider": true,
        "documentRangeFormattingProvider": true,
        "codeActionProvider": { "codeActionKinds": ["quickfix", "refactor.rewrite"] },
        "inlayHintProvider": true,
        "foldingRangeProvider": true,
        "semanticTokensProvider": {
            "legend": { "tokenTypes": TOKEN_TYPES, "tokenModifiers": TOKEN_MODIFIERS },
            "full": true,
        },
        "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } },
    })
}

// ---------------------------------------------------------------- problems

/// What is wrong with a project, by file.
pub fn problems(workspace: &mut Workspace) -> BTreeMap<PathBuf, Vec<lsp::Diagnostic>> {
    let mut found: BTreeMap<PathBuf, Vec<lsp::Diagnostic>> = BTreeMap::new();
    let root = workspace.root.clone();
    let path = |shown: &str| root.join(shown);
    let (setup, files) = &workspace.setup;
    for problem in setup {
        let toml = files.iter().find(|file| file.path == crate::project::FILE);
        let told = match (problem.labels.first(), toml) {
            (Some(_), Some(_)) => diagnostic(problem, files, &path),
            _ => lsp::Diagnostic { message: message(problem), ..bare(problem) },
        };
        found.entry(path(crate::project::FILE)).or_default().push(told);
    }
    let view = workspace.project.view();
    for problem in view.problems.iter().filter(|problem| !problem.labels.is_empty()) {
        let file = view.sources.get(problem.span().file);
        found.entry(path(&file.path)).or_default().push(diagnostic(problem, view.sources, &path));
    }
    found
}

pub fn diagnostic(
    problem: &Diagnostic,
    sources: &Sources,
    path: &impl Fn(&str) -> PathBuf,
) -> lsp::Diagnostic {
    let place = |span: Span| {
        let file = sources.get(span.file);
        Some(lsp::Location { uri: uri::uri(&path(&file.path))?, range: range(file, span) })
    };
    let others = problem.labels.iter().skip(1).filter(|label| !label.text.is_empty());
    let related: Vec<_> = others
        .filter_map(|label| {
            Some(lsp::DiagnosticRelatedInformation {
                location: place(label.span)?,
                message: label.text.clone(),
            })
        })
        .collect();
    let unused = problem.name == "unused";
    lsp::Diagnostic {
        range: range(sources.get(problem.span().file), problem.span()),
        related_information: (!related.is_empty()).then_some(related),
        tags: unused.then(|| vec![lsp::DiagnosticTag::UNNECESSARY]),
        message: message(problem),
        ..bare(problem)
    }
}

fn bare(problem: &Diagnostic) -> lsp::Diagnostic {
    lsp::Diagnostic {
        severity: Some(match problem.severity {
            Severity::Error => lsp::DiagnosticSeverity::ERROR,
            Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        }),
        code: Some(lsp::NumberOrString::String(problem.name.to_string())),
        source: Some("kepi".to_string()),
        ..lsp::Diagnostic::default()
    }
}

/// The line itself, what its place says, and the help.
fn message(problem: &Diagnostic) -> String {
    let mut text = problem.message.clone();
    let first = problem.labels.first().map(|label| label.text.as_str()).unwrap_or_default();
    if !first.is_empty() {
        text += &format!("\n{first}");
    }
    if let Some(help) = &problem.help {
        text += &format!("\nhelp: {help}");
    }
    text
}

// ---------------------------------------------------------------- edits

pub fn text_edit(file: &SourceFile, edit: &Edit) -> lsp::TextEdit {
    lsp::TextEdit { range: range(file, edit.span), new_text: edit.replacement.clone() }
}

/// Edits of several files.
#[expect(clippy::mutable_key_type, reason = "the protocol's own type; nobody changes an address")]
pub fn workspace_edit(workspace: &Workspace, edits: &[Edit]) -> lsp::WorkspaceEdit {
    let mut changes: std::collections::HashMap<lsp::Uri, Vec<lsp::TextEdit>> = Default::default();
    for edit in edits {
        let file = workspace.project.sources().get(edit.span.file);
        if let Some(uri) = uri::uri(&workspace.path(&file.path)) {
            changes.entry(uri).or_default().push(text_edit(file, edit));
        }
    }
    lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() }
}

// ---------------------------------------------------------------- completion

pub fn completion(
    file: &SourceFile,
    item: ide::Completion,
    rank: usize,
    abilities: Abilities,
) -> lsp::CompletionItem {
    let snippet = item.snippet.filter(|_| abilities.snippets);
    let format = snippet.is_some().then_some(lsp::InsertTextFormat::SNIPPET);
    let edit = lsp::TextEdit { range: range(file, item.replaces), new_text: snippet.unwrap_or(item.insert) };
    let markdown = |value| lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value };
    lsp::CompletionItem {
        kind: Some(completion_kind(item.kind)),
        detail: (!item.detail.is_empty()).then_some(item.detail),
        documentation: (!item.docs.is_empty())
            .then(|| lsp::Documentation::MarkupContent(markdown(item.docs))),
        sort_text: Some(format!("{rank:05}")),
        filter_text: Some(item.label.clone()),
        label: item.label,
        insert_text_format: format,
        text_edit: Some(lsp::CompletionTextEdit::Edit(edit)),
        tags: item.deprecated.then(|| vec![lsp::CompletionItemTag::DEPRECATED]),
        ..lsp::CompletionItem::default()
    }
}

fn completion_kind(kind: CompletionKind) -> lsp::CompletionItemKind {
    match kind {
        CompletionKind::Keyword => lsp::CompletionItemKind::KEYWORD,
        CompletionKind::Source => lsp::CompletionItemKind::CLASS,
        CompletionKind::Column => lsp::CompletionItemKind::FIELD,
        CompletionKind::Link => lsp::CompletionItemKind::REFERENCE,
        CompletionKind::Measure => lsp::CompletionItemKind::PROPERTY,
        CompletionKind::Member => lsp::CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Dimension => lsp::CompletionItemKind::ENUM,
        CompletionKind::Metric => lsp::CompletionItemKind::VALUE,
        CompletionKind::Parameter => lsp::CompletionItemKind::CONSTANT,
        CompletionKind::Let => lsp::CompletionItemKind::VARIABLE,
        CompletionKind::Function => lsp::CompletionItemKind::FUNCTION,
        CompletionKind::Unit => lsp::CompletionItemKind::UNIT,
        CompletionKind::Grain => lsp::CompletionItemKind::UNIT,
    }
}

// ---------------------------------------------------------------- symbols

pub fn document_symbol(file: &SourceFile, symbol: ide::DocumentSymbol) -> lsp::DocumentSymbol {
    let children = symbol.children.into_iter().map(|child| document_symbol(file, child)).collect::<Vec<_>>();
    #[expect(deprecated, reason = "the type has the field")]
    lsp::DocumentSymbol {
        name: symbol.name,
        detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
        kind: symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: range(file, symbol.span),
        selection_range: range(file, symbol.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

pub fn symbol_kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::Source | SymbolKind::Rollup => lsp::SymbolKind::CLASS,
        SymbolKind::Column => lsp::SymbolKind::FIELD,
        SymbolKind::Link => lsp::SymbolKind::KEY,
        SymbolKind::Measure => lsp::SymbolKind::PROPERTY,
        SymbolKind::Dimension => lsp::SymbolKind::ENUM,
        SymbolKind::Metric => lsp::SymbolKind::FUNCTION,
        SymbolKind::Parameter => lsp::SymbolKind::CONSTANT,
        SymbolKind::Calendar => lsp::SymbolKind::NAMESPACE,
        SymbolKind::Scorecard => lsp::SymbolKind::INTERFACE,
        SymbolKind::Test => lsp::SymbolKind::EVENT,
    }
}

// ---------------------------------------------------------------- colours

const TOKEN_TYPES: [&str; 13] = [
    "keyword",
    "comment",
    "string",
    "number",
    "operator",
    "class",
    "property",
    "enumMember",
    "variable",
    "parameter",
    "enum",
    "function",
    "type",
];
const TOKEN_MODIFIERS: [&str; 3] = ["declaration", "documentation", "deprecated"];

/// Each token by its distance from the one before.
pub fn tokens(file: &SourceFile, tokens: &[ide::Token]) -> Vec<lsp::SemanticToken> {
    let mut last = lsp::Position::default();
    let relative = tokens.iter().map(|token| {
        let place = range(file, token.span);
        let new_line = place.start.line != last.line;
        let from = if new_line { 0 } else { last.character };
        let delta_line = place.start.line - last.line;
        last = place.start;
        let (kind, documentation) = token_type(token.kind);
        lsp::SemanticToken {
            delta_line,
            delta_start: place.start.character - from,
            length: place.end.character.saturating_sub(place.start.character),
            token_type: TOKEN_TYPES.iter().position(|t| *t == kind).unwrap_or(0) as u32,
            token_modifiers_bitset: u32::from(token.declares)
                | u32::from(documentation) << 1
                | u32::from(token.deprecated) << 2,
        }
    });
    relative.collect()
}

/// The word of the protocol, and whether it is documentation.
fn token_type(kind: TokenKind) -> (&'static str, bool) {
    match kind {
        TokenKind::Keyword => ("keyword", false),
        TokenKind::Comment => ("comment", false),
        TokenKind::Docs => ("comment", true),
        TokenKind::Text => ("string", false),
        TokenKind::Number => ("number", false),
        TokenKind::Operator => ("operator", false),
        TokenKind::Source => ("class", false),
        TokenKind::Column => ("property", false),
        TokenKind::Member => ("enumMember", false),
        TokenKind::Metric | TokenKind::Let => ("variable", false),
        TokenKind::Parameter => ("parameter", false),
        TokenKind::Dimension => ("enum", false),
        TokenKind::Function => ("function", false),
        TokenKind::Unit => ("type", false),
    }
}
