//! `misplaced-distinct`: `distinct` where there are no values to tell apart.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct DistinctWithoutColumn {
    pub function: &'static str,
    /// It is a count, but not of a column.
    pub count: bool,
    pub span: Span,
}

impl Problem for DistinctWithoutColumn {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("misplaced-distinct", "`distinct` stands in counts of a column")
            .label(self.span, if self.count { "different values of what?" } else { "not a count" })
            .help(if self.count {
                "name a column: `count(distinct orders.customer_id)`; rows are different anyway".to_string()
            } else {
                format!("leave `distinct` out of `{}`, or count: `count(distinct …)`", self.function)
            })
    }
}
