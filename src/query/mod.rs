//! CheckedModel + what is asked -> Query: the aggregates of all metrics grouped into
//! scans, the periods, the final expressions. Plain data; knows no DataFusion.

mod ask;
mod build;
mod display;
mod hoist;
mod ir;
mod needs;
mod promises;
mod range;
mod rewrite;
mod shape;

pub use ask::{Ask, AskError, Request, resolve};
pub use build::{Draft, decompose, draft};
pub use display::display;
pub use hoist::hoist;
pub use ir::*;
pub use needs::{Needs, dated_by, needs};
pub use promises::Promise;
pub use range::{Bounds, finish, unbounded};
pub use rewrite::{column_refs, map, through};
