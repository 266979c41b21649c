//! Values of the second opinion: exact numbers are digits and a scale, floats are only
//! what the language says is one.

use std::cmp::Ordering;

use jiff::civil::Date;
use kepi::check::{Repr, Type};

#[derive(Debug, Clone, PartialEq)]
pub enum V {
    Missing,
    /// Not yet known: only in answers.
    Immature,
    Bool(bool),
    Exact(Exact),
    Float(f64),
    Text(String),
    Date(Date),
    /// Microseconds since 1970.
    Instant(i64),
    Member(u16),
}

/// `digits / 10^scale`, without zeros at the end behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact {
    pub digits: i128,
    pub scale: u32,
}

impl Exact {
    pub fn new(mut digits: i128, mut scale: u32) -> Exact {
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        Exact { digits, scale }
    }

    pub fn whole(n: i128) -> Exact {
        Exact { digits: n, scale: 0 }
    }

    pub fn parse(text: &str) -> Option<Exact> {
        let (whole, places) = text.split_once('.').unwrap_or((text, ""));
        Some(Exact::new(format!("{whole}{places}").parse().ok()?, places.len() as u32))
    }

    /// The digits at a larger scale.
    pub fn at(self, scale: u32) -> i128 {
        self.digits * 10_i128.pow(scale - self.scale)
    }

    fn both(a: Exact, b: Exact) -> (i128, i128, u32) {
        let scale = a.scale.max(b.scale);
        (a.at(scale), b.at(scale), scale)
    }

    pub fn plus(self, other: Exact) -> Exact {
        let (a, b, scale) = Exact::both(self, other);
        Exact::new(a + b, scale)
    }

    pub fn minus(self, other: Exact) -> Exact {
        let (a, b, scale) = Exact::both(self, other);
        Exact::new(a - b, scale)
    }

    pub fn times(self, other: Exact) -> Exact {
        Exact::new(self.digits * other.digits, self.scale + other.scale)
    }

    /// What is left after division, with the sign of the first.
    pub fn left_after(self, other: Exact) -> Option<Exact> {
        let (a, b, scale) = Exact::both(self, other);
        (b != 0).then(|| Exact::new(a % b, scale))
    }

    /// The float nearest to it.
    pub fn float(self) -> f64 {
        format!("{}e-{}", self.digits, self.scale).parse().expect("a number")
    }

    pub fn rounded(self, places: i32, how: Rounding) -> Exact {
        if places >= self.scale as i32 {
            return self;
        }
        let unit = 10_i128.pow((self.scale as i32 - places) as u32);
        let (below, left) = (self.digits.div_euclid(unit), self.digits.rem_euclid(unit));
        let up = match how {
            Rounding::Down => false,
            Rounding::Up => left > 0,
            // halves away from zero
            Rounding::Nearest => left * 2 > unit || (left * 2 == unit && self.digits > 0),
        };
        let rounded = below + i128::from(up);
        match places {
            0.. => Exact::new(rounded, places as u32),
            _ => Exact::new(rounded * 10_i128.pow((-places) as u32), 0),
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub enum Rounding {
    Nearest,
    Down,
    Up,
}

impl V {
    pub fn whole(n: impl Into<i128>) -> V {
        V::Exact(Exact::whole(n.into()))
    }

    pub fn is_missing(&self) -> bool {
        matches!(self, V::Missing)
    }

    /// Definitely true: what a `where` keeps.
    pub fn is_true(&self) -> bool {
        *self == V::Bool(true)
    }

    pub fn float(&self) -> Option<f64> {
        match self {
            V::Exact(e) => Some(e.float()),
            V::Float(x) => Some(*x),
            _ => None,
        }
    }

    pub fn exact(&self) -> Option<Exact> {
        match self {
            V::Exact(e) => Some(*e),
            _ => None,
        }
    }

    /// As the type holds it: an exact number becomes a float where the type is one.
    pub fn held_as(self, ty: &Type) -> V {
        let float = ty.as_number().is_some_and(|n| n.repr == Repr::Float);
        match self {
            V::Exact(e) if float => V::Float(e.float()),
            V::Float(x) if !x.is_finite() => V::Missing,
            other => other,
        }
    }

    /// The order of two present values of one type.
    pub fn order(&self, other: &V) -> Ordering {
        match (self, other) {
            (V::Exact(a), V::Exact(b)) => {
                let (a, b, _) = Exact::both(*a, *b);
                a.cmp(&b)
            }
            (V::Exact(_) | V::Float(_), V::Exact(_) | V::Float(_)) => {
                let (a, b) = (self.float().unwrap_or(0.0), other.float().unwrap_or(0.0));
                a.partial_cmp(&b).expect("finite numbers")
            }
            (V::Text(a), V::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (V::Date(a), V::Date(b)) => a.cmp(b),
            (V::Instant(a), V::Instant(b)) => a.cmp(b),
            (V::Member(a), V::Member(b)) => a.cmp(b),
            (V::Bool(a), V::Bool(b)) => a.cmp(b),
            _ => panic!("{self:?} and {other:?} have no order"),
        }
    }

    /// The same, with missing values last.
    pub fn order_missing_last(&self, other: &V) -> Ordering {
        match (self.is_missing(), other.is_missing()) {
            (false, false) => self.order(other),
            (a, b) => a.cmp(&b),
        }
    }

    pub fn equals(&self, other: &V) -> bool {
        self.order(other) == Ordering::Equal
    }
}

#[test]
fn exact_numbers() {
    let e = |text: &str| Exact::parse(text).expect("a number");
    assert_eq!(e("1.50"), Exact { digits: 15, scale: 1 });
    assert_eq!(e("0.1").plus(e("0.2")), e("0.3"));
    assert_eq!(e("-2.5").rounded(0, Rounding::Nearest), e("-3"));
    assert_eq!(e("2.5").rounded(0, Rounding::Nearest), e("3"));
    assert_eq!(e("-2.4").rounded(0, Rounding::Nearest), e("-2"));
    assert_eq!(e("-2.1").rounded(0, Rounding::Down), e("-3"));
    assert_eq!(e("-2.9").rounded(0, Rounding::Up), e("-2"));
    assert_eq!(e("1.25").rounded(1, Rounding::Nearest), e("1.3"));
    assert_eq!(e("-7").left_after(e("3")), Some(e("-1")));
}
