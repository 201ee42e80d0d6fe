//! What people are to be told by mail about their own access. Staff is the ground floor and knows no mail: it leaves jobs of these
//! kinds with the change, and `notices`, above, runs them. Without a mail server nothing is left.

use jiff::{SignedDuration, Timestamp};
use kernel::{SessionId, StaffId};
use platform::{App, Result, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Link, StaffMember, actions::insert_link, model::LinkKind, store};

pub const MAIL_LINK: &str = "staff.mail_link";
pub const MAIL_NOTICE: &str = "staff.mail_notice";
const ATTEMPTS: i32 = 5;

/// Who has one in their mailbox asks for no other: nobody's mailbox is filled by strangers.
const BETWEEN_RESETS: SignedDuration = SignedDuration::from_mins(10);
/// Whoever forgot their password sits before the page.
const RESET_LIFETIME: SignedDuration = SignedDuration::from_hours(2);
const INVITATION_LIFETIME: SignedDuration = SignedDuration::from_hours(48);

/// The payload of [`MAIL_LINK`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WantedLink {
    /// Nobody: somebody asked for an address that is no account's, which must not show by what is done at once.
    pub staff_id: Option<StaffId>,
}

/// What happened to somebody's access that they should hear of, in case it was not they who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    AppAdded,
    AppRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    RecoveryCodesMade,
    FactorsReset,
    PasswordChanged,
    KeyCreated,
    /// From a device or a network they were not seen on lately.
    SignedInElsewhere,
}

/// The payload of [`MAIL_NOTICE`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WantedNotice {
    pub staff_id: StaffId,
    pub notice: Notice,
    pub at: Timestamp,
    /// Where it was done, if it was done by a browser.
    pub session_id: Option<SessionId>,
}

/// Asks for a mail with a one-time link, in the transaction of whatever it is for.
pub(crate) async fn want_link(app: &App, tx: &Tx<'_>, staff_id: Option<StaffId>) -> Result<()> {
    let now = app.clock.now();
    let new = jobs::New::now(MAIL_LINK, json!(WantedLink { staff_id }), now).attempts(ATTEMPTS);
    jobs::enqueue(&**tx, new, now).await?;
    Ok(())
}

/// Asks for a mail that tells somebody what was done, in the transaction that does it.
pub(crate) async fn want_notice(
    app: &App,
    tx: &Tx<'_>,
    staff_id: StaffId,
    notice: Notice,
    session_id: Option<SessionId>,
) -> Result<()> {
    if app.settings.smtp_url.is_none() {
        return Ok(());
    }
    let now = app.clock.now();
    let wanted = json!(WantedNotice { staff_id, notice, at: now, session_id });
    jobs::enqueue(&**tx, jobs::New::now(MAIL_NOTICE, wanted, now).attempts(ATTEMPTS), now).await?;
    Ok(())
}

/// Makes the link that is to be mailed; one made before is good for nothing any more. None: they are gone, or got one just now.
pub async fn make_mailed_link(
    app: &App,
    tx: &Tx<'_>,
    id: StaffId,
) -> Result<Option<(StaffMember, LinkKind, Link)>> {
    let Some(member) = store::lock_member(&**tx, id).await?.filter(|member| member.disabled_at.is_none())
    else {
        return Ok(None);
    };
    let (kind, lifetime) = if member.invited {
        (LinkKind::Invitation, INVITATION_LIFETIME)
    } else {
        (LinkKind::PasswordReset, RESET_LIFETIME)
    };
    let now = app.clock.now();
    let since = now.saturating_sub(BETWEEN_RESETS).unwrap_or(now);
    if store::open_link_since(&**tx, id, since).await? {
        return Ok(None);
    }
    let link = insert_link(app, tx, kind, Some(id), lifetime).await?;
    Ok(Some((member, kind, link)))
}

/// Who is to be told, unless they have left.
pub async fn find_staff_member(
    db: &impl platform::db::GenericClient,
    id: StaffId,
) -> Result<Option<StaffMember>> {
    let found = store::find_member(db, id).await?;
    Ok(found.filter(|member| member.disabled_at.is_none()))
}

/// Address and browser of a session.
pub async fn place_of(
    db: &impl platform::db::GenericClient,
    session: SessionId,
) -> Result<(Option<String>, Option<String>)> {
    store::place_of(db, session).await
}
