//! Finds PostgreSQL's programs on this machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Error;

/// Newest first.
const SUPPORTED: [u32; 4] = [18, 17, 16, 15];

#[derive(Debug)]
pub(crate) struct Binaries {
    pub dir: PathBuf,
    pub major: u32,
}

impl Binaries {
    /// The programs in `given`, else the machine's first that suit: the version of the cluster where there is one.
    pub fn find(given: Option<&Path>, cluster: Option<ClusterVersion>) -> Result<Self, Error> {
        let found = match given {
            Some(dir) => {
                let bad = |reason| Error::BadBinDir { dir: dir.to_owned(), reason };
                let binaries = probe(dir).map_err(bad)?;
                if !SUPPORTED.contains(&binaries.major) {
                    return Err(bad(format!("it is version {}", binaries.major)));
                }
                vec![binaries]
            }
            None => search(),
        };
        let versions: BTreeSet<u32> = found.iter().map(|binaries| binaries.major).collect();
        let installed = versions.iter().map(u32::to_string).collect::<Vec<_>>().join(" and ");
        let suits = |binaries: &Binaries| match &cluster {
            Some(cluster) => cluster.major == binaries.major,
            None => SUPPORTED.contains(&binaries.major),
        };
        if let Some(binaries) = found.into_iter().find(suits) {
            return Ok(binaries);
        }
        match cluster {
            Some(ClusterVersion { cluster, major }) if !installed.is_empty() => {
                Err(Error::OtherVersion { cluster, made_by: major, installed })
            }
            _ if installed.is_empty() => Err(Error::NotInstalled { found: String::new() }),
            _ => Err(Error::NotInstalled { found: format!(" (only version {installed})") }),
        }
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Whether an extension's library is installed: preloading one that is not keeps PostgreSQL from starting.
    pub fn has_library(&self, name: &str) -> bool {
        let asked = output(&self.program("pg_config"), "--pkglibdir").map(PathBuf::from);
        let prefix = self.dir.parent().unwrap_or(&self.dir);
        let usual = ["lib", "lib/postgresql", "lib64/pgsql", "lib/pgsql"].map(|folder| prefix.join(folder));
        asked.into_iter().chain(usual).any(|folder| {
            ["so", "dylib"].iter().any(|ending| folder.join(format!("{name}.{ending}")).is_file())
        })
    }
}

/// The version that made an existing cluster.
pub(crate) struct ClusterVersion {
    pub cluster: PathBuf,
    pub major: u32,
}

fn search() -> Vec<Binaries> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>();
    let asked = output(Path::new("pg_config"), "--bindir").map(PathBuf::from);
    let usual = SUPPORTED.iter().flat_map(|version| {
        [
            format!("/usr/lib/postgresql/{version}/bin"),
            format!("/usr/pgsql-{version}/bin"),
            format!("/opt/homebrew/opt/postgresql@{version}/bin"),
            format!("/usr/local/opt/postgresql@{version}/bin"),
            format!("/home/linuxbrew/.linuxbrew/opt/postgresql@{version}/bin"),
            format!("/Applications/Postgres.app/Contents/Versions/{version}/bin"),
        ]
        .map(PathBuf::from)
    });
    let mut seen = BTreeSet::new();
    on_path
        .into_iter()
        .chain(asked)
        .chain(usual)
        .filter_map(|dir| probe(&dir).ok())
        .filter(|binaries| seen.insert(binaries.dir.clone()))
        .collect()
}

/// What is in a folder. `postgres` may be a link to where the whole family is, so the link is followed first.
fn probe(dir: &Path) -> Result<Binaries, String> {
    let postgres =
        dir.join("postgres").canonicalize().map_err(|_| "it has no program postgres".to_owned())?;
    let dir = postgres.parent().unwrap_or(dir).to_owned();
    for name in ["initdb", "psql"] {
        if !dir.join(name).is_file() {
            return Err(format!("postgres is there, and its companion {name} is not"));
        }
    }
    let says = output(&postgres, "--version").ok_or("its postgres does not run".to_owned())?;
    let major = parse_major(&says).ok_or_else(|| format!("its postgres calls itself \"{says}\""))?;
    Ok(Binaries { dir, major })
}

fn output(program: &Path, argument: &str) -> Option<String> {
    let output =
        Command::new(program).arg(argument).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// "postgres (PostgreSQL) 17.2 (Debian 17.2-1)" is 17, "postgres (PostgreSQL) 18beta1" is 18.
fn parse_major(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL) ")?.1;
    let digits = number.find(|c: char| !c.is_ascii_digit()).map_or(number, |end| &number[..end]);
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse_major;

    #[test]
    fn a_major_version_is_read_from_what_postgres_says() {
        assert_eq!(parse_major("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)"), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_major("postgres (PostgreSQL) 17"), Some(17));
        assert_eq!(parse_major("postgres"), None);
    }
}
