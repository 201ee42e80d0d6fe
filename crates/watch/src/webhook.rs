//! Telling another program, so that it can tell that we told it (Standard Webhooks: <https://www.standardwebhooks.com>).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use platform::{
    call::{self, Full, Request},
    settings::WebhookSettings,
};
use ring::hmac;

const TIMEOUT: Duration = Duration::from_secs(15);

/// `id` stays the same however often it is tried, so that who hears it twice can tell.
pub(crate) async fn send(
    webhook: &WebhookSettings,
    id: &str,
    now: Timestamp,
    body: String,
) -> Result<(), String> {
    let at = now.as_second().to_string();
    let request = Request::builder()
        .method("POST")
        .uri(&webhook.path)
        .header("content-type", "application/json")
        .header("user-agent", "Customers-Hub")
        .header("webhook-id", id)
        .header("webhook-timestamp", &at)
        .header("webhook-signature", sign(&webhook.secret.0, id, &at, &body)?)
        .body(Full::new(body.into()))
        .map_err(|error| error.to_string())?;
    match call::send(&webhook.origin, request, TIMEOUT).await {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
        Ok(answer) => Err(format!("it answered {}", answer.status)),
        Err(call::CallError::NotSent(why) | call::CallError::Lost(why)) => Err(why),
    }
}

/// `secret`: in base64.
fn sign(secret: &str, id: &str, at: &str, body: &str) -> Result<String, String> {
    let secret = STANDARD.decode(secret).map_err(|_| "its secret is not base64".to_owned())?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    let signature = hmac::sign(&key, format!("{id}.{at}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(signature)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard's own libraries.
    #[test]
    fn it_signs_as_the_standard_does() {
        let signature = sign(
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            "{\"test\": 2432232314}",
        );
        assert_eq!(signature.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(sign("!", "id", "1", "").is_err());
    }
}
