//! `unknown-unit`: a word that is no unit or type.

use crate::diagnostic::{Diagnostic, Problem, nearest};
use crate::syntax::ast;
use crate::units::Currency;

pub const UNITS: &[&str] = &[
    "money", "percent", "points", "ratio", "count", "number", "seconds", "minutes", "hours", "days", "weeks",
    "months", "quarters", "years",
];
pub const TYPES: &[&str] = &["text", "bool", "int", "number", "decimal", "date", "timestamp", "one of"];

#[derive(Debug)]
pub struct UnknownUnit<'a> {
    pub found: &'a ast::Ident,
    /// Types may stand here, too.
    pub types: bool,
}

impl Problem for UnknownUnit<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let name = &self.found.name;
        if ["percent", "points", "ratio"].contains(&name.as_str()) {
            return Diagnostic::error("unknown-unit", format!("`{name}` cannot be part of a product"))
                .label(self.found.span, "stands by itself only")
                .help("write the rest of the unit: `1/month`");
        }
        let what = if self.types { "type or unit" } else { "unit" };
        let diagnostic = Diagnostic::error("unknown-unit", format!("there is no {what} named `{name}`"));
        if self.types && ["decimal", "numeric"].contains(&name.as_str()) {
            return diagnostic.label(self.found.span, "with how many digits?").help(
                "say how many, and how many of them stand behind the point: `decimal(12, 2)`; an amount \
                 of money is `USD`, any other number `number`",
            );
        }
        if !self.types && ["text", "date", "timestamp", "bool"].contains(&name.as_str()) {
            return diagnostic.label(self.found.span, "is no unit").help(
                "only numbers have a unit; of what is not a number the type is that of its value: leave it out",
            );
        }
        let upper = name.to_uppercase();
        let currency = Currency::from_code(&upper).map(|_| upper.as_str());
        let known = UNITS.iter().chain(if self.types { TYPES } else { &[] }).copied();
        match currency.or_else(|| other_name(name)).or_else(|| nearest(name, known)) {
            Some(near) => diagnostic
                .label(self.found.span, format!("did you mean `{near}`?"))
                .fix(self.found.span, near),
            None => diagnostic.label(self.found.span, "not known").help(
                "units are currencies like `USD`, `money`, `percent`, `points`, `ratio`, `count`, `number`, \
                 `seconds` to `weeks`, `months` to `years`, and their products: `USD/month`",
            ),
        }
    }
}

/// What other languages call these types.
fn other_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "string" | "str" | "varchar" | "char" => "text",
        "integer" | "bigint" | "long" => "int",
        "float" | "double" | "real" => "number",
        "boolean" => "bool",
        "datetime" => "timestamp",
        "enum" => "one of",
        "percentage" | "pct" => "percent",
        _ => return None,
    })
}
