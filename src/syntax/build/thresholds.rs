//! What a metric is held against: targets, benchmarks and rules.

use pest::iterators::{Pair, Pairs};

use super::{Builder, next, next_if, report_duplicates};
use crate::syntax::ast::{
    AttributeKind, Breach, BreachKind, Clear, ExprKind, Goal, Limit, Path, Since, Threshold, Thresholds,
};
use crate::syntax::grammar::Rule;
use crate::syntax::lexer::Lexer;
use crate::syntax::problems::{AttributeBehindRule, BadPeriods, DuplicateAttribute};
use crate::text::Span;

/// `thresholds win_rate.v2`
pub struct ThresholdsHead {
    pub docs: Option<String>,
    pub metric: Path,
}

impl Builder<'_> {
    pub fn thresholds(&mut self, pair: Pair<Rule>) -> Thresholds {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let ThresholdsHead { docs, metric } = self.thresholds_head(next(&mut inner, Rule::thresholds_head));
        let items = inner.filter(|pair| !matches!(pair.as_rule(), Rule::open | Rule::close));
        let items: Vec<_> = items.map(|item| self.attribute(item)).collect();
        report_duplicates("thresholds", &items, self.problems);
        Thresholds { docs, metric, items, span }
    }

    pub fn thresholds_head(&mut self, pair: Pair<Rule>) -> ThresholdsHead {
        let docs = self.docs_of(self.token_span(&pair));
        let metric = self.path(&next(&mut pair.into_inner(), Rule::path));
        ThresholdsHead { docs, metric }
    }

    /// `target …`, `benchmark …`
    pub(super) fn goal(&mut self, mut inner: Pairs<Rule>) -> Goal {
        let text = text(inner.clone(), |rule| !matches!(rule, Rule::kw_target | Rule::kw_benchmark));
        let value = self.limit(next(&mut inner, Rule::limit));
        let mut goal = Goal { value, until: None, filter: None, source: None, text };
        let parts = Parts::new(inner, "goal", self);
        for part in parts.all {
            match part.as_rule() {
                Rule::by_date => {
                    let date = part.into_inner().find(|pair| pair.as_rule() != Rule::kw_by);
                    goal.until = date.and_then(|date| self.date(&date));
                }
                Rule::where_part => goal.filter = Some(self.next_expression(&mut part.into_inner())),
                _ => goal.source = Some(self.next_text(&mut part.into_inner())),
            }
        }
        goal
    }

    /// `warn …`, `critical …`; `column`: where it begins on its line, if it does.
    pub(super) fn threshold(&mut self, mut inner: Pairs<Rule>, column: Option<usize>) -> AttributeKind {
        let text =
            text(inner.clone(), |rule| !matches!(rule, Rule::kw_severity | Rule::playbook | Rule::owner));
        let severity = self.ident(&next(&mut inner, Rule::kw_severity));
        let breach = inner.next().expect("the grammar has a breach here");
        let breach = self.breach(breach);
        let mut rule = Threshold {
            severity,
            breach,
            for_periods: None,
            clear: None,
            by: Vec::new(),
            filter: None,
            playbook: None,
            owner: None,
            text,
        };
        let parts = Parts::new(inner, "rule", self);
        for part in parts.all {
            self.report_behind_rule(&part, column);
            match part.as_rule() {
                Rule::for_part => rule.for_periods = self.for_part(part),
                Rule::clear => rule.clear = Some(self.clear(part)),
                Rule::by => rule.by = self.different_idents(part.into_inner()),
                Rule::where_part => rule.filter = Some(self.next_expression(&mut part.into_inner())),
                Rule::playbook => rule.playbook = Some(self.next_text(&mut part.into_inner())),
                _ => rule.owner = Some(self.next_text(&mut part.into_inner())),
            }
        }
        AttributeKind::Threshold(Box::new(rule))
    }

    /// `target 5 by region`: a goal has no such part, and the attribute is not of it.
    pub(super) fn report_behind_goals<'i>(&mut self, attributes: impl Iterator<Item = Pair<'i, Rule>>) {
        let attributes: Vec<Pair<Rule>> = attributes.collect();
        for pair in attributes.windows(2) {
            let (goal, next) = (&pair[0], &pair[1]);
            let word = match next.as_rule() {
                Rule::by => "by",
                Rule::playbook => "playbook",
                Rule::owner => "owner",
                _ => continue,
            };
            let goals = [Rule::target, Rule::benchmark, Rule::only_when, Rule::missing_is];
            let between = &goal.get_input()[goal.as_span().end()..next.as_span().start()];
            if goals.contains(&goal.as_rule()) && !between.contains('\n') {
                let span = self.span(next);
                self.problems.push(AttributeBehindRule { word, goal: true, span });
            }
        }
    }

    /// A part that stands where an attribute would: on a line of its own, below the rule.
    fn report_behind_rule(&mut self, part: &Pair<Rule>, rule: Option<usize>) {
        let word = match part.as_rule() {
            Rule::by => "by",
            Rule::playbook => "playbook",
            Rule::owner => "owner",
            _ => return,
        };
        if rule.zip(column(part)).is_some_and(|(rule, part)| part <= rule) {
            self.problems.push(AttributeBehindRule { word, goal: false, span: self.span(part) });
        }
    }

    fn breach(&mut self, pair: Pair<Rule>) -> Breach {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut inner = pair.into_inner();
        let kind = match rule {
            Rule::below_breach => BreachKind::Below(self.next_limit(&mut inner)),
            Rule::above_breach => BreachKind::Above(self.next_limit(&mut inner)),
            Rule::outside => BreachKind::Outside(self.next_limit(&mut inner), self.next_limit(&mut inner)),
            Rule::deviation => {
                let written = next(&mut inner, Rule::number);
                let factor = self.number(&written).filter(|factor| !factor.percent);
                if factor.is_none() {
                    self.bad_number("how many deviations, such as `3`", &written);
                }
                BreachKind::Deviation { factor, last: self.periods(next(&mut inner, Rule::periods), 2) }
            }
            Rule::moved => {
                let down = next(&mut inner, Rule::direction).as_str() == "down";
                let by = self.next_limit(&mut inner);
                let since = inner.find(|pair| matches!(pair.as_rule(), Rule::quantity | Rule::ident));
                let since = since.expect("the grammar has one of them here");
                let from = match since.as_rule() {
                    Rule::ident => Since::Word(self.ident(&since)),
                    _ => Since::Length(self.quantity(since)),
                };
                BreachKind::Moved { down, by, from }
            }
            // `when`, the only one left
            _ => BreachKind::When(self.next_expression(&mut inner)),
        };
        Breach { kind, span }
    }

    fn clear(&mut self, pair: Pair<Rule>) -> Clear {
        let span = self.span(&pair);
        let mut inner = pair.into_inner().filter(|pair| pair.as_rule() != Rule::kw_clear);
        let breach = inner.next().expect("the grammar has a breach here");
        let breach = self.breach(breach);
        let for_periods = inner.next().and_then(|part| self.for_part(part));
        Clear { breach, for_periods, span }
    }

    fn next_limit(&mut self, pairs: &mut Pairs<Rule>) -> Limit {
        self.limit(next(pairs, Rule::limit))
    }

    fn limit(&mut self, pair: Pair<Rule>) -> Limit {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let value = self.next_expression(&mut inner);
        let unit = next_if(&mut inner, Rule::limit_unit);
        let unit = unit.map(|unit| self.unit(next(&mut unit.into_inner(), Rule::unit)));
        let of = inner.next().map(|of| self.next_ident(&mut of.into_inner()));
        Limit { value, unit, of, span }
    }

    fn for_part(&mut self, pair: Pair<Rule>) -> Option<(u32, Span)> {
        let periods = next(&mut pair.into_inner(), Rule::periods);
        let span = self.span(&periods);
        self.periods(periods, 1).map(|count| (count, span))
    }

    /// `2 periods`: a whole number from `least` on, and no length of time.
    fn periods(&mut self, pair: Pair<Rule>, least: u32) -> Option<u32> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let amount = self.quantity(next(&mut inner, Rule::quantity));
        let (number, length) = match *amount.kind {
            ExprKind::Number(number) => (number, false),
            ExprKind::Duration { amount, .. } => (amount, true),
            _ => return None,
        };
        let count = if number.percent { None } else { number.digits.parse().ok().filter(|n| *n >= least) };
        if length || inner.next().is_none() || count.is_none() {
            self.problems.push(BadPeriods { count, length, least, span });
            return None;
        }
        count
    }
}

/// The parts behind a breach or a value, each kind once; a second one is reported.
struct Parts<'i> {
    all: Vec<Pair<'i, Rule>>,
}

impl<'i> Parts<'i> {
    fn new(pairs: Pairs<'i, Rule>, of: &'static str, builder: &mut Builder) -> Parts<'i> {
        let mut all: Vec<Pair<Rule>> = Vec::new();
        for pair in pairs {
            match all.iter().find(|first| first.as_rule() == pair.as_rule()) {
                Some(first) => {
                    let (first, second) = (builder.span(first), builder.span(&pair));
                    let word = part_word(pair.as_rule());
                    builder.problems.push(DuplicateAttribute { of, word, first, second });
                }
                None => all.push(pair),
            }
        }
        Parts { all }
    }
}

fn part_word(rule: Rule) -> &'static str {
    match rule {
        Rule::for_part => "for",
        Rule::clear => "clear",
        Rule::by | Rule::by_date => "by",
        Rule::where_part => "where",
        Rule::playbook => "playbook",
        Rule::from_source => "source",
        _ => "owner",
    }
}

/// Where a pair begins on its line, if only white space stands before it there.
pub(super) fn column(pair: &Pair<Rule>) -> Option<usize> {
    let start = pair.as_span().start();
    let before = &pair.get_input()[..start];
    let line = before.rsplit('\n').next().unwrap_or_default();
    (line.len() < before.len() && line.trim().is_empty()).then_some(line.len())
}

/// The pairs that are wanted as they are written, on one line and without comments.
fn text(pairs: Pairs<Rule>, wanted: impl Fn(Rule) -> bool) -> String {
    let all = pairs.filter(|pair| wanted(pair.as_rule())).map(|pair| one_line(pair.as_str()));
    all.collect::<Vec<_>>().join(" ")
}

pub(super) fn one_line(written: &str) -> String {
    let mut out = String::new();
    let mut end = 0;
    for token in Lexer::new(written, 0).filter(|token| !token.is_comment()) {
        if token.start > end && !out.is_empty() {
            out.push(' ');
        }
        out.push_str(token.text(written));
        end = token.end;
    }
    out
}
