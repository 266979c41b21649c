//! Expressions over the rows of one source: names are its columns and links, then
//! parameters.

use super::builtins::{Builtin, What};
use super::checker::Checker;
use super::problems::{LinkAsValue, OutOfPlace};
use super::scope::{Scope, error, path_text};
use super::{CheckedModel, ColumnId, ColumnRef, Expr, ExprKind, LinkRef, MeasureId, SourceId};
use super::{aggregates, neighbours, suggest};
use crate::diagnostic::{Diagnostic, Problem};
use crate::model::{Item, Thing};
use crate::syntax::ast;
use crate::text::Span;
use crate::units::Base;

pub(super) struct RowScope<'c, 'm> {
    pub checker: &'c mut Checker<'m>,
    pub source: SourceId,
    /// Names begin with the name of the source, as in dimensions.
    pub named: bool,
}

impl<'c, 'm> RowScope<'c, 'm> {
    pub(super) fn new(checker: &'c mut Checker<'m>, source: SourceId) -> RowScope<'c, 'm> {
        RowScope { checker, source, named: false }
    }
}

impl Scope for RowScope<'_, '_> {
    fn project(&self) -> &CheckedModel {
        &self.checker.out
    }

    fn add(&mut self, problem: Diagnostic) {
        self.checker.problems.add(problem);
    }

    fn lookup(&mut self, path: &ast::Path) -> Option<Expr> {
        let own_name = &self.checker.model.source(self.source).name.name;
        if self.named {
            if path.parts.len() > 1 && path.parts[0].name == *own_name {
                let found = self.checker.row_path(self.source, &path.parts[1..], path.span);
                return Some(found.unwrap_or_else(|| {
                    suggest::unknown_in_source(self.checker, self.source, &path.parts[1..]);
                    error(path.span)
                }));
            }
        } else if let Some(found) = self.checker.row_path(self.source, &path.parts, path.span) {
            return Some(found);
        }
        self.checker.parameter(path)
    }

    fn unknown(&mut self, path: &ast::Path) {
        if self.named {
            suggest::unknown_in_dimension(self.checker, self.source, path);
        } else {
            suggest::unknown_in_row(self.checker, self.source, path);
        }
    }

    fn call(&mut self, builtin: &'static Builtin, call: &ast::Call, span: Span) -> Expr {
        match builtin.what {
            What::Aggregate(kind) => {
                let over = aggregates::Over::Linked(self.source);
                aggregates::aggregate(self.checker, builtin, kind, call, over, span)
            }
            What::Form(form) if neighbours::is_neighbour(form) => {
                neighbours::neighbour(self, builtin, form, call, span)
            }
            _ => {
                let what = format!("`{}`", builtin.name);
                let help = format!("`{}` is taken of metrics, not of rows", builtin.name);
                self.add(OutOfPlace { what, place: "over rows", span, help, fix: None }.diagnostic());
                error(span)
            }
        }
    }

    fn is_own_name(&self, word: &ast::Ident) -> bool {
        self.checker.is_running_column(self.source, &word.name)
    }

    fn period_unit(&mut self) -> Base {
        Base::Day
    }
}

impl Checker<'_> {
    /// A column, straight or through links. `None`: the source has no such first name;
    /// mistakes behind it are reported.
    pub(super) fn row_path(&mut self, source: SourceId, parts: &[ast::Ident], span: Span) -> Option<Expr> {
        let first = self.model.source(source).find(&parts[0].name)?;
        Some(self.walk(source, parts, first, span))
    }

    fn walk(&mut self, source: SourceId, parts: &[ast::Ident], first: Item, span: Span) -> Expr {
        let (mut here, mut item, mut links) = (source, first, Vec::new());
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                let Some(next) = self.model.source(here).find(&part.name) else {
                    suggest::unknown_in_source(self, here, &parts[i..]);
                    return error(span);
                };
                item = next;
            }
            let last = i + 1 == parts.len();
            match item {
                Item::Column(column) if last => return self.column(links, here, column, span),
                Item::Link(link) => {
                    let link = LinkRef { source: here, link };
                    self.used.links.insert(link);
                    if last {
                        return self.link_value(links, link, span);
                    }
                    let Some(target) = self.target(link) else { return error(span) };
                    links.push(link);
                    here = target;
                }
                Item::Column(_) => {
                    let what = format!("`{}`", path_text(&parts[i..]));
                    let help = format!("`{}` is a column, and nothing lies behind it", part.name);
                    self.report(OutOfPlace { what, place: "behind a column", span, help, fix: None });
                    return error(span);
                }
                Item::Measure(measure) => return self.measure_over_rows(here, measure, part),
            }
        }
        error(span)
    }

    fn measure_over_rows(&mut self, source: SourceId, measure: MeasureId, part: &ast::Ident) -> Expr {
        let name = &self.model.source(source).measures[measure.index()].name.name;
        let what = format!("the measure `{name}`");
        let help = "a measure is one value of many rows; name it in a metric".to_string();
        self.report(OutOfPlace { what, place: "over rows", span: part.span, help, fix: None });
        error(part.span)
    }

    fn column(&mut self, links: Vec<LinkRef>, source: SourceId, column: ColumnId, span: Span) -> Expr {
        self.used.columns.insert((source, column));
        let ty = self.column_type(source, column, span);
        Expr::new(ExprKind::Column(ColumnRef { links, source, column }), ty, span)
    }

    /// A link by itself stands for the column that it follows.
    fn link_value(&mut self, links: Vec<LinkRef>, link: LinkRef, span: Span) -> Expr {
        let via = self.out.link(link).via.clone();
        match via[..] {
            [column] => self.column(links, link.source, column, span),
            [] => error(span),
            _ => {
                let columns = &self.out.source(link.source).columns;
                let columns = via.iter().map(|c| columns[c.index()].name.clone()).collect();
                let name = self.out.link(link).name.clone();
                self.report(LinkAsValue { name, columns, span });
                error(span)
            }
        }
    }

    /// Where a link leads; `None`: to a source that does not exist, reported.
    pub(super) fn target(&self, link: LinkRef) -> Option<SourceId> {
        let target = self.out.link(link).target;
        (target.index() < self.out.sources.len()).then_some(target)
    }

    /// A parameter by its name.
    pub(super) fn parameter(&mut self, path: &ast::Path) -> Option<Expr> {
        let [word] = &path.parts[..] else { return None };
        let Some(Thing::Parameter(id)) = self.model.find(&word.name) else { return None };
        self.used.parameters.insert(id);
        let ty = self.out.parameters[id.index()].ty.clone();
        Some(Expr::new(ExprKind::Parameter(id), ty, path.span))
    }
}
