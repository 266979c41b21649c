//! What time has yet to tell: `x within 30 days after y` while `x` is missing and the 30
//! days are not over. What asks that is not known, whatever else it asks.

use std::cell::Cell;

#[derive(Default)]
pub struct Open {
    met: Cell<usize>,
}

impl Open {
    /// How many questions have been met.
    pub fn met(&self) -> usize {
        self.met.get()
    }

    /// A question is open.
    pub fn meet(&self) {
        self.met.set(self.met.get() + 1);
    }

    /// The value, if on the way to it nothing is open.
    pub fn known<T>(&self, value: impl Fn() -> T) -> Option<T> {
        let before = self.met.get();
        let value = value();
        (self.met.get() == before).then_some(value)
    }
}
