//! What a run needs of a source's data: the columns, by their names in the data, and
//! what each value has to be. Plain data, without Arrow.

/// The stored columns of a source that a run needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// The source's name in `.kpi` files.
    pub source: String,
    pub columns: Vec<ContractColumn>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractColumn {
    /// Its name in `.kpi` files: that of the field that is given on.
    pub name: String,
    /// Its name in the data: header, Parquet column, or `key=` of a folder.
    pub raw: String,
    pub ty: ContractType,
    /// The value may be missing.
    pub optional: bool,
}

/// How values are written in the data is read strictly by this; how they are given on
/// is in `columns`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContractType {
    Text,
    Bool,
    Int,
    Float,
    Decimal {
        /// Digits in all, at most 38.
        precision: u8,
        /// Places behind the point.
        scale: u8,
    },
    Date,
    /// An instant. Written without a zone it is local time.
    Timestamp,
    /// The values as they stand in the data; a member's code is its index.
    Enum(Vec<String>),
}
