//! Aggregates in computed columns, over the rows of another source that link to this
//! one: `order_count = count(orders)`.

use super::checker::Checker;
use super::problems::{LinkChoice, NoLink};
use super::scope::error;
use super::{Aggregate, Expr, ExprKind, LinkId, LinkRef, LinkTime, SourceId, Type};
use crate::model::Item;
use crate::syntax::ast;
use crate::text::Span;

pub(super) fn linked(
    checker: &mut Checker<'_>,
    aggregate: Aggregate,
    row: SourceId,
    via: Option<&ast::Path>,
    ty: Type,
    span: Span,
) -> Expr {
    match choose(checker, aggregate.source, row, via, span) {
        Some(link) => {
            checker.used.links.insert(link);
            Expr::new(ExprKind::Linked { aggregate: Box::new(aggregate), link }, ty, span)
        }
        None => error(span),
    }
}

/// The one link from the rows aggregated to this row's source.
fn choose(
    checker: &mut Checker<'_>,
    from: SourceId,
    to: SourceId,
    via: Option<&ast::Path>,
    span: Span,
) -> Option<LinkRef> {
    let links = &checker.out.source(from).links;
    let fits = |i: &usize| links[*i].target == to && links[*i].time == LinkTime::Always;
    let candidates = (0..links.len()).filter(fits).map(LinkId::from_index).collect::<Vec<_>>();
    let names = candidates.iter().map(|l| links[l.index()].name.clone()).collect::<Vec<_>>();
    let (from_name, to_name) = (checker.out.source(from).name.clone(), checker.out.source(to).name.clone());
    if let Some(path) = via {
        let found = match checker.model.source(from).find(&path.parts[0].name) {
            Some(Item::Link(link)) if path.parts.len() == 1 => Some(link),
            _ => None,
        };
        if let Some(link) = found.filter(|l| candidates.contains(l)) {
            return Some(LinkRef { source: from, link });
        }
        checker.report(LinkChoice { from: from_name, to: to_name, names, span: path.span, written: true });
        return None;
    }
    match candidates[..] {
        [link] => return Some(LinkRef { source: from, link }),
        [] => {
            let mut links = checker.out.source(from).links.iter();
            let dated = links.find(|link| link.target == to && link.time != LinkTime::Always);
            let dated = dated.map(|link| link.name.clone());
            let base = checker.model.source(from).rollup.as_ref().and_then(|rollup| rollup.base);
            let key = base.map(|base| checker.out.source(base).name.clone());
            checker.report(NoLink { from: from_name, to: to_name, dated, key, span });
        }
        _ => checker.report(LinkChoice { from: from_name, to: to_name, names, span, written: false }),
    }
    None
}
