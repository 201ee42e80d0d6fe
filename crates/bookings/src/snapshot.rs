//! Snapshots as they stand in the database: written by several programs over the years. What cannot be read is left out.

use kernel::Pence;
use serde_json::Value;

use crate::{BookingItem, BookingPlace, PriceParts};

pub(crate) fn place(value: &Value) -> BookingPlace {
    BookingPlace {
        label: text(value, "label"),
        line1: text(value, "line1"),
        line2: text(value, "line2"),
        city: text(value, "city"),
        postcode: text(value, "postcode"),
        lat: value["lat"].as_f64(),
        lng: value["lng"].as_f64(),
        property_type: text(value, "propertyType"),
        floor: text(value, "floor"),
        has_lift: value["hasLift"].as_bool(),
        access_notes: text(value, "accessNotes"),
    }
}

pub(crate) fn items(value: &Value) -> Vec<BookingItem> {
    value.as_array().into_iter().flatten().map(item).collect()
}

fn item(value: &Value) -> BookingItem {
    BookingItem {
        name: text(value, "name").unwrap_or_else(|| "Item".to_owned()),
        quantity: value["quantity"].as_u64().and_then(|count| u32::try_from(count).ok()).unwrap_or(1),
        volume_m3: value["volumeM3"].as_f64(),
    }
}

pub(crate) fn price_parts(value: &Value) -> PriceParts {
    let pence = |key: &str| value[key].as_i64().map(Pence);
    PriceParts {
        distance: pence("distance"),
        access: pence("access"),
        items: pence("items"),
        weather: pence("weather"),
        crew_percent: value["crewPercent"].as_f64(),
        availability_percent: value["availabilityPercent"].as_f64(),
    }
}

/// A text that says something; a number counts as one, because floors were written both ways.
fn text(value: &Value, key: &str) -> Option<String> {
    match &value[key] {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_whole_place_is_read() {
        let value = json!({
            "label": "Home", "line1": "1 High Street", "line2": "Flat 2", "city": "London", "postcode": "SW1A 1AA",
            "lat": 51.5, "lng": -0.1, "propertyType": "flat", "floor": "3", "hasLift": true, "accessNotes": "Ring twice",
        });
        assert_eq!(serde_json::to_value(place(&value)).unwrap(), value);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let value = json!({
            "label": null, "line1": " ", "city": ["London"], "lat": "51.5", "floor": 3, "hasLift": "yes", "what3words": "a.b.c",
        });
        assert_eq!(place(&value), BookingPlace { floor: Some("3".to_owned()), ..BookingPlace::default() });
        for odd in [json!(null), json!([]), json!("Leeds"), json!(7)] {
            assert_eq!(place(&odd), BookingPlace::default(), "{odd}");
            assert_eq!(price_parts(&odd), PriceParts::default(), "{odd}");
        }
    }

    #[test]
    fn every_item_is_shown_even_a_broken_one() {
        let sofa = BookingItem { name: "Sofa".to_owned(), quantity: 2, volume_m3: Some(1.5) };
        let unknown = BookingItem { name: "Item".to_owned(), quantity: 1, volume_m3: None };
        let value = json!([{"name": "Sofa", "quantity": 2, "volumeM3": 1.5}, {"quantity": -4, "colour": "red"}, "Box", null]);
        assert_eq!(items(&value), [sofa, unknown.clone(), unknown.clone(), unknown]);
        assert_eq!(items(&json!({"name": "Sofa"})), []);
    }

    #[test]
    fn parts_are_whole_pence_and_any_percent() {
        let value = json!({"distance": 5000, "access": 12.5, "items": "20", "crewPercent": 15.0, "availabilityPercent": -5});
        let expected = PriceParts {
            distance: Some(Pence(5000)),
            crew_percent: Some(15.0),
            availability_percent: Some(-5.0),
            ..PriceParts::default()
        };
        assert_eq!(price_parts(&value), expected);
    }
}
