//! The sounds of our own: soft strokes of a bell, made here, as WAV files that every player reads.
//!
//! Pure: samples in memory. The app makes its sound when it is first needed, and keeps it in a file from then on. The portal's pages have theirs
//! as files, louder, since a page can only turn down what it plays; a test here makes sure that they are the same sounds.

use std::f32::consts::TAU;

/// Samples a second: enough for a bell, and every sound system takes it.
const RATE: u32 = 22_050;
/// One sound.
struct Chime {
    /// How long it is heard, in seconds.
    seconds: f32,
    /// The strokes: when, in seconds, and how high, in Hz.
    strokes: &'static [(f32, f32)],
}

/// For requests: E5 and C6.
const RING: Chime = Chime { seconds: 0.9, strokes: &[(0.0, 659.26), (0.14, 1046.5)] };
/// How long the silence is with which the way to the loudspeakers is tried, in seconds.
const SILENCE_SECONDS: f32 = 0.05;
/// The loudest sample, of 1: quiet beside speech and music, and heard in a quiet room.
const PEAK: f32 = 0.2;
/// Partials of a stroke: how much higher, how loud, and how soon they die away (in seconds to a third).
const PARTIALS: [(f32, f32, f32); 3] = [(1.0, 1.0, 0.28), (2.0, 0.35, 0.16), (3.01, 0.12, 0.08)];
/// Seconds in which a stroke rises and the whole sound ends: without it one hears a click.
const EDGE: f32 = 0.006;

/// The sound as a WAV file.
pub(super) fn chime() -> Vec<u8> {
    strike(&RING, PEAK)
}

/// A moment of silence as a WAV file.
pub(super) fn silence() -> Vec<u8> {
    wav(times(SILENCE_SECONDS).map(|_| 0.0))
}

fn strike(chime: &Chime, peak: f32) -> Vec<u8> {
    let samples: Vec<f32> = times(chime.seconds).map(|time| sample(chime, time)).collect();
    let loudest = samples.iter().fold(f32::EPSILON, |loudest, sample| loudest.max(sample.abs()));
    wav(samples.iter().map(|sample| sample / loudest * peak))
}

fn times(seconds: f32) -> impl Iterator<Item = f32> {
    (0_u32..).map(|index| index as f32 / RATE as f32).take_while(move |time| *time < seconds)
}

fn sample(chime: &Chime, time: f32) -> f32 {
    let strokes = chime.strokes.iter().filter(|(begins, _)| time >= *begins).map(|(begins, pitch)| {
        let since = time - begins;
        let partials = PARTIALS
            .iter()
            .map(|(higher, loud, dies)| (TAU * pitch * higher * since).sin() * loud * (-since / dies).exp());
        partials.sum::<f32>() * (since / EDGE).min(1.0)
    });
    strokes.sum::<f32>() * ((chime.seconds - time) / EDGE).min(1.0)
}

/// One channel, 16 bits a sample.
fn wav(samples: impl Iterator<Item = f32>) -> Vec<u8> {
    let data: Vec<u8> = samples
        .flat_map(|sample| ((sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16).to_le_bytes())
        .collect();
    let bytes = u32::try_from(data.len()).expect("a second of sound is small");
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + bytes).to_le_bytes());
    file.extend(b"WAVEfmt ");
    // Length of this part, plain samples, one channel, rate, bytes a second, bytes a sample, bits a sample.
    file.extend(16_u32.to_le_bytes());
    file.extend([1_u16, 1].iter().flat_map(|field| field.to_le_bytes()));
    file.extend([RATE, RATE * 2].iter().flat_map(|field| field.to_le_bytes()));
    file.extend([2_u16, 16].iter().flat_map(|field| field.to_le_bytes()));
    file.extend(b"data");
    file.extend(bytes.to_le_bytes());
    file.extend(data);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For what has waited for long: one more stroke, E6. Only pages have it so far.
    const LATE: Chime = Chime { seconds: 1.1, strokes: &[(0.0, 659.26), (0.14, 1046.5), (0.28, 1318.5)] };

    fn samples(file: &[u8]) -> Vec<i16> {
        file[44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
    }

    #[test]
    fn it_is_quiet_short_and_begins_and_ends_without_a_click() {
        let file = chime();
        let samples = samples(&file);
        let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
        assert!((6_000..=6_600).contains(&loudest), "{loudest}");
        assert!(samples.len() < RATE as usize && samples.len() > RATE as usize / 2);
        assert!(samples[0].unsigned_abs() < 100 && samples.last().unwrap().unsigned_abs() < 100);
        assert_eq!(&file[..4], b"RIFF");
        assert_eq!(u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize + 8, file.len());
    }

    // C12
    #[test]
    fn the_portals_pages_ring_with_the_same_sound() {
        let ring = include_bytes!("../../../../ui/src/portal/bell/ring.wav");
        let late = include_bytes!("../../../../ui/src/portal/bell/late.wav");
        // At half its volume, which is where a page begins, the first one is as loud as the app's.
        for (theirs, ours) in
            [(ring.as_slice(), strike(&RING, PEAK * 2.0)), (late.as_slice(), strike(&LATE, PEAK * 4.0))]
        {
            assert_eq!(theirs[..44], ours[..44]);
            // Sines differ a little from machine to machine.
            let differ = |(a, b): (i16, i16)| (i32::from(a) - i32::from(b)).abs();
            let most = samples(theirs).into_iter().zip(samples(&ours)).map(differ).max().unwrap();
            assert!(most <= 16, "{most}");
        }
    }

    #[test]
    fn silence_is_silent() {
        assert!(samples(&silence()).iter().all(|sample| *sample == 0));
    }
}
