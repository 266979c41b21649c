//! Aggregates of the rows that link to a row.

use super::{World, as_of, ask, every};

const CUSTOMERS: &str = "
    source customers {
      key id
      id         : text?
      referrer_id: text?
      referrer -> customers
      first_on  = min(orders.ordered_on)
      orders_   = count(orders)
      spent     = sum(orders.amount)
      second_on = min(orders.ordered_on where ordered_on > customer.first_on)
      brought   = count(customers via referrer)
      referrer_first_on = referrer.first_on
    }
    source orders {
      key id
      time ordered_on
      keep latest version
      id          : int
      version     : int
      ordered_on  : date
      customer_id : text?
      amount      : USD
      customer -> customers
      number = position(per customer_id by ordered_on)
      gap    = ordered_on - previous(ordered_on per customer_id)
    }
    dimension customer = customers.id
    dimension loyal = customers.orders_ in bands { none < 1, once < 2, often }
    dimension first_month = start_of(month, customers.first_on)
    metric customers_ = count(customers)
    metric first_on = min(customers.first_on)
    metric second_on = min(customers.second_on)
    metric orders_ = sum(customers.orders_)
    metric spent = sum(customers.spent)
    metric brought = sum(customers.brought)
    metric referrer_first_on = min(customers.referrer_first_on)
    metric busy = count(customers where count(orders) > 1)
    metric second_orders = count(orders where number is 2)
    metric gap = max(orders.gap)
";

const CUSTOMER_ROWS: &str = "
    id, referrer_id
    c1,
    c2, c1
    c3, c1
    c4, c9
      , c1
";

const ORDER_ROWS: &str = "
    id, version, ordered_on, customer_id, amount
    1,  1,       2026-01-05, c1,           10
    1,  2,       2026-01-06, c1,           11
    2,  1,       2026-01-06, c1,           20
    3,  1,       2026-02-01, c1,           40
    4,  1,       2026-01-10, c2,           80
    5,  1,       2026-01-11,   ,          160
    6,  1,       2026-01-12, c8,          320
";

#[test]
fn aggregates_of_linked_rows() {
    // of order 1 the second version is there only; the order after the first is that of
    // February; nobody has the order of no customer
    let world = World::new(CUSTOMERS, &[("customers", CUSTOMER_ROWS), ("orders", ORDER_ROWS)]);
    world.check(
        ask(
            &["first_on", "second_on", "orders_", "spent", "brought", "referrer_first_on", "customers_"],
            &["customer"],
        ),
        "c1, 2026-01-06, 2026-02-01, 3, 71.00, 3,           , 1
         c2, 2026-01-10,           , 1, 80.00, 0, 2026-01-06, 1
         c3,           ,           , 0,  0.00, 0, 2026-01-06, 1
         c4,           ,           , 0,  0.00, 0,           , 1
         (none),       ,           , 0,  0.00, 0, 2026-01-06, 1",
    );
}

#[test]
fn aggregates_of_linked_rows_of_the_past() {
    // order 1 had its first version only, which is not later than the second order
    let world = World::new(CUSTOMERS, &[("customers", CUSTOMER_ROWS), ("orders", ORDER_ROWS)]);
    world.check(
        as_of("2026-01-05", ask(&["first_on", "orders_", "spent", "busy"], &[])),
        "2026-01-05, 1, 10.00, 0",
    );
}

#[test]
fn linked_rows_in_conditions_and_dimensions() {
    let world = World::new(CUSTOMERS, &[("customers", CUSTOMER_ROWS), ("orders", ORDER_ROWS)]);
    // c1 has three orders
    world.check(ask(&["busy"], &[]), "1");
    // the second order of c1 is order 2, on the day of the first: 0 days; then 26
    world.check(ask(&["second_orders", "gap"], &[]), "1, 26");
    world.check(
        ask(&["customers_", "second_orders"], &["loyal"]),
        "none,  3, 0
         once,  1, 0
         often, 1, 1",
    );
    world.check(
        ask(&["customers_"], &["first_month"]),
        "2026-01-01, 2
         (none),     3",
    );
}

#[test]
fn linked_rows_in_measures_and_behind_links() {
    // dimensions and measures of what has no name, some of it at the end of a link
    let world = World::new(
        "source customers {
           key id
           id : text
           measure active = count(customers where count(orders) > 0)
           measure most = max(sum(orders.amount))
         }
         source orders {
           key id
           time on_day
           id          : int
           on_day      : date
           customer_id : text?
           amount      : int
           customer -> customers
           measure repeated = count(orders where position(per customer_id) > 1)
           measure rise = sum(amount - previous(amount per customer_id))
         }
         source lines {
           order_id : int
           pieces   : int
           order -> orders
         }
         dimension was = previous(orders.amount per orders.customer_id by orders.on_day)
         metric pieces = sum(lines.pieces)
         metric active = customers.active
         metric most = customers.most
         metric repeated = orders.repeated
         metric rise = orders.rise
         metric orders_ = count(orders)",
        &[
            ("customers", "id\n a\n b\n c"),
            (
                "orders",
                "id, on_day, customer_id, amount
                 1, 2026-01-01, a, 10
                 2, 2026-01-02, a, 30
                 3, 2026-02-03, a, 25
                 4, 2026-02-03, b, 50
                 5, 2026-02-04,  ,  7",
            ),
            ("lines", "order_id, pieces\n 1, 1\n 2, 2\n 3, 4\n 4, 8\n 6, 16"),
        ],
    );
    world.check(ask(&["active", "most"], &[]), "2, 65");
    world.check(
        every("month", ask(&["repeated", "rise"], &[])),
        "2026-01, 1, 20
         2026-02, 1, -5",
    );
    world.check(ask(&["orders_", "pieces"], &["was"]), "10, 1, 2\n 30, 1, 4\n (none), 3, 25");
}
