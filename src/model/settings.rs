//! What `kepi.toml` says about meaning: the defaults that every number depends on.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use crate::units::Currency;

#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What the unit `money` stands for; `None`: using `money` is an error that says where to set it.
    pub currency: Option<Currency>,
    /// Turns timestamps into dates.
    pub timezone: TimeZone,
    pub week_starts: Weekday,
    /// 1 to 12.
    pub fiscal_year_starts: i8,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            currency: None,
            timezone: TimeZone::UTC,
            week_starts: Weekday::Monday,
            fiscal_year_starts: 1,
        }
    }
}
