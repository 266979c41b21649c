//! Units of measure: a canonical product of base units, exact conversion, display.
//! Knows no syntax tree and no data.

#[cfg(test)]
mod tests;

use std::fmt;

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Only codes that ISO 4217 lists; `USD`, never `usd`.
    pub fn from_code(code: &str) -> Option<Currency> {
        iso_currency::Currency::from_code(code)?;
        code.as_bytes().try_into().ok().map(Currency)
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("an ISO code is ASCII")
    }

    /// Decimal places that amounts usually have: 2 for USD, 0 for JPY, 3 for KWD.
    pub fn scale(&self) -> u8 {
        self.iso().exponent().unwrap_or(2) as u8
    }

    /// `$`, `€`; the code itself where there is no sign of its own.
    pub fn symbol(&self) -> String {
        self.iso().symbol().to_string()
    }

    fn iso(&self) -> iso_currency::Currency {
        iso_currency::Currency::from_code(self.code()).expect("checked on the way in")
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What cannot be made of anything smaller here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Base {
    Currency(Currency),
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// Bases of one dimension convert into one another by an exact factor. Months are
/// no number of days, so the calendar is a dimension of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    Money(Currency),
    Time,
    Calendar,
}

impl Base {
    pub fn dimension(self) -> Dimension {
        match self {
            Base::Currency(c) => Dimension::Money(c),
            Base::Second | Base::Minute | Base::Hour | Base::Day | Base::Week => Dimension::Time,
            Base::Month | Base::Quarter | Base::Year => Dimension::Calendar,
        }
    }

    /// How many of the dimension's smallest (cents apart: one currency unit, second, month).
    fn size(self) -> i64 {
        match self {
            Base::Currency(_) | Base::Second | Base::Month => 1,
            Base::Minute => 60,
            Base::Hour => 3_600,
            Base::Day => 86_400,
            Base::Week => 604_800,
            Base::Quarter => 3,
            Base::Year => 12,
        }
    }

    /// By its name in `.kpi` files, singular or plural.
    pub fn from_name(name: &str) -> Option<Base> {
        Some(match name {
            "second" | "seconds" => Base::Second,
            "minute" | "minutes" => Base::Minute,
            "hour" | "hours" => Base::Hour,
            "day" | "days" => Base::Day,
            "week" | "weeks" => Base::Week,
            "month" | "months" => Base::Month,
            "quarter" | "quarters" => Base::Quarter,
            "year" | "years" => Base::Year,
            code => Base::Currency(Currency::from_code(code)?),
        })
    }

    /// `day`, `USD`
    pub fn name(&self) -> &str {
        match self {
            Base::Currency(c) => c.code(),
            Base::Second => "second",
            Base::Minute => "minute",
            Base::Hour => "hour",
            Base::Day => "day",
            Base::Week => "week",
            Base::Month => "month",
            Base::Quarter => "quarter",
            Base::Year => "year",
        }
    }
}

/// An exact, positive factor, in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    pub num: i64,
    pub den: i64,
}

impl Ratio {
    pub const ONE: Ratio = Ratio { num: 1, den: 1 };

    pub fn new(num: i64, den: i64) -> Ratio {
        let g = gcd(num, den).max(1);
        Ratio { num: num / g, den: den / g }
    }

    pub fn inverse(self) -> Ratio {
        Ratio::new(self.den, self.num)
    }

    pub fn times(self, other: Ratio) -> Ratio {
        Ratio::new(self.num.saturating_mul(other.num), self.den.saturating_mul(other.den))
    }

    pub fn powi(self, exponent: i8) -> Ratio {
        let base = if exponent < 0 { self.inverse() } else { self };
        (0..exponent.unsigned_abs()).fold(Ratio::ONE, |acc, _| acc.times(base))
    }

    fn checked_times(self, other: Ratio) -> Option<Ratio> {
        Some(Ratio::new(self.num.checked_mul(other.num)?, self.den.checked_mul(other.den)?))
    }

    fn checked_powi(self, exponent: i8) -> Option<Ratio> {
        let base = if exponent < 0 { self.inverse() } else { self };
        (0..exponent.unsigned_abs()).try_fold(Ratio::ONE, |acc, _| acc.checked_times(base))
    }

    pub fn is_one(self) -> bool {
        self == Ratio::ONE
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A product of powers of bases, at most one base of each dimension, sorted, no
/// power zero. Empty: a plain number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Unit {
    factors: Vec<(Base, i8)>,
}

impl Unit {
    pub fn none() -> Unit {
        Unit::default()
    }

    pub fn of(base: Base) -> Unit {
        Unit { factors: vec![(base, 1)] }
    }

    pub fn is_none(&self) -> bool {
        self.factors.is_empty()
    }

    pub fn factors(&self) -> &[(Base, i8)] {
        &self.factors
    }

    /// The currency, if the unit has exactly one and it is not under the line.
    pub fn currency(&self) -> Option<Currency> {
        self.factors.iter().find_map(|f| match f {
            (Base::Currency(c), 1) => Some(*c),
            _ => None,
        })
    }

    /// The product, and the factor by which the product of the numbers has to be
    /// multiplied: `USD/month * year` is `USD`, times 12.
    pub fn times(&self, other: &Unit) -> (Unit, Ratio) {
        let mut factors = self.factors.clone();
        let mut ratio = Ratio::ONE;
        for &(base, power) in &other.factors {
            match factors.iter_mut().find(|(b, _)| b.dimension() == base.dimension()) {
                None => factors.push((base, power)),
                Some((kept, p)) => {
                    ratio = ratio.times(Ratio::new(base.size(), kept.size()).powi(power));
                    *p = p.saturating_add(power);
                }
            }
        }
        factors.retain(|(_, p)| *p != 0);
        factors.sort_by_key(|(b, _)| b.dimension());
        (Unit { factors }, ratio)
    }

    pub fn over(&self, other: &Unit) -> (Unit, Ratio) {
        self.times(&other.inverse())
    }

    /// As `times`, but `None` where a power would pass [`Unit::MAX_POWER`] or the
    /// factor would not fit: what an author writes may be anything.
    pub fn checked_times(&self, other: &Unit) -> Option<(Unit, Ratio)> {
        let mut factors = self.factors.clone();
        let mut ratio = Ratio::ONE;
        for &(base, power) in &other.factors {
            match factors.iter_mut().find(|(b, _)| b.dimension() == base.dimension()) {
                None => factors.push((base, power)),
                Some((kept, p)) => {
                    ratio = ratio.checked_times(Ratio::new(base.size(), kept.size()).checked_powi(power)?)?;
                    *p = p.checked_add(power)?;
                }
            }
        }
        factors.retain(|(_, p)| *p != 0);
        factors.sort_by_key(|(b, _)| b.dimension());
        let small = factors.iter().all(|(_, p)| p.abs() <= Self::MAX_POWER);
        small.then_some((Unit { factors }, ratio))
    }

    pub const MAX_POWER: i8 = 4;

    pub fn inverse(&self) -> Unit {
        Unit { factors: self.factors.iter().map(|(b, p)| (*b, p.saturating_neg())).collect() }
    }

    pub fn power(&self, exponent: i8) -> Unit {
        let factors = self.factors.iter().map(|(b, p)| (*b, p.saturating_mul(exponent)));
        Unit { factors: factors.filter(|(_, p)| *p != 0).collect() }
    }

    /// The factor that turns a number in this unit into one in `other`, where the
    /// two measure the same thing: from `USD/month` to `USD/year` it is 12.
    pub fn factor_to(&self, other: &Unit) -> Option<Ratio> {
        let (rest, ratio) = self.checked_times(&other.inverse())?;
        rest.is_none().then_some(ratio)
    }
}

impl fmt::Display for Unit {
    /// As in `.kpi` files: `USD/month`, `days`, `1/month`; nothing for a plain number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [(base, 1)] = self.factors[..] {
            let plural = if matches!(base, Base::Currency(_)) { "" } else { "s" };
            return write!(f, "{}{plural}", base.name());
        }
        let side = |sign: i8| -> Vec<&str> {
            let with = self.factors.iter().filter(move |(_, p)| p.signum() == sign);
            with.flat_map(|(b, p)| std::iter::repeat_n(b.name(), p.unsigned_abs() as usize)).collect()
        };
        let (over, under) = (side(1), side(-1));
        match (over.is_empty(), under.is_empty()) {
            (true, true) => Ok(()),
            (false, true) => f.write_str(&over.join("*")),
            (true, false) => write!(f, "1/{}", under.join("/")),
            (false, false) => write!(f, "{}/{}", over.join("*"), under.join("/")),
        }
    }
}
