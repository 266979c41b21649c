//! Aggregates: `sum(opportunities.amount on closed_on where is_won)`. The source is the
//! first name of what is aggregated; conditions stand over its rows.

use super::builtins::{AggregateKind, Builtin, ParameterKind};
use super::checker::Checker;
use super::functions::{has_right_number, must_be, result};
use super::infer::{infer, whole_days};
use super::operators::condition;
use super::parts::Parts;
use super::problems::{
    BareSource, DistinctWithoutColumn, LongArgument, NotAFraction, OutOfPlace, SumBehindLink,
    UnknownFunction, WrongArguments, WrongType,
};
use super::row::RowScope;
use super::scope::{error, ungroup};
use super::{Aggregate, AggregateFn, ColumnRef, Expr, ExprKind, SourceId, Type};
use super::{linked, rollups, suggest, windows};
use crate::syntax::ast;
use crate::text::Span;

/// Whose rows: of the source named in the argument, of the measure's own source, or of
/// a source that links to the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    Named,
    /// Of the source named, whose rows belong to a key of the rollup.
    RolledUp(SourceId),
    Own(SourceId),
    Linked(SourceId),
}

pub(super) fn aggregate(
    checker: &mut Checker<'_>,
    builtin: &'static Builtin,
    kind: AggregateKind,
    call: &ast::Call,
    over: Over,
    span: Span,
) -> Expr {
    let parts = Parts::read(&mut checker.problems, builtin, call);
    let Some(operand) = operand(checker, builtin, kind, call, &parts, over, span) else { return error(span) };
    let source = operand.source;
    let filter = parts.filter.map(|f| condition(&mut RowScope::new(checker, source), f, "`where`"));
    let mature = parts.mature.and_then(|m| whole_days(&mut RowScope::new(checker, source), m));
    let place = windows::Place { source, kind, builtin, linked: matches!(over, Over::Linked(_)), span };
    let window = windows::window(checker, &parts, &place);
    let function = function(checker, builtin, kind, call, span);
    let (Some((window, on)), Some(function)) = (window, function) else { return error(span) };
    if broken(&operand.args) || filter.as_ref().is_some_and(|f| f.ty == Type::Error) {
        return error(span);
    }
    let ty = match function {
        AggregateFn::Count | AggregateFn::CountDistinct => result(builtin, &[]),
        _ => result(builtin, &operand.args),
    };
    let via = match (over, parts.via) {
        (Over::RolledUp(rollup), Some(path)) => match rollups::via(checker, rollup, source, path) {
            Some(via) => via,
            None => return error(span),
        },
        (Over::Named | Over::Own(_), Some(path)) => {
            via_without_key(checker, path);
            None
        }
        _ => None,
    };
    let aggregate = Aggregate { source, function, args: operand.args, window, on, filter, mature, via };
    if let Some(problem) = windows::never_counted(checker, &aggregate, span) {
        checker.report(problem);
        return error(span);
    }
    match over {
        Over::Linked(row) => linked::linked(checker, aggregate, row, parts.via, ty, span),
        _ => Expr::new(ExprKind::Aggregate(Box::new(aggregate)), ty, span),
    }
}

fn via_without_key(checker: &mut Checker<'_>, path: &ast::Path) {
    let what = format!("`via {}`", super::scope::path_text(&path.parts));
    let help = "in a metric the dimension says which link it takes, `dimension region = customers.region via \
                orders.buyer`; aggregates say so in a rollup and in a computed column";
    let place = "in a metric or measure";
    checker.report(OutOfPlace { what, place, span: path.span, help: help.to_string(), fix: None });
}

fn broken(args: &[Expr]) -> bool {
    args.iter().any(|a| a.ty == Type::Error)
}

/// What is aggregated: the source, and what of its rows.
struct Operand {
    source: SourceId,
    args: Vec<Expr>,
}

fn operand(
    checker: &mut Checker<'_>,
    builtin: &'static Builtin,
    kind: AggregateKind,
    call: &ast::Call,
    parts: &Parts,
    over: Over,
    span: Span,
) -> Option<Operand> {
    let mut scope = RowScope::new(checker, SourceId(0));
    if !has_right_number(&mut scope, builtin, call, span) {
        return None;
    }
    let number = |ast: &ast::Expr| matches!(&*ungroup(ast).kind, ast::ExprKind::Number(_));
    let of_part = matches!(kind, AggregateKind::Percentile | AggregateKind::TopShare);
    if let ([first, second, ..], true) = (&call.args[..], of_part)
        && !number(first)
        && number(second)
    {
        let (function, span) = (builtin.name, second.span);
        checker.report(NotAFraction { function, span, percent: None, turned: true });
        return None;
    }
    let columns = match kind {
        AggregateKind::Percentile | AggregateKind::TopShare => &call.args[1..],
        _ => &call.args[..],
    };
    let (source, args) = match over {
        Over::Own(source) => (source, own_arguments(checker, source, kind, columns, parts)?),
        _ if kind == AggregateKind::Proportion => proportion(checker, call, parts, over, span)?,
        _ => named_arguments(checker, builtin, call, columns, over, span)?,
    };
    let args = match kind {
        AggregateKind::Count => args,
        _ => check_arguments(checker, builtin, kind, columns, args, source, span)?,
    };
    if call.distinct.is_some() && (kind != AggregateKind::Count || args.is_empty()) {
        checker.report(DistinctWithoutColumn {
            function: builtin.name,
            count: kind == AggregateKind::Count,
            span,
        });
        return None;
    }
    Some(Operand { source, args })
}

/// In a measure: expressions over its own source. Its own name stands for its rows.
fn own_arguments(
    checker: &mut Checker<'_>,
    source: SourceId,
    kind: AggregateKind,
    columns: &[ast::Expr],
    parts: &Parts,
) -> Option<Vec<Expr>> {
    let name = checker.model.source(source).name.name.clone();
    if let Some(of) = parts.of
        && super::scope::as_word(of).is_none_or(|w| w.name != name)
    {
        let (place, span) = ("`of` in a measure".to_string(), of.span);
        let help = Some(format!("a measure of `{name}` is over its own rows: leave `of` out"));
        checker.report(WrongType {
            place,
            wanted: "its own source",
            found: "something else".into(),
            span,
            help,
        });
        return None;
    }
    let rows = |ast: &ast::Expr| super::scope::as_word(ast).is_some_and(|w| w.name == name);
    if kind == AggregateKind::Count && columns.first().is_some_and(rows) {
        return Some(Vec::new());
    }
    let mut scope = RowScope::new(checker, source);
    Some(columns.iter().map(|arg| infer(&mut scope, arg, None)).collect())
}

/// `proportion(P of s …)`: the condition stands over the rows of `s`.
fn proportion(
    checker: &mut Checker<'_>,
    call: &ast::Call,
    parts: &Parts,
    over: Over,
    span: Span,
) -> Option<(SourceId, Vec<Expr>)> {
    let Some(of) = parts.of else {
        checker.report(super::problems::ProportionOf { span });
        return None;
    };
    let ast::ExprKind::Path(path) = &*ungroup(of).kind else {
        checker.report(super::problems::ProportionOf { span: of.span });
        return None;
    };
    let source = source_of(checker, path, over)?;
    if path.parts.len() > 1 {
        checker.report(super::problems::ProportionOf { span: of.span });
        return None;
    }
    let mut scope = RowScope::new(checker, source);
    Some((source, call.args.iter().map(|arg| infer(&mut scope, arg, None)).collect()))
}

/// `sum(…)`, not a column.
fn is_aggregate(ast: &ast::Expr) -> bool {
    match &*ungroup(ast).kind {
        ast::ExprKind::Call(call) => super::builtins::find(&call.name.name)
            .is_some_and(|builtin| matches!(builtin.what, super::builtins::What::Aggregate(_))),
        _ => false,
    }
}

/// In a metric: paths that begin with the source.
fn named_arguments(
    checker: &mut Checker<'_>,
    builtin: &'static Builtin,
    call: &ast::Call,
    columns: &[ast::Expr],
    over: Over,
    span: Span,
) -> Option<(SourceId, Vec<Expr>)> {
    if columns.is_empty() {
        checker.report(WrongArguments { builtin, found: 0, span });
        return None;
    }
    let mut found: Option<SourceId> = None;
    let mut args = Vec::new();
    for ast in columns {
        let ast::ExprKind::Path(path) = &*ungroup(ast).kind else {
            if let ast::ExprKind::Call(call) = &*ast.kind
                && super::builtins::find(&call.name.name).is_none()
            {
                checker.report(UnknownFunction { name: &call.name });
            } else if !matches!(&*ast.kind, ast::ExprKind::Error) {
                let source = suggest::source_within(checker, ast);
                let distinct = call.distinct.is_some();
                let aggregated = is_aggregate(ast);
                let function = builtin.name;
                checker.report(LongArgument { function, distinct, source, aggregated, span: ast.span });
            }
            return None;
        };
        let source = source_of(checker, path, over)?;
        if *found.get_or_insert(source) != source {
            checker.report(super::problems::TwoSources { span: ast.span, what: "an aggregate" });
            return None;
        }
        if path.parts.len() > 1 {
            args.push(row_value(checker, source, path)?);
        }
    }
    found.map(|source| (source, args))
}

fn row_value(checker: &mut Checker<'_>, source: SourceId, path: &ast::Path) -> Option<Expr> {
    match checker.row_path(source, &path.parts[1..], path.span) {
        Some(expr) => Some(expr),
        None => {
            suggest::unknown_in_source(checker, source, &path.parts[1..]);
            None
        }
    }
}

/// The source that a path begins with.
fn source_of(checker: &mut Checker<'_>, path: &ast::Path, over: Over) -> Option<SourceId> {
    let head = &path.parts[0];
    let found = checker.model.find_source(&head.name);
    if found.is_none() && !checker.model.is_broken(&head.name) {
        match over {
            Over::Linked(row) => suggest::not_a_source_over_rows(checker, row, path),
            _ => suggest::not_a_source(checker, path),
        }
    }
    found
}

/// Their number and kinds, and that nothing is counted twice.
fn check_arguments(
    checker: &mut Checker<'_>,
    builtin: &'static Builtin,
    kind: AggregateKind,
    columns: &[ast::Expr],
    args: Vec<Expr>,
    source: SourceId,
    span: Span,
) -> Option<Vec<Expr>> {
    if args.len() < columns.len() {
        let source = checker.model.source(source).name.name.clone();
        checker.report(BareSource { function: builtin.name, source, span });
        return None;
    }
    let shift = builtin.parameters.len() - columns.len();
    let mut checked = Vec::new();
    for (i, arg) in args.into_iter().enumerate() {
        let parameter: ParameterKind = builtin.parameters[i + shift].kind;
        checked.push(must_be(&mut RowScope::new(checker, source), builtin, parameter, arg));
    }
    for arg in &checked {
        behind_link(checker, builtin, kind, arg)?;
    }
    Some(checked)
}

/// A sum or average only of columns behind links counts the same value once a row.
fn behind_link(
    checker: &mut Checker<'_>,
    builtin: &'static Builtin,
    kind: AggregateKind,
    arg: &Expr,
) -> Option<()> {
    use AggregateKind::*;
    if !matches!(kind, Sum | Average | Median | Percentile | Stddev | TopShare) {
        return Some(());
    }
    let mut columns = Vec::new();
    collect_columns(arg, &mut columns);
    let Some(column) = columns.first().filter(|_| columns.iter().all(|c| !c.links.is_empty())) else {
        return Some(());
    };
    let start = column.links[0].source;
    let problem = SumBehindLink {
        function: builtin.name,
        column: checker.out.column(column).name.clone(),
        owner: checker.out.source(column.source).name.clone(),
        source: checker.out.source(start).name.clone(),
        path: super::display::path(&checker.out, column),
        span: arg.span,
    };
    checker.report(problem);
    None
}

fn collect_columns<'e>(expr: &'e Expr, columns: &mut Vec<&'e ColumnRef>) {
    if let ExprKind::Column(column) = &*expr.kind {
        columns.push(column);
    }
    for child in expr.children() {
        collect_columns(child, columns);
    }
}

fn function(
    checker: &mut Checker<'_>,
    builtin: &'static Builtin,
    kind: AggregateKind,
    call: &ast::Call,
    span: Span,
) -> Option<AggregateFn> {
    Some(match kind {
        AggregateKind::Count if call.distinct.is_some() => AggregateFn::CountDistinct,
        AggregateKind::Count => AggregateFn::Count,
        AggregateKind::Sum => AggregateFn::Sum,
        AggregateKind::Average => AggregateFn::Average,
        AggregateKind::Median => AggregateFn::Median,
        AggregateKind::Percentile => AggregateFn::Percentile(fraction(checker, builtin, call, span)?),
        AggregateKind::Min => AggregateFn::Min,
        AggregateKind::Max => AggregateFn::Max,
        AggregateKind::Stddev => AggregateFn::Stddev,
        AggregateKind::First => AggregateFn::First,
        AggregateKind::Last => AggregateFn::Last,
        AggregateKind::Correlation => AggregateFn::Correlation,
        AggregateKind::TopShare => AggregateFn::TopShare(fraction(checker, builtin, call, span)?),
        AggregateKind::Proportion => AggregateFn::Proportion,
    })
}

/// The first argument of `percentile` and `top_share`, written out: `90%`.
fn fraction(
    checker: &mut Checker<'_>,
    builtin: &'static Builtin,
    call: &ast::Call,
    span: Span,
) -> Option<f64> {
    let ast = ungroup(call.args.first()?);
    let number = match &*ast.kind {
        ast::ExprKind::Number(number) => super::units::exact(number),
        _ => None,
    };
    let value = number.map(|(digits, scale)| digits as f64 / 10_f64.powi(i32::from(scale)));
    let fits = value.filter(|v| (0.0..=1.0).contains(v));
    if fits.is_none() {
        let percent = number.filter(|n| n.1 == 0 && (1..=100).contains(&n.0)).map(|n| format!("{}%", n.0));
        checker.report(NotAFraction { function: builtin.name, span: ast.span, percent, turned: false });
    }
    let _ = span;
    fits
}
