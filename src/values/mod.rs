//! Texts read strictly as values: either exactly what is written, or a reason why
//! not. Blanks around numbers, dates and booleans are ignored; nothing else is.

mod number;
mod shown;
mod time;

#[cfg(test)]
mod tests;

pub use number::{
    EXACT, decimal, decimal_of_float, decimal_of_float32, fits, float, float_of_decimal, int, not_whole,
    one_zero, rescale,
};
pub use shown::Shown;
pub use time::{
    LocalTime, MICROS_PER_DAY, date, day_at_midnight, finer_than_micros, not_midnight, timestamp,
};

use crate::diagnostic::nearest;

/// Why a value cannot be read as its column's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Follows the value: `is not a whole number`.
    pub what: String,
    pub help: Option<String>,
}

impl Reason {
    pub fn new(what: impl Into<String>) -> Reason {
        Reason { what: what.into(), help: None }
    }

    pub fn help(mut self, help: impl Into<String>) -> Reason {
        self.help = Some(help.into());
        self
    }
}

/// `true false yes no t f y n 1 0`, whatever the case.
pub fn bool(text: &[u8]) -> Result<bool, Reason> {
    let text = text.trim_ascii();
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()));
    if is(&["true", "t", "yes", "y", "1"]) {
        Ok(true)
    } else if is(&["false", "f", "no", "n", "0"]) {
        Ok(false)
    } else {
        Err(Reason::new("is neither true nor false")
            .help("write `true` or `false`, `yes` or `no`, `1` or `0`"))
    }
}

/// The index of the member that the text names, exactly as it stands.
pub fn member(text: &[u8], members: &[String]) -> Result<i16, Reason> {
    if let Some(code) = members.iter().position(|member| member.as_bytes() == text) {
        return Ok(code as i16);
    }
    let what = Reason::new(format!("is none of {}", list(members)));
    let word = String::from_utf8_lossy(text);
    let same = |member: &&String| member.trim().eq_ignore_ascii_case(word.trim());
    match members.iter().find(same).map(String::as_str) {
        Some(close) => Err(what.help(format!("did you mean `{close}`? values are compared exactly"))),
        None => Err(match nearest(&word, members.iter().map(String::as_str)) {
            Some(close) => what.help(format!("did you mean `{close}`?")),
            None => what.help("add it to the column's `one of (…)`, or correct the data"),
        }),
    }
}

/// The first few, in backquotes.
fn list(members: &[String]) -> String {
    let mut shown: Vec<String> = members.iter().take(8).map(|member| format!("`{member}`")).collect();
    if members.len() > 8 {
        shown.push(format!("… ({} in all)", members.len()));
    }
    shown.join(", ")
}

pub fn text(text: &[u8]) -> Result<&str, Reason> {
    if memchr::memchr(0, text).is_some() {
        let reason = Reason::new("holds a NUL character");
        return Err(reason.help("the file may be UTF-16 or damaged: save it as UTF-8"));
    }
    std::str::from_utf8(text).map_err(|_| {
        Reason::new("is not UTF-8").help("save the file as UTF-8; it may be Latin-1 or Windows-1252")
    })
}
