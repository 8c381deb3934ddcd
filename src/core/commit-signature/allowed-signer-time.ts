/** `month` from 1. */
export type WallClock = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
};
/** Milliseconds since 1970 of what a clock shows in this machine's time zone. */
export type LocalTime = (shown: WallClock) => number;

const MOMENT = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/;

/** `YYYYMMDD[Z]` or `YYYYMMDDHHMM[SS][Z]` (ssh-keygen(1)), in milliseconds since 1970; undefined for what is neither. */
export function parseSignerTime(text: string, localTime: LocalTime): number | undefined {
  const match = MOMENT.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((digits) => Number(digits ?? 0));
  const inUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  // What does not exist (31 February) comes back as something else.
  const shown = new Date(inUtc).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  if (
    shown !==
    match
      .slice(1, 7)
      .map((digits) => digits ?? '00')
      .join('')
  )
    return undefined;
  return match[7] === 'Z' ? inUtc : localTime({ year, month, day, hour, minute, second });
}
