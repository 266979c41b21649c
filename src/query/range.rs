//! The periods of a query, from what is asked and the dates in the data.

use jiff::ToSpan;
use jiff::civil::Date;

use super::build::Draft;
use super::ir::Query;
use super::shape;
use crate::calendar::{Calendar, Grain, Period};
use crate::check::CheckedModel;
use crate::diagnostic::Diagnostic;

/// What the data says of dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bounds {
    /// As asked, or the newest date in the project's data.
    pub as_of: Option<Date>,
    /// The first date by which the query puts rows into periods.
    pub first: Option<Date>,
}

/// More periods than this are a mistake: a date such as 0001-01-01 in the data.
const MOST_PERIODS: usize = 40_000;

pub fn finish(model: &CheckedModel, draft: Draft, bounds: Bounds) -> Result<Query, Diagnostic> {
    let periods = periods(&model.calendar(), &draft, bounds)?;
    let open_start = draft.request.grain.is_none() && draft.request.from.is_none();
    let open_end = draft.request.grain.is_none() && draft.request.to.is_none();
    let mut query = Query {
        as_of: bounds.as_of,
        grain: draft.request.grain,
        periods,
        open_start,
        open_end,
        // the newest date in the data leaves nothing later
        cuts: draft.request.as_of.is_some(),
        dimensions: draft.dimensions,
        scans: draft.scans,
        slots: draft.slots,
        outputs: draft.outputs,
        having: draft.having,
    };
    shape::choose(model, &mut query);
    Ok(query)
}

fn periods(calendar: &Calendar, draft: &Draft, bounds: Bounds) -> Result<Vec<Period>, Diagnostic> {
    let request = &draft.request;
    let Some(as_of) = bounds.as_of.or(request.to.map(|to| to - 1.day())) else {
        return match &request.grain {
            None => Ok(vec![whole(request.from, request.to)]),
            Some(_) => Err(Diagnostic::error("no-dates", "there is no date to put rows into periods by")
                .help("ask without --every, or say which days with --from and --to")),
        };
    };
    let last = request.to.map_or(as_of, |to| to - 1.day());
    let Some(grain) = &request.grain else {
        let from = request.from.or(bounds.first);
        return Ok(vec![whole(from, Some(last + 1.day()))]);
    };
    let first = match (request.from, request.last) {
        (Some(from), _) => from,
        (None, Some(count)) => back(calendar, grain, last, count),
        (None, None) => bounds.first.unwrap_or(last),
    };
    let first = first.min(last);
    let days = (last - first).get_days() as usize;
    let shortest = grain.months().map_or(1, |months| months as usize * 28);
    if days / shortest > MOST_PERIODS {
        let message = format!("from {first} to {last} every {grain} are more than {MOST_PERIODS} periods");
        return Err(Diagnostic::error("too-many-periods", message)
            .help("say where to begin with --from; is the first date in the data right?"));
    }
    Ok(calendar.periods(grain, first, last))
}

/// The one period of a query without a grain.
fn whole(from: Option<Date>, to: Option<Date>) -> Period {
    let end = to.unwrap_or(Date::MAX);
    Period { start: from.unwrap_or(Date::MIN).min(end), end, label: String::new() }
}

/// The first day of the period that is `count - 1` before the one of `last`.
fn back(calendar: &Calendar, grain: &Grain, last: Date, count: u32) -> Date {
    let mut start = calendar.start_of(grain, last);
    for _ in 1..count {
        let Ok(before) = start.checked_sub(1.day()) else { break };
        start = calendar.start_of(grain, before);
    }
    start
}

/// The query before anything is known of the data: good for asking after its dates.
pub fn unbounded(draft: &Draft) -> Query {
    Query {
        as_of: None,
        grain: None,
        periods: Vec::new(),
        open_start: true,
        open_end: true,
        cuts: false,
        dimensions: Vec::new(),
        scans: Vec::new(),
        slots: draft.slots.clone(),
        outputs: Vec::new(),
        having: None,
    }
}
