//! What people and programs see, by kind of value and by format.

mod problems;
mod tables;
mod values;

use jiff::civil::{Date, date};

use super::*;
use crate::calendar::{Calendar, Grain};
use crate::check::{Better, Show, Style};
use crate::table::{Column, Role, Row, Value};
use crate::units::{Base, Unit};

fn unit(text: &str) -> Unit {
    let base = |name: &str| Unit::of(Base::from_name(name).unwrap());
    match text.split_once('/') {
        Some(("1", under)) => base(under).inverse(),
        Some((over, under)) => base(over).over(&base(under)).0,
        None => base(text),
    }
}

fn style(name: &str) -> Style {
    match name {
        "percent" => Style::Percent,
        "points" => Style::Points,
        "ratio" => Style::Ratio,
        "count" => Style::Count,
        "number" => Style::Number,
        "value" => Style::Value,
        unit_name => Style::Unit(unit(unit_name)),
    }
}

fn money(digits: i128) -> Value {
    Value::Decimal { digits, scale: 2 }
}

fn column(name: &str, label: &str, role: Role, style_name: &str) -> Column {
    let show = Show { style: style(style_name), decimals: None };
    Column { name: name.to_string(), label: label.to_string(), role, show }
}

fn metric(name: &str, label: &str, style_name: &str) -> Column {
    column(name, label, Role::Metric(Better::Higher), style_name)
}

fn month(start: Date) -> Value {
    Value::Period(Calendar::default().period(&Grain::Month, start))
}

fn example() -> Table {
    let row = |month_start, region: Value, values: [Value; 3], partial| {
        let values = [month(month_start), region].into_iter().chain(values).collect();
        Row { values, partial }
    };
    let text = |t: &str| Value::Text(t.to_string());
    let october = date(2026, 10, 1);
    let november = date(2026, 11, 1);
    Table {
        columns: vec![
            column("month", "Month", Role::Period, "value"),
            column("region", "Region", Role::Dimension, "value"),
            metric("bookings", "Bookings", "USD"),
            metric("win_rate", "Win rate", "percent"),
            metric("sales_cycle", "Sales cycle", "days"),
        ],
        rows: vec![
            row(october, text("EMEA"), [money(123_450), Value::Float(0.624), Value::Float(43.0)], false),
            row(october, Value::NoMember, [money(-500), Value::Missing, Value::Missing], false),
            row(november, text("a|b, \"c\""), [money(100_000_000), Value::Immature, Value::Float(7.5)], true),
        ],
        as_of: Some(date(2026, 11, 22)),
        grain: Some(Grain::Month),
    }
}
