//! `kepi.toml` -> [`Project`]: every key known, every value understood, or a
//! message that points at it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::values::{MONTHS, WEEKDAYS, kind};
use super::{Profile, Project};
use crate::diagnostic::{Diagnostic, Problems, nearest};
use crate::model::Settings;
use crate::text::{FileId, Span};

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

pub struct Reader {
    pub problems: Problems,
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;
pub type Value<'a> = Spanned<DeValue<'a>>;

/// `kepi.toml` is the only file of its sources.
pub fn span(range: Range<usize>) -> Span {
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
                    profile.source_places.insert(source.to_string(), span(value.span()));
                    this.text(value, source, profile.sources.entry(source.to_string()).or_default());
                }),
                _ => this.any(value, &format!("[profiles.{name}.parameters]"), |this, parameter, value| {
                    profile.parameter_places.insert(parameter.to_string(), span(value.span()));
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
}
