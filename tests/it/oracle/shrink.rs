//! A difference made smaller: as much as possible is left out of the question, the
//! project and the data as long as the two still differ.

use std::time::{Duration, Instant};

use super::answer::Question;
use super::project::Project;
use super::trial::{Outcome, Trial};

/// More than this is not worth the wait.
const MOST_TIME: Duration = Duration::from_secs(10);

struct Case {
    project: Project,
    question: Question,
    way: usize,
    until: Instant,
}

pub fn smallest(seed: u64, project: &Project, question: &Question, way: usize) -> String {
    let mut case =
        Case { project: project.clone(), question: question.clone(), way, until: Instant::now() + MOST_TIME };
    case.shrink_question();
    case.shrink_rows();
    case.shrink_text();
    case.shrink_question();
    case.shrink_rows();
    let difference = difference(&case.project, &case.question, way).unwrap_or_default();
    format!("seed {seed} way {way}\n{}\n{:?}\n\n{difference}", case.project.report(), case.question)
}

/// Broken projects are none, nor is what makes the second opinion panic.
fn difference(project: &Project, question: &Question, way: usize) -> Option<String> {
    let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let trial = Trial::new(project).ok()?;
        match trial.ask(question, way) {
            Outcome::Different(difference) => Some(difference),
            _ => None,
        }
    }));
    tried.unwrap_or(None)
}

impl Case {
    fn differs(&self, project: &Project, question: &Question) -> bool {
        Instant::now() < self.until && difference(project, question, self.way).is_some()
    }

    fn try_question(&mut self, change: impl FnOnce(&mut Question)) -> bool {
        let mut question = self.question.clone();
        change(&mut question);
        let project = self.project.clone();
        let differs = self.differs(&project, &question);
        if differs {
            self.question = question;
        }
        differs
    }

    fn try_project(&mut self, change: impl FnOnce(&mut Project)) -> bool {
        let mut project = self.project.clone();
        change(&mut project);
        let question = self.question.clone();
        let differs = self.differs(&project, &question);
        if differs {
            self.project = project;
        }
        differs
    }

    fn shrink_question(&mut self) {
        for n in (0..self.question.metrics.len()).rev() {
            if self.question.metrics.len() > 1 {
                self.try_question(|q| drop(q.metrics.remove(n)));
            }
        }
        for n in (0..self.question.by.len()).rev() {
            self.try_question(|q| drop(q.by.remove(n)));
        }
        let changes: [fn(&mut Question); 6] = [
            |q| q.filter = None,
            |q| q.having = None,
            |q| q.from = None,
            |q| q.to = None,
            |q| q.last = None,
            |q| q.as_of = None,
        ];
        for change in changes {
            let mut without = self.question.clone();
            change(&mut without);
            if format!("{without:?}") != format!("{:?}", self.question) {
                self.try_question(change);
            }
        }
        if self.question.every.is_some() && self.question.last.is_none() {
            self.try_question(|q| q.every = None);
        }
    }

    fn shrink_rows(&mut self) {
        for name in self.project.data.keys().cloned().collect::<Vec<String>>() {
            self.try_project(|p| p.data.get_mut(&name).expect("a sheet").rows.clear());
            let mut size = (self.project.data[&name].rows.len() / 2).max(1);
            loop {
                let mut at = 0;
                while at < self.project.data[&name].rows.len() {
                    let end = (at + size).min(self.project.data[&name].rows.len());
                    let fewer = self.try_project(|p| {
                        p.data.get_mut(&name).expect("a sheet").rows.drain(at..end);
                    });
                    at = if fewer { at } else { end };
                }
                if size == 1 {
                    break;
                }
                size /= 2;
            }
        }
    }

    fn shrink_text(&mut self) {
        for n in (0..self.project.declarations.len()).rev() {
            if !self.project.declarations[n].head.starts_with("source") {
                self.try_project(|p| drop(p.declarations.remove(n)));
            }
        }
        for n in 0..self.project.declarations.len() {
            for item in (0..self.project.declarations[n].items.len()).rev() {
                self.try_project(|p| drop(p.declarations[n].items.remove(item)));
            }
        }
    }
}
