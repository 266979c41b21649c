//! What stops a run: files that are not there, cannot be read, or do not hold what
//! the contract says. One line that stands alone, its parts, and how to put it right.

use std::fmt;

use datafusion::error::DataFusionError;

/// A failure of the environment or of the data; the program ends with exit code 2.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Error {
    /// What is wrong, without the place: `` `n/a` is not a whole number ``.
    pub message: String,
    /// As people name it: relative to the project where it lies there.
    pub file: Option<Box<str>>,
    pub row: Option<Row>,
    /// As it is called in the data.
    pub column: Option<Box<str>>,
    /// As it stands in the data.
    pub value: Option<Box<str>>,
    /// How to put it right.
    pub help: Option<String>,
}

/// A place in a file that its reader finds again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// In a text file: the line that the row begins in; the header is line 1.
    Line(u64),
    /// In a Parquet file: the first is row 1.
    Number(u64),
}

impl Error {
    pub fn new(message: impl Into<String>) -> Error {
        Error { message: message.into(), ..Error::default() }
    }

    pub fn file(mut self, file: impl Into<String>) -> Error {
        self.file = Some(file.into().into_boxed_str());
        self
    }

    pub fn row(mut self, row: Row) -> Error {
        self.row = Some(row);
        self
    }

    pub fn column(mut self, column: impl Into<String>) -> Error {
        self.column = Some(column.into().into_boxed_str());
        self
    }

    pub fn value(mut self, value: impl Into<String>) -> Error {
        self.value = Some(value.into().into_boxed_str());
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Error {
        self.help = Some(help.into());
        self
    }

    /// The one of ours that DataFusion carried up from a scan, if it was one.
    pub fn carried_by(error: &DataFusionError) -> Option<&Error> {
        let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(error) = next {
            if let Some(ours) = error.downcast_ref::<Error>() {
                return Some(ours);
            }
            next = match error.downcast_ref::<DataFusionError>() {
                Some(DataFusionError::External(inner)) => Some(inner.as_ref()),
                _ => error.source(),
            };
        }
        None
    }
}

impl fmt::Display for Error {
    /// `data/deals.csv, line 12, column "amount": … `, and the help on a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.as_deref().map(str::to_owned);
        let row = self.row.map(|row| row.to_string());
        let column = self.column.as_ref().map(|column| format!("column {column:?}"));
        let place: Vec<String> = [file, row, column].into_iter().flatten().collect();
        if !place.is_empty() {
            write!(f, "{}: ", place.join(", "))?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Row::Line(line) => write!(f, "line {line}"),
            Row::Number(number) => write!(f, "row {number}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for DataFusionError {
    fn from(error: Error) -> DataFusionError {
        DataFusionError::External(Box::new(error))
    }
}
