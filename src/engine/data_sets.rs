//! Public data sets read by contract, where they lie beside the project: all their rows,
//! and sums that another reader (Python's `csv` and `decimal`) found in them.

use std::fs;
use std::path::{Path, PathBuf};

use datafusion::arrow::datatypes::DataType;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::contract::{Contract, ContractColumn, ContractType};
use super::files::{Location, find};
use super::testing::{Folder, contract, lines};

/// The folder, where it is there: it is no part of the repository.
fn data() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    path.is_dir().then_some(path)
}

/// What a query says of the data set, read by the contract.
fn check(pattern: &str, columns: &str, sql: &str, expected: &str) {
    let Some(data) = data() else { return };
    assert_eq!(ask(&data, pattern, &contract(columns), sql), expected, "{pattern}");
}

fn ask(data: &Path, pattern: &str, contract: &Contract, sql: &str) -> String {
    let folder = Folder::new();
    let location = Location { format: None, pattern: pattern.to_owned(), delimiter: None };
    let table = find(&location, data).and_then(|files| super::open(contract, &files, &folder.zone));
    match table {
        Ok(table) => match folder.query(table.clone(), sql) {
            Ok(batches) => lines(&batches),
            Err(error) => super::open::explain(&error, &[table]).to_string(),
        },
        Err(error) => error.to_string(),
    }
}

#[test]
fn maven_crm() {
    let columns = "id: text from opportunity_id; account: text?; stage: one of Engaging,Lost,Prospecting,Won from deal_stage; engaged: date? from engage_date; closed: date? from close_date; value: USD? from close_value";
    check(
        "maven_crm/sales_pipeline.csv",
        columns,
        "select count(*), count(value), sum(value), min(engaged), max(closed), count(account) from t",
        "8800 | 6711 | 10005534.00 | 2016-10-20 | 2017-12-31 | 7375",
    );
    check(
        "maven_crm/sales_pipeline.csv",
        columns,
        "select count(*), sum(value) from t where stage = 3",
        "4238 | 10005534.00",
    );
    check("maven_crm/accounts.csv", "revenue: decimal(12,2)", "select count(*) from t", "85");
    check(
        "maven_crm/sales_pipeline.csv",
        "stage: one of Won,Lost,Engaged,Prospecting from deal_stage",
        "select * from t",
        "maven_crm/sales_pipeline.csv, line 11, column \"deal_stage\": `Engaging` is none of `Won`, `Lost`, `Engaged`, `Prospecting`\n  help: did you mean `Engaged`?",
    );
    check(
        "maven_crm/sales_pipeline.csv",
        "engaged: date from engage_date",
        "select * from t",
        "maven_crm/sales_pipeline.csv, line 8302, column \"engage_date\": the value is missing\n  help: if it may be missing, declare it so with `?`: `engaged : …?`",
    );
}

#[test]
fn dfin_salesops() {
    check(
        "dfin_salesops/opportunities.csv",
        "amount: USD; won: bool? from is_won; cycle: number? from sales_cycle_days_actual; closed: date from close_date",
        "select count(*), sum(amount), sum(cycle) from t",
        "2266 | 117618926.83 | 117234.0",
    );
    check(
        "dfin_salesops/arr_events.csv",
        "change: USD from arr_change",
        "select sum(change) from t",
        "dfin_salesops/arr_events.csv, line 2, column \"arr_change\": `64868.10546055714` has more than 2 digits behind the point\n  help: declare the column `number`, or with more places such as `USD(4)`, or round the data",
    );
}

#[test]
fn chinook() {
    check(
        "chinook/Invoice.csv",
        "at: date from InvoiceDate; total: USD from Total; state: text? from BillingState",
        "select count(*), sum(total), max(at) from t",
        "412 | 2328.60 | 2025-12-22",
    );
}

#[test]
fn cdnow() {
    for file in ["cdnow/cdnow_transactions.csv", "cdnow/cdnow_transactions.parquet"] {
        let columns = "customer: text from customer_id; on: date from order_date; amount: USD";
        let sql = "select count(*), sum(amount), min(\"on\"), max(\"on\"), min(customer) from t";
        check(file, columns, sql, "69659 | 2500315.63 | 1997-01-01 | 1998-06-30 | 00001");
    }
}

#[test]
fn online_retail() {
    let columns = "quantity: int from Quantity; price: decimal(12,3) from UnitPrice; at: timestamp from InvoiceDate; customer: text? from CustomerID";
    check(
        "online_retail/by_day/*.csv",
        columns,
        "select count(*), sum(quantity), sum(price), min(at), max(at), count(customer) from t",
        "541909 | 5176450 | 2498803.974 | 2010-12-01T08:26:00 | 2011-12-09T12:50:00 | 406829",
    );
}

#[test]
fn telco_churn() {
    check(
        "telco_churn/Telco-Customer-Churn.csv",
        "total: USD? from TotalCharges; churn: bool from Churn; senior: bool from SeniorCitizen",
        "select count(*), count(total), sum(total) from t",
        "7043 | 7032 | 16056168.70",
    );
}

#[test]
fn complete_journey() {
    check(
        "completejourney/transactions.parquet",
        "household: text from household_id; at: timestamp from transaction_timestamp",
        "select count(*), date_trunc('minute', min(at)), date_trunc('minute', max(at)) from t",
        "1469307 | 2017-01-01T11:53:00 | 2018-01-01T04:01:00",
    );
}

#[test]
fn superstore() {
    for file in ["superstore/superstore.csv", "superstore/superstore.parquet"] {
        let columns = "id: int from Row ID; sales: decimal(12,4) from Sales; quantity: int from Quantity; ordered: date from Order Date";
        let sql = "select count(*), sum(sales), sum(quantity), min(ordered) from t";
        check(file, columns, sql, "9994 | 2297200.8603 | 37873 | 2014-01-03");
    }
}

#[test]
fn small_ones() {
    check(
        "ravenstack_saas/ravenstack_subscriptions.csv",
        "trial: bool from is_trial; mrr: USD from mrr_amount",
        "select count(*), sum(mrr), count(*) filter (where trial) from t",
        "5000 | 11338747.00 | 778",
    );
    check(
        "ravenstack_saas/ravenstack_support_tickets.csv",
        "closed: timestamp? from closed_at",
        "select min(closed) is not null from t",
        "true",
    );
    check(
        "olist_funnel/olist_closed_deals_dataset.csv",
        "won: timestamp from won_date",
        "select count(*), max(won) from t",
        "842 | 2018-11-14T18:04:19",
    );
    check(
        "mrr_playbook/subscription_periods.csv",
        "amount: USD from monthly_amount",
        "select count(*), sum(amount) from t",
        "121 | 5205.00",
    );
    check(
        "attribution_playbook/sessions.csv",
        "id: int from session_id",
        "select count(*) from t",
        "attribution_playbook/sessions.csv, line 11: the row has 6 fields, the header has 7 fields\n  help: a field that holds the delimiter or a line break has to stand in double quotes",
    );
}

/// Every file of which the number of rows is known gives them, all columns read.
#[test]
fn all_rows_of_all_files() {
    let Some(data) = data() else { return };
    let mut manifest = csv::Reader::from_path(data.join("MANIFEST.csv")).expect("a manifest");
    let mut wrong = Vec::new();
    for record in manifest.records().map(|record| record.expect("a line")) {
        let (file, bytes) = (&record[0], record[1].parse::<u64>().unwrap_or_default());
        let Ok(rows) = record[3].parse::<usize>() else { continue };
        // the large ones take long without optimisation
        if bytes > 4_000_000 {
            continue;
        }
        let pattern = file.split(" (").next().unwrap_or(file);
        let Some(contract) = everything(&data, pattern) else { continue };
        let counts: Vec<String> =
            contract.columns.iter().map(|column| format!("count(\"{}\")", column.name)).collect();
        let counted =
            ask(&data, pattern, &contract, &format!("select count(*), {} from t", counts.join(", ")));
        if counted.split(" | ").next() != Some(rows.to_string().as_str()) {
            wrong.push(format!("{pattern}: {rows} rows, read: {counted}"));
        }
    }
    assert_eq!(wrong.join("\n"), "");
}

/// A contract for all columns of a file, or of the first that a pattern matches.
fn everything(data: &Path, pattern: &str) -> Option<Contract> {
    let location = Location { format: None, pattern: pattern.to_owned(), delimiter: None };
    let files = find(&location, data).ok()?;
    let path = &files.files[0].path;
    let columns: Vec<(String, ContractType)> = match files.format {
        crate::check::FileFormat::Csv => {
            let mut reader = csv::Reader::from_path(path).ok()?;
            reader.headers().ok()?.iter().map(|name| (name.to_owned(), ContractType::Text)).collect()
        }
        crate::check::FileFormat::Parquet => {
            let file = fs::File::open(path).ok()?;
            let schema = ParquetRecordBatchReaderBuilder::try_new(file).ok()?.schema().clone();
            let typed = |(name, ty): (String, &DataType)| Some((name, natural(ty)?));
            schema.fields().iter().map(|f| (f.name().clone(), f.data_type())).filter_map(typed).collect()
        }
    };
    let column =
        |(raw, ty): (String, ContractType)| ContractColumn { name: raw.clone(), raw, ty, optional: true };
    Some(Contract { source: "t".to_owned(), columns: columns.into_iter().map(column).collect() })
}

fn natural(ty: &DataType) -> Option<ContractType> {
    Some(match ty {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => ContractType::Text,
        DataType::Boolean => ContractType::Bool,
        DataType::Date32 => ContractType::Date,
        DataType::Timestamp(..) => ContractType::Timestamp,
        DataType::Float32 | DataType::Float64 => ContractType::Float,
        DataType::Decimal128(precision, scale) => {
            ContractType::Decimal { precision: *precision, scale: *scale as u8 }
        }
        ty if ty.is_integer() => ContractType::Int,
        _ => return None,
    })
}
