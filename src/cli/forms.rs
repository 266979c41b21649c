//! The forms that a run's result takes, and where each goes: `--format`, `-o`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::files::put;
use super::goal::{Goal, goal};
use super::output::Output;
use crate::engine;
use crate::report::{self, OUTCOME_FORMATS, OutcomeFormat, Screen, TableFormat};
use crate::table::Table;
use crate::threshold;

#[derive(Debug, Clone, clap::Args)]
pub struct Forms {
    /// How the result looks: table, csv, json, markdown, parquet; of what is judged also
    /// text, junit, sarif, github, gitlab, openmetrics, html, slack, webhook
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Several forms of one run, each into a file if one is named: `-o text -o junit:kepi.xml`;
    /// of a file alone its name says the form
    #[arg(long, short, value_name = "FORMAT[:FILE]")]
    output: Vec<String>,
}

/// Of a table of metrics.
#[derive(Debug, Clone, Copy)]
pub enum TableForm {
    Text(TableFormat),
    Parquet,
}

const TABLES: &[(&str, TableForm)] = &[
    ("table", TableForm::Text(TableFormat::Terminal)),
    ("csv", TableForm::Text(TableFormat::Csv)),
    ("json", TableForm::Text(TableFormat::Json)),
    ("markdown", TableForm::Text(TableFormat::Markdown)),
    ("parquet", TableForm::Parquet),
];

/// Of what was judged.
#[derive(Debug, Clone, Copy)]
pub enum OutcomeForm {
    Text(&'static OutcomeFormat),
    Parquet,
}

impl Forms {
    /// Whether a form is asked for that only what is judged has.
    pub fn judge(&self) -> bool {
        let tables = |name: &str| TABLES.iter().any(|(known, _)| *known == name);
        let name = |text: &String| text.split(':').next().unwrap_or_default().to_string();
        let mut names = self.output.iter().map(name).chain(self.format.clone());
        let is_outcome = |extension: &str| {
            of_table(extension).is_none() && OUTCOME_FORMATS.iter().any(|f| f.extension == extension)
        };
        let by_file = |text: &String| !text.contains(':') && extension(text).is_some_and(is_outcome);
        names.any(|name| !tables(&name) && OutcomeFormat::named(&name).is_some())
            || self.format.is_none() && self.output.iter().any(by_file)
    }

    pub fn tables(&self) -> Result<Vec<Goal<TableForm>>, Failure> {
        let goals = self.goals(TABLES, of_table)?;
        checked(goals, |form| matches!(form, TableForm::Parquet))
    }

    pub fn outcomes(&self) -> Result<Vec<Goal<OutcomeForm>>, Failure> {
        let texts = OUTCOME_FORMATS.iter().map(|format| (format.name, OutcomeForm::Text(format)));
        let all: Vec<_> = texts.chain([("parquet", OutcomeForm::Parquet)]).collect();
        let goals = self.goals(&all, |extension| match extension {
            "parquet" => Some("parquet"),
            _ => OUTCOME_FORMATS.iter().find(|f| f.extension == extension).map(|f| f.name),
        })?;
        checked(goals, |form| matches!(form, OutcomeForm::Parquet))
    }

    /// The first format is that of standard output where nothing is said.
    fn goals<F: Copy>(
        &self,
        formats: &[(&str, F)],
        of_extension: impl Fn(&str) -> Option<&'static str>,
    ) -> Result<Vec<Goal<F>>, Failure> {
        let named = self.format.as_deref().map(|name| match goal(name, formats) {
            Ok(Goal { format, file: None }) => Ok(format),
            Ok(_) => Err(Failure::new(format!("`--format {name}` names a file"))
                .help(format!("write `--output {name}`"))),
            Err(_) => Err(Failure::new(unknown(name))),
        });
        let named = named.transpose()?;
        let first = formats[0].1;
        if self.output.is_empty() {
            return Ok(vec![Goal { format: named.unwrap_or(first), file: None }]);
        }
        let goal = |text: &String| {
            let path = PathBuf::from(text);
            let by_name = path.extension().and_then(|e| of_extension(e.to_str()?));
            let by_name = by_name.and_then(|name| formats.iter().find(|f| f.0 == name)).map(|f| f.1);
            match (goal(text, formats), named.or(by_name)) {
                (Ok(goal), _) => Ok(goal),
                // a file, whose name says what is in it
                (Err(_), Some(format)) if !text.contains(':') => Ok(Goal { format, file: Some(path) }),
                (Err(_), None) if path.extension().is_some() && !text.contains(':') => {
                    Err(Failure::new(format!("the name of {text} does not say which form it has"))
                        .help(format!("say it: `-o {}:{text}`", formats[0].0)))
                }
                (Err(_), _) => Err(Failure::new(unknown(text))),
            }
        };
        let goals = self.output.iter().map(goal).collect::<Result<Vec<_>, _>>()?;
        let has_form = |text: &&String| super::goal::goal(text, formats).is_ok();
        if let (Some(format), None) = (&self.format, self.output.iter().find(|text| !has_form(text))) {
            let failure = Failure::new(format!("`--format {format}` is the form of nothing here"));
            return Err(failure.help(format!("each `-o` says its own: repeat it, `-o {format}`")));
        }
        let twice = |at: &usize| goals[..*at].iter().any(|g| g.file.is_some() && g.file == goals[*at].file);
        if let Some(file) = (0..goals.len()).find(twice).and_then(|at| goals[at].file.as_ref()) {
            return Err(Failure::new(format!(
                "two forms would go to {}, of which one stayed",
                file.display()
            ))
            .help("name a file for each"));
        }
        Ok(goals)
    }
}

fn extension(text: &str) -> Option<&str> {
    Path::new(text).extension()?.to_str()
}

/// The form of a table that the name of a file says.
fn of_table(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "md" => "markdown",
        "csv" => "csv",
        "json" => "json",
        "parquet" => "parquet",
        "txt" => "table",
        _ => return None,
    })
}

/// Why it is no form, with all there are.
fn unknown(text: &str) -> String {
    let outcomes = OUTCOME_FORMATS.iter().map(|format| format.name);
    let tables = TABLES.iter().map(|(name, _)| *name);
    let mut all: Vec<(&str, ())> = Vec::new();
    for name in tables.chain(outcomes) {
        if !all.iter().any(|(known, _)| *known == name) {
            all.push((name, ()));
        }
    }
    match goal(text, &all) {
        Err(message) => message,
        Ok(_) => format!("`{text}` is no form of what is judged: it is one of a table; take `text`"),
    }
}

fn checked<F>(goals: Vec<Goal<F>>, binary: impl Fn(&F) -> bool) -> Result<Vec<Goal<F>>, Failure> {
    match goals.iter().any(|goal| goal.file.is_none() && binary(&goal.format)) {
        true => Err(Failure::new("Parquet is no text: it goes into a file")
            .help("name one, for example `--output parquet:metrics.parquet`")),
        false => Ok(goals),
    }
}

pub fn write_table(goal: &Goal<TableForm>, table: &Table, output: &Output) -> Result<(), Failure> {
    match goal.format {
        TableForm::Parquet => write_parquet(goal.file.as_deref(), table),
        TableForm::Text(format) => {
            text(goal.file.as_deref(), output, |screen| report::table(table, format, screen))
        }
    }
}

pub fn write_outcome(
    goal: &Goal<OutcomeForm>,
    outcome: &threshold::Outcome,
    output: &Output,
) -> Result<(), Failure> {
    match goal.format {
        OutcomeForm::Parquet => write_parquet(goal.file.as_deref(), &report::long_table(outcome)),
        OutcomeForm::Text(format) => {
            text(goal.file.as_deref(), output, |screen| format.render(outcome, screen))?;
            if format.name == "github" {
                summarise(outcome)?;
            }
            Ok(())
        }
    }
}

fn text(file: Option<&Path>, output: &Output, render: impl Fn(&Screen) -> String) -> Result<(), Failure> {
    match file {
        None => Ok(output.print(&render(&output.result))?),
        Some(path) => {
            let text = render(&Screen::default());
            put(path, |part| fs::write(part, &text).map_err(|e| e.to_string()))
        }
    }
}

fn write_parquet(file: Option<&Path>, table: &Table) -> Result<(), Failure> {
    let Some(path) = file else { return Ok(()) };
    put(path, |part| {
        let bytes = engine::parquet_bytes(table).map_err(|e| e.to_string())?;
        fs::write(part, bytes).map_err(|e| e.to_string())
    })
}

/// In a job of GitHub's also the page that sums it up.
#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
fn summarise(outcome: &threshold::Outcome) -> Result<(), Failure> {
    let (Ok(path), Some(markdown)) = (std::env::var("GITHUB_STEP_SUMMARY"), OutcomeFormat::named("markdown"))
    else {
        return Ok(());
    };
    let text = markdown.render(outcome, &Screen::default());
    let file = fs::OpenOptions::new().create(true).append(true).open(&path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|e| Failure::new(format!("cannot write {path}, the file in GITHUB_STEP_SUMMARY: {e}")))
}
