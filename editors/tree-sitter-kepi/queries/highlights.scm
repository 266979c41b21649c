; Names of captures that Neovim, Helix and Zed know. Where several fit, the later one counts.

(comment) @comment
(doc_comment) @comment.documentation

(string) @string
(escape) @string.escape
(number) @number
(date) @string.special
(constant) @constant.builtin

; ---------------------------------------------------------------- names

(identifier) @variable

(path (identifier) @variable)
(path (identifier) (identifier) @property)

((path . (identifier) @variable.builtin .)
  (#any-of? @variable.builtin "as_of" "period" "period_start" "period_end" "value" "target" "benchmark"))

(call function: (path (identifier) @function))
((call function: (path . (identifier) @function.builtin .))
  (#any-of? @function.builtin
    "count" "sum" "average" "median" "percentile" "min" "max" "stddev" "first" "last" "correlation" "top_share"
    "proportion" "prior" "change" "growth" "total" "share" "rank" "previous" "next" "position" "abs" "round" "floor"
    "ceil" "least" "greatest" "mod" "lower" "upper" "trim" "length" "starts_with" "ends_with" "contains" "matches"
    "year" "quarter" "month" "week" "day" "weekday" "start_of" "months_between" "days_between" "exp" "ln" "power"
    "sqrt"))

(column name: (identifier) @property)
(computed name: (identifier) @property)
(link name: (identifier) @property)
(link target: (identifier) @type)
(member name: (identifier) @constant)
(arm name: (identifier) @constant)
(band name: (identifier) @constant)
(let name: (identifier) @variable)
(measure name: (identifier) @function)

(source name: (identifier) @type)
(rollup name: (identifier) @type)
(dimension name: (identifier) @type)
(scorecard name: (identifier) @type)
(calendar name: (identifier) @type)
(parameter name: (identifier) @constant)
(metric name: (identifier) @function)
(thresholds metric: (path (identifier) @function))
(metrics (path (identifier) @function))
(version) @label

(unit_name) @type.builtin
(duration_unit) @type.builtin
(every grain: (path (identifier) @type.builtin))
(ask_every grain: (path (identifier) @type.builtin))
(tags (identifier) @label)
(roles (identifier) @label)
(tier (identifier) @constant)
(better (identifier) @constant)
(status (identifier) @constant)

; ---------------------------------------------------------------- tables of tests

(header (cell) @property)
(row (cell) @string)
((row (cell) @number)
  (#match? @number "^[-+]?[$€£¥]?[0-9]"))

; ---------------------------------------------------------------- words

[
  "source"
  "rollup"
  "dimension"
  "metric"
  "parameter"
  "calendar"
  "thresholds"
  "scorecard"
  "consumer"
  "test"
] @keyword

[
  "from"
  "delimiter"
  "where"
  "key"
  "time"
  "by"
  "valid"
  "to"
  "snapshot"
  "keep"
  "latest"
  "distinct"
  "via"
  "at"
  "measure"
  "expect"
  "unique"
  "fresh"
  "one"
  "of"
  "per"
  "bands"
  "members"
  "all"
  "weeks"
  "starts"
  "over"
  "on"
  "trailing"
  "end"
  "start"
  "during"
  "ever"
  "mature"
  "let"
  "owner"
  "playbook"
  "tags"
  "tier"
  "roles"
  "also"
  "label"
  "every"
  "only"
  "better"
  "show"
  "decimal"
  "decimals"
  "status"
  "deprecated"
  "until"
  "target"
  "benchmark"
  "warn"
  "critical"
  "below"
  "above"
  "outside"
  "stddev"
  "last"
  "down"
  "up"
  "prior"
  "for"
  "period"
  "periods"
  "clear"
  "metrics"
  "having"
  "compare"
  "as_of"
  "set"
  "given"
  "no"
] @keyword

(to_date "date" @keyword)
(calendar "year" @keyword)
(missing_is "missing" @keyword)

; a column that is called as a keyword is
(column name: (identifier) @property)
(computed name: (identifier) @property)
(link name: (identifier) @property)

[
  "if"
  "then"
  "else"
  "choose"
  "when"
] @keyword.conditional

[
  "and"
  "or"
  "not"
  "is"
  "in"
  "as"
  "within"
  "after"
  "before"
] @keyword.operator

[
  "="
  "->"
  "??"
  "<"
  "<="
  ">"
  ">="
  "+"
  "-"
  "*"
  "/"
  "?"
  ".."
] @operator

[
  "("
  ")"
  "{"
  "}"
] @punctuation.bracket

[
  ","
  "."
  ":"
  "|"
] @punctuation.delimiter
