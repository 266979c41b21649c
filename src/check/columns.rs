//! Columns: the types of stored ones as declared, of computed ones as inferred.

use std::sync::Arc;

use super::checker::Checker;
use super::infer::infer;
use super::problems::{BadScale, SameRaw, UnknownUnit};
use super::row::RowScope;
use super::scope::error;
use super::units::{declared, no_digits};
use super::{Column, ColumnId, ColumnKind, Enumeration, Kind, Member, Repr, SourceId, Type, rollups};
use crate::diagnostic::{Diagnostic, Problem, Problems};
use crate::model::{self, DuplicateName, Settings};
use crate::syntax::ast::{self, TypeExpr};
use crate::units::{Base, Unit};

/// A column as far as it is known before any expression is typed.
pub(super) fn declare(column: &model::Column, settings: &Settings, problems: &mut Problems) -> Column {
    let (ty, optional, docs, kind) = match column.kind {
        model::ColumnKind::Stored(ast) => {
            let ty = stored_type(&ast.ty, settings, problems);
            let precision = match &ast.ty {
                TypeExpr::Decimal { precision, .. } => u8::try_from(*precision).ok(),
                _ => None,
            };
            let raw = ast.from.as_ref().map_or(&ast.name.name, |from| &from.value).clone();
            (ty, ast.optional, ast.docs.clone(), ColumnKind::Stored { raw, precision })
        }
        model::ColumnKind::Computed(ast) => {
            let kind = ColumnKind::Computed(error(ast.value.span));
            (Type::Error, true, ast.docs.clone(), kind)
        }
        model::ColumnKind::Key(n) => (Type::Error, true, None, ColumnKind::Key(n)),
        model::ColumnKind::PeriodStart => (Type::Date, false, None, ColumnKind::PeriodStart),
    };
    Column { name: column.name.to_string(), docs, span: column.span, ty, optional, kind }
}

fn stored_type(ty: &TypeExpr, settings: &Settings, problems: &mut Problems) -> Type {
    match ty {
        TypeExpr::OneOf(members, _) => enumeration(members, problems),
        TypeExpr::Decimal { precision, scale, span } => {
            if *precision == 0 || *precision > 38 || *scale > *precision || *scale > 18 {
                problems.push(BadScale { span: *span, none: false });
                return Type::Error;
            }
            Type::number(Unit::none(), Kind::Plain, Repr::Decimal(*scale as u8))
        }
        TypeExpr::Unit(unit) => named_type(unit, settings).unwrap_or_else(|problem| {
            problems.add(problem);
            Type::Error
        }),
    }
}

fn enumeration(members: &[ast::Member], problems: &mut Problems) -> Type {
    let mut list: Vec<Member> = Vec::new();
    for (i, member) in members.iter().enumerate() {
        let name = member.name.name.clone();
        if let Some(first) = members[..i].iter().find(|m| m.name.name == name) {
            let (second, first) = (member.name.span, first.name.span);
            problems.push(DuplicateName { what: "a member", name: &name, second, first, free_version: None });
            continue;
        }
        let raw = member.raw.as_ref().map_or_else(|| name.clone(), |raw| raw.value.clone());
        if let Some(at) = list.iter().position(|other| other.raw == raw) {
            let of = |member: &ast::Member| member.raw.as_ref().map_or(member.name.span, |raw| raw.span);
            let first = members.iter().find(|m| m.name.name == list[at].name).expect("it was in the list");
            let names = [list[at].name.clone(), name.clone()];
            problems.push(SameRaw { names, raw: raw.clone(), second: of(member), first: of(first) });
        }
        list.push(Member { name, raw });
    }
    Type::Enum(Arc::new(Enumeration { members: list }))
}

/// `text`, `int`, `USD(4)`, `days`: the word of a type, or a unit.
fn named_type(unit: &ast::UnitExpr, settings: &Settings) -> Result<Type, Diagnostic> {
    let number = |repr| Ok(Type::number(Unit::none(), Kind::Plain, repr));
    if let ([only], []) = (&unit.over[..], &unit.under[..]) {
        let word = only.name.name.as_str();
        if matches!(word, "text" | "bool" | "int" | "date" | "timestamp") {
            no_digits(only)?;
        }
        match word {
            "text" => return Ok(Type::Text),
            "bool" => return Ok(Type::Bool),
            "int" => return number(Repr::Int),
            "number" => return number(Repr::Float),
            "date" => return Ok(Type::Date),
            "timestamp" => return Ok(Type::Timestamp),
            word if Base::from_name(word).is_none() && !SOFT.contains(&word) => {
                return Err(UnknownUnit { found: &only.name, types: true }.diagnostic());
            }
            _ => {}
        }
    }
    declared(unit, settings).map(|d| d.ty())
}

const SOFT: [&str; 5] = ["count", "ratio", "percent", "points", "money"];

/// Types a column that has been declared.
pub(super) fn check(checker: &mut Checker<'_>, source: SourceId, column: ColumnId) {
    let of_source = checker.model.source(source);
    let is_rollup = of_source.rollup.is_some();
    let (ty, kind) = match of_source.columns[column.index()].kind {
        model::ColumnKind::Stored(_) | model::ColumnKind::PeriodStart => return,
        model::ColumnKind::Computed(ast) if is_rollup => rollups::column(checker, source, ast),
        model::ColumnKind::Computed(ast) => {
            let value = infer(&mut RowScope::new(checker, source), &ast.value, None);
            (value.ty.clone(), ColumnKind::Computed(value))
        }
        model::ColumnKind::Key(n) => (rollups::key_type(checker, source, n), ColumnKind::Key(n)),
    };
    let out = &mut checker.out.sources[source.index()].columns[column.index()];
    out.ty = ty;
    out.kind = kind;
}
