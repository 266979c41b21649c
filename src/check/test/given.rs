//! `given SOURCE table`: its columns are stored ones, its cells readable as what they are.

use std::collections::HashMap;

use super::{cells, metric, question, table};
use crate::check::checker::Checker;
use crate::check::problems::{BadCell, OutOfPlace};
use crate::check::scope::path_text;
use crate::check::{
    ColumnId, ColumnKind, Given, GivenRow, GivenValues, SourceId, SourceKind, TestCase, Type, Written,
    WrittenColumn, suggest,
};
use crate::model::{DuplicateName, GivenTwice, Item, Thing};
use crate::syntax::ast;
use crate::text::Span;
use crate::values::Reason;

pub(super) fn check(checker: &mut Checker<'_>, test: &mut TestCase, ast: &ast::Given) {
    let source = match (&ast.name.parts[..], &ast.every) {
        ([name], None) => checker.model.find_source(&name.name),
        _ => None,
    };
    if let Some(source) = source {
        test.given.extend(rows(checker, source, ast, test));
        return;
    }
    let is_metric = matches!(checker.model.find(&ast.name.parts[0].name), Some(Thing::Metric(_)));
    if is_metric || ast.every.is_some() || ast.name.parts.len() > 1 {
        let values = values(checker, ast);
        let first =
            values.iter().find_map(|v| test.given_values.iter().find(|first| first.metric == v.metric));
        match first.map(|first| first.span) {
            Some(first) => {
                let what = path_text(&ast.name.parts);
                checker.report(GivenTwice { what: &what, second: ast.name.span, first });
            }
            None => test.given_values.extend(values),
        }
    } else {
        suggest::unknown_source(checker, &ast.name.parts[0]);
    }
}

// ---------------------------------------------------------------- rows

fn rows(checker: &mut Checker<'_>, id: SourceId, ast: &ast::Given, test: &TestCase) -> Option<Given> {
    let name = &ast.name.parts[0];
    if let SourceKind::Rollup(rollup) = &checker.out.source(id).kind {
        let what = format!("the rollup `{}`", name.name);
        let base = checker.out.source(rollup.base).name.clone();
        let help = format!("its rows are computed: give rows of `{base}`");
        checker.report(OutOfPlace { what, place: "in `given`", span: name.span, help, fix: None });
        return None;
    }
    if let Some(first) = test.given.iter().find(|given| given.source == id) {
        checker.report(GivenTwice { what: &name.name, second: name.span, first: first.name_span });
        return None;
    }
    let header = &ast.table.header;
    let columns: Vec<Option<ColumnId>> = header.cells.iter().map(|cell| column(checker, id, cell)).collect();
    duplicates(checker, &header.cells);
    let rows = ast.table.rows.iter().map(|row| {
        let cells = row.cells.iter().zip(&columns).filter_map(|(cell, column)| {
            let value = column.map(|column| cells::given(checker, id, column, cell));
            value.map(Option::flatten)
        });
        GivenRow { cells: cells.collect(), span: row.span }
    });
    let rows = rows.collect();
    Some(Given {
        source: id,
        columns: columns.into_iter().flatten().collect(),
        rows,
        name_span: name.span,
        header_span: header.span,
    })
}

/// A stored column by its name in a header.
fn column(checker: &mut Checker<'_>, id: SourceId, cell: &ast::Cell) -> Option<ColumnId> {
    let name = ast::Ident { name: cell.text.clone(), span: cell.span };
    let (what, help) = match checker.model.source(id).find(&cell.text) {
        Some(Item::Column(column)) => match &checker.out.source(id).columns[column.index()].kind {
            ColumnKind::Stored { .. } => return Some(column),
            _ if checker.out.source(id).columns[column.index()].ty == Type::Error => return None,
            _ => ("the computed column", "give the columns that it is computed from".to_string()),
        },
        Some(Item::Link(link)) => {
            let source = checker.out.source(id);
            let via = source.links[link.index()].via.iter().map(|c| source.columns[c.index()].name.as_str());
            let via = via.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            ("the link", format!("give the columns that it follows: {via}"))
        }
        Some(Item::Measure(_)) => ("the measure", "give the columns that it is computed from".to_string()),
        None => {
            suggest::unknown_column(checker, id, &name);
            return None;
        }
    };
    let what = format!("{what} `{}`", cell.text);
    checker.report(OutOfPlace { what, place: "in `given`", span: cell.span, help, fix: None });
    None
}

pub(super) fn duplicates(checker: &mut Checker<'_>, header: &[ast::Cell]) {
    for (at, second) in header.iter().enumerate() {
        if let Some(first) = header[..at].iter().find(|first| first.text == second.text) {
            let (what, name) = ("a column", second.text.as_str());
            let (second, first) = (second.span, first.span);
            checker.report(DuplicateName { what, name, second, first, free_version: None });
        }
    }
}

// ---------------------------------------------------------------- values

/// `given win_rate every month`
fn values(checker: &mut Checker<'_>, ast: &ast::Given) -> Option<GivenValues> {
    let metric = metric(checker, &ast.name);
    let grain = match &ast.every {
        Some(every) => Some(question::grain(checker, every)?),
        None => None,
    };
    let by = question::dimensions(checker, &ast.by)?;
    let (metrics, ids) = ([path_text(&ast.name.parts)], [metric?]);
    let shape = table::Shape { metrics: &metrics, ids: &ids, grain: grain.as_ref(), by: &by };
    let table = table::check(checker, &shape, &ast.table)?;
    given_once(checker, &table, &ast.table);
    Some(GivenValues { metric: ids[0], grain, by, table, span: ast.name.span })
}

/// One value for each period and member, and no `immature`, which is not a value.
fn given_once(checker: &mut Checker<'_>, table: &Written, ast: &ast::TestTable) {
    let mut firsts: HashMap<Vec<&str>, Span> = HashMap::new();
    for (row, of) in table.rows.iter().zip(&ast.rows) {
        let cells = table.columns.iter().zip(&row.cells).zip(&of.cells);
        let mut key = Vec::new();
        for ((column, cell), ast) in cells {
            match column {
                WrittenColumn::Metric(_) if cell.text == "immature" && !cell.quoted => {
                    let reason = Reason::new("cannot be given")
                        .help("give the rows of its sources instead, so that it is not known yet");
                    let (what, of) = ("`immature`".to_string(), "the metric".to_string());
                    checker.report(BadCell { what, of, reason, span: ast.span });
                }
                WrittenColumn::Metric(_) => {}
                _ => key.push(cell.text.as_str()),
            }
        }
        match firsts.get(&key) {
            Some(first) => {
                let what = if key.is_empty() { "the value".to_string() } else { key.join(", ") };
                checker.report(GivenTwice { what: &what, second: of.span, first: *first });
            }
            None => _ = firsts.insert(key, of.span),
        }
    }
}
