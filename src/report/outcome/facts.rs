//! What is read off an outcome before anything is laid out: which value stands for a
//! series, how it differs from what it is compared with, what the worst verdict is.

use crate::check::{Better, Show, Style};
use crate::report::shown;
use crate::report::value::raw;
use crate::table::Value;
use crate::threshold::{
    Compare, Judgement, Member, Outcome, Point, Scorecard, ScoredMetric, Series, Severity, Verdict,
};

/// How many judgements and promises came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub critical: usize,
    pub warn: usize,
    pub not_judged: usize,
    pub ok: usize,
}

impl Counts {
    pub fn of(outcome: &Outcome) -> Counts {
        let mut counts = Counts::default();
        for (_, _, judgement) in outcome.judgements() {
            counts.add(judgement.verdict);
        }
        for promise in &outcome.promises {
            counts.add(match (&promise.broken, promise.severity) {
                (None, _) => Verdict::Ok,
                (Some(_), Severity::Warn) => Verdict::Warn,
                (Some(_), Severity::Critical) => Verdict::Critical,
            });
        }
        counts
    }

    pub fn text(&self) -> String {
        super::words::counts(self.critical, self.warn, self.not_judged, self.ok)
    }

    /// `None` where nothing was judged.
    pub fn worst(&self) -> Option<Verdict> {
        match self {
            Counts { critical: 1.., .. } => Some(Verdict::Critical),
            Counts { warn: 1.., .. } => Some(Verdict::Warn),
            Counts { not_judged: 1.., .. } => Some(Verdict::NoData),
            Counts { ok: 1.., .. } => Some(Verdict::Ok),
            _ => None,
        }
    }

    fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Ok => self.ok += 1,
            Verdict::Warn => self.warn += 1,
            Verdict::Critical => self.critical += 1,
            _ => self.not_judged += 1,
        }
    }
}

/// Critical, then warnings, then what was not judged; `None` where there is no rule.
pub fn worst<'a>(judgements: impl IntoIterator<Item = &'a Judgement>) -> Option<Verdict> {
    judgements.into_iter().map(|j| j.verdict).max_by_key(|v| badness(*v))
}

pub fn badness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Ok => 0,
        Verdict::NoData | Verdict::Immature | Verdict::TooFew | Verdict::Stale => 1,
        Verdict::Warn => 2,
        Verdict::Critical => 3,
    }
}

/// The worst verdict on the whole, or on one combination of members.
pub fn verdict_on(metric: &ScoredMetric, member: &[Member]) -> Option<Verdict> {
    worst(metric.judgements.iter().filter(|j| j.member == member))
}

/// The value that stands for a series: that of the newest period that is complete.
pub fn current(series: &Series) -> Option<&Point> {
    series.points.iter().rev().find(|p| !p.partial).or(series.points.last())
}

/// The value of the period that has not ended, where there is a complete one before it.
pub fn so_far(series: &Series) -> Option<&Point> {
    let last = series.points.last().filter(|p| p.partial)?;
    series.points.iter().any(|p| !p.partial).then_some(last)
}

/// Whether a difference is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Bad,
    Neutral,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// `+2.3 pt` of percents, `-4.1%` of others.
    pub text: String,
    pub tone: Tone,
}

/// How a value differs from what it is compared with; `None` where either is missing.
pub fn delta(value: &Value, other: &Value, show: &Show, better: Better) -> Option<Delta> {
    let (now, then) = (number(value)?, number(other)?);
    let difference = now - then;
    let text = match show.style {
        Style::Percent | Style::Points => signed(difference, Style::Points, " pt"),
        _ if then > 0.0 => signed(difference / then, Style::Percent, ""),
        // of nothing there is no percentage, and of less than nothing it misleads
        _ => {
            let sign = if difference < 0.0 { "" } else { "+" };
            format!("{sign}{}", shown(&Value::Float(difference), show))
        }
    };
    let tone = match better {
        _ if difference == 0.0 => Tone::Neutral,
        Better::Neither => Tone::Neutral,
        Better::Higher if difference > 0.0 => Tone::Good,
        Better::Lower if difference < 0.0 => Tone::Good,
        _ => Tone::Bad,
    };
    Some(Delta { text, tone })
}

fn signed(difference: f64, style: Style, after: &str) -> String {
    let text = shown(&Value::Float(difference), &Show { style, decimals: Some(1) });
    let sign = if text.starts_with('-') || difference == 0.0 { "" } else { "+" };
    format!("{sign}{text}{after}")
}

/// What a value is compared with, by its heading.
pub fn compared(point: &Point, compare: Compare) -> &Value {
    match compare {
        Compare::PriorPeriod => &point.prior,
        Compare::PriorYear => &point.prior_year,
        Compare::Target => &point.target,
        Compare::Benchmark => &point.benchmark,
    }
}

/// The comparisons that a scorecard asks for, with targets and benchmarks even unasked; none
/// of which nothing is known.
pub fn comparisons(scorecard: &Scorecard) -> Vec<Compare> {
    let all = [Compare::PriorPeriod, Compare::PriorYear, Compare::Target, Compare::Benchmark];
    let points = || scorecard.metrics.iter().flat_map(|m| &m.series).flat_map(|s| &s.points);
    let given = |c: Compare| points().any(|p| number(compared(p, c)).is_some());
    let wanted = |c: &Compare| match c {
        Compare::PriorPeriod | Compare::PriorYear => scorecard.compare.contains(c) && given(*c),
        Compare::Target | Compare::Benchmark => given(*c),
    };
    all.into_iter().filter(wanted).collect()
}

/// For a chart, never for a sum.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(_) | Value::Decimal { .. } | Value::Float(_) => raw(value)?.parse().ok(),
        _ => None,
    }
}

/// `▁▃·█`, a dot where there is no value; nothing of less than two values.
pub fn sparkline<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let values: Vec<Option<f64>> = values.into_iter().map(number).collect();
    let known = || values.iter().flatten().copied();
    if known().count() < 2 {
        return String::new();
    }
    let (least, most) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let level = |x: f64| match most > least {
        true => (((x - least) / (most - least)) * 7.0).round().clamp(0.0, 7.0) as usize,
        false => 3,
    };
    values.iter().map(|v| v.map_or('·', |x| LEVELS[level(x)])).collect()
}
