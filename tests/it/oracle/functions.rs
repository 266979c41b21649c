//! The built-in functions of rows, each from its line in the reference.

use jiff::civil::Date;
use kepi::check::{Expr, ExprKind, Function, Literal};

use super::expression::{Place, days};
use super::periods;
use super::value::{Rounding, V};

pub fn call(place: &Place, function: Function, args: &[Expr]) -> V {
    use Function::*;
    if function == StartOf {
        return start_of(place, args);
    }
    let values: Vec<V> = args.iter().map(|arg| place.value(arg)).collect();
    if values.iter().any(V::is_missing) {
        return V::Missing;
    }
    let text = |i: usize| match &values[i] {
        V::Text(text) => text.as_str(),
        other => panic!("{other:?} is no text"),
    };
    let float = |i: usize| values[i].float().expect("a number");
    let date = |i: usize| place.leaf.world().date(&values[i]).expect("a date");
    let part = |of: fn(Date) -> i64| V::whole(of(date(0)));
    match function {
        Abs => match &values[0] {
            V::Exact(e) if e.digits < 0 => V::Exact(super::value::Exact::whole(0).minus(*e)),
            V::Float(x) => V::Float(x.abs()),
            other => other.clone(),
        },
        Round => rounded(&values, Rounding::Nearest),
        Floor => rounded(&values, Rounding::Down),
        Ceil => rounded(&values, Rounding::Up),
        Least => values.iter().min_by(|a, b| a.order(b)).cloned().expect("a value"),
        Greatest => values.iter().max_by(|a, b| a.order(b)).cloned().expect("a value"),
        Mod => match (&values[0], &values[1]) {
            (V::Exact(a), V::Exact(b)) => a.left_after(*b).map_or(V::Missing, V::Exact),
            _ if float(1) == 0.0 => V::Missing,
            _ => V::Float(float(0) % float(1)),
        },
        Lower => V::Text(text(0).to_lowercase()),
        Upper => V::Text(text(0).to_uppercase()),
        Trim => V::Text(text(0).trim().to_string()),
        Length => V::whole(text(0).chars().count() as i64),
        StartsWith => V::Bool(text(0).starts_with(text(1))),
        EndsWith => V::Bool(text(0).ends_with(text(1))),
        Contains => V::Bool(text(0).contains(text(1))),
        Year => part(|d| i64::from(d.year())),
        Quarter => part(|d| i64::from((d.month() - 1) / 3 + 1)),
        Month => part(|d| i64::from(d.month())),
        Week => part(|d| i64::from(d.iso_week_date().week())),
        Day => part(|d| i64::from(d.day())),
        Weekday => part(|d| i64::from(d.weekday().to_monday_one_offset())),
        MonthsBetween => {
            // whole ones: the day has to be reached
            let (from, to) = (date(0).min(date(1)), date(0).max(date(1)));
            let months = |d: Date| i64::from(d.year()) * 12 + i64::from(d.month());
            let whole = months(to) - months(from) - i64::from(to.day() < from.day());
            V::whole(if date(0) <= date(1) { whole } else { -whole })
        }
        DaysBetween => V::whole(days(date(1)) - days(date(0))),
        Exp => V::Float(float(0).exp()),
        Ln => V::Float(float(0).ln()),
        Power => V::Float(float(0).powf(float(1))),
        Sqrt => V::Float(float(0).sqrt()),
        other => panic!("{other:?} is not known here"),
    }
}

fn rounded(values: &[V], how: Rounding) -> V {
    let places = values.get(1).map_or(0, |v| v.exact().expect("a whole number").at(0) as i32);
    match &values[0] {
        V::Exact(e) => V::Exact(e.rounded(places, how)),
        V::Float(x) if values.len() == 1 => {
            let whole = match how {
                Rounding::Nearest => x.round(),
                Rounding::Down => x.floor(),
                Rounding::Up => x.ceil(),
            };
            V::whole(whole as i128)
        }
        V::Float(x) => {
            let unit = 10_f64.powi(places);
            V::Float((x * unit).round() / unit)
        }
        other => panic!("{other:?} is no number"),
    }
}

fn start_of(place: &Place, args: &[Expr]) -> V {
    let ExprKind::Literal(Literal::Text(grain)) = &*args[0].kind else { panic!("a grain") };
    match place.day(&args[1]) {
        Some(date) => V::Date(periods::start_of(place.model, grain, date)),
        None => V::Missing,
    }
}
