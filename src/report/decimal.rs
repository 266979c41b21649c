//! Numbers as decimal digits: what rounding for people works on, so that it is
//! exact for money and honest for floats (their shortest digits that read back).

/// `digits × 10^-scale`, of any size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Values 0 to 9, the most significant first, no leading zeros; empty is zero.
    digits: Vec<u8>,
    scale: i32,
}

impl Decimal {
    pub fn new(digits: i128, scale: u8) -> Decimal {
        Decimal::parse(digits < 0, &digits.unsigned_abs().to_string(), i32::from(scale))
    }

    /// `None` for what is not a number: an infinity, NaN.
    pub fn from_f64(value: f64) -> Option<Decimal> {
        let text = format!("{:e}", value.abs());
        let (digits, exponent) = text.split_once('e')?;
        let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
        let scale = places.len() as i32 - exponent.parse::<i32>().ok()?;
        Some(Decimal::parse(value < 0.0, &format!("{whole}{places}"), scale))
    }

    fn parse(negative: bool, digits: &str, scale: i32) -> Decimal {
        let digits = digits.bytes().map(|b| b - b'0').skip_while(|d| *d == 0).collect();
        Decimal { negative, digits, scale }
    }

    /// The number times `10^places`.
    pub fn shifted(mut self, places: i32) -> Decimal {
        self.scale -= places;
        self
    }

    pub fn is_whole(&self) -> bool {
        let places = (self.scale.max(0) as usize).min(self.digits.len());
        self.digits[self.digits.len() - places..].iter().all(|d| *d == 0)
    }

    /// Digits before the point: 0 for 0.5.
    pub fn whole_digits(&self) -> usize {
        (self.digits.len() as i32 - self.scale).max(0) as usize
    }

    /// The places that `significant` digits need, trailing zeros left out.
    pub fn places(&self, significant: i32) -> u8 {
        if self.digits.is_empty() {
            return 0;
        }
        let before_point = self.digits.len() as i32 - self.scale;
        let most = (significant - before_point).clamp(1, 12);
        let rounded = self.rounded(most as u8);
        let zeros = rounded.digits.iter().rev().take_while(|d| **d == 0).count() as i32;
        (rounded.scale - zeros).clamp(0, most) as u8
    }

    /// To so many places behind the point, half away from zero.
    pub fn rounded(&self, places: u8) -> Decimal {
        let drop = self.scale - i32::from(places);
        let mut digits = self.digits.clone();
        if drop <= 0 {
            let missing = if digits.is_empty() { 0 } else { -drop as usize };
            digits.extend(std::iter::repeat_n(0, missing));
        } else {
            let kept = digits.len().saturating_sub(drop as usize);
            let up = drop as usize <= digits.len() && digits[kept] >= 5;
            digits.truncate(kept);
            if up {
                increment(&mut digits);
            }
        }
        let negative = self.negative && !digits.is_empty();
        Decimal { negative, digits, scale: i32::from(places) }
    }

    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Without the sign, thousands apart; only of what is rounded.
    pub fn grouped(&self) -> String {
        let (whole, places) = self.parts();
        let mut text = String::new();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text + &places
    }

    /// Without the sign: `1234.50`; only of what is rounded.
    pub fn plain(&self) -> String {
        let (whole, places) = self.parts();
        whole + &places
    }

    fn parts(&self) -> (String, String) {
        let places = self.scale.max(0) as usize;
        let text: String = self.digits.iter().map(|d| char::from(b'0' + d)).collect();
        let padded = format!("{text:0>width$}", width = places + 1);
        let (whole, rest) = padded.split_at(padded.len() - places);
        (whole.to_string(), if places == 0 { String::new() } else { format!(".{rest}") })
    }
}

fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
}
