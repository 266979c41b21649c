//! A second opinion: random small projects, answered by Kepi and by a slow evaluator
//! that counts every cell from the reference's definitions. They have to agree.
//!
//! A few are tried with all tests, two thousand in CI (`.ci/run`).
//! `KEPI_ORACLE_SEEDS=1000..6000 cargo test --release --test it second_opinion` tries others, and
//! `KEPI_ORACLE_FAILURES=10` goes on after a difference, which is made smaller and printed;
//! `KEPI_ORACLE_WAYS=100` asks fewer of them in several ways.

#![expect(
    clippy::disallowed_methods,
    reason = "how long a test tries, and how many seeds, is asked of its surroundings"
)]

mod aggregate;
mod answer;
mod cells;
mod compare;
mod data;
mod disagreements;
mod expression;
mod functions;
mod generate;
mod groups;
mod later_disagreements;
mod layouts;
mod links;
mod neighbours;
mod open;
mod periods;
mod phrases;
mod project;
mod properties;
mod questions;
mod random;
mod rollups;
mod shrink;
mod special;
mod trial;
mod value;
mod windows;
mod world;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use kepi::engine::{self, Session};
use random::Random;
use trial::{Outcome, Trial};

const SEEDS: u64 = 150;
const WORKERS: usize = 2;
const QUESTIONS: usize = 1;
/// The first few are other ways to ask the same, which cost more than the question itself.
const WAYS: u64 = 10;
/// Many questions make no sense: a metric that is not known by that grain, or has no way to
/// that dimension.
const MOST_TRIES: usize = 5;

#[derive(Debug, Default)]
struct Counts {
    projects: usize,
    rejected_projects: usize,
    answers: usize,
    cells: usize,
    rejected_questions: usize,
    refused_data: usize,
}

impl Counts {
    fn add(&mut self, other: &Counts) {
        self.projects += other.projects;
        self.rejected_projects += other.rejected_projects;
        self.answers += other.answers;
        self.cells += other.cells;
        self.rejected_questions += other.rejected_questions;
        self.refused_data += other.refused_data;
    }
}

#[test]
fn kepi_and_the_second_opinion_agree() {
    let number = |name: &str, otherwise: u64| match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is a number")),
        Err(_) => otherwise,
    };
    let (from, end) = seeds();
    let ways = number("KEPI_ORACLE_WAYS", WAYS) as usize;
    let stop = number("KEPI_ORACLE_FAILURES", 1) as usize;
    let started = std::time::Instant::now();
    let next = AtomicU64::new(from);
    let done = Mutex::new((Counts::default(), Vec::new()));
    let work = |session: &Session| loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end || done.lock().expect("no panic").1.len() >= stop {
            break;
        }
        let mut counts = Counts::default();
        let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            try_seed(session, seed, ways, &mut counts)
        }));
        let failure = tried.unwrap_or_else(|_| Some(format!("seed {seed}: a panic, see above")));
        let mut done = done.lock().expect("no panic");
        done.0.add(&counts);
        done.1.extend(failure);
    };
    let work = || engine::with_session(work).expect("a session");
    std::thread::scope(|scope| (0..WORKERS).for_each(|_| drop(scope.spawn(work))));
    let (counts, failures) = done.into_inner().expect("no panic");
    println!("{counts:?} in {:.1} s", started.elapsed().as_secs_f64());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    if counts.projects < SEEDS as usize {
        return;
    }
    let asked = counts.answers + counts.rejected_questions + counts.refused_data;
    assert!(counts.rejected_projects * 5 < counts.projects, "too few projects check: {counts:?}");
    assert!(counts.rejected_questions < 3 * asked / 4, "too few questions make sense: {counts:?}");
}

/// The first seed, and the one after the last.
fn seeds() -> (u64, u64) {
    let Ok(range) = std::env::var("KEPI_ORACLE_SEEDS") else { return (0, SEEDS) };
    let bounds = range.split_once("..").and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    bounds.expect("KEPI_ORACLE_SEEDS is a range, such as 1000..2000")
}

/// The first difference that the seed finds.
fn try_seed(session: &Session, seed: u64, ways: usize, counts: &mut Counts) -> Option<String> {
    let mut random = Random::new(seed);
    let generated = generate::project(&mut random);
    counts.projects += 1;
    if generated.metrics.is_empty() {
        counts.rejected_projects += 1;
        return None;
    }
    let trial = match Trial::new(&generated.project) {
        Ok(trial) => trial,
        Err(problems) => {
            counts.rejected_projects += 1;
            if std::env::var("KEPI_ORACLE_VERBOSE").is_ok() {
                println!("{seed}: {}", problems.join("; "));
            }
            return None;
        }
    };
    let mut answered = 0;
    for _ in 0..QUESTIONS * MOST_TRIES {
        if answered == QUESTIONS {
            break;
        }
        let question = questions::question(&mut random, &generated);
        let way = random.below(ways);
        match trial.ask_in(session, &question, way) {
            Outcome::Same(cells) => {
                answered += 1;
                counts.answers += 1;
                counts.cells += cells;
            }
            Outcome::Rejected(why) => {
                counts.rejected_questions += 1;
                if std::env::var("KEPI_ORACLE_VERBOSE").is_ok() {
                    println!("{seed}: {question:?}: {why}");
                }
            }
            Outcome::Refused(why) => {
                counts.refused_data += 1;
                if std::env::var("KEPI_ORACLE_VERBOSE").is_ok() {
                    println!("{seed}: {why}");
                }
            }
            Outcome::Different(difference) => {
                println!("{seed}: {question:?}\n{difference}");
                return Some(shrink::smallest(seed, &generated.project, &question, way));
            }
        }
    }
    None
}
