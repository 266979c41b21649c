//! Tests as nested lists.

use super::declarations::docs_node;
use super::expressions::{expr, names, path};
use super::{Node, atom, list, quoted};
use crate::syntax::ast::{
    Ask, Cell, ExpectationKind, Given, Ident, Path, TableRow, Test, TestItem, TestTable, Text,
};

pub fn test(test: &Test) -> Node {
    let mut nodes = vec![quoted(&test.name.value)];
    nodes.extend(docs_node(&test.docs));
    nodes.extend(test.items.iter().map(item));
    list("test", nodes)
}

fn item(item: &TestItem) -> Node {
    match item {
        TestItem::AsOf(date, _) => list("as_of", date.iter().map(|date| atom(date.to_string()))),
        TestItem::Set { parameter, value, .. } => list("set", [atom(&parameter.name), expr(value)]),
        TestItem::Given(given) => given_node(given),
        TestItem::Expect(expectation) => match &expectation.kind {
            ExpectationKind::Values(ask, table) => list("expect", asked(ask).into_iter().chain(lines(table))),
            ExpectationKind::State { no, severity, metric, period, filter } => {
                let mut nodes: Vec<Node> = no.then(|| atom("no")).into_iter().collect();
                nodes.extend([atom(&severity.name), path(metric)]);
                nodes.extend(period.as_ref().map(|period| stretch("in", period)));
                nodes.extend(filter.as_ref().map(|filter| list("where", [expr(filter)])));
                list("expect", nodes)
            }
        },
    }
}

fn given_node(given: &Given) -> Node {
    let mut nodes = vec![path(&given.name)];
    nodes.extend(every(&given.every));
    nodes.extend(by(&given.by));
    nodes.extend(lines(&given.table));
    list("given", nodes)
}

fn asked(ask: &Ask) -> Vec<Node> {
    let mut nodes: Vec<Node> = ask.metrics.iter().map(path).collect();
    nodes.extend(every(&ask.every));
    nodes.extend(ask.last.map(|(last, _)| list("last", [atom(last.to_string())])));
    nodes.extend(by(&ask.by));
    nodes.extend(ask.filter.as_ref().map(|filter| list("where", [expr(filter)])));
    nodes.extend(ask.having.as_ref().map(|having| list("having", [expr(having)])));
    nodes.extend(ask.from.as_ref().map(|from| stretch("from", from)));
    nodes.extend(ask.to.as_ref().map(|to| stretch("to", to)));
    nodes.extend(ask.as_of.map(|(date, _)| list("as_of", [atom(date.to_string())])));
    nodes
}

fn every(grain: &Option<Path>) -> Option<Node> {
    grain.as_ref().map(|grain| list("every", [path(grain)]))
}

fn by(dimensions: &[Ident]) -> Option<Node> {
    (!dimensions.is_empty()).then(|| list("by", names(dimensions)))
}

fn stretch(word: &str, text: &Text) -> Node {
    list(word, [atom(&text.value)])
}

fn lines(table: &TestTable) -> impl Iterator<Item = Node> {
    std::iter::once(&table.header).chain(&table.rows).map(row)
}

fn row(row: &TableRow) -> Node {
    list("|", row.cells.iter().map(cell))
}

fn cell(cell: &Cell) -> Node {
    if cell.quoted { list("quoted", [quoted(&cell.text)]) } else { quoted(&cell.text) }
}
