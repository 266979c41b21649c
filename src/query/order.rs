//! `--order-by` and `--top`: in which order the rows of an answer stand, and which of them
//! are the first so many.

use super::ask::{Ask, Request, Resolver};
use crate::check::{Better, CheckedModel, MetricId};
use crate::diagnostic::Diagnostic;

/// One thing that rows are ordered by.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub by: OrderBy,
    pub descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OrderBy {
    Period,
    /// The n-th dimension of the query.
    Dimension(usize),
    Metric(MetricId),
}

impl Resolver<'_> {
    /// What the rows are ordered by, as asked and as `top` needs it.
    pub fn order(&mut self, ask: &Ask, request: &Request) -> Vec<Order> {
        let mut order: Vec<Order> = Vec::new();
        for item in ask.order_by.iter().flat_map(|text| text.split(',')) {
            let Some(one) = self.one(item.trim(), request) else { continue };
            match order.iter().any(|o| o.by == one.by) {
                true => self.bad_order(format!("`{}` is there twice", item.trim()), "leave out one of them"),
                false => order.push(one),
            }
        }
        let Some(top) = ask.top else { return order };
        if top == 0 {
            self.bad_order("--top 0 asks for no row".into(), "write --top 1 for the best");
        }
        if request.by.is_empty() && request.grain.is_none() {
            let message = "--top chooses among rows, and there is only one";
            self.bad_order(message.into(), "add --by with a dimension, or --every with a grain");
        }
        with_top(self.model, order, request)
    }

    /// `bookings`, `region desc`
    fn one(&mut self, item: &str, request: &Request) -> Option<Order> {
        let mut words = item.split_whitespace();
        let name = words.next().unwrap_or_default();
        let direction = match (words.next(), words.next()) {
            (None, _) => None,
            (Some("asc"), None) => Some(false),
            (Some("desc"), None) => Some(true),
            _ => {
                let message = format!("`{item}` is no order");
                self.bad_order(message, "write a name, and behind it `asc` or `desc`: `bookings desc`");
                return None;
            }
        };
        let by = self.order_by(name, request)?;
        let best = match by {
            OrderBy::Metric(id) => highest_first(self.model, id),
            _ => false,
        };
        Some(Order { by, descending: direction.unwrap_or(best) })
    }

    fn order_by(&mut self, name: &str, request: &Request) -> Option<OrderBy> {
        if let Some(id) = self.model.find_metric(name) {
            return Some(OrderBy::Metric(id));
        }
        if let Some(id) = self.model.find_dimension(name) {
            let place = request.by.iter().position(|d| *d == id);
            if place.is_none() {
                let message = format!("the rows are not of one {name} each, so {name} cannot order them");
                self.bad_order(message, &format!("add --by {name}"));
            }
            return place.map(OrderBy::Dimension);
        }
        let grain = request.grain.as_ref().map(|g| g.to_string());
        if name == "period" || grain.as_deref() == Some(name) {
            if grain.is_none() {
                self.bad_order("there are no periods to order by".into(), "add --every with a grain");
            }
            return grain.map(|_| OrderBy::Period);
        }
        if let Some(metric) = name.strip_prefix('-').filter(|n| self.model.find_metric(n).is_some()) {
            let help = format!("write `{metric} desc` for the greatest first");
            self.bad_order(format!("`{name}` is no order"), &help);
            return None;
        }
        self.unknown_order(name, grain, request);
        None
    }

    fn unknown_order(&mut self, name: &str, grain: Option<String>, request: &Request) {
        let model = self.model;
        let metrics = model.metrics.iter().filter(|m| m.current).map(|m| m.name.as_str());
        let dimensions = request.by.iter().map(|d| model.dimension(*d).name.as_str());
        let known = metrics.chain(dimensions).chain(grain.as_deref()).collect();
        self.unknown("metric or dimension", name, known, "what rows can be ordered by");
    }

    fn bad_order(&mut self, message: String, help: &str) {
        self.problems.add(Diagnostic::error("bad-order", message).help(help));
    }
}

/// The first of the order are the top ones: without one they are the best by the first
/// metric. Where they are taken of each period, the answer goes period by period.
fn with_top(model: &CheckedModel, mut order: Vec<Order>, request: &Request) -> Vec<Order> {
    let only_periods = order.iter().all(|o| o.by == OrderBy::Period);
    let best = request
        .metrics
        .first()
        .map(|&id| Order { by: OrderBy::Metric(id), descending: highest_first(model, id) });
    if order.is_empty() || (only_periods && of_each_period(request)) {
        order.extend(best);
    }
    if of_each_period(request) && !order.iter().any(|o| o.by == OrderBy::Period) {
        order.insert(0, Order { by: OrderBy::Period, descending: false });
    }
    order
}

/// Members are compared within a period.
pub fn of_each_period(request: &Request) -> bool {
    request.grain.is_some() && !request.by.is_empty()
}

fn highest_first(model: &CheckedModel, metric: MetricId) -> bool {
    model.metric(metric).attributes.better != Better::Lower
}
