//! Names in expressions: members beside their enumeration, what the scope knows,
//! and the few names that are always there.

use super::infer::literal;
use super::problems::UnknownMember;
use super::scope::{Beside, Scope, error};
use super::{Enumeration, Expr, ExprKind, Kind, Literal, Repr, Type};
use crate::syntax::ast;
use crate::units::Unit;

/// A path: a member wins over a column beside its enumeration.
pub(super) fn path(scope: &mut dyn Scope, path: &ast::Path, beside: Beside) -> Expr {
    if let ([word], Some(enumeration)) = (&path.parts[..], beside)
        && let Some(index) = member(enumeration, &word.name)
    {
        return literal(Literal::Member(index), Type::Enum(enumeration.clone()), path.span);
    }
    if let Some(found) = scope.lookup(path) {
        return found;
    }
    if let [word] = &path.parts[..] {
        if let Some(builtin) = builtin(&word.name) {
            return special(scope, builtin, path);
        }
        if let Some(enumeration) = beside {
            return scope.fail(UnknownMember { found: word, enumeration }, path.span);
        }
    }
    scope.unknown(path);
    error(path.span)
}

pub(super) fn member(enumeration: &Enumeration, name: &str) -> Option<u16> {
    enumeration.members.iter().position(|m| m.name == name).map(|i| i as u16)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    AsOf,
    PeriodStart,
    PeriodEnd,
    Period,
}

pub(super) fn builtin(name: &str) -> Option<Special> {
    Some(match name {
        "as_of" => Special::AsOf,
        "period_start" => Special::PeriodStart,
        "period_end" => Special::PeriodEnd,
        "period" => Special::Period,
        _ => return None,
    })
}

fn special(scope: &mut dyn Scope, special: Special, path: &ast::Path) -> Expr {
    let (kind, ty) = match special {
        Special::AsOf => (ExprKind::AsOf, Type::Date),
        Special::PeriodStart => (ExprKind::PeriodStart, Type::Date),
        Special::PeriodEnd => (ExprKind::PeriodEnd, Type::Date),
        Special::Period => {
            let unit = Unit::of(scope.period_unit());
            (ExprKind::PeriodLength, Type::number(unit, Kind::Plain, Repr::Int))
        }
    };
    Expr::new(kind, ty, path.span)
}
