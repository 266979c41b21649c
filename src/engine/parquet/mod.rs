//! Parquet files as a table: DataFusion's own scan, one for all files that hold the
//! columns in the same way, with strict conversions only where types differ.

mod convert;
mod expr;
mod footer;
mod group;
mod look;

#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::union::UnionExec;

use super::columns;
use super::contract::Contract;
use super::error::Error;
use super::files::FileSet;
use super::open::each;
use crate::values::LocalTime;
use footer::ParquetFile;
use group::Group;
use look::Scan;

pub fn open(contract: &Contract, files: &FileSet, zone: &LocalTime) -> Result<Arc<dyn TableProvider>, Error> {
    let files: Arc<[ParquetFile]> = each(&files.files, |file| footer::open(contract, file, zone))?.into();
    let groups = group::groups(contract, &files)?;
    Ok(Arc::new(ParquetTable {
        contract: contract.clone(),
        schema: columns::schema(contract),
        files,
        groups,
        zone: zone.clone(),
    }))
}

#[derive(Debug)]
pub struct ParquetTable {
    contract: Contract,
    schema: SchemaRef,
    files: Arc<[ParquetFile]>,
    groups: Vec<Group>,
    zone: LocalTime,
}

impl ParquetTable {
    /// Reads everything again to find what broke a scan.
    pub fn look(&self) -> Option<Error> {
        self.reading((0..self.contract.columns.len()).collect()).look()
    }

    fn reading(&self, columns: Vec<usize>) -> Scan {
        Scan {
            contract: self.contract.clone(),
            files: Arc::clone(&self.files),
            columns,
            zone: self.zone.clone(),
            first: OnceLock::new(),
        }
    }
}

#[async_trait]
impl TableProvider for ParquetTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let columns = projection.cloned().unwrap_or_else(|| (0..self.contract.columns.len()).collect());
        let scan = Arc::new(self.reading(columns));
        let plan = |group: &Group| group.scan(state, &scan, limit);
        let mut plans = self.groups.iter().map(plan).collect::<DataFusionResult<Vec<_>>>()?;
        match plans.len() {
            1 => Ok(plans.remove(0)),
            _ => UnionExec::try_new(plans),
        }
    }
}
