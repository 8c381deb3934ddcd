import type { FindingRule } from './rule.ts';
import { bothSides, oneFinding, saidBy } from './rule.ts';
import type { Reading } from './reading.ts';
import { extension, refOf, runOf, triggerOf } from './reading.ts';
import { defaultBranch, isUnprotected } from './environment.ts';

/** The job has the repository's secrets, and what it builds may be a stranger's (reference/provenance.md 6.1). */
const PRIVILEGED = /^(?:pull_request_target|workflow_run|issue_comment|issues|discussion(?:_\w+)?)$/;
const BY_HAND = /^(?:workflow_dispatch|api|web|trigger|chat|manual)$/;
const PROPOSAL_REF = /^refs\/(?:pull\/\d+\/(?:merge|head)$|merge-requests\/)/;
const GITLAB = 'https://gitlab.com';

/** How the run came about, and where it ran. */
export const RUN_RULES: readonly FindingRule<Reading>[] = [
  {
    code: 'PRIVILEGED_PR_TRIGGER',
    severity: 'high',
    advice: 'the commit is that of the base branch: read the workflow to see what it checked out and built',
    find: (reading, examined) => {
      const trigger = triggerOf(reading);
      return oneFinding(
        trigger !== undefined &&
          PRIVILEGED.test(trigger) &&
          `the run was started by ${trigger}, which need not build the commit that it names`,
        { evidence: saidBy(reading.signed.document, 'trigger', examined) },
      );
    },
  },
  {
    code: 'PR_MERGE_REF',
    severity: 'warn',
    advice: 'release from a branch or a tag: the commit of a proposed change is made up, and may vanish',
    find: (reading, examined) => {
      const ref = refOf(reading);
      return oneFinding(
        ref !== undefined && PROPOSAL_REF.test(ref) && `built from ${ref}, a change that was only proposed`,
        {
          evidence: saidBy(reading.signed.document, 'ref', examined),
        },
      );
    },
  },
  {
    code: 'WORKFLOW_DISPATCH',
    severity: 'info',
    advice: 'what was typed in is mostly not recorded; the commit is the tip of the chosen ref',
    find: (reading) => {
      const trigger = triggerOf(reading);
      return oneFinding(
        trigger !== undefined && BY_HAND.test(trigger) && `the run was started by hand or by a program (${trigger})`,
      );
    },
  },
  {
    code: 'RERUN',
    severity: 'info',
    advice: 'what changed since the first attempt, outside of the commit, is in this image',
    find: (reading) => {
      const attempt = /\/attempts\/(\d+)$/.exec(runOf(reading) ?? '')?.[1];
      return oneFinding(
        attempt !== undefined && Number(attempt) > 1 && `attempt ${attempt} of ${runOf(reading) ?? ''}`,
      );
    },
  },
  {
    code: 'SELF_HOSTED_RUNNER',
    severity: 'warn',
    advice: 'who else can use the machine could have changed the build: build releases on hosted runners',
    find: (reading, examined) => {
      const place = ownMachine(reading);
      const evidence = saidBy(reading.signed.document, 'runner', examined);
      if (place === 'ssh-rerun')
        return oneFinding('somebody was on the machine with a shell (ssh-rerun)', { severity: 'high', evidence });
      return oneFinding(place !== undefined && `the build ran on a machine of its owner’s (${place})`, { evidence });
    },
  },
  {
    code: 'RUNNER_UNKNOWN',
    severity: 'info',
    advice: 'take the machine for one that is not hosted',
    find: ({ certificate, provenance }) =>
      oneFinding(
        certificate !== undefined &&
          provenance !== undefined &&
          extension(certificate, 'runner') === undefined &&
          `the certificate of ${certificate.identity} does not say on which machine the build ran`,
      ),
  },
  {
    code: 'NON_DEFAULT_BRANCH',
    severity: 'warn',
    advice: 'make sure that this branch may release',
    find: (reading, examined) => {
      const ref = refOf(reading);
      const branch = reading.root && defaultBranch(reading.root);
      if (ref === undefined || branch === undefined || ref.startsWith('refs/tags/') || PROPOSAL_REF.test(ref))
        return [];
      return oneFinding(
        ref.replace(/^refs\/heads\//, '') !== branch.value &&
          bothSides(['the build', `that it is of ${ref}`], [branch.at, `that the default branch is ${branch.value}`]),
        { evidence: saidBy(reading.signed.document, 'ref', examined) },
      );
    },
  },
  {
    code: 'UNPROTECTED_REF',
    severity: 'info',
    advice: 'protect the branches and tags that release: whoever can push to this one can make such an image',
    find: (reading) =>
      oneFinding(
        reading.root !== undefined &&
          isUnprotected(reading.root) &&
          `${refOf(reading) ?? 'the ref'} is not protected, says the predicate`,
      ),
  },
];

/** Where the build ran, where that is no hosted runner. */
function ownMachine(reading: Reading): string | undefined {
  const { certificate, provenance } = reading;
  const runner = extension(certificate, 'runner') ?? provenance?.runner?.value;
  if (runner === 'self-hosted' || runner === 'ssh-rerun') return runner;
  if (provenance?.builderId?.value.endsWith('/runner/self-hosted') === true) return provenance.builderId.value;
  const isGitLab = certificate?.issuer === GITLAB && runner !== undefined && runner !== 'gitlab-hosted';
  return isGitLab ? runner : undefined;
}
