//! The parts behind the arguments of a call, each at most once and in their order.

use super::builtins::{Builtin, Part};
use super::problems::MisplacedPart;
use crate::diagnostic::Problems;
use crate::syntax::ast::{self, PartKind};

#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    pub of: Option<&'a ast::Expr>,
    pub over: Option<&'a [ast::Ident]>,
    pub via: Option<&'a ast::Path>,
    pub per: &'a [ast::Expr],
    pub by: Option<&'a ast::Expr>,
    pub on: Option<&'a ast::Path>,
    pub window: Option<&'a ast::Part>,
    pub filter: Option<&'a ast::Expr>,
    pub mature: Option<&'a ast::Expr>,
}

impl<'a> Parts<'a> {
    /// Parts that the built-in does not take, or in another order, are reported and left out.
    pub(super) fn read(problems: &mut Problems, builtin: &'static Builtin, call: &'a ast::Call) -> Parts<'a> {
        let mut parts = Parts::default();
        let mut last: Option<Part> = None;
        for part in &call.parts {
            let kind = kind(&part.kind);
            let before = last.filter(|last| *last >= kind);
            if before.is_some() || !builtin.parts.contains(&kind) {
                let before = before.filter(|_| builtin.parts.contains(&kind));
                problems.push(MisplacedPart { builtin, part: part.span, before: before.map(|b| (b, kind)) });
                continue;
            }
            last = Some(kind);
            parts.take(part);
        }
        parts
    }

    fn take(&mut self, part: &'a ast::Part) {
        match &part.kind {
            PartKind::Of(e) => self.of = Some(e),
            PartKind::Over(names) => self.over = Some(names),
            PartKind::Via(path) => self.via = Some(path),
            PartKind::Per(list) => self.per = list,
            PartKind::By(e) => self.by = Some(e),
            PartKind::On(path) => self.on = Some(path),
            PartKind::Where(e) => self.filter = Some(e),
            PartKind::Mature(e) => self.mature = Some(e),
            _ => self.window = Some(part),
        }
    }
}

fn kind(part: &PartKind) -> Part {
    match part {
        PartKind::Of(_) => Part::Of,
        PartKind::Over(_) => Part::Over,
        PartKind::Via(_) => Part::Via,
        PartKind::Per(_) => Part::Per,
        PartKind::By(_) => Part::By,
        PartKind::On(_) => Part::On,
        PartKind::Trailing(_)
        | PartKind::ToDate(_)
        | PartKind::AtEnd
        | PartKind::AtStart
        | PartKind::During
        | PartKind::Ever => Part::Window,
        PartKind::Where(_) => Part::Where,
        PartKind::Mature(_) => Part::Mature,
    }
}
