use anyhow::{Result, bail};
use clap::Subcommand;
use kernel::Clock;
use platform::{Actor, App, settings::Settings};
use staff::{NewStaffMember, Role};

use super::{open_migrated, serve::described};
use crate::keys;

#[derive(Subcommand)]
pub(super) enum Staff {
    /// Invite somebody; prints the one-time link with which they choose a password.
    Add {
        email: String,
        #[arg(long)]
        name: String,
        /// superadmin, ops, support, finance, reviewer or read_only
        #[arg(long, value_parser = parse_role)]
        role: Role,
    },
    /// List everybody.
    List,
    /// Sign somebody out everywhere and keep them out.
    Disable { email: String },
    /// Print a one-time link with which somebody chooses a new password.
    ResetPassword { email: String },
    /// Take away the second factor that somebody has lost, and sign them out everywhere.
    ResetFactor { email: String },
}

fn parse_role(name: &str) -> Result<Role, String> {
    let names = || Role::ALL.map(Role::name).join(", ");
    Role::from_name(name).ok_or_else(|| format!("must be one of {}", names()))
}

pub(super) async fn run(settings: Settings, command: Staff) -> Result<()> {
    let database = open_migrated(&settings).await?;
    let settings = keys::with_vault(settings, &database.connect().await?, Clock::System.now()).await?;
    let app = App::new(database.db.clone(), Clock::System, settings);
    let outcome = act(&app, command).await;
    database.stop().await?;
    outcome
}

async fn act(app: &App, command: Staff) -> Result<()> {
    let mut db = app.db.client().await.map_err(described)?;
    match command {
        Staff::Add { email, name, role } => {
            let new = NewStaffMember { name, email, role };
            let (_, link) =
                staff::add_staff_member(app, &mut db, &Actor::system(), &new).await.map_err(described)?;
            println!("{}\n(valid until {})", link.url, link.expires_at);
        }
        Staff::List => {
            for member in staff::list_staff(&db).await.map_err(described)? {
                let state = match (member.disabled_at, member.invited) {
                    (Some(_), _) => "disabled",
                    (None, true) => "invited",
                    (None, false) => "enabled",
                };
                println!("{:<40} {:<12} {state:<9} {}", member.email, member.role.name(), member.name);
            }
        }
        Staff::Disable { email } => {
            let member = staff::set_disabled(app, &mut db, &email, true).await.map_err(described)?;
            println!("{} is disabled and signed out everywhere.", member.name);
        }
        Staff::ResetFactor { email } => {
            let member = staff::reset_factors(app, &mut db, &email).await.map_err(described)?;
            println!("{} has no second factor any more and is signed out everywhere.", member.name);
        }
        Staff::ResetPassword { email } => {
            let members = staff::list_staff(&db).await.map_err(described)?;
            let Some(member) = members.iter().find(|member| member.email.eq_ignore_ascii_case(&email)) else {
                bail!("there is no staff member {email}; `hub staff list` lists them");
            };
            let link =
                staff::reset_link(app, &mut db, &Actor::system(), member.id).await.map_err(described)?;
            println!("{}\n(valid until {})", link.url, link.expires_at);
        }
    }
    Ok(())
}
