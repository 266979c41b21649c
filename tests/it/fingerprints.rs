//! Fingerprints of made-up metrics: however one is rewritten it keeps its fingerprint, and
//! whatever is changed in it changes it.

use kepi::fingerprint::{Digest, meanings};
use kepi::model::Settings;
use kepi::text::Sources;
use proptest::prelude::*;

const SOURCE: &str = "\
source s {
  key id
  time day
  id : text
  day : date
  a : number
  b : number
  c : number from \"Column C\"
  kind : one of (x, y = \"Y!\", z)
}
parameter p : ratio = 50%
";

const COLUMNS: [&str; 3] = ["a", "b", "c"];
const MEMBERS: [&str; 3] = ["x", "y", "z"];
const OPERATORS: [&str; 4] = ["<", "<=", ">", ">="];
const FLIPPED: [&str; 4] = [">", ">=", "<", "<="];

/// A condition over a row.
#[derive(Debug, Clone)]
enum Row {
    Compare(usize, usize, u16),
    In(Vec<usize>),
    And(Vec<Row>),
    Or(Vec<Row>),
    Not(Box<Row>),
}

/// A number made of aggregates.
#[derive(Debug, Clone)]
enum Number {
    Count(Row),
    Sum(usize, Row),
    Constant(u16),
    Parameter,
    Add(Vec<Number>),
    Multiply(Vec<Number>),
    Subtract(Box<Number>, Box<Number>),
    Divide(Box<Number>, Box<Number>),
}

fn row() -> impl Strategy<Value = Row> {
    let members = prop::sample::subsequence(vec![0, 1, 2], 1..=2).prop_map(Row::In);
    let leaf =
        prop_oneof![(0..3usize, 0..4usize, 0..50u16).prop_map(|(c, o, n)| Row::Compare(c, o, n)), members];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Row::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Row::Or),
            inner.prop_map(|row| Row::Not(Box::new(row))),
        ]
    })
}

fn number() -> impl Strategy<Value = Number> {
    let leaf = prop_oneof![
        3 => row().prop_map(Number::Count),
        3 => (0..3usize, row()).prop_map(|(c, r)| Number::Sum(c, r)),
        1 => (2..100u16).prop_map(Number::Constant),
        1 => Just(Number::Parameter),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Number::Add),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Number::Multiply),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Number::Subtract(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Number::Divide(Box::new(a), Box::new(b))),
        ]
    })
}

/// Answers to "this way or that?", the same for the same bytes; always 0 is as written.
struct Choices<'c> {
    bytes: &'c [u8],
    at: usize,
}

impl Choices<'_> {
    fn of(&mut self, ways: usize) -> usize {
        if self.bytes.is_empty() {
            return 0;
        }
        self.at += 1;
        (usize::from(self.bytes[self.at % self.bytes.len()]) + self.at * 7) % ways
    }

    fn yes(&mut self) -> bool {
        self.of(2) == 1
    }

    fn shuffled<T: Clone>(&mut self, list: &[T]) -> Vec<T> {
        let mut list = list.to_vec();
        for at in (1..list.len()).rev() {
            let other = at - self.of(at + 1);
            list.swap(at, other);
        }
        list
    }
}

fn row_text(row: &Row, how: &mut Choices<'_>) -> String {
    let text = match row {
        Row::Compare(column, operator, number) => {
            let number = constant(*number, how);
            match how.yes() {
                true => format!("{number} {} {}", FLIPPED[*operator], COLUMNS[*column]),
                false => format!("{} {} {number}", COLUMNS[*column], OPERATORS[*operator]),
            }
        }
        Row::In(members) => {
            let members: Vec<&str> = how.shuffled(members).iter().map(|m| MEMBERS[*m]).collect();
            match (how.yes(), &members[..]) {
                (true, [only]) => format!("kind is {only}"),
                _ => format!("kind in ({})", members.join(", ")),
            }
        }
        Row::And(rows) => joined(rows, " and ", true, how, row_text),
        Row::Or(rows) => joined(rows, " or ", true, how, row_text),
        Row::Not(row) => format!("not {}", row_text(row, how)),
    };
    match how.of(8) {
        7 => format!("(not (not ({text})))"),
        _ => format!("({text})"),
    }
}

/// In any order and grouping; where saying it twice says no more, perhaps twice.
fn joined<T: Clone>(
    all: &[T],
    word: &str,
    twice: bool,
    how: &mut Choices<'_>,
    text: impl Fn(&T, &mut Choices<'_>) -> String,
) -> String {
    let mut parts: Vec<String> = how.shuffled(all).iter().map(|one| text(one, how)).collect();
    if twice && how.of(4) == 3 {
        parts.push(parts[0].clone());
    }
    if parts.len() > 2 && how.yes() {
        let last = parts.split_off(1).join(word);
        parts.push(format!("({last})"));
    }
    parts.join(word)
}

/// `25`, `25.0` or `25.00`.
fn constant(number: u16, how: &mut Choices<'_>) -> String {
    format!("{number}{}", ["", ".0", ".00"][how.of(3)])
}

/// The text of a number; what is taken out into lets is collected.
fn number_text(number: &Number, how: &mut Choices<'_>, lets: &mut Vec<String>) -> String {
    let text = match number {
        Number::Count(row) => format!("count(s where {})", row_text(row, how)),
        Number::Sum(column, row) => format!("sum(s.{} where {})", COLUMNS[*column], row_text(row, how)),
        Number::Constant(number) => constant(*number, how),
        Number::Parameter => "p".to_string(),
        Number::Add(all) => numbers(all, " + ", how, lets),
        Number::Multiply(all) => numbers(all, " * ", how, lets),
        Number::Subtract(a, b) => {
            let (a, b) = (number_text(a, how, lets), number_text(b, how, lets));
            if how.yes() { format!("-{b} + {a}") } else { format!("{a} - {b}") }
        }
        Number::Divide(a, b) => format!("{} / {}", number_text(a, how, lets), number_text(b, how, lets)),
    };
    if how.of(5) == 4 {
        lets.push(format!("  let part_{} = {text}\n", lets.len()));
        return format!("part_{}", lets.len() - 1);
    }
    format!("({text})")
}

fn numbers(all: &[Number], word: &str, how: &mut Choices<'_>, lets: &mut Vec<String>) -> String {
    let parts: Vec<String> = how.shuffled(all).iter().map(|n| number_text(n, how, lets)).collect();
    let plain = &mut Choices { bytes: &[], at: 0 };
    let how = if how.yes() { how } else { plain };
    joined(&parts, word, false, how, |part, _| part.clone())
}

/// The project with the metric, written as the choices say.
fn project(number: &Number, choices: &[u8]) -> String {
    let how = &mut Choices { bytes: choices, at: 0 };
    let mut lets = Vec::new();
    // an aggregate, so that it always is a metric
    let text = format!("{} + count(s)", number_text(number, how, &mut lets));
    let block = if lets.is_empty() { String::new() } else { format!(" {{\n{}}}", lets.concat()) };
    let metric = format!("metric m = {text}{block}\n");
    if how.yes() { format!("// rewritten\n{metric}\n{SOURCE}") } else { format!("{SOURCE}{metric}") }
}

fn meaning(text: &str) -> Digest {
    let mut sources = Sources::default();
    sources.add("m.kpi", text);
    let (model, problems) = kepi::compile(&sources, &Settings::default());
    assert!(!problems.has_errors(), "{text}\n{:#?}", problems.sorted());
    meanings(&model)[0]
}

/// The number with its `at`-th place that can be changed changed, counted down in `at`.
fn mutated(number: &Number, at: &mut usize) -> Number {
    match number {
        Number::Count(row) => match row_mutated(row, at) {
            row if hit(at) => Number::Sum(0, row),
            row => Number::Count(row),
        },
        Number::Sum(column, row) => {
            let row = row_mutated(row, at);
            Number::Sum(if hit(at) { (column + 1) % 3 } else { *column }, row)
        }
        Number::Constant(n) => Number::Constant(if hit(at) { n + 1 } else { *n }),
        Number::Parameter => {
            if hit(at) {
                Number::Constant(7)
            } else {
                Number::Parameter
            }
        }
        Number::Add(all) => {
            let all = all.iter().map(|n| mutated(n, at)).collect();
            if hit(at) { Number::Multiply(all) } else { Number::Add(all) }
        }
        Number::Multiply(all) => {
            let all = all.iter().map(|n| mutated(n, at)).collect();
            if hit(at) { Number::Add(all) } else { Number::Multiply(all) }
        }
        Number::Subtract(a, b) => {
            let (a, b) = (mutated(a, at), mutated(b, at));
            if hit(at) { Number::Add(vec![a, b]) } else { Number::Subtract(Box::new(a), Box::new(b)) }
        }
        Number::Divide(a, b) => {
            let (a, b) = (mutated(a, at), mutated(b, at));
            if hit(at) { Number::Multiply(vec![a, b]) } else { Number::Divide(Box::new(a), Box::new(b)) }
        }
    }
}

fn row_mutated(row: &Row, at: &mut usize) -> Row {
    match row {
        Row::Compare(column, operator, number) => {
            let column = if hit(at) { (column + 1) % 3 } else { *column };
            let operator = if hit(at) { (operator + 1) % 4 } else { *operator };
            Row::Compare(column, operator, if hit(at) { number + 1 } else { *number })
        }
        Row::In(members) => match hit(at) {
            // another list, never the same one
            true if members.len() == 1 => Row::In(vec![(members[0] + 1) % 3]),
            true => Row::In(members[..1].to_vec()),
            false => Row::In(members.clone()),
        },
        Row::And(rows) => Row::And(rows.iter().map(|r| row_mutated(r, at)).collect()),
        Row::Or(rows) => Row::Or(rows.iter().map(|r| row_mutated(r, at)).collect()),
        Row::Not(row) => Row::Not(Box::new(row_mutated(row, at))),
    }
}

/// Once, at the place that is counted down to.
fn hit(at: &mut usize) -> bool {
    let here = *at == 1;
    *at = at.saturating_sub(1);
    here
}

fn places(number: &Number) -> usize {
    let mut at = usize::MAX;
    mutated(number, &mut at);
    usize::MAX - at
}

/// Whether an alternative is said more than once, so that changing one of them may change
/// nothing: `x or x` with another `x` beside.
fn says_twice(number: &Number) -> bool {
    let text = format!("{number:?}");
    let parts = text.split("Compare").skip(1).chain(text.split("In([").skip(1));
    let mut parts: Vec<&str> = parts.filter_map(|part| part.split([')', ']']).next()).collect();
    let count = parts.len();
    parts.sort_unstable();
    parts.dedup();
    parts.len() < count
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_rewritten_keeps_its_fingerprint(number in number(), choices in prop::collection::vec(any::<u8>(), 1..40)) {
        let (plain, rewritten) = (project(&number, &[]), project(&number, &choices));
        prop_assert_eq!(meaning(&plain), meaning(&rewritten), "{}\n{}", plain, rewritten);
    }

    #[test]
    fn what_is_changed_changes_it(number in number(), choices in prop::collection::vec(any::<u8>(), 1..40), at in any::<prop::sample::Index>()) {
        prop_assume!(!says_twice(&number));
        let at = 1 + at.index(places(&number));
        let changed = mutated(&number, &mut at.clone());
        let (plain, changed) = (project(&number, &[]), project(&changed, &choices));
        prop_assert_ne!(meaning(&plain), meaning(&changed), "{}\n{}", plain, changed);
    }
}
