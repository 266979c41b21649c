//! The answer to a question over time: a value for every member in every period since
//! its first.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Row, Value};
use crate::calendar::{Grain, Period};
use crate::check::SourceId;
use crate::table::Table;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dense {
    pub as_of: Option<Date>,
    pub grain: Option<Grain>,
    /// Oldest first; without a grain a single one, whose label is empty.
    pub periods: Vec<Period>,
    /// The period has not ended by `as_of`.
    pub partial: Vec<bool>,
    /// Of each output the first period that has any data of what it is made of.
    pub first: Vec<usize>,
    /// The outputs that count the rows behind metrics.
    pub behind: Vec<RowsBehind>,
    pub series: Vec<DenseSeries>,
}

/// An output that counts the rows of one source that a metric is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsBehind {
    /// Its number among the outputs.
    pub metric: usize,
    pub output: usize,
    pub source: String,
    /// What puts them into periods, where it is not the date of their source: `created_on`.
    pub by: Option<String>,
}

/// The outputs of one member, or of the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct DenseSeries {
    /// One value for each dimension.
    pub member: Vec<Value>,
    /// The first period in which it has a row: a member does not exist before.
    pub from: usize,
    /// Of each output its values from that period on: who judges goes through one of them at a time.
    pub outputs: Vec<Vec<Value>>,
}

/// An output of one member over time.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    from: usize,
    known_from: usize,
    values: &'a [Value],
}

/// Rows, each with the number of its period.
type Timed = Vec<(usize, Vec<Value>)>;

/// What was found of a promise of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Examined {
    pub source: SourceId,
    /// An index into the source's expects.
    pub expect: usize,
    /// How many rows break it, and the first of them.
    pub broken: Option<(u64, Table)>,
    /// Of `fresh`: the newest date of the data.
    pub newest: Option<Date>,
}

impl Dense {
    /// Puts the rows of a table (periods, where there are any, then so many dimensions,
    /// then the outputs) where they belong.
    pub fn fill(mut self, dimensions: usize, rows: Vec<Row>) -> Dense {
        let timed = usize::from(self.grain.is_some());
        let mut found: Vec<(Vec<Value>, Timed)> = Vec::new();
        if dimensions == 0 {
            found.push((Vec::new(), Vec::new()));
        }
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for mut row in rows {
            let values = row.values.split_off(timed + dimensions);
            let member = row.values.split_off(timed);
            let period = match row.values.first() {
                Some(Value::Period(period)) => {
                    let Ok(at) = self.periods.binary_search_by_key(&period.start, |p| p.start) else {
                        continue;
                    };
                    at
                }
                _ => 0,
            };
            let place = match dimensions {
                0 => 0,
                _ => *places.entry(format!("{member:?}")).or_insert_with(|| {
                    found.push((member, Vec::new()));
                    found.len() - 1
                }),
            };
            found[place].1.push((period, values));
        }
        self.series = found.into_iter().map(|(member, rows)| DenseSeries::of(member, rows)).collect();
        self.series.sort_by(|a, b| order(&a.member, &b.member));
        self
    }

    /// Missing before the member exists, and before there is any data.
    pub fn values<'a>(&self, series: &'a DenseSeries, output: usize) -> Values<'a> {
        Values {
            from: series.from,
            known_from: self.first.get(output).copied().unwrap_or_default(),
            values: series.outputs.get(output).map_or(&[], Vec::as_slice),
        }
    }

    pub fn value(&self, series: &DenseSeries, period: usize, output: usize) -> Value {
        self.values(series, output).at(period).clone()
    }
}

impl DenseSeries {
    /// Of the rows of one member; the whole is always there.
    fn of(member: Vec<Value>, rows: Timed) -> DenseSeries {
        let periods = || rows.iter().map(|(period, _)| *period);
        let first = periods().min().filter(|_| !member.is_empty());
        let (from, last) = (first.unwrap_or_default(), periods().max().unwrap_or_default());
        let outputs = rows.iter().map(|(_, values)| values.len()).max().unwrap_or_default();
        let mut outputs = vec![vec![Value::Missing; last - from + 1]; outputs];
        for (period, values) in rows {
            values.into_iter().zip(&mut outputs).for_each(|(value, output)| output[period - from] = value);
        }
        DenseSeries { member, from, outputs }
    }
}

impl<'a> Values<'a> {
    pub const NONE: Values<'static> = Values { from: 0, known_from: 0, values: &[] };

    pub fn at(&self, period: usize) -> &'a Value {
        let at = period.checked_sub(self.from).filter(|_| period >= self.known_from);
        at.and_then(|at| self.values.get(at)).unwrap_or(&Value::Missing)
    }
}

/// By their values, one after the other; the group without a member last.
fn order(a: &[Value], b: &[Value]) -> std::cmp::Ordering {
    let key = |value: &Value| match value {
        Value::NoMember | Value::Missing => (3, String::new(), 0),
        Value::Int(n) => (0, String::new(), *n),
        Value::Date(date) => (1, date.to_string(), 0),
        Value::Text(text) => (2, text.clone(), 0),
        other => (2, format!("{other:?}"), 0),
    };
    a.iter().map(key).cmp(b.iter().map(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendar;
    use jiff::civil::date;

    fn month(n: i8) -> Period {
        Calendar::default().period(&Grain::Month, date(2026, n, 1))
    }

    fn row(n: i8, region: &str, value: i128) -> Row {
        let member = if region.is_empty() { Value::NoMember } else { Value::Text(region.into()) };
        Row { values: vec![Value::Period(month(n)), member, Value::Int(value)], partial: false }
    }

    fn dense() -> Dense {
        let empty = Dense {
            grain: Some(Grain::Month),
            periods: (1..=4).map(month).collect(),
            partial: vec![false; 4],
            first: vec![0],
            ..Dense::default()
        };
        // rows of gaps come after those of the answer
        let rows = [(1, "EMEA", 5), (2, "", 1), (2, "APAC", 7), (4, "EMEA", 6), (2, "EMEA", 0)];
        let rows = rows.into_iter().map(|(n, region, value)| row(n, region, value)).collect();
        empty.fill(1, rows)
    }

    fn values(dense: &Dense, at: usize) -> Vec<Value> {
        (0..4).map(|period| dense.value(&dense.series[at], period, 0)).collect()
    }

    #[test]
    fn rows_are_put_where_they_belong() {
        let dense = dense();
        assert_eq!(dense.series[1].member, [Value::Text("EMEA".into())]);
        assert_eq!(values(&dense, 1), [Value::Int(5), Value::Int(0), Value::Missing, Value::Int(6)]);
    }

    #[test]
    fn a_member_does_not_exist_before_its_first_row() {
        let dense = dense();
        assert_eq!(
            (dense.series[0].member.as_slice(), dense.series[0].from),
            (&[Value::Text("APAC".into())][..], 1)
        );
        assert_eq!(values(&dense, 0)[..2], [Value::Missing, Value::Int(7)]);
    }

    #[test]
    fn those_without_a_member_come_last() {
        assert_eq!(dense().series[2].member, [Value::NoMember]);
    }

    #[test]
    fn before_the_first_data_there_is_no_value() {
        let dense = Dense { first: vec![2], ..dense() };
        assert_eq!(values(&dense, 1), [Value::Missing, Value::Missing, Value::Missing, Value::Int(6)]);
    }

    #[test]
    fn the_whole_is_there_without_any_row() {
        let dense = Dense { grain: Some(Grain::Month), periods: vec![month(1)], ..Dense::default() };
        let dense = dense.fill(0, Vec::new());
        assert_eq!(dense.value(&dense.series[0], 0, 0), Value::Missing);
    }
}
