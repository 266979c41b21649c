//! `too-many-primary`: an executive scorecard with so many main figures that none is one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct TooManyPrimary {
    pub name: String,
    pub number: usize,
    pub most: usize,
    pub span: Span,
}

impl Problem for TooManyPrimary {
    fn diagnostic(&self) -> Diagnostic {
        let TooManyPrimary { name, number, most, span } = self;
        Diagnostic::warning("too-many-primary", format!("`{name}` has {number} primary metrics"))
            .label(*span, format!("more than {most}"))
            .help("leave out what leads to another one, or make it `tier secondary`")
    }
}
