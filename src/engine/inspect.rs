//! `kepi check --data`: every source read whole, and held against its contract, what links
//! rely on, and its promises. One that cannot be read does not keep the others from it.

use std::collections::BTreeSet;

use futures::StreamExt;
use jiff::civil::Date;

use super::bind::Bindings;
use super::error::Error;
use super::run::{Failure, Options, Run, block_on, failed};
use crate::check::{CheckedModel, ColumnId, ColumnKind, SourceId, SourceKind};
use crate::plan::{self, Tables};
use crate::query::{self, Needs, Promise, Query, Request};
use crate::table::Examined;

#[derive(Debug, Clone, Default)]
pub struct Inspected {
    /// How many sources have been read.
    pub sources: usize,
    pub examined: Vec<Examined>,
    /// Of sources that could not be read, or that links cannot rely on.
    pub errors: Vec<Error>,
}

pub fn inspect(
    model: &CheckedModel,
    as_of: Option<Date>,
    bindings: &Bindings,
    options: &Options,
) -> Result<Inspected, Failure> {
    let model = &query::hoist(model);
    let run = Run::new(model, bindings, options);
    block_on(run.inspect(as_of))
}

impl Run<'_> {
    async fn inspect(&self, as_of: Option<Date>) -> Result<Inspected, Failure> {
        let mut found = Inspected::default();
        let mut readable: Vec<(SourceId, Needs, Tables)> = Vec::new();
        for source in self.stored() {
            let needs = self.everything(source);
            match self.tables(&needs, false) {
                Ok(tables) => readable.push((source, needs, tables)),
                Err(error) => add(&mut found.errors, error),
            }
        }
        let request = Request { as_of, ..Request::default() };
        let draft = query::draft(self.model, request).map_err(super::run::ask_failed)?;
        let all: Tables = readable.iter().flat_map(|(_, _, tables)| tables.clone()).collect();
        let query = Query { cuts: true, ..query::unbounded(&draft) };
        // a file that breaks its contract may have no dates: it is told below
        let newest = self.newest(&draft, &all).await.unwrap_or(as_of);
        let query = Query { as_of: newest, ..query };
        for (source, needs, tables) in readable {
            match self.read_whole(&query, source, &needs, &tables).await {
                Ok(examined) => {
                    found.sources += 1;
                    found.examined.extend(examined);
                }
                Err(error) => add(&mut found.errors, error),
            }
        }
        Ok(found)
    }

    fn stored(&self) -> Vec<SourceId> {
        let sources = self.model.sources.iter().enumerate();
        let stored = sources.filter(|(_, source)| matches!(source.kind, SourceKind::Stored(_)));
        stored.map(|(at, _)| SourceId(at as u32)).collect()
    }

    /// All columns, the promises, and what the links rely on.
    fn everything(&self, source: SourceId) -> Needs {
        let declared = self.model.source(source);
        let mut needs = Needs::of_columns(self.model, source, &self.columns(source));
        needs.add(Needs::of_expects(self.model, source));
        needs.promises.extend(Promise::of_itself(self.model, source));
        for promise in declared.links.iter().filter_map(|link| Promise::of_link(self.model, link)) {
            let target = promise.source();
            if matches!(self.model.source(target).kind, SourceKind::Stored(_)) {
                needs.add(Needs::of_columns(self.model, target, &promise.columns(self.model)));
                needs.promises.insert(promise);
            }
        }
        needs
    }

    fn columns(&self, source: SourceId) -> Vec<ColumnId> {
        let columns = self.model.source(source).columns.iter().enumerate();
        let stored = columns.filter(|(_, column)| matches!(column.kind, ColumnKind::Stored { .. }));
        stored.map(|(at, _)| ColumnId(at as u32)).collect()
    }

    async fn read_whole(
        &self,
        query: &Query,
        source: SourceId,
        needs: &Needs,
        tables: &Tables,
    ) -> Result<Vec<Examined>, Error> {
        let plan = plan::all_rows(self.model, query, tables, source, &self.columns(source));
        self.drain(plan.map_err(failed)?, tables).await?;
        for promise in &needs.promises {
            self.check(query, tables, promise).await?;
        }
        self.examine(query, tables, &BTreeSet::from([source])).await
    }

    /// Reads everything and keeps nothing.
    async fn drain(&self, plan: datafusion::logical_expr::LogicalPlan, tables: &Tables) -> Result<(), Error> {
        let told = |error| {
            let tables: Vec<_> = tables.values().cloned().collect();
            super::open::explain(&error, &tables)
        };
        let mut stream = self.planner.stream(plan).await.map_err(told)?;
        while let Some(batch) = stream.next().await {
            batch.map_err(told)?;
        }
        Ok(())
    }
}

/// Two sources may be kept from being read by the same mistake.
fn add(errors: &mut Vec<Error>, error: Error) {
    if !errors.contains(&error) {
        errors.push(error);
    }
}
