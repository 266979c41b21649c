//! Random expressions of a wanted kind over the rows of a source, and over aggregates.

use super::generate::{Column, Kind, STAGES, Source};
use super::random::Random;

#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub sources: &'a [Source],
    pub source: usize,
    /// What names begin with, as in dimensions.
    pub prefix: &'a str,
    /// Whether rows are counted in a period, where they may not yet be known to count.
    pub open: bool,
}

pub struct Phrases<'r, 'a> {
    pub random: &'r mut Random,
    pub scope: Scope<'a>,
}

impl Scope<'_> {
    fn own(&self) -> &Source {
        &self.sources[self.source]
    }

    /// The paths of all columns of a kind, also behind one link.
    fn columns(&self, kind: Kind) -> Vec<String> {
        let fits = |c: &&Column| c.kind == kind;
        let mut found: Vec<String> =
            self.own().columns.iter().filter(fits).map(|c| format!("{}{}", self.prefix, c.name)).collect();
        for link in &self.own().links {
            let Some(target) = self.sources.get(link.target) else { continue };
            // through a link to its own source a computed column might depend on itself
            let fits = |c: &&Column| c.kind == kind && (c.stored || link.target != self.source);
            let there = target.columns.iter().filter(fits);
            found.extend(there.map(|c| format!("{}{}.{}", self.prefix, link.name, c.name)));
        }
        found
    }
}

impl Phrases<'_, '_> {
    /// A column of the kind, if there is one.
    pub fn column(&mut self, kind: Kind) -> Option<String> {
        let columns = self.scope.columns(kind);
        (!columns.is_empty()).then(|| self.random.pick(&columns).clone())
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.random.percent(percent)
    }

    pub fn of(&mut self, kind: Kind, depth: usize) -> String {
        let leaf = depth == 0 || self.chance(25);
        if leaf {
            return self.leaf(kind);
        }
        match kind {
            Kind::Bool => self.condition(depth),
            Kind::Text => self.text(depth),
            Kind::Date => self.date(depth),
            Kind::Stage => self.stage(depth),
            Kind::Instant => self.leaf(kind),
            _ => self.number(kind, depth),
        }
    }

    fn leaf(&mut self, kind: Kind) -> String {
        match self.column(kind) {
            Some(column) if self.random.percent(85) => column,
            _ => self.literal(kind),
        }
    }

    fn literal(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Int => self.random.between(-2, 9).to_string(),
            // a bare number takes the unit of what it stands beside; alone it has none
            Kind::Money => match self.scope.columns(Kind::Money).first() {
                Some(column) => column.clone(),
                None => panic!("money where there is none"),
            },
            Kind::Number => (*self.random.pick(&["0.5", "1.25", "-0.1", "3.3"])).to_string(),
            Kind::Days => format!("{} days", self.random.between(0, 40)),
            Kind::Text => format!("\"{}\"", self.random.pick(&["a", "b", "B", "ab", "é"])),
            Kind::Bool => (*self.random.pick(&["true", "false"])).to_string(),
            Kind::Date => (*self.random.pick(&["2024-02-29", "2024-01-01", "2024-03-31"])).to_string(),
            Kind::Instant => "2024-01-31T23:30:00Z".to_string(),
            Kind::Open => panic!("{kind:?} is not written out"),
            // a member stands only beside a column
            Kind::Stage => {
                "choose { fresh when false, won when true, lost when false, held when false }".to_string()
            }
        }
    }

    fn number(&mut self, kind: Kind, depth: usize) -> String {
        let d = depth - 1;
        match self.random.below(9) {
            0 => format!("({} + {})", self.of(kind, d), self.of(kind, d)),
            1 => format!("({} - {})", self.of(kind, d), self.of(kind, d)),
            2 => format!("(if {} then {} else {})", self.condition(d), self.of(kind, d), self.of(kind, d)),
            3 => format!("({} ?? {})", self.of(kind, d), self.of(kind, d)),
            4 => format!("abs({})", self.of(kind, d)),
            5 => {
                let function = *self.random.pick(&["least", "greatest"]);
                format!("{function}({}, {})", self.of(kind, d), self.of(kind, d))
            }
            6 if kind != Kind::Int => format!("({} * {})", self.of(kind, d), self.of(Kind::Int, 0)),
            _ => self.special(kind, d),
        }
    }

    /// What only this kind of number is made of.
    fn special(&mut self, kind: Kind, d: usize) -> String {
        match kind {
            Kind::Int => match self.random.below(7) {
                0 => format!("length({})", self.of(Kind::Text, d)),
                1 => {
                    let part = *self.random.pick(&["year", "quarter", "month", "week", "day", "weekday"]);
                    let date = if self.chance(30) { Kind::Instant } else { Kind::Date };
                    format!("{part}({})", self.of(date, d))
                }
                2 => format!("mod({}, {})", self.of(Kind::Int, d), self.of(Kind::Int, 0)),
                3 => {
                    let function = *self.random.pick(&["round", "floor", "ceil"]);
                    format!("{function}({})", self.of(Kind::Number, d))
                }
                4 => format!("({} * {})", self.of(Kind::Int, d), self.of(Kind::Int, 0)),
                5 => format!("(-{})", self.of(Kind::Int, 0)),
                _ => self.leaf(kind),
            },
            Kind::Days => match self.random.below(3) {
                0 => format!("days_between({}, {})", self.of(Kind::Date, d), self.of(Kind::Date, d)),
                _ => format!("({} - {})", self.of(Kind::Date, d), self.of(Kind::Date, d)),
            },
            Kind::Number => match self.random.below(5) {
                0 => format!("({} / {})", self.of(Kind::Int, d), self.of(Kind::Int, d)),
                1 if !self.scope.columns(Kind::Money).is_empty() => {
                    format!("({} / {})", self.of(Kind::Money, d), self.of(Kind::Money, d))
                }
                2 => format!("({} / {})", self.of(Kind::Number, d), self.of(Kind::Number, d)),
                3 => format!("sqrt(abs({}))", self.of(Kind::Number, d)),
                _ => format!("round({}, {})", self.of(Kind::Number, d), self.random.below(3)),
            },
            _ => match self.random.below(3) {
                0 => format!("round({}, 1)", self.of(kind, d)),
                1 => format!("({} / {})", self.of(kind, d), self.of(Kind::Int, 0)),
                _ => self.leaf(kind),
            },
        }
    }

    fn text(&mut self, depth: usize) -> String {
        let d = depth - 1;
        match self.random.below(5) {
            0 => format!("lower({})", self.of(Kind::Text, d)),
            1 => format!("upper({})", self.of(Kind::Text, d)),
            2 => format!("trim({})", self.of(Kind::Text, d)),
            3 => format!("({} ?? {})", self.of(Kind::Text, d), self.of(Kind::Text, d)),
            _ => format!(
                "(if {} then {} else {})",
                self.condition(d),
                self.of(Kind::Text, d),
                if self.chance(20) { "missing".to_string() } else { self.of(Kind::Text, d) }
            ),
        }
    }

    fn date(&mut self, depth: usize) -> String {
        let d = depth - 1;
        match self.random.below(4) {
            0 => {
                let unit = *self.random.pick(&["days", "weeks", "months", "years"]);
                let sign = *self.random.pick(&["+", "-"]);
                format!("({} {sign} {} {unit})", self.of(Kind::Date, d), self.random.between(1, 3))
            }
            1 => {
                let grain = *self.random.pick(&["week", "month", "quarter", "year", "fiscal_year", "day"]);
                format!("start_of({grain}, {})", self.of(Kind::Date, d))
            }
            2 => format!("({} ?? {})", self.of(Kind::Date, d), self.of(Kind::Date, d)),
            _ => format!("least({}, {})", self.of(Kind::Date, d), self.of(Kind::Date, d)),
        }
    }

    fn stage(&mut self, depth: usize) -> String {
        let d = depth - 1;
        let (a, b, c) = (self.condition(d), self.condition(d), self.condition(d));
        let otherwise = if self.chance(70) { ", else held" } else { ", held when false" };
        format!("choose {{ fresh when {a}, won when {b}, lost when {c}{otherwise} }}")
    }

    pub fn condition(&mut self, depth: usize) -> String {
        if depth > 0 && self.chance(40) {
            let d = depth - 1;
            return match self.random.below(4) {
                0 => format!("({} and {})", self.condition(d), self.condition(d)),
                1 => format!("({} or {})", self.condition(d), self.condition(d)),
                2 => format!("not ({})", self.condition(d)),
                _ => format!("(({}) and not ({}))", self.condition(d), self.condition(d)),
            };
        }
        if self.scope.open && self.chance(20) {
            return self.open_condition();
        }
        let kinds = [
            Kind::Int,
            Kind::Money,
            Kind::Number,
            Kind::Text,
            Kind::Bool,
            Kind::Date,
            Kind::Stage,
            Kind::Instant,
        ];
        let fits: Vec<Kind> = kinds.into_iter().filter(|k| !self.scope.columns(*k).is_empty()).collect();
        let kind = *self.random.pick(&fits);
        let column = self.column(kind).expect("one of those that are there");
        if self.chance(12) {
            return format!("{column} is {}", self.random.pick(&["missing", "present"]));
        }
        let comparison = *self.random.pick(&["<", "<=", ">", ">=", "is", "is not"]);
        match kind {
            Kind::Bool => column,
            Kind::Stage => {
                let (a, b) = (*self.random.pick(&STAGES), *self.random.pick(&STAGES));
                match self.random.below(4) {
                    0 => format!("{column} is {a}"),
                    1 => format!("{column} is not {a}"),
                    2 => format!("{column} in ({a}, {b})"),
                    _ => format!("{column} not in ({a}, {b})"),
                }
            }
            Kind::Text => match self.random.below(5) {
                0 => format!("starts_with({column}, \"a\")"),
                1 => format!("contains({column}, \"b\")"),
                2 => format!("{column} in (\"a\", \"b\")"),
                _ => format!("{column} {comparison} {}", self.of(Kind::Text, depth.min(1))),
            },
            Kind::Int if self.chance(20) => format!("{column} in (0, 1, 5)"),
            Kind::Int if self.chance(10) => format!("{column} > factor"),
            Kind::Money => match self.chance(60) {
                true => format!("{column} {comparison} {}", self.random.between(-20, 80)),
                false => format!("{column} {comparison} {}", self.of(kind, depth.min(1))),
            },
            _ => format!("{column} {comparison} {}", self.of(kind, depth.min(1))),
        }
    }

    /// A condition on the period, or one that time has yet to answer.
    fn open_condition(&mut self) -> String {
        let kind = if self.chance(30) { Kind::Instant } else { Kind::Date };
        let dates: Vec<String> = [self.column(kind), self.column(kind)].into_iter().flatten().collect();
        match (dates.first(), dates.last(), self.random.below(6)) {
            (Some(a), Some(b), 0..3) => {
                let length = *self.random.pick(&["0 days", "10 days", "45 days", "1 month"]);
                let side = *self.random.pick(&["after", "after", "before"]);
                let not = if self.random.percent(25) { "not " } else { "" };
                format!("{not}({a} within {length} {side} {b})")
            }
            (Some(date), _, 3) => {
                let place = *self.random.pick(&["in", "before", "after"]);
                format!("{date} {place} period")
            }
            (Some(date), _, 4) if kind == Kind::Date => {
                let edge = *self.random.pick(&["period_start", "period_end"]);
                format!("{date} < {edge} - 10 days")
            }
            _ => match self.scope.columns(Kind::Open).first().cloned() {
                Some(column) if self.random.percent(50) => column,
                Some(column) => format!("{column} is not {}", self.random.pick(&["true", "false"])),
                None => "as_of > 2024-02-01".to_string(),
            },
        }
    }

    // ------------------------------------------------------------ aggregates

    /// The argument and kind of the result of an aggregate; the argument is a path
    /// that begins with `name`, or for measures an expression.
    fn function(&mut self, rows: &str, prefix: &str) -> (String, Kind) {
        let kinds: Vec<Kind> = [Kind::Int, Kind::Money, Kind::Number, Kind::Days]
            .into_iter()
            .filter(|k| self.scope.own().columns.iter().any(|c| c.kind == *k))
            .collect();
        let number = (!kinds.is_empty()).then(|| *self.random.pick(&kinds));
        let own: Vec<String> = self
            .scope
            .own()
            .columns
            .iter()
            .filter(|c| Some(c.kind) == number)
            .map(|c| format!("{prefix}{}", c.name))
            .collect();
        let float = number.map(|k| if k == Kind::Int { Kind::Number } else { k });
        match (self.random.below(10), number) {
            (0, _) => (format!("count({rows}"), Kind::Int),
            (1 | 2, _) => {
                let all = [Kind::Text, Kind::Int, Kind::Date, Kind::Stage, Kind::Bool, Kind::Money];
                let fits: Vec<Kind> =
                    all.into_iter().filter(|k| !self.scope.columns(*k).is_empty()).collect();
                let kind = *self.random.pick(&fits);
                let column = self.column(kind).expect("a column");
                let distinct = if self.chance(70) { "distinct " } else { "" };
                (format!("count({distinct}{prefix}{column}"), Kind::Int)
            }
            (_, Some(kind)) => {
                let column = self.random.pick(&own).clone();
                match self.random.below(8) {
                    0..3 => (format!("sum({column}"), kind),
                    3 => (format!("average({column}"), float.unwrap_or(kind)),
                    4 => (format!("median({column}"), float.unwrap_or(kind)),
                    5 => {
                        let part = *self.random.pick(&["10%", "25%", "90%", "100%"]);
                        (format!("percentile({part}, {column}"), float.unwrap_or(kind))
                    }
                    6 => {
                        let timed = self.scope.own().time.is_some();
                        let functions = ["min", "max", "first", "last"];
                        let function = *self.random.pick(&functions[..if timed { 4 } else { 2 }]);
                        (format!("{function}({column}"), kind)
                    }
                    _ => match self.random.below(3) {
                        0 => (format!("stddev({column}"), float.unwrap_or(kind)),
                        1 => (
                            format!("top_share({}, {column}", self.random.pick(&["10%", "50%"])),
                            Kind::Number,
                        ),
                        _ => (format!("correlation({column}, {}", self.random.pick(&own)), Kind::Number),
                    },
                }
            }
            (_, None) => (format!("count({rows}"), Kind::Int),
        }
    }

    fn filter(&mut self) -> String {
        match self.chance(45) {
            true => format!(" where {}", self.condition(1)),
            false => String::new(),
        }
    }

    /// An aggregate of a metric, with its parts.
    pub fn metric_aggregate(&mut self) -> (String, Kind) {
        self.aggregate_via("")
    }

    /// `via`: empty, or the link by which rows belong to the key of a rollup.
    pub fn aggregate_via(&mut self, via: &str) -> (String, Kind) {
        let name = self.scope.own().name.clone();
        let measure = self.scope.own().measures.first().filter(|_| via.is_empty()).cloned();
        if let Some((measure, kind)) = measure.filter(|_| self.random.percent(15)) {
            return (format!("{name}.{measure}"), kind);
        }
        let window = format!("{via}{}", self.window());
        let mature = match self.scope.open && self.chance(8) {
            true => *self.random.pick(&[" mature 10 days", " mature 45 days", " mature 1 month"]),
            false => "",
        };
        let proportion = if self.scope.open { 20 } else { 12 };
        if self.chance(proportion) {
            let (part, filter) = (self.condition(1), self.filter());
            return (format!("proportion({part} of {name}{window}{filter}{mature})"), Kind::Number);
        }
        let (head, kind) = self.function(&name, &format!("{name}."));
        (format!("{head}{window}{}{mature})", self.filter()), kind)
    }

    fn window(&mut self) -> String {
        let own = self.scope.own();
        let (timed, valid) = (own.time.is_some(), own.valid.is_some());
        if own.snapshot.is_some() {
            return (*self.random.pick(&[" at end", " at end", " at start", ""])).to_string();
        }
        if own.rollup.as_ref().is_some_and(|r| r.follows_the_question) {
            return String::new();
        }
        if self.chance(12) {
            return " ever".to_string();
        }
        if valid && self.chance(50) {
            return (*self.random.pick(&[" at end", " at start", " during"])).to_string();
        }
        let date = if self.chance(20) { Kind::Instant } else { Kind::Date };
        let on = match self.column(date) {
            Some(column) if self.random.percent(25) => format!(" on {column}"),
            _ => String::new(),
        };
        if (timed || !on.is_empty()) && self.chance(25) {
            let windows = [
                " trailing 30 days",
                " trailing 7 days",
                " trailing 2 months",
                " trailing 12 months",
                " year to date",
                " month to date",
                " quarter to date",
                " all to date",
            ];
            // most projects have no calendar, and then the metric is left out
            if self.chance(6) {
                return format!("{on}{}", self.random.pick(&[" shop.year to date", " shop.month to date"]));
            }
            return format!("{on}{}", self.random.pick(&windows));
        }
        on
    }

    /// An aggregate in a measure: over the source's own expressions.
    pub fn measure(&mut self) -> (String, Kind) {
        let name = self.scope.own().name.clone();
        let (head, kind) = match self.chance(60) {
            true => self.function(&name, ""),
            false => {
                let kind = *self.random.pick(&[Kind::Int, Kind::Days, Kind::Number]);
                let text = self.of(kind, 1);
                // what lies behind a link only is not summed
                match text.contains('.') {
                    true => self.function(&name, ""),
                    false => (format!("sum({text}"), kind),
                }
            }
        };
        (format!("{head}{})", self.filter()), kind)
    }

    /// An aggregate of the rows that link to the row of a computed column.
    pub fn linked(&mut self) -> (String, Kind) {
        let name = self.scope.own().name.clone();
        if self.chance(25) {
            let dates: Vec<String> = self
                .scope
                .own()
                .columns
                .iter()
                .filter(|c| c.kind == Kind::Date)
                .map(|c| c.name.clone())
                .collect();
            if !dates.is_empty() {
                let (function, column) =
                    (*self.random.pick(&["min", "max"]), self.random.pick(&dates).clone());
                return (format!("{function}({name}.{column}{})", self.filter()), Kind::Date);
            }
        }
        let (head, kind) = self.function(&name, &format!("{name}."));
        (format!("{head}{})", self.filter()), kind)
    }

    /// A metric over aggregates and other metrics.
    pub fn metric(&mut self, known: &[(String, Kind)], cuts: &[String]) -> (String, Kind) {
        let (a, kind) = self.operand(known);
        let length = *self.random.pick(&["1 year", "1 year", "1 month", "3 months", "14 days", "1 week"]);
        let over = match cuts.is_empty() || self.chance(40) {
            true => String::new(),
            false => format!(" over {}", self.random.pick(cuts)),
        };
        match self.random.below(17) {
            0 | 1 => {
                let (b, other) = self.operand(known);
                match (kind, other) {
                    (a_kind, b_kind) if a_kind == b_kind => (format!("{a} / {b}"), Kind::Number),
                    (Kind::Int, Kind::Number) => (format!("{a} / {b}"), Kind::Number),
                    (_, Kind::Int | Kind::Number) => (format!("{a} / {b}"), kind),
                    _ => (format!("{a} / 2"), if kind == Kind::Int { Kind::Number } else { kind }),
                }
            }
            2 => match self.like(known, kind) {
                Some(b) => (format!("{a} + {b}"), kind),
                None => (a, kind),
            },
            3 => match self.like(known, kind) {
                Some(b) => (format!("{a} - {b}"), kind),
                None => (a, kind),
            },
            4 => (format!("prior({a} ?? 0)"), kind),
            5 => (format!("prior({a})"), kind),
            6 => (format!("change({a})"), kind),
            7 => (format!("growth({a})"), Kind::Number),
            8 => match self.like(known, kind) {
                Some(b) => (format!("(if {a} > 1 then {a} else {b})"), kind),
                None => (format!("{a} * factor"), kind),
            },
            9 => (format!("prior({a}, {length})"), kind),
            10 => (format!("change({a}, {length})"), kind),
            11 => (format!("growth({a}, {length})"), Kind::Number),
            12 => (format!("total({a}{over})"), kind),
            13 => (format!("share({a}{over})"), Kind::Number),
            14 | 15 if !cuts.is_empty() => (format!("rank({a} over {})", self.random.pick(cuts)), Kind::Int),
            _ => (format!("{a} * 2"), kind),
        }
    }

    fn operand(&mut self, known: &[(String, Kind)]) -> (String, Kind) {
        match !known.is_empty() && self.chance(60) {
            true => self.random.pick(known).clone(),
            false => self.metric_aggregate(),
        }
    }

    fn like(&mut self, known: &[(String, Kind)], kind: Kind) -> Option<String> {
        let fits: Vec<&(String, Kind)> = known.iter().filter(|(_, k)| *k == kind).collect();
        (!fits.is_empty()).then(|| self.random.pick(&fits).0.clone())
    }
}
