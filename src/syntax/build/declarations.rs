//! Rollups, dimensions, parameters and calendars.

use pest::iterators::Pair;

use super::{Builder, next, next_if};
use crate::syntax::ast::{
    Band, Calendar, Computed, Dimension, Ident, Parameter, Path, Rollup, RollupItem, Text,
};
use crate::syntax::grammar::Rule;

/// `rollup NAME "Label" per KEY, period`
pub struct RollupHead {
    pub docs: Option<String>,
    pub name: Ident,
    pub label: Option<Text>,
    pub per: Vec<Path>,
}

impl Builder<'_> {
    pub fn rollup(&mut self, pair: Pair<Rule>) -> Rollup {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let head = self.rollup_head(next(&mut inner, Rule::rollup_head));
        let items = inner.filter(|item| !matches!(item.as_rule(), Rule::open | Rule::close));
        let items = items.map(|item| self.rollup_item(item)).collect();
        Rollup { docs: head.docs, name: head.name, label: head.label, per: head.per, items, span }
    }

    pub fn rollup_head(&mut self, pair: Pair<Rule>) -> RollupHead {
        let span = self.token_span(&pair);
        let docs = self.docs_of(span);
        let mut inner = pair.into_inner();
        let name = self.next_ident(&mut inner);
        let label = next_if(&mut inner, Rule::string).map(|label| self.text(&label));
        RollupHead { docs, name, label, per: self.paths(inner) }
    }

    pub fn rollup_item(&mut self, pair: Pair<Rule>) -> RollupItem {
        match pair.as_rule() {
            Rule::measure => RollupItem::Measure(self.measure(pair)),
            Rule::expect => RollupItem::Expect(self.expect(pair)),
            _ => {
                let span = self.span(&pair);
                let docs = self.docs_of(span);
                let mut inner = pair.into_inner();
                let name = self.next_ident(&mut inner);
                let value = self.next_expression(&mut next(&mut inner, Rule::computed).into_inner());
                RollupItem::Column(Computed { docs, name, value, span })
            }
        }
    }

    pub fn dimension(&mut self, pair: Pair<Rule>) -> Dimension {
        let span = self.span(&pair);
        let docs = self.docs_of(span);
        let mut inner = pair.into_inner();
        let name = self.next_ident(&mut inner);
        let label = next_if(&mut inner, Rule::string).map(|label| self.text(&label));
        let mut dimension = Dimension {
            docs,
            name,
            label,
            values: vec![],
            via: vec![],
            bands: None,
            members_all: false,
            span,
        };
        for part in inner {
            match part.as_rule() {
                Rule::expression => dimension.values.push(self.expression(part)),
                Rule::dimension_via => dimension.via = self.different_paths(part.into_inner()),
                Rule::bands => dimension.bands = Some(self.bands(part)),
                Rule::members_all => dimension.members_all = true,
                _ => {}
            }
        }
        dimension
    }

    fn bands(&mut self, pair: Pair<Rule>) -> Vec<Band> {
        let bands = pair.into_inner().filter(|pair| pair.as_rule() == Rule::band);
        bands.map(|band| self.band(band)).collect()
    }

    fn band(&mut self, pair: Pair<Rule>) -> Band {
        let mut inner = pair.into_inner();
        let name = self.next_ident(&mut inner);
        let below = inner.find(|pair| pair.as_rule() == Rule::expression).map(|limit| self.expression(limit));
        Band { name, below }
    }

    pub fn parameter(&mut self, pair: Pair<Rule>) -> Parameter {
        let span = self.span(&pair);
        let docs = self.docs_of(span);
        let mut inner = pair.into_inner();
        let name = self.next_ident(&mut inner);
        let label = next_if(&mut inner, Rule::string).map(|label| self.text(&label));
        let unit = next_if(&mut inner, Rule::declared_unit).map(|unit| self.declared_unit(unit));
        let value = self.next_expression(&mut inner);
        Parameter { docs, name, label, unit, value, span }
    }

    pub fn calendar(&mut self, pair: Pair<Rule>) -> Calendar {
        let span = self.span(&pair);
        let docs = self.docs_of(span);
        let mut inner = pair.into_inner();
        let name = self.next_ident(&mut inner);
        let pattern = next(&mut inner, Rule::week_pattern);
        let digits = pattern.as_str().as_bytes();
        let weeks = [0, 2, 4].map(|at| digits[at] - b'0');
        let which = self.next_ident(&mut inner);
        let weekday = self.next_ident(&mut inner);
        let month = self.next_ident(&mut inner);
        Calendar { docs, name, weeks, which, weekday, month, span }
    }
}
