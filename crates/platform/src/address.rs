//! Where a database is and how it is reached: one address for the pool, for single connections and for PostgreSQL's own programs.

use std::{
    error::Error,
    ffi::OsString,
    path::{Path, PathBuf},
};

use tokio_postgres::{
    Client, Config, Connection, Socket,
    config::{ChannelBinding, Host, SslMode},
    error::DbError,
};

use crate::tls::{Secured, Tls, Trust};

#[derive(Clone)]
pub struct Address {
    config: Config,
    trust: Trust,
    tls: Tls,
}

#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    #[error("the address of the database cannot be read: {0}")]
    Unreadable(String),
    #[error(
        "sslmode of the database's address must be disable, prefer, require or verify-full; where the authority that signed the server's \
         certificate is not known to this machine, `database_ca` names its file"
    )]
    Mode,
    #[error(
        "the address of the database has sslrootcert: give that file as the setting `database_ca` instead"
    )]
    RootCertificate,
    #[error("the authorities for the database's certificate: {0}")]
    Authorities(String),
}

impl Address {
    /// `url` in the URL or the key-value form of libpq. `authority`: the file of who signs the server's certificate; with it every
    /// certificate is checked, and TLS is required unless `sslmode` says otherwise.
    pub fn read(url: &str, authority: Option<&Path>) -> Result<Self, AddressError> {
        if url.contains("sslrootcert=") {
            return Err(AddressError::RootCertificate);
        }
        // A mode that the driver does not know: said to it as far as it goes, the rest is ours.
        let full = ["sslmode=verify-full", "sslmode='verify-full'"];
        let checked = full.iter().any(|mode| url.contains(mode));
        let plain = full.iter().fold(url.to_owned(), |url, mode| url.replace(mode, "sslmode=require"));
        if ["allow", "verify-ca"].iter().any(|mode| plain.contains(&format!("sslmode={mode}"))) {
            return Err(AddressError::Mode);
        }
        let mut config: Config = plain.parse().map_err(|error| AddressError::Unreadable(causes(&error)))?;
        if authority.is_some() && !plain.contains("sslmode=") {
            config.ssl_mode(SslMode::Require);
        }
        // There is no TLS on a socket of this machine, and nobody in between.
        if is_local(&config, |host| matches!(host, Host::Unix(_))) {
            config.ssl_mode(SslMode::Disable);
        }
        let trust = match authority {
            Some(file) => Trust::Authority(file.to_owned()),
            None if checked => Trust::Machine,
            None => Trust::Anybody,
        };
        // Not read where it would not be used.
        let used = if config.get_ssl_mode() == SslMode::Disable { &Trust::Anybody } else { &trust };
        let tls = Tls::new(used).map_err(AddressError::Authorities)?;
        Ok(Self { config, trust, tls })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Database and server, for people: without who comes and what they show.
    pub fn told(&self) -> String {
        let name = |host: &Host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        };
        let hosts: Vec<String> = self.config.get_hosts().iter().map(name).collect();
        let ports: Vec<String> = self.config.get_ports().iter().map(u16::to_string).collect();
        let port = if ports.is_empty() { String::new() } else { format!(":{}", ports.join(",")) };
        format!("{} at {}{port}", self.config.get_dbname().unwrap_or_default(), hosts.join(","))
    }

    pub(crate) fn tls(&self) -> Tls {
        self.tls.clone()
    }

    /// The same place, asked for otherwise.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Whether nobody in between can read along or pass for the database: it is on this machine, or its certificate is checked.
    pub fn is_safe(&self) -> bool {
        let here = |host: &Host| match host {
            Host::Unix(_) => true,
            Host::Tcp(name) => {
                name == "localhost"
                    || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
            }
        };
        let required = self.config.get_ssl_mode() == SslMode::Require;
        is_local(&self.config, here) || (required && self.trust != Trust::Anybody)
    }

    /// A connection of its own, which ends with the client.
    pub async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = self.open().await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                // Whoever still uses it hears of it from their statement; to the others it is how things end.
                tracing::debug!(%error, "a connection to a database broke");
            }
        });
        Ok(client)
    }

    pub(crate) async fn open(&self) -> Result<(Client, Connection<Socket, Secured>), tokio_postgres::Error> {
        self.config.connect(self.tls()).await
    }

    /// The same for PostgreSQL's own programs, which read it from the environment: an argument would show everybody on the machine
    /// its password.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let config = &self.config;
        let mut given: Vec<(&str, OsString)> = Vec::new();
        if let Some(host) = config.get_hosts().first() {
            given.push((
                "PGHOST",
                match host {
                    Host::Tcp(name) => name.into(),
                    Host::Unix(path) => path.into(),
                },
            ));
        }
        if let Some(address) = config.get_hostaddrs().first() {
            given.push(("PGHOSTADDR", address.to_string().into()));
        }
        let port = config.get_ports().first().copied().unwrap_or(5432);
        given.push(("PGPORT", port.to_string().into()));
        for (name, value) in [("PGUSER", config.get_user()), ("PGDATABASE", config.get_dbname())] {
            given.extend(value.map(|value| (name, value.into())));
        }
        if let Some(password) = config.get_password() {
            given.push(("PGPASSWORD", String::from_utf8_lossy(password).as_ref().into()));
        }
        let mode = match (config.get_ssl_mode(), &self.trust) {
            (SslMode::Disable, _) => "disable",
            (SslMode::Require, Trust::Anybody) => "require",
            (SslMode::Require, _) => "verify-full",
            _ => "prefer",
        };
        given.push(("PGSSLMODE", mode.into()));
        match &self.trust {
            _ if mode != "verify-full" => {}
            Trust::Authority(file) => given.push(("PGSSLROOTCERT", file.into())),
            _ => given.push(("PGSSLROOTCERT", machine_authorities())),
        }
        if config.get_channel_binding() == ChannelBinding::Require {
            given.push(("PGCHANNELBINDING", "require".into()));
        }
        given
    }
}

/// libpq finds the machine's authorities by itself from version 16 on only.
fn machine_authorities() -> OsString {
    const USUAL: [&str; 4] = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];
    let given = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    given
        .into_iter()
        .chain(USUAL.map(PathBuf::from))
        .find(|file| file.is_file())
        .map_or_else(|| "system".into(), Into::into)
}

fn is_local(config: &Config, here: impl Fn(&Host) -> bool) -> bool {
    let addresses = config.get_hostaddrs();
    !config.get_hosts().is_empty()
        && config.get_hosts().iter().all(here)
        && addresses.iter().all(std::net::IpAddr::is_loopback)
}

/// An error with what caused it: the driver's own words alone leave out what the server said. The values of rows, which PostgreSQL puts
/// into DETAIL, stay out of it.
pub fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let told = match cause.downcast_ref::<DbError>() {
            Some(said) => format!("{}: {}", said.severity(), said.message()),
            None => cause.to_string(),
        };
        if !text.contains(&told) {
            text = format!("{text}: {told}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(address: &Address) -> String {
        let shown = address
            .environment()
            .into_iter()
            .map(|(name, value)| format!("{name}={}", value.to_string_lossy()));
        shown.collect::<Vec<_>>().join(" ")
    }

    fn read(url: &str) -> Address {
        Address::read(url, None).unwrap()
    }

    #[test]
    fn programs_are_told_the_same() {
        let there = read("postgres://hub:secret@db.example.com/desk?sslmode=require");
        assert_eq!(
            environment(&there),
            "PGHOST=db.example.com PGPORT=5432 PGUSER=hub PGDATABASE=desk PGPASSWORD=secret PGSSLMODE=require"
        );
        let socket = read("host=/run/postgresql dbname=hub user=hub sslmode=require");
        assert!(environment(&socket).ends_with("PGDATABASE=hub PGSSLMODE=disable"));
        for url in ["postgres://h/d?sslmode=verify-full", "host=h dbname=d sslmode='verify-full'"] {
            let told = environment(&read(url));
            assert!(told.contains("PGSSLMODE=verify-full PGSSLROOTCERT="), "{told}");
        }
        assert!(environment(&read("postgres://h/d")).ends_with("PGSSLMODE=prefer"));
    }

    #[test]
    fn only_what_is_here_or_checked_is_safe() {
        for safe in [
            "host=/run/postgresql dbname=hub",
            "postgres://localhost/hub",
            "postgres://127.0.0.1/hub?sslmode=disable",
            "postgres://db.example.com/hub?sslmode=verify-full",
        ] {
            assert!(read(safe).is_safe(), "{safe}");
        }
        for unsafe_one in [
            "postgres://db.example.com/hub",
            "postgres://db.example.com/hub?sslmode=require",
            "postgres://db.example.com/hub?sslmode=prefer",
            "host=localhost,db.example.com dbname=hub",
            "host=localhost hostaddr=10.1.2.3 dbname=hub",
            "postgres://localhost.example.com/hub?sslmode=disable",
        ] {
            assert!(!read(unsafe_one).is_safe(), "{unsafe_one}");
        }
    }

    #[test]
    fn what_cannot_be_honoured_is_refused_without_repeating_secrets() {
        for url in [
            "postgres://u:hunter2@h/d?sslmode=verify-ca",
            "postgres://u:hunter2@h/d?sslmode=allow",
            "postgres://u:hunter2@h/d?sslmode=maybe",
            "postgres://u:hunter2@h/d?sslrootcert=/ca.pem",
            "postgres://u:hunter2@h/d?nonsense=1",
            "host=h password=hunter2 port=many",
        ] {
            let Err(error) = Address::read(url, None) else { panic!("{url}") };
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        let Err(missing) = Address::read("postgres://h/d", Some(Path::new("/nowhere/ca.pem"))) else {
            panic!()
        };
        assert!(missing.to_string().contains("/nowhere/ca.pem"), "{missing}");
        let socket = Address::read("host=/run/postgresql dbname=hub", Some(Path::new("/nowhere/ca.pem")));
        assert!(socket.is_ok(), "what is not used is not read");
    }
}
