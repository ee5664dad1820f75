//! The sounds of our own: quiet strokes, made here, as WAV files that every player reads.
//!
//! Pure: samples in memory. The app makes a sound when it is first needed, and keeps it in a file from then on. The portal's pages have the
//! bell's as files, at full volume, since a page can only turn down what it plays; a test here makes sure that they are the same sounds.

use agent::sound::{SoundChoice, Volume};
use std::f32::consts::TAU;

/// Samples a second: enough for a bell, and every sound system takes it.
const RATE: u32 = 22_050;

/// How a sound is struck.
struct Voice {
    /// Partials of a stroke.
    partials: &'static [Partial],
    /// Seconds in which a stroke rises.
    rises_in: f32,
    usual: Chime,
    /// For what has waited for long: one more stroke.
    late: Chime,
}

/// One partial of a stroke.
struct Partial {
    /// How many times as high as the stroke.
    higher: f32,
    loud: f32,
    /// In how many seconds it dies away to a third.
    dies_in: f32,
}

/// What is heard.
struct Chime {
    /// How long, in seconds.
    seconds: f32,
    /// The strokes: when, in seconds, and how high, in Hz.
    strokes: &'static [(f32, f32)],
}

/// E5 and C6; late, E6 as well.
const BELL: Voice = Voice {
    partials: &[partial(1.0, 1.0, 0.28), partial(2.0, 0.35, 0.16), partial(3.01, 0.12, 0.08)],
    rises_in: EDGE,
    usual: Chime { seconds: 0.9, strokes: &[(0.0, 659.26), (0.14, 1046.5)] },
    late: Chime { seconds: 1.1, strokes: &[(0.0, 659.26), (0.14, 1046.5), (0.28, 1318.5)] },
};

/// G4 and C5, without a bell's overtones; late, E5 as well.
const SOFT: Voice = Voice {
    partials: &[partial(1.0, 1.0, 0.4), partial(2.0, 0.08, 0.2)],
    rises_in: 0.05,
    usual: Chime { seconds: 1.2, strokes: &[(0.0, 392.0), (0.22, 523.25)] },
    late: Chime { seconds: 1.5, strokes: &[(0.0, 392.0), (0.22, 523.25), (0.44, 659.26)] },
};

/// Two knocks on a wooden bar, D5 and A5; late, a third one an octave above the first.
const WOOD: Voice = Voice {
    partials: &[partial(1.0, 1.0, 0.07), partial(3.93, 0.3, 0.03)],
    rises_in: 0.002,
    usual: Chime { seconds: 0.5, strokes: &[(0.0, 587.33), (0.12, 880.0)] },
    late: Chime { seconds: 0.7, strokes: &[(0.0, 587.33), (0.12, 880.0), (0.24, 1174.66)] },
};

/// How long the silence is with which the way to the loudspeakers is tried, in seconds.
const SILENCE_SECONDS: f32 = 0.05;
/// The loudest sample, of 1, at full volume. At half, where it begins, it is quiet beside speech and music, and heard in a quiet room.
const FULL_PEAK: f32 = 0.4;
/// How much louder what is late is (C3).
const LATE_LOUDER: f32 = 2.0;
/// Seconds in which a whole sound ends: without it one hears a click.
const EDGE: f32 = 0.006;

const fn partial(higher: f32, loud: f32, dies_in: f32) -> Partial {
    Partial { higher, loud, dies_in }
}

/// The sound as a WAV file.
pub(super) fn chime(choice: SoundChoice, volume: Volume) -> Vec<u8> {
    let voice = voice(choice);
    strike(voice, &voice.usual, peak(volume))
}

/// Its louder and longer form.
pub(super) fn late_chime(choice: SoundChoice, volume: Volume) -> Vec<u8> {
    let voice = voice(choice);
    strike(voice, &voice.late, peak(volume) * LATE_LOUDER)
}

/// A moment of silence as a WAV file.
pub(super) fn silence() -> Vec<u8> {
    wav(times(SILENCE_SECONDS).map(|_| 0.0))
}

fn voice(choice: SoundChoice) -> &'static Voice {
    match choice {
        SoundChoice::Bell => &BELL,
        SoundChoice::Soft => &SOFT,
        SoundChoice::Wood => &WOOD,
    }
}

fn peak(volume: Volume) -> f32 {
    FULL_PEAK * f32::from(volume.percent()) / 100.0
}

fn strike(voice: &Voice, chime: &Chime, peak: f32) -> Vec<u8> {
    let samples: Vec<f32> = times(chime.seconds).map(|time| sample(voice, chime, time)).collect();
    let loudest = samples.iter().fold(f32::EPSILON, |loudest, sample| loudest.max(sample.abs()));
    wav(samples.iter().map(|sample| sample / loudest * peak))
}

fn times(seconds: f32) -> impl Iterator<Item = f32> {
    (0_u32..).map(|index| index as f32 / RATE as f32).take_while(move |time| *time < seconds)
}

fn sample(voice: &Voice, chime: &Chime, time: f32) -> f32 {
    let strokes = chime.strokes.iter().filter(|(begins, _)| time >= *begins).map(|(begins, pitch)| {
        let since = time - begins;
        let partials = voice.partials.iter().map(|Partial { higher, loud, dies_in }| {
            (TAU * pitch * higher * since).sin() * loud * (-since / dies_in).exp()
        });
        partials.sum::<f32>() * (since / voice.rises_in).min(1.0)
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

    fn samples(file: &[u8]) -> Vec<i16> {
        file[44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
    }

    fn loudest(file: &[u8]) -> u16 {
        samples(file).iter().map(|sample| sample.unsigned_abs()).max().unwrap()
    }

    fn percent(percent: i64) -> Volume {
        Volume::try_from(percent).unwrap()
    }

    #[test]
    fn each_is_quiet_short_and_begins_and_ends_without_a_click() {
        for choice in SoundChoice::ALL {
            for file in [chime(choice, Volume::DEFAULT), late_chime(choice, Volume::DEFAULT)] {
                let samples = samples(&file);
                assert!(samples.len() < 2 * RATE as usize && samples.len() > RATE as usize / 3);
                assert!(samples[0].unsigned_abs() < 100 && samples.last().unwrap().unsigned_abs() < 100);
                assert_eq!(&file[..4], b"RIFF");
                assert_eq!(u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize + 8, file.len());
            }
            let loudest = loudest(&chime(choice, Volume::DEFAULT));
            assert!((6_000..=6_600).contains(&loudest), "{choice:?}: {loudest}");
        }
    }

    // C3
    #[test]
    fn what_is_late_is_twice_as_loud_and_longer_at_every_volume_and_never_distorted() {
        for choice in SoundChoice::ALL {
            for volume in [Volume::LEAST, Volume::DEFAULT, Volume::MOST] {
                let (usual, late) = (chime(choice, volume), late_chime(choice, volume));
                assert!(late.len() > usual.len());
                let times = f32::from(loudest(&late)) / f32::from(loudest(&usual));
                assert!((1.95..2.05).contains(&times), "{choice:?} at {volume:?}: {times}");
                assert!(loudest(&late) < 27_000);
            }
        }
    }

    #[test]
    fn the_volume_is_that_of_the_loudest_sample() {
        for choice in SoundChoice::ALL {
            let loudest = [10, 20, 50, 100].map(|volume| loudest(&chime(choice, percent(volume))));
            for (loud, expected) in loudest.into_iter().zip([1_310, 2_621, 6_553, 13_106]) {
                assert!(i32::from(loud).abs_diff(expected) < 20, "{choice:?}: {loud}, {expected}");
            }
        }
    }

    #[test]
    fn each_is_another_sound() {
        let files = SoundChoice::ALL.map(|choice| chime(choice, Volume::DEFAULT));
        assert!(files[0] != files[1] && files[1] != files[2] && files[0] != files[2]);
    }

    // C12
    #[test]
    fn the_portals_pages_ring_with_the_same_sound() {
        let ring = include_bytes!("../../../../ui/src/portal/bell/ring.wav");
        let late = include_bytes!("../../../../ui/src/portal/bell/late.wav");
        // They are set in the same percents.
        let ours = [chime(SoundChoice::Bell, Volume::MOST), late_chime(SoundChoice::Bell, Volume::MOST)];
        for (theirs, ours) in [ring.as_slice(), late.as_slice()].into_iter().zip(ours) {
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
