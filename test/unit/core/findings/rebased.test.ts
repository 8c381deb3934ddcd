import { expect, test } from 'vitest';
import { digestOf } from '../../../support/reports.ts';
import { OTHER, PLATFORM, UNSIGNED, findingsAbout, stated } from './dossiers.ts';

const RUN_IMAGE = 'registry.example.com/run';
const [BEFORE, NOW] = [digestOf('be'), digestOf('a9')];

/** The label that the lifecycle writes, and `pack rebase` again. */
const labels = (digest: string) => ({
  'io.buildpacks.lifecycle.metadata': JSON.stringify({ runImage: { reference: `${RUN_IMAGE}@${digest}` } }),
});
/** kpack's provenance, whose parameters name the run image. */
const provenance = (runImage: string, about = OTHER) =>
  stated(
    'https://slsa.dev/provenance/v1',
    {
      buildDefinition: {
        buildType: 'https://github.com/buildpacks-community/kpack/blob/v0.15.0/docs/slsa.md',
        externalParameters: { runImage: { image: runImage } },
      },
      runDetails: { builder: { id: 'https://kpack.io/slsa/unsigned-build' } },
    },
    { checked: UNSIGNED, about: [about] },
  );

test('an image whose run image is another than that of the provenance at hand was rebased', () => {
  const [finding] = findingsAbout('REBASED', [provenance(`${RUN_IMAGE}@${BEFORE}`)], { labels: labels(NOW) });
  expect(finding).toMatchObject({ severity: 'info' });
  expect(finding?.message).toContain(`${OTHER} was built on ${RUN_IMAGE}@${BEFORE}`);
  expect(finding?.message).toContain(`${RUN_IMAGE}@${NOW}`);
});

test.each([
  ['the provenance is of this image', provenance(`${RUN_IMAGE}@${BEFORE}`, PLATFORM), labels(NOW)],
  ['the run image is the same', provenance(`${RUN_IMAGE}@${NOW}`), labels(NOW)],
  ['it stands on another name', provenance(`registry.example.com/other@${BEFORE}`), labels(NOW)],
  ['there is no such label', provenance(`${RUN_IMAGE}@${BEFORE}`), {}],
])('it was not where %s', (_, document, own) => {
  expect(findingsAbout('REBASED', [document], { labels: own })).toEqual([]);
});
