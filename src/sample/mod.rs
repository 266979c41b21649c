//! The project of an invented company that `kepi init` writes: definitions, and three
//! years of data made up by rule, so that every machine gets the same bytes.
//!
//! Acme sells software by the seat to laboratories, through reps in three regions, and
//! supplies through a web shop. The simulation starts a year early, so that 2023
//! opens with a filled pipeline. Integers and exact decimals only: no rounding differs.

mod accounts;
mod company;
mod customers;
mod funnel;
mod leads;
mod random;
mod sheet;
#[cfg(feature = "engine")]
mod shop;

use sheet::Sheet;

/// All files of the project: path from its root, and contents. Without the engine,
/// what is written as Parquet is left out.
pub fn files() -> Vec<(String, Vec<u8>)> {
    let written = |(path, text): &(&str, &str)| (path.to_string(), text.as_bytes().to_vec());
    let mut files: Vec<_> = DEFINITIONS.iter().map(written).collect();
    files.extend(sheets().iter().map(|sheet| (format!("data/{}.csv", sheet.name), sheet.csv())));
    #[cfg(feature = "engine")]
    files.push((format!("data/{}.parquet", shop::ORDERS), orders()));
    files
}

/// The largest table, in the format that large ones come in.
#[cfg(feature = "engine")]
fn orders() -> Vec<u8> {
    let accounts = funnel::simulate(&company::reps()).accounts;
    let table = shop::order_sheet(&accounts).table();
    crate::engine::parquet_bytes(&table).expect("writing to memory does not fail")
}

macro_rules! definitions {
    ($($path:literal),+ $(,)?) => { [$(($path, include_str!(concat!("acme/", $path)))),+] };
}

const DEFINITIONS: &[(&str, &str)] = &definitions![
    "kepi.toml",
    "README.md",
    "metrics/sources.kpi",
    "metrics/dimensions.kpi",
    "metrics/sales.kpi",
    "metrics/marketing.kpi",
    "metrics/shop.kpi",
    "metrics/subscriptions.kpi",
    "metrics/scorecards.kpi",
    "metrics/tests.kpi",
    "metrics/executive.snap.md",
];

fn sheets() -> Vec<Sheet> {
    let reps = company::reps();
    let funnel = funnel::simulate(&reps);
    vec![
        company::rep_sheet(&reps),
        company::quota_sheet(&reps),
        company::spend_sheet(),
        accounts::sheet(&funnel.accounts),
        leads::sheet(&funnel.leads),
        funnel::opportunity_sheet(&funnel),
        customers::sheet(&funnel),
    ]
}
