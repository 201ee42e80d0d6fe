use backups::{BackupError, Place};
use platform::settings::Settings;

use super::Report;

pub(super) async fn mail(settings: &Settings, report: &mut Report) {
    if let Err(sentence) = mail::check_settings(settings) {
        return report.wrong(sentence);
    }
    if settings.smtp_url.is_none() {
        return report.warning("mail: smtp_url is empty, so that mail stays in the outbox");
    }
    match mail::try_server(settings).await {
        Ok(()) => report.ok("mail: the server takes us; nothing was sent"),
        Err(error) => {
            report.wrong(format_args!("mail: the server does not take us: {error}. Look at smtp_url"))
        }
    }
}

pub(super) async fn payments(settings: &Settings, report: &mut Report) {
    let Some(stripe) = ledger::Stripe::of(settings) else {
        return report.ok("payments: Stripe is not connected, refunds are bank transfers by hand");
    };
    match stripe.try_key().await {
        Ok(()) => report.ok("payments: Stripe takes the key; nothing was changed"),
        Err(error) => report.wrong(format_args!(
            "payments: Stripe does not take the key: {error}. Look at stripe_api_key and stripe_api_url"
        )),
    }
    if settings.stripe.as_ref().is_some_and(|stripe| stripe.webhook_secret.is_none()) {
        report.warning("payments: stripe_webhook_secret is empty, so that news of Stripe is asked for instead of being told");
    }
}

pub(super) async fn collector(settings: &Settings, report: &mut Report) {
    let Some(to) = &settings.otlp else { return };
    match platform::spans::try_out(to).await {
        Ok(()) => report.ok("spans: the collector takes them; none was sent"),
        Err(why) => report.wrong(format_args!(
            "spans: the collector does not take them: {why}. Look at otlp_endpoint and otlp_headers"
        )),
    }
}

pub(super) async fn bucket(settings: &Settings, report: &mut Report) {
    let Some(bucket) = &settings.backup.bucket else { return };
    let place = Place::in_bucket(bucket);
    let tried = tokio::task::spawn_blocking(|| place.and_then(|place| place.try_out())).await;
    match tried.unwrap_or_else(|error| Err(BackupError::Problem(error.to_string()))) {
        Ok(()) => report.ok(format_args!(
            "backup_bucket: {} takes what is written, gives it back and removes it",
            bucket.url()
        )),
        Err(error) => report.wrong(format_args!("backup_bucket: {error}")),
    }
}
