//! Scorecards and their items.

use pest::iterators::Pair;

use super::thresholds::one_line;
use super::{Builder, next, next_if};
use crate::diagnostic::Problems;
use crate::syntax::ast::{Consumer, Ident, Scorecard, ScorecardItem, ScorecardItemKind, Text};
use crate::syntax::grammar::Rule;
use crate::syntax::problems::DuplicateAttribute;
use crate::text::Span;

/// `scorecard NAME "Label"`
pub struct ScorecardHead {
    pub docs: Option<String>,
    pub name: Ident,
    pub label: Option<Text>,
}

impl ScorecardHead {
    pub fn scorecard(self, items: Vec<ScorecardItem>, span: Span) -> Scorecard {
        let ScorecardHead { docs, name, label } = self;
        Scorecard { docs, name, label, items, span }
    }
}

impl Builder<'_> {
    pub fn scorecard(&mut self, pair: Pair<Rule>) -> Scorecard {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let head = self.scorecard_head(next(&mut inner, Rule::scorecard_head));
        let items = inner.filter(|pair| !matches!(pair.as_rule(), Rule::open | Rule::close));
        let items: Vec<_> = items.map(|item| self.scorecard_item(item)).collect();
        report_duplicate_items(&items, self.problems);
        head.scorecard(items, span)
    }

    pub fn scorecard_head(&mut self, pair: Pair<Rule>) -> ScorecardHead {
        let span = self.token_span(&pair);
        let docs = self.docs_of(span);
        let mut inner = pair.into_inner();
        let name = self.next_ident(&mut inner);
        let label = next_if(&mut inner, Rule::string).map(|label| self.text(&label));
        ScorecardHead { docs, name, label }
    }

    pub fn scorecard_item(&mut self, pair: Pair<Rule>) -> ScorecardItem {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut inner = pair.into_inner();
        let kind = match rule {
            Rule::metrics => ScorecardItemKind::Metrics(self.different_paths(inner)),
            Rule::every_last => {
                let grain = self.path(&next(&mut inner, Rule::path));
                let last = inner.find(|pair| pair.as_rule() == Rule::integer);
                let last = last.map(|last| (self.integer(&last), self.token_span(&last)));
                ScorecardItemKind::Every { grain, last }
            }
            Rule::by => ScorecardItemKind::By(self.different_idents(inner)),
            Rule::where_item => {
                let condition = next(&mut inner, Rule::expression);
                let text = one_line(condition.as_str());
                ScorecardItemKind::Where { condition: self.expression(condition), text }
            }
            Rule::having => ScorecardItemKind::Having(self.next_expression(&mut inner)),
            Rule::from_to => {
                let mut points = inner.filter(|pair| pair.as_rule() == Rule::range_point);
                let from = points.next().expect("the grammar has one here");
                let to = points.next().map(|to| self.ident(&to));
                ScorecardItemKind::From { from: self.ident(&from), to }
            }
            Rule::compare => {
                let all = inner.filter(|pair| pair.as_rule() == Rule::comparison);
                ScorecardItemKind::Compare(all.map(|pair| self.comparison(&pair)).collect())
            }
            Rule::owner => ScorecardItemKind::Owner(self.next_text(&mut inner)),
            Rule::roles => ScorecardItemKind::Roles(self.different_idents(inner)),
            // `tags`, the only one left
            _ => ScorecardItemKind::Tags(self.different_idents(inner)),
        };
        ScorecardItem { kind, span }
    }

    pub fn consumer(&mut self, pair: Pair<Rule>) -> Consumer {
        let span = self.span(&pair);
        let docs = self.docs_of(span);
        let mut inner = pair.into_inner();
        let name = self.next_text(&mut inner);
        let (mut metrics, mut by, mut owner) = (Vec::new(), Vec::new(), None);
        for part in inner {
            match part.as_rule() {
                Rule::metrics => metrics = self.different_paths(part.into_inner()),
                Rule::by => by = self.different_idents(part.into_inner()),
                Rule::owner => owner = Some(self.next_text(&mut part.into_inner())),
                _ => {}
            }
        }
        Consumer { docs, name, metrics, by, owner, span }
    }

    /// `prior year`, with one blank
    fn comparison(&self, pair: &Pair<Rule>) -> Ident {
        Ident { name: one_line(pair.as_str()), span: self.span(pair) }
    }
}

/// Each item stands once.
pub fn report_duplicate_items(items: &[ScorecardItem], problems: &mut Problems) {
    for (index, second) in items.iter().enumerate() {
        let word = word(&second.kind);
        if let Some(first) = items[..index].iter().find(|first| self::word(&first.kind) == word) {
            let (first, second) = (first.span, second.span);
            problems.push(DuplicateAttribute { of: "scorecard", word, first, second });
        }
    }
}

fn word(kind: &ScorecardItemKind) -> &'static str {
    match kind {
        ScorecardItemKind::Metrics(_) => "metrics",
        ScorecardItemKind::Every { .. } => "every",
        ScorecardItemKind::By(_) => "by",
        ScorecardItemKind::Where { .. } => "where",
        ScorecardItemKind::Having(_) => "having",
        ScorecardItemKind::From { .. } => "from",
        ScorecardItemKind::Compare(_) => "compare",
        ScorecardItemKind::Owner(_) => "owner",
        ScorecardItemKind::Roles(_) => "roles",
        ScorecardItemKind::Tags(_) => "tags",
    }
}
