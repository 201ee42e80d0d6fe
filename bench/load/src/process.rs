//! What processes cost, from Linux's /proc; nothing is known elsewhere.

use std::{
    fs,
    io::Write,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Clock ticks of /proc/<pid>/stat in a second: USER_HZ, 100 on every Linux that Rust and PostgreSQL run on.
const TICKS: f64 = 100.0;

/// Seconds of CPU that a process and its children, those that ended included, have used.
pub fn cpu_seconds(root: u32) -> Option<f64> {
    let mut ticks = 0;
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { continue };
        // Behind the name, which may hold anything: state, parent, …; utime, stime, cutime, cstime are 12th to 15th.
        let Some((_, rest)) = stat.rsplit_once(") ") else { continue };
        let fields: Vec<&str> = rest.split(' ').collect();
        let field = |index: usize| fields.get(index).and_then(|value| value.parse::<u64>().ok()).unwrap_or(0);
        if pid == root {
            ticks += field(11) + field(12) + field(13) + field(14);
        } else if field(1) == u64::from(root) {
            ticks += field(11) + field(12);
        }
    }
    Some(ticks as f64 / TICKS)
}

/// As [`cpu_seconds`], of the process alone.
pub fn own_cpu_seconds(pid: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(ticks as f64 / TICKS)
}

/// Resident memory in bytes.
pub fn resident(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Milliseconds that the disk takes to make 8 kB durable, the middle one of several tries: no read is answered before its
/// access event took one such flush.
pub fn flush_ms(file: &Path) -> std::io::Result<f64> {
    let mut times = Vec::new();
    let mut out = fs::File::create(file)?;
    for _ in 0..20 {
        let began = Instant::now();
        out.write_all(&[0; 8192])?;
        out.sync_data()?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    fs::remove_file(file)?;
    Ok(crate::load::median(times))
}

/// Watches the resident memory of a process for as long as it lives.
pub struct Peak {
    bytes: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
}

impl Peak {
    pub fn watch(pid: u32) -> Self {
        let peak = Self { bytes: Arc::default(), over: Arc::default() };
        let (bytes, over) = (peak.bytes.clone(), peak.over.clone());
        std::thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                bytes.fetch_max(resident(pid).unwrap_or(0), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        peak
    }

    pub fn bytes(self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Drop for Peak {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}
