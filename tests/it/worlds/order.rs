//! `--order-by`, `--top` and `--having`.

use kepi::engine::{self, Options};
use kepi::query::Ask;

use super::{World, ask, every};

const SALES: &str = "
    source sales {
      key id
      time sold_on
      id      : text
      rep_id  : text
      sold_on : date
      amount  : USD
      rep -> reps
    }
    source reps {
      key id
      id   : text
      name : text
    }
    dimension rep    = reps.name
    dimension roster = reps.name { members all }
    metric sold     = sum(sales.amount)
    metric deals    = count(sales)
    metric mean     = average(sales.amount)
    metric smallest = min(sales.amount) { better lower }
    metric place    = rank(sold over rep)
";

fn world() -> World {
    let reps = "id, name\n 1, Ann\n 2, Ben\n 3, Cy\n 4, Dee";
    let sales = "
        id, rep_id, sold_on,    amount
        a,  1,      2026-01-05, 50
        b,  2,      2026-01-06, 30
        c,  3,      2026-01-07, 30
        d,  1,      2026-02-05, 10
        e,  2,      2026-02-28, 40";
    World::new(SALES, &[("sales", sales), ("reps", reps)])
}

fn order_by(order: &str, ask: Ask) -> Ask {
    Ask { order_by: Some(order.into()), ..ask }
}

fn top(number: u32, ask: Ask) -> Ask {
    Ask { top: Some(number), ..ask }
}

#[test]
fn a_metric_is_ordered_from_its_best() {
    let world = world();
    world.check(order_by("sold", ask(&["sold"], &["rep"])), "Ben, 70.00\n Ann, 60.00\n Cy, 30.00");
    world.check(order_by("sold asc", ask(&["sold"], &["rep"])), "Cy, 30.00\n Ann, 60.00\n Ben, 70.00");
    world.check(order_by("smallest", ask(&["smallest"], &["rep"])), "Ann, 10.00\n Ben, 30.00\n Cy, 30.00");
    // by what is not shown
    world.check(order_by("sold", ask(&["deals"], &["rep"])), "Ben, 2\n Ann, 2\n Cy, 1");
}

#[test]
fn several_and_what_is_left_by_period_and_dimension() {
    let world = world();
    world.check(order_by("deals, rep desc", ask(&["deals"], &["rep"])), "Ben, 2\n Ann, 2\n Cy, 1");
    world.check(
        order_by("month desc, sold", every("month", ask(&["sold"], &["rep"]))),
        "2026-02, Ben, 40.00\n 2026-02, Ann, 10.00\n 2026-01, Ann, 50.00\n 2026-01, Ben, 30.00\n 2026-01, Cy, 30.00",
    );
    world.check(
        order_by("sold", every("month", ask(&["sold"], &["rep"]))),
        "2026-01, Ann, 50.00\n 2026-02, Ben, 40.00\n 2026-01, Ben, 30.00\n 2026-01, Cy, 30.00\n 2026-02, Ann, 10.00",
    );
}

#[test]
fn what_is_missing_comes_last_either_way() {
    let world = world();
    let means = |order| order_by(order, ask(&["mean"], &["roster"]));
    world.check(means("mean"), "Ben, 35\n Ann, 30\n Cy, 30\n Dee,");
    world.check(means("mean asc"), "Ann, 30\n Cy, 30\n Ben, 35\n Dee,");
    world.check(top(9, means("mean")), "Ben, 35\n Ann, 30\n Cy, 30");
}

#[test]
fn the_top_of_each_period_with_ties() {
    let world = world();
    world.check(
        top(2, every("month", ask(&["sold"], &["rep"]))),
        "2026-01, Ann, 50.00\n 2026-01, Ben, 30.00\n 2026-01, Cy, 30.00\n 2026-02, Ben, 40.00\n 2026-02, Ann, 10.00",
    );
    world.check(top(1, ask(&["sold"], &["rep"])), "Ben, 70.00");
    world.check(top(1, order_by("sold asc", ask(&["sold"], &["rep"]))), "Cy, 30.00");
    // a second thing to order by breaks the tie
    world.check(
        top(2, order_by("sold, rep", every("month", ask(&["deals"], &["rep"])))),
        "2026-01, Ann, 1\n 2026-01, Ben, 1\n 2026-02, Ben, 1\n 2026-02, Ann, 1",
    );
    world.check(
        top(1, order_by("month desc", every("month", ask(&["sold"], &["rep"])))),
        "2026-02, Ben, 40.00\n 2026-01, Ann, 50.00",
    );
}

#[test]
fn the_top_periods() {
    world().check(top(1, every("month", ask(&["sold"], &[]))), "2026-01, 110.00");
}

#[test]
fn a_shared_last_place_is_told() {
    let world = world();
    let shared = |number| {
        let ask = top(number, every("month", ask(&["sold"], &["rep"])));
        let opened = &world.opened;
        let answer = engine::run(&opened.model, &ask, &opened.bindings, &Options::default());
        answer.expect("an answer").shared_place
    };
    assert!(!shared(1));
    assert!(shared(2));
    assert!(!shared(3));
}

#[test]
fn having_keeps_ties() {
    let having = |condition: &str| Ask {
        having: Some(condition.into()),
        ..every("month", ask(&["sold", "place"], &["rep"]))
    };
    let world = world();
    world.check(
        having("place <= 2"),
        "2026-01, Ann, 50.00, 1\n 2026-01, Ben, 30.00, 2\n 2026-01, Cy, 30.00, 2\n 2026-02, Ann, 10.00, 2\n 2026-02, Ben, 40.00, 1",
    );
    // places are those among all, not among those that are kept
    world.check(having("rep is not \"Ann\" and sold > 30"), "2026-02, Ben, 40.00, 1");
}

#[test]
fn what_is_no_order() {
    let world = world();
    let error = |order: &str, ask: Ask| world.error(order_by(order, ask));
    let by_rep = || ask(&["sold"], &["rep"]);
    assert_eq!(
        error("sold downwards", by_rep()),
        "bad-order: `sold downwards` is no order (help: write a name, and behind it `asc` or `desc`: `bookings desc`)"
    );
    assert_eq!(
        error("-sold", by_rep()),
        "bad-order: `-sold` is no order (help: write `sold desc` for the greatest first)"
    );
    assert_eq!(
        error("sold, sold desc", by_rep()),
        "bad-order: `sold desc` is there twice (help: leave out one of them)"
    );
    assert_eq!(
        error("rep", ask(&["sold"], &[])),
        "bad-order: the rows are not of one rep each, so rep cannot order them (help: add --by rep)"
    );
    assert_eq!(
        error("period", by_rep()),
        "bad-order: there are no periods to order by (help: add --every with a grain)"
    );
    assert_eq!(
        error("slod", by_rep()),
        "unknown-name: there is no metric or dimension `slod` (help: did you mean `sold`?)"
    );
    assert_eq!(
        world.error(top(0, by_rep())),
        "bad-order: --top 0 asks for no row (help: write --top 1 for the best)"
    );
    assert_eq!(
        world.error(top(3, ask(&["sold"], &[]))),
        "bad-order: --top chooses among rows, and there is only one (help: add --by with a dimension, or --every with a grain)"
    );
}
