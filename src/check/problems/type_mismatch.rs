//! `type-mismatch`: values of kinds that do not go together, or of another kind than is needed.

use super::super::Type;
use super::Action;
use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

/// Two sides of an operator.
#[derive(Debug)]
pub struct TypeMismatch {
    pub action: Action,
    /// The type and where it comes from.
    pub left: (Span, String),
    pub right: (Span, String),
    pub left_ty: Type,
    pub right_ty: Type,
    /// As written, where short.
    pub left_text: Option<String>,
    pub right_text: Option<String>,
}

/// One place that needs a kind.
#[derive(Debug)]
pub struct WrongType {
    /// What needs it: "`where`".
    pub place: String,
    /// "a condition"
    pub wanted: &'static str,
    /// The type and where it comes from.
    pub found: String,
    pub span: Span,
    pub help: Option<String>,
}

impl Problem for TypeMismatch {
    fn diagnostic(&self) -> Diagnostic {
        let name = super::super::describe::type_name;
        let message = self.action.cannot(&name(&self.left_ty), &name(&self.right_ty));
        let diagnostic = Diagnostic::error("type-mismatch", message)
            .label(self.left.0, self.left.1.clone())
            .label(self.right.0, self.right.1.clone());
        match self.help() {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

impl TypeMismatch {
    fn help(&self) -> Option<String> {
        let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "…".to_string());
        match (&self.left_ty, &self.right_ty) {
            (Type::Timestamp, Type::Date) => {
                Some(format!("take the day of the timestamp: `start_of(day, {})`", text(&self.left_text)))
            }
            (Type::Date, Type::Timestamp) => {
                Some(format!("take the day of the timestamp: `start_of(day, {})`", text(&self.right_text)))
            }
            (Type::Date | Type::Timestamp, Type::Text) | (Type::Text, Type::Date | Type::Timestamp) => {
                Some("dates are written without quotes: `2026-01-31`".to_string())
            }
            (Type::Bool, Type::Number(_)) | (Type::Number(_), Type::Bool) => {
                Some("count the rows for which it is true, or write `if … then 1 else 0`".to_string())
            }
            (Type::Enum(_), Type::Enum(_)) => Some(
                "two enumerations are the same if they have the same members in the same order".to_string(),
            ),
            (Type::Number(_), Type::Text) | (Type::Text, Type::Number(_)) => Some(
                "declare the column as what it is in the data, or write the number without quotes"
                    .to_string(),
            ),
            _ => None,
        }
    }
}

impl Problem for WrongType {
    fn diagnostic(&self) -> Diagnostic {
        let WrongType { place, wanted, found, span, help } = self;
        let found_type = without_origin(found);
        let diagnostic =
            Diagnostic::error("type-mismatch", format!("{place} needs {wanted}, not {found_type}"))
                .label(*span, found.clone());
        match help {
            Some(help) => diagnostic.help(help.clone()),
            None => diagnostic,
        }
    }
}

/// "a date" of "a date, from orders.placed_on"
fn without_origin(found: &str) -> &str {
    let mut depth = 0;
    let end = found.char_indices().find(|(_, c)| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0 && *c == ','
    });
    end.map_or(found, |(at, _)| &found[..at])
}
