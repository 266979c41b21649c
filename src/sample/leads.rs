//! The invented leads: where they come from, who answers when, which qualify and convert.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

use super::company::{CHANNELS, FIRST, LAST, REGIONS, SEGMENTS, month_number, months_from, season};
use super::random::Random;
use super::sheet::{Sheet, date as day, moment, optional, text, word};

pub struct Lead {
    pub on: Date,
    pub second: i64,
    /// Seconds until somebody answered.
    pub answered_after: Option<i64>,
    pub channel: &'static str,
    pub region: usize,
    pub segment: usize,
    pub qualified_on: Option<Date>,
    pub converted_on: Option<Date>,
}

/// Where the simulation starts, so that the sample opens in full swing.
const WARM_UP: Date = date(2022, 1, 1);

pub fn leads() -> Vec<Lead> {
    let mut random = Random::new("leads");
    let mut leads = Vec::new();
    for month in months_from(WARM_UP) {
        let count = (96 + 3 * month_number(month)) * season(month.month()) / 100;
        for _ in 0..random.between(count * 92 / 100, count * 108 / 100) {
            leads.push(lead(&mut random, month));
        }
    }
    leads.sort_by_key(|lead| (lead.on, lead.second));
    leads
}

fn lead(random: &mut Random, month: Date) -> Lead {
    let on = weekday_mostly(random, month);
    let channel = random.weighted(&[27, 24, 14, 12, 15, 8]);
    let region = random.weighted(&[46, 36, 18]);
    let segment = random.weighted(
        &[[58, 32, 10], [50, 36, 14], [28, 44, 28], [30, 45, 25], [24, 46, 30], [44, 38, 18]][channel],
    );
    let slow = if region == 1 && on >= date(2025, 8, 1) { 3 } else { 1 };
    let answered_after = random.chance(885).then(|| random.around(120, 60_000) * random.between(1, 4) * slow);
    let qualified = answered_after.is_some() && random.chance([400, 300, 460, 560, 420, 650][channel]);
    let qualified_on = qualified.then(|| on.saturating_add(random.between(3, 21).days()));
    let converted_on =
        qualified_on.filter(|_| random.chance(680)).map(|q| q.saturating_add(random.between(0, 10).days()));
    Lead {
        on,
        second: random.around(21_600, 79_200),
        answered_after,
        channel: if random.chance(35) { "" } else { CHANNELS[channel] },
        region,
        segment,
        qualified_on: qualified_on.filter(|q| *q <= LAST),
        converted_on: converted_on.filter(|c| *c <= LAST),
    }
}

fn weekday_mostly(random: &mut Random, month: Date) -> Date {
    let days = i64::from(month.days_in_month());
    let on = month.saturating_add(random.below(days).days());
    let weekend = matches!(on.weekday(), Weekday::Saturday | Weekday::Sunday);
    if weekend && random.chance(700) { month.saturating_add(random.below(days).days()) } else { on }
}

pub fn sheet(leads: &[Lead]) -> Sheet {
    let row = |(index, lead): (usize, &Lead)| {
        let answered =
            lead.answered_after.map(|after| lead.second + after).map(|second| moment(lead.on, second));
        vec![
            text(format!("L-{:04}", index + 1)),
            moment(lead.on, lead.second),
            optional(answered, |at| at),
            word(lead.channel),
            text(REGIONS[lead.region]),
            text(SEGMENTS[lead.segment]),
            optional(lead.qualified_on, day),
            optional(lead.converted_on, day),
        ]
    };
    Sheet {
        name: "leads",
        columns: &[
            "id",
            "created_at",
            "first_contact_at",
            "channel",
            "region",
            "segment",
            "qualified_on",
            "converted_on",
        ],
        rows: leads.iter().filter(|lead| lead.on >= FIRST).enumerate().map(row).collect(),
    }
}
