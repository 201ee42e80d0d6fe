//! Nothing lost and nothing doubled: the program and its PostgreSQL are killed, again and again, under money traffic.

use std::{thread, time::Duration};

use crate::support::{Dice, Running, Traffic, size, stored_in};

#[test]
fn kills_lose_nothing_and_double_nothing() {
    let (kills, of_postgres) = (size(5, 1_000), size(2, 25));
    let mut desk = Running::new("kills");
    desk.start();
    let line = desk.line;
    let cookie = line.sign_in();
    let somebody = line.somebody(&cookie);
    let traffic = Traffic::default();
    let mut dice = Dice::new(11);
    thread::scope(|scope| {
        for number in 0..4 {
            let (traffic, somebody, cookie) = (&traffic, &somebody, &cookie);
            scope.spawn(move || traffic.drive(line, somebody, cookie, number));
        }
        for kill in 0..kills + of_postgres {
            thread::sleep(Duration::from_millis(150 + dice.below(500)));
            // Spread evenly among the others.
            if kill % (kills / of_postgres + 1) == 1 {
                desk.kill_postgres();
                thread::sleep(Duration::from_millis(200));
            }
            desk.kill();
            desk.start();
        }
        traffic.stop();
    });
    desk.kill();
    desk.kill_postgres();
    let stored = stored_in(&desk.folder);
    let acknowledged = traffic.acknowledged();
    assert!(acknowledged > kills, "only {acknowledged} refunds were acknowledged between {kills} kills");
    traffic.check(stored);
    println!(
        "{kills} kills of the program, {of_postgres} of PostgreSQL: {acknowledged} refunds acknowledged, none lost, none unasked"
    );
}
