//! Pictures of a whole table: one at a time, never added up.

use kepi::query::Ask;

use super::{World, as_of, ask, every};

const PIPELINE: &str = "
    source pipeline {
      key id, taken_on
      snapshot taken_on
      where stage is not \"closed\"
      id       : text
      taken_on : date
      stage    : text
      amount   : USD
    }
    dimension stage = pipeline.stage
    metric open_amount = sum(pipeline.amount at end)
    metric opening     = count(pipeline at start)
    metric mean        = average(pipeline.amount)
";

const PICTURES: &str = "
    id, taken_on,   stage,  amount
    a,  2026-01-10, new,    10
    b,  2026-01-10, new,    20
    a,  2026-01-31, talks,  15
    b,  2026-01-31, closed, 20
    a,  2026-02-15, closed, 15
    a,  2026-03-31, talks,   7
";

#[test]
fn pictures() {
    // of the picture of February a `where` leaves nothing, but it is the last one
    let world = World::new(PIPELINE, &[("pipeline", PICTURES)]);
    world.check(
        every("month", ask(&["open_amount", "opening", "mean"], &[])),
        "2026-01, 15.00, 0, 15
         2026-02,  0.00, 1,
         2026-03,  7.00, 0, 7",
    );
    world
        .check(every("month", as_of("2026-01-30", ask(&["open_amount"], &["stage"]))), "2026-01, new, 30.00");
    world.check(every("quarter", as_of("2026-02-20", ask(&["open_amount"], &[]))), "2026-Q1, 0.00");
    world.check(
        every("day", Ask { last: Some(2), ..as_of("2026-02-01", ask(&["open_amount"], &[])) }),
        "2026-01-31, 15.00\n 2026-02-01, 15.00",
    );
}

#[test]
fn pictures_of_an_empty_table() {
    let world = World::new(PIPELINE, &[("pipeline", "id,taken_on,stage,amount")]);
    world.check(ask(&["open_amount", "mean"], &[]), "0.00, ");
}

#[test]
fn two_pictures_of_one_day() {
    let world = World::new(
        "source stock {
           snapshot taken_at
           item     : text
           taken_at : timestamp
           pieces   : count
         }
         metric pieces = sum(stock.pieces at end)",
        &[(
            "stock",
            "item, taken_at, pieces\n x, 2026-01-31T08:00, 5\n x, 2026-01-31T20:00, 3\n y, 2026-01-31T20:00, 4\n x, 2026-02-03T08:00, 1",
        )],
    );
    world.check(every("month", ask(&["pieces"], &[])), "2026-01, 7\n 2026-02, 1");
}

#[test]
fn what_is_in_force_in_a_picture() {
    let world = World::new(
        "source contracts {
           snapshot taken_on
           valid starts_on to ends_on
           taken_on  : date
           starts_on : date
           ends_on   : date?
           mrr       : USD/month
         }
         metric mrr = sum(contracts.mrr at end)",
        &[(
            "contracts",
            "taken_on, starts_on, ends_on, mrr
             2026-01-15, 2026-01-01, 2026-02-10, 1
             2026-01-15, 2026-02-05, , 10
             2026-02-20, 2026-01-01, 2026-02-10, 2
             2026-02-20, 2026-02-05, , 20",
        )],
    );
    // at the end of January the second is there to be seen, but not in force yet
    world.check(every("month", ask(&["mrr"], &[])), "2026-01, 1.00\n 2026-02, 20.00");
}
