//! The fonts that the binary carries, and how a line of text in any of their scripts becomes glyphs.
//!
//! Latin, Greek and Cyrillic in regular and bold; Arabic, Hebrew and Devanagari; the Chinese characters and the kana in common use.
//! A character that none of them has is drawn as an empty box, and is still there for who copies the text.

use std::{io::Read, sync::LazyLock};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Face, Feature, UnicodeBuffer, ttf_parser::Tag};
use unicode_bidi::BidiInfo;

struct Loaded {
    font: Font,
    face: Face<'static>,
}

impl Loaded {
    fn new(bytes: &'static [u8]) -> Option<Self> {
        Some(Self { font: Font::new(bytes.into(), 0)?, face: Face::from_slice(bytes, 0)? })
    }

    fn has(&self, letter: char) -> bool {
        self.face.glyph_index(letter).is_some()
    }
}

macro_rules! font {
    ($name:literal) => {
        Loaded::new(include_bytes!(concat!("../fonts/", $name))).expect("a font of the binary can be read")
    };
}

static REGULAR: LazyLock<Loaded> = LazyLock::new(|| font!("NotoSans-Regular.ttf"));
static BOLD: LazyLock<Loaded> = LazyLock::new(|| font!("NotoSans-Bold.ttf"));
static SCRIPTS: LazyLock<[Loaded; 3]> = LazyLock::new(|| {
    [
        font!("NotoSansArabic-Regular.ttf"),
        font!("NotoSansHebrew-Regular.ttf"),
        font!("NotoSansDevanagari-Regular.ttf"),
    ]
});
/// Unpacked once, when the first Chinese or Japanese character comes.
static HAN: LazyLock<Loaded> = LazyLock::new(|| {
    let packed: &[u8] = include_bytes!("../fonts/NotoSansSC-Subset.ttf.gz");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed)
        .read_to_end(&mut bytes)
        .expect("a font of the binary can be unpacked");
    Loaded::new(bytes.leak()).expect("a font of the binary can be read")
});

/// A piece of a line in one font, ready to be drawn. `width` is of size 1.
pub(super) struct Run {
    pub font: Font,
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    pub width: f32,
}

/// One line, in the order in which it is drawn from left to right (Unicode TR 9).
pub(super) fn shape(text: &str, bold: bool) -> Vec<Run> {
    let bidi = BidiInfo::new(text, None);
    let mut runs = Vec::new();
    for paragraph in &bidi.paragraphs {
        let (levels, ranges) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for range in ranges {
            let from_right = levels[range.start].is_rtl();
            let mut pieces: Vec<Run> = by_font(&text[range], bold)
                .into_iter()
                .map(|(loaded, piece)| shape_piece(loaded, piece, from_right))
                .collect();
            if from_right {
                pieces.reverse();
            }
            runs.append(&mut pieces);
        }
    }
    runs
}

pub(super) fn width(text: &str, bold: bool) -> f32 {
    shape(text, bold).iter().map(|run| run.width).sum()
}

/// The first font that has the letter; the ordinary one when none has.
fn font_of(letter: char, bold: bool) -> &'static Loaded {
    let plain: &Loaded = if bold { &BOLD } else { &REGULAR };
    let others = || SCRIPTS.iter().chain(std::iter::once(&*HAN));
    if plain.has(letter) { plain } else { others().find(|font| font.has(letter)).unwrap_or(plain) }
}

/// Spaces and marks stay with the letter before them where its font has them, so that words are not torn apart.
fn by_font(text: &str, bold: bool) -> Vec<(&'static Loaded, &str)> {
    let mut pieces: Vec<(&'static Loaded, usize)> = Vec::new();
    for (at, letter) in text.char_indices() {
        let stays = !letter.is_alphanumeric() && pieces.last().is_some_and(|(font, _)| font.has(letter));
        let font = if stays { None } else { Some(font_of(letter, bold)) };
        if let Some(font) = font
            && pieces.last().is_none_or(|(last, _)| !std::ptr::eq(*last, font))
        {
            pieces.push((font, at));
        }
    }
    let ends: Vec<usize> = pieces.iter().skip(1).map(|(_, at)| *at).chain([text.len()]).collect();
    pieces.iter().zip(ends).map(|((font, at), end)| (*font, &text[*at..end])).collect()
}

fn shape_piece(loaded: &Loaded, text: &str, from_right: bool) -> Run {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    buffer.set_direction(if from_right { Direction::RightToLeft } else { Direction::LeftToRight });
    // The Latin font would draw one letter as two glyphs (ị as i and a dot) where it has the letter whole, and a reader that copies
    // the text would find it torn apart. Other scripts need the feature.
    let whole = [Feature::new(Tag::from_bytes(b"ccmp"), 0, ..)];
    let is_latin = [&*REGULAR, &*BOLD].into_iter().any(|plain| std::ptr::eq(plain, loaded));
    let shaped = rustybuzz::shape(&loaded.face, if is_latin { &whole } else { &[] }, buffer);
    let em = loaded.font.units_per_em();
    let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
    starts.sort_unstable();
    starts.dedup();
    let end_of = |start: usize| starts.iter().copied().find(|next| *next > start).unwrap_or(text.len());
    let glyphs: Vec<KrillaGlyph> = shaped
        .glyph_infos()
        .iter()
        .zip(shaped.glyph_positions())
        .map(|(info, position)| {
            let start = info.cluster as usize;
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                position.x_advance as f32 / em,
                position.x_offset as f32 / em,
                position.y_offset as f32 / em,
                position.y_advance as f32 / em,
                start..end_of(start),
                None,
            )
        })
        .collect();
    let width = shaped.glyph_positions().iter().map(|position| position.x_advance as f32 / em).sum();
    Run { font: loaded.font.clone(), text: text.to_owned(), glyphs, width }
}
