//! Files that hold the contract's columns in the same way: one scan by DataFusion.

use std::fs;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result as DataFusionResult;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::object_store::{ObjectMeta, path::Path};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::projection::ProjectionExpr;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use datafusion::scalar::ScalarValue;

use crate::engine::columns::data_type;
use crate::engine::contract::{Contract, ContractColumn};
use crate::engine::error::Error;

use super::expr::Convert;
use super::footer::{Cell, ParquetFile};
use super::look::Scan;

#[derive(Debug)]
pub struct Group {
    /// The files' columns that are needed, then those of the folders' names.
    schema: TableSchema,
    files: Vec<PartitionedFile>,
    statistics: Statistics,
    /// One for each column of the contract.
    columns: Vec<GroupColumn>,
}

#[derive(Debug, Clone)]
struct GroupColumn {
    /// In the schema.
    index: usize,
    convert: bool,
}

/// What has to be equal for two files to be in one group.
#[derive(Debug, PartialEq, Eq)]
enum Kind<'a> {
    Column { scan: &'a DataType, convert: bool },
    Folder,
}

/// All files in groups, in the order of the first of each.
pub fn groups(contract: &Contract, files: &[ParquetFile]) -> Result<Vec<Group>, Error> {
    let mut groups: Vec<(Vec<Kind>, Vec<&ParquetFile>)> = Vec::new();
    for file in files {
        let kinds: Vec<Kind> =
            contract.columns.iter().zip(&file.cells).map(|(c, cell)| kind(c.optional, cell)).collect();
        match groups.iter_mut().find(|(known, _)| *known == kinds) {
            Some((_, group)) => group.push(file),
            None => groups.push((kinds, vec![file])),
        }
    }
    groups.into_iter().map(|(kinds, files)| Group::new(contract, &kinds, &files)).collect()
}

fn kind(optional: bool, cell: &Cell) -> Kind<'_> {
    match cell {
        Cell::Column { reading, nulls, .. } => {
            Kind::Column { scan: &reading.scan, convert: reading.convert || (*nulls && !optional) }
        }
        Cell::Folder(_) => Kind::Folder,
    }
}

/// Where a group's columns are.
#[derive(Default)]
struct Layout {
    fields: Vec<Field>,
    /// With the indices of their columns in the contract.
    folders: Vec<(usize, FieldRef)>,
    columns: Vec<GroupColumn>,
}

impl Layout {
    fn of(contract: &Contract, kinds: &[Kind]) -> Layout {
        let mut layout = Layout::default();
        for (i, (column, kind)) in contract.columns.iter().zip(kinds).enumerate() {
            let column = match kind {
                Kind::Column { scan, convert } => layout.field(column, scan, *convert),
                Kind::Folder => layout.folder(i, column),
            };
            layout.columns.push(column);
        }
        for (i, _) in &layout.folders {
            layout.columns[*i].index += layout.fields.len();
        }
        layout
    }

    fn field(&mut self, column: &ContractColumn, scan: &DataType, convert: bool) -> GroupColumn {
        let known = self.fields.iter().position(|field| *field.name() == column.raw);
        let index = known.unwrap_or(self.fields.len());
        if known.is_none() {
            self.fields.push(Field::new(&column.raw, scan.clone(), column.optional || convert));
        }
        // a column of the data that the contract reads in two ways is scanned in the first
        let field = &self.fields[index];
        let differs = field.data_type() != scan || (!column.optional && field.is_nullable());
        GroupColumn { index, convert: convert || differs }
    }

    fn folder(&mut self, i: usize, column: &ContractColumn) -> GroupColumn {
        // apart from all columns of the file
        let name = format!("folder:{}", column.name);
        self.folders.push((i, Arc::new(Field::new(name, data_type(&column.ty), column.optional))));
        GroupColumn { index: self.folders.len() - 1, convert: false }
    }
}

impl Group {
    fn new(contract: &Contract, kinds: &[Kind], files: &[&ParquetFile]) -> Result<Group, Error> {
        let Layout { fields, folders, columns } = Layout::of(contract, kinds);
        let in_files = Arc::new(Schema::new(fields));
        let in_folders: Vec<FieldRef> = folders.iter().map(|(_, field)| Arc::clone(field)).collect();
        let schema =
            TableSchema::builder(Arc::clone(&in_files)).with_table_partition_cols(in_folders).build();
        let file = |file: &&ParquetFile| partitioned(file, &folders, &in_files, schema.table_schema());
        let files = files.iter().map(file).collect::<Result<Vec<_>, Error>>()?;
        // what is told of the whole has to be told of every file
        let told: Option<Vec<&Statistics>> = files.iter().map(|file| file.statistics.as_deref()).collect();
        let statistics = told.and_then(|told| Statistics::try_merge_iter(told, schema.table_schema()).ok());
        let statistics = statistics.unwrap_or_else(|| Statistics::new_unknown(schema.table_schema()));
        Ok(Group { schema, files, statistics, columns })
    }

    /// The plan that gives the columns of the scan.
    pub fn scan(
        &self,
        state: &dyn Session,
        scan: &Arc<Scan>,
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let mut indices: Vec<usize> = scan.columns.iter().map(|i| self.columns[*i].index).collect();
        indices.sort_unstable();
        indices.dedup();
        let files = self.data_source(state, &indices, limit)?;
        let schema = files.schema();
        let expr = |i: &usize| self.expr(*i, &indices, &schema, scan);
        let exprs: Vec<ProjectionExpr> = scan.columns.iter().map(expr).collect();
        if exprs.is_empty() {
            return Ok(files);
        }
        let renamed = ProjectionExec::try_new(exprs, Arc::clone(&files))?;
        // names alone are the scan's business: nothing stands between it and the query
        let plain = scan.columns.iter().all(|i| !self.columns[*i].convert);
        let swapped = if plain { files.try_swapping_with_projection(&renamed)? } else { None };
        Ok(swapped.unwrap_or_else(|| Arc::new(renamed)))
    }

    fn expr(&self, column: usize, indices: &[usize], schema: &SchemaRef, scan: &Arc<Scan>) -> ProjectionExpr {
        let GroupColumn { index, convert } = self.columns[column];
        let place = indices.iter().position(|i| *i == index).unwrap_or_default();
        let mut expr: Arc<dyn PhysicalExpr> = Arc::new(Column::new(schema.field(place).name(), place));
        if convert {
            expr = Arc::new(Convert { input: expr, scan: Arc::clone(scan), column });
        }
        ProjectionExpr { expr, alias: scan.contract.columns[column].name.clone() }
    }

    /// DataFusion's scan, in as many parts as there are cores.
    fn data_source(
        &self,
        state: &dyn Session,
        indices: &[usize],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let url = ObjectStoreUrl::local_filesystem();
        let mut options = TableParquetOptions {
            global: state.config_options().execution.parquet.clone(),
            ..Default::default()
        };
        options.global.coerce_int96 = Some("us".to_owned());
        let store = state.runtime_env().object_store(&url)?;
        let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
        let source = ParquetSource::new(self.schema.clone())
            .with_table_parquet_options(options)
            .with_parquet_file_reader_factory(Arc::new(CachedParquetFileReaderFactory::new(store, cache)));
        let cores = state.config().target_partitions();
        let builder = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_group(FileGroup::new(self.files.clone()))
            .with_statistics(self.statistics.clone())
            .with_limit(limit)
            .with_projection_indices(Some(indices.to_vec()))?;
        let whole = DataSourceExec::from_data_source(builder.clone().build());
        match whole.repartitioned(cores, state.config_options())? {
            Some(parts) => Ok(parts),
            None => {
                let groups = FileGroup::new(self.files.clone()).split_files(cores.max(1));
                Ok(DataSourceExec::from_data_source(builder.with_file_groups(groups).build()))
            }
        }
    }
}

/// A file as DataFusion names it, with what its footer and its folders say.
fn partitioned(
    file: &ParquetFile,
    folders: &[(usize, FieldRef)],
    schema: &SchemaRef,
    full: &SchemaRef,
) -> Result<PartitionedFile, Error> {
    let fail = |e: std::io::Error| file.file.unreadable(&e);
    let real = fs::canonicalize(&file.file.path).map_err(fail)?;
    let about = fs::metadata(&real).map_err(fail)?;
    let location = Path::from_absolute_path(&real)
        .map_err(|_| Error::new("the file's name cannot be read").file(&file.file.shown).help("rename it"))?;
    let last_modified = about.modified().unwrap_or(std::time::UNIX_EPOCH).into();
    let meta = ObjectMeta { location, last_modified, size: about.len(), e_tag: None, version: None };
    let mut partitioned = PartitionedFile::new_from_meta(meta);
    partitioned.partition_values =
        folders.iter().filter_map(|(i, _)| folder_value(&file.cells[*i])).collect();
    partitioned.statistics = statistics(file, schema, full).map(Arc::new);
    Ok(partitioned)
}

fn folder_value(cell: &Cell) -> Option<ScalarValue> {
    match cell {
        Cell::Folder(value) => Some(value.clone()),
        Cell::Column { .. } => None,
    }
}

/// What the footer tells for certain. DataFusion takes an untold number of missing
/// values for none, so columns without one are left untold as a whole.
fn statistics(file: &ParquetFile, schema: &SchemaRef, full: &SchemaRef) -> Option<Statistics> {
    let metadata = file.footer.metadata();
    let mut statistics = DFParquetMetadata::statistics_from_parquet_metadata(metadata, schema).ok()?;
    for (field, column) in schema.fields().iter().zip(&mut statistics.column_statistics) {
        let index = file.footer.schema().index_of(field.name()).ok()?;
        if file.footer.schema().field(index).data_type() != field.data_type() || !told(file, index) {
            *column = ColumnStatistics::new_unknown();
        }
    }
    statistics.column_statistics.resize(full.fields().len(), ColumnStatistics::new_unknown());
    statistics.total_byte_size = Precision::Absent;
    Some(statistics)
}

/// Whether every row group says how many values of the column are missing, and the
/// smallest and largest of the others.
fn told(file: &ParquetFile, root: usize) -> bool {
    let descr = file.footer.parquet_schema();
    let leaf = (0..descr.num_columns()).find(|leaf| descr.get_column_root_idx(*leaf) == root);
    leaf.is_some_and(|leaf| {
        file.footer.metadata().row_groups().iter().all(|group| {
            let Some(statistics) = group.column(leaf).statistics() else { return false };
            let bounds = statistics.min_bytes_opt().is_some() && statistics.max_bytes_opt().is_some();
            let nulls = statistics.null_count_opt();
            nulls.is_some_and(|nulls| bounds || nulls == group.num_rows() as u64)
        })
    })
}
