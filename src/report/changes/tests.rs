//! The comment of a pull request stays below its limit and says what it left out.

use super::*;
use crate::diff::{Detail, code};

fn many(n: usize) -> Diff {
    let changes = (0..n).map(|at| {
        let code = code("filter-changed");
        Change {
            code: code.name,
            class: code.class,
            subject: Subject { kind: Kind::Metric, name: format!("metric_{at}"), version: Some(1) },
            details: vec![Detail {
                what: "filter".to_string(),
                before: "a | b `c`".repeat(8),
                after: "<script> @somebody ```".repeat(4),
            }],
            through: Vec::new(),
            place: None,
        }
    });
    Diff { class: Some(Class::ValueChanging), changes: changes.collect(), ..Diff::default() }
}

fn comment(diff: &Diff) -> String {
    let compared = Compared { before: "main".to_string(), after: "the work tree".to_string() };
    changes(diff, None, &compared, ChangeFormat::Markdown, &Screen::default())
}

#[test]
fn a_comment_stays_below_the_limit() {
    let text = comment(&many(2_000));
    assert!(text.chars().count() < 60_000, "{}", text.chars().count());
    assert!(text.contains("Not shown, to stay below the limit of a comment"));
    assert!(!comment(&many(3)).contains("Not shown"));
}

#[test]
fn a_comment_calls_nobody_and_stays_in_its_cells() {
    let text = comment(&many(1));
    let row = text.lines().find(|l| l.contains("metric_0")).expect("a row of the table");
    let bars = row.matches('|').count() - row.matches("\\|").count();
    assert_eq!(bars, 5, "{row}");
    assert_eq!(text.matches("<script>").count(), 2 * 4, "only in code");
}
