//! `set gross_margin = 75%`: another value for a parameter, while the test runs.

use crate::check::checker::Checker;
use crate::check::parameters;
use crate::check::problems::WrongSetting;
use crate::check::{Literal, ParameterId};
use crate::diagnostic::nearest;
use crate::model::{Thing, UnknownName};
use crate::syntax::ast::{self, ExprKind, UnaryOp};

pub(super) fn setting(
    checker: &mut Checker<'_>,
    name: &ast::Ident,
    value: &ast::Expr,
) -> Option<(ParameterId, Literal)> {
    let Some(Thing::Parameter(id)) = checker.model.find(&name.name) else {
        if !checker.model.is_broken(&name.name) {
            let known = checker.model.parameters.iter().map(|p| p.name.name.as_str());
            let near = nearest(&name.name, known).map(str::to_string);
            let (what, word) = ("parameter".to_string(), name.name.clone());
            checker.report(UnknownName { what, name: word, span: name.span, near, help: None });
        }
        return None;
    };
    let parameter = &checker.out.parameters[id.index()];
    match written(value).ok_or_else(String::new).and_then(|text| parameters::literal(&parameter.ty, &text)) {
        Ok(literal) => Some((id, literal)),
        Err(wanted) => {
            let (name, declared) = (parameter.name.clone(), parameter.span);
            checker.report(WrongSetting { name, wanted, span: value.span, declared });
            None
        }
    }
}

/// A value written out, as on the command line.
fn written(value: &ast::Expr) -> Option<String> {
    Some(match &*value.kind {
        ExprKind::Number(number) => format!("{}{}", number.digits, if number.percent { "%" } else { "" }),
        ExprKind::Duration { amount, .. } => amount.digits.clone(),
        ExprKind::Text(text) => text.clone(),
        ExprKind::Date(date) => date.to_string(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Unary(UnaryOp::Neg, inner) => format!("-{}", written(inner)?),
        ExprKind::Group(inner) => written(inner)?,
        _ => return None,
    })
}
