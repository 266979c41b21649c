//! Every way in which a CSV file can be written, or broken.

use crate::engine::testing::Folder;

const CONTRACT: &str = "id: text; amount: USD?; stage: one of open,won";

fn check(content: impl AsRef<[u8]>, expected: &str) {
    check_by(CONTRACT, content, expected);
}

fn check_by(contract: &str, content: impl AsRef<[u8]>, expected: &str) {
    let folder = Folder::new();
    folder.write("deals.csv", content);
    assert_eq!(folder.read("deals.csv", contract), expected);
}

#[test]
fn columns_are_found_by_header() {
    check("id,amount,stage\na,1.5,won\nb,,open\n", "a | 1.50 | 1\nb | – | 0");
    check("stage,extra,amount,id\nwon,x,1.5,a\n", "a | 1.50 | 1");
}

#[test]
fn an_unclosed_quote_is_found_where_it_opens() {
    check(
        "id,amount,stage\na,1.5,won\n\"b,2,open\nc,3,won\n",
        "deals.csv, line 3: a quoted field opens here and is never closed\n  help: close it with `\"`; a quote inside a quoted field is written twice: `\"\"`",
    );
}
