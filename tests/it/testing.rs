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
metric watched  : percent = proportion(is_won of deals where is_closed) {
  every    month
  warn     below 25% for 2 periods
  critical below 20% clear above 22% for 1 period
  critical below 50% where region is "EMEA"
}
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
    let outcomes = testing::run(&model, &sources, &model.tests).expect("a session");
    format!(
        "{}{}",
        testing::render(&outcomes, &sources, &Screen::default()),
        testing::summary(&outcomes, &[])
    )
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

const EPISODE: &str = "
  given watched every month
    | month   | watched |
    | 2026-01 |     30% |
    | 2026-02 |     24% |
    | 2026-03 |     23% |
    | 2026-04 |     19% |
    | 2026-05 |     21% |
    | 2026-06 |     23% |
    | 2026-07 |       – |
";

#[test]
fn thresholds_are_replayed_over_given_values() {
    let told = told(&format!(
        r#"test "an episode" {{ {EPISODE}
  expect watched every month in 2026-04..2026-05
    | month   | watched |
    | 2026-04 |   19.0% |
    | 2026-05 |   21.0% |
  // two in a row below 25%
  expect no warn watched in 2026-02
  expect warn watched in 2026-03
  expect warn watched in 2026-06
  // a gap breaks it
  expect no warn watched in 2026-07
  // below 20%, and until it is above 22%
  expect no critical watched in 2026-03
  expect critical watched in 2026-04
  expect critical watched in 2026-05
  expect no critical watched in 2026-06
}}
test "a member" {{
  given watched every month by region
    | month   | region | watched |
    | 2026-01 | EMEA   |     45% |
    | 2026-01 | AMER   |     45% |
  expect critical watched in 2026-01 where region is "EMEA"
}}
test "of rows" {{ as_of 2026-02-28 {ROWS}
  expect no critical watched in 2026-01
  expect no warn watched
}}"#
    ));
    assert_snapshot!(told, @"3 tests passed");
}

#[test]
fn a_state_that_is_not_so_says_why() {
    let told = told(&format!(
        r#"test "an episode" {{ {EPISODE}
  expect critical watched in 2026-03
  expect no warn watched
  expect warn watched in 2027-01
  expect warn bookings
}}"#
    ));
    assert_snapshot!(told, @"
    failed an episode  (tests.kpi:1)
      `watched` breaks no critical rule in 2026-03, not even `below 20% clear above 22% for 1 period` in 2026-03, where it is 23.0%  (tests.kpi:12)
      `watched` breaks `below 25% for 2 periods` in 2026-03, where it is 23.0%  (tests.kpi:13)
      `watched` is not judged in 2027-01  (tests.kpi:14)
      `bookings` has no warn rule  (tests.kpi:15)
    1 test failed, 0 passed
    ");
}

/// The first date of a stored column is read off the rows; of a computed one there is nothing
/// to read.
#[test]
fn periods_by_a_computed_date_begin_with_its_first() {
    let tests = r#"
source loans {
  key id
  time lent
  id   : text
  lent : date
  due  = lent + 30 days
}
metric due = count(loans on due)
test "by a computed date" {
  as_of 2026-03-01
  given loans
    | id | lent       |
    | a  | 2026-01-05 |
    | b  | 2026-01-20 |
  expect due every month
    | month   | due |
    | 2026-02 |   2 |
    | 2026-03 |   0 |
}
"#;
    assert_snapshot!(told(tests), @"1 test passed");
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

/// Both tables are of one question but for their metrics, and each has its own.
#[test]
fn tables_of_one_range_keep_their_columns() {
    let folder = project(&format!(
        r#"test "two tables" {{
  as_of 2026-03-01{ROWS}
  expect bookings, win_rate every month in 2026-01..2026-02
    | month   | bookings | win_rate |
    | 2026-01 |     $100 |     100% |
    | 2026-02 |      $70 |      50% |

  expect cycle, bookings every month in 2026-01..2026-02
    | bookings | month   | cycle |
    |     $100 | 2026-01 |    19 |
}}
"#
    ));
    let told = kepi(folder.path(), &["test"]);
    assert_snapshot!(told, @"
    exit code: 1
    failed two tables  (metrics/sales.kpi:42)
      expect bookings, win_rate every month in 2026-01..2026-02  (metrics/sales.kpi:55)
        | month   |           bookings | win_rate |
        | 2026-01 |               $100 |     100% |
        | 2026-02 | $76 instead of $70 |      50% |
        `bookings` of 2026-02 is made of this row of deals
          | id | account_id | stage | amount | created_on | closed_on  |
          | c  | y          | won   |  75.50 | 2026-01-03 | 2026-02-27 |
      expect cycle, bookings every month in 2026-01..2026-02  (metrics/sales.kpi:60)
        | bookings | month   |   cycle |
        |     $100 | 2026-01 |      19 |
        |   $75.50 | 2026-02 | 54 days |  is not expected

    1 test failed, 0 passed
    ");
    kepi(folder.path(), &["test", "--bless"]);
    let blessed = fs::read_to_string(folder.path().join("metrics/sales.kpi")).expect("the tests are there");
    let (_, tables) = blessed.split_once("  expect").expect("the test is still there");
    assert_snapshot!(tables, @"
     bookings, win_rate every month in 2026-01..2026-02
        | month   | bookings | win_rate |
        | 2026-01 |     $100 |     100% |
        | 2026-02 |      $76 |      50% |

      expect cycle, bookings every month in 2026-01..2026-02
        | bookings | month   |   cycle |
        |     $100 | 2026-01 |      19 |
        |      $76 | 2026-02 | 54 days |
    }
    ");
}

// ---------------------------------------------------------------- what tests leave unsaid

const HALF_TESTED: &str = r#"test "won and lost" {
  given deals
    | id | stage | amount | closed_on  |
    | a  | won   |    100 | 2026-01-20 |
    | b  | lost  |     50 | 2026-01-25 |
  expect win_rate, bookings every month
    | month   | win_rate | bookings |
    | 2026-01 |      50% |     $100 |
}
"#;

#[test]
fn coverage_names_metrics_and_conditions() {
    let folder = project(HALF_TESTED);
    assert_snapshot!(kepi(folder.path(), &["test", "--coverage"]), @r"
    exit code: 0
    1 test passed

    2 of 7 metrics have a test
      metrics/sales.kpi:32:8  `cycle` has no test
      metrics/sales.kpi:34:8  `first_on` has no test
      metrics/sales.kpi:33:8  `matured` has no test
      metrics/sales.kpi:31:8  `profit` has no test
      metrics/sales.kpi:35:8  `watched` has no test
    2 of 3 conditions were seen both true and not
      metrics/sales.kpi:29:62  `is_closed` was always true
    ");
}

/// By hand: one deal is won, so its sum is its average; none is open, so leaving out the filter
/// changes nothing.
#[test]
fn mutants_that_no_test_notices_are_listed_by_place() {
    let folder = project(HALF_TESTED);
    assert_snapshot!(kepi(folder.path(), &["test", "--mutate"]), @r"
    exit code: 0
    1 test passed

    4 of 6 mistakes put in were noticed by a test
      metrics/sales.kpi:29:29  the `where` of `proportion` could be left out: no test fails
      metrics/sales.kpi:30:29  `sum` could be `average`: no test fails
    ");
}

const STATES: &str = r#"source visits {
  time closed_on
  closed_on : date
  won       : bool
  amount    : USD
  weight = if amount > 100 then 2 else 1
}
metric rate : percent = proportion(won of visits) {
  every    month
  warn     below 50% for 2 periods
  critical below 20%
}
metric weighted = sum(visits.weight)
test "states" {
  given rate every month
    | month   | rate |
    | 2026-01 |  60% |
    | 2026-02 |  45% |
    | 2026-03 |  45% |
  expect no warn rate in 2026-02
  expect warn rate in 2026-03
  expect no critical rate in 2026-03
}
test "weights" {
  given visits
    | closed_on  | won | amount |
    | 2026-01-05 | yes |    100 |
  expect weighted
    | weighted |
    |        1 |
}
"#;

/// By hand: 45% is never below 20%, and no amount is above 100.
#[test]
fn coverage_knows_thresholds_and_branches() {
    let folder = project(STATES);
    assert_snapshot!(kepi(folder.path(), &["test", "--coverage"]), @"
    exit code: 0
    2 tests passed

    2 of 9 metrics have a test
      metrics/sales.kpi:30:8  `bookings` has no test
      metrics/sales.kpi:32:8  `cycle` has no test
      metrics/sales.kpi:34:8  `first_on` has no test
      metrics/sales.kpi:33:8  `matured` has no test
      metrics/sales.kpi:31:8  `profit` has no test
      metrics/sales.kpi:35:8  `watched` has no test
      metrics/sales.kpi:29:8  `win_rate` has no test
    0 of 2 conditions were seen both true and not
      metrics/sales.kpi:47:15  `amount > 100 USD` was never true
      metrics/sales.kpi:49:36  `won` was asked of no row
    1 of 2 thresholds were seen both broken and kept
      metrics/sales.kpi:52:3  `critical below 20%` was never broken
    ");
}

/// By hand: January has two visits, February one, so that `only when` is seen both true and not; no
/// month has three, and of those judged none has more than one won.
#[test]
fn coverage_knows_conditions_over_what_is_computed() {
    let tests = r#"source visits {
  time closed_on
  closed_on : date
  won       : bool
}
metric grade = if count(visits) > 2 then 2 else 1
metric rate : percent = proportion(won of visits) {
  every    month
  critical when value < 60% and count(visits where won) < 2
  only     when count(visits) >= 2
}
test "states" {
  as_of 2026-02-28
  given visits
    | closed_on  | won |
    | 2026-01-05 | yes |
    | 2026-01-06 | no  |
    | 2026-02-05 | no  |
  expect critical rate in 2026-01
  expect no critical rate in 2026-02
  expect grade every month
    | month   | grade |
    | 2026-01 |     1 |
    | 2026-02 |     1 |
}
"#;
    let told = kepi(project(tests).path(), &["test", "--coverage"]);
    let told: Vec<&str> = told.lines().filter(|line| !line.ends_with("has no test")).collect();
    assert_snapshot!(told.join("\n"), @"
    exit code: 0
    1 test passed

    2 of 9 metrics have a test
    3 of 4 conditions were seen both true and not
      metrics/sales.kpi:47:19  `count(visits on closed_on) > 2` was never true
    0 of 1 thresholds were seen both broken and kept
      metrics/sales.kpi:50:3  `critical when value < 60% and count(visits where won) < 2` was always broken
    ");
}

/// By hand: of the warning only 55% in the place of 50% changes nothing, as 60% is above both and
/// 45% below. Of what is critical only the other side shows. At 100 it matters whether that is
/// above, at 99 it would not.
#[test]
fn mistakes_in_thresholds_are_put_in_too() {
    let folder = project(STATES);
    assert_snapshot!(kepi(folder.path(), &["test", "--mutate"]), @"
    exit code: 0
    2 tests passed

    7 of 12 mistakes put in were noticed by a test
      metrics/sales.kpi:51:3  a tenth could be added to the limit of `warn below 50% for 2 periods`: no test fails
      metrics/sales.kpi:52:3  a tenth could be added to the limit of `critical below 20%`: no test fails
      metrics/sales.kpi:52:3  a tenth could be taken from the limit of `critical below 20%`: no test fails
      metrics/sales.kpi:52:3  it could be for 2 periods in `critical below 20%`: no test fails
      metrics/sales.kpi:54:19  `sum` could be `average`: no test fails
    ");
}

#[test]
fn junit_has_a_suite_for_each_file() {
    let folder = project(&HALF_TESTED.replace("$100", "$200"));
    let told = kepi(folder.path(), &["test", "-o", "junit:tests.xml"]);
    let xml = fs::read_to_string(folder.path().join("tests.xml")).expect("the outcomes are there");
    let document = roxmltree::Document::parse(&xml).expect("it is XML");
    let cases: Vec<_> = document.descendants().filter(|n| n.has_tag_name("testcase")).collect();
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0].attribute("name"), Some("won and lost"));
    let failure = cases[0].children().find(|n| n.has_tag_name("failure")).expect("it failed");
    assert!(told.starts_with("exit code: 1\n"), "{told}");
    assert!(failure.text().is_some_and(|text| told.contains(text.trim())), "{told}");
    assert_snapshot!(kepi(folder.path(), &["test", "-o", "html:x"]), @r"
    exit code: 2
    error: invalid value 'html:x' for '--output <FORMAT:FILE>': it has the form `junit:FILE`

    For more information, try '--help'.
    ");
}

/// Every metric of the library has a test, and so has every metric of the example.
#[test]
fn the_library_and_the_example_are_tested() {
    for project in ["tests/library", "examples/acme"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(project);
        let loaded = kepi::project::load(&root).expect("the project can be read");
        let (model, problems) = compile(&loaded.sources, &loaded.project.settings);
        assert!(!problems.has_errors(), "{:#?}", problems.sorted());
        let outcomes = testing::run(&model, &loaded.sources, &model.tests).expect("a session");
        let told = testing::render(&outcomes, &loaded.sources, &Screen::default());
        assert!(outcomes.iter().all(testing::TestOutcome::passed), "{told}");
        let coverage = testing::coverage(&model, &loaded.sources, &model.tests).expect("a session");
        assert!(coverage.untested.is_empty(), "without a test: {:?}", coverage.untested);
    }
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
        let outcomes = testing::run(&model, &sources, &model.tests).expect("a session");
        let told = testing::render(&outcomes, &sources, &Screen::default());
        assert!(outcomes.iter().all(testing::TestOutcome::passed), "{told}");
    }
}

/// The texts between ```` ```mark ```` and ```` ``` ````.
fn blocks(page: &str, mark: &str) -> Vec<String> {
    let opening = format!("```{mark}\n");
    page.split(&opening).skip(1).filter_map(|rest| Some(rest.split_once("```")?.0.to_string())).collect()
}

/// What only the metric knows, the values given do not answer; and a unit that is not the
/// metric's is no matter of taste.
#[test]
fn values_given_are_no_more_than_they_say() {
    assert_snapshot!(told(
        r#"
test "what they come to is not known" {
  given bookings every month by region
    | month   | region | bookings |
    | 2026-01 | EMEA   |      $60 |
    | 2026-01 | AMER   |      $40 |
    | 2026-02 | EMEA   |      $10 |

  expect bookings every month by region
    | month   | region | bookings |
    | 2026-01 | EMEA   |      $60 |
    | 2026-01 | AMER   |      $40 |
    | 2026-02 | EMEA   |      $10 |

  expect bookings every month
    | month   | bookings |
    | 2026-01 |        – |
    | 2026-02 |      $10 |

  expect bookings every quarter by region where region is "EMEA"
    | quarter | region | bookings |
    | 2026-Q1 | EMEA   |      $60 |
}

test "other units" {
  given bookings every month
    | month   | bookings |
    | 2026-01 |      43% |
    | 2026-02 |      €40 |
    | 2026-03 |       40 |

  expect bookings in 2026-03 every month
    | month   | bookings |
    | 2026-03 |      $40 |
}
"#
    ));
}

/// By hand: a list is asked as `is` asks each of its values, whatever they are written in.
#[test]
fn numbers_in_lists_are_compared_as_they_are() {
    assert_snapshot!(told(r#"
metric cents  = count(deals where amount in (100.004, 200))
metric halves = count(deals where round(amount) in (99.5, 100.5))
metric spans  = count(deals where cycle in (36 hours, 1 week))
metric whole  = count(deals where cycle in (10 days, 20 days))
test "lists" {
  given deals
    | id | amount | created_on | closed_on  |
    | a  | 100.00 | 2026-01-01 | 2026-01-02 |
    | b  | 200.00 | 2026-01-01 | 2026-01-08 |
    | c  | 300.00 | 2026-01-01 | 2026-01-21 |

  expect cents, halves, spans, whole
    | cents | halves | spans | whole |
    |     1 |      0 |     1 |     1 |
}
"#), @"1 test passed");
}
