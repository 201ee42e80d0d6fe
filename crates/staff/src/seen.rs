use std::sync::{Arc, OnceLock};

use kernel::StaffId;

use crate::{Permission, Role, authorized::check_scope, rules};

/// Tells a layer around the handlers who was let in; empty until then.
#[derive(Clone, Default)]
pub struct Seen(Arc<OnceLock<SeenCaller>>);

/// Who was let in.
pub struct SeenCaller {
    pub staff_id: StaffId,
    role: Role,
    scopes: Option<Arc<[String]>>,
}

impl Seen {
    pub(crate) fn note(&self, staff_id: StaffId, role: Role, scopes: Option<Arc<[String]>>) {
        let _ = self.0.set(SeenCaller { staff_id, role, scopes });
    }

    pub fn get(&self) -> Option<&SeenCaller> {
        self.0.get()
    }
}

impl SeenCaller {
    /// By their role and, of a key, by its scopes.
    pub fn may<P: Permission>(&self) -> bool {
        check_scope::<P>(self.scopes.as_deref()).is_ok() && rules::allowed::<P>(self.role).is_ok()
    }
}
