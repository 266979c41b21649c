//! `unit-mismatch`: numbers of units that do not convert into one another.

use super::Action;
use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;
use crate::units::{Base, Dimension, Unit};

/// One of two numbers.
#[derive(Debug)]
pub struct Side {
    pub span: Span,
    pub unit: Unit,
    /// `USD/month`, "a count"
    pub name: String,
    /// The unit and where it comes from.
    pub label: String,
    /// As written, where short.
    pub text: Option<String>,
}

/// Two sides of an operator.
#[derive(Debug)]
pub struct UnitMismatch {
    pub action: Action,
    pub left: Side,
    pub right: Side,
}

/// A value and the unit that is declared for it.
#[derive(Debug)]
pub struct DeclaredUnitMismatch {
    /// `declared` or `as`
    pub word: &'static str,
    pub declared: Unit,
    pub declared_text: String,
    pub declared_span: Span,
    pub found: Side,
}

impl Problem for UnitMismatch {
    fn diagnostic(&self) -> Diagnostic {
        let UnitMismatch { action, left, right } = self;
        let diagnostic = Diagnostic::error("unit-mismatch", action.cannot(&left.name, &right.name))
            .label(left.span, left.label.clone())
            .label(right.span, right.label.clone());
        match help(&right.unit, &left.unit, &right.text, false)
            .or_else(|| help(&left.unit, &right.unit, &left.text, false))
        {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

impl Problem for DeclaredUnitMismatch {
    fn diagnostic(&self) -> Diagnostic {
        let found = &self.found;
        let message = match self.word {
            "as" => format!("{} cannot be given as {}", found.name, self.declared_text),
            _ => format!("declared {}, but the value is {}", self.declared_text, found.name),
        };
        let diagnostic = Diagnostic::error("unit-mismatch", message)
            .label(found.span, found.label.clone())
            .label(self.declared_span, format!("{} {}", self.word, self.declared_text));
        match help(&found.unit, &self.declared, &found.text, self.word != "as") {
            Some(help) => diagnostic.help(help),
            None if self.word == "as" => {
                diagnostic.help("`as` changes between units of one quantity, like `USD/month` and `USD/year`")
            }
            None => diagnostic.help(format!("declare {}, or change what is computed", self.found_text())),
        }
    }
}

impl DeclaredUnitMismatch {
    /// The unit of the value, as it would be declared.
    fn found_text(&self) -> String {
        match self.found.name.as_str() {
            "a count" => "`count`".to_string(),
            "a ratio" | "a percentage" => "`percent` or `ratio`".to_string(),
            "a plain number" => "`number`".to_string(),
            unit => format!("`{unit}`"),
        }
    }
}

/// How a number of the first unit becomes one of the second, if that can be guessed.
fn help(from: &Unit, to: &Unit, text: &Option<String>, declared: bool) -> Option<String> {
    let (missing, _) = to.checked_times(&from.inverse())?;
    let currencies = |u: &Unit| u.factors().iter().filter(|(b, _)| matches!(b, Base::Currency(_))).count();
    if currencies(&missing) == 2 {
        return Some(
            "currencies do not convert into one another: bring the data to one of them first".to_string(),
        );
    }
    let dimensions = missing.factors().iter().map(|(b, p)| (b.dimension(), *p)).collect::<Vec<_>>();
    if let [(Dimension::Time, a), (Dimension::Calendar, b)] = dimensions[..]
        && a == -b
    {
        return Some(
            "months are no number of days: write days, or count months with `months_between`".to_string(),
        );
    }
    let text = text.as_deref()?;
    match missing.factors() {
        [(base, -1)] if base.dimension() == Dimension::Calendar => {
            Some(format!("bring one to the other's unit, for example `{text} / period as {to}`"))
        }
        [(base, 1)] if base.dimension() == Dimension::Calendar && !declared => {
            Some(format!("bring one to the other's unit, for example `{text} * 1 {}`", base.name()))
        }
        _ if from.is_none() && to.is_none() => {
            Some("a percentage is a part of something: multiply by it, or divide the count".to_string())
        }
        _ if from.is_none() && text.starts_with(|c: char| c.is_ascii_digit()) => {
            Some("a percentage is a part of something: multiply by it".to_string())
        }
        _ if from.is_none() && !declared => {
            Some(format!("say in {to} what `{text}` is, where it is declared"))
        }
        _ => None,
    }
}
