//! Many small questions in a row, as tests ask them: what is costly to set up is set up once.

use std::sync::Arc;

use tokio::runtime::Runtime;

use super::bind::Bindings;
use super::compute::Computed;
use super::error::Error;
use super::planner::Planner;
use super::rules::Rules;
use super::run::{Failure, Options, Run, STACK};
use crate::check::CheckedModel;
use crate::query::Request;
use crate::table::Table;

pub struct Session {
    planner: Arc<Planner>,
    runtime: Runtime,
}

/// One state of the data, of which many questions are asked.
pub struct SameRows<'a> {
    run: Run<'a>,
    runtime: &'a Runtime,
}

/// Runs `work` with a session, on a thread whose stack is as deep as plans may be.
pub fn with_session<T: Send>(work: impl FnOnce(&Session) -> T + Send) -> Result<T, Error> {
    let started = |e: std::io::Error| Error::new(format!("the thread of a run cannot be started: {e}"));
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let thread = thread.spawn_scoped(scope, || Ok(work(&Session::new().map_err(started)?)));
        thread.map_err(started)?.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

impl Session {
    fn new() -> std::io::Result<Session> {
        let options = Options { partitions: Some(1), rules: Rules::Few };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Session { planner: Arc::new(Planner::new(&options)), runtime })
    }

    /// Questions over the same rows, which share what they have to know of them. The model has
    /// to be one that [`crate::query::hoist`] has gone over.
    pub fn over<'a>(&'a self, model: &'a CheckedModel, bindings: &'a Bindings) -> SameRows<'a> {
        SameRows { run: Run::with(model, bindings, Arc::clone(&self.planner)), runtime: &self.runtime }
    }
}

impl SameRows<'_> {
    pub fn answer(&self, request: Request) -> Result<Table, Failure> {
        self.runtime.block_on(self.run.answer(request))
    }

    /// Many requests at once, each answered without gaps.
    pub fn compute(&self, requests: &[Request]) -> Result<Computed, Failure> {
        self.runtime.block_on(self.run.all(requests))
    }
}
