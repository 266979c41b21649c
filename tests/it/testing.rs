//! `kepi test`: the tests in metric files run over the rows that they give, and so do those
//! that the documentation shows.

use std::fs;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;
use kepi::model::Settings;
use kepi::report::Screen;
use kepi::text::Sources;
use kepi::units::Currency;
use kepi::{compile, testing};
use tempfile::TempDir;

const SALES: &str = r#"source deals {
  key  id
  time closed_on

  id         : text
  account_id : text
  stage      : one of (open, won = "Closed Won", lost = "Closed Lost")
  amount     : USD
  created_on : date
  closed_on  : date?

  account -> accounts
  is_won    = stage is won
  is_closed = stage in (won, lost)
  cycle     = closed_on - created_on
}

source accounts {
  key id

  id     : text
  region : text
}

parameter margin : percent = 80%

dimension region = accounts.region

metric win_rate : percent = proportion(is_won of deals where is_closed)
metric bookings : USD     = sum(deals.amount where is_won)
metric profit   : USD     = bookings * margin
metric cycle    : days    = average(deals.cycle)
metric matured  : USD     = sum(deals.amount mature 30 days)
metric first_on           = min(deals.closed_on)
"#;

/// What `kepi test` says of tests over these definitions.
fn told(tests: &str) -> String {
    let mut sources = Sources::default();
    sources.add("sales.kpi", SALES);
    sources.add("tests.kpi", tests);
    let settings = Settings { currency: Currency::from_code("USD"), ..Settings::default() };
    let (model, problems) = compile(&sources, &settings);
    if problems.has_errors() {
        return format!("{:#?}", problems.sorted());
    }
    let outcomes = testing::run(&model, &model.tests).expect("a session");
    format!("{}{}", testing::render(&outcomes, &sources, &Screen::default()), testing::summary(&outcomes))
}

const ROWS: &str = "
  given deals
    | id | account_id | stage | amount | created_on | closed_on  |
    | a  | x          | won   |    100 | 2026-01-01 | 2026-01-20 |
    | b  | y          | lost  |     50 | 2026-01-03 | 2026-02-25 |
    | c  | y          | won   |  75.50 | 2026-01-03 | 2026-02-27 |
    | d  | z          | open  |     20 | 2026-02-01 |            |
  given accounts
    | id | region |
    | x  | EMEA   |
    | y  | AMER   |
";

#[test]
fn what_is_right_passes() {
    let told = told(&format!(
        r#"test "right" {{ as_of 2026-03-01 set margin = 50% {ROWS}
  // by hand: in January 1 of 1, in February 1 of 2
  expect win_rate, bookings every month by region
    | month   | region | bookings | win_rate |
    | 2026-02 | AMER   |   $75.50 |    50.0% |
    | 2026-01 | EMEA   |     $100 |     100% |
  expect win_rate
    | win_rate |
    |  66.667% |
  expect bookings, profit every month where region is "AMER" in 2026-01..2026-02
    | month   | bookings | profit |
    | 2026-01 |        0 |   0.00 |
    | 2026-02 |       76 | $37.75 |
  // 19, 53 and 55 days: 42.33
  expect cycle
    | cycle     |
    | 42.3 days |
  // January ends 30 days before
  expect matured every month last 3 as_of 2026-03-02
    | month   | matured  |
    | 2026-01 |  $100.00 |
    | 2026-02 | immature |
    | 2026-03 | immature |
  expect first_on, win_rate every quarter as_of 2026-01-20
    | quarter | first_on   | win_rate |
    | 2026-Q1 | 2026-01-20 |     100% |
  expect win_rate every month in 2025-12
    | month   | win_rate |
    | 2025-12 |        – |
}}"#
    ));
    assert_snapshot!(told, @"1 test passed");
}

#[test]
fn what_is_wrong_is_shown_cell_by_cell() {
    let told = told(&format!(
        r#"test "wrong" {{ {ROWS}
  expect win_rate, bookings every month by region
    | month   | region | bookings | win_rate |
    | 2026-01 | EMEA   |     €100 |    99.9% |
    | 2026-01 | AMER   |        1 |        – |
    | 2026-02 | APAC   |        1 |        – |
}}
test "twice the same key" {{
  given accounts
    | id | region |
    | x  | EMEA   |
    | x  | AMER   |
  given deals
    | id | account_id | closed_on  | stage | amount |
    | a  | x          | 2026-01-20 | won   | 1      |
  expect bookings by region
    | region | bookings |
}}
test "nothing given" {{
  expect bookings
    | bookings |
    | $0.00    |
}}"#
    ));
    assert_snapshot!(told);
}

// ---------------------------------------------------------------- the command

fn project(tests: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder for the test");
    fs::create_dir_all(folder.path().join("metrics")).expect("make its folder");
    fs::write(folder.path().join("kepi.toml"), "[defaults]\ncurrency = \"USD\"\n")
        .expect("write the project");
    fs::write(folder.path().join("metrics/sales.kpi"), format!("{SALES}\n{tests}")).expect("write the tests");
    folder
}

fn kepi(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kepi"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program starts");
    let code = output.status.code().unwrap_or(-1);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("exit code: {code}\n{out}{err}")
}

#[test]
fn bless_writes_what_was_found_and_nothing_else() {
    let tests = format!(
        r#"test   "to be blessed"  {{ {ROWS}
  expect win_rate , bookings every month by region   // as it is
     | month | region | bookings | win_rate |
     // january
     |2026-01|EMEA|$1|–|
     // gone
     | 2026-01 | AMER | $100 | 50% |
}}
test "right" {{ {ROWS}
  expect bookings
    | bookings |
    | $176 |
}}
"#
    );
    let folder = project(&tests);
    let file = folder.path().join("metrics/sales.kpi");
    let blessed = kepi(folder.path(), &["test", "--bless"]);
    let found = fs::read_to_string(&file).expect("read the file again");
    let (before, table) = tests.split_once("     | month ").expect("the table");
    let (_, behind) = table.split_once("$100 | 50% |\n").expect("its end");
    let expected = format!(
        "{SALES}\n{before}     | month   | region | bookings | win_rate |
     // january
     | 2026-01 | EMEA   |     $100 |     100% |
     | 2026-02 | AMER   |      $76 |      50% |
     // gone
{behind}"
    );
    assert_eq!(found, expected);
    assert_snapshot!(blessed + &kepi(folder.path(), &["test"]), @"
    exit code: 0
    2 tests passed
    wrote metrics/sales.kpi
    exit code: 0
    2 tests passed
    ");
}

#[test]
fn a_filter_chooses_tests_by_their_names_and_metrics() {
    let folder = project(
        r#"test "one" { expect bookings
    | bookings |
    | 0 |
}
test "two" { expect win_rate
    | win_rate |
    | – |
}
"#,
    );
    let told = ["one", "win_rate", "three"].map(|filter| kepi(folder.path(), &["test", filter])).concat();
    assert_snapshot!(told, @"
    exit code: 0
    1 test passed
    exit code: 0
    1 test passed
    exit code: 2
    error: no test is called so, and none asks for such a metric
      help: `kepi test` runs all tests
    ");
    assert_snapshot!(kepi(project("").path(), &["test"]), @r#"
    exit code: 2
    error: the project has no tests
      help: `test "…" { … }` in a metric file is one
    "#);
}

// ---------------------------------------------------------------- the documentation

/// The blocks of Kepi of the reference that no message is expected of.
#[test]
fn the_tests_of_the_reference_pass() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language.md");
    let reference = fs::read_to_string(path).expect("the reference can be read");
    let world: String = blocks(&reference, "kpi world").concat();
    let tested: Vec<String> =
        blocks(&reference, "kpi").into_iter().filter(|b| b.contains("test \"")).collect();
    assert!(!tested.is_empty(), "the reference shows a test");
    for block in tested {
        let mut sources = Sources::default();
        sources.add("world.kpi", world.as_str());
        sources.add("language.md", block);
        let settings = Settings { currency: Currency::from_code("USD"), ..Settings::default() };
        let (model, problems) = compile(&sources, &settings);
        assert!(!problems.has_errors(), "{:#?}", problems.sorted());
        let outcomes = testing::run(&model, &model.tests).expect("a session");
        let told = testing::render(&outcomes, &sources, &Screen::default());
        assert!(outcomes.iter().all(testing::TestOutcome::passed), "{told}");
    }
}

/// The texts between ```` ```mark ```` and ```` ``` ````.
fn blocks(page: &str, mark: &str) -> Vec<String> {
    let opening = format!("```{mark}\n");
    page.split(&opening).skip(1).filter_map(|rest| Some(rest.split_once("```")?.0.to_string())).collect()
}
