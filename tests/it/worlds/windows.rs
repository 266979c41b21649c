//! Windows over several periods: different values are counted once in each, however many rows
//! they have there, and all shapes of a plan give the same.

use kepi::query::Ask;

use super::{World, as_of, ask, every};

const VISITS: &str = "
    source visits {
      time on_day
      customer : text?
      region   : one of (north, south)
      on_day   : date
      minutes  : number
    }
    dimension region = visits.region
    metric visits_made   = count(visits)
    metric visitors      = count(distinct visits.customer)
    metric in_60_days    = count(distinct visits.customer trailing 60 days)
    metric in_the_year   = count(distinct visits.customer year to date)
    metric ever_since    = count(distinct visits.customer all to date)
    metric ever          = count(distinct visits.customer ever)
    metric long_visitors = count(distinct visits.customer trailing 60 days where minutes > 4)
    metric regions       = count(distinct visits.region trailing 60 days)
    metric visits_60     = count(visits trailing 60 days)
    metric known_60      = count(visits.customer trailing 60 days)
    metric minutes_60    = sum(visits.minutes trailing 60 days)
    metric middle_60     = median(visits.minutes trailing 60 days)
    metric longest_60    = max(visits.minutes trailing 60 days)
    metric middle_ever   = median(visits.minutes ever)
    metric first_60      = first(visits.minutes trailing 60 days)
    metric last_60       = last(visits.minutes trailing 60 days where customer is present)
    metric spread_60     = stddev(visits.minutes trailing 60 days)
    metric high_60       = percentile(75%, visits.minutes trailing 60 days)
";

const ROWS: &str = "
    customer, region, on_day,     minutes
    x,        north,  2025-12-03, 1
    x,        north,  2026-01-20, 2
    y,        south,  2026-01-31, 3
    x,        south,  2026-02-10, 4
    ,         south,  2026-02-11, 5
    z,        south,  2026-02-28, 6
    y,        south,  2026-04-28, 7";

fn world() -> World {
    World::new(VISITS, &[("visits", ROWS)])
}

fn monthly(metrics: &[&str], by: &[&str]) -> Ask {
    Ask { from: Some("2026-01".into()), ..as_of("2026-05-20", every("month", ask(metrics, by))) }
}

/// The 60 days end on 31 January (begun on 3 December), 28 February (31 December), 31 March
/// (31 January), 30 April (2 March), and in May on the 20th (22 March).
#[test]
fn different_customers_in_windows() {
    world().check(
        monthly(&["visitors", "in_60_days", "in_the_year", "ever_since", "ever"], &[]),
        "2026-01, 2, 2, 2, 2, 3
         2026-02, 2, 3, 3, 3, 3
         2026-03, 0, 3, 3, 3, 3
         2026-04, 1, 1, 3, 3, 3
         2026-05, 0, 1, 3, 3, 3",
    );
}

#[test]
fn beside_other_aggregates_and_filters() {
    world().check(
        monthly(&["in_60_days", "long_visitors", "regions", "visits_60", "known_60"], &[]),
        "2026-01, 2, 0, 2, 3, 3
         2026-02, 3, 1, 2, 5, 4
         2026-03, 3, 1, 1, 4, 3
         2026-04, 1, 1, 1, 1, 1
         2026-05, 1, 1, 1, 1, 1",
    );
    world().check(
        monthly(&["minutes_60", "middle_60", "longest_60", "middle_ever"], &[]),
        "2026-01, 6, 2, 3, 4
         2026-02, 20, 4, 6, 4
         2026-03, 18, 4.5, 6, 4
         2026-04, 7, 7, 7, 4
         2026-05, 7, 7, 7, 4",
    );
}

/// North: 1 and 2 in January's window, 2 in February's. South: 3, then 3 to 6, then 7.
#[test]
fn what_needs_the_rows_themselves() {
    world().check(
        monthly(&["first_60", "last_60", "spread_60", "high_60", "minutes_60", "middle_60"], &["region"]),
        "2026-01, north, 1, 2, 0.7071067811865476, 1.75, 3, 1.5
         2026-01, south, 3, 3, , 3, 3, 3
         2026-02, north, 2, 2, , 2, 2, 2
         2026-02, south, 3, 6, 1.2909944487358056, 5.25, 18, 4.5
         2026-03, south, 3, 6, 1.2909944487358056, 5.25, 18, 4.5
         2026-04, south, 7, 7, , 7, 7, 7
         2026-05, south, 7, 7, , 7, 7, 7",
    );
}

#[test]
fn by_region() {
    // in March no one of the north is left in the window, but they are ever
    world().check(
        monthly(&["in_60_days", "visits_60", "ever"], &["region"]),
        "2026-01, north, 1, 2, 1\n 2026-01, south, 1, 1, 3
         2026-02, north, 1, 1, 1\n 2026-02, south, 3, 4, 3
         2026-03, north, 0, 0, 1\n 2026-03, south, 3, 4, 3
         2026-04, north, 0, 0, 1\n 2026-04, south, 1, 1, 3
         2026-05, north, 0, 0, 1\n 2026-05, south, 1, 1, 3",
    );
}

#[test]
fn more_days_than_bits() {
    let daily = |from: &str, to: &str| Ask {
        from: Some(from.into()),
        to: Some(to.into()),
        ..as_of("2026-05-20", every("day", ask(&["in_60_days", "long_visitors", "visits_60"], &[])))
    };
    let all = world().run(daily("2025-12-01", "2026-05-20")).expect("an answer");
    assert_eq!(all.lines().count(), 31 + 31 + 28 + 31 + 30 + 20);
    for (day, expected) in [
        ("2025-12-02", "0,0,0"),
        ("2025-12-03", "1,0,1"),
        ("2026-01-30", "1,0,2"),
        ("2026-01-31", "2,0,3"),
        ("2026-02-01", "2,0,2"),
        ("2026-02-28", "3,1,5"),
        ("2026-04-10", "2,1,3"),
        ("2026-04-28", "2,2,2"),
        ("2026-04-29", "1,1,1"),
    ] {
        let line = format!("{day},{expected}");
        assert!(all.lines().any(|l| l == line), "{line} is not in\n{all}");
        world().check(daily(day, day), &line);
    }
}

#[test]
fn the_plan_says_how() {
    let world = world();
    let plan = |metrics: &[&str]| world.opened.explain(&monthly(metrics, &["region"])).expect("a plan").query;
    let all = plan(&["in_60_days", "visits_60", "ever", "middle_60", "visitors"]);
    for words in [
        "values first, each with the set of its periods: ",
        "counted once for all periods: every row counts in every period",
        "rows kept once, each period looks at its own: percentile(0.5) needs the rows themselves",
    ] {
        assert!(all.contains(words), "{words}\n{all}");
    }
    let added = plan(&["visits_60", "known_60"]);
    assert!(added.contains("added where rows begin, taken away where they end: "), "{added}");
}
