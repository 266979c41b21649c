//! Twenty filtered metrics over ten million rows of Parquet, against one of them alone.
//! The aim: one scan, and no more than 1.3 times what one metric costs, plus the columns
//! that only the others read.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Decimal128Array, RecordBatch, StringArray};
use datafusion::parquet::arrow::ArrowWriter;

fn main() {
    table();
    divan::main();
}

const ROWS: u64 = 10_000_000;
const BATCH: u64 = 500_000;

/// The project's folder, with `deals.parquet` in it; made once, some 150 MB.
fn table() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    let path = folder.join("deals.parquet");
    if !path.exists() {
        fs::create_dir_all(&folder).expect("make the folder");
        let unfinished = folder.join("deals.unfinished");
        write(&unfinished);
        fs::rename(unfinished, path).expect("put the table in its place");
    }
    folder
}

fn write(path: &Path) {
    let mut state = 0;
    let first = batch(&mut state);
    let file = File::create(path).expect("make the file");
    let mut writer = ArrowWriter::try_new(file, first.schema(), None).expect("begin the file");
    writer.write(&first).expect("write the rows");
    for _ in 1..ROWS / BATCH {
        writer.write(&batch(&mut state)).expect("write the rows");
    }
    writer.close().expect("end the file");
}

/// Closed over six years; amounts to a million.
fn batch(state: &mut u64) -> RecordBatch {
    let (mut closed, mut segment, mut region, mut stage, mut amount) =
        (vec![], vec![], vec![], vec![], vec![]);
    for _ in 0..BATCH {
        let bits = random(state);
        closed.push(18_262 + (bits % 2_192) as i32);
        segment.push(["SMB", "Mid-Market", "Enterprise", "Public", "Partner"][(bits >> 16) as usize % 5]);
        region.push(format!("Region {}", (bits >> 24) % 10));
        stage.push(["open", "proposal", "negotiation", "won", "lost", "on hold"][(bits >> 32) as usize % 6]);
        amount.push(i128::from((bits >> 40) % 100_000_000));
    }
    let amount = Decimal128Array::from(amount).with_precision_and_scale(12, 2).expect("the digits fit");
    let columns: [(&str, ArrayRef); 5] = [
        ("closed_on", Arc::new(Date32Array::from(closed))),
        ("segment", Arc::new(StringArray::from(segment))),
        ("region", Arc::new(StringArray::from(region))),
        ("stage", Arc::new(StringArray::from(stage))),
        ("amount", Arc::new(amount)),
    ];
    RecordBatch::try_from_iter(columns).expect("the columns are of one length")
}

/// SplitMix64.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
