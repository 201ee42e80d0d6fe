//! What a migration would do, as far as its statements tell a reader.

/// One statement.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// Its first words.
    pub what: String,
    /// Who waits while it runs.
    pub waits: &'static str,
}

const NOBODY: &str = "nobody waits";
const NEW: &str = "nobody waits, it is new";
const ALL: &str = "who reads or writes it waits (ACCESS EXCLUSIVE)";
const WRITERS: &str = "who writes it waits, as long as it takes to read the table (SHARE)";
const TRIGGERS: &str = "who writes it waits for a moment (SHARE ROW EXCLUSIVE)";
const KEYS: &str = "who writes it, or what it refers to, waits (SHARE ROW EXCLUSIVE)";
const VALIDATED: &str = "nobody waits, other changes of the table do (SHARE UPDATE EXCLUSIVE)";
const ROWS: &str = "who changes the same rows waits (ROW EXCLUSIVE)";
const BLOCK: &str = "read it: what it runs is put together while it runs";
const UNKNOWN: &str = "read it";

/// The statements in order. What concerns a table made by the same migration keeps nobody waiting, since nobody knows it yet.
pub fn steps(sql: &str) -> Vec<Step> {
    let mut made: Vec<String> = Vec::new();
    let mut steps = Vec::new();
    for statement in statements(sql) {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let subject = subject(&lower);
        let waits = match subject.as_ref().filter(|table| made.contains(table)) {
            Some(_) => NEW,
            None => waits(&lower),
        };
        if lower.starts_with(&["create".to_owned(), "table".to_owned()]) {
            made.extend(subject);
        }
        steps.push(Step { what: shown(&words), waits });
    }
    steps
}

fn waits(words: &[String]) -> &'static str {
    let has = |wanted: &str| {
        let wanted: Vec<&str> = wanted.split(' ').collect();
        words.windows(wanted.len()).any(|part| part.iter().zip(&wanted).all(|(word, wanted)| word == wanted))
    };
    let first = |at: usize| words.get(at).map_or("", String::as_str);
    match (first(0), first(1)) {
        ("alter", "table") if has("validate constraint") => VALIDATED,
        ("alter", "table") if has("foreign key") || has("references") => KEYS,
        ("alter" | "drop", "table" | "view" | "index" | "sequence" | "materialized")
        | ("truncate" | "lock", _) => ALL,
        ("drop", "trigger") => ALL,
        ("create", "table") if has("references") => KEYS,
        (
            "create",
            "table" | "unlogged" | "sequence" | "type" | "function" | "extension" | "aggregate" | "domain",
        ) => NEW,
        ("create", "or") if has("or replace view") => ALL,
        ("create", "or") | ("create", "view" | "schema") => NOBODY,
        ("create", "index" | "unique") if has("index concurrently") => NOBODY,
        ("create", "index" | "unique") => WRITERS,
        ("create", "statistics") => VALIDATED,
        ("create", "rule" | "policy") | ("drop", "rule" | "policy" | "statistics") => ALL,
        ("create", "trigger" | "constraint") => TRIGGERS,
        ("insert" | "update" | "delete" | "with" | "merge", _) => ROWS,
        ("select" | "comment" | "grant" | "revoke" | "set" | "reset" | "analyze", _) => NOBODY,
        ("drop" | "alter", "function" | "type" | "procedure" | "default") => NOBODY,
        ("do", _) => BLOCK,
        _ => UNKNOWN,
    }
}

/// The table that a statement is about.
fn subject(words: &[String]) -> Option<String> {
    let after = |word: &str| words.iter().position(|one| one == word).and_then(|at| words.get(at + 1));
    let name = match words.first()?.as_str() {
        "create" if words.iter().any(|word| word == "table") => words
            .iter()
            .skip_while(|word| *word != "table")
            .skip(1)
            .find(|word| !["if", "not", "exists"].contains(&word.as_str())),
        "create" => after("on"),
        "alter" | "drop" => {
            words.iter().skip(2).find(|word| !["if", "exists", "only"].contains(&word.as_str()))
        }
        "insert" => after("into"),
        "update" => words.get(1),
        "delete" => after("from"),
        _ => None,
    }?;
    Some(
        name.split('(').next().unwrap_or_default().trim_matches('"').trim_start_matches("public.").to_owned(),
    )
}

fn shown(words: &[&str]) -> String {
    const MOST: usize = 8;
    let text = words.iter().take(MOST).copied().collect::<Vec<_>>().join(" ");
    if words.len() > MOST { format!("{text} …") } else { text }
}

/// Apart at semicolons, but for those in comments, quotes, and bodies of functions, which are left out.
fn statements(sql: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut one = String::new();
    let mut rest = sql;
    // How deep in `begin atomic … end`, whose statements are a function's.
    let mut inside = false;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("--") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
        } else if c == '\'' || c == '"' {
            let end = rest[1..].find(c).map_or(rest.len(), |end| end + 2);
            if c == '"' {
                one.push_str(&rest[..end]);
            } else {
                one.push_str("''");
            }
            rest = &rest[end..];
        } else if let Some(tag) = dollar(rest) {
            let body = &rest[tag.len()..];
            rest = body.find(tag).map_or("", |end| &body[end + tag.len()..]);
            one.push_str("$$");
        } else if c == ';' && !inside {
            all.push(std::mem::take(&mut one));
            rest = &rest[1..];
        } else {
            let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if word.is_empty() {
                one.push(c);
                rest = &rest[c.len_utf8()..];
            } else {
                if word.eq_ignore_ascii_case("atomic") {
                    inside = true;
                } else if inside
                    && word.eq_ignore_ascii_case("end")
                    && rest[3..].trim_start().starts_with(';')
                {
                    inside = false;
                }
                one.push_str(&word);
                rest = &rest[word.len()..];
            }
        }
    }
    all.push(one);
    all.retain(|statement| !statement.trim().is_empty());
    all
}

/// `$$` or `$name$` where one begins.
fn dollar(text: &str) -> Option<&str> {
    let name = text.strip_prefix('$')?;
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
    let starts_with_digit = name.chars().next().is_some_and(|c| c.is_ascii_digit());
    (name[end..].starts_with('$') && !starts_with_digit).then(|| &text[..end + 2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::MIGRATIONS;

    #[test]
    fn each_statement_says_who_waits() {
        for (sql, waits) in [
            ("create table moves (id uuid primary key)", NEW),
            ("create table moves (id uuid references customers)", KEYS),
            ("alter table customers add column nick text", ALL),
            ("alter table customers add constraint x foreign key (a) references b (c) not valid", KEYS),
            ("alter table customers validate constraint x", VALIDATED),
            ("create index customers_nick on customers (nick)", WRITERS),
            ("create unique index concurrently customers_nick on customers (nick)", NOBODY),
            ("create trigger t after insert on customers for each row execute function f()", TRIGGERS),
            (
                "create or replace function f() returns trigger language plpgsql as $$ begin update customers set a = 1; end $$",
                NOBODY,
            ),
            ("create function f() returns int language sql begin atomic select 1; select 2; end", NEW),
            ("update customers set nick = 'a;b'", ROWS),
            ("drop table old", ALL),
            ("do $body$ begin execute 'drop table customers'; end $body$", BLOCK),
            ("vacuum full", UNKNOWN),
        ] {
            let steps = steps(&format!("-- a comment; with a semicolon\n{sql};\n"));
            assert_eq!(steps.iter().map(|step| step.waits).collect::<Vec<_>>(), [waits], "{sql}");
        }
    }

    #[test]
    fn what_is_new_keeps_nobody_waiting() {
        let sql = "create table moves (id uuid); create index moves_by_id on moves (id); alter table moves add column at date;
                   insert into moves values (null); create index c on customers (id);";
        let waits: Vec<_> = steps(sql).iter().map(|step| step.waits).collect();
        assert_eq!(waits, [NEW, NEW, NEW, NEW, WRITERS]);
    }

    #[test]
    fn every_statement_of_ours_is_understood() {
        for (name, sql) in MIGRATIONS {
            for step in steps(sql) {
                assert_ne!(step.waits, UNKNOWN, "{name}: {}", step.what);
            }
        }
    }
}
