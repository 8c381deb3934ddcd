import { withoutUndefined } from '../../defined.ts';
import type { ProvenanceReading } from '../format.ts';
import type { Node } from '../node.ts';
import { isAbsent, items, member, text } from '../node.ts';
import type { Read } from '../provenance.ts';
import { readRepositoryPath } from '../run.ts';

/** Of `docker build`; every other option that has no `=` takes the next argument. */
const OPTIONS_WITHOUT_VALUE: ReadonlySet<string> = new Set([
  '--compress',
  '--force-rm',
  '--load',
  '--no-cache',
  '--pull',
  '--push',
  '--quiet',
  '--rm',
  '--squash',
  '-q',
]);
/** Where Cloud Build checks the source out, and every step begins. */
const WORKSPACE = /^\/workspace(?:\/|$)/;
const REMOTE_CONTEXT = /:\/\/|^git@|^github\.com\/|^-$/;

/** Dockerfile and context, where one step, and no other, is a `docker build` of the checked out files. */
export function readDockerStep(steps: Node): Pick<ProvenanceReading, 'context' | 'dockerfile'> {
  const [step, ...others] = items(steps).filter(isDockerBuild);
  if (step === undefined || others.length > 0) return {};
  const dir = member(step, 'dir');
  const directory = workspacePath(dir) ?? (isAbsent(dir.value) ? '' : undefined);
  const { file, positional } = readBuildArguments(items(member(step, 'args')).slice(1));
  const [context, ...more] = positional;
  const contextPath = context && workspacePath(context);
  if (directory === undefined || context === undefined || contextPath === undefined || more.length > 0) return {};
  if (REMOTE_CONTEXT.test(contextPath)) return {};
  return withoutUndefined({
    context: readRepositoryPath({ ...context, value: contextPath }, directory),
    dockerfile: dockerfileOf(file, directory, { ...context, value: `${contextPath}/Dockerfile` }),
  });
}

/** `--file` begins at the step's directory, the default at the context. */
function dockerfileOf(file: Node | undefined, directory: string, byDefault: Node): Read<string> | undefined {
  if (file === undefined) return readRepositoryPath(byDefault, directory);
  const path = workspacePath(file);
  return path === undefined ? undefined : readRepositoryPath({ ...file, value: path }, directory);
}

function isDockerBuild(step: Node): boolean {
  const { value: name } = member(step, 'name');
  return (
    typeof name === 'string' &&
    /(?:^|\/)docker(?:[:@].*)?$/.test(name) &&
    isAbsent(member(step, 'entrypoint').value) &&
    member(step, 'args', 0).value === 'build'
  );
}

function readBuildArguments(args: readonly Node[]): { readonly file?: Node; readonly positional: readonly Node[] } {
  let file: Node | undefined;
  const positional: Node[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index];
    if (argument === undefined || typeof argument.value !== 'string') continue;
    const [, option = '', , value] = /^(--?[^=]+)(=(.*))?$/s.exec(argument.value) ?? [];
    const isFile = option === '-f' || option === '--file';
    if (option === '') positional.push(argument);
    else if (value !== undefined) file = isFile ? { ...argument, value } : file;
    else if (!OPTIONS_WITHOUT_VALUE.has(option)) {
      index += 1;
      file = isFile ? args[index] : file;
    }
  }
  return withoutUndefined({ file, positional });
}

/** Relative to the workspace; undefined for what is elsewhere, or written with a variable. */
function workspacePath(node: Node): string | undefined {
  const path = text(node)?.value.replace(WORKSPACE, './');
  return path === undefined || path.startsWith('/') ? undefined : path;
}
