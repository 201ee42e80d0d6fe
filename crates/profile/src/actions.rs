//! The one door of acts: tells which act it is, and lets through who may do it.

use deadpool_postgres::Client;
use kernel::CustomerId;
use ledger::Issued;
use platform::{
    App, Result,
    idempotency::{IdempotencyKey, Once, key_required},
};
use staff::{By, permissions::CustomerAct};

use crate::model::{ActionResult, CustomerAction};

/// Each act asks for its own permission (`by.require`) before anything else happens.
pub(crate) async fn act_for_customer(
    app: &App,
    db: &mut Client,
    by: &By<CustomerAct>,
    customer: CustomerId,
    key: Option<IdempotencyKey>,
    action: CustomerAction,
) -> Result<ActionResult> {
    let name = action.name();
    let once = key.map(|key| Once::new(key, name, &(customer, &action)));
    let nothing = ActionResult { action: name, ..ActionResult::default() };
    Ok(match action {
        CustomerAction::AddFlag(input) => {
            let flag = customers::add_flag(app, db, &by.require()?, customer, once, input).await?;
            ActionResult { flag: Some(flag), ..nothing }
        }
        CustomerAction::RemoveFlag(input) => {
            let flag = customers::remove_flag(app, db, &by.require()?, customer, once, input).await?;
            ActionResult { flag: Some(flag), ..nothing }
        }
        CustomerAction::IssueRefund(input) => {
            let by = by.require()?;
            let once = once.ok_or_else(key_required)?;
            let Issued { made, approval } = ledger::issue_refund(app, db, &by, customer, once, input).await?;
            ActionResult { refund: made, approval_id: approval, ..nothing }
        }
        CustomerAction::IssueCredit(input) => {
            let by = by.require()?;
            let once = once.ok_or_else(key_required)?;
            let Issued { made, approval } = ledger::issue_credit(app, db, &by, customer, once, input).await?;
            ActionResult { credit: made, approval_id: approval, ..nothing }
        }
        CustomerAction::SpendCredit(input) => {
            let by = by.require()?;
            let once = once.ok_or_else(key_required)?;
            let balance = ledger::spend_credit(app, db, &by, customer, once, input).await?;
            ActionResult { balance: Some(balance), ..nothing }
        }
        CustomerAction::ResendInvoice(input) => {
            let sent = invoices::resend_invoice(app, db, &by.require()?, customer, once, input).await?;
            ActionResult { sent: Some(sent), ..nothing }
        }
        CustomerAction::ExportData => {
            let by = by.require()?;
            let once = once.ok_or_else(key_required)?;
            let asked = privacy::export_data(app, db, &by, customer, once).await?;
            ActionResult { asked: Some(asked), ..nothing }
        }
    })
}
