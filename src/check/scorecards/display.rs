//! Scorecards as text, with what was understood.

use super::super::{CheckedModel, Scorecard, expression};

/// A line for `kepi debug`, with what was understood.
pub fn display(model: &CheckedModel, card: &Scorecard) -> String {
    let metrics = card.metrics.iter().map(|id| {
        let metric = model.metric(*id);
        if metric.current { metric.name.clone() } else { format!("{}.v{}", metric.name, metric.version) }
    });
    let mut text = format!("scorecard {} = {}", card.name, metrics.collect::<Vec<_>>().join(", "));
    text += &card.every.iter().map(|every| format!(" every {every}")).collect::<String>();
    text += &card.last.iter().map(|last| format!(" last {last}")).collect::<String>();
    for id in &card.by {
        text += &format!(" by {}", model.dimension(*id).name);
    }
    text += &card.filter.iter().map(|e| format!(" where {}", expression(model, e))).collect::<String>();
    text += &card.having.iter().map(|e| format!(" having {}", expression(model, e))).collect::<String>();
    text += &card.from.iter().map(|day| format!(" from {day}")).collect::<String>();
    text += &card.to.iter().map(|day| format!(" to before {day}")).collect::<String>();
    if !card.compare.is_empty() {
        text += &format!(" compare {:?}", card.compare);
    }
    text + "\n"
}
