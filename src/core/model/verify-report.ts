import type { ToolError } from '../errors.ts';
import type { Judgement } from '../policy/evaluate.ts';
import type { PolicyJudgement } from '../policy/evaluate-policy.ts';
import type { Judged } from '../policy/judgement.ts';
import type { Dossier } from './chain.ts';
import type { Digest } from './digest.ts';
import type { Grades } from './report.ts';

/** What `verify` gives: one entry an image (and platform), in the order asked. */
export type VerifyReport = {
  readonly images: readonly VerifyResult[];
  /** What a flag gave up, in words. */
  readonly waived: readonly string[];
  /** The policy file that the images were held against. */
  readonly policyPath?: string;
  /** Of the bytes of that file. */
  readonly policyDigest?: Digest;
  /** What the policy wants of an image's platforms together. */
  readonly platforms?: readonly JudgedPlatforms[];
};
/** `judgement`: of the requirements on the command line; `policy`: of the policy file. At least one is there. */
export type VerifyResult =
  | {
      readonly kind: 'judged';
      readonly dossier: Dossier;
      readonly grades: Grades;
      readonly judgement?: Judgement;
      readonly policy?: PolicyJudgement;
      readonly foundIn?: readonly NamedPlace[];
    }
  | {
      readonly kind: 'failed';
      readonly reference: string;
      readonly error: ToolError;
      readonly foundIn?: readonly NamedPlace[];
    };
/** Where a file names the image. */
export type NamedPlace = {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column?: number;
  /** For people: `Deployment/web spec.template.spec.containers[0].image`. */
  readonly pointer: string;
};
export type JudgedPlatforms = { readonly reference: string; readonly judged: Judged };
