//! Answers in small worlds, worked out by hand: by theme what a question can ask, and
//! what time and data can hold.

mod calendar;
mod edges;
mod intervals;
mod members;
mod not_yet_known;
mod nothing;
mod order;
mod rolled_up;
mod up_to_when;
mod windows;
mod written;

use crate::rows::{World, as_of, ask, every};
