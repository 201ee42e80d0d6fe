//! What commands print, when nobody reads it or it cannot be written.

use std::{fs::File, io, process::Stdio};

use crate::cli::Desk;

#[test]
fn whoever_reads_no_further_ends_nothing() {
    let desk = Desk::new("output");
    desk.hub("seed customers").ok();
    desk.hub("audit seal").ok();
    let lines = [
        "openapi",
        "watch rules",
        "config show",
        "config check",
        "migrate",
        "verify",
        "audit export",
        "seed bookings",
    ];
    for line in lines {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = desk.command(line, &[]).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && !said.contains("panicked"), "hub {line}: {said}");
        assert!(!said.contains("hub: "), "hub {line}: {said}");
    }
    assert!(
        desk.hub("seed bookings").ok().starts_with("0 customers, 0 bookings"),
        "it was brought to its end"
    );
}

#[test]
fn what_cannot_be_written_is_no_success() {
    let desk = Desk::new("output-full");
    for line in ["openapi", "config show"] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = desk.command(line, &[]).stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "hub {line}: {said}");
        assert!(said.starts_with("hub: standard output cannot be written: "), "hub {line}: {said}");
    }
}
