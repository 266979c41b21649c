//! The day by which deprecations, acceptances and allowances are judged: the clock's,
//! unless the command line says which.

use jiff::civil::Date;

#[derive(Debug, clap::Args)]
pub struct Flag {
    /// The day that dates in definitions are held against; without it the clock's
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

impl Flag {
    pub fn day(&self) -> Date {
        self.today.unwrap_or_else(clock)
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line reads the clock")]
pub fn clock() -> Date {
    jiff::Zoned::now().date()
}
