//! Tables without rows, periods without rows, rows of one time.

use kepi::query::Ask;

use super::{World, ask, every};

const ORDERS: &str = "
    source orders {
      time ordered_on
      valid ordered_on to closed_on
      customer   : text
      amount     : USD
      ordered_on : date
      closed_on  : date?
    }
    dimension customer = orders.customer
    metric orders_made = count(orders)
    metric revenue     = sum(orders.amount)
    metric mean        = average(orders.amount)
    metric middle      = median(orders.amount)
    metric buyers      = count(distinct orders.customer)
    metric recent      = count(distinct orders.customer trailing 40 days)
    metric open_orders = count(orders at end)
    metric ever        = max(orders.amount ever)
    metric made_before = prior(orders_made)
    metric first_value = first(orders.amount)
    metric last_value  = last(orders.amount)
";

const ALL: [&str; 9] =
    ["orders_made", "revenue", "mean", "middle", "buyers", "recent", "open_orders", "ever", "made_before"];

#[test]
fn an_empty_table() {
    let world = World::new(ORDERS, &[("orders", "customer, amount, ordered_on, closed_on")]);
    let some = &ALL[..8];
    world.check(ask(some, &[]), "0, 0.00, , , 0, 0, 0,");
    world.check(ask(some, &["customer"]), "");
    let asked =
        Ask { from: Some("2026-01".into()), to: Some("2026-02".into()), ..every("month", ask(&ALL, &[])) };
    world.check(asked, "2026-01, 0, 0.00, , , 0, 0, 0, , \n 2026-02, 0, 0.00, , , 0, 0, 0, , ");
    let error = world.error(every("month", ask(some, &[])));
    assert!(error.starts_with("no-dates: there is no date to put rows into periods by"), "{error}");
}

const ROWS: &str = "
    customer, amount, ordered_on, closed_on
    x,        5,      2026-01-31, 2026-01-31
    x,        3,      2026-01-31, 2026-03-01
    y,        4,      2026-03-02,";

#[test]
fn a_month_without_rows() {
    let world = World::new(ORDERS, &[("orders", ROWS)]);
    world.check(
        every("month", ask(&ALL, &[])),
        "2026-01, 2, 8.00, 4, 4, 1, 1, 1, 5.00,
         2026-02, 0, 0.00, , , 0, 1, 1, 5.00, 2
         2026-03, 1, 4.00, 4, 4, 1, 2, 1, 5.00, 0",
    );
    // by customer only where there is anything of theirs
    world.check(
        every("month", ask(&["orders_made", "mean", "made_before"], &["customer"])),
        "2026-01, x, 2, 4, \n 2026-02, x, 0, , 2\n 2026-03, y, 1, 4, 0",
    );
}

/// Of one time the least value is the first and the greatest the last.
#[test]
fn rows_of_one_time() {
    let world = World::new(ORDERS, &[("orders", ROWS)]);
    world.check(
        every("month", ask(&["first_value", "last_value"], &[])),
        "2026-01, 3.00, 5.00\n 2026-02, , \n 2026-03, 4.00, 4.00",
    );
}

/// Each step of a chain holds the one before: nothing of it may double with every step.
#[test]
fn long_chains_of_what_to_take_instead() {
    let chain = |of: &str| vec![of; 40].join(" ?? ");
    let nested = format!("{}closed_on{}", "least(".repeat(40), ", closed_on)".repeat(40));
    let definitions = format!(
        "source orders {{
          time ordered_on
          ordered_on : date
          closed_on  : date?
          discount   : USD?
          given      = {} ?? 3
          closed     = {nested}
          settled    = {} ?? ordered_on
          days_open  = days_between(ordered_on, settled)
        }}
        metric given_away = sum(orders.given)
        metric days       = average(orders.days_open)
        metric unclosed   = count(orders where closed is missing)
        metric in_force   = count(orders where settled is ordered_on)",
        chain("discount"),
        chain("closed"),
    );
    let rows = "ordered_on, closed_on, discount
        2026-01-05, 2026-01-09, 1.50
        2026-01-06, , ";
    let world = World::new(&definitions, &[("orders", rows)]);
    world.check(ask(&["given_away", "days", "unclosed", "in_force"], &[]), "4.50, 2, 1, 1");
}

/// What mathematics does not define is missing, and ends no run.
#[test]
fn roots_and_logarithms_of_less_than_nothing() {
    let definitions = "source numbers {
          key id
          id    : int
          x     : number
          root  = sqrt(x)
          log   = ln(x)
          above = power(0, x)
        }
        metric rows  = count(numbers)
        metric roots = count(numbers where root is present)
        metric root  = sum(numbers.root)
        metric logs  = count(numbers where log is present)
        metric above = count(numbers where above is present)";
    let world = World::new(definitions, &[("numbers", "id, x\n1, 4\n2, -4\n3, 0")]);
    // of 4 and 0 there is a root, of 4 alone a logarithm; 0 to the power of -4 is infinite
    world.check(ask(&["rows", "roots", "root", "logs", "above"], &[]), "3, 2, 2, 1, 2");
}
