//! Which rows of a source a period takes: `on`, `trailing`, `to date`, `at end`, `during`, `ever`.

use super::builtins::{AggregateKind, Builtin};
use super::checker::Checker;
use super::infer::at_least_a_day;
use super::parts::Parts;
use super::problems::{
    MisplacedPart, NeverCounted, NoInterval, NoMoment, NoTime, SnapshotAdded, WindowTooFine, WrongType,
};
use super::row::RowScope;
use super::scope::path_text;
use super::{Aggregate, BinaryOp, ColumnRef, Expr, ExprKind, Placement, SourceId, SourceKind, Type, Window};
use crate::model::UnknownWord;
use crate::syntax::ast::{self, PartKind};
use crate::text::Span;

/// The aggregate that the window is of.
pub(super) struct Place {
    pub source: SourceId,
    pub kind: AggregateKind,
    pub builtin: &'static Builtin,
    /// In a computed column, over the rows that link to this one.
    pub linked: bool,
    pub span: Span,
}

/// The window and the date that puts rows into periods, if it needs one. `None`: reported.
pub(super) fn window(
    checker: &mut Checker<'_>,
    parts: &Parts,
    place: &Place,
) -> Option<(Window, Option<ColumnRef>)> {
    if place.linked {
        return over_linked_rows(checker, parts, place);
    }
    let window = match parts.window {
        None => Window::Period,
        Some(part) => written(checker, part, place)?,
    };
    let in_force = matches!(window, Window::AtEnd | Window::AtStart | Window::During);
    if let (Some(on), true) = (parts.on, in_force || window == Window::Ever) {
        checker.report(MisplacedPart { builtin: place.builtin, part: on.span, before: None });
        return None;
    }
    if in_force {
        must_have_interval(checker, parts.window, place)?;
    }
    must_not_add_snapshots(checker, &window, place)?;
    must_have_order(checker, place)?;
    must_not_follow_periods(checker, &window, parts, place)?;
    match window {
        Window::Period | Window::Trailing(_) | Window::ToDate(_) => {
            let on = date(checker, parts, &window, place)?;
            must_hold_whole(checker, &window, on.as_ref(), parts, place)?;
            Some((window, on))
        }
        _ => Some((window, None)),
    }
}

/// All rows up to `as_of`, whatever their date.
fn over_linked_rows(
    checker: &mut Checker<'_>,
    parts: &Parts,
    place: &Place,
) -> Option<(Window, Option<ColumnRef>)> {
    let misplaced =
        parts.on.map(|p| p.span).or(parts.window.map(|w| w.span)).or(parts.mature.map(|m| m.span));
    if let Some(part) = misplaced {
        checker.report(super::problems::WindowOverLinked { span: part });
        return None;
    }
    must_not_add_snapshots(checker, &Window::Ever, place)?;
    must_have_order(checker, place)?;
    Some((Window::Ever, None))
}

fn written(checker: &mut Checker<'_>, part: &ast::Part, place: &Place) -> Option<Window> {
    Some(match &part.kind {
        PartKind::Trailing(e) => {
            Window::Trailing(at_least_a_day(&mut RowScope::new(checker, place.source), e)?)
        }
        PartKind::ToDate(since) if path_text(&since.parts) == "all" => Window::ToDate(None),
        PartKind::ToDate(since) => match super::grain::by_name(&checker.out, &since.parts) {
            Some(grain) => Window::ToDate(Some(grain)),
            None => {
                let known =
                    super::grain::names(&checker.out).into_iter().chain(["all".to_string()]).collect();
                let found = &ast::Ident { name: path_text(&since.parts), span: since.span };
                checker.report(UnknownWord { what: "a grain", found, known });
                return None;
            }
        },
        PartKind::AtEnd => Window::AtEnd,
        PartKind::AtStart => Window::AtStart,
        PartKind::During => Window::During,
        _ => Window::Ever,
    })
}

fn must_have_interval(checker: &mut Checker<'_>, part: Option<&ast::Part>, place: &Place) -> Option<()> {
    let source = checker.out.source(place.source);
    let during = part.is_some_and(|p| p.kind == PartKind::During);
    if source.valid.is_some() || (source.snapshot.is_some() && !during) {
        return Some(());
    }
    let rollup = matches!(source.kind, SourceKind::Rollup(_));
    let source = source.name.clone();
    checker.report(NoInterval { source, rollup, span: part.map_or(place.span, |p| p.span) });
    None
}

/// Pictures of the whole table may be looked at one at a time, or averaged, never added up.
fn must_not_add_snapshots(checker: &mut Checker<'_>, window: &Window, place: &Place) -> Option<()> {
    let source = checker.out.source(place.source);
    let one_picture = matches!(window, Window::AtEnd | Window::AtStart);
    if source.snapshot.is_none() || one_picture || place.kind == AggregateKind::Average {
        return Some(());
    }
    let source = source.name.clone();
    let (function, linked, span) = (place.builtin.name, place.linked, place.span);
    checker.report(SnapshotAdded { function, source, linked, span });
    None
}

/// Of a rollup `per KEY, period` there are only the rows of the periods that are asked.
fn must_not_follow_periods(
    checker: &mut Checker<'_>,
    window: &Window,
    parts: &Parts,
    place: &Place,
) -> Option<()> {
    let source = checker.out.source(place.source);
    if *window != Window::Ever || !source.follows_the_question() {
        return Some(());
    }
    let source = source.name.clone();
    let span = parts.window.map_or(place.span, |w| w.span);
    checker.report(NoTime {
        what: "this window".to_string(),
        source,
        span,
        help: Some(FIX_THE_GRAIN.into()),
    });
    None
}

/// A window must not cut through what the data is known by.
fn must_hold_whole(
    checker: &mut Checker<'_>,
    window: &Window,
    on: Option<&ColumnRef>,
    parts: &Parts,
    place: &Place,
) -> Option<()> {
    let Some(by) = super::grain::known_by(&checker.out, place.source, on) else { return Some(()) };
    if super::grain::holds_whole(&checker.out, window, &by) {
        return Some(());
    }
    let source = checker.out.source(place.source).name.clone();
    let span = parts.window.map_or(place.span, |w| w.span);
    checker.report(WindowTooFine { source, by: by.to_string(), span });
    None
}

const FIX_THE_GRAIN: &str = "its rows are of the period that is asked: fix their grain, `per KEY, month`";

/// `first` and `last` go by the source's `time`.
fn must_have_order(checker: &mut Checker<'_>, place: &Place) -> Option<()> {
    let source = checker.out.source(place.source);
    if !matches!(place.kind, AggregateKind::First | AggregateKind::Last) || source.time.is_some() {
        return Some(());
    }
    let what = format!("`{}`", place.builtin.name);
    let source = source.name.clone();
    checker.report(NoTime { what, source, span: place.span, help: None });
    None
}

/// The date column: that of `on`, else of `time`. A source without one counts whole.
fn date(
    checker: &mut Checker<'_>,
    parts: &Parts,
    window: &Window,
    place: &Place,
) -> Option<Option<ColumnRef>> {
    if let Some(path) = parts.on {
        return on(checker, path, place.source).map(Some);
    }
    let source = checker.out.source(place.source);
    let column = source.time.as_ref().map(|t| t.column).or(source.snapshot);
    let found = column.map(|column| ColumnRef { links: Vec::new(), source: place.source, column });
    let by_period = source.follows_the_question();
    if found.is_none() && *window == Window::Period && source.valid.is_some() {
        let begins = source.valid.map(|(from, _)| source.columns[from.index()].name.clone());
        let (function, source, span) = (place.builtin.name, source.name.clone(), place.span);
        checker.report(NoMoment { function, source, begins: begins.unwrap_or_default(), span });
        return None;
    }
    if found.is_none() && *window != Window::Period {
        let source = source.name.clone();
        let span = parts.window.map_or(place.span, |w| w.span);
        let help = Some(match by_period {
            true => FIX_THE_GRAIN.to_string(),
            false => format!("name a date column of `{source}` with `on`, or declare its `time`"),
        });
        checker.report(NoTime { what: "this window".to_string(), source, span, help });
        return None;
    }
    Some(found)
}

fn on(checker: &mut Checker<'_>, path: &ast::Path, source: SourceId) -> Option<ColumnRef> {
    let Some(expr) = checker.row_path(source, &path.parts, path.span) else {
        super::suggest::unknown_in_source(checker, source, &path.parts);
        return None;
    };
    match (&*expr.kind, &expr.ty) {
        (_, Type::Error) => None,
        (ExprKind::Column(column), Type::Date | Type::Timestamp) => Some(column.clone()),
        _ => {
            let found = super::describe::with_origin(&checker.out, &expr);
            let (place, span) = ("`on`".to_string(), path.span);
            checker.report(WrongType { place, wanted: "a date", found, span, help: None });
            None
        }
    }
}

/// A condition that leaves out all rows of the window: their date lies in it.
pub(super) fn never_counted(
    checker: &Checker<'_>,
    aggregate: &Aggregate,
    span: Span,
) -> Option<NeverCounted> {
    let date = aggregate.on.as_ref()?;
    let place = |e: &Expr| match &*e.kind {
        ExprKind::Placed(value, place) => match (&*value.kind, place, &aggregate.window) {
            (ExprKind::Column(column), Placement::Before, Window::Period) if column == date => Some("before"),
            (
                ExprKind::Column(column),
                Placement::After,
                Window::Period | Window::Trailing(_) | Window::ToDate(_),
            ) if column == date => Some("after"),
            _ => None,
        },
        _ => None,
    };
    let mut parts = vec![aggregate.filter.as_ref()?];
    while let Some(part) = parts.pop() {
        if let ExprKind::Binary(BinaryOp::And, a, b) = &*part.kind {
            parts.extend([a, b]);
        } else if let Some(place) = place(part) {
            let date = checker.out.column(date).name.clone();
            return Some(NeverCounted { date, place, condition: part.span, aggregate: span });
        }
    }
    None
}
