import { withoutUndefined } from '../../defined.ts';
import { parseJson } from '../../json.ts';
import type { Node } from '../node.ts';
import { anyMember, complain, member, text } from '../node.ts';
import type { Labelled } from './label-reading.ts';
import type { LabelNodes, LabelValues } from './values.ts';
import { labelled, readBase, readRevision } from './values.ts';

const PROJECT = 'io.buildpacks.project.metadata';
const LIFECYCLE = 'io.buildpacks.lifecycle.metadata';

/** Cloud Native Buildpacks (buildpacks/spec, platform.md): labels whose values are JSON. What `source` holds is the platform's choice: pack and kpack differ. */
export function readBuildpacks(label: LabelNodes): LabelValues | undefined {
  const project = label(PROJECT);
  const lifecycle = label(LIFECYCLE);
  if (project.value === undefined && lifecycle.value === undefined) return undefined;
  const inLifecycle = parsed(lifecycle);
  const stack = member(inLifecycle, 'stack', 'runImage');
  const runImage = stack.value === undefined ? member(inLifecycle, 'runImage') : stack;
  const values = readProject(member(parsed(project), 'source'));
  return withoutUndefined({
    source: restingOn(PROJECT, values.source),
    commit: restingOn(PROJECT, values.commit),
    ref: restingOn(PROJECT, values.ref),
    version: restingOn(PROJECT, values.version),
    base: restingOn(LIFECYCLE, readRunImage(runImage)),
  });
}

/** A value in a label's JSON rests on the label. */
function restingOn<Value>(key: string, value: Labelled<Value> | undefined): Labelled<Value> | undefined {
  return value && { value: value.value, keys: [key] };
}

function readProject(source: Node): LabelValues {
  const { value: type } = member(source, 'type');
  // Of a blob or an image there is no commit.
  if (type !== 'git' && type !== 'project') return {};
  const metadata = member(source, 'metadata');
  const version = member(source, 'version');
  const kpackRef = member(metadata, 'revision');
  return withoutUndefined({
    ...readRevision({
      repository: anyMember(metadata, 'repository', 'url'),
      grammar: 'auto',
      revision: member(version, 'commit'),
      ref: kpackRef.value === undefined ? member(metadata, 'refs', 0) : withoutCommit(kpackRef),
    }),
    version: labelled(text(member(version, 'declared'))),
  });
}

/** kpack's `revision` is what the user asked for: a branch, a tag, or the commit again. */
function withoutCommit(node: Node): Node {
  return /^[0-9a-f]{40}$/.test(text(node)?.value ?? '') ? { ...node, value: undefined } : node;
}

/** `reference` is the image by digest, or the id of its config, which names nothing in a registry. */
function readRunImage(runImage: Node): LabelValues['base'] {
  const reference = member(runImage, 'reference');
  const named =
    typeof reference.value === 'string' && reference.value.includes('@') ? reference : member(runImage, 'image');
  return readBase(named, { ...named, value: undefined });
}

/** The label's JSON, in which every value is still read from that label. */
function parsed(label: Node): Node {
  const written = typeof label.value === 'string' ? label.value : '';
  if (written === '') return { ...label, value: undefined };
  try {
    return { ...label, value: parseJson(new TextEncoder().encode(written), 'the label') };
  } catch {
    complain(label, 'MALFORMED_ITEM', 'not JSON');
    return { ...label, value: undefined };
  }
}
