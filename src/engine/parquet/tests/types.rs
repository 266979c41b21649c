//! Each type of a contract from each type that can be read as it.

use datafusion::arrow::array::*;
use datafusion::arrow::datatypes::Int32Type;
use jiff::tz::TimeZone;

use super::{array, decimal, new_york};
use crate::engine::testing::Folder;

/// A file with the column `x`, read by a contract for it.
fn check(column: ArrayRef, declared: &str, expected: &str) {
    check_in(TimeZone::UTC, column, declared, expected);
}

fn check_in(zone: TimeZone, column: ArrayRef, declared: &str, expected: &str) {
    let folder = Folder { zone, ..Folder::new() };
    folder.write_parquet("t.parquet", vec![("x", column)]);
    assert_eq!(folder.read("t.parquet", &format!("x: {declared}")), expected);
}

#[test]
fn whole_numbers() {
    check(array(Int8Array::from(vec![1, -2])), "int", "1\n-2");
    check(array(Int32Array::from(vec![Some(1), None])), "int?", "1\n–");
    check(array(UInt32Array::from(vec![u32::MAX])), "int", "4294967295");
    check(array(Int64Array::from(vec![i64::MIN])), "int", "-9223372036854775808");
    check(array(UInt64Array::from(vec![7])), "int", "7");
    check(
        array(UInt64Array::from(vec![7, u64::MAX])),
        "int",
        "t.parquet, row 2, column \"x\": `18446744073709551615` is too large for a whole number of 64 bits",
    );
    check(array(Float64Array::from(vec![17850.0])), "int", "17850");
    check(
        array(Float64Array::from(vec![17850.0, 77.5])),
        "int",
        "t.parquet, row 2, column \"x\": `77.5` is not a whole number\n  help: declare the column `number`, or a unit such as `USD` or `days`",
    );
    check(array(decimal(&[700, 800], 10, 2)), "int", "7\n8");
    check(
        array(decimal(&[750], 10, 2)),
        "int",
        "t.parquet, row 1, column \"x\": `7.50` is not a whole number\n  help: declare the column `number`, or a unit such as `USD` or `days`",
    );
    check(array(StringArray::from(vec!["12", "-3"])), "int", "12\n-3");
    check(
        array(StringArray::from(vec!["12", ""])),
        "int?",
        "t.parquet, row 2, column \"x\": `` is not a whole number\n  help: an empty text is not a missing value: write null",
    );
}

#[test]
fn decimals() {
    check(array(decimal(&[1234], 12, 2)), "decimal(12,2)", "12.34");
    check(array(decimal(&[1234], 12, 2)), "decimal(28,4)", "12.3400");
    check(array(decimal(&[123_400], 12, 4)), "decimal(12,2)", "12.34");
    check(
        array(decimal(&[123_400, 11_234], 12, 4)),
        "decimal(12,2)",
        "t.parquet, row 2, column \"x\": `1.1234` has more than 2 digits behind the point\n  help: declare the column `number`, or with more places such as `USD(4)`, or round the data",
    );
    check(array(Float64Array::from(vec![12.34, 0.1, -1e6])), "USD", "12.34\n0.10\n-1000000.00");
    check(
        array(Float64Array::from(vec![12.345])),
        "USD",
        "t.parquet, row 1, column \"x\": `12.345` has more than 2 digits behind the point\n  help: declare the column `number`, or with more places such as `USD(4)`, or round the data",
    );
    check(array(Float32Array::from(vec![12.34])), "USD", "12.34");
    check(
        array(Float64Array::from(vec![f64::NAN])),
        "USD?",
        "t.parquet, row 1, column \"x\": `NaN` is not a finite number",
    );
    check(array(Int32Array::from(vec![5])), "USD", "5.00");
    check(
        array(Int64Array::from(vec![1_000_000_000])),
        "decimal(8,2)",
        "t.parquet, row 1, column \"x\": `1000000000` is too large: the column has 6 digits before the point\n  help: declare the column with more digits: `decimal(p, s)`",
    );
    check(array(StringArray::from(vec!["1.50"])), "USD", "1.50");
}

#[test]
fn floats() {
    check(array(Float64Array::from(vec![Some(1.5), None])), "number?", "1.5\n–");
    check(array(Float64Array::from(vec![-0.0, -1.5])), "number", "0.0\n-1.5");
    check(array(Float32Array::from(vec![1.5])), "number", "1.5");
    check(array(decimal(&[1234], 12, 2)), "number", "12.34");
    check(array(Int64Array::from(vec![3])), "number", "3.0");
    check(
        array(Int64Array::from(vec![9_007_199_254_740_993])),
        "number",
        "t.parquet, row 1, column \"x\": `9007199254740993` is too large to be exact as a float\n  help: declare the column `int`",
    );
    check(
        array(Float64Array::from(vec![1.5, f64::INFINITY])),
        "number",
        "t.parquet, row 2, column \"x\": `inf` is not a finite number\n  help: write null where the value is missing",
    );
}

#[test]
fn texts_and_enumerations() {
    check(array(StringArray::from(vec![Some("é"), None])), "text?", "é\n–");
    check(array(LargeStringArray::from(vec!["a"])), "text", "a");
    check(array(StringViewArray::from(vec!["a"])), "text", "a");
    check(array(DictionaryArray::<Int32Type>::from_iter(["a", "b", "a"])), "text", "a\nb\na");
    check(array(BinaryArray::from(vec![b"a".as_slice()])), "text", "a");
    check(
        array(BinaryArray::from(vec![b"M\xfcller".as_slice()])),
        "text",
        "t.parquet, row 1, column \"x\": `4dfc6c6c6572` is not UTF-8\n  help: save the file as UTF-8; it may be Latin-1 or Windows-1252",
    );
    check(array(Int64Array::from(vec![42])), "text", "42");
    check(array(StringArray::from(vec!["won", "open"])), "one of open,won", "1\n0");
    check(array(DictionaryArray::<Int32Type>::from_iter(["won"])), "one of open,won", "1");
    check(array(Int32Array::from(vec![2, 1])), "one of 1,2", "1\n0");
    check(
        array(StringArray::from(vec!["won", "Won"])),
        "one of open,won",
        "t.parquet, row 2, column \"x\": `Won` is none of `open`, `won`\n  help: did you mean `won`? values are compared exactly",
    );
    check(
        array(Float64Array::from(vec![1.0])),
        "text",
        "t.parquet, column \"x\": the data holds floats, which cannot be read as `text`\n  help: declare it `number`, or a unit such as `USD`",
    );
}

#[test]
fn booleans() {
    check(array(BooleanArray::from(vec![Some(true), None])), "bool?", "true\n–");
    check(array(Int8Array::from(vec![1, 0])), "bool", "true\nfalse");
    check(array(Int8Array::from(vec![2])), "bool", "t.parquet, row 1, column \"x\": `2` is neither 0 nor 1");
    check(array(StringArray::from(vec!["Yes", "f"])), "bool", "true\nfalse");
}

#[test]
fn dates() {
    check(array(Date32Array::from(vec![0])), "date", "1970-01-01");
    check(array(Date64Array::from(vec![86_400_000])), "date", "1970-01-02");
    check(array(TimestampMillisecondArray::from(vec![86_400_000])), "date", "1970-01-02");
    check(
        array(TimestampMicrosecondArray::from(vec![1_000_000])),
        "date",
        "t.parquet, row 1, column \"x\": `1970-01-01T00:00:01` is not a date: it has a time of day\n  help: declare the column `timestamp`",
    );
    // 5:00 in Greenwich is midnight in New York
    let instants = TimestampMicrosecondArray::from(vec![18_000_000_000]).with_timezone("UTC");
    check_in(new_york(), array(instants), "date", "1970-01-01");
    check(array(StringArray::from(vec!["2026-01-31"])), "date", "2026-01-31");
    check(
        array(Int32Array::from(vec![20_260_131])),
        "date",
        "t.parquet, column \"x\": the data holds whole numbers, which cannot be read as `date`\n  help: a number could mean several dates: write dates, or texts such as `2026-01-31`",
    );
}

#[test]
fn timestamps() {
    let noon = "1970-01-01T12:00:00";
    check(array(TimestampSecondArray::from(vec![43_200])), "timestamp", noon);
    check(array(TimestampMillisecondArray::from(vec![43_200_000])), "timestamp", noon);
    check(array(TimestampMicrosecondArray::from(vec![43_200_000_000])), "timestamp", noon);
    check(array(TimestampNanosecondArray::from(vec![43_200_000_000_000])), "timestamp", noon);
    // a wall clock without a zone is local time, an instant is one everywhere
    let clock = TimestampMicrosecondArray::from(vec![43_200_000_000]);
    check_in(new_york(), array(clock.clone()), "timestamp", "1970-01-01T17:00:00");
    check_in(new_york(), array(clock.clone().with_timezone("UTC")), "timestamp", noon);
    check(array(clock.with_timezone("+02:00")), "timestamp", noon);
    check_in(new_york(), array(Date32Array::from(vec![0])), "timestamp", "1970-01-01T05:00:00");
    check(
        array(TimestampNanosecondArray::from(vec![1])),
        "timestamp",
        "t.parquet, row 1, column \"x\": `1970-01-01T00:00:00.000000001` is finer than a microsecond\n  help: round the timestamps to microseconds in the data",
    );
}

#[test]
fn columns_without_any_value() {
    check(array(NullArray::new(2)), "USD?", "–\n–");
    check(
        array(NullArray::new(2)),
        "USD",
        "t.parquet, row 1, column \"x\": the value is missing\n  help: if it may be missing, declare it so with `?`: `x : …?`",
    );
    check(array(Float64Array::from(vec![None, None])), "USD?", "–\n–");
}

#[test]
fn a_missing_value_in_a_required_column() {
    check(
        array(StringArray::from(vec![Some("a"), Some("b"), None])),
        "text",
        "t.parquet, row 3, column \"x\": the value is missing\n  help: if it may be missing, declare it so with `?`: `x : …?`",
    );
}

#[test]
fn nested_columns_are_refused() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)])]);
    check(
        array(list),
        "int",
        "t.parquet, column \"x\": the data holds lists, which cannot be read as `int`\n  help: flatten the column in the data",
    );
}
