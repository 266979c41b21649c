//! `two-bases`: the key of a rollup is made of two sources.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct TwoBases {
    pub rollup: String,
    pub span: Span,
}

impl Problem for TwoBases {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!("the rows of `{}` cannot be keyed by two sources", self.rollup);
        Diagnostic::error("two-bases", message)
            .label(self.span, "of another source than the key before it")
            .help("name one source, or columns of one source, for example `per orders.customer_id, orders.product_id`")
    }
}
