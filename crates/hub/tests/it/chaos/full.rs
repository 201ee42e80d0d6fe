//! The disk is full, PostgreSQL's and the hub's own: what cannot be written is refused, what was acknowledged stays, and when
//! there is room again everything goes on by itself.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::support::{Running, Traffic, size, stored_in, wait_for};

/// A small file system of its own, in memory.
struct Disk(PathBuf);

impl Disk {
    /// None: who runs the tests may not mount one.
    fn mount(megabytes: usize) -> Option<Self> {
        let folder = std::env::temp_dir().canonicalize().unwrap();
        let folder = folder.join(format!("hub-full-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let size = format!("size={megabytes}m,mode=711");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(&folder)
            .output()
            .is_ok_and(|output| output.status.success());
        if mounted {
            return Some(Self(folder));
        }
        let _ = fs::remove_dir(&folder);
        None
    }

    /// Writes until nothing more fits.
    fn fill(&self) {
        let mut ballast = File::options().create(true).append(true).open(self.ballast()).unwrap();
        for piece in [1 << 20, 4096, 1] {
            while ballast.write_all(&vec![1; piece]).is_ok() {}
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn a_full_disk_refuses_loses_nothing_and_recovers_by_itself() {
    let Some(disk) = Disk::mount(400) else {
        println!("skipped: mounting a small file system of its own needs more rights than this account has");
        return;
    };
    let while_full = Duration::from_secs(size(5, 60) as u64);
    let folder = disk.0.join("data");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o711)).unwrap();
    let mut desk = Running::at(folder);
    desk.start();
    let line = desk.line;
    let cookie = line.sign_in();
    let somebody = line.somebody(&cookie);
    let traffic = Traffic::default();
    thread::scope(|scope| {
        for number in 0..4 {
            let (traffic, somebody, cookie) = (&traffic, &somebody, &cookie);
            scope.spawn(move || traffic.drive(line, somebody, cookie, number));
        }
        wait_for("some traffic", Duration::from_secs(30), || traffic.acknowledged() > 10);
        disk.fill();
        let refusals = || traffic.refused.lock().unwrap().values().sum::<usize>();
        let deadline = Instant::now() + Duration::from_secs(120);
        while refusals() == 0 {
            assert!(Instant::now() < deadline, "the disk is full and everything can be written");
            // What PostgreSQL has given back meanwhile.
            disk.fill();
            thread::sleep(Duration::from_millis(200));
        }
        let over = Instant::now() + while_full;
        while Instant::now() < over {
            disk.fill();
            let alive = line.send("GET", "/healthz", &[], None).expect("an answer");
            assert_eq!(alive.status, 200);
            thread::sleep(Duration::from_millis(200));
        }
        let before = traffic.acknowledged();
        disk.make_room();
        let roomy = Instant::now();
        wait_for("traffic to go on", Duration::from_secs(90), || traffic.acknowledged() > before + 10);
        println!("full for {while_full:?}: works again {:?} after there is room", roomy.elapsed());
        traffic.stop();
    });
    assert!(desk.lives(), "the process that was started is the one that answers");
    let refused = traffic.refused.lock().unwrap().clone();
    let known = |(status, code): &(u16, String)| {
        let codes = ["storage_full", "database_unavailable", "outcome_unknown"];
        *status == 503 && codes.contains(&code.as_str())
    };
    assert!(refused.keys().all(known), "{refused:?}");
    assert_eq!(traffic.without_retry_after.load(std::sync::atomic::Ordering::Relaxed), 0);
    desk.kill();
    desk.kill_postgres();
    let stored = stored_in(&desk.folder);
    println!("{} refunds acknowledged, refused: {refused:?}", traffic.acknowledged());
    traffic.check(stored);
    drop(desk);
    drop(disk);
}
