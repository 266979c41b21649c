//! The one integration binary: each further one would link the engine again.

#[cfg(feature = "engine")]
mod cases;
mod check;
mod definitions;
#[cfg(feature = "engine")]
mod opened;
#[cfg(feature = "engine")]
mod rows;
mod sample;
mod ui;
