//! Days, periods and grains: the calendar of a project as pure arithmetic. Knows
//! neither data nor the clock.

mod week_calendar;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

pub use week_calendar::{WeekCalendar, WeekUnit, Which};

/// The lengths of period that a metric may be asked by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Grain {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    FiscalQuarter,
    FiscalYear,
    /// `retail.month` of a declared calendar.
    Declared(Arc<WeekCalendar>, WeekUnit),
}

/// What the project says of its calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    pub week_starts: Weekday,
    /// The month, 1 to 12, in which the fiscal year starts.
    pub fiscal_year_starts: i8,
}

impl Default for Calendar {
    fn default() -> Calendar {
        Calendar { week_starts: Weekday::Monday, fiscal_year_starts: 1 }
    }
}

/// A period: from `start` up to and without `end`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Period {
    pub start: Date,
    pub end: Date,
    /// `2026-01`, `2026-Q1`, `2026-W05`: sorts as time does within a grain.
    pub label: Arc<str>,
}

impl Grain {
    /// The grains every project has, by their names in `.kpi` files.
    pub const NAMES: [&str; 7] = ["day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year"];

    /// A built-in grain by its name.
    pub fn from_name(name: &str) -> Option<Grain> {
        Some(match name {
            "day" => Grain::Day,
            "week" => Grain::Week,
            "month" => Grain::Month,
            "quarter" => Grain::Quarter,
            "year" => Grain::Year,
            "fiscal_quarter" => Grain::FiscalQuarter,
            "fiscal_year" => Grain::FiscalYear,
            _ => return None,
        })
    }

    /// The length of its periods in months, where they are whole months.
    pub fn months(&self) -> Option<i8> {
        match self {
            Grain::Month => Some(1),
            Grain::Quarter | Grain::FiscalQuarter => Some(3),
            Grain::Year | Grain::FiscalYear => Some(12),
            Grain::Day | Grain::Week | Grain::Declared(..) => None,
        }
    }
}

impl fmt::Display for Grain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Grain::Day => f.write_str("day"),
            Grain::Week => f.write_str("week"),
            Grain::Month => f.write_str("month"),
            Grain::Quarter => f.write_str("quarter"),
            Grain::Year => f.write_str("year"),
            Grain::FiscalQuarter => f.write_str("fiscal_quarter"),
            Grain::FiscalYear => f.write_str("fiscal_year"),
            Grain::Declared(calendar, unit) => write!(f, "{}.{}", calendar.name, unit.name()),
        }
    }
}

impl Calendar {
    /// The first day of the period that `date` lies in.
    pub fn start_of(&self, grain: &Grain, date: Date) -> Date {
        match grain {
            Grain::Day => date,
            Grain::Week => date - i64::from(date.weekday().since(self.week_starts)).days(),
            Grain::Month => date.first_of_month(),
            Grain::Quarter => self.start_of_months(date, 1, 3),
            Grain::Year => self.start_of_months(date, 1, 12),
            Grain::FiscalQuarter => self.start_of_months(date, self.fiscal_year_starts, 3),
            Grain::FiscalYear => self.start_of_months(date, self.fiscal_year_starts, 12),
            Grain::Declared(calendar, unit) => calendar.start_of(*unit, date),
        }
    }

    /// The first day after the period that starts on `start`.
    pub fn end_of(&self, grain: &Grain, start: Date) -> Date {
        let length = match grain {
            Grain::Day => 1.day(),
            Grain::Week => 7.days(),
            Grain::Declared(calendar, unit) => return calendar.end_of(*unit, start),
            by_months => i64::from(by_months.months().expect("made of months")).months(),
        };
        // the year 9999 is the last that there is
        start.checked_add(length).unwrap_or(Date::MAX)
    }

    fn start_of_months(&self, date: Date, first: i8, length: i8) -> Date {
        let back = (date.month() - first).rem_euclid(length);
        date.first_of_month() - i64::from(back).months()
    }

    /// The period that `date` lies in.
    pub fn period(&self, grain: &Grain, date: Date) -> Period {
        let start = self.start_of(grain, date);
        Period { start, end: self.end_of(grain, start), label: self.label(grain, start).into() }
    }

    /// All periods that hold a day from `first` to `last`, in order; none if `last` is earlier.
    pub fn periods(&self, grain: &Grain, first: Date, last: Date) -> Vec<Period> {
        let mut periods = Vec::new();
        let mut next = first;
        while next <= last {
            let period = self.period(grain, next);
            let is_last = period.end <= next;
            next = period.end;
            periods.push(period);
            if is_last {
                break;
            }
        }
        periods
    }

    /// A name for the period that starts on `start`.
    pub fn label(&self, grain: &Grain, start: Date) -> String {
        let (year, month) = (start.year(), start.month());
        match grain {
            Grain::Day => start.to_string(),
            Grain::Week if self.week_starts == Weekday::Monday => {
                let iso = start.iso_week_date();
                format!("{:04}-W{:02}", iso.year(), iso.week())
            }
            // weeks that do not start on Monday have no ISO number: their first day names them
            Grain::Week => start.to_string(),
            Grain::Month => format!("{year:04}-{month:02}"),
            Grain::Quarter => format!("{year:04}-Q{}", (month - 1) / 3 + 1),
            Grain::Year => format!("{year:04}"),
            Grain::FiscalQuarter => {
                let quarter = (month - self.fiscal_year_starts).rem_euclid(12) / 3 + 1;
                format!("FY{:04}-Q{quarter}", self.fiscal_year(start))
            }
            Grain::FiscalYear => format!("FY{:04}", self.fiscal_year(start)),
            Grain::Declared(calendar, unit) => calendar.label(*unit, start),
        }
    }

    /// The period of that name: its first day, and the day after its last.
    pub fn named(&self, grain: &Grain, text: &str) -> Option<(Date, Date)> {
        let year = text.trim_start_matches("FY").get(..4)?.parse::<i16>().ok()?;
        // what bears the year's name may begin in the one before, or end in the next
        let (first, last) = (Date::new(year - 1, 1, 1).ok()?, Date::new(year + 1, 12, 31).ok()?);
        let mut near = self.periods(grain, first, last).into_iter();
        near.find(|period| *period.label == *text).map(|period| (period.start, period.end))
    }

    /// Fiscal years bear the name of the calendar year they end in.
    fn fiscal_year(&self, date: Date) -> i16 {
        let starts_here = self.fiscal_year_starts > 1 && date.month() >= self.fiscal_year_starts;
        date.year() + i16::from(starts_here)
    }

    /// Whether every period of `coarse` is made of whole periods of `fine`, so that
    /// data known by `fine` can be asked by `coarse`.
    pub fn divides(&self, fine: &Grain, coarse: &Grain) -> bool {
        if fine == coarse || *fine == Grain::Day {
            return true;
        }
        match (fine, coarse) {
            (Grain::Week, Grain::Declared(calendar, _)) => calendar.weekday == self.week_starts,
            (Grain::Declared(a, fine), Grain::Declared(b, coarse)) => a == b && fine < coarse,
            (fine, coarse) => match (fine.months(), coarse.months()) {
                (Some(a), Some(b)) => b % a == 0 && self.aligned(fine, coarse, a),
                _ => false,
            },
        }
    }

    /// Whether periods of `a` months of `fine` start where those of `coarse` start.
    fn aligned(&self, fine: &Grain, coarse: &Grain, a: i8) -> bool {
        let first = |g: &Grain| match g {
            Grain::FiscalQuarter | Grain::FiscalYear => self.fiscal_year_starts,
            _ => 1,
        };
        (first(fine) - first(coarse)).rem_euclid(a) == 0
    }
}

/// Days since 1970-01-01.
pub fn epoch_day(date: Date) -> i32 {
    // Howard Hinnant's days_from_civil: every date of a file goes through here
    let (year, month, day) = (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date so many days after 1970-01-01, if jiff can say it.
pub fn from_epoch_day(day: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(i64::from(day).days()).ok()
}

/// What a person writes for a stretch of time: `2026-01-31`, `2026-01`, `2026-Q1`,
/// `2026`. Its first day, and the day after its last.
pub fn parse_range(text: &str) -> Option<(Date, Date)> {
    let calendar = Calendar::default();
    let whole = |grain: Grain, start: Date| Some((start, calendar.end_of(&grain, start)));
    let digits = |s: &str, n: usize| {
        (s.len() == n && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<i16>().ok()).flatten()
    };
    let mut parts = text.splitn(3, '-');
    let year = digits(parts.next()?, 4)?;
    match (parts.next(), parts.next()) {
        (None, _) => whole(Grain::Year, Date::new(year, 1, 1).ok()?),
        (Some(q), None) if q.starts_with(['Q', 'q']) => {
            let quarter = digits(&q[1..], 1).filter(|q| (1..=4).contains(q))?;
            whole(Grain::Quarter, Date::new(year, quarter as i8 * 3 - 2, 1).ok()?)
        }
        (Some(m), None) => whole(Grain::Month, Date::new(year, digits(m, 2)? as i8, 1).ok()?),
        (Some(m), Some(d)) => {
            whole(Grain::Day, Date::new(year, digits(m, 2)? as i8, digits(d, 2)? as i8).ok()?)
        }
    }
}
