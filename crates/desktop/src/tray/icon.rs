//! The tray's picture: a mark with a badge over it, in each size that panels use.
//!
//! PNGs from `icons/tray` in, ARGB out. Pure; knows no panel.

use agent::tray::{Icon, Mark};
use std::io::Cursor;

/// One size of a picture: square, four bytes a pixel in the order alpha, red, green, blue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pixmap {
    /// Pixels on a side.
    pub(crate) side: u32,
    /// `side * side * 4` bytes.
    pub(crate) argb: Vec<u8>,
}

/// How many sizes there are of each picture.
const SIZES: usize = 5;

/// The same picture in each size.
type Sizes = [&'static [u8]; SIZES];

macro_rules! sizes {
    ($name:literal) => {
        [
            include_bytes!(concat!("../../../../icons/tray/", $name, "-16.png")).as_slice(),
            include_bytes!(concat!("../../../../icons/tray/", $name, "-22.png")).as_slice(),
            include_bytes!(concat!("../../../../icons/tray/", $name, "-24.png")).as_slice(),
            include_bytes!(concat!("../../../../icons/tray/", $name, "-32.png")).as_slice(),
            include_bytes!(concat!("../../../../icons/tray/", $name, "-48.png")).as_slice(),
        ]
    };
}

static ONLINE: Sizes = sizes!("online");
static AWAY: Sizes = sizes!("away");
static OFFLINE: Sizes = sizes!("offline");
static CUT: Sizes = sizes!("cut");
static BADGES: [Sizes; 9] = [
    sizes!("badge-1"),
    sizes!("badge-2"),
    sizes!("badge-3"),
    sizes!("badge-4"),
    sizes!("badge-5"),
    sizes!("badge-6"),
    sizes!("badge-7"),
    sizes!("badge-8"),
    sizes!("badge-9"),
];
static MORE: Sizes = sizes!("badge-more");

/// The picture that toasts show, as a PNG.
pub(crate) static TOAST_PICTURE: &[u8] = include_bytes!("../../../../icons/128x128.png");

/// Draws the picture in each size.
pub(crate) fn draw(icon: Icon) -> Vec<Pixmap> {
    let marks = match icon.mark {
        Mark::Online => &ONLINE,
        Mark::Away => &AWAY,
        Mark::Offline => &OFFLINE,
        Mark::Cut => &CUT,
    };
    let badge = match usize::try_from(icon.badge).unwrap_or(usize::MAX) {
        0 => None,
        count => Some(BADGES.get(count - 1).unwrap_or(&MORE)),
    };
    (0..SIZES)
        .map(|size| {
            let (side, mut rgba) = decode(marks[size]);
            if let Some(badge) = badge {
                let (_, over) = decode(badge[size]);
                lay_over(&mut rgba, &over);
            }
            // Red, green, blue, alpha → alpha first.
            rgba.as_chunks_mut::<4>().0.iter_mut().for_each(|pixel| pixel.rotate_right(1));
            Pixmap { side, argb: rgba }
        })
        .collect()
}

fn decode(png: &'static [u8]) -> (u32, Vec<u8>) {
    let mut reader = png::Decoder::new(Cursor::new(png)).read_info().expect("our own pictures are PNGs");
    let mut rgba = vec![0; reader.output_buffer_size().expect("our own pictures are small")];
    let info = reader.next_frame(&mut rgba).expect("our own pictures are whole");
    debug_assert_eq!(info.color_type, png::ColorType::Rgba);
    debug_assert_eq!(info.bit_depth, png::BitDepth::Eight);
    debug_assert_eq!(info.width, info.height);
    (info.width, rgba)
}

/// Lays `over` over `under`, both red, green, blue, alpha (not multiplied).
fn lay_over(under: &mut [u8], over: &[u8]) {
    let pixels = under.as_chunks_mut::<4>().0.iter_mut().zip(over.as_chunks::<4>().0);
    for (low, high) in pixels {
        let (a_high, a_low) = (u32::from(high[3]), u32::from(low[3]));
        let rest = a_low * (255 - a_high) / 255;
        let alpha = a_high + rest;
        if alpha == 0 {
            continue;
        }
        for channel in 0..3 {
            let mixed = (u32::from(high[channel]) * a_high + u32::from(low[channel]) * rest) / alpha;
            low[channel] = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
        low[3] = u8::try_from(alpha).unwrap_or(u8::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const MARKS: [Mark; 4] = [Mark::Online, Mark::Away, Mark::Offline, Mark::Cut];

    #[test]
    fn every_picture_comes_in_every_size() {
        for mark in MARKS {
            for badge in [0, 1, 9, 10, u32::MAX] {
                let sizes = draw(Icon { mark, badge });
                assert_eq!(sizes.iter().map(|size| size.side).collect::<Vec<_>>(), [16, 22, 24, 32, 48]);
                assert!(sizes.iter().all(|size| size.argb.len() == (size.side * size.side * 4) as usize));
            }
        }
    }

    #[test]
    fn no_two_states_look_the_same_not_even_in_grey() {
        for size in 0..SIZES {
            let mut seen = HashSet::new();
            for mark in MARKS {
                for badge in 0..=10 {
                    let picture = &draw(Icon { mark, badge })[size];
                    let grey: Vec<u32> = (picture.argb.as_chunks::<4>().0.iter())
                        .map(|[a, r, g, b]| u32::from(*a) * (u32::from(*r) + u32::from(*g) + u32::from(*b)))
                        .collect();
                    assert!(seen.insert(grey), "{mark:?} {badge} at size {size}");
                }
            }
        }
    }

    #[test]
    fn a_badge_covers_what_is_under_it() {
        let mut under = [10, 20, 30, 255, 10, 20, 30, 255, 0, 0, 0, 0];
        lay_over(&mut under, &[200, 0, 0, 255, 0, 0, 0, 0, 9, 9, 9, 128]);
        assert_eq!(under, [200, 0, 0, 255, 10, 20, 30, 255, 9, 9, 9, 128]);
    }
}
