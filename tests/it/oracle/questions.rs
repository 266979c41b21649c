//! Random questions to a generated project.

use jiff::ToSpan;
use jiff::civil::date;

use super::answer::Question;
use super::generate::{Generated, Kind};
use super::random::Random;

pub fn question(random: &mut Random, project: &Generated) -> Question {
    let mut metrics = project.metrics.clone();
    random.shuffle(&mut metrics);
    metrics.truncate(1 + random.below(3));
    let mut by: Vec<&(String, Kind)> = project.dimensions.iter().collect();
    random.shuffle(&mut by);
    by.truncate(*random.pick(&[0, 0, 0, 1, 1, 2]));
    let filter = random.percent(15).then(|| filter(random, project));
    let having = random.percent(15).then(|| having(random, &metrics, &by));
    let grains = ["day", "week", "month", "month", "quarter", "year", "fiscal_quarter", "fiscal_year"];
    let every = random.percent(75).then(|| random.pick(&grains).to_string());
    let day = |random: &mut Random| date(2024, 1, 1) + random.between(-20, 120).days();
    let mut question = Question {
        metrics,
        every,
        by: by.into_iter().map(|(name, _)| name.clone()).collect(),
        filter,
        having,
        ..Question::default()
    };
    if random.percent(30) {
        question.as_of = Some(day(random));
    }
    match random.below(6) {
        0 => question.from = Some(day(random)),
        1 => question.to = Some(day(random)),
        2 => {
            let from = day(random);
            (question.from, question.to) = (Some(from), Some(from + random.between(0, 60).days()));
        }
        3 if question.every.is_some() => question.last = Some(random.between(1, 4) as u32),
        _ => {}
    }
    question
}

fn filter(random: &mut Random, project: &Generated) -> String {
    let (name, kind) = random.pick(&project.dimensions);
    condition(random, name, *kind)
}

fn condition(random: &mut Random, name: &str, kind: Kind) -> String {
    if random.percent(25) {
        return format!("{name} is {}", random.pick(&["missing", "present"]));
    }
    match kind {
        Kind::Text => format!("{name} in (\"a\", \"b\", \"é\")"),
        Kind::Bool => format!("not {name}"),
        Kind::Int => format!("{name} > 2"),
        Kind::Date => format!("{name} < 2024-02-29"),
        _ => format!("{name} is present and not ({name} is missing)"),
    }
}

fn having(random: &mut Random, metrics: &[String], by: &[&(String, Kind)]) -> String {
    let metric = random.pick(metrics);
    match (by.first(), random.below(3)) {
        (Some((name, kind)), 0) => condition(random, name, *kind),
        (_, 1) => format!("{metric} is present"),
        _ => format!("{metric} > 1"),
    }
}
