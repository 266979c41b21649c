//! `kepi list`: what the project defines.

use serde_json::{Value, json};

use super::failure::Failure;
use super::output::Output;
use super::show::Format;
use super::{Global, Outcome, open};
use crate::check::{CheckedModel, Metric};
use crate::ide::tier_name;
use crate::report;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what has this word in its name, label, other names or tags
    word: Option<String>,
    /// Only metrics with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Only metrics of this owner
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Only metrics of this role's views
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Only metrics of this tier: primary or secondary
    #[arg(long, value_name = "TIER")]
    tier: Option<String>,
    /// `json` for other programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let model = open::open(global)?.model;
    let text = match args.format {
        Format::Text => text(args, &model, output),
        Format::Json => report::pretty_json(&json(args, &model)),
    };
    output.print(&text)?;
    Ok(Outcome::Well)
}

fn text(args: &Args, model: &CheckedModel, output: &Output) -> String {
    let headings = [
        vec!["metric", "label", "unit", "about"],
        vec!["scorecard", "label", "about"],
        vec!["dimension", "label", "about"],
        vec!["parameter", "label", "about"],
    ];
    let lists =
        [metrics(args, model), scorecards(args, model), dimensions(args, model), parameters(args, model)];
    let parts = headings.iter().zip(lists).filter(|(_, rows)| !rows.is_empty());
    let parts: Vec<String> =
        parts.map(|(headings, rows)| report::listing(headings, rows, &output.result)).collect();
    match (parts.is_empty(), &args.word) {
        (false, _) => parts.join("\n"),
        (true, Some(word)) if !args.by_attribute() => format!("nothing has `{word}` in its name\n"),
        (true, _) => "no metric is so\n".to_string(),
    }
}

impl Args {
    /// Whether something is asked that only metrics have.
    fn by_attribute(&self) -> bool {
        self.tag.is_some() || self.owner.is_some() || self.role.is_some() || self.tier.is_some()
    }

    fn word(&self) -> String {
        self.word.as_deref().unwrap_or_default().to_lowercase()
    }

    /// The current version of a metric with all that is asked.
    fn wants(&self, metric: &Metric) -> bool {
        let attributes = &metric.attributes;
        let is = |asked: &Option<String>, has: &dyn Fn(&String) -> bool| asked.as_ref().is_none_or(has);
        metric.current
            && is_about(metric, &self.word())
            && is(&self.tag, &|tag| attributes.tags.contains(tag))
            && is(&self.owner, &|owner| attributes.owner.as_ref() == Some(owner))
            && is(&self.role, &|role| attributes.roles.contains(role))
            && is(&self.tier, &|tier| attributes.tier.is_some_and(|t| tier_name(t) == tier))
    }
}

type Row = Vec<String>;

/// The current versions, by name.
fn metrics(args: &Args, model: &CheckedModel) -> Vec<Row> {
    let row = |m: &Metric| {
        let mut row = row(&m.name, &m.label, &m.docs);
        row.insert(2, report::unit_name(&m.show).unwrap_or_default());
        row
    };
    model.metrics.iter().filter(|metric| args.wants(metric)).map(row).collect()
}

fn is_about(metric: &Metric, word: &str) -> bool {
    let attributes = &metric.attributes;
    let labels = attributes.labels.iter().map(|(_, label)| label);
    let words =
        [&metric.name].into_iter().chain(&metric.label).chain(&attributes.also).chain(&attributes.tags);
    words.chain(labels).any(|w| w.to_lowercase().contains(word))
}

fn scorecards(args: &Args, model: &CheckedModel) -> Vec<Row> {
    let known =
        model.scorecards.iter().filter(|s| !args.by_attribute() && names(&s.name, &s.label, &args.word()));
    known.map(|s| row(&s.name, &s.label, &s.docs)).collect()
}

fn dimensions(args: &Args, model: &CheckedModel) -> Vec<Row> {
    let known =
        model.dimensions.iter().filter(|d| !args.by_attribute() && names(&d.name, &d.label, &args.word()));
    known.map(|d| row(&d.name, &d.label, &d.docs)).collect()
}

fn parameters(args: &Args, model: &CheckedModel) -> Vec<Row> {
    let known =
        model.parameters.iter().filter(|p| !args.by_attribute() && names(&p.name, &p.label, &args.word()));
    known.map(|p| row(&p.name, &p.label, &p.docs)).collect()
}

fn names(name: &str, label: &Option<String>, word: &str) -> bool {
    name.contains(word) || label.as_ref().is_some_and(|l| l.to_lowercase().contains(word))
}

fn row(name: &str, label: &Option<String>, docs: &Option<String>) -> Row {
    let about = docs.as_deref().and_then(|d| d.lines().next()).unwrap_or_default();
    vec![name.to_string(), label.clone().unwrap_or_default(), about.trim().to_string()]
}

fn json(args: &Args, model: &CheckedModel) -> Value {
    let metric = |m: &Metric| {
        let a = &m.attributes;
        json!({
            "name": m.name, "version": m.version, "label": m.label, "docs": m.docs,
            "unit": report::unit_name(&m.show), "owner": a.owner, "tier": a.tier.map(tier_name),
            "roles": a.roles, "tags": a.tags, "also": a.also, "every": a.every.as_ref().map(|g| g.to_string()),
        })
    };
    let metrics: Vec<Value> = model.metrics.iter().filter(|m| args.wants(m)).map(metric).collect();
    let named = |name: &String, label: &Option<String>, docs: &Option<String>| json!({ "name": name, "label": label, "docs": docs });
    let plain = |names_it: bool| !args.by_attribute() && names_it;
    let dimensions = model.dimensions.iter().filter(|d| plain(names(&d.name, &d.label, &args.word())));
    let scorecards = model.scorecards.iter().filter(|s| plain(names(&s.name, &s.label, &args.word())));
    let parameters = model.parameters.iter().filter(|p| plain(names(&p.name, &p.label, &args.word())));
    json!({
        "version": 1,
        "metrics": metrics,
        "scorecards": scorecards.map(|s| named(&s.name, &s.label, &s.docs)).collect::<Vec<_>>(),
        "dimensions": dimensions.map(|d| named(&d.name, &d.label, &d.docs)).collect::<Vec<_>>(),
        "parameters": parameters.map(|p| named(&p.name, &p.label, &p.docs)).collect::<Vec<_>>(),
    })
}
