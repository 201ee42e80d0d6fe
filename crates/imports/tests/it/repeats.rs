//! The second run, and what changed in between: there, here, or on both sides.

use imports::platform::{Counts, Kind, Options};

use crate::support::World;

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let mut world = World::new().await;
    world.import().await;
    let (before, findings) = (world.state().await, world.findings());
    let events = world.value("select count(*) from events").await;
    let numbers = world.value("select string_agg(number::text, ',' order by id) from tickets").await;
    for batch in [1000, 3] {
        let options = Options { batch, ..world.options(true) };
        let again = world.try_import(&options).await.unwrap();
        let total = again.total();
        assert_eq!((total.created, total.updated, total.matched), (0, 0, 0), "{:#?}", again.counts);
        assert_eq!(world.state().await, before);
    }
    assert_eq!(world.value("select count(*) from events").await, events);
    assert_eq!(world.value("select string_agg(number::text, ',' order by id) from tickets").await, numbers);
    let problems: Vec<_> = findings.into_iter().filter(|line| line.contains(",problem,")).collect();
    assert_eq!(world.findings(), problems, "what was taken in is not remarked on again, what was not is");
}

#[tokio::test]
async fn the_size_of_a_batch_does_not_matter() {
    let mut one = World::new().await;
    let mut other = World::new().await;
    one.import().await;
    other.try_import(&Options { batch: 2, ..other.options(true) }).await.unwrap();
    assert_eq!(one.state().await, other.state().await);
}

#[tokio::test]
async fn a_changed_row_updates_just_itself() {
    let mut world = World::new().await;
    world.import().await;
    let others = "select md5(string_agg(to_jsonb(c)::text, '' order by id)) from customers c where email is distinct from 'bob@example.com'";
    let before = world.value(others).await;
    let change = r#"update "User" set name = 'Robert Builder', phone = '07700 900777' where id = 'u02';
        insert into "User" (id, email, name) values ('u50', 'new@example.com', 'New Comer')"#;
    world.source.batch_execute(change).await.unwrap();
    let summary = world.import().await;
    let counts = summary.counts[&Kind::Customer];
    assert_eq!((counts.created, counts.updated), (1, 1));
    assert_eq!((summary.total().created, summary.total().updated), (1, 1));
    let bob = "select (name, phone_e164, version) from customers where email = 'bob@example.com'";
    assert_eq!(world.value(bob).await, "(\"Robert Builder\",+447700900777,2)");
    let values = world.values("customer.import_updated").await;
    let after = values.into_iter().map(|(_, content)| content.after.unwrap());
    let expected = serde_json::json!({ "name": "Robert Builder", "phone": "07700 900777" });
    assert_eq!(after.collect::<Vec<_>>(), [expected]);
    assert_eq!(world.value("select count(*) from customers where email = 'new@example.com'").await, "1");
    assert_eq!(
        world
            .value(&others.replace("from 'bob", "from 'new@example.com' and email is distinct from 'bob"))
            .await,
        before
    );
}

#[tokio::test]
async fn an_edit_here_survives_and_one_on_both_sides_keeps_ours() {
    let mut world = World::new().await;
    world.import().await;
    let edit = "update customers set name = 'Ann Edited', updated_at = '2025-12-01', version = version + 1 where email = 'ann@example.com'";
    world.target.batch_execute(edit).await.unwrap();
    let before = world.state().await;
    world.import().await;
    assert_eq!(world.state().await, before, "an unchanged source leaves our edit alone");
    world.source.batch_execute(r#"update "User" set phone = '07700 900999' where id = 'u01'"#).await.unwrap();
    for _ in 0..2 {
        world.import().await;
        assert_eq!(world.state().await, before, "ours is kept");
        assert!(
            world.findings().contains(&"User,u01,problem,\"edited on both sides, kept ours\"".to_owned())
        );
    }
}

#[tokio::test]
async fn a_booking_edited_here_still_follows_its_course() {
    let mut world = World::new().await;
    world.import().await;
    let edit =
        "update bookings set time_slot = 'evening', updated_at = '2025-12-01' where reference = 'SV-1003'";
    world.target.batch_execute(edit).await.unwrap();
    let change = r#"update "Booking" set status = 'COMPLETED', "pickupTimeSlot" = 'noon', "updatedAt" = '2025-11-19' where id = 'b03'"#;
    world.source.batch_execute(change).await.unwrap();
    world.import().await;
    let booking =
        "select (status, time_slot, completed_at is not null) from bookings where reference = 'SV-1003'";
    assert_eq!(world.value(booking).await, "(COMPLETED,evening,t)");
    let before = (world.state().await, world.value("select count(*) from events").await);
    world.import().await;
    assert_eq!((world.state().await, world.value("select count(*) from events").await), before);
    assert!(
        world.findings().iter().any(|line| line.starts_with("Booking,b03,problem,\"edited on both sides"))
    );
}

#[tokio::test]
async fn a_default_moves_with_the_source_unless_it_was_chosen_here() {
    let mut world = World::new().await;
    world.import().await;
    let default = "select line1 from addresses where is_default and customer_id = (select id from customers where email = 'ann@example.com')";
    let change = r#"update "Address" set "isDefault" = false where id = 'a01'"#;
    world.source.batch_execute(change).await.unwrap();
    world.import().await;
    assert_eq!(world.value(default).await, "2 Low Road");
    let chosen = "update addresses set is_default = false where is_default;
        insert into addresses (id, customer_id, label, line1, city, postcode, is_default, created_at, updated_at)
        select gen_random_uuid(), id, 'New', '5 Here', 'London', 'N1 9GU', true, now(), now() from customers where email = 'ann@example.com'";
    world.target.batch_execute(chosen).await.unwrap();
    let change = r#"update "Address" set "isDefault" = id = 'a01' where "userId" = 'u01'"#;
    world.source.batch_execute(change).await.unwrap();
    world.import().await;
    assert_eq!(world.value(default).await, "5 Here");
}

#[tokio::test]
async fn a_guest_who_registers_becomes_the_platform_s_customer() {
    let mut world = World::new().await;
    world.import().await;
    let customers = world.value("select count(*) from customers").await;
    let register = r#"insert into "User" (id, email, name, phone, "emailVerified") values ('u60', 'GUEST@example.com', 'Gail Registered', '07700 900200', true)"#;
    world.source.batch_execute(register).await.unwrap();
    let summary = world.import().await;
    assert_eq!(summary.counts[&Kind::Customer].updated, 1);
    assert_eq!(world.value("select count(*) from customers").await, customers);
    let gail = "select count(*) from bookings b join customers c on c.id = b.customer_id where c.name = 'Gail Registered'";
    assert_eq!(world.value(gail).await, "2");
}

#[tokio::test]
async fn a_customer_who_was_here_already_is_linked_and_keeps_our_values() {
    let mut world = World::new().await;
    let here = "insert into customers (id, name, email, created_at, updated_at)
        values (gen_random_uuid(), 'Bob from the phone', 'BOB@example.com', now(), now())";
    world.target.batch_execute(here).await.unwrap();
    let summary = world.import().await;
    assert_eq!(summary.counts[&Kind::Customer].matched, 1);
    let bob = "select name || ' ' || orders from customers join customer_stats on customer_id = id where lower(email) = 'bob@example.com'";
    assert_eq!(world.value(bob).await, "Bob from the phone 3");
    world.source.batch_execute(r#"update "User" set name = 'Bobby' where id = 'u02'"#).await.unwrap();
    world.import().await;
    assert_eq!(
        world.value(bob).await,
        "Bob from the phone 3",
        "a later change there does not overwrite ours either"
    );
}

#[tokio::test]
async fn a_customer_the_old_deletion_overwrites_is_archived_and_the_email_is_free() {
    let mut world = World::new().await;
    world.import().await;
    let change = r#"update "User" set name = 'Deleted Customer', email = 'deleted-u02@deleted.com' where id = 'u02';
        insert into "User" (id, email, name) values ('u70', 'bob@example.com', 'Another Bob')"#;
    world.source.batch_execute(change).await.unwrap();
    world.import().await;
    let of = |email: &str| {
        format!(
            "select (name, archived_at is not null, orders) from customers
        join customer_stats on customer_id = id where email = '{email}'"
        )
    };
    assert_eq!(world.value(&of("deleted-u02@deleted.com")).await, "(\"Deleted Customer\",t,3)");
    assert_eq!(world.value(&of("bob@example.com")).await, "(\"Another Bob\",f,0)");
}

#[tokio::test]
async fn open_screens_are_told_to_look_again_when_something_changed() {
    let mut world = World::new().await;
    let (_listener, mut heard) = world.listen().await;
    world.import().await;
    assert_eq!(heard.recv().await.unwrap(), r#"{"topic": "resync"}"#);
    world.import().await;
    world.target.batch_execute("notify hub, 'nothing before this'").await.unwrap();
    assert_eq!(heard.recv().await.unwrap(), "nothing before this");
}

#[tokio::test]
async fn an_empty_source_is_no_problem() {
    let mut world = World::empty().await;
    let summary = world.import().await;
    assert_eq!((summary.total(), world.findings().len()), (Counts::default(), 0));
}
