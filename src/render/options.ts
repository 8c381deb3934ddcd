import type { OutputFormat } from '../core/model/formats.ts';
import type { Instant } from '../core/model/outcome.ts';

/** How the user wants to see a report. Nothing here changes what is said, except `verbose`, which says all of it. */
export type RenderOptions = {
  readonly format: OutputFormat;
  /** Terminal colours. */
  readonly colour: boolean;
  /** In columns. */
  readonly width: number;
  /** Whether the terminal understands hyperlinks (OSC 8). */
  readonly links: boolean;
  readonly verbose: boolean;
  /** For the age of what can change. */
  readonly now: Instant;
};
