//! The conversion of a column as an expression of a physical plan.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{FieldRef, Schema};
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_plan::PhysicalExpr;

use super::convert::convert;
use super::look::Scan;
use crate::engine::columns;

/// Strict: the first value that the contract does not allow ends the scan.
#[derive(Debug)]
pub struct Convert {
    pub input: Arc<dyn PhysicalExpr>,
    pub scan: Arc<Scan>,
    /// An index into the contract's columns.
    pub column: usize,
}

impl PhysicalExpr for Convert {
    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let array = self.input.evaluate(batch)?.into_array(batch.num_rows())?;
        let column = &self.scan.contract.columns[self.column];
        match convert(&array, column, &self.scan.zone) {
            Ok(array) => Ok(ColumnarValue::Array(array)),
            Err(bad) => Err(self.scan.first_error(column, &array, bad).into()),
        }
    }

    fn return_field(&self, _input: &Schema) -> Result<FieldRef> {
        Ok(Arc::new(columns::field(&self.scan.contract.columns[self.column])))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.input]
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let input = children.into_iter().next().unwrap_or_else(|| Arc::clone(&self.input));
        Ok(Arc::new(Convert { input, scan: Arc::clone(&self.scan), column: self.column }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Convert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ty = columns::data_type(&self.scan.contract.columns[self.column].ty);
        write!(f, "read({} as {ty})", self.input)
    }
}

impl PartialEq for Convert {
    fn eq(&self, other: &Convert) -> bool {
        self.column == other.column && Arc::ptr_eq(&self.scan, &other.scan) && self.input.eq(&other.input)
    }
}

impl Eq for Convert {}

impl Hash for Convert {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.column.hash(state);
        self.input.hash(state);
    }
}
