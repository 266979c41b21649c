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
