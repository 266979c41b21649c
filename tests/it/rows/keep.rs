//! Of rows with one key the latest, of equal rows one.

use super::{World, as_of, ask};

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
    let told = "data/accounts.csv, line 2: 2 rows of accounts with the key id 1 have the same updated_on 2026-02-01 (also in line 3)\n  help: `keep latest updated_on` keeps the one row of a key that has the greatest: repair the data, or keep the latest by a column that tells them apart; `keep distinct` keeps one of equal rows";
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
