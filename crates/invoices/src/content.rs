//! What an invoice says: every text of the PDF and of the mail it comes with. No layout here.

use jiff::{Timestamp, tz::TimeZone};

use pdf::Sheet;

use crate::Invoice;

pub(crate) fn subject(invoice: &Invoice) -> String {
    format!("Invoice {} for your move {}", invoice.number, invoice.moved.reference)
}

/// In the script of the reference; headers of a download encode it.
pub(crate) fn file_name(invoice: &Invoice) -> String {
    format!("Invoice {} {}.pdf", invoice.number, invoice.moved.reference)
}

pub(crate) fn letter(invoice: &Invoice) -> String {
    let open = if invoice.money.balance.0 > 0 {
        format!("{} is still to be paid.", invoice.money.balance)
    } else {
        "Nothing is left to pay.".to_owned()
    };
    format!(
        "Dear {},\n\nyour invoice {} for the move {} on {} is attached. Its total is {}. {open}\n\nKind regards\n{}\n",
        invoice.customer.name,
        invoice.number,
        invoice.moved.reference,
        day(invoice.moved.scheduled_at),
        invoice.total,
        invoice.seller.name,
    )
}

pub(crate) fn sheet(invoice: &Invoice) -> Sheet {
    let (seller, money) = (&invoice.seller, invoice.money);
    let mut company = seller.address_lines.clone();
    company.extend(seller.company_number.iter().map(|number| format!("Company number {number}")));
    company.extend(seller.vat_number.iter().map(|number| format!("VAT number {number}")));
    let mut customer = vec![invoice.customer.name.clone()];
    customer.extend(invoice.customer.email.clone());
    customer.extend(invoice.customer.phone.clone());

    let mut totals = vec![("Total".to_owned(), invoice.total.to_string())];
    if invoice.vat_percent > 0 {
        totals.push((format!("of which VAT at {} %", invoice.vat_percent), invoice.vat.to_string()));
        totals.push(("of which net".to_owned(), invoice.net.to_string()));
    }
    totals.push(("Paid".to_owned(), money.paid.to_string()));
    if money.refunded.0 > 0 {
        totals.push(("Refunded to you".to_owned(), money.refunded.to_string()));
    }
    if money.credit.0 > 0 {
        totals.push(("Store credit applied".to_owned(), money.credit.to_string()));
    }
    Sheet {
        title: format!("Invoice {}", invoice.number),
        id: invoice.id.to_string(),
        seller: seller.name.clone(),
        company,
        facts: vec![
            ("Date".to_owned(), day(invoice.issued_at)),
            ("Booking".to_owned(), invoice.moved.reference.clone()),
            ("Move".to_owned(), day(invoice.moved.scheduled_at)),
        ],
        blocks: vec![
            ("Customer".to_owned(), customer),
            ("From".to_owned(), invoice.moved.from.clone()),
            ("To".to_owned(), invoice.moved.to.clone()),
        ],
        rows: invoice.lines.iter().map(|line| (line.text.clone(), line.amount.to_string())).collect(),
        totals,
        balance: Some(("Balance to pay".to_owned(), money.balance.to_string())),
        notes: seller.payment_terms.iter().filter(|_| money.balance.0 > 0).cloned().collect(),
    }
}

/// `22 November 2026`, in London.
fn day(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%-d %B %Y").to_string()
}
