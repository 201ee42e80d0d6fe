//! Sentences and lists.

/// Furniture with its volume in cubic metres and its price in pounds.
pub(crate) const ITEMS: &[(&str, f64, i64)] = &[
    ("Medium box", 0.09, 2),
    ("Large box", 0.15, 3),
    ("Suitcase", 0.12, 3),
    ("Double bed with mattress", 1.4, 22),
    ("Sofa, two seats", 1.3, 25),
    ("Wardrobe", 1.1, 24),
    ("Chest of drawers", 0.5, 14),
    ("Dining table", 0.8, 18),
    ("Dining chair", 0.2, 4),
    ("Desk", 0.6, 14),
    ("Washing machine", 0.45, 20),
    ("Fridge freezer", 0.9, 26),
    ("Television", 0.2, 9),
    ("Bookcase", 0.6, 13),
    ("Single bed with mattress", 0.8, 16),
    ("Sofa, three seats", 1.9, 32),
    ("Armchair", 0.7, 13),
    ("Bicycle", 0.5, 10),
    ("Rug", 0.15, 4),
    ("Floor lamp", 0.1, 4),
    ("Office chair", 0.4, 8),
    ("Tumble dryer", 0.45, 18),
    ("Dishwasher", 0.45, 18),
    ("Mirror", 0.1, 7),
    ("Garden bench", 0.6, 12),
    ("Exercise bike", 0.6, 15),
    ("Cot", 0.5, 10),
    ("Upright piano", 1.2, 95),
];

pub(crate) const ACCESS_NOTES: &[&str] = &[
    "Ring the bell twice; the buzzer is quiet.",
    "Narrow stairs, please bring blankets.",
    "Park in the loading bay behind the building.",
    "Resident permits only until 18:30; a visitor permit is on the dashboard.",
    "Key safe by the side door, code on request.",
    "Low archway at the entrance, 2.6 metres.",
    "The lift is small: the sofa goes by the stairs.",
    "Concierge must be told an hour before.",
    "Gravel drive, no heavy trolley.",
    "Dog in the garden, please close the gate.",
    "Double yellow line outside; stop at the corner.",
    "Third entrance from the left, not the one on the map.",
];

pub(crate) const CONTACT_LABELS: &[&str] =
    &["Emergency", "Partner", "Neighbour", "Landlord", "Estate agent", "Parent", "Site manager", "Flatmate"];

pub(crate) const CONTACT_NOTES: &[&str] = &[
    "Only in the evening.",
    "Has the spare keys.",
    "Please send a text first.",
    "Will be at the drop-off.",
    "Speaks for the customer when they are at work.",
];

pub(crate) const NOTES: &[&str] = &[
    "Prefers the same crew as last time.",
    "Asked to be called, not mailed.",
    "Works nights: do not ring before noon.",
    "Moves students every September; always asks for an early slot.",
    "Very happy with the last move, promised a review.",
    "Has fragile instruments; two blankets each.",
    "Pays by bank transfer on the same day.",
    "Wheelchair user: level access at both ends matters.",
];

/// Kind and reason.
pub(crate) const FLAGS: &[((&str, &str), u32)] = &[
    (("vip", "Letting agency, several moves a month."), 20),
    (("vip", "Long-standing customer who recommends us."), 14),
    (("payment_risk", "Two card payments were declined."), 20),
    (("payment_risk", "Invoice paid 40 days late."), 8),
    (("vulnerable_customer", "Asked for more time and a second call on the day."), 16),
    (("do_not_contact", "Does not want calls, only e-mail about running bookings."), 10),
    (("abusive", "Shouted at the crew on arrival."), 5),
    (("fraud_suspicion", "Card holder and customer differ, billing address abroad."), 4),
    (("other", "Wants every change confirmed in writing."), 3),
];

pub(crate) const ARCHIVE_REASONS: &[&str] = &[
    "Duplicate of another customer.",
    "Asked us to close the account.",
    "Created by mistake during a call.",
    "Moved abroad, no further business.",
];

pub(crate) const CANCELLATION_REASONS: &[&str] = &[
    "Completion date moved.",
    "Found a friend with a van.",
    "Booked twice by mistake.",
    "Tenancy fell through.",
    "No reason given.",
    "Crew not available.",
    "Weather warning.",
    "Payment not received in time.",
];

/// Reasons for giving back a part, and for giving back everything.
pub(crate) const PARTIAL_REFUNDS: &[&str] = &[
    "Arrived more than an hour late.",
    "Scratch on a table top.",
    "One crew member fewer than booked.",
    "Cancelled within 48 hours: deposit kept.",
    "Fewer items than quoted.",
];

pub(crate) const FULL_REFUNDS: &[&str] = &[
    "Cancelled in time.",
    "We could not provide a crew.",
    "Charged twice.",
    "Goodwill after a failed move.",
];

/// Category and what the customer wrote.
pub(crate) const TICKETS: &[(&str, &str)] = &[
    ("Booking change", "My completion date has moved by two days. Can the crew come on the new day instead?"),
    ("Booking change", "Could you add a washing machine and two more boxes to my booking?"),
    ("Delay", "The van was meant to be here at eight. It is half past nine and nobody picks up the phone."),
    ("Billing", "I was charged twice for the same move; the bank shows both payments."),
    ("Billing", "Please send me an invoice with our company's name on it."),
    ("Damage", "There is a deep scratch across the dining table that was not there before the move."),
    ("Damage", "One box with glasses arrived broken although it was marked fragile."),
    ("Refund", "I cancelled last week. When will the money be back on my card?"),
    ("Driver", "The crew was wonderful, I would like to leave a tip and ask for the same people next time."),
    ("Access", "The new building has a height limit of two metres at the gate. Is your van lower than that?"),
    ("Missing item", "A suitcase is missing since yesterday's move. Could you look in the van?"),
    ("Website", "I cannot change the floor of my drop-off address on the website."),
    ("Question", "Do you also move pianos, and do I need to book a bigger crew for one?"),
];

pub(crate) const SUPPORT_ANSWERS: &[&str] = &[
    "Thank you for writing. I have looked at your booking and am asking the crew now.",
    "I am sorry about this. I have passed it to operations and will call you today.",
    "This is done: you will find the new details in your confirmation.",
    "Could you send us two photographs, please?",
    "The refund has been made; banks need three to five working days to show it.",
    "The driver is fifteen minutes away and has your number.",
    "I have added it to the booking; the price changes by what is shown on the new quote.",
];

pub(crate) const CUSTOMER_ANSWERS: &[&str] = &[
    "Thank you, that was quick.",
    "Any news? I have been waiting since this morning.",
    "Photographs are attached to my e-mail.",
    "That works for me.",
    "It still does not show on my account.",
    "Perfect, many thanks to the whole crew.",
];

pub(crate) const DRIVERS: &[&str] = &[
    "Marek Zając",
    "Dean Hollis",
    "Ibrahim Sesay",
    "Callum Frew",
    "Tomos Beynon",
    "Rashid Anwar",
    "Gavin Pryce",
    "Luca Ferri",
    "Joy Adomako",
    "Stefan Dobre",
    "Colm Rafferty",
    "Kirsten Baird",
];
