//! Sources and their items.

use pest::iterators::Pair;

use super::{Builder, next, next_if};
use crate::syntax::ast::{
    Column, Computed, Expect, ExpectKind, From, Ident, Link, LinkTime, Measure, Source, SourceItem, Text,
};
use crate::syntax::grammar::Rule;
use crate::text::Span;

/// `source NAME "Label" from "…"`
pub struct SourceHead {
    pub docs: Option<String>,
    pub name: Ident,
    pub label: Option<Text>,
    pub from: Option<From>,
}

impl Builder<'_> {
    pub fn source(&mut self, pair: Pair<Rule>) -> Source {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let head = self.source_head(next(&mut inner, Rule::source_head));
        let items = inner.filter(|item| !matches!(item.as_rule(), Rule::open | Rule::close));
        let items = items.map(|item| self.source_item(item)).collect();
        Source { docs: head.docs, name: head.name, label: head.label, from: head.from, items, span }
    }

    pub fn source_head(&mut self, pair: Pair<Rule>) -> SourceHead {
        let span = self.token_span(&pair);
        let docs = self.docs_of(span);
        let mut inner = pair.into_inner();
        let name = self.next_ident(&mut inner);
        let label = next_if(&mut inner, Rule::string).map(|label| self.text(&label));
        let from = next_if(&mut inner, Rule::from).map(|from| self.from(from));
        SourceHead { docs, name, label, from }
    }

    fn from(&mut self, pair: Pair<Rule>) -> From {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        next(&mut inner, Rule::kw_from);
        let format = next_if(&mut inner, Rule::ident).map(|format| self.ident(&format));
        let path = self.next_text(&mut inner);
        let delimiter = inner.next().map(|delimiter| self.next_text(&mut delimiter.into_inner()));
        From { format, path, delimiter, span }
    }

    pub fn source_item(&mut self, pair: Pair<Rule>) -> SourceItem {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut inner = pair.into_inner();
        match rule {
            Rule::where_item => SourceItem::Where(self.next_expression(&mut inner), span),
            Rule::named_item => {
                let name = self.next_ident(&mut inner);
                self.named_item(name, next_content(&mut inner), span)
            }
            Rule::measure => SourceItem::Measure(self.measure_content(inner, span)),
            Rule::expect => SourceItem::Expect(self.expect_content(inner, span)),
            Rule::key => SourceItem::Key(self.different_idents(inner), span),
            Rule::time => {
                let column = self.next_ident(&mut inner);
                let by = inner.find(|pair| pair.as_rule() == Rule::ident).map(|by| self.ident(&by));
                SourceItem::Time { column, by, span }
            }
            Rule::valid => {
                let (from, to) = (self.next_ident(&mut inner), self.next_ident(&mut inner));
                let ends = [&from, &to].map(|ident| (ident.name.clone(), ident.span));
                self.report_named_twice(ends.into_iter());
                SourceItem::Valid { from, to, span }
            }
            Rule::snapshot => SourceItem::Snapshot(self.next_ident(&mut inner), span),
            // `keep`, the only one left
            _ => match inner.find(|pair| pair.as_rule() == Rule::ident) {
                Some(column) => SourceItem::KeepLatest(self.ident(&column), span),
                None => SourceItem::KeepDistinct(span),
            },
        }
    }

    fn named_item(&mut self, name: Ident, content: Pair<Rule>, span: Span) -> SourceItem {
        let docs = self.docs_of(span);
        let rule = content.as_rule();
        let mut inner = content.into_inner();
        match rule {
            Rule::column => {
                next(&mut inner, Rule::colon);
                let ty = self.data_type(next_content(&mut inner));
                let optional = next_if(&mut inner, Rule::optional).is_some();
                let from = inner.next().map(|raw| self.next_text(&mut raw.into_inner()));
                SourceItem::Column(Column { docs, name, ty, optional, from, span })
            }
            Rule::computed => {
                let value = self.next_expression(&mut inner);
                SourceItem::Computed(Computed { docs, name, value, span })
            }
            // `link`, the only one left
            _ => {
                let target = self.next_ident(&mut inner);
                let via = next_if(&mut inner, Rule::link_via).map(|via| self.idents(via.into_inner()));
                let time = inner.next().map(|time| self.link_time(time));
                SourceItem::Link(Link { docs, name, target, via: via.unwrap_or_default(), time, span })
            }
        }
    }

    fn link_time(&mut self, pair: Pair<Rule>) -> LinkTime {
        let at = pair.as_rule() == Rule::link_at;
        let mut inner = pair.into_inner();
        let column = self.next_ident(&mut inner);
        if at {
            return LinkTime::At(column);
        }
        let within =
            inner.find(|pair| pair.as_rule() == Rule::expression).map(|limit| self.expression(limit));
        LinkTime::LatestBefore { column, within }
    }

    pub(super) fn measure(&mut self, pair: Pair<Rule>) -> Measure {
        let span = self.span(&pair);
        self.measure_content(pair.into_inner(), span)
    }

    fn measure_content(&mut self, mut inner: pest::iterators::Pairs<Rule>, span: Span) -> Measure {
        let docs = self.docs_of(span);
        let name = self.next_ident(&mut inner);
        let label = next_if(&mut inner, Rule::string).map(|label| self.text(&label));
        let unit = next_if(&mut inner, Rule::declared_unit).map(|unit| self.declared_unit(unit));
        let value = self.next_expression(&mut inner);
        Measure { docs, name, label, unit, value, span }
    }

    pub(super) fn expect(&mut self, pair: Pair<Rule>) -> Expect {
        let span = self.span(&pair);
        self.expect_content(pair.into_inner(), span)
    }

    fn expect_content(&mut self, mut inner: pest::iterators::Pairs<Rule>, span: Span) -> Expect {
        next(&mut inner, Rule::kw_expect);
        let content = next_content(&mut inner);
        let kind = match content.as_rule() {
            Rule::unique => ExpectKind::Unique(self.different_idents(content.into_inner())),
            Rule::fresh => ExpectKind::Fresh(self.next_expression(&mut content.into_inner())),
            _ => ExpectKind::Holds(self.expression(content)),
        };
        let warn = inner.any(|pair| pair.as_rule() == Rule::kw_warn);
        Expect { kind, warn, span }
    }
}

fn next_content<'i>(pairs: &mut pest::iterators::Pairs<'i, Rule>) -> Pair<'i, Rule> {
    pairs.next().expect("the grammar has something here")
}
