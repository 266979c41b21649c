//! `bad-allow`, `allow-ended`, `useless-allow`: comments that let a warning pass.

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BadAllow {
    pub span: Span,
}

impl Problem for BadAllow {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bad-allow", "a comment to Kepi says which message, until when and why")
            .label(self.span, "does not read so")
            .help("write `// kepi: allow unused until 2027-01-31: the board asks for it in spring`")
    }
}

#[derive(Debug)]
pub struct AllowEnded {
    pub until: Date,
    pub reason: String,
    pub span: Span,
}

impl Problem for AllowEnded {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("allow-ended", format!("this was allowed until {}: {}", self.until, self.reason))
            .label(self.span, "has passed")
            .help("put right what it is about, or give it a later day")
    }
}

#[derive(Debug)]
pub struct UselessAllow {
    pub names: Vec<String>,
    pub span: Span,
}

impl Problem for UselessAllow {
    fn diagnostic(&self) -> Diagnostic {
        let names = self.names.join("`, `");
        Diagnostic::warning("useless-allow", format!("there is no warning `{names}` to allow here"))
            .label(self.span, "allows nothing")
            .help("leave it out; it is about its own line, or about the next where it stands alone, and only of warnings")
    }
}
