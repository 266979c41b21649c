//! What ends a run from outside: Ctrl-C, and a reader that goes away.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::promises::world;

const DEALS: &str = "source deals { time day day : date amount : USD }\n\
    metric sold : USD = sum(deals.amount) { critical below 100 }\n\
    scorecard all { metrics sold every month }\n";

/// A pipe into which nobody writes keeps a run waiting for ever.
#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_a_run_with_130() {
    let folder = world(&[("metrics/deals.kpi", DEALS), ("data/none", "")]);
    let pipe = folder.path().join("data/deals.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("there is mkfifo").success());
    for arguments in [&["run", "sold"][..], &["run", "all", "-o", "json:all.json"], &["check", "--data"]] {
        let child = Command::new(env!("CARGO_BIN_EXE_kepi"))
            .args(arguments)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let id = child.id().to_string();
        assert!(waits(|| listens(&id)), "{arguments:?} never listens to Ctrl-C");
        // it is at the pipe by now; earlier would do, too
        std::thread::sleep(Duration::from_millis(200));
        assert!(Command::new("kill").args(["-INT", &id]).status().expect("there is kill").success());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(130), "{arguments:?}");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.stdout.as_slice(), error.as_ref()), (&b""[..], ""), "{arguments:?}");
        assert!(!folder.path().join("all.json").exists());
    }
}

/// Whether the process has a handler of its own for SIGINT.
#[cfg(target_os = "linux")]
fn listens(id: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    // the signals are counted from 1, and it is the second
    caught & 0b10 != 0
}

#[cfg(target_os = "linux")]
fn waits(until: impl Fn() -> bool) -> bool {
    (0..300).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        until()
    })
}

/// `kepi run all -o text -o junit:a.xml | head -1`
#[test]
fn a_reader_that_goes_away_changes_nothing_else() {
    let folder = world(&[("metrics/deals.kpi", DEALS), ("data/deals.csv", "day,amount\n2026-01-31,7\n")]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_kepi"))
        .args(["run", "all", "-o", "text", "-o", "junit:a.xml"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    // the verdict is for whoever asked, and the file for whoever reads that
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let written = fs::read_to_string(folder.path().join("a.xml")).expect("it is there");
    assert!(written.contains("<failure"), "{written}");
}
