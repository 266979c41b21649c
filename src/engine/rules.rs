//! The session that plans run in: which of DataFusion's rules they go through.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::optimizer::Optimizer;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::aggregate_statistics::AggregateStatistics;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_optimizer::sanity_checker::SanityCheckPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::prelude::SessionConfig;

use super::few;

/// How much is done to make a plan fast. The answer is the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rules {
    #[default]
    All,
    /// For a handful of rows, where planning costs more than they do.
    Few,
}

impl Rules {
    fn has(self, name: &str) -> bool {
        self == Rules::All && !WITHOUT.contains(&name)
    }
}

/// What our plans never have: subqueries, joins without a key that a filter makes up for,
/// the same group twice, structs that are read from files. Together a quarter of the time
/// that a plan's rules take.
const WITHOUT: [&str; 10] = [
    "rewrite_set_comparison",
    "decorrelate_predicate_subquery",
    "scalar_subquery_to_join",
    "decorrelate_lateral_join",
    "eliminate_cross_join",
    "eliminate_duplicated_expr",
    "filter_null_join_keys",
    "unions_to_filter",
    "extract_leaf_expressions",
    "push_down_leaf_projections",
];

/// Plans name their functions themselves: nothing has to be found by a name.
pub fn state(config: SessionConfig, rules: Rules) -> SessionState {
    let mut logical = Optimizer::new().rules;
    logical.retain(|rule| rules.has(rule.name()));
    let mut physical = PhysicalOptimizer::new().rules;
    physical.retain(|rule| rules.has(rule.name()));
    for rule in &mut physical {
        if rule.name() == AggregateStatistics::new().name() {
            *rule = Arc::new(OfStatistics(AggregateStatistics::new()));
        }
    }
    let mut config = config.with_information_schema(false);
    // whether a column can be missing is told differently by plans and their execution
    config.options_mut().execution.skip_physical_aggregate_schema_check = true;
    if rules == Rules::Few {
        physical.insert(0, Arc::new(few::InOnePart));
        // where nobody waits, that nothing is missing is looked at
        if cfg!(debug_assertions) {
            physical.push(Arc::new(SanityCheckPlan::new()));
        }
    }
    let builder = SessionStateBuilder::new().with_config(config);
    builder.with_optimizer_rules(logical).with_physical_optimizer_rules(physical).build()
}

/// Answers aggregates from what is known of files, but for different values: of a constant
/// DataFusion knows of one, also where there is no row.
#[derive(Debug)]
struct OfStatistics(AggregateStatistics);

impl PhysicalOptimizerRule for OfStatistics {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match counts_different(&plan) {
            true => Ok(plan),
            false => self.0.optimize(plan, config),
        }
    }

    fn name(&self) -> &str {
        self.0.name()
    }

    fn schema_check(&self) -> bool {
        self.0.schema_check()
    }
}

fn counts_different(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let own = plan.downcast_ref::<AggregateExec>();
    own.is_some_and(|own| own.aggr_expr().iter().any(|e| e.is_distinct()))
        || plan.children().into_iter().any(counts_different)
}
