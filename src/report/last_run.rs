//! The newest values of metrics, kept beside a project (`.kepi/last-run.json`) so that an
//! editor can show them: each with its day and with the fingerprint of what it is a value of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::value::shown;
use crate::table::{Column, Role, Table, Value};

/// In this folder of the project; values are kept only where it is there.
pub const FOLDER: &str = ".kepi";
pub const FILE: &str = "last-run.json";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastValue {
    /// As it is shown: `47.1%`.
    pub value: String,
    /// `2026-06`; `None`: of all data.
    pub period: Option<String>,
    /// The period was not over.
    pub partial: bool,
    pub as_of: Option<String>,
    pub computed_on: String,
    /// What the run said beside its metrics and periods: ` --profile prod`.
    pub flags: String,
    /// Of the metric as it was then.
    pub fingerprint: String,
}

/// By `win_rate.v2`.
pub type LastRun = BTreeMap<String, LastValue>;

/// What is not one of ours is as good as none.
pub fn parse(text: &str) -> LastRun {
    serde_json::from_str(text).unwrap_or_default()
}

pub fn write(values: &LastRun) -> String {
    super::pretty_json(values)
}

/// The newest whole period of each metric of a table without dimensions, by the names of its
/// columns. A period that is not over counts only where there is no other.
pub fn newest(table: &Table) -> Vec<(String, LastValue)> {
    if table.columns.iter().any(|column| column.role == Role::Dimension) {
        return Vec::new();
    }
    let row = table.rows.iter().rev().find(|row| !row.partial).or(table.rows.last());
    let Some(row) = row else { return Vec::new() };
    let cells = || table.columns.iter().zip(&row.values);
    let period = cells().find(|(column, _)| column.role == Role::Period);
    let period = period.map(|(column, value)| shown(value, &column.show));
    let metrics = cells().filter(|(column, _)| matches!(column.role, Role::Metric(_)));
    let value = |(column, value): (&Column, &Value)| {
        let last = LastValue {
            value: shown(value, &column.show),
            period: period.clone(),
            partial: row.partial,
            as_of: table.as_of.map(|day| day.to_string()),
            computed_on: String::new(),
            flags: String::new(),
            fingerprint: String::new(),
        };
        (column.name.clone(), last)
    };
    metrics.map(value).collect()
}

/// For hover. A value of another definition is not shown.
pub fn line(last: &LastValue, fingerprint: &str) -> String {
    let LastValue { value, computed_on, flags, .. } = last;
    if last.fingerprint != fingerprint {
        return format!(
            "last value: none of this definition, which has changed since `kepi run` on {computed_on}"
        );
    }
    let period = last.period.iter().map(|period| format!(" in {period}")).collect::<String>();
    let partial = if last.partial { ", which was not over" } else { "" };
    let as_of = last.as_of.iter().map(|day| format!(", as of {day}")).collect::<String>();
    format!("last value: **{value}**{period}{partial}{as_of} (`kepi run{flags}` on {computed_on})")
}
