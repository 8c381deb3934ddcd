/** What a requirement asks for, and what a person can do where it is not met; both ours, neither with anything of the image. */
export type RuleHelp = { readonly summary: string; readonly advice: string };

type Row = readonly [summary: string, advice: string];

const SIGNED_BY_THEN: Row = ['It was signed by the moment that is judged', 'judge a later moment, or leave --at out'];
const HEARD: Row = [
  'Every place was heard where more about the image may be',
  'make the source reachable, and run again',
];

/** Of every section that listens to signed documents: `provenance.signature`, `sbom.signature`. */
const OF_DOCUMENTS: Readonly<Record<string, Row>> = {
  present: ['There is such a document about the image', 'let the build attach it, and sign it'],
  signature: ['The signature of the document holds', 'sign it again, by whom the policy trusts'],
  platform: [
    'The document is about this very platform',
    'sign each platform, or let the rule say inheritFromIndex where one statement about the index is enough',
  ],
  signer: [
    'The signer may speak for the image',
    'name the signer in signedBy, or pin it: provtrace trust pin IMAGE shows how',
  ],
  signedByThen: SIGNED_BY_THEN,
  heard: HEARD,
};

const HELP: Readonly<Record<string, Row>> = {
  'image.read': ['The image can be read', 'look at its name, and at the credentials for its registry'],

  'document.present': ['There is a signed document about the image', 'sign the image, or attach signed provenance'],
  'document.predicateType': [
    'The document states what was asked for',
    'look at --predicate-type, and at what the build attaches',
  ],
  'document.verificationResult': [
    'The verification summary says that it passed',
    'see why its verifier refused the image',
  ],
  'document.signedByThen': SIGNED_BY_THEN,
  'document.signature': [
    'The signature of the document holds',
    'sign it again; provtrace explain shows what was checked',
  ],
  'document.signer': [
    'A signer that was required signed it',
    'look at --identity, --issuer and --key, or let that signer sign',
  ],
  'document.signerMaySpeak': [
    'The signer may speak for the image',
    'require the signer by --identity and --issuer, or pin it: provtrace trust pin IMAGE',
  ],
  'document.signerRepository': ['The workflow that signed is of the required repository', 'look at --signer-repo'],
  'document.signerWorkflow': ['The required workflow signed it', 'look at --signer-workflow'],
  'document.sourceRepository': ['The image was made from the required repository', 'look at --source-repo'],
  'document.sourceRef': ['The image was made from the required ref', 'look at --source-ref, and at what was released'],
  'document.sourceCommit': ['The image was made from the required commit', 'look at --source-commit'],
  'document.builder': ['The required builder made it', 'look at --builder'],
  'document.builderIsSigner': [
    'The builder that the document names signed it',
    'require the signer by name: a builder in a payload is the payload’s word',
  ],

  'policy.rule': ['A rule of the policy is for the image', 'write one, or let the policy say default: report'],
  'policy.all': ['All that is required holds', 'see the rule: it requires nothing that could hold'],
  'policy.any': ['One of the choices holds', 'see the choices of the rule'],
  'policy.atLeast': ['So many of the choices hold', 'see the choices of the rule'],
  platforms: ['Each platform that is required meets the policy', 'judge all of them: --all-platforms'],

  signers: ['Signed by those whom the policy names', 'let them sign, or change the signers of the rule'],
  'provenance.builders': ['Built by a builder that is allowed', 'build it there, or allow the builder'],
  'provenance.builderIsSigner': [
    'The builder is the one that signed, or the policy names who signed',
    'name the signer in signedBy: a builder in a payload is the payload’s word',
  ],
  'provenance.buildTypes': ['Of a build type that is allowed', 'allow the build type, or build in another way'],
  'provenance.repositories': ['Made from a repository that is allowed', 'build from it, or allow the repository'],
  'provenance.repositoryIds': ['Made from a repository of that number', 'look whether the repository was made anew'],
  'provenance.ref': ['Made from a branch or tag that is allowed', 'release from it, or allow the ref'],
  'provenance.triggers': ['Started by what is allowed to', 'release in that way, or allow the trigger'],
  'provenance.runners': ['Run on a runner that is allowed', 'build there, or allow the class of runners'],
  'provenance.parameters': ['Built with the parameters that are required', 'look at what was chosen for the build'],
  'provenance.maxAge': ['Built and signed not too long ago', 'build it anew'],
  'provenance.buildLevel': [
    'Of SLSA’s build level, at least',
    'provtrace trace says what keeps it from the next level',
  ],
  'provenance.sourceLevel': ['Of SLSA’s source level, at least', 'have the source track attest the commit'],
  'provenance.hermetic': ['Built without a network', 'build hermetically, and let the provenance say so'],
  'provenance.complete': ['The list of materials is complete', 'use a builder that says so'],
  'provenance.noFindings': ['Nothing of this kind was found', 'provtrace trace shows each finding with advice'],

  'materials.hosts': ['Inputs come from hosts that are allowed', 'take the input from elsewhere, or allow its host'],
  'materials.repositories': [
    'Source comes from repositories that are allowed',
    'allow the repository, or leave it out',
  ],
  'materials.baseImages': ['Base images are those that are allowed', 'base it on another image, or allow this one'],
  'materials.digests': ['Every input is named with a digest', 'pin the input'],
  'materials.base': ['The base image meets a rule of its own', 'see that rule, and the base image'],

  'sbom.formats': ['The SBOM is of a format that is allowed', 'let the build make it in one of them'],
  'sbom.boundToDigest': ['The SBOM names the digest of the image', 'make the SBOM from the image that was pushed'],
  'sbom.maxAge': ['The SBOM was made not too long ago', 'make it anew'],
  'sbom.forbidden': ['No forbidden package is in the image', 'take the package out, or to another version'],
  'sbom.forbidden.heard': HEARD,

  'source.onBranch': ['A branch that is allowed holds the commit', 'merge it, or allow the branch'],
  'source.signedCommits': ['The signature of the commit is good', 'sign commits, and register the keys with the forge'],
  'source.reviewedBy': ['Reviewed by others than its authors', 'have the change reviewed'],
  'source.ownersPresent': ['What it was made from has owners', 'give the path an owner in CODEOWNERS'],
  'source.ownersNotStale': ['All owners are still there', 'replace those who are gone'],
  'source.serviceKnown': ['The service that it is part of is known', 'describe it in the catalog'],

  'attestations.verificationResult': [
    'The verification summary says that it passed',
    'see why its verifier refused the image',
  ],
  'attestations.cel': ['The expression over the predicate is true', 'look at the expression, and at what is stated'],
  vulnerabilities: [
    'No vulnerability that is too grave and not settled',
    'mend it, or settle it by a signed VEX statement',
  ],
  'vulnerabilities.maxAge': ['Scanned not too long ago', 'scan it anew'],
};

const UNKNOWN = ['What the policy requires holds', 'see the policy'] as const;

export function ruleHelp(requirement: string): RuleHelp {
  const last = requirement.slice(requirement.lastIndexOf('.') + 1);
  const [summary, advice] = HELP[requirement] ?? OF_DOCUMENTS[last] ?? UNKNOWN;
  return { summary: `${summary}.`, advice };
}
