//! What a Parquet file says of itself, held against the contract.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Schema, TimeUnit};
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use datafusion::parquet::basic::Type as PhysicalType;
use datafusion::parquet::file::metadata::ParquetMetaData;
use datafusion::scalar::ScalarValue;

use crate::engine::contract::{Contract, ContractColumn, ContractType};
use crate::engine::error::Error;
use crate::engine::files::DataFile;
use crate::engine::open::other_column;
use crate::engine::partition;
use crate::values::LocalTime;

use super::convert::{Reading, reading};

/// A Parquet file that fits the contract.
#[derive(Debug)]
pub struct ParquetFile {
    pub file: DataFile,
    pub footer: ArrowReaderMetadata,
    /// One for each column of the contract.
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone)]
pub enum Cell {
    Column {
        /// Among the file's columns.
        index: usize,
        reading: Reading,
        /// Values may be missing, as far as the footer tells.
        nulls: bool,
    },
    /// The folder's name says the value of all rows.
    Folder(ScalarValue),
}

pub fn open(contract: &Contract, file: &DataFile, zone: &LocalTime) -> Result<ParquetFile, Error> {
    let footer = read(file)?;
    let cell = |column| cell(column, file, &footer, zone);
    let cells = contract.columns.iter().map(cell).collect::<Result<_, _>>()?;
    Ok(ParquetFile { file: file.clone(), footer, cells })
}

fn read(file: &DataFile) -> Result<ArrowReaderMetadata, Error> {
    let mut input = File::open(&file.path).map_err(|e| file.unreadable(&e))?;
    if let Some(error) = not_parquet(&mut input, file) {
        return Err(error);
    }
    let footer =
        ArrowReaderMetadata::load(&input, ArrowReaderOptions::new()).map_err(|e| damaged(file, &e))?;
    match microseconds(&footer) {
        None => Ok(footer),
        Some(schema) => {
            let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
            ArrowReaderMetadata::try_new(Arc::clone(footer.metadata()), options)
                .map_err(|e| damaged(file, &e))
        }
    }
}

/// INT96 timestamps as microseconds: as nanoseconds those after 2262 would wrap.
fn microseconds(footer: &ArrowReaderMetadata) -> Option<Schema> {
    let descr = footer.parquet_schema();
    let is_int96 = |name: &str| {
        let mut leaves = descr.columns().iter();
        leaves.any(|leaf| leaf.path().parts() == [name] && leaf.physical_type() == PhysicalType::INT96)
    };
    if !descr.columns().iter().any(|leaf| leaf.physical_type() == PhysicalType::INT96) {
        return None;
    }
    let field = |field: &Arc<_>| {
        let field: &datafusion::arrow::datatypes::Field = field;
        match is_int96(field.name()) {
            true => field.clone().with_data_type(DataType::Timestamp(TimeUnit::Microsecond, None)),
            false => field.clone(),
        }
    };
    let fields: Vec<_> = footer.schema().fields().iter().map(field).collect();
    Some(Schema::new_with_metadata(fields, footer.schema().metadata().clone()))
}

fn cell(
    column: &ContractColumn,
    file: &DataFile,
    footer: &ArrowReaderMetadata,
    zone: &LocalTime,
) -> Result<Cell, Error> {
    let fields = footer.schema().fields();
    let mut places = (0..fields.len()).filter(|i| *fields[*i].name() == column.raw);
    let error = |what: String| Error::new(what).file(&file.shown).column(&column.raw);
    match (places.next(), places.next()) {
        (Some(index), None) => {
            let held = fields[index].data_type();
            let reading = reading(held, &column.ty, zone).ok_or_else(|| {
                let what =
                    format!("the data holds {}, which cannot be read as {}", kind(held), words(&column.ty));
                Error { help: hint(held, &column.ty), ..error(what) }
            })?;
            Ok(Cell::Column { index, reading, nulls: nulls(footer.metadata(), index) })
        }
        (Some(_), Some(_)) => {
            Err(error("two columns have this name".to_owned()).help("rename one of them in the data"))
        }
        (None, _) => match partition::value(column, file, zone)? {
            Some(value) => Ok(Cell::Folder(value)),
            None => {
                let names: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
                Err(error("there is no such column".to_owned()).help(other_column(column, &names, file)))
            }
        },
    }
}

/// Whether values of that column may be missing.
fn nulls(metadata: &ParquetMetaData, root: usize) -> bool {
    let descr = metadata.file_metadata().schema_descr();
    let Some(leaf) = (0..descr.num_columns()).find(|leaf| descr.get_column_root_idx(*leaf) == root) else {
        return true;
    };
    let told = |n: Option<u64>| n == Some(0);
    descr.column(leaf).max_def_level() > 0
        && !metadata.row_groups().iter().all(|group| {
            told(group.column(leaf).statistics().and_then(|statistics| statistics.null_count_opt()))
        })
}

/// What else the file may be.
fn not_parquet(input: &mut File, file: &DataFile) -> Option<Error> {
    let mut first = Vec::new();
    input.take(512).read_to_end(&mut first).ok()?;
    let size = input.seek(SeekFrom::End(0)).ok()?;
    let mut last = Vec::new();
    input.seek(SeekFrom::Start(size.saturating_sub(4))).ok()?;
    input.take(4).read_to_end(&mut last).ok()?;
    let error = |what: &str, help: &str| Some(Error::new(what).file(&file.shown).help(help));
    if size == 0 {
        error("the file is empty: not even a Parquet file without rows", "write it again, or remove it")
    } else if first.starts_with(b"PARE") {
        error("the file is encrypted", "write it without encryption")
    } else if first.starts_with(b"PAR1") && last != b"PAR1" {
        error("the file is cut off: a Parquet file ends with its table of contents", "write or copy it again")
    } else if first.starts_with(b"PAR1") {
        None
    } else if std::str::from_utf8(&first).is_ok() && !first.contains(&0) {
        error(
            "this is not a Parquet file but text",
            "if it is CSV, give it the ending `.csv`, or declare `from csv \"…\"`",
        )
    } else {
        error("this is not a Parquet file", "write it again, or remove it")
    }
}

/// A file that says one thing and holds another.
pub fn damaged(file: &DataFile, error: &dyn std::fmt::Display) -> Error {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default().trim_start_matches("Parquet error: ").to_owned();
    Error::new(format!("the file is damaged: {line}")).file(&file.shown).help("write or copy it again")
}

/// What columns of that type hold, in words.
fn kind(held: &DataType) -> &'static str {
    use DataType::*;
    match held {
        Boolean => "booleans",
        Utf8 | LargeUtf8 | Utf8View => "texts",
        Binary | LargeBinary | BinaryView | FixedSizeBinary(_) => "binary data",
        Date32 | Date64 => "dates",
        Timestamp(..) => "timestamps",
        Time32(_) | Time64(_) => "times of day",
        Duration(_) | Interval(_) => "durations",
        List(_) | LargeList(_) | FixedSizeList(..) | ListView(_) | LargeListView(_) => "lists",
        Struct(_) => "structs",
        Map(..) => "maps",
        Dictionary(_, value) => kind(value),
        Float16 | Float32 | Float64 => "floats",
        held if held.is_integer() => "whole numbers",
        held if held.is_decimal() => "decimals",
        _ => "values of another type",
    }
}

fn words(declared: &ContractType) -> &'static str {
    match declared {
        ContractType::Text => "`text`",
        ContractType::Bool => "`bool`",
        ContractType::Int => "`int`",
        ContractType::Float => "`number`",
        ContractType::Decimal { .. } => "a decimal",
        ContractType::Date => "`date`",
        ContractType::Timestamp => "`timestamp`",
        ContractType::Enum(_) => "`one of (…)`",
    }
}

fn hint(held: &DataType, declared: &ContractType) -> Option<String> {
    Some(match (kind(held), declared) {
        ("lists" | "structs" | "maps", _) => "flatten the column in the data".to_owned(),
        ("binary data" | "times of day" | "durations" | "values of another type", _) => return None,
        ("whole numbers", ContractType::Date | ContractType::Timestamp) => {
            "a number could mean several dates: write dates, or texts such as `2026-01-31`".to_owned()
        }
        ("timestamps", _) => "declare it `timestamp`".to_owned(),
        ("dates", _) => "declare it `date`".to_owned(),
        ("booleans", _) => "declare it `bool`".to_owned(),
        ("floats" | "decimals", _) => "declare it `number`, or a unit such as `USD`".to_owned(),
        ("whole numbers", _) => "declare it `int`".to_owned(),
        _ => return None,
    })
}
