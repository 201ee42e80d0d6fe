use std::{net::Ipv4Addr, process::ExitCode, time::Duration};

use anyhow::Result;
use platform::{
    call::{self, Bytes, Full, Request},
    settings::Settings,
};

const LIMIT: Duration = Duration::from_secs(5);

/// For whoever watches over a container or a unit and has no program that speaks HTTP.
pub(super) async fn health(settings: &Settings, ready: bool) -> Result<ExitCode> {
    let mut address = settings.listen;
    // Every address of this machine is no address to ask.
    if address.ip().is_unspecified() {
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    let path = if ready { "/readyz" } else { "/healthz" };
    let request = Request::get(path).body(Full::new(Bytes::new()))?;
    match call::send(&format!("http://{address}"), request, LIMIT).await {
        Ok(answer) if answer.status == 200 => {
            println!("{path} of {address} answers.");
            Ok(ExitCode::SUCCESS)
        }
        Ok(answer) => {
            println!(
                "{path} of {address} answers {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body).trim()
            );
            Ok(ExitCode::FAILURE)
        }
        Err(call::CallError::NotSent(cause) | call::CallError::Lost(cause)) => {
            println!("{address} does not answer: {cause}");
            Ok(ExitCode::FAILURE)
        }
    }
}
