//! Links to the row in force on a date, and to the latest before one.

use super::{World, as_of, ask, every};

const ASSIGNED: &str = "
    source assignments {
      key rep_id, since
      valid since to until
      rep_id : text?
      since  : date
      until  : date?
      team   : text
    }
    source deals {
      key id
      time closed_on
      id        : text
      rep_id    : text?
      closed_on : date?
      amount    : USD
      assignment -> assignments via rep_id at closed_on
    }
    dimension team = assignments.team
    metric amount = sum(deals.amount ever)
";

const ASSIGNMENTS: &str = "
    rep_id, since,      until,      team
    r1,     2026-02-01,           , west
    r1,     2026-01-01, 2026-02-01, east
    r2,     2026-01-10, 2026-01-10, north
    r2,     2026-01-10, 2026-03-01, south
      ,     2026-01-01,           , nobody
";

const DEALS: &str = "
    id, rep_id, closed_on,  amount
    a,  r1,     2026-01-31,  1
    b,  r1,     2026-02-01,  2
    c,  r1,     2025-12-31,  4
    d,  r2,     2026-01-10,  8
    e,  r2,     2026-03-01, 16
    f,    ,     2026-01-05, 32
    g,  r1,               , 64
";

#[test]
fn a_link_on_a_date() {
    let world = World::new(ASSIGNED, &[("assignments", ASSIGNMENTS), ("deals", DEALS)]);
    world.check(
        ask(&["amount"], &["team"]),
        "east,     1.00
         south,    8.00
         west,     2.00
         (none), 116.00",
    );
}

#[test]
fn a_link_on_a_date_as_of_the_past() {
    let world = World::new(ASSIGNED, &[("assignments", ASSIGNMENTS), ("deals", DEALS)]);
    world.check(
        as_of("2026-01-15", ask(&["amount"], &["team"])),
        "south,   8.00
         (none), 100.00",
    );
}

#[test]
fn two_rows_in_force_at_once() {
    let overlap = ASSIGNMENTS.replace("2026-01-01, 2026-02-01", "2026-01-01, 2026-02-02");
    let world = World::new(ASSIGNED, &[("assignments", &overlap), ("deals", DEALS)]);
    assert_eq!(
        world.error(ask(&["amount"], &["team"])),
        "two rows of assignments with rep_id r1 are in force at once: one from 2026-01-01 to 2026-02-02, one from 2026-02-01\n  help: a link leads to the one row of assignments in force on a date: repair the data, so that one row ends before the next begins; an end is exclusive"
    );
    // what does not follow the link does not mind
    world.check(ask(&["amount"], &[]), "127.00");
}

#[test]
fn instants_are_in_force_by_their_dates() {
    // 23:30 of the 31st in Berlin is 22:30 in Greenwich; the change of price is on the 1st
    let world = World::with_settings(
        "timezone = \"Europe/Berlin\"",
        "source prices {
           key item, from_at
           valid from_at to to_at
           item    : text
           from_at : timestamp
           to_at   : timestamp?
           price   : USD
         }
         source sales {
           time sold_at
           item    : text
           sold_at : timestamp
           was -> prices via item at sold_at
           price = was.price
         }
         metric paid = sum(sales.price)",
        &[
            (
                "prices",
                "item, from_at, to_at, price
                 x, 2026-01-01T00:00, 2026-02-01T00:00, 1
                 x, 2026-02-01T00:00, , 10",
            ),
            (
                "sales",
                "item, sold_at\n x, 2026-01-31T22:30:00Z\n x, 2026-01-31T23:30:00Z\n x, 2026-02-01T12:00:00Z",
            ),
        ],
    );
    world.check(every("month", ask(&["paid"], &[])), "2026-01, 1.00\n2026-02, 20.00");
}

const TOUCHES: &str = "
    source touches {
      key lead_id, id
      time at
      lead_id : text?
      id      : int
      at      : timestamp
      channel : text
    }
    source wins {
      key id
      time won_at
      id      : text
      lead_id : text?
      won_at  : timestamp?
      touch -> touches via lead_id latest before won_at within 2 days
      older -> touches via lead_id latest before won_at
    }
    dimension win = wins.id
    metric channel = max(wins.touch.channel ever)
    metric any     = max(wins.older.channel ever)
    metric rows    = count(wins ever)
";

const TOUCH_ROWS: &str = "
    lead_id, id, at,               channel
    l1,      3,  2026-01-03T12:00, ad
    l1,      1,  2026-01-01T10:00, mail
    l1,      2,  2026-01-03T10:00, call
    l2,      4,  2026-01-01T10:00, mail
      ,      5,  2026-01-01T10:00, fax
";

const WIN_ROWS: &str = "
    id, lead_id, won_at
    a,  l1,      2026-01-03T12:00
    b,  l1,      2026-01-03T12:01
    c,  l1,      2026-01-01T10:00
    d,  l1,      2026-01-06T00:00
    e,  l2,      2026-01-03T23:00
    f,    ,      2026-01-03T12:00
    g,  l1,
    h,  l3,      2026-01-03T12:00
";

#[test]
fn the_latest_before() {
    let world = World::new(TOUCHES, &[("touches", TOUCH_ROWS), ("wins", WIN_ROWS)]);
    world.check(
        ask(&["channel", "any", "rows"], &["win"]),
        "a, call, call, 1
         b, ad,   ad,   1
         c,     ,     , 1
         d,     , ad,   1
         e,     , mail, 1
         f,     ,     , 1
         g,     ,     , 1
         h,     ,     , 1",
    );
}

#[test]
fn none_is_the_latest() {
    let twice = TOUCH_ROWS.replace("1,  2026-01-01T10:00", "1,  2026-01-03T12:00");
    let world = World::new(TOUCHES, &[("touches", &twice), ("wins", WIN_ROWS)]);
    assert_eq!(
        world.error(ask(&["any"], &[])),
        "data/touches.csv, line 2: 2 rows of touches with lead_id l1 have the same at 2026-01-03T12:00:00 (also in line 3)\n  help: of touches each counts, and where a link leads to the latest before a date, none is the latest: repair the data, or keep one of them, with `keep` or `where`"
    );
    world.check(ask(&["rows"], &[]), "8");
}

#[test]
fn the_latest_before_a_day() {
    // of instants and days the days are compared: both rates of the 2nd are before the 3rd
    let world = World::new(
        "source rates {
           key currency, at
           time at
           currency : text
           at       : timestamp
           rate     : number
         }
         source orders {
           key id
           time on_day
           id       : text
           currency : text
           on_day   : date
           rate_then -> rates via currency latest before on_day within 1 month
           rate = rate_then.rate
         }
         dimension id = orders.id
         metric rate = max(orders.rate)
         metric rows = count(orders)",
        &[
            (
                "rates",
                "currency, at, rate\n eur, 2026-01-02T09:00, 1\n eur, 2026-01-02T17:00, 2\n eur, 2026-01-03T09:00, 3",
            ),
            (
                "orders",
                "id, currency, on_day\n a, eur, 2026-01-02\n b, eur, 2026-01-03\n c, eur, 2026-01-04\n d, eur, 2026-02-03\n e, eur, 2026-02-04",
            ),
        ],
    );
    world.check(ask(&["rate", "rows"], &["id"]), "a, , 1\n b, 2, 1\n c, 3, 1\n d, 3, 1\n e, , 1");
}
