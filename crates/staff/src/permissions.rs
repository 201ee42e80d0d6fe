//! The permission table: every act, and the roles that may do it.

use serde::{Deserialize, Serialize};

/// The six roles of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Superadmin,
    Ops,
    Support,
    Finance,
    Reviewer,
    ReadOnly,
}

impl Role {
    pub const ALL: [Self; 6] =
        [Self::Superadmin, Self::Ops, Self::Support, Self::Finance, Self::Reviewer, Self::ReadOnly];

    /// As in the database and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Superadmin => "superadmin",
            Self::Ops => "ops",
            Self::Support => "support",
            Self::Finance => "finance",
            Self::Reviewer => "reviewer",
            Self::ReadOnly => "read_only",
        }
    }

    /// As people say it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Superadmin => "Superadmin",
            Self::Ops => "Operations",
            Self::Support => "Support",
            Self::Finance => "Finance",
            Self::Reviewer => "Reviewer",
            Self::ReadOnly => "Read only",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A permission as a type: functions that need it take [`crate::By`]`<P>`.
pub trait Permission: Send + Sync + 'static {
    const NAME: &'static str;
    /// Completes "Your role may not …".
    const ACT: &'static str;
    const ROLES: &'static [Role];
}

/// A row of the table, for the screen and the tests.
pub struct Row {
    pub name: &'static str,
    pub act: &'static str,
    pub roles: &'static [Role],
}

macro_rules! permissions {
    ($($type:ident = $name:literal, $act:literal, $roles:expr;)*) => {
        $(
            #[derive(Debug, Clone, Copy)]
            pub struct $type;

            impl Permission for $type {
                const NAME: &'static str = $name;
                const ACT: &'static str = $act;
                const ROLES: &'static [Role] = $roles;
            }
        )*

        pub const TABLE: &[Row] = &[$(Row { name: $name, act: $act, roles: $roles }),*];
    };
}

use Role::{Finance, Ops, ReadOnly, Reviewer, Superadmin, Support};

permissions! {
    OwnAccount = "account.own", "use their own account", &Role::ALL;
    PersonalRead = "personal.read", "see contact details", &[Superadmin, Ops, Support, Finance];
    PersonalReveal = "personal.reveal", "reveal contact details for a reason", &[Superadmin, Reviewer, ReadOnly];
    CustomerRead = "customer.read", "see customers", &Role::ALL;
    CustomerCreate = "customer.create", "create customers", &[Superadmin, Ops, Support];
    CustomerUpdate = "customer.update", "edit customers, addresses and contacts", &[Superadmin, Ops, Support];
    CustomerArchive = "customer.archive", "archive and restore customers", &[Superadmin, Ops];
    CustomerMerge = "customer.merge", "merge customers and undo merges", &[Superadmin, Ops];
    CustomerExport = "customer.export", "export customers", &[Superadmin, Ops, Finance];
    ViewShare = "view.share", "share views of the list with everybody", &[Superadmin, Ops, Support, Finance];
    NoteWrite = "note.write", "write notes", &[Superadmin, Ops, Support, Finance];
    CustomerAct = "customer.act", "act for customers", &[Superadmin, Ops, Support, Finance];
    FlagWrite = "flag.write", "flag customers", &[Superadmin, Ops, Support, Finance];
    BookingRead = "booking.read", "see bookings and payments", &Role::ALL;
    RefundIssue = "refund.issue", "issue refunds", &[Superadmin, Ops, Support, Finance];
    RefundSettle = "refund.settle", "mark refunds as paid or failed", &[Superadmin, Finance];
    CreditIssue = "credit.issue", "issue store credit", &[Superadmin, Ops, Support, Finance];
    CreditSpend = "credit.spend", "record that store credit was spent", &[Superadmin, Ops, Support, Finance];
    ApprovalRead = "approval.read", "see requests that wait for approval", &[Superadmin, Ops, Support, Finance, Reviewer];
    ApprovalDecide = "approval.decide", "approve and reject requests", &[Superadmin, Finance];
    FinanceRead = "finance.read", "see the finance page", &[Superadmin, Finance, Reviewer];
    DifferenceSettle = "difference.settle", "compare books and settle differences", &[Superadmin, Finance];
    LimitRead = "limit.read", "see ceilings and refund reasons", &Role::ALL;
    LimitManage = "limit.manage", "change ceilings and refund reasons", &[Superadmin];
    TicketRead = "ticket.read", "see tickets", &Role::ALL;
    InvoiceRead = "invoice.read", "see invoices", &Role::ALL;
    InvoiceSend = "invoice.send", "send invoices", &[Superadmin, Ops, Support, Finance];
    MailRead = "mail.read", "see mail", &[Superadmin, Ops, Support, Finance, Reviewer];
    MailSend = "mail.send", "send mail again", &[Superadmin, Ops, Support, Finance];
    ExportMake = "export.make", "make copies of everything about a customer", &[Superadmin, Ops];
    DataRequestRead = "data_request.read", "see data requests", &[Superadmin, Ops, Support, Reviewer];
    DataRequestHandle = "data_request.handle", "handle data requests", &[Superadmin, Ops, Support];
    DataRequestReview = "data_request.review", "review answers to data requests", &[Superadmin, Ops, Reviewer];
    ErasureRead = "erasure.read", "see erasures and legal holds", &[Superadmin, Ops, Reviewer];
    ErasurePlan = "erasure.plan", "plan erasures", &[Superadmin, Ops];
    ErasureApprove = "erasure.approve", "approve erasures", &[Superadmin, Reviewer];
    HoldPlace = "hold.place", "place and lift legal holds", &[Superadmin, Ops, Reviewer];
    RetentionRead = "retention.read", "see how long what is kept", &[Superadmin, Ops, Reviewer];
    RetentionManage = "retention.manage", "change how long what is kept", &[Superadmin];
    BackupRead = "backup.read", "see copies of the database", &[Superadmin];
    BackupManage = "backup.manage", "have copies of the database made and proved", &[Superadmin];
    FenceAccept = "fence.accept", "let mail and refunds leave a restored database", &[Superadmin];
    AuditRead = "audit.read", "read the audit trail", &[Superadmin, Reviewer];
    AuditVerify = "audit.verify", "verify the audit trail", &[Superadmin, Reviewer];
    AuditExport = "audit.export", "export the audit trail", &[Superadmin, Reviewer];
    JobRead = "job.read", "see jobs that nobody tries any more", &[Superadmin];
    JobManage = "job.manage", "have dead jobs tried again or let them go", &[Superadmin];
    SystemRead = "system.read", "see how the system fares", &[Superadmin];
    StaffRead = "staff.read", "see staff members", &[Superadmin, Reviewer];
    StaffManage = "staff.manage", "invite, change and disable staff members", &[Superadmin];
}

/// The names of what a role may do.
pub fn of(role: Role) -> Vec<&'static str> {
    TABLE.iter().filter(|row| row.roles.contains(&role)).map(|row| row.name).collect()
}
