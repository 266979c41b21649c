//! Cells of tables: those given are read as their column's values are read from data,
//! those expected as people read what is shown.

use super::table::Shape;
use crate::calendar::{Grain, parse_range};
use crate::check::checker::Checker;
use crate::check::problems::BadCell;
use crate::check::{
    Column, ColumnId, ColumnKind, Enumeration, MONEY_DIGITS, Number, Repr, SourceId, Type, WrittenColumn,
};
use crate::diagnostic::nearest;
use crate::syntax::ast;
use crate::values::{self, LocalTime, Reason, Shown};

/// The text as it would stand in the data; `Some(None)` where the value is missing, `None`
/// where it is wrong, which is reported.
pub(super) fn given(
    checker: &mut Checker<'_>,
    source: SourceId,
    column: ColumnId,
    cell: &ast::Cell,
) -> Option<Option<String>> {
    let of = &checker.out.source(source).columns[column.index()];
    let read = match is_missing(cell) {
        true if of.optional => return Some(None),
        true => Err(Reason::new("is missing").help(format!(
            "declare it `{} : …?` if it may be missing, or leave the whole column out",
            of.name
        ))),
        false => read(of, cell, &checker.out.settings.timezone),
    };
    match read {
        Ok(text) => Some(Some(text)),
        Err(reason) => {
            let (what, of) = (shown(cell), format!("`{}` of `{}`", of.name, checker.out.source(source).name));
            checker.report(BadCell { what, of, reason, span: cell.span });
            None
        }
    }
}

fn is_missing(cell: &ast::Cell) -> bool {
    !cell.quoted && matches!(cell.text.as_str(), "" | "–")
}

fn shown(cell: &ast::Cell) -> String {
    if is_missing(cell) { "the value".to_string() } else { format!("`{}`", cell.text) }
}

fn read(column: &Column, cell: &ast::Cell, zone: &jiff::tz::TimeZone) -> Result<String, Reason> {
    let text = cell.text.as_str();
    let mut local = LocalTime::new(zone);
    match &column.ty {
        Type::Enum(enumeration) => return member(text, enumeration, &column.name),
        Type::Number(number) => {
            let plain = without_underscores(text);
            self::number(column, number, &plain)?;
            return Ok(plain);
        }
        Type::Text => values::text(text.as_bytes()).map(drop)?,
        Type::Bool => values::bool(text.as_bytes()).map(drop)?,
        Type::Date => values::date(text.as_bytes(), &mut local).map(drop)?,
        Type::Timestamp => values::timestamp(text.as_bytes(), &mut local).map(drop)?,
        Type::Error | Type::Missing => {}
    }
    Ok(text.to_string())
}

fn number(column: &Column, number: &Number, text: &str) -> Result<(), Reason> {
    let precision = match &column.kind {
        ColumnKind::Stored { precision, .. } => *precision,
        _ => None,
    };
    match number.repr {
        Repr::Int => values::int(text.as_bytes()).map(drop),
        Repr::Decimal(scale) => {
            values::decimal(text.as_bytes(), precision.unwrap_or(MONEY_DIGITS), scale).map(drop)
        }
        Repr::Float => values::float(text.as_bytes()).map(drop),
    }
}

/// `10_000`, as numbers may be written everywhere in `.kpi` files.
fn without_underscores(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let between = |at: usize| digit(at.checked_sub(1)) && digit(Some(at + 1));
    text.char_indices().filter(|(at, c)| *c != '_' || !between(*at)).map(|(_, c)| c).collect()
}

/// The raw value of the member with that name, or with that raw value.
fn member(text: &str, enumeration: &Enumeration, of: &str) -> Result<String, Reason> {
    let named = enumeration.members.iter().find(|member| member.name == text);
    let found = named.or_else(|| enumeration.members.iter().find(|member| member.raw == text));
    found.map(|member| member.raw.clone()).ok_or_else(|| no_member(text, enumeration, of))
}

fn no_member(text: &str, enumeration: &Enumeration, of: &str) -> Reason {
    let names: Vec<&str> = enumeration.members.iter().map(|member| member.name.as_str()).collect();
    let reason = Reason::new(format!("is no member of `{of}`"));
    match nearest(text, names.iter().copied()) {
        Some(near) => reason.help(format!("did you mean `{near}`?")),
        None => reason.help(format!("its members are {}", names.join(", "))),
    }
}

// ---------------------------------------------------------------- what is expected

/// Reports what no result could ever show.
pub(super) fn expected(checker: &mut Checker<'_>, shape: &Shape, column: WrittenColumn, cell: &ast::Cell) {
    let (wrong, of) = match column {
        WrittenColumn::Period => {
            let grain = shape.grain.cloned().unwrap_or(Grain::Day);
            (period(checker, &grain, &cell.text), format!("`{grain}`"))
        }
        WrittenColumn::Dimension(at) => {
            let dimension = checker.out.dimension(shape.by[at]);
            (value(&dimension.ty, cell, &dimension.name), format!("`{}`", dimension.name))
        }
        WrittenColumn::Metric(at) => {
            let name = &shape.metrics[at];
            (value(&checker.out.metric(shape.ids[at]).value.ty, cell, name), format!("`{name}`"))
        }
    };
    if let Err(reason) = wrong {
        checker.report(BadCell { what: shown(cell), of, reason, span: cell.span });
    }
}

fn period(checker: &Checker<'_>, grain: &Grain, text: &str) -> Result<(), Reason> {
    let example = match grain {
        Grain::Day => "2026-01-31",
        Grain::Month => "2026-01",
        Grain::Quarter => "2026-Q1",
        Grain::Year => "2026",
        // what these are called is not read back
        Grain::Week | Grain::FiscalQuarter | Grain::FiscalYear | Grain::Declared(..) => return Ok(()),
    };
    let calendar = checker.out.calendar();
    let label = parse_range(text).map(|(first, _)| calendar.label(grain, first));
    if label.is_some_and(|label| label == text) {
        return Ok(());
    }
    Err(Reason::new(format!("is no {grain}")).help(format!("a {grain} is written `{example}`")))
}

fn value(ty: &Type, cell: &ast::Cell, of: &str) -> Result<(), Reason> {
    let text = cell.text.as_str();
    if is_missing(cell) || matches!(text, "immature" | "(none)") {
        return Ok(());
    }
    match ty {
        Type::Number(_) if Shown::read(text).is_none() => {
            Err(Reason::new("is not a number")
                .help("write it as it is shown: `1,234.50`, `62.4%`, `43 days`"))
        }
        Type::Enum(enumeration) if enumeration.members.iter().all(|member| member.name != text) => {
            Err(no_member(text, enumeration, of))
        }
        _ => Ok(()),
    }
}
