//! Rows that look at rollups: by a link to one row, by an aggregate of those that link here.

use super::{World, ask, every};

const CUSTOMERS: &str = "
    id, signed_on
    a,  2026-01-01
    b,  2026-01-05
    c,  2026-02-01
    d,  2026-02-01";

const ORDERS: &str = "
    id, customer_id, ordered_on, amount
    1,  a,           2026-01-03,  60
    2,  a,           2026-01-20,  60
    3,  b,           2026-02-03,  60
    4,  c,           2026-02-04,  60
    5,  c,           2026-03-04, 500";

#[test]
fn a_link_to_what_a_customer_has_bought_in_all() {
    let world = World::new(
        "source orders {
           key id
           time ordered_on
           id          : text
           customer_id : text
           ordered_on  : date
           amount      : USD
           history -> histories via customer_id
         }
         rollup histories per orders.customer_id {
           orders  = count(orders)
           revenue = sum(orders.amount)
         }
         dimension loyalty = histories.orders in bands { once < 2, often }
         metric revenue    = sum(orders.amount)
         metric from_large = sum(orders.amount where history.revenue > 100)",
        &[("orders", ORDERS)],
    );
    // a has bought for 120, c for 560
    world.check(ask(&["from_large"], &[]), "680.00");
    world.check(ask(&["revenue"], &["loyalty"]), "once, 60.00\n often, 680.00");
}

#[test]
fn an_aggregate_of_the_months_of_a_customer() {
    let world = World::new(
        "source customers {
           key id
           id         : text
           signed_on  : date
           big_months = count(customer_months where revenue > 100)
           best_month = max(customer_months.revenue)
         }
         source orders {
           key id
           time ordered_on
           id          : text
           customer_id : text
           ordered_on  : date
           amount      : USD
           customer -> customers
         }
         rollup customer_months per orders.customer_id, month {
           revenue = sum(orders.amount)
         }
         metric with_big_months = count(customers where big_months > 0)
         metric best            = sum(customers.best_month)
         metric orders_made     = count(orders)",
        &[("orders", ORDERS), ("customers", CUSTOMERS)],
    );
    // a in January, c in March; the best months are 120, 60 and 500, and d has none
    world.check(ask(&["with_big_months", "best"], &[]), "2, 680.00");
}

/// What one month holds of a longer window, the next holds again.
#[test]
fn windows_of_months_are_not_added_up() {
    const SALES: &str = "
        source sales {
          time sold_on
          rep     : text
          sold_on : date
          amount  : USD
        }
        rollup by_month per sales.rep, month {
          own    = sum(sales.amount)
          so_far = sum(sales.amount all to date)
          recent = sum(sales.amount trailing 3 months)
        }
        metric own    = sum(by_month.own)
        metric so_far = sum(by_month.so_far)
        metric recent = sum(by_month.recent)
    ";
    let rows = "rep, sold_on, amount\n a, 2026-01-05, 1\n a, 2026-02-05, 2\n a, 2026-03-05, 4";
    let world = World::new(SALES, &[("sales", rows)]);
    world.check(
        every("month", ask(&["own", "so_far", "recent"], &[])),
        "2026-01, 1.00, 1.00, 1.00\n 2026-02, 2.00, 3.00, 3.00\n 2026-03, 4.00, 7.00, 7.00",
    );
    world.check(every("quarter", ask(&["own"], &[])), "2026-Q1, 7.00");
    for metric in ["so_far", "recent"] {
        let error = world.error(every("quarter", ask(&[metric], &[])));
        assert!(error.starts_with("semi-additive: "), "{error}");
    }
}

const PEOPLE: &str = "
    id, manager_id
    a,
    b,  a
    c,  a
    d,  b";

const SALES: &str = "
    id, seller_id, closer_id, sold_on,    amount
    1,  a,         b,         2026-01-03,     10
    2,  b,         b,         2026-01-20,     20
    3,  c,         d,         2026-02-03,     40
    4,  d,         ,          2026-02-04,     80";

const TWO_WAYS: &str = "
    source people {
      key id
      id         : text
      manager_id : text?
      manager -> people
    }
    source sales {
      key id
      time sold_on
      id        : text
      seller_id : text
      closer_id : text?
      sold_on   : date
      amount    : int
      seller -> people
      closer -> people
    }
    rollup each per people {
      sold      = sum(sales.amount via seller)
      closed    = sum(sales.amount via closer where amount > 15)
      balance   = (sold ?? 0) - (closed ?? 0)
      reports   = count(people via manager)
      alone     = count(people)
    }
    rollup months per people, month {
      sold   = sum(sales.amount via seller)
      closed = sum(sales.amount via closer)
    }
    dimension person = people.id
    metric sold     = sum(each.sold)
    metric closed   = sum(each.closed)
    metric balance  = sum(each.balance)
    metric reports  = sum(each.reports)
    metric people_n = sum(each.alone)
    metric both     = count(months where sold > 0 and closed > 0)";

/// Each aggregate says by which link its rows belong to the key, also by one from the key's
/// own source to itself.
#[test]
fn several_ways_to_the_key() {
    let world = World::new(TWO_WAYS, &[("people", PEOPLE), ("sales", SALES)]);
    let metrics = ["sold", "closed", "balance", "reports", "people_n"];
    world.check(
        ask(&metrics, &["person"]),
        "a, 10, 0, 10, 2, 1\n b, 20, 20, 0, 1, 1\n c, 40, 0, 40, 0, 1\n d, 80, 40, 40, 0, 1",
    );
    world.check(ask(&metrics, &[]), "150, 60, 90, 3, 4");
    // b in January, d in February
    world.check(ask(&["both"], &[]), "2");
}

/// What is in force at the end of three months is three times too much of it.
#[test]
fn moments_are_not_added_up_where_no_grain_is_asked() {
    let world = World::new(
        "source seats { key id  valid begins to ends  id : text  team : text  begins : date  ends : date? }
         rollup months per seats.team, month { open = count(seats at end)  new = count(seats on begins) }
         rollup asked per seats.team, period { open = count(seats at end) }
         metric open      = sum(months.open)
         metric new       = sum(months.new)
         metric open_then = sum(asked.open)",
        &[("seats", "id, team, begins, ends\n 1, a, 2026-01-10,\n 2, b, 2026-02-10,\n 3, b, 2026-03-31,")],
    );
    world.check(every("month", ask(&["open", "new"], &[])), "2026-01, 1, 1\n 2026-02, 2, 1\n 2026-03, 3, 1");
    for asked in [ask(&["open"], &[]), every("quarter", ask(&["open"], &[]))] {
        let error = world.error(asked);
        assert!(error.starts_with("semi-additive: `months.open`"), "{error}");
    }
    world.check(ask(&["new", "open_then"], &[]), "3, 3");
    world.check(every("quarter", ask(&["new", "open_then"], &[])), "2026-Q1, 3, 3");
}

/// A column of a rollup may be made of rows that look at another of its columns, also at
/// those of a month before.
#[test]
fn a_rollup_that_its_own_rows_look_at() {
    let world = World::new(
        "source orders {
           time ordered_on
           customer_id : text
           ordered_on  : date
           amount      : int
           buyer  -> buyers via customer_id
           earlier -> months via customer_id latest before ordered_on
           is_repeat = ordered_on > buyer.first_on
           spent     = earlier.spent
         }
         rollup buyers per orders.customer_id {
           first_on  = min(orders.ordered_on)
           second_on = min(orders.ordered_on where ordered_on > buyer.first_on)
         }
         rollup months per orders.customer_id, month {
           spent = sum(orders.amount)
           later = sum(orders.amount where spent > 1)
         }
         metric seconds = count(buyers.second_on)
         metric repeats = count(orders where is_repeat)
         metric spent   = sum(orders.spent)
         metric later   = sum(months.later)",
        &[(
            "orders",
            "customer_id, ordered_on, amount
             a,           2024-01-01,      1
             a,           2024-02-01,      2
             b,           2024-01-05,      4
             b,           2024-03-05,      5
             c,           2024-03-05,      7",
        )],
    );
    // the month of an order has begun before it, but for the order of the first day: of b's 4,
    // of its 5, of c's 7, and of the 1 of January for a's second
    world.check(ask(&["seconds", "repeats", "spent", "later"], &[]), "2, 2, 17, 16");
    let by_month = every("month", ask(&["repeats", "spent", "later"], &[]));
    world.check(by_month, "2024-01, 0, 4, 4\n 2024-02, 1, 1, 0\n 2024-03, 1, 12, 12");
}
