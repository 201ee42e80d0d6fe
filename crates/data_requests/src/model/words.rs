//! What may be said of a data request in one word, and the grounds of refusal with their legal source.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Enums whose words are the same in the database and on the wire, each with how people say it.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $word:literal, $title:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$note])* $variant,)+
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As in the database and on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// As people say it.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
        }
    )+};
}

words! {
    /// What is asked for.
    DataRequestKind {
        /// UK GDPR Art. 15.
        Access = "access", "Access";
        /// Art. 20.
        Portability = "portability", "Portability";
        /// Art. 17.
        Erasure = "erasure", "Erasure";
        /// Art. 16.
        Rectification = "rectification", "Rectification";
        /// Art. 21.
        Objection = "objection", "Objection";
        /// DPA 2018 s. 164A.
        Complaint = "complaint", "Complaint";
    }

    /// How far a case is.
    DataRequestState {
        Received = "received", "Received";
        /// Proof of identity was asked for; the month begins when it comes.
        IdentityCheck = "identity_check", "Waiting for proof of identity";
        InProgress = "in_progress", "In progress";
        /// The person was asked back.
        Clarification = "clarification", "Waiting for clarification";
        /// An answer is prepared; somebody else looks at it.
        Review = "review", "In review";
        /// The answer was approved and is to be sent.
        Approved = "approved", "Approved";
        Delivered = "delivered", "Delivered";
        Refused = "refused", "Refused";
        Withdrawn = "withdrawn", "Withdrawn";
        Closed = "closed", "Closed";
    }

    DataRequestOutcome {
        Delivered = "delivered", "Delivered";
        Refused = "refused", "Refused";
        Withdrawn = "withdrawn", "Withdrawn";
    }

    /// How the request came.
    DataRequestChannel {
        Email = "email", "E-mail";
        Letter = "letter", "Letter";
        Phone = "phone", "Phone";
        Web = "web", "Web form";
        InPerson = "in_person", "In person";
        Other = "other", "Another way";
    }

    /// Whose bank holidays count.
    Nation {
        EnglandAndWales = "england_and_wales", "England and Wales";
        Scotland = "scotland", "Scotland";
        NorthernIreland = "northern_ireland", "Northern Ireland";
    }

    /// How it was checked who asks.
    IdentityMethod {
        KnownContact = "known_contact", "It came from contact details that we know";
        Account = "account", "They were signed in to their account";
        CallBack = "call_back", "We called back on a number that we know";
        Document = "document", "We have seen a document, and kept no copy";
        Other = "other", "Another way";
    }

    Proposal {
        Fulfil = "fulfil", "Do what was asked";
        Refuse = "refuse", "Refuse";
    }

    /// How the answer reached the person.
    AnswerWay {
        Email = "email", "By e-mail";
        Letter = "letter", "By letter";
        Phone = "phone", "By phone";
        InPerson = "in_person", "Handed over";
        OneTimeLink = "one_time_link", "By a one-time link";
    }

    /// How a one-time link reaches the person.
    LinkWay {
        /// To the customer's address.
        Mail = "mail", "By e-mail to their address";
        /// Shown once to whoever delivers it, who hands it over.
        HandOver = "hand_over", "Handed over";
    }

    /// Why a request is refused.
    RefusalGround {
        ManifestlyUnfounded = "manifestly_unfounded", "Manifestly unfounded";
        Excessive = "excessive", "Excessive, in particular because it repeats itself";
        NotIdentified = "not_identified", "The person could not be identified";
        LegalObligation = "legal_obligation", "The law obliges us to keep the data";
        LegalClaims = "legal_claims", "The data is needed for legal claims";
        OverridingGrounds = "overriding_grounds", "Compelling legitimate grounds override the objection";
        RightsOfOthers = "rights_of_others", "It would adversely affect the rights of others";
        NotConsentOrContract = "not_consent_or_contract", "The data is not processed by consent or contract";
        DataIsAccurate = "data_is_accurate", "The data is accurate";
        NoInfringement = "no_infringement", "We found no infringement";
    }
}

impl RefusalGround {
    /// Where the law says so.
    pub const fn source(self) -> &'static str {
        match self {
            Self::ManifestlyUnfounded | Self::Excessive => "UK GDPR Art. 12(5)",
            Self::NotIdentified => "UK GDPR Art. 11(2) and 12(2)",
            Self::LegalObligation => "UK GDPR Art. 17(3)(b)",
            Self::LegalClaims => "UK GDPR Art. 17(3)(e) and 21(1)",
            Self::OverridingGrounds => "UK GDPR Art. 21(1)",
            Self::RightsOfOthers => "UK GDPR Art. 15(4) and 20(4), DPA 2018 Sch. 2 para. 16",
            Self::NotConsentOrContract => "UK GDPR Art. 20(1)",
            Self::DataIsAccurate => "UK GDPR Art. 16",
            Self::NoInfringement => "DPA 2018 s. 164A",
        }
    }

    /// The kinds of request that it can answer.
    pub const fn fits(self, kind: DataRequestKind) -> bool {
        use DataRequestKind::{Access, Complaint, Erasure, Objection, Portability, Rectification};
        match self {
            Self::ManifestlyUnfounded | Self::Excessive | Self::NotIdentified => true,
            Self::LegalObligation => matches!(kind, Erasure),
            Self::LegalClaims => matches!(kind, Erasure | Objection),
            Self::OverridingGrounds => matches!(kind, Objection),
            Self::RightsOfOthers => matches!(kind, Access | Portability),
            Self::NotConsentOrContract => matches!(kind, Portability),
            Self::DataIsAccurate => matches!(kind, Rectification),
            Self::NoInfringement => matches!(kind, Complaint),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_the_database_and_on_the_wire() {
        fn same<T: Serialize + Copy>(all: &[T], name: impl Fn(T) -> &'static str) {
            for one in all {
                assert_eq!(serde_json::to_value(one).unwrap(), name(*one));
            }
        }
        same(DataRequestKind::ALL, DataRequestKind::name);
        same(DataRequestState::ALL, DataRequestState::name);
        same(DataRequestOutcome::ALL, DataRequestOutcome::name);
        same(DataRequestChannel::ALL, DataRequestChannel::name);
        same(Nation::ALL, Nation::name);
        same(IdentityMethod::ALL, IdentityMethod::name);
        same(Proposal::ALL, Proposal::name);
        same(AnswerWay::ALL, AnswerWay::name);
        same(LinkWay::ALL, LinkWay::name);
        same(RefusalGround::ALL, RefusalGround::name);
    }

    #[test]
    fn every_kind_of_request_can_be_refused_for_what_the_law_knows() {
        for kind in DataRequestKind::ALL {
            let fitting = RefusalGround::ALL.iter().filter(|ground| ground.fits(*kind)).count();
            assert!(fitting >= 3, "{kind:?}");
        }
        assert!(!RefusalGround::LegalObligation.fits(DataRequestKind::Access));
    }
}
