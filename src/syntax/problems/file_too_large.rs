//! A file beyond the limit.
//! Reported at its beginning.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub const MAX_FILE_SIZE: usize = 1 << 20;

pub struct FileTooLarge {
    /// In bytes.
    pub size: usize,
    pub span: Span,
}

impl Problem for FileTooLarge {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!("the file has {} bytes, more than the limit of {MAX_FILE_SIZE}", self.size);
        Diagnostic::error("file-too-large", message)
            .label(self.span, "")
            .help("split it: all files of a project are read as one, in any order")
    }
}
