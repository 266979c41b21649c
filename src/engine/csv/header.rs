//! The first line of a CSV file: which field holds which column of the contract.
//! By name, never by place.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use datafusion::scalar::ScalarValue;

use crate::engine::contract::{Contract, ContractColumn};
use crate::engine::error::{Error, Row};
use crate::engine::files::DataFile;
use crate::engine::open::other_column;
use crate::engine::partition;
use crate::values::LocalTime;

use super::quotes::Quotes;
use super::rows::{bad_quote, failure};

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
    let header = first_row(&mut input, file, delimiter, start)?;
    let mut record = csv::ByteRecord::new();
    let mut reader = super::reader(header.as_slice(), delimiter, 8 << 10);
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
    Ok((names, start + header.len() as u64, size))
}

/// The bytes up to the end of the first row that is not blank. No further, because what
/// follows may be broken for want of the right delimiter.
fn first_row(input: &mut File, file: &DataFile, delimiter: u8, start: u64) -> Result<Vec<u8>, Error> {
    let mut quotes = Quotes::new(delimiter, start);
    let mut buffer = [0; 4096];
    let mut row = Vec::new();
    loop {
        let n = input.read(&mut buffer).map_err(|e| file.unreadable(&e))?;
        if n == 0 {
            quotes.finish().map_err(|bad| bad_quote(file, bad))?;
            return Ok(row);
        }
        let mut rest = &buffer[..n];
        while let Some(end) = quotes.feed_to_row(rest).map_err(|bad| bad_quote(file, bad))? {
            row.extend_from_slice(&rest[..end]);
            rest = &rest[end..];
            if row.iter().any(|byte| !matches!(byte, b'\r' | b'\n')) {
                return Ok(row);
            }
        }
        row.extend_from_slice(rest);
        if row.len() > LONGEST_HEADER {
            let error = Error::new("no line ends in the first million bytes: this is not CSV");
            return Err(error.file(&file.shown));
        }
    }
}

const LONGEST_HEADER: usize = 1_000_000;

/// As it is written in a declaration.
pub fn delimiter(delimiter: char) -> String {
    if delimiter == '\t' { "\\u{9}".to_owned() } else { delimiter.to_string() }
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
            None => Err(missing(
                error("there is no such column".to_owned()),
                file,
                contract,
                column,
                names,
                delimiter,
            )),
        },
    }
}

fn missing(
    error: Error,
    file: &DataFile,
    contract: &Contract,
    column: &ContractColumn,
    names: &[String],
    used: u8,
) -> Error {
    let ([header], Some(other)) = (names, likely_delimiter(names, used)) else {
        return error.help(other_column(column, names, file));
    };
    let header: String = header.chars().take(40).collect();
    let what = format!("there is no such column: the header is one field, {header:?}");
    let looks = if other == '\t' { "tabs".to_owned() } else { format!("`{other}`") };
    let shown = delimiter(other);
    Error { message: what, ..error }.help(format!(
        "it looks separated by {looks}: declare `source {} from csv \"…\" delimiter \"{shown}\"`",
        contract.source
    ))
}

fn likely_delimiter(names: &[String], used: u8) -> Option<char> {
    let [header] = names else { return None };
    let others = [';', '\t', '|', ','].into_iter().filter(|c| *c != char::from(used));
    others.filter(|c| header.contains(*c)).max_by_key(|c| header.matches(*c).count())
}
