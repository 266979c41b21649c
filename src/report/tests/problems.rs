//! Messages and pages.

use insta::assert_snapshot;

use crate::diagnostic::Diagnostic;
use crate::report::{ProblemFormat, Screen, plain, problems};
use crate::text::{FileId, Sources, Span};

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
        Diagnostic::warning("unused", "nothing uses `größe`")
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
    assert_snapshot!(problems(&list, &sources, None, ProblemFormat::Text, &Screen::default()), @"
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

    warning[unused]: nothing uses `größe`
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
    assert_snapshot!(problems(&list[1..2], &sources, None, ProblemFormat::Text, &screen).escape_debug().to_string(), @r"\u{1b}[1;33mwarning[unused]\u{1b}[0m: \u{1b}[1mnothing uses `größe`\u{1b}[0m\n   ╭─[\u{1b}[36;1;4mmetrics/mrr.kpi:4:8\u{1b}[0m]\n \u{1b}[2m4\u{1b}[0m │ metric größe : EUR = mrr\n   · \u{1b}[35;1m       ─────\u{1b}[0m\n   ╰────\n\n1 warning in 2 files\n");
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
    assert_snapshot!(problems(&list, &sources, None, ProblemFormat::Text, &Screen::default()), @"
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
    assert_snapshot!(problems(&list[1..], &sources, None, ProblemFormat::Json, &Screen::default()), @r#"
    {
      "version": 1,
      "files": 2,
      "errors": 2,
      "warnings": 1,
      "diagnostics": [
        {
          "name": "unused",
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
          "page": "docs/messages/unused.md"
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
