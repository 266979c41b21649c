/**
 * Kepi for editors that colour by tree-sitter: Neovim, Helix, Zed. The language itself is
 * `grammar/kepi.pest`; this accepts all that it accepts, and more: what is wrong with a file
 * is the language server's to say.
 *
 * Words are keywords only where they may stand: a column may be called `time` or `key`.
 * Where a name and a keyword may begin the same thing, `_name` lets the keyword be a name.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const PREC = {
  condition: 0,
  otherwise: 1,
  or: 2,
  and: 3,
  not: 4,
  compare: 5,
  as: 6,
  sum: 7,
  product: 8,
  negation: 9,
  call: 10,
};

const UNITS = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"].flatMap((unit) => [
  unit,
  unit + "s",
]);

/** One or more with commas between them. */
const list = (rule) => seq(rule, repeat(seq(",", rule)));

/** A block of items in any order. */
const block = (rule) => seq("{", repeat(rule), "}");

module.exports = grammar({
  name: "kepi",

  word: ($) => $.identifier,

  extras: ($) => [/\s/, $.doc_comment, $.comment],

  supertypes: ($) => [$.declaration],

  inline: ($) => [$._name],

  conflicts: ($) => [
    // `30` and then a column called `days`
    [$.quantity],
    // `as USD / 2`
    [$.unit],
    // a unit called `one`
    [$.one_of, $._unit_name],
    // the next column is called `from`, `via`, `at`, `latest` or `by`
    [$.column],
    [$.link],
    [$.time],
    // `every month`, and then `only when …`
    [$.every],
    // `target 30%`, and then `by region`
    [$.target],
    [$.benchmark],
  ],

  rules: {
    source_file: ($) => repeat($.declaration),

    declaration: ($) =>
      choice(
        $.source,
        $.rollup,
        $.dimension,
        $.parameter,
        $.calendar,
        $.metric,
        $.thresholds,
        $.scorecard,
        $.consumer,
        $.test,
      ),

    // ------------------------------------------------------------ words

    doc_comment: () => token(seq("///", optional(/[^\/\n][^\n]*/))),
    comment: () => token(seq("//", /[^\n]*/)),

    identifier: () => /[A-Za-z_][A-Za-z0-9_]*/,

    /** A name where a keyword might stand as well. */
    _name: ($) =>
      choice(
        $.identifier,
        alias(
          choice(
            "key",
            "time",
            "valid",
            "snapshot",
            "keep",
            "measure",
            "expect",
            "from",
            "via",
            "at",
            "latest",
            "by",
            "of",
            ...UNITS,
          ),
          $.identifier,
        ),
      ),

    path: ($) => seq(choice($.identifier, alias($._word, $.identifier)), repeat(seq(token.immediate("."), $.identifier))),

    /** Names in expressions that begin something else where more follows. */
    _word: () => prec(-1, choice("distinct", "unique", "fresh", "warn", "critical")),

    string: ($) => seq('"', repeat(choice($.escape, token.immediate(prec(1, /[^"\\\n]+/)))), token.immediate('"')),
    escape: () => token.immediate(seq("\\", choice(/u\{[0-9A-Fa-f]*\}/, /[^\n]/))),

    number: () => /[0-9][0-9_]*(\.[0-9][0-9_]*)?%?/,
    date: () =>
      token(
        choice(
          /[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?/,
          /(19|20)[0-9]{2}-(0[0-9]|1[0-2]|Q[1-4]|H[12]|W[0-9]{2})/,
          /FY[0-9]{4}(-Q[1-4])?/,
        ),
      ),
    version: () => /v[0-9]+/,

    // ------------------------------------------------------------ sources and rollups

    source: ($) =>
      seq(
        "source",
        field("name", $.identifier),
        field("label", optional($.string)),
        optional($.from),
        block($._source_item),
      ),

    from: ($) => seq("from", optional(field("format", $.identifier)), $.string, optional(seq("delimiter", $.string))),

    _source_item: ($) =>
      choice(
        $.where,
        $.column,
        $.computed,
        $.link,
        $.measure,
        $.expect,
        $.key,
        $.time,
        $.valid,
        $.snapshot,
        $.keep,
      ),

    where: ($) => seq("where", $._expression),

    column: ($) =>
      seq(
        field("name", $._name),
        ":",
        field("type", choice($.one_of, $.unit)),
        optional("?"),
        optional(seq("from", $.string)),
      ),

    one_of: ($) => seq("one", "of", "(", list($.member), optional(","), ")"),
    member: ($) => seq(field("name", $.identifier), optional(seq("=", $.string))),

    computed: ($) => seq(field("name", $._name), "=", field("value", $._expression)),

    link: ($) =>
      seq(
        field("name", $._name),
        "->",
        field("target", $.identifier),
        optional(seq("via", list($.identifier))),
        optional(
          choice(
            seq("at", $.identifier),
            seq("latest", "before", $.identifier, optional(seq("within", $._expression))),
          ),
        ),
      ),

    key: ($) => seq("key", list($.identifier)),
    time: ($) => seq("time", $.identifier, optional(seq("by", $.identifier))),
    valid: ($) => seq("valid", $.identifier, "to", $.identifier),
    snapshot: ($) => seq("snapshot", $.identifier),
    keep: ($) => seq("keep", choice(seq("latest", $.identifier), "distinct")),

    measure: ($) =>
      seq(
        "measure",
        field("name", $.identifier),
        field("label", optional($.string)),
        optional($._declared_unit),
        "=",
        field("value", $._expression),
      ),

    expect: ($) => seq("expect", choice($.unique, $.fresh, $._expression), optional(seq("else", "warn"))),
    unique: ($) => prec(PREC.call + 1, seq("unique", "(", list($.identifier), ")")),
    fresh: ($) => prec(PREC.call + 1, seq("fresh", "within", $._value)),

    rollup: ($) =>
      seq(
        "rollup",
        field("name", $.identifier),
        field("label", optional($.string)),
        "per",
        list($.path),
        block(choice($.computed, $.measure, $.expect)),
      ),

    // ------------------------------------------------------------ dimensions, parameters, calendars

    dimension: ($) =>
      seq(
        "dimension",
        field("name", $.identifier),
        field("label", optional($.string)),
        "=",
        list(choice($._expression, $.banded)),
        optional(seq("via", list($.path), optional(seq("in", $.bands)))),
        optional(seq("{", "members", "all", "}")),
      ),

    banded: ($) => prec(PREC.compare, seq($._value, "in", $.bands)),
    bands: ($) => seq("bands", "{", list($.band), optional(","), "}"),
    band: ($) => seq(field("name", $.identifier), optional(seq("<", $._expression))),

    parameter: ($) =>
      seq(
        "parameter",
        field("name", $.identifier),
        field("label", optional($.string)),
        optional($._declared_unit),
        "=",
        field("value", $._expression),
      ),

    calendar: ($) =>
      seq(
        "calendar",
        field("name", $.identifier),
        "{",
        "weeks",
        alias(/[0-9]-[0-9]-[0-9]/, $.number),
        optional(","),
        "year",
        "starts",
        $.identifier,
        $.identifier,
        "of",
        $.identifier,
        "}",
      ),

    // ------------------------------------------------------------ metrics

    metric: ($) =>
      seq(
        "metric",
        field("name", $.identifier),
        optional($.version),
        field("label", optional($.string)),
        optional($._declared_unit),
        "=",
        field("value", $._expression),
        optional($.attributes),
      ),

    attributes: ($) => block($._attribute),

    _attribute: ($) =>
      choice(
        $.let,
        $.owner,
        $.playbook,
        $.tags,
        $.tier,
        $.roles,
        $.also,
        $.label,
        $.every,
        $.by,
        $.better,
        $.show,
        $.status,
        $.deprecated,
        $._held_against,
      ),

    let: ($) => seq("let", field("name", $.identifier), "=", field("value", $._expression)),
    owner: ($) => seq("owner", $.string),
    playbook: ($) => seq("playbook", $.string),
    tags: ($) => seq("tags", list($.identifier)),
    tier: ($) => seq("tier", $.identifier),
    roles: ($) => seq("roles", list($.identifier)),
    also: ($) => seq("also", list($.string)),
    label: ($) => seq("label", $.identifier, $.string),
    every: ($) => seq("every", field("grain", $.path), optional("only")),
    by: ($) => seq("by", list($.identifier)),
    better: ($) => seq("better", $.identifier),
    show: ($) => seq("show", $.number, choice("decimal", "decimals")),
    status: ($) => seq("status", $.identifier),
    deprecated: ($) => seq("deprecated", $.string, optional(seq("until", $.date))),

    _declared_unit: ($) => seq(":", field("unit", $.unit)),

    unit: ($) => seq(choice($._unit_name, "1"), repeat($._unit_operator)),
    // rather a unit than a division
    _unit_operator: ($) => prec.dynamic(1, seq(choice("/", "*"), $._unit_name)),
    _unit_name: ($) =>
      seq(alias(choice($.identifier, "one"), $.unit_name), optional(seq("(", $.number, optional(seq(",", $.number)), ")"))),

    // ------------------------------------------------------------ thresholds

    thresholds: ($) => seq("thresholds", field("metric", $.path), block(choice($.owner, $.playbook, $._held_against))),

    _held_against: ($) => choice($.target, $.benchmark, $.rule, $.only_when, $.missing_is),

    target: ($) => seq("target", $.limit, repeat(choice($.by_date, $.where))),
    benchmark: ($) => seq("benchmark", $.limit, repeat(choice($.by_date, $.where, seq("source", $.string)))),
    by_date: ($) => seq("by", choice($.date, $.number)),

    rule: ($) =>
      prec.right(
        seq(
          field("severity", choice("warn", "critical")),
          $._breach,
          repeat(choice($.for, $.clear, $.by, $.where, $.playbook, $.owner)),
        ),
      ),

    _breach: ($) => choice($._beyond, $.outside, $.moved, $._when),
    _beyond: ($) => seq(choice("below", "above"), $.limit),
    _when: ($) => seq("when", $._expression),
    outside: ($) =>
      seq("outside", choice(seq($.limit, "to", $.limit), seq($.number, "stddev", "of", "last", $._periods))),
    moved: ($) => seq(choice("down", "up"), $.limit, "from", "prior", choice($.quantity, $.identifier)),

    limit: ($) => prec.right(seq($._expression, optional($.unit), optional(seq("of", $.identifier)))),

    for: ($) => seq("for", $._periods),
    _periods: ($) => prec.right(seq($.quantity, optional(choice("period", "periods")))),
    clear: ($) => prec.right(seq("clear", choice($._beyond, $._when), optional($.for))),

    only_when: ($) => seq("only", "when", $._expression),
    missing_is: ($) => seq("missing", choice($.identifier, "warn", "critical")),

    // ------------------------------------------------------------ scorecards and consumers

    scorecard: ($) =>
      seq(
        "scorecard",
        field("name", $.identifier),
        field("label", optional($.string)),
        block(
          choice(
            $.metrics,
            alias($.every_last, $.every),
            $.by,
            $.where,
            $.having,
            $.from_to,
            $.compare,
            $.owner,
            $.roles,
            $.tags,
          ),
        ),
      ),

    metrics: ($) => seq("metrics", list($.path)),
    every_last: ($) => seq("every", field("grain", $.path), optional($.last)),
    having: ($) => seq("having", $._expression),
    from_to: ($) => prec.right(seq("from", $._stretch, optional(seq("to", $._stretch)))),
    compare: ($) => seq("compare", list($._comparison)),
    _comparison: ($) => choice(seq("prior", $.identifier), $.identifier),

    consumer: ($) =>
      seq("consumer", field("name", $.string), "{", $.metrics, optional($.by), optional($.owner), "}"),

    // ------------------------------------------------------------ tests

    test: ($) => seq("test", field("name", $.string), block(choice($.as_of, $.set, $.given, $.expected))),

    as_of: ($) => seq("as_of", $.date),
    set: ($) => seq("set", $.identifier, "=", $._expression),
    given: ($) => seq("given", $.path, repeat(choice($.ask_every, $.by)), $._table),

    expected: ($) => seq("expect", choice($.state, seq(list($.path), repeat($._clause), $._table))),

    state: ($) =>
      seq(optional("no"), field("severity", choice("warn", "critical")), $.path, repeat(choice($.in, $.where))),

    _clause: ($) =>
      choice($.ask_every, $.last, $.by, $.where, $.having, $.in, seq("from", $._stretch), seq("to", $._stretch), $.as_of),
    ask_every: ($) => seq("every", field("grain", $.path)),
    last: ($) => seq("last", $.number),
    in: ($) => seq("in", $._stretch, optional(seq("..", $._stretch))),
    // which month or quarter there is, is not the grammar's to say
    _stretch: ($) => choice($.date, $.number, alias(/[0-9]{4}-[0-9A-Za-z]+(-[0-9]+)?/, $.date)),

    _table: ($) => seq(alias($.row, $.header), repeat($.row)),

    /** The end of its line ends a row. */
    row: ($) =>
      seq(
        "|",
        repeat(seq(optional($.cell), "|")),
        optional($.cell),
        choice(alias(/\|[ \t\r]*\n/, "|"), alias(/\|[ \t]*\/\/[^\n]*\n/, $.comment)),
      ),
    cell: () => token(choice(/"([^"\\\n]|\\[^\n])*"[^|\n]*/, /[^|\n\s"]([^|\n]*[^|\n\s])?/)),

    // ------------------------------------------------------------ expressions

    _expression: ($) => choice($.binary, $.not, $.comparison, $.membership, $.within, $.placed, $._value),

    binary: ($) =>
      choice(
        prec.left(PREC.otherwise, seq($._expression, "??", $._expression)),
        prec.left(PREC.or, seq($._expression, "or", $._expression)),
        prec.left(PREC.and, seq($._expression, "and", $._expression)),
      ),

    not: ($) => prec(PREC.not, seq("not", $._expression)),

    comparison: ($) =>
      prec(
        PREC.compare,
        seq($._value, choice(seq("is", optional("not")), "<", "<=", ">", ">="), $._value),
      ),

    membership: ($) => prec(PREC.compare, seq($._value, optional("not"), "in", choice($.list, $.path))),
    list: ($) => seq("(", list($._expression), ")"),

    within: ($) => prec(PREC.compare, seq($._value, "within", $._value, choice("after", "before"), $._value)),
    placed: ($) => prec(PREC.compare, seq($._value, choice("after", "before"), $.path)),

    _value: ($) =>
      choice(
        $.arithmetic,
        $.conversion,
        $.negation,
        $.condition,
        $.call,
        $.path,
        $.quantity,
        $.date,
        $.string,
        $.group,
        $.choose,
        $.constant,
      ),

    arithmetic: ($) =>
      choice(
        prec.left(PREC.sum, seq($._value, choice("+", "-"), $._value)),
        prec.left(PREC.product, seq($._value, choice("*", "/"), $._value)),
      ),

    conversion: ($) => prec.left(PREC.as, seq($._value, "as", $.unit)),
    negation: ($) => prec(PREC.negation, seq("-", $._value)),

    condition: ($) =>
      prec.right(PREC.condition, seq("if", $._expression, "then", $._expression, "else", $._expression)),

    group: ($) => seq("(", $._expression, ")"),
    constant: () => choice("missing", "true", "false"),
    quantity: ($) => seq($.number, optional($.duration_unit)),
    duration_unit: () => choice(...UNITS),

    choose: ($) => seq("choose", "{", list($.arm), optional(seq(",", "else", $.identifier)), optional(","), "}"),
    arm: ($) => seq(field("name", $.identifier), "when", $._expression),

    call: ($) => prec(PREC.call, seq(field("function", $.path), $.arguments)),

    arguments: ($) =>
      seq(
        "(",
        optional(
          choice(
            seq(optional("distinct"), list($._expression), repeat($._part)),
            seq(choice($.where, $.per, alias($.by_part, $.by)), repeat($._part)),
          ),
        ),
        ")",
      ),

    /** Which rows an aggregate is over. */
    _part: ($) =>
      choice(
        $.where,
        $.on,
        $.trailing,
        $.at,
        "during",
        "ever",
        $.mature,
        $.of,
        $.over,
        $.via,
        $.per,
        alias($.by_part, $.by),
        $.to_date,
      ),

    on: ($) => seq("on", $.path),
    trailing: ($) => seq("trailing", $._expression),
    at: () => seq("at", choice("end", "start")),
    mature: ($) => seq("mature", $._expression),
    of: ($) => seq("of", $._expression),
    over: ($) => seq("over", list($.identifier)),
    via: ($) => seq("via", $.path),
    per: ($) => prec.right(seq("per", list($._expression))),
    by_part: ($) => seq("by", $._expression),
    to_date: ($) => seq(choice($.path, "all"), "to", "date"),
  },
});
