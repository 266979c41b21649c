//! Random questions to a generated project.

use jiff::ToSpan;
use jiff::civil::date;

use super::answer::Question;
use super::generate::{Generated, Kind, Named};
use super::random::Random;

pub fn question(random: &mut Random, project: &Generated) -> Question {
    let mut metrics = project.metrics.clone();
    random.shuffle(&mut metrics);
    metrics.truncate(1 + random.below(3));
    let fits = |d: &&Named| metrics.iter().all(|m| project.fits(m, d));
    let mut by: Vec<&Named> = project.dimensions.iter().filter(fits).collect();
    random.shuffle(&mut by);
    let filter = by.last().filter(|_| random.percent(20)).map(|d| condition(random, &d.name, d.kind));
    by.truncate(*random.pick(&[0, 0, 0, 1, 1, 2]));
    // a rank is asked by its dimension
    let ranked =
        |d: &&Named| metrics.iter().any(|m| project.text_of(m).contains(&format!("over {}", d.name)));
    let more: Vec<&Named> = project.dimensions.iter().filter(ranked).collect();
    more.into_iter().for_each(|d| {
        if !by.iter().any(|b| b.name == d.name) && by.len() < 3 {
            by.push(d);
        }
    });
    let having = random.percent(15).then(|| having(random, &metrics, &by));
    let every = random.percent(75).then(|| random.pick(&project.grains).clone());
    let day = |random: &mut Random| date(2024, 1, 1) + random.between(-20, 120).days();
    let mut question = Question {
        metrics: metrics.iter().map(|m| m.name.clone()).collect(),
        every,
        by: by.into_iter().map(|d| d.name.clone()).collect(),
        filter,
        having,
        ..Question::default()
    };
    if random.percent(50) {
        question.as_of = Some(day(random));
    }
    match random.below(6) {
        0 | 5 => question.from = Some(day(random)),
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

fn having(random: &mut Random, metrics: &[Named], by: &[&Named]) -> String {
    let metric = random.pick(metrics);
    match (by.first(), random.below(3)) {
        (Some(dimension), 0) => condition(random, &dimension.name, dimension.kind),
        (_, 1) => format!("{} is present", metric.name),
        _ => match metric.kind {
            Kind::Date => format!("{} > 2024-01-31", metric.name),
            Kind::Days => format!("{} > 1 day", metric.name),
            _ => format!("{} > 1", metric.name),
        },
    }
}
