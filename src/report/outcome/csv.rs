//! An outcome as CSV: the long table, by the rules of every CSV file of ours.

use super::long;
use crate::report::csv as table_csv;
use crate::threshold::Outcome;

pub fn render(outcome: &Outcome) -> String {
    table_csv::render(&long::table(outcome))
}
