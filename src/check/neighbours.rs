//! `previous`, `next`, `position`: the rows before and after a row, in an order.

use super::builtins::{Builtin, FormKind};
use super::functions::has_right_number;
use super::infer::infer;
use super::parts::Parts;
use super::problems::NoTime;
use super::row::RowScope;
use super::scope::{Scope, error};
use super::{ColumnRef, Expr, ExprKind, Kind, Neighbour, Repr, Type};
use crate::diagnostic::Problem;
use crate::syntax::ast;
use crate::text::Span;
use crate::units::Unit;

pub(super) fn is_neighbour(form: FormKind) -> bool {
    matches!(form, FormKind::Previous | FormKind::Next | FormKind::Position)
}

/// Rows are ordered by what `by` says, otherwise by the source's `time`.
pub(super) fn neighbour(
    scope: &mut RowScope<'_, '_>,
    builtin: &'static Builtin,
    form: FormKind,
    call: &ast::Call,
    span: Span,
) -> Expr {
    if !has_right_number(scope, builtin, call, span) {
        return error(span);
    }
    let parts = Parts::read(&mut scope.checker.problems, builtin, call);
    let value = call.args.first().map(|arg| infer(scope, arg, None));
    let per = parts.per.iter().map(|e| infer(scope, e, None)).collect::<Vec<_>>();
    let by = match parts.by {
        Some(by) => infer(scope, by, None),
        None => match by_time(scope, span) {
            Some(by) => by,
            None => {
                let source = scope.checker.out.source(scope.source).name.clone();
                let what = format!("`{}`", builtin.name);
                let help = Some(format!("say the order: `{}(… by COLUMN)`", builtin.name));
                scope.add(NoTime { what, source, span, help }.diagnostic());
                return error(span);
            }
        },
    };
    let (kind, ty) = match form {
        FormKind::Previous => (Neighbour::Previous, value.as_ref().map(|v| v.ty.clone())),
        FormKind::Next => (Neighbour::Next, value.as_ref().map(|v| v.ty.clone())),
        _ => (Neighbour::Position, None),
    };
    let ty = ty.unwrap_or(Type::number(Unit::none(), Kind::Plain, Repr::Int));
    Expr::new(ExprKind::Neighbour { kind, value, per, by: vec![by] }, ty, span)
}

fn by_time(scope: &mut RowScope<'_, '_>, span: Span) -> Option<Expr> {
    let source = scope.source;
    let column = scope.checker.out.source(source).time.as_ref()?.column;
    let ty = scope.checker.column_type(source, column, span);
    Some(Expr::new(ExprKind::Column(ColumnRef { links: Vec::new(), source, column }), ty, span))
}
