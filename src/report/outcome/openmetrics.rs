//! Values, limits and verdicts in the text form of OpenMetrics, for Prometheus: metrics
//! are labels, so that their names follow the rules of neither.

use std::collections::HashSet;
use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use super::facts::{current, number};

use super::words;
use crate::report::unit_name;
use crate::report::value::raw;
use crate::table::Value;
use crate::threshold::{Judgement, Member, Outcome, Scorecard, ScoredMetric, Severity, Verdict};

type Labels = Vec<(String, String)>;

pub fn render(outcome: &Outcome) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Gauges(gauges(outcome))));
    let mut encoded = String::new();
    text::encode(&mut encoded, &registry).expect("a String takes all");
    encoded
}

#[derive(Debug)]
struct Gauge {
    name: &'static str,
    help: &'static str,
    samples: Vec<(Labels, f64)>,
}

/// In our order, which a registry's own families do not keep.
#[derive(Debug)]
struct Gauges(Vec<Gauge>);

impl Collector for Gauges {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        for gauge in self.0.iter().filter(|gauge| !gauge.samples.is_empty()) {
            let mut family = encoder.encode_descriptor(gauge.name, gauge.help, None, MetricType::Gauge)?;
            for (labels, value) in &gauge.samples {
                ConstGauge::new(*value).encode(family.encode_family(labels)?)?;
            }
        }
        Ok(())
    }
}

fn gauges(outcome: &Outcome) -> Vec<Gauge> {
    let gauge = |name, help, samples| Gauge { name, help, samples: distinct(samples) };
    vec![
        gauge(
            "kepi_metric_value",
            "Value of a metric in its newest complete period; percent as a ratio",
            points(outcome, |p| &p.value),
        ),
        gauge("kepi_metric_prior", "Value one period earlier", points(outcome, |p| &p.prior)),
        gauge("kepi_metric_prior_year", "Value one year earlier", points(outcome, |p| &p.prior_year)),
        gauge("kepi_metric_target", "What the value should be", points(outcome, |p| &p.target)),
        gauge(
            "kepi_metric_period_start_timestamp_seconds",
            "First day of the period that the value is of",
            starts(outcome),
        ),
        gauge(
            "kepi_threshold_limit",
            "What the value is held against",
            judged(outcome, |j| number(&j.limit)),
        ),
        gauge(
            "kepi_threshold_verdict",
            "0 ok, 1 warn, 2 critical, -1 not judged",
            judged(outcome, |j| Some(verdict(j.verdict))),
        ),
        gauge(
            "kepi_threshold_breached_periods",
            "For how many periods the threshold has been broken",
            judged(outcome, |j| Some(f64::from(j.periods))),
        ),
        gauge("kepi_promise_broken_rows", "Rows that break a promise of their source", promises(outcome)),
        gauge(
            "kepi_data_timestamp_seconds",
            "Up to which day data was counted",
            outcome.as_of.map(|day| (project(outcome), seconds(day))).into_iter().collect(),
        ),
        gauge(
            "kepi_run_exit_code",
            "What the run ended with",
            vec![(project(outcome), f64::from(outcome.exit_code))],
        ),
    ]
}

fn points(outcome: &Outcome, of: impl Fn(&crate::threshold::Point) -> &Value) -> Vec<(Labels, f64)> {
    let mut samples = Vec::new();
    each_current(outcome, |scorecard, metric, member, point| {
        if let Some(value) = number(of(point)) {
            samples.push((labels(outcome, scorecard, metric, member), value));
        }
    });
    samples
}

fn starts(outcome: &Outcome) -> Vec<(Labels, f64)> {
    let mut samples = Vec::new();
    each_current(outcome, |scorecard, metric, member, point| {
        if let (Some(period), Some(_)) = (&point.period, number(&point.value)) {
            samples.push((labels(outcome, scorecard, metric, member), seconds(period.start)));
        }
    });
    samples
}

fn each_current(
    outcome: &Outcome,
    mut see: impl FnMut(&Scorecard, &ScoredMetric, &[Member], &crate::threshold::Point),
) {
    for scorecard in &outcome.scorecards {
        for metric in &scorecard.metrics {
            for series in &metric.series {
                if let Some(point) = current(series) {
                    see(scorecard, metric, &series.member, point);
                }
            }
        }
    }
}

fn judged(outcome: &Outcome, of: impl Fn(&Judgement) -> Option<f64>) -> Vec<(Labels, f64)> {
    let mut samples = Vec::new();
    for (scorecard, metric, judgement) in outcome.on_scorecards() {
        if let Some(value) = of(judgement) {
            let mut labels = labels(outcome, scorecard, metric, &judgement.member);
            labels.push(("severity".to_string(), judgement.rule.severity.name().to_string()));
            labels.push(("rule".to_string(), words::rule(judgement)));
            samples.push((labels, value));
        }
    }
    samples
}

/// One series twice is what no reader takes: two rules of one text, a metric named twice.
fn distinct(samples: Vec<(Labels, f64)>) -> Vec<(Labels, f64)> {
    let mut seen = HashSet::new();
    samples.into_iter().filter(|(labels, _)| seen.insert(labels.clone())).collect()
}

fn promises(outcome: &Outcome) -> Vec<(Labels, f64)> {
    let one = |promise: &crate::threshold::Promise| {
        let mut labels = project(outcome);
        labels.push(("source".to_string(), promise.source.clone()));
        labels.push(("promise".to_string(), words::line(&promise.text)));
        labels.push((
            "severity".to_string(),
            match promise.severity {
                Severity::Warn => "warn".to_string(),
                Severity::Critical => "critical".to_string(),
            },
        ));
        (labels, promise.broken.as_ref().map_or(0.0, |b| b.rows as f64))
    };
    outcome.promises.iter().map(one).collect()
}

fn project(outcome: &Outcome) -> Labels {
    vec![("project".to_string(), outcome.project.clone())]
}

/// Dimensions are `by_region`, so that none is called as a label of ours.
fn labels(outcome: &Outcome, scorecard: &Scorecard, metric: &ScoredMetric, member: &[Member]) -> Labels {
    let definition = &metric.definition;
    let mut labels = project(outcome);
    labels.push(("scorecard".to_string(), scorecard.name.clone()));
    labels.push(("metric".to_string(), definition.name.clone()));
    labels.push(("version".to_string(), definition.version.to_string()));
    labels.push(("unit".to_string(), unit_name(&definition.show).unwrap_or_default()));
    for m in member {
        let value = match &m.value {
            Value::NoMember => "(none)".to_string(),
            value => raw(value).unwrap_or_default(),
        };
        labels.push((format!("by_{}", m.dimension), value));
    }
    labels
}

fn verdict(verdict: Verdict) -> f64 {
    match verdict {
        Verdict::Ok => 0.0,
        Verdict::Warn => 1.0,
        Verdict::Critical => 2.0,
        _ => -1.0,
    }
}

/// Of its first instant, in UTC.
fn seconds(day: jiff::civil::Date) -> f64 {
    f64::from(crate::calendar::epoch_day(day)) * 86_400.0
}
