import type { EntityOf } from '../model/entity.ts';
import type { Evidence, FactName } from '../model/evidence.ts';
import type { SignerIdentity } from '../model/statement.ts';
import type { Provenance } from '../provenance/provenance.ts';
import { parseSourceUrl } from '../source-url.ts';
import type { Said } from './from-provenance.ts';
import { buildOf, edge, evidence } from './from-provenance.ts';
import { RANKS } from './ranks.ts';

/** Fulcio's extensions 1.3.6.1.4.1.57264.1.N (fulcio, docs/oid-info.md). */
const EXTENSION = { runner: 11, repository: 12, commit: 13, config: 18, trigger: 20, run: 21 } as const;

type Certificate = Extract<SignerIdentity, { kind: 'certificate' }>;

/**
 * What the certificate authority wrote about the run that signed a build's provenance. It says where the signing ran, and never
 * what the image was made from: that is the predicate's word, or a platform's that does not let its tenants write it (SPEC 3).
 */
export function claimsOfCertificate(said: Said, provenance: Provenance, certificate: Certificate): readonly Evidence[] {
  const build = buildOf(provenance);
  const own = { ...said, rank: RANKS.certificate };
  const at = (number: number): string => `certificate extension 1.3.6.1.4.1.57264.1.${number}`;
  const fact = (name: FactName, number: number): Evidence[] => {
    const value = certificate.extensions[number];
    return value === undefined || value === ''
      ? []
      : [evidence(own, { kind: 'fact', about: build, name, value }, at(number))];
  };
  return [
    ...ranFrom(certificate).map((to) => edge(own, { from: build, relation: 'ranFrom', to }, at(EXTENSION.commit))),
    ...ranBy(certificate).map((to) => edge(own, { from: build, relation: 'ranBy', to }, at(EXTENSION.config))),
    ...fact('runUrl', EXTENSION.run),
    ...fact('trigger', EXTENSION.trigger),
    ...fact('runner', EXTENSION.runner),
  ];
}

function ranFrom({ extensions }: Certificate): readonly EntityOf<'sourceRevision'>[] {
  const commit = extensions[EXTENSION.commit];
  const repository = repositoryOf(extensions[EXTENSION.repository]);
  return commit === undefined || repository === undefined ? [] : [{ kind: 'sourceRevision', repository, commit }];
}

/** `https://github.com/o/r/.github/workflows/x.yml@refs/…`, GitLab's with `//` before the path: both path and ref can hold an `@`. */
function ranBy({ extensions }: Certificate): readonly EntityOf<'sourcePath'>[] {
  const config = extensions[EXTENSION.config];
  const repository = repositoryOf(extensions[EXTENSION.repository]);
  if (config === undefined || repository === undefined || !config.startsWith(`${repository}/`)) return [];
  const path = config
    .slice(repository.length)
    .replace(/^\/+/, '')
    .replace(/@refs\/.*$/s, '');
  const commit = extensions[EXTENSION.commit];
  return path === '' ? [] : [{ kind: 'sourcePath', repository, path, ...(commit === undefined ? {} : { commit }) }];
}

function repositoryOf(uri: string | undefined): string | undefined {
  const parsed = uri === undefined ? undefined : parseSourceUrl(uri, 'web');
  return parsed?.kind === 'repository' ? parsed.source.url : undefined;
}
