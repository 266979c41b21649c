//! What the invented company decides: its reps, their quotas, and what marketing spends.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::random::Random;
use super::sheet::{Sheet, cents, date as day, optional, text, word};

pub const REGIONS: [&str; 3] = ["Americas", "EMEA", "APAC"];
pub const SEGMENTS: [&str; 3] = ["SMB", "Mid-Market", "Enterprise"];
pub const CHANNELS: [&str; 6] = ["Organic", "Paid Search", "Events", "Partner", "Outbound", "Referral"];

/// What the sample tells of: from the first day up to and with the last.
pub const FIRST: Date = date(2023, 1, 1);
pub const LAST: Date = date(2025, 12, 31);

pub struct Rep {
    pub id: String,
    pub name: &'static str,
    /// An index into [`REGIONS`].
    pub region: usize,
    pub manager: Option<&'static str>,
    pub hired_on: Date,
    pub left_on: Option<Date>,
    /// Sells; managers and those on leave do not.
    pub sells: bool,
    /// How often this rep wins, in thousandths more or less than others.
    pub skill: i64,
}

impl Rep {
    /// Takes new deals: two months after the start, until a month before leaving.
    pub fn takes_deals(&self, on: Date) -> bool {
        let started = self.hired_on.saturating_add(2.months()) <= on;
        self.sells && started && self.left_on.is_none_or(|left| on < left.saturating_sub(1.month()))
    }
}

/// Months since 2023-01, negative before.
pub fn month_number(on: Date) -> i64 {
    i64::from(on.year() - 2023) * 12 + i64::from(on.month()) - 1
}

/// How busy a calendar month is, in percent: weak summers, strong ends of quarters.
pub fn season(month: i8) -> i64 {
    [94, 98, 108, 97, 100, 109, 82, 78, 106, 104, 108, 92][month as usize - 1]
}

/// The first days of the months from `first` to the end of the sample.
pub fn months_from(first: Date) -> impl Iterator<Item = Date> {
    (0..).map(move |n: i32| first.saturating_add(n.months())).take_while(|month| *month <= LAST)
}

pub fn reps() -> Vec<Rep> {
    let mut random = Random::new("reps");
    let mut reps = Vec::new();
    for (region, team) in TEAMS.iter().enumerate() {
        for (n, &(name, hired_on, left_on, sells)) in team.iter().enumerate() {
            let id = format!("R-{:02}", reps.len() + 1);
            let manager = (n > 0).then_some(MANAGER_IDS[region]);
            let skill = random.between(-60, 60);
            reps.push(Rep { id, name, region, manager, hired_on, left_on, sells, skill });
        }
    }
    reps
}

pub fn rep_sheet(reps: &[Rep]) -> Sheet {
    let row = |rep: &Rep| {
        vec![
            text(&rep.id),
            text(rep.name),
            text(REGIONS[rep.region]),
            optional(rep.manager, text),
            day(rep.hired_on),
            optional(rep.left_on, day),
        ]
    };
    Sheet {
        name: "reps",
        columns: &["id", "name", "region", "manager_id", "hired_on", "left_on"],
        rows: reps.iter().map(row).collect(),
    }
}

/// One row a month for every rep who carries a quota: from the third month on, a fifth more each year.
pub fn quota_sheet(reps: &[Rep]) -> Sheet {
    let mut rows = Vec::new();
    for month in months_from(FIRST) {
        for rep in reps.iter().filter(|rep| rep.manager.is_some()) {
            let ramped = rep.hired_on.saturating_add(2.months()) <= month;
            if ramped && rep.left_on.is_none_or(|left| month < left) {
                let yearly =
                    [BASE_QUOTA, BASE_QUOTA * 6 / 5, BASE_QUOTA * 36 / 25][(month.year() - 2023) as usize];
                let amount = yearly * QUOTA_PERCENT[rep.region] / 100 * season(month.month()) / 100;
                rows.push(vec![text(&rep.id), day(month), cents(amount / 500 * 500 * 100)]);
            }
        }
    }
    Sheet { name: "quotas", columns: &["rep_id", "month", "amount"], rows }
}

/// By month, channel and region; referrals cost nothing. The events of November 2025
/// are not yet booked in APAC, as happens.
pub fn spend_sheet() -> Sheet {
    let mut random = Random::new("spend");
    let mut rows = Vec::new();
    for month in months_from(FIRST) {
        for (channel, &base) in CHANNELS.iter().zip(&[5_200, 14_500, 11_000, 6_400, 9_000]) {
            for (region, name) in REGIONS.iter().enumerate() {
                let grown = base * (100 + 2 * month_number(month)) / 100 * [100, 84, 38][region] / 100;
                let dollars = grown * season(month.month()) / 100 * random.between(88, 112) / 100;
                let unbooked = *channel == "Events" && region == 2 && month == date(2025, 11, 1);
                let amount = dollars * 100 + random.below(100);
                rows.push(vec![
                    day(month),
                    word(channel),
                    text(*name),
                    if unbooked { crate::table::Value::Missing } else { cents(amount) },
                ]);
            }
        }
    }
    Sheet { name: "spend", columns: &["month", "channel", "region", "amount"], rows }
}

/// Dollars a month in 2023, before season and region.
const BASE_QUOTA: i64 = 46_000;
const QUOTA_PERCENT: [i64; 3] = [110, 100, 85];
const MANAGER_IDS: [&str; 3] = ["R-01", "R-11", "R-20"];

type Entry = (&'static str, Date, Option<Date>, bool);

const fn rep(name: &'static str, year: i16, month: i8, sells: bool) -> Entry {
    (name, date(year, month, 1), None, sells)
}

/// The manager first. The last of each team was hired late in 2025, or is on leave, and has no deal.
const TEAMS: [&[Entry]; 3] = [
    &[
        rep("Imogen Hale", 2020, 3, false),
        rep("Marcus Bell", 2020, 9, true),
        rep("Priya Raman", 2021, 2, true),
        rep("Diego Fuentes", 2021, 6, true),
        rep("Hannah Cole", 2022, 1, true),
        ("Trevor Lang", date(2021, 11, 1), Some(date(2024, 7, 1)), true),
        rep("Sofia Alvarez", 2022, 5, true),
        rep("Andre Whitfield", 2023, 4, true),
        rep("Camille Roy", 2024, 5, true),
        rep("Owen Tanaka", 2025, 11, false),
    ],
    &[
        rep("Lukas Brandt", 2020, 5, false),
        rep("Elena Petrova", 2021, 1, true),
        rep("Tomás Ferreira", 2021, 8, true),
        rep("Aoife Byrne", 2022, 2, true),
        ("Mateusz Zielinski", date(2022, 4, 1), Some(date(2025, 3, 1)), true),
        rep("Ingrid Solberg", 2023, 1, true),
        rep("Yusuf Demir", 2023, 9, true),
        rep("Chiara Conti", 2024, 11, true),
        rep("Noor Haddad", 2022, 3, false),
    ],
    &[
        rep("Mei-Lin Zhou", 2020, 8, false),
        rep("Arjun Mehta", 2021, 4, true),
        rep("Kenji Watanabe", 2022, 1, true),
        rep("Ruby Sinclair", 2022, 6, true),
        rep("Siti Rahman", 2024, 2, true),
    ],
];
