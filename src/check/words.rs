//! A checked expression written back in Kepi's own words: for plans, hovers, diffs.

use super::ExprKind::*;
use super::{
    Aggregate, AggregateFn, BinaryOp, CheckedModel, ColumnRef, DimensionId, Expr, Function, Length, LinkRef,
    Literal, Neighbour, Placement, Type, Window, builtins,
};

/// The expression as an author would write it, with parentheses where they are needed.
pub fn expression(model: &CheckedModel, expr: &Expr) -> String {
    Words { model }.expr(expr, 0)
}

struct Words<'a> {
    model: &'a CheckedModel,
}

/// How tightly operators bind, the loosest first (language reference, expressions).
const ELSE: u8 = 1;
const OR: u8 = 2;
const AND: u8 = 3;
const NOT: u8 = 4;
const COMPARE: u8 = 5;
const ADD: u8 = 7;
const MUL: u8 = 8;
const NEGATE: u8 = 9;

impl Words<'_> {
    /// In parentheses where something around it binds tighter.
    fn expr(&self, expr: &Expr, around: u8) -> String {
        let (text, own) = self.plain(expr);
        if own < around { format!("({text})") } else { text }
    }

    fn plain(&self, expr: &Expr) -> (String, u8) {
        let whole = |text: String| (text, u8::MAX);
        let at = |e: &Expr, level: u8| self.expr(e, level);
        match &*expr.kind {
            Literal(literal) => whole(self.literal(literal, &expr.ty)),
            Missing => whole("missing".into()),
            Parameter(id) => whole(self.model.parameters[id.index()].name.clone()),
            AsOf => whole("as_of".into()),
            PeriodStart => whole("period_start".into()),
            PeriodEnd => whole("period_end".into()),
            PeriodLength => whole("period".into()),
            Slot(id) => whole(format!("s{id}")),
            Dimension(id) => whole(self.dimension(*id)),
            Metric(id) => {
                let metric = self.model.metric(*id);
                whole(match metric.current {
                    true => metric.name.clone(),
                    false => format!("{}.v{}", metric.name, metric.version),
                })
            }
            Column(column) => whole(self.column(column)),
            Negate(e) => (format!("-{}", at(e, NEGATE)), NEGATE),
            Not(e) => (format!("not {}", at(e, NOT)), NOT),
            Binary(op, a, b) => self.binary(*op, a, b),
            Convert(e, ratio) if ratio.den == 1 => (format!("{} * {}", at(e, MUL), ratio.num), MUL),
            Convert(e, ratio) if ratio.num == 1 => (format!("{} / {}", at(e, MUL), ratio.den), MUL),
            Convert(e, ratio) => (format!("{} * {} / {}", at(e, MUL), ratio.num, ratio.den), MUL),
            Shift { date, amount, base } => {
                (format!("{} + {} {}s", at(date, ADD), at(amount, MUL), base.name()), ADD)
            }
            DaysBetween(a, b) | SecondsBetween(a, b) => (format!("{} - {}", at(a, ADD), at(b, MUL)), ADD),
            IsMissing(e) => (format!("{} is missing", at(e, ADD)), COMPARE),
            In(e, list) => (format!("{} in ({})", at(e, ADD), self.list(list)), COMPARE),
            Placed(e, placement) => (format!("{} {}", at(e, ADD), placement_words(*placement)), COMPARE),
            Within { value, duration, before, anchor } => {
                let side = if *before { "before" } else { "after" };
                (
                    format!("{} within {} {side} {}", at(value, ADD), length(*duration), at(anchor, ADD)),
                    COMPARE,
                )
            }
            If(c, a, b) => (format!("if {} then {} else {}", at(c, 0), at(a, 0), at(b, 0)), 0),
            Choose(arms, other) => whole(self.choose(arms, *other, &expr.ty)),
            Call(function, args) => whole(format!("{}({})", function_name(*function), self.list(args))),
            Linked { aggregate, link } => whole(self.aggregate(aggregate, Some(*link))),
            Aggregate(aggregate) => whole(self.aggregate(aggregate, None)),
            super::ExprKind::Neighbour { kind, value, per, by } => {
                whole(self.neighbour(*kind, value.as_ref(), per, by))
            }
            Prior(e, shift) => whole(match shift {
                None => format!("prior({})", at(e, 0)),
                Some(shift) => format!("prior({}, {})", at(e, 0), length(*shift)),
            }),
            Total(e, over) => whole(match over {
                None => format!("total({})", at(e, 0)),
                Some(over) => {
                    let over: Vec<String> = over.iter().map(|d| self.dimension(*d)).collect();
                    format!("total({} over {})", at(e, 0), over.join(", "))
                }
            }),
            Rank(e, dimension, _) => whole(format!("rank({} over {})", at(e, 0), self.dimension(*dimension))),
        }
    }

    fn binary(&self, op: BinaryOp, a: &Expr, b: &Expr) -> (String, u8) {
        let (word, level) = match op {
            BinaryOp::Else => ("??", ELSE),
            BinaryOp::Or => ("or", OR),
            BinaryOp::And => ("and", AND),
            BinaryOp::Is => ("is", COMPARE),
            BinaryOp::IsNot => ("is not", COMPARE),
            BinaryOp::Less => ("<", COMPARE),
            BinaryOp::LessEq => ("<=", COMPARE),
            BinaryOp::Greater => (">", COMPARE),
            BinaryOp::GreaterEq => (">=", COMPARE),
            BinaryOp::Add => ("+", ADD),
            BinaryOp::Sub => ("-", ADD),
            BinaryOp::Mul => ("*", MUL),
            BinaryOp::Div => ("/", MUL),
        };
        // comparisons do not chain; the others group to the left
        let left = if level == COMPARE { ADD } else { level };
        (format!("{} {word} {}", self.expr(a, left), self.expr(b, level.max(COMPARE - 1) + 1)), level)
    }

    fn list(&self, list: &[Expr]) -> String {
        list.iter().map(|e| self.expr(e, 0)).collect::<Vec<_>>().join(", ")
    }

    fn dimension(&self, id: DimensionId) -> String {
        self.model.dimension(id).name.clone()
    }

    fn column(&self, column: &ColumnRef) -> String {
        let links = column.links.iter().map(|l| self.model.link(*l).name.as_str());
        links.chain([self.model.column(column).name.as_str()]).collect::<Vec<_>>().join(".")
    }

    fn literal(&self, literal: &Literal, ty: &Type) -> String {
        match literal {
            super::Literal::Bool(value) => value.to_string(),
            super::Literal::Text(text) => format!("{text:?}"),
            super::Literal::Date(date) => date.to_string(),
            super::Literal::Timestamp(at) => match jiff::Timestamp::from_microsecond(*at) {
                Ok(at) => at.to_string(),
                Err(_) => at.to_string(),
            },
            super::Literal::Number { digits, scale } => decimal(*digits, *scale),
            super::Literal::Member(index) => member(ty, *index),
        }
    }

    fn choose(&self, arms: &[(Expr, u16)], other: Option<u16>, ty: &Type) -> String {
        let arms = arms.iter().map(|(c, m)| format!("{} when {}", member(ty, *m), self.expr(c, 0)));
        let other = other.map(|m| format!("else {}", member(ty, m)));
        format!("choose {{ {} }}", arms.chain(other).collect::<Vec<_>>().join(", "))
    }

    fn neighbour(&self, kind: Neighbour, value: Option<&Expr>, per: &[Expr], by: &[Expr]) -> String {
        let name = match kind {
            Neighbour::Previous => "previous",
            Neighbour::Next => "next",
            Neighbour::Position => "position",
        };
        let value = value.map(|v| self.expr(v, 0));
        let per = (!per.is_empty()).then(|| format!("per {}", self.list(per)));
        let by = (!by.is_empty()).then(|| format!("by {}", self.list(by)));
        format!("{name}({})", value.into_iter().chain(per).chain(by).collect::<Vec<_>>().join(" "))
    }

    fn aggregate(&self, aggregate: &Aggregate, link: Option<LinkRef>) -> String {
        let source = &self.model.source(aggregate.source).name;
        let args: Vec<String> = aggregate.args.iter().map(|a| self.expr(a, 0)).collect();
        let arg = args.first().map_or(source.clone(), |a| format!("{source}.{a}"));
        let mut parts = vec![match aggregate.function {
            AggregateFn::CountDistinct => format!("distinct {arg}"),
            AggregateFn::Percentile(p) | AggregateFn::TopShare(p) => format!("{}%, {arg}", p * 100.0),
            AggregateFn::Proportion => format!("{} of {source}", args.join(", ")),
            AggregateFn::Correlation => {
                format!("{arg}, {source}.{}", args.last().cloned().unwrap_or_default())
            }
            _ => arg,
        }];
        parts.extend(link.map(|l| format!("via {}", self.model.link(l).name)));
        let time = self.model.source(aggregate.source).time.as_ref().map(|t| t.column);
        let own_time = |c: &&ColumnRef| !c.links.is_empty() || Some(c.column) != time;
        parts.extend(aggregate.on.as_ref().filter(own_time).map(|c| format!("on {}", self.column(c))));
        parts.extend(window(&aggregate.window));
        parts.extend(aggregate.filter.as_ref().map(|f| format!("where {}", self.expr(f, 0))));
        parts.extend(aggregate.mature.map(|m| format!("mature {}", length(m))));
        format!("{}({})", aggregate_name(aggregate.function), parts.join(" "))
    }
}

fn function_name(function: Function) -> &'static str {
    let is_it = |b: &&builtins::Builtin| matches!(b.what, builtins::What::Scalar(f) if f == function);
    builtins::TABLE.iter().find(is_it).map_or("", |b| b.name)
}

fn aggregate_name(function: AggregateFn) -> &'static str {
    match function {
        AggregateFn::Count | AggregateFn::CountDistinct => "count",
        AggregateFn::Sum => "sum",
        AggregateFn::Average => "average",
        AggregateFn::Median => "median",
        AggregateFn::Percentile(_) => "percentile",
        AggregateFn::Min => "min",
        AggregateFn::Max => "max",
        AggregateFn::Stddev => "stddev",
        AggregateFn::First => "first",
        AggregateFn::Last => "last",
        AggregateFn::Correlation => "correlation",
        AggregateFn::TopShare(_) => "top_share",
        AggregateFn::Proportion => "proportion",
    }
}

fn window(window: &Window) -> Option<String> {
    Some(match window {
        Window::Period => return None,
        Window::Trailing(duration) => format!("trailing {}", length(*duration)),
        Window::ToDate(Some(grain)) => format!("{grain} to date"),
        Window::ToDate(None) => "all to date".into(),
        Window::AtEnd => "at end".into(),
        Window::AtStart => "at start".into(),
        Window::During => "during".into(),
        Window::Ever => "ever".into(),
    })
}

fn placement_words(placement: Placement) -> &'static str {
    match placement {
        Placement::In => "in period",
        Placement::Before => "before period",
        Placement::After => "after period",
    }
}

/// `30 days`, `1 month`
pub fn length(length: Length) -> String {
    let (number, unit) = match length {
        Length::Days(n) => (n, "day"),
        Length::Months(n) if n % 12 == 0 => (n / 12, "year"),
        Length::Months(n) => (n, "month"),
        Length::Seconds(n) if n % 3_600 == 0 => (n / 3_600, "hour"),
        Length::Seconds(n) if n % 60 == 0 => (n / 60, "minute"),
        Length::Seconds(n) => (n, "second"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

fn member(ty: &Type, index: u16) -> String {
    let Type::Enum(enumeration) = ty else { return index.to_string() };
    enumeration.members.get(usize::from(index)).map_or_else(|| index.to_string(), |m| m.name.clone())
}

fn decimal(digits: i128, scale: u8) -> String {
    if scale == 0 {
        return digits.to_string();
    }
    let sign = if digits < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", digits.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, part) = text.split_at(text.len() - usize::from(scale));
    format!("{sign}{whole}.{part}")
}
