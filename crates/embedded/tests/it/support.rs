use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use embedded::Embedded;

/// A folder of its own for a test, removed afterwards. In the system's temporary folder, which every account may enter.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let base = std::env::temp_dir().canonicalize().unwrap();
        Self(base.join(format!("hub-embedded-{}-{number}", std::process::id())))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn wait_until(what: &str, happened: impl Fn() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(started.elapsed() < Duration::from_secs(30), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn kill(signal: &str, pid: u32) {
    let sent = Command::new("sh").args(["-c", "kill \"$1\" \"$2\"", "sh", signal, &pid.to_string()]).status();
    assert!(sent.unwrap().success(), "kill {signal} {pid}");
}

/// Alive, and not merely waiting for its parent to notice its end.
pub fn is_alive(pid: u32) -> bool {
    // Not every Linux has `ps`, and nothing but Linux has /proc.
    let state = if cfg!(target_os = "linux") {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").map(|(_, rest)| rest.to_owned()).unwrap_or_default()
    } else {
        let output = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    !state.is_empty() && !state.starts_with('Z')
}

pub fn psql(embedded: &Embedded, sql: &str) -> Child {
    Command::new(embedded.bin_dir().join("psql"))
        .args(["--no-psqlrc", "--dbname", &embedded.connection_string("postgres"), "--command", sql])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
