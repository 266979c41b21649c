//! What may stand at a place. What is being written rarely parses, so the place is found in
//! the words before it, from the beginning of the declaration on.

mod asked;
mod context;
mod items;
mod places;

use super::{Project, View};
use crate::text::{FileId, Span};
use context::Context;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    Keyword,
    Source,
    Column,
    Link,
    Measure,
    Member,
    Dimension,
    Metric,
    Parameter,
    Let,
    Function,
    Unit,
    Grain,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub label: String,
    pub kind: CompletionKind,
    /// Its unit, type or label.
    pub detail: String,
    /// Markdown.
    pub docs: String,
    /// What is written; the label unless it says otherwise.
    pub insert: String,
    /// With `$1` … where the author goes on, for editors that know that.
    pub snippet: Option<String>,
    /// The word under the cursor, which it takes the place of.
    pub replaces: Span,
    pub deprecated: bool,
}

/// In the order in which they are likely; nothing in comments and texts.
pub fn complete(view: &View<'_>, file: FileId, offset: u32) -> Vec<Completion> {
    let text = &view.sources.get(file).text;
    let Some(context) = Context::new(text, offset as usize) else { return Vec::new() };
    let replaces = Span::new(file, context.word_start, offset as usize);
    let mut project = Project::default();
    let without = is_lost(view, &context).then(|| {
        project = view.with_text(file, &without_item(&context, offset as usize));
        project.view()
    });
    let view = without.as_ref().unwrap_or(view);
    let mut items = items::Items::new(view, replaces);
    places::fill(&context, &mut items);
    items.finish()
}

/// Whether the source that is being written does not parse, so that nothing is known of it.
fn is_lost(view: &View<'_>, context: &Context<'_>) -> bool {
    let source = matches!(context.keyword(), "source" | "rollup");
    source && context.in_block() && view.model.find_source(context.name()).is_none()
}

/// The text with blanks in place of the item that is being written, up to the end of its line.
fn without_item(context: &Context<'_>, offset: usize) -> String {
    let start = context.item_start().and_then(|at| context.before.get(at)).map(|token| token.start);
    let start = start
        .filter(|start| *start < context.word_start && !context.begins_item())
        .unwrap_or(context.word_start);
    let rest = &context.text[offset..];
    let end = offset + rest.find(['\n', '}']).unwrap_or(rest.len());
    let blank: String =
        context.text[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
    [&context.text[..start], &blank, &context.text[end..]].concat()
}
