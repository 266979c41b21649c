//! The values of `kepi.toml`: texts, folders, currencies, time zones, days and months,
//! each read or reported where it stands.

use jiff::civil::Weekday;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use toml::de::DeValue;

use super::file::{Reader, Value, span};
use crate::diagnostic::{Diagnostic, nearest};
use crate::units::Currency;

impl Reader {
    pub fn text(&mut self, value: &Value<'_>, key: &str, into: &mut String) {
        match value.get_ref().as_str() {
            Some(text) => *into = text.to_string(),
            None => self.bad(value, format!("`{key}` is a text in quotes, not {}", kind(value)), ""),
        }
    }

    /// Numbers may stand without quotes, too.
    pub fn scalar(&mut self, value: &Value<'_>, key: &str, into: &mut String) {
        *into = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_string(),
            DeValue::Float(number) => number.as_str().to_string(),
            DeValue::Boolean(b) => b.to_string(),
            DeValue::Datetime(at) => at.to_string(),
            _ => return self.bad(value, format!("`{key}` is a number or a text, not {}", kind(value)), ""),
        };
    }

    pub fn folders(&mut self, value: &Value<'_>, into: &mut Vec<String>) {
        let list = value.get_ref().as_array().map(|a| a.iter().map(|v| v.get_ref().as_str()));
        match list.and_then(|l| l.map(|s| s.map(str::to_string)).collect::<Option<Vec<_>>>()) {
            Some(folders) if !folders.is_empty() => *into = folders,
            _ => self.bad(
                value,
                "`metrics` is a list of folders".to_string(),
                "for example `metrics = [\"metrics\"]`",
            ),
        }
    }

    pub fn currency(&mut self, value: &Value<'_>, into: &mut Option<Currency>) {
        let Some(code) = value.get_ref().as_str() else {
            return self.bad(value, format!("`currency` is a code in quotes, not {}", kind(value)), "");
        };
        match Currency::from_code(code) {
            Some(currency) => *into = Some(currency),
            None if Currency::from_code(&code.to_uppercase()).is_some() => {
                let upper = code.to_uppercase();
                self.bad(value, format!("`{code}` is no currency"), &format!("did you mean `{upper}`?"));
            }
            None => self.bad(
                value,
                format!("`{code}` is no currency"),
                "currencies are ISO 4217 codes, for example `USD` or `EUR`",
            ),
        }
    }

    pub fn timezone(&mut self, value: &Value<'_>, into: &mut TimeZone) {
        let Some(name) = value.get_ref().as_str() else {
            return self.bad(value, format!("`timezone` is a name in quotes, not {}", kind(value)), "");
        };
        // the bundled list, so that a machine without time zones reads the same
        match TimeZoneDatabase::bundled().get(name) {
            Ok(zone) => *into = zone,
            Err(_) => {
                let known: Vec<String> =
                    TimeZoneDatabase::bundled().available().map(|n| n.to_string()).collect();
                let help = match nearest(name, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        "time zones are named as in the IANA list, for example `Europe/Berlin`".to_string()
                    }
                };
                self.bad(value, format!("`{name}` is no time zone"), &help);
            }
        }
    }

    pub fn one_of<T: Copy>(&mut self, value: &Value<'_>, key: &str, known: &[(&str, T)], into: &mut T) {
        let Some(word) = value.get_ref().as_str() else {
            return self.bad(value, format!("`{key}` is a word in quotes, not {}", kind(value)), "");
        };
        if let Some((_, found)) = known.iter().find(|(name, _)| *name == word.to_lowercase()) {
            *into = *found;
            return;
        }
        let help = match nearest(word, known.iter().map(|(name, _)| *name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of {}", known.iter().map(|(n, _)| *n).collect::<Vec<_>>().join(", ")),
        };
        self.bad(value, format!("`{key}` cannot be `{word}`"), &help);
    }

    pub fn bad(&mut self, value: &Value<'_>, message: String, help: &str) {
        let diagnostic = Diagnostic::error("bad-setting", message).label(span(value.span()), "");
        self.problems.add(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
    }
}

pub fn kind(value: &Value<'_>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

pub const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

pub const MONTHS: [(&str, i8); 12] = [
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
];
