//! The web shop's orders: supplies for accounts, and a few guests.

use jiff::ToSpan;
use jiff::civil::Date;

use super::accounts::Account;
use super::company::{FIRST, REGIONS, month_number, months_from};
use super::random::Random;
use super::sheet::{Sheet, cents, date as day, int, optional, text};

pub const ORDERS: &str = "orders";

struct Order {
    on: Date,
    second: i64,
    account: Option<usize>,
}

pub fn order_sheet(accounts: &[Account]) -> Sheet {
    let mut random = Random::new("orders");
    let orders = orders(&mut random, accounts);
    let row = |(index, order): (usize, Order)| {
        let region = order.account.map_or_else(|| random.weighted(&[50, 35, 15]), |a| accounts[a].region);
        let items = 1 + random.around(0, 9).min(random.between(0, 8));
        let amount = items * random.around(900, 16_000);
        let discount = if random.chance(220) { amount / 100 * *random.pick(&[5, 10, 15]) } else { 0 };
        vec![
            text(format!("O-{:05}", index + 1)),
            optional(order.account, |a| text(Account::id(a))),
            day(order.on),
            text(REGIONS[region]),
            text(["Web", "Phone", "Marketplace"][random.weighted(&[72, 11, 17])]),
            text(["Completed", "Cancelled", "Returned"][random.weighted(&[925, 42, 33])]),
            int(items),
            cents(amount),
            cents(discount),
            cents(if amount > 25_000 { 0 } else { 990 }),
        ]
    };
    Sheet {
        name: ORDERS,
        columns: &[
            "id",
            "account_id",
            "ordered_on",
            "region",
            "channel",
            "status",
            "items",
            "amount",
            "discount",
            "shipping",
        ],
        rows: orders.into_iter().enumerate().map(row).collect(),
    }
}

fn orders(random: &mut Random, accounts: &[Account]) -> Vec<Order> {
    let mut orders = Vec::new();
    for month in months_from(FIRST) {
        let days = i64::from(month.days_in_month());
        let count = (210 + 8 * month_number(month)) * SEASON[month.month() as usize - 1] / 100;
        let known = accounts.partition_point(|account| account.created_on < month) as i64;
        for _ in 0..random.between(count * 95 / 100, count * 105 / 100) {
            let on = month.saturating_add(random.below(days).days());
            // The smaller of two draws: old accounts order more often than new ones.
            let account = random.below(known).min(random.below(known)) as usize;
            let guest = random.chance(55);
            orders.push(Order { on, second: random.below(86_400), account: (!guest).then_some(account) });
        }
    }
    orders.sort_by_key(|order| (order.on, order.second, order.account));
    orders
}

/// In percent: labs stock up before the year ends.
const SEASON: [i64; 12] = [88, 92, 101, 98, 99, 97, 85, 83, 103, 107, 121, 126];
