//! The tree of one `.kpi` file, as written: nothing is resolved, nothing is
//! inferred, every node knows its place. Made by `parse`, read by `model` and `format`.

use crate::text::{FileId, Span};

#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub id: FileId,
    pub decls: Vec<Decl>,
}

/// A word of the author's: the name of a thing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ident {
    pub name: String,
    pub span: Span,
}

/// A text in quotes, escapes undone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text {
    pub value: String,
    pub span: Span,
}

/// The `///` lines above a declaration, joined, without their slashes.
pub type Docs = Option<String>;

#[derive(Debug, Clone, PartialEq)]
pub enum Decl {
    Source(Source),
    Rollup(Rollup),
    Dimension(Dimension),
    Metric(Metric),
    Parameter(Parameter),
    Calendar(Calendar),
    Thresholds(Thresholds),
    Scorecard(Scorecard),
    Consumer(Consumer),
    Test(Test),
    /// A declaration that does not parse; its problem has been reported. The name,
    /// where it can still be read, keeps references to it from being reported too.
    Error {
        keyword: Option<String>,
        name: Option<Ident>,
        span: Span,
    },
}

// ---------------------------------------------------------------- sources

#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    pub docs: Docs,
    pub name: Ident,
    pub label: Option<Text>,
    pub from: Option<From>,
    pub items: Vec<SourceItem>,
    pub span: Span,
}

/// `from csv "x.csv" delimiter ";"`
#[derive(Debug, Clone, PartialEq)]
pub struct From {
    pub format: Option<Ident>,
    pub path: Text,
    pub delimiter: Option<Text>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum SourceItem {
    /// `key a, b`
    Key(Vec<Ident>, Span),
    /// `time c` or `time c by month`
    Time {
        column: Ident,
        by: Option<Ident>,
        span: Span,
    },
    /// `valid a to b`
    Valid {
        from: Ident,
        to: Ident,
        span: Span,
    },
    /// `snapshot c`
    Snapshot(Ident, Span),
    /// `keep latest c`
    KeepLatest(Ident, Span),
    /// `keep distinct`
    KeepDistinct(Span),
    /// `where P`
    Where(Expr, Span),
    Column(Column),
    Computed(Computed),
    Link(Link),
    Measure(Measure),
    Expect(Expect),
}

/// `c : T`, `c : T? from "raw"`
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub docs: Docs,
    pub name: Ident,
    pub ty: TypeExpr,
    pub optional: bool,
    pub from: Option<Text>,
    pub span: Span,
}

/// `c = EXPR`
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    pub docs: Docs,
    pub name: Ident,
    pub value: Expr,
    pub span: Span,
}

/// `l -> SOURCE via a, b`
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    pub docs: Docs,
    pub name: Ident,
    pub target: Ident,
    /// Empty: the column `l_id`.
    pub via: Vec<Ident>,
    pub time: Option<LinkTime>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum LinkTime {
    /// `at c`: the row there that was in force on that date
    At(Ident),
    /// `latest before c within 90 days`
    LatestBefore { column: Ident, within: Option<Expr> },
}

/// `measure m "Label" : UNIT = AGG`
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    pub docs: Docs,
    pub name: Ident,
    pub label: Option<Text>,
    pub unit: Option<UnitExpr>,
    pub value: Expr,
    pub span: Span,
}

/// `expect P else warn`, `expect unique (a, b)`, `expect fresh within 2 days`
#[derive(Debug, Clone, PartialEq)]
pub struct Expect {
    pub kind: ExpectKind,
    pub warn: bool,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExpectKind {
    Holds(Expr),
    Unique(Vec<Ident>),
    Fresh(Expr),
}

/// What may stand behind the `:` of a stored column.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeExpr {
    /// `one of (open, won = "Closed Won")`
    OneOf(Vec<Member>, Span),
    /// `decimal(12, 2)`
    Decimal { precision: u32, scale: u32, span: Span },
    /// `text`, `int`, `USD`, `USD(4)`, `USD/month`, `days`, …: a name or a unit.
    Unit(UnitExpr),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub name: Ident,
    pub raw: Option<Text>,
}

// ---------------------------------------------------------------- rollups

/// `rollup NAME "Label" per KEY, period { items }`
#[derive(Debug, Clone, PartialEq)]
pub struct Rollup {
    pub docs: Docs,
    pub name: Ident,
    pub label: Option<Text>,
    /// Sources or columns (`subscriptions.customer_id`), and at most one of
    /// `period` or a grain, in the order written.
    pub per: Vec<Path>,
    pub items: Vec<RollupItem>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RollupItem {
    Column(Computed),
    Measure(Measure),
    Expect(Expect),
}

// ---------------------------------------------------------------- dimensions, parameters, calendars

/// `dimension NAME "Label" = EXPR, EXPR via PATH in bands { … } { members all }`
#[derive(Debug, Clone, PartialEq)]
pub struct Dimension {
    pub docs: Docs,
    pub name: Ident,
    pub label: Option<Text>,
    /// One for each source, usually one in all.
    pub values: Vec<Expr>,
    /// `via opportunities.owner, leads.assignee`
    pub via: Vec<Path>,
    pub bands: Option<Vec<Band>>,
    pub members_all: bool,
    pub span: Span,
}

/// `small < 10_000`, or the last one, `large`, which takes the rest
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    pub name: Ident,
    pub below: Option<Expr>,
}

/// `parameter NAME "Label" : UNIT = VALUE`
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    pub docs: Docs,
    pub name: Ident,
    pub label: Option<Text>,
    pub unit: Option<UnitExpr>,
    pub value: Expr,
    pub span: Span,
}

/// `calendar retail { weeks 4-4-5, year starts first sunday of february }`
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    pub docs: Docs,
    pub name: Ident,
    /// `4-4-5`
    pub weeks: [u8; 3],
    /// `first`, `last`, or `nearest` (the weekday nearest to the first of the month)
    pub which: Ident,
    pub weekday: Ident,
    pub month: Ident,
    pub span: Span,
}

// ---------------------------------------------------------------- metrics

/// `metric NAME vN "Label" : UNIT = EXPR { attributes }`
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    pub docs: Docs,
    pub name: Ident,
    /// `None` stands for version 1.
    pub version: Option<(u32, Span)>,
    pub label: Option<Text>,
    pub unit: Option<UnitExpr>,
    pub value: Expr,
    pub attributes: Vec<Attribute>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    pub kind: AttributeKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum AttributeKind {
    /// `let n = EXPR`
    Let(Ident, Expr),
    Owner(Text),
    Playbook(Text),
    Tags(Vec<Ident>),
    /// `primary` or `secondary`
    Tier(Ident),
    Roles(Vec<Ident>),
    /// Other names, found by search.
    Also(Vec<Text>),
    /// `label zh "…"`
    Label {
        language: Ident,
        label: Text,
    },
    /// `every month`, `every retail.month only`
    Every {
        grain: Path,
        only: bool,
    },
    /// `by region, rep`
    By(Vec<Ident>),
    /// `higher`, `lower` or `neither`
    Better(Ident),
    /// `show 1 decimal`
    Show(u32),
    /// `status draft`
    Status(Ident),
    /// `deprecated "…" until 2027-03-31`
    Deprecated {
        reason: Text,
        until: Option<(jiff::civil::Date, Span)>,
    },
    /// `target 30%`
    Target(Goal),
    /// `benchmark 22% source "…"`
    Benchmark(Goal),
    /// `warn below 25%`
    Threshold(Box<Threshold>),
    /// `only when opportunities.closed >= 30`
    OnlyWhen(Expr),
    /// `missing warn`: `ok`, `warn` or `critical`
    MissingIs(Ident),
}

// ---------------------------------------------------------------- thresholds

/// `thresholds METRIC { items }`
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    pub docs: Docs,
    /// `win_rate`, `win_rate.v2`
    pub metric: Path,
    /// Owner, playbook, and what a metric is held against.
    pub items: Vec<Attribute>,
    pub span: Span,
}

/// A value to be reached, or what others reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    pub value: Limit,
    /// `by 2026-12-31`
    pub until: Option<(jiff::civil::Date, Span)>,
    pub filter: Option<Expr>,
    /// Of a benchmark: where it is from.
    pub source: Option<Text>,
    /// Without its keyword, on one line.
    pub text: String,
}

/// `warn below 25% for 2 periods by region where segment is "SMB" playbook "…"`
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// `warn` or `critical`
    pub severity: Ident,
    pub breach: Breach,
    /// `for 2 periods`
    pub for_periods: Option<(u32, Span)>,
    pub clear: Option<Clear>,
    pub by: Vec<Ident>,
    pub filter: Option<Expr>,
    pub playbook: Option<Text>,
    pub owner: Option<Text>,
    /// Without severity, playbook and owner, on one line.
    pub text: String,
}

/// `clear above 22% for 1 period`
#[derive(Debug, Clone, PartialEq)]
pub struct Clear {
    pub breach: Breach,
    pub for_periods: Option<(u32, Span)>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Breach {
    pub kind: BreachKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum BreachKind {
    Below(Limit),
    Above(Limit),
    /// `outside 20% to 40%`
    Outside(Limit, Limit),
    /// `outside 3 stddev of last 12 periods`; the periods as far as they can be read
    Deviation {
        factor: Option<Number>,
        last: Option<u32>,
    },
    /// `down 20% from prior year`
    Moved {
        down: bool,
        by: Limit,
        from: Since,
    },
    When(Expr),
}

/// `25%`, `10 USD`, `90% of target`
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    pub value: Expr,
    /// `points`, or a currency's
    pub unit: Option<UnitExpr>,
    /// `target` or `benchmark`
    pub of: Option<Ident>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Since {
    /// `prior period`, `prior year`, `prior quarter`
    Word(Ident),
    /// `prior 3 months`
    Length(Expr),
}

// ---------------------------------------------------------------- scorecards, consumers

/// `consumer "exec dashboard" { metrics mrr, win_rate by region owner "bi-team" }`
#[derive(Debug, Clone, PartialEq)]
pub struct Consumer {
    pub docs: Docs,
    pub name: Text,
    pub metrics: Vec<Path>,
    pub by: Vec<Ident>,
    pub owner: Option<Text>,
    pub span: Span,
}

/// `scorecard NAME "Label" { items }`
#[derive(Debug, Clone, PartialEq)]
pub struct Scorecard {
    pub docs: Docs,
    pub name: Ident,
    pub label: Option<Text>,
    pub items: Vec<ScorecardItem>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ScorecardItem {
    pub kind: ScorecardItemKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ScorecardItemKind {
    Metrics(Vec<Path>),
    /// `every month last 12`
    Every {
        grain: Path,
        last: Option<(u32, Span)>,
    },
    By(Vec<Ident>),
    Where {
        condition: Expr,
        /// On one line.
        text: String,
    },
    Having(Expr),
    /// `from 2026-01 to 2026-06`, as written
    From {
        from: Ident,
        to: Option<Ident>,
    },
    /// `prior year` is one of them, with its blank
    Compare(Vec<Ident>),
    Owner(Text),
    Roles(Vec<Ident>),
    Tags(Vec<Ident>),
}

// ---------------------------------------------------------------- tests

/// `test "…" { items }`
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    pub docs: Docs,
    pub name: Text,
    pub items: Vec<TestItem>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TestItem {
    /// `as_of 2026-03-31`; `None`: no date, reported
    AsOf(Option<jiff::civil::Date>, Span),
    /// `set gross_margin = 75%`
    Set {
        parameter: Ident,
        value: Expr,
        span: Span,
    },
    Given(Given),
    Expect(Expectation),
}

/// `given opportunities | … |`: the rows of a source; `given win_rate every month | … |`:
/// the values of a metric
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    pub name: Path,
    pub every: Option<Path>,
    pub by: Vec<Ident>,
    pub table: TestTable,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    pub kind: ExpectationKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExpectationKind {
    /// `win_rate every month | … |`
    Values(Box<Ask>, TestTable),
    /// `no warn win_rate in 2026-01 where region is "EMEA"`
    State {
        no: bool,
        /// `warn` or `critical`
        severity: Ident,
        metric: Path,
        period: Option<Text>,
        filter: Option<Expr>,
    },
}

/// `METRICS every G last N by D where P having P in A..B as_of D`
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub metrics: Vec<Path>,
    pub every: Option<Path>,
    pub last: Option<(u32, Span)>,
    pub by: Vec<Ident>,
    pub filter: Option<Expr>,
    pub having: Option<Expr>,
    /// `2026-01`, as written
    pub from: Option<Text>,
    /// The last one, inclusive.
    pub to: Option<Text>,
    pub as_of: Option<(jiff::civil::Date, Span)>,
    /// Without the table.
    pub span: Span,
}

/// The rows that stand below one another, the first of which is the header.
#[derive(Debug, Clone, PartialEq)]
pub struct TestTable {
    pub header: TableRow,
    pub rows: Vec<TableRow>,
    pub span: Span,
}

/// `| a | won | 100 |`
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    pub cells: Vec<Cell>,
    /// From its first `|` to its last.
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Without blanks around it; escapes undone where it is quoted.
    pub text: String,
    /// `"…"`, so that `""` and `"–"` are texts and not missing.
    pub quoted: bool,
    /// Of an empty one what stands between its `|`.
    pub span: Span,
}

// ---------------------------------------------------------------- expressions

/// `accounts.region`: one name or several, joined by dots.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    pub parts: Vec<Ident>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: Box<ExprKind>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    Missing,
    Bool(bool),
    Number(Number),
    Text(String),
    Date(jiff::civil::Date),
    /// `2026-01-31T12:00` (local) or `…Z`
    Timestamp {
        at: jiff::civil::DateTime,
        utc: bool,
    },
    /// `30 days`
    Duration {
        amount: Number,
        unit: DurationUnit,
    },
    /// A name, or names joined by dots: column, link path, member, metric, `win_rate.v1`, `as_of`.
    Path(Path),
    Call(Call),
    Unary(UnaryOp, Expr),
    Binary(BinaryOp, Expr, Expr),
    /// `x is missing`, `x is present` (negated: `is present`)
    IsMissing {
        value: Expr,
        negated: bool,
    },
    /// `x in (a, b)`, `x not in (a, b)`
    In {
        value: Expr,
        list: Vec<Expr>,
        negated: bool,
    },
    /// `d in period`, `d before period`, `d after period`
    Placed {
        value: Expr,
        place: Placement,
    },
    /// `x within 30 days after y`
    Within {
        value: Expr,
        duration: Expr,
        before: bool,
        anchor: Expr,
    },
    /// `x as USD/year`
    As(Expr, UnitExpr),
    If {
        condition: Expr,
        then: Expr,
        otherwise: Expr,
    },
    /// `choose { new when P, else other }`
    Choose {
        arms: Vec<(Ident, Expr)>,
        otherwise: Option<Ident>,
    },
    /// In parentheses; kept so that `format` gives back what was written.
    Group(Expr),
    /// An expression that does not parse inside a declaration that does; reported.
    Error,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    In,
    Before,
    After,
}

/// `1_000.50`, `25%`; the digits as written, so that nothing is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Without `_`: `1000.50`.
    pub digits: String,
    /// Glued `%`: a hundredth.
    pub percent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DurationUnit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    Neg,
    Not,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `??`
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
    Div,
}

/// A function or an aggregate with all that stands between its parentheses:
/// `sum(opportunities.amount on closed_on trailing 30 days where is_won)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub name: Ident,
    /// `count(distinct …)`
    pub distinct: Option<Span>,
    pub args: Vec<Expr>,
    /// In the order written.
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub kind: PartKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum PartKind {
    /// `proportion(P of s …)`
    Of(Expr),
    /// `total(x over region)`, `share`, `rank`
    Over(Vec<Ident>),
    /// `count(orders via buyer)`
    Via(Path),
    /// `previous(c per k)`
    Per(Vec<Expr>),
    /// `position(per k by t)`
    By(Expr),
    /// `on closed_on`
    On(Path),
    /// `trailing 30 days`
    Trailing(Expr),
    /// `year to date`; `all` is `all to date`
    ToDate(Path),
    AtEnd,
    AtStart,
    During,
    Ever,
    Where(Expr),
    /// `mature 90 days`
    Mature(Expr),
}

/// `USD/month`, `1/month`, `USD(4)`, `days`, `percent`, `text`: names multiplied and divided.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitExpr {
    /// Empty for `1/month`.
    pub over: Vec<UnitName>,
    pub under: Vec<UnitName>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct UnitName {
    pub name: Ident,
    /// `USD(4)`: four decimal places.
    pub scale: Option<u32>,
}
