//! What plans over a handful of rows need in order to run, and no more. DataFusion's rules for
//! it also look for what could be made faster, which costs more than such rows do.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::physical_expr::{Distribution, LexOrdering, LexRequirement};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::replace_children_if_necessary;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

/// Where an operator wants its rows in one part, or in an order, they are put so. Nothing is
/// split: there is one part but for those of a union, and aggregates are made in one step.
#[derive(Debug)]
pub struct InOnePart;

impl PhysicalOptimizerRule for InOnePart {
    fn name(&self) -> &str {
        "in_one_part"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        ready(&plan)
    }
}

fn ready(plan: &Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    if let Some((last, first)) = two_steps(plan) {
        let single = AggregateExec::try_new(
            AggregateMode::Single,
            first.group_expr().clone(),
            first.aggr_expr().to_vec(),
            first.filter_expr().to_vec(),
            ready(first.input())?,
            first.input_schema(),
        )?;
        return fed(Arc::new(single.with_limit_options(last.limit_options())), |child| Ok(Arc::clone(child)));
    }
    fed(Arc::clone(plan), ready)
}

/// Aggregates that are made in two steps, of which one will do.
fn two_steps(plan: &Arc<dyn ExecutionPlan>) -> Option<(&AggregateExec, &AggregateExec)> {
    let last = plan.downcast_ref::<AggregateExec>()?;
    let first = last.input().downcast_ref::<AggregateExec>()?;
    let is_last = matches!(last.mode(), AggregateMode::Final | AggregateMode::FinalPartitioned);
    (is_last && *first.mode() == AggregateMode::Partial).then_some((last, first))
}

/// The operator over what it wants of its children.
fn fed(
    plan: Arc<dyn ExecutionPlan>,
    child: impl Fn(&Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let wanted = plan.input_distribution_requirements().into_per_child();
    let children = plan.children().into_iter().zip(wanted).zip(plan.required_input_ordering());
    let children = children
        .map(|((input, distribution), ordering)| {
            // of several orders any one will do
            ordered(
                in_one_part(child(input)?, &distribution),
                ordering.map(|ordering| ordering.into_single()),
            )
        })
        .collect::<Result<Vec<_>>>()?;
    replace_children_if_necessary(plan, children)
}

fn in_one_part(plan: Arc<dyn ExecutionPlan>, wanted: &Distribution) -> Arc<dyn ExecutionPlan> {
    let parts = plan.output_partitioning().partition_count();
    match wanted {
        Distribution::UnspecifiedDistribution => plan,
        _ if parts == 1 => plan,
        _ => Arc::new(CoalescePartitionsExec::new(plan)),
    }
}

fn ordered(plan: Arc<dyn ExecutionPlan>, wanted: Option<LexRequirement>) -> Result<Arc<dyn ExecutionPlan>> {
    let Some(wanted) = wanted else { return Ok(plan) };
    if plan.equivalence_properties().ordering_satisfy_requirement(wanted.clone())? {
        return Ok(plan);
    }
    let split = plan.output_partitioning().partition_count() > 1;
    let sorted = SortExec::new(LexOrdering::from(wanted), plan);
    Ok(Arc::new(sorted.with_preserve_partitioning(split)))
}
