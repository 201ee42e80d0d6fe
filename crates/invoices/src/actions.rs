//! An invoice is issued when it is first sent.

use bookings::Booking;
use customers::Customer;
use deadpool_postgres::Client;
use kernel::{CustomerId, InvoiceId, MailId, Pence};
use mail::{Attachment, NewMail};
use platform::{
    App, Event, Problem, Result, Tx,
    idempotency::{self, Once},
    settings::Settings,
};
use serde_json::json;
use staff::{By, permissions::InvoiceSend};

use crate::{
    Invoice, ResendInput, SentInvoice, content, input,
    model::{Facts, Move, Party, Seller},
    rules,
    store::{self, New},
};

/// Mails the invoice of a booking, which is issued if it was not before.
///
/// Issued in a transaction of its own: whoever else issues waits for the number, and must not wait until a PDF is drawn.
pub async fn resend_invoice(
    app: &App,
    db: &mut Client,
    by: &By<InvoiceSend>,
    customer: CustomerId,
    once: Option<Once>,
    given: ResendInput,
) -> Result<SentInvoice> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    if let Some(sent) = sent_before(&tx, by, once.as_ref()).await? {
        return Ok(sent);
    }
    let person = customers::read(&*tx, customer, now).await?.ok_or_else(|| Problem::not_found("customer"))?;
    check_living(&person)?;
    let to = input::recipient(given.to.as_deref(), person.email.as_deref())?;
    store::lock_booking(&*tx, given.booking_id).await?;
    let booking = bookings::read(&*tx, given.booking_id)
        .await?
        .ok_or_else(|| Problem::invalid("bookingId", "is not a booking of this customer"))?;
    rules::check_invoiceable(&booking, customer)?;
    let issued_before = store::of_booking(&*tx, booking.id).await?;
    let invoice = match issued_before {
        Some(invoice) => {
            drop(tx);
            invoice
        }
        None => issue(app, tx, by, &person, &booking).await?,
    };
    let letter = NewMail {
        customer: Some(customer),
        invoice: Some(invoice.id),
        to,
        to_name: Some(invoice.customer.name.clone()),
        subject: content::subject(&invoice),
        body: content::letter(&invoice),
        attachments: vec![Attachment {
            file_name: content::file_name(&invoice),
            content_type: "application/pdf".to_owned(),
            content: render(invoice.clone()).await?,
        }],
    };
    send(app, db, by, once, invoice, letter).await
}

/// Hands the letter to the post, unless the same request has done so meanwhile.
async fn send(
    app: &App,
    db: &mut Client,
    by: &By<InvoiceSend>,
    once: Option<Once>,
    invoice: Invoice,
    letter: NewMail,
) -> Result<SentInvoice> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    if let Some(sent) = sent_before(&tx, by, once.as_ref()).await? {
        return Ok(sent);
    }
    let person = customers::read(&*tx, invoice.customer_id, now)
        .await?
        .ok_or_else(|| Problem::not_found("customer"))?;
    check_living(&person)?;
    let to = letter.to.as_str().to_owned();
    let mail_id = mail::enqueue(app, &*tx, Some(by.staff_id), letter).await?;
    if let Some(once) = &once {
        idempotency::keep(&tx, by.staff_id, once, mail_id.0, now).await?;
    }
    let event = Event::change("invoice.sent")
        .of_customer(invoice.customer_id)
        .on("invoice", invoice.id.0)
        .details(
            json!({ "number": invoice.number, "reference": invoice.booking_reference, "mailId": mail_id }),
        )
        .values(None::<&()>, Some(&json!({ "to": to })));
    tx.commit(&by.actor, event).await?;
    Ok(SentInvoice { invoice, mail_id })
}

fn check_living(customer: &Customer) -> Result<()> {
    if customer.merged_into.is_some() {
        return Err(Problem::merged());
    }
    if customer.erased_at.is_some() {
        return Err(Problem::conflict(
            "erased",
            "This customer was erased. Nothing about them can be written any more.",
        ));
    }
    if customer.archived_at.is_some() {
        return Err(Problem::conflict("customer_archived", "This customer is archived. Restore them first."));
    }
    Ok(())
}

/// What the same request has sent already.
async fn sent_before(tx: &Tx<'_>, by: &By<InvoiceSend>, once: Option<&Once>) -> Result<Option<SentInvoice>> {
    let Some(once) = once else { return Ok(None) };
    match idempotency::find(tx, by.staff_id, once).await? {
        Some(made) => repeated(tx, MailId(made)).await.map(Some),
        None => Ok(None),
    }
}

async fn repeated(tx: &Tx<'_>, mail_id: MailId) -> Result<SentInvoice> {
    let gone = || Problem::not_found("invoice");
    let id = store::invoice_of_mail(&**tx, mail_id).await?.ok_or_else(gone)?;
    let invoice = store::read(&**tx, id).await?.ok_or_else(gone)?;
    Ok(SentInvoice { invoice, mail_id })
}

/// The number last: whoever else issues waits from here to the commit.
async fn issue(
    app: &App,
    tx: Tx<'_>,
    by: &By<InvoiceSend>,
    customer: &Customer,
    booking: &Booking,
) -> Result<Invoice> {
    let now = app.clock.now();
    let facts = facts(&app.settings, customer, booking);
    let id = InvoiceId::new(now);
    let number = store::next_number(&*tx).await?;
    let new =
        New { id, number, booking: booking.id, customer: customer.id, by: by.staff_id, now, facts: &facts };
    store::insert(&*tx, &new).await?;
    let invoice = store::read(&*tx, id).await?.ok_or_else(|| Problem::not_found("invoice"))?;
    let event = Event::change("invoice.issued")
        .of_customer(customer.id)
        .on("invoice", id.0)
        .details(json!({ "number": number, "reference": booking.reference }));
    tx.commit(&by.actor, event).await?;
    Ok(invoice)
}

/// A company without a VAT number is not registered and charges none (VAT Act 1994, schedule 11 paragraph 5).
fn facts(settings: &Settings, customer: &Customer, booking: &Booking) -> Facts {
    let company = &settings.invoice;
    let vat_percent = if company.vat_number.is_some() { company.vat_percent } else { 0 };
    let vat = rules::vat_in(booking.total, vat_percent);
    Facts {
        seller: Seller {
            name: company.seller_name.clone(),
            address_lines: company.seller_address.clone(),
            company_number: company.company_number.clone(),
            vat_number: company.vat_number.clone(),
            payment_terms: company.payment_terms.clone(),
        },
        customer: Party {
            name: customer.name.clone(),
            email: customer.email.clone(),
            phone: customer.phone.clone(),
        },
        moved: Move {
            reference: booking.reference.clone(),
            scheduled_at: booking.scheduled_at,
            from: rules::address_lines(&booking.pickup),
            to: rules::address_lines(&booking.dropoff),
        },
        lines: rules::lines(booking),
        vat_percent,
        net: Pence(booking.total.0 - vat.0),
        vat,
        total: booking.total,
    }
}

/// The PDF, made where it holds up no other request.
pub(crate) async fn render(invoice: Invoice) -> Result<Vec<u8>> {
    tokio::task::spawn_blocking(move || pdf::render(&content::sheet(&invoice)))
        .await
        .map_err(|error| Problem::internal(&error))?
        .map_err(|error| Problem::internal(&error))
}
