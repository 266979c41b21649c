//! Query -> DataFusion LogicalPlan. With `engine` the only module that names
//! DataFusion; pure: it reads no data.

mod calls;
mod expr;
mod functions;
mod types;
