//! One number of many rows, each by its definition.

use kepi::check::{Aggregate, AggregateFn, Type};

use super::value::{Exact, V};
use super::world::{RowId, World};

/// Not yet known.
#[derive(Debug)]
pub struct Young;

/// The aggregate of those of the rows for which its condition is true.
pub fn of_rows(world: &World, aggregate: &Aggregate, rows: &[RowId], ty: &Type) -> Result<V, Young> {
    let known = |row: &RowId| world.open.known(|| counted(world, aggregate, *row)).ok_or(Young);
    let rows = rows.iter().map(|row| Ok((*row, known(row)?))).collect::<Result<Vec<_>, Young>>()?;
    let counted: Vec<(RowId, Vec<V>)> =
        rows.into_iter().filter_map(|(row, args)| Some((row, args?))).collect();
    let column = |n: usize| counted.iter().map(|(_, args)| args[n].clone()).collect::<Vec<V>>();
    let present = || column(0).into_iter().filter(|v| !v.is_missing()).collect::<Vec<V>>();
    let value = match aggregate.function {
        AggregateFn::Count if aggregate.args.is_empty() => count(counted.len()),
        AggregateFn::Count => count(present().len()),
        AggregateFn::CountDistinct => count(distinct(&present())),
        AggregateFn::Sum => sum(&present(), ty),
        AggregateFn::Average => divided(&sum(&present(), &aggregate.args[0].ty), present().len()),
        AggregateFn::Median => percentile(0.5, present()),
        AggregateFn::Percentile(p) => percentile(p, present()),
        AggregateFn::Min => present().into_iter().min_by(|a, b| a.order(b)).unwrap_or(V::Missing),
        AggregateFn::Max => present().into_iter().max_by(|a, b| a.order(b)).unwrap_or(V::Missing),
        AggregateFn::Stddev => stddev(&present()),
        AggregateFn::Proportion => {
            let part = column(0).iter().filter(|v| v.is_true()).count();
            divided(&count(part), counted.len())
        }
        AggregateFn::TopShare(p) => top_share(p, present()),
        AggregateFn::Correlation => correlation(&column(0), &column(1)),
        AggregateFn::First => in_time(world, aggregate, &counted).into_iter().next().unwrap_or(V::Missing),
        AggregateFn::Last => in_time(world, aggregate, &counted).pop().unwrap_or(V::Missing),
    };
    Ok(value.held_as(ty))
}

/// What is counted of a row, if its condition is true.
fn counted(world: &World, aggregate: &Aggregate, row: RowId) -> Option<Vec<V>> {
    if !aggregate.filter.as_ref().is_none_or(|f| world.value(f, row).is_true()) {
        return None;
    }
    let value = |arg| match aggregate.function {
        // what is not true is not part of it
        AggregateFn::Proportion => V::Bool(world.value(arg, row).is_true()),
        _ => world.value(arg, row),
    };
    Some(aggregate.args.iter().map(value).collect())
}

/// Whether the row counts, or could still come to count.
pub fn may_count(world: &World, aggregate: &Aggregate, row: RowId) -> bool {
    let Some(filter) = &aggregate.filter else { return true };
    world.open.known(|| world.value(filter, row).is_true()).unwrap_or(true)
}

fn count(n: usize) -> V {
    V::whole(n as i64)
}

fn distinct(values: &[V]) -> usize {
    let mut found: Vec<&V> = Vec::new();
    for value in values {
        if !found.iter().any(|known| known.equals(value)) {
            found.push(value);
        }
    }
    found.len()
}

/// Exact; of floats the float nearest to the exact sum.
fn sum(values: &[V], ty: &Type) -> V {
    let exact = values.iter().map(V::exact).try_fold(Exact::whole(0), |sum, v| Some(sum.plus(v?)));
    match exact {
        Some(sum) => V::Exact(sum).held_as(ty),
        None => V::Float(exact_float_sum(values)),
    }
}

/// Floats are whole multiples of a power of two: they are added as such.
fn exact_float_sum(values: &[V]) -> f64 {
    let floats: Vec<f64> = values.iter().filter_map(V::float).collect();
    let unit = 2_f64.powi(-72);
    let whole = |x: &f64| {
        let scaled = x / unit;
        (scaled.abs() < 2_f64.powi(120) && scaled.fract() == 0.0).then_some(scaled as i128)
    };
    match floats.iter().map(whole).try_fold(0_i128, |sum, n| Some(sum + n?)) {
        Some(sum) => sum as f64 * unit,
        None => floats.iter().sum(),
    }
}

fn divided(sum: &V, count: usize) -> V {
    match (sum.float(), count) {
        (_, 0) | (None, _) => V::Missing,
        (Some(sum), count) => V::Float(sum / count as f64),
    }
}

fn sorted(mut values: Vec<V>) -> Vec<f64> {
    values.sort_by(V::order);
    values.iter().filter_map(V::float).collect()
}

/// Interpolated linearly between the two values that the place lies between.
fn percentile(p: f64, values: Vec<V>) -> V {
    let values = sorted(values);
    if values.is_empty() {
        return V::Missing;
    }
    let place = p * (values.len() - 1) as f64;
    let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
    V::Float(low + (high - low) * place.fract())
}

/// Of a sample: of one value there is none.
fn stddev(values: &[V]) -> V {
    let n = values.len() as i128;
    if n < 2 {
        return V::Missing;
    }
    let exact: Option<Vec<Exact>> = values.iter().map(V::exact).collect();
    if let Some(exact) = exact {
        let sum = exact.iter().fold(Exact::whole(0), |sum, v| sum.plus(*v));
        let squares = exact.iter().fold(Exact::whole(0), |sum, v| sum.plus(v.times(*v)));
        let spread = squares.times(Exact::whole(n)).minus(sum.times(sum));
        return V::Float((spread.float() / (n * (n - 1)) as f64).sqrt());
    }
    let floats: Vec<f64> = values.iter().filter_map(V::float).collect();
    let mean = exact_float_sum(values) / n as f64;
    let squares: f64 = floats.iter().map(|x| (x - mean).powi(2)).sum();
    V::Float((squares / (n - 1) as f64).sqrt())
}

/// What the largest rows hold of the sum; their number is rounded up.
fn top_share(p: f64, values: Vec<V>) -> V {
    let mut values = sorted(values);
    values.reverse();
    let largest = (p * values.len() as f64 - 1e-9).ceil() as usize;
    let (part, whole): (f64, f64) = (values[..largest].iter().sum(), values.iter().sum());
    if whole == 0.0 { V::Missing } else { V::Float(part / whole) }
}

/// Pearson's, of the rows that have both.
fn correlation(a: &[V], b: &[V]) -> V {
    let pairs: Vec<(f64, f64)> =
        a.iter().zip(b).filter_map(|(a, b)| Some((a.float()?, b.float()?))).collect();
    let n = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (mean_a, mean_b) = (mean(|p| p.0), mean(|p| p.1));
    let together =
        |of: fn(f64, f64) -> f64| pairs.iter().map(|p| of(p.0 - mean_a, p.1 - mean_b)).sum::<f64>();
    let (ab, aa, bb) = (together(|a, b| a * b), together(|a, _| a * a), together(|_, b| b * b));
    match pairs.len() < 2 || aa < 1e-12 || bb < 1e-12 {
        true => V::Missing,
        // it lies in between, which floats only nearly know
        false => V::Float((ab / (aa * bb).sqrt()).clamp(-1.0, 1.0)),
    }
}

/// The present values in the order of the source's `time`; of one time, in their own order.
fn in_time(world: &World, aggregate: &Aggregate, counted: &[(RowId, Vec<V>)]) -> Vec<V> {
    let time = world.model.source(aggregate.source).time.as_ref().expect("a source with a time").column;
    let dated = counted.iter().map(|(row, args)| (world.column(*row, time), args[0].clone()));
    let mut dated: Vec<(V, V)> = dated.filter(|(t, v)| !t.is_missing() && !v.is_missing()).collect();
    dated.sort_by(|a, b| a.0.order(&b.0).then(a.1.order(&b.1)));
    dated.into_iter().map(|(_, value)| value).collect()
}
