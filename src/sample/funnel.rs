//! Leads become opportunities: who works them, how long, how much, won or lost.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

use super::accounts::Account;
use super::company::{CHANNELS, FIRST, LAST, Rep, month_number};
use super::customers::Subscription;
use super::leads::Lead;
use super::random::Random;
use super::sheet::{Sheet, cents, date as day, optional, text, word};

pub struct Funnel {
    /// By the day they came.
    pub accounts: Vec<Account>,
    pub leads: Vec<Lead>,
    deals: Vec<Deal>,
    pub subscriptions: Vec<Subscription>,
    reps: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    New,
    Expansion,
    Renewal,
}

struct Deal {
    account: usize,
    owner: usize,
    lead: Option<usize>,
    kind: Kind,
    stage: &'static str,
    amount: Option<i64>,
    created_on: Date,
    closed_on: Option<Date>,
    expected_on: Date,
    loss_reason: &'static str,
}

pub struct Simulation<'a> {
    pub random: Random,
    reps: &'a [Rep],
    pub funnel: Funnel,
}

pub fn simulate(reps: &[Rep]) -> Funnel {
    let funnel = Funnel {
        accounts: Vec::new(),
        leads: super::leads::leads(),
        deals: Vec::new(),
        subscriptions: Vec::new(),
        reps: reps.iter().map(|rep| rep.id.clone()).collect(),
    };
    let mut simulation = Simulation { random: Random::new("deals"), reps, funnel };
    for lead in simulation.conversions() {
        simulation.convert(lead);
    }
    let mut funnel = simulation.funnel;
    funnel.deals.retain(|deal| deal.created_on <= LAST && deal.closed_on.is_none_or(|on| on >= FIRST));
    funnel.deals.sort_by_key(|deal| (deal.created_on, deal.account, deal.kind));
    funnel.subscriptions.retain(|s| s.started_on <= LAST);
    funnel.subscriptions.sort_by_key(|s| (s.started_on, s.account));
    funnel
}

impl Simulation<'_> {
    /// The leads that convert, in the order in which they do.
    fn conversions(&self) -> Vec<usize> {
        let mut found: Vec<_> =
            self.funnel.leads.iter().enumerate().filter_map(|(i, l)| Some((l.converted_on?, i))).collect();
        found.sort();
        found.into_iter().map(|(_, index)| index).collect()
    }

    /// Makes an opportunity of a lead; of a known account once in seven.
    fn convert(&mut self, index: usize) {
        let Lead { on, channel, region, segment, converted_on, .. } = self.funnel.leads[index];
        let Some(converted_on) = converted_on else { return };
        let account = self.account(region, segment, converted_on);
        let bonus = [20, -25, 0, 45, -35, 110][CHANNELS.iter().position(|c| *c == channel).unwrap_or(0)];
        // Before the sample opens there is an opportunity, but no lead on file.
        let on_file = (on >= FIRST).then(|| index - self.before_sample());
        self.new_business(account, converted_on, on_file, bonus);
    }

    fn before_sample(&self) -> usize {
        self.funnel.leads.partition_point(|lead| lead.on < FIRST)
    }

    fn account(&mut self, region: usize, segment: usize, on: Date) -> usize {
        let known = self.funnel.accounts.len();
        if known > 40 && self.random.chance(140) {
            let like = |a: &Account| a.region == region && a.segment == segment;
            let start = self.random.below(known as i64) as usize;
            if let Some(found) = (start..known).find(|i| like(&self.funnel.accounts[*i])) {
                return found;
            }
        }
        self.funnel.accounts.push(Account { region, segment, created_on: on });
        known
    }

    fn new_business(&mut self, account: usize, on: Date, lead: Option<usize>, bonus: i64) {
        let segment = self.funnel.accounts[account].segment;
        let seats = {
            let (low, high) = [(5, 45), (30, 170), (110, 620)][segment];
            self.random.around(low, high)
        };
        let price = [2_900, 4_900, 7_900][segment] + 100 * (month_number(on).max(0) / 12);
        let mrr = seats * price * (100 - self.random.between(0, 4) * 5) / 100;
        let cycle = {
            let base = [26, 58, 112][segment];
            self.random.around(base / 4, base * 9 / 4)
        };
        let owner = self.owner(account, on);
        let odds = self.odds(account, on, owner) + bonus;
        let won = self.random.chance(odds);
        let closed_on = self.close(account, owner, lead, Kind::New, mrr * 12, on, cycle, won);
        if let (true, Some(closed_on)) = (won, closed_on) {
            let started_on = closed_on.saturating_add(self.random.between(0, 14).days());
            self.subscribe(account, seats, mrr, started_on);
        }
    }

    /// Small customers stopped buying in the autumn of 2025.
    fn odds(&self, account: usize, on: Date, owner: usize) -> i64 {
        let Account { region, segment, .. } = self.funnel.accounts[account];
        let slump = if segment == 0 && on >= date(2025, 8, 15) { 190 } else { 0 };
        [310, 290, 240][segment] + [15, -10, 0][region] + self.reps[owner].skill - slump + month_number(on)
    }

    fn owner(&mut self, account: usize, on: Date) -> usize {
        let region = self.funnel.accounts[account].region;
        let free = |(_, rep): &(usize, &Rep)| rep.region == region && rep.takes_deals(on);
        let team: Vec<usize> = self.reps.iter().enumerate().filter(free).map(|(i, _)| i).collect();
        *self.random.pick(&team)
    }

    /// Puts the opportunity on file, and says when it closed, if that is before the sample's end.
    #[expect(clippy::too_many_arguments, reason = "what a deal is made of")]
    fn close(
        &mut self,
        account: usize,
        owner: usize,
        lead: Option<usize>,
        kind: Kind,
        amount: i64,
        created_on: Date,
        cycle: i64,
        won: bool,
    ) -> Option<Date> {
        let expected_on = created_on.saturating_add((cycle * self.random.between(70, 110) / 100).days());
        let closes_on = self.working_day(created_on.saturating_add(cycle.days()));
        let closed_on = (closes_on <= LAST).then_some(closes_on);
        let age = i64::from((LAST - created_on).get_days());
        let stage = match (closed_on, won) {
            (Some(_), true) => "Closed Won",
            (Some(_), false) => "Closed Lost",
            (None, _) => OPEN_STAGES[(age * 3 / cycle.max(1)).clamp(0, 2) as usize],
        };
        let loss_reason = if stage != "Closed Lost" || self.random.chance(150) {
            ""
        } else {
            LOSS_REASONS[self.random.weighted(&[30, 24, 20, 16, 10])]
        };
        let unknown = stage == "Discovery" && self.random.chance(150);
        let amount = (!unknown).then_some(amount);
        self.funnel.deals.push(Deal {
            account,
            owner,
            lead,
            kind,
            stage,
            amount,
            created_on,
            closed_on,
            expected_on,
            loss_reason,
        });
        closed_on
    }

    /// Not on a weekend; near the end of a quarter often on its last days.
    fn working_day(&mut self, on: Date) -> Date {
        let months_left = i32::from((3 - (on.month() % 3)) % 3);
        let quarter_ends = on.saturating_add(months_left.months()).last_of_month();
        let left = i64::from((quarter_ends - on).get_days());
        let pulled = left <= 14 && self.random.chance(450);
        let on =
            if pulled { quarter_ends.saturating_sub(self.random.between(0, left.min(3)).days()) } else { on };
        match on.weekday() {
            Weekday::Saturday => on.saturating_sub(1.day()),
            Weekday::Sunday => on.saturating_sub(2.days()),
            _ => on,
        }
    }

    /// An opportunity that closes on a given day.
    pub fn deal(&mut self, account: usize, kind: Kind, amount: i64, closes_on: Date, cycle: i64, odds: i64) {
        let created_on = closes_on.saturating_sub(cycle.days());
        let owner = self.owner(account, created_on);
        let won = self.random.chance(odds);
        self.close(account, owner, None, kind, amount, created_on, cycle, won);
    }

    /// How the last of the account's deals went.
    pub fn won(&self, account: usize, kind: Kind) -> bool {
        let last = self.funnel.deals.last();
        last.is_some_and(|d| d.account == account && d.kind == kind && d.stage != "Closed Lost")
    }
}

const OPEN_STAGES: [&str; 3] = ["Discovery", "Proposal", "Negotiation"];
const LOSS_REASONS: [&str; 5] = ["Price", "No decision", "Competitor", "Missing feature", "Timing"];

pub fn opportunity_sheet(funnel: &Funnel) -> Sheet {
    let row = |(index, deal): (usize, &Deal)| {
        vec![
            text(format!("D-{:04}", index + 1)),
            text(Account::id(deal.account)),
            text(&funnel.reps[deal.owner]),
            optional(deal.lead, |lead| text(format!("L-{:04}", lead + 1))),
            text(["New", "Expansion", "Renewal"][deal.kind as usize]),
            text(deal.stage),
            optional(deal.amount, cents),
            day(deal.created_on),
            day(deal.expected_on),
            optional(deal.closed_on, day),
            word(deal.loss_reason),
        ]
    };
    Sheet {
        name: "opportunities",
        columns: &[
            "id",
            "account_id",
            "owner_id",
            "lead_id",
            "type",
            "stage",
            "amount",
            "created_on",
            "expected_on",
            "closed_on",
            "loss_reason",
        ],
        rows: funnel.deals.iter().enumerate().map(row).collect(),
    }
}
