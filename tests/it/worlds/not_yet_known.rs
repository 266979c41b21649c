//! `within … after`: in time, not in time, and not known yet.

use super::{World, as_of, ask, every};

const ORDERS: &str = "
    source orders {
      key id
      time ordered_on
      id         : text
      ordered_on : date
      paid_on    : date?
      amount     : USD
      in_time = paid_on within 30 days after ordered_on
    }
    metric paid_in_time = count(orders where in_time)
    metric late         = count(orders where not in_time)
    metric late_too     = count(orders where in_time is false)
    metric large_share  = proportion(amount > 100 of orders where in_time)
    metric orders_made  = count(orders)
";

/// The last order of January is paid after 39 days; of February's the first may still be
/// paid in time.
#[test]
fn what_is_open_can_turn_out_either_way() {
    let orders = "
        id, ordered_on, paid_on,    amount
        a,  2026-01-03, 2026-01-10,  60
        b,  2026-01-20, ,            60
        c,  2026-01-25, 2026-03-05,  60
        d,  2026-02-20, ,            50
        e,  2026-02-21, 2026-02-25, 200";
    let world = World::new(ORDERS, &[("orders", orders)]);
    let metrics = ["paid_in_time", "late", "late_too", "large_share", "orders_made"];
    let asked = |date| as_of(date, every("month", ask(&metrics, &[])));
    world.check(asked("2026-03-10"), "2026-01, 1, 2, 2, 0, 3\n 2026-02, , , , , 2\n 2026-03, 0, 0, 0, , 0");
    // the 30th day after 20 February is 22 March: it counts, so the day after settles it
    world.check(
        asked("2026-03-22"),
        "2026-01, 1, 2, 2, 0, 3\n 2026-02, 1, 1, 1, 1, 2\n 2026-03, 0, 0, 0, , 0",
    );
    world.check(asked("2026-03-21"), "2026-01, 1, 2, 2, 0, 3\n 2026-02, , , , , 2\n 2026-03, 0, 0, 0, , 0");
}
