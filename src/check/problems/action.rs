//! What two values were to be put together for, in the words of messages.

use super::super::BinaryOp;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Add,
    Subtract,
    Multiply,
    Divide,
    Compare,
    /// One of the two is taken: `if`, `??`.
    Choose,
}

impl Action {
    pub fn of(op: BinaryOp) -> Action {
        match op {
            BinaryOp::Add => Action::Add,
            BinaryOp::Sub => Action::Subtract,
            BinaryOp::Mul => Action::Multiply,
            BinaryOp::Div => Action::Divide,
            _ => Action::Compare,
        }
    }

    pub fn cannot(self, left: &str, right: &str) -> String {
        match self {
            Action::Add => format!("cannot add {left} and {right}"),
            Action::Subtract => format!("cannot subtract {right} from {left}"),
            Action::Multiply => format!("cannot multiply {left} by {right}"),
            Action::Divide => format!("cannot divide {left} by {right}"),
            Action::Compare => format!("cannot compare {left} with {right}"),
            Action::Choose => format!("cannot choose between {left} and {right}"),
        }
    }
}
