//! Messages for machines: one JSON object, its shape numbered by `version`. Lines
//! and columns count from 1, columns in characters; `end_column` is the one after.

use serde_json::{Value as Json, json};

use super::of_data::{self, OfData};
use super::pages::page;
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::{Sources, Span};

pub fn render(list: &[Diagnostic], sources: &Sources, data: Option<&OfData>) -> String {
    let diagnostics: Vec<Json> = list.iter().map(|d| one(d, sources)).collect();
    let count = |severity| list.iter().filter(|d| d.severity == severity).count();
    let mut object = json!({
        "version": 1,
        "files": sources.iter().count(),
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "diagnostics": diagnostics,
    });
    if let Some(found) = data {
        object["data"] = of_data::json(found);
    }
    format!("{object:#}\n")
}

fn one(diagnostic: &Diagnostic, sources: &Sources) -> Json {
    let mut object = json!({
        "name": diagnostic.name,
        "severity": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": diagnostic.message,
    });
    if !diagnostic.labels.is_empty() {
        put_place(&mut object, diagnostic.span(), sources);
    }
    let labels = diagnostic.labels.iter().map(|label| {
        let mut object = json!({ "text": label.text });
        put_place(&mut object, label.span, sources);
        object
    });
    object["labels"] = labels.collect();
    object["help"] = json!(diagnostic.help);
    object["fix"] = match &diagnostic.fix {
        Some(edit) => {
            let mut object = json!({ "replacement": edit.replacement });
            put_place(&mut object, edit.span, sources);
            object
        }
        None => Json::Null,
    };
    object["page"] = json!(page(diagnostic.name).map(|_| format!("docs/messages/{}.md", diagnostic.name)));
    object
}

fn put_place(object: &mut Json, span: Span, sources: &Sources) {
    let file = sources.get(span.file);
    let (start, end) = (file.place(span.start), file.place(span.end));
    object["file"] = json!(file.path);
    object["line"] = json!(start.line);
    object["column"] = json!(start.column);
    object["end_line"] = json!(end.line);
    object["end_column"] = json!(end.column);
}
