import type { SignalStrength } from '../../model/evidence.ts';
import type { Property } from '../model.ts';

/** Of all properties that we write. */
export const NAMESPACE = 'provtrace:';

/**
 * The namespace `provtrace:` in CycloneDX properties, and in SPDX as annotations `{"name": …, "value": …}`. All stand on the component
 * that is the image, but `provtrace:base:grade` and `provtrace:base:origin`, which stand on each base image. A grade is `inferred`,
 * `declared`, `attested` or `verified`; an origin is where the fact was read.
 */
export const PROPERTIES = {
  'provtrace:image:digest': 'the digest of the image that the chain is of',
  'provtrace:image:platform': 'its platform: os/architecture/variant',
  'provtrace:grade:origin': 'the weakest grade from the image to its commit, or `none` where a step is missing',
  'provtrace:grade:ownership': 'the weakest grade from the commit to its owners, or `none`',
  'provtrace:source:repository': 'the repository that the image was built from',
  'provtrace:source:commit': 'the commit',
  'provtrace:source:ref': 'the branch or tag that was built',
  'provtrace:source:path': 'the Dockerfile or context within the repository',
  'provtrace:source:grade': 'how well the source is known',
  'provtrace:source:origin': 'where that was read',
  'provtrace:build:builder': 'the id of the builder',
  'provtrace:build:type': 'the build type',
  'provtrace:build:invocation': 'the address of the run',
  'provtrace:build:grade': 'how well the build is known',
  'provtrace:build:origin': 'where that was read',
  'provtrace:base:grade': 'how well it is known that this is a base of the image',
  'provtrace:base:origin': 'where that was read',
  'provtrace:sbom:document': 'the digest of the SBOM that the components are of',
  'provtrace:sbom:grade': 'how well it is known that these are the components of the image',
  'provtrace:sbom:origin': 'where that SBOM was read',
  'provtrace:sbom:finding': '`SBOM_SUBJECT_MISMATCH` where that SBOM names another image',
  'provtrace:owner': 'the handle of an owner; one property for each',
  'provtrace:owner:contact': 'an owner’s handle, a space, and an address; one property for each address',
  'provtrace:owner:grade': 'an owner’s handle, a space, and how well the ownership is known',
  'provtrace:owner:origin': 'an owner’s handle, a space, and where that was read',
  'provtrace:verified':
    'a claim whose signature was verified, by whom it is signed and against which root of trust (SPDX alone)',
} as const satisfies Readonly<Record<string, string>>;
export type PropertyName = keyof typeof PROPERTIES;

/** The property, or nothing where there is no value. */
export function property(name: PropertyName, value: string | undefined): readonly Property[] {
  return value === undefined || value.trim() === '' ? [] : [{ name, value }];
}

/** The two properties that every fact has. */
export function gradeProperties(
  about: 'base' | 'build' | 'sbom' | 'source',
  { grade, origin }: { readonly grade: SignalStrength; readonly origin: string },
): readonly Property[] {
  return [...property(`provtrace:${about}:grade`, grade), ...property(`provtrace:${about}:origin`, origin)];
}
