//! A bracket or quote that nothing closes.
//! Reported where it opens.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct Unclosed {
    /// `(`, `{`, `[` or `"`
    pub opened: char,
    pub span: Span,
}

impl Problem for Unclosed {
    fn diagnostic(&self) -> Diagnostic {
        let (closing, help) = match self.opened {
            '(' => (')', "every `(` needs its `)`"),
            '[' => (']', "every `[` needs its `]`"),
            '{' => ('}', "every `{` needs its `}`"),
            _ => ('"', "a text ends on the line it begins on; `\\n` in it stands for a line break"),
        };
        Diagnostic::error("unclosed", format!("this `{}` is never closed", self.opened))
            .label(self.span, format!("no `{closing}` closes it"))
            .help(help)
    }
}
