//! Decisions about reading the trail: which filters make sense, and where a page begins.

use std::net::IpAddr;

use jiff::Timestamp;
use kernel::{CustomerId, EventId, StaffId};
use platform::{Cursor, Problem, Result};

use crate::{AuditAction, AuditKind};

pub(crate) const LIMIT_DEFAULT: usize = 50;
pub(crate) const LIMIT_MAX: usize = 200;
const ACTION_MAX: usize = 100;

/// Time and id of the last event of a page; the next page begins below it.
pub(crate) type Position = (Timestamp, EventId);

/// One action, or all that begin alike (`customer.`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ActionFilter {
    Exact(String),
    Prefix(String),
}

impl ActionFilter {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let word = |part: &str| part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        match text.split_once('.') {
            Some((noun, verb))
                if text.len() <= ACTION_MAX && !noun.is_empty() && word(noun) && word(verb) =>
            {
                Ok(if verb.is_empty() { Self::Prefix(text.to_owned()) } else { Self::Exact(text.to_owned()) })
            }
            _ => Err(Problem::invalid(
                "action",
                "must be the name of an action such as customer.updated, or the beginning of one up to its dot: customer.",
            )),
        }
    }

    fn fits(&self, action: &str) -> bool {
        match self {
            Self::Exact(name) => action == name,
            Self::Prefix(prefix) => action.starts_with(prefix.as_str()),
        }
    }
}

/// What of the trail is wanted. `from` is included, `to` is not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub staff: Option<StaffId>,
    pub action: Option<ActionFilter>,
    pub kinds: Vec<AuditKind>,
    pub customer: Option<CustomerId>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub ip: Option<IpAddr>,
}

impl Filter {
    /// Somebody or somewhere in particular.
    pub(crate) fn is_narrow(&self) -> bool {
        self.customer.is_some() || self.staff.is_some() || self.ip.is_some()
    }

    /// Whether it stands for several actions that must be looked up. One customer has few events: kinds are weeded out there.
    pub(crate) fn is_by_names(&self) -> bool {
        let by_kind = !self.kinds.is_empty() && self.customer.is_none();
        by_kind || matches!(self.action, Some(ActionFilter::Prefix(_)))
    }

    /// The known actions that fit. An action is always of one kind.
    pub(crate) fn select(&self, known: Vec<AuditAction>) -> Vec<String> {
        known
            .into_iter()
            .filter(|known| self.kinds.is_empty() || self.kinds.contains(&known.kind))
            .filter(|known| self.action.as_ref().is_none_or(|action| action.fits(&known.action)))
            .map(|known| known.action)
            .collect()
    }
}

/// Nothing happened before 1970, and PostgreSQL cannot hold every instant that the text form can say.
pub(crate) fn check_instant(field: &str, at: Timestamp) -> Result<Timestamp> {
    if at >= Timestamp::UNIX_EPOCH {
        Ok(at)
    } else {
        Err(Problem::invalid(field, "must not lie before 1970"))
    }
}

pub(crate) fn check_period(from: Option<Timestamp>, to: Option<Timestamp>) -> Result<()> {
    if let Some(from) = from {
        check_instant("from", from)?;
    }
    if let Some(to) = to {
        check_instant("to", to)?;
    }
    match (from, to) {
        (Some(from), Some(to)) if from >= to => Err(Problem::invalid("to", "must be later than from")),
        _ => Ok(()),
    }
}

pub(crate) fn check_limit(limit: Option<usize>) -> Result<usize> {
    match limit.unwrap_or(LIMIT_DEFAULT) {
        limit @ 1..=LIMIT_MAX => Ok(limit),
        _ => Err(Problem::invalid("limit", format!("must be from 1 to {LIMIT_MAX}"))),
    }
}

pub(crate) fn read_position(after: Option<&str>) -> Result<Option<Position>> {
    let Some(text) = after else { return Ok(None) };
    let (at, id): Position = Cursor::read(text)?;
    Ok(Some((check_instant("after", at)?, id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field<T: std::fmt::Debug>(outcome: Result<T>) -> Option<String> {
        outcome.unwrap_err().field
    }

    #[test]
    fn an_action_is_a_name_or_the_beginning_of_one() {
        assert_eq!(
            ActionFilter::parse("refund.issued").unwrap(),
            ActionFilter::Exact("refund.issued".into())
        );
        assert_eq!(ActionFilter::parse("refund.").unwrap(), ActionFilter::Prefix("refund.".into()));
        for bad in
            ["", ".", "refund", ".issued", "a.b.c", "Refund.issued", "refund.%", "refund. ", &"a".repeat(200)]
        {
            assert_eq!(field(ActionFilter::parse(bad)).as_deref(), Some("action"), "{bad}");
        }
    }

    #[test]
    fn kind_and_beginning_select_the_actions_that_fit_both() {
        let known = |action: &str, kind| AuditAction { action: action.to_owned(), kind };
        let all = vec![
            known("customer.read", AuditKind::Access),
            known("customer.updated", AuditKind::Change),
            known("customers.listed", AuditKind::Access),
        ];
        let filter = Filter {
            action: Some(ActionFilter::Prefix("customer.".into())),
            kinds: vec![AuditKind::Access],
            ..Filter::default()
        };
        assert_eq!(filter.select(all), ["customer.read"]);
    }

    #[test]
    fn a_period_goes_forwards_from_1970() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        assert!(check_period(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:01Z")).is_ok());
        assert_eq!(
            field(check_period(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"))).as_deref(),
            Some("to")
        );
        assert_eq!(field(check_period(at("-009000-01-01T00:00:00Z"), None)).as_deref(), Some("from"));
        assert_eq!(field(check_period(None, at("1969-12-31T23:59:59Z"))).as_deref(), Some("to"));
    }

    #[test]
    fn a_page_has_bounds() {
        assert_eq!(check_limit(None).unwrap(), 50);
        assert_eq!(check_limit(Some(200)).unwrap(), 200);
        for bad in [0, 201] {
            assert_eq!(field(check_limit(Some(bad))).as_deref(), Some("limit"));
        }
    }

    #[test]
    fn a_cursor_leads_back_to_its_event() {
        let position: Position =
            ("2026-03-01T12:00:00.123456Z".parse().unwrap(), EventId::new(Timestamp::UNIX_EPOCH));
        assert_eq!(read_position(Some(&Cursor::write(&position))).unwrap(), Some(position));
        let ancient: Timestamp = "-009000-01-01T00:00:00Z".parse().unwrap();
        for bad in ["", "junk", Cursor::write(&(ancient, position.1)).as_str()] {
            assert_eq!(field(read_position(Some(bad))).as_deref(), Some("after"), "{bad}");
        }
    }
}
