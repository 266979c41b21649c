//! How much a change matters: the classes, and the code of each kind of edit with its class.
//! `docs/review.md` shows the same table, which a test compares with this one.

use std::fmt;

/// In the order of what they ask of a reviewer; of several the highest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Class {
    /// Written otherwise, means the same.
    #[default]
    Cosmetic,
    Documentation,
    /// Alerts where there was none.
    Tightened,
    /// Is silent where there was an alert.
    Loosened,
    /// Both, or neither for certain.
    Moved,
    /// More than before: nobody who uses it notices.
    Compatible,
    /// The same question gets another number.
    ValueChanging,
    /// A question that was answered no longer is, or the answer is of another kind.
    Breaking,
}

impl Class {
    pub const ALL: [Class; 8] = [
        Class::Cosmetic,
        Class::Documentation,
        Class::Tightened,
        Class::Loosened,
        Class::Moved,
        Class::Compatible,
        Class::ValueChanging,
        Class::Breaking,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Class::Cosmetic => "cosmetic",
            Class::Documentation => "documentation",
            Class::Tightened => "threshold tightened",
            Class::Loosened => "threshold loosened",
            Class::Moved => "threshold moved",
            Class::Compatible => "compatible",
            Class::ValueChanging => "value-changing",
            Class::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A kind of edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    pub name: &'static str,
    pub class: Class,
    pub about: &'static str,
}

/// The code by its name; one that is not in the table cannot be made up.
pub fn code(name: &'static str) -> Code {
    let found = CODES.iter().find(|c| c.name == name);
    *found.unwrap_or(&Code { name, class: Class::Breaking, about: "" })
}

const fn row(name: &'static str, class: Class, about: &'static str) -> Code {
    Code { name, class, about }
}

pub const CODES: &[Code] = &[
    // metrics
    row("metric-added", Class::Compatible, "a metric that was not there"),
    row("metric-removed", Class::Breaking, "a metric that is no longer there, in no version"),
    row("metric-renamed", Class::Breaking, "the same meaning under another name"),
    row(
        "version-added",
        Class::Compatible,
        "a further version, as draft or with the meaning of the current one",
    ),
    row(
        "version-current",
        Class::ValueChanging,
        "the bare name stands for another version, with another meaning",
    ),
    row("version-removed", Class::Breaking, "a version of a metric that has others"),
    row("formula-changed", Class::ValueChanging, "how its aggregates, metrics and numbers are put together"),
    row("aggregate-changed", Class::ValueChanging, "the function, or what it is over"),
    row("filter-changed", Class::ValueChanging, "its `where`"),
    row("window-changed", Class::ValueChanging, "`on`, `trailing`, `at end`, `mature`, …"),
    row("follows", Class::ValueChanging, "nothing of its own: something that it uses changed"),
    row("unit-changed", Class::Breaking, "the unit of its numbers"),
    row("type-changed", Class::Breaking, "a date for a number, a text for a date, …"),
    row("shown-changed", Class::Documentation, "percent, points or ratio: the same number, shown otherwise"),
    row("draft-changed", Class::Compatible, "the meaning of a draft"),
    row("published", Class::Compatible, "no longer `status draft`"),
    row("withdrawn", Class::Breaking, "made `status draft`"),
    row("deprecated", Class::Compatible, "marked as to go, or its day or reason changed"),
    row("undeprecated", Class::Compatible, "no longer marked as to go"),
    row("slice-added", Class::Compatible, "a dimension by which it could not be sliced"),
    row("slice-removed", Class::Breaking, "a dimension by which it could be sliced"),
    row("slice-changed", Class::ValueChanging, "another path of links to a dimension"),
    row("grains-widened", Class::Compatible, "more grains may be asked"),
    row("grains-narrowed", Class::Breaking, "fewer grains may be asked"),
    row("rewritten", Class::Cosmetic, "written otherwise, with the same meaning"),
    // what is said of metrics, dimensions, parameters, sources
    row("docs-changed", Class::Documentation, "its `///` text"),
    row("label-changed", Class::Documentation, "its label, also in other languages"),
    row("owner-changed", Class::Documentation, "`owner`"),
    row("playbook-changed", Class::Documentation, "`playbook`"),
    row("tags-changed", Class::Documentation, "`tags`, `tier`, `roles`"),
    row("also-changed", Class::Documentation, "`also`: other names"),
    row("show-changed", Class::Documentation, "`show`: digits in reports"),
    // thresholds
    row("better-changed", Class::Moved, "which way is good"),
    row("cadence-changed", Class::Moved, "`every`: the periods that are judged and reported"),
    row("rule-added", Class::Tightened, "a rule; one that spares members is threshold loosened"),
    row("rule-removed", Class::Loosened, "a rule; one that spared members is threshold tightened"),
    row("limit-tightened", Class::Tightened, "a limit nearer to good values, or fewer periods"),
    row("limit-loosened", Class::Loosened, "a limit farther from good values, or more periods"),
    row("rule-changed", Class::Moved, "a rule that is neither stricter nor laxer for certain"),
    row("severity-raised", Class::Tightened, "`warn` made `critical`"),
    row("severity-lowered", Class::Loosened, "`critical` made `warn`"),
    row("target-added", Class::Tightened, "a target"),
    row("target-removed", Class::Loosened, "a target"),
    row("target-raised", Class::Tightened, "a target harder to reach"),
    row("target-lowered", Class::Loosened, "a target easier to reach"),
    row("target-changed", Class::Moved, "a target by another formula, date or member"),
    row("benchmark-changed", Class::Documentation, "a benchmark"),
    row("judging-widened", Class::Tightened, "`only when` left out, or `missing` made worse"),
    row("judging-narrowed", Class::Loosened, "`only when` added, or `missing` made less bad"),
    row("judging-changed", Class::Moved, "another `only when`"),
    // dimensions
    row("dimension-added", Class::Compatible, "a dimension"),
    row("dimension-removed", Class::Breaking, "a dimension"),
    row("dimension-renamed", Class::Breaking, "the same groups under another name"),
    row("dimension-changed", Class::ValueChanging, "what it groups by"),
    row("members-changed", Class::Compatible, "`members all`: rows for members without any"),
    // parameters, calendars, settings
    row("parameter-added", Class::Compatible, "a parameter"),
    row("parameter-removed", Class::Breaking, "a parameter, which can no longer be set"),
    row("parameter-changed", Class::ValueChanging, "its declared value"),
    row("parameter-retyped", Class::Breaking, "its unit or type"),
    row("calendar-added", Class::Compatible, "a calendar"),
    row("calendar-removed", Class::Breaking, "a calendar"),
    row("calendar-changed", Class::ValueChanging, "its weeks or the start of its year"),
    row("setting-changed", Class::ValueChanging, "`timezone`, `week_starts`, … in kepi.toml"),
    // sources
    row("source-added", Class::Compatible, "a source or rollup"),
    row("source-removed", Class::Compatible, "a source or rollup; what used it says so itself"),
    row("source-renamed", Class::Cosmetic, "the same rows under another name"),
    row(
        "rows-changed",
        Class::ValueChanging,
        "`where`, `keep`, `time`, `valid`, … of a source that metrics read; else compatible",
    ),
    row("column-added", Class::Compatible, "a column"),
    row("column-removed", Class::Compatible, "a column; what used it says so itself"),
    row("column-renamed", Class::Cosmetic, "the same column under another name"),
    row(
        "column-changed",
        Class::ValueChanging,
        "its type, header or formula, where metrics use it; else compatible",
    ),
    row("column-optional", Class::Compatible, "may be missing now"),
    row("column-required", Class::Compatible, "may no longer be missing: a run stops where it is"),
    row("member-added", Class::Compatible, "a word of `one of (…)`"),
    row("member-renamed", Class::Cosmetic, "another word for the same value of the data"),
    row("member-removed", Class::Breaking, "a word of `one of (…)`: a run stops where the data has it"),
    row("link-added", Class::Compatible, "a link"),
    row("link-removed", Class::Compatible, "a link; what used it says so itself"),
    row("link-changed", Class::ValueChanging, "where it leads, where metrics use it; else compatible"),
    row("promise-changed", Class::Compatible, "`expect`"),
    row("measure-changed", Class::Cosmetic, "a measure; metrics that use it say so themselves"),
    // what looks at metrics
    row("scorecard-added", Class::Documentation, "a scorecard"),
    row("scorecard-removed", Class::Breaking, "a scorecard"),
    row("scorecard-changed", Class::Compatible, "what it asks"),
    row("consumer-added", Class::Documentation, "somebody who relies on metrics"),
    row("consumer-removed", Class::Documentation, "somebody who relied on metrics"),
    row("consumer-changed", Class::Documentation, "what somebody relies on"),
    // files
    row("layout", Class::Cosmetic, "comments, layout, order, files"),
];
