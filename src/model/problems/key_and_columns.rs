//! `key-and-columns`: a rollup has the rows of a source for its key, and something else of them.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct KeyAndColumns {
    pub source: String,
    pub first: Span,
    pub second: Span,
}

impl Problem for KeyAndColumns {
    fn diagnostic(&self) -> Diagnostic {
        let source = &self.source;
        let message = format!("one row for each of `{source}` is the whole key");
        Diagnostic::error("key-and-columns", message)
            .label(self.second, "and this of it, too")
            .label(self.first, "the key has this")
            .help(format!(
                "keep `{source}` for one row for each of its rows, or name only columns for one row for each of \
                 their values; what the rows of `{source}` have can be sliced by without being in the key"
            ))
    }
}
