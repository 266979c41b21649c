//! `kepi.toml` -> [`Project`]: every key known, every value understood, or a
//! message that points at it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Profile, Project};
use crate::diagnostic::{Diagnostic, Problems, nearest};
use crate::model::Settings;
use crate::text::{FileId, Span};
use crate::units::Currency;

/// Never fails: what is wrong has its default, and a problem.
pub fn read(root: &Path, text: &str) -> (Project, Problems) {
    let mut reader = Reader { problems: Problems::default() };
    let mut project = Project {
        root: root.to_path_buf(),
        name: root.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        metrics: vec!["metrics".to_string()],
        data: "data".to_string(),
        settings: Settings::default(),
        profiles: BTreeMap::new(),
    };
    match DeTable::parse(text) {
        Ok(table) => reader.document(table.get_ref(), &mut project),
        Err(error) => reader.problems.add(
            Diagnostic::error("bad-toml", format!("kepi.toml does not read as TOML: {}", error.message()))
                .label(span(error.span().unwrap_or_default()), ""),
        ),
    }
    (project, reader.problems)
}

struct Reader {
    problems: Problems,
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

/// `kepi.toml` is the only file of its sources.
fn span(range: Range<usize>) -> Span {
    Span::new(FileId(0), range.start, range.end)
}

impl Reader {
    fn document(&mut self, table: &DeTable<'_>, project: &mut Project) {
        self.each(table, &["project", "defaults", "profiles"], |this, key, value| match key {
            "project" => this.project(value, project),
            "defaults" => this.defaults(value, &mut project.settings),
            _ => this.profiles(value, &mut project.profiles),
        });
    }

    fn project(&mut self, value: &Value<'_>, project: &mut Project) {
        self.table(value, "[project]", &["name", "metrics", "data"], |this, key, value| match key {
            "name" => this.text(value, "name", &mut project.name),
            "data" => this.text(value, "data", &mut project.data),
            _ => this.folders(value, &mut project.metrics),
        });
    }

    fn defaults(&mut self, value: &Value<'_>, settings: &mut Settings) {
        let keys = ["currency", "timezone", "week_starts", "fiscal_year_starts"];
        self.table(value, "[defaults]", &keys, |this, key, value| match key {
            "currency" => this.currency(value, &mut settings.currency),
            "timezone" => this.timezone(value, &mut settings.timezone),
            "week_starts" => this.one_of(value, key, &WEEKDAYS, &mut settings.week_starts),
            _ => this.one_of(value, key, &MONTHS, &mut settings.fiscal_year_starts),
        });
    }

    fn profiles(&mut self, value: &Value<'_>, profiles: &mut BTreeMap<String, Profile>) {
        self.any(value, "[profiles]", |this, name, value| {
            let mut profile = Profile::default();
            let keys = ["data", "sources", "parameters"];
            this.table(value, &format!("[profiles.{name}]"), &keys, |this, key, value| match key {
                "data" => {
                    let mut data = String::new();
                    this.text(value, "data", &mut data);
                    profile.data = Some(data);
                }
                "sources" => this.any(value, &format!("[profiles.{name}.sources]"), |this, source, value| {
                    this.text(value, source, profile.sources.entry(source.to_string()).or_default());
                }),
                _ => this.any(value, &format!("[profiles.{name}.parameters]"), |this, parameter, value| {
                    this.scalar(
                        value,
                        parameter,
                        profile.parameters.entry(parameter.to_string()).or_default(),
                    );
                }),
            });
            profiles.insert(name.to_string(), profile);
        });
    }

    // ------------------------------------------------------------ tables

    /// Calls `then` for each known key; the others are mistakes.
    fn each(
        &mut self,
        table: &DeTable<'_>,
        known: &[&str],
        mut then: impl FnMut(&mut Reader, &str, &Value<'_>),
    ) {
        for (key, value) in table {
            match known.contains(&key.get_ref().as_ref()) {
                true => then(self, key.get_ref(), value),
                false => self.unknown(key, known),
            }
        }
    }

    fn table(
        &mut self,
        value: &Value<'_>,
        name: &str,
        known: &[&str],
        then: impl FnMut(&mut Reader, &str, &Value<'_>),
    ) {
        match value.get_ref().as_table() {
            Some(table) => self.each(table, known, then),
            None => self.bad(value, format!("`{name}` is a table, not {}", kind(value)), ""),
        }
    }

    /// A table whose keys are the author's own names.
    fn any(&mut self, value: &Value<'_>, name: &str, mut then: impl FnMut(&mut Reader, &str, &Value<'_>)) {
        match value.get_ref().as_table() {
            Some(table) => table.iter().for_each(|(key, value)| then(self, key.get_ref(), value)),
            None => self.bad(value, format!("`{name}` is a table, not {}", kind(value)), ""),
        }
    }

    fn unknown(&mut self, key: &Key<'_>, known: &[&str]) {
        let name = key.get_ref();
        let near = nearest(name, known.iter().copied());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here are {}", known.join(", ")),
        };
        let mut diagnostic = Diagnostic::error("unknown-key", format!("kepi.toml has no key `{name}` here"))
            .label(span(key.span()), "unknown key")
            .help(help);
        if let Some(near) = near {
            diagnostic = diagnostic.fix(span(key.span()), near);
        }
        self.problems.add(diagnostic);
    }

    // ------------------------------------------------------------ values

    fn text(&mut self, value: &Value<'_>, key: &str, into: &mut String) {
        match value.get_ref().as_str() {
            Some(text) => *into = text.to_string(),
            None => self.bad(value, format!("`{key}` is a text in quotes, not {}", kind(value)), ""),
        }
    }

    /// Numbers may stand without quotes, too.
    fn scalar(&mut self, value: &Value<'_>, key: &str, into: &mut String) {
        *into = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_string(),
            DeValue::Float(number) => number.as_str().to_string(),
            DeValue::Boolean(b) => b.to_string(),
            DeValue::Datetime(at) => at.to_string(),
            _ => return self.bad(value, format!("`{key}` is a number or a text, not {}", kind(value)), ""),
        };
    }

    fn folders(&mut self, value: &Value<'_>, into: &mut Vec<String>) {
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

    fn currency(&mut self, value: &Value<'_>, into: &mut Option<Currency>) {
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

    fn timezone(&mut self, value: &Value<'_>, into: &mut TimeZone) {
        let Some(name) = value.get_ref().as_str() else {
            return self.bad(value, format!("`timezone` is a name in quotes, not {}", kind(value)), "");
        };
        // the bundled list, so that a machine without time zones reads the same
        match jiff::tz::TimeZoneDatabase::bundled().get(name) {
            Ok(zone) => *into = zone,
            Err(_) => {
                let known: Vec<String> =
                    jiff::tz::TimeZoneDatabase::bundled().available().map(|n| n.to_string()).collect();
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

    fn one_of<T: Copy>(&mut self, value: &Value<'_>, key: &str, known: &[(&str, T)], into: &mut T) {
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

    fn bad(&mut self, value: &Value<'_>, message: String, help: &str) {
        let diagnostic = Diagnostic::error("bad-setting", message).label(span(value.span()), "");
        self.problems.add(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
    }
}

fn kind(value: &Value<'_>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

const MONTHS: [(&str, i8); 12] = [
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
