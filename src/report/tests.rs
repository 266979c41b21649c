//! What people and programs see, by kind of value and by format.

use insta::assert_snapshot;
use jiff::civil::{Date, date};

use super::*;
use crate::calendar::{Calendar, Grain};
use crate::check::{Better, Show, Style};
use crate::diagnostic::Diagnostic;
use crate::table::{Column, Role, Row, Value};
use crate::text::{FileId, Span};
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

/// The expected texts are written by hand from language.md and the rules of issue 2.
#[track_caller]
fn check(value: Value, name: &str, expected: &str) {
    assert_eq!(shown(&value, &Show { style: style(name), decimals: None }), expected);
}

#[test]
fn money_has_its_sign_and_the_places_of_its_currency() {
    check(money(123_450), "USD", "$1,234.50");
    check(money(123_450), "EUR", "€1,234.50");
    check(money(-123_450), "USD", "-$1,234.50");
    check(money(123_450), "USD/month", "$1,234.50/month");
    check(money(123_450), "CHF", "CHF 1,234.50");
    check(money(123_450), "CAD", "CAD 1,234.50");
    check(Value::Int(1_234_567), "JPY", "¥1,234,567");
    check(Value::Float(1234.5), "JPY", "¥1,235");
    check(Value::Float(0.005), "USD", "$0.01");
    check(Value::Float(-0.004), "USD", "$0.00");
    check(money(0), "USD", "$0.00");
    check(money(i128::MAX), "USD", "$1,701,411,834,604,692,317,316,873,037,158,841,057.27");
}

#[test]
fn rounding_is_half_away_from_zero_on_shortest_digits() {
    // 1.005 is stored as 1.00499999999999989…; people wrote 1.005
    check(Value::Float(1.005), "USD", "$1.01");
    check(Value::Float(-1.005), "USD", "-$1.01");
    check(Value::Decimal { digits: 25, scale: 1 }, "JPY", "¥3");
    check(Value::Float(0.6245), "percent", "62.5%");
    check(Value::Float(999.9996), "number", "1,000");
}

#[test]
fn plain_numbers() {
    check(Value::Float(0.624), "percent", "62.4%");
    check(Value::Float(1.0), "percent", "100.0%");
    check(Value::Float(-0.05), "percent", "-5.0%");
    check(Value::Float(0.05), "points", "5.0");
    check(Value::Float(0.624), "ratio", "0.624");
    check(Value::Int(1_234), "count", "1,234");
    check(Value::Int(999), "count", "999");
    check(Value::Float(12.34567), "number", "12.35");
    check(Value::Float(1234.567), "number", "1,234.6");
    check(Value::Float(0.000123456), "number", "0.0001235");
    check(Value::Float(5.0), "number", "5");
    check(Value::Float(0.0), "number", "0");
    check(Value::Float(f64::NAN), "number", "–");
    check(Value::Float(f64::INFINITY), "USD", "–");
}

#[test]
fn durations() {
    check(Value::Int(43), "days", "43 days");
    check(Value::Float(43.0), "days", "43 days");
    check(Value::Float(43.25), "days", "43.3 days");
    check(Value::Int(1), "days", "1 day");
    check(Value::Int(0), "days", "0 days");
    check(Value::Float(1.5), "hours", "1.5 hours");
    check(Value::Float(2.5), "1/month", "2.5/month");
}

#[test]
fn what_is_no_number() {
    check(Value::Missing, "USD", "–");
    check(Value::Immature, "percent", "immature");
    check(Value::NoMember, "value", "(none)");
    check(Value::Bool(true), "value", "yes");
    check(Value::Date(date(2026, 1, 31)), "value", "2026-01-31");
    check(Value::Timestamp(1_769_860_800_000_000), "value", "2026-01-31T12:00Z");
    check(Value::Int(12345), "value", "12345");
}

#[test]
fn declared_decimals_win() {
    let shown_as = |style, decimals, value| shown(&value, &Show { style, decimals: Some(decimals) });
    assert_eq!(shown_as(Style::Percent, 0, Value::Float(0.624)), "62%");
    assert_eq!(shown_as(style("USD"), 0, money(123_450)), "$1,235");
    assert_eq!(shown_as(style("days"), 2, Value::Int(43)), "43.00 days");
    assert_eq!(shown_as(Style::Number, 1, Value::Float(1234.56)), "1,234.6");
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
            row(october, Value::NoMember, [money(-5_00), Value::Missing, Value::Missing], false),
            row(
                november,
                text("a|b, \"c\""),
                [money(1_000_000_00), Value::Immature, Value::Float(7.5)],
                true,
            ),
        ],
        as_of: Some(date(2026, 11, 22)),
        grain: Some(Grain::Month),
    }
}

#[test]
fn a_table_on_a_terminal() {
    assert_snapshot!(table(&example(), TableFormat::Terminal, &Screen::default()), @r#"
    Month     Region         Bookings  Win rate  Sales cycle
    ────────────────────────────────────────────────────────
    2026-10   EMEA          $1,234.50     62.4%    43.0 days
    2026-10   (none)           -$5.00         –            –
    2026-11*  a|b, "c"  $1,000,000.00  immature     7.5 days

    * partial: data up to 2026-11-22
    "#);
}

#[test]
fn a_table_in_colours() {
    let screen = Screen { width: Some(100), colour: true };
    assert_snapshot!(table(&example(), TableFormat::Terminal, &screen).escape_debug().to_string(), @r#"\u{1b}[1mMonth     Region         Bookings  Win rate  Sales cycle\u{1b}[0m\n\u{1b}[2m────────────────────────────────────────────────────────\u{1b}[0m\n2026-10   EMEA          $1,234.50     62.4%    43.0 days\n2026-10   (none)           -$5.00         –            –\n2026-11*  a|b, \"c\"  $1,000,000.00  immature     7.5 days\n\n\u{1b}[2m* partial: data up to 2026-11-22\u{1b}[0m\n"#);
}

#[test]
fn a_table_as_csv() {
    assert_snapshot!(table(&example(), TableFormat::Csv, &Screen::default()), @r#"
    month,region,bookings,win_rate,sales_cycle
    2026-10,EMEA,1234.50,0.624,43
    2026-10,(none),-5.00,,
    2026-11,"a|b, ""c""",1000000.00,,7.5
    "#);
}

#[test]
fn a_table_as_json() {
    let text = table(&example(), TableFormat::Json, &Screen::default());
    serde_json::from_str::<serde_json::Value>(&text).expect("it is JSON");
    assert_snapshot!(text, @r#"
    {
      "version": 1,
      "as_of": "2026-11-22",
      "grain": "month",
      "columns": [
        {"name":"month","label":"Month","role":"period"},
        {"name":"region","label":"Region","role":"dimension"},
        {"name":"bookings","label":"Bookings","role":"metric","unit":"USD","better":"higher"},
        {"name":"win_rate","label":"Win rate","role":"metric","unit":"percent","better":"higher"},
        {"name":"sales_cycle","label":"Sales cycle","role":"metric","unit":"days","better":"higher"}
      ],
      "rows": [
        {"month": "2026-10", "region": "EMEA", "bookings": 1234.50, "win_rate": 0.624, "sales_cycle": 43.0},
        {"month": "2026-10", "region": null, "bookings": -5.00, "win_rate": null, "sales_cycle": null},
        {"month": "2026-11", "region": "a|b, \"c\"", "bookings": 1000000.00, "win_rate": null, "sales_cycle": 7.5}
      ],
      "periods": [
        {"name":"2026-10","first_day":"2026-10-01","last_day":"2026-10-31","partial":false},
        {"name":"2026-11","first_day":"2026-11-01","last_day":"2026-11-30","partial":true}
      ],
      "immature": [
        {"row":2,"column":"win_rate"}
      ]
    }
    "#);
}

#[test]
fn a_table_as_markdown() {
    assert_snapshot!(table(&example(), TableFormat::Markdown, &Screen::default()), @r#"
    | Month | Region | Bookings | Win rate | Sales cycle |
    | --- | --- | ---: | ---: | ---: |
    | 2026-10 | EMEA | $1,234.50 | 62.4% | 43.0 days |
    | 2026-10 | (none) | -$5.00 | – | – |
    | 2026-11\* | a\|b, "c" | $1,000,000.00 | immature | 7.5 days |

    \* partial: data up to 2026-11-22
    "#);
}

#[test]
fn a_table_without_rows() {
    let empty = Table { rows: Vec::new(), ..example() };
    assert_snapshot!(table(&empty, TableFormat::Terminal, &Screen { width: Some(80), colour: false }), @"
    Month  Region  Bookings  Win rate  Sales cycle
    ──────────────────────────────────────────────
    no rows
    ");
    let text = table(&empty, TableFormat::Json, &Screen::default());
    serde_json::from_str::<serde_json::Value>(&text).expect("it is JSON");
}

#[test]
fn a_screen_too_narrow_breaks_headings_then_cuts_texts() {
    let mut narrow = example();
    narrow.columns[4].label = "Average length of a sales cycle".to_string();
    narrow.rows[0].values[1] = Value::Text("Europe, the Middle East and Africa".to_string());
    let screen = Screen { width: Some(70), colour: false };
    assert_snapshot!(table(&narrow, TableFormat::Terminal, &screen), @r#"
                                                                   Average
                                                                 length of
                                                                   a sales
    Month     Region                         Bookings  Win rate      cycle
    ──────────────────────────────────────────────────────────────────────
    2026-10   Europe, the Middle East…      $1,234.50     62.4%  43.0 days
    2026-10   (none)                           -$5.00         –          –
    2026-11*  a|b, "c"                  $1,000,000.00  immature   7.5 days

    * partial: data up to 2026-11-22
    "#);
}

/// Many metrics of few periods: one line a metric.
#[test]
fn many_metrics_turn_the_table() {
    let mut columns = vec![column("month", "Month", Role::Period, "value")];
    columns.extend((1..=8).map(|i| metric(&format!("m{i}"), &format!("Bookings {i}"), "USD")));
    let row = |at| {
        let values = std::iter::once(month(at)).chain((1..=8).map(|i| money(i * 123_456_78))).collect();
        Row { values, partial: at == date(2026, 11, 1) }
    };
    let rows = vec![row(date(2026, 10, 1)), row(date(2026, 11, 1))];
    let wide = Table { columns, rows, as_of: Some(date(2026, 11, 22)), grain: Some(Grain::Month) };
    let screen = Screen { width: Some(80), colour: false };
    assert_snapshot!(table(&wide, TableFormat::Terminal, &screen), @"
                    2026-10     2026-11*
    ────────────────────────────────────
    Bookings 1  $123,456.78  $123,456.78
    Bookings 2  $246,913.56  $246,913.56
    Bookings 3  $370,370.34  $370,370.34
    Bookings 4  $493,827.12  $493,827.12
    Bookings 5  $617,283.90  $617,283.90
    Bookings 6  $740,740.68  $740,740.68
    Bookings 7  $864,197.46  $864,197.46
    Bookings 8  $987,654.24  $987,654.24

    * partial: data up to 2026-11-22
    ");
}

/// Without periods and dimensions: nothing to put above the numbers.
#[test]
fn many_metrics_alone_are_a_list() {
    let columns = (1..=8).map(|i| metric(&format!("m{i}"), &format!("Bookings {i}"), "USD")).collect();
    let row = Row { values: (1..=8).map(|i| money(i * 123_456_78)).collect(), partial: false };
    let list = Table { columns, rows: vec![row], as_of: None, grain: None };
    let screen = Screen { width: Some(80), colour: false };
    assert_snapshot!(table(&list, TableFormat::Terminal, &screen), @"");
}

/// Many metrics of many periods: several tables, each with the periods.
#[test]
fn too_many_of_both_split_the_table() {
    let mut columns = vec![column("month", "Month", Role::Period, "value")];
    columns.extend((1..=4).map(|i| metric(&format!("m{i}"), &format!("Bookings {i}"), "USD")));
    let row = |at| {
        let values = std::iter::once(month(at)).chain((1..=4).map(|i| money(i * 123_456_78))).collect();
        Row { values, partial: false }
    };
    let rows = (1..=4).map(|m| row(date(2026, m, 1))).collect();
    let wide = Table { columns, rows, as_of: None, grain: Some(Grain::Month) };
    let screen = Screen { width: Some(40), colour: false };
    assert_snapshot!(table(&wide, TableFormat::Terminal, &screen), @"
    Month     Bookings 1   Bookings 2
    ─────────────────────────────────
    2026-01  $123,456.78  $246,913.56
    2026-02  $123,456.78  $246,913.56
    2026-03  $123,456.78  $246,913.56
    2026-04  $123,456.78  $246,913.56

    Month     Bookings 3   Bookings 4
    ─────────────────────────────────
    2026-01  $370,370.34  $493,827.12
    2026-02  $370,370.34  $493,827.12
    2026-03  $370,370.34  $493,827.12
    2026-04  $370,370.34  $493,827.12
    ");
}

const MRR: &str = "\
/// Monthly recurring revenue, and what was booked.
metric total : USD = mrr + bookings

metric größe : EUR = mrr
";

fn mistakes() -> (Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let sales = sources.add("metrics/sales.kpi", "measure bookings = sum(amount)\n");
    let mrr = sources.add("metrics/mrr.kpi", MRR);
    let place = |file: FileId, text: &str, words: &str| {
        let at = text.find(words).expect("the text has the words");
        Span::new(file, at, at + words.len())
    };
    let list = vec![
        Diagnostic::error("unit-mismatch", "cannot add USD/month and USD")
            .label(place(mrr, MRR, "mrr"), "USD/month, from subscriptions.mrr")
            .label(place(mrr, MRR, "bookings"), "USD, a sum of opportunities.amount")
            .label(place(sales, "measure bookings = sum(amount)\n", "bookings"), "declared here")
            .help("bring one to the other's unit, for example `bookings / period as USD/month`"),
        Diagnostic::warning("unused-declaration", "nothing uses `größe`")
            .label(place(mrr, MRR, "größe"), "")
            .fix(place(mrr, MRR, "größe"), "size"),
        Diagnostic::error("unit-mismatch", "EUR is declared, USD/month is found")
            .label(Span::new(mrr, MRR.len() - 4, MRR.len() - 1), "USD/month")
            .label(place(mrr, MRR, "EUR"), "declared here"),
        Diagnostic::error("no-metrics", "no `.kpi` file in `metrics`"),
    ];
    (list, sources)
}

#[test]
fn messages_as_text() {
    let (list, sources) = mistakes();
    assert_snapshot!(problems(&list, &sources, ProblemFormat::Text, &Screen::default()), @"
    error[unit-mismatch]: cannot add USD/month and USD
       ╭─[metrics/mrr.kpi:2:22]
     2 │ metric total : USD = mrr + bookings
       ·                      ─┬─   ────┬───
       ·                       │        ╰── USD, a sum of opportunities.amount
       ·                       ╰── USD/month, from subscriptions.mrr
       ╰────
       ╭─[metrics/sales.kpi:1:9]
     1 │ measure bookings = sum(amount)
       ·         ────┬───
       ·             ╰── declared here
       ╰────
      help: bring one to the other's unit, for example `bookings / period as USD/month`

    warning[unused-declaration]: nothing uses `größe`
       ╭─[metrics/mrr.kpi:4:8]
     4 │ metric größe : EUR = mrr
       ·        ─────
       ╰────

    error[unit-mismatch]: EUR is declared, USD/month is found
       ╭─[metrics/mrr.kpi:4:22]
     4 │ metric größe : EUR = mrr
       ·                ─┬─   ─┬─
       ·                 │     ╰── USD/month
       ·                 ╰── declared here
       ╰────

    error[no-metrics]: no `.kpi` file in `metrics`

    3 errors, 1 warning in 2 files
    ");
}

#[test]
fn a_message_in_colours() {
    let (list, sources) = mistakes();
    let screen = Screen { width: Some(100), colour: true };
    assert_snapshot!(problems(&list[1..2], &sources, ProblemFormat::Text, &screen).escape_debug().to_string(), @r"\u{1b}[1;33mwarning[unused-declaration]\u{1b}[0m: \u{1b}[1mnothing uses `größe`\u{1b}[0m\n   ╭─[\u{1b}[36;1;4mmetrics/mrr.kpi:4:8\u{1b}[0m]\n \u{1b}[2m4\u{1b}[0m │ metric größe : EUR = mrr\n   · \u{1b}[35;1m       ─────\u{1b}[0m\n   ╰────\n\n1 warning in 2 files\n");
}

/// Labels over several lines, of nothing, at the very end, on `\r\n`.
#[test]
fn messages_at_the_edges_of_a_file() {
    let mut sources = Sources::default();
    let text = "metric a = 1 +\r\n  2 +\r\n  3\r\n";
    let file = sources.add("a.kpi", text);
    let list = vec![
        Diagnostic::error("syntax", "over lines").label(Span::new(file, 11, text.len() - 2), "all of this"),
        Diagnostic::error("syntax", "with the line's end").label(Span::new(file, 7, 16), "this"),
        Diagnostic::error("syntax", "of nothing").label(Span::new(file, 7, 7), "here"),
        Diagnostic::error("syntax", "of nothing at a line's end").label(Span::new(file, 14, 14), "here"),
        Diagnostic::error("syntax", "at the end").label(Span::new(file, text.len(), text.len()), "here"),
    ];
    assert_snapshot!(problems(&list, &sources, ProblemFormat::Text, &Screen::default()), @"
    error[syntax]: over lines
       ╭─[a.kpi:1:12]
     1 │ ╭─▶ metric a = 1 +
     2 │ │     2 +
     3 │ ├─▶   3
       · ╰──── all of this
       ╰────

    error[syntax]: with the line's end
       ╭─[a.kpi:1:8]
     1 │ metric a = 1 +
       ·        ───┬───
       ·           ╰── this
       ╰────

    error[syntax]: of nothing
       ╭─[a.kpi:1:8]
     1 │ metric a = 1 +
       ·        ▲
       ·        ╰── here
       ╰────

    error[syntax]: of nothing at a line's end
       ╭─[a.kpi:1:15]
     1 │ metric a = 1 +
       ·               ▲
       ·               ╰── here
       ╰────

    error[syntax]: at the end
       ╭─[a.kpi:3:3]
     3 │   3
       ·   ┬
       ·   ╰── here
       ╰────

    5 errors in 1 file
    ");
}

#[test]
fn messages_as_json() {
    let (list, sources) = mistakes();
    assert_snapshot!(problems(&list[1..], &sources, ProblemFormat::Json, &Screen::default()), @r#"
    {
      "version": 1,
      "files": 2,
      "errors": 2,
      "warnings": 1,
      "diagnostics": [
        {
          "name": "unused-declaration",
          "severity": "warning",
          "message": "nothing uses `größe`",
          "file": "metrics/mrr.kpi",
          "line": 4,
          "column": 8,
          "end_line": 4,
          "end_column": 13,
          "labels": [
            {
              "text": "",
              "file": "metrics/mrr.kpi",
              "line": 4,
              "column": 8,
              "end_line": 4,
              "end_column": 13
            }
          ],
          "help": null,
          "fix": {
            "replacement": "size",
            "file": "metrics/mrr.kpi",
            "line": 4,
            "column": 8,
            "end_line": 4,
            "end_column": 13
          },
          "page": null
        },
        {
          "name": "unit-mismatch",
          "severity": "error",
          "message": "EUR is declared, USD/month is found",
          "file": "metrics/mrr.kpi",
          "line": 4,
          "column": 22,
          "end_line": 4,
          "end_column": 25,
          "labels": [
            {
              "text": "USD/month",
              "file": "metrics/mrr.kpi",
              "line": 4,
              "column": 22,
              "end_line": 4,
              "end_column": 25
            },
            {
              "text": "declared here",
              "file": "metrics/mrr.kpi",
              "line": 4,
              "column": 16,
              "end_line": 4,
              "end_column": 19
            }
          ],
          "help": null,
          "fix": null,
          "page": "docs/messages/unit-mismatch.md"
        },
        {
          "name": "no-metrics",
          "severity": "error",
          "message": "no `.kpi` file in `metrics`",
          "labels": [],
          "help": null,
          "fix": null,
          "page": "docs/messages/no-metrics.md"
        }
      ]
    }
    "#);
}

#[test]
fn a_page_as_plain_text() {
    let page =
        "# unit-mismatch\n\nNumbers of **two** units.\n\n```kpi\nmetric a = 1\n\n# not a heading\n```\n";
    assert_snapshot!(plain(page, &Screen::default()), @"
    unit-mismatch

    Numbers of two units.

        metric a = 1

        # not a heading
    ");
}
