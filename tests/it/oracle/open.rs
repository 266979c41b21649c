//! What time has yet to tell: `x within 30 days after y` while `x` is missing and the 30
//! days are not over. Something is known if it is the same whatever the answers will be,
//! which is tried: once for each way that they can turn out.

use std::cell::{Cell, RefCell};

#[derive(Default)]
pub struct Open {
    /// How the questions met turn out, in the order in which they are met.
    answers: RefCell<Vec<bool>>,
    met: Cell<usize>,
}

impl Open {
    /// How many questions have been met.
    pub fn met(&self) -> usize {
        self.met.get()
    }

    /// The answer to a question that is open.
    pub fn answer(&self) -> bool {
        let n = self.met.get();
        self.met.set(n + 1);
        let mut answers = self.answers.borrow_mut();
        if answers.len() == n {
            answers.push(false);
        }
        answers[n]
    }

    /// The value, if it is the same whatever the answers are.
    pub fn known<T: PartialEq>(&self, value: impl Fn() -> T) -> Option<T> {
        let mut found: Option<T> = None;
        let mut same = true;
        let before = (self.answers.take(), self.met.replace(0));
        loop {
            self.met.set(0);
            let value = value();
            same &= found.as_ref().is_none_or(|found| *found == value);
            found = Some(value);
            let mut answers = self.answers.borrow_mut();
            answers.truncate(self.met.get());
            while answers.last() == Some(&true) {
                answers.pop();
            }
            match answers.last_mut() {
                Some(last) if same => *last = true,
                _ => break,
            }
        }
        self.answers.replace(before.0);
        self.met.set(before.1);
        found.filter(|_| same)
    }
}
