//! What has to hold of every world, whatever is in it: a period opens with what the last
//! one closed with, members add up to the whole, files and threads do not matter, nor does
//! what was not known at the time.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use kepi::table::{Table, Value};

use super::answer::Question;
use super::layouts::Layout;
use super::project::{Declaration, Project};
use super::random::Random;
use super::trial::Trial;
use super::value::Exact;
use super::world::Sheet;

const WORLDS: u64 = 3;

const SUBSCRIPTIONS: &str = r#"
    source customers { key id id : int region : one of (north, south) }
    source subscriptions {
      key   id
      valid starts to ends
      id          : int
      customer_id : int
      mrr         : USD/month
      starts      : date
      ends        : date?
      customer -> customers
    }
    source orders {
      key  id
      time ordered
      id          : int
      customer_id : int?
      amount      : USD
      ordered     : date
      paid        : date?
      customer -> customers
    }
    rollup customer_mrr per subscriptions.customer_id, period {
      opening  = sum(subscriptions.mrr at start)
      closing  = sum(subscriptions.mrr at end)
      change   = closing - opening
      first_on = min(subscriptions.starts ever)
    }
    dimension region = customers.region

    metric opening      = sum(customer_mrr.opening)
    metric closing      = sum(customer_mrr.closing)
    metric new          = sum(customer_mrr.change where opening is 0 and not (first_on before period))
    metric reactivation = sum(customer_mrr.change where opening is 0 and first_on before period)
    metric expansion    = sum(customer_mrr.change where opening > 0 and closing > opening)
    metric contraction  = sum(customer_mrr.change where opening > 0 and closing < opening and closing > 0)
    metric churn        = sum(customer_mrr.change where opening > 0 and closing is 0)

    metric at_start = sum(subscriptions.mrr at start)
    metric at_end   = sum(subscriptions.mrr at end)
    metric running  = count(subscriptions during)
    metric unending = count(subscriptions ever where ends is missing)

    metric revenue  = sum(orders.amount)
    metric recent   = count(orders trailing 30 days)
    metric to_date  = sum(orders.amount year to date)
    metric increase = change(sum(orders.amount))
    metric paid     = sum(orders.amount on paid)
    metric largest  = max(orders.amount)
    metric average_order = average(orders.amount)"#;

/// Days at the edges of months, and others.
fn day(random: &mut Random) -> Date {
    let edges = [date(2024, 1, 1), date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1)];
    match random.percent(40) {
        true => *random.pick(&edges),
        false => date(2023, 11, 20) + random.between(0, 150).days(),
    }
}

fn world(seed: u64) -> Project {
    let random = &mut Random::new(seed);
    let mut project = Project::default();
    project.declarations.push(Declaration { head: SUBSCRIPTIONS.to_string(), items: Vec::new() });
    let customers = (0..8).map(|id| vec![id.to_string(), (*random.pick(&["north", "south"])).to_string()]);
    let customers = customers.collect();
    let subscriptions = (0..40).map(|id| {
        let (a, b) = (day(random), day(random));
        // some end on the day they begin, many go on
        let ends = if random.percent(40) { String::new() } else { a.max(b).to_string() };
        let mrr = (10 * random.between(1, 6)).to_string();
        vec![id.to_string(), random.below(8).to_string(), mrr, a.min(b).to_string(), ends]
    });
    let subscriptions = subscriptions.collect();
    let orders = (0..50).map(|id| {
        let customer = if random.percent(15) { String::new() } else { random.below(10).to_string() };
        let amount = format!("{}.{:02}", random.between(-5, 90), random.below(100));
        let paid = if random.percent(30) { String::new() } else { day(random).to_string() };
        vec![id.to_string(), customer, amount, day(random).to_string(), paid]
    });
    let orders = orders.collect();
    let sheet = |header: &str, rows| Sheet { header: header.split(',').map(str::to_string).collect(), rows };
    project.data.insert("customers".into(), sheet("id,region", customers));
    project.data.insert("subscriptions".into(), sheet("id,customer_id,mrr,starts,ends", subscriptions));
    project.data.insert("orders".into(), sheet("id,customer_id,amount,ordered,paid", orders));
    project
}

fn question(metrics: &[&str], every: &str) -> Question {
    let metrics = metrics.iter().map(|m| (*m).to_string()).collect();
    Question { metrics, every: Some(every.to_string()), ..Question::default() }
}

fn each_world(check: impl Fn(&Project, &Trial)) {
    for seed in 0..WORLDS {
        let project = world(seed);
        let trial = Trial::new(&project).unwrap_or_else(|problems| panic!("{}", problems.join("\n")));
        check(&project, &trial);
    }
}

/// Of a period without rows there is nothing to add.
fn number(value: &Value) -> Exact {
    match value {
        Value::Int(n) => Exact::new(*n, 0),
        Value::Decimal { digits, scale } => Exact::new(*digits, u32::from(*scale)),
        Value::Missing => Exact::whole(0),
        other => panic!("{other:?} is no exact number"),
    }
}

/// The columns of the metrics, row by row.
fn numbers(table: &Table, metrics: usize) -> Vec<Vec<Exact>> {
    let of_row = |values: &Vec<Value>| values[values.len() - metrics..].iter().map(number).collect();
    table.rows.iter().map(|row| of_row(&row.values)).collect()
}

#[test]
fn a_period_opens_with_what_the_last_one_closed_with() {
    each_world(|_, trial| {
        for every in ["month", "week"] {
            // up to the period after the last that has begun
            let to = Some(date(2024, 4, 30));
            let as_of = Some(date(2024, 3, 20));
            let asked = Question { to, as_of, ..question(&["at_start", "at_end"], every) };
            let table = trial.table(&asked);
            let begun = table.rows.iter().filter(|row| match &row.values[0] {
                Value::Period(period) => period.start <= date(2024, 3, 20),
                _ => false,
            });
            let begun = begun.count();
            let rows = numbers(&table, 2);
            assert!(rows.len() > begun && begun > 1);
            (1..=begun).for_each(|n| assert_eq!(rows[n - 1][1], rows[n][0], "every {every}, row {n}"));
        }
    });
}

#[test]
fn opening_and_movements_are_closing() {
    let metrics = ["opening", "new", "reactivation", "expansion", "contraction", "churn", "closing"];
    each_world(|_, trial| {
        for row in numbers(&trial.table(&question(&metrics, "month")), metrics.len()) {
            let moved = row[..6].iter().fold(Exact::whole(0), |sum, n| sum.plus(*n));
            assert_eq!(moved, row[6], "{row:?}");
        }
        let asked = question(&["opening", "at_start", "closing", "at_end"], "month");
        for row in numbers(&trial.table(&asked), 4) {
            assert_eq!((row[0], row[2]), (row[1], row[3]));
        }
    });
}

#[test]
fn members_add_up_to_the_whole() {
    let metrics = ["revenue", "recent", "to_date", "increase", "paid", "at_start", "at_end", "running"];
    each_world(|_, trial| {
        let asked = question(&metrics, "month");
        let whole = trial.table(&asked);
        let members = trial.table(&Question { by: vec!["region".to_string()], ..asked });
        let of_members = numbers(&members, metrics.len());
        for (row, wanted) in whole.rows.iter().zip(numbers(&whole, metrics.len())) {
            let own = members.rows.iter().zip(&of_members).filter(|(r, _)| r.values[0] == row.values[0]);
            let sums = own.fold(vec![Exact::whole(0); metrics.len()], |sums, (_, row)| {
                sums.iter().zip(row).map(|(a, b)| a.plus(*b)).collect()
            });
            assert_eq!(sums, wanted, "{:?}", row.values[0]);
        }
    });
}

#[test]
fn files_rows_and_threads_do_not_matter() {
    let metrics = ["closing", "churn", "revenue", "recent", "increase", "largest", "average_order"];
    each_world(|_, trial| {
        let asked = Question { by: vec!["region".to_string()], ..question(&metrics, "month") };
        let wanted = format!("{:?}", trial.table(&asked));
        let ways =
            [(Layout::Csv, 7), (Layout::Shuffled, 1), (Layout::SplitCsv, 4), (Layout::SplitParquet, 2)];
        for (layout, partitions) in ways {
            let found = format!("{:?}", trial.table_of(&asked, layout, partitions));
            assert_eq!(found, wanted, "{layout:?}, {partitions} partitions");
        }
    });
}

/// The data as it was at the end of a day: rows dated later are not there, later ends are
/// missing.
fn cut(project: &Project, day: Date) -> Project {
    let day = day.to_string();
    let mut project = project.clone();
    for (name, begins, ends) in [("subscriptions", 3, Some(4)), ("orders", 3, None)] {
        let rows = &mut project.data.get_mut(name).expect("a sheet").rows;
        rows.retain(|row| row[begins] <= day);
        if let Some(ends) = ends {
            rows.iter_mut().filter(|row| row[ends] > day).for_each(|row| row[ends].clear());
        }
    }
    project
}

#[test]
fn the_past_stays_what_it_was() {
    let metrics = [
        "opening",
        "closing",
        "churn",
        "running",
        "unending",
        "revenue",
        "recent",
        "increase",
        "average_order",
    ];
    each_world(|project, trial| {
        for day in [date(2024, 1, 31), date(2024, 2, 14)] {
            let of_then = Trial::new(&cut(project, day)).unwrap_or_else(|p| panic!("{}", p.join("\n")));
            for by in [Vec::new(), vec!["region".to_string()]] {
                let asked = Question { as_of: Some(day), by, ..question(&metrics, "month") };
                let (now, then) = (trial.table(&asked), of_then.table(&asked));
                assert_eq!(format!("{now:?}"), format!("{then:?}"), "as of {day}");
            }
        }
    });
}
