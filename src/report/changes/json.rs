//! Changes for machines: one JSON object, its shape numbered by `version`.

use serde_json::{Map, Value as Json, json};

use super::Compared;
use crate::diff::{Change, Detail, Diff};

pub fn render(diff: &Diff, compared: &Compared) -> String {
    let users: Map<String, Json> = diff
        .users
        .iter()
        .map(|(metric, users)| {
            let all = json!({
                "metrics": users.metrics,
                "scorecards": users.scorecards,
                "consumers": users.consumers,
            });
            (metric.clone(), all)
        })
        .collect();
    let counts = &diff.unchanged;
    let object = json!({
        "version": 1,
        "before": compared.before,
        "after": compared.after,
        "class": diff.class.map(|c| c.name()),
        "changes": diff.changes.iter().map(change).collect::<Vec<_>>(),
        "users": users,
        "unchanged": {
            "metrics": counts.metrics,
            "dimensions": counts.dimensions,
            "parameters": counts.parameters,
            "sources": counts.sources,
            "scorecards": counts.scorecards,
        },
    });
    format!("{object:#}\n")
}

fn change(change: &Change) -> Json {
    let detail = |d: &Detail| json!({ "what": d.what, "before": some(&d.before), "after": some(&d.after) });
    json!({
        "class": change.class.name(),
        "code": change.code,
        "kind": change.subject.kind.word(),
        "name": change.subject.name,
        "metric_version": change.subject.version,
        "details": change.details.iter().map(detail).collect::<Vec<_>>(),
        "through": change.through,
        "file": change.place.as_ref().map(|p| p.path.clone()),
        "line": change.place.as_ref().map(|p| p.line),
    })
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
