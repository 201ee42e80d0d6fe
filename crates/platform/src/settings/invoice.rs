use super::{SettingsError, Values, text, within, wrong};

/// Who invoices are from, and the VAT they show.
#[derive(Debug, Clone)]
pub struct InvoiceSettings {
    pub seller_name: String,
    pub seller_address: Vec<String>,
    pub company_number: Option<String>,
    /// None: not registered.
    pub vat_number: Option<String>,
    pub vat_percent: i32,
    pub payment_terms: Option<String>,
}

pub(super) fn read(values: &Values) -> Result<InvoiceSettings, SettingsError> {
    let optional = |name| Some(text(values, name).to_owned()).filter(|text| !text.is_empty());
    let lines = text(values, "seller_address").split(';').map(|line| line.trim().to_owned());
    Ok(InvoiceSettings {
        seller_name: optional("seller_name")
            .ok_or_else(|| wrong(values, "seller_name", "must not be empty"))?,
        seller_address: lines.filter(|line| !line.is_empty()).collect(),
        company_number: optional("company_number"),
        vat_number: optional("vat_number"),
        vat_percent: i32::try_from(within(values, "vat_percent", 0, 100)?).unwrap_or(0),
        payment_terms: optional("payment_terms"),
    })
}
