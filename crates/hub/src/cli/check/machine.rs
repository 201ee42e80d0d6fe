use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use platform::settings::{AnchorPlace, Settings};
use rustix::fs::{Access, access, statvfs};

use super::Report;

const GIB: u64 = 1 << 30;

/// What the hub writes outside the database.
pub(super) fn files(settings: &Settings, report: &mut Report) {
    let beside = |name: &str| settings.data_dir.as_ref().map(|folder| folder.join(name));
    let anchor = match &settings.audit.anchor {
        AnchorPlace::File(file) => Some(file.clone()),
        AnchorPlace::DataFolder => beside("audit.anchor"),
        AnchorPlace::Off => None,
    };
    let ledger = settings.erasure_ledger.clone().or_else(|| beside("erasures.jsonl"));
    for (name, file) in [
        ("audit_anchor", anchor),
        ("erasure_ledger", ledger),
        ("backup_folder", settings.backup.folder.clone()),
    ] {
        let Some(file) = file else { continue };
        match writable(&file) {
            Ok(()) => report.ok(format_args!("{name}: {} can be written", file.display())),
            Err(cause) => report.wrong(format_args!("{name}: {cause}")),
        }
    }
}

/// The file or folder itself, or, where there is none yet, the folder that it would be made in.
fn writable(path: &Path) -> Result<(), String> {
    let there = path.ancestors().find(|one| one.exists()).unwrap_or(Path::new("/"));
    let told = |cause: &dyn std::fmt::Display| format!("{} cannot be written: {cause}", there.display());
    if there != path && !there.is_dir() {
        return Err(format!("{} would be made in {}, which is no folder", path.display(), there.display()));
    }
    access(there, Access::WRITE_OK).map_err(|cause| told(&cause))
}

pub(super) fn disks(settings: &Settings, report: &mut Report) {
    // A served database has disks of its own, which only its operator sees.
    let own = settings.database_url.is_none();
    let places = [
        ("data_dir", settings.data_dir.clone().filter(|_| own)),
        ("backup_folder", settings.backup.folder.clone()),
    ];
    let mut seen: Vec<u64> = Vec::new();
    for (name, path) in places {
        let Some(path) = path else { continue };
        let Some(there) = path.ancestors().find(|one| one.is_dir()).map(PathBuf::from) else { continue };
        if let Ok(metadata) = fs::metadata(&there) {
            if seen.contains(&metadata.dev()) {
                report.warning(format_args!(
                    "{name}: is on the same disk as the database, and is lost with it"
                ));
                continue;
            }
            seen.push(metadata.dev());
        }
        let Ok(disk) = statvfs(&there) else { continue };
        let (free, all) = (disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize);
        let told = format!(
            "{name}: {:.1} of {:.1} GiB are free on the disk of {}",
            free as f64 / GIB as f64,
            all as f64 / GIB as f64,
            there.display()
        );
        match room(free, all) {
            Room::Enough => report.ok(told),
            Room::Little => report.warning(told),
            Room::None => report.wrong(format_args!("{told}. Make room, or move it to a larger disk")),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Room {
    Enough,
    Little,
    None,
}

/// Little is less than a tenth, or less than 2 GiB; none is less than 256 MiB.
fn room(free: u64, all: u64) -> Room {
    if free < GIB / 4 {
        Room::None
    } else if free < all / 10 || free < 2 * GIB {
        Room::Little
    } else {
        Room::Enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_full_before_its_last_byte() {
        assert_eq!(room(50 * GIB, 100 * GIB), Room::Enough);
        assert_eq!(room(9 * GIB, 100 * GIB), Room::Little);
        assert_eq!(room(GIB, 4 * GIB), Room::Little);
        assert_eq!(room(GIB / 8, 4 * GIB), Room::None);
        assert_eq!(room(0, 0), Room::None);
    }
}
