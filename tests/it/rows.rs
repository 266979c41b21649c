//! What makes up the rows of a source, in small worlds with answers worked out by hand.

use std::fs;

use crate::opened::Opened;
use kepi::query::Ask;
use kepi::report::{Screen, TableFormat};

/// A project in a folder of its own: definitions, and CSV files by the names of sources.
struct World {
    _folder: tempfile::TempDir,
    opened: Opened,
}

impl World {
    fn new(definitions: &str, files: &[(&str, &str)]) -> World {
        World::with_settings("", definitions, files)
    }

    fn with_settings(defaults: &str, definitions: &str, files: &[(&str, &str)]) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder above")).expect("make the folder");
            fs::write(path, text).expect("write a file");
        };
        let settings = format!("[project]\nname = \"world\"\n[defaults]\ncurrency = \"USD\"\n{defaults}\n");
        write("kepi.toml", &settings);
        write("metrics/world.kpi", definitions);
        for (source, rows) in files {
            write(&format!("data/{source}.csv"), &csv(rows));
        }
        let opened = Opened::new(folder.path());
        World { _folder: folder, opened }
    }

    /// The answer as CSV, without the heading.
    fn run(&self, ask: Ask) -> Result<String, String> {
        let table = self.opened.run(&ask)?;
        let text = kepi::report::table(&table, TableFormat::Csv, &Screen::default());
        let lines = text.lines().skip(1).map(|line| line.trim_end().to_string());
        Ok(lines.collect::<Vec<_>>().join("\n"))
    }

    fn check(&self, ask: Ask, expected: &str) {
        let found = self.run(ask).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(found, csv(expected).trim_end());
    }

    /// The error that a run stops with.
    fn error(&self, ask: Ask) -> String {
        match self.run(ask) {
            Ok(table) => panic!("an answer:\n{table}"),
            Err(error) => error,
        }
    }
}

/// Lines without what makes them readable here.
fn csv(text: &str) -> String {
    let lines = text.lines().map(|line| line.split(',').map(str::trim).collect::<Vec<_>>().join(","));
    lines.filter(|line| !line.is_empty()).map(|line| line + "\n").collect()
}

fn ask(metrics: &[&str], by: &[&str]) -> Ask {
    let words = |list: &[&str]| list.iter().map(|w| w.to_string()).collect();
    Ask { metrics: words(metrics), by: words(by), ..Ask::default() }
}

fn every(grain: &str, ask: Ask) -> Ask {
    Ask { every: Some(grain.into()), ..ask }
}

fn as_of(date: &str, ask: Ask) -> Ask {
    Ask { as_of: Some(date.parse().expect("a date")), ..ask }
}

// ---------------------------------------------------------------- neighbours

const STEPS: &str = "
    source steps {
      key id
      time entered_on
      where not draft
      id         : text
      deal_id    : text?
      stage      : text
      entered_on : date?
      draft      : bool
      was = previous(stage per deal_id)
      becomes = next(stage per deal_id by entered_on)
      place  = position(per deal_id)
      was_before = previous(was per deal_id)
    }
    dimension step = steps.id
    metric rows       = count(steps ever)
    metric was        = max(steps.was ever)
    metric becomes    = max(steps.becomes ever)
    metric place      = max(steps.place ever)
    metric was_before = max(steps.was_before ever)
    metric starts     = count(steps ever where previous(stage per deal_id) is missing)
";

const STEP_ROWS: &str = "
    id, deal_id, stage, entered_on, draft
    g,  d2,      won,             , false
    d,  d1,      meet,  2026-01-05, false
    b,  d1,      won,   2026-01-05, false
    a,  d1,      open,  2026-01-01, false
    c,  d1,      lost,  2026-01-03, true
    e,  d2,      open,  2026-01-02, false
    f,    ,      open,  2026-01-02, false
";

#[test]
fn neighbours() {
    // c is a draft and does not exist; b and d have one day, so the key orders them;
    // f is per nothing; g has no place in the order
    let world = World::new(STEPS, &[("steps", STEP_ROWS)]);
    world.check(
        ask(&["was", "becomes", "place", "was_before", "rows"], &["step"]),
        "a,     , won , 1,     , 1
         b, open, meet, 2,     , 1
         d, won ,     , 3, open, 1
         e,     ,     , 1,     , 1
         f,     ,     ,  ,     , 1
         g,     ,     ,  ,     , 1",
    );
}

#[test]
fn neighbours_of_the_past() {
    let world = World::new(STEPS, &[("steps", STEP_ROWS)]);
    world.check(
        as_of("2026-01-04", ask(&["becomes", "place", "rows"], &["step"])),
        "a, , 1, 1
         e, , 1, 1
         f, ,  , 1
         g, ,  , 1",
    );
}

#[test]
fn neighbours_in_a_condition() {
    // a, e, f, g
    let world = World::new(STEPS, &[("steps", STEP_ROWS)]);
    world.check(ask(&["starts"], &[]), "4");
}

#[test]
fn neighbours_of_no_rows() {
    let world = World::new(STEPS, &[("steps", "id,deal_id,stage,entered_on,draft")]);
    world.check(ask(&["rows", "was", "starts"], &[]), "0, , 0");
}

#[test]
fn neighbours_without_a_key_and_without_per() {
    // of the two rows of one day the lower value comes first
    let world = World::new(
        "source readings {
           time on_day
           on_day : date
           value  : int
           more = value - previous(value)
           gap  = on_day - previous(on_day)
         }
         dimension value = readings.value
         metric more = sum(readings.more)
         metric gap = max(readings.gap)",
        &[("readings", "on_day, value\n 2026-01-03, 9\n 2026-01-01, 4\n 2026-01-03, 7\n 2026-01-02, 1")],
    );
    world.check(
        ask(&["more", "gap"], &["value"]),
        "1, -3, 1
         4,  0,
         7,  6, 1
         9,  2, 0",
    );
}

#[test]
fn a_row_ends_where_its_neighbour_begins() {
    let world = World::new(
        "source stages {
           key deal_id, entered_on
           valid entered_on to left_on
           deal_id    : text
           entered_on : date
           stage      : one of (open, meet, won)
           left_on = next(entered_on per deal_id by entered_on)
         }
         dimension stage = stages.stage
         metric deals = count(stages at end)",
        &[(
            "stages",
            "deal_id, entered_on, stage
             d1, 2026-01-05, open
             d1, 2026-01-20, meet
             d1, 2026-03-01, won
             d2, 2026-02-10, open",
        )],
    );
    world.check(
        Ask {
            from: Some("2026-01".into()),
            to: Some("2026-03".into()),
            ..every("month", as_of("2026-03-31", ask(&["deals"], &["stage"])))
        },
        "2026-01, meet, 1
         2026-02, open, 1
         2026-02, meet, 1
         2026-03, open, 1
         2026-03, won,  1",
    );
}

// ---------------------------------------------------------------- links in time

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
         e, mail, mail, 1
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
        "2 rows of touches with lead_id l1 have the same at 2026-01-03T12:00:00\n  help: a link leads to the latest row of touches before a date, and of these none is the latest: repair the data, or keep one of them, with `keep` or `where`"
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

// ---------------------------------------------------------------- keep

const ACCOUNTS: &str = "
    source accounts {
      key id
      time updated_on
      keep latest updated_on
      id         : text?
      updated_on : date?
      tier       : text
    }
    source orders {
      key id
      id         : int
      account_id : text?
      account -> accounts
    }
    dimension tier = accounts.tier
    metric accounts_now = count(accounts ever)
    metric order_count  = count(orders)
";

const ACCOUNT_ROWS: &str = "
    id, updated_on, tier
    1,  2026-01-01, small
    1,  2026-02-01, big
    1,            , huge
    2,            , small
     ,  2026-01-01, x
     ,  2026-01-02, y
";

#[test]
fn keep_latest() {
    let orders = "id, account_id\n 1, 1\n 2, 1\n 3, 2\n 4,\n 5, 9";
    let world = World::new(ACCOUNTS, &[("accounts", ACCOUNT_ROWS), ("orders", orders)]);
    world.check(
        ask(&["accounts_now", "order_count"], &["tier"]),
        "big,    1, 2
         small,  1, 1
         x,      1, 0
         y,      1, 0
         (none), 0, 2",
    );
    world.check(as_of("2026-01-15", ask(&["accounts_now"], &["tier"])), "small, 2\n x, 1\n y, 1");
}

#[test]
fn keep_latest_with_a_tie() {
    let tied = ACCOUNT_ROWS.replace("2026-01-01, small", "2026-02-01, small");
    let world = World::new(ACCOUNTS, &[("accounts", &tied), ("orders", "id, account_id\n 1, 1")]);
    let told = "2 rows of accounts with the key id 1 have the same updated_on 2026-02-01\n  help: `keep latest updated_on` keeps the one row of a key that has the greatest: repair the data, or keep the latest by a column that tells them apart; `keep distinct` keeps one of equal rows";
    assert_eq!(world.error(ask(&["accounts_now"], &[])), told);
    assert_eq!(world.error(ask(&["order_count"], &["tier"])), told);
    // two older ones may tie
    let old = format!("{ACCOUNT_ROWS}\n 1, 2026-01-01, tiny");
    let world = World::new(ACCOUNTS, &[("accounts", &old)]);
    world.check(ask(&["accounts_now"], &[]), "4");
}

#[test]
fn keep_latest_of_those_that_exist() {
    // a `where` is asked first: of account 1 the row that is not big
    let definitions = ACCOUNTS.replace("keep latest", "where tier is not \"big\"\nkeep latest");
    let world = World::new(&definitions, &[("accounts", ACCOUNT_ROWS)]);
    world.check(ask(&["accounts_now"], &["tier"]), "small, 2\n x, 1\n y, 1");
}

#[test]
fn keep_distinct() {
    // the columns declared make rows equal, not those of the file; missing is missing
    let world = World::new(
        "source hits {
           time on_day
           keep distinct
           on_day : date
           page   : text?
           cost   : USD
         }
         dimension page = hits.page
         metric rows = count(hits)
         metric cost = sum(hits.cost)",
        &[(
            "hits",
            "on_day, page, cost, loaded
             2026-01-01, a, 1, 1
             2026-01-01, a, 1, 2
             2026-01-01, a, 2, 3
             2026-01-01,  , 4, 4
             2026-01-01,  , 4, 5
             2026-01-02, a, 1, 6",
        )],
    );
    world.check(ask(&["rows", "cost"], &["page"]), "a, 3, 4.00\n (none), 1, 4.00");
    world.check(ask(&["rows"], &[]), "4");
}

// ---------------------------------------------------------------- snapshots

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
// ---------------------------------------------------------------- linked

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

// ---------------------------------------------------------------- links, in general

#[test]
fn links_over_several_and_computed_columns() {
    // a key of two columns, one of them an enumeration, the other computed here; what is
    // missing on either side meets nothing
    let world = World::new(
        "source quotas {
           key region, year
           region : one of (north, south)?
           year   : int?
           amount : USD
         }
         source deals {
           key id
           time closed_on
           id        : int
           region    : one of (north = \"N\", south = \"S\")?
           closed_on : date
           year = year(closed_on)
           quota -> quotas via region, year
           of_quota = quota.amount
         }
         dimension id = deals.id
         metric quota = sum(deals.of_quota)
         metric rows = count(deals)",
        &[
            (
                "quotas",
                "region, year, amount
                 north, 2025,  1
                 north, 2026,  2
                 south, 2026,  4
                      , 2026,  8
                 south,     , 16
                 south,     , 32",
            ),
            (
                "deals",
                "id, region, closed_on\n 1, N, 2025-05-05\n 2, N, 2026-05-05\n 3, S, 2025-05-05\n 4, , 2026-05-05",
            ),
        ],
    );
    world.check(ask(&["quota", "rows"], &["id"]), "1, 1.00, 1\n 2, 2.00, 1\n 3, 0.00, 1\n 4, 0.00, 1");
}

#[test]
fn a_key_of_another_representation() {
    let world = World::new(
        "source people {
           key number
           number : decimal(10, 0)
           name   : text
         }
         source calls {
           time on_day
           on_day : date
           by_id  : int?
           by -> people
         }
         dimension name = people.name
         metric calls_ = count(calls)",
        &[
            ("people", "number, name\n 1, ann\n 2, bob"),
            ("calls", "on_day, by_id\n 2026-01-01, 2\n 2026-01-01, 3\n 2026-01-01,"),
        ],
    );
    world.check(ask(&["calls_"], &["name"]), "bob, 1\n (none), 2");
}

#[test]
fn a_duplicate_key() {
    let world = World::new(
        "source reps {
           key region, id
           region : text?
           id     : int
           name   : text
         }
         source deals {
           id     : int
           region : text?
           rep_id : int
           rep -> reps via region, rep_id
         }
         dimension name = reps.name
         metric deals_ = count(deals)",
        &[
            ("reps", "region, id, name\n n, 1, a\n n, 2, b\n , 1, c\n , 1, d\n s, 2, e\n n, 2, f"),
            ("deals", "id, region, rep_id\n 1, n, 2"),
        ],
    );
    assert!(
        world
            .error(ask(&["deals_"], &["name"]))
            .starts_with("2 rows of reps have the same key, region, id n, 2\n")
    );
    world.check(ask(&["deals_"], &[]), "1");
}

const STAFF: &str = "
    source staff {
      key id, since
      time since
      valid since to until
      id         : text
      since      : date
      until      : date?
      manager_id : text?
      team       : text
      manager -> staff via manager_id at since
      former  -> staff via id latest before since
      moved_from = former.team
      above = manager.manager.team
    }
    source deals {
      key id
      time closed_on
      id        : text
      rep_id    : text
      closed_on : date
      rep -> staff via rep_id at closed_on
      rep_team  = rep.team
      boss_team = rep.manager.team
    }
    source lines {
      deal_id : text
      pieces  : int
      deal -> deals
    }
    dimension deal = deals.id
    dimension boss_team = deals.boss_team
    metric rep_team   = max(deals.rep_team)
    metric boss_team_ = max(deals.boss_team)
    metric moved_from = max(deals.rep.moved_from)
    metric above      = max(deals.rep.above)
    metric pieces     = sum(lines.pieces)
";

const STAFF_ROWS: &str = "
    id,  since,      until,      manager_id, team
    ann, 2026-01-01, 2026-02-01, bob,        east
    ann, 2026-02-01,           , cat,        west
    bob, 2025-01-01,           , cat,        sales
    cat, 2024-01-01, 2026-01-15,    ,        board
    cat, 2026-01-15,           ,    ,        owners
";

#[test]
fn links_in_time_through_links_in_time() {
    // ann's manager is the one of the day that she began by, and so is his: bob began
    // under the board, and so did ann of January; ann of February came to the owners
    let world = World::new(
        STAFF,
        &[
            ("staff", STAFF_ROWS),
            (
                "deals",
                "id, rep_id, closed_on\n 1, ann, 2026-01-31\n 2, ann, 2026-02-01\n 3, bob, 2026-02-02\n 4, dan, 2026-01-01",
            ),
            ("lines", "deal_id, pieces\n 1, 1\n 1, 2\n 2, 4\n 4, 8\n 9, 16"),
        ],
    );
    world.check(
        ask(&["rep_team", "boss_team_", "moved_from", "above"], &["deal"]),
        "1, east,  sales,      , board
         2, west,  owners, east,
         3, sales, board,      ,
         4,      ,       ,      ,",
    );
    world.check(
        ask(&["pieces"], &["boss_team"]),
        "owners,  4
         sales,   3
         (none), 24",
    );
}

#[test]
fn neighbours_of_what_is_computed_and_linked() {
    // hours by the customer's tier: the tier is linked, the hour's value is computed
    let world = World::new(
        "source customers {
           key id
           id   : int
           tier : text
           calls_ = count(calls)
         }
         source calls {
           key id
           time at
           id          : int
           customer_id : int
           at          : timestamp
           minutes     : int
           customer -> customers
           seconds = minutes * 60
           last_of_tier  = previous(seconds per customer.tier)
           gap           = at - previous(at per customer.tier, minutes > 1)
           n             = position(per customer.calls_ by at)
           grows         = seconds > previous(seconds per customer.tier)
           grew_before   = previous(grows per customer.tier)
         }
         dimension call = calls.id
         metric last_of_tier = max(calls.last_of_tier)
         metric n            = max(calls.n)
         metric grew         = count(calls where grows)
         metric grew_before  = count(calls where grew_before)",
        &[
            ("customers", "id, tier\n 1, a\n 2, a\n 3, b"),
            (
                "calls",
                "id, customer_id, at, minutes
                 1, 1, 2026-01-01T10:00, 1
                 2, 2, 2026-01-01T11:00, 3
                 3, 1, 2026-01-01T12:00, 2
                 4, 3, 2026-01-01T12:00, 9
                 5, 9, 2026-01-01T13:00, 9",
            ),
        ],
    );
    // customer 1 has two calls, 2 and 3 have one each; customer 9 is not there
    world.check(
        ask(&["last_of_tier", "n", "grew", "grew_before"], &["call"]),
        "1,    , 1, 0, 0
         2,  60, 1, 1, 0
         3, 180, 2, 0, 1
         4,    , 2, 0, 0
         5,    ,  , 0, 0",
    );
}

#[test]
fn names_that_plans_use_too() {
    let world = World::new(
        "source quotas {
           time period
           period : date
           s0     : text
           g0     : int
           k0     : int
           first_period = previous(period per s0)
         }
         dimension m0 = quotas.s0
         metric way = sum(quotas.g0 where k0 > 1 and s0 is \"a\")
         metric s0 = sum(quotas.g0 where k0 > 2)
         metric g0 = sum(quotas.k0 where g0 > 2)
         metric k0 = count(quotas where g0 > 1 and first_period is missing)
         metric rows = count(quotas)",
        &[("quotas", "period, s0, g0, k0\n 2026-01-01, a, 1, 2\n 2026-01-02, a, 3, 4\n 2026-01-01, b, 5, 1")],
    );
    world.check(
        every("month", ask(&["way", "s0", "g0", "k0", "rows"], &["m0"])),
        "2026-01, a, 4, 3, 4, 0, 2\n 2026-01, b, 0, 0, 1, 1, 1",
    );
}

#[test]
fn the_same_for_any_number_of_partitions() {
    // without a key, rows of one day are ordered by the value and then by the other columns
    let rows = (0..500).map(|i| format!("2026-01-{:02}, k{}, {}, {}\n", 1 + i % 3, i % 7, i % 5, i));
    let rows = format!("on_day, k, v, w\n{}", rows.collect::<String>());
    let world = World::new(
        "source events {
           time on_day
           on_day : date
           k : text
           v : int
           w : int
           before_ = previous(v per k)
           n = position(per k)
         }
         dimension n = events.n
         metric w = sum(events.w where before_ is v)
         metric v = sum(events.v)",
        &[("events", &rows)],
    );
    let ask = ask(&["w", "v"], &["n"]);
    let answers = [1, 2, 8].map(|partitions| {
        let options = kepi::engine::Options { partitions: Some(partitions) };
        world.opened.run_with(&ask, &options).expect("an answer")
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}
