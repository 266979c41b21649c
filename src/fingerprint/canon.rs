//! Checked expressions in their canonical form: names are replaced by what they stand
//! for, and what may be written in several ways has one.

use std::collections::HashMap;

use super::digest::{Digest, Node};
use super::term::{self, Term};
use crate::calendar::Grain;
use crate::check::{
    Aggregate, AggregateFn, BinaryOp, CheckedModel, ColumnId, Expr, ExprKind, Function, Length, Literal,
    MetricId, Neighbour, ParameterId, Placement, SourceId, Type, Window,
};
use crate::units::Unit;

/// How far names are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// To the end: columns of files, numbers, the calendar.
    Meaning,
    /// Not at all: columns, metrics and parameters are their names.
    Names,
    /// Not at all, and aggregates are only told apart by their sources.
    Shape,
}

pub struct Canon<'m> {
    pub model: &'m CheckedModel,
    pub view: View,
    pub(super) columns: HashMap<(SourceId, ColumnId), Term>,
    pub(super) rows: HashMap<SourceId, Digest>,
    /// Sources whose rows are being described.
    pub(super) running: Vec<SourceId>,
    /// Something leant on a source of `running`: not to be kept.
    pub(super) provisional: bool,
    /// The source whose key the aggregates belong to that are being described.
    pub(super) rolled_up_to: Option<SourceId>,
    /// The metric whose thresholds are described: there it is `value`.
    pub this: Option<MetricId>,
    metrics: HashMap<MetricId, Term>,
}

impl<'m> Canon<'m> {
    pub fn new(model: &'m CheckedModel, view: View) -> Canon<'m> {
        Canon {
            model,
            view,
            columns: HashMap::new(),
            rows: HashMap::new(),
            running: Vec::new(),
            provisional: false,
            rolled_up_to: None,
            this: None,
            metrics: HashMap::new(),
        }
    }

    pub fn metric(&mut self, id: MetricId) -> Term {
        if let Some(known) = self.metrics.get(&id) {
            return known.clone();
        }
        let term = self.expr(&self.model.metric(id).value);
        self.metrics.insert(id, term.clone());
        term
    }

    pub fn expr(&mut self, expr: &Expr) -> Term {
        match &*expr.kind {
            ExprKind::Metric(id) => self.named_metric(*id),
            ExprKind::Column(column) => self.column_ref(column),
            // `-2` may be a number or the opposite of one
            ExprKind::Literal(Literal::Number { digits, scale }) if *digits < 0 => {
                let opposite = Literal::Number { digits: digits.saturating_neg(), scale: *scale };
                term::sum([(literal(&opposite, &expr.ty).into(), true)])
            }
            ExprKind::Negate(a) => term::sum([(self.expr(a), true)]),
            ExprKind::Not(a) => term::not(self.expr(a)),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b),
            ExprKind::In(value, list) if list.len() == 1 => self.binary(BinaryOp::Is, value, &list[0]),
            _ => self.opaque(expr).into(),
        }
    }

    pub fn digest(&mut self, expr: &Expr) -> Digest {
        self.expr(expr).digest
    }

    fn digests(&mut self, list: &[Expr]) -> Vec<Digest> {
        list.iter().map(|e| self.digest(e)).collect()
    }

    fn binary(&mut self, op: BinaryOp, a: &Expr, b: &Expr) -> Term {
        let (a, b) = (self.expr(a), self.expr(b));
        let ordered = |tag: &str, a: Term, b: Term| Node::new(tag).list([a.digest, b.digest]).finish().into();
        let is = |a: Term, b: Term| {
            let both = [a.digest.min(b.digest), a.digest.max(b.digest)];
            Term::from(Node::new("is").list(both).finish())
        };
        match op {
            BinaryOp::And => term::and([a, b]),
            BinaryOp::Or => term::or([a, b]),
            BinaryOp::Add => term::sum([(a, false), (b, false)]),
            BinaryOp::Sub => term::sum([(a, false), (b, true)]),
            BinaryOp::Mul => term::product([a, b]),
            BinaryOp::Is => is(a, b),
            BinaryOp::IsNot => term::not(is(a, b)),
            BinaryOp::Less => ordered("less", a, b),
            BinaryOp::Greater => ordered("less", b, a),
            BinaryOp::LessEq => ordered("less or equal", a, b),
            BinaryOp::GreaterEq => ordered("less or equal", b, a),
            BinaryOp::Div => ordered("over", a, b),
            BinaryOp::Else => ordered("else", a, b),
        }
    }

    /// What no operator around it takes apart.
    fn opaque(&mut self, expr: &Expr) -> Digest {
        match &*expr.kind {
            ExprKind::Literal(value) => self.literal(value, &expr.ty),
            ExprKind::Missing => Node::new("missing").finish(),
            ExprKind::Parameter(id) => self.parameter(*id),
            ExprKind::AsOf => Node::new("as of").finish(),
            ExprKind::PeriodStart => Node::new("period start").finish(),
            ExprKind::PeriodEnd => Node::new("period end").finish(),
            ExprKind::PeriodLength => Node::new("period").digest(type_of(&expr.ty)).finish(),
            ExprKind::Convert(a, ratio) => {
                Node::new("convert").digest(self.digest(a)).number(ratio.num).number(ratio.den).finish()
            }
            ExprKind::Shift { date, amount, base } => {
                Node::new("shift").list([self.digest(date), self.digest(amount)]).text(base.name()).finish()
            }
            ExprKind::DaysBetween(a, b) => Node::new("days").list([self.digest(a), self.digest(b)]).finish(),
            ExprKind::SecondsBetween(a, b) => {
                Node::new("seconds").list([self.digest(a), self.digest(b)]).finish()
            }
            ExprKind::IsMissing(a) => Node::new("is missing").digest(self.digest(a)).finish(),
            ExprKind::In(value, list) => {
                Node::new("in").digest(self.digest(value)).set(self.digests(list)).finish()
            }
            ExprKind::If(c, a, b) => {
                Node::new("if").list([self.digest(c), self.digest(a), self.digest(b)]).finish()
            }
            ExprKind::Choose(arms, otherwise) => self.choose(arms, *otherwise, &expr.ty),
            ExprKind::Call(function, args) => self.call(*function, args),
            ExprKind::Within { value, duration, before, anchor } => {
                let node = Node::new("within").list([self.digest(value), self.digest(anchor)]);
                node.digest(length(*duration)).number(i64::from(*before)).finish()
            }
            ExprKind::Linked { aggregate, link } => {
                let node = Node::new("linked").digest(self.aggregate(aggregate));
                node.digest(self.link_columns(*link)).finish()
            }
            ExprKind::Neighbour { kind, value, per, by } => {
                let value = value.as_ref().map(|v| self.digest(v));
                let node = Node::new("neighbour").text(neighbour(*kind)).maybe(value);
                node.list(self.digests(per)).list(self.digests(by)).finish()
            }
            ExprKind::Placed(a, placement) => {
                Node::new("placed").digest(self.digest(a)).text(placed(*placement)).finish()
            }
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Prior(a, by) => {
                Node::new("prior").digest(self.digest(a)).maybe(by.map(length)).finish()
            }
            ExprKind::Total(a, over) => self.total(a, over.as_deref()),
            ExprKind::Rank(a, over, highest) => {
                let over = self.dimension_in(*over, a);
                Node::new("rank").digest(self.digest(a)).digest(over).number(i64::from(*highest)).finish()
            }
            ExprKind::Dimension(id) => self.dimension(*id),
            // taken apart by `expr`
            ExprKind::Metric(_)
            | ExprKind::Column(_)
            | ExprKind::Negate(_)
            | ExprKind::Not(_)
            | ExprKind::Binary(..) => self.expr(expr).digest,
            // only of a planned query
            ExprKind::Slot(_) | ExprKind::Known { .. } | ExprKind::EarlierPeriod { .. } => {
                Node::new("planned").finish()
            }
        }
    }

    fn named_metric(&mut self, id: MetricId) -> Term {
        if self.this == Some(id) {
            return Node::new("value").finish().into();
        }
        if self.view == View::Meaning {
            return self.metric(id);
        }
        let metric = self.model.metric(id);
        Node::new("metric").text(&metric.name).finish().into()
    }

    /// By its name, too: that is what it is set by.
    pub fn parameter(&mut self, id: ParameterId) -> Digest {
        let parameter = &self.model.parameters[id.index()];
        let node = Node::new("parameter").text(&parameter.name);
        match self.view {
            View::Meaning => {
                node.digest(literal(&parameter.value, &parameter.ty)).digest(type_of(&parameter.ty)).finish()
            }
            View::Names | View::Shape => node.finish(),
        }
    }

    /// Members by their names, or by what stands in the data for them.
    fn literal(&self, value: &Literal, ty: &Type) -> Digest {
        match (value, ty) {
            (Literal::Member(index), Type::Enum(e)) if self.view != View::Meaning => {
                let name = e.members.get(usize::from(*index)).map_or("", |m| m.name.as_str());
                Node::new("member").text(name).finish()
            }
            _ => literal(value, ty),
        }
    }

    fn choose(&mut self, arms: &[(Expr, u16)], otherwise: Option<u16>, ty: &Type) -> Digest {
        let member = |this: &Self, index: u16| this.literal(&Literal::Member(index), ty);
        let arms: Vec<Digest> =
            arms.iter().flat_map(|(test, index)| [self.digest(test), member(self, *index)]).collect();
        Node::new("choose").list(arms).maybe(otherwise.map(|index| member(self, index))).finish()
    }

    fn call(&mut self, function: Function, args: &[Expr]) -> Digest {
        let node = Node::new("call").text(&format!("{function:?}"));
        let args = self.digests(args);
        match function {
            Function::Least | Function::Greatest => node.set(args).finish(),
            _ => node.list(args).finish(),
        }
    }

    pub fn aggregate(&mut self, aggregate: &Aggregate) -> Digest {
        let rows = self.rows(aggregate.source);
        if self.view == View::Shape {
            return Node::new("aggregate").digest(rows).finish();
        }
        let filter = aggregate.filter.as_ref().map(|f| self.digest(f));
        let node = Node::new("aggregate").digest(function(aggregate.function)).digest(rows);
        let node = node.list(self.digests(&aggregate.args)).maybe(filter);
        let node = node.digest(self.window(aggregate));
        match self.rolled_up_to {
            Some(base) => node.digest(self.belongs(aggregate, base)).finish(),
            None => node.finish(),
        }
    }

    /// Which rows count in which period.
    pub fn window(&mut self, aggregate: &Aggregate) -> Digest {
        let on = aggregate.on.as_ref().map(|column| self.column_ref(column).digest);
        let node = Node::new("window").digest(window(&aggregate.window)).maybe(on);
        node.maybe(aggregate.mature.map(length)).finish()
    }

    fn total(&mut self, value: &Expr, over: Option<&[crate::check::DimensionId]>) -> Digest {
        let node = Node::new("total").digest(self.digest(value));
        match over {
            None => node.finish(),
            Some(over) => {
                let over: Vec<Digest> = over.iter().map(|d| self.dimension_in(*d, value)).collect();
                node.set(over).finish()
            }
        }
    }
}

/// `1.50` and `1.5` are one number, and so are `25%` and `0.25`.
pub fn literal(value: &Literal, ty: &Type) -> Digest {
    match value {
        Literal::Bool(b) => Node::new("bool").number(i64::from(*b)).finish(),
        Literal::Text(text) => Node::new("text").text(text).finish(),
        Literal::Date(date) => Node::new("date").text(&date.to_string()).finish(),
        Literal::Timestamp(micros) => Node::new("timestamp").number(*micros).finish(),
        Literal::Number { digits, scale } => {
            let (mut digits, mut scale) = (*digits, *scale);
            while scale > 0 && digits % 10 == 0 {
                (digits, scale) = (digits / 10, scale - 1);
            }
            Node::new("number").number(digits).number(scale).finish()
        }
        Literal::Member(index) => match ty {
            Type::Enum(e) => {
                let raw = e.members.get(usize::from(*index)).map_or("", |m| m.raw.as_str());
                Node::new("member").text(raw).finish()
            }
            _ => Node::new("member").number(*index).finish(),
        },
    }
}

/// What a value is, as far as that can change a number. The members of an enumeration
/// cannot: only those that an expression names do, and they are in it.
pub fn type_of(ty: &Type) -> Digest {
    let plain = |name: &str| Node::new("type").text(name).finish();
    match ty {
        Type::Error => plain("error"),
        Type::Missing => plain("missing"),
        Type::Text => plain("text"),
        Type::Bool => plain("bool"),
        Type::Date => plain("date"),
        Type::Timestamp => plain("timestamp"),
        Type::Enum(_) => plain("one of"),
        Type::Number(number) => Node::new("numeric").digest(unit(&number.unit)).finish(),
    }
}

pub fn unit(unit: &Unit) -> Digest {
    let node = Node::new("unit").number(unit.factors().len() as i64);
    unit.factors().iter().fold(node, |node, (base, power)| node.text(base.name()).number(*power)).finish()
}

fn function(function: AggregateFn) -> Digest {
    let (name, amount) = match function {
        AggregateFn::Count => ("count", None),
        AggregateFn::CountDistinct => ("count distinct", None),
        AggregateFn::Sum => ("sum", None),
        AggregateFn::Average => ("average", None),
        AggregateFn::Median => ("median", None),
        AggregateFn::Percentile(p) => ("percentile", Some(p)),
        AggregateFn::Min => ("min", None),
        AggregateFn::Max => ("max", None),
        AggregateFn::Stddev => ("stddev", None),
        AggregateFn::First => ("first", None),
        AggregateFn::Last => ("last", None),
        AggregateFn::Correlation => ("correlation", None),
        AggregateFn::TopShare(p) => ("top share", Some(p)),
        AggregateFn::Proportion => ("proportion", None),
    };
    let node = Node::new("function").text(name);
    amount.map_or(Node::new("function").text(name), |p| node.number(p.to_bits())).finish()
}

fn window(window: &Window) -> Digest {
    let node = Node::new("rows of");
    match window {
        Window::Period => node.text("period"),
        Window::Trailing(by) => node.text("trailing").digest(length(*by)),
        Window::ToDate(since) => node.text("to date").maybe(since.as_ref().map(grain)),
        Window::AtEnd => node.text("at end"),
        Window::AtStart => node.text("at start"),
        Window::During => node.text("during"),
        Window::Ever => node.text("ever"),
    }
    .finish()
}

/// A declared calendar is its weeks, whatever its name.
pub fn grain(grain: &Grain) -> Digest {
    let node = Node::new("grain");
    match grain {
        Grain::Declared(calendar, unit) => {
            let weeks = calendar.weeks.iter().fold(node.text(unit.name()), |node, w| node.number(*w));
            let starts = format!("{:?} {:?} of {}", calendar.which, calendar.weekday, calendar.month);
            weeks.text(&starts).finish()
        }
        built_in => node.text(&built_in.to_string()).finish(),
    }
}

pub fn length(length: Length) -> Digest {
    let node = Node::new("length");
    match length {
        Length::Days(n) => node.text("days").number(n),
        Length::Months(n) => node.text("months").number(n),
        Length::Seconds(n) => node.text("seconds").number(n),
    }
    .finish()
}

fn neighbour(kind: Neighbour) -> &'static str {
    match kind {
        Neighbour::Previous => "previous",
        Neighbour::Next => "next",
        Neighbour::Position => "position",
    }
}

fn placed(placement: Placement) -> &'static str {
    match placement {
        Placement::In => "in",
        Placement::Before => "before",
        Placement::After => "after",
    }
}
