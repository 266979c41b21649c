//! The rows of a part of a CSV file as record batches: every field that is asked for
//! is read strictly, the first that cannot be read ends it.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Take};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;

use crate::engine::columns::ColumnBuilder;
use crate::engine::contract::ContractColumn;
use crate::engine::error::{Error, Row};
use crate::engine::files::DataFile;
use crate::engine::open::{missing_value, wrong_value};
use crate::values::LocalTime;

use super::header::{self, CsvFile, Place};
use super::quotes::{BadQuote, BadQuoteKind, Watched};

const BATCH: usize = 8192;

/// Whole rows of a file: the bytes from `start` up to `end`.
#[derive(Debug, Clone)]
pub struct Part {
    pub file: Arc<CsvFile>,
    pub start: u64,
    pub end: u64,
}

/// What is asked of the rows.
#[derive(Debug)]
pub struct Wanted {
    /// Indices into the contract's columns.
    pub places: Vec<usize>,
    pub columns: Vec<ContractColumn>,
    pub schema: SchemaRef,
    pub zone: LocalTime,
}

/// An iterator over batches. Nothing follows an error.
pub struct Rows {
    part: Part,
    wanted: Arc<Wanted>,
    reader: csv::Reader<Watched<Take<File>>>,
    record: csv::ByteRecord,
    builders: Vec<Option<ColumnBuilder>>,
    done: bool,
}

impl Rows {
    pub fn open(part: &Part, wanted: &Arc<Wanted>) -> Result<Rows, Error> {
        let fail = |e: std::io::Error| part.file.file.unreadable(&e);
        let mut input = File::open(&part.file.file.path).map_err(fail)?;
        input.seek(SeekFrom::Start(part.start)).map_err(fail)?;
        let delimiter = part.file.delimiter;
        let watched = Watched::new(input.take(part.end - part.start), delimiter, part.start);
        let builder = |(place, column): (&usize, &ContractColumn)| match part.file.places[*place] {
            Place::Field(_) => Some(ColumnBuilder::new(&column.ty, &wanted.zone, BATCH)),
            Place::Folder(_) => None,
        };
        Ok(Rows {
            builders: wanted.places.iter().zip(&wanted.columns).map(builder).collect(),
            reader: super::reader(watched, delimiter, 256 << 10),
            record: csv::ByteRecord::new(),
            part: part.clone(),
            wanted: Arc::clone(wanted),
            done: false,
        })
    }

    fn batch(&mut self) -> Result<Option<RecordBatch>, Error> {
        let mut rows = 0;
        while rows < BATCH {
            let more = self.reader.read_byte_record(&mut self.record);
            if !more.map_err(|e| failure(&self.part.file.file, e))? {
                break;
            }
            self.row()?;
            rows += 1;
        }
        if rows == 0 { Ok(None) } else { self.finish(rows).map(Some) }
    }

    fn row(&mut self) -> Result<(), Error> {
        if self.record.len() != self.part.file.width {
            return Err(self.ragged());
        }
        for (i, builder) in self.builders.iter_mut().enumerate() {
            let (Some(builder), Place::Field(field)) =
                (builder, &self.part.file.places[self.wanted.places[i]])
            else {
                continue;
            };
            let text = &self.record[*field];
            let column = &self.wanted.columns[i];
            if text.is_empty() || (builder.ignores_blanks() && text.trim_ascii().is_empty()) {
                if !column.optional {
                    return Err(self.here(missing_value(column)));
                }
                builder.push_missing();
            } else if let Err(why) = builder.push(text) {
                return Err(self.here(wrong_value(column, text, why)));
            }
        }
        Ok(())
    }

    fn finish(&mut self, rows: usize) -> Result<RecordBatch, Error> {
        let fail = |e: &dyn std::fmt::Display| Error::new(e.to_string()).file(&self.part.file.file.shown);
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.builders.len());
        for (builder, place) in self.builders.iter_mut().zip(&self.wanted.places) {
            arrays.push(match (builder, &self.part.file.places[*place]) {
                (Some(builder), _) => builder.finish(),
                (None, Place::Folder(value)) => value.to_array_of_size(rows).map_err(|e| fail(&e))?,
                (None, Place::Field(_)) => unreachable!("every field has a builder"),
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(self.wanted.schema.clone(), arrays, &options).map_err(|e| fail(&e))
    }

    fn ragged(&self) -> Error {
        let (expected, found) = (self.part.file.width, self.record.len());
        let fields = |n: usize| if n == 1 { "1 field".to_owned() } else { format!("{n} fields") };
        let error = Error::new(format!("the row has {}, the header has {}", fields(found), fields(expected)));
        self.here(
            error.help("a field that holds the delimiter or a line break has to stand in double quotes"),
        )
    }

    /// At the row that was read last.
    fn here(&self, error: Error) -> Error {
        let byte = self.part.start + self.record.position().map_or(0, csv::Position::byte);
        located(error, &self.part.file.file, byte)
    }
}

impl Iterator for Rows {
    type Item = Result<RecordBatch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let batch = self.batch().transpose();
        self.done = !matches!(batch, Some(Ok(_)));
        batch
    }
}

/// The lines that rows of the file begin in, by their numbers from 0, in ascending order.
pub fn lines(file: &CsvFile, numbers: &[u64]) -> Result<Vec<Row>, Error> {
    let fail = |e: std::io::Error| file.file.unreadable(&e);
    let mut input = File::open(&file.file.path).map_err(fail)?;
    input.seek(SeekFrom::Start(file.body)).map_err(fail)?;
    let mut reader = super::reader(input, file.delimiter, 256 << 10);
    let mut record = csv::ByteRecord::new();
    let (mut found, mut next) = (Vec::new(), 0);
    for number in numbers {
        while next <= *number && reader.read_byte_record(&mut record).map_err(|e| failure(&file.file, e))? {
            next += 1;
        }
        let byte = file.body + record.position().map_or(0, csv::Position::byte);
        found.push(Row::Line(line_of(&file.file, byte).map_err(fail)?));
    }
    Ok(found)
}

/// What the `csv` crate could not read.
pub fn failure(file: &DataFile, error: csv::Error) -> Error {
    let csv::ErrorKind::Io(io) = error.into_kind() else {
        return Error::new("this is not CSV").file(&file.shown);
    };
    match io.get_ref().and_then(|inner| inner.downcast_ref::<BadQuote>()) {
        Some(bad) => bad_quote(file, *bad),
        None => file.unreadable(&io),
    }
}

pub fn bad_quote(file: &DataFile, bad: BadQuote) -> Error {
    let error = match bad.kind {
        BadQuoteKind::Unclosed => Error::new("a quoted field opens here and is never closed")
            .help("close it with `\"`; a quote inside a quoted field is written twice: `\"\"`"),
        BadQuoteKind::Trailing(next) => {
            let error = Error::new("a quoted field that opens here has text behind its closing quote");
            error.help(match next {
                b';' | b'|' | b'\t' | b',' => {
                    let shown = header::delimiter(char::from(next));
                    format!("if the fields are separated by `{shown}`, declare it: `from csv \"…\" delimiter \"{shown}\"`")
                }
                _ => "a quote inside a quoted field is written twice: `\"\"`".to_owned(),
            })
        }
    };
    located(error, file, bad.opened_at)
}

/// Adds file and line of the row, or field, that starts at this byte.
fn located(error: Error, file: &DataFile, byte: u64) -> Error {
    let error = error.file(&file.shown);
    match line_of(file, byte) {
        Ok(line) => error.row(Row::Line(line)),
        Err(_) => error,
    }
}

/// The line as an editor counts it; `\r\n`, `\n` and `\r` end lines. Line breaks that
/// stand at the byte itself are those of blank lines before the row.
fn line_of(file: &DataFile, byte: u64) -> std::io::Result<u64> {
    let mut line = 1;
    let mut previous = 0;
    for (at, next) in (0..).zip(BufReader::with_capacity(256 << 10, File::open(&file.path)?).bytes()) {
        let next = next?;
        if at >= byte && !matches!(next, b'\r' | b'\n') {
            break;
        }
        line += u64::from(next == b'\r' || (next == b'\n' && previous != b'\r'));
        previous = next;
    }
    Ok(line)
}
