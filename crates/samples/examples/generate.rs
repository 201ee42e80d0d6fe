//! Measures the generator: `cargo run --release -p samples --example generate -- <connection string> <customers>
//! [connections] [seed]`.

use std::time::Instant;

use tokio_postgres::{Client, NoTls};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(database), Some(customers)) = (arguments.next(), arguments.next()) else {
        return Err("usage: generate <connection string> <customers> [connections] [seed]".into());
    };
    let connections: usize = arguments.next().unwrap_or_else(|| "2".to_owned()).parse()?;
    let seed = arguments.next().unwrap_or_else(|| "1".to_owned()).parse()?;
    let mut client = connect(&database).await?;
    let mut helpers = Vec::new();
    for _ in 1..connections {
        helpers.push(connect(&database).await?);
    }

    let now = client.query_one("select now()", &[]).await?.try_get(0)?;
    let begun = Instant::now();
    let progress =
        |there: u64| eprintln!("{there:>9} customers after {:.1} s", begun.elapsed().as_secs_f64());
    let options = samples::Options { customers: customers.parse()?, seed, now, progress };
    let made = samples::generate(&mut client, &mut helpers, options).await?;
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{} customers, {} rows in {seconds:.1} s: {:.0} customers/s, {:.0} rows/s",
        made.customers,
        made.rows,
        made.customers as f64 / seconds,
        made.rows as f64 / seconds
    );
    Ok(())
}

async fn connect(database: &str) -> Result<Client, Box<dyn std::error::Error>> {
    let (client, connection) = tokio_postgres::connect(database, NoTls).await?;
    // A broken connection also ends the statement that waits for it.
    tokio::spawn(connection);
    Ok(client)
}
