//! Sources: their columns, keys, dates and links bound by name; then, once columns
//! have types, what the declarations promise about them.

use super::checker::Checker;
use super::infer::{infer, length};
use super::operators::must_be_condition;
use super::problems::{BadDelimiter, KeepWithoutKey, NoTime, OutOfPlace, PeriodInRow, WrongType};
use super::row::RowScope;
use super::scope::error;
use super::{
    BinaryOp, ColumnId, ColumnRef, Expect, ExpectKind, Expr, ExprKind, FileFormat, From, Keep, Measure, Show,
    Source, SourceId, SourceKind, Style, Time, Type, columns, describe, links, rollups, suggest,
};
use crate::model::{self, Item, UnknownWord};
use crate::syntax::ast;

/// All sources with what can be said before any expression is typed.
pub(super) fn declare(checker: &mut Checker<'_>) {
    let model = checker.model;
    for source in &model.sources {
        let declared = one(checker, source);
        checker.out.sources.push(declared);
    }
    for index in 0..model.sources.len() {
        let id = SourceId::from_index(index);
        bind_items(checker, id);
        links::declare(checker, id);
    }
}

fn one(checker: &mut Checker<'_>, source: &model::Source<'_>) -> Source {
    let kind = match &source.rollup {
        Some(rollup) => SourceKind::Rollup(rollups::declare(checker, rollup)),
        None => SourceKind::Stored(source.from.and_then(|f| from(checker, f))),
    };
    let settings = &checker.model.settings;
    let problems = &mut checker.problems;
    Source {
        name: source.name.name.clone(),
        label: source.label.map(|l| l.value.clone()),
        docs: source.docs.map(str::to_string),
        span: source.span,
        kind,
        key: Vec::new(),
        time: None,
        valid: None,
        snapshot: None,
        keep: None,
        filters: Vec::new(),
        columns: source.columns.iter().map(|c| columns::declare(c, settings, problems)).collect(),
        links: Vec::new(),
        measures: source.measures.iter().map(|m| measure(m)).collect(),
        expects: Vec::new(),
        implied: Vec::new(),
    }
}

fn measure(ast: &ast::Measure) -> Measure {
    Measure {
        name: ast.name.name.clone(),
        label: ast.label.as_ref().map(|l| l.value.clone()),
        docs: ast.docs.clone(),
        span: ast.span,
        value: error(ast.value.span),
        show: Show { style: Style::Value, decimals: None },
    }
}

fn from(checker: &mut Checker<'_>, from: &ast::From) -> Option<From> {
    let format = from.format.as_ref().and_then(|word| match word.name.as_str() {
        "csv" => Some(FileFormat::Csv),
        "parquet" => Some(FileFormat::Parquet),
        _ => {
            let known = vec!["csv".to_string(), "parquet".to_string()];
            checker.report(UnknownWord { what: "a file format", found: word, known });
            None
        }
    });
    let delimiter = from.delimiter.as_ref().and_then(|text| match text.value.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(*byte),
        _ => {
            checker.report(BadDelimiter { span: text.span, parquet: false });
            None
        }
    });
    let by_name = from.format.is_none() && from.path.value.to_ascii_lowercase().ends_with(".parquet");
    if let Some(text) = &from.delimiter
        && (by_name || format == Some(FileFormat::Parquet))
    {
        checker.report(BadDelimiter { span: text.span, parquet: true });
    }
    Some(From { format, path: from.path.value.clone(), delimiter })
}

/// `key`, `time`, `valid`, `snapshot`, `keep`: the columns that they name.
fn bind_items(checker: &mut Checker<'_>, id: SourceId) {
    let source = checker.model.source(id);
    let key = source.key.unwrap_or(&[]).iter().filter_map(|c| column(checker, id, c)).collect::<Vec<_>>();
    let time = source.time.and_then(|(name, by)| {
        let column = column(checker, id, name)?;
        let by = by.and_then(|word| grain(checker, word));
        Some(Time { column, by })
    });
    let valid = source.valid.and_then(|(a, b, _)| Some((column(checker, id, a)?, column(checker, id, b)?)));
    let snapshot = source.snapshot.and_then(|c| column(checker, id, c));
    let keep = source.keep.and_then(|keep| match keep {
        model::Keep::Latest(name) => column(checker, id, name).map(Keep::Latest),
        model::Keep::Distinct => Some(Keep::Distinct),
    });
    if let (Some(Keep::Latest(by)), Some(model::Keep::Latest(name))) = (&keep, source.keep) {
        let (what, span) = (format!("`keep latest {}`", name.name), name.span);
        let wrong = match () {
            () if key.contains(by) => Some((
                "by a column of the key",
                "of the rows with one key it is the same in all: name the column that says which is newer, or write `keep distinct`",
            )),
            () if snapshot.is_some() => Some((
                "beside `snapshot`",
                "each picture is complete by itself, and rows of older ones have to stay: leave it out; `keep distinct` keeps one of wholly equal rows",
            )),
            () => None,
        };
        if let Some((place, help)) = wrong {
            checker.report(OutOfPlace { what, place, span, help: help.to_string(), fix: None });
        }
    }
    let rollup_key = |c: &model::Column| matches!(c.kind, model::ColumnKind::Key(_));
    let rollup_time = source.columns.iter().position(|c| matches!(c.kind, model::ColumnKind::PeriodStart));
    let out = &mut checker.out.sources[id.index()];
    (out.key, out.time, out.valid, out.snapshot, out.keep) = (key, time, valid, snapshot, keep);
    if let SourceKind::Rollup(rollup) = &out.kind {
        out.key = (0..source.columns.len())
            .filter(|i| rollup_key(&source.columns[*i]))
            .map(ColumnId::from_index)
            .collect();
        if let (Some(column), super::RollupPeriod::Fixed(grain)) = (rollup_time, &rollup.period) {
            out.time = Some(Time { column: ColumnId::from_index(column), by: Some(grain.clone()) });
        }
    }
}

/// A column of the source by its name; anything else is reported.
pub(super) fn column(checker: &mut Checker<'_>, source: SourceId, name: &ast::Ident) -> Option<ColumnId> {
    match checker.model.source(source).find(&name.name) {
        Some(Item::Column(column)) => {
            checker.used.columns.insert((source, column));
            Some(column)
        }
        _ => {
            suggest::unknown_column(checker, source, name);
            None
        }
    }
}

fn grain(checker: &mut Checker<'_>, word: &ast::Ident) -> Option<crate::calendar::Grain> {
    let found = super::grain::by_name(&checker.out, std::slice::from_ref(word));
    if found.is_none() {
        let known = super::grain::names(&checker.out);
        checker.report(UnknownWord { what: "a grain", found: word, known });
    }
    found
}

/// Types everything in every source.
pub(super) fn check(checker: &mut Checker<'_>) {
    let model = checker.model;
    for (index, source) in model.sources.iter().enumerate() {
        let id = SourceId::from_index(index);
        rollups::bind_key(checker, id);
        for (i, column) in source.columns.iter().enumerate() {
            checker.column_type(id, ColumnId::from_index(i), column.span);
        }
    }
    for (index, source) in model.sources.iter().enumerate() {
        let id = SourceId::from_index(index);
        promised_types(checker, id, source);
        promised_rows(checker, id, source);
        links::check(checker, id);
        conditions(checker, id, source);
        for (i, measure) in source.measures.iter().enumerate() {
            checker.measure_type(id, super::MeasureId::from_index(i), measure.name.span);
        }
    }
}

/// `time`, `valid` and `snapshot` need dates.
fn promised_types(checker: &mut Checker<'_>, id: SourceId, source: &model::Source<'_>) {
    let out = checker.out.source(id);
    let time = source.time.map(|(name, _)| ("`time`", name)).zip(out.time.as_ref().map(|t| t.column));
    let from = source.valid.map(|(a, _, _)| ("`valid`", a)).zip(out.valid.map(|v| v.0));
    let to = source.valid.map(|(_, b, _)| ("`valid`", b)).zip(out.valid.map(|v| v.1));
    let snapshot = source.snapshot.map(|s| ("`snapshot`", s)).zip(out.snapshot);
    for ((place, name), column) in [time, from, to, snapshot].into_iter().flatten() {
        let column = &checker.out.source(id).columns[column.index()];
        if !matches!(column.ty, Type::Date | Type::Timestamp | Type::Error) {
            let found = describe::type_name(&column.ty);
            let (place, span) = (place.to_string(), name.span);
            checker.report(WrongType { place, wanted: "a date", found, span, help: None });
        }
    }
}

/// `keep latest` needs a key, both ends of `valid` one type.
fn promised_rows(checker: &mut Checker<'_>, id: SourceId, source: &model::Source<'_>) {
    if let (Some(model::Keep::Latest(name)), None) = (source.keep, source.key) {
        checker.report(KeepWithoutKey { source: source.name.name.clone(), span: name.span });
    }
    if let (Some((from, until)), Some((_, to, span))) = (checker.out.source(id).valid, source.valid) {
        let columns = &checker.out.source(id).columns;
        let (a, b) = (&columns[from.index()].ty, &columns[until.index()].ty);
        if a == b && matches!(a, Type::Date | Type::Timestamp) {
            let end = |column: ColumnId| {
                let column = ColumnRef { links: Vec::new(), source: id, column };
                Expr::new(ExprKind::Column(column), a.clone(), span)
            };
            let condition = ExprKind::Binary(BinaryOp::LessEq, end(from), end(until));
            let kind = ExpectKind::Holds(Expr::new(condition, Type::Bool, span));
            checker.out.sources[id.index()].implied.push(Expect { kind, warn: true, span });
            return;
        }
        if matches!((a, b), (Type::Date, Type::Timestamp) | (Type::Timestamp, Type::Date)) {
            let (place, wanted) = ("the end of `valid`".to_string(), "the type of its start");
            let found = describe::type_name(b);
            checker.report(WrongType { place, wanted, found, span: to.span, help: None });
        }
    }
}

fn conditions(checker: &mut Checker<'_>, id: SourceId, source: &model::Source<'_>) {
    for filter in &source.filters {
        let mut scope = RowScope::new(checker, id);
        let filter = infer(&mut scope, filter, None);
        let filter = must_be_condition(&mut scope, filter, "`where`");
        no_period(checker, &filter, "the `where` of a source");
        checker.out.sources[id.index()].filters.push(filter);
    }
    for expect in &source.expects {
        if source.rollup.is_some() {
            let (what, span) = ("`expect`".to_string(), expect.span);
            let help = "its rows are computed, not read: promise it of the sources, or hold a metric \
                        over the rollup against a threshold";
            checker.report(OutOfPlace {
                what,
                place: "in a rollup",
                span,
                help: help.to_string(),
                fix: None,
            });
            continue;
        }
        if let Some(kind) = expectation(checker, id, &expect.kind) {
            let expect = Expect { kind, warn: expect.warn, span: expect.span };
            checker.out.sources[id.index()].expects.push(expect);
        }
    }
}

fn expectation(checker: &mut Checker<'_>, id: SourceId, kind: &ast::ExpectKind) -> Option<ExpectKind> {
    match kind {
        ast::ExpectKind::Holds(condition) => {
            let mut scope = RowScope::new(checker, id);
            let condition = infer(&mut scope, condition, None);
            let condition = must_be_condition(&mut scope, condition, "`expect`");
            no_period(checker, &condition, "an `expect`");
            Some(ExpectKind::Holds(condition))
        }
        ast::ExpectKind::Unique(names) => {
            let columns = names.iter().map(|n| column(checker, id, n)).collect::<Option<Vec<_>>>()?;
            Some(ExpectKind::Unique(columns))
        }
        ast::ExpectKind::Fresh(ast) => {
            let within = length(&mut RowScope::new(checker, id), ast)?;
            if checker.out.source(id).time.is_none() {
                let (what, source) = ("`fresh`".to_string(), checker.out.source(id).name.clone());
                checker.report(NoTime { what, source, span: ast.span, help: None });
            }
            Some(ExpectKind::Fresh(within))
        }
    }
}

/// Reports what looks at the period where there is none.
pub(super) fn no_period(checker: &mut Checker<'_>, expr: &super::Expr, place: &'static str) {
    if let Some(span) = names_period(&checker.out, expr) {
        checker.report(PeriodInRow { place, span });
    }
}

/// Where an expression over rows looks at the period, itself or through computed columns.
fn names_period(model: &super::CheckedModel, expr: &super::Expr) -> Option<crate::text::Span> {
    use super::{ColumnKind, ExprKind};
    let here = match &*expr.kind {
        ExprKind::PeriodStart | ExprKind::PeriodEnd | ExprKind::PeriodLength | ExprKind::Placed(..) => true,
        ExprKind::Column(column) => match &model.column(column).kind {
            ColumnKind::Computed(value) => names_period(model, value).is_some(),
            _ => false,
        },
        _ => false,
    };
    if here {
        return Some(expr.span);
    }
    expr.children().into_iter().find_map(|e| names_period(model, e))
}
