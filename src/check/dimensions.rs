//! Dimensions: one row expression for each source they are defined on, bands, and the
//! links that paths to them have to take.

use std::sync::Arc;

use super::checker::Checker;
use super::infer::infer;
use super::operators::{common, comparison};
use super::problems::{
    Action, BandsOrder, NeedsColumn, TwoSources, ViaElsewhere, ViaItself, WrongBand, WrongType,
};
use super::row::RowScope;
use super::scope::{Scope, error};
use super::{
    BinaryOp, Dimension, DimensionId, DimensionValue, Enumeration, Expr, ExprKind, LinkRef, Literal, Member,
    RollupPeriod, SourceId, SourceKind, Type, reach, suggest, walk,
};
use crate::diagnostic::Problem;
use crate::model::{DuplicateName, GivenTwice, Item, Model};
use crate::syntax::ast;
use crate::text::Span;

/// As far as names go, so that messages can name them.
pub(super) fn declare(model: &Model<'_>) -> Vec<Dimension> {
    let one = |ast: &&ast::Dimension| Dimension {
        name: ast.name.name.clone(),
        label: ast.label.as_ref().map(|l| l.value.clone()),
        docs: ast.docs.clone(),
        span: ast.span,
        ty: Type::Error,
        values: Vec::new(),
        via: Vec::new(),
        members_all: ast.members_all,
    };
    model.dimensions.iter().map(one).collect()
}

pub(super) fn check(checker: &mut Checker<'_>) {
    for (index, ast) in checker.model.dimensions.iter().enumerate() {
        let links = |path| Some((link(checker, path)?, path.span));
        let via: Vec<(LinkRef, Span)> = ast.via.iter().filter_map(links).collect();
        let values = ast.values.iter().filter_map(|value| self::value(checker, ast, value)).collect();
        let (values, ty) = one_type(checker, values);
        let out = &mut checker.out.dimensions[DimensionId::from_index(index).index()];
        (out.via, out.values, out.ty) = (via.iter().map(|(link, _)| *link).collect(), values, ty);
        via.into_iter()
            .for_each(|(link, span)| must_lead(checker, DimensionId::from_index(index), link, span));
    }
}

/// To one of the sources that have the dimension.
fn must_lead(checker: &mut Checker<'_>, id: DimensionId, link: LinkRef, span: Span) {
    let model = &checker.out;
    let dimension = model.dimension(id);
    let leads = |target| reach::leads(model, target, &|s| dimension.values.iter().any(|v| v.source == s));
    let target = model.link(link).target;
    if dimension.values.is_empty() || target.index() >= model.sources.len() || leads(target) {
        return;
    }
    let source = model.source(link.source);
    let known = source.links.iter().filter(|l| l.target.index() < model.sources.len() && leads(l.target));
    let problem = ViaElsewhere {
        source: source.name.clone(),
        link: model.link(link).name.clone(),
        target: model.source(target).name.clone(),
        dimension: dimension.name.clone(),
        known: known.map(|l| l.name.clone()).collect(),
        span,
    };
    checker.report(problem);
}

/// `via opportunities.owner`
fn link(checker: &mut Checker<'_>, path: &ast::Path) -> Option<LinkRef> {
    let [source, name] = &path.parts[..] else {
        suggest::not_a_link(checker, path);
        return None;
    };
    let Some(id) = checker.model.find_source(&source.name) else {
        suggest::unknown_source(checker, source);
        return None;
    };
    match checker.model.source(id).find(&name.name) {
        Some(Item::Link(link)) => {
            let link = LinkRef { source: id, link };
            checker.used.links.insert(link);
            if checker.out.link(link).target == id {
                let (source, link) = (source.name.clone(), name.name.clone());
                checker.report(ViaItself { source, link, span: path.span });
                return None;
            }
            Some(link)
        }
        _ => {
            suggest::not_a_link(checker, path);
            None
        }
    }
}

fn value(checker: &mut Checker<'_>, ast: &ast::Dimension, value: &ast::Expr) -> Option<DimensionValue> {
    let source = source_of(checker, value)?;
    let mut scope = RowScope { checker, source, named: true };
    let expr = infer(&mut scope, value, None);
    let expr = match &ast.bands {
        Some(bands) => in_bands(&mut scope, expr, bands),
        None => expr,
    };
    if !by_period(checker, source) {
        super::sources::no_period(checker, &expr, "a dimension");
    }
    Some(DimensionValue { source, value: expr })
}

/// Whether a row of the source is of one period.
fn by_period(checker: &Checker<'_>, source: SourceId) -> bool {
    match &checker.out.source(source).kind {
        SourceKind::Rollup(rollup) => rollup.period != RollupPeriod::None,
        SourceKind::Stored(_) => false,
    }
}

/// The source whose name the paths in the expression begin with.
fn source_of(checker: &mut Checker<'_>, value: &ast::Expr) -> Option<SourceId> {
    let mut found: Option<SourceId> = None;
    let paths = walk::paths(value);
    for path in &paths {
        let Some(source) = checker.model.find_source(&path.parts[0].name) else { continue };
        if found.is_some_and(|f| f != source) {
            checker.report(TwoSources { span: path.span, what: "one value of a dimension" });
            return None;
        }
        found = Some(source);
    }
    if found.is_none() {
        match paths.first() {
            Some(path) => suggest::not_a_source(checker, path),
            None => checker.report(NeedsColumn { span: value.span }),
        }
    }
    found
}

/// `small < 10_000, mid < 50_000, large`: the first that fits; missing stays missing.
fn in_bands(scope: &mut RowScope<'_, '_>, value: Expr, bands: &[ast::Band]) -> Expr {
    if value.ty == Type::Error {
        return value;
    }
    if !matches!(value.ty, Type::Number(_) | Type::Date | Type::Timestamp) {
        let found = super::describe::with_origin(scope.project(), &value);
        let (place, span) = ("`in bands`".to_string(), value.span);
        scope.add(WrongType { place, wanted: "a number", found, span, help: None }.diagnostic());
        return error(span);
    }
    let mut arms = Vec::new();
    let mut last: Option<Expr> = None;
    for (i, band) in bands.iter().enumerate() {
        let name = &band.name;
        if let Some(first) = bands[..i].iter().find(|b| b.name.name == name.name) {
            let (second, first) = (name.span, first.name.span);
            let twice = DuplicateName { what: "a band", name: &name.name, second, first, free_version: None };
            scope.add(twice.diagnostic());
        }
        if band.below.is_none() && i + 1 < bands.len() {
            scope.add(BandsOrder { span: name.span, wrong: WrongBand::Open }.diagnostic());
        }
        let condition = match &band.below {
            Some(ast) => {
                let below = infer(scope, ast, None);
                if below.ty == Type::Missing {
                    let (place, found) = ("the limit of a band".to_string(), "missing".to_string());
                    let help = Some("the last band stands without a limit, and takes the rest".to_string());
                    let (wanted, span) = ("a number", below.span);
                    scope.add(WrongType { place, wanted, found, span, help }.diagnostic());
                }
                if last.as_ref().is_some_and(|last| !rises(last, &below)) {
                    scope.add(BandsOrder { span: ast.span, wrong: WrongBand::Below }.diagnostic());
                }
                if i + 1 == bands.len() {
                    scope.add(BandsOrder { span: ast.span, wrong: WrongBand::Closed }.diagnostic());
                }
                last = Some(below.clone());
                comparison(scope, BinaryOp::Less, value.clone(), below, ast.span)
            }
            None => rest(scope, &value, last.as_ref(), band),
        };
        arms.push((condition, i as u16));
    }
    let member = |b: &ast::Band| Member { name: b.name.name.clone(), raw: b.name.name.clone() };
    let ty = Type::Enum(Arc::new(Enumeration { members: bands.iter().map(member).collect() }));
    let span = value.span;
    Expr::new(ExprKind::Choose(arms, None), ty, span)
}

/// The last band, which takes all that is not missing.
fn rest(scope: &mut RowScope<'_, '_>, value: &Expr, last: Option<&Expr>, band: &ast::Band) -> Expr {
    match last {
        Some(last) => comparison(scope, BinaryOp::GreaterEq, value.clone(), last.clone(), band.name.span),
        None => {
            let missing = Expr::new(ExprKind::IsMissing(value.clone()), Type::Bool, band.name.span);
            Expr::new(ExprKind::Not(missing), Type::Bool, band.name.span)
        }
    }
}

/// Whether the second limit is above the first, as far as both are written out.
fn rises(a: &Expr, b: &Expr) -> bool {
    let units = [a, b].map(|e| e.ty.as_number().map(|number| number.unit.clone()));
    match (&*a.kind, &*b.kind) {
        (
            ExprKind::Literal(Literal::Number { digits: a, scale: s }),
            ExprKind::Literal(Literal::Number { digits: b, scale: t }),
        ) => {
            let scaled = |digits: &i128, other: &u8| digits.saturating_mul(10_i128.pow(u32::from(*other)));
            // a week is more than five days
            let ratio = units[1].as_ref().zip(units[0].as_ref()).and_then(|(b, a)| b.factor_to(a));
            let (num, den) = ratio.map_or((1, 1), |ratio| (ratio.num, ratio.den));
            scaled(a, t).saturating_mul(i128::from(den)) < scaled(b, s).saturating_mul(i128::from(num))
        }
        (ExprKind::Literal(Literal::Date(a)), ExprKind::Literal(Literal::Date(b))) => a < b,
        _ => true,
    }
}

/// All values in the type of the first, each source once.
fn one_type(checker: &mut Checker<'_>, values: Vec<DimensionValue>) -> (Vec<DimensionValue>, Type) {
    let mut done: Vec<DimensionValue> = Vec::new();
    let mut ty = Type::Error;
    for DimensionValue { source, value } in values {
        if let Some(first) = done.iter().find(|d| d.source == source) {
            let (second, first) = (value.span, first.value.span);
            checker.report(GivenTwice { what: "a value of one source", second, first });
            continue;
        }
        match done.first().map(|d| d.value.clone()) {
            None => {
                ty = value.ty.clone();
                done.push(DimensionValue { source, value });
            }
            Some(first) => {
                let mut scope = RowScope::new(checker, source);
                if let Some((_, value, both)) = common(&mut scope, Action::Choose, first, value) {
                    ty = both;
                    done.push(DimensionValue { source, value });
                }
            }
        }
    }
    (done, ty)
}
