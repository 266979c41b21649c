//! Arrow columns as a provider gives them on, one kind for each type of a contract,
//! and their filling from texts.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int16Builder, Int64Builder,
    StringViewBuilder, TimestampMicrosecondBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

use super::contract::{Contract, ContractColumn, ContractType};
use crate::values::{self, LocalTime, Reason};

/// The fields of a contract's provider, by the columns' names in `.kpi` files.
pub fn schema(contract: &Contract) -> SchemaRef {
    Arc::new(Schema::new(contract.columns.iter().map(field).collect::<Vec<_>>()))
}

/// That a column is never missing is the contract's to find out: DataFusion would take it for
/// known, and not look at the data that a condition on it asks for.
pub fn field(column: &ContractColumn) -> Field {
    Field::new(&column.name, data_type(&column.ty), true)
}

pub fn data_type(ty: &ContractType) -> DataType {
    match ty {
        ContractType::Text => DataType::Utf8View,
        ContractType::Bool => DataType::Boolean,
        ContractType::Int => DataType::Int64,
        ContractType::Float => DataType::Float64,
        ContractType::Decimal { precision, scale } => DataType::Decimal128(*precision, *scale as i8),
        ContractType::Date => DataType::Date32,
        ContractType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        ContractType::Enum(_) => DataType::Int16,
    }
}

/// Collects the values of one column.
pub enum ColumnBuilder {
    Text(StringViewBuilder),
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Decimal { builder: Decimal128Builder, precision: u8, scale: u8 },
    Date { builder: Date32Builder, zone: LocalTime },
    Timestamp { builder: TimestampMicrosecondBuilder, zone: LocalTime },
    Enum { builder: Int16Builder, members: Arc<[String]> },
}

impl ColumnBuilder {
    pub fn new(ty: &ContractType, zone: &LocalTime, capacity: usize) -> ColumnBuilder {
        match ty {
            ContractType::Text => ColumnBuilder::Text(StringViewBuilder::with_capacity(capacity)),
            ContractType::Bool => ColumnBuilder::Bool(BooleanBuilder::with_capacity(capacity)),
            ContractType::Int => ColumnBuilder::Int(Int64Builder::with_capacity(capacity)),
            ContractType::Float => ColumnBuilder::Float(Float64Builder::with_capacity(capacity)),
            ContractType::Decimal { precision, scale } => ColumnBuilder::Decimal {
                builder: Decimal128Builder::with_capacity(capacity).with_data_type(data_type(ty)),
                precision: *precision,
                scale: *scale,
            },
            ContractType::Date => {
                ColumnBuilder::Date { builder: Date32Builder::with_capacity(capacity), zone: zone.clone() }
            }
            ContractType::Timestamp => ColumnBuilder::Timestamp {
                builder: TimestampMicrosecondBuilder::with_capacity(capacity),
                zone: zone.clone(),
            },
            ContractType::Enum(members) => ColumnBuilder::Enum {
                builder: Int16Builder::with_capacity(capacity),
                members: members.clone().into(),
            },
        }
    }

    /// The value that a text stands for; the text is not empty.
    pub fn push(&mut self, text: &[u8]) -> Result<(), Reason> {
        match self {
            ColumnBuilder::Text(builder) => builder.append_value(values::text(text)?),
            ColumnBuilder::Bool(builder) => builder.append_value(values::bool(text)?),
            ColumnBuilder::Int(builder) => builder.append_value(values::int(text)?),
            ColumnBuilder::Float(builder) => builder.append_value(values::float(text)?),
            ColumnBuilder::Decimal { builder, precision, scale } => {
                builder.append_value(values::decimal(text, *precision, *scale)?);
            }
            ColumnBuilder::Date { builder, zone } => builder.append_value(values::date(text, zone)?),
            ColumnBuilder::Timestamp { builder, zone } => {
                builder.append_value(values::timestamp(text, zone)?);
            }
            ColumnBuilder::Enum { builder, members } => builder.append_value(values::member(text, members)?),
        }
        Ok(())
    }

    /// Whether a text of blanks alone says nothing.
    pub fn ignores_blanks(&self) -> bool {
        !matches!(self, ColumnBuilder::Text(_) | ColumnBuilder::Enum { .. })
    }

    pub fn push_missing(&mut self) {
        match self {
            ColumnBuilder::Text(builder) => builder.append_null(),
            ColumnBuilder::Bool(builder) => builder.append_null(),
            ColumnBuilder::Int(builder) => builder.append_null(),
            ColumnBuilder::Float(builder) => builder.append_null(),
            ColumnBuilder::Decimal { builder, .. } => builder.append_null(),
            ColumnBuilder::Date { builder, .. } => builder.append_null(),
            ColumnBuilder::Timestamp { builder, .. } => builder.append_null(),
            ColumnBuilder::Enum { builder, .. } => builder.append_null(),
        }
    }

    /// What was collected; the builder is empty again.
    pub fn finish(&mut self) -> ArrayRef {
        match self {
            ColumnBuilder::Text(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Bool(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Int(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Float(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Decimal { builder, .. } => Arc::new(builder.finish()),
            ColumnBuilder::Date { builder, .. } => Arc::new(builder.finish()),
            ColumnBuilder::Timestamp { builder, .. } => Arc::new(builder.finish()),
            ColumnBuilder::Enum { builder, .. } => Arc::new(builder.finish()),
        }
    }
}
