//! A mail as the wire knows it, and its way to the server.

use std::error::Error as _;

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, SinglePart, header::ContentType},
};
use platform::{Problem, settings::Settings};
use trace::{Span, SpanKind};

use crate::{model::Outgoing, rules::Delivery};

const SILENT: &str = "The mail server did not answer in time.";

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Whether mail can be sent with these settings; the message names the one that is wrong.
pub fn check_settings(settings: &Settings) -> Result<(), String> {
    sender(settings)?;
    transport(settings).map(|_| ())
}

/// None without a mail server.
fn transport(settings: &Settings) -> Result<Option<Transport>, String> {
    let Some(url) = &settings.smtp_url else { return Ok(None) };
    // The cause is left out: it may repeat the password.
    let builder = Transport::from_url(url)
        .map_err(|_| "smtp_url: must be smtps://host or smtp://host:port?tls=required".to_owned())?;
    Ok(Some(builder.timeout(Some(settings.smtp_timeout)).build()))
}

/// Greets the mail server as if to send: TLS and password included. Nothing is sent.
pub async fn try_server(settings: &Settings) -> Result<(), String> {
    let Some(transport) = transport(settings)? else { return Ok(()) };
    match tokio::time::timeout(settings.smtp_timeout, transport.test_connection()).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err("it took the connection, and gave it up".to_owned()),
        Ok(Err(error)) => Err(words(&error)),
        Err(_) => Err(SILENT.to_owned()),
    }
}

fn sender(settings: &Settings) -> Result<Mailbox, String> {
    settings.mail_from.parse().map_err(|error| {
        format!("mail_from = {:?}: must be like Name <name@example.com> ({error})", settings.mail_from)
    })
}

/// The domain that Message-IDs are made in.
pub(crate) fn sender_domain(settings: &Settings) -> String {
    sender(settings).map_or_else(|_| "localhost".to_owned(), |sender| sender.email.domain().to_owned())
}

/// The address in the form that every server takes: domains of any script in ASCII (RFC 5891).
pub(crate) fn address(text: &str) -> Option<Address> {
    let (user, domain) = text.rsplit_once('@')?;
    Address::new(user, idna::domain_to_ascii(domain).ok()?).ok()
}

pub(crate) fn build(settings: &Settings, mail: &Outgoing) -> Result<Message, Problem> {
    let wrong = |error: &dyn std::fmt::Display| Problem::invalid("to", format!("cannot be mailed: {error}"));
    // Whoever writes headers downstream may not expect a line break.
    let texts = [Some(&mail.subject), mail.to_name.as_ref(), Some(&mail.message_id)];
    let names = mail.attachments.iter().map(|file| &file.file_name);
    if texts.into_iter().flatten().chain(names).any(|text| text.chars().any(char::is_control)) {
        return Err(wrong(&"a line break stands in a header"));
    }
    let to =
        address(&mail.to_address).ok_or_else(|| Problem::invalid("to", "is not an address of a mailbox"))?;
    let seconds = u64::try_from(mail.created_at.as_second()).unwrap_or(0);
    let builder = Message::builder()
        .from(sender(settings).map_err(|error| Problem::internal(&error))?)
        .to(Mailbox::new(mail.to_name.clone(), to))
        .subject(mail.subject.clone())
        .message_id(Some(mail.message_id.clone()))
        .date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds));
    let mut parts = MultiPart::mixed().singlepart(SinglePart::plain(mail.body.clone()));
    for file in &mail.attachments {
        let kind = ContentType::parse(&file.content_type).map_err(|error| wrong(&error))?;
        let part = lettre::message::Attachment::new(file.file_name.clone()).body(file.content.clone(), kind);
        parts = parts.singlepart(part);
    }
    builder.multipart(parts).map_err(|error| wrong(&error))
}

/// One connection for one mail: mails are few, and a kept connection breaks at the wrong moment.
pub(crate) async fn deliver(settings: &Settings, mail: &Outgoing) -> Delivery {
    let transport = match transport(settings) {
        Ok(Some(transport)) => transport,
        Ok(None) => return Delivery::Delayed("No mail server is configured.".to_owned()),
        Err(error) => return Delivery::Delayed(error),
    };
    let message = match build(settings, mail) {
        Ok(message) => message,
        Err(problem) => return Delivery::Refused(problem.detail),
    };
    let mut span = Span::here(SpanKind::Client, || "SMTP");
    // The transport's own limit covers no more than connecting.
    let Ok(answer) = tokio::time::timeout(settings.smtp_timeout, transport.send(message)).await else {
        span.failed();
        return Delivery::Delayed(SILENT.to_owned());
    };
    if answer.is_err() {
        span.failed();
    }
    match answer {
        Ok(_) => Delivery::Accepted,
        // `is_client`: the server lacks what this mail needs, such as addresses in any script.
        Err(error) if error.is_permanent() || error.is_client() => Delivery::Refused(words(&error)),
        Err(error) if error.is_timeout() => Delivery::Delayed(SILENT.to_owned()),
        Err(error) => Delivery::Delayed(words(&error)),
    }
}

/// `550 No such user`, or what went wrong on the way.
fn words(error: &lettre::transport::smtp::Error) -> String {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    match error.status() {
        Some(code) => format!("{code} {cause}").trim_end().to_owned(),
        None if cause.is_empty() => error.to_string(),
        None => cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Attachment, MailState};

    fn outgoing(to: &str, name: &str, subject: &str) -> Outgoing {
        Outgoing {
            secret: None,
            customer: None,
            to_address: to.to_owned(),
            to_name: Some(name.to_owned()),
            subject: subject.to_owned(),
            body: "Здравствуйте\nGood day\n".to_owned(),
            message_id: "<1@example.com>".to_owned(),
            state: MailState::Queued,
            created_at: "2026-11-22T10:00:00Z".parse().unwrap(),
            attachments: vec![Attachment {
                file_name: "Rechnung № 7.pdf".to_owned(),
                content_type: "application/pdf".to_owned(),
                content: b"%PDF-".to_vec(),
            }],
        }
    }

    fn text(mail: &Outgoing) -> String {
        String::from_utf8(build(&Settings::defaults(), mail).unwrap().formatted()).unwrap()
    }

    #[test]
    fn headers_are_ascii_whatever_the_script_of_a_name() {
        for name in ["Ελένη Παπαδοπούλου", "محمد", "李小龍", "O'Brien, \"Pat\""] {
            let text = text(&outgoing("a@example.com", name, &format!("Invoice for {name}")));
            assert!(text.is_ascii(), "{text}");
            assert!(text.contains("Message-ID: <1@example.com>\r\n"), "{text}");
            assert!(text.contains("Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n"), "{text}");
        }
    }

    #[test]
    fn a_domain_of_any_script_is_written_in_ascii() {
        assert_eq!(address("info@bücher.example").unwrap().to_string(), "info@xn--bcher-kva.example");
        assert!(address("no at sign").is_none());
        assert!(address("two words@example.com").is_none());
    }

    #[test]
    fn line_breaks_do_not_make_headers() {
        for (name, subject) in [("Eve\r\nBcc: all@example.com", "Hi"), ("Eve", "Hi\nX-Evil: 1")] {
            assert!(build(&Settings::defaults(), &outgoing("a@example.com", name, subject)).is_err());
        }
        let mut file = outgoing("a@example.com", "Eve", "Hi");
        file.attachments[0].file_name.push_str("\r\nX-Evil: 1");
        assert!(build(&Settings::defaults(), &file).is_err());
    }

    #[test]
    fn wrong_settings_name_themselves_and_no_password() {
        let mut settings = Settings::defaults();
        assert_eq!(check_settings(&settings), Ok(()));
        settings.smtp_url = Some("https://user:secret@host".to_owned());
        let error = check_settings(&settings).unwrap_err();
        assert!(error.contains("smtp_url") && !error.contains("secret"), "{error}");
        settings.smtp_url = Some("smtps://user:secret@mail.example.com".to_owned());
        assert_eq!(check_settings(&settings), Ok(()));
        settings.mail_from = "nobody".to_owned();
        assert!(check_settings(&settings).unwrap_err().contains("mail_from"));
    }
}
