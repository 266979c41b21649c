//! How long data is fresh. A moment is a day, and never that of the clock: `as_of`, or else
//! the newest date in the project's data.

use jiff::civil::Date;

use crate::check::Length;

/// The last day on which data whose newest date is this one is fresh. Lengths shorter than
/// a day count as one.
pub fn fresh_until(newest: Date, within: Length) -> Option<Date> {
    let span = match within {
        Length::Days(days) => jiff::Span::new().try_days(days).ok()?,
        Length::Months(months) => jiff::Span::new().try_months(months).ok()?,
        Length::Seconds(seconds) => {
            let days = seconds / 86_400 + i64::from(seconds % 86_400 > 0);
            jiff::Span::new().try_days(days).ok()?
        }
    };
    newest.checked_add(span).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_last_day_counts() {
        assert_eq!(fresh_until(date(2026, 6, 28), Length::Days(2)), Some(date(2026, 6, 30)));
        assert_eq!(fresh_until(date(2026, 1, 31), Length::Months(1)), Some(date(2026, 2, 28)));
    }

    #[test]
    fn hours_are_whole_days() {
        assert_eq!(fresh_until(date(2026, 6, 28), Length::Seconds(3_600)), Some(date(2026, 6, 29)));
        assert_eq!(fresh_until(date(2026, 6, 28), Length::Seconds(2 * 86_400)), Some(date(2026, 6, 30)));
    }
}
