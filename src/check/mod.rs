//! Model -> CheckedModel: names in expressions bound, types, units, grain, joins.
//!
//! Every expression is typed by `infer`, which asks a [`scope::Scope`] what names and
//! aggregates mean where it stands: over rows (`row`), in metrics, measures and rollups
//! (`metric_scope`), in a query (`query_scope`). Columns, measures and metrics are typed
//! when they are first named, which finds cycles. What is wrong is a struct in
//! `problems`; an expression with a mistake has the type `Error`, which agrees with
//! everything, so that one mistake gives one message.

mod aggregates;
mod allow;
mod attributes;
pub mod builtins;
mod checked;
mod checked_tests;
mod checker;
mod choices;
mod columns;
mod consumers;
mod cuts;
mod dates;
mod deprecated;
mod describe;
mod dimensions;
pub mod display;
mod existence;
mod forms;
mod functions;
pub mod grain;
mod implied;
mod infer;
mod linked;
mod links;
mod measures;
mod metric_scope;
mod metrics;
mod names;
mod neighbours;
mod numbers;
mod operators;
mod parameters;
mod parts;
mod problems;
mod query_scope;
pub mod reach;
mod rolled_up;
mod rollups;
mod row;
mod scope;
mod scorecards;
mod semi_additive;
mod settled;
mod sizes;
mod sources;
mod suggest;
mod test;
mod thresholds;
mod units;
mod unused;
mod walk;
mod windows;

use crate::diagnostic::Problems;
use crate::model::Model;

pub use allow::allowed;
pub use checked::*;
pub use checked_tests::*;
pub use cuts::{having_problem, left_out, rank_problem};
pub use deprecated::deprecated;
pub use display::expr as expression;
pub use grain::{grain_problem, whole_problem};
pub use parameters::set_parameter;
pub use problems::{TYPES, UNITS};
pub use query_scope::{check_having, check_where};
pub use thresholds::{Benchmark, Clear, Pin, Rule, Severity, Target, Test, Thresholds};

/// Types everything. All problems of all files; only a model without errors may be run.
///
/// Expressions are followed by recursion, and may be long (the parser's limits times the
/// longest chain): they get a stack of their own, of which only what is used costs anything.
pub fn check(model: &Model<'_>) -> (CheckedModel, Problems) {
    const STACK: usize = 128 << 20;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || check_all(model));
        match thread.map(|t| t.join()) {
            Ok(Ok(checked)) => checked,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => check_all(model),
        }
    })
}

fn check_all(model: &Model<'_>) -> (CheckedModel, Problems) {
    let mut checker = checker::Checker::new(model);
    checker.out.calendars = model.calendars.clone();
    parameters::check(model, &mut checker.out, &mut checker.problems);
    checker.out.dimensions = dimensions::declare(model);
    checker.out.metrics = metrics::declare(model);
    sources::declare(&mut checker);
    sources::check(&mut checker);
    existence::check(&mut checker);
    dimensions::check(&mut checker);
    metrics::check_all(&mut checker);
    rolled_up::check(&mut checker);
    semi_additive::check(&mut checker);
    thresholds::check_all(&mut checker);
    settled::check(&mut checker);
    scorecards::check_all(&mut checker);
    consumers::check_all(&mut checker);
    test::check(&mut checker);
    unused::report(&mut checker);
    checker.finish()
}

/// Two enumerations are one type if their members are, by name and in order.
pub(crate) fn same_members(a: &Enumeration, b: &Enumeration) -> bool {
    a.members.len() == b.members.len() && a.members.iter().zip(&b.members).all(|(a, b)| a.name == b.name)
}
