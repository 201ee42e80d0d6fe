//! The leaf of an event, and of a transfer in the books: a hash over every column that means something.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{Hash, encoding::Fields};

/// An event: its header, and the values that stand apart.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    pub id: Uuid,
    pub at: Timestamp,
    pub action: &'a str,
    pub kind: &'a str,
    pub actor_kind: &'a str,
    pub staff_id: Option<Uuid>,
    pub role: Option<&'a str>,
    pub session_id: Option<Uuid>,
    pub request_id: Option<&'a str>,
    /// With the length of its mask; see [`address`].
    pub ip: Option<(IpAddr, u8)>,
    pub user_agent: Option<&'a str>,
    pub customer_id: Option<Uuid>,
    pub subject_type: Option<&'a str>,
    pub subject_id: Option<Uuid>,
    pub item_count: Option<i64>,
    pub details: &'a Value,
    pub values: Option<Values<'a>>,
}

/// The values of an event, as they are stored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Values<'a> {
    pub customer_id: Option<Uuid>,
    pub before: Option<&'a Value>,
    pub after: Option<&'a Value>,
    pub filter: Option<&'a Value>,
    /// What was encrypted, so that it can be proved without being read.
    pub sealed: Option<&'a [u8]>,
}

/// An entry in the books.
#[derive(Debug, Clone, Copy)]
pub struct Transfer<'a> {
    pub number: i64,
    pub at: Timestamp,
    pub kind: &'a str,
    pub debit: &'a str,
    pub credit: &'a str,
    pub amount: i64,
    pub currency: &'a str,
    pub customer_id: Uuid,
    pub payment_id: Option<Uuid>,
    pub refund_id: Option<Uuid>,
    pub credit_id: Option<Uuid>,
    pub credit_use_id: Option<Uuid>,
    pub event_id: Uuid,
}

/// One machine's address.
pub fn address(ip: IpAddr) -> (IpAddr, u8) {
    (ip, if ip.is_ipv4() { 32 } else { 128 })
}

impl Values<'_> {
    fn hash(&self) -> Hash {
        Fields::new("hub values 1")
            .uuid(self.customer_id)
            .json(self.before)
            .json(self.after)
            .json(self.filter)
            .bytes(self.sealed)
            .finish()
    }
}

impl Event<'_> {
    pub fn leaf(&self) -> Hash {
        let ip = self.ip.map(|(ip, mask)| {
            let mut bytes = match ip {
                IpAddr::V4(ip) => ip.octets().to_vec(),
                IpAddr::V6(ip) => ip.octets().to_vec(),
            };
            bytes.push(mask);
            bytes
        });
        let values = self.values.map(|values| values.hash());
        Fields::new("hub event 1")
            .uuid(Some(self.id))
            .instant(self.at)
            .text(Some(self.action))
            .text(Some(self.kind))
            .text(Some(self.actor_kind))
            .uuid(self.staff_id)
            .text(self.role)
            .uuid(self.session_id)
            .text(self.request_id)
            .bytes(ip.as_deref())
            .text(self.user_agent)
            .uuid(self.customer_id)
            .text(self.subject_type)
            .uuid(self.subject_id)
            .integer(self.item_count)
            .json(Some(self.details))
            .bytes(values.as_ref().map(Hash::as_slice))
            .finish()
    }
}

impl Transfer<'_> {
    pub fn leaf(&self) -> Hash {
        Fields::new("hub transfer 1")
            .integer(Some(self.number))
            .instant(self.at)
            .text(Some(self.kind))
            .text(Some(self.debit))
            .text(Some(self.credit))
            .integer(Some(self.amount))
            .text(Some(self.currency))
            .uuid(Some(self.customer_id))
            .uuid(self.payment_id)
            .uuid(self.refund_id)
            .uuid(self.credit_id)
            .uuid(self.credit_use_id)
            .uuid(Some(self.event_id))
            .finish()
    }
}
