//! `long-argument`: an expression in an aggregate of a metric, where a column has to be named.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct LongArgument {
    pub function: &'static str,
    pub distinct: bool,
    /// Where the column belongs.
    pub source: Option<String>,
    /// It is made of aggregates itself.
    pub aggregated: bool,
    pub span: Span,
}

impl Problem for LongArgument {
    fn diagnostic(&self) -> Diagnostic {
        let at = self.source.as_ref().map_or("the source".to_string(), |s| format!("`{s}`"));
        let name = self.source.as_deref().unwrap_or("source");
        Diagnostic::error(
            "long-argument",
            format!("`{}` in a metric takes a column, not an expression", self.function),
        )
        .label(self.span, "give this a name")
        .help(match self.aggregated {
            true => format!(
                "aggregates of aggregates are those of a rollup: `rollup totals per {name}.customer_id {{ value = … }}`, \
                 and `{}(totals.value)`",
                self.function
            ),
            false => format!(
                "name a computed column in {at}, `value = …`, and write `{}({}{name}.value)`",
                self.function,
                if self.distinct { "distinct " } else { "" }
            ),
        })
    }
}
