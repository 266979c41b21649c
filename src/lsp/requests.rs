//! One function a request: from its parameters through `ide` to its answer.

use std::io::Write;
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;
use lsp_server::ErrorCode;
use lsp_types as lsp;
use lsp_types::request::Request;
use serde_json::{Value, json};

use super::convert;
use super::files::{Location, Workspace};
use super::position::{offset, position, range};
use super::server::{Answer, Server, parse};
use super::uri;
use crate::bump;
use crate::check::{CheckedModel, MetricId};
use crate::diagnostic::{Edit, Severity};
use crate::fingerprint::{lock, meaning};
use crate::format;
use crate::ide;
use crate::project;
use crate::report::last_run;
use crate::text::{SourceFile, Sources, Span};

pub fn answer<W: Write>(server: &mut Server<W>, method: &str, params: Value) -> Answer {
    match method {
        lsp::request::Completion::METHOD => completion(server, parse(params)?),
        lsp::request::HoverRequest::METHOD => hover(server, parse(params)?),
        lsp::request::GotoDefinition::METHOD => definition(server, parse(params)?),
        lsp::request::References::METHOD => references(server, parse(params)?),
        lsp::request::DocumentHighlightRequest::METHOD => highlights(server, parse(params)?),
        lsp::request::PrepareRenameRequest::METHOD => prepare_rename(server, parse(params)?),
        lsp::request::Rename::METHOD => rename(server, parse(params)?),
        lsp::request::DocumentSymbolRequest::METHOD => document_symbols(server, parse(params)?),
        lsp::request::WorkspaceSymbolRequest::METHOD => workspace_symbols(server, parse(params)?),
        lsp::request::Formatting::METHOD => formatting(server, parse(params)?),
        lsp::request::RangeFormatting::METHOD => range_formatting(server, parse(params)?),
        lsp::request::CodeActionRequest::METHOD => code_actions(server, parse(params)?),
        lsp::request::InlayHintRequest::METHOD => inlay_hints(server, parse(params)?),
        lsp::request::SemanticTokensFullRequest::METHOD => semantic_tokens(server, parse(params)?),
        lsp::request::FoldingRangeRequest::METHOD => folding_ranges(server, parse(params)?),
        _ => Err((ErrorCode::MethodNotFound, format!("`{method}` is not known here"))),
    }
}

/// A file that is asked about, and its project.
struct Place<'s> {
    workspace: &'s mut Workspace,
    location: Location,
}

impl Place<'_> {
    fn file(&self) -> &SourceFile {
        self.workspace.project.sources().get(self.location.file)
    }

    fn offset(&self, position: lsp::Position) -> u32 {
        offset(self.file(), position)
    }
}

fn place<'s, W: Write>(
    server: &'s mut Server<W>,
    document: &lsp::TextDocumentIdentifier,
) -> Result<Place<'s>, (ErrorCode, String)> {
    let unknown = || (ErrorCode::InvalidParams, format!("{} is not known here", document.uri.as_str()));
    let path = uri::path(&document.uri).ok_or_else(unknown)?;
    let location = server.workspaces.locate(&path).ok_or_else(unknown)?;
    let workspace = server.workspaces.get(&location).ok_or_else(unknown)?;
    Ok(Place { workspace, location })
}

fn completion<W: Write>(server: &mut Server<W>, params: lsp::CompletionParams) -> Answer {
    let abilities = server.abilities;
    let at = params.text_document_position;
    let place = place(server, &at.text_document)?;
    let here = place.offset(at.position);
    let view = place.workspace.project.view();
    let file = view.sources.get(place.location.file);
    let items = ide::complete(&view, file.id, here).into_iter().enumerate();
    let items = items.map(|(rank, item)| convert::completion(file, item, rank, abilities));
    Ok(json!({ "isIncomplete": false, "items": items.collect::<Vec<_>>() }))
}

fn hover<W: Write>(server: &mut Server<W>, params: lsp::HoverParams) -> Answer {
    let at = params.text_document_position_params;
    let place = place(server, &at.text_document)?;
    let here = place.offset(at.position);
    let view = place.workspace.project.view();
    let Some(found) = ide::hover(&view, place.location.file, here) else { return Ok(Value::Null) };
    let last = found.metric.and_then(|id| last_value(&place.workspace.root, view.model, id));
    let text = found.text + &last.map(|line| format!("\n\n{line}")).unwrap_or_default();
    let value = json!({ "kind": "markdown", "value": text });
    Ok(json!({ "contents": value, "range": range(view.sources.get(place.location.file), found.span) }))
}

/// What the metric was when `kepi run` last kept its value.
fn last_value(root: &Path, model: &CheckedModel, id: MetricId) -> Option<String> {
    let path = format!("{}/{}", last_run::FOLDER, last_run::FILE);
    let known = last_run::parse(&project::beside(root, &path)?);
    let metric = model.metric(id);
    let last = known.get(&format!("{}.v{}", metric.name, metric.version))?;
    Some(last_run::line(last, &meaning(model, id).to_string()))
}

fn definition<W: Write>(server: &mut Server<W>, params: lsp::GotoDefinitionParams) -> Answer {
    let at = params.text_document_position_params;
    let place = place(server, &at.text_document)?;
    let here = place.offset(at.position);
    let found = ide::definition(&place.workspace.project.view(), place.location.file, here);
    Ok(json!(found.and_then(|span| location(place.workspace, span))))
}

fn references<W: Write>(server: &mut Server<W>, params: lsp::ReferenceParams) -> Answer {
    let at = params.text_document_position;
    let place = place(server, &at.text_document)?;
    let here = place.offset(at.position);
    let declarations = params.context.include_declaration;
    let found = ide::references(&place.workspace.project.view(), place.location.file, here, declarations);
    Ok(json!(found.into_iter().filter_map(|span| location(place.workspace, span)).collect::<Vec<_>>()))
}

fn highlights<W: Write>(server: &mut Server<W>, params: lsp::DocumentHighlightParams) -> Answer {
    let at = params.text_document_position_params;
    let place = place(server, &at.text_document)?;
    let here = place.offset(at.position);
    let found = ide::references(&place.workspace.project.view(), place.location.file, here, true);
    let here = found.into_iter().filter(|span| span.file == place.location.file);
    let found = here.map(|span| json!({ "range": range(place.file(), span) })).collect::<Vec<_>>();
    Ok(json!(found))
}

fn location(workspace: &Workspace, span: Span) -> Option<lsp::Location> {
    let file = workspace.project.sources().get(span.file);
    Some(lsp::Location { uri: uri::uri(&workspace.path(&file.path))?, range: range(file, span) })
}

fn prepare_rename<W: Write>(server: &mut Server<W>, at: lsp::TextDocumentPositionParams) -> Answer {
    let place = place(server, &at.text_document)?;
    let here = place.offset(at.position);
    let found = ide::prepare_rename(&place.workspace.project.view(), place.location.file, here);
    let (span, name) = found.map_err(refused)?;
    Ok(json!({ "range": range(place.file(), span), "placeholder": name }))
}

fn rename<W: Write>(server: &mut Server<W>, params: lsp::RenameParams) -> Answer {
    let at = params.text_document_position;
    let place = place(server, &at.text_document)?;
    let here = place.offset(at.position);
    let view = place.workspace.project.view();
    let renaming = ide::rename(&view, place.location.file, here, params.new_name.trim()).map_err(refused)?;
    Ok(json!(convert::workspace_edit(place.workspace, &renaming.edits)))
}

fn refused(why: String) -> (ErrorCode, String) {
    (ErrorCode::RequestFailed, why)
}

fn document_symbols<W: Write>(server: &mut Server<W>, params: lsp::DocumentSymbolParams) -> Answer {
    let place = place(server, &params.text_document)?;
    let view = place.workspace.project.view();
    let file = view.sources.get(place.location.file);
    let symbols = ide::document_symbols(&view, file.id).into_iter();
    Ok(json!(symbols.map(|symbol| convert::document_symbol(file, symbol)).collect::<Vec<_>>()))
}

fn workspace_symbols<W: Write>(server: &mut Server<W>, params: lsp::WorkspaceSymbolParams) -> Answer {
    let mut found = Vec::new();
    for workspace in server.workspaces.all.values_mut() {
        let symbols = ide::workspace_symbols(&workspace.project.view(), &params.query);
        found.extend(symbols.into_iter().filter_map(|symbol| {
            let place = location(workspace, symbol.name_span)?;
            Some(json!({
                "name": symbol.name,
                "kind": convert::symbol_kind(symbol.kind),
                "location": place,
                "containerName": symbol.of,
            }))
        }));
    }
    Ok(json!(found))
}

fn formatting<W: Write>(server: &mut Server<W>, params: lsp::DocumentFormattingParams) -> Answer {
    let place = place(server, &params.text_document)?;
    let edits = formatted(place.file());
    Ok(json!(edits.iter().map(|edit| convert::text_edit(place.file(), edit)).collect::<Vec<_>>()))
}

/// The changes of the whole that touch the range.
fn range_formatting<W: Write>(server: &mut Server<W>, params: lsp::DocumentRangeFormattingParams) -> Answer {
    let place = place(server, &params.text_document)?;
    let (start, end) = (place.offset(params.range.start), place.offset(params.range.end));
    let edits =
        formatted(place.file()).into_iter().filter(|edit| edit.span.start <= end && start <= edit.span.end);
    Ok(json!(edits.map(|edit| convert::text_edit(place.file(), &edit)).collect::<Vec<_>>()))
}

fn formatted(file: &SourceFile) -> Vec<Edit> {
    format::format(file).map(|text| ide::line_edits(file, &text)).unwrap_or_default()
}

fn code_actions<W: Write>(server: &mut Server<W>, params: lsp::CodeActionParams) -> Answer {
    let place = place(server, &params.text_document)?;
    let (start, end) = (place.offset(params.range.start), place.offset(params.range.end));
    let view = place.workspace.project.view();
    let touches = |span: Span| span.file == place.location.file && span.start <= end && start <= span.end;
    let found = view.problems.iter().filter(|problem| {
        problem.labels.iter().take(1).any(|label| touches(label.span))
            || problem.fix.as_ref().is_some_and(|fix| touches(fix.span))
    });
    let found: Vec<_> = found.filter_map(|problem| Some((problem.clone(), problem.fix.clone()?))).collect();
    let actions = found.into_iter().map(|(problem, fix)| {
        let workspace = &*place.workspace;
        let path = |shown: &str| workspace.path(shown);
        let told = convert::diagnostic(&problem, workspace.project.sources(), &path);
        let written = workspace.project.sources().get(fix.span.file).slice(fix.span);
        json!({
            "title": title(written, &fix.replacement),
            "kind": "quickfix",
            "isPreferred": true,
            "diagnostics": [told],
            "edit": convert::workspace_edit(workspace, &[fix]),
        })
    });
    let mut actions: Vec<Value> = actions.collect();
    let today = server.today;
    let mut place = self::place(server, &params.text_document)?;
    actions.extend(bump_action(&mut place, start, end, today()));
    Ok(json!(actions))
}

/// A new version of the metric whose name is there, as `kepi bump` makes it.
fn bump_action(place: &mut Place<'_>, start: u32, end: u32, today: Date) -> Option<Value> {
    let file = place.location.file;
    let root = place.workspace.root.clone();
    let view = place.workspace.project.view();
    let named = |m: &&crate::check::Metric| {
        let name = m.name_span;
        name.file == file && m.span.start <= end && start <= name.end
    };
    let id = MetricId(view.model.metrics.iter().position(|m| named(&m))? as u32);
    if view.problems.iter().any(|problem| problem.severity == Severity::Error) {
        return None;
    }
    let lock = project::beside(&root, lock::FILE).map(|text| {
        let mut sources = Sources::default();
        let id = sources.add(lock::FILE, text);
        lock::parse(sources.get(id))
    });
    if lock.as_ref().is_some_and(|(_, problems)| problems.has_errors()) {
        return None;
    }
    let lock = lock.map(|(lock, _)| lock);
    let until = today.saturating_add(3.months());
    let bumped = bump::bump(&root, view.sources, view.model, id, lock.as_ref(), until).ok()?;
    let edits = ide::line_edits(view.sources.get(file), &bumped.text);
    let name = &view.model.metric(id).name;
    let title = match bumped.edited {
        false => format!("bump version: `{name}` v{} beside v{}", bumped.new, bumped.version),
        true => format!(
            "bump version: what was edited is `{name}` v{}, beside v{} as it is recorded",
            bumped.new, bumped.version
        ),
    };
    Some(json!({
        "title": title,
        "kind": "refactor.rewrite",
        "edit": convert::workspace_edit(place.workspace, &edits),
    }))
}

fn title(written: &str, replacement: &str) -> String {
    match (written.trim(), replacement.trim()) {
        ("", new) => format!("add `{new}`"),
        (old, "") => format!("remove `{old}`"),
        (_, new) => format!("write `{new}`"),
    }
}

fn inlay_hints<W: Write>(server: &mut Server<W>, params: lsp::InlayHintParams) -> Answer {
    let place = place(server, &params.text_document)?;
    let (start, end) = (place.offset(params.range.start), place.offset(params.range.end));
    let view = place.workspace.project.view();
    let file = view.sources.get(place.location.file);
    let hints =
        ide::hints(&view, file.id).into_iter().filter(|hint| start <= hint.offset && hint.offset <= end);
    let hints = hints.map(|hint| {
        json!({ "position": position(file, hint.offset), "label": hint.text, "kind": 1, "paddingLeft": true })
    });
    Ok(json!(hints.collect::<Vec<_>>()))
}

fn semantic_tokens<W: Write>(server: &mut Server<W>, params: lsp::SemanticTokensParams) -> Answer {
    let place = place(server, &params.text_document)?;
    let view = place.workspace.project.view();
    let file = view.sources.get(place.location.file);
    let data = convert::tokens(file, &ide::tokens(&view, file.id));
    Ok(json!(lsp::SemanticTokens { result_id: None, data }))
}

fn folding_ranges<W: Write>(server: &mut Server<W>, params: lsp::FoldingRangeParams) -> Answer {
    let place = place(server, &params.text_document)?;
    let view = place.workspace.project.view();
    let file = view.sources.get(place.location.file);
    let folds = ide::folds(&view, file.id).into_iter().map(|fold| {
        let lines = range(file, fold.span);
        // the line of the closing bracket stays
        let end = if fold.comment { lines.end.line } else { lines.end.line.saturating_sub(1) };
        let kind = fold.comment.then_some("comment");
        json!({ "startLine": lines.start.line, "endLine": end, "kind": kind })
    });
    Ok(json!(folds.collect::<Vec<_>>()))
}
