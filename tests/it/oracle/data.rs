//! Random rows: few values, so that they tie; dates at the edges of periods; missing
//! values, links that lead nowhere, intervals without an end.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::generate::{Column, Kind, STAGES, Source};
use super::random::Random;
use super::world::{Data, Sheet};

pub fn data(random: &mut Random, sources: &[Source]) -> Data {
    let wide = random.percent(20);
    let stored: Vec<&Source> = sources.iter().filter(|s| s.rollup.is_none()).collect();
    let sheets: Vec<Sheet> = stored.iter().map(|source| sheet(random, source, wide)).collect();
    stored.iter().map(|s| s.name.clone()).zip(sheets).collect()
}

fn sheet(random: &mut Random, source: &Source, wide: bool) -> Sheet {
    let count = match random.below(10) {
        0 => random.below(3),
        1..5 => 5 + random.below(6),
        _ => 10 + random.below(16),
    };
    let columns: Vec<&Column> = source.columns.iter().filter(|c| c.stored).collect();
    let mut keys = Vec::new();
    let rows = (0..count).map(|n| {
        let key = match source.key[0].as_str() {
            // several rows of one item: prices, rates, pictures
            "item" => vec![(n % 5).to_string()],
            _ => key(n, source.key.len()),
        };
        keys.push(key.clone());
        let field = |column: &&Column| match source.key.iter().position(|k| *k == column.name) {
            Some(part) => key[part].clone(),
            None => field(random, source, column, wide),
        };
        columns.iter().map(field).collect::<Vec<String>>()
    });
    let mut rows: Vec<Vec<String>> = rows.collect();
    order_validity(random, source, &columns, &mut rows);
    let place = |name: &str| columns.iter().position(|c| c.name == name).expect("a column");
    match source.name.as_str() {
        "prices" => one_after_the_other(&mut rows, place("item"), place("since"), place("until")),
        "rates" => once_each(&mut rows, place("item"), place("set_on")),
        "stock" => in_pictures(random, &mut rows, place("item"), place("taken"), wide),
        _ => {}
    }
    match source.keep.as_deref() {
        Some("distinct") => {
            for row in rows.clone() {
                (0..random.below(3)).for_each(|_| rows.push(row.clone()));
            }
        }
        Some(_) => several_versions(random, source, &columns, &mut rows, place("changed"), wide),
        None => {}
    }
    random.shuffle(&mut rows);
    Sheet { header: columns.iter().map(|c| c.name.clone()).collect(), rows }
}

/// Of two columns, each alone occurs several times.
fn key(n: usize, columns: usize) -> Vec<String> {
    match columns {
        1 => vec![n.to_string()],
        _ => vec![(n / 3).to_string(), (n % 3).to_string()],
    }
}

fn field(random: &mut Random, source: &Source, column: &Column, wide: bool) -> String {
    if column.optional && random.percent(25) {
        return String::new();
    }
    // of a link: some lead nowhere
    if let Some(link) = source.links.iter().find(|l| l.via.contains(&column.name)) {
        return match link.via.len() {
            1 if link.dated => random.between(0, 5).to_string(),
            1 => random.between(0, 14).to_string(),
            _ => random.between(0, 4).to_string(),
        };
    }
    match column.kind {
        Kind::Int | Kind::Days => random.between(-4, 12).to_string(),
        Kind::Money => {
            let cents =
                if random.percent(50) { random.between(-5, 12) * 1000 } else { random.between(-3000, 9999) };
            let sign = if cents < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
        }
        Kind::Number => match random.below(3) {
            0 => (random.between(-20, 20) as f64 / 4.0).to_string(),
            1 => (random.between(-30, 100) as f64 / 10.0).to_string(),
            _ => (random.between(-10_000, 90_000) as f64 / 997.0).to_string(),
        },
        Kind::Text => (*random.pick(&["a", "a", "b", "B", "ab", "é", " a ", "x, \"y\""])).to_string(),
        Kind::Bool => (*random.pick(&["true", "false"])).to_string(),
        Kind::Stage => (*random.pick(&STAGES)).replace("won", "Closed Won"),
        Kind::Date => day(random, wide).to_string(),
        Kind::Instant => instant(random, wide),
        Kind::Open => panic!("only computed"),
    }
}

/// Intervals of one item do not overlap.
fn one_after_the_other(rows: &mut Vec<Vec<String>>, item: usize, since: usize, until: usize) {
    rows.sort_by_key(|row| (row[item].clone(), row[since].clone()));
    rows.retain(|row| row[until].is_empty() || row[since] < row[until]);
    rows.dedup_by(|b, a| a[item] == b[item] && a[since] == b[since]);
    for n in 1..rows.len() {
        let next = rows[n][since].clone();
        let same = rows[n - 1][item] == rows[n][item];
        let until = &mut rows[n - 1][until];
        if same && (until.is_empty() || *until > next) {
            *until = next;
        }
    }
}

fn once_each(rows: &mut Vec<Vec<String>>, item: usize, at: usize) {
    rows.sort_by_key(|row| (row[item].clone(), row[at].clone()));
    rows.dedup_by(|b, a| a[item] == b[item] && a[at] == b[at]);
}

/// Each item once a picture; some pictures lack some.
fn in_pictures(random: &mut Random, rows: &mut Vec<Vec<String>>, item: usize, taken: usize, wide: bool) {
    let instant = rows.first().is_some_and(|row| row[taken].contains('T'));
    let mut moments: Vec<String> = (0..2 + random.below(5))
        .map(|_| if instant { self::instant(random, wide) } else { day(random, wide).to_string() })
        .collect();
    moments.sort();
    moments.dedup();
    for row in rows.iter_mut() {
        row[taken] = random.pick(&moments).clone();
    }
    once_each(rows, item, taken);
}

/// Rows of the same key, each with another `changed`.
fn several_versions(
    random: &mut Random,
    source: &Source,
    columns: &[&Column],
    rows: &mut Vec<Vec<String>>,
    changed: usize,
    wide: bool,
) {
    for row in rows.clone() {
        for _ in 0..random.below(3) {
            let mut other = row.clone();
            for (place, column) in columns.iter().enumerate() {
                if !source.key.contains(&column.name) && random.percent(60) {
                    other[place] = field(random, source, column, wide);
                }
            }
            other[changed] = field(random, source, columns[changed], wide);
            let known = |r: &Vec<String>| {
                let key = |r: &Vec<String>| r[..source.key.len()].to_vec();
                key(r) == key(&other) && r[changed] == other[changed]
            };
            if !rows.iter().any(known) {
                rows.push(other);
            }
        }
    }
}

fn day(random: &mut Random, wide: bool) -> Date {
    let edges = [
        date(2023, 12, 31),
        date(2024, 1, 1),
        date(2024, 1, 31),
        date(2024, 2, 1),
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2024, 3, 1),
        date(2024, 3, 31),
        date(2024, 4, 1),
    ];
    if wide {
        return date(2022, 10, 1) + random.between(0, 900).days();
    }
    match random.percent(40) {
        true => *random.pick(&edges),
        false => date(2023, 12, 10) + random.between(0, 150).days(),
    }
}

/// Also at the days on which clocks change.
fn instant(random: &mut Random, wide: bool) -> String {
    let day = match random.percent(15) {
        true => *random.pick(&[date(2024, 3, 31), date(2024, 3, 10)]),
        false => day(random, wide),
    };
    let hour = *random.pick(&[0, 0, 1, 2, 4, 5, 12, 22, 23]);
    let minute = *random.pick(&[0, 30, 59]);
    format!("{day}T{hour:02}:{minute:02}:00Z")
}

/// Most intervals end after they begin, some on the same day, few before.
fn order_validity(random: &mut Random, source: &Source, columns: &[&Column], rows: &mut [Vec<String>]) {
    let Some((from, to)) = &source.valid else { return };
    let place = |name: &String| columns.iter().position(|c| c.name == *name).expect("a column");
    let (from, to) = (place(from), place(to));
    for row in rows {
        if !row[to].is_empty() && row[to] < row[from] && !random.percent(5) {
            row.swap(from, to);
        }
        if !row[to].is_empty() && random.percent(10) {
            row[to] = row[from].clone();
        }
    }
}
