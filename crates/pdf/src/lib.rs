//! An A4 sheet from texts: lengths in points from the top left corner. Knows nothing of money or invoices.

mod fonts;
mod layout;
#[cfg(test)]
mod tests;

use krilla::{
    Document, SerializeSettings,
    geom::{PathBuilder, Point},
    metadata::Metadata,
    page::PageSettings,
};

use layout::Op;

const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 56.0;

/// What stands on the sheet.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    pub title: String,
    /// Tells this document from others, for programs.
    pub id: String,
    /// Whose sheet it is.
    pub seller: String,
    pub company: Vec<String>,
    pub facts: Vec<(String, String)>,
    pub blocks: Vec<(String, Vec<String>)>,
    pub rows: Vec<(String, String)>,
    pub totals: Vec<(String, String)>,
    /// Below the totals, large.
    pub balance: Option<(String, String)>,
    pub notes: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("a PDF could not be made: {0}")]
pub struct PdfError(String);

pub fn render(sheet: &Sheet) -> Result<Vec<u8>, PdfError> {
    let mut document = Document::new_with(SerializeSettings::default());
    document.set_metadata(
        Metadata::new()
            .title(sheet.title.clone())
            .authors(vec![sheet.seller.clone()])
            .language("en-GB".to_owned())
            .document_id(sheet.id.clone()),
    );
    for ops in layout::pages(sheet) {
        let settings =
            PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| PdfError("page size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for op in ops {
            match op {
                Op::Text { x, y, size, runs } => {
                    let mut x = x;
                    for run in runs {
                        let start = Point::from_xy(x, y);
                        surface.draw_glyphs(start, &run.glyphs, run.font.clone(), &run.text, size, false);
                        x += run.width * size;
                    }
                }
                Op::Rule { y } => {
                    let mut path = PathBuilder::new();
                    path.move_to(MARGIN, y);
                    path.line_to(WIDTH - MARGIN, y);
                    path.line_to(WIDTH - MARGIN, y + 0.6);
                    path.line_to(MARGIN, y + 0.6);
                    path.close();
                    if let Some(path) = path.finish() {
                        surface.draw_path(&path);
                    }
                }
            }
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| PdfError(format!("{error:?}")))
}
