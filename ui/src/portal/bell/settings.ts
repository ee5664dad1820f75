// How notifications sound in this browser, as its user has set it. Pure: text in and out.

/** Bounds of the volume, in percent. Off is a setting of its own, so that the volume is kept. */
export const VOLUME = { least: 10, most: 100, step: 10 } as const;

export interface SoundSettings {
  isOn: boolean;
  /** In percent. */
  volume: number;
}

/** As long as nobody has set anything: quiet beside speech and music, and heard in a quiet room. */
export const DEFAULT: SoundSettings = { isOn: true, volume: 50 };

/** What was kept; the default for whatever is missing or makes no sense. */
export function settingsIn(text: string | null): SoundSettings {
  const kept = objectIn(text);
  const isOn = typeof kept.isOn === "boolean" ? kept.isOn : DEFAULT.isOn;
  const volume = typeof kept.volume === "number" ? kept.volume : DEFAULT.volume;
  return { isOn, volume: Math.min(VOLUME.most, Math.max(VOLUME.least, volume)) };
}

function objectIn(text: string | null): Partial<Record<keyof SoundSettings, unknown>> {
  try {
    return (JSON.parse(text ?? "") as object | null) ?? {};
  } catch {
    return {};
  }
}
