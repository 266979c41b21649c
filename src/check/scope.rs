//! What an expression can name depends on where it stands: the trait that the kinds
//! of place implement, and the helpers they share.

use std::sync::Arc;

use super::builtins::Builtin;
use super::{CheckedModel, Enumeration, Expr, ExprKind, Type};
use crate::diagnostic::{Diagnostic, Problem};
use crate::syntax::ast;
use crate::text::Span;
use crate::units::Base;

/// A place in which expressions stand: over the rows of a source, in a metric, in a query.
pub(super) trait Scope {
    fn project(&self) -> &CheckedModel;

    fn add(&mut self, problem: Diagnostic);

    /// What the names stand for here. `None`: the first of them is not known, and
    /// nothing has been reported; mistakes behind it have.
    fn lookup(&mut self, path: &ast::Path) -> Option<Expr>;

    /// Reports a path that `lookup` does not know, with what may have been meant.
    fn unknown(&mut self, path: &ast::Path);

    /// An aggregate or a form like `prior`.
    fn call(&mut self, builtin: &'static Builtin, call: &ast::Call, span: Span) -> Expr;

    /// Whether the word is the name of the column that is being typed.
    fn is_own_name(&self, _word: &ast::Ident) -> bool {
        false
    }

    /// The unit of `period` here.
    fn period_unit(&mut self) -> Base;
}

/// The enumeration whose members may be named here, because a value of it stands beside.
pub(super) type Beside<'a> = Option<&'a Arc<Enumeration>>;

impl dyn Scope + '_ {
    /// Reports, and stands in for the expression.
    pub(super) fn fail(&mut self, problem: impl Problem, span: Span) -> Expr {
        self.add(problem.diagnostic());
        error(span)
    }
}

/// An expression that has been reported.
pub(super) fn error(span: Span) -> Expr {
    Expr::new(ExprKind::Missing, Type::Error, span)
}

/// Whether a part of the expression has been reported; comparisons of such parts are
/// conditions all the same.
pub(super) fn is_reported(expr: &Expr) -> bool {
    expr.ty == Type::Error
        || matches!((&*expr.kind, &expr.ty), (ExprKind::Missing, Type::Bool))
        || expr.children().into_iter().any(is_reported)
}

/// The expression inside of parentheses.
pub(super) fn ungroup(mut ast: &ast::Expr) -> &ast::Expr {
    while let ast::ExprKind::Group(inner) = &*ast.kind {
        ast = inner;
    }
    ast
}

/// The one word that the expression is, if it is one.
pub(super) fn as_word(ast: &ast::Expr) -> Option<&ast::Ident> {
    match &*ungroup(ast).kind {
        ast::ExprKind::Path(path) if path.parts.len() == 1 => path.parts.first(),
        _ => None,
    }
}

/// As it is written: `accounts.region`.
pub(super) fn path_text(parts: &[ast::Ident]) -> String {
    parts.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(".")
}
