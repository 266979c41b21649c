//! Every form of an outcome, over one that holds everything a report may meet; and each
//! read by a program that is not ours, where that is installed.

pub mod consumers;
mod fixture;
mod html;
mod problems;
mod shape;

use insta::assert_snapshot;
use kepi::report::{OUTCOME_FORMATS, OutcomeFormat, Screen};

pub fn rendered(format: &str, outcome: &kepi::threshold::Outcome) -> String {
    OutcomeFormat::named(format).expect("one of ours").render(outcome, &Screen::default())
}

#[test]
fn every_format() {
    let outcome = fixture::outcome();
    for format in OUTCOME_FORMATS.iter().filter(|f| f.name != "html") {
        assert_snapshot!(format.name, format.render(&outcome, &Screen::default()));
    }
}

#[test]
fn every_format_of_nothing() {
    let texts: Vec<String> = OUTCOME_FORMATS
        .iter()
        .filter(|f| f.name != "html")
        .map(|f| format!("---- {}\n{}", f.name, f.render(&fixture::empty(), &Screen::default())))
        .collect();
    assert_snapshot!("nothing", texts.concat());
}

#[test]
fn screens() {
    let outcome = fixture::outcome();
    for width in [100, 60, 40] {
        let screen = Screen { width: Some(width), colour: false };
        let text = OutcomeFormat::named("text").expect("one of ours").render(&outcome, &screen);
        assert_snapshot!(format!("text_{width}"), text);
    }
    let coloured = Screen { width: Some(100), colour: true };
    let text = OutcomeFormat::named("text").expect("one of ours").render(&outcome, &coloured);
    assert_snapshot!("text_colour", text.replace('\u{1b}', "ESC"));
}
