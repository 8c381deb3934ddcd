import { withoutUndefined } from '../../defined.ts';
import { complain, text } from '../node.ts';
import { asPage } from '../run.ts';
import type { Labelled, Labels } from './label-reading.ts';
import type { LabelNodes, LabelValues } from './values.ts';
import { readBase, readRevision } from './values.ts';

const MARKS = /^(.+\.image)\.(?:build\.(?:sourceversion|repository\.uri)|system\.teamfoundationcollectionuri)$/;

/**
 * Azure Pipelines' Docker task puts the reversed host of its server before its labels: `com.azure.dev.image.build.sourceversion`. Each prefix is
 * one reading, because an image and its base may come from two servers.
 */
export function azurePrefixes(labels: Labels): readonly string[] {
  return [...new Set(Object.keys(labels).flatMap((key) => MARKS.exec(key)?.[1] ?? []))].sort();
}

export function readAzure(prefix: string, label: LabelNodes): LabelValues {
  const revision = label(`${prefix}.build.sourceversion`);
  const ref = label(`${prefix}.build.sourcebranchname`);
  const values = readRevision({ repository: label(`${prefix}.build.repository.uri`), grammar: 'auto', revision, ref });
  if (text(ref) !== undefined) complain(ref, 'AMBIGUOUS_REF', 'only the last part of the name of the branch');
  return withoutUndefined({
    ...values,
    runUrl: readRunPage(prefix, label),
    base: readBase(label('image.base.ref.name'), label('image.base.digest')),
  });
}

/** `<collection><project>/_build/results?buildId=<id>`, of three labels. */
function readRunPage(prefix: string, label: LabelNodes): Labelled<string> | undefined {
  const collection = asPage(text(label(`${prefix}.system.teamfoundationcollectionuri`)));
  const project = text(label(`${prefix}.system.teamproject`));
  const build = text(label(`${prefix}.build.builduri`));
  const id = /^vstfs:\/\/\/Build\/Build\/(\d+)$/i.exec(build?.value ?? '')?.[1];
  if (collection === undefined || project === undefined || build === undefined || id === undefined) return undefined;
  const server = collection.value.replace(/\/?$/, '/');
  return {
    value: `${server}${encodeURIComponent(project.value)}/_build/results?buildId=${id}`,
    keys: [collection.at, project.at, build.at],
  };
}
