//! What tests leave unsaid, for people: the gaps of coverage, the mistakes that survive.

use super::coverage::{Coverage, Never};
use super::mutate::Mutated;
use crate::text::{Sources, Span};

pub fn coverage(coverage: &Coverage, sources: &Sources) -> String {
    let mut text = String::new();
    let tested = coverage.metrics - coverage.untested.len();
    text += &format!("{tested} of {} metrics have a test\n", coverage.metrics);
    for (name, span) in &coverage.untested {
        text += &format!("  {}  `{name}` has no test\n", place(*span, sources));
    }
    let seen = coverage.conditions - coverage.gaps.len();
    text += &format!("{seen} of {} conditions were seen both true and not\n", coverage.conditions);
    for gap in &coverage.gaps {
        let never = match gap.never {
            Never::True => "was never true",
            Never::False => "was always true",
            Never::Asked => "was asked of no row",
        };
        text += &format!("  {}  `{}` {never}\n", place(gap.span, sources), gap.condition);
    }
    if coverage.rules > 0 {
        let seen = coverage.rules - coverage.rule_gaps.len();
        text += &format!("{seen} of {} thresholds were seen both broken and kept\n", coverage.rules);
    }
    for gap in &coverage.rule_gaps {
        let never = match gap.never {
            Never::True => "was never broken",
            Never::False => "was always broken",
            Never::Asked => "was judged by no test",
        };
        text += &format!("  {}  `{}` {never}\n", place(gap.span, sources), gap.condition);
    }
    text
}

pub fn mutated(mutated: &Mutated, sources: &Sources) -> String {
    let survived = mutated.survivors.len();
    let noticed = mutated.all - survived;
    let mut text = format!("{noticed} of {} mistakes put in were noticed by a test\n", mutated.all);
    for survivor in &mutated.survivors {
        text += &format!("  {}  {}: no test fails\n", place(survivor.span, sources), survivor.what);
    }
    text
}

fn place(span: Span, sources: &Sources) -> String {
    let file = sources.get(span.file);
    let place = file.place(span.start);
    format!("{}:{}:{}", file.path, place.line, place.column)
}
