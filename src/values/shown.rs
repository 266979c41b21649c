//! Numbers as people read them: `$1,234.50`, `62.4%`, `43 days`; taken apart, so that
//! they can be compared with others at the precision they are written in.

/// A number with what stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub negative: bool,
    /// With a point, without commas: `1234.50`.
    pub digits: String,
    /// Behind the point.
    pub places: u8,
    /// `$`, `CHF`
    pub before: String,
    /// `%`, `days`, `/month`
    pub after: String,
}

impl Shown {
    pub fn read(text: &str) -> Option<Shown> {
        let text = text.trim();
        let (negative, text) = without_sign(text);
        let start = text.find(|c: char| c.is_ascii_digit())?;
        let before = text[..start].trim();
        let (negative_inside, before) = without_sign_behind(before);
        let rest = &text[start..];
        let end =
            rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.' | '_'))).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let digits: String = number.chars().filter(|c| !matches!(c, ',' | '_')).collect();
        let (whole, places) = digits.split_once('.').unwrap_or((&digits, ""));
        let plain = !whole.is_empty() && !places.contains('.') && !number.ends_with(['.', ',', '_']);
        let known_around = |text: &str| !text.contains(|c: char| c.is_ascii_digit());
        if !plain || places.len() > 30 || !known_around(after) || (negative && negative_inside) {
            return None;
        }
        Some(Shown {
            negative: negative || negative_inside,
            places: places.len() as u8,
            before: before.to_string(),
            after: after.trim().to_string(),
            digits,
        })
    }

    /// Without what stands around it: `-1234.50`.
    pub fn number(&self) -> String {
        let zero = self.digits.bytes().all(|b| matches!(b, b'0' | b'.'));
        let whole = self.digits.trim_start_matches('0');
        let whole =
            if whole.is_empty() || whole.starts_with('.') { format!("0{whole}") } else { whole.to_string() };
        format!("{}{whole}", if self.negative && !zero { "-" } else { "" })
    }
}

fn without_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// `$-100`
fn without_sign_behind(text: &str) -> (bool, &str) {
    match text.strip_suffix(['-', '−']) {
        Some(rest) => (true, rest.trim_end()),
        None => (false, text),
    }
}

#[cfg(test)]
mod tests {
    use super::Shown;

    fn check(text: &str, expected: &str) {
        let shown =
            Shown::read(text).map(|s| format!("{}|{}|{}|{}", s.before, s.number(), s.places, s.after));
        assert_eq!(shown.unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn numbers_are_read_as_they_are_shown() {
        check("$1,234.50", "$|1234.50|2|");
        check("-$3", "$|-3|0|");
        check("62.4%", "|62.4|1|%");
        check("43 days", "|43|0|days");
        check("CHF 1,000/month", "CHF|1000|0|/month");
        check("-0.0", "|0.0|1|");
        check("007", "|7|0|");
        check("0", "|0|0|");
    }

    #[test]
    fn what_is_no_number() {
        for text in ["", "–", "abc", "1.2.3", "1,", "2026-01", "1 of 2"] {
            check(text, "");
        }
    }
}
