//! Calendars made of whole weeks, as retailers use: 4-4-5, 4-5-4, 5-4-4, with years
//! of 52 or 53 weeks. The 53rd week belongs to the last month.
//! See https://nrf.com/resources/4-5-4-calendar for the best known of them.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// `calendar retail { weeks 4-4-5, year starts first sunday of february }`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WeekCalendar {
    pub name: String,
    /// Weeks of the three months of a quarter; 13 in all.
    pub weeks: [u8; 3],
    /// Which such weekday of the month starts the year.
    pub which: Which,
    pub weekday: Weekday,
    /// 1 to 12.
    pub month: i8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Which {
    First,
    Last,
    /// The one nearest to the first day of the month.
    Nearest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WeekUnit {
    Week,
    Month,
    Quarter,
    Year,
}

impl WeekUnit {
    pub const NAMES: [&str; 4] = ["week", "month", "quarter", "year"];

    pub fn from_name(name: &str) -> Option<WeekUnit> {
        Some(match name {
            "week" => WeekUnit::Week,
            "month" => WeekUnit::Month,
            "quarter" => WeekUnit::Quarter,
            "year" => WeekUnit::Year,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl WeekCalendar {
    pub fn start_of(&self, unit: WeekUnit, date: Date) -> Date {
        let (start, _) = self.year_of(date);
        let week = (date - start).get_days() / 7;
        start + (i64::from(self.first_week(unit, week)) * 7).days()
    }

    pub fn end_of(&self, unit: WeekUnit, start: Date) -> Date {
        let (year, end) = self.year_of(start);
        let week = (start - year).get_days() / 7;
        let weeks_in_year = (end - year).get_days() / 7;
        let mut next = week + 1;
        while next < weeks_in_year && self.first_week(unit, next) != next {
            next += 1;
        }
        year + (i64::from(next) * 7).days()
    }

    /// The start of the same week, month or quarter so many years earlier; the last week
    /// stands for a 53rd that the earlier year does not have.
    pub fn years_earlier(&self, unit: WeekUnit, start: Date, years: i64) -> Option<Date> {
        let (year, _) = self.year_of(start);
        let week = (start - year).get_days() / 7;
        let back = i16::try_from(years).ok()?;
        // a year may start in the last days before the one that has its month
        let own = if self.year_start(year.year()) == year { year.year() } else { year.year() + 1 };
        let (then, next) = (self.year_start(own - back), self.year_start(own - back + 1));
        let weeks = (next - then).get_days() / 7;
        Some(self.start_of(unit, then + (i64::from(week.min(weeks - 1)) * 7).days()))
    }

    /// Named by the calendar year in which the year starts: `2026-M03`.
    pub fn label(&self, unit: WeekUnit, start: Date) -> String {
        let (year, _) = self.year_of(start);
        let week = (start - year).get_days() / 7;
        // a year that starts in the last days before its month belongs to the month's year
        let name = (year + 15.days()).year();
        match unit {
            WeekUnit::Week => format!("{name:04}-W{:02}", week + 1),
            WeekUnit::Month => format!("{name:04}-M{:02}", self.month_of(week) + 1),
            WeekUnit::Quarter => format!("{name:04}-Q{}", (week / 13).min(3) + 1),
            WeekUnit::Year => format!("{name:04}"),
        }
    }

    /// The first day of the year that `date` lies in, and that of the next.
    fn year_of(&self, date: Date) -> (Date, Date) {
        let mut year = date.year() + 1;
        while self.year_start(year) > date {
            year -= 1;
        }
        (self.year_start(year), self.year_start(year + 1))
    }

    fn year_start(&self, year: i16) -> Date {
        // before and after all dates that there are
        let Ok(first) = Date::new(year, self.month, 1) else {
            return if year < 0 { Date::MIN } else { Date::MAX };
        };
        let on_or_after = |d: Date| d + i64::from(self.weekday.since(d.weekday())).days();
        match self.which {
            Which::First => on_or_after(first),
            Which::Last => on_or_after(first.last_of_month() - 6.days()),
            Which::Nearest => on_or_after(first.saturating_sub(3.days())),
        }
    }

    /// The first week of the unit that holds `week`, both counted from 0 in the year.
    fn first_week(&self, unit: WeekUnit, week: i32) -> i32 {
        match unit {
            WeekUnit::Week => week,
            WeekUnit::Quarter => (week / 13).min(3) * 13,
            WeekUnit::Year => 0,
            WeekUnit::Month => {
                let month = self.month_of(week);
                let within: i32 = self.weeks[..(month % 3) as usize].iter().map(|w| i32::from(*w)).sum();
                month / 3 * 13 + within
            }
        }
    }

    /// The month of the year, from 0, that holds the week; the 53rd is in the last.
    fn month_of(&self, week: i32) -> i32 {
        let quarter = (week / 13).min(3);
        let mut left = week - quarter * 13;
        let mut month = 0;
        for weeks in &self.weeks[..2] {
            if left < i32::from(*weeks) {
                break;
            }
            left -= i32::from(*weeks);
            month += 1;
        }
        quarter * 3 + month
    }
}
