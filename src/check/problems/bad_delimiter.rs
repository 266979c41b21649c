//! `bad-delimiter`: what separates fields of a CSV file is not one character, or is said of another file.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BadDelimiter {
    pub span: Span,
    /// Of Parquet, which has none.
    pub parquet: bool,
}

impl Problem for BadDelimiter {
    fn diagnostic(&self) -> Diagnostic {
        if self.parquet {
            return Diagnostic::error("bad-delimiter", "only CSV files have a delimiter")
                .label(self.span, "the file is Parquet")
                .help("leave it out");
        }
        Diagnostic::error("bad-delimiter", "a delimiter is one character")
            .label(self.span, "not one")
            .help("for example `delimiter \";\"` or `delimiter \"\\u{9}\"`, a tab")
    }
}
