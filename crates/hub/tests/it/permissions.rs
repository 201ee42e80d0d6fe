//! The permission table, written out: whoever changes it changes this text too, and the review sees it.

use staff::{Role, permissions::TABLE};

const EXPECTED: &str = "
                    superadmin ops  support finance reviewer read_only
account.own         yes        yes  yes     yes     yes      yes
personal.read       yes        yes  yes     yes     -        -
personal.reveal     yes        -    -       -       yes      yes
customer.read       yes        yes  yes     yes     yes      yes
customer.create     yes        yes  yes     -       -        -
customer.update     yes        yes  yes     -       -        -
customer.archive    yes        yes  -       -       -        -
customer.merge      yes        yes  -       -       -        -
customer.export     yes        yes  -       yes     -        -
view.share          yes        yes  yes     yes     -        -
note.write          yes        yes  yes     yes     -        -
customer.act        yes        yes  yes     yes     -        -
flag.write          yes        yes  yes     yes     -        -
booking.read        yes        yes  yes     yes     yes      yes
refund.issue        yes        yes  yes     yes     -        -
refund.settle       yes        -    -       yes     -        -
credit.issue        yes        yes  yes     yes     -        -
credit.spend        yes        yes  yes     yes     -        -
approval.read       yes        yes  yes     yes     yes      -
approval.decide     yes        -    -       yes     -        -
finance.read        yes        -    -       yes     yes      -
difference.settle   yes        -    -       yes     -        -
limit.read          yes        yes  yes     yes     yes      yes
limit.manage        yes        -    -       -       -        -
ticket.read         yes        yes  yes     yes     yes      yes
invoice.read        yes        yes  yes     yes     yes      yes
invoice.send        yes        yes  yes     yes     -        -
mail.read           yes        yes  yes     yes     yes      -
mail.send           yes        yes  yes     yes     -        -
export.make         yes        yes  -       -       -        -
data_request.read   yes        yes  yes     -       yes      -
data_request.handle yes        yes  yes     -       -        -
data_request.review yes        yes  -       -       yes      -
erasure.read        yes        yes  -       -       yes      -
erasure.plan        yes        yes  -       -       -        -
erasure.approve     yes        -    -       -       yes      -
hold.place          yes        yes  -       -       yes      -
retention.read      yes        yes  -       -       yes      -
retention.manage    yes        -    -       -       -        -
backup.read         yes        -    -       -       -        -
backup.manage       yes        -    -       -       -        -
fence.accept        yes        -    -       -       -        -
audit.read          yes        -    -       -       yes      -
audit.verify        yes        -    -       -       yes      -
audit.export        yes        -    -       -       yes      -
job.read            yes        -    -       -       -        -
job.manage          yes        -    -       -       -        -
system.read         yes        -    -       -       -        -
staff.read          yes        -    -       -       yes      -
staff.manage        yes        -    -       -       -        -
";

#[test]
fn the_permission_table_is_as_written_here() {
    let mut text = String::from("\n                    superadmin ops  support finance reviewer read_only\n");
    for row in TABLE {
        text.push_str(&format!("{:<20}", row.name));
        for (role, width) in Role::ALL.into_iter().zip([11, 5, 8, 8, 9, 0]) {
            text.push_str(&format!("{:<width$}", if row.roles.contains(&role) { "yes" } else { "-" }));
        }
        text.push('\n');
    }
    assert_eq!(text, EXPECTED, "\n{text}");
}

#[tokio::test]
async fn roles_in_the_database_are_those_of_the_code() {
    let app = crate::support::TestApp::new().await;
    let rows = app.sql.query("select name, title from roles order by position", &[]).await.unwrap();
    let stored: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let known = Role::ALL.map(|role| (role.name().to_owned(), role.title().to_owned()));
    assert_eq!(stored, known);
    app.finish().await;
}

#[tokio::test]
async fn the_screen_shows_the_same_table() {
    let app = crate::support::TestApp::new().await;
    let shown = app.as_role(Role::ReadOnly).await.get("/api/admin/roles").await.ok();
    assert_eq!(shown["roles"].as_array().unwrap().len(), 6);
    for (row, shown) in TABLE.iter().zip(shown["permissions"].as_array().unwrap()) {
        assert_eq!(shown["name"], row.name);
        assert_eq!(shown["roles"], serde_json::to_value(row.roles).unwrap());
    }
    app.finish().await;
}
