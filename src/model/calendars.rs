//! Declared calendars: the words of a declaration as a week calendar.

use std::sync::Arc;

use jiff::civil::Weekday;

use super::UnknownWord;
use crate::calendar::{WeekCalendar, Which};
use crate::diagnostic::{Diagnostic, Problems};
use crate::syntax::ast;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const WHICH: [&str; 3] = ["first", "last", "nearest"];

/// Words that are not known are reported, and the first of their kind stands for them.
pub(super) fn calendar(ast: &ast::Calendar, problems: &mut Problems) -> Arc<WeekCalendar> {
    if ast.weeks.iter().map(|w| u32::from(*w)).sum::<u32>() != 13 || ast.weeks.contains(&0) {
        problems.add(bad_weeks(ast));
    }
    let mut place = |what, found: &ast::Ident, known: &[&str]| {
        known.iter().position(|k| *k == found.name).unwrap_or_else(|| {
            let known = known.iter().map(|k| k.to_string()).collect();
            problems.push(UnknownWord { what, found, known });
            0
        })
    };
    let which =
        [Which::First, Which::Last, Which::Nearest][place("a place in the month", &ast.which, &WHICH)];
    let weekday = place("a day of the week", &ast.weekday, &WEEKDAYS) as i8;
    let month = place("a month", &ast.month, &MONTHS) as i8;
    Arc::new(WeekCalendar {
        name: ast.name.name.clone(),
        weeks: if ast.weeks.iter().map(|w| u32::from(*w)).sum::<u32>() == 13 { ast.weeks } else { [4, 4, 5] },
        which,
        weekday: Weekday::from_monday_zero_offset(weekday).expect("one of seven"),
        month: month + 1,
    })
}

fn bad_weeks(ast: &ast::Calendar) -> Diagnostic {
    let [a, b, c] = ast.weeks;
    Diagnostic::error("bad-weeks", format!("the weeks {a}-{b}-{c} do not make a quarter of 13"))
        .label(ast.span, "in this calendar")
        .help("write 4-4-5, 4-5-4 or 5-4-4")
}
