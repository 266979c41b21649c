//! The newest date in the data, by which everything is known.

use super::{World, as_of, ask, every};

/// Deals that are open have begun, though no deal has been closed since.
#[test]
fn what_comes_into_force_is_news() {
    const DEALS: &str = "
        source deals {
          time closed_on
          valid created_on to closed_on
          amount     : USD
          created_on : date
          closed_on  : date?
        }
        metric created  = count(deals on created_on)
        metric pipeline = sum(deals.amount at end)
    ";
    const ROWS: &str = "
        amount, created_on, closed_on
        1,      2026-01-05, 2026-01-20
        2,      2026-01-10,
        4,      2026-03-15,";
    let world = World::new(DEALS, &[("deals", ROWS)]);
    world.check(
        every("month", ask(&["created", "pipeline"], &[])),
        "2026-01, 2, 2.00\n 2026-02, 0, 2.00\n 2026-03, 1, 6.00",
    );
    world.check(ask(&["created", "pipeline"], &[]), "3, 6.00");
}

/// A source without `time` says when its rows begin, whether another has a `time` or not.
#[test]
fn beside_a_source_that_ends_earlier() {
    const SUBSCRIPTIONS: &str = "
        source customers {
          key id
          time signed_on
          id        : text
          signed_on : date
        }
        source subscriptions {
          valid starts_on to ends_on
          mrr       : USD
          starts_on : date
          ends_on   : date?
        }
        metric mrr = sum(subscriptions.mrr at end)
    ";
    let tables = [
        ("customers", "id, signed_on\n a, 2026-01-02"),
        ("subscriptions", "mrr, starts_on, ends_on\n 10, 2026-01-02, 2026-02-10\n 5, 2026-02-03,"),
    ];
    World::new(SUBSCRIPTIONS, &tables)
        .check(every("month", ask(&["mrr"], &[])), "2026-01, 10.00\n 2026-02, 15.00");
}

/// The last day that there is stands for none.
#[test]
fn a_day_on_which_nothing_happens() {
    const DEALS: &str = "
        source deals {
          time closed_on
          amount    : USD
          closed_on : date
        }
        metric closed = sum(deals.amount)
    ";
    let world = World::new(DEALS, &[("deals", "amount, closed_on\n 1, 2026-01-05\n 2, 9999-12-31")]);
    let error = world.error(ask(&["closed"], &[]));
    assert!(error.starts_with("bad-range: the newest date in the data is 9999-12-31"), "{error}");
    world.check(as_of("2026-01-31", every("month", ask(&["closed"], &[]))), "2026-01, 1.00");
}

/// Rates of the day that a row is dated by.
#[test]
fn a_link_by_the_date_of_the_row() {
    const SALES: &str = "
        source rates {
          key day
          day  : date
          rate : number
        }
        source sales {
          key id
          time day
          id     : int
          day    : date
          amount : number
          rate -> rates via day
          in_euro = amount * rate.rate
        }
        dimension rate = rates.rate
        metric euros = sum(sales.in_euro)
    ";
    let tables = [
        ("rates", "day, rate\n 2026-01-01, 2\n 2026-01-02, 3"),
        ("sales", "id, day, amount\n 1, 2026-01-01, 10\n 2, 2026-01-02, 10\n 3, 2026-01-03, 10"),
    ];
    let world = World::new(SALES, &tables);
    world.check(every("day", ask(&["euros"], &[])), "2026-01-01, 20\n 2026-01-02, 30\n 2026-01-03, 0");
    world.check(as_of("2026-01-01", ask(&["euros"], &["rate"])), "2, 20");
}

/// Whether a value is there is asked of the data, though it was said to be.
#[test]
fn what_is_said_to_be_there_is_looked_for() {
    const DEALS: &str = "
        source deals {
          id    : int
          owner : text
        }
        metric owned   : percent = proportion(owner is present of deals)
        metric unowned = count(deals where owner is missing)
    ";
    let world = World::new(DEALS, &[("deals", "id, owner\n 1, x\n 2, y")]);
    world.check(ask(&["owned", "unowned"], &[]), "1, 0");
    let world = World::new(DEALS, &[("deals", "id, owner\n 1, x\n 2,")]);
    for metric in ["owned", "unowned"] {
        let error = world.error(ask(&[metric], &[]));
        assert!(error.contains("owner"), "{error}");
    }
}

/// The first place is the best.
#[test]
fn the_top_of_a_ranking() {
    const SALES: &str = "
        source sales {
          rep    : text
          amount : USD
        }
        dimension rep = sales.rep
        metric sold  = sum(sales.amount)
        metric place = rank(sold over rep)
    ";
    let world = World::new(SALES, &[("sales", "rep, amount\n a, 1\n b, 3\n c, 2")]);
    world.check(
        kepi::query::Ask { order_by: Some("place".into()), ..ask(&["place", "sold"], &["rep"]) },
        "b, 1, 3.00\n c, 2, 2.00\n a, 3, 1.00",
    );
}
