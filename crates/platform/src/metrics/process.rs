//! What the kernel knows of this process, under the names that every Prometheus client gives it. Where there is no `/proc` it is left out.

use std::fs;

use jiff::Timestamp;

use super::text::Family;

/// In which `/proc` counts time: a hundredth of a second on every Linux that the hub runs on.
const TICKS_PER_SECOND: f64 = 100.0;

pub fn of_process(started: Timestamp) -> Vec<Family> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let (stat, status, limits) =
        (read("/proc/self/stat"), read("/proc/self/status"), read("/proc/self/limits"));
    let descriptors = fs::read_dir("/proc/self/fd").map(|found| found.count() as f64).ok();
    let found = [
        (
            Family::counter("process_cpu_seconds_total", "Processor time used, in seconds."),
            cpu_seconds(&stat),
        ),
        (Family::gauge("process_resident_memory_bytes", "Memory in use, in bytes."), resident_bytes(&status)),
        (Family::gauge("process_open_fds", "Open files and connections."), descriptors),
        (
            Family::gauge("process_max_fds", "How many files and connections may be open."),
            most_descriptors(&limits),
        ),
        (Family::gauge("process_threads", "Threads."), number_behind(&status, "Threads:")),
        (
            Family::gauge("process_start_time_seconds", "When the process began, in seconds since 1970."),
            Some(started.as_millisecond() as f64 / 1e3),
        ),
    ];
    found.into_iter().filter_map(|(family, value)| Some(family.at(value?))).collect()
}

/// Fields 14 and 15 of proc(5), behind the name, which may hold anything.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
}

fn resident_bytes(status: &str) -> Option<f64> {
    Some(number_behind(status, "VmRSS:")? * 1024.0)
}

fn most_descriptors(limits: &str) -> Option<f64> {
    number_behind(limits, "Max open files")
}

fn number_behind(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_says_is_read() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 4 0 1234 100 200";
        assert_eq!(cpu_seconds(stat), Some(3.0));
        assert_eq!(resident_bytes("Name:\thub\nVmRSS:\t  2048 kB\n"), Some(2_097_152.0));
        assert_eq!(
            most_descriptors("Limit  Soft\nMax open files            1024     4096   files\n"),
            Some(1024.0)
        );
        for broken in ["", "7 (hub", "7 (hub) S", "VmRSS:", "VmRSS: much"] {
            assert_eq!((cpu_seconds(broken), resident_bytes(broken)), (None, None), "{broken}");
        }
        assert!(of_process(Timestamp::UNIX_EPOCH).len() >= 5);
    }
}
