//! Where everything stands, on as many pages as it takes.

use super::{HEIGHT, MARGIN, Sheet, WIDTH, fonts, fonts::Run};

const SMALL: f32 = 9.0;
const BODY: f32 = 10.5;
const HEAD: f32 = 13.0;
const TITLE: f32 = 22.0;
const LEADING: f32 = 1.45;
const FULL: f32 = WIDTH - 2.0 * MARGIN;
const GAP: f32 = 16.0;

pub(super) enum Op {
    Text { x: f32, y: f32, size: f32, runs: Vec<Run> },
    Rule { y: f32 },
}

struct Pen {
    pages: Vec<Vec<Op>>,
    y: f32,
}

impl Pen {
    /// Moves down; what does not fit any more begins the next page.
    fn down(&mut self, by: f32) {
        self.y += by;
        if self.y > HEIGHT - MARGIN {
            self.pages.push(Vec::new());
            self.y = MARGIN + by;
        }
    }

    /// Begins the next page unless so much still fits on this one.
    fn keep_together(&mut self, height: f32) {
        if self.y + height > HEIGHT - MARGIN {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
    }

    fn put(&mut self, op: Op) {
        if let Some(page) = self.pages.last_mut() {
            page.push(op);
        }
    }

    /// One line at this height, from `x` on or, `to_right`, up to it.
    fn text(&mut self, x: f32, size: f32, bold: bool, to_right: bool, text: &str) {
        let runs = fonts::shape(text, bold);
        let width: f32 = runs.iter().map(|run| run.width * size).sum();
        let (x, y) = (if to_right { x - width } else { x }, self.y);
        self.put(Op::Text { x, y, size, runs });
    }

    fn paragraph(&mut self, size: f32, bold: bool, text: &str, width: f32) {
        for line in wrapped(text, size, bold, width) {
            self.down(size * LEADING);
            self.text(MARGIN, size, bold, false, &line);
        }
    }

    /// A name on the left, an amount on the right.
    fn row(&mut self, size: f32, bold: bool, (left, right): &(String, String)) {
        let lines = wrapped(left, size, bold, FULL * 0.7);
        for (index, line) in lines.iter().enumerate() {
            self.down(size * LEADING);
            self.text(MARGIN, size, bold, false, line);
            if index == 0 {
                self.text(WIDTH - MARGIN, size, bold, true, right);
            }
        }
    }

    fn rule(&mut self) {
        self.down(6.0);
        let y = self.y;
        self.put(Op::Rule { y });
        self.down(4.0);
    }
}

pub(super) fn pages(sheet: &Sheet) -> Vec<Vec<Op>> {
    let mut pen = Pen { pages: vec![Vec::new()], y: MARGIN };
    pen.paragraph(HEAD, true, &sheet.seller, FULL);
    for line in &sheet.company {
        pen.paragraph(SMALL, false, line, FULL);
    }
    pen.down(GAP);
    pen.paragraph(TITLE, true, &sheet.title, FULL);
    pen.down(4.0);
    for (name, value) in &sheet.facts {
        pen.paragraph(BODY, false, &format!("{name}: {value}"), FULL);
    }
    for (name, lines) in sheet.blocks.iter().filter(|(_, lines)| !lines.is_empty()) {
        // A heading does not stand alone at the end of a page.
        pen.keep_together(GAP * 0.6 + (SMALL + BODY) * LEADING);
        pen.down(GAP * 0.6);
        pen.paragraph(SMALL, true, name, FULL);
        for line in lines {
            pen.paragraph(BODY, false, line, FULL);
        }
    }
    if !sheet.rows.is_empty() {
        pen.down(GAP);
        for row in &sheet.rows {
            pen.row(BODY, false, row);
        }
        pen.rule();
    }
    for (index, row) in sheet.totals.iter().enumerate() {
        pen.row(BODY, index == 0, row);
    }
    if let Some(balance) = &sheet.balance {
        pen.rule();
        pen.row(HEAD, true, balance);
    }
    pen.down(GAP);
    for note in &sheet.notes {
        pen.paragraph(SMALL, false, note, FULL);
    }
    pen.pages
}

/// Broken between words, and inside a word that is too wide by itself (some scripts have no spaces).
fn wrapped(text: &str, size: f32, bold: bool, width: f32) -> Vec<String> {
    let fits = |text: &str| fonts::width(text, bold) * size <= width;
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            if !fits(&line) && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
    }
    lines.push(line);
    lines
}
