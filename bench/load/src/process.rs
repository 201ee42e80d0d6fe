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

use crate::floor::Pace;

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

/// Reads what the hub's process and PostgreSQL's have used so far.
pub struct Clock {
    hub: u32,
    postgres: u32,
}

/// Seconds of CPU of both, at one moment.
pub type Used = (Option<f64>, Option<f64>);

impl Clock {
    pub fn of(hub: u32, postgres: u32) -> Self {
        Self { hub, postgres }
    }

    pub fn read(&self) -> Used {
        (own_cpu_seconds(self.hub), cpu_seconds(self.postgres))
    }
}

/// Microseconds of CPU for one request.
#[derive(Default, Clone, Copy)]
pub struct Cpu {
    pub hub: Option<f64>,
    pub postgres: Option<f64>,
    /// Of PostgreSQL, for one transaction of the floor.
    pub floor: Option<f64>,
}

impl Cpu {
    /// The hub answered `requests` between the first two readings, the floor ran until the third.
    pub fn between(began: Used, ended: Used, requests: u64, after: Used, floor: &Pace, seconds: u64) -> Self {
        let each = |from: Option<f64>, to: Option<f64>, count: f64| Some((to? - from?) * 1e6 / count);
        Self {
            hub: each(began.0, ended.0, requests as f64),
            postgres: each(began.1, ended.1, requests as f64),
            floor: each(ended.1, after.1, floor.rate * seconds as f64),
        }
    }

    /// The median of each part.
    pub fn median(costs: &[Self]) -> Self {
        let of = |part: fn(&Self) -> Option<f64>| {
            let known: Vec<f64> = costs.iter().filter_map(part).collect();
            (!known.is_empty()).then(|| crate::load::median(known))
        };
        Self { hub: of(|cpu| cpu.hub), postgres: of(|cpu| cpu.postgres), floor: of(|cpu| cpu.floor) }
    }
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
