//! Names in tests: of sources, metrics and dimensions, in the headers of tables, and members
//! in their cells.

use super::Symbol;
use super::mentions::{Scope, Walker};
use crate::check::SourceId;
use crate::syntax::ast::{Ask, Cell, Expectation, ExpectationKind, Given, Path, Test, TestItem, TestTable};

impl Walker<'_, '_> {
    pub fn test(&mut self, test: &Test) {
        for item in &test.items {
            match item {
                TestItem::AsOf(..) => {}
                TestItem::Set { parameter, value, .. } => {
                    self.things(std::slice::from_ref(parameter));
                    self.expr(value, Scope::Constant, None);
                }
                TestItem::Given(given) => self.given(given),
                TestItem::Expect(expectation) => self.expectation(expectation),
            }
        }
    }

    fn given(&mut self, given: &Given) {
        let first = &given.name.parts[0];
        self.every(given.every.as_ref());
        self.things(&given.by);
        match (self.lookup.source(&first.name), given.name.parts.len()) {
            (Some(source), 1) if given.every.is_none() => {
                self.add(first.span, Symbol::Source(source), false);
                self.rows(source, &given.table);
            }
            _ => {
                self.metric_name(&given.name);
                self.header(&given.table);
            }
        }
    }

    fn expectation(&mut self, expectation: &Expectation) {
        match &expectation.kind {
            ExpectationKind::Values(ask, table) => {
                self.ask(ask);
                self.header(table);
            }
            ExpectationKind::State { metric, filter, .. } => {
                self.metric_name(metric);
                filter.iter().for_each(|filter| self.expr(filter, Scope::Query, None));
            }
        }
    }

    fn ask(&mut self, ask: &Ask) {
        ask.metrics.iter().for_each(|metric| self.metric_name(metric));
        self.every(ask.every.as_ref());
        self.things(&ask.by);
        ask.filter.iter().chain(&ask.having).for_each(|filter| self.expr(filter, Scope::Query, None));
    }

    fn every(&mut self, grain: Option<&Path>) {
        grain.into_iter().for_each(|grain| self.calendar(grain));
    }

    /// `win_rate`, `win_rate.v1`
    pub fn metric_name(&mut self, path: &Path) {
        let first = &path.parts[0];
        let current = self.lookup.thing(&first.name);
        let version = path.parts.get(1).and_then(|version| self.lookup.version(&first.name, &version.name));
        self.add(first.span, version.map(Symbol::Metric).or(current), false);
    }

    /// The columns of a source, and members below them.
    fn rows(&mut self, source: SourceId, table: &TestTable) {
        let plain = |cell: &&Cell| !cell.quoted && !cell.text.is_empty();
        for (at, head) in table.header.cells.iter().enumerate() {
            let Some(symbol) = self.lookup.item(source, &head.text) else { continue };
            if plain(&head) {
                self.add(head.span, symbol, false);
            }
            let Some(members) = self.lookup.enumeration(symbol) else { continue };
            for cell in table.rows.iter().filter_map(|row| row.cells.get(at)).filter(plain) {
                self.add(cell.span, self.lookup.member(members, &cell.text), false);
            }
        }
    }

    /// Metrics and dimensions.
    fn header(&mut self, table: &TestTable) {
        for head in table.header.cells.iter().filter(|cell| !cell.quoted) {
            let (name, version) = head.text.split_once('.').unwrap_or((&head.text, ""));
            let symbol = match version {
                "" => self.lookup.thing(name),
                version => self.lookup.version(name, version).map(Symbol::Metric),
            };
            let end = head.span.start + name.len() as u32;
            self.add(crate::text::Span { end, ..head.span }, symbol, false);
        }
    }
}
