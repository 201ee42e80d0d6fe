//! The database of this run: the one that was configured, or a private one of our own. Migrations are the owner's; everything
//! else is done in the application's role, which cannot change what is append-only.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use embedded::{Embedded, Options};
use platform::{
    address::{Address, causes},
    db::Db,
    settings::Settings,
};
use tokio_postgres::Client;

use crate::moved;

pub const NAME: &str = "hub";
/// The roles of the private database. Whoever may enter the folder of its socket needs no password for either.
const OWNER: &str = "hub_owner";
const APPLICATION: &str = "hub_app";
/// What the System page shows the slowest statements by, where PostgreSQL has it.
const COUNT_STATEMENTS: &str = "do $$ begin
    if current_setting('shared_preload_libraries') ~ '\\mpg_stat_statements\\M'
        and exists (select from pg_available_extensions where name = 'pg_stat_statements') then
        create extension if not exists pg_stat_statements;
    end if;
end $$";
/// Where a running hub says how to reach its private database, for commands given meanwhile.
const ADDRESS_FILE: &str = "database-url";

/// Dropped, or stopped, the private PostgreSQL stops too.
pub struct Database {
    /// In the application's role.
    pub db: Db,
    /// The same without its timeouts.
    address: Address,
    /// The owner's address; none: the application is all there is.
    owner: Option<Address>,
    private: Option<Private>,
}

struct Private {
    server: Embedded,
    /// The file that says where it is.
    told: PathBuf,
}

/// Who is opening the database.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// The server: it alone runs the private database.
    Serving,
    /// A command: it may share the private database of a server that runs.
    Command,
    /// A command that nobody may work beside: it shares the private database with no one.
    Alone,
    /// Whoever brings a cluster back from a base, and has to look whether it is whole.
    Finishing,
}

impl Database {
    pub async fn open(settings: &Settings, purpose: For) -> Result<Self> {
        let database = match &settings.database_url {
            Some(url) => Self::at(settings, url, settings.database_owner_url.as_deref(), None)
                .context("database_url")?,
            None => Self::open_private(settings.clone(), purpose).await?,
        };
        database.db.check().await?;
        Ok(database)
    }

    fn at(
        settings: &Settings,
        application: &str,
        owner: Option<&str>,
        private: Option<Private>,
    ) -> Result<Self> {
        let read = |url| Address::read(url, settings.database_ca.as_deref());
        let address = read(application)?;
        let owner = owner.map(read).transpose()?;
        let mut db = Db::at(address.clone(), settings.pool_size)?;
        if let Some(standby) = &settings.database_standby_url {
            db = db.with_standby(read(standby).context("database_standby_url")?, settings.pool_size)?;
        }
        Ok(Self { db, address, owner, private })
    }

    async fn open_private(settings: Settings, purpose: For) -> Result<Self> {
        let data_dir = data_dir(&settings)?;
        moved::refuse(&data_dir)?;
        let told = data_dir.join(ADDRESS_FILE);
        let mut options = Options::new(&data_dir);
        options.bin_dir = settings.postgres_bin.clone();
        options.unfinished = purpose == For::Finishing;
        let started = tokio::task::spawn_blocking(move || -> Result<Embedded, embedded::Error> {
            let server = Embedded::start(options)?;
            server.create_database_if_missing(NAME)?;
            server.run_sql(NAME, &roles())?;
            server.run_sql(NAME, COUNT_STATEMENTS)?;
            Ok(server)
        })
        .await?;
        match started {
            Ok(server) => {
                server.keep_running(|_| {});
                let url = |role| server.connection_string_as(role, NAME);
                let (application, owner) = (url(APPLICATION), url(OWNER));
                match purpose {
                    // Whoever was killed may have left it.
                    For::Alone => drop(fs::remove_file(&told)),
                    _ => write_private(&told, &format!("{application}\n{owner}\n"))
                        .with_context(|| format!("cannot write {}", told.display()))?,
                }
                Self::at(&settings, &application, Some(&owner), Some(Private { server, told }))
            }
            Err(embedded::Error::InUse { .. }) if purpose == For::Command && told.exists() => {
                let text =
                    fs::read_to_string(&told).with_context(|| format!("cannot read {}", told.display()))?;
                let (application, owner) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
                Self::at(&settings, application, Some(owner).filter(|owner| !owner.is_empty()), None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A connection outside the pool, without its timeouts: for loads and long reads.
    pub async fn connect(&self) -> Result<Client> {
        connect(&self.address).await
    }

    /// In the owner's role, where there is one: for what belongs to the tables and not to their rows.
    pub async fn connect_as_owner(&self) -> Result<Client> {
        connect(self.owner()).await
    }

    /// Brings the database to this release and gives the application its rights; answers what was applied.
    pub async fn migrate(&self) -> Result<Vec<&'static str>> {
        let application = self.owner.as_ref().and_then(|_| self.address.config().get_user());
        Ok(platform::migrate::run(&mut self.connect_as_owner().await?, application).await?)
    }

    /// How the owner reaches it, where there is one.
    pub fn owner(&self) -> &Address {
        self.owner.as_ref().unwrap_or(&self.address)
    }

    /// Of a private cluster, whoever runs it: how all of it is reached, and not the database alone.
    pub fn superuser(&self, settings: &Settings) -> Option<Address> {
        let change = |config: &mut tokio_postgres::Config| {
            config.user(embedded::SUPERUSER);
        };
        settings.database_url.is_none().then(|| self.owner().clone().with(change))
    }

    /// The cluster that was brought back is whole: from now on every command opens it.
    pub fn finish(&self) -> Result<()> {
        Ok(self.private.as_ref().map_or(Ok(()), |private| private.server.finish())?)
    }

    /// The folder of `pg_dump` and its family.
    pub fn programs(&self, settings: &Settings) -> Result<PathBuf> {
        match &self.private {
            Some(private) => Ok(private.server.bin_dir().to_owned()),
            None => Ok(embedded::programs(settings.postgres_bin.as_deref())?),
        }
    }

    /// In order: everybody disconnected, everything written down.
    pub async fn stop(self) -> Result<()> {
        self.db.pool().close();
        if let Some(private) = self.private {
            // Gone before the server is, so that nobody finds an address that leads nowhere.
            let _ = fs::remove_file(&private.told);
            tokio::task::spawn_blocking(move || private.server.stop()).await??;
        }
        Ok(())
    }

    pub fn describe(&self) -> String {
        match &self.private {
            Some(private) => format!("private PostgreSQL in {}", private.server.cluster_dir().display()),
            None => "the configured PostgreSQL".to_owned(),
        }
    }
}

/// Whether whoever opens the private database would make it. An empty folder, say a mounted volume, is none yet.
pub fn is_to_be_made(settings: &Settings) -> Result<bool> {
    let folder = embedded::cluster_dir(&data_dir(settings)?);
    match fs::read_dir(&folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", folder.display())),
    }
}

/// Where the private PostgreSQL lies, and keys that were not given.
pub fn data_dir(settings: &Settings) -> Result<PathBuf> {
    Ok(match &settings.data_dir {
        Some(folder) => folder.clone(),
        // Beside the real data, never in it: everybody knows how to sign in to the demo.
        None if settings.demo => embedded::default_data_dir()?.with_file_name("customers-hub-demo"),
        None => embedded::default_data_dir()?,
    })
}

async fn connect(address: &Address) -> Result<Client> {
    address
        .connect()
        .await
        .map_err(|error| anyhow::anyhow!("the database cannot be reached: {}", causes(&error)))
}

/// Makes both roles of the private database, and gives the owner what an earlier release left to the superuser. Nothing is
/// granted between them: who is the application stays it.
fn roles() -> String {
    format!(
        "do $$
        declare item record;
        begin
            if to_regrole('{OWNER}') is null then
                create role {OWNER} login;
            end if;
            if to_regrole('{APPLICATION}') is null then
                create role {APPLICATION} login;
            end if;
            alter database {NAME} owner to {OWNER};
            for item in
                select case when relkind = 'S' then 'sequence' when relkind = 'v' then 'view' else 'table' end as kind,
                       oid::regclass::text as name
                from pg_class c
                where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'S')
                    and relowner <> '{OWNER}'::regrole and not exists (
                        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i', 'e'))
                union all
                select 'function', oid::regprocedure::text from pg_proc c
                where pronamespace = 'public'::regnamespace and proowner <> '{OWNER}'::regrole and not exists (
                    select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = c.oid and d.deptype = 'e')
                union all
                select 'type', t.oid::regtype::text from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
                where t.typnamespace = 'public'::regnamespace and t.typowner <> '{OWNER}'::regrole
            loop
                execute format('alter %s %s owner to {OWNER}', item.kind, item.name);
            end loop;
        end $$"
    )
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}
