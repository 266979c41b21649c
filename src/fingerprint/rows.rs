//! Which rows there are, what they hold and where they lead: sources, columns, links,
//! rollups and dimensions in their canonical form.

use std::collections::BTreeSet;

use super::canon::{Canon, View, grain, length, type_of};
use super::digest::{Digest, Node};
use super::term::{self, Term};
use crate::check::{
    Aggregate, ColumnId, ColumnKind, ColumnRef, DimensionId, Expr, ExprKind, From, Keep, LinkRef, LinkTime,
    Repr, Rollup, RollupPeriod, SourceId, SourceKind, Type, reach,
};
use crate::text::Span;

impl Canon<'_> {
    /// Which rows exist. In other views only the name of the source.
    pub fn rows(&mut self, id: SourceId) -> Digest {
        if self.view != View::Meaning {
            return Node::new("source").text(&self.model.source(id).name).finish();
        }
        if let Some(known) = self.rows.get(&id) {
            return *known;
        }
        if self.running.contains(&id) {
            // a row's end may depend on the rows it ends
            self.provisional = true;
            return Node::new("the same source").finish();
        }
        self.running.push(id);
        let digest = self.describe(id);
        self.running.pop();
        if self.running.is_empty() {
            self.provisional = false;
        }
        if !self.provisional {
            self.rows.insert(id, digest);
        }
        digest
    }

    fn describe(&mut self, id: SourceId) -> Digest {
        let source = self.model.source(id);
        let outer = self.rolled_up_to.take();
        let own = |this: &mut Self, column: ColumnId| this.column(id, column).digest;
        let origin = match &source.kind {
            SourceKind::Stored(from) => stored(&source.name, from.as_ref()),
            SourceKind::Rollup(rollup) => self.rollup(rollup),
        };
        let time = source.time.as_ref().map(|t| own(self, t.column));
        let valid = source.valid.map(|(from, to)| [own(self, from), own(self, to)]);
        let snapshot = source.snapshot.map(|c| own(self, c));
        let keep = source.keep.as_ref().map(|keep| self.keep(id, keep));
        let filters: Vec<Term> = source.filters.iter().map(|f| self.expr(f)).collect();
        let filters = (!filters.is_empty()).then(|| term::and(filters).digest);
        self.rolled_up_to = outer;
        let node = Node::new("rows").digest(origin).maybe(time).list(valid.into_iter().flatten());
        node.maybe(snapshot).maybe(keep).maybe(filters).finish()
    }

    fn keep(&mut self, id: SourceId, keep: &Keep) -> Digest {
        match keep {
            Keep::Distinct => Node::new("distinct").finish(),
            Keep::Latest(column) => {
                let key = self.key(id);
                Node::new("latest").digest(self.column(id, *column).digest).set(key).finish()
            }
        }
    }

    fn key(&mut self, id: SourceId) -> Vec<Digest> {
        self.model.source(id).key.iter().map(|c| self.column(id, *c).digest).collect()
    }

    /// One row a key and period, of what belongs to the key.
    fn rollup(&mut self, rollup: &Rollup) -> Digest {
        let key = match rollup.by.is_empty() {
            true => self.key(rollup.base),
            false => rollup.by.iter().map(|c| self.column_ref(c).digest).collect(),
        };
        let node = Node::new("rollup").digest(self.rows(rollup.base)).set(key);
        let node = node.number(i64::from(rollup.by.is_empty()));
        match &rollup.period {
            RollupPeriod::None => node.text("once"),
            RollupPeriod::Asked => node.text("period"),
            RollupPeriod::Fixed(by) => node.digest(grain(by)),
        }
        .finish()
    }

    pub fn column_ref(&mut self, column: &ColumnRef) -> Term {
        if self.view != View::Meaning {
            let source = column.links.first().map_or(column.source, |l| l.source);
            let name = format!("{}.{}", self.model.source(source).name, self.path(column));
            return Node::new("column").text(&name).finish().into();
        }
        let there = self.column(column.source, column.column);
        if column.links.is_empty() {
            return there;
        }
        let links: Vec<Digest> = column.links.iter().map(|l| self.link(*l)).collect();
        Node::new("through").list(links).digest(there.digest).finish().into()
    }

    fn path(&self, column: &ColumnRef) -> String {
        let links = column.links.iter().map(|l| self.model.link(*l).name.as_str());
        links.chain([self.model.column(column).name.as_str()]).collect::<Vec<_>>().join(".")
    }

    /// A computed column is what it is computed from.
    pub fn column(&mut self, source: SourceId, id: ColumnId) -> Term {
        if let Some(known) = self.columns.get(&(source, id)) {
            return known.clone();
        }
        let column = &self.model.source(source).columns[id.index()];
        let outer = self.rolled_up_to.take();
        let term = match &column.kind {
            ColumnKind::Stored { raw, .. } => {
                Node::new("stored").text(raw).digest(stored_type(&column.ty)).finish().into()
            }
            ColumnKind::Computed(value) => self.expr(value),
            ColumnKind::Aggregated(value) => self.aggregated(source, value),
            ColumnKind::Key(n) => self.key_column(source, *n),
            ColumnKind::PeriodStart => Node::new("start of its period").finish().into(),
        };
        self.rolled_up_to = outer;
        if !self.provisional {
            self.columns.insert((source, id), term.clone());
        }
        term
    }

    fn aggregated(&mut self, source: SourceId, value: &Expr) -> Term {
        if let SourceKind::Rollup(rollup) = &self.model.source(source).kind {
            self.rolled_up_to = Some(rollup.base);
        }
        Node::new("rolled up").digest(self.digest(value)).finish().into()
    }

    /// By which links rows belong to a key, however it was said.
    pub fn belongs(&mut self, aggregate: &Aggregate, base: SourceId) -> Digest {
        let links = reach::belonging(self.model, aggregate, base, Span::default());
        let links: Vec<Digest> = links.into_iter().flatten().map(|l| self.link(l)).collect();
        Node::new("belongs").list(links).finish()
    }

    fn key_column(&mut self, source: SourceId, n: usize) -> Term {
        let SourceKind::Rollup(rollup) = &self.model.source(source).kind else {
            return Node::new("key").number(n as i64).finish().into();
        };
        match (rollup.by.get(n), self.model.source(rollup.base).key.get(n)) {
            (Some(column), _) => self.column_ref(column),
            (None, Some(column)) => self.column(rollup.base, *column),
            (None, None) => Node::new("key").number(n as i64).finish().into(),
        }
    }

    /// Where a link leads: which columns are matched with which, and which rows are there.
    pub fn link(&mut self, id: LinkRef) -> Digest {
        let link = self.model.link(id);
        let target = link.target;
        let node = Node::new("link").digest(self.link_columns(id)).digest(self.rows(target));
        match &link.time {
            LinkTime::Always => node.text("always"),
            LinkTime::At(column) => node.text("at").digest(self.column(id.source, *column).digest),
            LinkTime::LatestBefore { column, within } => {
                let node = node.text("latest before").digest(self.column(id.source, *column).digest);
                node.maybe(within.map(length))
            }
        }
        .finish()
    }

    pub fn link_columns(&mut self, id: LinkRef) -> Digest {
        let link = self.model.link(id);
        if self.view != View::Meaning {
            return Node::new("link").text(&link.name).finish();
        }
        let key = self.key(link.target);
        let pairs = link.via.iter().zip(key);
        let pairs: Vec<Digest> = pairs
            .map(|(here, there)| {
                Node::new("pair").list([self.column(id.source, *here).digest, there]).finish()
            })
            .collect();
        Node::new("matched").set(pairs).finish()
    }

    /// What it groups by, wherever it is defined.
    pub fn dimension(&mut self, id: DimensionId) -> Digest {
        let dimension = self.model.dimension(id);
        if self.view != View::Meaning {
            return Node::new("dimension").text(&dimension.name).finish();
        }
        let mut values = Vec::new();
        for value in &dimension.values {
            let of = Node::new("value").digest(self.rows(value.source));
            values.push(of.digest(self.digest(&value.value)).finish());
        }
        Node::new("dimension").set(values).digest(type_of(&dimension.ty)).finish()
    }

    /// The dimension as an expression over metrics reaches it.
    pub fn dimension_in(&mut self, id: DimensionId, value: &Expr) -> Digest {
        let mut sources = BTreeSet::new();
        read_sources(self.model, value, &mut sources);
        let slices: Vec<Digest> = sources.into_iter().map(|source| self.slice(source, id)).collect();
        Node::new("by").digest(self.dimension(id)).set(slices).finish()
    }

    /// The value that the rows of a source are grouped by, at the end of its links.
    pub fn slice(&mut self, source: SourceId, id: DimensionId) -> Digest {
        let rows = self.rows(source);
        let Ok(slice) = reach::slice(self.model, source, id) else {
            return Node::new("not sliced").digest(rows).finish();
        };
        if self.view != View::Meaning {
            return Node::new("slice").digest(rows).finish();
        }
        let value = self.model.dimension(id).values.get(slice.value).map(|v| self.digest(&v.value));
        let links: Vec<Digest> = slice.links.iter().map(|l| self.link(*l)).collect();
        Node::new("slice").digest(rows).list(links).maybe(value).finish()
    }
}

/// Data is found by the path, and without one by the name of the source.
fn stored(name: &str, from: Option<&From>) -> Digest {
    let Some(from) = from else { return Node::new("named").text(name).finish() };
    let node = Node::new("from").text(&from.path).text(&format!("{:?}", from.format));
    node.maybe(from.delimiter.map(|d| Node::new("delimiter").number(d).finish())).finish()
}

/// As values are read: the places of a decimal matter, how many digits it may have does not.
pub fn stored_type(ty: &Type) -> Digest {
    let node = Node::new("column").digest(type_of(ty));
    match ty {
        Type::Number(number) => {
            let repr = match number.repr {
                Repr::Int => -1,
                Repr::Float => -2,
                Repr::Decimal(scale) => i64::from(scale),
            };
            node.number(repr).text(&format!("{:?}", number.kind)).finish()
        }
        _ => node.finish(),
    }
}

/// The sources that an expression over metrics reads.
pub fn read_sources(model: &crate::check::CheckedModel, expr: &Expr, into: &mut BTreeSet<SourceId>) {
    match &*expr.kind {
        ExprKind::Aggregate(aggregate) => _ = into.insert(aggregate.source),
        ExprKind::Metric(id) => into.extend(&model.metric(*id).sources),
        _ => {}
    }
    expr.children().into_iter().for_each(|child| read_sources(model, child, into));
}
