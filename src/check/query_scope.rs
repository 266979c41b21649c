//! Filters of a query: `where` over dimensions, `having` over metrics.

use super::builtins::Builtin;
use super::infer::infer;
use super::operators::must_be_condition;
use super::problems::{OutOfPlace, WithinAsValue};
use super::scope::{Scope, error, path_text};
use super::settled;
use super::{CheckedModel, Expr, ExprKind, ParameterId, Type};
use crate::diagnostic::{Diagnostic, Problem, Problems, nearest};
use crate::model::UnknownName;
use crate::syntax::ast;
use crate::text::Span;
use crate::units::Base;

/// A row filter of a query: names are dimensions, members beside them, and parameters.
pub fn check_where(model: &CheckedModel, ast: &ast::Expr) -> (Option<Expr>, Problems) {
    check(model, ast, false)
}

/// A filter of the rows of a result: names are metrics, dimensions and parameters.
pub fn check_having(model: &CheckedModel, ast: &ast::Expr) -> (Option<Expr>, Problems) {
    check(model, ast, true)
}

fn check(model: &CheckedModel, ast: &ast::Expr, having: bool) -> (Option<Expr>, Problems) {
    let mut scope = QueryScope { model, problems: Problems::default(), having };
    let expr = infer(&mut scope, ast, None);
    let expr = must_be_condition(&mut scope, expr, if having { "`having`" } else { "`where`" });
    if let Some(span) = settled::within(model, &expr) {
        scope.problems.push(WithinAsValue { place: "a filter of a query", span });
    }
    let fine = !scope.problems.has_errors() && expr.ty != Type::Error;
    (fine.then_some(expr), scope.problems)
}

pub(super) struct QueryScope<'a> {
    pub model: &'a CheckedModel,
    pub problems: Problems,
    pub having: bool,
}

impl Scope for QueryScope<'_> {
    fn project(&self) -> &CheckedModel {
        self.model
    }

    fn add(&mut self, problem: Diagnostic) {
        self.problems.add(problem);
    }

    fn lookup(&mut self, path: &ast::Path) -> Option<Expr> {
        let text = path_text(&path.parts);
        if let Some(id) = self.model.find_dimension(&text) {
            let ty = self.model.dimension(id).ty.clone();
            return Some(Expr::new(ExprKind::Dimension(id), ty, path.span));
        }
        if let Some(id) = self.model.find_metric(&text).filter(|_| self.having) {
            let ty = self.model.metric(id).value.ty.clone();
            return Some(Expr::new(ExprKind::Metric(id), ty, path.span));
        }
        let index = self.model.parameters.iter().position(|p| p.name == text)?;
        let ty = self.model.parameters[index].ty.clone();
        Some(Expr::new(ExprKind::Parameter(ParameterId::from_index(index)), ty, path.span))
    }

    fn unknown(&mut self, path: &ast::Path) {
        let name = path_text(&path.parts);
        if self.model.find_metric(&name).is_some() {
            let what = format!("the metric `{name}`");
            let help = "`where` chooses rows by dimensions; `having` filters results by metrics".to_string();
            self.problems.push(OutOfPlace { what, place: "in `where`", span: path.span, help, fix: None });
            return;
        }
        let dimensions = self.model.dimensions.iter().map(|d| d.name.as_str());
        let metrics = self.model.metrics.iter().filter(|_| self.having).map(|m| m.name.as_str());
        let near = nearest(&name, dimensions.chain(metrics)).map(str::to_string);
        let what = if self.having { "metric or dimension" } else { "dimension" }.to_string();
        let known = self.model.dimensions.iter().map(|d| format!("`{}`", d.name)).collect::<Vec<_>>();
        let text = name.starts_with(|c: char| c.is_uppercase());
        let help = match &near {
            Some(_) => None,
            None if text => Some(format!("a member is a text in double quotes: `\"{name}\"`")),
            None => (!known.is_empty()).then(|| format!("dimensions are {}", known.join(", "))),
        };
        self.problems.push(UnknownName { what, name, span: path.span, near, help });
    }

    fn call(&mut self, builtin: &'static Builtin, _: &ast::Call, span: Span) -> Expr {
        let what = format!("`{}`", builtin.name);
        let help = "name a metric or a dimension for it in the project".to_string();
        self.add(OutOfPlace { what, place: "in the filter of a query", span, help, fix: None }.diagnostic());
        error(span)
    }

    fn period_unit(&mut self) -> Base {
        Base::Month
    }
}
