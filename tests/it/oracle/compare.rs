//! Two answers cell by cell: exact but for floats.

use std::fmt::Write as _;

use kepi::table::{Dense, DenseSeries, Row, Table, Value};

use super::answer::{Answer, AnswerRow};
use super::value::{Exact, V};

const RELATIVE: f64 = 1e-12;
/// Where the difference of large numbers is next to nothing.
const ABSOLUTE: f64 = 1e-11;

/// `None`: there is none.
pub fn difference(wanted: &Answer, found: &Table) -> Option<String> {
    let same = wanted.as_of == found.as_of && same_rows(&wanted.rows, &found.rows);
    if same {
        return None;
    }
    let mut text = format!("as of {:?}, Kepi {:?}\nthe second opinion:\n", wanted.as_of, found.as_of);
    let mut theirs: Vec<String> = wanted.rows.iter().map(row_text).collect();
    let mut ours: Vec<String> = found.rows.iter().map(|r| line(&r.values, r.partial)).collect();
    // of long answers, what differs
    if ours.len() + theirs.len() > 40 {
        let (all_ours, all_theirs) = (ours.clone(), theirs.clone());
        ours.retain(|row| !all_theirs.contains(row));
        theirs.retain(|row| !all_ours.contains(row));
    }
    theirs.iter().for_each(|row| writeln!(text, "  {row}").expect("a text"));
    text.push_str("Kepi:\n");
    ours.iter().for_each(|row| writeln!(text, "  {row}").expect("a text"));
    Some(text)
}

/// In the same order.
fn same_rows(wanted: &[AnswerRow], found: &[Row]) -> bool {
    let mut found = found.iter().peekable();
    for row in wanted {
        let same = |f: &&Row| row.partial == f.partial && same_cells(row, &f.values);
        if found.next_if(|f| same(f)).is_none() {
            return false;
        }
    }
    found.next().is_none()
}

/// Of what is judged: each group from its first period on. What an output is made of has no
/// data before its own first period, and nothing is judged there.
pub fn difference_over_time(wanted: &Answer, found: &Dense) -> Option<String> {
    let mut text = String::new();
    let mut cells = 0;
    for row in &wanted.rows {
        let is_it =
            |series: &&DenseSeries| row.groups.iter().zip(&series.member).all(|(a, b)| same(a, b, true));
        let at = row.period.and_then(|(start, _)| found.periods.iter().position(|p| p.start == start));
        let (Some(series), Some(at)) = (found.series.iter().find(is_it), at) else {
            writeln!(text, "  {} is not there", row_text(row)).expect("a text");
            continue;
        };
        cells += 1;
        for (output, value) in row.values.iter().enumerate().filter(|(output, _)| at >= found.first[*output])
        {
            let own = found.value(series, at, output);
            if !same(value, &own, false) {
                let own = line(&[own], row.partial);
                writeln!(text, "  {}: Kepi has {own} as value {output}", row_text(row)).expect("a text");
            }
        }
    }
    let all: usize = found.series.iter().map(|series| found.periods.len() - series.from).sum();
    if all != cells && !found.periods.is_empty() {
        writeln!(text, "  {cells} rows wanted, Kepi has {all}").expect("a text");
    }
    (!text.is_empty()).then(|| format!("over time, as of {:?}, Kepi {:?}\n{text}", wanted.as_of, found.as_of))
}

/// Two tables of Kepi.
pub fn two(a: &Table, b: &Table) -> String {
    let text = |t: &Table| t.rows.iter().map(|r| line(&r.values, r.partial) + "\n").collect::<String>();
    format!("{}and\n{}", text(a), text(b))
}

fn same_cells(wanted: &AnswerRow, found: &[Value]) -> bool {
    let mut found = found.iter();
    if let Some((start, end)) = wanted.period {
        match found.next() {
            Some(Value::Period(p)) if p.start == start && p.end == end => {}
            _ => return false,
        }
    }
    let groups = wanted.groups.iter().map(|v| (v, true));
    let cells: Vec<(&V, bool)> = groups.chain(wanted.values.iter().map(|v| (v, false))).collect();
    let found: Vec<&Value> = found.collect();
    cells.len() == found.len() && cells.iter().zip(found).all(|((v, group), f)| same(v, f, *group))
}

fn same(wanted: &V, found: &Value, group: bool) -> bool {
    match (wanted, found) {
        (V::Missing, Value::Missing) => !group,
        (V::Missing, Value::NoMember) => group,
        (V::Immature, Value::Immature) => true,
        (V::Bool(a), Value::Bool(b)) => a == b,
        (V::Exact(a), Value::Int(b)) => *a == Exact::new(*b, 0),
        (V::Exact(a), Value::Decimal { digits, scale }) => *a == Exact::new(*digits, u32::from(*scale)),
        (V::Float(a), Value::Float(b)) => near(*a, *b),
        (V::Text(a), Value::Text(b)) => a == b,
        (V::Date(a), Value::Date(b)) => a == b,
        (V::Instant(a), Value::Timestamp(b)) => a == b,
        _ => false,
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= ABSOLUTE.max(RELATIVE * a.abs().max(b.abs()))
}

fn row_text(row: &AnswerRow) -> String {
    let period = row.period.map(|(start, _)| start.to_string());
    let groups = row.groups.iter().map(|v| value_text(v, "(none)"));
    let values = row.values.iter().map(|v| value_text(v, "–"));
    joined(period.into_iter().chain(groups).chain(values).collect(), row.partial)
}

fn value_text(value: &V, missing: &str) -> String {
    match value {
        V::Missing => missing.to_string(),
        V::Immature => "immature".to_string(),
        V::Bool(b) => b.to_string(),
        V::Exact(e) => exact_text(*e),
        V::Float(x) => float_text(*x),
        V::Text(text) => format!("{text:?}"),
        V::Date(date) => date.to_string(),
        V::Instant(at) => format!("at {at}"),
        V::Member(n) => format!("member {n}"),
    }
}

/// Floats always with a point, exact numbers with one only where they have places.
fn float_text(x: f64) -> String {
    format!("~{x:?}")
}

fn exact_text(e: Exact) -> String {
    match e.scale {
        0 => e.digits.to_string(),
        scale => format!("{}e-{scale}", e.digits),
    }
}

/// A row of Kepi's as text.
pub fn row_line(row: &Row) -> String {
    line(&row.values, row.partial)
}

fn line(values: &[Value], partial: bool) -> String {
    let text = |value: &Value| match value {
        Value::Missing => "–".to_string(),
        Value::NoMember => "(none)".to_string(),
        Value::Immature => "immature".to_string(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Decimal { digits, scale } => exact_text(Exact::new(*digits, u32::from(*scale))),
        Value::Float(x) => float_text(*x),
        Value::Text(text) => format!("{text:?}"),
        Value::Date(date) => date.to_string(),
        Value::Timestamp(at) => format!("at {at}"),
        Value::Period(period) => period.start.to_string(),
    };
    joined(values.iter().map(text).collect(), partial)
}

fn joined(cells: Vec<String>, partial: bool) -> String {
    let mark = if partial { " partial" } else { "" };
    format!("{}{mark}", cells.join(" | "))
}
