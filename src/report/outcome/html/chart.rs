//! Charts as SVG that takes its colours from the page, so that they follow light and
//! dark: values over time with targets, limits and breaches drawn in.

use plotters::coord::Shift;
use plotters::prelude::*;

use super::lines::{Lines, Track};
use crate::threshold::Verdict;

/// Everything is drawn four times as large, because plotters counts in whole pixels.
const SCALE: u32 = 4;
const SIZE: (u32, u32) = (640 * SCALE, 250 * SCALE);
const SPARK: (u32, u32) = (120 * SCALE, 28 * SCALE);

/// What plotters draws in, and what stands there in the page.
const PAINTS: [(RGBColor, &str); 12] = [
    (RGBColor(1, 0, 0), "var(--text-soft)"),
    (RGBColor(2, 0, 0), "var(--grid)"),
    (TARGET, "var(--target)"),
    (WARN, "var(--warn)"),
    (CRITICAL, "var(--critical)"),
    (PAGE, "var(--card)"),
    (LINES[0], "var(--line-1)"),
    (LINES[1], "var(--line-2)"),
    (LINES[2], "var(--line-3)"),
    (LINES[3], "var(--line-4)"),
    (LINES[4], "var(--line-5)"),
    (LINES[5], "var(--line-6)"),
];
const TEXT: RGBColor = RGBColor(1, 0, 0);
const GRID: RGBColor = RGBColor(2, 0, 0);
const TARGET: RGBColor = RGBColor(3, 0, 0);
const WARN: RGBColor = RGBColor(4, 0, 0);
const CRITICAL: RGBColor = RGBColor(5, 0, 0);
const PAGE: RGBColor = RGBColor(6, 0, 0);
pub const LINES: [RGBColor; 6] = [
    RGBColor(7, 0, 0),
    RGBColor(8, 0, 0),
    RGBColor(9, 0, 0),
    RGBColor(10, 0, 0),
    RGBColor(11, 0, 0),
    RGBColor(12, 0, 0),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// `None` where there are not two values to draw. `label` is what a screen reader says.
pub fn chart(lines: &Lines, label: &str) -> Option<String> {
    let mut svg = String::new();
    let mut hits = String::new();
    let drawn = {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        draw(&area, lines, &mut hits)
    };
    drawn.ok().filter(|()| lines.is_drawable())?;
    Some(painted(&svg, SIZE, label, "chart", &hits))
}

/// A line as small as a word.
pub fn spark(values: &[Option<f64>]) -> Option<String> {
    if values.iter().flatten().count() < 2 {
        return None;
    }
    let mut svg = String::new();
    let drawn = {
        let area = SVGBackend::with_string(&mut svg, SPARK).into_drawing_area();
        draw_spark(&area, values)
    };
    drawn.ok()?;
    Some(painted(&svg, SPARK, "", "spark", ""))
}

/// The colours of the page, dashes, and a heading that says what it is.
fn painted(svg: &str, (width, height): (u32, u32), label: &str, class: &str, hits: &str) -> String {
    let mut body = svg.split_once(">\n").map_or("", |(_, body)| body).to_string();
    for (paint, css) in PAINTS {
        let hex = format!("\"#{:02X}{:02X}{:02X}\"", paint.0, paint.1, paint.2);
        let dashes = match paint {
            TARGET => " stroke-dasharray=\"6 14\" stroke-linecap=\"round\"",
            WARN | CRITICAL => " stroke-dasharray=\"28 16\"",
            _ => "",
        };
        body = body.replace(&format!("stroke={hex}"), &format!("stroke=\"{css}\"{dashes}"));
        body = body.replace(&hex, &format!("\"{css}\""));
    }
    let body = body.trim_end().trim_end_matches("</svg>");
    let head = match label {
        "" => "aria-hidden=\"true\"".to_string(),
        label => format!("role=\"img\" aria-label=\"{}\"", super::escaped(label)),
    };
    format!("<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" {head}>\n{body}{hits}</svg>")
}

fn draw(area: &Area, lines: &Lines, hits: &mut String) -> Drawn {
    let (low, high) = lines.range();
    let last = lines.periods.len().saturating_sub(1) as f64;
    let mut chart = ChartBuilder::on(area)
        .margin_top(12 * SCALE)
        .margin_right(16 * SCALE)
        .x_label_area_size(26 * SCALE)
        .y_label_area_size(60 * SCALE)
        .build_cartesian_2d(-0.5..last + 0.5, low..high)?;
    breaches(&mut chart, lines, low, high)?;
    let text = ("sans-serif", 15 * SCALE).into_font().color(&TEXT);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID.stroke_width(SCALE))
        .axis_style(TRANSPARENT)
        .set_all_tick_mark_size(6 * SCALE)
        .y_labels(5)
        .y_label_formatter(&|y| lines.axis(*y))
        .x_labels(0)
        .label_style(text.clone())
        .draw()?;
    for (at, name) in lines.labels() {
        let (x, y) = chart.backend_coord(&(at as f64, low));
        let place = text.clone().pos(plotters::style::text_anchor::Pos::new(
            plotters::style::text_anchor::HPos::Center,
            plotters::style::text_anchor::VPos::Top,
        ));
        area.draw(&Text::new(name, (x, y + 9 * SCALE as i32), place))?;
    }
    limits(&mut chart, lines)?;
    for (at, track) in lines.tracks.iter().enumerate() {
        series(&mut chart, lines, track, LINES[at % LINES.len()], lines.tracks.len() == 1)?;
    }
    *hits = tips(&chart, lines, last);
    Ok(area.present()?)
}

/// A band behind each period in which a rule was broken.
fn breaches(chart: &mut Chart, lines: &Lines, low: f64, high: f64) -> Drawn {
    let band = |at: usize, paint: RGBColor| {
        Rectangle::new([(at as f64 - 0.5, low), (at as f64 + 0.5, high)], paint.mix(0.1).filled())
    };
    let paint = |verdict: &Option<Verdict>| match verdict {
        Some(Verdict::Critical) => Some(CRITICAL),
        Some(Verdict::Warn) => Some(WARN),
        _ => None,
    };
    let bands = lines.verdicts.iter().enumerate().filter_map(|(at, v)| Some(band(at, paint(v)?)));
    chart.draw_series(bands)?;
    Ok(())
}

/// Targets dotted, limits dashed; each may change from period to period.
fn limits(chart: &mut Chart, lines: &Lines) -> Drawn {
    let target = lines.target.iter().map(|target| (TARGET, target));
    let limits = lines.limits.iter().map(|(severity, values)| {
        let paint = if *severity == crate::threshold::Severity::Critical { CRITICAL } else { WARN };
        (paint, values)
    });
    for (paint, values) in target.chain(limits) {
        for run in runs(values) {
            let steps: Vec<(f64, f64)> =
                run.iter().flat_map(|(at, y)| [(*at as f64 - 0.5, *y), (*at as f64 + 0.5, *y)]).collect();
            chart.draw_series([PathElement::new(steps, paint.stroke_width(2 * SCALE))])?;
        }
    }
    Ok(())
}

/// A line with its points; what has not ended is hollow, and a breach has its colour.
fn series(chart: &mut Chart, lines: &Lines, track: &Track, paint: RGBColor, alone: bool) -> Drawn {
    for run in runs(&track.values) {
        let points: Vec<(f64, f64)> = run.iter().map(|(at, y)| (*at as f64, *y)).collect();
        chart.draw_series([PathElement::new(points, paint.stroke_width(5 * SCALE / 2))])?;
    }
    for (at, y) in track.values.iter().enumerate().filter_map(|(at, y)| Some((at, (*y)?))) {
        let place = (at as f64, y);
        let (size, fill) = match lines.verdicts.get(at).copied().flatten().filter(|_| alone) {
            Some(Verdict::Critical) => (5 * SCALE, CRITICAL),
            Some(Verdict::Warn) => (5 * SCALE, WARN),
            _ => (3 * SCALE, paint),
        };
        chart.draw_series([Circle::new(place, size, fill.filled())])?;
        if lines.partial.get(at).copied().unwrap_or(false) {
            chart.draw_series([Circle::new(place, size * 2 / 3, PAGE.filled())])?;
        }
    }
    Ok(())
}

/// Values next to one another, with where they are.
fn runs(values: &[Option<f64>]) -> Vec<Vec<(usize, f64)>> {
    let mut runs: Vec<Vec<(usize, f64)>> = vec![Vec::new()];
    for (at, value) in values.iter().enumerate() {
        match (value, runs.last_mut()) {
            (Some(y), Some(run)) => run.push((at, *y)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// What a pointer over a period is told.
fn tips(chart: &Chart, lines: &Lines, last: f64) -> String {
    let (low, high) = lines.range();
    let (left, top) = chart.backend_coord(&(-0.5, high));
    let (right, bottom) = chart.backend_coord(&(last + 0.5, low));
    let width = f64::from(right - left) / (last + 1.0);
    let tip = |(at, text): (usize, String)| {
        let x = f64::from(left) + width * at as f64;
        format!(
            "<rect class=\"tip\" x=\"{x:.0}\" y=\"{top}\" width=\"{width:.0}\" height=\"{}\"><title>{}</title></rect>\n",
            bottom - top,
            super::escaped(&text)
        )
    };
    lines.tips().into_iter().enumerate().map(tip).collect()
}

fn draw_spark(area: &Area, values: &[Option<f64>]) -> Drawn {
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let room = if high > low { (high - low) * 0.15 } else { 1.0 };
    let last = values.len().saturating_sub(1) as f64;
    let mut chart = ChartBuilder::on(area)
        .margin(4 * SCALE)
        .build_cartesian_2d(0.0..last.max(1.0), low - room..high + room)?;
    for run in runs(values) {
        let points: Vec<(f64, f64)> = run.iter().map(|(at, y)| (*at as f64, *y)).collect();
        chart.draw_series([PathElement::new(points, LINES[0].stroke_width(2 * SCALE))])?;
    }
    if let Some((at, y)) = values.iter().enumerate().rev().find_map(|(at, y)| Some((at, (*y)?))) {
        chart.draw_series([Circle::new((at as f64, y), 3 * SCALE, LINES[0].filled())])?;
    }
    Ok(area.present()?)
}
