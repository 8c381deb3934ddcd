/** Which image the result stands on, as far as the text of a Dockerfile tells it. */

export type DockerfileArguments = {
  /** The stage that was asked for; missing for the last. */
  readonly target?: string;
  /** `--build-arg`s. */
  readonly values: Readonly<Record<string, string>>;
};

type Stage = { readonly name?: string; readonly from: string };

const LINES_MAX = 10_000;

/** The image of the final stage, as written after `FROM`; `scratch` for none; undefined where the text does not tell. */
export function finalStageImage(dockerfile: string, { target, values }: DockerfileArguments): string | undefined {
  const stages = readStages(dockerfile, values);
  let index = target === undefined ? stages.length - 1 : indexOfStage(stages, target);
  // Each step goes to an earlier stage, so that this ends.
  for (;;) {
    const from = stages[index]?.from;
    if (from === undefined || from.includes('$')) return undefined;
    const earlier = indexOfStage(stages.slice(0, index), from);
    if (earlier < 0) return from;
    index = earlier;
  }
}

function indexOfStage(stages: readonly Stage[], name: string): number {
  const byName = stages.findLastIndex((stage) => stage.name === name.toLowerCase());
  return byName < 0 && /^\d+$/.test(name) && Number(name) < stages.length ? Number(name) : byName;
}

function readStages(dockerfile: string, values: DockerfileArguments['values']): readonly Stage[] {
  const stages: Stage[] = [];
  const known = new Map<string, string>();
  for (const instruction of instructions(dockerfile)) {
    const [word = '', ...words] = instruction.split(/\s+/);
    if (word.toUpperCase() === 'ARG' && stages.length === 0) {
      for (const definition of words) define(definition, values, known);
    } else if (word.toUpperCase() === 'FROM') {
      const [image = '', as, name] = words.filter((option) => !option.startsWith('--'));
      const named = as?.toUpperCase() === 'AS' && name !== undefined;
      stages.push({ from: substitute(image, known), ...(named ? { name: name.toLowerCase() } : {}) });
    }
  }
  return stages;
}

/** Instructions with their continued lines joined, without comments and the bodies of here-documents. */
function instructions(dockerfile: string): readonly string[] {
  const found: string[] = [];
  let continued = '';
  let hereDocument: string | undefined;
  for (const line of dockerfile.split(/\r?\n/).slice(0, LINES_MAX)) {
    if (hereDocument !== undefined) {
      if (line.trim() === hereDocument) hereDocument = undefined;
    } else if (line.trim() !== '' && !line.trimStart().startsWith('#')) {
      continued += line.trim();
      if (continued.endsWith('\\')) {
        continued = `${continued.slice(0, -1)} `;
      } else {
        found.push(continued);
        hereDocument = /^(?:RUN|COPY|ADD)\b.*<<-?["']?(\w+)/i.exec(continued)?.[1];
        continued = '';
      }
    }
  }
  return found;
}

function define(definition: string, values: DockerfileArguments['values'], known: Map<string, string>): void {
  const [, name = '', byDefault] = /^(\w+)(?:=(.*))?$/.exec(definition) ?? [];
  const value = Object.hasOwn(values, name) ? values[name] : byDefault?.replace(/^(["'])(.*)\1$/, '$2');
  if (value !== undefined) known.set(name, substitute(value, known));
}

/** `$NAME`, `${NAME}`, `${NAME:-default}`; what is not known stays, with its `$`. */
function substitute(written: string, known: ReadonlyMap<string, string>): string {
  return written.replace(
    /\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g,
    (whole, plain: string | undefined, braced: string | undefined, byDefault: string | undefined) =>
      known.get(plain ?? braced ?? '') ?? byDefault ?? whole,
  );
}
