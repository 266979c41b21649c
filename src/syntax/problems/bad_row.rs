//! A line of a test's table that is not one, and a range where one period is meant.
//! Reported at the row, or at the cell.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct BadRow {
    pub why: RowMistake,
    pub span: Span,
}

pub enum RowMistake {
    /// Its last `|` is missing.
    Unclosed,
    /// Something stands before it on its line.
    NotAlone,
    Cells {
        found: usize,
        header: usize,
    },
    /// A cell begins with `"` and is no text.
    Quotes,
    /// The line of dashes that Markdown has below a header.
    Ruler,
}

impl Problem for BadRow {
    fn diagnostic(&self) -> Diagnostic {
        let error = |message: &str| Diagnostic::error("bad-row", message);
        match self.why {
            RowMistake::Unclosed => {
                let end = Span { start: self.span.end, ..self.span };
                error("a row of a table ends with `|`")
                    .label(self.span, "no `|` behind its last cell")
                    .help("every row is one line, and stands between `|`")
                    .fix(end, " |")
            }
            RowMistake::NotAlone => error("a table begins on a line of its own")
                .label(self.span, "something stands before it")
                .help("every row is one line, and stands between `|`"),
            RowMistake::Cells { found, header } => {
                let cells = |n: usize| if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
                error(&format!("the row has {}, the header has {}", cells(found), cells(header)))
                    .label(self.span, "")
                    .help("a missing value is an empty cell, `| |`; a `|` in a value stands in quotes: `\"a|b\"`")
            }
            RowMistake::Ruler => error("a table of a test has no line of dashes")
                .label(self.span, "not a row")
                .help("leave it out: the first row is the header"),
            RowMistake::Quotes => error("the quotes of this cell do not match")
                .label(self.span, "")
                .help("a quoted cell begins and ends with `\"`; a quote in it is written `\\\"`"),
        }
    }
}
