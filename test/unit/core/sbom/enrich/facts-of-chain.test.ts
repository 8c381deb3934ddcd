import { describe, expect, test } from 'vitest';
import { factsOfChain } from '../../../../../src/core/sbom/enrich/facts-of-chain.ts';
import { gradesOf, stepsOf } from '../../../../../src/core/graph/steps.ts';
import type { ChainFacts } from '../../../../../src/core/sbom/enrich/chain-facts.ts';
import type { SignedDocument } from '../../../../../src/core/model/statement.ts';
import {
  COMMIT,
  CONFIG,
  INDEX,
  PLATFORM,
  REPOSITORY,
  RUN,
  UNSIGNED,
  WORKFLOW,
  buildkit,
  dossierOf,
  github,
} from '../../findings/dossiers.ts';

function factsOf(documents: readonly SignedDocument[]): ChainFacts {
  const dossier = dossierOf(documents);
  const steps = stepsOf(dossier);
  return factsOfChain({ kind: 'traced', dossier, steps, grades: gradesOf(dossier.chain, steps) });
}

describe('the chain as facts', () => {
  test('of provenance whose signer owns the namespace', () => {
    const facts = factsOf([github()]);
    expect(facts).toMatchObject({
      image: { digest: PLATFORM, otherDigests: [INDEX, CONFIG], name: 'ghcr.io/acme/shop' },
      grades: { origin: 'verified', ownership: 'none' },
      source: {
        repository: REPOSITORY,
        commit: COMMIT,
        commitUrl: `${REPOSITORY}/commit/${COMMIT}`,
        grade: 'verified',
      },
      build: { invocationUrl: RUN },
      owners: [],
    });
    expect(facts.verified).toMatchObject([{ signer: WORKFLOW, root: 'public-good' }]);
    expect(facts.verified[0]?.claim).toContain(`built from ${REPOSITORY} at commit ${COMMIT}`);
  });

  test('what is unsigned is no claim that was verified, and its grade is told', () => {
    const facts = factsOf([buildkit({}, { checked: UNSIGNED })]);
    expect(facts.verified).toEqual([]);
    expect(facts.source?.grade).not.toBe('verified');
  });

  test('of an image of which nobody says anything', () => {
    const facts = factsOf([]);
    expect(facts).not.toHaveProperty('source');
    expect(facts).not.toHaveProperty('build');
    expect([facts.bases, facts.verified, facts.owners]).toEqual([[], [], []]);
  });

  test('no text is blank', () => {
    const blanks: string[] = [];
    JSON.stringify(factsOf([github(), buildkit({})]), (name, value: unknown) => {
      if (typeof value === 'string' && value.trim() === '') blanks.push(name);
      return value;
    });
    expect(blanks).toEqual([]);
  });
});
