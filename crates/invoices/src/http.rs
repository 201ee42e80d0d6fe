//! The doors of invoices. Each read leaves an access event before it is answered.

use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::{CustomerId, InvoiceId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use platform::{App, Event, Problem, Result, http::Path, problem::ProblemBody};
use staff::{
    Authorized,
    permissions::{FinanceRead, InvoiceRead},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Invoice, actions, content, store};

/// RFC 8187 3.2.1, `attr-char`.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_customer_invoices)).routes(routes!(read_invoice_pdf))
}

/// List a customer's invoices
///
/// Latest first, five hundred at most, each with what was paid since.
#[utoipa::path(get, path = "/api/admin/customers/{id}/invoices", tag = "invoices", operation_id = "listCustomerInvoices",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("invoice.read"))),
    responses((status = 200, body = Vec<Invoice>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn list_customer_invoices(
    desk: Authorized<InvoiceRead>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Vec<Invoice>>> {
    if !customers::exists(&desk.db, id).await? {
        return Err(Problem::not_found("customer"));
    }
    let invoices = store::of_customer(&desk.db, id).await?;
    let count = i64::try_from(invoices.len()).unwrap_or(i64::MAX);
    let event = Event::access("invoices.listed").of_customer(id).items(count);
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(invoices))
}

/// Read an invoice as PDF
///
/// Of a customer who was erased, only who may see the finance page.
#[utoipa::path(get, path = "/api/admin/invoices/{id}/pdf", tag = "invoices", operation_id = "readInvoicePdf",
    params(("id" = InvoiceId, Path)), extensions(("x-permission" = json!("invoice.read"))),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn read_invoice_pdf(desk: Authorized<InvoiceRead>, Path(id): Path<InvoiceId>) -> Result<Response> {
    let invoice = store::read(&desk.db, id).await?.ok_or_else(|| Problem::not_found("invoice"))?;
    // Kept for the books only: it still names who was erased.
    if customers::is_erased(&desk.db, invoice.customer_id).await? {
        desk.by.require::<FinanceRead>()?;
    }
    let event = Event::access("invoice.read").of_customer(invoice.customer_id).on("invoice", id.0);
    let name = format!(
        "attachment; filename=\"invoice-{}.pdf\"; filename*=UTF-8''{}",
        invoice.number,
        utf8_percent_encode(&content::file_name(&invoice), PLAIN)
    );
    // The connection goes back before the processor is kept busy.
    drop(desk.db);
    let pdf = actions::render(invoice).await?;
    desk.app.access.record(&desk.by.actor, event).await?;
    let mut response = pdf.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
