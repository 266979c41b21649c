//! One table in every format, and on screens that are too narrow.

use insta::assert_snapshot;
use jiff::civil::date;

use super::{column, example, metric, money, month};
use crate::calendar::Grain;
use crate::report::{Screen, TableFormat, table};
use crate::table::{Role, Row, Table, Value};

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
        let values = std::iter::once(month(at)).chain((1..=8).map(|i| money(i * 12_345_678))).collect();
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
    let row = Row { values: (1..=8).map(|i| money(i * 12_345_678)).collect(), partial: false };
    let list = Table { columns, rows: vec![row], as_of: None, grain: None };
    let screen = Screen { width: Some(80), colour: false };
    assert_snapshot!(table(&list, TableFormat::Terminal, &screen), @"
    Bookings 1  $123,456.78
    Bookings 2  $246,913.56
    Bookings 3  $370,370.34
    Bookings 4  $493,827.12
    Bookings 5  $617,283.90
    Bookings 6  $740,740.68
    Bookings 7  $864,197.46
    Bookings 8  $987,654.24
    ");
}

/// Many metrics of many periods: several tables, each with the periods.
#[test]
fn too_many_of_both_split_the_table() {
    let mut columns = vec![column("month", "Month", Role::Period, "value")];
    columns.extend((1..=4).map(|i| metric(&format!("m{i}"), &format!("Bookings {i}"), "USD")));
    let row = |at| {
        let values = std::iter::once(month(at)).chain((1..=4).map(|i| money(i * 12_345_678))).collect();
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
