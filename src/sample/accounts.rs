//! The invented customers: names, segments, industries, places.

use jiff::civil::Date;

use super::company::{REGIONS, SEGMENTS};
use super::random::Random;
use super::sheet::{Sheet, date as day, optional, text, word};

pub struct Account {
    /// Indexes into [`REGIONS`] and [`SEGMENTS`].
    pub region: usize,
    pub segment: usize,
    pub created_on: Date,
}

impl Account {
    pub fn id(index: usize) -> String {
        format!("A-{:04}", index + 1)
    }
}

pub fn sheet(accounts: &[Account]) -> Sheet {
    let mut random = Random::new("accounts");
    let row = |(index, account): (usize, &Account)| {
        let industry =
            if random.chance(70) { "" } else { INDUSTRIES[random.weighted(&[30, 22, 18, 17, 13])] };
        let employees = employees(&mut random, account.segment);
        vec![
            text(Account::id(index)),
            text(name(index)),
            text(SEGMENTS[account.segment]),
            word(industry),
            text(REGIONS[account.region]),
            text(*random.pick(COUNTRIES[account.region])),
            optional(employees, super::sheet::int),
            day(account.created_on),
        ]
    };
    Sheet {
        name: "accounts",
        columns: &["id", "name", "segment", "industry", "region", "country", "employees", "created_on"],
        rows: accounts.iter().enumerate().map(row).collect(),
    }
}

/// Nobody knows the size of one account in eight.
fn employees(random: &mut Random, segment: usize) -> Option<i64> {
    let (low, high) = [(4, 90), (90, 900), (900, 14_000)][segment];
    let known = random.below(8) > 0;
    known.then(|| random.between(low, high))
}

/// Each pair of words once, in an order that looks like none: 29 is prime to their number.
fn name(index: usize) -> String {
    let pairs = FIRST_WORDS.len() * LAST_WORDS.len();
    let pair = index * 29 % pairs;
    let name = format!("{} {}", FIRST_WORDS[pair % FIRST_WORDS.len()], LAST_WORDS[pair / FIRST_WORDS.len()]);
    if index < pairs { name } else { format!("{name} {}", index / pairs + 1) }
}

const INDUSTRIES: [&str; 5] = ["Pharma", "Food", "Chemicals", "Diagnostics", "Universities"];

const COUNTRIES: [&[&str]; 3] = [
    &["United States", "United States", "United States", "Canada", "Brazil", "Mexico"],
    &["Germany", "Germany", "United Kingdom", "France", "Netherlands", "Italy", "Sweden", "Poland"],
    &["Japan", "Australia", "Singapore", "India"],
];

const FIRST_WORDS: [&str; 40] = [
    "Alder", "Arbor", "Beacon", "Birch", "Cobalt", "Corvid", "Delta", "Ember", "Falcon", "Fjord", "Garnet",
    "Granite", "Harbor", "Heron", "Indigo", "Juniper", "Kestrel", "Lagoon", "Larch", "Linden", "Lumen",
    "Maple", "Meridian", "Mistral", "Nimbus", "Oriole", "Osprey", "Pebble", "Quartz", "Quill", "Rowan",
    "Saffron", "Sequoia", "Slate", "Solstice", "Tamarind", "Tundra", "Umber", "Willow", "Zephyr",
];

const LAST_WORDS: [&str; 24] = [
    "Labs",
    "Biotech",
    "Analytics",
    "Diagnostics",
    "Foods",
    "Chemicals",
    "Pharma",
    "Institute",
    "Research, Inc.",
    "Sciences",
    "Materials",
    "Assays",
    "& Partners",
    "Genomics",
    "Instruments",
    "Health",
    "Nutrition",
    "Polymers",
    "Testing, LLC",
    "Therapeutics",
    "University",
    "Vaccines",
    "Water",
    "Works",
];
