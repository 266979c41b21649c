//! Numbers and texts as they are written out: in whose unit a bare number is, what is trimmed.

use super::{World, ask};

const REVIEWS: &str = "
    source reviews {
      time day
      day   : date
      score : int
      sent  : date?
      shop  : text
      took    = greatest(1 day, sent - day, 0)
      trimmed = trim(shop)
    }
    parameter step : points = 5
    metric nps  : points = proportion(score >= 9 of reviews) - proportion(score <= 6 of reviews)
    metric well          = nps > 20
    metric better        = nps > 40
    metric more : points = nps + 2.5
    metric less : points = nps - step
    metric silent : points = proportion(score >= 9 of reviews where score > 10)
    metric none : points = silent ?? 7
    metric fast          = count(reviews where least(0, sent - day, 2 days) < 0)
    metric slow          = sum(reviews.took)
    metric shops         = count(distinct reviews.trimmed)
";

/// Three of five promote, one detracts.
const ROWS: &str = "
    day,        score, sent,       shop
    2026-01-05,     9, 2026-01-08, north
    2026-01-06,    10, 2026-01-05, \"\u{a0}north\"
    2026-01-07,     3,           , \"north\t\"
    2026-01-08,     9, 2026-01-08, south
    2026-01-09,     7, 2026-01-19, \"south\u{2003} \"";

#[test]
fn beside_points_a_bare_number_is_points() {
    let world = World::new(REVIEWS, &[("reviews", ROWS)]);
    // 0.6 - 0.2 in binary
    world.check(ask(&["nps", "well", "more", "less"], &[]), "0.39999999999999997, true, 0.425, 0.35");
    // two fifths are not more than 40 points
    world.check(ask(&["better", "none"], &[]), "false, 0.07");
}

#[test]
fn the_argument_with_a_unit_says_in_which_the_others_are() {
    let world = World::new(REVIEWS, &[("reviews", ROWS)]);
    world.check(ask(&["fast", "slow"], &[]), "1, 15");
}

#[test]
fn all_white_space_is_trimmed() {
    let world = World::new(REVIEWS, &[("reviews", ROWS)]);
    world.check(ask(&["shops"], &[]), "2");
}

/// Floats know two zeros; people one. A zero with a sign comes from files that other programs
/// wrote, and of what is less than nothing times nothing, divided, rounded or turned round.
#[test]
fn there_is_one_zero() {
    let world = World::new(
        "source sales {
           key id
           id : int
           x  : number
           y  : number
           product  = x * y
           quotient = x / y
           turned   = -x
           rounded  = round(y / 10)
           rest     = mod(y, 4)
           undone   = 1 / product
           unrest   = mod(y, product)
         }
         dimension sign = choose { negative when sales.product < 0, positive when sales.product > 0, else none }
         metric rows      = count(sales)
         metric zeros     = count(sales where x is 0)
         metric none_less = count(sales where x < 0 or product < 0 or quotient < 0 or turned < 0 or rest < 0)
         metric products  = count(sales where product is 0)
         metric among     = count(sales where product in (0, 7))
         metric quotients = count(sales where quotient is 0)
         metric opposites = count(sales where turned is 0)
         metric rounds    = count(sales where rounded is 0)
         metric rests     = count(sales where rest is 0)
         metric parts     = sum(sales.y) / (sum(sales.y) * sum(sales.x))
         metric undone    = count(sales where undone is present or unrest is present)
         metric different = count(distinct sales.product)",
        &[("sales", "id, x, y
                     1,  0, -4
                     2, -0, -4
                     3, -0.0, 4")],
    );
    world.check(ask(&["rows"], &["sign"]), "none, 3");
    world.check(ask(&["zeros", "none_less", "products", "among", "quotients"], &[]), "3, 0, 3, 3, 3");
    world.check(
        ask(&["opposites", "rounds", "rests", "parts", "undone", "different"], &[]),
        "3, 3, 3, , 0, 1",
    );
}
