//! From a plan to rows: the operators that do it, by how much is done to make them fast.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::common::Result;
use datafusion::execution::{SendableRecordBatchStream, SessionState, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, collect, execute_stream};
use datafusion::prelude::{SessionConfig, SessionContext};

use super::rules::{self, Rules};
use super::run::Options;

pub struct Planner {
    state: SessionState,
    task: Arc<TaskContext>,
    rules: Rules,
}

impl Planner {
    pub fn new(options: &Options) -> Planner {
        let mut config = SessionConfig::new();
        if let Some(partitions) = options.partitions {
            config = config.with_target_partitions(partitions);
        }
        let context = SessionContext::new_with_state(rules::state(config, options.rules));
        Planner { state: context.state(), task: context.task_ctx(), rules: options.rules }
    }

    pub fn optimized(&self, plan: &LogicalPlan) -> Result<LogicalPlan> {
        self.state.optimize(plan)
    }

    pub async fn physical(&self, plan: LogicalPlan) -> Result<Arc<dyn ExecutionPlan>> {
        match self.rules {
            Rules::All => self.state.create_physical_plan(&plan).await,
            // types are made to fit, and nothing is rewritten
            Rules::Few => {
                let options = self.state.config_options();
                let typed = self.state.analyzer().execute_and_check(plan, options, |_, _| {})?;
                self.state.query_planner().create_physical_plan(&typed, &self.state).await
            }
        }
    }

    pub async fn collect(&self, plan: LogicalPlan) -> Result<Vec<RecordBatch>> {
        collect(self.physical(plan).await?, Arc::clone(&self.task)).await
    }

    pub async fn stream(&self, plan: LogicalPlan) -> Result<SendableRecordBatchStream> {
        execute_stream(self.physical(plan).await?, Arc::clone(&self.task))
    }
}
