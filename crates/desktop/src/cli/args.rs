//! The command line: words → what is wanted. Knows no running agent.

use crate::words;
use agent::sound::{SoundChange, SoundChoice, Volume};
use agent::view::{AwayUntil, Intent, Page};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::{SignedDuration, ToSpan, Zoned, civil::Time};
use local::socket_path::Profile;
use std::time::Duration;

/// How links begin that open the app.
const LINK: &str = "deskbell:";

/// Longest away that ends by itself, as for `--for`: past a day a typing error is likelier.
const MAX_AWAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Shows whether you are at your desk, and rings when somebody needs help.
#[derive(Debug, Parser)]
#[command(
    name = "deskbell",
    version,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = words::WITHOUT_A_COMMAND
)]
pub(crate) struct Cli {
    /// Keeps settings, sign-in and windows of several people or purposes apart
    #[arg(long, global = true, value_name = "NAME", default_value_t, display_order = 90)]
    pub(crate) profile: Profile,
    /// Started by the desktop: windows that open by themselves are minimised
    #[arg(long)]
    pub(crate) background: bool,
    /// Says on standard output when commands can be taken
    #[arg(long, hide = true)]
    pub(crate) tell_ready: bool,
    /// Started by a window that lost its agent
    #[arg(long, hide = true)]
    pub(crate) window_open: bool,
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

/// What can be asked of Deskbell; without one, it starts.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Sign in with a one-time link, read from standard input
    #[command(after_help = words::WHY_STANDARD_INPUT)]
    SignIn,
    /// Be away; requests still come
    Away(Away),
    /// Follow the computer: online with input, away without
    Online,
    /// Say what others see, and why
    Status {
        /// As JSON: everything that the status window shows
        #[arg(long)]
        json: bool,
    },
    /// Say or set how toasts sound on this computer
    Sound(Sound),
    /// Open a window
    Open {
        /// portal, status, or a link that begins with deskbell:
        #[arg(default_value = "portal", value_parser = target)]
        target: Intent,
    },
    /// End Deskbell: this computer no longer counts for your presence
    Quit,
    /// Compares pointer and keys for the agent
    #[command(hide = true)]
    IdleHelper,
}

/// Until when.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct Away {
    /// For this long: 30m, 2h, 1h30m
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    lasting: Option<Duration>,
    /// Until the next such time of day: 13:00
    #[arg(long, value_name = "HH:MM", value_parser = clock)]
    until: Option<Time>,
    /// Until the first input after an absence
    #[arg(long)]
    until_back: bool,
}

impl Away {
    /// What ends it, seen from `now`.
    pub(crate) fn until(&self, now: &Zoned) -> AwayUntil {
        match (self.lasting, self.until) {
            (Some(lasting), _) => AwayUntil::For(millis(lasting)),
            (None, Some(clock)) => AwayUntil::For(millis(until_next(now, clock))),
            (None, None) if self.until_back => AwayUntil::Back,
            (None, None) => AwayUntil::Cleared,
        }
    }
}

/// How toasts sound. What is not given stays as it is.
#[derive(Debug, Args)]
pub(crate) struct Sound {
    /// Whether toasts make a sound
    #[arg(value_enum)]
    state: Option<SoundState>,
    /// How loud, in percent: 10 to 100
    #[arg(long, value_name = "PERCENT", value_parser = volume)]
    volume: Option<Volume>,
    /// Which sound: bell, soft or wood
    #[arg(long = "choose", value_name = "SOUND", value_parser = choice)]
    choice: Option<SoundChoice>,
    /// Then show a test toast with the sound
    #[arg(long)]
    test: bool,
    /// Then show a test toast with the louder sound of requests that have waited for a minute
    #[arg(long, conflicts_with = "test")]
    test_late: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SoundState {
    On,
    Off,
}

impl Sound {
    /// What is to be different.
    pub(crate) fn change(&self) -> SoundChange {
        let on = self.state.map(|state| state == SoundState::On);
        SoundChange { on, volume: self.volume, choice: self.choice }
    }

    /// What is to be shown afterwards.
    pub(crate) fn test(&self) -> Option<Intent> {
        (self.test || self.test_late).then_some(Intent::TestToast { late: self.test_late })
    }
}

fn volume(text: &str) -> Result<Volume, String> {
    let percent = text.strip_suffix('%').unwrap_or(text).parse::<i64>();
    let volume = percent.ok().and_then(|percent| Volume::try_from(percent).ok());
    volume.ok_or_else(|| format!("expected {}", words::VOLUME_FORM))
}

fn choice(text: &str) -> Result<SoundChoice, String> {
    SoundChoice::named(text).ok_or_else(|| format!("expected {}", words::CHOICE_FORM))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// How long until the zone's clocks show `clock` next. A time that daylight saving leaves out counts as if it did not.
fn until_next(now: &Zoned, clock: Time) -> Duration {
    let on = |date: jiff::civil::Date| date.to_datetime(clock).to_zoned(now.time_zone().clone());
    let today = on(now.date()).ok().filter(|then| then > now);
    let next = today.or_else(|| now.date().checked_add(1.day()).ok().and_then(|date| on(date).ok()));
    next.and_then(|then| Duration::try_from(now.duration_until(&then)).ok()).unwrap_or(MAX_AWAY)
}

fn clock(text: &str) -> Result<Time, String> {
    let read = || {
        let (hours, minutes) = text.split_once(':')?;
        let digits = |part: &str| part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(hours) || !digits(minutes) || minutes.len() != 2 {
            return None;
        }
        Time::new(hours.parse().ok()?, minutes.parse().ok()?, 0, 0).ok()
    };
    read().ok_or_else(|| format!("expected {}", words::CLOCK_FORM))
}

fn duration(text: &str) -> Result<Duration, String> {
    let span = |text: &str| Duration::try_from(text.parse::<SignedDuration>().ok()?).ok();
    // Its units go from the largest down; Deskbell has always taken `30m1h` as well.
    let in_any_order = || {
        text.split_inclusive(['h', 'm', 's'])
            .try_fold(Duration::ZERO, |total, part| total.checked_add(span(part)?))
    };
    let lasting = span(text).or_else(in_any_order);
    let lasting = lasting.filter(|lasting| (Duration::from_secs(1)..=MAX_AWAY).contains(lasting));
    lasting.ok_or_else(|| format!("expected {}", words::DURATION_FORM))
}

fn target(text: &str) -> Result<Intent, String> {
    let page = |page| Ok(Intent::Open { page });
    match text {
        "portal" => page(Page::Portal { chat: None }),
        "status" => page(Page::Status),
        link if link.starts_with(LINK) => Ok(Intent::Link { link: link.to_owned() }),
        // What was given is not repeated: it may hold a secret.
        _ => Err(format!("expected {}", words::TARGET_FORM)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn away(args: &[&str], now: &str) -> AwayUntil {
        let cli = Cli::try_parse_from(["deskbell", "away"].iter().chain(args)).unwrap();
        let Some(Verb::Away(away)) = cli.verb else { panic!("{cli:?}") };
        away.until(&now.parse().unwrap())
    }

    const HOUR: u64 = 3_600_000;

    // P7
    #[test]
    fn away_ends_as_it_is_said() {
        let now = "2026-11-22T12:15:00+01:00[Europe/Zurich]";
        for (args, until) in [
            (&[][..], AwayUntil::Cleared),
            (&["--until-back"], AwayUntil::Back),
            (&["--for", "30m"], AwayUntil::For(HOUR / 2)),
            (&["--for", "1h30m"], AwayUntil::For(HOUR * 3 / 2)),
            (&["--for", "90s"], AwayUntil::For(90_000)),
            (&["--for", "30m1h"], AwayUntil::For(HOUR * 3 / 2)),
            (&["--for", "1h 30min"], AwayUntil::For(HOUR * 3 / 2)),
            (&["--for", "2 hours, 15 minutes"], AwayUntil::For(HOUR * 9 / 4)),
            (&["--for", "1.5h"], AwayUntil::For(HOUR * 3 / 2)),
            (&["--for", "24h"], AwayUntil::For(HOUR * 24)),
            (&["--until", "13:00"], AwayUntil::For(HOUR * 3 / 4)),
            (&["--until", "9:05"], AwayUntil::For(HOUR * 20 + HOUR * 5 / 6)),
            (&["--until", "12:15"], AwayUntil::For(HOUR * 24)),
        ] {
            assert_eq!(away(args, now), until, "{args:?}");
        }
    }

    #[test]
    fn a_time_of_day_is_one_of_the_local_zone_also_when_its_clocks_change() {
        // Clocks go from 3:00 back to 2:00.
        let autumn = "2026-10-24T22:00:00+02:00[Europe/Zurich]";
        assert_eq!(away(&["--until", "6:00"], autumn), AwayUntil::For(9 * HOUR));
        // Clocks go from 2:00 on to 3:00: 2:30 is left out.
        let spring = "2026-03-28T22:00:00+01:00[Europe/Zurich]";
        assert_eq!(away(&["--until", "2:30"], spring), AwayUntil::For(4 * HOUR + HOUR / 2));
    }

    #[test]
    fn nonsense_is_a_usage_error_that_says_what_is_expected() {
        for (args, says) in [
            (&["away", "--for", "30"][..], words::DURATION_FORM),
            (&["away", "--for", "0m"], words::DURATION_FORM),
            (&["away", "--for", "25h"], words::DURATION_FORM),
            (&["away", "--for", ""], words::DURATION_FORM),
            (&["away", "--for=-30m"], words::DURATION_FORM),
            (&["away", "--for", "30m ago"], words::DURATION_FORM),
            (&["away", "--for", "20h20h"], words::DURATION_FORM),
            (&["away", "--for", "5µ"], words::DURATION_FORM),
            (&["away", "--until", "25:00"], words::CLOCK_FORM),
            (&["away", "--until", "7"], words::CLOCK_FORM),
            (&["open", "https://help.acme.example/#s3cret"], words::TARGET_FORM),
            (&["away", "--for", "5m", "--until-back"], "cannot be used with"),
            (&["--profile", "../x", "status"], "1 to 32 characters"),
            (&["sound", "--volume", "5"], words::VOLUME_FORM),
            (&["sound", "--volume", "101"], words::VOLUME_FORM),
            (&["sound", "--volume", "loud"], words::VOLUME_FORM),
            (&["sound", "--volume=-20"], words::VOLUME_FORM),
            (&["sound", "--choose", "gong"], words::CHOICE_FORM),
            (&["sound", "loud"], "[possible values: on, off]"),
            (&["sound", "--test", "--test-late"], "cannot be used with"),
            (&["dance"], "unrecognized subcommand"),
        ] {
            let error = Cli::try_parse_from(["deskbell"].iter().chain(args)).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{args:?}");
            assert!(error.to_string().contains(says), "{args:?}: {error}");
        }
    }

    #[test]
    fn sound_sets_what_is_given_and_says_what_is_set() {
        let sound =
            |args: &[&str]| match Cli::try_parse_from(["deskbell", "sound"].iter().chain(args)).unwrap().verb
            {
                Some(Verb::Sound(sound)) => (sound.change(), sound.test()),
                other => panic!("{other:?}"),
            };
        let none = SoundChange::default();
        assert_eq!(sound(&[]), (none, None));
        assert_eq!(sound(&["off"]), (SoundChange { on: Some(false), ..none }, None));
        let volume = Some(Volume::try_from(60).unwrap());
        let choice = Some(SoundChoice::Soft);
        let all = SoundChange { on: Some(true), volume, choice };
        let late = Some(Intent::TestToast { late: true });
        assert_eq!(sound(&["on", "--volume", "60%", "--choose", "soft", "--test-late"]), (all, late));
        let test = Some(Intent::TestToast { late: false });
        assert_eq!(sound(&["--volume", "60", "--test"]), (SoundChange { volume, ..none }, test));
    }

    #[test]
    fn open_takes_pages_and_links() {
        let open = |args: &[&str]| match Cli::try_parse_from(["deskbell", "open"].iter().chain(args))
            .unwrap()
            .verb
        {
            Some(Verb::Open { target }) => target,
            other => panic!("{other:?}"),
        };
        assert_eq!(open(&[]), Intent::Open { page: Page::Portal { chat: None } });
        assert_eq!(open(&["status"]), Intent::Open { page: Page::Status });
        let link = "deskbell:sign-in?link=https%3A%2F%2Fa.example%2Fsign-in%23x";
        assert_eq!(open(&[link]), Intent::Link { link: link.into() });
    }

    #[test]
    fn the_profile_may_stand_anywhere() {
        let cli = Cli::try_parse_from(["deskbell", "status", "--profile", "dana"]).unwrap();
        assert_eq!(cli.profile.as_str(), "dana");
    }
}
