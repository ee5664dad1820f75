//! A picture of a screen, and what tests ask of it.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Red, green and blue.
pub type Colour = [u8; 3];

/// What a screen looked like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Row by row from the top, each from the left.
    pub pixels: Vec<Colour>,
}

impl Picture {
    /// Writes it as PNG.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let what = || format!("writing the picture {}", path.display());
        let mut encoder = png::Encoder::new(
            BufWriter::new(File::create(path).with_context(what)?),
            self.width,
            self.height,
        );
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().with_context(what)?;
        writer.write_image_data(self.pixels.as_flattened()).with_context(what)?;
        writer.finish().with_context(what)
    }

    /// How many pixels have exactly this colour.
    #[must_use]
    pub fn count(&self, colour: Colour) -> usize {
        self.pixels.iter().filter(|pixel| **pixel == colour).count()
    }

    /// Where its pixels of exactly this colour are, from the left and from the top.
    pub fn places(&self, colour: Colour) -> impl Iterator<Item = (u32, u32)> + '_ {
        let all = (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y)));
        all.zip(&self.pixels).filter(move |(_, pixel)| **pixel == colour).map(|(place, _)| place)
    }

    /// How many pixels differ from another picture of the same size by more than `tolerance` of 255 in any colour.
    #[must_use]
    pub fn differs(&self, other: &Self, tolerance: u8) -> usize {
        let pairs = self.pixels.iter().zip(&other.pixels);
        pairs.filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > tolerance)).count()
    }

    /// How many different colours it has.
    #[must_use]
    pub fn colours(&self) -> usize {
        self.pixels.iter().collect::<BTreeSet<_>>().len()
    }

    /// The same without colours, as bright as people see them (Rec. 709).
    #[must_use]
    pub fn grey(&self) -> Self {
        let luma =
            |[r, g, b]: &Colour| (2126 * u32::from(*r) + 7152 * u32::from(*g) + 722 * u32::from(*b)) / 10_000;
        let grey = |pixel: &Colour| [u8::try_from(luma(pixel)).unwrap_or(u8::MAX); 3];
        Self { pixels: self.pixels.iter().map(grey).collect(), ..*self }
    }
}
