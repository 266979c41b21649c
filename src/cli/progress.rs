//! What is to be seen while a run takes its time: a line on standard error, once a
//! second has passed, and only where somebody looks.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::output::Output;

const PATIENCE: Duration = Duration::from_secs(1);

/// Does the work, and shows that it goes on.
pub fn shown<T>(output: &Output, work: impl FnOnce() -> T) -> T {
    if !output.watched() {
        return work();
    }
    thread::scope(|scope| {
        let (working, done) = channel::<()>();
        scope.spawn(move || show(&done));
        let result = work();
        drop(working);
        result
    })
}

/// Until the other end is dropped.
fn show(done: &Receiver<()>) {
    if done.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let style = ProgressStyle::with_template("{spinner} reading and computing, {elapsed}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style).with_elapsed(PATIENCE);
    bar.enable_steady_tick(Duration::from_millis(100));
    let _ = done.recv();
    bar.finish_and_clear();
}
