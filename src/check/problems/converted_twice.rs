//! `converted-twice`: a value is multiplied by what its unit and the declared one differ by, which
//! the declaration does, too.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;
use crate::units::Unit;

#[derive(Debug)]
pub struct ConvertedTwice {
    /// What is written: `* 12`
    pub by: String,
    pub factor: Span,
    pub from: Unit,
    pub to: Unit,
    pub declared: Span,
}

impl Problem for ConvertedTwice {
    fn diagnostic(&self) -> Diagnostic {
        let ConvertedTwice { by, from, to, .. } = self;
        Diagnostic::error("converted-twice", format!("`{from}` is turned into `{to}` twice"))
            .label(self.factor, "leave it out")
            .label(self.declared, format!("turns it into `{to}`, too"))
            .help(format!("a value in `{from}` is one in `{to}`, too: Kepi converts it, which is the `{by}`"))
    }
}
