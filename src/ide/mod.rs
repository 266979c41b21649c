//! What an editor asks of a project, as plain values: where a name is declared and used, what
//! may stand at a place, what a thing is. Pure functions of the files and of what was found
//! in them; `lsp` puts them into the words of its protocol.

mod card;
mod complete;
mod describe;
mod edits;
mod fold;
mod hints;
mod in_tests;
mod in_thresholds;
mod inline;
mod keywords;
mod lineage;
mod lookup;
mod mentions;
mod network;
mod project;
mod rename;
mod symbols;
#[cfg(test)]
mod tests;
mod tokens;
mod types;

use crate::text::{FileId, Span};

pub use card::{Card, card, tier_name};
pub use complete::{Completion, CompletionKind, complete};
pub use describe::{Hover, hover};
pub use edits::line_edits;
pub use fold::{Fold, folds};
pub use hints::{Hint, hints};
pub use inline::inlined;
pub use lineage::{Lineage, lineage};
pub use mentions::{Mention, Symbol, mentions, mentions_in};
pub use network::{Network, Node, NodeKind, network};
pub use project::{Project, View};
pub use rename::{Renaming, prepare_rename, rename};
pub use symbols::{DocumentSymbol, SymbolKind, WorkspaceSymbol, document_symbols, workspace_symbols};
pub use tokens::{Token, TokenKind, tokens};
pub use types::type_text;

/// What is named at a place, where something is: a name counts up to its end.
pub fn mention_at(view: &View<'_>, file: FileId, offset: u32) -> Option<Mention> {
    let found = mentions_in(view, file);
    found.into_iter().find(|m| m.span.start <= offset && offset <= m.span.end)
}

/// Where the thing that is named at a place is declared.
pub fn definition(view: &View<'_>, file: FileId, offset: u32) -> Option<Span> {
    let symbol = mention_at(view, file, offset)?.symbol;
    let declared = mentions(view).into_iter().find(|m| m.declares && m.symbol == symbol);
    declared.map(|m| m.span).or_else(|| describe::place(view, symbol))
}

/// All places that name the thing that is named at a place, in order.
pub fn references(view: &View<'_>, file: FileId, offset: u32, declarations: bool) -> Vec<Span> {
    let Some(symbol) = mention_at(view, file, offset).map(|m| m.symbol) else { return Vec::new() };
    let wanted = |m: &Mention| m.symbol == symbol && (declarations || !m.declares);
    mentions(view).into_iter().filter(wanted).map(|m| m.span).collect()
}
