import type { Dependency } from '../dependencies.ts';
import type { NamedImage } from '../image-input.ts';
import { parseImageName } from '../image-input.ts';
import { entries, member, text } from '../node.ts';
import type { DependencyRole, ImageInput } from '../provenance.ts';
import type { Node } from '../node.ts';
import { finalStageImage } from './final-stage.ts';

/** Frontends and the scanner that BuildKit fetches to build with. */
const TOOLS: ReadonlySet<string> = new Set([
  'docker.io/docker/dockerfile',
  'docker.io/docker/dockerfile-upstream',
  'docker.io/docker/buildkit-syft-scanner',
]);
const SCRATCH = 'scratch';

/** What each input was to the build. Without the Dockerfile's text, every image that is no tool may be what the result stands on. */
export function roleInBuild(
  request: Node,
  dependencies: readonly Dependency[],
  dockerfile: string | undefined,
): (dependency: Dependency) => DependencyRole {
  const frontend = text(member(request, 'args', 'source'));
  const frontendName = parseImageName(frontend?.value ?? '')?.name ?? '';
  const isTool = ({ name }: ImageInput): boolean => TOOLS.has(name) || name === frontendName;
  const final = dockerfile === undefined ? undefined : finalImage(request, dockerfile);
  const isFinal = ({ input: { image } }: Dependency): boolean =>
    image !== undefined && final !== undefined && final !== SCRATCH && !isTool(image) && isSameImage(image, final);
  const known = final === SCRATCH || dependencies.some(isFinal);
  return (dependency) => {
    const { image, role } = dependency.input;
    if (image === undefined) return role;
    if (isTool(image)) return 'tool';
    return !known || isFinal(dependency) ? 'base' : 'other';
  };
}

function finalImage(request: Node, dockerfile: string): NamedImage | typeof SCRATCH | undefined {
  const args = entries(member(request, 'args')).flatMap(([key, { value }]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  const prefix = 'build-arg:';
  const values = args.flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : []));
  const target = args.find(([key]) => key === 'target')?.[1];
  const image = finalStageImage(dockerfile, { values: Object.fromEntries(values), ...(target && { target }) });
  if (image === undefined || image === SCRATCH) return image;
  // A named context takes the place of the image of that name.
  return args.some(([key]) => key === `context:${image}`) ? undefined : parseImageName(image);
}

function isSameImage(input: ImageInput, named: NamedImage): boolean {
  if (input.name !== named.name) return false;
  return named.digest === undefined ? input.tag === (named.tag ?? 'latest') : input.digest === named.digest;
}
