//! What expressions mean, wherever they stand; names and aggregates are leaves that
//! the place gives values to.

use std::cmp::Ordering;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use kepi::check::{BinaryOp, CheckedModel, Expr, ExprKind, Length, Literal};
use kepi::units::Base;

use super::functions;
use super::value::{Exact, V};
use super::world::World;

pub trait Leaf {
    fn leaf(&self, expr: &Expr) -> V;
    fn world(&self) -> &World<'_>;
}

pub fn value(expr: &Expr, leaf: &dyn Leaf) -> V {
    let world = leaf.world();
    Place { model: world.model, as_of: world.as_of, leaf }.value(expr)
}

pub struct Place<'a> {
    pub model: &'a CheckedModel,
    pub as_of: Option<Date>,
    pub leaf: &'a dyn Leaf,
}

impl Place<'_> {
    pub fn value(&self, expr: &Expr) -> V {
        self.as_written(expr).held_as(&expr.ty)
    }

    fn as_written(&self, expr: &Expr) -> V {
        match &*expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Missing => V::Missing,
            ExprKind::Parameter(id) => self.literal(&self.model.parameters[id.index()].value),
            ExprKind::AsOf => self.as_of.map_or(V::Missing, V::Date),
            ExprKind::Negate(e) => match self.value(e) {
                V::Exact(e) => V::Exact(Exact::whole(0).minus(e)),
                V::Float(x) => V::Float(-x),
                other => other,
            },
            ExprKind::Not(e) => match self.value(e) {
                V::Bool(b) => V::Bool(!b),
                other => other,
            },
            ExprKind::IsMissing(e) => V::Bool(self.value(e).is_missing()),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b),
            ExprKind::Convert(e, ratio) => match (self.value(e), ratio.den) {
                (V::Exact(e), 1) => V::Exact(e.times(Exact::whole(i128::from(ratio.num)))),
                (value, _) => match value.float() {
                    Some(x) => V::Float(x * ratio.num as f64 / ratio.den as f64),
                    None => value,
                },
            },
            ExprKind::Shift { date, amount, base } => self.shift(date, amount, *base),
            ExprKind::DaysBetween(a, b) => match (self.day(a), self.day(b)) {
                (Some(a), Some(b)) => V::whole(days(a) - days(b)),
                _ => V::Missing,
            },
            ExprKind::SecondsBetween(a, b) => match (self.value(a), self.value(b)) {
                (V::Instant(a), V::Instant(b)) => V::Exact(Exact::new(i128::from(a) - i128::from(b), 6)),
                _ => V::Missing,
            },
            ExprKind::In(e, list) => self.one_of(e, list),
            ExprKind::If(condition, then, otherwise) => match self.value(condition).is_true() {
                true => self.value(then),
                false => self.value(otherwise),
            },
            ExprKind::Choose(arms, otherwise) => {
                let fits = arms.iter().find(|(condition, _)| self.value(condition).is_true());
                fits.map(|(_, member)| *member).or(*otherwise).map_or(V::Missing, V::Member)
            }
            ExprKind::Call(function, args) => functions::call(self, *function, args),
            ExprKind::Within { value, duration, before, anchor } => {
                self.within(value, *duration, *before, anchor)
            }
            _ => self.leaf.leaf(expr),
        }
    }

    pub fn literal(&self, literal: &Literal) -> V {
        match literal {
            Literal::Bool(b) => V::Bool(*b),
            Literal::Text(text) => V::Text(text.clone()),
            Literal::Date(date) => V::Date(*date),
            Literal::Timestamp(at) => V::Instant(*at),
            Literal::Number { digits, scale } => V::Exact(Exact::new(*digits, u32::from(*scale))),
            Literal::Member(member) => V::Member(*member),
        }
    }

    pub fn day(&self, expr: &Expr) -> Option<Date> {
        self.leaf.world().date(&self.value(expr))
    }

    fn binary(&self, op: BinaryOp, a: &Expr, b: &Expr) -> V {
        let (a, b) = (self.value(a), self.value(b));
        match op {
            BinaryOp::Else => return if a.is_missing() { b } else { a },
            BinaryOp::And => {
                return match (a, b) {
                    (V::Bool(false), _) | (_, V::Bool(false)) => V::Bool(false),
                    (V::Bool(true), V::Bool(true)) => V::Bool(true),
                    _ => V::Missing,
                };
            }
            BinaryOp::Or => {
                return match (a, b) {
                    (V::Bool(true), _) | (_, V::Bool(true)) => V::Bool(true),
                    (V::Bool(false), V::Bool(false)) => V::Bool(false),
                    _ => V::Missing,
                };
            }
            _ => {}
        }
        if a.is_missing() || b.is_missing() {
            return V::Missing;
        }
        let compared = |fits: fn(Ordering) -> bool| V::Bool(fits(a.order(&b)));
        match op {
            BinaryOp::Is => compared(Ordering::is_eq),
            BinaryOp::IsNot => compared(Ordering::is_ne),
            BinaryOp::Less => compared(Ordering::is_lt),
            BinaryOp::LessEq => compared(Ordering::is_le),
            BinaryOp::Greater => compared(Ordering::is_gt),
            BinaryOp::GreaterEq => compared(Ordering::is_ge),
            _ => arithmetic(op, &a, &b),
        }
    }

    fn one_of(&self, e: &Expr, list: &[Expr]) -> V {
        let value = self.value(e);
        if value.is_missing() {
            return V::Missing;
        }
        let items: Vec<V> = list.iter().map(|item| self.value(item)).collect();
        if items.iter().any(|item| !item.is_missing() && item.equals(&value)) {
            return V::Bool(true);
        }
        // a missing item might have been it
        if items.iter().any(V::is_missing) { V::Missing } else { V::Bool(false) }
    }

    /// `0 <= value - anchor <= duration`; once the time is over, what has not happened has not.
    fn within(&self, value: &Expr, duration: Length, before: bool, anchor: &Expr) -> V {
        let world = self.leaf.world();
        let (value, anchor) = (self.value(value), self.value(anchor));
        if anchor.is_missing() {
            return V::Missing;
        }
        let (first, last) = if before { (&value, &anchor) } else { (&anchor, &value) };
        if value.is_missing() {
            let end = if before { anchor.clone() } else { later(self.model, &anchor, duration) };
            let reached = self.as_of.zip(world.date(&end)).is_none_or(|(as_of, end)| as_of >= end);
            if !reached {
                world.open.meet();
            }
            return V::Bool(false);
        }
        let end = later(self.model, first, duration);
        V::Bool(first.order(last).is_le() && last.order(&end).is_le())
    }

    fn shift(&self, date: &Expr, amount: &Expr, base: Base) -> V {
        let (V::Date(date), V::Exact(amount)) = (self.value(date), self.value(amount)) else {
            return V::Missing;
        };
        let amount = amount.at(0) as i64;
        let span: Span = match base {
            Base::Day => amount.days(),
            Base::Week => (7 * amount).days(),
            Base::Month => amount.months(),
            Base::Quarter => (3 * amount).months(),
            Base::Year => (12 * amount).months(),
            other => panic!("a date is not moved by {other:?}"),
        };
        // jiff, too, takes the last day of a shorter month
        V::Date(date + span)
    }
}

pub fn days(date: Date) -> i64 {
    i64::from(date.since((jiff::Unit::Day, Date::constant(1970, 1, 1))).expect("a date").get_days())
}

fn arithmetic(op: BinaryOp, a: &V, b: &V) -> V {
    if let (V::Exact(x), V::Exact(y)) = (a, b) {
        match op {
            BinaryOp::Add => return V::Exact(x.plus(*y)),
            BinaryOp::Sub => return V::Exact(x.minus(*y)),
            BinaryOp::Mul => return V::Exact(x.times(*y)),
            _ => {}
        }
    }
    let (Some(x), Some(y)) = (a.float(), b.float()) else { return V::Missing };
    match op {
        BinaryOp::Add => V::Float(x + y),
        BinaryOp::Sub => V::Float(x - y),
        BinaryOp::Mul => V::Float(x * y),
        BinaryOp::Div if y == 0.0 => V::Missing,
        BinaryOp::Div => V::Float(x / y),
        _ => panic!("{op:?} is no arithmetic"),
    }
}

/// The date or instant so much later; of instants a day is 24 hours.
pub fn later(model: &CheckedModel, date: &V, length: Length) -> V {
    match (date, length) {
        (V::Date(date), Length::Days(n)) => V::Date(*date + n.days()),
        (V::Date(date), Length::Months(n)) => V::Date(*date + Span::new().months(n)),
        (V::Instant(at), Length::Days(n)) => V::Instant(at + n * 86_400_000_000),
        (V::Instant(at), Length::Months(n)) => {
            let at = jiff::Timestamp::from_microsecond(*at).expect("an instant");
            let at = at.to_zoned(model.settings.timezone.clone()) + Span::new().months(n);
            V::Instant(at.timestamp().as_microsecond())
        }
        _ => panic!("{date:?} is not moved by {length:?}"),
    }
}
