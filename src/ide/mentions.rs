//! Every name in the files with what it stands for: what hover, definition, references,
//! rename and colours are made of. Of what does not parse nothing is known.

use super::View;
use super::lookup::Lookup;
use crate::check::builtins::{self, Function, What};
use crate::check::{ColumnId, DimensionId, LinkId, MeasureId, MetricId, ParameterId, SourceId};
use crate::syntax::ast::{
    AttributeKind, BinaryOp, Call, Computed, Decl, Dimension, Expect, ExpectKind, Expr, ExprKind, Ident,
    Link, LinkTime, Measure, Metric, Part, PartKind, Path, Rollup, RollupItem, Source, SourceItem, TypeExpr,
    UnitExpr,
};
use crate::text::{FileId, Span};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Symbol {
    Source(SourceId),
    Column(SourceId, ColumnId),
    Link(SourceId, LinkId),
    Measure(SourceId, MeasureId),
    /// Of the enumeration that the column declares.
    Member(SourceId, ColumnId, u16),
    Dimension(DimensionId),
    /// One version of it.
    Metric(MetricId),
    Parameter(ParameterId),
    Calendar(usize),
    Scorecard(usize),
    /// The n-th attribute of the metric.
    Let(MetricId, u16),
    Function(&'static str),
    /// A unit or type, by its place.
    Unit,
    /// `as_of`, `period`, …; `value` and `target` of the metric that is judged
    Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    pub span: Span,
    pub symbol: Symbol,
    /// It is declared here.
    pub declares: bool,
}

/// Of all files, in the order of their places.
pub fn mentions(view: &View<'_>) -> Vec<Mention> {
    let lookup = Lookup::new(view.model);
    let mut walker = Walker { lookup: &lookup, out: Vec::new() };
    view.trees.iter().flat_map(|tree| &tree.decls).for_each(|decl| walker.decl(decl));
    walker.finish()
}

/// Of one file.
pub fn mentions_in(view: &View<'_>, file: FileId) -> Vec<Mention> {
    let lookup = Lookup::new(view.model);
    let mut walker = Walker { lookup: &lookup, out: Vec::new() };
    if let Some(tree) = view.trees.get(file.0 as usize) {
        tree.decls.iter().for_each(|decl| walker.decl(decl));
    }
    walker.finish()
}

/// What names mean where an expression stands.
#[derive(Clone, Copy)]
pub(super) enum Scope<'s> {
    /// Columns and links of a source.
    Row(SourceId),
    /// Names that begin with a source.
    Named,
    Metric(&'s Lets<'s>),
    Measure(SourceId),
    Rollup(SourceId),
    /// Dimensions and metrics, as in the `where` and `having` of a question.
    Query,
    /// Only what is written out.
    Constant,
}

/// The lets of a metric: its id, and each with its place among the attributes.
pub(super) struct Lets<'s> {
    pub metric: Option<MetricId>,
    pub names: Vec<(&'s str, u16)>,
}

pub(super) type Enumeration = Option<(SourceId, ColumnId)>;

pub(super) struct Walker<'w, 'm> {
    pub lookup: &'w Lookup<'m>,
    out: Vec<Mention>,
}

impl Walker<'_, '_> {
    fn finish(mut self) -> Vec<Mention> {
        self.out.sort_by_key(|m| m.span);
        self.out.dedup_by_key(|m| m.span);
        self.out
    }

    pub fn add(&mut self, span: Span, symbol: impl Into<Option<Symbol>>, declares: bool) {
        if let Some(symbol) = symbol.into() {
            self.out.push(Mention { span, symbol, declares });
        }
    }

    fn decl(&mut self, decl: &Decl) {
        match decl {
            Decl::Source(source) => self.source(source),
            Decl::Rollup(rollup) => self.rollup(rollup),
            Decl::Dimension(dimension) => self.dimension(dimension),
            Decl::Metric(metric) => self.metric(metric),
            Decl::Parameter(parameter) => {
                self.add(parameter.name.span, self.lookup.thing(&parameter.name.name), true);
                self.unit(parameter.unit.as_ref());
                self.expr(&parameter.value, Scope::Constant, None);
            }
            Decl::Calendar(calendar) => {
                self.add(calendar.name.span, self.lookup.thing(&calendar.name.name), true);
            }
            Decl::Thresholds(thresholds) => self.thresholds(thresholds),
            Decl::Scorecard(scorecard) => self.scorecard(scorecard),
            Decl::Consumer(consumer) => self.consumer(consumer),
            Decl::Test(test) => self.test(test),
            Decl::Error { .. } => {}
        }
    }

    // ------------------------------------------------------------ sources and rollups

    fn source(&mut self, source: &Source) {
        let Some(id) = self.lookup.source(&source.name.name) else { return };
        self.add(source.name.span, Symbol::Source(id), true);
        for item in &source.items {
            self.source_item(id, item);
        }
    }

    fn source_item(&mut self, id: SourceId, item: &SourceItem) {
        match item {
            SourceItem::Key(columns, _) => self.items(id, columns),
            SourceItem::Time { column, .. } => self.item(id, column, false),
            SourceItem::Valid { from, to, .. } => {
                self.item(id, from, false);
                self.item(id, to, false);
            }
            SourceItem::Snapshot(column, _) | SourceItem::KeepLatest(column, _) => {
                self.item(id, column, false)
            }
            SourceItem::KeepDistinct(_) => {}
            SourceItem::Where(condition, _) => self.expr(condition, Scope::Row(id), None),
            SourceItem::Column(column) => {
                self.item(id, &column.name, true);
                self.data_type(id, &column.name, &column.ty);
            }
            SourceItem::Computed(computed) => self.computed(id, computed, Scope::Row(id)),
            SourceItem::Link(link) => self.link(id, link),
            SourceItem::Measure(measure) => self.measure(id, measure),
            SourceItem::Expect(expect) => self.expect(id, expect),
        }
    }

    fn rollup(&mut self, rollup: &Rollup) {
        let Some(id) = self.lookup.source(&rollup.name.name) else { return };
        self.add(rollup.name.span, Symbol::Source(id), true);
        for path in &rollup.per {
            self.path(path, Scope::Named, None);
        }
        for item in &rollup.items {
            match item {
                RollupItem::Column(computed) => self.computed(id, computed, Scope::Rollup(id)),
                RollupItem::Measure(measure) => self.measure(id, measure),
                RollupItem::Expect(expect) => self.expect(id, expect),
            }
        }
    }

    fn items(&mut self, source: SourceId, names: &[Ident]) {
        names.iter().for_each(|name| self.item(source, name, false));
    }

    fn item(&mut self, source: SourceId, name: &Ident, declares: bool) {
        self.add(name.span, self.lookup.item(source, &name.name), declares);
    }

    fn data_type(&mut self, source: SourceId, column: &Ident, ty: &TypeExpr) {
        match ty {
            TypeExpr::OneOf(members, _) => {
                for member in members {
                    self.member(source, column, &member.name);
                }
            }
            TypeExpr::Decimal { .. } => {}
            TypeExpr::Unit(unit) => self.unit(Some(unit)),
        }
    }

    /// A member where it is declared.
    fn member(&mut self, source: SourceId, column: &Ident, member: &Ident) {
        if let Some(Symbol::Column(source, column)) = self.lookup.item(source, &column.name) {
            self.add(member.span, self.lookup.member((source, column), &member.name), true);
        }
    }

    fn computed(&mut self, source: SourceId, computed: &Computed, scope: Scope<'_>) {
        self.item(source, &computed.name, true);
        if let ExprKind::Choose { arms, otherwise } = &*computed.value.kind {
            let names = arms.iter().map(|(name, _)| name).chain(otherwise);
            names.for_each(|name| self.member(source, &computed.name, name));
        }
        self.expr(&computed.value, scope, None);
    }

    fn link(&mut self, source: SourceId, link: &Link) {
        self.item(source, &link.name, true);
        self.add(link.target.span, self.lookup.source(&link.target.name).map(Symbol::Source), false);
        self.items(source, &link.via);
        match &link.time {
            None => {}
            Some(LinkTime::At(column)) => self.item(source, column, false),
            Some(LinkTime::LatestBefore { column, .. }) => self.item(source, column, false),
        }
    }

    fn measure(&mut self, source: SourceId, measure: &Measure) {
        self.item(source, &measure.name, true);
        self.unit(measure.unit.as_ref());
        self.expr(&measure.value, Scope::Measure(source), None);
    }

    fn expect(&mut self, source: SourceId, expect: &Expect) {
        match &expect.kind {
            ExpectKind::Holds(condition) => self.expr(condition, Scope::Row(source), None),
            ExpectKind::Unique(columns) => self.items(source, columns),
            ExpectKind::Fresh(_) => {}
        }
    }

    // ------------------------------------------------------------ dimensions and metrics

    fn dimension(&mut self, dimension: &Dimension) {
        self.add(dimension.name.span, self.lookup.thing(&dimension.name.name), true);
        for value in &dimension.values {
            self.expr(value, Scope::Named, None);
        }
        for path in &dimension.via {
            self.path(path, Scope::Named, None);
        }
        for limit in dimension.bands.iter().flatten().filter_map(|band| band.below.as_ref()) {
            self.expr(limit, Scope::Constant, None);
        }
    }

    fn metric(&mut self, metric: &Metric) {
        let id = self.lookup.metric_at(metric.name.span);
        self.add(metric.name.span, id.map(Symbol::Metric), true);
        self.unit(metric.unit.as_ref());
        let attributes = || metric.attributes.iter().zip(0_u16..);
        let names = attributes().filter_map(|(attribute, index)| match &attribute.kind {
            AttributeKind::Let(name, _) => Some((name.name.as_str(), index)),
            _ => None,
        });
        let lets = Lets { metric: id, names: names.collect() };
        self.expr(&metric.value, Scope::Metric(&lets), None);
        for (attribute, index) in attributes() {
            match &attribute.kind {
                AttributeKind::Let(name, value) => {
                    self.add(name.span, id.map(|id| Symbol::Let(id, index)), true);
                    self.expr(value, Scope::Metric(&lets), None);
                }
                AttributeKind::By(names) => self.things(names),
                AttributeKind::Every { grain, .. } => self.calendar(grain),
                _ => self.held_against(attribute, &lets),
            }
        }
    }

    pub fn things(&mut self, names: &[Ident]) {
        for name in names {
            self.add(name.span, self.lookup.thing(&name.name), false);
        }
    }

    /// `retail.month`
    pub fn calendar(&mut self, grain: &Path) {
        if let [calendar, _] = &grain.parts[..] {
            self.add(calendar.span, self.lookup.thing(&calendar.name), false);
        }
    }

    pub fn unit(&mut self, unit: Option<&UnitExpr>) {
        for name in unit.into_iter().flat_map(|unit| unit.over.iter().chain(&unit.under)) {
            self.add(name.name.span, Symbol::Unit, false);
        }
    }

    // ------------------------------------------------------------ expressions

    pub fn expr(&mut self, expr: &Expr, scope: Scope<'_>, beside: Enumeration) {
        match &*expr.kind {
            ExprKind::Path(path) => self.path(path, scope, beside),
            ExprKind::Call(call) => self.call(call, scope, beside),
            ExprKind::Unary(_, inner) | ExprKind::Placed { value: inner, .. } => {
                self.expr(inner, scope, None)
            }
            ExprKind::IsMissing { value, .. } => self.expr(value, scope, None),
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right, scope, beside),
            ExprKind::In { value, list, .. } => {
                self.expr(value, scope, None);
                let members = self.enumeration(value, scope);
                list.iter().for_each(|item| self.expr(item, scope, members));
            }
            ExprKind::Within { value, duration, anchor, .. } => {
                [value, duration, anchor].into_iter().for_each(|part| self.expr(part, scope, None));
            }
            ExprKind::As(value, unit) => {
                self.expr(value, scope, None);
                self.unit(Some(unit));
            }
            ExprKind::If { condition, then, otherwise } => {
                self.expr(condition, scope, None);
                let members = self.enumeration(then, scope).or_else(|| self.enumeration(otherwise, scope));
                self.expr(then, scope, members.or(beside));
                self.expr(otherwise, scope, members.or(beside));
            }
            ExprKind::Choose { arms, .. } => {
                arms.iter().for_each(|(_, condition)| self.expr(condition, scope, None));
            }
            ExprKind::Group(inner) => self.expr(inner, scope, beside),
            ExprKind::Missing
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Date(_)
            | ExprKind::Timestamp { .. }
            | ExprKind::Duration { .. }
            | ExprKind::Error => {}
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, scope: Scope<'_>, beside: Enumeration) {
        let beside = if op == BinaryOp::Else { beside } else { None };
        let of_left = self.enumeration(left, scope);
        let of_right = self.enumeration(right, scope);
        self.expr(left, scope, of_right.filter(|_| of_left.is_none()).or(beside));
        self.expr(right, scope, of_left.or(beside));
    }

    /// The enumeration that a value is of.
    fn enumeration(&self, expr: &Expr, scope: Scope<'_>) -> Enumeration {
        match &*expr.kind {
            ExprKind::Path(path) => {
                let symbols = self.symbols(path, scope);
                let whole = symbols.len() == path.parts.len();
                symbols.last().filter(|_| whole).and_then(|symbol| self.lookup.enumeration(*symbol))
            }
            ExprKind::Group(inner) => self.enumeration(inner, scope),
            ExprKind::Binary(BinaryOp::Else, left, right) => {
                self.enumeration(left, scope).or_else(|| self.enumeration(right, scope))
            }
            ExprKind::If { then, otherwise, .. } => {
                self.enumeration(then, scope).or_else(|| self.enumeration(otherwise, scope))
            }
            ExprKind::Call(call)
                if matches!(call.name.name.as_str(), "previous" | "next" | "first" | "last") =>
            {
                call.args.first().and_then(|arg| self.enumeration(arg, scope))
            }
            _ => None,
        }
    }

    fn path(&mut self, path: &Path, scope: Scope<'_>, beside: Enumeration) {
        if let ([word], Some(members)) = (&path.parts[..], beside)
            && let Some(member) = self.lookup.member(members, &word.name)
        {
            return self.add(word.span, member, false);
        }
        let symbols = self.symbols(path, scope);
        if symbols.is_empty() && is_moment(&path.parts[0].name) {
            return self.add(path.parts[0].span, Symbol::Moment, false);
        }
        for (part, symbol) in path.parts.iter().zip(symbols) {
            self.add(part.span, symbol, false);
        }
    }

    /// What the parts of a path stand for, from the first on, as far as they are known.
    fn symbols(&self, path: &Path, scope: Scope<'_>) -> Vec<Symbol> {
        let (first, rest) = (&path.parts[0], &path.parts[1..]);
        let parameter = || self.parameter(first).into_iter().collect::<Vec<_>>();
        let found = match scope {
            Scope::Row(source) => self.lookup.row_path(source, &path.parts),
            Scope::Named => self.named(path),
            Scope::Metric(lets) => return self.in_metric(path, lets),
            Scope::Measure(source) | Scope::Rollup(source) if rest.is_empty() => {
                self.lookup.item(source, &first.name).into_iter().collect()
            }
            Scope::Measure(_) | Scope::Rollup(_) => self.named(path),
            Scope::Query => self.lookup.thing(&first.name).into_iter().collect(),
            Scope::Constant => Vec::new(),
        };
        if found.is_empty() && rest.is_empty() { parameter() } else { found }
    }

    fn parameter(&self, word: &Ident) -> Option<Symbol> {
        self.lookup.thing(&word.name).filter(|symbol| matches!(symbol, Symbol::Parameter(_)))
    }

    fn named(&self, path: &Path) -> Vec<Symbol> {
        let Some(source) = self.lookup.source(&path.parts[0].name) else { return Vec::new() };
        let mut found = vec![Symbol::Source(source)];
        found.extend(self.lookup.row_path(source, &path.parts[1..]));
        found
    }

    fn in_metric(&self, path: &Path, lets: &Lets<'_>) -> Vec<Symbol> {
        let first = &path.parts[0];
        let named = lets.names.iter().find(|(name, _)| *name == first.name);
        if let (1, Some((_, index)), Some(metric)) = (path.parts.len(), named, lets.metric) {
            return vec![Symbol::Let(metric, *index)];
        }
        match (self.lookup.thing(&first.name), &path.parts[1..]) {
            (Some(symbol @ (Symbol::Metric(_) | Symbol::Parameter(_))), []) => vec![symbol],
            (Some(Symbol::Metric(_)), [version]) => {
                let id = self.lookup.version(&first.name, &version.name);
                id.map(Symbol::Metric).into_iter().collect()
            }
            (_, []) => Vec::new(),
            _ => self.named(path),
        }
    }

    fn call(&mut self, call: &Call, scope: Scope<'_>, beside: Enumeration) {
        let Some(builtin) = builtins::find(&call.name.name) else {
            return call.args.iter().for_each(|arg| self.expr(arg, scope, None));
        };
        self.add(call.name.span, Symbol::Function(builtin.name), false);
        match builtin.what {
            What::Aggregate(_) => self.aggregate(call, scope),
            What::Form(_) => {
                call.args.iter().for_each(|arg| self.expr(arg, scope, beside));
                call.parts.iter().for_each(|part| self.part(part, scope));
            }
            What::Scalar(function) => {
                let words = usize::from(function == Function::StartOf);
                let args = call.args.iter().skip(words);
                let members = args.clone().find_map(|arg| self.enumeration(arg, scope));
                args.for_each(|arg| self.expr(arg, scope, members));
            }
        }
    }

    fn aggregate(&mut self, call: &Call, scope: Scope<'_>) {
        let of = call.parts.iter().find_map(|part| match &part.kind {
            PartKind::Of(value) => Some(value),
            _ => None,
        });
        let rows = match scope {
            Scope::Measure(source) => Some(source),
            _ => of.or(call.args.last()).and_then(|value| self.source_of(value)),
        };
        let over_rows = rows.map_or(Scope::Named, Scope::Row);
        let args = if of.is_some() || matches!(scope, Scope::Measure(_)) { over_rows } else { Scope::Named };
        call.args.iter().for_each(|arg| self.expr(arg, args, None));
        for part in &call.parts {
            match &part.kind {
                PartKind::Of(value) => self.expr(value, Scope::Named, None),
                _ => self.part(part, over_rows),
            }
        }
    }

    /// The source that the names in an expression begin with.
    fn source_of(&self, expr: &Expr) -> Option<SourceId> {
        let mut sources = paths(expr).into_iter().filter_map(|path| self.lookup.source(&path.parts[0].name));
        sources.next()
    }

    fn part(&mut self, part: &Part, scope: Scope<'_>) {
        match &part.kind {
            PartKind::Of(value)
            | PartKind::By(value)
            | PartKind::Where(value)
            | PartKind::Trailing(value)
            | PartKind::Mature(value) => self.expr(value, scope, None),
            PartKind::Per(values) => values.iter().for_each(|value| self.expr(value, scope, None)),
            PartKind::Over(names) => self.things(names),
            // a link of the rows, or with its source
            PartKind::Via(path) if path.parts.len() > 1 => self.path(path, Scope::Named, None),
            PartKind::Via(path) | PartKind::On(path) => self.path(path, scope, None),
            PartKind::ToDate(since) => self.calendar(since),
            PartKind::AtEnd | PartKind::AtStart | PartKind::During | PartKind::Ever => {}
        }
    }
}

fn is_moment(word: &str) -> bool {
    matches!(word, "as_of" | "period" | "period_start" | "period_end" | "value" | "target" | "benchmark")
}

/// The paths directly in an expression, not those in calls inside of it.
fn paths(expr: &Expr) -> Vec<&Path> {
    match &*expr.kind {
        ExprKind::Path(path) => vec![path],
        ExprKind::Binary(_, left, right) => [paths(left), paths(right)].concat(),
        ExprKind::Unary(_, inner) | ExprKind::Group(inner) | ExprKind::As(inner, _) => paths(inner),
        ExprKind::Call(call) => call.args.iter().flat_map(paths).collect(),
        _ => Vec::new(),
    }
}
