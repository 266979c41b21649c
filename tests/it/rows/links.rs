//! Links over several and computed columns, through one another, and what they may not find.

use super::{World, ask, every};

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
    let told = "data/reps.csv, line 3: 2 rows of reps have the same key, region, id n, 2 (also in line 7)\n";
    assert!(world.error(ask(&["deals_"], &["name"])).starts_with(told));
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
        let options = kepi::engine::Options { partitions: Some(partitions), ..Default::default() };
        world.opened.run_with(&ask, &options).expect("an answer")
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}
