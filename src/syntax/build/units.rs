//! `USD/month`, `decimal(12, 2)`, `one of (…)`: what may stand behind a `:`.

use pest::iterators::Pair;

use super::{Builder, next};
use crate::syntax::ast::{Ident, Member, TypeExpr, UnitExpr, UnitName};
use crate::syntax::grammar::Rule;
use crate::syntax::problems::Syntax;

impl Builder<'_> {
    /// Of a pair `declared_unit`: `: UNIT`.
    pub(super) fn declared_unit(&mut self, pair: Pair<Rule>) -> UnitExpr {
        self.unit(next(&mut pair.into_inner(), Rule::unit))
    }

    pub(super) fn unit(&mut self, pair: Pair<Rule>) -> UnitExpr {
        let span = self.span(&pair);
        let mut unit = UnitExpr { over: Vec::new(), under: Vec::new(), span };
        let mut below = false;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::unit_operator => below = part.as_str() == "/",
                Rule::unit_name if below => unit.under.push(self.unit_name(part)),
                Rule::unit_name => unit.over.push(self.unit_name(part)),
                _ => {}
            }
        }
        unit
    }

    fn unit_name(&mut self, pair: Pair<Rule>) -> UnitName {
        let mut inner = pair.into_inner();
        let name: Ident = self.next_ident(&mut inner);
        let scale = inner.find(|pair| pair.as_rule() == Rule::integer).map(|scale| self.integer(&scale));
        UnitName { name, scale }
    }

    pub(super) fn data_type(&mut self, pair: Pair<Rule>) -> TypeExpr {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::one_of => {
                let members = pair.into_inner().filter(|pair| pair.as_rule() == Rule::member);
                TypeExpr::OneOf(members.map(|member| self.member(member)).collect(), span)
            }
            Rule::decimal => {
                let mut inner = pair.into_inner();
                let precision = self.integer(&next(&mut inner, Rule::integer));
                let scale = self.integer(&next(&mut inner, Rule::integer));
                TypeExpr::Decimal { precision, scale, span }
            }
            _ => TypeExpr::Unit(self.unit(pair)),
        }
    }

    fn member(&mut self, pair: Pair<Rule>) -> Member {
        let mut inner = pair.into_inner();
        let name = self.next_ident(&mut inner);
        let raw = inner.find(|pair| pair.as_rule() == Rule::string).map(|raw| self.text(&raw));
        Member { name, raw }
    }

    /// Of a pair `integer`.
    pub(super) fn integer(&mut self, pair: &Pair<Rule>) -> u32 {
        pair.as_str().parse().unwrap_or_else(|_| {
            self.bad_number("a smaller number", pair);
            0
        })
    }

    pub(super) fn bad_number(&mut self, expected: &str, pair: &Pair<Rule>) {
        self.problems.push(Syntax {
            expected: expected.to_owned(),
            found: format!("`{}`", pair.as_str()),
            help: None,
            fix: None,
            label: "",
            span: self.token_span(pair),
        });
    }
}
