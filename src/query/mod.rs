//! CheckedModel + what is asked -> Query: the aggregates of all metrics grouped into
//! scans, the periods, the final expressions. Plain data; knows no DataFusion.

mod ask;
mod build;
mod decompose;
mod display;
mod hoist;
mod ir;
mod needs;
mod presence;
mod promises;
mod range;
mod rewrite;
mod rollup;
mod shape;
mod undetermined;

pub use ask::{Ask, AskError, Request, resolve};
pub use build::{Draft, draft};
pub use decompose::decompose;
pub use display::display;
pub use hoist::hoist;
pub use ir::*;
pub use needs::{Needs, dated_by, needs};
pub use promises::Promise;
pub use range::{Bounds, finish, unbounded};
pub use rewrite::{column_refs, map, through};
pub use rollup::in_own_period;
pub use undetermined::has_period;
