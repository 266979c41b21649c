//! `{ members all }`: those without rows are shown, too, wherever it is known beside what.

use kepi::query::Ask;

use super::{World, ask, every};

const SALES: &str = "
    source sales {
      key id
      time sold_on
      id       : text
      rep_id   : text
      product  : text
      sold_on  : date
      rep -> reps
    }
    source reps {
      key id
      id     : text
      name   : text?
      region : text
    }
    source visits {
      time visited_on
      visited_on : date
      region     : text
    }
    dimension rep     = reps.name { members all }
    dimension region  = reps.region
    dimension area    = reps.region, visits.region { members all }
    dimension product = sales.product
    metric sold   = count(sales)
    metric visits_made = count(visits)
";

fn world() -> World {
    let sales = "
        id, rep_id, product, sold_on
        a,  1,      pen,     2026-01-05
        b,  1,      ink,     2026-02-05
        c,  2,      ink,     2026-02-06";
    let reps = "id, name, region\n 1, Ann, north\n 2, Ben, south\n 3, Cy, south\n 4, , north";
    let visits = "visited_on, region\n 2026-02-01, west";
    World::new(SALES, &[("sales", sales), ("reps", reps), ("visits", visits)])
}

#[test]
fn members_without_rows() {
    let world = world();
    // whoever has no name is no member
    world.check(ask(&["sold"], &["rep"]), "Ann, 2\n Ben, 1\n Cy, 0");
    world.check(
        every("month", ask(&["sold"], &["region", "rep"])),
        "2026-01, north, Ann, 1\n 2026-01, south, Ben, 0\n 2026-01, south, Cy, 0
         2026-02, north, Ann, 1\n 2026-02, south, Ben, 1\n 2026-02, south, Cy, 0",
    );
}

#[test]
fn members_of_every_source_of_the_dimension() {
    let world = world();
    world.check(ask(&["visits_made"], &["area"]), "north, 0\n south, 0\n west, 1");
    world.check(ask(&["sold"], &["area"]), "north, 2\n south, 1\n west, 0");
}

#[test]
fn a_filter_that_members_do_not_lead_to_leaves_them_there() {
    let filter = |text: &str| Ask { filter: Some(text.into()), ..ask(&["sold"], &["rep"]) };
    let world = world();
    world.check(filter("product is \"ink\""), "Ann, 1\n Ben, 1\n Cy, 0");
    world.check(filter("product is \"pen\" and region is \"south\""), "Ben, 0\n Cy, 0");
}

#[test]
fn members_that_do_not_lead_to_another_dimension() {
    let world = world();
    assert_eq!(
        world.error(ask(&["sold"], &["product", "rep"])),
        "members-without-dimension: all members of rep are to be shown, and reps does not lead to product \
         (help: leave out product, or slice by a dimension like rep without `{ members all }`)"
    );
}

/// Accounts have an owner, and their deals are sold by somebody else.
#[test]
fn members_that_lead_to_another_dimension_by_another_way_than_the_rows() {
    let accounts = "
        source people { key id  id : text  name : text }
        source accounts { key id  id : text  owner : text  own -> people via owner }
        source deals {
          key id
          time won_on
          id         : text
          account_id : text
          seller_id  : text
          won_on     : date
          account -> accounts
          seller -> people
        }
        dimension account = accounts.id { members all }
        dimension seller  = people.name via deals.seller
        dimension sellers = people.name via deals.seller { members all }
        dimension owner   = people.name via deals.account
        metric won = count(deals)";
    let rows = [
        ("people", "id, name\n 1, Ann\n 2, Bob"),
        ("accounts", "id, owner\n a, 1\n b, 2"),
        ("deals", "id, account_id, seller_id, won_on\n x, a, 2, 2026-01-03"),
    ];
    let world = World::new(accounts, &rows);
    world.check(ask(&["won"], &["account", "owner"]), "a, Ann, 1\n b, Bob, 0");
    assert!(world.error(ask(&["won"], &["account", "seller"])).starts_with("members-without-dimension"));
    // what neither leads to stands beside all of the other, in whatever order they are asked
    world.check(ask(&["won"], &["account", "sellers"]), "a, Ann, 0\n a, Bob, 1\n b, Ann, 0\n b, Bob, 0");
    world.check(ask(&["won"], &["sellers", "account"]), "Ann, a, 0\n Ann, b, 0\n Bob, a, 1\n Bob, b, 0");
    let filter = |text: &str| Ask { filter: Some(text.into()), ..ask(&["won"], &["account"]) };
    world.check(filter("owner is \"Bob\""), "b, 0");
    world.check(filter("seller is \"Bob\""), "a, 1\n b, 0");
}
