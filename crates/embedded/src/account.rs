//! The operating system account PostgreSQL runs as: our own, or an unprivileged one when we are root.

use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Error;
use crate::binaries::Binaries;
use crate::error::At;
use crate::folder::Folder;

/// Tried in turn when we are root and no cluster says which account it belongs to.
const CANDIDATES: [&str; 3] = ["postgres", "_postgres", "nobody"];

#[derive(Debug)]
pub(crate) struct Account {
    pub name: String,
    uid: u32,
    gid: u32,
    /// We are root and take this account on for every child.
    switched: bool,
}

impl Account {
    pub fn choose(folder: &Folder) -> Result<Self, Error> {
        let uid = rustix::process::geteuid().as_raw();
        let gid = rustix::process::getegid().as_raw();
        let owner = std::fs::metadata(&folder.cluster).ok();
        if uid != 0 {
            let account = Self { name: name_of(uid), uid, gid, switched: false };
            return match owner {
                Some(owner) if owner.uid() != uid => Err(Error::OtherOwner {
                    path: folder.cluster.clone(),
                    owner: name_of(owner.uid()),
                    runner: account.name,
                }),
                _ => Ok(account),
            };
        }
        match owner {
            Some(owner) if owner.uid() == 0 => Err(Error::StrangeFolder {
                path: folder.cluster.clone(),
                reason: "it belongs to root, and PostgreSQL refuses root. Give it, with all in it, to the account that \
                         made it: chown -R postgres"
                    .to_owned(),
            }),
            // Whoever made the cluster goes on with it, whichever accounts have appeared since.
            Some(owner) => {
                Ok(Self { name: name_of(owner.uid()), uid: owner.uid(), gid: owner.gid(), switched: true })
            }
            None => CANDIDATES
                .iter()
                .find_map(|name| {
                    let (uid, gid) = (id(&["-u", name])?, id(&["-g", name])?);
                    Some(Self { name: (*name).to_owned(), uid, gid, switched: true })
                })
                .ok_or(Error::NoAccount),
        }
    }

    /// A child of this account: nothing to read, no terminal, none of our environment's PostgreSQL variables.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir("/").stdin(Stdio::null()).env("LC_ALL", "C");
        for name in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if self.switched {
            // Setting the user as root also drops root's supplementary groups.
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Gives what we made to the account.
    pub fn give(&self, path: &Path) -> Result<(), Error> {
        match self.switched {
            true => lchown(path, Some(self.uid), Some(self.gid)).at("change the owner of", path),
            false => Ok(()),
        }
    }

    pub fn owns(&self, metadata: &std::fs::Metadata) -> bool {
        metadata.uid() == self.uid
    }

    /// Root can enter everything, the account PostgreSQL runs as cannot: found out here rather than in a log.
    pub fn check_reach(&self, folder: &Folder, binaries: &Binaries) -> Result<(), Error> {
        let binary = binaries.program("postgres");
        for path in [folder.root.as_path(), folder.socket_dir.as_path(), binary.as_path()] {
            self.check_program(path)?;
        }
        Ok(())
    }

    /// As the account, whether it may run this file, or enter this folder.
    pub fn check_program(&self, path: &Path) -> Result<(), Error> {
        let reached = self
            .command(Path::new("/bin/sh"))
            .args(["-c", "test -x \"$1\"", "sh"])
            .arg(path)
            .status()
            .at("look, as the account that runs PostgreSQL, at", path)?;
        match reached.success() {
            true => Ok(()),
            false => Err(Error::OutOfReach { account: self.name.clone(), path: path.to_owned() }),
        }
    }
}

/// `id` is on every machine and asks whatever directory of accounts the machine has.
fn id(arguments: &[&str]) -> Option<u32> {
    id_text(arguments)?.parse().ok()
}

fn id_text(arguments: &[&str]) -> Option<String> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

fn name_of(uid: u32) -> String {
    id_text(&["-nu", &uid.to_string()]).unwrap_or_else(|| format!("user {uid}"))
}
