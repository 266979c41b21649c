//! Sources bound to files: which files a source's rows are in, and what they have to hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::catalog::TableProvider;

use super::contract::{Contract, ContractColumn, ContractType};
use super::error::Error;
use super::files::{self, FileSet, Location};
use super::given;
use crate::check::{
    CheckedModel, Column, ColumnId, ColumnKind, MONEY_DIGITS, Repr, Source, SourceId, SourceKind, TestCase,
    Type,
};

/// Where a project's data is.
#[derive(Debug, Clone, Default)]
pub struct Bindings {
    /// The project's folder: what paths are relative to.
    pub root: PathBuf,
    /// The folder in which sources are looked for by their names.
    pub data: PathBuf,
    /// Of the profile: paths by the names of sources.
    pub sources: BTreeMap<String, String>,
    /// Of a test: the rows of its sources, instead of all files; those not given have none.
    pub given: Option<Arc<TestCase>>,
}

/// The source's table, with these of its stored columns.
pub fn open(
    model: &CheckedModel,
    bindings: &Bindings,
    id: SourceId,
    columns: &BTreeSet<ColumnId>,
) -> Result<Arc<dyn TableProvider>, Error> {
    if let Some(test) = &bindings.given {
        return given::open(model, &test.given, id, columns);
    }
    let source = model.source(id);
    let files = find(source, bindings)?;
    let columns = columns.iter().filter_map(|c| contract_column(&source.columns[c.index()])).collect();
    let contract = Contract { source: source.name.clone(), columns };
    super::open(&contract, &files, &model.settings.timezone)
}

pub fn find(source: &Source, bindings: &Bindings) -> Result<FileSet, Error> {
    let declared = match &source.kind {
        SourceKind::Stored(from) => from.as_ref(),
        SourceKind::Rollup(_) => {
            return Err(Error::new(format!("{} is a rollup and has no files", source.name)));
        }
    };
    let at = |pattern: &str, base: &std::path::Path| {
        let location = Location {
            format: declared.and_then(|from| from.format),
            pattern: pattern.to_string(),
            delimiter: declared.and_then(|from| from.delimiter),
        };
        files::find(&location, base)
    };
    match (bindings.sources.get(&source.name), declared) {
        // a profile's paths start at the project, a declaration's in its data
        (Some(bound), _) => at(bound, &bindings.root),
        (None, Some(from)) => at(&from.path, &bindings.data),
        (None, None) => files::find_by_name(&bindings.data, &source.name),
    }
}

pub fn contract_column(column: &Column) -> Option<ContractColumn> {
    let ColumnKind::Stored { raw, precision } = &column.kind else { return None };
    Some(ContractColumn {
        name: column.name.clone(),
        raw: raw.clone(),
        ty: contract_type(&column.ty, *precision),
        optional: column.optional,
    })
}

fn contract_type(ty: &Type, precision: Option<u8>) -> ContractType {
    match ty {
        Type::Text | Type::Error | Type::Missing => ContractType::Text,
        Type::Bool => ContractType::Bool,
        Type::Date => ContractType::Date,
        Type::Timestamp => ContractType::Timestamp,
        Type::Enum(enumeration) => {
            ContractType::Enum(enumeration.members.iter().map(|m| m.raw.clone()).collect())
        }
        Type::Number(number) => match number.repr {
            Repr::Int => ContractType::Int,
            Repr::Decimal(scale) => {
                ContractType::Decimal { precision: precision.unwrap_or(MONEY_DIGITS), scale }
            }
            Repr::Float => ContractType::Float,
        },
    }
}
