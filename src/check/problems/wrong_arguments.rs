//! `wrong-arguments`: a call with too few or too many arguments.

use super::super::builtins::{Builtin, Needed, Part};
use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct WrongArguments {
    pub builtin: &'static Builtin,
    pub found: usize,
    pub span: Span,
}

impl Problem for WrongArguments {
    fn diagnostic(&self) -> Diagnostic {
        let name = self.builtin.name;
        let found = match self.found {
            0 => "no argument".to_string(),
            1 => "one argument".to_string(),
            n => format!("{n} arguments"),
        };
        Diagnostic::error("wrong-arguments", format!("`{name}` does not take {found}"))
            .label(self.span, format!("it is called as `{}`", signature(self.builtin)))
            .help(format!("`{name}`: {}", self.builtin.docs))
    }
}

/// `round(x, [digits])`
pub(super) fn signature(builtin: &Builtin) -> String {
    let parameter = |p: &super::super::builtins::Parameter| match p.needed {
        Needed::Always => p.name.to_string(),
        Needed::Optional => format!("[{}]", p.name),
        Needed::Repeated => format!("{}, …", p.name),
    };
    let parameters = builtin.parameters.iter().map(parameter).collect::<Vec<_>>().join(", ");
    let parts = match builtin.parts {
        // what stands beside nothing else is easily taken for an argument
        [Part::Per, ..] if parameters.is_empty() => "per k by c",
        _ => "",
    };
    format!("{}({parameters}{parts})", builtin.name)
}
