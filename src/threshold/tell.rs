//! What people are told beside the numbers: what a metric is, where a rule stands, which
//! command shows it again.

use std::collections::BTreeSet;

use super::outcome::{Definition, Member, Place, Rule, Severity};
use super::questions::Card;
use crate::check::{
    self, CheckedModel, DimensionId, Expr, ExprKind, MetricId, SourceId, SourceKind, Style, Type,
};
use crate::query::{Request, heading};
use crate::table::Value;
use crate::text::{Sources, Span};

pub struct Teller<'a> {
    pub model: &'a CheckedModel,
    pub sources: &'a Sources,
    /// What every command that shows something again ends with: `--as-of 2026-06-30`.
    pub flags: &'a str,
}

impl Teller<'_> {
    pub fn definition(&self, id: MetricId) -> Definition {
        let metric = self.model.metric(id);
        let attributes = &metric.attributes;
        Definition {
            name: metric.name.clone(),
            version: metric.version,
            label: metric.label.clone().unwrap_or_else(|| heading(&metric.name)),
            docs: metric.docs.clone(),
            formula: self.written(metric.value.span),
            unit: unit(&metric.show.style, &metric.value.ty),
            show: metric.show.clone(),
            better: attributes.better,
            tier: attributes.tier,
            roles: attributes.roles.clone(),
            tags: attributes.tags.clone(),
            owner: attributes.owner.clone(),
            playbook: attributes.playbook.clone(),
            place: self.place(metric.name_span),
            lineage: self.lineage(id),
        }
    }

    pub fn rule(&self, metric: MetricId, rule: &check::Rule) -> Rule {
        let told = self.told(metric, rule.severity, &rule.text, rule.span);
        Rule {
            owner: rule.owner.clone().or(told.owner),
            playbook: rule.playbook.clone().or(told.playbook),
            ..told
        }
    }

    /// `missing warn`
    pub fn missing(&self, metric: MetricId, severity: Severity) -> Rule {
        let text = format!("missing {}", severity.name());
        self.told(metric, severity, &text, self.model.metric(metric).name_span)
    }

    fn told(&self, metric: MetricId, severity: Severity, text: &str, span: Span) -> Rule {
        let declared = self.model.metric(metric);
        Rule {
            severity,
            text: text.to_string(),
            place: self.place(span),
            owner: declared.attributes.owner.clone(),
            playbook: declared.attributes.playbook.clone(),
            id: format!("{}.v{}/{}/{text}", declared.name, declared.version, severity.name()),
        }
    }

    pub fn place(&self, span: Span) -> Place {
        let file = self.sources.get(span.file);
        let (start, end) = (file.place(span.start), file.place(span.end));
        Place {
            file: file.path.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }

    /// As it stands in its file, on one line.
    pub fn written(&self, span: Span) -> String {
        let text = self.sources.get(span.file).slice(span);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn member(&self, by: &[DimensionId], values: &[Value]) -> Vec<Member> {
        let member = |(id, value): (&DimensionId, &Value)| {
            let dimension = self.model.dimension(*id);
            let label = dimension.label.clone().unwrap_or_else(|| heading(&dimension.name));
            Member { dimension: dimension.name.clone(), label, value: value.clone() }
        };
        by.iter().zip(values).map(member).collect()
    }

    /// Those that the metric's values are made of, through rollups, too.
    pub fn sources(&self, metric: MetricId) -> BTreeSet<SourceId> {
        let mut found = BTreeSet::new();
        self.model.metric(metric).sources.iter().for_each(|source| self.read(*source, &mut found));
        found
    }

    fn read(&self, id: SourceId, found: &mut BTreeSet<SourceId>) {
        if !found.insert(id) {
            return;
        }
        let source = self.model.source(id);
        if let SourceKind::Rollup(rollup) = &source.kind {
            self.read(rollup.base, found);
            for column in &source.columns {
                if let check::ColumnKind::Aggregated(value) = &column.kind {
                    aggregated(value, &mut |source| self.read(source, found));
                }
            }
        }
    }

    /// The metrics, then the sources that it is made of.
    fn lineage(&self, id: MetricId) -> Vec<String> {
        let mut metrics = Vec::new();
        self.named(&self.model.metric(id).value, &mut metrics);
        let sources = self.sources(id).into_iter().map(|s| self.model.source(s).name.clone());
        metrics.into_iter().chain(sources).collect()
    }

    fn named(&self, expr: &Expr, found: &mut Vec<String>) {
        if let ExprKind::Metric(id) = &*expr.kind {
            let name = name(self.model, *id);
            if !found.contains(&name) {
                found.push(name);
                self.named(&self.model.metric(*id).value, found);
            }
        }
        expr.children().into_iter().for_each(|child| self.named(child, found));
    }

    /// `kepi run win_rate --every month --where 'region is "EMEA"'`
    pub fn command(&self, metric: MetricId, request: &Request, card: &Card, member: &[Member]) -> String {
        let mut command = format!("kepi run {}", name(self.model, metric));
        if let Some(grain) = &request.grain {
            command += &format!(" --every {grain}");
        }
        let mut conditions: Vec<String> = card.filter_text.iter().cloned().collect();
        if !member.is_empty() && conditions.first().is_some_and(|c| c.contains(" or ")) {
            conditions = conditions.into_iter().map(|c| format!("({c})")).collect();
        }
        conditions.extend(request.by.iter().zip(member).map(|(id, m)| self.condition(*id, m)));
        if !conditions.is_empty() {
            command += &format!(" --where {}", quoted(&conditions.join(" and ")));
        }
        command + self.flags
    }

    /// `region is "EMEA"`
    fn condition(&self, dimension: DimensionId, member: &Member) -> String {
        let name = &member.dimension;
        match (&member.value, &self.model.dimension(dimension).ty) {
            (Value::NoMember | Value::Missing, _) => format!("{name} is missing"),
            (Value::Text(text), Type::Enum(_)) => format!("{name} is {text}"),
            (Value::Text(text), _) => {
                format!("{name} is \"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
            (Value::Bool(true), _) => name.clone(),
            (Value::Bool(false), _) => format!("not {name}"),
            (Value::Int(n), _) => format!("{name} is {n}"),
            (Value::Date(date), _) => format!("{name} is {date}"),
            (Value::Float(x), _) => format!("{name} is {x}"),
            (Value::Decimal { digits, scale }, _) => {
                let float = *digits as f64 / 10f64.powi(i32::from(*scale));
                format!("{name} is {float}")
            }
            _ => format!("{name} is present"),
        }
    }
}

fn aggregated(expr: &Expr, found: &mut dyn FnMut(SourceId)) {
    if let ExprKind::Aggregate(aggregate) = &*expr.kind {
        found(aggregate.source);
    }
    expr.children().into_iter().for_each(|child| aggregated(child, found));
}

/// As it is asked for: the current version by its bare name.
pub fn name(model: &CheckedModel, id: MetricId) -> String {
    let metric = model.metric(id);
    match metric.current {
        true => metric.name.clone(),
        false => format!("{}.v{}", metric.name, metric.version),
    }
}

/// For a shell, where there is anything that it would read its own way.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,+@%".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_string(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// As it would be declared.
fn unit(style: &Style, ty: &Type) -> String {
    match style {
        Style::Percent => "percent".to_string(),
        Style::Points => "points".to_string(),
        Style::Ratio => "ratio".to_string(),
        Style::Count => "count".to_string(),
        Style::Number => "number".to_string(),
        Style::Unit(unit) => unit.to_string(),
        Style::Value => match ty {
            Type::Date => "date".to_string(),
            Type::Timestamp => "timestamp".to_string(),
            Type::Bool => "bool".to_string(),
            _ => "text".to_string(),
        },
    }
}
