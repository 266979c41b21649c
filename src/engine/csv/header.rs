//! The first line of a CSV file: which field holds which column of the contract.
//! By name, never by place.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use datafusion::scalar::ScalarValue;

use crate::engine::contract::{Contract, ContractColumn};
use crate::engine::error::{Error, Row};
use crate::engine::files::DataFile;
use crate::engine::partition;
use crate::engine::values::LocalTime;

use super::quotes::Watched;
use super::rows::failure;

/// A CSV file of which the header has been read and fits the contract.
#[derive(Debug)]
pub struct CsvFile {
    pub file: DataFile,
    pub delimiter: u8,
    /// The first byte behind the header.
    pub body: u64,
    pub size: u64,
    /// Fields of the header, and so of every row.
    pub width: usize,
    /// One for each column of the contract.
    pub places: Vec<Place>,
}

#[derive(Debug, Clone)]
pub enum Place {
    /// The field of that index.
    Field(usize),
    /// The folder's name says the value of all rows.
    Folder(ScalarValue),
}

/// Reads the header and finds the contract's columns in it.
pub fn open(contract: &Contract, file: &DataFile, delimiter: u8, zone: &LocalTime) -> Result<CsvFile, Error> {
    let (names, body, size) = read(file, delimiter)?;
    let place = |column| place(contract, column, file, &names, delimiter, zone);
    let places = contract.columns.iter().map(place).collect::<Result<_, _>>()?;
    Ok(CsvFile { file: file.clone(), delimiter, body, size, width: names.len(), places })
}

/// The names, where the first row starts, and the size of the file.
fn read(file: &DataFile, delimiter: u8) -> Result<(Vec<String>, u64, u64), Error> {
    let fail = |e: std::io::Error| file.unreadable(&e);
    let mut input = File::open(&file.path).map_err(fail)?;
    let size = input.metadata().map_err(fail)?.len();
    let start = skip_mark(&mut input, file)?;
    input.seek(SeekFrom::Start(start)).map_err(fail)?;
    let mut reader = super::reader(Watched::new(input, delimiter, start), delimiter, 8 << 10);
    let mut record = csv::ByteRecord::new();
    let found = reader.read_byte_record(&mut record).map_err(|e| failure(file, e))?;
    if !found {
        let empty = Error::new("the file is empty").file(&file.shown);
        return Err(
            empty.help("its first line has to name the columns; a file without rows has only that line")
        );
    }
    let names = record.iter().map(|name| String::from_utf8(name.to_vec())).collect::<Result<_, _>>();
    let names = names.map_err(|_| {
        let error = Error::new("the header is not UTF-8").file(&file.shown).row(Row::Line(1));
        error.help("save the file as UTF-8; it may be Latin-1 or Windows-1252")
    })?;
    Ok((names, start + reader.position().byte(), size))
}

/// Skips a UTF-8 byte order mark; names other kinds of file by their first bytes.
fn skip_mark(input: &mut File, file: &DataFile) -> Result<u64, Error> {
    let mut first = Vec::new();
    input.take(4).read_to_end(&mut first).map_err(|e| file.unreadable(&e))?;
    let refuse = |what: &str, help: &str| Err(Error::new(what).file(&file.shown).help(help));
    match first.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => Ok(3),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            refuse("the file is UTF-16, not UTF-8", "save the file as UTF-8")
        }
        b"PAR1" => refuse("this is a Parquet file, not CSV", "give it the ending `.parquet`"),
        [0x1f, 0x8b, ..] => refuse("the file is compressed (gzip)", "unpack it first"),
        b"PK\x03\x04" => {
            refuse("this is a zip archive or a workbook, not CSV", "unpack it, or save the sheet as CSV")
        }
        _ => Ok(0),
    }
}

fn place(
    contract: &Contract,
    column: &ContractColumn,
    file: &DataFile,
    names: &[String],
    delimiter: u8,
    zone: &LocalTime,
) -> Result<Place, Error> {
    let mut fields = (0..names.len()).filter(|i| names[*i] == column.raw);
    let error = |what: String| Error::new(what).file(&file.shown).column(&column.raw);
    match (fields.next(), fields.next()) {
        (Some(field), None) => Ok(Place::Field(field)),
        (Some(a), Some(b)) => {
            let error = error(format!("two columns have this name: fields {} and {}", a + 1, b + 1));
            Err(error.help("rename one of them in the data"))
        }
        (None, _) => match partition::value(column, file, zone)? {
            Some(value) => Ok(Place::Folder(value)),
            None => {
                Err(missing(error("there is no such column".to_owned()), contract, column, names, delimiter))
            }
        },
    }
}

fn missing(
    error: Error,
    contract: &Contract,
    column: &ContractColumn,
    names: &[String],
    delimiter: u8,
) -> Error {
    if let ([header], Some(other)) = (names, likely_delimiter(names, delimiter)) {
        let shown = if other == '\t' { "\\t".to_owned() } else { other.to_string() };
        let header: String = header.chars().take(40).collect();
        return Error {
            message: format!("there is no such column: the header is one field, {header:?}"),
            ..error
        }
        .help(format!(
            "it looks separated by {}: declare `source {} from csv \"…\" delimiter \"{shown}\"`",
            if other == '\t' { "tabs".to_owned() } else { format!("`{other}`") },
            contract.source,
        ));
    }
    error.help(crate::engine::open::other_column(column, names))
}

fn likely_delimiter(names: &[String], delimiter: u8) -> Option<char> {
    let [header] = names else { return None };
    let others = [';', '\t', '|', ','].into_iter().filter(|c| *c != char::from(delimiter));
    others.filter(|c| header.contains(*c)).max_by_key(|c| header.matches(*c).count())
}
