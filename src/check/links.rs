//! Links: their targets and columns, matched to the key of the target.

use super::checker::Checker;
use super::infer::length;
use super::problems::{LinkKey, LinkToOther, LinkTypes, MissingKey, NoInterval, NoTime, WrongType};
use super::row::RowScope;
use super::{
    BinaryOp, ColumnId, ColumnRef, Expect, ExpectKind, Expr, ExprKind, Link, LinkId, LinkRef, LinkTime, Repr,
    SourceId, SourceKind, Type, describe, sources, suggest,
};
use crate::model::{self, Item};
use crate::syntax::ast;
use crate::text::Span;

/// A link to a source that does not exist, reported.
const NOWHERE: SourceId = SourceId(u32::MAX);

pub(super) fn declare(checker: &mut Checker<'_>, id: SourceId) {
    let model = checker.model;
    for link in &model.source(id).links {
        let link = match link {
            model::Link::Declared(ast) => declared(checker, id, ast),
            model::Link::ToBase { name, span } => to_base(checker, id, name, *span),
            model::Link::OfBase { name, span, link, via } => {
                of_base(checker, id, name, *span, *link, via.clone())
            }
        };
        checker.out.sources[id.index()].links.push(link);
    }
}

fn declared(checker: &mut Checker<'_>, id: SourceId, ast: &ast::Link) -> Link {
    let target = match checker.model.find_source(&ast.target.name) {
        Some(target) => target,
        None => {
            suggest::unknown_source(checker, &ast.target);
            NOWHERE
        }
    };
    let via = if ast.via.is_empty() {
        implied(checker, id, ast).into_iter().collect()
    } else {
        ast.via.iter().filter_map(|name| sources::column(checker, id, name)).collect()
    };
    let time = match &ast.time {
        None => LinkTime::Always,
        Some(time) => self::time(checker, id, time).unwrap_or(LinkTime::Always),
    };
    Link { name: ast.name.name.clone(), docs: ast.docs.clone(), span: ast.span, target, via, time }
}

/// Without `via`, the column `l_id`.
fn implied(checker: &mut Checker<'_>, id: SourceId, ast: &ast::Link) -> Option<ColumnId> {
    let name = format!("{}_id", ast.name.name);
    match checker.model.source(id).find(&name) {
        Some(Item::Column(column)) => {
            checker.used.columns.insert((id, column));
            Some(column)
        }
        _ => {
            let near = suggest::near_column(checker, id, &name);
            checker.report(LinkKey { link: &ast.name, column: name, near });
            None
        }
    }
}

fn time(checker: &mut Checker<'_>, id: SourceId, time: &ast::LinkTime) -> Option<LinkTime> {
    match time {
        ast::LinkTime::At(name) => sources::column(checker, id, name).map(LinkTime::At),
        ast::LinkTime::LatestBefore { column, within } => {
            let column = sources::column(checker, id, column)?;
            let within = match within {
                Some(ast) => Some(length(&mut RowScope::new(checker, id), ast)?),
                None => None,
            };
            Some(LinkTime::LatestBefore { column, within })
        }
    }
}

/// From a rollup to the source whose rows are its keys.
fn to_base(checker: &Checker<'_>, id: SourceId, name: &str, span: Span) -> Link {
    let source = checker.model.source(id);
    let target = source.rollup.as_ref().and_then(|r| r.base).unwrap_or(NOWHERE);
    let key = |c: &model::Column| matches!(c.kind, model::ColumnKind::Key(_));
    let via =
        (0..source.columns.len()).filter(|i| key(&source.columns[*i])).map(ColumnId::from_index).collect();
    Link { name: name.to_string(), docs: None, span, target, via, time: LinkTime::Always }
}

/// From a rollup where a link of its base leads.
fn of_base(
    checker: &Checker<'_>,
    id: SourceId,
    name: &str,
    span: Span,
    link: LinkId,
    via: Vec<ColumnId>,
) -> Link {
    let base = checker.model.source(id).rollup.as_ref().and_then(|r| r.base);
    let target = match base.map(|b| &checker.model.source(b).links[link.index()]) {
        Some(model::Link::Declared(ast)) => checker.model.find_source(&ast.target.name),
        _ => None,
    };
    let target = target.unwrap_or(NOWHERE);
    Link { name: name.to_string(), docs: None, span, target, via, time: LinkTime::Always }
}

/// That the columns of each link fit the key of its target.
pub(super) fn check(checker: &mut Checker<'_>, id: SourceId) {
    for index in 0..checker.out.source(id).links.len() {
        let link = LinkRef { source: id, link: LinkId::from_index(index) };
        if let Some(target) = checker.target(link) {
            check_key(checker, link, target);
            check_time(checker, link, target);
            promise(checker, link, target);
        }
    }
}

fn check_key(checker: &mut Checker<'_>, link: LinkRef, target: SourceId) {
    let (here, there) = (checker.out.link(link), checker.out.source(target));
    let (name, span) = (here.name.clone(), here.span);
    if here.via.is_empty() {
        return;
    }
    if there.key.is_empty() {
        let declared = checker.model.source(target).key.is_some();
        let span_there = checker.model.source(target).name.span;
        if !declared {
            let target = there.name.clone();
            let what = format!("the link `{name}`");
            checker.report(MissingKey { what, target, span, target_span: span_there });
        }
        return;
    }
    // a link in time may leave the end of the key to the date
    let in_time = here.time != LinkTime::Always;
    let fits = here.via.len() == there.key.len() || (in_time && here.via.len() < there.key.len());
    let named = |source: SourceId, column: &ColumnId| {
        checker.out.source(source).columns[column.index()].name.as_str()
    };
    // of some columns of a key, one that is called like a later one means that
    let another = here.via.iter().zip(&there.key).any(|(via, key)| {
        let later = there.key[here.via.len().min(there.key.len())..].iter();
        let via = named(link.source, via);
        via != named(target, key) && later.map(|column| named(target, column)).any(|name| name == via)
    });
    if !fits || another {
        let names = |source: &super::Source, ids: &[ColumnId]| {
            ids.iter().map(|c| source.columns[c.index()].name.clone()).collect::<Vec<_>>()
        };
        let key = names(there, &there.key);
        let via = names(checker.out.source(link.source), &here.via);
        let target = there.name.clone();
        checker.report(LinkTypes { link: name, target, via, key, types: None, span });
        return;
    }
    let pairs = here.via.iter().copied().zip(there.key.iter().copied()).collect::<Vec<_>>();
    if let (&[(a, b)], true) = (pairs.as_slice(), link.source != target) {
        check_name(checker, link, target, a, b);
    }
    for (a, b) in pairs {
        check_pair(checker, link, target, a, b);
    }
}

/// That a column is not matched to another than the one that is called like it.
fn check_name(checker: &mut Checker<'_>, link: LinkRef, target: SourceId, a: ColumnId, b: ColumnId) {
    let (here, there) = (checker.out.source(link.source), checker.out.source(target));
    let (column, key) = (&here.columns[a.index()], &there.columns[b.index()]);
    let same = there.columns.iter().any(|c| c.name == column.name && c.ty == column.ty);
    if !same || column.name == key.name || !matches!(there.kind, SourceKind::Stored(_)) {
        return;
    }
    let declared = checker.out.link(link);
    let told_apart = match declared.time {
        LinkTime::Always => None,
        LinkTime::At(_) => there.valid.map(|(from, _)| from),
        LinkTime::LatestBefore { .. } => there.time.as_ref().map(|time| time.column),
    };
    let in_time = told_apart.map(|c| there.columns[c.index()].name.clone());
    let (target, column, key) = (there.name.clone(), column.name.clone(), key.name.clone());
    checker.report(LinkToOther { target, column, key, in_time, span: declared.span });
}

/// That a row which names another leads to one, where `where` leaves out none of those.
fn promise(checker: &mut Checker<'_>, link: LinkRef, target: SourceId) {
    let (here, there) = (checker.out.link(link), checker.out.source(target));
    let stored = |id: SourceId| matches!(checker.out.source(id).kind, SourceKind::Stored(_));
    let fits = !here.via.is_empty() && here.via.len() == there.key.len();
    let all_rows = checker.model.source(target).filters.is_empty();
    if !stored(link.source) || !stored(target) || here.time != LinkTime::Always || !fits || !all_rows {
        return;
    }
    let span = here.span;
    let is_missing = |links: Vec<LinkRef>, source: SourceId, column: ColumnId| {
        let column = ColumnRef { links, source, column };
        let ty = checker.out.column(&column).ty.clone();
        let column = Expr::new(ExprKind::Column(column), ty, span);
        Expr::new(ExprKind::IsMissing(column), Type::Bool, span)
    };
    let met = ExprKind::Not(is_missing(vec![link], target, there.key[0]));
    let met = Expr::new(met, Type::Bool, span);
    let condition = here.via.iter().fold(met, |met, via| {
        let none = is_missing(Vec::new(), link.source, *via);
        Expr::new(ExprKind::Binary(BinaryOp::Or, none, met), Type::Bool, span)
    });
    let kind = ExpectKind::Holds(condition);
    checker.out.sources[link.source.index()].implied.push(Expect { kind, warn: true, span });
}

fn check_pair(checker: &mut Checker<'_>, link: LinkRef, target: SourceId, a: ColumnId, b: ColumnId) {
    let here = &checker.out.source(link.source).columns[a.index()];
    let there = &checker.out.source(target).columns[b.index()];
    if joinable(&here.ty, &there.ty) {
        return;
    }
    let (name, span) = (checker.out.link(link).name.clone(), checker.out.link(link).span);
    let types = Some((describe::type_name(&here.ty), describe::type_name(&there.ty)));
    let (via, key) = (vec![here.name.clone()], vec![there.name.clone()]);
    let target = checker.out.source(target).name.clone();
    checker.report(LinkTypes { link: name, target, via, key, types, span });
}

/// Whether values of the two can be equal, and are compared exactly.
fn joinable(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Error, _) | (_, Type::Error) => true,
        (Type::Number(a), Type::Number(b)) => {
            a.unit == b.unit && (a.repr == b.repr || (a.repr != Repr::Float && b.repr != Repr::Float))
        }
        (Type::Enum(a), Type::Enum(b)) => super::same_members(a, b),
        _ => a == b,
    }
}

/// `at c` needs `valid` there, `latest before c` needs `time` there; both a date here.
fn check_time(checker: &mut Checker<'_>, link: LinkRef, target: SourceId) {
    let here = checker.out.link(link);
    let (span, there) = (here.span, checker.out.source(target));
    let column = match here.time {
        LinkTime::Always => return,
        LinkTime::At(column) => {
            if there.valid.is_none() {
                let rollup = matches!(there.kind, SourceKind::Rollup(_));
                checker.report(NoInterval { source: there.name.clone(), rollup, span });
            }
            column
        }
        LinkTime::LatestBefore { column, .. } => {
            if there.time.is_none() {
                let (what, source) = ("`latest before`".to_string(), there.name.clone());
                checker.report(NoTime { what, source, span, help: None });
            }
            column
        }
    };
    let column = &checker.out.source(link.source).columns[column.index()];
    if !matches!(column.ty, Type::Date | Type::Timestamp | Type::Error) {
        let found = describe::type_name(&column.ty);
        let place = "a link in time".to_string();
        checker.report(WrongType { place, wanted: "a date", found, span, help: None });
    }
}
