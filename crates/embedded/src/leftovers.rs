//! PostgreSQL processes that outlived the hub which started them, and lock files that outlived those.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::Error;
use crate::error::At;
use crate::folder::Folder;

/// The children of a dead postmaster leave by themselves, unless busy.
const LEAVE: Duration = Duration::from_secs(3);
const FAST_SHUTDOWN: Duration = Duration::from_secs(60);
const FORCED: Duration = Duration::from_secs(10);

/// Ends every PostgreSQL process that works on our cluster. We hold the hub's lock, so none of them belongs to a living
/// hub. An orphan is stopped rather than adopted: it may run with older settings, and cannot be waited for.
pub(crate) fn clear(folder: &Folder, port: Option<u16>) -> Result<(), Error> {
    let lock_file = folder.cluster.join("postmaster.pid");
    let named = named_in(&lock_file);
    let mut left = workers(&folder.cluster, named);
    if let Some(postmaster) = named.filter(|pid| left.contains(pid)) {
        tracing::warn!(pid = postmaster, "stopping a PostgreSQL that outlived the hub which started it");
        signal(postmaster, Signal::INT);
        left = wait_for_none(folder, named, FAST_SHUTDOWN);
    } else if !left.is_empty() {
        left = wait_for_none(folder, named, LEAVE);
    }
    for force in [Signal::QUIT, Signal::KILL] {
        if left.is_empty() {
            break;
        }
        tracing::warn!(pids = ?left, signal = ?force, "PostgreSQL processes of an earlier hub do not end; forcing them");
        left.iter().for_each(|pid| signal(*pid, force));
        left = wait_for_none(folder, named, FORCED);
    }
    if !left.is_empty() {
        return Err(Error::WillNotEnd { cluster: folder.cluster.clone(), pids: left });
    }
    if let Some(port) = port {
        remove_if_misleading(&lock_file)?;
        remove_if_misleading(&folder.socket_lock(port))?;
    }
    Ok(())
}

/// Sends a signal. A process that is gone meanwhile is what we wanted.
pub(crate) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = to_pid(pid) {
        let _ = kill_process(pid, signal);
    }
}

fn to_pid(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

fn is_alive(pid: u32) -> bool {
    // Not being allowed to signal it means that it is there.
    to_pid(pid).is_some_and(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

fn named_in(lock_file: &Path) -> Option<u32> {
    std::fs::read_to_string(lock_file).ok()?.lines().next()?.trim().parse().ok()
}

fn wait_for_none(folder: &Folder, named: Option<u32>, patience: Duration) -> Vec<u32> {
    let started = Instant::now();
    loop {
        let left = workers(&folder.cluster, named);
        if left.is_empty() || started.elapsed() > patience {
            return left;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// PostgreSQL heeds a lock file as long as a process of our account has its number: after a power cut, in a container, any
/// process may. Here no process works on the cluster, so a lock that names a living one misleads.
fn remove_if_misleading(lock_file: &Path) -> Result<(), Error> {
    let misleading = cfg!(target_os = "linux") && named_in(lock_file).is_some_and(is_alive);
    if misleading {
        tracing::info!(file = %lock_file.display(), "removing a stale lock file whose process number is in use again");
        std::fs::remove_file(lock_file).at("remove", lock_file)?;
    }
    Ok(())
}

/// The PostgreSQL processes whose working directory is the cluster: postmaster and children alike.
#[cfg(target_os = "linux")]
fn workers(cluster: &Path, _named: Option<u32>) -> Vec<u32> {
    let works_here = |process: &Path| {
        let runs_postgres = std::fs::read_link(process.join("exe")).is_ok_and(|program| {
            program.file_name().is_some_and(|name| name.to_string_lossy().contains("postgres"))
        });
        runs_postgres && std::fs::read_link(process.join("cwd")).is_ok_and(|dir| dir == cluster)
    };
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            works_here(&entry.path()).then_some(pid)
        })
        .collect()
}

/// Where a process's working directory is not to be seen: the postmaster its lock file names, if that is one.
#[cfg(not(target_os = "linux"))]
fn workers(_cluster: &Path, named: Option<u32>) -> Vec<u32> {
    let is_postgres = |pid: &u32| {
        let ps = std::process::Command::new("ps").args(["-o", "comm=", "-p", &pid.to_string()]).output();
        is_alive(*pid) && ps.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("postgres"))
    };
    named.filter(is_postgres).into_iter().collect()
}
