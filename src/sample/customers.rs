//! Won opportunities become subscriptions, and those are renewed, grown, given up and
//! taken up again.

use jiff::ToSpan;
use jiff::civil::Date;

use super::accounts::Account;
use super::company::LAST;
use super::funnel::{Funnel, Kind, Simulation};
use super::sheet::{Sheet, cents, date as day, int, optional, text};

pub struct Subscription {
    pub account: usize,
    pub seats: i64,
    pub mrr: i64,
    pub started_on: Date,
    pub ended_on: Option<Date>,
}

impl Simulation<'_> {
    /// A subscription and what becomes of it, year by year.
    pub fn subscribe(&mut self, account: usize, mut seats: i64, mut mrr: i64, started_on: Date) {
        let segment = self.funnel.accounts[account].segment;
        let mut from = started_on;
        let mut anniversary = started_on;
        while from <= LAST {
            let price = mrr / seats.max(1);
            if let Some(on) = self.expansion(anniversary) {
                let more = (seats * self.random.between(10, 40) / 100).max(1);
                self.deal(account, Kind::Expansion, more * price * 12, on, 21, 720);
                if self.won(account, Kind::Expansion) {
                    self.period(account, seats, mrr, from, Some(on));
                    (seats, mrr, from) = (seats + more, mrr + more * price, on);
                }
            }
            anniversary = anniversary.saturating_add(1.year());
            self.deal(account, Kind::Renewal, mrr * 12, anniversary, 60, [800, 880, 940][segment]);
            if anniversary > LAST {
                break;
            }
            if !self.won(account, Kind::Renewal) {
                self.period(account, seats, mrr, from, Some(anniversary));
                return self.win_back(account, seats, mrr, anniversary);
            }
            let change = [-15, -5, 0, 0, 3, 5][self.random.weighted(&[6, 6, 40, 18, 20, 10])];
            if change != 0 {
                self.period(account, seats, mrr, from, Some(anniversary));
                (mrr, from) = (mrr * (100 + change) / 100, anniversary);
            }
        }
        self.period(account, seats, mrr, from, None);
    }

    /// One year in four a customer wants more seats.
    fn expansion(&mut self, anniversary: Date) -> Option<Date> {
        let wants = self.random.chance(250);
        let on = anniversary.saturating_add(self.random.between(60, 300).days());
        (wants && on <= LAST).then_some(on)
    }

    /// One in six who left comes back within the year.
    fn win_back(&mut self, account: usize, seats: i64, mrr: i64, left_on: Date) {
        let back_on = left_on.saturating_add(self.random.between(45, 330).days());
        if self.random.chance(170) && back_on <= LAST {
            let seats = (seats * self.random.between(60, 110) / 100).max(1);
            let mrr = mrr * self.random.between(60, 105) / 100;
            self.deal(account, Kind::New, mrr * 12, back_on, 30, 1000);
            self.subscribe(account, seats, mrr, back_on);
        }
    }

    fn period(&mut self, account: usize, seats: i64, mrr: i64, started_on: Date, ended_on: Option<Date>) {
        self.funnel.subscriptions.push(Subscription { account, seats, mrr, started_on, ended_on });
    }
}

pub fn sheet(funnel: &Funnel) -> Sheet {
    let row = |(index, s): (usize, &Subscription)| {
        let plan = ["Team", "Business", "Enterprise"][funnel.accounts[s.account].segment];
        vec![
            text(format!("S-{:04}", index + 1)),
            text(Account::id(s.account)),
            text(plan),
            int(s.seats),
            cents(s.mrr),
            day(s.started_on),
            optional(s.ended_on, day),
        ]
    };
    Sheet {
        name: "subscriptions",
        columns: &["id", "account_id", "plan", "seats", "mrr", "started_on", "ended_on"],
        rows: funnel.subscriptions.iter().enumerate().map(row).collect(),
    }
}
