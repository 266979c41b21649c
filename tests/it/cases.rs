//! Three worlds of real questions: the definitions under `tests/cases/` against answers
//! that another engine gave (`../shared/cases`). Without that folder there is nothing to
//! compare with, and the tests say so and pass.
//!
//! `tests/cases/<set>/<case>.toml` says what is asked for `<set>/<case>.csv`: `period`,
//! `by` and `metrics` map the columns of the CSV to ours. What the engine cannot do yet
//! lies in `<set>/waiting`, and has to move out when it can.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::opened::Opened;
use kepi::query::Ask;
use kepi::table::{Role, Row, Table, Value};
use serde::Deserialize;

#[test]
fn maven_crm() {
    check_world("maven_crm");
}

#[test]
fn dfin_salesops() {
    check_world("dfin_salesops");
}

#[test]
fn mrr_playbook() {
    check_world("mrr_playbook");
}

/// The library in `metrics/` over the sample; how its answers were found says `expected.sql`.
#[test]
fn library() {
    let folder = root().join("tests/library");
    check_set("library", &folder, &folder);
}

/// One question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    every: Option<String>,
    from: Option<String>,
    to: Option<String>,
    last: Option<u32>,
    as_of: Option<String>,
    #[serde(rename = "where")]
    filter: Option<String>,
    having: Option<String>,
    /// The CSV's column, and what it says of the period.
    #[serde(default)]
    period: BTreeMap<String, PeriodForm>,
    /// The CSV's column, and the dimension.
    #[serde(default)]
    by: BTreeMap<String, String>,
    /// The CSV's column, and the metric.
    metrics: BTreeMap<String, String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum PeriodForm {
    Start,
    #[serde(rename = "last day")]
    LastDay,
    Label,
}

fn check_world(set: &str) {
    let expected = root().join("../shared/cases").join(set);
    if !expected.is_dir() {
        println!("skipped: ../shared/cases/{set} is not here");
        return;
    }
    check_set(set, &root().join("tests/cases").join(set), &expected);
}

fn check_set(set: &str, project: &Path, expected: &Path) {
    let project = Opened::new(project);
    let differences = |path: &Path| {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("read the case");
        let case: Case = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let expected = Expected::read(&expected.join(format!("{name}.csv")));
        let found = project.run(&case.ask(&expected.header));
        (name, found.map_or_else(|e| vec![e], |table| compare(&case, &expected, &table)))
    };
    let mut failures = Vec::new();
    for (name, differences) in case_files(&project.root).iter().map(|path| differences(path)) {
        failures.extend((!differences.is_empty()).then(|| report(&name, &differences)));
    }
    for (name, differences) in case_files(&project.root.join("waiting")).iter().map(|path| differences(path))
    {
        match differences.first() {
            Some(why) => println!("{set}/{name} waits: {}", why.lines().next().unwrap_or_default()),
            None => failures.push(format!("{name} is answered now: move it out of `waiting`")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn report(name: &str, differences: &[String]) -> String {
    let shown = differences.iter().take(8).map(|d| format!("  {d}\n")).collect::<String>();
    format!("{name}: {} differences\n{shown}", differences.len())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn case_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let entries = entries.map(|e| e.expect("read its entry").path());
    let case = |path: &PathBuf| path.extension().is_some_and(|e| e == "toml") && !path.ends_with("kepi.toml");
    let mut files: Vec<_> = entries.filter(case).collect();
    files.sort();
    files
}

impl Case {
    fn ask(&self, header: &[String]) -> Ask {
        let in_order =
            |map: &BTreeMap<String, String>| header.iter().filter_map(|c| map.get(c).cloned()).collect();
        Ask {
            metrics: in_order(&self.metrics),
            every: self.every.clone(),
            by: in_order(&self.by),
            filter: self.filter.clone(),
            having: self.having.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            last: self.last,
            as_of: self.as_of.as_ref().map(|date| date.parse().expect("as_of is a date")),
            ..Ask::default()
        }
    }
}

/// The answer that is expected: all fields as they are written.
struct Expected {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Expected {
    fn read(path: &Path) -> Expected {
        let mut reader = csv::Reader::from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let fields = |record: &csv::StringRecord| record.iter().map(str::to_string).collect();
        let header = fields(reader.headers().expect("read the header"));
        let rows = reader.records().map(|record| fields(&record.expect("read a row"))).collect();
        Expected { header, rows }
    }
}

type Keyed<T> = BTreeMap<Vec<String>, T>;

/// The same rows by their keys, and in each of them the same values.
fn compare(case: &Case, expected: &Expected, table: &Table) -> Vec<String> {
    let is_key = |column: &String| case.period.contains_key(column) || case.by.contains_key(column);
    let (keys, values): (Vec<_>, Vec<_>) = expected.header.iter().partition(|c| is_key(c));
    if let Some(unknown) = values.iter().find(|c| !case.metrics.contains_key(**c)) {
        return vec![format!("the case does not say what `{unknown}` is")];
    }
    let wanted: Keyed<&Vec<String>> =
        expected.rows.iter().map(|row| (expected.fields(row, &keys), row)).collect();
    let found: Keyed<&Row> = table.rows.iter().map(|row| (case.key(table, row, &keys), row)).collect();
    let mut differences = Vec::new();
    differences.extend(found.keys().filter(|k| !wanted.contains_key(*k)).map(|k| format!("too much: {k:?}")));
    for (key, row) in &wanted {
        let Some(ours) = found.get(key) else {
            differences.push(format!("missing: {key:?}"));
            continue;
        };
        for column in &values {
            let theirs = &row[expected.index(column)];
            let value = &ours.values[metric_column(table, &case.metrics[*column])];
            if !equal(theirs, value) {
                differences.push(format!("{key:?} {column}: expected {theirs:?}, found {value:?}"));
            }
        }
    }
    differences
}

impl Expected {
    fn index(&self, column: &str) -> usize {
        self.header.iter().position(|c| c == column).expect("a column of the header")
    }

    fn fields(&self, row: &[String], columns: &[&String]) -> Vec<String> {
        columns.iter().map(|column| row[self.index(column)].clone()).collect()
    }
}

impl Case {
    /// Our row's key, written as the CSV writes it.
    fn key(&self, table: &Table, row: &Row, columns: &[&String]) -> Vec<String> {
        let field = |column: &String| match (self.period.get(column), self.by.get(column)) {
            (Some(form), _) => period_text(row, *form),
            (None, Some(dimension)) => value_text(&row.values[column_index(table, dimension)]),
            (None, None) => String::new(),
        };
        columns.iter().map(|column| field(column)).collect()
    }
}

fn column_index(table: &Table, name: &str) -> usize {
    table.columns.iter().position(|c| c.name == name).unwrap_or_else(|| panic!("the answer has no `{name}`"))
}

fn metric_column(table: &Table, name: &str) -> usize {
    let fits = |c: &kepi::table::Column| matches!(c.role, Role::Metric(_)) && c.name == name;
    table.columns.iter().position(fits).unwrap_or_else(|| panic!("the answer has no metric `{name}`"))
}

fn period_text(row: &Row, form: PeriodForm) -> String {
    let Some(Value::Period(period)) = row.values.iter().find(|v| matches!(v, Value::Period(_))) else {
        return "no period".to_string();
    };
    match form {
        PeriodForm::Start => period.start.to_string(),
        PeriodForm::LastDay => period.end.yesterday().expect("periods end after the first day").to_string(),
        PeriodForm::Label => period.label.to_string(),
    }
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(n) => n.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Bool(b) => b.to_string(),
        Value::NoMember => "(none)".to_string(),
        other => format!("{other:?}"),
    }
}

/// Missing is an empty field; whole numbers and decimals are equal exactly, floats to
/// a relative 2e-6 or to the six places that are written.
fn equal(theirs: &str, ours: &Value) -> bool {
    match ours {
        Value::Missing | Value::Immature => theirs.is_empty(),
        Value::Int(n) => exact(theirs) == Some(reduced(*n, 0)),
        Value::Decimal { digits, scale } if *scale <= 6 => exact(theirs) == Some(reduced(*digits, *scale)),
        Value::Decimal { digits, scale } => near(theirs, *digits as f64 / 10_f64.powi(i32::from(*scale))),
        Value::Float(x) => near(theirs, *x),
        other => value_text(other) == theirs,
    }
}

fn near(theirs: &str, ours: f64) -> bool {
    theirs.parse::<f64>().is_ok_and(|x| (x - ours).abs() <= (2e-6 * x.abs()).max(5.001e-7))
}

fn exact(text: &str) -> Option<(i128, u8)> {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{places}").parse().ok()?;
    Some(reduced(digits, places.len() as u8))
}

/// Without zeros at the end behind the point.
fn reduced(mut digits: i128, mut scale: u8) -> (i128, u8) {
    while scale > 0 && digits % 10 == 0 {
        digits /= 10;
        scale -= 1;
    }
    (digits, scale)
}

#[test]
fn numbers_compare_as_they_are_written() {
    let cents = |digits| Value::Decimal { digits, scale: 2 };
    assert!(equal("2.50", &cents(250)) && equal("2.5", &cents(250)) && equal("-3", &cents(-300)));
    assert!(!equal("2.51", &cents(250)) && !equal("", &cents(0)) && equal("7", &Value::Int(7)));
    assert!(equal("0.333333", &Value::Float(1.0 / 3.0)) && !equal("0.333343", &Value::Float(1.0 / 3.0)));
    assert!(equal("", &Value::Missing) && equal("", &Value::Immature) && !equal("0", &Value::Missing));
}
