//! Names in what metrics are held against, and in scorecards.

use super::Symbol;
use super::mentions::{Lets, Scope, Walker};
use crate::syntax::ast::{
    Attribute, AttributeKind, Breach, BreachKind, Consumer, Expr, Goal, Limit, Scorecard, ScorecardItemKind,
    Threshold, Thresholds,
};

impl Walker<'_, '_> {
    pub fn thresholds(&mut self, thresholds: &Thresholds) {
        self.metric_name(&thresholds.metric);
        let none = Lets { metric: None, names: Vec::new() };
        for item in &thresholds.items {
            self.held_against(item, &none);
        }
    }

    /// An attribute that is a target, a rule, or says when to judge; others name nothing here.
    pub fn held_against(&mut self, attribute: &Attribute, lets: &Lets<'_>) {
        match &attribute.kind {
            AttributeKind::Target(goal) | AttributeKind::Benchmark(goal) => self.goal(goal, lets),
            AttributeKind::Threshold(threshold) => self.threshold(threshold, lets),
            AttributeKind::OnlyWhen(condition) => self.expr(condition, Scope::Metric(lets), None),
            _ => {}
        }
    }

    fn goal(&mut self, goal: &Goal, lets: &Lets<'_>) {
        self.limit(&goal.value, lets);
        self.filter(goal.filter.as_ref());
    }

    fn threshold(&mut self, threshold: &Threshold, lets: &Lets<'_>) {
        self.breach(&threshold.breach, lets);
        threshold.clear.iter().for_each(|clear| self.breach(&clear.breach, lets));
        self.things(&threshold.by);
        self.filter(threshold.filter.as_ref());
    }

    fn breach(&mut self, breach: &Breach, lets: &Lets<'_>) {
        match &breach.kind {
            BreachKind::Below(limit) | BreachKind::Above(limit) => self.limit(limit, lets),
            BreachKind::Outside(low, high) => {
                self.limit(low, lets);
                self.limit(high, lets);
            }
            BreachKind::Deviation { .. } => {}
            BreachKind::Moved { by, .. } => self.limit(by, lets),
            BreachKind::When(condition) => self.expr(condition, Scope::Metric(lets), None),
        }
    }

    fn limit(&mut self, limit: &Limit, lets: &Lets<'_>) {
        self.expr(&limit.value, Scope::Metric(lets), None);
        self.unit(limit.unit.as_ref());
    }

    /// Over dimensions.
    fn filter(&mut self, filter: Option<&Expr>) {
        filter.into_iter().for_each(|filter| self.expr(filter, Scope::Query, None));
    }

    pub fn consumer(&mut self, consumer: &Consumer) {
        consumer.metrics.iter().for_each(|path| self.metric_name(path));
        self.things(&consumer.by);
    }

    pub fn scorecard(&mut self, scorecard: &Scorecard) {
        let scorecards = &self.lookup.model.scorecards;
        let index = scorecards.iter().position(|other| other.name == scorecard.name.name);
        self.add(scorecard.name.span, index.map(Symbol::Scorecard), true);
        for item in &scorecard.items {
            match &item.kind {
                ScorecardItemKind::Metrics(metrics) => metrics.iter().for_each(|path| self.metric_name(path)),
                ScorecardItemKind::Every { grain, .. } => self.calendar(grain),
                ScorecardItemKind::By(names) => self.things(names),
                ScorecardItemKind::Where { condition, .. } | ScorecardItemKind::Having(condition) => {
                    self.filter(Some(condition));
                }
                _ => {}
            }
        }
    }
}
