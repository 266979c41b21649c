//! The checked model: every name bound, every expression with a type and a unit.
//! What `query`, `diff`, `fingerprint` and `ide` read; only a model without errors
//! may be run.

use std::sync::Arc;

use jiff::civil;

use super::TestCase;
use crate::calendar::{Calendar, Grain, WeekCalendar};
use crate::text::Span;
use crate::units::{Base, Ratio, Unit};

pub use crate::model::{ColumnId, DimensionId, LinkId, MeasureId, MetricId, ParameterId, SourceId};

#[derive(Debug, Clone, Default)]
pub struct CheckedModel {
    pub settings: crate::model::Settings,
    pub sources: Vec<Source>,
    pub dimensions: Vec<Dimension>,
    /// All versions of all metrics, by name and then version.
    pub metrics: Vec<Metric>,
    pub parameters: Vec<Parameter>,
    pub calendars: Vec<Arc<WeekCalendar>>,
    /// In the order of their files and lines.
    pub tests: Vec<Arc<TestCase>>,
    /// In the order written.
    pub scorecards: Vec<Scorecard>,
    /// In the order written.
    pub consumers: Vec<Consumer>,
}

/// Digits of amounts whose declaration does not say how many: what can be summed safely.
pub const MONEY_DIGITS: u8 = 28;

// ---------------------------------------------------------------- types

#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Of an expression with a mistake in it, which has been reported: agrees with everything.
    Error,
    /// Of `missing`, until the other side says more.
    Missing,
    Text,
    Bool,
    Date,
    /// An instant; its date is the one in the project's time zone.
    Timestamp,
    Enum(Arc<Enumeration>),
    Number(Number),
}

/// A closed list of words. Two are the same type if their members' names are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enumeration {
    pub members: Vec<Member>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub name: String,
    /// As it stands in the data; the name itself unless written otherwise.
    pub raw: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    pub unit: Unit,
    pub kind: Kind,
    pub repr: Repr,
}

/// What a number counts, tracked softly, for what may be declared and how it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    /// A number of things.
    Count,
    /// A quotient of two numbers of one unit.
    Ratio,
    /// Written with `%` or declared `percent`.
    Percent,
    Points,
}

/// How a number is held while it is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repr {
    /// A whole number.
    Int,
    /// Exact, with that many places behind the point.
    Decimal(u8),
    /// 64-bit float: what division, averages and `number` give.
    Float,
}

// ---------------------------------------------------------------- sources

#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub label: Option<String>,
    pub docs: Option<String>,
    pub span: Span,
    pub kind: SourceKind,
    /// Empty where none is declared.
    pub key: Vec<ColumnId>,
    pub time: Option<Time>,
    pub valid: Option<(ColumnId, ColumnId)>,
    pub snapshot: Option<ColumnId>,
    pub keep: Option<Keep>,
    /// Rows for which not all of these are true do not exist.
    pub filters: Vec<Expr>,
    pub columns: Vec<Column>,
    pub links: Vec<Link>,
    pub measures: Vec<Measure>,
    pub expects: Vec<Expect>,
    /// What the declarations promise without a word: that nothing ends before it begins.
    pub implied: Vec<Expect>,
}

impl Source {
    /// A rollup whose periods are those that are asked.
    pub fn follows_the_question(&self) -> bool {
        matches!(&self.kind, SourceKind::Rollup(rollup) if rollup.period == RollupPeriod::Asked)
    }
}

#[derive(Debug, Clone)]
pub enum SourceKind {
    /// Rows from files, where the declaration says so from this path.
    Stored(Option<From>),
    /// Rows made of aggregates, one per key (and period).
    Rollup(Rollup),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct From {
    pub format: Option<FileFormat>,
    pub path: String,
    pub delimiter: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    Csv,
    Parquet,
}

#[derive(Debug, Clone)]
pub struct Rollup {
    /// The source whose rows, or whose columns, make the keys.
    pub base: SourceId,
    /// Empty: every row of `base`, by its key; otherwise these columns of it.
    pub by: Vec<ColumnRef>,
    pub period: RollupPeriod,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RollupPeriod {
    /// One row a key, over all data up to `as_of`.
    None,
    /// One row a key and period of whatever grain is asked.
    Asked,
    /// `per KEY, month`: its own `time`.
    Fixed(Grain),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Time {
    pub column: ColumnId,
    /// The values are no finer than this.
    pub by: Option<Grain>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Keep {
    Latest(ColumnId),
    Distinct,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub docs: Option<String>,
    pub span: Span,
    pub ty: Type,
    /// The value may be missing.
    pub optional: bool,
    pub kind: ColumnKind,
}

#[derive(Debug, Clone)]
pub enum ColumnKind {
    /// The header in the data. For `decimal(p, s)` and money the type says the scale.
    Stored { raw: String, precision: Option<u8> },
    /// A row expression over the source.
    Computed(Expr),
    /// In a rollup: an expression over aggregates. Columns in it are the rollup's own.
    Aggregated(Expr),
    /// In a rollup: the n-th column of its key (of `by`, else of the base's key).
    Key(usize),
    /// In a rollup by a fixed grain: the first day of the period, its `time`.
    PeriodStart,
}

#[derive(Debug, Clone)]
pub struct Link {
    pub name: String,
    pub docs: Option<String>,
    pub span: Span,
    pub target: SourceId,
    /// Columns here, matched in order to the key of the target.
    pub via: Vec<ColumnId>,
    pub time: LinkTime,
}

#[derive(Debug, Clone, PartialEq)]
pub enum LinkTime {
    Always,
    /// The row there in force on that date.
    At(ColumnId),
    /// The last row there, by its `time`, before that date.
    LatestBefore {
        column: ColumnId,
        within: Option<Length>,
    },
}

#[derive(Debug, Clone)]
pub struct Measure {
    pub name: String,
    pub label: Option<String>,
    pub docs: Option<String>,
    pub span: Span,
    /// An expression over aggregates of the source.
    pub value: Expr,
    pub show: Show,
}

#[derive(Debug, Clone)]
pub struct Expect {
    pub kind: ExpectKind,
    pub warn: bool,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum ExpectKind {
    /// Broken by rows for which it is false; a missing one passes.
    Holds(Expr),
    Unique(Vec<ColumnId>),
    Fresh(Length),
}

/// A length of time: exact (`seconds`) or by the calendar (`months`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Length {
    Days(i64),
    Months(i64),
    Seconds(i64),
}

// ---------------------------------------------------------------- dimensions, parameters

#[derive(Debug, Clone)]
pub struct Dimension {
    pub name: String,
    pub label: Option<String>,
    pub docs: Option<String>,
    pub span: Span,
    /// Of all its values.
    pub ty: Type,
    /// One for each source that it is defined on.
    pub values: Vec<DimensionValue>,
    /// Links that a path has to take, where there are several.
    pub via: Vec<LinkRef>,
    pub members_all: bool,
}

#[derive(Debug, Clone)]
pub struct DimensionValue {
    pub source: SourceId,
    /// A row expression over that source; bands are a `Choose`.
    pub value: Expr,
}

#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: String,
    pub label: Option<String>,
    pub docs: Option<String>,
    pub span: Span,
    pub ty: Type,
    /// As declared, or as set by the profile or `--set`.
    pub value: Literal,
}

// ---------------------------------------------------------------- metrics

#[derive(Debug, Clone)]
pub struct Metric {
    pub name: String,
    pub version: u32,
    /// The version that the bare name stands for.
    pub current: bool,
    pub label: Option<String>,
    pub docs: Option<String>,
    pub span: Span,
    pub name_span: Span,
    /// In the unit declared, converted where need be.
    pub value: Expr,
    pub show: Show,
    pub attributes: Attributes,
    /// What it is held against.
    pub thresholds: super::Thresholds,
    /// The sources whose aggregates it is made of, sorted: where dimensions have to reach.
    pub sources: Vec<SourceId>,
}

/// How values are shown, from the unit declared or inferred.
#[derive(Debug, Clone, PartialEq)]
pub struct Show {
    pub style: Style,
    /// `show 1 decimal`
    pub decimals: Option<u8>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Style {
    /// `62.4%` of 0.624
    Percent,
    /// `62.4` of 0.624
    Points,
    /// `0.624`
    Ratio,
    /// `1,234`
    Count,
    /// A plain number.
    Number,
    /// `$1,234.50`, `43 days`
    Unit(Unit),
    /// A text, date, …: as it is.
    Value,
}

#[derive(Debug, Clone, Default)]
pub struct Attributes {
    pub owner: Option<String>,
    pub playbook: Option<String>,
    pub tags: Vec<String>,
    pub tier: Option<Tier>,
    pub roles: Vec<String>,
    pub also: Vec<String>,
    /// By language.
    pub labels: Vec<(String, String)>,
    pub every: Option<Grain>,
    pub every_only: bool,
    /// `None`: by all that it reaches.
    pub by: Option<Vec<DimensionId>>,
    pub better: Better,
    pub draft: bool,
    pub deprecated: Option<Deprecated>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    Primary,
    Secondary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Better {
    #[default]
    Higher,
    Lower,
    Neither,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Deprecated {
    pub reason: String,
    pub until: Option<civil::Date>,
}

// ---------------------------------------------------------------- scorecards

/// Metrics that are looked at together: a question with a name. Each of its metrics can be
/// asked so.
#[derive(Debug, Clone)]
pub struct Scorecard {
    pub name: String,
    pub label: Option<String>,
    pub docs: Option<String>,
    pub span: Span,
    pub name_span: Span,
    /// As listed; without a list, the current metrics of its roles, by name.
    pub metrics: Vec<MetricId>,
    pub every: Option<Grain>,
    /// Of the newest periods so many.
    pub last: Option<u32>,
    pub by: Vec<DimensionId>,
    /// Over dimensions.
    pub filter: Option<Expr>,
    /// As written: `region is "EMEA"`.
    pub filter_text: Option<String>,
    /// Over metrics and dimensions.
    pub having: Option<Expr>,
    /// `from 2026-01 to 2026-06`: the first day of the range.
    pub from: Option<civil::Date>,
    /// The first day after the range.
    pub to: Option<civil::Date>,
    /// In the order written.
    pub compare: Vec<Compare>,
    pub owner: Option<String>,
    pub roles: Vec<String>,
    pub tags: Vec<String>,
}

/// Somebody outside of the project who relies on metrics: a dashboard, a board deck.
#[derive(Debug, Clone)]
pub struct Consumer {
    pub name: String,
    pub docs: Option<String>,
    pub span: Span,
    pub metrics: Vec<MetricId>,
    /// The dimensions that they are sliced by there.
    pub by: Vec<DimensionId>,
    pub owner: Option<String>,
}

/// What values are shown beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    PriorPeriod,
    PriorYear,
    Target,
    Benchmark,
}

// ---------------------------------------------------------------- expressions

/// A checked expression. One tree serves rows (over a source), metrics (over
/// aggregates) and queries (over metrics and dimensions); which kinds occur says where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: Arc<ExprKind>,
    pub ty: Type,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    // everywhere
    Literal(Literal),
    Missing,
    Parameter(ParameterId),
    /// A date: the moment of evaluation.
    AsOf,
    /// The first day of the period.
    PeriodStart,
    /// The last day of the period.
    PeriodEnd,
    /// The length of the period, in the unit that the type says (months or days).
    PeriodLength,
    Negate(Expr),
    Not(Expr),
    /// Operands of numeric operators have equal units; their representations may differ.
    Binary(BinaryOp, Expr, Expr),
    /// The number times an exact factor: how units are converted.
    Convert(Expr, Ratio),
    /// A date and a whole number of the exact base (`Day`, `Week`) or calendar base
    /// (`Month`, `Quarter`, `Year`); of a timestamp also shorter ones. The last day
    /// of a shorter month stands for days it does not have.
    Shift {
        date: Expr,
        amount: Expr,
        base: Base,
    },
    /// Days between two dates (`Int`): the first minus the second.
    DaysBetween(Expr, Expr),
    /// Seconds between two timestamps (`Decimal(6)`): the first minus the second.
    SecondsBetween(Expr, Expr),
    IsMissing(Expr),
    /// The value is one of the list; missing where the value is missing.
    In(Expr, Vec<Expr>),
    If(Expr, Expr, Expr),
    /// The first arm that is true gives the member (an index into the type's
    /// enumeration); none gives the last, or missing.
    Choose(Vec<(Expr, u16)>, Option<u16>),
    Call(Function, Vec<Expr>),
    /// `0 <= x - anchor <= duration` (or before it), undetermined while `x` is missing
    /// and `as_of` has not come to the window's end.
    Within {
        value: Expr,
        duration: Length,
        before: bool,
        anchor: Expr,
    },

    // over the rows of a source
    Column(ColumnRef),
    /// An aggregate of the rows of another source that link to this row.
    Linked {
        aggregate: Box<Aggregate>,
        link: LinkRef,
    },
    /// `previous`, `next`, `position`
    Neighbour {
        kind: Neighbour,
        value: Option<Expr>,
        per: Vec<Expr>,
        by: Vec<Expr>,
    },
    /// Where the date lies in relation to the period.
    Placed(Expr, Placement),

    // over metrics
    Aggregate(Box<Aggregate>),
    Metric(MetricId),
    /// The expression one period, or that much, earlier.
    Prior(Expr, Option<Length>),
    /// Without the dimensions of the query, or without these.
    Total(Expr, Option<Vec<DimensionId>>),
    /// Place among the members of the dimension; `true`: the highest is first.
    Rank(Expr, DimensionId, bool),

    // in a query's `where`
    Dimension(DimensionId),

    // in a planned query
    /// A column of the scans' aligned result.
    Slot(u32),
    /// The value, not yet known (`immature`) where `unless` is true.
    Known {
        value: Expr,
        unless: Expr,
    },
    /// The first day, or the last, of the period that the query's move leads back to.
    EarlierPeriod {
        by: u32,
        last: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Neighbour {
    Previous,
    Next,
    Position,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    In,
    Before,
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `??`: the second where the first is missing.
    Else,
    Or,
    And,
    Is,
    IsNot,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    Add,
    Sub,
    Mul,
    /// Always `Float`; by zero it is missing.
    Div,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Bool(bool),
    Text(String),
    Date(civil::Date),
    /// Microseconds since 1970-01-01T00:00Z.
    Timestamp(i64),
    /// `digits / 10^scale`: of repr `Int` (scale 0), `Decimal(scale)`.
    Number {
        digits: i128,
        scale: u8,
    },
    /// An index into the type's enumeration.
    Member(u16),
}

/// A link of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkRef {
    /// Where it starts.
    pub source: SourceId,
    pub link: LinkId,
}

/// A column of the row itself (no links) or of one that it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnRef {
    pub links: Vec<LinkRef>,
    /// The source that has the column, at the end of the links.
    pub source: SourceId,
    pub column: ColumnId,
}

/// One number (or date, or text) of many rows of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    pub source: SourceId,
    pub function: AggregateFn,
    /// Row expressions over the source: none for `count(s)`, the condition for
    /// `proportion`, two for `correlation`, otherwise one.
    pub args: Vec<Expr>,
    pub window: Window,
    /// The date that puts rows into periods, where the window needs one: that of `on`, or `time`'s.
    pub on: Option<ColumnRef>,
    pub filter: Option<Expr>,
    pub mature: Option<Length>,
    /// In a rollup whose key several ways lead to: the link that says which.
    pub via: Option<LinkRef>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AggregateFn {
    /// Rows, or with an argument those where it is present.
    Count,
    CountDistinct,
    Sum,
    Average,
    Median,
    /// Between 0 and 1.
    Percentile(f64),
    Min,
    Max,
    Stddev,
    First,
    Last,
    Correlation,
    /// Between 0 and 1.
    TopShare(f64),
    Proportion,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Window {
    /// Rows dated in the period; where the source has no `time` and there is no `on`, all.
    Period,
    Trailing(Length),
    /// Since the start of the period of this grain that holds the period's last day; `None`: since ever.
    ToDate(Option<Grain>),
    AtEnd,
    AtStart,
    During,
    Ever,
}

pub use super::builtins::Function;

impl Expr {
    pub fn new(kind: ExprKind, ty: Type, span: Span) -> Expr {
        Expr { kind: Arc::new(kind), ty, span }
    }

    /// The expressions directly below this one, in the order written. Those inside an
    /// aggregate are not below it: they stand over rows.
    pub fn children(&self) -> Vec<&Expr> {
        use ExprKind::*;
        match &*self.kind {
            Literal(_)
            | Missing
            | Parameter(_)
            | AsOf
            | PeriodStart
            | PeriodEnd
            | PeriodLength
            | Column(_)
            | Aggregate(_)
            | Linked { .. }
            | Metric(_)
            | Dimension(_)
            | Slot(_)
            | EarlierPeriod { .. } => Vec::new(),
            Negate(e)
            | Not(e)
            | Convert(e, _)
            | IsMissing(e)
            | Placed(e, _)
            | Prior(e, _)
            | Total(e, _)
            | Rank(e, ..) => vec![e],
            Binary(_, a, b) | DaysBetween(a, b) | SecondsBetween(a, b) => vec![a, b],
            Shift { date, amount, .. } => vec![date, amount],
            In(e, list) => std::iter::once(e).chain(list).collect(),
            If(a, b, c) => vec![a, b, c],
            Choose(arms, _) => arms.iter().map(|(e, _)| e).collect(),
            Call(_, args) => args.iter().collect(),
            Within { value, anchor, .. } => vec![value, anchor],
            Known { value, unless } => vec![value, unless],
            Neighbour { value, per, by, .. } => value.iter().chain(per).chain(by).collect(),
        }
    }
}

impl Type {
    pub fn number(unit: Unit, kind: Kind, repr: Repr) -> Type {
        Type::Number(Number { unit, kind, repr })
    }

    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Type::Number(n) => Some(n),
            _ => None,
        }
    }
}

impl CheckedModel {
    /// With what its declarations promise without a word among what is held against the data.
    pub fn with_implied(&self) -> CheckedModel {
        let mut model = self.clone();
        for source in &mut model.sources {
            source.expects.append(&mut source.implied);
        }
        model
    }

    pub fn source(&self, id: SourceId) -> &Source {
        &self.sources[id.index()]
    }

    pub fn column(&self, r: &ColumnRef) -> &Column {
        &self.source(r.source).columns[r.column.index()]
    }

    pub fn link(&self, r: LinkRef) -> &Link {
        &self.source(r.source).links[r.link.index()]
    }

    pub fn metric(&self, id: MetricId) -> &Metric {
        &self.metrics[id.index()]
    }

    pub fn dimension(&self, id: DimensionId) -> &Dimension {
        &self.dimensions[id.index()]
    }

    /// `win_rate` (its current version) or `win_rate.v1`.
    pub fn find_metric(&self, name: &str) -> Option<MetricId> {
        let (name, version) = match name.rsplit_once(".v") {
            Some((name, v)) => (name, Some(v.parse::<u32>().ok()?)),
            None => (name, None),
        };
        let fits = |m: &Metric| m.name == name && version.map_or(m.current, |v| m.version == v);
        self.metrics.iter().position(fits).map(|i| MetricId(i as u32))
    }

    pub fn find_dimension(&self, name: &str) -> Option<DimensionId> {
        self.dimensions.iter().position(|d| d.name == name).map(|i| DimensionId(i as u32))
    }

    pub fn find_source(&self, name: &str) -> Option<SourceId> {
        self.sources.iter().position(|s| s.name == name).map(|i| SourceId(i as u32))
    }

    pub fn find_scorecard(&self, name: &str) -> Option<&Scorecard> {
        self.scorecards.iter().find(|s| s.name == name)
    }

    /// The grains of the project: those built in and those of its calendars.
    pub fn calendar(&self) -> Calendar {
        Calendar {
            week_starts: self.settings.week_starts,
            fiscal_year_starts: self.settings.fiscal_year_starts,
        }
    }
}
