//! The periods of a query, from what is asked and the dates in the data.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::build::Draft;
use super::ir::{Move, Placement, Query, Scan, Shifted, Top};
use super::needs;
use super::order;
use super::shape;
use crate::calendar::{Calendar, Grain, Period, WeekUnit};
use crate::check::{CheckedModel, Length, SourceId, Window};
use crate::diagnostic::Diagnostic;

/// What the data says of dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    /// As asked, or the newest date in the project's data.
    pub as_of: Option<Date>,
    /// Of each scan, the first date by which it puts rows into periods.
    pub first: Vec<Option<Date>>,
    /// Of the rollups that scans read.
    pub rollups: BTreeMap<SourceId, Bounds>,
}

impl Bounds {
    /// The first date of all.
    pub fn earliest(&self) -> Option<Date> {
        self.first.iter().flatten().min().copied()
    }
}

/// More periods than this are a mistake: a date such as 0001-01-01 in the data.
const MOST_PERIODS: usize = 40_000;

pub fn finish(model: &CheckedModel, draft: Draft, bounds: &Bounds) -> Result<Query, Diagnostic> {
    let periods = periods(&model.calendar(), &draft, bounds)?;
    let ends = bounds.as_of.is_some() || draft.request.to.is_some();
    // where dates have a source of their own and there are none, there is no row either
    let undated = |scan: &Scan| needs::dates_of(model.source(scan.source)).is_empty();
    if !ends && draft.scans.iter().any(|scan| counts_back(&scan.placement) && undated(scan)) {
        return Err(Diagnostic::error("no-dates", "there is no date to count back from")
            .help("say with --to what the last day is, or give a source its `time`"));
    }
    finish_with(model, draft, bounds, periods)
}

fn finish_with(
    model: &CheckedModel,
    draft: Draft,
    bounds: &Bounds,
    mut periods: Vec<Period>,
) -> Result<Query, Diagnostic> {
    let calendar = model.calendar();
    let hidden = look_back(&calendar, &draft, &mut periods);
    let moves = moves(&calendar, &draft, &periods, hidden);
    let shifted = shifted(&draft, &moves, &periods, bounds);
    let whole = draft.request.grain.is_none();
    let of_each_period = order::of_each_period(&draft.request);
    let top = draft.request.top.map(|number| Top { number, of_each_period });
    let mut rollups = BTreeMap::new();
    for (source, rollup) in draft.rollups {
        let bounds = bounds.rollups.get(&source).cloned().unwrap_or_default();
        rollups.insert(source, roll_up(model, source, rollup, bounds, &periods)?);
    }
    let mut query = Query {
        as_of: bounds.as_of,
        open_start: whole && draft.request.from.is_none(),
        grain: draft.request.grain,
        periods,
        // the newest date in the data leaves nothing later
        cuts: draft.request.as_of.is_some(),
        dimensions: draft.dimensions,
        scans: draft.scans,
        slots: draft.slots,
        hidden,
        shifted,
        moves,
        outputs: draft.outputs,
        having: draft.having,
        shown: draft.shown,
        order: draft.order,
        top,
        ranks: draft.ranks,
        members: draft.members,
        member: draft.member,
        rollups,
    };
    shape::choose(model, &mut query);
    Ok(query)
}

/// The query for a rollup's rows: for the periods of the query that reads them, for all
/// periods up to `as_of`, or for all time.
fn roll_up(
    model: &CheckedModel,
    source: SourceId,
    draft: Draft,
    bounds: Bounds,
    outer: &[Period],
) -> Result<Query, Diagnostic> {
    let periods = if model.source(source).follows_the_question() {
        outer.to_vec()
    } else {
        periods(&model.calendar(), &draft, &bounds)?
    };
    finish_with(model, draft, &bounds, periods)
}

fn periods(calendar: &Calendar, draft: &Draft, bounds: &Bounds) -> Result<Vec<Period>, Diagnostic> {
    let request = &draft.request;
    let Some(as_of) = bounds.as_of.or(request.to.map(|to| to - 1.day())) else {
        return match &request.grain {
            None => Ok(vec![whole(request.from, request.to)]),
            Some(_) => Err(Diagnostic::error("no-dates", "there is no date to put rows into periods by")
                .help("ask without --every, or say which days with --from and --to")),
        };
    };
    if as_of == Date::MAX {
        let message = format!("the newest date in the data is {as_of}, a day on which nothing happens");
        return Err(Diagnostic::error("bad-range", message)
            .help("say with --as-of what the last day is: rows dated later do not exist then"));
    }
    let earliest = bounds.earliest();
    let last = request.to.map_or(as_of, |to| to - 1.day());
    if let Some(from) = request.from.filter(|from| *from > last) {
        let message = format!("the range begins on {from}, after {last}, the newest date");
        return Err(
            Diagnostic::error("bad-range", message).help("say with --to where it ends, or begin earlier")
        );
    }
    let Some(grain) = &request.grain else {
        return Ok(vec![whole(request.from, Some(last + 1.day()))]);
    };
    let first = match (request.from, request.last) {
        (Some(from), _) => from,
        (None, Some(count)) => back(calendar, grain, last, count),
        (None, None) => earliest.unwrap_or(last),
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

/// Whether rows count from some time before the end of a period on.
fn counts_back(placement: &Placement) -> bool {
    matches!(placement, Placement::Dated { window: Window::Trailing(_) | Window::ToDate(Some(_)), .. })
}

/// Adds the periods before the first that its `prior`s look back to; says how many.
fn look_back(calendar: &Calendar, draft: &Draft, periods: &mut Vec<Period>) -> usize {
    let (Some(grain), Some(first)) = (&draft.request.grain, periods.first().map(|p| p.start)) else {
        return 0;
    };
    let earliest = draft.moves.iter().filter_map(|steps| earlier(calendar, grain, first, steps)).min();
    let Some(earliest) = earliest.filter(|e| *e < first) else { return 0 };
    let before = calendar.periods(grain, earliest, first - 1.day());
    let hidden = before.len();
    periods.splice(0..0, before);
    hidden
}

fn moves(calendar: &Calendar, draft: &Draft, periods: &[Period], hidden: usize) -> Vec<Move> {
    let grain = draft.request.grain.as_ref();
    let pairs = |steps: &[Option<Length>]| {
        let shown = periods.iter().enumerate().skip(hidden);
        let found = shown.filter_map(|(to, period)| {
            let start = earlier(calendar, grain?, period.start, steps)?;
            let from = periods.binary_search_by_key(&start, |p| p.start).ok()?;
            Some((from, to))
        });
        found.collect()
    };
    draft.moves.iter().map(|steps| Move { steps: steps.clone(), pairs: pairs(steps) }).collect()
}

/// The start of the period that lies so much earlier, if there is such a one.
pub fn earlier(calendar: &Calendar, grain: &Grain, start: Date, steps: &[Option<Length>]) -> Option<Date> {
    steps.iter().try_fold(start, |start, step| match (step, grain) {
        (None, _) => Some(calendar.start_of(grain, start.checked_sub(1.day()).ok()?)),
        (Some(Length::Months(months)), Grain::Declared(declared, unit)) => {
            (months % 12 == 0).then(|| declared.years_earlier(*unit, start, months / 12)).flatten()
        }
        (Some(Length::Months(months)), grain) => {
            let whole = grain.months().is_some_and(|own| months % i64::from(own) == 0);
            let shifted = start.checked_sub(jiff::Span::new().try_months(*months).ok()?).ok()?;
            (whole || *grain == Grain::Day).then_some(shifted)
        }
        (Some(Length::Days(days)), Grain::Day | Grain::Week | Grain::Declared(_, WeekUnit::Week)) => {
            let whole = *grain == Grain::Day || days % 7 == 0;
            let shifted = start.checked_sub(jiff::Span::new().try_days(*days).ok()?).ok()?;
            whole.then_some(shifted)
        }
        _ => None,
    })
}

/// From which period on the earlier one is not before the source's first data.
fn shifted(draft: &Draft, moves: &[Move], periods: &[Period], bounds: &Bounds) -> Vec<Shifted> {
    let known_from = |shifted: &Shifted| {
        let scan = draft.scans.iter().position(|s| s.slots.iter().any(|slot| slot.id == shifted.of));
        let first = scan.and_then(|scan| bounds.first.get(scan).copied().flatten());
        // what counts in every period has no first one
        let always = scan.is_some_and(|scan| is_undated(draft, scan));
        let known = |pair: &&(usize, usize)| always || first.is_some_and(|first| periods[pair.0].end > first);
        moves[shifted.by].pairs.iter().find(known).map_or(usize::MAX, |(_, to)| *to)
    };
    draft.shifted.iter().map(|s| Shifted { known_from: known_from(s), ..s.clone() }).collect()
}

/// Whether no date puts the scan's rows into periods; of a rollup's rows, none of those
/// that they are made of.
fn is_undated(draft: &Draft, scan: usize) -> bool {
    let scan = &draft.scans[scan];
    match (&scan.placement, draft.rollups.get(&scan.source)) {
        (Placement::Own, Some(rollup)) => (0..rollup.scans.len()).all(|scan| is_undated(rollup, scan)),
        (placement, _) => *placement == Placement::Always,
    }
}

/// The one period of a query without a grain.
fn whole(from: Option<Date>, to: Option<Date>) -> Period {
    let end = to.unwrap_or(Date::MAX);
    Period { start: from.unwrap_or(Date::MIN).min(end), end, label: "".into() }
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
        cuts: false,
        dimensions: Vec::new(),
        scans: Vec::new(),
        slots: draft.slots.clone(),
        ranks: Vec::new(),
        members: Vec::new(),
        member: None,
        rollups: BTreeMap::new(),
        hidden: 0,
        shifted: Vec::new(),
        moves: Vec::new(),
        outputs: Vec::new(),
        having: None,
        shown: None,
        order: Vec::new(),
        top: None,
    }
}
