//! What the page says, as texts: everything is decided before, so that the template only
//! puts it in its place.

/// A verdict: its class, its sign, its name.
#[derive(Clone)]
pub struct Mark {
    pub class: &'static str,
    pub sign: &'static str,
    pub name: &'static str,
}

pub struct Count {
    pub mark: Mark,
    pub number: usize,
    pub name: String,
}

pub struct FindingView {
    pub mark: Mark,
    pub headline: String,
    pub details: Vec<Detail>,
    /// Of the metric on this page.
    pub anchor: Option<String>,
    pub place: String,
    pub command: Option<String>,
    /// Under what they are.
    pub rows: Vec<(String, Rows)>,
}

/// Something known, by its name; perhaps a link; perhaps to be typed.
pub struct Detail {
    pub name: &'static str,
    pub text: String,
    pub link: Option<String>,
    pub code: bool,
}

/// A plain table.
pub struct Rows {
    pub headings: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

pub struct Cell {
    pub text: String,
    pub right: bool,
}

pub struct ScorecardView {
    pub id: String,
    pub label: String,
    pub docs: Option<String>,
    pub scope: String,
    pub period: String,
    pub so_far: Option<String>,
    pub comparisons: Vec<&'static str>,
    pub columns: usize,
    pub tiers: Vec<TierView>,
    pub metrics: Vec<MetricView>,
}

pub struct TierView {
    /// `None` where there is only one.
    pub name: Option<&'static str>,
    pub rows: Vec<RowView>,
}

/// A metric, or one of its members.
pub struct RowView {
    pub anchor: String,
    pub name: String,
    pub mark: Option<Mark>,
    /// To sort by: the worst of its own verdict and those of its members.
    pub rank: String,
    /// The worst of its members, where they are in trouble, and how many more are.
    pub members: Vec<(Mark, String)>,
    pub more: usize,
    pub value: String,
    /// To sort by.
    pub number: String,
    pub partial: bool,
    pub so_far: String,
    pub compared: Vec<ComparedView>,
    pub spark: Option<String>,
    /// What else a filter finds it by.
    pub words: String,
}

pub struct ComparedView {
    pub heading: &'static str,
    /// Of a target or benchmark.
    pub other: Option<String>,
    pub delta: Option<DeltaView>,
}

pub struct DeltaView {
    pub text: String,
    pub class: &'static str,
    /// Said where colours are not seen.
    pub tone: &'static str,
}

pub struct MetricView {
    pub id: String,
    pub label: String,
    pub name: String,
    pub mark: Option<Mark>,
    pub value: String,
    pub chart: Option<String>,
    pub legend: Vec<(&'static str, String)>,
    pub docs: Option<String>,
    pub facts: Vec<Detail>,
    pub rules: Vec<RuleView>,
    /// Those of which anything is known of a member.
    pub comparisons: Vec<&'static str>,
    pub members: Vec<RowView>,
    pub members_judged: bool,
    pub values: Option<Rows>,
}

pub struct RuleView {
    pub mark: Mark,
    pub rule: String,
    pub member: String,
    pub value: String,
    /// Of the value, where it is not that of the scorecard.
    pub period: String,
    pub limit: String,
    pub since: String,
    pub reason: String,
}

pub struct PromiseView {
    pub mark: Mark,
    pub source: String,
    pub text: String,
    pub place: String,
    pub broken: String,
    pub rows: Option<Rows>,
}

impl ComparedView {
    pub fn says(&self) -> bool {
        self.other.is_some() || self.delta.is_some()
    }
}
