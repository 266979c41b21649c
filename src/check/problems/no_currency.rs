//! `no-currency`: `money` where the project has no currency.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NoCurrency {
    pub span: Span,
}

impl Problem for NoCurrency {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("no-currency", "`money` needs the currency of the project")
            .label(self.span, "which currency?")
            .help("set `currency = \"USD\"` under `[defaults]` in kepi.toml, or write the currency here")
    }
}
