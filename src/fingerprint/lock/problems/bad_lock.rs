//! `bad-lock`: a line of kepi.lock that does not read. `other-algorithm`: one whose hash
//! another Kepi made.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BadLock {
    /// A merge has not been finished.
    pub merging: bool,
    pub span: Span,
}

impl Problem for BadLock {
    fn diagnostic(&self) -> Diagnostic {
        let what = if self.merging { "kepi.lock is not merged" } else { "a line of kepi.lock does not read" };
        let help = match self.merging {
            true => {
                "keep the lines of both sides and take the markers out; with `kepi.lock merge=union` in .gitattributes git does so by itself"
            }
            false => "the file is written by `kepi lock`; take its last good state from git",
        };
        Diagnostic::error("bad-lock", what).label(self.span, "").help(help)
    }
}

#[derive(Debug)]
pub struct OtherAlgorithm {
    pub count: usize,
    pub algorithm: u32,
    pub span: Span,
}

impl Problem for OtherAlgorithm {
    fn diagnostic(&self) -> Diagnostic {
        let (count, algorithm) = (self.count, self.algorithm);
        let versions = if count == 1 { "version is" } else { "versions are" };
        Diagnostic::warning(
            "other-algorithm",
            format!("{count} {versions} recorded by fingerprints of another Kepi (algorithm {algorithm})"),
        )
        .label(self.span, "cannot be compared")
        .help("`kepi lock` records them anew; do that where nothing else changes")
    }
}
