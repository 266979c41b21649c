//! `misplaced-part`: a part of a call that it does not take, or in another order.

use super::super::builtins::{Builtin, Part};
use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct MisplacedPart {
    pub builtin: &'static Builtin,
    pub part: Span,
    /// It stands behind the first, but belongs before it.
    pub before: Option<(Part, Part)>,
}

impl Problem for MisplacedPart {
    fn diagnostic(&self) -> Diagnostic {
        let name = self.builtin.name;
        let words = |parts: &[Part]| {
            parts.iter().filter(|p| **p != Part::Via).map(|p| p.words()).collect::<Vec<_>>().join(", ")
        };
        match self.before {
            Some((last, found)) if last == found => {
                Diagnostic::error("misplaced-part", format!("this part of `{name}` is given twice"))
                    .label(self.part, "again")
                    .help("keep one of the two")
            }
            Some((last, found)) => {
                let message = format!("{} stands before {}", found.words(), last.words());
                Diagnostic::error("misplaced-part", message)
                    .label(self.part, "too late")
                    .help(format!("the order is {}", words(self.builtin.parts)))
            }
            None => Diagnostic::error("misplaced-part", format!("`{name}` does not take this here"))
                .label(self.part, "does not belong here")
                .help(match self.builtin.parts {
                    [] => format!("`{name}` takes arguments only"),
                    parts => format!("`{name}` takes {}", words(parts)),
                }),
        }
    }
}
