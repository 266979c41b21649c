//! The rows before and after a row, and what has none.

use kepi::query::Ask;

use super::{World, as_of, ask, every};

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
