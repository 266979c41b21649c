//! A number as short as an axis needs it: `$1.2M`, `25%`, `45 days`.

use super::value::around;
use crate::check::{Show, Style};

pub fn compact(value: f64, show: &Show) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    let size = value.abs();
    match &show.style {
        Style::Percent => format!("{sign}{}%", short(size * 100.0)),
        Style::Points => format!("{sign}{}", short(size * 100.0)),
        Style::Unit(unit) if unit.currency().is_some() => {
            let (before, after) = around(unit);
            // what it is by stands in the title
            let after = if after.starts_with('/') { String::new() } else { after };
            format!("{sign}{before}{}{after}", short(size))
        }
        Style::Unit(_) | Style::Ratio | Style::Count | Style::Number | Style::Value => {
            format!("{sign}{}", short(size))
        }
    }
}

/// At most three digits and a letter for thousands, millions, billions.
fn short(size: f64) -> String {
    let (scaled, letter) = match size {
        x if x >= 1e12 => (x / 1e12, "T"),
        x if x >= 1e9 => (x / 1e9, "B"),
        x if x >= 1e6 => (x / 1e6, "M"),
        x if x >= 1e3 => (x / 1e3, "k"),
        x => (x, ""),
    };
    let places = match scaled {
        x if x >= 100.0 => 0,
        x if x >= 10.0 => 1,
        x if x >= 0.1 => 2,
        _ => 4,
    };
    let text = format!("{scaled:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{letter}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Base, Unit};

    fn check(value: f64, style: Style, expected: &str) {
        assert_eq!(compact(value, &Show { style, decimals: None }), expected);
    }

    #[test]
    fn short_numbers() {
        let usd = Unit::of(Base::from_name("USD").expect("a currency"));
        let monthly = usd.over(&Unit::of(Base::from_name("month").expect("a unit"))).0;
        check(0.25, Style::Percent, "25%");
        check(-0.005, Style::Percent, "-0.5%");
        check(1_250_000.0, Style::Unit(usd.clone()), "$1.25M");
        check(-880_000.0, Style::Unit(usd), "-$880k");
        check(12_345.6, Style::Unit(monthly), "$12.3k");
        check(0.0, Style::Count, "0");
        check(45.0, Style::Number, "45");
        check(0.0123, Style::Number, "0.0123");
        check(2.5e12, Style::Count, "2.5T");
    }
}
