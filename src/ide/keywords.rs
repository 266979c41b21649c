//! The words of the language with a line each, for completion and hover.

/// Where a word may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    File,
    Source,
    Rollup,
    Metric,
    Thresholds,
    Scorecard,
    Consumer,
    Test,
    /// Behind the limit of a `warn` or `critical`.
    Rule,
    /// Behind the metrics of a question in a test.
    Question,
    /// In any expression, where a value may stand.
    Operand,
    /// Behind a value.
    Operator,
    /// Behind the arguments of an aggregate.
    Part,
}

#[derive(Debug, Clone, Copy)]
pub struct Keyword {
    pub word: &'static str,
    pub place: Place,
    /// With `$1` … where the author goes on; empty: the word itself.
    pub snippet: &'static str,
    pub docs: &'static str,
}

const fn keyword(place: Place, word: &'static str, snippet: &'static str, docs: &'static str) -> Keyword {
    Keyword { word, place, snippet, docs }
}

pub fn at(place: Place) -> impl Iterator<Item = &'static Keyword> {
    KEYWORDS.iter().filter(move |keyword| keyword.place == place)
}

pub fn docs(word: &str) -> Option<&'static str> {
    KEYWORDS.iter().find(|keyword| keyword.word == word).map(|keyword| keyword.docs)
}

use Place::*;

pub const KEYWORDS: &[Keyword] = &[
    keyword(
        File,
        "metric",
        "metric ${1:name} \"${2:Label}\" : ${3:percent}\n  = $0",
        "a number that is asked for: an expression over sources and other metrics",
    ),
    keyword(
        File,
        "source",
        "source ${1:name} {\n  key  ${2:id}\n  time ${3:date}\n\n  ${2} : text\n  ${3} : date\n  $0\n}",
        "the contract of a file: its columns, and what they mean",
    ),
    keyword(
        File,
        "rollup",
        "rollup ${1:name} per ${2:source}, period {\n  $0\n}",
        "a source made of aggregated rows, one for each key and period",
    ),
    keyword(
        File,
        "dimension",
        "dimension ${1:name} \"${2:Label}\" = ${0:source.column}",
        "what metrics can be sliced by",
    ),
    keyword(
        File,
        "parameter",
        "parameter ${1:name} \"${2:Label}\" : ${3:percent} = ${0:80%}",
        "a value that a profile or `--set` may change",
    ),
    keyword(
        File,
        "calendar",
        "calendar ${1:retail} { weeks ${2:4-4-5}, year starts ${3:first sunday of february} }",
        "a year of whole weeks",
    ),
    keyword(Source, "key", "", "the columns that identify a row: `key a, b`"),
    keyword(
        File,
        "thresholds",
        "thresholds ${1:metric} {\n  $0\n}",
        "what a metric is held against, apart from it",
    ),
    keyword(
        File,
        "scorecard",
        "scorecard ${1:name} \"${2:Label}\" {\n  metrics $0\n  every   month last 12\n}",
        "metrics that are looked at together",
    ),
    keyword(
        File,
        "consumer",
        "consumer \"${1:exec dashboard}\" { metrics ${2:metric} }",
        "who outside of the project relies on which metrics",
    ),
    keyword(
        File,
        "test",
        "test \"${1:what it shows}\" {\n  given ${2:source}\n    | $3 |\n\n  expect ${4:metric}\n    | $0 |\n}",
        "given rows and the values that have to come of them",
    ),
    keyword(Source, "time", "", "the default date of a row: `time closed_on`, `time month by month`"),
    keyword(
        Source,
        "valid",
        "valid ${1:from} to ${2:until}",
        "a row is in force from the first date to before the second",
    ),
    keyword(Source, "snapshot", "", "every distinct date is one complete picture of the table"),
    keyword(
        Source,
        "keep",
        "",
        "`keep latest c`: of rows with one key only the last; `keep distinct`: of equal rows only one",
    ),
    keyword(Source, "where", "", "rows for which this is not true do not exist"),
    keyword(Source, "measure", "measure ${1:name} = $0", "a named aggregate of this source"),
    keyword(
        Source,
        "expect",
        "",
        "a promise about the data: `expect amount >= 0`, `expect unique (a, b)`, `expect fresh within 2 days`",
    ),
    keyword(Rollup, "measure", "measure ${1:name} = $0", "a named aggregate of this rollup"),
    keyword(Rollup, "expect", "", "a promise about the rows"),
    keyword(Metric, "let", "let ${1:name} = $0", "a name for a part of the expression"),
    keyword(Metric, "owner", "owner \"$0\"", "who answers for it"),
    keyword(Metric, "playbook", "playbook \"$0\"", "what to do when it breaks"),
    keyword(Metric, "tags", "", "free words: `tags a, b`"),
    keyword(Metric, "tier", "", "`primary`: an outcome; `secondary`: a leading indicator"),
    keyword(Metric, "roles", "", "whose views it belongs in: `roles executive, manager`"),
    keyword(Metric, "also", "also \"$0\"", "other names, found by search and completion"),
    keyword(Metric, "label", "label ${1:zh} \"$0\"", "the label in another language"),
    keyword(Metric, "every", "", "the grain at which it is reported and judged; `only` refuses others"),
    keyword(Metric, "by", "", "the dimensions that it may be sliced by"),
    keyword(Metric, "better", "", "which way is good: `higher`, `lower`, `neither`"),
    keyword(Metric, "show", "show ${1:1} decimal", "digits in reports"),
    keyword(Metric, "status", "", "`status draft`: not yet the current version"),
    keyword(
        Metric,
        "deprecated",
        "deprecated \"$1\" until ${2:2027-01-01}",
        "a warning where it is used; an error from the date on",
    ),
    keyword(Metric, "target", "", "what is aimed at: `target 30%`"),
    keyword(Metric, "benchmark", "", "what others reach"),
    keyword(Metric, "warn", "", "`warn below 25% for 2 periods`"),
    keyword(Metric, "critical", "", "`critical below 20%`"),
    keyword(Metric, "only when", "", "periods in which this is not true are not judged"),
    keyword(Metric, "missing", "", "what a period without a value is: `ok`, `warn` or `critical`"),
    keyword(Thresholds, "target", "", "what is aimed at: `target 30%`"),
    keyword(Thresholds, "benchmark", "", "what others reach"),
    keyword(Thresholds, "warn", "", "`warn below 25% for 2 periods`"),
    keyword(Thresholds, "critical", "", "`critical below 20%`"),
    keyword(Thresholds, "only when", "", "periods in which this is not true are not judged"),
    keyword(Thresholds, "missing", "", "what a period without a value is: `ok`, `warn` or `critical`"),
    keyword(Thresholds, "owner", "owner \"$0\"", "who answers for these rules"),
    keyword(Thresholds, "playbook", "playbook \"$0\"", "what to do when one of them breaks"),
    keyword(Rule, "for", "for ${0:2} periods", "only when that many periods in a row break it"),
    keyword(Rule, "by", "", "each member of these dimensions by itself"),
    keyword(Rule, "where", "", "only these members of dimensions"),
    keyword(Rule, "clear", "", "when it is over: `clear above 27% for 2 periods`"),
    keyword(Rule, "playbook", "playbook \"$0\"", "what to do when it breaks"),
    keyword(Rule, "owner", "owner \"$0\"", "who answers for it"),
    keyword(Scorecard, "metrics", "", "what is shown, in this order: `metrics mrr, win_rate.v1`"),
    keyword(
        Scorecard,
        "every",
        "every ${1:month} last ${0:12}",
        "the grain, and how many of the newest periods",
    ),
    keyword(Scorecard, "by", "", "the dimensions that it is sliced by"),
    keyword(Scorecard, "where", "", "only these members of dimensions"),
    keyword(Scorecard, "having", "", "only rows whose values are so"),
    keyword(Scorecard, "from", "from ${1:2026-01} to ${0:2026-06}", "the range of periods"),
    keyword(
        Scorecard,
        "compare",
        "",
        "beside each value: `prior period`, `prior year`, `target`, `benchmark`",
    ),
    keyword(Scorecard, "owner", "owner \"$0\"", "who answers for it"),
    keyword(Scorecard, "roles", "", "whose view it is"),
    keyword(Scorecard, "tags", "", "free words: `tags a, b`"),
    keyword(Consumer, "metrics", "", "what it relies on"),
    keyword(Consumer, "by", "", "the dimensions that it slices them by"),
    keyword(Consumer, "owner", "owner \"$0\"", "who answers for it"),
    keyword(Test, "as_of", "as_of ${0:2026-03-31}", "the day by which it is computed"),
    keyword(Test, "set", "set ${1:parameter} = $0", "a parameter for this test"),
    keyword(Test, "given", "given ${1:source}\n  | $0 |", "the rows of a source, or the values of a metric"),
    keyword(Test, "expect", "", "the values, or the state, that have to come of it"),
    keyword(Question, "every", "", "the grain"),
    keyword(Question, "by", "", "the dimensions that it is sliced by"),
    keyword(Question, "where", "", "only these members of dimensions"),
    keyword(Question, "having", "", "only rows whose values are so"),
    keyword(Question, "in", "in ${0:2026-01}", "the periods in that stretch of time"),
    keyword(Question, "from", "from ${0:2026-01}", "where the range begins"),
    keyword(Question, "to", "to ${0:2026-06}", "where the range ends"),
    keyword(Question, "last", "last ${0:12}", "the newest periods, so many"),
    keyword(Question, "as_of", "as_of ${0:2026-03-31}", "the day by which it is computed"),
    keyword(Operand, "if", "if $1 then $2 else $0", "one of two values"),
    keyword(
        Operand,
        "choose",
        "choose { ${1:name} when $2, else ${0:other} }",
        "an enumeration by conditions",
    ),
    keyword(Operand, "not", "", "the condition is not true"),
    keyword(Operand, "missing", "", "no value"),
    keyword(Operand, "true", "", ""),
    keyword(Operand, "false", "", ""),
    keyword(Operand, "as_of", "", "the moment of evaluation, a date"),
    keyword(Operand, "period_start", "", "the first day of the period"),
    keyword(Operand, "period_end", "", "the last day of the period"),
    keyword(Operand, "period", "", "the length of the period: in months, or in days for days and weeks"),
    keyword(Operator, "and", "", ""),
    keyword(Operator, "or", "", ""),
    keyword(Operator, "is", "", "equal; `is not`, `is missing`, `is present`"),
    keyword(Operator, "in", "in ($0)", "one of a list; `in period` of a date"),
    keyword(Operator, "within", "within ${1:30 days} after $0", "not later than that after a date"),
    keyword(Operator, "as", "", "the same quantity in another unit"),
    keyword(Part, "where", "", "only rows for which this is true"),
    keyword(Part, "on", "", "by another date column"),
    keyword(Part, "of", "", "the rows that are looked at: `proportion(P of s)`"),
    keyword(Part, "trailing", "trailing ${0:12 months}", "the days or months that end with the period"),
    keyword(Part, "year to date", "", "rows since the year began"),
    keyword(Part, "all to date", "", "rows since ever, up to the period's end"),
    keyword(Part, "at end", "", "rows in force when the period ends"),
    keyword(Part, "at start", "", "rows in force when the period begins"),
    keyword(Part, "during", "", "rows in force at any time in the period"),
    keyword(Part, "ever", "", "all rows, whatever their date"),
    keyword(Part, "mature", "mature ${0:90 days}", "no value until that much time has gone by"),
];
