//! From a model and an ask to a table: binds sources to files, asks the data what the
//! plan has to know (its newest date, whether it keeps its promises), runs the plan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::builder::table_source;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::displayable;
use datafusion::sql::unparser::plan_to_sql;

use super::bind::{self, Bindings};
use super::dates::{self, Ahead, Known};
use super::error::Error;
use super::locate::Sought;
use super::planner::Planner;
use super::promises;
use super::rules::Rules;
use super::to_table;
use crate::check::{CheckedModel, SourceId};
use crate::diagnostic::Diagnostic;
use crate::plan::{self, Tables};
use crate::query::{self, Ask, AskError, Needs, Promise, Query, Request, Top};
use crate::table::{Examined, Table, Value};
use crate::text::Sources;

#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// How many parts the work is split into; `None`: as many as there are cores.
    pub partitions: Option<usize>,
    pub rules: Rules,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// What was asked makes no sense for the model.
    Ask(AskError),
    /// The files are not there, or not what the contract says.
    Data(Box<Error>),
    /// Somebody stopped it.
    Interrupted,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Data(Box::new(error))
    }
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub table: Table,
    /// Metrics that an ask for all leaves out, each with the reason.
    pub left_out: Vec<(String, String)>,
    /// There are more rows than `top`: some share the last place.
    pub shared_place: bool,
    /// The promises of the sources that were read.
    pub examined: Vec<Examined>,
    pub ahead: Option<Ahead>,
}

/// A query in the words of each stage, for `kepi plan`.
#[derive(Debug, Clone)]
pub struct Explained {
    pub query: String,
    pub logical: String,
    pub physical: String,
    pub sql: Result<String, String>,
}

pub fn run(
    model: &CheckedModel,
    ask: &Ask,
    bindings: &Bindings,
    options: &Options,
) -> Result<Answer, Failure> {
    let model = &query::hoist(model);
    let run = Run::new(model, bindings, options);
    block_on(async {
        let planned = run.plan(ask).await?;
        let Planned { query, needs, tables, plan, left_out, read, ahead } = planned;
        for promise in &needs.promises {
            run.check(&query, &tables, promise).await?;
        }
        let table = to_table::table(&query, &run.collect(plan, &tables).await?)?;
        let examined = run.examine(&query, &tables, &read).await?;
        let shared_place = query.top.is_some_and(|top| more_than(&table, top));
        Ok(Answer { table, left_out, shared_place, examined, ahead })
    })
}

pub fn explain(
    model: &CheckedModel,
    ask: &Ask,
    bindings: &Bindings,
    options: &Options,
) -> Result<Explained, Failure> {
    let model = &query::hoist(model);
    let run = Run::new(model, bindings, options);
    block_on(async {
        let planned = run.plan(ask).await?;
        let optimized = run.planner.optimized(&planned.plan).map_err(failed)?;
        let physical = run.planner.physical(planned.plan.clone()).await.map_err(failed)?;
        Ok(Explained {
            query: query::display(model, &planned.query).to_string(),
            logical: optimized.display_indent().to_string(),
            physical: displayable(physical.as_ref()).indent(false).to_string(),
            sql: sql(planned.plan),
        })
    })
}

/// The plan as DataFusion would write it; the numbers of periods, which it cannot write,
/// as tables of that name.
fn sql(plan: LogicalPlan) -> Result<String, String> {
    let named = plan.transform_up(|node| match &node {
        LogicalPlan::Values(values) => {
            let table = table_source(values.schema.as_arrow());
            Ok(Transformed::yes(LogicalPlanBuilder::scan("periods", table, None)?.build()?))
        }
        _ => Ok(Transformed::no(node)),
    });
    let written = named.and_then(|named| Ok(plan_to_sql(&named.data)?.to_string()));
    written.map_err(|e| first_line(&e.strip_backtrace()))
}

/// Plans are walked recursively, and expressions may be deep: their threads have a stack
/// to match (it is only reserved, not taken).
pub(super) const STACK: usize = 256 << 20;

pub fn block_on<T: Send>(work: impl Future<Output = Result<T, Failure>> + Send) -> Result<T, Failure> {
    let started = |e: std::io::Error| Error::new(format!("the threads of a run cannot be started: {e}"));
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().thread_stack_size(STACK).build().map_err(started)?;
    let done = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let thread = thread.spawn_scoped(scope, || runtime.block_on(unless_stopped(work)));
        Ok(thread.map_err(started)?.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    // what has been stopped may still hold a thread for a while
    runtime.shutdown_background();
    done.and_then(|done| done)
}

/// Does this once somebody stops the program, whatever it is at: reading a file waits for
/// nothing that a runtime could stop.
pub fn when_stopped(then: impl FnOnce() + Send + 'static) {
    let listen = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if runtime.is_ok_and(|runtime| runtime.block_on(tokio::signal::ctrl_c()).is_ok()) {
            then();
        }
    };
    // without the thread Ctrl-C ends the program as it ends others
    let _ = std::thread::Builder::new().spawn(listen);
}

async fn unless_stopped<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        Ok(()) = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
    }
}

pub struct Run<'a> {
    pub model: &'a CheckedModel,
    pub bindings: &'a Bindings,
    pub planner: Arc<Planner>,
    pub known: Known,
}

struct Planned {
    query: Query,
    needs: Needs,
    tables: Tables,
    plan: LogicalPlan,
    left_out: Vec<(String, String)>,
    /// The sources that the query itself reads.
    read: BTreeSet<SourceId>,
    ahead: Option<Ahead>,
}

impl<'a> Run<'a> {
    pub fn new(model: &'a CheckedModel, bindings: &'a Bindings, options: &Options) -> Run<'a> {
        Run::with(model, bindings, Arc::new(Planner::new(options)))
    }

    pub fn with(model: &'a CheckedModel, bindings: &'a Bindings, planner: Arc<Planner>) -> Run<'a> {
        Run { model, bindings, planner, known: Known::default() }
    }
}

impl Run<'_> {
    async fn plan(&self, ask: &Ask) -> Result<Planned, Failure> {
        self.plan_request(query::resolve(self.model, ask).map_err(Failure::Ask)?).await
    }

    async fn plan_request(&self, request: Request) -> Result<Planned, Failure> {
        let left_out = request.left_out.clone();
        let draft = query::draft(self.model, request).map_err(ask_failed)?;
        let mut needs = query::needs(self.model, &draft);
        let read = needs.stored.keys().copied().collect();
        self.add_expects(&mut needs, &read);
        let tables = self.tables(&needs, draft.request.as_of.is_none())?;
        let up_to = self.up_to(&draft, &tables).await?;
        let bounds = self.bounds(&draft, &tables, up_to.as_of).await?;
        let mut counted = BTreeSet::new();
        dates::counted(&draft, &mut counted);
        let ahead = up_to.ahead(self.model, &counted);
        let query = query::finish(self.model, draft, &bounds).map_err(|d| ask_failed(vec![d]))?;
        let plan = plan::lower(self.model, &query, &tables).map_err(failed)?;
        Ok(Planned { query, needs, tables, plan, left_out, read, ahead })
    }

    pub(super) async fn answer(&self, request: Request) -> Result<Table, Failure> {
        let Planned { query, needs, tables, plan, .. } = self.plan_request(request).await?;
        for promise in &needs.promises {
            self.check(&query, &tables, promise).await?;
        }
        Ok(to_table::table(&query, &self.collect(plan, &tables).await?)?)
    }

    /// The tables that the query reads; where the newest date is asked for, those of all
    /// other sources too that have data and a date.
    pub fn tables(&self, needs: &Needs, newest: bool) -> Result<Tables, Error> {
        let mut all = needs.clone();
        let mut others = Vec::new();
        if newest {
            for (index, source) in self.model.sources.iter().enumerate() {
                let (id, dates) = (SourceId(index as u32), query::dates_of(source));
                if dates.is_empty() || !self.has_rows(id) {
                    continue;
                }
                let own = Needs::of_columns(self.model, id, &dates);
                match needs.stored.contains_key(&id) {
                    true => all.add(own),
                    false => others.push(own),
                }
            }
        }
        let mut tables = Tables::new();
        for (source, columns) in &all.stored {
            tables.insert(*source, bind::open(self.model, self.bindings, *source, columns)?);
        }
        for own in others {
            let mut more = all.clone();
            more.add(own);
            let changed = more.stored.iter().filter(|(s, columns)| all.stored.get(s) != Some(columns));
            let opened =
                changed.map(|(s, columns)| Ok((*s, bind::open(self.model, self.bindings, *s, columns)?)));
            // a source that the query does not need may have no data
            if let Ok(opened) = opened.collect::<Result<Vec<_>, Error>>() {
                tables.extend(opened);
                all = more;
            }
        }
        Ok(tables)
    }

    /// A test gives rows to few of the sources, and nothing has to be asked of the others.
    pub fn has_rows(&self, source: SourceId) -> bool {
        let given = self.bindings.given.as_ref();
        given.is_none_or(|test| test.given.iter().any(|given| given.source == source))
    }

    /// Rows are joined by what the data promises: broken, something would count twice.
    pub async fn check(&self, query: &Query, tables: &Tables, promise: &Promise) -> Result<(), Error> {
        if !self.has_rows(promise.source()) {
            return Ok(());
        }
        let place = (promise.clone(), query.as_of.filter(|_| query.cuts));
        if self.known.kept().contains(&place) {
            return Ok(());
        }
        let plan = plan::broken(self.model, query, tables, promise).map_err(failed)?;
        let batches = self.collect(plan, tables).await?;
        let broken = batches.iter().find(|b| b.num_rows() > 0);
        let Some(batch) = broken else {
            self.known.kept().insert(place);
            return Ok(());
        };
        let error = promises::broken(self.model, promise, batch);
        let columns = promise.columns(self.model);
        let one = [batch.slice(0, 1)];
        let sought = Sought { source: promise.source(), columns: &columns, rows: &one, most: 3 };
        // an overlap is told by its dates
        let places = match promise {
            Promise::OneInForce { .. } => Vec::new(),
            _ => self.places_of_equal(&sought).await?,
        };
        Err(promises::located(error, places.first().map_or(&[], Vec::as_slice)))
    }

    pub async fn collect(&self, plan: LogicalPlan, tables: &Tables) -> Result<Vec<RecordBatch>, Error> {
        let told = |error| {
            let tables: Vec<_> = tables.values().cloned().collect();
            super::open::explain(&error, &tables)
        };
        self.planner.collect(plan).await.map_err(told)
    }
}

fn more_than(table: &Table, top: Top) -> bool {
    let mut rows = BTreeMap::new();
    for row in &table.rows {
        let period = match row.values.first() {
            Some(Value::Period(period)) if top.of_each_period => Some(period.start),
            _ => None,
        };
        *rows.entry(period).or_insert(0) += 1;
    }
    rows.values().any(|number| *number > top.number)
}

pub fn ask_failed(diagnostics: Vec<Diagnostic>) -> Failure {
    Failure::Ask(AskError { diagnostics, sources: Sources::default() })
}

/// A plan that cannot be made or started.
pub fn failed(error: datafusion::error::DataFusionError) -> Error {
    super::open::explain(&error, &[])
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_string()
}
