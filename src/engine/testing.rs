//! For tests of reading: small files in a folder of their own, and what comes of them
//! as text: one line a row, or the error.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::catalog::TableProvider;
use datafusion::error::DataFusionError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::prelude::{SessionConfig, SessionContext};
use jiff::tz::TimeZone;

use super::contract::{Contract, ContractColumn, ContractType};
use super::error::Error;
use super::files::{self, FileSet, Location};

pub struct Folder {
    pub dir: tempfile::TempDir,
    pub zone: TimeZone,
    pub partitions: usize,
}

impl Folder {
    pub fn new() -> Folder {
        Folder { dir: tempfile::tempdir().expect("a folder"), zone: TimeZone::UTC, partitions: 2 }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        path
    }

    pub fn write_parquet(&self, name: &str, columns: Vec<(&str, ArrayRef)>) -> PathBuf {
        let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)));
        self.write_batch(name, &batch.expect("a batch"))
    }

    pub fn write_batch(&self, name: &str, batch: &RecordBatch) -> PathBuf {
        let path = self.write(name, "");
        let file = std::fs::File::create(&path).expect("a file");
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
        writer.write(batch).expect("rows");
        writer.close().expect("a footer");
        path
    }

    pub fn find(&self, pattern: &str) -> Result<FileSet, Error> {
        let location = Location { format: None, pattern: pattern.to_owned(), delimiter: None };
        files::find(&location, self.path())
    }

    /// All rows of the files as `a | b` lines, or the error.
    pub fn read(&self, pattern: &str, contract: &str) -> String {
        self.find(pattern).map_or_else(|e| e.to_string(), |files| self.read_set(&files, contract))
    }

    pub fn read_set(&self, files: &FileSet, contract: &str) -> String {
        match super::open(&self::contract(contract), files, &self.zone) {
            Ok(table) => match self.collect(Arc::clone(&table)) {
                Ok(batches) => lines(&batches),
                Err(error) => super::open::explain(&error, &[table]).to_string(),
            },
            Err(error) => error.to_string(),
        }
    }

    pub fn collect(&self, table: Arc<dyn TableProvider>) -> Result<Vec<RecordBatch>, DataFusionError> {
        self.query(table, "select * from t")
    }

    pub fn query(
        &self,
        table: Arc<dyn TableProvider>,
        sql: &str,
    ) -> Result<Vec<RecordBatch>, DataFusionError> {
        let context =
            SessionContext::new_with_config(SessionConfig::new().with_target_partitions(self.partitions));
        context.register_table("t", table)?;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
        runtime.block_on(async { context.sql(sql).await?.collect().await })
    }
}

/// One line a row; `–` for a missing value.
pub fn lines(batches: &[RecordBatch]) -> String {
    let options = FormatOptions::default();
    let mut lines = Vec::new();
    for batch in batches {
        let columns: Vec<_> =
            batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).expect("shown")).collect();
        for row in 0..batch.num_rows() {
            let cell = |(i, c): (usize, &ArrayFormatter)| {
                if batch.column(i).is_null(row) { "–".to_owned() } else { c.value(row).to_string() }
            };
            lines.push(columns.iter().enumerate().map(cell).collect::<Vec<_>>().join(" | "));
        }
    }
    lines.join("\n")
}

/// `amount: decimal(12,2)? from Deal Value; stage: one of open,won` as a contract.
pub fn contract(text: &str) -> Contract {
    let columns = text.split(';').map(str::trim).filter(|c| !c.is_empty()).map(column).collect();
    Contract { source: "deals".to_owned(), columns }
}

fn column(text: &str) -> ContractColumn {
    let (text, raw) = text.split_once(" from ").map_or((text, None), |(text, raw)| (text, Some(raw)));
    let (name, ty) = text.split_once(':').expect("`name: type`");
    let (ty, optional) = ty.trim().strip_suffix('?').map_or((ty.trim(), false), |ty| (ty, true));
    ContractColumn { name: name.to_owned(), raw: raw.unwrap_or(name).to_owned(), ty: ty_of(ty), optional }
}

fn ty_of(text: &str) -> ContractType {
    match text {
        "text" => ContractType::Text,
        "bool" => ContractType::Bool,
        "int" => ContractType::Int,
        "number" => ContractType::Float,
        "USD" => ContractType::Decimal { precision: 28, scale: 2 },
        "date" => ContractType::Date,
        "timestamp" => ContractType::Timestamp,
        _ => match (text.strip_prefix("one of "), text.strip_prefix("decimal(")) {
            (Some(members), _) => ContractType::Enum(members.split(',').map(str::to_owned).collect()),
            (_, Some(digits)) => {
                let (p, s) = digits.trim_end_matches(')').split_once(',').expect("`p, s`");
                ContractType::Decimal {
                    precision: p.parse().expect("digits"),
                    scale: s.trim().parse().expect("digits"),
                }
            }
            _ => panic!("no type {text}"),
        },
    }
}
