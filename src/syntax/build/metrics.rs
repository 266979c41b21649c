//! Metrics and their attributes.

use pest::iterators::Pair;

use super::thresholds::column;
use super::{Builder, next, next_if};
use crate::diagnostic::Problems;
use crate::syntax::ast::{Attribute, AttributeKind, Expr, Ident, Metric, Text, UnitExpr};
use crate::syntax::grammar::Rule;
use crate::syntax::problems::DuplicateAttribute;
use crate::text::Span;

/// `metric NAME vN "Label" : UNIT = EXPR`
pub struct MetricHead {
    pub docs: Option<String>,
    pub name: Ident,
    pub version: Option<(u32, Span)>,
    pub label: Option<Text>,
    pub unit: Option<UnitExpr>,
    pub value: Expr,
}

impl MetricHead {
    pub fn metric(self, attributes: Vec<Attribute>, span: Span) -> Metric {
        let MetricHead { docs, name, version, label, unit, value } = self;
        Metric { docs, name, version, label, unit, value, attributes, span }
    }
}

impl Builder<'_> {
    pub fn metric(&mut self, pair: Pair<Rule>) -> Metric {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let head = self.metric_head(next(&mut inner, Rule::metric_head));
        let block = inner.next().into_iter().flat_map(Pair::into_inner);
        let attributes = block.filter(|pair| !matches!(pair.as_rule(), Rule::open | Rule::close));
        self.report_behind_goals(attributes.clone());
        let attributes: Vec<Attribute> = attributes.map(|attribute| self.attribute(attribute)).collect();
        report_duplicates("metric", &attributes, self.problems);
        head.metric(attributes, span)
    }

    pub fn metric_head(&mut self, pair: Pair<Rule>) -> MetricHead {
        let span = self.token_span(&pair);
        let docs = self.docs_of(span);
        let mut inner = pair.into_inner();
        let name = self.next_ident(&mut inner);
        let version = next_if(&mut inner, Rule::version).map(|version| self.version(&version));
        let label = next_if(&mut inner, Rule::string).map(|label| self.text(&label));
        let unit = next_if(&mut inner, Rule::declared_unit).map(|unit| self.declared_unit(unit));
        let value = self.next_expression(&mut inner);
        MetricHead { docs, name, version, label, unit, value }
    }

    fn version(&mut self, pair: &Pair<Rule>) -> (u32, Span) {
        let span = self.token_span(pair);
        let number = pair.as_str()[1..].parse().ok().filter(|number| *number > 0);
        if number.is_none() {
            self.bad_number("a version from `v1` on", pair);
        }
        (number.unwrap_or(1), span)
    }

    pub fn attribute(&mut self, pair: Pair<Rule>) -> Attribute {
        let span = self.span(&pair);
        let column = column(&pair);
        let rule = pair.as_rule();
        let mut inner = pair.into_inner();
        let kind = match rule {
            Rule::let_attribute => {
                AttributeKind::Let(self.next_ident(&mut inner), self.next_expression(&mut inner))
            }
            Rule::owner => AttributeKind::Owner(self.next_text(&mut inner)),
            Rule::playbook => AttributeKind::Playbook(self.next_text(&mut inner)),
            Rule::tags => AttributeKind::Tags(self.different_idents(inner)),
            Rule::tier => AttributeKind::Tier(self.next_ident(&mut inner)),
            Rule::roles => AttributeKind::Roles(self.different_idents(inner)),
            Rule::also => {
                let texts = inner.filter(|pair| pair.as_rule() == Rule::string);
                AttributeKind::Also(texts.map(|text| self.text(&text)).collect())
            }
            Rule::label => {
                let language = self.next_ident(&mut inner);
                AttributeKind::Label { language, label: self.next_text(&mut inner) }
            }
            Rule::every => {
                let grain = self.path(&next(&mut inner, Rule::path));
                AttributeKind::Every { grain, only: inner.any(|pair| pair.as_rule() == Rule::only) }
            }
            Rule::by => AttributeKind::By(self.different_idents(inner)),
            Rule::better => AttributeKind::Better(self.next_ident(&mut inner)),
            Rule::show => AttributeKind::Show(self.integer(&next(&mut inner, Rule::integer))),
            Rule::status => AttributeKind::Status(self.next_ident(&mut inner)),
            Rule::target => AttributeKind::Target(self.goal(inner)),
            Rule::benchmark => AttributeKind::Benchmark(self.goal(inner)),
            Rule::threshold => self.threshold(inner, column),
            Rule::only_when => AttributeKind::OnlyWhen(self.next_expression(&mut inner)),
            Rule::missing_is => AttributeKind::MissingIs(self.next_ident(&mut inner)),
            // `deprecated`, the only one left
            _ => {
                let reason = self.next_text(&mut inner);
                let until = inner.find(|pair| pair.as_rule() == Rule::date);
                AttributeKind::Deprecated { reason, until: until.and_then(|until| self.date(&until)) }
            }
        };
        Attribute { kind, span }
    }
}

/// All but `let`, `label` in another language, and what a metric is held against stand once.
pub fn report_duplicates(of: &'static str, attributes: &[Attribute], problems: &mut Problems) {
    for (index, second) in attributes.iter().enumerate() {
        let Some(word) = unique_word(&second.kind) else { continue };
        let first = attributes[..index].iter().find(|first| same_attribute(&first.kind, &second.kind));
        if let Some(first) = first {
            problems.push(DuplicateAttribute { of, word, first: first.span, second: second.span });
        }
    }
}

fn same_attribute(first: &AttributeKind, second: &AttributeKind) -> bool {
    match (first, second) {
        (AttributeKind::Label { language: a, .. }, AttributeKind::Label { language: b, .. }) => {
            a.name == b.name
        }
        _ => unique_word(first) == unique_word(second),
    }
}

fn unique_word(kind: &AttributeKind) -> Option<&'static str> {
    Some(match kind {
        AttributeKind::Let(..)
        | AttributeKind::Target(_)
        | AttributeKind::Benchmark(_)
        | AttributeKind::Threshold(_) => return None,
        AttributeKind::Owner(_) => "owner",
        AttributeKind::Playbook(_) => "playbook",
        AttributeKind::Tags(_) => "tags",
        AttributeKind::Tier(_) => "tier",
        AttributeKind::Roles(_) => "roles",
        AttributeKind::Also(_) => "also",
        AttributeKind::Label { .. } => "label",
        AttributeKind::Every { .. } => "every",
        AttributeKind::By(_) => "by",
        AttributeKind::Better(_) => "better",
        AttributeKind::Show(_) => "show",
        AttributeKind::Status(_) => "status",
        AttributeKind::Deprecated { .. } => "deprecated",
        AttributeKind::OnlyWhen(_) => "only when",
        AttributeKind::MissingIs(_) => "missing",
    })
}
