//! `kepi show METRIC`: everything that is known of a metric.

use clap::ValueEnum;

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, open};
use crate::check::{CheckedModel, MetricId};
use crate::diagnostic::nearest;
use crate::ide::{self, Card};
use crate::report::{self, Screen};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its name, or one of its other names; `win_rate.v1` for an older version
    metric: String,
    /// `json` for other programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let opened = open::open(global)?;
    let id = metric(&opened.model, &args.metric)?;
    let mut project = ide::Project::new(opened.project.settings.clone(), opened.sources);
    let card = ide::card(&project.view(), id);
    let text = match args.format {
        Format::Text => text(&card, &output.result),
        Format::Json => report::pretty_json(&card),
    };
    output.print(&text)?;
    Ok(Outcome::Well)
}

/// By its name, label or other name.
pub fn metric(model: &CheckedModel, name: &str) -> Result<MetricId, Failure> {
    let lower = name.to_lowercase();
    let is_called = |other: &String| other.to_lowercase() == lower;
    let known = || model.metrics.iter().enumerate().filter(|(_, metric)| metric.current);
    let by_other = || {
        let found = known().find(|(_, metric)| {
            let attributes = &metric.attributes;
            let labels = attributes.labels.iter().map(|(_, label)| label);
            metric.label.iter().chain(&attributes.also).chain(labels).any(is_called)
        });
        found.map(|(at, _)| MetricId(at as u32))
    };
    model.find_metric(name).or_else(by_other).ok_or_else(|| {
        let failure = Failure::new(format!("no metric is called `{name}`"));
        match nearest(name, known().map(|(_, metric)| metric.name.as_str())) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => {
                failure.help("`kepi list` shows all metrics, `kepi list WORD` those with a word in a name")
            }
        }
    })
}

fn text(card: &Card, screen: &Screen) -> String {
    let version =
        if card.version > 1 || !card.current { format!(" v{}", card.version) } else { String::new() };
    let label = card.label.as_ref().map(|label| format!("  {label}")).unwrap_or_default();
    let mut text = format!("{}{label}\n", screen.bold(&format!("{}{version}", card.name)));
    if let Some(docs) = &card.docs {
        text += &format!("{docs}\n");
    }
    text.push('\n');
    let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
    let list = |values: &[String]| if values.is_empty() { Vec::new() } else { vec![values.join(", ")] };
    let lines: [(&str, Vec<String>); 19] = [
        ("status", one(&card.status)),
        ("formula", card.formula.lines().map(str::to_string).collect()),
        ("inlined", one(&card.inlined)),
        ("unit", one(&card.unit)),
        ("better", vec![card.better.to_string()]),
        ("every", one(&card.every)),
        ("owner", one(&card.owner)),
        ("tier", card.tier.iter().map(|tier| tier.to_string()).collect()),
        ("roles", list(&card.roles)),
        ("tags", list(&card.tags)),
        ("also", list(&card.also)),
        ("playbook", one(&card.playbook)),
        ("versions", card.versions.clone()),
        ("dimensions", list(&card.dimensions)),
        ("made of", list(&card.made_of)),
        ("used by", list(&card.used_by)),
        ("scorecards", list(&card.scorecards)),
        ("thresholds", card.thresholds.clone()),
        ("tests", card.tests.clone()),
    ];
    for (word, values) in lines {
        for (at, value) in values.iter().enumerate() {
            let word = if at == 0 { format!("{word:<12}") } else { " ".repeat(12) };
            text += &format!("{}{value}\n", screen.dim(&word));
        }
    }
    text + &format!("{}{}\n", screen.dim(&format!("{:<12}", "declared")), card.place)
}
