//! Sources and columns of rarer kinds: prices in force, rates of a moment, pictures,
//! neighbours, conditions that are not yet known, rollups, calendars.

use super::generate::{Column, Kind, Link, Rollup, Source, add_stored};
use super::phrases::{Phrases, Scope};
use super::project::Declaration;
use super::random::Random;

pub fn add(random: &mut Random, sources: &mut Vec<Source>) {
    let base = sources.len();
    if random.percent(30) {
        let mut prices =
            Source { name: "prices".to_string(), key: vec!["item".to_string()], ..Source::default() };
        add_stored(&mut prices, "item", Kind::Int, false);
        add_stored(&mut prices, "since", Kind::Date, false);
        add_stored(&mut prices, "until", Kind::Date, true);
        add_stored(&mut prices, "price", Kind::Money, random.percent(50));
        add_stored(&mut prices, "tier", Kind::Text, true);
        prices.valid = Some(("since".to_string(), "until".to_string()));
        sources.push(prices);
        link_in_time(random, sources, base, "price", "at");
    }
    if random.percent(30) {
        let kind = if random.percent(30) { Kind::Instant } else { Kind::Date };
        let mut rates =
            Source { name: "rates".to_string(), key: vec!["item".to_string()], ..Source::default() };
        add_stored(&mut rates, "item", Kind::Int, false);
        add_stored(&mut rates, "set_on", kind, false);
        add_stored(&mut rates, "rate", Kind::Number, true);
        add_stored(&mut rates, "tier", Kind::Text, false);
        rates.time = Some("set_on".to_string());
        sources.push(rates);
        link_in_time(random, sources, base, "rate", "latest before");
    }
    if random.percent(30) {
        stock(random, sources);
    }
}

/// From a source of the first ones, by a column `item` and a date.
fn link_in_time(random: &mut Random, sources: &mut [Source], base: usize, name: &str, how: &str) {
    let from = random.below(base);
    let target = sources.len() - 1;
    let there = sources[target].name.clone();
    let source = &mut sources[from];
    let dates: Vec<String> = source
        .columns
        .iter()
        .filter(|c| c.stored && matches!(c.kind, Kind::Date | Kind::Instant))
        .map(|c| c.name.clone())
        .collect();
    if dates.is_empty() {
        return;
    }
    let date = random.pick(&dates).clone();
    let item = format!("{name}_item");
    add_stored(source, &item, Kind::Int, random.percent(30));
    let within = if how == "at" || random.percent(50) {
        ""
    } else {
        *random.pick(&[" within 20 days", " within 1 month"])
    };
    source.items.push(format!("{name} -> {there} via {item} {how} {date}{within}"));
    source.links.push(Link { name: name.to_string(), target, via: vec![item], dated: true });
}

fn stock(random: &mut Random, sources: &mut Vec<Source>) {
    let kind = if random.percent(25) { Kind::Instant } else { Kind::Date };
    let mut stock = Source { name: "stock".to_string(), key: vec!["item".to_string()], ..Source::default() };
    add_stored(&mut stock, "item", Kind::Int, false);
    add_stored(&mut stock, "taken", kind, false);
    add_stored(&mut stock, "pieces", Kind::Int, random.percent(30));
    add_stored(&mut stock, "value", Kind::Money, true);
    add_stored(&mut stock, "shelf", Kind::Text, true);
    stock.snapshot = Some("taken".to_string());
    if random.percent(30) {
        add_stored(&mut stock, "begins", Kind::Date, false);
        add_stored(&mut stock, "ends", Kind::Date, true);
        stock.valid = Some(("begins".to_string(), "ends".to_string()));
    }
    if random.percent(20) {
        stock.filters.push("pieces > 0".to_string());
    }
    let to = sources.len();
    if let Some(target) = (0..to)
        .find(|i| sources[*i].key.len() == 1 && !["prices", "rates"].contains(&sources[*i].name.as_str()))
    {
        let there = sources[target].name.clone();
        add_stored(&mut stock, "owner_id", Kind::Int, true);
        stock.items.push(format!("owner -> {there}"));
        stock.links.push(Link {
            name: "owner".to_string(),
            target,
            via: vec!["owner_id".to_string()],
            dated: false,
        });
    }
    sources.push(stock);
}

/// A column that looks at the rows before and after.
pub fn add_neighbour(random: &mut Random, source: &mut Source) {
    if !random.percent(25) {
        return;
    }
    let named = |kinds: &[Kind]| {
        let fits = source.columns.iter().filter(|c| c.stored && kinds.contains(&c.kind));
        fits.cloned().collect::<Vec<Column>>()
    };
    let per = named(&[Kind::Text, Kind::Stage, Kind::Bool, Kind::Int]);
    let by = named(&[Kind::Date, Kind::Int, Kind::Number, Kind::Instant]);
    let value = named(&[Kind::Money, Kind::Int, Kind::Text, Kind::Date, Kind::Number]);
    let (per, by, value) = (random.pick(&per).clone(), random.pick(&by).clone(), random.pick(&value).clone());
    let by = match source.time.is_some() && random.percent(50) {
        true => String::new(),
        false => format!(" by {}", by.name),
    };
    let (text, kind) = match random.below(3) {
        0 => (format!("position(per {}{by})", per.name), Kind::Int),
        1 => (format!("previous({} per {}{by})", value.name, per.name), value.kind),
        _ => (format!("next({} per {}{by})", value.name, per.name), value.kind),
    };
    source.items.push(format!("beside = {text}"));
    source.columns.push(Column { name: "beside".to_string(), kind, optional: true, stored: false });
}

/// Columns that ask `within`.
pub fn add_open(random: &mut Random, source: &mut Source) {
    let dates = |kind: Kind| {
        let fits = source.columns.iter().filter(|c| c.stored && c.kind == kind);
        fits.map(|c| c.name.clone()).collect::<Vec<String>>()
    };
    let mut dates = dates(if random.percent(30) { Kind::Instant } else { Kind::Date });
    if dates.len() < 2 || !random.percent(60) {
        return;
    }
    random.shuffle(&mut dates);
    let (a, b) = (&dates[0], &dates[1]);
    let length = *random.pick(&["5 days", "30 days", "1 month", "2 weeks"]);
    let side = *random.pick(&["after", "after", "before"]);
    let condition = format!("{a} within {length} {side} {b}");
    source.items.push(format!("soon = {condition}"));
    source.columns.push(Column { name: "soon".to_string(), kind: Kind::Open, optional: true, stored: false });
}

pub fn calendar(random: &mut Random) -> Declaration {
    let weeks = *random.pick(&["4-4-5", "4-5-4", "5-4-4"]);
    let which = *random.pick(&["first", "last", "nearest"]);
    let weekday = *random.pick(&["sunday", "monday", "saturday", "wednesday"]);
    let month = *random.pick(&["january", "february", "march", "december"]);
    let head = format!("calendar shop {{ weeks {weeks}, year starts {which} {weekday} of {month} }}");
    Declaration { head, items: Vec::new() }
}

/// Rows made of aggregates, per row of a source or per columns of one.
pub fn add_rollup(random: &mut Random, sources: &mut Vec<Source>, base: usize) {
    if !random.percent(40) {
        return;
    }
    let of = random.below(base);
    let (mut rollup, key) = match random.percent(50) {
        true => per_source(sources, of),
        false => match per_columns(random, sources, of) {
            Some(rollup) => rollup,
            None => per_source(sources, of),
        },
    };
    let period = *random.pick(&["", ", period", ", period", ", period", ", month", ", week", ", quarter"]);
    let follows_the_question = period == ", period";
    rollup.rollup = Some(Rollup { per: format!("{key}{period}"), follows_the_question });
    if !period.is_empty() && !follows_the_question {
        rollup.time = Some(period[2..].to_string());
    }
    let leads_here = |s: &usize| *s == of || sources[*s].links.iter().any(|l| l.target == of && !l.dated);
    let from: Vec<usize> = (0..base).filter(leads_here).collect();
    for n in 0..2 + random.below(2) {
        let name = format!("a{n}");
        let before = rollup.columns.iter().find(|c| c.name == "a0").cloned();
        let (text, kind) = match (n, before) {
            (2, Some(before)) if random.percent(60) => {
                let text = match random.below(4) {
                    0 => "prior(a0)".to_string(),
                    1 => "prior(a0, 1 year)".to_string(),
                    2 => "a0 - prior(a0)".to_string(),
                    _ => "a0 + a0".to_string(),
                };
                (text, before.kind)
            }
            _ => {
                let source = *random.pick(&from);
                let links: Vec<&Link> = sources[source].links.iter().filter(|l| !l.dated).collect();
                let via = match !links.is_empty() && random.percent(30) {
                    true => format!(" via {}", random.pick(&links).name),
                    false => String::new(),
                };
                let scope = Scope { sources, source, prefix: "", open: false };
                Phrases { random, scope }.aggregate_via(&via)
            }
        };
        rollup.items.push(format!("{name} = {text}"));
        rollup.columns.push(Column { name, kind, optional: true, stored: false });
    }
    sources.push(rollup);
}

fn per_source(sources: &[Source], of: usize) -> (Source, String) {
    let base = &sources[of];
    let link = Link { name: base.name.clone(), target: of, via: base.key.clone(), dated: false };
    (Source { name: "kept".to_string(), links: vec![link], ..Source::default() }, base.name.clone())
}

fn per_columns(random: &mut Random, sources: &[Source], of: usize) -> Option<(Source, String)> {
    let base = &sources[of];
    let kinds = [Kind::Text, Kind::Stage, Kind::Int, Kind::Bool];
    let fits: Vec<&Column> = base.columns.iter().filter(|c| c.stored && kinds.contains(&c.kind)).collect();
    let column = (!fits.is_empty()).then(|| (*random.pick(&fits)).clone())?;
    let links = base.links.iter().filter(|l| !l.dated && l.via == [column.name.clone()]).cloned().collect();
    let key = format!("{}.{}", base.name, column.name);
    let columns = vec![Column { optional: false, ..column }];
    Some((Source { name: "kept".to_string(), links, columns, ..Source::default() }, key))
}
