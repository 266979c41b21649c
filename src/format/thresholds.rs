//! Thresholds and scorecards as blocks: a rule on one line where that fits, its parts in
//! one order.

use super::blocks::{named, names};
use super::expressions::{flat, layout, pad, path, unit};
use super::lines::{Body, Element};
use super::{Formatter, WIDTH};
use crate::syntax::ast::{
    Breach, BreachKind, Consumer, Goal, Limit, Scorecard, ScorecardItem, ScorecardItemKind, Since, Text,
    Threshold, Thresholds,
};
use crate::text::Span;

/// Where the second cell of a rule begins, behind `critical`; that of a scorecard's item, behind
/// `metrics`, is one less.
const COLUMN: usize = 11;

impl Formatter<'_> {
    pub fn thresholds(&self, thresholds: &Thresholds) -> Option<Body> {
        let items = thresholds.items.iter().map(|item| self.attribute(item)).collect();
        self.block(&format!("thresholds {}", path(&thresholds.metric)), thresholds.span, items)
    }

    pub fn scorecard(&self, scorecard: &Scorecard) -> Option<Body> {
        let items = scorecard.items.iter().map(|item| self.scorecard_item(item)).collect();
        let head = named("scorecard", &scorecard.name, self.label(&scorecard.label));
        self.block(&head, scorecard.span, items)
    }

    /// On one line where that fits.
    pub fn consumer(&self, consumer: &Consumer) -> Body {
        let mut parts = vec![format!("metrics {}", filled(consumer.metrics.iter().map(path).collect()))];
        if !consumer.by.is_empty() {
            parts.push(format!("by {}", names(&consumer.by)));
        }
        parts.extend(consumer.owner.iter().map(|owner| format!("owner {}", self.quoted(owner))));
        let head = format!("consumer {}", self.quoted(&consumer.name));
        let line = format!("{head} {{ {} }}", parts.join(" "));
        if !line.contains('\n') && line.chars().count() <= super::WIDTH {
            return Body::Lines(line);
        }
        Body::Lines(format!("{head} {{\n  {}\n}}", parts.join("\n  ")))
    }

    fn scorecard_item(&self, item: &ScorecardItem) -> Element {
        let (word, rest) = match &item.kind {
            ScorecardItemKind::Metrics(metrics) => ("metrics", filled(metrics.iter().map(path).collect())),
            ScorecardItemKind::Every { grain, last } => {
                let last = last.map(|(last, _)| format!(" last {last}")).unwrap_or_default();
                ("every", format!("{}{last}", path(grain)))
            }
            ScorecardItemKind::By(dimensions) => ("by", names(dimensions)),
            ScorecardItemKind::Where { condition, .. } => ("where", layout(self.file, condition, 2, COLUMN)),
            ScorecardItemKind::Having(condition) => ("having", layout(self.file, condition, 2, COLUMN)),
            ScorecardItemKind::From { from, to } => {
                let to = to.iter().map(|to| format!(" to {}", to.name)).collect::<String>();
                ("from", format!("{}{to}", from.name))
            }
            ScorecardItemKind::Compare(all) => ("compare", names(all)),
            ScorecardItemKind::Owner(text) => ("owner", self.quoted(text)),
            ScorecardItemKind::Roles(roles) => ("roles", names(roles)),
            ScorecardItemKind::Tags(tags) => ("tags", names(tags)),
        };
        self.keyword(item.span, word, rest)
    }

    /// Of a target or benchmark, behind its keyword.
    pub fn goal(&self, goal: &Goal) -> String {
        let mut parts = vec![self.limit(&goal.value)];
        parts.extend(goal.until.map(|(date, _)| format!("by {date}")));
        parts.extend(goal.filter.iter().map(|filter| format!("where {}", flat(self.file, filter))));
        parts.extend(goal.source.iter().map(|source| format!("source {}", self.quoted(source))));
        broken(parts)
    }

    /// Of a rule, behind its severity.
    pub fn threshold(&self, rule: &Threshold) -> String {
        let mut parts = vec![self.breach(&rule.breach)];
        parts.extend(for_periods(rule.for_periods));
        parts.extend(rule.clear.as_ref().map(|clear| {
            let duration = for_periods(clear.for_periods).map(|text| format!(" {text}"));
            format!("clear {}{}", self.breach(&clear.breach), duration.unwrap_or_default())
        }));
        if !rule.by.is_empty() {
            parts.push(format!("by {}", names(&rule.by)));
        }
        parts.extend(rule.filter.iter().map(|filter| format!("where {}", flat(self.file, filter))));
        parts.extend(rule.playbook.iter().map(|text| format!("playbook {}", self.quoted(text))));
        parts.extend(rule.owner.iter().map(|text| format!("owner {}", self.quoted(text))));
        broken(parts)
    }

    fn breach(&self, breach: &Breach) -> String {
        match &breach.kind {
            BreachKind::Below(limit) => format!("below {}", self.limit(limit)),
            BreachKind::Above(limit) => format!("above {}", self.limit(limit)),
            BreachKind::Outside(low, high) => format!("outside {} to {}", self.limit(low), self.limit(high)),
            BreachKind::Moved { down, by, from } => {
                let from = match from {
                    Since::Word(word) => word.name.clone(),
                    Since::Length(length) => flat(self.file, length),
                };
                format!("{} {} from prior {from}", if *down { "down" } else { "up" }, self.limit(by))
            }
            BreachKind::When(condition) => format!("when {}", layout(self.file, condition, 2, COLUMN + 5)),
            // Numbers and words, as they are written.
            BreachKind::Deviation { .. } => super::expressions::written(self.file, breach.span),
        }
    }

    fn limit(&self, limit: &Limit) -> String {
        let mut text = flat(self.file, &limit.value);
        text += &limit.unit.as_ref().map(|written| format!(" {}", unit(written))).unwrap_or_default();
        text + &limit.of.as_ref().map(|of| format!(" of {}", of.name)).unwrap_or_default()
    }

    fn quoted(&self, text: &Text) -> String {
        self.file.slice(text.span).to_owned()
    }
}

fn for_periods(count: Option<(u32, Span)>) -> Option<String> {
    count.map(|(count, _)| format!("for {count} {}", if count == 1 { "period" } else { "periods" }))
}

/// On one line, or each part that does not fit on a line of its own.
fn broken(parts: Vec<String>) -> String {
    filling(parts, " ", COLUMN)
}

fn filled(names: Vec<String>) -> String {
    filling(names, ", ", COLUMN - 1)
}

fn filling(parts: Vec<String>, between: &str, start: usize) -> String {
    let mut out = String::new();
    let mut column = start;
    for part in parts {
        let width = part.chars().count() + between.len();
        if !out.is_empty() && column + width > WIDTH {
            out += between.trim_end();
            out += &format!("\n{}", pad(start));
            column = start;
        } else if !out.is_empty() {
            out += between;
        }
        out += &part;
        column += width;
    }
    out
}
