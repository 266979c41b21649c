//! CheckedModel + what is asked -> Query: the aggregates of all metrics grouped into
//! scans, the periods, the final expressions. Plain data; knows no DataFusion.

mod advice;
mod ask;
mod begins;
mod behind;
mod build;
mod decompose;
mod display;
mod fits;
mod fresh;
mod hoist;
mod ir;
mod members;
mod needs;
mod order;
mod presence;
mod promises;
mod range;
mod rewrite;
mod rollup;
mod scans;
mod shape;
mod undetermined;

pub use advice::{OneEarlier, begins_nowhere, counted_again, looks_back, not_totalled, one_earlier, undated};
pub use ask::{Ask, AskError, Request, filter, resolve};
pub use begins::{asks_first, begins};
pub use behind::{Behind, Counted, Weight, behind};
pub use build::{Draft, draft, heading, not_begun, starts_from};
pub use decompose::decompose;
pub use display::display;
pub use fits::{fits, misasked, misfits};
pub use fresh::fresh_until;
pub use hoist::hoist;
pub use ir::*;
pub use needs::{Needs, dated_by, dates_of, needs};
pub use order::{Order, OrderBy, of_each_period};
pub use promises::Promise;
pub use range::{Bounds, earlier, finish, unbounded};
pub use rewrite::{column_refs, map, through, without_spans};
pub use rollup::in_own_period;
pub use undetermined::has_period;
